"""Files and music21 streams to :class:`muspy.Music` and back, bounded and with one exception type.

Every reader here refuses what no score needs: a file beyond :data:`MAX_FILE_BYTES`, more notes than
:data:`MAX_NOTES`, a span beyond :data:`MAX_QUARTERS`. A few bytes can ask a naive reader for gigabytes (a huge delta
time in MIDI; a repeat played a million times, an entity that expands or a zip bomb in MusicXML); these files end in a
:class:`ScoreReadError` like every other unreadable one.
"""

import copy
import os
import re
import tempfile
import warnings
import zipfile
from collections import Counter
from contextlib import contextmanager, suppress
from fractions import Fraction
from io import BytesIO
from math import inf, lcm
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

import mido
import muspy
from muspy.inputs.musicxml import get_measure_ordering
from muspy.utils import MODE_CENTERS

__all__ = ["READABLE_SUFFIXES", "ScoreReadError", "atomic_path", "from_music21", "read_music", "write_music"]

MIDI_SUFFIXES = (".mid", ".midi")
MUSICXML_SUFFIXES = (".mxl", ".xml", ".musicxml")
READABLE_SUFFIXES = MIDI_SUFFIXES + MUSICXML_SUFFIXES

MAX_FILE_BYTES = 20_000_000  # after decompression; a full orchestral score in MusicXML stays below
MAX_MIDI_BYTES = 3_000_000  # room for MAX_NOTES; in memory a MIDI file is about 200 times as large
MAX_NOTES = 200_000
MAX_QUARTERS = 20_000  # quarter notes; nearly three hours at 120 quarter notes per minute
MAX_MEASURES = 200_000  # with all repeats played at worst
MAX_ELEMENTS = 1_000_000  # of XML, with all repeats played; a note has about six
MAX_TRACKS = 1_000
MAX_RESOLUTION = 1_000_000  # time steps per quarter note; notation programs use up to 10,080

# By pitch class. MIDI knows no D sharp major, and MusPy's writers would make E flat major that.
KEY_NAMES = {
    "major": ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"),
    "minor": ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"),
}

# what MusPy reads of a note in MusicXML
NOTE_ELEMENTS = {"chord", "cue", "duration", "instrument", "lyric", "pitch", "rest", "tie", "unpitched"}

ENDING_NUMBERS = re.compile(r"\s*\d+\s*(,\s*\d+\s*)*")  # as in "1" or "1, 2"; programs write others, too


class ScoreReadError(ValueError):
    """A file or stream that cannot be read as a score; the message names it and the reason."""


def read_music(path):
    """Read a MIDI or MusicXML file.

    Parameters
    ----------
    path : str or path-like
        A file whose name ends in ``.mid``, ``.midi``, ``.mxl``, ``.xml`` or ``.musicxml``.

    Returns
    -------
    muspy.Music
        With ``metadata.source_filename`` set to the file's name.

    Raises
    ------
    ScoreReadError
        If the content is not a readable score or exceeds the limits of this module.
    OSError
        If the file cannot be opened (for example :class:`FileNotFoundError`).

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from skemovae import PitchEncoder, read_music, write_music
    >>> melody = PitchEncoder(n_steps=8).inverse_transform([[64, 129, 129, 129, 65, 129, 67, 129]])[0]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_music(melody, pathlib.Path(folder, "melody.mid"))
    ...     [note.pitch for note in read_music(pathlib.Path(folder, "melody.mid")).tracks[0].notes]
    [64, 65, 67]
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in READABLE_SUFFIXES:
        raise ScoreReadError(f"cannot read {path}: expected a file name ending in {', '.join(READABLE_SUFFIXES)}")
    with open(path, "rb"):  # a missing or forbidden file is an OSError, not an unreadable score
        pass
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a score that is read in spite of its oddities
            music = _read_midi(path) if suffix in MIDI_SUFFIXES else _read_musicxml(path, compressed=suffix == ".mxl")
        _check_music(music)
    # Any exception at all: the parsers raise a dozen types on broken input (mido alone OSError, EOFError, ValueError,
    # IndexError, KeyError ..., and MemoryError for an announced length), and the user needs one.
    except Exception as error:
        kind = "MIDI" if suffix in MIDI_SUFFIXES else "MusicXML"
        reason = str(error)
        if not isinstance(error, ValueError):  # such as EOFError, without a text, or ZeroDivisionError for tempo 0
            reason = f"the content is broken or not supported ({type(error).__name__}: {error})".replace(": )", ")")
        raise ScoreReadError(f"cannot read {path} as {kind}: {reason}") from error
    music.metadata.source_filename = path.name
    return music


def write_music(music, path):
    """Write a score as MIDI or MusicXML, by the ending of the file name.

    The file appears whole or not at all: an existing file stays as it was when writing fails. MIDI holds key signatures
    in major and minor only; others are left out of it.

    Parameters
    ----------
    music : muspy.Music
        The score to write.
    path : str or path-like
        A name ending in ``.mid``, ``.midi``, ``.mxl``, ``.xml`` or ``.musicxml``.

    Raises
    ------
    ValueError
        If the ending is none of these, or the format cannot express the score (MusicXML, for example, no note of the
        480th part of a quarter note).
    OSError
        If the file cannot be written.

    Examples
    --------
    See :func:`read_music`.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in READABLE_SUFFIXES:
        raise ValueError(f"cannot write {path}: expected a file name ending in {', '.join(READABLE_SUFFIXES)}")
    try:
        with atomic_path(path) as temporary:
            if suffix in MIDI_SUFFIXES:
                _to_midi(music).save(temporary)
            else:
                temporary.write_bytes(_to_musicxml(music, compressed=suffix == ".mxl"))
    except OSError:
        raise
    except Exception as error:  # of a dozen types, as in read_music
        raise ValueError(f"cannot write {path}: {error}") from error


