"""The measures of a part in MusicXML, in the order in which they are written."""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import NamedTuple

import muspy
from muspy.inputs.musicxml import parse_key_elem, parse_lyric_elem, parse_metronome_elem
from muspy.utils import MODE_CENTERS, NOTE_MAP

from . import _limits as limits

# The elements that are read; all others are passed over.
HEADER = """score-partwise work work-title movement-title identification creator rights part-list score-part part-name
    score-instrument instrument-name midi-instrument midi-channel midi-program"""
MEASURE = """part measure attributes divisions key fifths mode time beats beat-type transpose chromatic octave-change
    note chord cue grace rest pitch step alter octave unpitched display-step display-octave duration instrument voice
    tie lyric text syllabic backup forward barline ending repeat direction direction-type metronome beat-unit
    beat-unit-dot per-minute segno coda sound"""
ELEMENTS = frozenset(f"{HEADER} {MEASURE}".split())
NUMBER = re.compile(r"\s*(\d{1,12})(\.\d{1,12})?\s*")
BEAT_TYPES = {"1", "2", "4", "8", "16", "32", "64", "128"}
JUMPS = ("dacapo", "dalsegno", "segno", "tocoda", "coda", "fine")
FORTE = 90  # the velocity whose percentage MusicXML states
FINEST = 100  # denominator of a decimal duration, which stands for a fraction: 341.333 for 1024/3


class PartNote(NamedTuple):
    """A note, with times in steps from the beginning of its measure."""

    onset: int
    pitch: int
    length: int
    velocity: int
    name: str
    voice: str | None
    instrument: str | None
    is_tied_on: bool
    is_tied_back: bool


@dataclass(slots=True)
class Measure:
    """A measure of one part; its times are in steps."""

    before: dict  # class of a mark -> its values when the measure begins
    steps: int  # of a quarter note
    length: int = 0  # up to the farthest point that any voice has reached
    notes: list = field(default_factory=list)
    marks: list = field(default_factory=list)  # (time, class, its values)
    lyrics: list = field(default_factory=list)  # (time, text)
    begins_repeat: bool = False
    repeat_times: int = 0  # how often what ends here is played; 0 where no repeat ends
    is_repeated_after_jump: bool = False
    endings: frozenset = frozenset()  # that begin here; empty for none
    ends_ending: bool = False
    jumps: set = field(default_factory=set)

    def in_whole_steps(self):
        """Divide the steps so that all times, which can be fractions, are whole numbers of them."""
        times = [self.length, *(t for note in self.notes for t in (note.onset, note.length))]
        times += [mark[0] for mark in (*self.marks, *self.lyrics)]
        finer = lcm(*(time.denominator for time in times))
        self.steps *= finer
        self.length = int(self.length * finer)
        self.notes = [n._replace(onset=int(n.onset * finer), length=int(n.length * finer)) for n in self.notes]
        self.marks = [(int(time * finer), *values) for time, *values in self.marks]
        self.lyrics = [(int(time * finer), text) for time, text in self.lyrics]


