"""MusicXML files: read by our own reader, written by music21."""

import re
import warnings
import zipfile
from io import BytesIO

import muspy
from muspy.inputs.musicxml import parse_metadata

from . import _limits as limits
from ._music21 import to_music21
from ._musicxml_marks import integer
from ._musicxml_measures import ELEMENTS, PartReader
from ._musicxml_playing import play
from ._xml import parse_xml

INVENTED_AUTHOR = re.compile(rb"\s*<creator [^>]*>Music21</creator>")  # music21 adds it to a score without one
INVENTED_TITLE = re.compile(rb"\s*<movement-title>[^<]*</movement-title>")
PERCUSSION_CHANNEL = "10"


def read_musicxml(path, compressed, bounds, left_out):
    """Return the score of a MusicXML file.

    Parameters
    ----------
    path : pathlib.Path
    compressed : bool
    bounds : Limits
    left_out : set of str
        Receives what is in the file and cannot be read.
    """
    parts: list[PartReader] = []
    of_measures: dict[str | None, PartReader] = {}  # by id, in a document ordered by measures
    n_measures = 0

    def begin_part(attributes):
        parts.append(PartReader(attributes.get("id"), left_out))
        if len(parts) > limits.MAX_TRACKS:
            raise ValueError(f"more than {limits.MAX_TRACKS:,} parts")
        return parts[-1]

    def read_measure(element):
        nonlocal n_measures
        n_measures += 1
        if n_measures > limits.MAX_MEASURES:
            raise ValueError(f"more than {limits.MAX_MEASURES:,} measures")
        if element.tag == "part":
            part_id = element.get("id")
            if part_id not in of_measures:
                of_measures[part_id] = begin_part(element)
            of_measures[part_id].read_measure(element)
        else:
            parts[-1].read_measure(element)

    root = parse_xml(_musicxml_bytes(path, compressed, bounds.max_bytes), ELEMENTS, begin_part, read_measure)
    if not parts:
        raise ValueError("no parts; expected one or more")
    music, played = play(parts, bounds.max_notes, bounds.max_quarters)
    headers = {header.get("id"): header for header in root.findall("part-list/score-part")}
    for part, (notes, lyrics) in zip(parts, played, strict=True):
        music.tracks += _tracks_of(headers.get(part.id), notes, lyrics)
        if len(music.tracks) > limits.MAX_TRACKS:
            raise ValueError(f"more than {limits.MAX_TRACKS:,} instruments")
    music.metadata = parse_metadata(root)
    titles = (_one_line(root.findtext(path)) for path in ("movement-title", "work/work-title"))
    music.metadata.title = next(filter(None, titles), None)
    return music


def _one_line(text):
    return " ".join((text or "").split()) or None


def _tracks_of(header, notes, lyrics):
    """Return the tracks of a part, one per instrument; a single track gets the name of the part."""
    part_name = None if header is None else header.findtext("part-name")
    instruments = [] if header is None else header.findall("score-instrument")
    midi = {} if header is None else {m.get("id"): m for m in header.findall("midi-instrument")}
    names = {i.get("id"): i.findtext("instrument-name") for i in instruments}
    if len(names) < 2:
        names = {next(iter(names), next(iter(midi), None)): part_name}
    tracks = {}
    for instrument, name in names.items():
        values = midi.get(instrument)
        program, channel = (None, None) if values is None else map(values.findtext, ("midi-program", "midi-channel"))
        tracks[instrument] = muspy.Track(
            program=min(max((integer(program) or 1) - 1, 0), 127),  # MusicXML counts programs from 1, MIDI from 0
            is_drum=(channel or "").strip() == PERCUSSION_CHANNEL,
            name=_one_line(name) or _one_line(part_name),
        )
    first = next(iter(tracks.values()))
    first.lyrics = lyrics
    for instrument, note in notes:
        tracks.get(instrument, first).notes.append(note)
    return list(tracks.values())


def to_musicxml(music, compressed):
    """Return a score as the bytes of a MusicXML file."""
    from music21.musicxml.m21ToXml import GeneralObjectExporter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about notes that are not in measures yet: the exporter makes the measures
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


def _musicxml_bytes(path, compressed, max_bytes):
    """Return the text of the score in a MusicXML file; at most `max_bytes` bytes are unpacked."""
    limits.check_size(path, max_bytes, limits.ARCHIVE_SHARE if compressed else 1)
    if not compressed:
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        rootfile = parse_xml(_read_member(archive, "META-INF/container.xml", max_bytes)).find("rootfiles/rootfile")
        if rootfile is None or not rootfile.get("full-path"):
            raise ValueError("META-INF/container.xml names no score")
        return _read_member(archive, rootfile.get("full-path"), max_bytes)


def _read_member(archive, name, max_bytes):
    try:
        member = archive.getinfo(name)
    except KeyError:
        raise ValueError(f"the archive has no {name}") from None
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # LZMA may use gigabytes
        raise ValueError(f"{name} is compressed by method {member.compress_type}; expected 0 or 8 (stored, deflated)")
    size = member.file_size  # zipfile never unpacks more than this
    if size > max_bytes:
        raise ValueError(f"{name} unpacks to {size:,} bytes; at most max_bytes={max_bytes:,} are read")
    return archive.read(name)
