"""The melodic quality of single melodies: their intervals, their endings, and what returns in them."""

import numpy as np

from ._inputs import STEPS_PER_BAR

STEP = 2  # semitones of a major second, the largest step
FIFTH = 7  # semitones; larger intervals are wide leaps
TONIC = 0  # the pitch class of C, to which KeyNormalizer transposes major and minor
FIGURE = 3  # intervals


def n_bars(notes):
    """Return the number of bars of 4/4 up to the end of the last note."""
    return -(-int(notes[-1, 0] + notes[-1, 1]) // STEPS_PER_BAR)


def n_different_bars(notes, what):
    """Return the number of different bars up to the end of the last note; all bars without an onset count as the same.

    Parameters
    ----------
    notes : int array of shape (n_notes, 3)
    what : list of int
        The columns that tell bars apart: [0], the onsets, is their rhythm.
    """
    bars, places = np.divmod(notes[:, 0], STEPS_PER_BAR)
    content = np.column_stack([places, notes[:, 1:]])[:, what]
    starts = np.unique(bars, return_index=True)[1]
    different = {part.tobytes() for part in np.split(content, starts[1:])}
    return len(different) + (len(starts) < n_bars(notes))


def figures(notes):
    """Return the figure that begins with each note: three intervals and the three times between the onsets.

    Figures do not depend on the key. None begins with the last three notes.
    """
    moves = np.diff(notes[:, [0, 2]], axis=0)
    return [tuple(moves[i : i + FIGURE].ravel().tolist()) for i in range(len(moves) - FIGURE + 1)]


def _share_of_intervals(holds):
    """Return a metric: the share of the intervals, in semitones, for which a condition holds."""

    def metric(notes):
        sizes = np.abs(np.diff(notes[:, 2]))
        return holds(sizes).mean() if sizes.size else np.nan

    return metric


def _ends_by_step(notes):
    return float(abs(notes[-1, 2] - notes[-2, 2]) <= STEP) if len(notes) > 1 else np.nan


def _ends_on_tonic(notes):
    return float(notes[-1, 2] % 12 == TONIC)


def _longest_run(notes):
    changes = np.flatnonzero(np.diff(notes[:, 2])) + 1
    return np.diff(np.concatenate([[0], changes, [len(notes)]])).max()


def _figure_return(notes):
    half = n_bars(notes) * STEPS_PER_BAR / 2
    found = figures(notes)
    first = {figure for figure, end in zip(found, notes[FIGURE:, 0], strict=False) if end < half}
    second = {figure for figure, onset in zip(found, notes[:, 0], strict=False) if onset >= half}
    return float(not first.isdisjoint(second))


def _bar_rhythm_return(notes):
    if n_bars(notes) < 2:
        return np.nan
    return float(n_different_bars(notes, [0]) < n_bars(notes))


def _notes_per_bar(notes):
    return len(notes) / n_bars(notes)


#: Metrics of melodic quality: name -> function of the notes of a melody that has at least one, an array of shape
#: (n_notes, 3) with onset and length in sixteenths, and pitch.
NOTE_METRICS = {
    "repeat_rate": _share_of_intervals(lambda sizes: sizes == 0),
    "step_rate": _share_of_intervals(lambda sizes: (sizes > 0) & (sizes <= STEP)),
    "leap_rate": _share_of_intervals(lambda sizes: sizes > FIFTH),
    "ends_by_step": _ends_by_step,
    "ends_on_tonic": _ends_on_tonic,
    "longest_run": _longest_run,
    "figure_return": _figure_return,
    "bar_rhythm_return": _bar_rhythm_return,
    "notes_per_bar": _notes_per_bar,
}
