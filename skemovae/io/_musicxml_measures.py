"""The measures of a MusicXML part, in the order in which they are written."""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor, inf, lcm
from typing import NamedTuple

import muspy
from muspy.inputs.musicxml import parse_lyric_elem
from muspy.utils import NOTE_MAP

from . import _limits as limits
from ._musicxml_marks import decimal, integer, read_key, read_meter, read_metronome

# The elements that are read; all others are ignored.
HEADER = """score-partwise score-timewise work work-title movement-title identification creator rights part-list
    score-part part-name score-instrument instrument-name midi-instrument midi-channel midi-program"""
MEASURE = """part measure attributes divisions key fifths mode time beats beat-type transpose chromatic octave-change
    note chord cue grace rest pitch step alter octave unpitched display-step display-octave duration instrument voice
    tie lyric text syllabic backup forward barline ending repeat direction direction-type metronome beat-unit
    beat-unit-dot per-minute segno coda sound"""
ELEMENTS = frozenset(f"{HEADER} {MEASURE}".split())
NUMBER = re.compile(r"[ \t\r\n]*([0-9]{1,12})(\.[0-9]{1,40})?[ \t\r\n]*")
JUMPS = ("dacapo", "dalsegno", "segno", "tocoda", "coda", "fine")
FORTE = 90  # the velocity that 100 percent means in MusicXML
FINEST = 100  # largest denominator of the fraction that a decimal duration stands for: 341.333 for 1024/3


class PartNote(NamedTuple):
    """A note, with times in steps from the beginning of its measure."""

    onset: int
    pitch: int
    length: int
    velocity: int
    name: str
    voice: str
    instrument: str | None
    is_tied_on: bool
    is_tied_back: bool


@dataclass(slots=True)
class Measure:
    """A measure of one part; its times are in steps."""

    before: dict  # class of a mark -> its values where the measure begins
    steps: int  # per quarter note
    length: int = 0  # up to the latest time that any voice has reached
    notes: list = field(default_factory=list)
    marks: list = field(default_factory=list)  # (time, class, its values)
    lyrics: list = field(default_factory=list)  # (time, text)
    begins_repeat: bool = False
    repeat_times: int = 0  # how often the section that ends here is played; 0 if no repeat ends here
    is_repeated_after_jump: bool = False
    endings: frozenset = frozenset()  # the endings that begin here
    ends_ending: bool = False
    jumps: set = field(default_factory=set)

    def divide_steps(self, finer):
        """Divide the steps so that fractional times become integers."""
        self.steps *= finer
        self.length = int(self.length * finer)
        self.notes = [n._replace(onset=int(n.onset * finer), length=int(n.length * finer)) for n in self.notes]
        self.marks = [(int(time * finer), *values) for time, *values in self.marks]
        self.lyrics = [(int(time * finer), text) for time, text in self.lyrics]


