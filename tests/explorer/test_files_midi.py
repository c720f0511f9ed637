"""Tests of MIDI files in the explorer, which it reads and writes as the package does."""

import base64
import random

import muspy
import pytest

from skemovae import load_bach_chorales, load_folk_tunes, read_music, write_music
from tests.conftest import make_score
from tests.io.files import MELODY, NOTE, midi_bytes
from tests.io.test_damaged import BAD_MIDI
from tests.io.test_midi import random_track

from .javascript import run_module
from .score_json import differences, python_read, to_json

READ = """
import { readMidi } from "@/files/midi.js";
import { ReadError } from "@/files/limits.js";
answer(data.map((text) => {
  try {
    return readMidi(new Uint8Array(Buffer.from(text, "base64")));
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return error.message;
  }
}));
"""
WRITE = """
import { writeMidi } from "@/files/writeMidi.js";
answer(data.map((score) => Buffer.from(writeMidi(score)).toString("base64")));
"""


def read(files):
    """Return what JavaScript reads from the bytes of MIDI files: scores, or error messages."""
    return run_module(READ, [base64.b64encode(content).decode() for content in files])


def read_one(content):
    (score,) = read([content])
    return score


def assert_read_alike(files, path):
    """Compare with Python, which reads or refuses each file; return how many files it reads and refuses."""
    n_read = 0
    for score, content in zip(read(files), files, strict=True):
        expected = python_read(path, content)
        assert (expected is None) == isinstance(score, str), (score, content)
        if expected is not None:
            assert not differences(score, expected), content
            n_read += 1
    return n_read, len(files) - n_read


# --- real files -------------------------------------------------------------------------------------------------------


def test_the_published_melodies_are_read_as_python_reads_them(published):
    paths = sorted(published.rglob("*.mid"))
    assert len(paths) == 344
    for score, path in zip(read(path.read_bytes() for path in paths), paths, strict=True):
        assert not differences(score, read_music(path)), path


@pytest.mark.slow  # the chorales take many seconds to load
def test_chorales_and_folk_tunes_are_written_and_read_as_python_does(data_home, tmp_path):
    tunes = load_folk_tunes(data_home=data_home).data[:300]
    scores = [*load_bach_chorales(form="scores", data_home=data_home).data, *tunes]
    files = []
    for music in scores:
        write_music(music, tmp_path / "x.mid")
        files.append((tmp_path / "x.mid").read_bytes())
    written = run_module(WRITE, [to_json(music) for music in scores])
    assert [base64.b64decode(text) for text in written] == files
    for score, content in zip(read(files), files, strict=True):
        assert not differences(score, python_read(tmp_path / "y.mid", content))


# --- writing ----------------------------------------------------------------------------------------------------------


def test_names_keys_tempos_programs_and_drums_are_written_byte_for_byte(tmp_path):
    tracks = [
        muspy.Track(program=i, is_drum=i == 5, name=f"Dvořák 弦 {i}", notes=[muspy.Note(7 * i, 60, 16, 50 + i)])
        for i in range(40)
    ]
    scores = []
    for root in range(12):
        for mode in ("major", "minor", "dorian", None):
            music = make_score(*tracks[: root + 1], MELODY, qpm=90.7 + root, key=(root, mode), time_signature=(3, 4))
            music.metadata.title = "Příběh" if root else ""
            music.tempos.insert(0, muspy.Tempo(300, 60_000_000 / 1.5))
            music.time_signatures.append(muspy.TimeSignature(24, 6, 8))
            music.key_signatures.insert(0, muspy.KeySignature(100, root=3, mode="minor"))
            scores.append(music)
    scores += [make_score(), make_score(tracks[0], resolution=32_767), make_score(*tracks)]
    expected = []
    for music in scores:
        write_music(music, tmp_path / "x.mid")
        expected.append((tmp_path / "x.mid").read_bytes())
    written = run_module(WRITE, [to_json(music) for music in scores])
    assert [base64.b64decode(text) for text in written] == expected