@contextmanager
def atomic_path(path):
    """Give a temporary name beside `path` that becomes `path` on success and vanishes on failure.

    Parameters
    ----------
    path : str or path-like
        The file that shall appear whole or not at all. The temporary name has the same ending.

    Yields
    ------
    pathlib.Path

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from skemovae.io import atomic_path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with atomic_path(pathlib.Path(folder, "notes.txt")) as temporary:
    ...         _ = temporary.write_text("C D E")
    ...     [p.name for p in pathlib.Path(folder).iterdir()]
    ['notes.txt']
    """
    path = Path(path)
    handle, name = tempfile.mkstemp(prefix=".writing-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)  # mkstemp is for the owner alone; a written file follows the umask
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def from_music21(stream):
    """Convert a music21 stream to :class:`muspy.Music` (muspy's own converter fails with music21 >= 10).

    Ties are merged, grace notes are dropped, transposing instruments give sounding pitch, chords become several notes,
    and the resolution is the smallest on which every onset and duration is exact (or 10,080 a quarter note, if that is
    beyond 1,000,000). Repeats are not played out, as :func:`read_music` does; ``stream.expandRepeats()`` does that.

    Parameters
    ----------
    stream : music21.stream.Stream
        A score, a part, or any stream of notes.

    Returns
    -------
    muspy.Music
        One track a part.

    Raises
    ------
    ScoreReadError
        If the object is not a stream or exceeds the limits of this module.

    Examples
    --------
    >>> import music21
    >>> from skemovae import from_music21
    >>> music = from_music21(music21.converter.parse("tinyNotation: 3/4 c4 d8 e8 f4"))
    >>> [(note.time, note.pitch, note.duration) for note in music.tracks[0].notes]
    [(0, 60, 2), (2, 62, 1), (3, 64, 1), (4, 65, 2)]
    """
    import music21

    if not isinstance(stream, music21.stream.Stream):
        raise ScoreReadError(f"cannot convert {type(stream).__name__}: expected a music21 stream")
    sounding = stream.toSoundingPitch()
    parts = [part.stripTies().flatten() for part in getattr(sounding, "parts", None) or [sounding]]
    notes = [_notes_of_part(part) for part in parts]
    resolution = lcm(*(t.denominator for part in notes for start, _, length, _ in part for t in (start, length)))
    if resolution > MAX_RESOLUTION:
        resolution = 10_080  # divisible by 1 to 10, the finest that notation programs use
    tracks = [
        muspy.Track(
            program=getattr(part.getInstrument(), "midiProgram", None) or 0,
            is_drum=isinstance(part.getInstrument(), music21.instrument.UnpitchedPercussion),
            name=part.partName if hasattr(part, "partName") else None,
            notes=[
                muspy.Note(round(start * resolution), pitch, round(length * resolution), velocity)
                for start, pitch, length, velocity in part_notes
            ],
        )
        for part, part_notes in zip(parts, notes, strict=True)
    ]
    music = muspy.Music(resolution=resolution, tracks=tracks, **_marks_of_stream(sounding.flatten(), resolution))
    title = sounding.metadata.title if sounding.metadata else None
    music.metadata = muspy.Metadata(title=title, source_format="music21")
    try:
        _check_music(music)
    except ValueError as error:
        raise ScoreReadError(f"cannot convert the stream: {error}") from error
    return music


def _notes_of_part(part):
    """Return the sounding notes of a flat stream as (onset, pitch, length, velocity), times in quarter notes."""
    notes = []
    for element in part.notes:
        length = Fraction(element.duration.quarterLength)
        if length == 0:  # a grace note
            continue
        velocity = element.volume.velocity or muspy.DEFAULT_VELOCITY
        # an unpitched note, alone or in a percussion chord, has only a place on the staff, which MusPy reads as pitch
        members = getattr(element, "notes", (element,))
        pitches = [m.pitch if hasattr(m, "pitch") else m.displayPitch() for m in members]
        notes += [(Fraction(element.offset), pitch.midi, length, velocity) for pitch in pitches]
    return sorted(notes)


def _marks_of_stream(flat, resolution):
    """Return tempos, key and time signatures of a flat music21 stream as muspy objects, of each time the first."""
    tempos, keys, times = {}, {}, {}
    for element in flat.getElementsByClass(("MetronomeMark", "KeySignature", "TimeSignature")):
        time = round(Fraction(element.offset) * resolution)
        if "MetronomeMark" in element.classes:
            if element.getQuarterBPM():
                tempos.setdefault(time, muspy.Tempo(time, float(element.getQuarterBPM())))
        elif "TimeSignature" in element.classes:
            times.setdefault(time, muspy.TimeSignature(time, element.numerator, element.denominator))
        else:  # music21.key.Key, where the mode is known, is a KeySignature
            mode = getattr(element, "mode", None)
            root = element.tonic.pitchClass if mode else None
            keys.setdefault(time, muspy.KeySignature(time, root=root, mode=mode, fifths=element.sharps))
    return {
        "tempos": list(tempos.values()),
        "key_signatures": list(keys.values()),
        "time_signatures": list(times.values()),
    }


def _check_music(music):
    """Raise ValueError if a parsed score is beyond the limits or impossible."""
    if not 1 <= music.resolution <= MAX_RESOLUTION:
        raise ValueError(f"a resolution of {music.resolution:,}; expected 1 to {MAX_RESOLUTION:,} steps a quarter note")
    n_notes = sum(len(track.notes) for track in music.tracks)
    if n_notes > MAX_NOTES:
        raise ValueError(f"{n_notes:,} notes; at most {MAX_NOTES:,} are read")
    for tempo in music.tempos:
        if not 0 < tempo.qpm < inf:
            raise ValueError(f"a tempo of {tempo.qpm} quarter notes per minute; expected a positive number")
    for track in music.tracks:
        for note in track.notes:
            if not (0 <= note.pitch <= 127 and note.time >= 0 and note.duration >= 0):
                raise ValueError(f"an impossible note: onset {note.time}, pitch {note.pitch}, length {note.duration}")
    if music.get_end_time(is_sorted=False) > MAX_QUARTERS * music.resolution:  # of all notes and marks
        raise ValueError(f"a note or mark beyond {MAX_QUARTERS:,} quarter notes")


def _read_midi(path):
    if path.stat().st_size > MAX_MIDI_BYTES:
        raise ValueError(f"the file is larger than {MAX_MIDI_BYTES:,} bytes")
    music = muspy.read_midi(path)
    if music.metadata.title == "None":  # MusPy's text for a file without a title
        music.metadata.title = None
    for named, attribute in [(music.metadata, "title"), *((track, "name") for track in music.tracks)]:
        name = getattr(named, attribute) or ""
        with suppress(UnicodeError):  # MusPy reads every name as Latin-1; most programs today write UTF-8, and so do we
            setattr(named, attribute, name.encode("latin-1").decode("utf-8") or None)
    return music


def _to_midi(music):
    """Return a score as a mido.MidiFile."""
    plain = copy.copy(music)
    plain.key_signatures = []  # MusPy spells all with sharps, which fails for E flat, A flat and B flat major
    midi = muspy.to_mido(plain)
    midi.charset = "utf-8"  # Latin-1, the default, lacks most of the world's letters
    keys, now = mido.MidiTrack(), 0
    for key in sorted(music.key_signatures, key=lambda key: key.time):
        if key.root is not None and key.mode in KEY_NAMES:
            name = KEY_NAMES[key.mode][key.root] + ("m" if key.mode == "minor" else "")
            keys.append(mido.MetaMessage("key_signature", key=name, time=key.time - now))
            now = key.time
    midi.tracks[0] = mido.merge_tracks([midi.tracks[0], keys])
    return midi


def _to_musicxml(music, compressed):
    """Return a score as the bytes of a MusicXML file."""
    from music21.musicxml.m21ToXml import GeneralObjectExporter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of notes that are in no measure yet: the exporter makes the measures
        text = GeneralObjectExporter().parse(_to_music21(music))
    if not compressed:
        return text
    container = '<container><rootfiles><rootfile full-path="score.musicxml"/></rootfiles></container>'
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/container.xml", container)
        archive.writestr("score.musicxml", text)
    return buffer.getvalue()


def _to_music21(music):
    """Return a score as a music21 stream; MusPy's converter puts marks at wrong times and lifts the lowest octave."""
    import music21

    score = music21.stream.Score()
    score.metadata = music21.metadata.Metadata(movementName=music.metadata.title if music.metadata else None)
    for number, track in enumerate(music.tracks or [muspy.Track()]):
        part = music21.stream.Part()
        part.partName = track.name
        instrument = music21.instrument.Instrument(track.name)
        instrument.midiProgram, instrument.midiChannel = track.program, 9 if track.is_drum else None
        part.insert(0, instrument)
        marks = [
            (time.time, music21.meter.TimeSignature(f"{time.numerator}/{time.denominator}"))
            for time in music.time_signatures
        ]
        marks += [(key.time, _to_music21_key(key)) for key in music.key_signatures]
        if number == 0:
            marks += [(tempo.time, music21.tempo.MetronomeMark(number=tempo.qpm)) for tempo in music.tempos]
        for note in track.notes:
            if note.duration <= 0:
                raise ValueError(f"a note of length {note.duration} at time {note.time}; MusicXML has no such note")
            length = Fraction(note.duration, music.resolution)
            marks.append((note.time, music21.note.Note(music21.pitch.Pitch(midi=note.pitch), quarterLength=length)))
        for time, mark in marks:
            if mark is not None:
                part.insert(Fraction(time, music.resolution), mark)
        score.insert(0, part)
    return score


def _to_music21_key(key):
    """Return a key signature for music21, or None for one without a mode and without a number of fifths."""
    import music21

    if key.root is None or key.mode is None:
        return None if key.fifths is None else music21.key.KeySignature(key.fifths)
    name = key.root_str or KEY_NAMES.get(key.mode, KEY_NAMES["major"])[key.root]
    return music21.key.Key(name[0] + name[1:].replace("b", "-"), key.mode)


def _read_musicxml(path, compressed):
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


def _musicxml_bytes(path, compressed):
    """Return the text of the score in a MusicXML file; nothing is unpacked beyond the limit."""
    if not compressed:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ValueError(f"the file is larger than {MAX_FILE_BYTES:,} bytes")
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
    if size > MAX_FILE_BYTES:
        raise ValueError(f"{name} unpacks to {size:,} bytes; at most {MAX_FILE_BYTES:,} are read")
    return archive.read(name)


def _parse_xml(data):
    """Return the root element; entities are refused before anything could expand or fetch them."""
    if data.count(b"<") > 2 * MAX_ELEMENTS:  # an opening and a closing tag each
        raise ValueError(f"more than {MAX_ELEMENTS:,} XML elements")

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


def _check_musicxml(root):
    """Raise ValueError if a MusicXML tree asks MusPy's reader for more time or memory than any score needs.

    MusPy plays repeats out, rescales to the least common multiple of all divisions and lists every beat.
    """
    parts = root.findall("part")
    if not 1 <= len(parts) <= MAX_TRACKS:
        raise ValueError(f"{len(parts):,} parts; expected 1 to {MAX_TRACKS:,}")
    n_instruments = {p.get("id"): len(p.findall("score-instrument")) for p in root.findall("part-list/score-part")}
    if sum(n_instruments.get(part.get("id"), 0) for part in parts) > MAX_TRACKS:
        raise ValueError(f"more than {MAX_TRACKS:,} instruments")
    divisions = [int(element.text) for element in root.iter("divisions")]
    if min(divisions, default=1) < 1 or lcm(*divisions) > MAX_RESOLUTION:
        raise ValueError(
            f"divisions whose common multiple is not 1 to {MAX_RESOLUTION:,}: {sorted(set(divisions))[-5:]}"
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
    if n_playings * len(sizes[0]) > MAX_MEASURES or n_playings * sum(sizes[0]) > 10 * MAX_ELEMENTS:
        raise ValueError(
            f"up to {n_playings * len(sizes[0]):,} measures with all repeats; at most {MAX_MEASURES:,} are read"
        )
    order = get_measure_ordering(parts[0])
    if any(len(size) <= max(order, default=-1) for size in sizes):
        raise ValueError(
            f"parts of {min(map(len, sizes))} to {max(map(len, sizes))} measures; expected the same number"
        )
    times = Counter(order)
    n_elements = sum(times[i] * n for size in sizes for i, n in enumerate(size))
    if n_elements > MAX_ELEMENTS:
        raise ValueError(f"{n_elements:,} XML elements with all repeats; at most {MAX_ELEMENTS:,} are read")
    quarters = max(_quarters_of_part(part, order) for part in parts)
    if quarters > MAX_QUARTERS:
        raise ValueError(f"{quarters:,.0f} quarter notes with all repeats; at most {MAX_QUARTERS:,} are read")


def _quarters_of_part(part, order):
    """Return the time between the first and the last moment of a MusicXML part as MusPy plays it, in quarter notes."""
    measures = part.findall("measure")
    moments = [0, *(end for _, _, end in _walk(measures[i] for i in order))]
    return max(moments) - min(moments)


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
