"""What no score needs: a few bytes can ask a naive reader for gigabytes, and these limits stop it."""

from math import inf

from .._scores import why_impossible

MAX_FILE_BYTES = 20_000_000  # after decompression; a full orchestral score in MusicXML stays below
MAX_ARCHIVE_BYTES = 5_000_000  # before decompression; what it lists, without any content, has place in 100 MB
MAX_MIDI_BYTES = 1_000_000  # 125,000 notes; in memory a MIDI file is about 200 times as large
MAX_MIDI_NUMBER_BYTES = 4_000  # the standard's numbers have four; in texts there can be as many letters beyond ASCII
MAX_NOTES_OF_ONE_PITCH = 1_000  # that sound at once; the time for each grows with their number
MAX_NOTES = 200_000
MAX_QUARTERS = 20_000  # quarter notes; nearly three hours at 120 quarter notes per minute
MAX_MEASURES = 200_000  # with all repeats played at worst
MAX_BEATS = 200_000  # with all repeats; MusPy lists them
MAX_ELEMENTS = 1_000_000  # of XML, with all repeats played; a note has about six
MAX_DEPTH = 100  # of XML elements in each other; MusicXML has about ten
MAX_TAG_BYTES = 100_000  # of an XML tag with its attributes and the text behind it
MAX_TEXT = 200  # characters of a number, a lyric or an attribute in a part
MAX_ALTER = 12  # semitones by which accidentals change a pitch
MAX_FIFTHS = 14  # sharps or flats of a key, all of them double
MAX_TRACKS = 1_000
MAX_RESOLUTION = 1_000_000  # time steps per quarter note; notation programs use up to 10,080


class ScoreReadError(ValueError):
    """A file or stream that cannot be read as a score; the message names it and the reason."""


def check_music(music):
    """Raise ValueError if a parsed score is beyond the limits or impossible."""
    if problem := why_impossible(music):
        raise ValueError(problem)
    if music.resolution > MAX_RESOLUTION:
        raise ValueError(f"a resolution of {music.resolution:,}; expected 1 to {MAX_RESOLUTION:,} steps a quarter note")
    n_notes = sum(len(track.notes) for track in music.tracks)
    if n_notes > MAX_NOTES:
        raise ValueError(f"{n_notes:,} notes; at most {MAX_NOTES:,} are read")
    for tempo in music.tempos:
        if not 0 < tempo.qpm < inf:
            raise ValueError(f"a tempo of {tempo.qpm} quarter notes per minute; expected a positive number")
    for key in music.key_signatures:
        if abs(key.fifths or 0) > MAX_FIFTHS:
            raise ValueError(f"a key of {key.fifths} fifths; expected -{MAX_FIFTHS} to {MAX_FIFTHS}")
    if music.get_end_time(is_sorted=False) > MAX_QUARTERS * music.resolution:  # of all notes and marks
        raise ValueError(f"a note or mark beyond {MAX_QUARTERS:,} quarter notes")
