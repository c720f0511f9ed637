"""ABC tunes, a plain-text notation in which collections of folk tunes are written (https://abcnotation.com)."""

import re
from math import lcm
from pathlib import Path

import muspy

from . import _limits as limits
from ._abc_fields import Key, Meter, default_unit, parse_key, parse_meter, parse_unit
from ._abc_music import MusicReader, Note

FIELD = re.compile(r"([A-Za-z]):(?![|:])(.*)")  # a line "d:|" is music
MAX_TUNE_CHARACTERS = 50_000  # the longest in music21's corpus has 6,000
MAX_TUNES = 10_000
BOUNDS = limits.Limits(max_bytes=20_000_000, max_notes=200_000, max_quarters=20_000)


def read_tune_book(path):
    """Return the texts of the tunes in an ABC file; :func:`parse_abc` reads each of them.

    Parameters
    ----------
    path : str or path-like

    Returns
    -------
    list of str
        One per field ``X:``, up to the next such field.

    Raises
    ------
    ScoreReadError
        If the file is larger than any collection of tunes.
    OSError
        If it cannot be opened.
    """
    path = Path(path)
    if path.stat().st_size > BOUNDS.max_bytes:
        raise limits.ScoreReadError(f"cannot read {path} as ABC: larger than {BOUNDS.max_bytes:,} bytes")
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:  # from before UTF-8 was common
        text = data.decode("latin-1")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    tunes = re.split(r"^(?=X:)", text, maxsplit=MAX_TUNES + 1, flags=re.MULTILINE)[1:]
    if len(tunes) > MAX_TUNES:
        raise limits.ScoreReadError(f"cannot read {path} as ABC: more than {MAX_TUNES:,} tunes")
    return tunes


def parse_abc(text):
    """Return the score of one ABC tune with a single voice and with its repeats played.

    An accidental holds for all octaves of its letter up to the bar line (the standard's default). Grace notes are
    dropped. Slurs, bowings, decorations, chord names, words and the order of parts (``P:``) are ignored.

    Parameters
    ----------
    text : str
        From the field ``X:`` to the first empty line after the key.

    Returns
    -------
    muspy.Music
        It has one track, and the lowest resolution that represents every onset. ``key_signatures`` have the modes as
        written ("dorian", ...), and ``barlines`` has every bar line from the beginning to the end of the tune.

    Raises
    ------
    ScoreReadError
        If the tune has chords or several voices, cannot be read, or exceeds this module's limits.
    """
    title = ""
    try:
        if len(text) > MAX_TUNE_CHARACTERS:
            raise ValueError(f"{len(text):,} characters; at most {MAX_TUNE_CHARACTERS:,} are read")
        fields, lines = _split(text)
        title = fields.get("T", "")
        music = _to_music(_read_bars(fields, lines))
        limits.check_music(music, BOUNDS)
    except ValueError as error:
        name = f"X:{text.partition(chr(10))[0][2:22].strip()} {title[:60]!r}"
        raise limits.ScoreReadError(f"cannot read the ABC tune {name}: {error}") from error
    music.metadata.title = title or None
    return music


def _split(text):
    """Return the header's fields (the first of each letter) and the lines of music without comments."""
    fields: dict[str, str] = {}
    lines = text.split("\n")
    for number, line in enumerate(lines):
        line = line.partition("%")[0].strip()
        match = FIELD.fullmatch(line)
        if match:
            fields.setdefault(match[1], match[2].strip())
        if match and match[1] == "K":
            body = lines[number + 1 :]
            break
    else:
        raise ValueError("no key (K:); expected one at the end of the header")
    music = []
    for line in body:
        if not line.strip():
            break
        music.append(line.partition("%")[0])
    return fields, music


def _read_bars(fields, lines):
    """Return the bars of a tune in the order in which they are played."""
    meter = parse_meter(fields.get("M", "none"))
    unit = parse_unit(fields["L"]) if "L" in fields else default_unit(meter)
    reader = MusicReader(parse_key(fields["K"]), meter, unit)
    voices = {fields["V"].split()[0]} if fields.get("V") else set()
    for line in _joined(lines):
        match = FIELD.fullmatch(line)
        inline = re.findall(r"\[V:\s*([^\]\s]*)", line)
        voices |= set(inline) if not match else {match[2].split()[0]} if match[1] == "V" and match[2].split() else set()
        if len(voices) > 1:
            raise ValueError("several voices; expected one")
        if match:
            reader.read_field(match[1], match[2])
        else:
            reader.read_line(line)
    return reader.bars()


def _joined(lines):
    """Return lines, each that ends in a backslash joined to the next, unless the next one is a field."""
    joined, begun = [], ""
    for line in lines:
        if FIELD.fullmatch(line):
            joined += [begun, line]
            begun = ""
        elif line.rstrip().endswith("\\"):
            begun += line.rstrip()[:-1]
        else:
            joined.append(begun + line)
            begun = ""
    return [*joined, begun]


def _to_music(bars):
    """Return a score made from bars of notes and marks."""
    if sum(map(len, bars)) > BOUNDS.max_notes:
        raise ValueError(f"more than {BOUNDS.max_notes:,} notes with all repeats")
    resolution = 1  # of a whole note, at first
    for length in {item.length for bar in bars for item in bar if isinstance(item, Note)}:
        resolution = lcm(resolution, length.denominator)
        if resolution > limits.MAX_RESOLUTION:
            raise ValueError(f"note lengths that need more than {limits.MAX_RESOLUTION:,} steps per whole note")
    resolution = lcm(resolution, 4)
    music = muspy.Music(metadata=muspy.Metadata(), resolution=resolution // 4)
    notes: list[muspy.Note] = []
    time, tied = 0, None
    for bar in bars:
        music.barlines.append(muspy.Barline(time))
        for item in bar:
            if isinstance(item, Key):
                music.key_signatures.append(muspy.KeySignature(time, item.root, item.mode, item.fifths))
            elif isinstance(item, Meter):
                if item.numerator is not None:
                    music.time_signatures.append(muspy.TimeSignature(time, item.numerator, item.denominator))
            else:
                duration = int(item.length * resolution)
                if item.pitch is not None and tied is not None and tied.place == item.place and not item.accidental:
                    notes[-1].duration += duration  # at its own pitch, although the bar line ends the accidental
                elif item.pitch is not None:
                    notes.append(muspy.Note(time, item.pitch, duration))
                tied = item if item.is_tied and item.pitch is not None else None
                time += duration
    music.barlines.append(muspy.Barline(time))
    music.tracks = [muspy.Track(notes=notes)]
    return music
