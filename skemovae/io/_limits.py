"""What no score needs: a few bytes can ask a naive reader for gigabytes, and these limits stop it."""

from math import inf

MAX_FILE_BYTES = 20_000_000  # after decompression; a full orchestral score in MusicXML stays below
MAX_MIDI_BYTES = 3_000_000  # room for MAX_NOTES; in memory a MIDI file is about 200 times as large
MAX_NOTES = 200_000
MAX_QUARTERS = 20_000  # quarter notes; nearly three hours at 120 quarter notes per minute
MAX_MEASURES = 200_000  # with all repeats played at worst
MAX_ELEMENTS = 1_000_000  # of XML, with all repeats played; a note has about six
MAX_TRACKS = 1_000
MAX_RESOLUTION = 1_000_000  # time steps per quarter note; notation programs use up to 10,080


class ScoreReadError(ValueError):
    """A file or stream that cannot be read as a score; the message names it and the reason."""


def check_music(music):
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
