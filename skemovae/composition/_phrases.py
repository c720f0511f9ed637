"""Phrases drawn from a model, and the best of a few."""

import numpy as np
from tqdm import tqdm

from ..emotion import valence_arousal
from ..preprocessing import is_onset

# What a decoder is given of a phrase if it was trained with it, as the shipped generator was: that the place of the
# phrase in its tune is known, whether it is the first one, and whether it is the last one.
INNER, FIRST, FINAL = (1, 0, 0), (1, 1, 0), (1, 0, 1)
TRIES = 8  # phrases of which the best is taken
AT_ONCE = 100  # phrases, so that memory does not grow with their number and a bar shows how far it is
OCTAVE = 12
MINOR_THIRD, MAJOR_THIRD = 3, 4  # semitones above the tonic


def context_of(model, place):
    """Return the decoder's context for a phrase at a place in its tune; None if it reads no such context."""
    return place if model.n_context_ == len(place) else None


def closed_phrases(model, labels, generator, verbose=False, **settings):
    """Return phrases that end like the last phrase of a tune, shape (n, n_steps).

    Each is the best of a few: one that ends on the tonic, of these one that the model itself places in the emotion that
    was asked for, and of these one in which the third of the emotion's mode sounds and the other third does not.

    Parameters
    ----------
    model : EmotionRegularizedVAE
        Fitted on tokens of melodies in C.
    labels : ndarray of shape (n,)
        The wanted emotion of each phrase.
    generator : numpy.random.Generator
    verbose : bool, default=False
        On a terminal, show a progress bar if it takes more than two seconds.
    **settings
        Of the model's ``sample``.
    """
    settings |= {"context": context_of(model, FINAL), "random_state": generator}
    disable = None if verbose else True  # None: no terminal
    phrases = []
    with tqdm(total=len(labels), desc="composing", unit="melody", delay=2, disable=disable) as progress:
        for first in range(0, len(labels), AT_ONCE):
            phrases.append(_best_phrases(model, labels[first : first + AT_ONCE], settings))
            progress.update(len(phrases[-1]))
    return np.concatenate(phrases)


def _best_phrases(model, labels, settings):
    """Return the best of a few phrases for each label."""
    wanted = np.repeat(labels, TRIES)
    rows, _ = model.sample(len(wanted), emotion=wanted, **settings)
    worth = 4 * ends_on_tonic(rows) + 2 * (model.predict(rows) == wanted)
    if not model.layout_.own_classes:
        worth += mode_of_thirds(rows) == valence_arousal(wanted)[:, 0]
    best = worth.reshape(-1, TRIES).argmax(axis=1)
    return rows.reshape(len(labels), TRIES, -1)[np.arange(len(labels)), best]


def continued_phrases(model, beginning, n, **settings):
    """Return phrases that begin alike and continue differently, shape (n, n_steps).

    A model that writes all steps at once cannot continue a beginning; its phrases are drawn whole, and begin with the
    beginning instead of their own.

    Parameters
    ----------
    model : EmotionRegularizedVAE
    beginning : int ndarray of shape (n_steps,)
        Tokens; none for phrases that are new.
    n : int
    **settings
        Of the model's ``sample``.
    """
    if not model.architecture_.one_shot:
        return model.sample(n, prefix=beginning, **settings)[0]
    rows, _ = model.sample(n, **settings)
    rows[:, : len(beginning)] = beginning
    return rows


def first_pitches(rows):
    """Return the first pitch of each row of tokens as floats; NaN for silence."""
    sounds = is_onset(rows)
    pitches = np.take_along_axis(rows, sounds.argmax(axis=1)[:, None], axis=1)[:, 0]
    return np.where(sounds.any(axis=1), pitches, np.nan)


def last_pitches(rows):
    """Return the last pitch of each row of tokens as floats; NaN for silence."""
    return first_pitches(np.asarray(rows)[:, ::-1])


def ends_on_tonic(rows):
    """Return whether the last note of each melody is the tonic, in C; False for silence."""
    return last_pitches(rows) % OCTAVE == 0


def mode_of_thirds(rows):
    """Return 1 for each melody, in C, of whose two thirds only the major one sounds; -1 for the minor one; else 0."""
    pitch_classes = np.where(is_onset(rows), rows % OCTAVE, -1)
    major, minor = ((pitch_classes == third).any(axis=1) for third in (MAJOR_THIRD, MINOR_THIRD))
    return major.astype(int) - minor
