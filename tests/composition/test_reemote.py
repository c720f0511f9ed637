"""reemote: a tune with another emotion, in its own key, octave, tempo and bars."""

import subprocess
import sys
from pathlib import Path

import muspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skemovae import read_music, reemote, write_music

from .tunes import AULD, TWINKLE, as_lists, score_of, transposed, with_upbeat

ROOT = Path(__file__).parents[2]
HAPPY_TUNE = score_of(TWINKLE)
SAD_LINE = [(67, 2), (67, 2), (74, 2), (74, 2), (75, 2), (75, 2), (74, 4), (72, 2), (72, 2), (70, 2), (70, 2), (69, 2)]


def first_notes(result, n):
    return [(pitch, length) for _, pitch, length in as_lists(result.music)[0][:n]]


def key_of(music):
    (key,) = music.key_signatures
    return key.root, key.mode


def test_a_happy_tune_becomes_sad_in_its_own_key_and_octave():
    result = reemote(HAPPY_TUNE, emotion="sad")
    assert first_notes(result, 12) == SAD_LINE
    assert key_of(result.music) == (7, "minor")
    assert result.report.time_scale == 2
    assert set(result.report.emotion_before) == set(result.report.rule_before) == {"happiness"}
    assert set(result.report.emotion_after) == set(result.report.rule_after) == {"sadness"}


def test_the_mode_alone():
    result = reemote(HAPPY_TUNE, emotion="angry")
    assert first_notes(result, 12) == [(pitch, length / 2) for pitch, length in SAD_LINE]
    assert (result.report.key_before, result.report.key_after, result.report.time_scale) == ("G major", "G minor", 1)


def test_there_and_back():
    relaxed = reemote(HAPPY_TUNE, emotion="relaxed")
    assert relaxed.report.time_scale == 2
    again = reemote(relaxed.music, emotion="happy")
    assert again.report.time_scale == 0.5
    assert as_lists(again.music)[0][:28] == as_lists(HAPPY_TUNE)[0][:28]


def test_what_else_is_in_the_score_stays():
    music = reemote(HAPPY_TUNE, emotion="sad").music
    assert music.metadata.title == "A tune"
    assert [(mark.time, mark.qpm) for mark in music.tempos] == [(0, 100)]
    assert [(mark.time, mark.numerator, mark.denominator) for mark in music.time_signatures] == [(0, 4, 4)]
    assert (music.tracks[0].name, music.tracks[0].program) == ("Violin", 40)
    assert {note.velocity for note in music.tracks[0].notes} == {80}
    assert music.resolution == HAPPY_TUNE.resolution


def test_the_tune_itself_is_not_changed():
    before = HAPPY_TUNE.deepcopy()
    reemote(HAPPY_TUNE, emotion="sad")
    assert before == HAPPY_TUNE


def test_an_upbeat_stays_before_the_bar_line():
    tune = with_upbeat(score_of(AULD, tonic=65))
    result = reemote(tune, emotion="sad")
    assert [(start, length) for start, _, length in as_lists(result.music)[0][:3]] == [(0, 2), (2, 3), (5, 1)]
    marks = [(mark.time, mark.numerator, mark.denominator) for mark in result.music.time_signatures]
    assert marks == [(0, 2, 4), (8, 4, 4)]
    assert result.report.bar.tolist() == [0, 1, 3, 5, 7]
    assert result.report.start.tolist() == [0, 1, 9, 17, 25]


def test_no_way_at_all_is_the_reconstruction():
    for tune in (HAPPY_TUNE, with_upbeat(score_of(AULD, tonic=65))):
        result = reemote(tune, emotion="sad", amount=0)
        assert as_lists(result.music) == as_lists(tune)
        np.testing.assert_array_equal(result.report.points_before, result.report.points_after)
        assert result.report.notes_kept.tolist() == [1.0] * 3


def test_points_move_a_share_of_the_way_in_valence_and_arousal_alone():
    report = reemote(HAPPY_TUNE, at=(-1.0, 0.5), amount=0.25).report
    before, after = report.points_before, report.points_after
    np.testing.assert_allclose(after[:, :2], 0.75 * before[:, :2] + 0.25 * np.array([-1.0, 0.5]))
    np.testing.assert_array_equal(after[:, 2:], before[:, 2:])


