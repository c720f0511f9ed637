"""Unusual sizes and numbers."""

from contextlib import nullcontext

import numpy as np
import pytest

from skemovae import EmotionRegularizedVAE, quadrant_accuracy

from .settings import SMALL, TINY

NAMES = np.array(["happy", "angry", "sad", "relaxed"])


def make_rows(n_rows, n_steps=6, n_symbols=5):
    return np.random.default_rng(0).integers(n_symbols, size=(n_rows, n_steps)), NAMES[np.arange(n_rows) % 4]


def assert_works(model, X, y, n_samples=3):
    """Fit the model, and call every method."""
    with nullcontext() if set(y) == set(NAMES) else pytest.warns(UserWarning, match="y has no rows of"):
        model.fit(X, y)
    points = model.transform(X)
    assert points.shape == (len(X), model.n_components)
    assert np.isfinite(points).all()
    assert model.inverse_transform(points[:2]).shape == X[:2].shape
    assert np.isin(model.predict(X), model.classes_).all()
    assert model.score(X, y) == pytest.approx(quadrant_accuracy(points, y).mean, abs=1e-6)
    tokens, emotions = model.sample(n_samples, temperature=0.5, random_state=0)
    assert tokens.shape == (n_samples, X.shape[1])
    assert np.isin(tokens, model.vocabulary_).all()
    assert np.isin(emotions, y).all()  # only emotions of the training data
    assert np.isfinite(model.history_["loss"]).all()


@pytest.mark.parametrize("n_rows", [1, 2, 17, 10_000])
def test_few_and_many_rows(n_rows):
    assert_works(EmotionRegularizedVAE(batch_size=16 if n_rows < 100 else 500, **TINY), *make_rows(n_rows))


@pytest.mark.parametrize(
    ("n_steps", "architecture"),
    [(1, "gru"), (512, "gru"), (1, "dense"), (1, "convolutional"), (3, "convolutional")],
)
def test_short_and_long_rows(n_steps, architecture):
    model = EmotionRegularizedVAE(**TINY | {"architecture": SMALL[architecture]})
    assert_works(model, *make_rows(8, n_steps))


@pytest.mark.parametrize("condition", ["decoder", "both", None])
def test_constant_rows(condition):
    X, y = make_rows(8)
    assert_works(EmotionRegularizedVAE(condition=condition, **TINY), np.full_like(X, 60), y)


@pytest.mark.parametrize("condition", ["decoder", "both", None])
def test_one_class(condition):
    X, _ = make_rows(8)
    assert_works(EmotionRegularizedVAE(condition=condition, **TINY), X, np.full(8, "sad"))


@pytest.mark.parametrize("weights", [{"valence_weight": 1e6, "arousal_weight": 1e6}, {"kl_weight": 1e6}])
@pytest.mark.parametrize("regularizer", ["cosine", "pairwise", "latent_gradient"])
def test_extreme_weights(weights, regularizer):
    model = EmotionRegularizedVAE(regularizer=regularizer, **weights, **TINY | {"max_iter": 5})
    assert_works(model, *make_rows(20))


def test_symbols_that_are_no_tokens():
    X, y = make_rows(12)
    for table in ([-2.5, 0.0, 1e-3, 7.0, 1e9], [-(2**31), -1, 0, 1, 2**31 - 1]):
        assert_works(EmotionRegularizedVAE(**TINY), np.array(table)[X], y)
