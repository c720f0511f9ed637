"""Tests of load_music_folder, and of the tunes by which it groups."""

import re
import warnings
from contextlib import redirect_stderr

import muspy
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import make_pipeline

from skemovae import Excerpt, KeyNormalizer, PitchEncoder, write_music
from skemovae._tunes import group_by_tune, tune_incipit
from skemovae.datasets import load_music_folder
from skemovae.emotion import EMOTIONS
from skemovae.io import ScoreReadError
from tests.conftest import BARS, make_score, notes_of
from tests.datasets.conftest import NAMES, plain
from tests.io.files import NOTE, midi_bytes

LACKING = "has no scores of"
STEPS = make_pipeline(KeyNormalizer(use_signature=False), PitchEncoder(n_steps=8))
pytestmark = pytest.mark.filterwarnings(f"ignore:.*{LACKING}")


def place(folder, *names, start=60):
    """Write a short score for every name, each a semitone higher than the one before."""
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
    assert set(bunch) == {"data", "target", "target_names", "groups", "filenames", "skipped", "DESCR"}
    names = ["Q3/y.xml", "e4/z.midi", "happy/x.mxl", "sad/a.musicxml", "sad/b.mid", "sad/deep/er/c.MID"]
    assert bunch.filenames == [str(tmp_path / name) for name in names]
    assert bunch.target.tolist() == ["sadness", "relaxation", "happiness", "sadness", "sadness", "sadness"]
    assert bunch.target_names == NAMES
    assert [notes_of(score)[0][1] for score in bunch.data] == [64, 65, 63, 61, 60, 62]
    assert len(bunch.groups) == 6
    assert bunch.DESCR.startswith(f"6 scores from {tmp_path}, labeled")
    data, target = load_music_folder(str(tmp_path), return_X_y=True)
    assert plain(data) == plain(bunch.data)
    assert target.tolist() == bunch.target.tolist()


@pytest.mark.parametrize(("stream", "verbose", "shown"), BARS)
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
        rf"{tmp_path}/drafts is not named after an emotion: unknown emotion 'drafts': expected one of Q1, e1, .*Rename"
    )
    with pytest.raises(ValueError, match=message):
        load_music_folder(tmp_path)


@pytest.mark.parametrize("name", ["5", "0", "²"])
def test_folder_with_a_number_that_is_no_emotion(tmp_path, name):
    place(tmp_path, f"{name}/x.mid")
    with pytest.raises(ValueError, match=f"{name} is not named after an emotion"):
        load_music_folder(tmp_path)


def test_folder_without_scores(tmp_path):
    message = rf"{tmp_path} holds no scores: expected subfolders named by emotion .*ending in \.mid, \.midi, "
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
            NotADirectoryError, match=f"{tmp_path / name} is not a folder: expected one with subfolders"
        ):
            load_music_folder(tmp_path / name)


def test_folder_names_every_unreadable_file(tmp_path):
    place(tmp_path, "sad/good.mid")
    for name, content in [("sad/a.mid", b""), ("sad/b.mxl", b"no archive"), ("sad/c.xml", b"<html/>")]:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ScoreReadError, match=r"a\.mid as MIDI: .*b\.mxl as MusicXML: .*c\.xml as MusicXML: ") as caught:
        load_music_folder(tmp_path)
    assert "good.mid" not in str(caught.value)


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_folder_skips_unreadable_files_and_says_which_and_why(tmp_path, n_jobs):
    place(tmp_path, "sad/good.mid", "sad/z.mid", "happy/x.mid", "angry/x.mid", "relaxed/x.mid")
    (tmp_path / "sad" / "bad.mid").write_bytes(b"no score")
    (tmp_path / "sad" / "empty.mxl").write_bytes(b"")
    with pytest.warns(
        UserWarning, match=r"^2 of 7 files were skipped: .*bad\.mid as MIDI: MThd not .*; .*empty\.mxl as MusicXML"
    ):
        bunch = load_music_folder(tmp_path, on_error="warn", n_jobs=n_jobs)
    assert [name.rpartition("/")[2] for name in bunch.filenames] == ["x.mid", "x.mid", "x.mid", "good.mid", "z.mid"]
    assert bunch.target.tolist() == ["anger", "happiness", "relaxation", "sadness", "sadness"]
    assert len(bunch.data) == len(bunch.groups) == 5
    assert [notes_of(score)[0][1] for score in bunch.data] == [63, 62, 64, 60, 61]
    assert [name.rpartition("/")[2] for name in bunch.skipped] == ["bad.mid", "empty.mxl"]
    assert "MThd not found" in bunch.skipped[str(tmp_path / "sad" / "bad.mid")]


def test_folder_of_which_nothing_can_be_read_is_an_error(tmp_path):
    (tmp_path / "sad").mkdir()
    for i in range(3):
        (tmp_path / "sad" / f"{i}.mid").write_bytes(b"no score")
    with pytest.raises(ScoreReadError, match=r"0\.mid as MIDI: .*1\.mid as MIDI: .*2\.mid as MIDI: "):
        load_music_folder(tmp_path, on_error="warn")


def test_folder_names_twenty_of_very_many_skipped_files(tmp_path):
    place(tmp_path, "sad/good.mid")
    for i in range(30):
        (tmp_path / "sad" / f"{i:02}.mid").write_bytes(b"no score")
    with pytest.warns(UserWarning, match=r"^30 of 31 files were skipped: .*19\.mid as MIDI: [^;]*; and 10 more files"):
        assert len(load_music_folder(tmp_path, on_error="warn").skipped) == 30
    with pytest.raises(ScoreReadError, match=r"19\.mid as MIDI: [^;]*; and 10 more files$"):
        load_music_folder(tmp_path)


