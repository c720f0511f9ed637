"""A score as rows of tokens: its melody in C, in the octave of the training data, cut into windows at bar lines."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from os import PathLike
from typing import Any, NamedTuple

import numpy as np

from .._scores import why_impossible
from ..io import read_music
from ..preprocessing import REST, are_tokens, check_scores, highest_track, row_of_notes, skyline
from ._sections import Section, bar_lines, sections_of

MIDDLE = Fraction(131, 2)  # mean pitch of the included models' training tunes, as near as octaves allow
MAX_QUARTERS = 40_000  # ten thousand bars of 4/4; more must be an error
SILENT = "no notes"  # the reason for a window in which there is nothing to change
HALVES = 2  # time units per time step and per step, so that both can be halved


class Note(NamedTuple):
    """A note, its times in the units of its tune."""

    start: int
    end: int
    pitch: int


class Window(NamedTuple):
    """A part of a tune, and the row of tokens that represents it."""

    section: Section
    start: int
    stop: int
    begin: int  # of its row; before `start` for an upbeat, whose row continues with the next bars
    shift: int  # in semitones, to C and to the octave of the training data
    tokens: np.ndarray | None
    reason: str  # why there is no row
    first_step: int  # of the part of the row that represents the window
    last_step: int  # the step after that part


@dataclass(frozen=True, eq=False)
class Tune:
    """The melody of a score, and everything in the score that the melody's rows do not contain."""

    music: Any
    track: int  # which of the score's tracks holds the melody
    notes: list[Note]
    others: list  # the muspy.Note objects of that track below the melody
    lines: list[int]  # the bar lines
    sections: list[Section]
    n_steps: int  # of a row
    resolution: int  # steps of a row per quarter note
    vocabulary: frozenset

    @property
    def units(self):
        """Time units per time step of the score."""
        return HALVES * self.resolution

    @property
    def step(self):
        """Time units per step of a row."""
        return HALVES * int(self.music.resolution)

    @property
    def quarter(self):
        """Time units per quarter note."""
        return self.units * int(self.music.resolution)

    def bar_number(self, time):
        """Return the number of the bar at a time; the first whole bar is 1, an upbeat before it 0."""
        return bisect_right(self.lines, time) - (not self.sections[0].regular)

    def windows(self, n_steps=None):
        """Return the windows that make up the tune, each of at most `n_steps` steps, by default as many as a row has.

        They follow each other from the first whole bar of each section on. An upbeat is a separate window, and its row
        continues with the bars that follow, so that the upbeat has its position in the bar.
        """
        length = self.n_steps * self.step
        stride = (n_steps or self.n_steps) * self.step
        shifts: dict = {}
        windows = []
        for section, after in zip(self.sections, [*self.sections[1:], None], strict=True):
            key = section.root, section.mode
            shifts.setdefault(key, self._shift(key))
            if length % section.bar and section.bar % length:
                for start in range(section.start, section.stop, 4 * section.bar):
                    stop = min(start + 4 * section.bar, section.stop)
                    windows.append(
                        Window(section, start, stop, start, shifts[key], None, f"{section.meter} time", 0, 0)
                    )
                continue
            for start in range(section.start, section.stop, stride):
                stop, begin = min(start + stride, section.stop), start
                if not section.regular and after and after.regular and stop == section.stop:
                    bar = min(after.bar, stride)
                    begin = stop - -(-(stop - start) // bar) * bar
                tokens, reason = self._row(start, stop, begin, shifts[key])
                steps = (start - begin) // self.step, -(-(stop - begin) // self.step)
                windows.append(Window(section, start, stop, begin, shifts[key], tokens, reason, *steps))
        return windows

    def notes_in(self, start, stop):
        """Return the notes that sound between two times."""
        first = bisect_right(self.notes, start, key=lambda note: note.end)
        return self.notes[first : bisect_left(self.notes, stop, key=lambda note: note.start)]

    def sounds_over(self, time):
        """Return whether a note that began before a time continues after it."""
        return any(note.start < time < note.end for note in self.notes_in(time - 1, time + 1))

    def _shift(self, key):
        """Return by how many semitones the sections of a key are moved."""
        parts = [section for section in self.sections if (section.root, section.mode) == key]
        notes = [note for part in parts for note in self.notes_in(part.start, part.stop)]
        if not notes:
            return -key[0]
        length = sum(note.end - note.start for note in notes)
        mean = Fraction(sum(note.pitch * (note.end - note.start) for note in notes), length) - key[0]
        nearest = (MIDDLE - mean) / 12 + Fraction(1, 2)
        shifts = [12 * (nearest.__floor__() + octave) - key[0] for octave in (0, 1, -1)]
        return min(shifts, key=lambda shift: sum(note.pitch + shift not in self.vocabulary for note in notes))

    def _row(self, start, stop, begin, shift):
        """Return a row of tokens and "", or None and the reason why there is none.

        What the row contains before and after the window is left out where it cannot be represented.
        """
        if not self.notes_in(start, stop):
            return None, SILENT
        row: list = []
        for note in self.notes_in(begin, begin + self.n_steps * self.step):
            first, late = self._nearest(max(note.start, begin) - begin)
            last = min(max(self._nearest(note.end - begin)[0], first + 1), self.n_steps)
            problem = ""
            if abs(late) > self.step // 4 or (row and row[-1][0] == first):
                problem = f"notes between the steps of {self.resolution} per quarter note"
            elif note.pitch + shift not in self.vocabulary:
                problem = f"a note out of range (MIDI pitch {note.pitch})"
            if problem and note.start < stop and note.end > start:
                return None, problem
            if not problem and first < self.n_steps:
                if row and row[-1][1] > first:
                    row[-1] = (row[-1][0], first, row[-1][2])
                row.append((first, last, note.pitch + shift))
        tokens = np.array(row_of_notes(row, self.n_steps), dtype=int)
        missing = np.setdiff1d(tokens, list(self.vocabulary))
        return (None, "rests, which the model does not know") if REST in missing else (tokens, "")

    def _nearest(self, time):
        """Return the step nearest to a time, and the difference in time units."""
        step = (2 * time + self.step) // (2 * self.step)
        return step, time - step * self.step


def as_score(name, music):
    """Return the score that an argument is or refers to: a muspy.Music, or the path of a file.

    Raises
    ------
    TypeError, ValueError, ScoreReadError, OSError
        If it is neither, or the score is not valid.
    """
    if isinstance(music, str | PathLike):
        return read_music(music)
    try:
        check_scores([music])
    except ValueError:
        raise TypeError(
            f"{name} is of type {type(music).__name__}: expected a muspy.Music, or the path of a MIDI or MusicXML file"
        ) from None
    if problem := why_impossible(music):
        raise ValueError(f"{name} has {problem}")
    return music


def read_tune(name, music, vae, encoder):
    """Return the melody of a score as a :class:`Tune`.

    It is the voice with the highest mean pitch; of several notes that begin together, the highest is taken and cut
    where the next begins.

    Parameters
    ----------
    name : str
        The name of the score in messages.
    music : muspy.Music, or str or path-like
    vae : EmotionRegularizedVAE
        Fitted on tokens of melodies in C.
    encoder : PitchEncoder

    Raises
    ------
    ValueError
        If the score has no melody, or the model does not know melodies.
    """
    music = as_score(name, music)
    if vae.vocabulary_.dtype.kind not in "iuf" or not are_tokens(vae.vocabulary_).all():
        raise ValueError(
            "the model was fitted on symbols that are not tokens of a PitchEncoder: expected a model of melodies"
        )
    pitched = [track for track in music.tracks if not track.is_drum and track.notes]
    if not pitched:
        kind = "only drums" if any(track.notes for track in music.tracks) else "no notes"
        raise ValueError(f"{name} has {kind}: expected a score with a melody")
    chosen = highest_track(pitched)
    end = max(note.time + note.duration for track in music.tracks for note in track.notes)
    if end > MAX_QUARTERS * music.resolution:
        raise ValueError(
            f"{name} lasts {end / music.resolution:,.0f} quarter notes: expected at most {MAX_QUARTERS:,}; cut it with "
            "Excerpt"
        )
    for mark in music.time_signatures:
        if not (mark.numerator > 0 and mark.denominator > 0):
            raise ValueError(
                f"{name} has a time signature of {mark.numerator}/{mark.denominator}: expected one such as 4/4"
            )
    units, step = HALVES * int(encoder.resolution), HALVES * int(music.resolution)
    top = skyline(sorted((note.time, note.time + note.duration, note.pitch) for note in chosen.notes))
    melody = {(start, pitch) for start, end_of_note, pitch in top if end_of_note > start}
    others = []
    for note in chosen.notes:
        if (note.time, note.pitch) in melody:
            melody.discard((note.time, note.pitch))
        else:
            others.append(note)
    notes = [Note(int(a) * units, int(b) * units, int(pitch)) for a, b, pitch in top if b > a]
    if not notes:
        raise ValueError(f"{name} has only notes of length zero in its melody: expected notes that sound")
    lines = bar_lines(music, units, int(end) * units)
    return Tune(
        music=music,
        track=next(i for i, track in enumerate(music.tracks) if track is chosen),
        notes=_joined(notes, step),
        others=others,
        lines=lines,
        sections=sections_of(music, units, lines),
        n_steps=int(encoder.n_steps),
        resolution=int(encoder.resolution),
        vocabulary=frozenset(int(symbol) for symbol in vae.vocabulary_),
    )


def _joined(notes, step):
    """Return the notes, each extended to the next one if the gap is shorter than a step.

    Programs write notes to MIDI a little shorter than notated, so that they do not run together.
    """
    joined = [
        note._replace(end=after.start) if note.end < after.start < note.end + step else note
        for note, after in pairwise(notes)
    ]
    return [*joined, notes[-1]]
