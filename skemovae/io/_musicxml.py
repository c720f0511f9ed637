"""MusicXML files: read by MusPy from a mended copy, written by music21."""

import re
import tempfile
import warnings
import zipfile
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import muspy
from muspy.utils import MODE_CENTERS

from . import _limits as limits
from ._music21 import to_music21
from ._musicxml_checks import check_musicxml, check_xml, walk

# what MusPy reads of a measure and of a note in MusicXML
MEASURE_ELEMENTS = {"attributes", "backup", "barline", "direction", "forward", "note", "sound"}
NOTE_ELEMENTS = {"chord", "cue", "duration", "instrument", "lyric", "pitch", "rest", "tie", "unpitched"}

INVENTED_AUTHOR = re.compile(rb"\s*<creator [^>]*>Music21</creator>")  # by music21, for a score without one
INVENTED_TITLE = re.compile(rb"\s*<movement-title>[^<]*</movement-title>")
# as in "1" or "1, 2"; programs write others, too, and MusPy takes the time for a long list at every repeat
ENDING_NUMBERS = re.compile(r"\s*\d{1,4}\s*(,\s*\d{1,4}\s*){0,19}")


def read_musicxml(path, compressed):
    """Return the score of a MusicXML file, by way of a copy without what MusPy's reader would take wrongly."""
    with tempfile.TemporaryDirectory(prefix="skemovae-") as folder:
        mended = Path(folder, "mended.musicxml")
        _write_mended(_parse_xml(_musicxml_bytes(path, compressed)), mended)
        music = muspy.read_musicxml(mended, compressed=False)
    for track in music.tracks:
        track.program = max(track.program - 1, 0)  # MusicXML counts programs from 1, MusPy and MIDI from 0
        for note in track.notes:
            note.velocity = min(max(note.velocity, 1), 127)  # MusicXML's is a percentage and may exceed 127
    return music


def _write_mended(root, path):
    """Write a MusicXML tree, when it is mended and found harmless, as a file that MusPy can read.

    This is a function of its own so that the tree is gone from memory when MusPy makes another of that file.
    """
    if root.tag != "score-partwise":
        raise ValueError(f"a <{root.tag}> document; expected <score-partwise> (export it so from a notation program)")
    _mend_musicxml(root)
    check_musicxml(root)
    for part in root.findall("part"):
        _mend_ties(part)
    ElementTree.ElementTree(root).write(path)


def to_musicxml(music, compressed):
    """Return a score as the bytes of a MusicXML file."""
    from music21.musicxml.m21ToXml import GeneralObjectExporter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of notes that are in no measure yet: the exporter makes the measures
        score = to_music21(music)
        text = GeneralObjectExporter().parse(score)
    text = INVENTED_AUTHOR.sub(b"", text)
    if not score.metadata.movementName:
        text = INVENTED_TITLE.sub(b"", text)
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
    most = limits.MAX_ARCHIVE_BYTES if compressed else limits.MAX_FILE_BYTES
    if path.stat().st_size > most:
        raise ValueError(f"the file is larger than {most:,} bytes")
    if not compressed:
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        rootfile = _parse_xml(_read_member(archive, "META-INF/container.xml")).find("rootfiles/rootfile")
        if rootfile is None or not rootfile.get("full-path"):
            raise ValueError("META-INF/container.xml names no score")
        return _read_member(archive, rootfile.get("full-path"))


def _read_member(archive, name):
    try:
        member = archive.getinfo(name)
    except KeyError:
        raise ValueError(f"the archive has no {name}") from None
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # LZMA may ask for gigabytes
        raise ValueError(f"{name} is compressed by method {member.compress_type}; expected 0 or 8 (stored, deflated)")
    size = member.file_size  # zipfile never unpacks more than this
    if size > limits.MAX_FILE_BYTES:
        raise ValueError(f"{name} unpacks to {size:,} bytes; at most {limits.MAX_FILE_BYTES:,} are read")
    return archive.read(name)


def _parse_xml(data):
    """Return the root element of XML that is found harmless."""
    check_xml(data)
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
            measure[:] = [e for e in measure if e.tag in MEASURE_ELEMENTS and not _is_ornament(e)]
            for note in measure.findall("note"):
                if note.find("cue") is not None:
                    ElementTree.SubElement(note, "rest")  # MusPy forgets that a cue note takes time
                for instrument in note.findall("instrument"):
                    ElementTree.SubElement(instrument, "id").text = instrument.get("id")  # MusPy seeks an element there
                note[:] = [element for element in note if element.tag in NOTE_ELEMENTS]  # reads faster
            for direction in measure.findall("direction"):
                direction[:] = [e for e in direction if e.tag == "sound" or e.find("metronome") is not None]  # no words
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
    for note, onset, end in walk(part.findall("measure")):
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
