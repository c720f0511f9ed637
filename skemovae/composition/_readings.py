"""The emotion of rows by the rule that labels melodies: the mode is the valence, short notes are the arousal."""

import numpy as np

from ..emotion import EMOTIONS
from ..preprocessing import SHORT_NOTE_STEPS, median_note_length


def emotions_by_rule(rows, modes, resolution):
    """Return the name of the emotion of each row by rule; "" for a row without notes.

    Parameters
    ----------
    rows : int ndarray of shape (n_samples, n_steps)
    modes : sequence of str
        "major" or "minor".
    resolution : int
        Steps per quarter note; the rule is in sixteenths.
    """
    names = {(emotion.valence, emotion.arousal): emotion.name for emotion in EMOTIONS}
    lengths = median_note_length(rows) * 4 / resolution
    found = [
        "" if np.isnan(length) else names[1 if mode == "major" else -1, 1 if length < SHORT_NOTE_STEPS else -1]
        for mode, length in zip(modes, lengths.tolist(), strict=True)
    ]
    return np.array(found, dtype=object)
