"""A changed melody returned to its score: its own key, octave, tempo and title, together with the other voices."""

from bisect import bisect_right
from fractions import Fraction
from math import gcd
from typing import Any, NamedTuple

import muspy
import numpy as np

from ..preprocessing import make_key_signature, stated_key, to_parallel_mode
from ._windows import Note, Tune, Window


class Part(NamedTuple):
    """What happened to a window."""

    window: Window
    scale: Any  # the factor by which it lasts longer
    mode: str  # its new mode
    notes: list[Note]  # with times from the beginning of the window


class Timeline:
    """The new times of a tune of which some windows have become longer or shorter.

    Parameters
    ----------
    parts : list of Part
        All parts of the tune, in order.
    """

    def __init__(self, parts):
        self.starts = [part.window.start for part in parts]
        self.scales = [Fraction(part.scale) for part in parts]
        self.places = [self.starts[0]]
        for part, scale in zip(parts, self.scales, strict=True):
            self.places.append(self.places[-1] + int((part.window.stop - part.window.start) * scale))

    def __call__(self, time):
        i = max(bisect_right(self.starts, time) - 1, 0)
        return self.places[i] + int((time - self.starts[i]) * self.scales[i])

    def source(self, time):
        """Return the original time of a new time."""
        i = max(bisect_right(self.places[:-1], time) - 1, 0)
        return self.starts[i] + int((time - self.places[i]) / self.scales[i])


def restore(tune, parts, new_modes, keep_others):
    """Return the score of a changed melody.

    Parameters
    ----------
    tune : Tune
    parts : list of Part
        All windows of the tune, in order.
    new_modes : dict of (tonic, mode) to mode
        The new mode of each key.
    keep_others : bool
        Whether the other voices are kept, in the mode and at the speed of the melody.

    Returns
    -------
    muspy.Music
    """
    music, place = tune.music, Timeline(parts)
    velocity = {int(note.time) * tune.units: note.velocity for note in reversed(music.tracks[tune.track].notes)}
    starts = sorted(velocity)
    melody = []
    for note in _joined(tune, parts, place):
        before = max(bisect_right(starts, place.source(note.start)) - 1, 0)
        melody.append((note, velocity[starts[before]]))
    tracks = []
    for i, track in enumerate(music.tracks):
        notes = list(melody) if i == tune.track else []
        if keep_others:
            others = tune.others if i == tune.track else track.notes
            notes += _moved(tune, others, place, changed_spans(parts), track.is_drum)
        if i == tune.track or keep_others:
            tracks.append((track, sorted(notes, key=lambda pair: (pair[0].start, pair[0].pitch))))
    return _as_music(tune, tracks, place, new_modes)


def to_modes(notes, spans):
    """Return the pitches of notes, with those in spans whose mode changes moved to the parallel mode.

    Parameters
    ----------
    notes : list of Note
        In order, because leading tones depend on the notes that follow.
    spans : list of (start, stop, tonic, mode)
        Where the mode changes, and to which.
    """
    pitches = np.array([note.pitch for note in notes], dtype=int)
    starts = np.array([note.start for note in notes], dtype=int)
    for start, stop, root, mode in spans:
        inside = (starts >= start) & (starts < stop)
        if inside.any():
            relative = pitches[inside] - root
            row = np.where(relative < 0, relative + 12, relative)  # tokens are not below 0
            pitches[inside] += to_parallel_mode([row], mode)[0] - row
    return pitches.tolist()


def changed_spans(parts):
    """Return where the mode changes, as (start, stop, tonic, new mode); adjacent parts form one span."""
    spans: list = []
    for part in parts:
        section, start, stop, *_ = part.window
        key = section.root, part.mode
        if part.mode == section.mode:
            continue
        if spans and spans[-1][1] == start and spans[-1][2:] == key:
            start = spans.pop()[0]
        spans.append((start, stop, *key))
    return spans


