"""Tests of reading and writing MIDI: as MusPy and mido do it, and further files."""

import random
import struct
import time
from collections import Counter

import mido
import muspy
import pytest

from skemovae import read_music, write_music
from tests.conftest import notes_of
from tests.io.files import NOTE, midi_bytes


@pytest.fixture
def read_bytes(tmp_path):
    """Return a function that reads the bytes of a MIDI file."""

    def read(content):
        (tmp_path / "x.mid").write_bytes(content)
        return read_music(tmp_path / "x.mid")

    return read


def random_track(generator):
    """Return a track of random messages that every reader accepts and reads alike.

    Programs change while their channel is silent: MusPy gives a note the program with which it ends.
    """
    events = []
    sounding = Counter()
    for _ in range(60):
        delta, value = generator.choice([0, 1, 60, 200]), generator.randrange(58, 62)
        channel = generator.choice([0, 3, 9])
        start = bytes([delta]) if delta < 128 else bytes([0x81, delta & 0x7F])
        message = generator.choice(
            [
                bytes([0x90 | channel, value, generator.choice([0, 64, 100])]),
                bytes([0x80 | channel, value, 0]),
                bytes([0xC0 | channel, value]),
                bytes([0xB0 | channel, 7, value]),
                bytes([0xE0 | channel, 0, value]),
                b"\xff\x51\x03\x07\xa1" + bytes([value]),
                b"\xff\x58\x04\x03\x03\x18\x08",
                b"\xff\x59\x02" + bytes([generator.randrange(-7, 8) % 256, generator.randrange(2)]),
                b"\xff\x03\x01" + bytes([value]),
                b"\xff\x05\x01" + bytes([value]),
                b"\xf0\x02\x01\xf7",
            ]
        )
        kind, key = message[0] & 0xF0, (message[0] & 0x0F, message[1])
        if kind == 0xC0:
            held = [(note, n) for note, n in sounding.items() if note[0] == channel]
            events += [bytes([0, 0x80 | channel, pitch, 0]) for (_, pitch), n in held for _ in range(n)]
            sounding -= Counter(dict(held))
        elif kind == 0x90 and message[2]:
            sounding[key] += 1
        elif kind in (0x80, 0x90):
            sounding -= Counter([key])
        events.append(start + message)
    return events


def random_score(generator):
    """Return a score of several tracks, in which notes begin and end at the same times."""
    tracks = [
        muspy.Track(
            generator.randrange(128),
            generator.random() < 0.2,
            generator.choice([None, "Part", "Flöte"]),
            [
                muspy.Note(
                    generator.choice([0, 3, 200, 70_000]),
                    generator.randrange(128),
                    generator.choice([0, 1, 130, 17_000]),
                    generator.choice([None, 0, 1, 127]),
                )
                for _ in range(generator.choice([0, 1, 40]))
            ],
        )
        for _ in range(generator.choice([1, 2, 18]))
    ]
    return muspy.Music(
        metadata=muspy.Metadata(title="Any"),
        resolution=generator.choice([4, 480]),
        tempos=[muspy.Tempo(0, 90)],
        time_signatures=[muspy.TimeSignature(0, 3, 4)],
        lyrics=[muspy.Lyric(7, "la")],
        tracks=tracks,
    )


def contents(music):
    """Return everything that MusPy's reader returns, without its empty tracks for programs that play nothing."""
    tracks = sorted(
        (
            track.program,
            track.is_drum,
            track.name or "",
            [(note.time, note.pitch, note.duration, note.velocity) for note in track.notes],
            [(mark.time, str(mark.annotation)) for mark in track.annotations],
        )
        for track in music.tracks
        if track.notes or track.annotations
    )
    marks = [
        [(tempo.time, tempo.qpm) for tempo in music.tempos],
        [(meter.time, meter.numerator, meter.denominator) for meter in music.time_signatures],
        [(key.time, key.root, key.mode) for key in music.key_signatures],
        [(lyric.time, lyric.lyric) for lyric in music.lyrics],
    ]
    return music.resolution, music.metadata.title, tracks, marks


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("kind", [0, 1])
def test_any_messages_are_what_muspy_reads(read_bytes, tmp_path, kind, seed):
    music = read_bytes(midi_bytes(*random_track(random.Random(seed)), kind=kind))
    assert contents(music) == contents(muspy.from_mido(mido.MidiFile(tmp_path / "x.mid")))


@pytest.mark.parametrize("seed", range(20))
def test_any_score_is_written_as_muspy_and_mido_write_it(tmp_path, seed):
    score = random_score(random.Random(seed))
    write_music(score, tmp_path / "x.mid")
    theirs = muspy.to_mido(score)
    theirs.charset = "utf-8"
    theirs.save(tmp_path / "theirs.mid")
    assert (tmp_path / "x.mid").read_bytes() == (tmp_path / "theirs.mid").read_bytes()


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        (muspy.Note(0, 128, 1), "a note of pitch 128 and velocity 64; MIDI holds 0 to 127 of both"),
        (muspy.Note(0, 60, 1, -1), "a note of pitch 60 and velocity -1"),
        (muspy.Note(-1, 60, 1), "non-negative integer"),
        (muspy.Note(0.5, 60, 1), "non-negative integer"),
    ],
)
def test_notes_that_midi_cannot_hold_are_refused(tmp_path, note, reason):
    with pytest.raises(ValueError, match=reason):
        write_music(muspy.Music(tracks=[muspy.Track(notes=[note])]), tmp_path / "x.mid")
    assert list(tmp_path.iterdir()) == []


