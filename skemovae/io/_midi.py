"""MIDI files: read by a reader of our own; written through MusPy and mido, except for the notes."""

import copy
import io
from collections import defaultdict, deque

import mido
import muspy
from mido.midifiles.meta import encode_variable_int

from . import _limits as limits
from ._keys import KEY_NAMES

DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}  # of each channel message
SYSTEM_DATA_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF6: 0, 0xF8: 0, 0xFA: 0, 0xFB: 0, 0xFC: 0, 0xFE: 0}
DRUM_CHANNEL = 9
COPYRIGHT, NAME, LYRIC, END, TEMPO, METER, KEY = 2, 3, 5, 0x2F, 0x51, 0x58, 0x59  # kinds of marks
MAX_METER_EXPONENT = 7  # of the denominator 128
SMPTE_SECOND = 2  # quarter notes, at the default tempo of MIDI files
DATA_BYTE_END = 0x80
TRACK, END_OF_TRACK = b"MTrk", b"\x00\xff\x2f\x00"
CUT_OFF = "the file ends in the middle"


def read_midi(path, bounds, left_out):
    """Return the score of a MIDI file.

    Parameters
    ----------
    path : pathlib.Path
    bounds : Limits
    left_out : set of str
        Receives what is in the file and cannot be read.
    """
    limits.check_size(path, bounds.max_bytes)
    data = path.read_bytes()
    if data[:4] == b"RIFF" and data[8:12] == b"RMID":
        data = next((content for name, content, _ in _chunks(data, 12, "little") if name == b"data"), b"")
    if data[:4] != b"MThd":
        raise ValueError("MThd not found: this is not a MIDI file, or not the beginning of one")
    chunks = _chunks(data, 0, "big")
    _, header, _ = next(chunks, (b"", b"", 0))
    if len(header) < 6:
        raise ValueError(f"{CUT_OFF} of the chunk b'MThd'")
    kind, n_tracks, division = (int.from_bytes(header[i : i + 2], "big") for i in (0, 2, 4))
    if kind == 2:
        raise ValueError("a file of type 2, whose tracks are not voices of one score")
    reader = _MidiReader(bounds.max_notes, left_out, scale=SMPTE_SECOND if division & 0x8000 else 1)
    resolution = division
    if division & 0x8000:
        left_out.add("times in seconds (SMPTE) are read at 120 quarter notes per minute, whatever the tempo")
        resolution = (256 - (division >> 8)) * (division & 0xFF)
    if not resolution:
        raise ValueError("a resolution of 0 time steps per quarter note")
    n_read = 0
    for name, content, size in chunks:
        if name == TRACK:
            reader.read_track(content, size, has_title=kind == 0 or n_read == 0)
            n_read += 1
        else:
            left_out.add(f"the chunk {name!r} is not a track")
        if n_read == n_tracks:
            break
    if not n_read:
        raise ValueError("no tracks; expected one or more")
    if n_read < n_tracks:
        left_out.add(f"{n_read} of {n_tracks} tracks are there")
    music = reader.music
    music.resolution = resolution
    if division & 0x8000:
        music.tempos = []
    return music


def _chunks(data, place, order):
    """Yield (name, content, size) of the chunks of a MIDI or RIFF file; the last chunk may be incomplete."""
    while place + 8 <= len(data):
        size = int.from_bytes(data[place + 4 : place + 8], order)
        place += 8
        yield data[place - 8 : place - 4], data[place : place + size], size
        place += size + (size % 2 if order == "little" else 0)


