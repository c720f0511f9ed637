"""Tests of load_music_folder and of the tunes that it groups by."""

import io
import warnings
from contextlib import redirect_stderr

import muspy
import pytest

from skemovae import write_music
from skemovae._tunes import group_by_tune, tune_incipit
from skemovae.datasets import load_music_folder
from skemovae.emotion import EMOTIONS
from skemovae.io import ScoreReadError
from tests.conftest import make_score, notes_of
from tests.datasets.conftest import NAMES, plain


def place(folder, *names, start=60):
    """Write a short score under every name, each a semitone higher."""
    for i, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_music(make_score([(0, start + i, 4), (4, start + i + 2 + i % 5, 4)]), folder / name)


SPELLINGS = [(str(spelling), emotion.name) for emotion in EMOTIONS for spelling in emotion.spellings]


@pytest.mark.parametrize(("spelling", "name"), [*SPELLINGS, ("SAD", "sadness"), ("q1", "happiness")])
def test_folder_knows_every_spelling(tmp_path, spelling, name):
    place(tmp_path, f"{spelling}/x.mid")
    assert load_music_folder(tmp_path).target.tolist() == [name]


def test_folder_bunch(tmp_path):
    place(tmp_path, "sad/b.mid", "sad/a.musicxml", "sad/deep/er/c.MID", "happy/x.mxl", "Q3/y.xml", "e4/z.midi")
    bunch = load_music_folder(tmp_path)
    assert set(bunch) == {"data", "target", "target_names", "groups", "filenames", "DESCR"}
    names = ["Q3/y.xml", "e4/z.midi", "happy/x.mxl", "sad/a.musicxml", "sad/b.mid", "sad/deep/er/c.MID"]
    assert bunch.filenames == [str(tmp_path / name) for name in names]
    assert bunch.target.tolist() == ["sadness", "relaxation", "happiness", "sadness", "sadness", "sadness"]
    assert bunch.target_names == NAMES
    assert [notes_of(score)[0][1] for score in bunch.data] == [64, 65, 63, 61, 60, 62]
    assert len(bunch.groups) == 6
    assert bunch.DESCR.startswith(f"6 scores from {tmp_path}, labelled")
    data, target = load_music_folder(str(tmp_path), return_X_y=True)
    assert plain(data) == plain(bunch.data)
    assert target.tolist() == bunch.target.tolist()


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "verbose", "shown"), [(Terminal, True, True), (Terminal, False, False), (io.StringIO, True, False)]
)
def test_folder_shows_a_progress_bar_on_a_terminal(tmp_path, stream, verbose, shown):
    place(tmp_path, "sad/a.mid", "happy/b.mid")
    with redirect_stderr(stream()) as output:
        load_music_folder(tmp_path, verbose=verbose)
    assert ("reading: 100%" in output.getvalue()) is shown
    assert bool(output.getvalue()) is shown


def test_folder_groups_are_tunes_in_any_key_and_format(tmp_path):
    tune = [(0, 60, 4), (4, 62, 4), (8, 64, 8), (32, 60, 4)]
    for name, shift, notes in [
        ("sad/a.mid", 0, tune),
        ("sad/b.mid", 7, tune[:3]),  # the same 8 quarter notes
        ("happy/c.mxl", -3, tune),
        ("happy/d.mid", 0, [*tune[:2], (8, 65, 8)]),
    ]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write_music(make_score([(time, pitch + shift, length) for time, pitch, length in notes]), tmp_path / name)
    assert load_music_folder(tmp_path).groups.tolist() == ["happy/c.mxl", "happy/d.mid", "happy/c.mxl", "happy/c.mxl"]


def test_folder_passes_over_hidden_and_foreign_files(tmp_path):
    place(
        tmp_path, "sad/x.mid", "sad/.hidden.mid", "sad/.git/y.mid", "sad/__MACOSX/._x.mid", ".trash/z.mid", "loose.mid"
    )
    (tmp_path / "sad" / "notes.txt").write_text("no score")
    (tmp_path / "sad" / "folder.mid").mkdir()
    (tmp_path / "README.md").write_text("no score")
    (tmp_path / "angry").mkdir()
    assert load_music_folder(tmp_path).filenames == [str(tmp_path / "sad" / "x.mid")]


def test_folder_below_a_hidden_folder_is_loaded(tmp_path):
    place(tmp_path / ".cache" / "mine", "sad/x.mid")
    assert load_music_folder(tmp_path / ".cache" / "mine").target.tolist() == ["sadness"]


def test_folder_with_an_unknown_name(tmp_path):
    place(tmp_path, "sad/x.mid", "drafts/y.mid")
    message = (
        rf"{tmp_path}/drafts is not named by an emotion: unknown emotion 'drafts': expected one of Q1, e1, .*Rename"
    )
    with pytest.raises(ValueError, match=message):
        load_music_folder(tmp_path)


@pytest.mark.parametrize("name", ["5", "0", "²"])
def test_folder_with_a_number_that_is_no_emotion(tmp_path, name):
    place(tmp_path, f"{name}/x.mid")
    with pytest.raises(ValueError, match=f"{name} is not named by an emotion"):
        load_music_folder(tmp_path)


def test_folder_without_scores(tmp_path):
    message = rf"{tmp_path} holds no scores: expected sub-folders named by emotion .*ending in \.mid, \.midi, "
    with pytest.raises(ValueError, match=message):
        load_music_folder(tmp_path)
    (tmp_path / "sad").mkdir()
    (tmp_path / "sad" / "x.txt").write_text("no score")
    with pytest.raises(ValueError, match=message):
        load_music_folder(tmp_path)


def test_folder_that_is_none(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    for name in ("file", "missing"):
        with pytest.raises(
            NotADirectoryError, match=f"{tmp_path / name} is not a folder: expected one with sub-folders"
        ):
            load_music_folder(tmp_path / name)


def test_folder_names_every_unreadable_file(tmp_path):
    place(tmp_path, "sad/good.mid")
    for name, content in [("sad/a.mid", b""), ("sad/b.mxl", b"no archive"), ("sad/c.xml", b"<html/>")]:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ScoreReadError, match=r"a\.mid as MIDI: .*b\.mxl as MusicXML: .*c\.xml as MusicXML: ") as caught:
        load_music_folder(tmp_path)
    assert "good.mid" not in str(caught.value)


def test_folder_of_scores_without_notes_is_loaded(tmp_path):
    place(tmp_path, "sad/x.mid")
    write_music(make_score([]), tmp_path / "sad" / "empty.mid")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(load_music_folder(tmp_path).data) == 2


def test_tune_incipit_known_values():
    bass = muspy.Track(notes=[muspy.Note(0, 40, 8)])
    drums = muspy.Track(is_drum=True, notes=[muspy.Note(0, 99, 8)])
    soprano = muspy.Track(notes=[muspy.Note(2, 70, 2), muspy.Note(31, 74, 9), muspy.Note(32, 60, 1)])
    late = muspy.Track(notes=[muspy.Note(32, 100, 2)])  # a trumpet that enters in the third bar
    score = make_score(drums, late, bass, soprano)
    assert tune_incipit(score) == ((0.5, 0), (7.75, 4))
    assert tune_incipit(score, part="first") == ((0.0, 0),)
    assert tune_incipit(make_score(drums)) == ()
    assert group_by_tune(["a", "b", "a"], ["x", "y", "z"]) == ["x", "y", "x"]
