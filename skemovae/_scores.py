"""Questions about any score, wherever it comes from: whether it is valid, and where its bars lie."""

from fractions import Fraction
from itertools import pairwise
from math import ceil
from numbers import Integral


def why_impossible(music):
    """Return what makes a score impossible, as a text that follows "has", or None; MusPy's classes accept anything.

    Parameters
    ----------
    music : muspy.Music

    Returns
    -------
    str or None
    """
    if not isinstance(music.resolution, Integral) or music.resolution < 1:
        return f"a resolution of {music.resolution!r} time steps per quarter note; expected a positive integer"
    for track in music.tracks:
        for note in track.notes:
            time, pitch, duration = note.time, note.pitch, note.duration
            # Plain integers first: isinstance checks against Integral took 19 us per score, more than the encoding.
            if (
                not (
                    type(time) is type(pitch) is type(duration) is int
                    or all(isinstance(value, Integral) for value in (time, pitch, duration))
                )
                or time < 0
                or duration < 0
                or not 0 <= pitch <= 127
            ):
                return (
                    f"an impossible note (onset {time!r}, pitch {pitch!r}, length {duration!r}); "
                    "expected integers, onset and length >= 0 and pitch 0 to 127"
                )
    return None


def end_of(music):
    """Return the time step, 1 or more, by which all notes of a valid score have ended and after all marks."""
    ends = [int(note.time) + int(note.duration) for track in music.tracks for note in track.notes]
    ends += [int(mark.time) + 1 for mark in (*music.tempos, *music.key_signatures, *music.time_signatures)]
    return max([1, *ends])


def bars_of(music, end=None):
    """Return the bars of a valid score, at least one.

    A time signature begins a bar, and ends the one before; without a time signature, the meter is 4/4.

    Parameters
    ----------
    music : muspy.Music
    end : int, default=None
        The last bar is the one that reaches this time step; None takes the end of the last note or mark.

    Returns
    -------
    list of (Fraction, Fraction)
        Start and end of each bar in quarter notes. The last one may end after `end`.
    """
    signatures = sorted(music.time_signatures, key=lambda signature: signature.time)
    end = end_of(music) if end is None else max(int(end), 1)
    meters = {0: Fraction(4)} | {
        max(int(s.time), 0): Fraction(4 * s.numerator, s.denominator) for s in signatures if s.time < end
    }
    changes = list(meters)[1:]
    bars: list = []
    for (start, length), until in zip(meters.items(), [*changes, end], strict=True):
        first, following = (Fraction(time, int(music.resolution)) for time in (start, until))
        n_bars = ceil((following - first) / length)
        starts = [first + i * length for i in range(n_bars)]
        limit = following if until in changes else first + n_bars * length
        bars += [(bar, min(bar + length, limit)) for bar in starts]
    return bars


def regular_stretches(lines, bar):
    """Return the stretches of a tune in which whole bars follow each other, as (start, end) in time steps.

    A bar may be written in two parts, like the upbeat of a repeated section. What precedes the first whole bar is an
    upbeat and belongs to no stretch; the last bar of the tune may be incomplete.

    Parameters
    ----------
    lines : list of int
        Time steps of all bar lines, from the beginning to the end of the tune.
    bar : int
        Length of a whole bar.

    Returns
    -------
    list of (int, int)
    """
    stretches = []
    start = bar_start = lines[0]
    for before, line in pairwise(lines):
        if (line - bar_start) % bar == 0:  # a whole bar, or several without a bar line between them
            bar_start = line
        elif line - bar_start > bar:  # too long: the stretch ends before this bar, and another begins as soon as it can
            stretches.append((start, bar_start))
            whole = (line - before) % bar == 0
            start = before if whole else line
            bar_start = line
    stretches.append((start, lines[-1]))
    return [(start, end) for start, end in stretches if end - start >= bar]
