import numpy as np
import pytest
from hypothesis import given, settings

from skemovae import reconstruction_quality
from tests.metrics.conftest import token_rows


def test_known_qualities():
    X = [[60, 129, 62, 129], [64, 129, 129, 128]]
    result = reconstruction_quality(
        X, [[60, 129, 63, 129], [64, 129, 129, 128]], [[60, 129, 65, 129], [60, 128, 65, 129]]
    )
    assert result.token_accuracy == 7 / 8
    assert result.hold_baseline == 4 / 8
    assert result.position_baseline == 2 / 8  # 60 128 65 129; at the second step, the lower of 128 and 129
    assert result.onset_accuracy == 2 / 3
    assert result.exact_rows == 1 / 2


def test_baselines_of_the_published_melodies(musgenvae_tokens):
    result = reconstruction_quality(musgenvae_tokens, np.full_like(musgenvae_tokens, 129), musgenvae_tokens)
    assert result.token_accuracy == result.hold_baseline == pytest.approx(0.809, abs=0.0005)
    assert result.position_baseline > result.hold_baseline
    assert result.onset_accuracy == result.exact_rows == 0


@settings(max_examples=30, deadline=None)
@given(token_rows())
def test_perfect_reconstruction(X):
    result = reconstruction_quality(X, X, X)
    assert result.token_accuracy == result.exact_rows == 1
    assert result.onset_accuracy == 1 or not (X < 128).any()
    shuffled = np.random.default_rng(0).permutation(X, axis=1)
    worse = reconstruction_quality(X, shuffled)
    assert worse.token_accuracy == np.mean(shuffled == X)
    assert worse.exact_rows == np.mean([row.tolist() == other.tolist() for row, other in zip(X, shuffled, strict=True)])


def test_what_cannot_be_said_is_nan():
    result = reconstruction_quality([[129, 128]], [[129, 129]])
    assert np.isnan(result.onset_accuracy)
    assert np.isnan(result.position_baseline)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (([[60, 129]], [[60]]), r"X_reconstructed has 1 steps and X has 2: expected the same number; encode both"),
        (([[60, 129]], [[60, 129]] * 2), "2 reconstructions of 1 rows: expected one for each"),
        (([[60, 129]], [[60, 129]], [[60]]), "X_train has 1 steps and X has 2"),
        (([60, 129], [[60, 129]]), "Expected 2D array, got 1D array"),
        (([[60, np.nan]], [[60, 129]]), "Input X contains NaN"),
    ],
)
def test_wrong_input(arrays, message):
    with pytest.raises(ValueError, match=message):
        reconstruction_quality(*arrays)
