"""Phrases drawn from a model, and the best of a few."""

import numpy as np

from ..metrics import melody_metrics

# What a decoder is given of a phrase if it was trained with it, as the shipped generator was: that the place of the
# phrase in its tune is known, whether it is the first one, and whether it is the last one.
INNER, FIRST, FINAL = (1, 0, 0), (1, 1, 0), (1, 0, 1)
TRIES = 4  # phrases of which the best is taken


def context_of(model, place):
    """Return what the decoder of a model is given of a phrase at a place; None if it reads no such context."""
    return place if model.n_context_ == len(place) else None


def closed_phrases(model, labels, generator, **settings):
    """Return phrases that close, shape (n, n_steps).

    Each is the best of a few: one that ends on the tonic, and of these one that the model itself places in the emotion
    that was asked for.

    Parameters
    ----------
    model : EmotionRegularizedVAE
        Fitted on tokens of melodies in C.
    labels : ndarray of shape (n,)
        The wanted emotion of each phrase.
    generator : numpy.random.Generator
    **settings
        Of the model's ``sample``.
    """
    wanted = np.repeat(labels, TRIES)
    settings |= {"context": context_of(model, FINAL), "random_state": generator}
    rows, _ = model.sample(len(wanted), emotion=wanted, **settings)
    worth = 2 * ends_on_tonic(rows) + (model.predict(rows) == wanted)
    best = worth.reshape(-1, TRIES).argmax(axis=1)
    return rows.reshape(len(labels), TRIES, -1)[np.arange(len(labels)), best]


def ends_on_tonic(rows):
    """Return whether the last note of each melody is the tonic, in C; False for silence."""
    return np.nan_to_num(melody_metrics(rows, ["ends_on_tonic"])["ends_on_tonic"]).astype(int)
