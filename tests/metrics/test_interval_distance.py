import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skemovae import interval_distance
from tests.metrics.conftest import token_rows


@pytest.mark.parametrize(
    ("X", "reference", "distance"),
    [
        ([[60, 62, 64]], [[72, 129, 74, 76]], 0),
        ([[60, 62, 64]], [[60, 58, 56]], 1),  # falling is not the same as rising
        ([[60, 62, 64]], [[60, 62, 60]], 1 / 2),
        ([[60, 80]], [[40, 100]], 0),  # both are more than an octave
        (
            [[60, 62, 129, 129], [60, 60, 60, 60]],
            [[60, 60, 129, 129]],
            1 / 2,
        ),  # a melody with one interval has the same weight
        ([[60, 62], [60, 129], [128, 128]], [[60, 62]], 0),  # melodies without intervals do not count
    ],
)
def test_known_distances(X, reference, distance):
    assert interval_distance(X, reference) == pytest.approx(distance)
    assert interval_distance(reference, X) == pytest.approx(distance)


def test_without_intervals_there_is_no_distance():
    assert np.isnan(interval_distance([[60, 129], [128, 128]], [[60, 62]]))


@settings(max_examples=30, deadline=None)
@given(token_rows(), token_rows(), st.integers(-12, 12))
def test_neither_key_nor_order_matters(X, reference, semitones):
    distance = interval_distance(X, reference)
    moved = np.where(X < 128, X + semitones, X)[::-1]
    assert interval_distance(moved, reference) == pytest.approx(distance, nan_ok=True)
    assert interval_distance(X, X) in (0, pytest.approx(np.nan, nan_ok=True))
