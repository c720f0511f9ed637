"""Unusual sizes and numbers, threads, and forked processes."""

import multiprocessing
import subprocess
import sys
import threading

import numpy as np
import pytest

from skemovae import EmotionRegularizedVAE, quadrant_accuracy

NAMES = np.array(["happy", "angry", "sad", "relaxed"])
SETTINGS = {"units": 3, "max_iter": 1, "random_state": 0}


def make_rows(n_rows, n_steps=6, n_symbols=5):
    return np.random.default_rng(0).integers(n_symbols, size=(n_rows, n_steps)), NAMES[np.arange(n_rows) % 4]


def assert_works(model, X, y, n_samples=3):
    """Fit, and use every method."""
    model.fit(X, y)
    points = model.transform(X)
    assert points.shape == (len(X), model.n_components)
    assert np.isfinite(points).all()
    assert model.inverse_transform(points[:2]).shape == X[:2].shape
    assert np.isin(model.predict(X), model.classes_).all()
    assert model.score(X, y) == pytest.approx(quadrant_accuracy(points, y).mean)
    tokens, emotions = model.sample(n_samples, temperature=0.5, random_state=0)
    assert tokens.shape == (n_samples, X.shape[1])
    assert np.isin(tokens, model.vocabulary_).all()
    assert np.isin(emotions, y).all()  # only what the training data held
    assert np.isfinite(model.history_["loss"]).all()


@pytest.mark.parametrize("n_rows", [1, 2, 17, 10_000])
def test_few_and_many_rows(n_rows):
    assert_works(EmotionRegularizedVAE(batch_size=16 if n_rows < 100 else 500, **SETTINGS), *make_rows(n_rows))


@pytest.mark.parametrize("n_steps", [1, 512])
def test_short_and_long_rows(n_steps):
    assert_works(EmotionRegularizedVAE(**SETTINGS), *make_rows(8, n_steps))


@pytest.mark.parametrize("condition", ["decoder", "both", None])
def test_constant_rows(condition):
    X, y = make_rows(8)
    assert_works(EmotionRegularizedVAE(condition=condition, **SETTINGS), np.full_like(X, 60), y)


@pytest.mark.parametrize("condition", ["decoder", "both", None])
def test_one_class(condition):
    X, _ = make_rows(8)
    assert_works(EmotionRegularizedVAE(condition=condition, **SETTINGS), X, np.full(8, "sad"))


@pytest.mark.parametrize("weights", [{"valence_weight": 1e6, "arousal_weight": 1e6}, {"kl_weight": 1e6}])
@pytest.mark.parametrize("regularizer", ["cosine", "pairwise", "latent_gradient"])
def test_extreme_weights(weights, regularizer):
    model = EmotionRegularizedVAE(regularizer=regularizer, **weights, **SETTINGS | {"max_iter": 5})
    assert_works(model, *make_rows(20))


def test_symbols_that_are_no_tokens():
    X, y = make_rows(12)
    for table in ([-2.5, 0.0, 1e-3, 7.0, 1e9], [-(2**31), -1, 0, 1, 2**31 - 1]):
        assert_works(EmotionRegularizedVAE(**SETTINGS), np.array(table)[X], y)


def test_threads_share_a_fitted_model():
    X, y = make_rows(300)
    model = EmotionRegularizedVAE(**SETTINGS).fit(X, y)
    expected = [model.sample(200, temperature=1.0, random_state=seed)[0] for seed in range(6)]
    points = model.transform(X)
    found = [None] * 6

    def use(seed):
        found[seed] = model.sample(200, temperature=1.0, random_state=seed)[0], model.transform(X)

    threads = [threading.Thread(target=use, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    for (tokens, latent), wanted in zip(found, expected, strict=True):
        assert np.array_equal(tokens, wanted)
        assert np.array_equal(latent, points)


def test_threads_fit_at_once():
    X, y = make_rows(40)
    expected = EmotionRegularizedVAE(**SETTINGS).fit(X, y).transform(X)
    models = [EmotionRegularizedVAE(**SETTINGS) for _ in range(3)]
    threads = [threading.Thread(target=model.fit, args=(X, y)) for model in models]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    for model in models:
        assert np.array_equal(model.transform(X), expected)


def tell_what_happens(model, X, queue):
    try:
        queue.put(model.transform(X))
    except RuntimeError as error:
        queue.put(str(error))


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_is_refused():
    X, y = make_rows(8)
    model = EmotionRegularizedVAE(**SETTINGS).fit(X, y)
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=tell_what_happens, args=(model, X, queue))
    child.start()
    message = queue.get(timeout=60)
    child.join(timeout=60)
    assert "this process was forked from one in which" in message
    assert 'multiprocessing.get_context("spawn")' in message


def test_a_spawned_child_gives_the_same():
    X, y = make_rows(8)
    model = EmotionRegularizedVAE(**SETTINGS).fit(X, y)
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    child = context.Process(target=tell_what_happens, args=(model, X, queue))
    child.start()
    points = queue.get(timeout=120)
    child.join(timeout=60)
    assert np.allclose(points, model.transform(X), atol=1e-6)


FIT = """
import hashlib
import numpy as np
from skemovae import EmotionRegularizedVAE, quadrant_accuracy
X = np.random.default_rng(0).integers(5, size=(20, 6))
y = np.tile(["happy", "angry", "sad", "relaxed"], 5)
vae = EmotionRegularizedVAE(architecture=GRUArchitecture(units=3), max_iter=3, random_state=0).fit(X, y)
digest = hashlib.sha256(b"".join(weight.tobytes() for weight in vae.weights_))
digest.update(vae.sample(50, temperature=1.0, random_state=1)[0].tobytes())
print(digest.hexdigest())
"""


def test_the_same_seed_in_two_fresh_processes():
    runs = [subprocess.run([sys.executable, "-c", FIT], capture_output=True, check=True).stdout for _ in range(2)]
    assert runs[0] == runs[1] != b""
