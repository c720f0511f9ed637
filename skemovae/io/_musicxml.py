"""MusicXML files: read by MusPy from a mended copy, written by music21."""

import re
import tempfile
import warnings
import zipfile
from collections import Counter
from io import BytesIO
from math import lcm
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

import muspy
from muspy.inputs.musicxml import get_measure_ordering
from muspy.utils import MODE_CENTERS

from . import _limits as limits
from ._music21 import to_music21

# what MusPy reads of a note in MusicXML
NOTE_ELEMENTS = {"chord", "cue", "duration", "instrument", "lyric", "pitch", "rest", "tie", "unpitched"}

ENDING_NUMBERS = re.compile(r"\s*\d+\s*(,\s*\d+\s*)*")  # as in "1" or "1, 2"; programs write others, too


def read_musicxml(path, compressed):
    """Return the score of a MusicXML file, by way of a copy without what MusPy's reader would take wrongly."""
    root = _parse_xml(_musicxml_bytes(path, compressed))
    if root.tag != "score-partwise":
        raise ValueError(f"a <{root.tag}> document; expected <score-partwise> (export it so from a notation program)")
    _mend_musicxml(root)
    _check_musicxml(root)
    for part in root.findall("part"):
        _mend_ties(part)
    with tempfile.TemporaryDirectory(prefix="skemovae-") as folder:
        mended = Path(folder, "mended.musicxml")
        ElementTree.ElementTree(root).write(mended)
        music = muspy.read_musicxml(mended, compressed=False)
    for track in music.tracks:
        track.program = max(track.program - 1, 0)  # MusicXML counts programs from 1, MusPy and MIDI from 0
        for note in track.notes:
            note.velocity = min(max(note.velocity, 1), 127)  # MusicXML's is a percentage and may exceed 127
    return music


def to_musicxml(music, compressed):
    """Return a score as the bytes of a MusicXML file."""
    from music21.musicxml.m21ToXml import GeneralObjectExporter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of notes that are in no measure yet: the exporter makes the measures
        text = GeneralObjectExporter().parse(to_music21(music))
    if not compressed:
        return text
    container = '<container><rootfiles><rootfile full-path="score.musicxml"/></rootfiles></container>'
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/container.xml", container)
        archive.writestr("score.musicxml", text)
    return buffer.getvalue()


def _musicxml_bytes(path, compressed):
    """Return the text of the score in a MusicXML file; nothing is unpacked beyond the limit."""
    if not compressed:
        if path.stat().st_size > limits.MAX_FILE_BYTES:
            raise ValueError(f"the file is larger than {limits.MAX_FILE_BYTES:,} bytes")
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        rootfile = _parse_xml(_read_member(archive, "META-INF/container.xml")).find("rootfiles/rootfile")
        if rootfile is None or not rootfile.get("full-path"):
            raise ValueError("META-INF/container.xml names no score")
        return _read_member(archive, rootfile.get("full-path"))


def _read_member(archive, name):
    try:
        size = archive.getinfo(name).file_size  # zipfile never unpacks more than this
    except KeyError:
        raise ValueError(f"the archive has no {name}") from None
    if size > limits.MAX_FILE_BYTES:
        raise ValueError(f"{name} unpacks to {size:,} bytes; at most {limits.MAX_FILE_BYTES:,} are read")
    return archive.read(name)


def _parse_xml(data):
    """Return the root element; entities are refused before anything could expand or fetch them."""
    if data.count(b"<") > 2 * limits.MAX_ELEMENTS:  # an opening and a closing tag each
        raise ValueError(f"more than {limits.MAX_ELEMENTS:,} XML elements")

    def refuse(name, *_):
        raise ValueError(f"it declares the XML entity {name!r}; files with entities are not read")

    guard = expat.ParserCreate()
    guard.EntityDeclHandler = refuse
    guard.Parse(data, True)
    return ElementTree.fromstring(data)


def _mend_musicxml(root):
    """Take from a MusicXML tree what MusPy's reader refuses or takes wrongly."""
    for part in root.findall("part-list/score-part"):
        instruments = part.findall("score-instrument")
        if len(instruments) == 1:  # so that the track gets the part's name, "Soprano", and not "Instrument 1"
            instruments[0][:] = []
    for number, part in enumerate(root.findall("part")):
        shift = 0
        for measure in part.findall("measure"):
            measure[:] = [element for element in measure if not _is_ornament(element)]
            for note in measure.findall("note"):
                if note.find("cue") is not None:
                    ElementTree.SubElement(note, "rest")  # MusPy forgets that a cue note takes time
                for instrument in note.findall("instrument"):
                    ElementTree.SubElement(instrument, "id").text = instrument.get("id")  # MusPy seeks an element there
                note[:] = [element for element in note if element.tag in NOTE_ELEMENTS]  # reads faster
            for barline in measure.findall("barline"):
                barline[:] = [e for e in barline if e.tag != "ending" or ENDING_NUMBERS.fullmatch(e.get("number", ""))]
            for attributes in measure.findall("attributes"):
                if attributes.find("transpose") is not None:
                    shift = 7 * int(attributes.findtext("transpose/chromatic"))
                _mend_attributes(attributes, shift if number == 0 else 0)


