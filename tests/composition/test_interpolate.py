"""interpolate: melodies between two tunes."""

import numpy as np
import pytest

from skemovae import interpolate, locate, reemote

from .tunes import AULD, TWINKLE, as_lists, score_of, with_upbeat

FIRST = score_of(TWINKLE)
SECOND = score_of([(degree - 1 if degree in (4, 9) else degree, length) for degree, length in AULD[1:]], 62, "minor")


def test_the_ends_are_the_two_tunes_in_the_key_of_the_first():
    melodies = interpolate(FIRST, SECOND, 4)
    assert [melody.metadata.title for melody in melodies] == ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]
    assert as_lists(melodies[0])[0] == [note for note in as_lists(FIRST)[0] if note[0] < 32]
    expected = as_lists(reemote(SECOND, emotion="angry", amount=0).music)[0]
    assert [(time, pitch % 12) for time, pitch, _ in as_lists(melodies[-1])[0]] == [
        (time, (pitch + 5) % 12) for time, pitch, _ in expected
    ]
    keys = [(key.root, key.mode) for melody in melodies for key in melody.key_signatures]
    assert keys == [(7, "major"), (7, "major"), (7, "minor"), (7, "minor")]
    assert {melody.tempos[0].qpm for melody in melodies} == {100}


def test_valence_goes_from_one_to_the_other():
    melodies = interpolate(FIRST, SECOND, 5)
    valence = [locate(melody).mean_point[0] for melody in melodies]
    assert valence[0] > 0.8
    assert valence[-1] < -0.8
    assert (np.diff(valence) < 0.1).all()


def test_one_melody_is_the_first_tune():
    (melody,) = interpolate(FIRST, FIRST, 1)
    assert as_lists(melody) == as_lists(FIRST)


def test_between_a_tune_and_itself_there_is_only_that_tune():
    assert all(as_lists(melody) == as_lists(FIRST) for melody in interpolate(FIRST, FIRST, 3))


def test_upbeats_are_left_out_and_the_shorter_tune_decides_the_length():
    melodies = interpolate(with_upbeat(score_of(AULD)), score_of(TWINKLE[:20]), 2)
    assert as_lists(melodies[0])[0][0] == (0, 67, 1.5)
    assert max(end.time + end.duration for end in melodies[1].tracks[0].notes) <= 32 * 4


def test_what_the_model_cannot_hold_is_said():
    waltz = score_of(TWINKLE, meter=(3, 4))
    with pytest.raises(ValueError, match="the model cannot represent second from its first whole bar on: 3/4"):
        interpolate(FIRST, waltz)
    with pytest.raises(ValueError, match="n=0: expected a positive integer"):
        interpolate(FIRST, SECOND, 0)
