"""The fields of an ABC tune that determine how its music is read: key, meter and unit of note length."""

import re
from fractions import Fraction
from typing import NamedTuple

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
SHARPS = "FCGDAEB"  # in the order of a key signature; flats have the reverse order
FIFTHS = {letter: i - 1 for i, letter in enumerate(SHARPS)}  # of the major keys
# The signature of a mode, in fifths from that of the major key with the same tonic.
MODES = {
    "major": 0,
    "ionian": 0,
    "minor": -3,
    "aeolian": -3,
    "mixolydian": -1,
    "dorian": -2,
    "phrygian": -4,
    "lydian": 1,
    "locrian": -5,
}
MAX_METER = 64
MAX_FIELD_CHARACTERS = 100

KEY = re.compile(r"([A-G])([#b]?)\s*([A-Za-z]*)\s*((?:[_=^]{1,2}[A-Ga-g]\s*)*)")
METER = re.compile(r"([0-9]{1,2})/([0-9]{1,2})")
UNIT = re.compile(r"([0-9]{1,2})/([0-9]{1,3})")


class Key(NamedTuple):
    """A key: the pitch class of its tonic, its mode as MusPy spells it, and which letters it alters."""

    root: int
    mode: str
    fifths: int
    alterations: dict


class Meter(NamedTuple):
    """A meter; both numbers are None if the tune has none."""

    numerator: int | None
    denominator: int | None

    @property
    def length(self):
        """The length of a measure in whole notes, or None."""
        return None if self.numerator is None else Fraction(self.numerator, self.denominator)

    @property
    def is_compound(self):
        """Whether its beats are dotted, as in 6/8 and 9/8."""
        return self.numerator is not None and self.numerator > 3 and self.numerator % 3 == 0


def parse_key(text):
    """Return the key that a field such as ``G``, ``F#m``, ``A Dorian`` or ``Dmix =c`` states."""
    text = _value(text)
    match = KEY.fullmatch(text)
    if match is None:
        raise ValueError(f"the key {text[:20]!r}; expected a tonic and a mode, e.g. 'G' or 'A dorian'")
    letter, sign, word, changes = match.groups()
    mode = _mode(word)
    if mode is None:
        raise ValueError(f"the mode {word[:20]!r}; expected one of {', '.join(MODES)}")
    step = {"#": 1, "b": -1}.get(sign, 0)
    fifths = FIFTHS[letter] + 7 * step + MODES[mode]
    if abs(fifths) > 7:
        raise ValueError(f"a key of {abs(fifths)} sharps or flats; expected at most 7")
    altered = SHARPS[:fifths] if fifths >= 0 else SHARPS[fifths:]
    alterations = dict.fromkeys(altered, 1 if fifths > 0 else -1)
    for change in re.findall(r"[_=^]{1,2}[A-Ga-g]", changes):
        alterations[change[-1].upper()] = change.count("^") - change.count("_")
    return Key((STEPS[letter] + step) % 12, mode, fifths, alterations)


def _mode(word):
    """Return the full name of a mode. Its first three letters are enough; "m" is minor; "M" or nothing is major."""
    if word in ("", "M"):
        return "major"
    if word == "m":
        return "minor"
    short = word.lower()
    return next((mode for mode in MODES if len(short) >= 3 and mode.startswith(short)), None)


def parse_meter(text):
    """Return the meter that a field such as ``6/8``, ``C``, ``C|`` or ``none`` states."""
    text = _value(text)
    if text in ("C", "C|"):
        return Meter(4, 4) if text == "C" else Meter(2, 2)
    if text.lower() in ("none", ""):
        return Meter(None, None)
    match = METER.fullmatch(text)
    if match is None or not 0 < int(match[1]) <= MAX_METER or int(match[2]) not in (1, 2, 4, 8, 16, 32, 64):
        raise ValueError(f"the meter {text[:20]!r}; expected one such as '4/4', 'C' or 'none'")
    return Meter(int(match[1]), int(match[2]))


def parse_unit(text):
    """Return the unit of note length in whole notes that a field such as ``1/8`` states."""
    text = _value(text)
    match = UNIT.fullmatch(text)
    if match is None or not int(match[1]) or not int(match[2]):
        raise ValueError(f"the unit of note length {text[:20]!r}; expected one such as '1/8'")
    return Fraction(int(match[1]), int(match[2]))


def _value(text):
    """Return the text of a field without the space around it."""
    text = text.strip()
    if len(text) > MAX_FIELD_CHARACTERS:
        raise ValueError(f"a field of {len(text):,} characters; at most {MAX_FIELD_CHARACTERS} are read")
    return text


def default_unit(meter):
    """Return the default unit of note length: a sixteenth in short meters, or else an eighth."""
    return Fraction(1, 16) if meter.length is not None and meter.length < Fraction(3, 4) else Fraction(1, 8)
