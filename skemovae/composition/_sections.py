"""The sections of a score: stretches in one key and one meter, of whole bars or of what is left between them."""

from bisect import bisect_left
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from .._scores import bars_of, regular_stretches
from ..preprocessing import find_key, stated_key


class Section(NamedTuple):
    """A part of a score in one key and one meter. Times are integers, in the units passed to :func:`sections_of`."""

    start: int
    stop: int
    bar: int  # length of a whole bar
    meter: str
    regular: bool  # of whole bars, except perhaps the last; otherwise an upbeat, or a bar of another length
    root: int  # pitch class of the tonic
    mode: str


def bar_lines(music, units, end):
    """Return the times of all bar lines, up to the end of the bar that reaches `end`.

    MusicXML states where they are; time signatures do not determine them if the first bar is an upbeat.

    Parameters
    ----------
    music : muspy.Music
    units : int
        Time units per time step of the score.
    end : int
        In time units.
    """
    if not music.barlines:
        bars = bars_of(music, -(-end // units))
        return [int(start * music.resolution * units) for start, _ in bars] + [
            int(bars[-1][1] * music.resolution * units)
        ]
    lines = sorted({0, *(int(line.time) * units for line in music.barlines if line.time * units < max(end, 1))})
    _, bar, _ = _meters(music, units)[-1]
    missing = max(-(-(end - lines[-1]) // bar), 1)
    return lines + [lines[-1] + (i + 1) * bar for i in range(missing)]


def sections_of(music, units, lines):
    """Return the sections of a score, one after another, from its first bar line to its last.

    Parameters
    ----------
    music : muspy.Music
    units : int
        Time units per time step of the score.
    lines : list of int
        As :func:`bar_lines` returns them.

    Returns
    -------
    list of Section
    """
    meters, keys = _meters(music, units), _keys(music, units, lines)
    borders = {lines[0], lines[-1]} | {time for time, *_ in (*meters, *keys) if lines[0] < time < lines[-1]}
    sections = []
    for start, stop in pairwise(sorted(borders)):
        _, bar, meter = _at(meters, start)
        _, root, mode = _at(keys, start)
        inside = [start, *(line for line in lines if start < line < stop), stop]
        free = start
        for first, last in [*regular_stretches(inside, bar), (stop, stop)]:
            if free < first:
                sections.append(Section(free, first, bar, meter, False, root, mode))
            if first < last:
                sections.append(Section(first, last, bar, meter, True, root, mode))
            free = last
    # An upbeat is also written as a bar of a shorter meter.
    following = [*sections[1:], None]
    return [
        section._replace(regular=section.regular and not (after and section.stop - section.start < after.bar))
        for section, after in zip(sections, following, strict=True)
    ]


def _meters(music, units):
    """Return the changes of meter as (time, length of a bar, text), from time 0 on; without a mark, it is 4/4."""
    marks = {0: (4, 4)} | {
        max(int(mark.time), 0) * units: (mark.numerator, mark.denominator)
        for mark in sorted(music.time_signatures, key=lambda mark: mark.time)
    }
    whole = 4 * music.resolution * units
    changes: list = []
    for time, (numerator, denominator) in sorted(marks.items()):
        text = f"{numerator}/{denominator}"
        if not changes or changes[-1][2] != text:
            changes.append((time, max(round(Fraction(whole * numerator, denominator)), 1), text))
    return changes


def _keys(music, units, lines):
    """Return the changes of key as (time, tonic, mode), from the beginning on, each at a bar line.

    If a key signature does not state the mode, a single key is found for the whole score.
    """
    marks = sorted(music.key_signatures, key=lambda mark: mark.time)
    stated = [stated_key(mark) for mark in marks]
    if not stated or None in stated:
        return [(lines[0], *find_key(music))]
    changes: list = []
    for mark, key in zip(marks, stated, strict=True):
        if not changes or changes[-1][1:] != key:
            time = lines[min(bisect_left(lines, int(mark.time) * units), len(lines) - 1)] if changes else lines[0]
            changes.append((time, *key))
    return changes


def _at(changes, time):
    """Return the last change that is not after a time."""
    return max((change for change in changes if change[0] <= time), key=lambda change: change[0])