class _MidiReader:
    """Read the tracks of a MIDI file, one after the other, into a score.

    A track of the score is what one program plays on one channel in one track of the file. A note is played by the
    program with which it begins. If a pitch sounds several times at once, the note that began first ends first.
    """

    def __init__(self, max_events, left_out, scale):
        self.music = muspy.Music(metadata=muspy.Metadata(source_format="midi"))
        self._left_out = left_out
        self._scale = scale  # times are multiplied by it
        self._max_events = max_events
        self._n_events = 0

    def read_track(self, data, size, has_title):
        """Read the events of one track of the given size; an event may end the track earlier."""
        tracks: dict = {}  # (program, channel) -> muspy.Track
        programs = [0] * 16
        sounding: dict = defaultdict(deque)  # (channel, pitch) -> [(onset, velocity, program), ...]
        names: list[str] = []
        time = place = status = 0
        scale = self._scale

        def track_of(channel, program):
            key = program, channel
            if key not in tracks:
                tracks[key] = muspy.Track(program, channel == DRUM_CHANNEL)
            return tracks[key]

        def end_note(channel, pitch):
            onset, velocity, program = sounding[channel, pitch].popleft()
            track_of(channel, program).notes.append(muspy.Note(onset, pitch, time - onset, velocity))

        try:
            while place < size:
                delta, place = _number(data, place)
                time += delta * scale
                first = data[place]
                if first >= 0xF0:
                    place = self._read_system(data, place, time, names)
                    if place is None:
                        break
                    continue
                if first >= 0x80:
                    status = first
                    place += 1
                elif not status:
                    raise ValueError("a message without its first byte, and none before it")
                kind, channel, value = status & 0xF0, status & 0x0F, data[place]
                second = data[place + 1] if DATA_BYTES[kind] == 2 else 0
                place += DATA_BYTES[kind]
                if value > 127 or second > 127:
                    raise ValueError("a data byte above 127")
                if kind == 0x90 and second:
                    self._count()
                    sounding[channel, value].append((time, second, programs[channel]))
                elif kind in (0x80, 0x90):
                    if sounding[channel, value]:
                        end_note(channel, value)
                elif kind == 0xC0:
                    programs[channel] = value
                elif kind == 0xB0:
                    self._count()
                    content = {"number": value, "value": second}
                    annotation = muspy.Annotation(time, content, "control_change")
                    track_of(channel, programs[channel]).annotations.append(annotation)
        except IndexError:
            raise ValueError(f"{CUT_OFF} of a message") from None
        for (channel, pitch), notes in sounding.items():  # those that no event has ended
            while notes:
                end_note(channel, pitch)
        for track in tracks.values():
            track.name = (names[-1] or None) if names and not has_title else None
            track.notes.sort(key=lambda note: (note.time, note.pitch, note.duration, note.velocity))
        if names and has_title:
            self.music.metadata.title = names[-1] or None
        self.music.tracks += tracks.values()
        if len(self.music.tracks) > limits.MAX_MIDI_TRACKS:
            raise ValueError(f"more than {limits.MAX_MIDI_TRACKS:,} tracks")

    def _read_system(self, data, place, time, names):
        """Read a meta or system message; return the position after it, or None at the end of the track."""
        first = data[place]
        place += 1
        kind = None
        if first == 0xFF:
            kind = data[place]
            length, place = _number(data, place + 1)
        elif first in (0xF0, 0xF7):
            length, place = _number(data, place)
        elif first in SYSTEM_DATA_BYTES:
            length = SYSTEM_DATA_BYTES[first]
        else:
            raise ValueError(f"the byte {first:#x} where a message begins")
        content = _cut(data, place, length)
        if kind == END:
            return None
        if kind is not None:
            self._read_mark(kind, content, time, names)
        return place + length

    def _count(self):
        self._n_events += 1
        if self._n_events > self._max_events:
            raise ValueError(
                f"{self._n_events:,} notes and marks or more; at most max_notes={self._max_events:,} are read"
            )

    def _read_mark(self, kind, content, time, names):
        """Read one meta message; messages that a score cannot represent are ignored."""
        self._count()
        music = self.music
        if kind == NAME:
            names.append(_text(content))
        elif kind == TEMPO and len(content) > 2 and (microseconds := int.from_bytes(content[:3], "big")):
            music.tempos.append(muspy.Tempo(time, 60_000_000 / microseconds))
        elif kind == METER and len(content) > 1 and content[0] and content[1] <= MAX_METER_EXPONENT:
            music.time_signatures.append(muspy.TimeSignature(time, content[0], 2 ** content[1]))
        elif kind == KEY and len(content) > 1 and content[1] < 2 and abs(_signed(content[0])) <= 7:
            root = (7 * _signed(content[0]) + 9 * content[1]) % 12
            music.key_signatures.append(muspy.KeySignature(time, root, "minor" if content[1] else "major"))
        elif kind in (TEMPO, METER, KEY):
            what = {TEMPO: "tempos", METER: "time signatures", KEY: "key signatures"}[kind]
            self._left_out.add(f"impossible {what} are left out, such as the bytes {list(content[:4])}")
        elif kind == LYRIC:
            music.lyrics.append(muspy.Lyric(time, _text(content)))
        elif kind == COPYRIGHT:
            music.metadata.copyright = " ".join(filter(None, (music.metadata.copyright, _text(content))))