class PartReader:
    """Reads the measures of a part one after the other.

    Parameters
    ----------
    left_out : set of str
        Receives what is in the part and cannot be read.
    """

    def __init__(self, part_id, left_out):
        self.id = part_id
        self.measures: list[Measure] = []
        self._left_out = left_out
        self._steps = 1  # per quarter note
        self._divisions = self._factor = 1  # per quarter note; steps per division
        self._transposition = 0
        self._velocity = muspy.DEFAULT_VELOCITY
        self._marks: dict = {}  # class of a mark -> its current values
        self._finer = 1  # all times of the measure are multiples of this fraction of a step

    def read_measure(self, element):
        """Read a measure element."""
        written = [item.find("divisions") for item in element.findall("attributes")]
        divisions = [self._number(item) for item in written if item is not None]
        steps = lcm(self._steps, *(d for d in divisions if d in range(1, limits.MAX_RESOLUTION + 1)))
        if steps > limits.MAX_RESOLUTION or not all(0 < d <= limits.MAX_RESOLUTION for d in divisions):
            raise ValueError(
                f"divisions whose common multiple is not 1 to {limits.MAX_RESOLUTION:,}: {divisions or [steps]}"
            )
        self._steps = steps
        self._set_divisions(self._divisions)
        self._finer = 1
        measure = Measure(dict(self._marks), steps)
        self.measures.append(measure)
        now = onset = 0
        for item in element:
            tag = item.tag
            if tag == "note":
                fields = {child.tag: child for child in reversed(item)}  # the first of several with the same name
                if "grace" in fields:
                    continue
                length = self._length(fields.get("duration"))
                if "chord" not in fields:  # a further note of a chord does not advance the time
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
            elif tag in ("direction", "sound"):
                self._read_direction(item, now, measure)
        if self._finer > 1:
            measure.divide_steps(self._finer)
        measure.notes.sort(key=lambda note: note.onset)
        measure.marks.sort(key=lambda mark: mark[0])
        self._marks.update((kind, values) for _, kind, values in measure.marks)

    def _set_divisions(self, divisions):
        self._divisions, factor = divisions, Fraction(self._steps) / divisions
        self._factor = int(factor) if factor.denominator == 1 else factor

    def _number(self, element):
        """Return the number in an element; a decimal number becomes a fraction."""
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
            self._finer = lcm(self._finer, length.denominator)
            length = int(length) if length.denominator == 1 else length
        return length

    def _read_note(self, element, fields, onset, length, measure):
        if "unpitched" in fields:  # its position on the staff stands for the pitch; without one, the middle
            place, prefix, default = fields["unpitched"], "display-", ("B", "4")
        elif "pitch" in fields:
            place, prefix, default = fields["pitch"], "", ("", "")
        else:
            raise ValueError("a note without <pitch>, <unpitched> and <rest>; one of them is required")
        step = (place.findtext(f"{prefix}step") or default[0]).strip()
        octave = integer(place.findtext(f"{prefix}octave") or default[1])
        if step not in NOTE_MAP or octave is None:
            raise ValueError(f"a pitch of step {step[:20]!r} and octave {octave}; expected A to G and a number")
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
                "" if voice is None else (voice.text or "").strip(),
                None if instrument is None else instrument.get("id"),
                "start" in ties,
                "stop" in ties,
            )
        )
        if "lyric" in fields and (text := parse_lyric_elem(element.find("lyric"))) is not None:
            measure.lyrics.append((onset, text))

    def _alteration(self, text):
        """Return the number of semitones by which an accidental alters a note."""
        semitones = decimal(text or "0")
        if semitones is None or abs(semitones) > limits.MAX_ALTER:
            raise ValueError(f"a pitch altered by {text} semitones; at most {limits.MAX_ALTER} are read")
        if semitones != int(semitones):
            self._left_out.add("quarter tones are read without the quarter")
        return int(semitones)

    def _read_attributes(self, element, now, measure):
        divisions, transpose = element.find("divisions"), element.find("transpose")
        if divisions is not None:
            self._set_divisions(self._number(divisions))
        if transpose is not None:
            octaves = integer(transpose.findtext("octave-change") or "0")
            semitones = decimal(transpose.findtext("chromatic") or "0")
            if octaves is None or semitones is None:
                raise ValueError("a transposition that is not a number")
            self._transposition = int(semitones) + 12 * octaves
        # a key is written for the transposition that follows it; if several staves have keys of their own, the first
        # counts
        key = next((item for item in element.findall("key") if item.find("fifths") is not None), None)
        if key is not None:
            values = read_key(key, self._transposition)
            self._mark(measure, now, muspy.KeySignature, values, "key signatures")
        time = next((item for item in element.findall("time") if item.find("beats") is not None), None)
        if time is not None:
            self._mark(measure, now, muspy.TimeSignature, read_meter(time), "time signatures")

    def _mark(self, measure, now, kind, values, name):
        if values is None:
            self._left_out.add(f"impossible {name} are left out")
        else:
            measure.marks.append((now, kind, values))

    def _read_direction(self, element, now, measure):
        tempo = None
        for sound in [element] if element.tag == "sound" else element.findall("sound"):
            tempo = sound.get("tempo", tempo)
            dynamics = decimal(sound.get("dynamics"))
            if dynamics is not None:
                self._velocity = min(max(floor(FORTE * dynamics / 100 + 0.5), 1), 127)
            measure.jumps |= {name for name in JUMPS if sound.get(name, "no") != "no"}
        for sign in element.findall("direction-type/segno") + element.findall("direction-type/coda"):
            measure.jumps.add(f"{sign.tag} sign")
        metronome = element.find("direction-type/metronome")
        if tempo is not None:
            qpm = decimal(tempo)
        elif metronome is not None and metronome.find("per-minute") is not None:
            qpm = read_metronome(metronome)
        else:
            return
        self._mark(measure, now, muspy.Tempo, (qpm,) if qpm and 0 < qpm < inf else None, "tempos")


def _read_barline(element, measure):
    for item in element:
        if item.tag == "repeat" and item.get("direction") == "forward":
            measure.begins_repeat = True
        elif item.tag == "repeat":
            times = integer(item.get("times"))
            measure.repeat_times = 2 if times is None else times
            measure.is_repeated_after_jump = item.get("after-jump") == "yes"
        elif item.tag == "ending" and item.get("type") in ("stop", "discontinue"):
            measure.ends_ending = True
        elif item.tag == "ending":
            numbers = re.findall("[0-9]{1,4}", item.get("number", ""))[: limits.MAX_ENDINGS]
            measure.endings = frozenset(map(int, numbers))
