"""Keys, meters and tempos of MusicXML, and the numbers in it. Impossible ones are None."""

import re
from math import inf

from muspy.utils import CIRCLE_OF_FIFTHS, MODE_CENTERS, NOTE_TYPE_MAP

from . import _limits as limits

INTEGER = re.compile(r"[ \t\r\n]*([+-]?[0-9]{1,9})[ \t\r\n]*")
DECIMAL = re.compile(r"[ \t\r\n]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))[ \t\r\n]*")
FIRST_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")  # for example in "ca. 60"
BEAT_TYPES = {1, 2, 4, 8, 16, 32, 64, 128}


def integer(text):
    """Return the integer that a text represents, or None."""
    match = INTEGER.fullmatch(text or "")
    return None if match is None else int(match[1])


def decimal(text):
    """Return the number that a text represents, or None."""
    match = DECIMAL.fullmatch(text or "")
    number = inf if match is None else float(match[1])
    return number if abs(number) < inf else None


def read_key(element, transposition):
    """Return (root, mode, fifths, name) of a key at sounding pitch; only the fifths if MusPy does not know the mode."""
    fifths = integer(element.findtext("fifths"))
    if fifths is None or abs(fifths) > limits.MAX_FIFTHS:
        return None
    if transposition % 12:
        fifths = (fifths + 7 * transposition + 5) % 12 - 5
    mode = (element.findtext("mode") or "").strip()
    if mode not in MODE_CENTERS:  # "none" is allowed, too
        return None, None, fifths, None
    place = MODE_CENTERS[mode] + fifths
    root, name = CIRCLE_OF_FIFTHS[place] if 0 <= place < len(CIRCLE_OF_FIFTHS) else (None, None)
    return root, mode, fifths, name


def read_meter(element):
    """Return numerator and denominator of a time signature; if it is a sum of several, those of the sum."""
    units = [integer(unit.text) for unit in element.findall("beat-type")]
    counts = [[integer(n) for n in (beats.text or "").split("+")] for beats in element.findall("beats")]
    if len(units) != len(counts) or not set(units) <= BEAT_TYPES or any(None in numbers for numbers in counts):
        return None
    denominator = max(units)
    numerator = sum(sum(numbers) * denominator // unit for numbers, unit in zip(counts, units, strict=True))
    return (numerator, denominator) if 1 <= numerator <= limits.MAX_BEATS_OF_A_METER else None


def read_metronome(element):
    """Return the quarter notes per minute of a metronome mark, as text or a number, or None."""
    number = FIRST_NUMBER.search(element.findtext("per-minute") or "")
    unit = NOTE_TYPE_MAP.get((element.findtext("beat-unit") or "").strip())
    if number is None or unit is None:
        return None
    return unit * float(number[0]) * (2 - 0.5 ** len(element.findall("beat-unit-dot")))