def test_folder_with_another_way_of_errors(tmp_path):
    with pytest.raises(ValueError, match="on_error='skip': expected 'raise' or 'warn'"):
        load_music_folder(tmp_path, on_error="skip")


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_folder_tells_what_was_left_out_of_files(tmp_path, n_jobs):
    (tmp_path / "sad").mkdir()
    (tmp_path / "sad" / "odd.mid").write_bytes(midi_bytes(b"\x00\xff\x59\x02\x08\x00", NOTE))
    with pytest.warns(UserWarning, match=r"odd\.mid: impossible key signatures are left out"):
        assert len(load_music_folder(tmp_path, n_jobs=n_jobs).data) == 1


def test_folder_has_the_limits_of_files(tmp_path):
    place(tmp_path, "sad/x.mid")
    with pytest.raises(ScoreReadError, match="at most max_notes=1 are read"):
        load_music_folder(tmp_path, max_notes=1)


@pytest.mark.filterwarnings("default")
def test_folder_that_lacks_emotions_says_what_follows(tmp_path):
    place(tmp_path, "sad/x.mid", "happy/x.mid", "angry/x.mid")
    with pytest.warns(
        UserWarning, match=f"{tmp_path} {LACKING} relaxation: .* learns nothing about it, and refuses to sample it"
    ):
        load_music_folder(tmp_path)
    (tmp_path / "angry" / "x.mid").unlink()
    with pytest.warns(
        UserWarning, match=f"{LACKING} anger and relaxation: .* learns nothing about them, and refuses to sample them"
    ):
        load_music_folder(tmp_path)
    place(tmp_path, "relaxed/x.mid", "angry/x.mid")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load_music_folder(tmp_path)


def test_folder_of_scores_without_notes_is_loaded(tmp_path):
    place(tmp_path, "sad/x.mid")
    write_music(make_score([]), tmp_path / "sad" / "empty.mid")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", f".*{LACKING}")
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


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_folder_gives_what_the_transformer_makes_of_each_score(tmp_path, n_jobs):
    place(tmp_path, "sad/a.mid", "happy/b.mxl", "angry/c.mid", "relaxed/d.mid")
    scores, results = load_music_folder(tmp_path), load_music_folder(tmp_path, transform=STEPS, n_jobs=n_jobs)
    assert results.data.tolist() == STEPS.transform(scores.data).tolist()
    assert results.data.shape == (4, 8)
    for name in ("target", "groups", "filenames", "skipped"):
        assert list(results[name]) == list(scores[name])
    data, target = load_music_folder(tmp_path, transform=STEPS, return_X_y=True)
    assert data.tolist() == results.data.tolist()
    assert target.tolist() == scores.target.tolist()


def test_folder_gives_transformed_scores(tmp_path):
    place(tmp_path, "sad/a.mid", "happy/b.mid")
    normalizer = KeyNormalizer()
    scores, results = load_music_folder(tmp_path), load_music_folder(tmp_path, transform=normalizer)
    assert plain(results.data) == plain(normalizer.transform(scores.data))


def test_folder_counts_what_the_transformer_refuses_as_unreadable(tmp_path):
    place(tmp_path, "sad/a.mid", "sad/b.mid")
    write_music(make_score([(0, 60, 4)], time_signature=(3, 4)), tmp_path / "sad" / "waltz.mid")
    path = re.escape(str(tmp_path / "sad" / "waltz.mid"))
    strict = Excerpt(n_bars=1)
    with pytest.raises(ScoreReadError, match=rf"^cannot transform {path}: begins in 3/4; expected 4/4"):
        load_music_folder(tmp_path, transform=strict)
    with pytest.warns(UserWarning, match=rf"^1 of 3 files were skipped: cannot transform {path}: begins in 3/4"):
        rest = load_music_folder(tmp_path, transform=strict, on_error="warn")
    assert [name[-5:] for name in rest.filenames] == ["a.mid", "b.mid"]
    assert len(rest.data) == len(rest.target) == len(rest.groups) == 2
    assert list(rest.skipped) == [str(tmp_path / "sad" / "waltz.mid")]


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_folder_says_of_which_file_the_transformer_warns(tmp_path, n_jobs):
    place(tmp_path, "sad/a.mid")
    path = re.escape(str(tmp_path / "sad" / "a.mid"))
    with pytest.warns(UserWarning, match=rf"^{path}: 1 of 1 scores have notes beyond 4 steps"):
        load_music_folder(tmp_path, transform=PitchEncoder(n_steps=4), n_jobs=n_jobs)


@pytest.mark.parametrize("transform", ["tokens", len, PitchEncoder])
def test_folder_with_something_that_does_not_transform(tmp_path, transform):
    place(tmp_path, "sad/a.mid")
    with pytest.raises(ValueError, match=r"^transform=.*: expected None or an object with a transform method, such as"):
        load_music_folder(tmp_path, transform=transform)


class Twice(TransformerMixin, BaseEstimator):
    """Makes two scores from each."""

    def transform(self, X):
        return [*X, *X]


def test_folder_with_a_transformer_that_changes_the_number_of_scores(tmp_path):
    place(tmp_path, "sad/a.mid")
    with pytest.raises(ValueError, match=r"transform=Twice\(\) returned 2 results for one score; expected one$"):
        load_music_folder(tmp_path, transform=Twice())
