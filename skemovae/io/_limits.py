"""Limits that no real score reaches; without them, a few bytes could make a reader use gigabytes."""

from math import inf
from typing import NamedTuple

from .._scores import why_impossible

# What a real score can reach. These are the defaults of parameters, so that callers can read more.
MAX_BYTES = 50_000_000  # of a file, after decompression; the largest orchestral scores in MusicXML have fewer
MAX_NOTES = 500_000  # with all repeats played; a symphony has about 100,000
MAX_QUARTERS = 100_000  # quarter notes with all repeats played; nearly 14 hours at 120 quarter notes per minute

# What no real score reaches.
ARCHIVE_SHARE = 10  # max_bytes divided by this is the limit for an archive, whose list of files takes memory
MAX_MEASURES = 200_000  # with all repeats played, and of all parts together without repeats
MAX_ELEMENTS = 200_000  # of XML in one measure, and of everything outside measures
MAX_DEPTH = 100  # of nested XML elements; MusicXML has about ten
MAX_TAG_BYTES = 100_000  # of an XML tag with its attributes and the text after it
MAX_BEATS_OF_A_METER = 1_000
MAX_ENDINGS = 20  # that are played alike, as in "1, 2"
MAX_ALTER = 12  # semitones by which accidentals change a pitch
MAX_FIFTHS = 14  # sharps or flats of a key, at which all of them are double
MAX_TRACKS = 1_000
MAX_MIDI_TRACKS = 10_000  # each program on each channel counts as one
MAX_RESOLUTION = 1_000_000  # time steps per quarter note; notation programs use up to 10,080


class Limits(NamedTuple):
    """The limits that are parameters of the readers."""

    max_bytes: int = MAX_BYTES
    max_notes: int = MAX_NOTES
    max_quarters: int = MAX_QUARTERS


class ScoreReadError(ValueError):
    """A file or stream that cannot be read as a score; the message names it and the reason.

    See Also
    --------
    read_music, from_music21, load_music_folder : Raise this error.
    """


def check_size(path, max_bytes, share=1):
    """Raise ValueError if a file has more bytes than the limit, or than the limit divided by a share."""
    if path.stat().st_size > max_bytes // share:
        of_it = "" if share == 1 else f", a {share}th of max_bytes={max_bytes:,} for an archive"
        name = "max_bytes=" if share == 1 else ""
        raise ValueError(f"the file is larger than {name}{max_bytes // share:,} bytes{of_it}")


def check_music(music, bounds=None, are_parameters=False):
    """Raise ValueError if a parsed score exceeds the limits or is impossible; the message names parameters."""
    bounds = bounds or Limits()
    notes, quarters = ("max_notes=", "max_quarters=") if are_parameters else ("", "")
    if problem := why_impossible(music):
        raise ValueError(problem)
    if music.resolution > MAX_RESOLUTION:
        expected = f"expected 1 to {MAX_RESOLUTION:,} steps per quarter note"
        raise ValueError(f"a resolution of {music.resolution:,}; {expected}")
    n_notes = sum(len(track.notes) for track in music.tracks)
    if n_notes > bounds.max_notes:
        raise ValueError(f"{n_notes:,} notes; at most {notes}{bounds.max_notes:,} are read")
    for tempo in music.tempos:
        if not 0 < tempo.qpm < inf:
            raise ValueError(f"a tempo of {tempo.qpm} quarter notes per minute; expected a positive number")
    for key in music.key_signatures:
        if abs(key.fifths or 0) > MAX_FIFTHS:
            raise ValueError(f"a key of {key.fifths} fifths; expected -{MAX_FIFTHS} to {MAX_FIFTHS}")
    if music.get_end_time(is_sorted=False) > bounds.max_quarters * music.resolution:  # including all marks
        raise ValueError(f"a note or mark beyond {quarters}{bounds.max_quarters:,} quarter notes")
