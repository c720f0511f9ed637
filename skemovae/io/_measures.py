"""Where the bars and beats of a score lie; all times are in quarter notes."""

from bisect import bisect_right
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from .._scores import end_of

FINEST = Fraction(1, 16)  # of a quarter note: multiples of a 64th note are not odd times


class Meter(NamedTuple):
    """A time signature."""

    numerator: int
    denominator: int

    @property
    def length(self):
        return Fraction(4 * self.numerator, self.denominator)

    @property
    def beats(self):
        """The length of each beat. Three, six, nine or twelve eighths have beats of three; so do six quarter notes."""
        unit = Fraction(4, self.denominator)
        if self.numerator % 3 == 0 and (self.denominator >= 8 or self.numerator > 3):
            return [3 * unit] * (self.numerator // 3)
        if self.denominator <= 4 or self.numerator == 1:
            return [unit] * self.numerator
        return [2 * unit] * (self.numerator // 2 - 1) + [(2 + self.numerator % 2) * unit]


class Bar(NamedTuple):
    """A bar of a score."""

    start: Fraction
    end: Fraction
    meter: Meter
    offset: Any = 0  # where in a whole bar it begins: an upbeat is the end of a whole bar
    number: int = 1  # as printed; an upbeat has 0
    is_counted: bool = True  # False for an upbeat, and for a bar that completes the bar before


def measures_of(music):
    """Return the bars of a possible score, at least one.

    A time signature begins a bar and ends the one before; so does a bar line, where the score has any. Without a time
    signature the meter is 4/4. The first bar is an upbeat if it is shorter than its meter. In a score without bar
    lines, it is also an upbeat if it is the only bar of its meter and this meter is shorter than the next, as in MIDI
    files. The last bar is shortened by the length of the upbeat if that leaves no note out.
    """
    end = Fraction(end_of(music), int(music.resolution))
    changes = {Fraction(0): Meter(4, 4)}
    for mark in sorted(music.time_signatures, key=lambda mark: mark.time):
        time = Fraction(max(int(mark.time), 0), int(music.resolution))
        if mark.numerator < 1 or mark.denominator < 1:
            raise ValueError(f"a time signature of {mark.numerator}/{mark.denominator}; expected positive numbers")
        if time < end:
            changes[time] = Meter(int(mark.numerator), int(mark.denominator))
    lines = sorted({Fraction(int(line.time), int(music.resolution)) for line in music.barlines})
    bars: list[Bar] = []
    for (start, meter), until in zip(changes.items(), [*list(changes)[1:], end], strict=True):
        is_last = until == end  # its last bar may continue
        while start < until:
            stop = start + meter.length if is_last else min(start + meter.length, until)
            place = bisect_right(lines, start)
            if place < len(lines):
                stop = min(stop, lines[place])
            bars.append(Bar(start, stop, meter))
            start = stop
    return _placed(bars, end, has_lines=bool(lines))


def _placed(bars, end, has_lines):
    """Return bars with their numbers, and with the place in the meter of those that are incomplete."""
    first, *others = bars
    length = first.end - first.start
    if others and not has_lines and length < others[0].meter.length:
        first = first._replace(meter=others[0].meter)
    is_upbeat = bool(others) and length < first.meter.length
    if is_upbeat:
        first = first._replace(offset=first.meter.length - length, number=0, is_counted=False)
        last = others[-1]
        if last.end - last.start == last.meter.length and end <= last.end - length:
            others[-1] = last._replace(end=last.end - length)
    placed = [first]
    missing = 0 if is_upbeat else first.meter.length - length  # what the bar before is short of
    for bar in others:
        length = bar.end - bar.start
        completes = length < bar.meter.length and length == missing
        missing = 0 if completes else bar.meter.length - length
        offset = bar.meter.length - length if completes else 0
        number = placed[-1].number + (not completes)
        placed.append(bar._replace(offset=offset, number=number, is_counted=not completes))
    return placed


def beat_lines(bar):
    """Return the borders of the beats of a bar. Beats of three are cut in three, longer ones into quarter notes."""
    lines, line = [], bar.start - bar.offset
    for beat in bar.meter.beats:
        size = beat / 3 if is_ternary(beat) else min(beat, Fraction(1))
        lines += [line + i * size for i in range(int(beat / size))]
        line += beat
    return [bar.start, *(line for line in lines if bar.start < line < bar.end), bar.end]


def is_ternary(beat):
    """Whether a beat has three parts: two parts never make a length with a factor of three."""
    return Fraction(beat).numerator % 3 == 0


def odd_beats(bar, times):
    """Return the beats of a bar, as (start, end), that are not divided into halves, such as triplets.

    Three quarter notes in the time of two are one beat of two quarter notes.

    Parameters
    ----------
    bar : Bar
    times : list of Fraction
        Where the notes in it begin and end.
    """
    odd: list = []
    windows = list(pairwise(beat_lines(bar)))
    for i, (start, end) in enumerate(windows):
        if odd and start < odd[-1][1]:
            continue
        until = windows[i + 1][1] if i + 1 < len(windows) else end
        if end - start == until - end == 1 and _divides(Fraction(2, 3), start, until, times):
            odd.append((start, until))
        elif any((time - bar.start + bar.offset) % FINEST for time in (start, end, *times) if start <= time <= end):
            odd.append((start, end))
    return odd


def _divides(length, start, end, times):
    """Return whether there are times within a span and a length divides all of them."""
    inside = [time for time in times if start < time < end]
    return bool(inside) and not any((time - start) % length for time in inside)