def test_what_midi_cannot_hold_is_a_sentence_or_rounded():
    source = """
import { writeMidi } from "@/files/writeMidi.js";
import { readMidi } from "@/files/midi.js";
const sentences = [1, 0, -4, 1e9].map((qpm) => {
  try {
    writeMidi({ ...data, tempos: [{ time: 0, qpm }] });
  } catch (error) {
    return error.message;
  }
});
answer([sentences, readMidi(writeMidi({ ...data, resolution: 100_800 }))]);
"""
    sentences, fine = run_module(source, to_json(make_score([(0, 60, 100_800), (100_804, 62, 50_400)])))
    assert sentences == [
        f"MIDI cannot hold a tempo of {qpm} quarter notes per minute; it holds 3.58 to 60,000,000."
        for qpm in (1, 0, -4, 1_000_000_000)
    ]
    assert fine["resolution"] == 10_080
    assert [(n["time"], n["duration"]) for n in fine["tracks"][0]["notes"]] == [(0, 10_080), (10_080, 5_040)]


# --- reading ----------------------------------------------------------------------------------------------------------


def name_event(text):
    return b"\x00\xff\x03" + bytes([len(text)]) + text


def with_chunk(content, name=b"XFIH", inside=b"MTrk\x00\x00\x00\x04junk"):
    return content[:14] + name + len(inside).to_bytes(4, "big") + inside + content[14:]


def in_riff(content):
    return b"RIFF\x00\x00\x00\x00RMIDDISP\x03\x00\x00\x00abc\x00data" + len(content).to_bytes(4, "little") + content


PLAIN = midi_bytes(b"\x00\xff\x58\x04\x03\x02\x18\x08", NOTE * 3)
ODD = {
    "a program for the next note": midi_bytes(b"\x00\x90\x3c\x40", b"\x30\xc0\x07", b"\x30\x90\x3c\x00", NOTE),
    "UTF-8": midi_bytes(name_event("Příběh".encode()), NOTE),
    "Latin-1": midi_bytes(name_event("Flöte \x80".encode("latin-1")), NOTE, kind=0),
    "empty name": midi_bytes(name_event(b"x"), name_event(b""), NOTE),
    "empty name of the second track": PLAIN[:11] + b"\x02" + PLAIN[12:] + midi_bytes(name_event(b""), NOTE)[14:],
    "running status": midi_bytes(b"\x00\x90\x3c\x40\x10\x3c\x00\x00\x40\x50\x08\x40\x00"),
    "two of one pitch": midi_bytes(b"\x00\x90\x3c\x40\x10\x3c\x50\x10\x3c\x00\x10\x3c\x00"),
    "ends without begin": midi_bytes(b"\x00\x80\x40\x00\x00\x91\x3c\x40", NOTE),
    "never ended": midi_bytes(b"\x00\x91\x3c\x40\x10\x90\x30\x40\x10\xc1\x09\x05\x91\x3c\x50"),
    "programs": midi_bytes(b"\x00\xc0\x05", NOTE, b"\x00\xc0\x28", NOTE, b"\x00\xc0\x05", NOTE, b"\x00\x99\x24\x40"),
    "controllers": midi_bytes(b"\x00\xb3\x07\x40", NOTE),
    "other messages": midi_bytes(b"\x00\xe0\x00\x40\x00\xd0\x05\x00\xa0\x3c\x40\x00\xf3\x01\x00\xf6\x00\xf8", NOTE),
    "system exclusive": midi_bytes(b"\x10\xf0\x03\x43\x12\xf7\x10\xf7\x02\x01\x02", NOTE),
    "lyrics": midi_bytes(b"\x00\xff\x05\x02la\x00\xff\x01\x02la\x00\xff\x06\x02la", NOTE),
    "format 3": midi_bytes(NOTE, kind=3),
    "long numbers": midi_bytes(b"\x80\x80\x80\x05\x90\x3c\x40\x81\x80\x00\x80\x3c\x00"),
    "too long numbers": midi_bytes(b"\x80\x80\x80\x80\x05\x90\x3c\x40\x60\x80\x3c\x00"),
    "a program changes while a note sounds": midi_bytes(b"\x00\x90\x3c\x40\x60\x80\x3c\x00\x00\xc0\x05"),
    "seconds": midi_bytes(b"\x00\xff\x51\x03\x07\xa1\x20", NOTE, division=0xE728),
    "no tracks announced": PLAIN[:11] + b"\x00" + PLAIN[12:] + PLAIN[14:],
    "fewer tracks announced": PLAIN + PLAIN[14:],
    "65,535 tracks announced": PLAIN[:10] + b"\xff\xff" + PLAIN[12:],
    "a chunk that is too long": with_chunk(PLAIN)[:18] + b"\xff\xff\xff\xff" + with_chunk(PLAIN)[22:],
    "a header that is too short": PLAIN[:7] + b"\x04" + PLAIN[8:],
    "text in RIFF": in_riff(b"text"),
    "RIFF of another kind": in_riff(PLAIN).replace(b"RMID", b"WAVE"),
    "no data": in_riff(PLAIN)[:20],
    "a byte above 127 in a message": midi_bytes(b"\x00\xf3\x85", NOTE),
    "late end": midi_bytes(NOTE, b"\x87\x40\xff\x2f\x00", NOTE),
    "keys": midi_bytes(*[bytes([0, 255, 0x59, 2, f & 255, m]) for f in range(-7, 8) for m in (0, 1)], NOTE),
    "meters": midi_bytes(*[bytes([0, 255, 0x58, 4, n, d, 24, 8]) for n in (1, 12, 255) for d in range(8)], NOTE),
    "tempos": midi_bytes(*[b"\x05\xff\x51\x03" + bytes([i, 255 - i, i]) for i in range(256)], NOTE),
}


