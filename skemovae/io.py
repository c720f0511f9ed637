"""Files and music21 streams to :class:`muspy.Music` and back, bounded and with one exception type.

Every reader here refuses what no score needs: a file beyond :data:`MAX_FILE_BYTES`, more notes than
:data:`MAX_NOTES`, a span beyond :data:`MAX_QUARTERS`. A few bytes can ask a naive reader for gigabytes (a huge delta
time in MIDI; a repeat played a million times, an entity that expands or a zip bomb in MusicXML); these files end in a
:class:`ScoreReadError` like every other unreadable one.
"""

import os
import tempfile
import warnings
import zipfile
from fractions import Fraction
from math import lcm
from pathlib import Path

import defusedxml.ElementTree
import muspy

__all__ = ["READABLE_SUFFIXES", "ScoreReadError", "atomic_path", "from_music21", "read_music", "write_music"]

MIDI_SUFFIXES = (".mid", ".midi")
MUSICXML_SUFFIXES = (".mxl", ".xml", ".musicxml")
READABLE_SUFFIXES = MIDI_SUFFIXES + MUSICXML_SUFFIXES

MAX_FILE_BYTES = 20_000_000  # after decompression; a full orchestral score in MusicXML stays below
MAX_NOTES = 200_000
MAX_QUARTERS = 20_000  # quarter notes; nearly three hours at 120 quarter notes per minute
MAX_MEASURES = 50_000  # with all repeats played
MAX_RESOLUTION = 1_000_000  # time steps per quarter note; notation programs use up to 10,080


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
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ScoreReadError(f"the file is larger than {MAX_FILE_BYTES:,} bytes")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a score that is read in spite of its oddities
            if suffix in MIDI_SUFFIXES:
                music = muspy.read_midi(path)
            else:
                _check_musicxml(_musicxml_root(path, compressed=suffix == ".mxl"))
                music = muspy.read_musicxml(path, compressed=suffix == ".mxl")
        _check_music(music)
    # Any exception at all: the parsers raise a dozen types on broken input (mido alone OSError, EOFError, ValueError,
    # IndexError, KeyError ..., and MemoryError for an announced length), and the user needs one.
    except (Exception, MemoryError) as error:
        reason = str(error) or type(error).__name__
        raise ScoreReadError(f"cannot read {path}: {reason}") from error
    music.metadata.source_filename = path.name
    return music


def write_music(music, path):
    """Write a score as MIDI or MusicXML, by the ending of the file name.

    The file appears whole or not at all: an existing file stays as it was when writing fails.

    Parameters
    ----------
    music : muspy.Music
        The score to write.
    path : str or path-like
        A name ending in ``.mid``, ``.midi``, ``.mxl``, ``.xml`` or ``.musicxml``.

    Raises
    ------
    ValueError
        If the ending is none of these.
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
    with atomic_path(path) as temporary:
        if suffix in MIDI_SUFFIXES:
            muspy.write_midi(temporary, music)
        else:
            muspy.write_musicxml(temporary, music, compressed=suffix == ".mxl")


class atomic_path:
    """Context manager: a temporary name beside `path` that becomes `path` on success and vanishes on failure.

    Parameters
    ----------
    path : str or path-like
        The file that shall appear whole or not at all. The temporary name has the same ending.

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

    def __init__(self, path):
        self.path = Path(path)

    def __enter__(self):
        handle, name = tempfile.mkstemp(prefix=".writing-", suffix=self.path.suffix, dir=self.path.parent)
        os.close(handle)
        self.temporary = Path(name)
        return self.temporary

    def __exit__(self, kind, value, traceback):
        if kind is not None:
            self.temporary.unlink(missing_ok=True)
            return
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(self.temporary, 0o666 & ~umask)  # mkstemp is for the owner alone; a written file follows the umask
        os.replace(self.temporary, self.path)


