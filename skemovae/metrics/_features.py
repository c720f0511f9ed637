"""Features of a melody with which a classifier distinguishes generated melodies from real ones."""

import numpy as np

from ._inputs import STEPS_PER_BAR, STEPS_PER_QUARTER
from ._notes import NOTE_METRICS, figures, n_different_bars

INTERVAL_SIZES = (0, 1, 2, 3, 4, 5, 7, 12)  # semitones
STEPS_BETWEEN = (1, 2, 3, 4, 6, 8, 12, 16)  # sixteenths from onset to onset
OCTAVE = 12
N_FEATURES = 61
UNDEFINED = -1.0  # scikit-learn's trees would raise an error for a column that is all NaN


def note_features(melodies):
    """Return the features of melodies, an ndarray of shape (n_samples, N_FEATURES) with -1 for undefined features.

    Parameters
    ----------
    melodies : list of int ndarray of shape (n_notes, 3)
        Notes as returned by :func:`as_notes`.
    """
    rows = [_features(notes) if len(notes) else [np.nan] * N_FEATURES for notes in melodies]
    return np.nan_to_num(np.array(rows, dtype=float), nan=UNDEFINED)


def _features(notes):
    onsets, lengths, pitches = notes.T
    moves = np.diff(pitches)
    return [
        *(metric(notes) for metric in NOTE_METRICS.values()),
        len(notes),
        onsets[0],
        onsets[-1],
        lengths[-1],
        1 - lengths.sum() / (onsets[-1] + lengths[-1]),  # how much of it is rests
        np.ptp(pitches),
        pitches.mean(),
        len(np.unique(pitches)),
        pitches[-1] - pitches[0],
        *_motion(moves),
        *_rhythm(onsets),
        *np.bincount(pitches % OCTAVE, minlength=OCTAVE) / len(notes),
        *_repetition(notes),
    ]


def _motion(moves):
    if not moves.size:
        return [np.nan] * (len(INTERVAL_SIZES) + 5)
    sizes = np.abs(moves)
    turns = moves[1:] * moves[:-1] < 0
    return [
        *((sizes == size).mean() for size in INTERVAL_SIZES),
        (sizes > OCTAVE).mean(),
        sizes.mean(),
        sizes[-1],
        (moves > 0).mean(),
        turns.mean() if turns.size else np.nan,
    ]


def _rhythm(onsets):
    between, places = np.diff(onsets), onsets % STEPS_PER_QUARTER
    times = [(between == steps).mean() if between.size else np.nan for steps in STEPS_BETWEEN]
    return [*times, len(np.unique(between)), *np.bincount(places, minlength=STEPS_PER_QUARTER) / len(onsets)]


def _repetition(notes):
    found = figures(notes)
    known = set(map(tuple, notes[:, [0, 2]].tolist()))
    return [
        1 - len(set(found)) / len(found) if found else np.nan,
        n_different_bars(notes, [0]),
        n_different_bars(notes, [0, 1, 2]),
        *(
            np.mean([(onset - lag, pitch) in known for onset, pitch in known])
            for lag in (STEPS_PER_BAR, 2 * STEPS_PER_BAR)
        ),
    ]
