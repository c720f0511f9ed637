"""The model that a call refers to, and the encoder that made its tokens."""

from functools import lru_cache

from .._pipelines import encoder_of, fitted_model
from ..emotion import as_emotion
from ..pretrained import load_pretrained


def as_model(model, default):
    """Return the model that a call refers to, and the encoder that converts between scores and its tokens.

    Parameters
    ----------
    model : EmotionRegularizedVAE, Pipeline that ends in one, str or None
        A fitted estimator, or the name of an included model; None takes `default`.
    default : {"editor", "generator"}

    Returns
    -------
    model : EmotionRegularizedVAE
    encoder : PitchEncoder

    Raises
    ------
    TypeError, ValueError, sklearn.exceptions.NotFittedError
        If it is not a fitted model, or there is no model of that name.
    """
    if model is None or isinstance(model, str):
        model = _shipped(model or default)
    return fitted_model(model), encoder_of(model)


def word_of(label, layout):
    """Return the word for a label in a title: the adjective of an emotion, or the label of a user's own class."""
    return str(label) if layout.own_classes else as_emotion(label).adjective


@lru_cache(maxsize=2)
def _shipped(name):
    """Return an included model; nothing here changes it, so one instance serves all calls."""
    return load_pretrained(name)
