"""What notes on paper need and a :class:`muspy.Music` does not say: rests, and names of pitches."""

from bisect import bisect_right
from collections import Counter
from fractions import Fraction
from math import inf

REST_LENGTHS = [Fraction(4, 2**i) for i in range(9)]  # in quarter notes, down to a 64th part
STEPS = "FCGDAEB"  # along the line of fifths, on which C is 0


def rests_of(track, bars, resolution):
    """Return the rests of a track as [(start, length), ...] in quarter notes, up to the end of the last bar.

    They are cut at bar lines, and in a bar so that each lies on a multiple of its own length, as they are read best.
    """
    rests = []
    for start, end in _gaps(track, bars[-1][1], resolution):
        while start < end:
            bar = bars[bisect_right(bars, (start, inf)) - 1]
            stop = min(end, bar[1])
            rests += _cut(start, stop, bar)
            start = stop
    return rests


def _gaps(track, end, resolution):
    free = Fraction(0)
    for onset, stop in sorted((int(note.time), int(note.time) + int(note.duration)) for note in track.notes):
        if free < Fraction(onset, resolution):
            yield free, Fraction(onset, resolution)
        free = max(free, Fraction(stop, resolution))
    if free < end:
        yield free, end


def _cut(start, end, bar):
    """Return the rests that fill a gap within one bar."""
    if end - start == bar[1] - bar[0]:
        return [(start, end - start)]  # one that lasts the bar, whatever the metre
    rests = []
    while start < end:
        place = start - bar[0]
        to_beat = min(end - start, 1 - place % 1)
        longest = next((n for n in REST_LENGTHS if n <= end - start and place % n == 0), 0)
        in_halves = REST_LENGTHS[-1].denominator % to_beat.denominator == 0  # not so in triplets
        length = longest if longest >= 1 or (longest and in_halves) else to_beat
        rests.append((start, length))
        start += length
    return rests


def guess_fifths(music):
    """Return the sharps (below 0: flats) of the scale that holds most of the notes, of these that with the fewest."""
    pitches = Counter(int(note.pitch) % 12 for track in music.tracks if not track.is_drum for note in track.notes)
    held = {n: sum(pitches[7 * place % 12] for place in range(n - 1, n + 6)) for n in range(-6, 7)}
    return max(held, key=lambda n: (held[n], -abs(n)))


def spell(pitch, fifths):
    """Return (letter, semitones of the accidental, octave) of a MIDI pitch in a key.

    Of the twelve names that lie together on the line of fifths these are three flatter and two sharper than the scale,
    so that C has E flat, B flat, F sharp, C sharp and G sharp.
    """
    lowest = fifths - 3
    place = lowest + (7 * pitch - lowest) % 12
    alter = (place + 1) // 7
    return STEPS[(place + 1) % 7], alter, (pitch - alter) // 12 - 1
