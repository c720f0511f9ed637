"""What the metrics share: melodies from scores or tokens, emotions from labels, and means without NaN."""

import muspy
import numpy as np
from sklearn.utils import check_array

from ..emotion import EMOTIONS, label_spellings
from ..preprocessing import PitchEncoder, check_scores, melody_on_grid

STEPS_PER_QUARTER = 4  # a step is a sixteenth, whatever the resolution of a score
STEPS_PER_BAR = 16  # of 4/4, the meter of the paper's data


def as_melodies(X):
    """Return scores, or the scores that rows of tokens stand for."""
    if _are_scores(X):
        return check_scores(X)
    try:
        tokens = np.asarray(X)
    except ValueError:  # NumPy's message does not say what was expected
        raise ValueError("rows of different lengths: expected tokens of shape (n_samples, n_steps)") from None
    if not tokens.size:
        raise ValueError("X is empty: expected a list of muspy.Music, or rows of tokens")
    return PitchEncoder(n_steps=tokens.shape[1] if tokens.ndim == 2 else 1).inverse_transform(tokens)


def n_steps_of(X):
    """Return where melodies end: the number of steps of rows of tokens, infinity for scores."""
    return np.inf if _are_scores(X) else np.shape(X)[1]


def _are_scores(X):
    return not hasattr(X, "iloc") and len(X) > 0 and isinstance(X[0], muspy.Music)  # a DataFrame is tokens


def as_notes(X):
    """Return the notes of each melody, int arrays of shape (n_notes, 3): onset and length in sixteenths, and pitch.

    The notes are in order and do not overlap. Of a score with several voices, they are the highest notes; of a row of
    tokens, those that it stands for.
    """
    return [notes_of_melody(music) for music in as_melodies(X)]


def notes_of_melody(music):
    """Return the notes of a score as :func:`as_notes` does."""
    melody = [(first, last - first, pitch) for first, last, pitch in melody_on_grid(music, STEPS_PER_QUARTER)]
    return np.array(melody, dtype=np.int64).reshape(-1, 3)


def has_notes(music):
    """Return whether a score has a pitched note."""
    return any(track.notes for track in music.tracks if not track.is_drum)


def as_rows(name, X, like=None):
    """Return rows of symbols as an array of shape (n_samples, n_steps), with as many steps as the array `like`."""
    rows = check_array(X, input_name=name)
    if like is not None and rows.shape[1] != like.shape[1]:
        raise ValueError(
            f"{name} has {rows.shape[1]} steps and X has {like.shape[1]}: expected the same number; encode both with "
            "the same PitchEncoder(n_steps=...)"
        )
    return rows


def emotion_index(y, n_samples, what):
    """Return the index into EMOTIONS of each label; `what` says in the error message what the labels belong to."""
    index = label_spellings(y)[1]
    if len(index) != n_samples or not n_samples:
        raise ValueError(f"{n_samples} {what} and {len(index)} labels: expected the same number, at least one")
    return index


def share_by_quadrant(hit, index):
    """Return {"Q1": share of the rows of Q1 that are hits, ...}, with NaN for an emotion without rows."""
    return {
        emotion.quadrant: float(hit[index == i].mean()) if (index == i).any() else np.nan
        for i, emotion in enumerate(EMOTIONS)
    }


def mean_of_known(values):
    """Return the mean of the values that are not NaN; NaN if there are none."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else np.nan
