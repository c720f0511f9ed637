import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skemovae import plane_interpretability, prior_mismatch
from skemovae.emotion import valence_arousal

SCORES = ("interpretability", "mig", "sap", "modularity", "spearman")
LABELS = np.array(["Q1", "Q2", "Q3", "Q4"] * 50)


def scores(Z, y):
    return [plane_interpretability(Z, y)[name] for name in SCORES]


def test_points_that_are_the_signs_are_perfect():
    result = plane_interpretability(valence_arousal(LABELS), LABELS)
    assert [result[name] for name in SCORES] == pytest.approx([1] * 5)
    assert result.dimensions.tolist() == [0, 1]


def test_ceiling_of_the_rank_correlation_with_two_classes():
    # strictly ordered points reach sqrt(3)/2, up to n / sqrt(n^2 - 1) for n rows, and no points reach more
    signs = valence_arousal(LABELS)
    Z = signs * np.linspace(1, 2, len(signs))[:, None]
    result = plane_interpretability(Z, LABELS)
    assert result.spearman == pytest.approx(np.sqrt(3) / 2, abs=1e-4)
    assert result.spearman == pytest.approx(result.spearman_ceiling)
    unequal = plane_interpretability(Z[:170], ["Q1", "Q3"] * 5 + ["Q1"] * 160)
    assert unequal.spearman_ceiling == pytest.approx(np.sqrt(3 * (5 / 170) * (165 / 170)), abs=1e-4)


def test_swapped_dimensions_are_found():
    Z = valence_arousal(LABELS)[:, ::-1]
    assert plane_interpretability(Z, LABELS).dimensions.tolist() == [1, 0]


def test_a_dimension_that_tells_both_attributes_has_no_modularity():
    # for happy and sad melodies alone, valence and arousal are the same attribute, so nothing distinguishes them
    y = ["happy", "sad"] * 20
    result = plane_interpretability(valence_arousal(y), y)
    assert (result.mig, result.sap, result.modularity) == (0, 0, 0)
    assert result.interpretability == pytest.approx(1)


def test_known_information_gap():
    # dimension 0 is the valence, dimension 1 agrees with it in 3 of 4 rows: I = ln 2 - H(1/4) nats
    valence = np.tile([1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0], 10)
    other = valence * np.tile([1, 1, 1, -1], 20)
    information = np.log(2) + (0.25 * np.log(0.25) + 0.75 * np.log(0.75))
    result = plane_interpretability(np.column_stack([valence, other]), valence[:, None])
    assert result.mig == pytest.approx(1 - information / np.log(2))
    assert result.sap == pytest.approx(1 - 0.5**2)  # their correlation is 3/4 - 1/4


def test_a_constant_dimension_tells_nothing():
    Z = np.column_stack([valence_arousal(LABELS), np.zeros(len(LABELS))])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = plane_interpretability(Z, LABELS)
    assert result.mig == pytest.approx(1)
    assert result.modularity == pytest.approx(2 / 3)


def test_noise_that_is_not_significant_counts_as_no_rank_correlation():
    generator = np.random.default_rng(0)
    assert plane_interpretability(generator.normal(size=(200, 2)), LABELS).spearman == 0


def test_continuous_attributes():
    generator = np.random.default_rng(0)
    attributes = generator.uniform(-1, 1, size=(300, 2))
    perfect = plane_interpretability(3 * attributes + 1, attributes)
    assert [perfect[name] for name in ("interpretability", "spearman", "spearman_ceiling")] == pytest.approx([1] * 3)
    assert perfect.mig > 0.95
    noisy = plane_interpretability(attributes + generator.normal(size=(300, 2)), attributes)
    assert noisy.interpretability == pytest.approx(1 / 4, abs=0.08)  # var(a) / (var(a) + var(noise)) = (1/3) / (4/3)
    assert noisy.mig < perfect.mig
    assert scores(attributes, attributes) == scores(attributes, attributes)  # with a fixed seed


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 10), st.floats(-5, 5))
def test_ranges_and_invariances(seed, scale, shift):
    generator = np.random.default_rng(seed)
    Z, order = generator.normal(size=(60, 3)), generator.permutation(60)
    y = LABELS[:60]
    expected = scores(Z, y)
    assert all(0 <= value <= 1 for value in expected)
    assert scores(Z[order], y[order]) == pytest.approx(expected)
    assert scores(Z[:, ::-1], y) == pytest.approx(expected)
    moved = plane_interpretability(-scale * Z + shift, y)
    assert moved.sap == pytest.approx(expected[SCORES.index("sap")])
    assert moved.spearman == pytest.approx(expected[SCORES.index("spearman")])


@pytest.mark.parametrize(
    ("Z", "y", "message"),
    [
        (np.ones((3, 2)), ["happy"] * 3, "Found array with 3 sample"),
        (np.ones((6, 2)), ["happy", "sad"] * 2, r"points of shape \(6, 2\) and attributes of shape \(4, 2\)"),
        (np.ones((6, 1)), ["happy", "sad"] * 3, "points of two dimensions or more"),
        (np.ones((6, 2)), ["happy", "angry"] * 3, "attribute 1 is 1 in every row: expected at least two different"),
        (np.ones((6, 2)), ["happy", "cheerful"] * 3, "unknown emotion 'cheerful'"),
        (np.full((6, 2), np.nan), ["happy", "sad"] * 3, "Input Z contains NaN"),
    ],
)
def test_wrong_input(Z, y, message):
    with pytest.raises(ValueError, match=message):
        plane_interpretability(Z, y)


def test_known_divergence_from_the_prior():
    # four corners (m +- s) have mean m and covariance s^2 I: KL = sum (s^2 + m^2 - 1 - ln s^2) / 2
    corners = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]] * 2)
    assert prior_mismatch(corners).kl == pytest.approx(0)
    assert prior_mismatch(2 * corners + [3, 0]).kl == pytest.approx((2 * (4 - 1 - np.log(4)) + 9) / 2)
    assert prior_mismatch(corners * [1, 0]).kl == np.inf


def test_correlated_dimensions_diverge():
    Z = np.random.default_rng(0).multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], size=20_000)
    assert prior_mismatch(Z).kl == pytest.approx(-np.log(1 - 0.8**2) / 2, abs=0.03)


def test_wasserstein_sees_the_gap_that_the_moments_hide():
    generator = np.random.default_rng(0)
    normal = generator.normal(size=(5000, 2))
    heaps = np.column_stack([np.sign(normal[:, 0]), normal[:, 1]])  # mean 0 and variance 1 in both
    result = prior_mismatch(heaps)
    assert result.kl < 0.01
    # E ||z| - 1| of a standard normal z is 4 Phi(1) + 4 phi(1) - 2 phi(0) - 3
    assert result.wasserstein == pytest.approx([0.535, 0], abs=0.05)
    assert prior_mismatch(normal + np.array([2, -1])).wasserstein == pytest.approx([2, 1], abs=0.05)


def test_wrong_points_for_the_prior():
    with pytest.raises(ValueError, match="minimum of 5 is required"):
        prior_mismatch([[0, 1]])
