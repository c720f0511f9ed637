"""Tests of the limits: no file takes more than bounded memory and time."""

import tracemalloc

import pytest

from skemovae import io, read_music, write_music
from skemovae.io import READABLE_SUFFIXES, ScoreReadError
from tests.conftest import make_score, notes_of
from tests.io.files import CONTAINER, MELODY, musicxml, mxl_bytes, note_xml
from tests.io.test_damaged import BAD_MIDI, BAD_MUSICXML


def zip_bomb(path):
    score = musicxml(note_xml()).encode().replace(b"</score-partwise>", b" " * 150_000_000 + b"</score-partwise>")
    return mxl_bytes(path, {"META-INF/container.xml": CONTAINER, "score.xml": score})


def repeat_bomb(path):
    path.write_text(musicxml(*[note_xml()] * 90, "<barline><repeat direction='backward' times='1000000'/></barline>"))
    return path


def laugh_bomb(path):
    path.write_text(BAD_MUSICXML["billion laughs"][0])
    return path


def beat_bomb(path):
    path.write_text(BAD_MUSICXML["many beats"][0])
    return path


def direction_bomb(path):
    """A hundred playings of one measure with 20,000 tempo marks: not many notes, but many elements."""
    marks = "<direction><sound tempo='60'/></direction>" * 20_000
    path.write_text(musicxml(marks + "<barline><repeat direction='backward' times='100'/></barline>"))
    return path


def midi_bomb(path):
    path.write_bytes(BAD_MIDI["huge delta"][0])
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bomb", "name", "reason"),
    [
        (zip_bomb, "x.mxl", "score.xml unpacks to 150,000,[0-9]+ bytes; at most 20,000,000 are read"),
        (repeat_bomb, "x.xml", "up to 91,000,091 measures with all repeats; at most 200,000 are read"),
        (laugh_bomb, "x.xml", "it declares the XML entity"),
        (beat_bomb, "x.xml", "a time signature 1000000/4"),
        (direction_bomb, "x.xml", "4,000,[0-9]+ XML elements with all repeats; at most 1,000,000 are read"),
        (midi_bomb, "x.mid", "beyond 20,000 quarter notes"),
    ],
)
def test_a_bomb_is_refused_in_bounded_memory(tmp_path, bomb, name, reason):
    path = bomb(tmp_path / name)
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    try:
        with pytest.raises(ScoreReadError, match=reason):
            read_music(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 50_000_000


@pytest.mark.parametrize("suffix", READABLE_SUFFIXES)
def test_too_large_a_file_is_an_error(tmp_path, monkeypatch, suffix):
    write_music(make_score(MELODY), tmp_path / f"x{suffix}")
    assert notes_of(read_music(tmp_path / f"x{suffix}"))
    monkeypatch.setattr(io._limits, "MAX_FILE_BYTES", 60)
    monkeypatch.setattr(io._limits, "MAX_MIDI_BYTES", 60)
    with pytest.raises(ScoreReadError, match=r"the file is larger than 60 bytes|unpacks to [0-9,]+ bytes; at most 60"):
        read_music(tmp_path / f"x{suffix}")


@pytest.mark.parametrize("suffix", [".mid", ".musicxml"])
def test_too_many_notes_are_an_error(tmp_path, monkeypatch, suffix):
    write_music(make_score(MELODY, MELODY), tmp_path / f"x{suffix}")
    monkeypatch.setattr(io._limits, "MAX_NOTES", 2 * len(MELODY))
    read_music(tmp_path / f"x{suffix}")
    monkeypatch.setattr(io._limits, "MAX_NOTES", 2 * len(MELODY) - 1)
    with pytest.raises(ScoreReadError, match="14 notes; at most 13 are read"):
        read_music(tmp_path / f"x{suffix}")


@pytest.mark.parametrize("suffix", [".mid", ".musicxml"])
def test_too_long_a_score_is_an_error(tmp_path, monkeypatch, suffix):
    write_music(make_score([(0, 60, 4), (28, 60, 4)]), tmp_path / f"x{suffix}")
    monkeypatch.setattr(io._limits, "MAX_QUARTERS", 8)
    read_music(tmp_path / f"x{suffix}")
    monkeypatch.setattr(io._limits, "MAX_QUARTERS", 7)
    with pytest.raises(ScoreReadError, match=r"a note or mark beyond 7 quarter notes|8 quarter notes .*; at most 7"):
        read_music(tmp_path / f"x{suffix}")


def test_too_many_measures_are_an_error(read_text, monkeypatch):
    repeat = "<barline><repeat direction='backward'/></barline>"
    monkeypatch.setattr(io._limits, "MAX_MEASURES", 6)
    assert len(notes_of(read_text(musicxml(note_xml(), note_xml() + repeat)))) == 4
    monkeypatch.setattr(io._limits, "MAX_MEASURES", 5)
    with pytest.raises(ScoreReadError, match="up to 6 measures with all repeats; at most 5 are read"):
        read_text(musicxml(note_xml(), note_xml() + repeat))


def test_too_many_elements_are_an_error(read_text, monkeypatch):
    monkeypatch.setattr(io._limits, "MAX_ELEMENTS", 50)
    read_text(musicxml(note_xml()))
    with pytest.raises(ScoreReadError, match="more than 50 XML elements"):
        read_text(musicxml(note_xml() * 20))


def test_too_fine_a_resolution_is_an_error(tmp_path, monkeypatch):
    write_music(make_score(MELODY, resolution=480), tmp_path / "x.mid")
    monkeypatch.setattr(io._limits, "MAX_RESOLUTION", 479)
    with pytest.raises(ScoreReadError, match="a resolution of 480; expected 1 to 479 steps a quarter note"):
        read_music(tmp_path / "x.mid")