def from_music21(stream):
    """Convert a music21 stream to :class:`muspy.Music` (muspy's own converter fails with music21 >= 10).

    Ties are merged, grace notes are dropped, transposing instruments give sounding pitch, chords become several notes,
    and the resolution is the smallest on which every onset and duration is exact (at most 10,080 a quarter note).

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
            is_drum=isinstance(part.getInstrument(), music21.instrument.Percussion),
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
    """Return the sounding notes of a flat stream as (onset, pitch, length, velocity), times in quarters as fractions."""
    notes = []
    for element in part.notes:
        length = Fraction(element.duration.quarterLength)
        if length == 0:  # a grace note
            continue
        velocity = element.volume.velocity or muspy.DEFAULT_VELOCITY
        notes += [(Fraction(element.offset), pitch.midi, length, velocity) for pitch in element.pitches]
    return sorted(notes)


def _marks_of_stream(flat, resolution):
    """Return tempos, key signatures and time signatures of a flat music21 stream as muspy objects, each once a time."""
    tempos, keys, times = {}, {}, {}
    for element in flat.getElementsByClass(("MetronomeMark", "KeySignature", "TimeSignature")):
        time = round(Fraction(element.offset) * resolution)
        if "MetronomeMark" in element.classes:
            if element.getQuarterBPM():
                tempos[time] = muspy.Tempo(time, float(element.getQuarterBPM()))
        elif "TimeSignature" in element.classes:
            times[time] = muspy.TimeSignature(time, element.numerator, element.denominator)
        else:  # music21.key.Key, where the mode is known, is a KeySignature
            mode = getattr(element, "mode", None)
            root = element.tonic.pitchClass if mode else None
            keys[time] = muspy.KeySignature(time, root=root, mode=mode, fifths=element.sharps)
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
    limit = MAX_QUARTERS * music.resolution
    for track in music.tracks:
        for note in track.notes:
            if not (0 <= note.pitch <= 127 and note.time >= 0 and note.duration >= 0):
                raise ValueError(f"an impossible note: onset {note.time}, pitch {note.pitch}, length {note.duration}")
            if note.time + note.duration > limit:
                raise ValueError(f"a note beyond {MAX_QUARTERS:,} quarter notes")


def _musicxml_root(path, compressed):
    """Return the root element of a MusicXML file; entities are refused and no member is unpacked beyond the limit."""
    if not compressed:
        return defusedxml.ElementTree.parse(path).getroot()
    with zipfile.ZipFile(path) as archive:
        container = defusedxml.ElementTree.fromstring(_read_member(archive, "META-INF/container.xml"))
        rootfile = container.find("rootfiles/rootfile")
        if rootfile is None or not rootfile.get("full-path"):
            raise ValueError("META-INF/container.xml names no score")
        return defusedxml.ElementTree.fromstring(_read_member(archive, rootfile.get("full-path")))


def _read_member(archive, name):
    size = archive.getinfo(name).file_size  # zipfile never unpacks more than this
    if size > MAX_FILE_BYTES:
        raise ValueError(f"{name} unpacks to {size:,} bytes; at most {MAX_FILE_BYTES:,} are read")
    return archive.read(name)


def _check_musicxml(root):
    """Raise ValueError if a MusicXML tree asks muspy's reader for more time or memory than its size warrants.

    muspy plays repeats out, rescales to the least common multiple of all divisions and lists every beat.
    """
    resolution = lcm(*(abs(int(element.text)) for element in root.iter("divisions")))
    if not 1 <= resolution <= MAX_RESOLUTION:
        raise ValueError(f"divisions with the common multiple {resolution:,}; at most {MAX_RESOLUTION:,} is read")
    for element in root.iter("beat-type"):
        if element.text.strip() not in ("1", "2", "4", "8", "16", "32", "64", "128"):
            raise ValueError(f"a time signature with the denominator {element.text!r}")
    # each repeat and each jump can at worst play the whole piece again
    n_playings = 2 + sum(max(int(element.get("times", 2)) - 1, 1) for element in root.iter("repeat"))
    for part in root.findall("part"):
        n_measures = len(part.findall("measure")) * n_playings
        if n_measures > MAX_MEASURES:
            raise ValueError(f"up to {n_measures:,} measures with all repeats; at most {MAX_MEASURES:,} are read")
        n_notes = len(part.findall("measure/note")) * n_playings
        if n_notes > MAX_NOTES:
            raise ValueError(f"up to {n_notes:,} notes with all repeats; at most {MAX_NOTES:,} are read")
        quarters = _quarters_of_part(part) * n_playings
        if quarters > MAX_QUARTERS:
            raise ValueError(f"up to {quarters:,} quarter notes with all repeats; at most {MAX_QUARTERS:,} are read")


def _quarters_of_part(part):
    """Return the sum of all lengths in a MusicXML part, in quarter notes, rounded up for each measure."""
    division, quarters = 1, 0
    for measure in part.findall("measure"):
        length = 0
        for element in measure:
            if element.tag == "attributes":
                division = abs(int(element.findtext("divisions", division))) or 1
            elif element.tag in ("note", "forward") and element.find("chord") is None:
                length += abs(int(element.findtext("duration", 0)))
        quarters += -(-length // division)
    return quarters