SAME_AS_PLAIN = {
    "unknown chunk": with_chunk(PLAIN),
    "unknown chunk behind": PLAIN + b"XFKM\x00\x00\x00\x03abc",
    "RIFF": in_riff(PLAIN),
    "longer header": PLAIN[:7] + b"\x08" + PLAIN[8:14] + b"\x00\x00" + PLAIN[14:],
    "more tracks announced": PLAIN[:11] + b"\x05" + PLAIN[12:],
    "longer track announced": PLAIN[:18] + b"\x00\x00\xff\xff" + PLAIN[22:],
    "impossible key": midi_bytes(b"\x00\xff\x59\x02\x40\x00\x00\xff\x59\x02\x00\x07\x00\xff\x59\x00", PLAIN[22:-4]),
    "impossible meter": midi_bytes(b"\x00\xff\x58\x04\x00\x02\x18\x08\x00\xff\x58\x01\x04", PLAIN[22:-4]),
    "endless meter": midi_bytes(b"\x00\xff\x58\x04\x04\xff\x18\x08", PLAIN[22:-4]),
    "tempo 0": midi_bytes(b"\x00\xff\x51\x03\x00\x00\x00\x00\xff\x51\x01\x07", PLAIN[22:-4]),
}


def test_oddities_are_read_or_refused_as_python_does_it(tmp_path):
    assert_read_alike([*ODD.values(), *SAME_AS_PLAIN.values()], tmp_path / "x.mid")
    expected = read_one(PLAIN)
    assert [(n["time"], n["duration"]) for n in expected["tracks"][0]["notes"]] == [(0, 96), (96, 96), (192, 96)]
    for score, case in zip(read(SAME_AS_PLAIN.values()), SAME_AS_PLAIN, strict=True):
        assert not isinstance(score, str), (case, score)
        assert not differences(score, expected), case


def test_any_messages_are_read_as_python_reads_them(tmp_path):
    files = [midi_bytes(*random_track(random.Random(seed)), kind=kind) for seed in range(50) for kind in (0, 1)]
    assert assert_read_alike(files, tmp_path / "x.mid") == (100, 0)


