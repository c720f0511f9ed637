"""Windows of four bars from folk tunes: which tunes qualify, at which speeds, and from which bar lines."""

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from .._scores import regular_stretches
from ..preprocessing import REST, row_of_notes

N_STEPS = 64  # sixteenths
METERS = {(2, 2), (2, 4), (4, 1), (4, 2), (4, 4), (4, 8)}  # duple and quadruple, whose bars fill bars of 4/4
MAJOR = {"major", "mixolydian", "lydian"}
SPEEDS = tuple(Fraction(2) ** power for power in range(-2, 4))  # factors by which durations are multiplied
SHORTEST_MEDIAN, LONGEST_MEDIAN = 2, 16  # steps; the median note of a tune at a speed that is used
MIN_TUNE_NOTES = 12
MIN_WINDOW_NOTES = 5
MAX_REST_STEPS = 16
MAX_FILLED_STEPS = 8  # rests that complete the last bar of a tune
LOWEST, HIGHEST = 48, 84
MIDDLE = 65.5  # mean pitch of a tune, as near as octaves allow


class UnsuitableTuneError(ValueError):
    """A tune without usable melodies; the message is the reason under which it is counted."""


class Tune(NamedTuple):
    """A tune in C major or C minor: notes as onset, end and pitch, and stretches of regular bars, in time steps."""

    mode: str
    resolution: int
    notes: np.ndarray
    stretches: list
    begins_regularly: bool  # with at most an upbeat before the first stretch
    incipit: np.ndarray  # intervals between its first notes


class Window(NamedTuple):
    """A window of a tune."""

    tokens: np.ndarray
    speed: int  # index into SPEEDS
    step: int  # at which it begins, counted from the first whole bar of the tune
    is_first: bool
    is_final: bool


def prepare(music, mode_by_third=False):
    """Return a tune in C, or raise UnsuitableTuneError.

    Parameters
    ----------
    music : muspy.Music
        The result of :func:`skemovae.io.parse_abc`.
    mode_by_third : bool, default=False
        Whether to take the mode from the third above the tonic that sounds longer, and not from the key signature.
    """
    meters = {(mark.numerator, mark.denominator) for mark in music.time_signatures}
    if len(meters) != 1 or not meters <= METERS:
        raise UnsuitableTuneError("another meter")
    keys = {(key.root, "major" if key.mode in MAJOR else "minor") for key in music.key_signatures}
    if len(keys) != 1:
        raise UnsuitableTuneError("a change of key")
    notes = np.array([(note.time, note.end, note.pitch) for note in music.tracks[0].notes], dtype=int).reshape(-1, 3)
    if len(notes) < MIN_TUNE_NOTES:
        raise UnsuitableTuneError("few notes")
    ((root, mode),) = keys
    lengths = notes[:, 1] - notes[:, 0]
    if mode_by_third:
        degrees = (notes[:, 2] - root) % 12
        minor, major = lengths[degrees == 3].sum(), lengths[degrees == 4].sum()
        if minor == major:
            raise UnsuitableTuneError("no clear third")
        mode = "minor" if minor > major else "major"
    mean = np.average(notes[:, 2], weights=lengths) - root
    notes[:, 2] += 12 * round((MIDDLE - mean) / 12) - root
    incipit = np.diff(notes[:MIN_TUNE_NOTES, 2])
    ((numerator, denominator),) = meters
    bar = 4 * music.resolution * numerator // denominator
    stretches = regular_stretches([line.time for line in music.barlines], bar)
    begins_regularly = bool(stretches) and stretches[0][0] < bar
    return Tune(mode, music.resolution, notes, stretches, begins_regularly, incipit)


def windows_of(tune, counts):
    """Return the windows of a tune at each speed, and count in `counts` those that do not qualify, by reason.

    Parameters
    ----------
    tune : Tune
    counts : collections.Counter

    Returns
    -------
    list of Window
    """
    median = Fraction(float(np.median(tune.notes[:, 1] - tune.notes[:, 0]))) * 4 / tune.resolution
    windows = []
    for number, speed in enumerate(SPEEDS):
        if SHORTEST_MEDIAN <= median * speed < LONGEST_MEDIAN:
            windows += _windows_at(tune, number, counts)
    return windows


def _windows_at(tune, number, counts):
    """Return the windows of a tune at one speed."""
    speed = SPEEDS[number]
    scale, step = 4 * speed.numerator, tune.resolution * speed.denominator  # steps = time * scale / step
    first = tune.stretches[0][0] if tune.stretches else 0
    found = []
    for start, stop in tune.stretches:
        is_last = (start, stop) == tune.stretches[-1]
        length = (stop - start) * scale // step
        on_grid = ((tune.notes[:, :2] - start) * scale % step == 0).all(axis=1)
        notes = np.column_stack([(tune.notes[:, :2] - start) * scale // step, tune.notes[:, 2]])
        for begin in range(0, length, N_STEPS):
            missing = begin + N_STEPS - length
            if missing > (MAX_FILLED_STEPS if is_last else 0):
                break
            inside = (notes[:, 0] < begin + N_STEPS) & (notes[:, 1] > begin)
            tokens = _tokens(notes[inside], begin) if on_grid[inside].all() else "off the grid"
            if isinstance(tokens, str):
                counts[f"windows: {tokens}"] += 1
                continue
            is_final = is_last and notes[-1, 0] < begin + N_STEPS
            offset = (start - first) * scale // step
            is_first = tune.begins_regularly and offset + begin == 0
            found.append(Window(tokens, number, offset + begin, is_first, bool(is_final)))
    return found


def _tokens(notes, begin):
    """Return the tokens of a window's notes, or the reason why they do not qualify."""
    notes = notes - (begin, begin, 0)
    starts, _, pitches = notes.T
    if len(notes) < MIN_WINDOW_NOTES:
        return "few notes"
    if starts[0] < 0:
        return "begin in the midst of a note"
    if pitches.min() < LOWEST or pitches.max() > HIGHEST:
        return "out of range"
    tokens = np.array(row_of_notes(notes.tolist(), N_STEPS), dtype=np.uint8)
    if (tokens == REST).sum() > MAX_REST_STEPS:
        return "many rests"
    return tokens
