import numpy as np
import pytest
from hypothesis import assume, given, settings

from skemovae import muspy_distance
from tests.metrics.conftest import labeled_rows

RANGE = ["pitch_range"]


def of_ranges(*ranges):
    """Return rows of two notes that span the given numbers of semitones."""
    return [[60, 129, 60 + r, 129] for r in ranges]


def test_known_distances():
    # happy 2, 4, 6 (mean 4), sad 5, 7 (mean 6): spread within emotions sqrt((4 + 0 + 4 + 1 + 1) / 5) = sqrt 2
    reference = of_ranges(2, 4, 6, 5, 7), ["happy"] * 3 + ["sad"] * 2
    result = muspy_distance(of_ranges(7, 7, 6), ["happy", "happy", "sad"], *reference, metrics=RANGE)
    assert result.metrics == RANGE
    assert result.distance[0] == pytest.approx([3 / 2**0.5, np.nan, 0, np.nan], nan_ok=True)
    assert result.wasserstein[0] == pytest.approx([3 / 2**0.5, np.nan, 1 / 2**0.5, np.nan], nan_ok=True)
    assert result.mean == pytest.approx(1.5 / 2**0.5)
    assert result.wasserstein_mean == pytest.approx(2 / 2**0.5)


def test_a_constant_reference_is_measured_in_the_metrics_own_unit():
    result = muspy_distance(
        of_ranges(5, 9), ["sad", "happy"], of_ranges(3, 3, 9), ["sad", "sad", "happy"], metrics=RANGE
    )
    assert result.distance[0, [0, 2]].tolist() == [0.0, 2.0]


def test_an_emotion_constant_in_the_reference_has_the_unit_of_the_others():
    reference = of_ranges(3, 3, 4, 8), ["sad", "sad", "happy", "happy"]
    assert muspy_distance(of_ranges(5), ["sad"], *reference, metrics=RANGE).mean == pytest.approx(2 / 2**0.5)


def test_silence_is_never_near():
    reference = of_ranges(3, 5, 4), ["sad", "sad", "happy"]
    silent = [[128] * 4]
    partly = muspy_distance(silent + of_ranges(4), ["sad", "sad"], *reference, metrics=RANGE)
    assert partly.mean == 0
    entirely = muspy_distance(silent + of_ranges(4), ["sad", "happy"], *reference, metrics=RANGE)
    assert np.isnan(entirely.mean)
    assert np.isnan(entirely.wasserstein_mean)


def test_no_emotion_on_both_sides():
    with pytest.raises(ValueError, match="no emotion has melodies with notes on both sides"):
        muspy_distance(of_ranges(3), ["sad"], of_ranges(3), ["happy"])


def test_labels_and_melodies_swapped():
    with pytest.raises(ValueError, match="1 melodies and 2 labels"):
        muspy_distance(of_ranges(3), ["sad", "sad"], of_ranges(3), ["happy"])


@settings(max_examples=30, deadline=None)
@given(labeled_rows(min_rows=2))
def test_nothing_is_far_from_itself_and_distributions_not_nearer_than_means(data):
    X, y = data
    assume((X < 128).any())
    zero = muspy_distance(X, y, X[::-1], y[::-1])
    assert np.nanmax(zero.distance) == pytest.approx(0, abs=1e-9)
    assert np.nanmax(zero.wasserstein) == pytest.approx(0, abs=1e-9)
    other = muspy_distance(X, y, np.where(X < 128, 60 + X % 5, X), y)
    compared = ~np.isnan(other.distance)
    assert (other.wasserstein[compared] >= other.distance[compared] - 1e-9).all()


def test_real_melodies_held_out_by_tune_are_near(musgenvae, musgenvae_tokens):
    fold = np.isin(musgenvae.groups, np.unique(musgenvae.groups)[::5])
    y = musgenvae.target
    near = muspy_distance(musgenvae_tokens[~fold], y[~fold], musgenvae_tokens[fold], y[fold])
    swapped = muspy_distance(musgenvae_tokens[~fold], np.roll(y[~fold], 140), musgenvae_tokens[fold], y[fold])
    assert near.mean < 0.4 < 0.8 < swapped.mean