class PartReader:
    """Read the measures of a part one after the other.

    Parameters
    ----------
    left_out : set of str
        Gets what is in the part and cannot be read.
    """

    def __init__(self, part_id, left_out):
        self.id = part_id
        self.measures: list[Measure] = []
        self._left_out = left_out
        self._steps = 1  # of a quarter note
        self._divisions = self._factor = 1  # of a quarter note; steps of one division
        self._transposition = 0
        self._velocity = muspy.DEFAULT_VELOCITY
        self._marks: dict = {}  # class of a mark -> its values now
        self._is_whole = True

    def read_measure(self, element):
        """Read a measure element."""
        divisions = [self._number(d) for d in element.iter("divisions")]
        steps = lcm(self._steps, *(d for d in divisions if d in range(1, limits.MAX_RESOLUTION + 1)))
        if steps > limits.MAX_RESOLUTION or not all(0 < d <= limits.MAX_RESOLUTION for d in divisions):
            raise ValueError(
                f"divisions whose common multiple is not 1 to {limits.MAX_RESOLUTION:,}: {divisions or [steps]}"
            )
        self._steps = steps
        self._set_divisions(self._divisions)
        self._is_whole = True
        measure = Measure(dict(self._marks), steps)
        self.measures.append(measure)
        now = onset = 0
        for item in element:
            tag = item.tag
            if tag == "note":
                fields = {child.tag: child for child in item}
                if "grace" in fields:
                    continue
                length = self._length(fields.get("duration"))
                if "chord" not in fields:  # a member of a chord moves nothing
                    onset = now
                    now += length
                measure.length = max(measure.length, onset + length)
                if "rest" not in fields and "cue" not in fields:
                    self._read_note(item, fields, onset, length, measure)
            elif tag == "forward":
                now += self._length(item.find("duration"))
                measure.length = max(measure.length, now)
            elif tag == "backup":
                now -= self._length(item.find("duration"))
                if now < 0:
                    self._left_out.add("what goes back beyond the beginning of its measure begins there")
                    now = 0
            elif tag == "attributes":
                self._read_attributes(item, now, measure)
            elif tag == "barline":
                _read_barline(item, measure)
            else:  # direction or sound
                self._read_direction(item, now, measure)
        if not self._is_whole:
            measure.in_whole_steps()
        measure.notes.sort(key=lambda note: note.onset)

    def _set_divisions(self, divisions):
        self._divisions, factor = divisions, Fraction(self._steps) / divisions
        self._factor = int(factor) if factor.denominator == 1 else factor

    def _number(self, element):
        """Return the number in an element, a fraction if it is a decimal one."""
        match = NUMBER.fullmatch(element.text or "")
        if match is None:
            raise ValueError(f"<{element.tag}> holds {(element.text or '')[:40]!r}; expected a number below 10**12")
        if match[2] is None:
            return int(match[1])
        number = Fraction(match[0].strip())
        return int(number) if number.denominator == 1 else number.limit_denominator(FINEST)

    def _length(self, element):
        """Return a duration in steps."""
        if element is None:
            return 0
        length = self._number(element) * self._factor
        if type(length) is not int:
            self._is_whole = self._is_whole and length.denominator == 1
            length = int(length) if length.denominator == 1 else length
        return length

    def _read_note(self, element, fields, onset, length, measure):
        if "unpitched" in fields:  # its place on the staff stands for the pitch, unless the instrument has one
            place, prefix = fields["unpitched"], "display-"
        elif "pitch" in fields:
            place, prefix = fields["pitch"], ""
        else:
            raise ValueError("a note without <pitch>, <unpitched> and <rest>; one of them is required")
        step, octave = place.findtext(f"{prefix}step", "B"), int(place.findtext(f"{prefix}octave", "4"))
        if step not in NOTE_MAP:
            raise ValueError(f"the note name {step[:20]!r}; expected one of A to G")
        alter = self._alteration(place.findtext("alter"))
        pitch = 12 * (octave + 1) + NOTE_MAP[step] + alter + (0 if prefix else self._transposition)
        voice, instrument = fields.get("voice"), fields.get("instrument")
        ties = {tie.get("type") for tie in element.findall("tie")} if "tie" in fields else ()
        measure.notes.append(
            PartNote(
                onset,
                pitch,
                length,
                self._velocity,
                f"{step}{'#' * alter}{'b' * -alter}{octave}",
                None if voice is None else voice.text,
                None if instrument is None else instrument.get("id"),
                "start" in ties,
                "stop" in ties,
            )
        )
        if "lyric" in fields and (text := parse_lyric_elem(element.find("lyric"))) is not None:
            measure.lyrics.append((onset, text))

    def _alteration(self, text):
        """Return the semitones by which an accidental changes a note."""
        semitones = float(text or 0)
        if not abs(semitones) <= limits.MAX_ALTER:  # NaN fails, too
            raise ValueError(f"a pitch altered by {text} semitones; at most {limits.MAX_ALTER} are read")
        if semitones != int(semitones):
            self._left_out.add("quarter tones are read without the quarter")
        return int(semitones)

    def _read_attributes(self, element, now, measure):
        for item in element:
            if item.tag == "divisions":
                self._set_divisions(self._number(item))
            elif item.tag == "transpose":
                octaves = int(item.findtext("octave-change") or 0)
                self._transposition = int(float(item.findtext("chromatic") or 0)) + 12 * octaves
        for item in element:  # a key is written for the transposition that follows it
            if item.tag == "key" and item.find("fifths") is not None:
                self._mark(measure, now, muspy.KeySignature, self._read_key(item))
            elif item.tag == "time" and item.find("beats") is not None:
                self._mark(measure, now, muspy.TimeSignature, _read_metre(item))

    def _mark(self, measure, now, kind, values):
        measure.marks.append((now, kind, values))
        self._marks[kind] = values

    def _read_key(self, element):
        """Return (root, mode, fifths, name) of a key at sounding pitch."""
        mode, fifths = element.find("mode"), element.find("fifths")
        if mode is not None and mode.text not in MODE_CENTERS:  # "none" is allowed, too
            element.remove(mode)
        if abs(int(fifths.text)) > limits.MAX_FIFTHS:
            raise ValueError(f"a key of {fifths.text} fifths; expected -{limits.MAX_FIFTHS} to {limits.MAX_FIFTHS}")
        if self._transposition % 12:
            fifths.text = str((int(fifths.text) + 7 * self._transposition + 5) % 12 - 5)
        return parse_key_elem(element)

    def _read_direction(self, element, now, measure):
        sounds = [element] if element.tag == "sound" else element.findall("sound")
        tempo = None
        for sound in sounds:
            tempo = sound.get("tempo", tempo)
            if sound.get("dynamics") is not None:
                self._velocity = min(max(round(FORTE / 100 * float(sound.get("dynamics"))), 1), 127)
            measure.jumps |= {name for name in JUMPS if sound.get(name, "no") != "no"}
        for sign in element.findall("direction-type/segno") + element.findall("direction-type/coda"):
            measure.jumps.add(f"{sign.tag} sign")
        metronome = element.find("direction-type/metronome")
        if tempo is None and metronome is not None:
            try:
                tempo = parse_metronome_elem(metronome)
            except ValueError:  # as in "ca. 60"
                self._left_out.add("tempo marks that are no number are left out")
        if tempo is not None:
            self._mark(measure, now, muspy.Tempo, (float(tempo),))


