"""Tests of paths, and of files that are written completely or not at all."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from skemovae import read_music, write_music
from skemovae.io import READABLE_SUFFIXES, ScoreReadError, atomic_path
from tests.conftest import make_score, notes_of
from tests.io.files import MELODY, WHOLE_MIDI

# --- names and places -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x.txt", "x", "x.mid.gz", ".mid", "x.abc"])
def test_another_ending_is_refused_in_both_directions(tmp_path, name):
    (tmp_path / name).write_bytes(WHOLE_MIDI)
    expected = r"expected a file name ending in \.mid, \.midi, \.mxl, \.xml, \.musicxml"
    with pytest.raises(ScoreReadError, match=f"cannot read {tmp_path / name}: {expected}"):
        read_music(tmp_path / name)
    with pytest.raises(ValueError, match=f"cannot write {tmp_path / name}: {expected}"):
        write_music(make_score(MELODY), tmp_path / name)
    assert (tmp_path / name).read_bytes() == WHOLE_MIDI


@pytest.mark.parametrize("suffix", READABLE_SUFFIXES)
def test_a_missing_file_or_folder_is_an_oserror(tmp_path, suffix):
    with pytest.raises(FileNotFoundError, match=f"missing{suffix}"):
        read_music(tmp_path / f"missing{suffix}")
    with pytest.raises(FileNotFoundError, match="No such file"):
        write_music(make_score(MELODY), tmp_path / "missing" / f"x{suffix}")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "x.mid").mkdir()
    with pytest.raises(IsADirectoryError, match=r"x\.mid"):
        read_music(tmp_path / "x.mid")
    with pytest.raises(OSError, match=r"x\.mid"):
        write_music(make_score(MELODY), tmp_path / "x.mid")
    assert [p.name for p in tmp_path.iterdir()] == ["x.mid"]


def test_paths_may_be_text(tmp_path):
    write_music(make_score(MELODY), str(tmp_path / "x.mid"))
    assert notes_of(read_music(str(tmp_path / "x.mid"))) == MELODY


# --- writing completely or not at all ---------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", READABLE_SUFFIXES)
def test_a_failure_leaves_the_older_file_and_no_temporary_one(tmp_path, monkeypatch, suffix):
    path = tmp_path / f"x{suffix}"
    write_music(make_score(MELODY), path)
    older = path.read_bytes()

    def write_bytes_half(file, content):
        with open(file, "wb") as half:
            half.write(content[:10])
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_bytes", write_bytes_half)
    with pytest.raises(OSError, match="no space left on device"):
        write_music(make_score([(0, 70, 4)]), path)
    assert path.read_bytes() == older
    assert list(tmp_path.iterdir()) == [path]


def test_interrupting_leaves_the_older_file_and_no_temporary_one(tmp_path):
    (tmp_path / "x.txt").write_text("older")

    def interrupted():
        with atomic_path(tmp_path / "x.txt") as temporary:
            temporary.write_text("half")
            raise KeyboardInterrupt("stop")

    with pytest.raises(KeyboardInterrupt, match="stop"):
        interrupted()
    assert (tmp_path / "x.txt").read_text() == "older"
    assert list(tmp_path.iterdir()) == [tmp_path / "x.txt"]


@pytest.mark.parametrize(
    ("music", "name", "reason"),
    [
        (make_score([(0, 60, 1), (1, 61, 4)], resolution=480), "x.musicxml", "Cannot convert inexpressible durations"),
        (make_score([(0, 60, 0)]), "x.mxl", "a note of length 0 at time 0; MusicXML has no such note"),
        (make_score([(0, 60, 4)], resolution=40_000), "x.mid", "'h' format requires"),
        (make_score([(0, 200, 4)]), "x.mid", "a note of pitch 200 and velocity 64; MIDI holds 0 to 127"),
        (
            make_score([(0, 60, 4)], qpm=0),
            "x.mid",
            "a tempo of 0.0 quarter notes per minute; MIDI holds 3.58 to 60,000,000",
        ),
        (make_score([(0, 60, 4)], qpm=3.5), "x.mid", "a tempo of 3.5 quarter notes"),
        (make_score([(0, 60, 4)], qpm=2e8), "x.mid", "a tempo of 200000000.0 quarter notes"),
        (make_score([(0, 60, 4)], qpm=float("nan")), "x.mid", "a tempo of nan quarter notes"),
    ],
)
def test_a_score_that_the_format_cannot_hold_is_an_error_and_no_file(tmp_path, music, name, reason):
    with pytest.raises(ValueError, match=f"cannot write {tmp_path / name}: .*{reason}"):
        write_music(music, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_written_file_follows_the_umask(tmp_path, umask, mode):
    before = os.umask(umask)
    try:
        write_music(make_score(MELODY), tmp_path / "x.mid")
        assert os.umask(umask) == umask  # and the umask is unchanged
    finally:
        os.umask(before)
    assert (tmp_path / "x.mid").stat().st_mode & 0o777 == mode


def test_threads_that_write_at_the_same_time_leave_the_umask_as_it_was(tmp_path):
    before = os.umask(0o022)
    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda i: write_music(make_score([(0, 60, 4)]), tmp_path / f"{i % 3}.mid"), range(200)))
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.mid", "1.mid", "2.mid"]
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o644}
