"""How well pieces follow their curve."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skemovae.metrics import curve_correlation, melody_metrics

BAR = [129] * 15
ASKED = [(-1, -1), (0, 0), (1, 1)]


def piece(*segments):
    return [token for segment in segments for token in segment]


def test_known_correlations():
    one, two, three = ([60, *[129] * 3] * n + [128] * (16 - 4 * n) for n in (1, 2, 3))
    result = curve_correlation([piece(one, two, three), piece(three, two, one), piece(one, three, two)], ASKED, bars=1)
    assert result.notes.tolist() == [[1, 2, 3], [3, 2, 1], [1, 3, 2]]
    assert result.arousal == pytest.approx(0.5)  # 1, -1, 0.5
    assert result.arousal_of_mean == pytest.approx(np.corrcoef([-1, 0, 1], [5 / 3, 7 / 3, 2])[0, 1])
    assert result.valence == 0  # all notes are C, so nothing changes
    assert result.valence_of_mean == 0


def test_the_balance_is_the_difference_of_muspys_rates():
    minor, neither, major = [60, 63, 68, 70], [60, 62, 65, 67], [64, 69, 71, 60]
    rows = [np.repeat(row, 4) for row in (minor, neither, major)]
    result = curve_correlation([np.concatenate(rows)], ASKED, bars=1)
    rates = melody_metrics(rows)
    assert result.balance[0] == pytest.approx(rates["c_major_rate"] - rates["c_minor_rate"])
    assert result.valence == pytest.approx(1)


def test_what_was_not_asked_to_move_is_not_known():
    result = curve_correlation([[60, 62, *[129] * 14, 60, *BAR]], [(1, 1), (1, -1)], bars=1)
    assert result.arousal == pytest.approx(1)
    assert np.isnan(result.valence)
    assert np.isnan(result.valence_of_mean)


def test_a_piece_may_end_in_silence():
    assert curve_correlation([[60, 64, *[128] * 30]], [(1, 1), (-1, -1)], bars=1).arousal == pytest.approx(1)


@given(st.lists(st.integers(0, 3), min_size=3, max_size=3), st.floats(0.1, 5), st.floats(-3, 3))
def test_only_the_shape_of_the_curve_counts(counts, scale, offset):
    X = [piece(*([60, 64, 63][:n] + [128] * (16 - n) for n in counts))]
    plain = curve_correlation(X, ASKED, bars=1)
    moved = curve_correlation(X, scale * np.array(ASKED) + offset, bars=1)
    assert moved.arousal == pytest.approx(plain.arousal, abs=1e-6)
    assert moved.valence == pytest.approx(plain.valence, abs=1e-6)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ([(1, 1)], r"asked of shape \(1, 2\): expected \(n_segments, 2\) numbers"),
        ([1, 2, 3], r"asked of shape \(3,\): expected"),
        ("sad", r"asked of shape \(0,\): expected"),
        ([(1, np.nan), (1, 1)], r"asked of shape \(2, 2\): expected"),
        (
            [(1, 1), (0, 0)],
            "a piece with a note in segment 3 of 1 bars: expected notes only in the 2 segments of asked",
        ),
    ],
)
def test_wrong_curves(asked, message):
    with pytest.raises(ValueError, match=message):
        curve_correlation([piece([60, *BAR], [62, *BAR], [64, *BAR])], asked, bars=1)


def test_wrong_lengths_of_a_segment():
    with pytest.raises(ValueError, match="bars=0: expected a positive integer"):
        curve_correlation([[60] * 16], ASKED, bars=0)
