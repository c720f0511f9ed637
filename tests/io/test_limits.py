"""Tests of the limits: no file takes unlimited memory or time."""

import tracemalloc

import pytest

from skemovae import io, read_music, write_music
from skemovae.io import READABLE_SUFFIXES, ScoreReadError
from tests.conftest import make_score, notes_of
from tests.io.files import CONTAINER, MELODY, NOTE, midi_bytes, musicxml, mxl_bytes, note_xml
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


def element_bomb(path):
    score = musicxml("<note/>" * 250_000)
    return mxl_bytes(path, {"META-INF/container.xml": CONTAINER, "score.xml": score})


def mark_bomb(path):
    """A measure with 20,000 tempo marks is played a thousand times: no notes, but many marks."""
    marks = "<direction><sound tempo='60'/></direction>" * 20_000
    path.write_text(musicxml(marks + "<barline><repeat direction='backward' times='1000'/></barline>"))
    return path


def midi_bomb(path):
    path.write_bytes(BAD_MIDI["huge delta"][0])
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bomb", "name", "reason"),
    [
        (zip_bomb, "x.mxl", "score.xml unpacks to 150,000,[0-9]+ bytes; at most max_bytes=50,000,000 are read"),
        (repeat_bomb, "x.xml", "more than 200,000 measures with all repeats"),
        (laugh_bomb, "x.xml", "it declares the XML entity"),
        (element_bomb, "x.mxl", "more than 200,000 XML elements in a measure"),
        (mark_bomb, "x.xml", "20,000,000 notes and marks with all repeats; at most max_notes=500,000 are read"),
        (midi_bomb, "x.mid", "beyond max_quarters=100,000 quarter notes"),
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
def test_too_large_a_file_is_an_error(tmp_path, suffix):
    write_music(make_score(MELODY), tmp_path / f"x{suffix}")
    assert notes_of(read_music(tmp_path / f"x{suffix}"))
    reason = "the file is larger than (max_bytes=)?[0-9]+ bytes|unpacks to [0-9,]+ bytes; at most max_bytes=600"
    for most in (60, 600) if suffix == ".mxl" else (60,):
        with pytest.raises(ScoreReadError, match=reason):
            read_music(tmp_path / f"x{suffix}", max_bytes=most)


@pytest.mark.parametrize("suffix", [".mid", ".musicxml"])
def test_too_many_notes_are_an_error(tmp_path, suffix):
    write_music(make_score(MELODY, MELODY), tmp_path / f"x{suffix}")
    read_music(tmp_path / f"x{suffix}", max_notes=40)
    with pytest.raises(ScoreReadError, match=r"[0-9]+ notes.*; at most max_notes=13 are read"):
        read_music(tmp_path / f"x{suffix}", max_notes=13)


@pytest.mark.parametrize("suffix", [".mid", ".musicxml"])
def test_too_long_a_score_is_an_error(tmp_path, suffix):
    write_music(make_score([(0, 60, 4), (28, 60, 4)]), tmp_path / f"x{suffix}")
    read_music(tmp_path / f"x{suffix}", max_quarters=8)
    with pytest.raises(ScoreReadError, match=r"8 quarter .*; at most max_quarters=7|beyond max_quarters=7 quarter"):
        read_music(tmp_path / f"x{suffix}", max_quarters=7)


def test_too_many_measures_are_an_error(read_text, monkeypatch):
    repeat = "<barline><repeat direction='backward'/></barline>"
    text = musicxml(note_xml(), note_xml() + repeat)
    monkeypatch.setattr(io._limits, "MAX_MEASURES", 4)
    assert len(notes_of(read_text(text))) == 4
    monkeypatch.setattr(io._limits, "MAX_MEASURES", 3)
    with pytest.raises(ScoreReadError, match="more than 3 measures with all repeats"):
        read_text(text)
    monkeypatch.setattr(io._limits, "MAX_MEASURES", 1)
    with pytest.raises(ScoreReadError, match="more than 1 measures"):
        read_text(text)


def test_too_many_elements_of_a_measure_are_an_error(read_text, monkeypatch):
    monkeypatch.setattr(io._limits, "MAX_ELEMENTS", 50)
    read_text(musicxml(*[note_xml()] * 20))
    with pytest.raises(ScoreReadError, match="more than 50 XML elements in a measure"):
        read_text(musicxml(note_xml() * 20))


def test_ordinary_large_files_are_read(tmp_path):
    """130,000 notes in 1.04 MB, which a limit of a million bytes would refuse."""
    path = tmp_path / "large.mid"
    path.write_bytes(midi_bytes(NOTE * 130_000))
    assert path.stat().st_size > 1_000_000
    assert len(notes_of(read_music(path))) == 130_000


def test_too_fine_a_resolution_is_an_error(tmp_path, monkeypatch):
    write_music(make_score(MELODY, resolution=480), tmp_path / "x.mid")
    monkeypatch.setattr(io._limits, "MAX_RESOLUTION", 479)
    with pytest.raises(ScoreReadError, match="a resolution of 480; expected 1 to 479 steps per quarter note"):
        read_music(tmp_path / "x.mid")
