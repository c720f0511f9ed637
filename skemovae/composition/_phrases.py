"""Phrases sampled from a model, and the choice of the best of a few."""

import numpy as np
from tqdm import tqdm

from .._progress import hidden
from ..emotion import valence_arousal
from ..preprocessing import is_onset

# The context that a decoder is given about a phrase if it was trained with one, like the included generator: that the
# position of the phrase in its tune is known, whether it is the first, and whether it is the last.
INNER, FIRST, FINAL = (1, 0, 0), (1, 1, 0), (1, 0, 1)
TRIES = 8  # number of phrases of which the best is taken
AT_ONCE = 100  # melodies, which limits the memory and lets the bar advance
OCTAVE = 12
MINOR_THIRD, MAJOR_THIRD = 3, 4  # semitones above the tonic


def context_of(model, place):
    """Return the decoder's context for a phrase at a position in its tune; None if it reads no such context."""
    return place if model.n_context_ == len(place) else None


def phrases_of(model, labels, generator, closed, verbose=False, **settings):
    """Return phrases with the requested emotions, shape (n, n_steps).

    Parameters
    ----------
    model : EmotionRegularizedVAE
        Fitted on tokens of melodies in C.
    labels : ndarray of shape (n,)
        The requested emotion of each phrase.
    generator : numpy.random.Generator
    closed : bool
        Whether they end like the last phrase of a tune. Each is then the best of a few: preferably one that ends on the
        tonic, then one in which the model itself finds the requested emotion, and then one that has the third of the
        emotion's mode and not the other third.
    verbose : bool, default=False
        On a terminal, show a progress bar if it takes more than two seconds.
    **settings
        Further arguments for the model's ``sample``.
    """
    settings |= {"random_state": generator}
    if closed:
        settings |= {"context": context_of(model, FINAL)}
    phrases = []
    with tqdm(total=len(labels), desc="composing", unit="melody", delay=2, disable=hidden(verbose)) as progress:
        for first in range(0, len(labels), AT_ONCE):
            some = labels[first : first + AT_ONCE]
            rows = (
                _best_phrases(model, some, settings) if closed else model.sample(len(some), emotion=some, **settings)[0]
            )
            phrases.append(rows)
            progress.update(len(rows))
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

    A model that writes all steps at once cannot continue a beginning; its phrases are sampled whole, and their own
    beginnings are replaced.

    Parameters
    ----------
    model : EmotionRegularizedVAE
    beginning : int ndarray of shape (n_steps,)
        Tokens; empty for new phrases.
    n : int
    **settings
        Further arguments for the model's ``sample``.
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
    """Return 1 for each melody in C that has a major third and no minor third; -1 for the reverse; otherwise 0."""
    pitch_classes = np.where(is_onset(rows), rows % OCTAVE, -1)
    major, minor = ((pitch_classes == third).any(axis=1) for third in (MAJOR_THIRD, MINOR_THIRD))
    return major.astype(int) - minor