def test_a_note_that_sounds_over_the_end_of_a_window_is_one_note():
    line = [(0, 2), (4, 2), (7, 2), (4, 2), (2, 2), (0, 2), (4, 2), (7, 4), (4, 2), (2, 2), (4, 2), (0, 4)]
    tune = score_of(line)
    assert as_lists(tune)[0][7] == (14, 74, 4)
    result = reemote(tune, emotion="sad", amount=0)
    assert as_lists(result.music) == as_lists(tune)


@settings(deadline=None, max_examples=20)
@given(
    semitones=st.integers(-18, 18), emotion=st.sampled_from(["sad", "relaxed", "angry"]), amount=st.sampled_from([0, 1])
)
def test_a_transposed_tune_becomes_the_transposed_result(semitones, emotion, amount):
    tune = with_upbeat(score_of(AULD, tonic=65))
    there = reemote(transposed(tune, semitones), emotion=emotion, amount=amount)
    here = reemote(tune, emotion=emotion, amount=amount)
    assert as_lists(there.music) == as_lists(transposed(here.music, semitones))
    assert there.report.rows_after.tolist() == here.report.rows_after.tolist()


def test_a_file_is_read(tmp_path):
    write_music(HAPPY_TUNE, tmp_path / "tune.mid")
    assert first_notes(reemote(tmp_path / "tune.mid", emotion="sad"), 12) == SAD_LINE


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "emotion=None and at=None: expected exactly one of them"),
        ({"emotion": "sad", "at": (0, 1)}, "expected exactly one of them"),
        ({"emotion": "joyful"}, "unknown emotion 'joyful'"),
        ({"at": (1, 2, 3)}, "expected one point"),
        ({"emotion": "sad", "amount": 1.5}, "amount=1.5: expected a share from 0 to 1"),
        ({"emotion": "sad", "accompaniment": "mute"}, "accompaniment='mute': expected one of 'keep', 'drop'"),
        ({"emotion": "sad", "unsupported": "skip"}, "unsupported='skip': expected one of 'rule', 'keep', 'error'"),
        ({"emotion": "sad", "model": "no such"}, "name='no such'"),
    ],
    ids=["neither", "both", "emotion", "point", "amount", "accompaniment", "unsupported", "model"],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        reemote(HAPPY_TUNE, **arguments)


def test_what_is_no_score_is_named():
    with pytest.raises(TypeError, match=r"music is of type list: expected a muspy\.Music, or the path"):
        reemote([HAPPY_TUNE], emotion="sad")
    impossible = muspy.Music(resolution=4, tracks=[muspy.Track(notes=[muspy.Note(0, 300, 4)])])
    with pytest.raises(ValueError, match="music has an impossible note"):
        reemote(impossible, emotion="sad")


@pytest.mark.slow
def test_chorales_come_back_in_any_key_and_octave():
    from skemovae import load_bach_chorales

    kept = []
    for tune in load_bach_chorales(form="scores").data[::40]:
        here = reemote(tune, emotion="sad", amount=0)
        kept.append(np.nanmean(here.report.notes_kept))
        for semitones in (-13, -5, 6):
            there = reemote(transposed(tune, semitones), emotion="sad", amount=0)
            assert as_lists(there.music) == as_lists(transposed(here.music, semitones))
    assert np.mean(kept) > 0.95


@pytest.mark.slow
def test_published_melodies_come_back_in_any_key_and_octave(published):
    for path in sorted(published.glob("e*/*.mid"))[::30]:
        tune = read_music(path)
        here = reemote(tune, emotion="happy", amount=0)
        for semitones in range(-12, 13, 5):
            there = reemote(transposed(tune, semitones), emotion="happy", amount=0)
            assert as_lists(there.music) == as_lists(transposed(here.music, semitones))


@pytest.mark.slow
def test_nothing_loads_a_deep_learning_framework():
    code = (
        "import sys; from tests.composition.tunes import TWINKLE, score_of; from skemovae import locate, reemote; "
        "locate(reemote(score_of(TWINKLE), emotion='sad').music); "
        "print(sorted({'tensorflow', 'keras', 'torch'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert out.strip() == "[]"