def _joined(tune, parts, place):
    """Return the notes of all parts at their new times; a note that was held across a border is still held."""
    joined: list[Note] = []
    for part, begin in zip(parts, place.places, strict=False):
        tied = tune.sounds_over(part.window.start)
        for start, end, pitch in part.notes:
            last = joined[-1] if joined else None
            if tied and start == 0 and last and (last.end, last.pitch) == (begin, pitch):
                joined[-1] = last._replace(end=begin + end)
            else:
                joined.append(Note(begin + start, begin + end, pitch))
    return joined


def _moved(tune, notes, place, spans, is_drum):
    """Return notes of other voices as (note, velocity) at their new times and in their new keys."""
    notes = sorted(notes, key=lambda note: (note.time, note.pitch))
    found = [Note(int(n.time) * tune.units, int(n.time + n.duration) * tune.units, int(n.pitch)) for n in notes]
    pitches = [note.pitch for note in found] if is_drum else to_modes(found, spans)
    return [
        (Note(place(note.start), place(note.end), pitch), source.velocity)
        for note, pitch, source in zip(found, pitches, notes, strict=True)
    ]


def _as_music(tune, tracks, place, new_modes):
    """Return the score in the coarsest time steps that represent it, but none coarser than the tune's."""
    music = tune.music
    tempos = [(place(int(mark.time) * tune.units), mark) for mark in music.tempos]
    keys = _key_signatures(tune, place, new_modes)
    meters = _time_signatures(tune, place)
    times = [time for _, notes in tracks for note, _ in notes for time in note[:2]]
    times += [time for time, _ in (*tempos, *keys, *meters)]
    unit = gcd(tune.units, *times)

    def at(pair):
        time, mark = pair
        mark = mark.deepcopy()
        mark.time = time // unit
        return mark

    return muspy.Music(
        metadata=music.metadata.deepcopy() if music.metadata else None,
        resolution=int(music.resolution) * tune.units // unit,
        tempos=[at(pair) for pair in tempos],
        key_signatures=[at(pair) for pair in keys],
        time_signatures=[at(pair) for pair in meters],
        tracks=[
            muspy.Track(
                program=track.program,
                is_drum=track.is_drum,
                name=track.name,
                notes=[
                    muspy.Note(note.start // unit, note.pitch, (note.end - note.start) // unit, velocity)
                    for note, velocity in notes
                ],
            )
            for track, notes in tracks
        ],
    )


def _key_signatures(tune: Tune, place, new_modes):
    """Return the (time, key signature) of the new score."""
    marks, first = [], tune.sections[0]
    for mark in sorted(tune.music.key_signatures, key=lambda mark: mark.time):
        key, time = stated_key(mark) or ((first.root, first.mode) if mark.time <= 0 else None), mark.time
        if key and new_modes.get(key, key[1]) != key[1]:
            mark = make_key_signature(key[0], new_modes[key])
        marks.append((place(max(int(time), 0) * tune.units), mark))
    if not marks and new_modes[first.root, first.mode] != first.mode:
        marks.append((0, make_key_signature(first.root, new_modes[first.root, first.mode])))
    return marks


def _time_signatures(tune: Tune, place):
    """Return the (time, time signature) of the new score; an upbeat has its own, which shows where bars begin."""
    marks: list = []
    for section in tune.sections:
        start, stop = place(section.start), place(section.stop)
        meter = Fraction(stop - start, 4 * int(tune.music.resolution) * tune.units)
        if section.regular or stop - start >= section.bar or meter.denominator > 32:
            numerator, denominator = map(int, section.meter.split("/"))
        else:
            factor = max(4 // meter.denominator, 1)
            numerator, denominator = meter.numerator * factor, meter.denominator * factor
        if not marks or (marks[-1][1].numerator, marks[-1][1].denominator) != (numerator, denominator):
            marks.append((start, muspy.TimeSignature(0, numerator, denominator)))
    return marks if len(marks) > 1 or tune.music.time_signatures else []