def _read_metre(element):
    """Return numerator and denominator of a time signature, of several that are added their sum."""
    beats, units = [[e.text or "" for e in element.findall(name)] for name in ("beats", "beat-type")]
    if not {unit.strip() for unit in units} <= BEAT_TYPES or len(beats) != len(units):
        raise ValueError(f"a time signature {'+'.join(beats)}/{'+'.join(units)}; expected one such as 4/4")
    denominator = max(map(int, units))
    numerator = sum(
        sum(map(int, n.split("+"))) * denominator // int(unit) for n, unit in zip(beats, units, strict=True)
    )
    if not 1 <= numerator <= limits.MAX_BEATS_OF_A_METRE:
        raise ValueError(f"a time signature {'+'.join(beats)}/{'+'.join(units)}; expected one such as 4/4")
    return numerator, denominator


def _read_barline(element, measure):
    for item in element:
        if item.tag == "repeat" and item.get("direction") == "forward":
            measure.begins_repeat = True
        elif item.tag == "repeat":
            measure.repeat_times = int(item.get("times") or 2)
            measure.is_repeated_after_jump = item.get("after-jump") == "yes"
        elif item.tag == "ending" and item.get("type") in ("stop", "discontinue"):
            measure.ends_ending = True
        elif item.tag == "ending":
            numbers = re.findall(r"\d{1,4}", item.get("number", ""))[: limits.MAX_ENDINGS]
            measure.endings = frozenset(map(int, numbers))
