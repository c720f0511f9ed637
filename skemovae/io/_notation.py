"""What notation needs and a :class:`muspy.Music` lacks: voices, note values, rests, clefs, names of pitches."""

from collections import Counter
from fractions import Fraction
from typing import NamedTuple

from ._measures import odd_beats
from ._rhythm import pieces

MIDDLE_C = 60
LOWEST_TREBLE = 55  # the violin's lowest note; lower tunes would need more and more ledger lines
STEPS = "FCGDAEB"  # in the order of the line of fifths, where C is 0


class Chord(NamedTuple):
    """Notes with the same onset and length."""

    start: Fraction
    end: Fraction
    pitches: list
    voice: int  # from 0


def chords_of(track, resolution):
    """Return the notes of a track as chords, in voices without overlaps."""
    chords: list[Chord] = []
    ends: list[Fraction] = []  # of the voices
    for note in sorted(track.notes, key=lambda note: (note.time, -note.duration, note.pitch)):
        if note.duration <= 0:
            raise ValueError(f"a note of length {note.duration} at time {note.time}; MusicXML has no such note")
        start = Fraction(int(note.time), int(resolution))
        end = start + Fraction(int(note.duration), int(resolution))
        last = chords[-1] if chords else None
        # a pitch that is already there gets a voice of its own: within a chord the two would be one note
        if last and last[:2] == (start, end) and int(note.pitch) not in last.pitches:
            last.pitches.append(int(note.pitch))
            continue
        voice = next((i for i, time in enumerate(ends) if time <= start), len(ends))
        ends[voice : voice + 1] = [end]
        chords.append(Chord(start, end, [int(note.pitch)], voice))
    return chords


def gaps_of(chords, end):
    """Return the gaps in which nothing sounds, up to the end of the last bar, as [(start, end), ...]."""
    gaps, free = [], Fraction(0)
    for start, stop in [*(chord[:2] for chord in chords), (end, end)]:
        if free < start:
            gaps.append((free, start))
        free = max(free, stop)
    return gaps


def signs_of(chords, bar):
    """Return what is written in a bar, in order, as [(start, end, chord or None for a rest), ...].

    Parameters
    ----------
    chords : list of Chord or of (start, end, None)
        The notes in the bar, and the rests.
    bar : Bar
    """
    spans = [(max(chord[0], bar.start), min(chord[1], bar.end), chord) for chord in chords]
    odd = odd_beats(bar, [time for span in spans for time in span[:2]])
    return [
        (first, last, None if chord[2] is None else chord)
        for start, end, chord in sorted(spans, key=lambda span: span[0])
        for first, last in pieces(bar, odd, start, end, chord[2] is None)
    ]


def clef_of(track, is_alone):
    """Return the clef of a part: "percussion", "treble", "treble8vb" or "bass".

    A single melody gets the treble clef, as is usual for tunes; if it is low, one that sounds an octave lower. If there
    are several parts, those with a mean pitch below middle C get the bass clef.
    """
    if track.is_drum:
        return "percussion"
    mean = sum(int(note.pitch) for note in track.notes) / len(track.notes) if track.notes else MIDDLE_C
    if mean >= (LOWEST_TREBLE if is_alone else MIDDLE_C):
        return "treble"
    return "treble8vb" if is_alone and mean >= LOWEST_TREBLE - 12 else "bass"


def guess_fifths(music):
    """Return the sharps (negative for flats) of the scale that holds most of the notes; in a tie, the fewest."""
    pitches = Counter(int(note.pitch) % 12 for track in music.tracks if not track.is_drum for note in track.notes)
    held = {n: sum(pitches[7 * place % 12] for place in range(n - 1, n + 6)) for n in range(-6, 7)}
    return max(held, key=lambda n: (held[n], -abs(n)))


def spell(pitch, fifths):
    """Return (letter, semitones of the accidental, octave) of a MIDI pitch in a key.

    The twelve names are neighbors on the line of fifths: the scale, two names on the flat side and three on the sharp
    side, so that C major has E flat, B flat, F sharp, C sharp and G sharp.
    """
    lowest = fifths - 3
    place = lowest + (7 * pitch - lowest) % 12
    alter = (place + 1) // 7
    return STEPS[(place + 1) % 7], alter, (pitch - alter) // 12 - 1