def test_a_held_note_keeps_the_program_with_which_it_began(read_bytes):
    music = read_bytes(midi_bytes(b"\x00\xc0\x05", b"\x00\x90\x3c\x40", b"\x30\xc0\x07", b"\x30\x90\x3c\x00", NOTE))
    assert [(track.program, notes_of(muspy.Music(tracks=[track]))) for track in music.tracks] == [
        (5, [(0, 60, 96)]),
        (7, [(96, 60, 96)]),
    ]


def test_messages_go_on_without_their_first_byte(read_bytes):
    assert notes_of(read_bytes(midi_bytes(b"\x00\x90\x3c\x40", b"\x60\x3c\x00", b"\x00\x3e\x40", b"\x60\x3e\x00"))) == [
        (0, 60, 96),
        (96, 62, 96),
    ]


@pytest.mark.parametrize(
    ("mark", "what"),
    [
        (b"\xff\x59\x02\x08\x00", r"key signatures are left out, such as the bytes \[8, 0\]"),
        (b"\xff\x59\x02\x00\x05", r"key signatures are left out, such as the bytes \[0, 5\]"),
        (b"\xff\x59\x00", r"key signatures are left out, such as the bytes \[\]"),
        (b"\xff\x51\x03\x00\x00\x00", r"tempos are left out, such as the bytes \[0, 0, 0\]"),
        (b"\xff\x51\x01\x07", r"tempos are left out, such as the bytes \[7\]"),
        (b"\xff\x58\x04\x00\x02\x18\x08", r"time signatures are left out, such as the bytes \[0, 2, 24, 8\]"),
        (b"\xff\x58\x04\x04\xff\x18\x08", r"time signatures are left out, such as the bytes \[4, 255, 24, 8\]"),
    ],
)
def test_impossible_marks_are_left_out_and_told(read_bytes, mark, what):
    with pytest.warns(UserWarning, match=rf"x\.mid: impossible {what}"):
        music = read_bytes(midi_bytes(b"\x00" + mark, NOTE))
    assert notes_of(music) == [(0, 60, 96)]
    assert music.key_signatures == music.tempos == music.time_signatures == []


def test_unknown_chunks_are_passed_over_and_told(read_bytes):
    whole = midi_bytes(NOTE)
    content = whole[:14] + b"XFIH\x00\x00\x00\x02ab" + whole[14:] + b"behind the last track"
    with pytest.warns(UserWarning, match=r"x\.mid: the chunk b'XFIH' is not a track"):
        assert notes_of(read_bytes(content)) == [(0, 60, 96)]


def test_fewer_tracks_than_announced_are_told(read_bytes):
    whole = midi_bytes(NOTE)
    with pytest.warns(UserWarning, match=r"1 of 2 tracks are there"):
        assert notes_of(read_bytes(whole[:11] + b"\x02" + whole[12:])) == [(0, 60, 96)]


def test_a_track_may_end_before_the_length_that_it_states(read_bytes):
    whole = midi_bytes(NOTE)
    assert notes_of(read_bytes(whole[:18] + b"\x00\x00\xff\xff" + whole[22:])) == [(0, 60, 96)]


def test_an_empty_name_is_none(read_bytes):
    one = midi_bytes(b"\x00\xff\x03\x00", NOTE)
    music = read_bytes(one[:11] + b"\x02" + one[12:] + one[14:])
    assert [track.name for track in music.tracks] == [None, None]


def test_times_in_seconds_are_read_at_120(read_bytes):
    with pytest.warns(UserWarning, match=r"times in seconds \(SMPTE\) are read at 120 quarter notes per minute"):
        music = read_bytes(midi_bytes(b"\x00\xff\x51\x03\x07\xa1\x20", NOTE, division=0xE728))  # 25 frames of 40 ticks
    assert music.resolution == 1000
    assert notes_of(music) == [(0, 60, 192)]  # 96 ms, where a quarter note lasts 500 ms
    assert music.tempos == []


def test_a_riff_file_holds_a_midi_file(read_bytes):
    whole = midi_bytes(NOTE)
    inside = b"RMID" + b"DISP\x01\x00\x00\x00x\x00" + b"data" + struct.pack("<I", len(whole)) + whole
    assert notes_of(read_bytes(b"RIFF" + struct.pack("<I", len(inside)) + inside)) == [(0, 60, 96)]


def test_very_many_notes_of_one_pitch_take_no_longer_than_others(read_bytes):
    start = time.process_time()
    piled = b"\0\x90" + b"\x3c\x40\0" * 30_000 + b"\x3c\0" + b"\0\x3c\0" * 29_999
    (track,) = read_bytes(midi_bytes(piled)).tracks
    assert len(track.notes) == 30_000
    assert time.process_time() - start < 20  # a guard; searching through all of them for each note would take minutes
