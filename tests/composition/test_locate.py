"""locate: where a tune lies on the plane, window by window."""

import numpy as np
import pytest

from skemovae import PitchEncoder, generate, load_pretrained, locate

from .tunes import AULD, TWINKLE, score_of, transposed, with_upbeat


def test_a_tune_and_its_emotion():
    place = locate(score_of(TWINKLE))
    assert place.emotion.tolist() == place.rule.tolist() == ["happiness"] * 3
    assert (place.overall_emotion, place.key) == ("happiness", "G major")
    assert (place.bar.tolist(), place.start.tolist(), place.stop.tolist()) == ([1, 5, 9], [0, 16, 32], [16, 32, 48])
    assert place.represented.all()
    assert place.reason == ["", "", ""]
    np.testing.assert_allclose(place.mean_point, place.points.mean(axis=0))


def test_points_are_those_of_the_rows():
    (melody,) = generate(1, emotion="sad", random_state=0)
    expected = load_pretrained("editor").transform(PitchEncoder().fit_transform([melody]))
    np.testing.assert_allclose(locate(melody).points, expected, atol=1e-4)


@pytest.mark.parametrize("semitones", [-17, -5, 1, 12])
def test_a_transposed_tune_lies_in_the_same_place(semitones):
    tune = with_upbeat(score_of(AULD))
    np.testing.assert_array_equal(locate(transposed(tune, semitones)).points, locate(tune).points)


def test_the_mean_weighs_windows_by_their_length():
    place = locate(with_upbeat(score_of(AULD)))
    assert (place.stop - place.start).tolist() == [1, 16, 16]
    np.testing.assert_allclose(place.mean_point, np.average(place.points, axis=0, weights=[1, 16, 16]))


def test_a_tune_that_the_model_cannot_hold():
    place = locate(score_of(TWINKLE, meter=(3, 4)))
    assert not place.represented.any()
    assert set(place.reason) == {"3/4 time"}
    assert np.isnan(place.mean_point).all()
    assert place.overall_emotion is None
    assert place.emotion.tolist() == [None] * 4


def test_another_model_by_name():
    assert locate(score_of(TWINKLE), model="generator").points.shape == (3, 2)
