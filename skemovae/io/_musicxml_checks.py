"""What is looked at in MusicXML before MusPy reads it: more time or memory than any score needs is refused."""

import re
from collections import Counter
from math import lcm
from xml.parsers import expat

from muspy.inputs.musicxml import get_measure_ordering

from . import _limits as limits

LONG_TAG = re.compile(rb"<[^<]{%d}" % limits.MAX_TAG_BYTES)  # with the text behind it


def check_xml(data):
    """Raise ValueError for XML with entities, before one could expand or fetch anything, and for too large a tree."""
    if LONG_TAG.search(data):  # the time for a tag grows faster than its attributes
        raise ValueError(f"an XML tag or text of more than {limits.MAX_TAG_BYTES:,} bytes")
    n_elements = depth = 0

    def refuse(name, *_):
        raise ValueError(f"it declares the XML entity {name!r}; files with entities are not read")

    def start(*_):
        nonlocal n_elements, depth
        n_elements += 1
        depth += 1
        if n_elements > limits.MAX_ELEMENTS or depth > limits.MAX_DEPTH:
            raise ValueError(f"more than {limits.MAX_ELEMENTS:,} XML elements, or {limits.MAX_DEPTH:,} in each other")

    def end(_):
        nonlocal depth
        depth -= 1

    guard = expat.ParserCreate()
    guard.EntityDeclHandler, guard.StartElementHandler, guard.EndElementHandler = refuse, start, end
    guard.Parse(data, True)


def check_musicxml(root):
    """Raise ValueError if a MusicXML tree asks MusPy's reader for more time or memory than any score needs.

    MusPy plays repeats out, rescales to the least common multiple of all divisions and lists every beat.
    """
    parts = root.findall("part")
    if not 1 <= len(parts) <= limits.MAX_TRACKS:
        raise ValueError(f"{len(parts):,} parts; expected 1 to {limits.MAX_TRACKS:,}")
    n_instruments = {p.get("id"): len(p.findall("score-instrument")) for p in root.findall("part-list/score-part")}
    if sum(n_instruments.get(part.get("id"), 0) for part in parts) > limits.MAX_TRACKS:
        raise ValueError(f"more than {limits.MAX_TRACKS:,} instruments")
    divisions = {int(element.text) for element in root.iter("divisions")}
    if not _common_multiple_is_small(divisions):
        raise ValueError(
            f"divisions whose common multiple is not 1 to {limits.MAX_RESOLUTION:,}: {sorted(divisions)[-5:]}"
        )
    for part in parts:
        _check_texts(part)
    for alter in root.iter("alter"):
        if not abs(float(alter.text or 0)) <= limits.MAX_ALTER:  # MusPy writes that many sharps or flats; NaN fails
            raise ValueError(f"a pitch altered by {alter.text} semitones; at most {limits.MAX_ALTER} are read")
    for time in root.iter("time"):
        beats, unit = time.findtext("beats", ""), time.findtext("beat-type", "")
        beat_types = ("1", "2", "4", "8", "16", "32", "64", "128")
        if unit.strip() not in beat_types or not 1 <= sum(map(int, beats.split("+"))) <= 1000:
            raise ValueError(f"a time signature {beats}/{unit}; expected one such as 4/4")
    _check_playing(parts)


def _check_texts(part):
    """Raise ValueError if a part holds a long text: MusPy reads each number in it as often as it is played."""
    for element in part.iter():
        for text in (element.text, *element.attrib.values()):
            if text and len(text) > limits.MAX_TEXT:
                raise ValueError(f"<{element.tag}> holds {len(text):,} characters; at most {limits.MAX_TEXT} are read")


def _common_multiple_is_small(numbers):
    """Return whether the least common multiple of numbers is a possible resolution; that of all can take minutes."""
    multiple = 1
    for number in numbers:
        if not 1 <= number <= limits.MAX_RESOLUTION:
            return False
        multiple = lcm(multiple, number)
        if multiple > limits.MAX_RESOLUTION:
            return False
    return True


def _check_playing(parts):
    """Raise ValueError if the parts of a MusicXML tree are too much with all repeats played."""
    sizes = [[sum(1 for _ in measure.iter()) for measure in part.findall("measure")] for part in parts]
    # each repeat and one jump can at worst play the whole piece again
    repeats = [max(int(r.get("times", 2)) - 1, 1) for r in parts[0].iter("repeat") if r.get("direction") == "backward"]
    n_playings = 2 + sum(repeats)
    if n_playings * len(sizes[0]) > limits.MAX_MEASURES or n_playings * sum(sizes[0]) > 10 * limits.MAX_ELEMENTS:
        raise ValueError(
            f"up to {n_playings * len(sizes[0]):,} measures with all repeats; at most {limits.MAX_MEASURES:,} are read"
        )
    order = get_measure_ordering(parts[0])
    if any(len(size) <= max(order, default=-1) for size in sizes):
        raise ValueError(
            f"parts of {min(map(len, sizes))} to {max(map(len, sizes))} measures; expected the same number"
        )
    times = Counter(order)
    n_elements = sum(times[i] * n for size in sizes for i, n in enumerate(size))
    if n_elements > limits.MAX_ELEMENTS:
        raise ValueError(f"{n_elements:,} XML elements with all repeats; at most {limits.MAX_ELEMENTS:,} are read")
    quarters = max(_quarters_of_part(part, order) for part in parts)
    if quarters > limits.MAX_QUARTERS:
        raise ValueError(f"{quarters:,.0f} quarter notes with all repeats; at most {limits.MAX_QUARTERS:,} are read")
    n_beats = quarters * max((int(unit.text) for unit in parts[0].iter("beat-type")), default=4) / 4
    if n_beats > limits.MAX_BEATS:
        raise ValueError(f"{n_beats:,.0f} beats with all repeats; at most {limits.MAX_BEATS:,} are read")


def _quarters_of_part(part, order):
    """Return the time between the first and the last moment of a MusicXML part as MusPy plays it, in quarter notes."""
    measures = part.findall("measure")
    moments = [0, *(end for _, _, end in walk(measures[i] for i in order))]
    return max(moments) - min(moments)


def walk(measures):
    """Yield (element, onset, end in quarter notes) of what takes time in MusicXML measures, exactly as MusPy does.

    Raise ValueError for a measure that ends before it began: with them, a file could go to and fro through more beats
    than it is long.
    """
    division, start = 1, 0.0
    for measure in measures:
        now, last_onset = start, None
        for element in measure:
            if element.tag == "attributes":
                division = int(element.findtext("divisions") or division)
            elif element.tag in ("note", "forward", "backup"):
                sounds = element.tag == "note" and element.find("rest") is None
                if sounds:
                    if last_onset is not None and element.find("chord") is not None:
                        now = last_onset
                    last_onset = now
                onset = now
                length = int(element.findtext("duration", 0)) / division
                now += -length if element.tag == "backup" else length
                yield element, onset, now
        if now < start - 1e-3:
            raise ValueError(f"a measure that ends {start - now:,.2f} quarter notes before it began")
        start = now
