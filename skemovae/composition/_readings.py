"""What reports say about windows: their positions, their keys, and their emotion by the labeling rule."""

import numpy as np

from ..emotion import EMOTIONS
from ..io import KEY_NAMES
from ..preprocessing import SHORT_NOTE_STEPS, median_note_length


def emotions_by_rule(rows, modes, resolution):
    """Return the name of each row's emotion by the labeling rule; "" for a row without notes.

    Parameters
    ----------
    rows : int ndarray of shape (n_samples, n_steps)
    modes : sequence of str
        "major" or "minor".
    resolution : int
        Number of steps per quarter note; the rule is in sixteenths.
    """
    names = {(emotion.valence, emotion.arousal): emotion.name for emotion in EMOTIONS}
    lengths = median_note_length(rows) * 4 / resolution
    found = [
        "" if np.isnan(length) else names[1 if mode == "major" else -1, 1 if length < SHORT_NOTE_STEPS else -1]
        for mode, length in zip(modes, lengths.tolist(), strict=True)
    ]
    return np.array(found, dtype=object)


def key_name(root, mode):
    """Return the usual name of a key, such as "Eb major"."""
    return f"{KEY_NAMES[mode][root]} {mode}"


def places_of(tune, windows):
    """Return the positions of windows in their tune, and which of them the model can represent, as a dict of arrays."""
    return {
        "bar": np.array([tune.bar_number(window.start) for window in windows]),
        "start": np.array([window.start / tune.quarter for window in windows]),
        "stop": np.array([window.stop / tune.quarter for window in windows]),
        "represented": np.array([window.tokens is not None for window in windows]),
        "reason": [window.reason for window in windows],
    }


def spread(values, windows, held, fill):
    """Return values for the windows that have a row as an array with an entry for every window.

    Parameters
    ----------
    values : array-like of shape (n_held, ...)
    windows : list of Window
    held : int ndarray of shape (n_held,)
        The indices of the windows that have a row.
    fill : object
        The entry for the others; with None, the array has dtype object.
    """
    values = np.asarray(values)
    everywhere = np.full((len(windows), *values.shape[1:]), fill, dtype=object if fill is None else values.dtype)
    everywhere[held] = values
    return everywhere