def _is_ornament(element):
    """Return whether a MusicXML element is a note without a time of its own: MusPy would lay it over the main note."""
    in_chord_of_cues = element.find("cue") is not None and element.find("chord") is not None
    return element.tag == "note" and (element.find("grace") is not None or in_chord_of_cues)


def _mend_attributes(attributes, shift):
    """Bring key signatures `shift` fifths up to sounding pitch; drop keys, modes and metres that MusPy cannot hold."""
    needed = {"key": "fifths", "time": "beats"}  # lacking in a key of single accidentals and in senza misura
    attributes[:] = [e for e in attributes if e.tag not in needed or e.find(needed[e.tag]) is not None]
    for key in attributes.findall("key"):
        key[:] = [e for e in key if e.tag != "mode" or e.text in MODE_CENTERS]  # "none" is allowed, too
        if shift:
            fifths = key.find("fifths")
            fifths.text = str((int(fifths.text) + shift + 5) % 12 - 5)


def _mend_ties(part):
    """Drop each tie that leads nowhere: MusPy would add the length of the next note of that pitch, however late."""
    started = {}
    for note, onset, end in _walk(part.findall("measure")):
        if note.find("pitch") is None or not (started or note.find("tie") is not None):
            continue
        pitch = note.findtext("pitch/step"), note.findtext("pitch/octave"), float(note.findtext("pitch/alter") or 0)
        if pitch in started:
            before, tie, tied_until = started.pop(pitch)
            if abs(tied_until - onset) > 1e-3:
                before.remove(tie)
        for tie in note.findall("tie"):
            if tie.get("type") == "start":
                started[pitch] = note, tie, end


def _check_musicxml(root):
    """Raise ValueError if a MusicXML tree asks MusPy's reader for more time or memory than any score needs.

    MusPy plays repeats out, rescales to the least common multiple of all divisions and lists every beat.
    """
    parts = root.findall("part")
    if not 1 <= len(parts) <= limits.MAX_TRACKS:
        raise ValueError(f"{len(parts):,} parts; expected 1 to {limits.MAX_TRACKS:,}")
    n_instruments = {p.get("id"): len(p.findall("score-instrument")) for p in root.findall("part-list/score-part")}
    if sum(n_instruments.get(part.get("id"), 0) for part in parts) > limits.MAX_TRACKS:
        raise ValueError(f"more than {limits.MAX_TRACKS:,} instruments")
    divisions = [int(element.text) for element in root.iter("divisions")]
    if min(divisions, default=1) < 1 or lcm(*divisions) > limits.MAX_RESOLUTION:
        raise ValueError(
            f"divisions whose common multiple is not 1 to {limits.MAX_RESOLUTION:,}: {sorted(set(divisions))[-5:]}"
        )
    for time in root.iter("time"):
        beats, unit = time.findtext("beats", ""), time.findtext("beat-type", "")
        beat_types = ("1", "2", "4", "8", "16", "32", "64", "128")
        if unit.strip() not in beat_types or not 1 <= sum(map(int, beats.split("+"))) <= 1000:
            raise ValueError(f"a time signature {beats}/{unit}; expected one such as 4/4")
    _check_playing(parts)


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


def _quarters_of_part(part, order):
    """Return the time between the first and the last moment of a MusicXML part as MusPy plays it, in quarter notes."""
    measures = part.findall("measure")
    moments = [0, *(end for _, _, end in _walk(measures[i] for i in order))]
    return max(moments) - min(moments)


def _walk(measures):
    """Yield (element, onset, end in quarter notes) of what takes time in MusicXML measures, as MusPy plays them."""
    division, start = 1, 0
    for measure in measures:
        now = onset = start
        for element in measure:
            if element.tag == "attributes":
                division = int(element.findtext("divisions") or division)
            elif element.tag in ("note", "forward", "backup"):
                if element.find("chord") is not None:
                    now = onset
                onset = now
                length = int(element.findtext("duration", 0)) / division
                now += -length if element.tag == "backup" else length
                yield element, onset, now
        start = now
