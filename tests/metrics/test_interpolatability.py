import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skemovae import interpolatability

GRID = np.arange(16.0)


@pytest.mark.parametrize(
    ("values", "smoothness", "monotonicity"),
    [
        (GRID, 1, 1),
        (-2 * GRID, 1, -1),
        (GRID**2, 13 / 14, 1),
        (-2 * GRID**2, 13 / 14, -1),
        (GRID**3, 1 - 36540 / 630**2, 1),
        (-2 * GRID**3, 1 - 146160 / 1260**2, -1),
        (np.full(16, 3.0), 1, np.nan),
        (np.abs(GRID - 5), 0, (10 - 5) / 15),  # one corner; falls five times and rises ten times
        (np.where(GRID > 7, 1.0, 0.0), 0, 1),  # one jump
    ],
    ids=["line", "falling", "square", "-square", "cube", "-cube", "constant", "corner", "jump"],
)
def test_known_values_of_latte(values, smoothness, monotonicity):
    result = interpolatability(GRID, [values])
    assert result.smoothness == pytest.approx(smoothness)
    assert result.monotonicity == pytest.approx(monotonicity, nan_ok=True)
    assert result.rising == (monotonicity == 1)


def test_small_differences_are_noise():
    values = [[0, 0.4, 0.39, 1], [0, 0.4, 0.2, 1]]
    assert interpolatability(range(4), values).rising == 0
    result = interpolatability(range(4), values, threshold=0.015)
    assert result.monotonicity.tolist() == pytest.approx([1, 1 / 3])
    assert result.rising == 0.5
    # of half the step, the same difference is a slope of twice that size
    assert interpolatability(np.arange(4) / 2, values, threshold=0.015).rising == 0


@settings(max_examples=50, deadline=None)
@given(arrays(float, (3, 6), elements=st.integers(-50, 50)), st.sampled_from([0.25, 0.5, 2.0, 4.0]))
def test_units_do_not_matter_and_a_path_back_is_the_opposite(values, unit):
    there = interpolatability(range(6), values)
    back = interpolatability(range(6), values[:, ::-1])
    assert back.monotonicity == pytest.approx(-there.monotonicity, nan_ok=True)
    assert back.smoothness == pytest.approx(there.smoothness)
    scaled = interpolatability(unit * np.arange(6) - 3, 10 * values, threshold=1e-6)
    assert scaled.monotonicity == pytest.approx(there.monotonicity, nan_ok=True)
    assert scaled.smoothness == pytest.approx(there.smoothness)


@pytest.mark.parametrize(
    ("positions", "values", "message"),
    [
        ([0, 1, 3], [[1, 2, 3]], r"positions=\[0.0, 1.0, 3.0\] for values of shape \(1, 3\): expected one for each"),
        ([2, 1, 0], [[1, 2, 3]], "ascending in equal steps"),
        ([0, 1], [[1, 2, 3]], "ascending in equal steps"),
        ([0, 1], [[1, 2]], "a minimum of 3 is required"),
        ([0, 1, 2], [1, 2, 3], "Expected 2D array, got 1D array"),
        ([0, 1, 2], [[1, np.nan, 3]], "Input values contains NaN"),
    ],
)
def test_wrong_input(positions, values, message):
    with pytest.raises(ValueError, match=message):
        interpolatability(positions, values)


def test_wrong_threshold():
    with pytest.raises(ValueError, match="threshold=-1: expected 0 or a positive number"):
        interpolatability([0, 1, 2], [[1, 2, 3]], threshold=-1)