def _number(data, place):
    """Return a number of one to four bytes, of which all but the last are above 127, and the position after it."""
    byte = data[place]
    if byte < 0x80:
        return byte, place + 1
    number = 0
    for i in range(4):
        byte = data[place + i]
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, place + i + 1
    raise ValueError("a number of more than 4 bytes")


def _cut(data, place, length):
    """Return the next bytes of a track; raise ValueError if the track ends before them."""
    if place + length > len(data):
        raise ValueError(f"{CUT_OFF} of a message of {length:,} bytes")
    return data[place : place + length]


def _text(content):
    """Return a text; most programs write UTF-8 today, and so do we."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _signed(byte):
    return byte - 256 if byte > 127 else byte


def to_midi(music):
    """Return a score as the content of a MIDI file.

    Everything except the notes is written through MusPy and mido, which create and check an object for each of them.
    """
    for tempo in music.tempos:
        if not (tempo.qpm > 0 and 1 <= 60_000_000 / tempo.qpm < 2**24):  # microseconds per quarter note, in three bytes
            raise ValueError(f"a tempo of {tempo.qpm} quarter notes per minute; MIDI holds 3.58 to 60,000,000")
    plain = copy.copy(music)
    plain.key_signatures = []  # MusPy spells all of them with sharps, which fails for E flat, A flat and B flat major
    plain.tracks = [muspy.Track(track.program, track.is_drum, track.name) for track in music.tracks]
    midi = muspy.to_mido(plain)
    midi.charset = "utf-8"  # Latin-1, the default, lacks most of the world's letters
    keys, now = mido.MidiTrack(), 0
    for key in sorted(music.key_signatures, key=lambda key: key.time):
        if key.root is not None and key.mode in KEY_NAMES:
            name = KEY_NAMES[key.mode][key.root] + ("m" if key.mode == "minor" else "")
            keys.append(mido.MetaMessage("key_signature", key=name, time=key.time - now))
            now = key.time
    midi.tracks[0] = mido.merge_tracks([midi.tracks[0], keys])
    return _with_notes(midi, music.tracks)


def _with_notes(midi, tracks):
    """Return the content of a file after adding notes to its tracks, which follow the track of marks."""
    file = io.BytesIO()
    midi.save(file=file)
    (name, header, _), (_, marks, _), *others = _chunks(file.getvalue(), 0, "big")
    parts = [(name, header), (TRACK, marks)]
    for track, (_, content, _) in zip(tracks, others, strict=True):
        setting, end = content[: -len(END_OF_TRACK)], content[-len(END_OF_TRACK) :]
        channel = setting[-2] & 0x0F  # the last message selects the program
        parts.append((TRACK, setting + _notes_content(track.notes, channel) + end))
    return b"".join(name + len(content).to_bytes(4, "big") + content for name, content in parts)


def _notes_content(notes, channel):
    """Return the messages of notes; a note ends with a note-on message of velocity 0."""
    events = []
    for note in notes:
        velocity = muspy.DEFAULT_VELOCITY if note.velocity is None else note.velocity
        if not (0 <= note.pitch < DATA_BYTE_END and 0 <= velocity < DATA_BYTE_END):
            raise ValueError(f"a note of pitch {note.pitch} and velocity {velocity}; MIDI holds 0 to 127 of both")
        events += [(note.time, bytes((note.pitch, velocity))), (note.end, bytes((note.pitch, 0)))]
    events.sort(key=lambda event: event[0])
    content, now, status = bytearray(), 0, bytes((0x90 | channel,))
    for time, data in events:
        content += bytes(encode_variable_int(time - now)) + status + data
        now, status = time, b""  # the same for all further messages
    return content