def test_running_status_goes_on_behind_other_messages():
    begin, end = b"\x00\x90\x3c\x40\x00\xf0\x01\xf7", b"\x60\x3c\x00"
    score = read_one(midi_bytes(begin + end, b"\x00\xff\x01\x01x\x00\x3c\x40", b"\x00\xf3\x05" + end))
    assert [(n["time"], n["duration"]) for n in score["tracks"][0]["notes"]] == [(0, 96), (96, 96)]


def test_the_time_before_an_event_of_unknown_kind_counts():
    score = read_one(midi_bytes(b"\x10\xff\x60\x01\x00", NOTE))
    assert [note["time"] for note in score["tracks"][0]["notes"]] == [16]


# --- broken files -----------------------------------------------------------------------------------------------------


def test_unreadable_files_are_one_sentence():
    sentences = dict(zip(BAD_MIDI, read(content for content, _ in BAD_MIDI.values()), strict=True))
    assert all(isinstance(sentence, str) for sentence in sentences.values())
    for sentence in sentences.values():
        assert sentence.startswith("This ")
        assert sentence.endswith(".")
    assert sentences["type 2"] == "This MIDI file holds patterns without a common time (format 2), not a piece."
    assert sentences["huge delta"] == "This file is longer than 20,000 quarter notes."
    assert sentences["truncated track"] == "This MIDI file is damaged: it ends in the middle of a track."


def damaged_files(whole, count, seed):
    generator = random.Random(seed)
    for i in range(count):
        damaged = bytearray(whole)
        for _ in range(generator.randint(1, 6)):
            damaged[generator.randrange(len(damaged))] = generator.randrange(256)
        yield bytes(damaged[: i % len(whole)] if i % 4 == 0 else damaged)


WHOLE = midi_bytes(
    b"\x00\xff\x51\x03\x07\xa1\x20", b"\x00\xff\x59\x02\xfd\x00", b"\x00\xff\x58\x04\x04\x02\x18\x08", NOTE * 4
)


def test_damaged_files_are_read_as_python_does_or_refused_with_a_sentence(tmp_path):
    assert min(assert_read_alike(list(damaged_files(WHOLE, 1000, 0)), tmp_path / "x.mid")) > 100


@pytest.mark.slow
def test_thousands_of_damaged_melodies_are_read_as_python_does_or_refused(published, tmp_path):
    files = []
    for seed, path in enumerate(sorted(published.rglob("*.mid"))[::20]):
        files += damaged_files(path.read_bytes(), 400, seed)
    for seed in range(20):
        files += damaged_files(midi_bytes(*random_track(random.Random(seed))), 200, seed)
    assert min(assert_read_alike(files, tmp_path / "x.mid")) > 1000


def test_a_large_file_takes_time_in_proportion():
    """Many notes of one pitch at once, names and tracks: memory stays in proportion to the bytes of each."""
    pile = midi_bytes(b"\x00\x90\x3c\x40" + b"\x01\x3c\x40" * 199_000 + b"\x01\x3c\x00" * 199_000)
    score, *sentences = read(
        [
            pile,
            midi_bytes(b"\x00\x90\x3c\x40" + b"\x01\x3c\x40" * 400_000),
            midi_bytes(*[bytes([0, 0xC0 | i // 128, i % 128, 0, 0xB0 | i // 128, 7, 0]) for i in range(1100)]),
            midi_bytes(b"\x00\xff\x51\x03\x07\xa1\x20" * 300_000),
            midi_bytes(b"\xff" * 9_000_000)[:-4],
        ]
    )
    assert len(score["tracks"][0]["notes"]) == 199_001
    assert sentences == [
        "This MIDI file holds too many notes.",
        "This MIDI file holds too many tracks.",
        "This MIDI file holds too many marks.",
        "This MIDI file is damaged: it holds bytes that are not a MIDI message.",
    ]
