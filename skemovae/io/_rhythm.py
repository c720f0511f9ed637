"""How a duration is written in a bar: as one note value or as several, so that the beats stay readable."""

from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from ._measures import is_ternary

SHORTEST = Fraction(1, 16)  # of a quarter note, a 64th
WHOLE = 4  # quarter notes, the longest value without a dot


class Frame(NamedTuple):
    """The beats of a whole bar."""

    length: Fraction
    lines: list  # where the beats begin, and where the last one ends
    is_binary: bool  # whether it can be halved repeatedly, as 4/4 and 2/4 can


class Value(NamedTuple):
    """A note or rest value; `base` is its length without the dot."""

    start: Fraction
    length: Fraction
    base: Fraction

    @property
    def end(self):
        return self.start + self.length


def pieces(bar, odd, start, end, is_rest):
    """Return the pieces (start, end) in which a note or a rest within one bar is written.

    Parameters
    ----------
    bar : Bar
    odd : list of (Fraction, Fraction)
        The beats with triplets or other tuplets, as returned by :func:`odd_beats`; nothing is split within them.
        start, end : Fraction
        is_rest : bool
    """
    if is_rest and (start, end) == (bar.start, bar.end):
        return [(start, end)]  # a rest of a whole bar, in any meter
    for first, last in odd:
        if first < end and start < last:
            inside = (max(start, first), min(end, last))
            before = pieces(bar, odd, start, first, is_rest) if start < first else []
            after = pieces(bar, odd, last, end, is_rest) if last < end else []
            return [*before, inside, *after]
    origin = bar.start - bar.offset
    frame = _frame_of(bar.meter)
    return [(origin + v.start, origin + v.end) for v in _split(frame, start - origin, end - origin, is_rest)]


@lru_cache(maxsize=64)
def _frame_of(meter):
    beats = meter.beats
    halves = len(beats) in (1, 2, 4, 8) and len(set(beats)) == 1
    return Frame(meter.length, list(accumulate(beats, initial=Fraction(0))), halves and not is_ternary(beats[0]))


def _split(frame, start, end, is_rest):
    """Return the values in which a span is written; notes are rejoined if one value is as easy to read as two."""
    values: list[Value] = []
    for value in _parts(frame, start, end, is_rest):
        joined = None if is_rest or not values else _fitting(frame, values[-1].start, value.end, is_rest)
        if joined:
            values[-1] = joined
        else:
            values.append(value)
    return values


def _parts(frame, start, end, is_rest):
    value = _fitting(frame, start, end, is_rest)
    if value:
        return [value]
    line = _cut_of(frame, start, end)
    if line is None:  # shorter than any value
        return [Value(start, end - start, end - start)]
    return _parts(frame, start, line, is_rest) + _parts(frame, line, end, is_rest)


def _fitting(frame, start, end, is_rest):
    """Return the single value for a span, or None if several are needed or are easier to read."""
    value = _value_of(start, end - start)
    if value is None:
        return None
    if frame.is_binary:
        fits = _is_aligned(start, value) if is_rest else _is_nested(start, value, frame.length)
        return value if fits else None
    i = max(i for i, line in enumerate(frame.lines) if line <= start)
    first, last = frame.lines[i : i + 2]
    if end > last:
        fits = not is_rest and _fits_across(frame.lines, start, end, last - first)
    elif is_ternary(last - first):
        fits = _fits_ternary(start - first, value, (last - first) / 3, is_rest)
    else:
        fits = _is_aligned(start - first, value) if is_rest else _is_nested(start - first, value, last - first)
    return value if fits else None


def _is_nested(start, value, whole):
    """Return whether a note is easy to read in a bar that can be halved repeatedly.

    It must lie within a span of twice its value, and begin at a multiple of half its value. So a quarter note may stand
    between two eighths, and a half note between two quarter notes, but notes may not be further off the beat.
    """
    box = min(2 * value.base, whole)
    return start % (value.base / 2) == 0 and start % box + value.length <= box


def _is_aligned(start, value):
    return value.length == value.base and start % value.length == 0


def _fits_ternary(start, value, unit, is_rest):
    """Return whether a value is easy to read in a beat of three units."""
    if value.length == 3 * unit:
        return True
    if value.length < unit:
        return _is_aligned(start % unit, value) if is_rest else _is_nested(start % unit, value, unit)
    if is_rest:
        return value.length == value.base and start % unit == 0 and (value.length == unit or start == 0)
    return start % unit == 0 and start + value.length <= 3 * unit


def _fits_across(lines, start, end, beat):
    """Return whether a note may hide the beats within it.

    With beats of two, it must begin on a beat, or in the middle of one and last at most a beat and a half. With beats
    of three, it must cover whole beats.
    """
    if any(line % beat for line in lines):
        return False
    if is_ternary(beat):
        return start % beat == 0 and end % beat == 0
    half = beat / 2
    return start % half == 0 and end % half == 0 and (start % beat == 0 or end - start <= 3 * half)


def _cut_of(frame, start, end):
    """Return where a span is split: at the most important line within it, or None if there is none."""
    if frame.is_binary:
        return _strongest(0, frame.length, start, end)
    line = _line_within(frame.lines, start, end)
    if line is not None:
        return line
    i = max(i for i, line in enumerate(frame.lines) if line <= start)
    first, beat = frame.lines[i], frame.lines[i + 1] - frame.lines[i]
    if not is_ternary(beat):
        return _strongest(first, beat, start, end)
    line = _line_within([first + i * beat / 3 for i in range(4)], start, end)
    return _strongest(first, beat / 3, start, end) if line is None else line


def _line_within(lines, start, end):
    """If a span begins on a line, return the last line within it, or else the first."""
    inside = [line for line in lines if start < line < end]
    return (inside[-1] if start in lines else inside[0]) if inside else None


def _strongest(first, length, start, end):
    size = length
    while size >= SHORTEST:
        line = first + ((start - first) // size + 1) * size
        if line < end:
            return line
        size /= 2
    return None


def _value_of(start, length):
    base = SHORTEST
    while base <= WHOLE:
        if length == base or (length == 3 * base / 2 and base > SHORTEST):
            return Value(start, length, base)
        base *= 2
    return None
