"""training_copies: how much generated melodies copy from the training melodies, note for note."""

import numpy as np
from sklearn.utils import Bunch

from ._inputs import as_notes, mean_of_known

FRAGMENT = 8  # notes


def training_copies(X, X_train):
    """Return how many melodies are copies of training melodies, or quote them.

    Melodies are compared note by note. Unlike in :func:`diversity`, they need not have the same length, and quotations
    are found anywhere. Compare the result with that of real melodies that the generator was not trained on, because
    real tunes also share turns of phrase.

    Parameters
    ----------
    X : list of muspy.Music, or array-like of shape (n_samples, n_steps), int
        Melodies to compare, for example generated ones, or their tokens.
    X_train : list of muspy.Music, or array-like of shape (n_train, n_train_steps), int
        The training melodies.

    Returns
    -------
    sklearn.utils.Bunch
        copies : float
            Share of the melodies that are identical to a training melody: the same notes at the same times.
        fragment_copies : float
            Share of the melodies that have eight consecutive notes in common with a training melody: the same pitches,
            lengths and rests between them, anywhere in it. Melodies of fewer than eight notes count as having none.

        Melodies without notes do not count. Both are NaN if there are no others.

    Raises
    ------
    ValueError
        If an input holds neither scores nor valid tokens.

    See Also
    --------
    diversity : How many melodies are distinct.

    Examples
    --------
    >>> from skemovae.metrics import training_copies
    >>> scale = [60, 62, 64, 65, 67, 69, 71, 72]
    >>> training_copies([[*scale, 72], [55, *scale], [*scale[::-1], 60]], [[*scale, 72]])
    {'copies': 0.333..., 'fragment_copies': 0.666...}
    """
    copied = copied_melodies(as_notes(X), as_notes(X_train))
    return Bunch(**{name: mean_of_known(values) for name, values in copied.items()})


def copied_melodies(melodies, training):
    """Return two arrays with 1 for each melody that is a copy, 0 for others, and NaN for those without notes."""
    whole = {notes.tobytes() for notes in training}
    parts = {part for notes in training for part in _fragments(notes)}
    return {
        "copies": np.array([float(notes.tobytes() in whole) if len(notes) else np.nan for notes in melodies]),
        "fragment_copies": np.array(
            [float(not parts.isdisjoint(_fragments(notes))) if len(notes) else np.nan for notes in melodies]
        ),
    }


def _fragments(notes):
    """Return each run of eight notes as bytes, with onsets counted from the first."""
    runs = [notes[i : i + FRAGMENT] for i in range(len(notes) - FRAGMENT + 1)]
    return [(run - [run[0, 0], 0, 0]).tobytes() for run in runs]
