import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skemovae import class_separation, quadrant_accuracy

CORNERS = np.array([[1.0, 1], [-1, 1], [-1, -1], [1, -1]])
EMOTIONS = ["happy", "angry", "sad", "relaxed"]


def test_known_separation():
    result = class_separation(CORNERS * [1, 3], np.full((4, 2), 0.5), EMOTIONS)
    assert result == {"valence": 2, "arousal": 6, "smallest": 2}


def test_a_collapse_that_quadrant_accuracy_does_not_see():
    Z = CORNERS * [0.14, 1.0]
    assert quadrant_accuracy(Z, EMOTIONS).mean == 1
    result = class_separation(Z, np.tile([0.99, 0.4], (4, 1)), EMOTIONS)
    assert result.valence == result.smallest == pytest.approx(0.14 / 0.99)
    assert result.arousal == pytest.approx(2.5)


def test_a_side_that_is_wrong_and_further_dimensions():
    Z, std = np.column_stack([CORNERS, [9, 8, 7, 6]]), np.column_stack([np.full((4, 2), 1.0), [1e-3] * 4])
    assert class_separation(Z, std, EMOTIONS) == {"valence": 1, "arousal": 1, "smallest": 1}
    assert class_separation(np.zeros((4, 2)), np.ones((4, 2)), EMOTIONS).smallest == 0


def test_an_emotion_of_many_rows_counts_as_one_of_few():
    Z = np.vstack([CORNERS, [[5.0, 1]] * 9])
    y = [*EMOTIONS, *["happy"] * 9]
    expected = ((1 + 9 * 5) / 10 + 1) / 2 - -1
    assert class_separation(Z, np.ones_like(Z), y).valence == pytest.approx(expected / 2)


def test_an_axis_with_one_sign_says_nothing():
    result = class_separation([[1.0, 1], [-1, 1]], [[0.5, 0.5]] * 2, ["happy", "angry"])
    assert result.valence == result.smallest == 2
    assert np.isnan(result.arousal)
    with np.errstate(all="raise"):
        assert np.isnan(class_separation([[1.0, 1]], [[0.5, 0.5]], ["happy"]).smallest)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.1, 10), st.floats(-5, 5), st.permutations(range(12)))
def test_neither_unit_nor_origin_nor_order_matters(unit, origin, order):
    generator = np.random.default_rng(0)
    Z, std = generator.normal(np.tile(CORNERS, (3, 1))), generator.uniform(0.1, 1, size=(12, 2))
    y = np.array(EMOTIONS * 3)
    other = class_separation((unit * Z + origin)[order], unit * std[order], y[order])
    assert other == pytest.approx(class_separation(Z, std, y))


@pytest.mark.parametrize(
    ("Z", "std", "y", "message"),
    [
        ([[1, 1]], [[1, 1], [1, 1]], ["sad"], r"Z of shape \(1, 2\) and Z_std of shape \(2, 2\)"),
        (
            [[1, 1]],
            [[1, 0]],
            ["sad"],
            "whose smallest number is 0: expected the same shape and standard deviations above 0",
        ),
        ([[1]], [[1]], ["sad"], "minimum of 2 is required"),
        ([[1, np.nan]], [[1, 1]], ["sad"], "Input Z contains NaN"),
        ([[1, 1]], [[1, 1]], ["sad", "sad"], "1 points and 2 labels"),
        ([[1, 1]], [[1, 1]], ["merry"], "unknown emotion 'merry'"),
    ],
)
def test_wrong_input(Z, std, y, message):
    with pytest.raises(ValueError, match=message):
        class_separation(Z, std, y)
