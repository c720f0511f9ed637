"""The music code of an ABC tune: notes in bars, with repeats played out."""

import re
from dataclasses import dataclass
from fractions import Fraction

from ._abc_fields import STEPS, parse_key, parse_meter, parse_unit

MAX_PASSES = 20  # of a section with endings; real tunes have only a few

# One token of music code. What cannot be heard (slurs, bowings, decorations, chord names, texts) is ignored.
TOKEN = re.compile(
    r"""
    (?P<note>(?P<accidental>\^\^|\^|__|_|=)?(?P<letter>[A-Ga-g])(?P<octave>[,']{0,6}))
    | (?P<rest>[zx])
    | (?P<bars_of_rest>Z)
    | (?P<bar>(?: :{0,3} (?: \[\|\]? | \| ) [|:]{0,4} \]? | ::) (?P<after>[1-9][0-9,-]{0,9})?)
    | \[(?P<ending>[1-9][0-9,-]{0,9})
    | (?P<broken><{1,3}|>{1,3})
    | (?P<tie>-)
    | \((?P<tuplet>[2-9](?::[0-9]{0,2}){0,2})
    | \[(?P<field>[A-Za-z]):(?P<value>[^\]\n]*)\]
    | (?P<nothing>![A-Za-z0-9().<>+]{1,20}! | [\s`)(.~*$\\yk-wH-W!] | "[^"\n]*" | \{[^}\n]*\} )
    | (?P<chord>\[ | \+ )
    | (?P<overlay>&)
    """,
    re.VERBOSE,
)
LENGTH = re.compile(r"([0-9]{1,4})?(/{1,6})?(?(2)([0-9]{1,4})?)")
ALTERATIONS = {"^^": 2, "^": 1, "=": 0, "_": -1, "__": -2}
TUPLETS = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}  # number of notes: in the time of how many they are played


@dataclass(slots=True)
class Note:
    """A note, or a rest (pitch None), whose length is in whole notes."""

    pitch: int | None
    length: Fraction
    place: str = ""  # letter and octave, which give the position on the staff
    is_tied: bool = False  # to the next note in the same position
    accidental: str | None = None


class MusicReader:
    """Read lines of music code; :meth:`bars` then returns the bars as played, each as a list of notes and marks.

    A mark is a Key or Meter that begins there. A bar ends at every bar line, even within a measure, for example at a
    repeat sign.
    """

    def __init__(self, key, meter, unit):
        self._key, self._meter, self._unit = key, meter, unit
        self._passages = _Passages()
        self._bar = [meter, key]
        self._altered = {}  # letter -> semitones, for the accidentals in this bar
        self._factor = None  # of the next note's length, after > or <
        self._tuplet = (Fraction(1), 0)  # factor of the lengths, number of notes left

    def bars(self):
        self._end_bar()
        if self._factor is not None:
            raise ValueError("a > or < without a note after it")
        return self._passages.played()

    def read_line(self, line):
        """Read a line of music code without its comment."""
        place = 0
        while place < len(line):
            match = TOKEN.match(line, place)
            if match is None:
                raise ValueError(f"the character {line[place]!r}, which has no meaning in ABC music")
            place = match.end()
            if match["note"] or match["rest"]:
                length, place = _length(line, place)
                self._add_note(match, length * self._unit)
            elif match["bars_of_rest"]:
                length, place = _length(line, place)
                self._add_bars_of_rest(length)
            elif match["bar"]:
                self._end_bar()
                self._passages.sign(match["bar"])
                if match["after"]:
                    self._passages.begin_ending(_passes(match["after"]))
            elif match["ending"]:
                self._end_bar()
                self._passages.begin_ending(_passes(match["ending"]))
            elif match["broken"]:
                self._break_rhythm(match["broken"])
            elif match["tie"]:
                self._tie()
            elif match["tuplet"]:
                self._begin_tuplet(match["tuplet"])
            elif match["field"]:
                self.read_field(match["field"], match["value"])
            elif match["chord"]:
                raise ValueError("a chord; expected one note at a time")
            elif match["overlay"]:
                raise ValueError("a voice overlay (&); expected one note at a time")

    def read_field(self, letter, value):
        """Apply a field within the music; a field that does not affect how the music is read is ignored."""
        if letter == "K":
            self._key = parse_key(value)
            self._bar.append(self._key)
        elif letter == "M":
            self._meter = parse_meter(value)
            self._bar.append(self._meter)
        elif letter == "L":
            self._unit = parse_unit(value)

    def _add_note(self, match, length):
        factor, left = self._tuplet
        length *= factor
        self._tuplet = (factor, left - 1) if left > 1 else (Fraction(1), 0)
        if self._factor is not None:
            length, self._factor = length * self._factor, None
        if match["rest"]:
            self._bar.append(Note(None, length))
            return
        letter = match["letter"].upper()
        if match["accidental"]:
            self._altered[letter] = ALTERATIONS[match["accidental"]]
        alteration = self._altered.get(letter, self._key.alterations.get(letter, 0))
        octave = match["letter"].islower() + match["octave"].count("'") - match["octave"].count(",")
        pitch = 60 + STEPS[letter] + alteration + 12 * octave
        self._bar.append(Note(pitch, length, f"{letter}{octave}", accidental=match["accidental"]))

    def _add_bars_of_rest(self, count):
        if self._meter.length is None or count.denominator != 1:
            raise ValueError("a rest of bars without a meter, or of parts of a bar")
        self._bar.append(Note(None, count * self._meter.length))

    def _end_bar(self):
        if self._bar:
            self._passages.add(self._bar)
        self._bar, self._altered = [], {}

    def _last_note(self, sign):
        if not self._bar or not isinstance(self._bar[-1], Note):
            raise ValueError(f"a {sign} without a note before it in its bar")
        return self._bar[-1]

    def _break_rhythm(self, sign):
        """Lengthen the last note by what the next one loses, or the reverse: in a>b, a is dotted and b is halved."""
        short = Fraction(1, 2 ** len(sign))
        first, second = (2 - short, short) if sign[0] == ">" else (short, 2 - short)
        if self._factor is not None:
            raise ValueError("two signs > or < for one note")
        self._last_note(sign).length *= first
        self._factor = second

    def _tie(self):
        """Tie the last note; a tie after a rest, or at the beginning of a bar or line, is ignored."""
        if self._bar and isinstance(self._bar[-1], Note):
            self._bar[-1].is_tied = True

    def _begin_tuplet(self, text):
        n_notes, _, rest = text.partition(":")
        time, _, span = rest.partition(":")
        n = int(n_notes)
        in_time_of = int(time) if time else TUPLETS.get(n, 3 if self._meter.is_compound else 2)
        n_affected = int(span) if span else n
        if not in_time_of or not n_affected:
            raise ValueError(f"the tuplet ({text}")
        self._tuplet = (Fraction(in_time_of, n), n_affected)


