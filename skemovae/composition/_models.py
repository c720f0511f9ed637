"""Which model a call means, and which encoder made its tokens."""

from functools import lru_cache

from .._pipelines import encoder_of, fitted_model
from ..emotion import as_emotion
from ..pretrained import load_pretrained


def as_model(model, default):
    """Return the model that a call means, and the encoder between its tokens and scores.

    Parameters
    ----------
    model : EmotionRegularizedVAE, Pipeline that ends in one, str or None
        A fitted estimator, or the name of a model that comes with the package; None is `default`.
    default : {"editor", "generator"}

    Returns
    -------
    model : EmotionRegularizedVAE
    encoder : PitchEncoder

    Raises
    ------
    TypeError, ValueError, sklearn.exceptions.NotFittedError
        If there is no fitted model, or none of that name.
    """
    if model is None or isinstance(model, str):
        model = _shipped(model or default)
    return fitted_model(model), encoder_of(model)


def word_of(label, layout):
    """Return how a label reads in a title: the adjective of an emotion, or the label of a class of a user's own."""
    return str(label) if layout.own_classes else as_emotion(label).adjective


@lru_cache(maxsize=2)
def _shipped(name):
    """Return a shipped model; nothing here changes it, so that one is enough for all calls."""
    return load_pretrained(name)
