"""The emotion of a piece over time: how it can be given, and its value at a bar."""

from copy import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skemovae import load_pretrained
from skemovae.composition._curve import Curve, read_curve, words_of


@pytest.fixture(scope="module")
def generator():
    return load_pretrained("generator")


def test_one_emotion_stays_at_the_mean_of_its_class(generator):
    points = read_curve("sad", generator).at([0, 100])
    assert np.array_equal(points, generator.latent_mean_[[2, 2], :2])


def test_keyframes_are_joined_by_lines_and_nothing_changes_beyond(generator):
    curve = read_curve({16: (1, 0.5), 8: (-1, 0), 0: (-1, -1)}, generator)  # in any order
    expected = [[-1, -1], [-1, -0.5], [-1, 0], [0, 0.25], [1, 0.5], [1, 0.5]]
    assert curve.at([0, 4, 8, 12, 16, 99]).tolist() == expected


def test_emotions_and_points_may_stand_side_by_side(generator):
    (middle,) = read_curve({0: "Q3", 4: (1.0, 1.0)}, generator).at([2])
    assert middle == pytest.approx((generator.latent_mean_[2] + 1) / 2)


@given(
    st.lists(st.tuples(st.floats(-2, 2), st.floats(-2, 2)), min_size=1, max_size=5),
    st.lists(st.floats(0, 50), min_size=1, max_size=5),
)
def test_a_curve_stays_between_its_keyframes(points, bars):
    curve = Curve(np.arange(len(points)) * 8.0, np.array(points))
    found = curve.at(bars)
    assert (found >= np.min(points, axis=0) - 1e-9).all()
    assert (found <= np.max(points, axis=0) + 1e-9).all()


@pytest.mark.parametrize(
    ("curve", "words"),
    [
        ("Q3", "sad"),
        ((0.5, -1), "relaxed"),
        ({32: "happy", 0: "sadness"}, "sad to happy"),
        ({0: "sad", 8: (-1, -0.5), 16: 2, 24: "sad"}, "sad to angry to sad"),
    ],
)
def test_a_curve_in_words(curve, words):
    assert words_of(curve) == words


@pytest.mark.parametrize(
    ("curve", "message"),
    [
        ("joyful", "unknown emotion 'joyful'"),
        ({0: "joyful"}, "unknown emotion 'joyful'"),
        ({}, r"curve=\{\}: expected an emotion such as"),
        ((1, 2, 3), r"curve=\(1, 2, 3\): expected an emotion such as"),
        ({0: None}, "curve=None: expected an emotion such as"),
        ({"0": "sad"}, "bars are numbers of 0 or more"),
        ({-1: "sad"}, "bars are numbers of 0 or more"),
        ({float("nan"): "sad"}, "bars are numbers of 0 or more"),
        ([(0, "sad"), (8, "happy"), (9, "sad")], "expected an emotion such as"),
    ],
)
def test_what_is_no_curve_is_named(generator, curve, message):
    with pytest.raises(ValueError, match=message):
        read_curve(curve, generator)


def test_an_emotion_that_was_not_trained_is_named(generator):
    model = copy(generator)
    model.class_count_ = np.array([5, 5, 0, 5])
    with pytest.raises(ValueError, match="emotion 'sadness': the training data had no rows of it"):
        read_curve("sad", model)