class _Passages:
    """Bars in the order of playing: repeated sections are played twice, each time with its own ending.

    A repeat goes back to the last start of a repeat, end of a repeat or double bar line, as the standard says.
    """

    def __init__(self):
        self._played = []
        self._begin_section()

    def _begin_section(self, is_marked=False):
        self._common, self._endings = [], []
        self._is_repeated, self._is_marked, self._has_ended = False, is_marked, False

    def played(self):
        self._end_section()
        return self._played

    def add(self, bar):
        if self._has_ended:
            self._end_section()
        (self._endings[-1][1] if self._endings else self._common).append(bar)

    def sign(self, text):
        """Apply a bar line, with its repeat signs."""
        if text.startswith(":") or ":|" in text:
            self._is_repeated = True
            if self._endings:
                self._has_ended = True
            else:
                self._end_section()
        elif re.search(r"\|\||\]|\[", text):  # a double bar line
            if self._endings:
                self._has_ended = True
            elif not self._is_marked:
                self._end_section()
        if re.search(r"\|:|::", text) and not re.search(r"\|:\|", text):
            self._end_section(begins_marked=True)

    def begin_ending(self, passes):
        if any(passes & others for others, _ in self._endings):
            raise ValueError("two endings for one pass")
        self._endings.append((passes, []))
        self._has_ended = False

    def _end_section(self, begins_marked=False):
        n_passes = max([2 if self._is_repeated else 1, *(max(passes) for passes, _ in self._endings)])
        for number in range(1, n_passes + 1) if self._common or self._endings else ():
            self._played += self._common
            for passes, bars in self._endings:
                if number in passes:
                    self._played += bars
        self._begin_section(is_marked=begins_marked)


def _passes(text):
    """Return the passes for which an ending such as "1", "1,3" or "1-3" is played."""
    passes = set()
    for part in text.strip(",-").split(","):
        first, _, last = part.partition("-")
        if not (first.isdigit() and (last.isdigit() or not last)) or int(last or first) > MAX_PASSES:
            raise ValueError(f"the ending {text}; expected numbers up to {MAX_PASSES}")
        passes |= set(range(int(first), int(last or first) + 1))
    if not passes:
        raise ValueError(f"the ending {text}; expected numbers up to {MAX_PASSES}")
    return passes


def _length(line, place):
    """Return the factor of a note's length at a position, such as 2, 3/2, / or //, and the position after it."""
    match = LENGTH.match(line, place)
    if match is None or match.end() == place:
        return Fraction(1), place
    numerator = int(match[1] or 1)
    denominator = int(match[3]) * 2 ** (len(match[2]) - 1) if match[3] else 2 ** len(match[2] or "")
    if not numerator or not denominator:
        raise ValueError("a note of zero or infinite length")
    return Fraction(numerator, denominator), match.end()
