import numpy as np
import pytest
import sklearn
from hypothesis import given, settings

from skemovae import diversity
from tests.metrics.conftest import token_rows


def test_known_diversity():
    training = np.array([[60, 129, 62, 129, 64, 129], [72, 129, 71, 129, 69, 129]])
    X = np.array(
        [
            [60, 129, 62, 129, 64, 129],  # a copy
            [60, 129, 62, 129, 64, 129],
            [60, 129, 62, 129, 65, 129],  # one step from the first
            [50, 50, 50, 50, 50, 129],  # five steps from both
        ]
    )
    result = diversity(X, training)
    assert result.distinct == 3 / 4
    assert result.copies == 2 / 4
    assert result.near_copies == 3 / 4
    assert result.nearest.tolist() == [0, 0, 1, 5]


def test_published_melodies(musgenvae_tokens):
    result = diversity(musgenvae_tokens, musgenvae_tokens)
    assert result.distinct == 293 / 344
    assert result.copies == 1


def test_chunks_do_not_change_the_result():
    generator = np.random.default_rng(0)
    X, training = generator.integers(60, 64, size=(300, 16)), generator.integers(60, 64, size=(500, 16))
    expected = (X[:, None] != training).sum(axis=2).min(axis=1)
    with sklearn.config_context(working_memory=0.01):
        assert diversity(X, training).nearest.tolist() == expected.tolist()


@settings(max_examples=30, deadline=None)
@given(token_rows(), token_rows())
def test_order_does_not_matter_and_training_melodies_are_copies(X, training):
    result, reverse = diversity(X, training), diversity(X[::-1], training[::-1])
    assert result.nearest.tolist() == reverse.nearest[::-1].tolist()
    rows, known = [tuple(row) for row in X], {tuple(row) for row in training}
    assert result.distinct == len(set(rows)) / len(rows)
    assert result.copies == np.mean([row in known for row in rows])
    assert result.copies <= result.near_copies
    assert diversity(training, training).copies == 1


def test_wrong_input():
    with pytest.raises(ValueError, match="X_train has 3 steps and X has 2: expected the same number"):
        diversity([[60, 129]], [[60, 129, 129]])
