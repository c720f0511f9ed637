"""Small networks and rows for the tests in this folder."""

import numpy as np
import tensorflow as tf

from skemovae.nn.architectures import GRUArchitecture, Run, Sizes
from skemovae.nn.epochs import Epochs
from skemovae.nn.inference import Predictor
from skemovae.nn.network import Network, NetworkSpec
from skemovae.nn.objective import Batch, Objective
from skemovae.nn.regularizers import REGULARIZERS
from skemovae.nn.rows import Rows
from skemovae.nn.training import TrainingHooks, TrainingSettings, train

POSITIONS = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)], "float32")
SYMBOL_ATTRIBUTES = np.array([(0.5, 0), (0, 1), (-0.25, 0.5), (0, 0), (1, -1)], "float32")
VALIDATION = Run(training=False, row_weight=None, update=lambda name, value: None, jit_compile=False, uniform=tf.ones)


def make_network(seed=0, regularizer="cosine", architecture=None, spec=(), **sizes):
    """Return a started network with fresh weights, which are always the same for the same seed and sizes."""
    return _prepared(Network(_spec(architecture, spec, sizes)), seed, regularizer)


lent, idle = [], []


def lend_network(seed=0, regularizer="cosine", architecture=None, spec=(), **sizes):
    """Do the same as :func:`make_network`, but reuse the graphs of a network from an earlier test, if there is one."""
    wanted = _spec(architecture, spec, sizes)
    place = next((i for i, network in enumerate(idle) if network.spec == wanted), None)
    lent.append(Network(wanted) if place is None else idle.pop(place))
    return _prepared(lent[-1], seed, regularizer)


def _spec(architecture, spec, sizes):
    usual = dict(n_steps=6, n_symbols=5, n_classes=4, n_components=2, condition="both")
    return NetworkSpec(architecture or GRUArchitecture(units=7), Sizes(**usual | sizes), *spec)


def _prepared(network, seed, regularizer):
    network.initialize_weights(seed)
    start(network, regularizer=REGULARIZERS.get(regularizer, regularizer))
    return network


def start(network, regularizer=REGULARIZERS["cosine"], emotion_prior_scale=None, **changes):
    settings = dict(kl_weight=0.25, valence_weight=2.0, arousal_weight=3.0)
    settings["symbol_attributes"] = np.resize(SYMBOL_ATTRIBUTES, (network.sizes.n_symbols, 2))
    network.start(objective=Objective(regularizer, emotion_prior_scale), **settings | changes)


def make_rows(n_rows=10):
    generator = np.random.default_rng(1)
    labels = (np.arange(n_rows) % 4).astype("int32")
    return Rows(generator.integers(0, 5, (n_rows, 6)).astype("int32"), labels, POSITIONS[labels])


def some_rows(rows, chosen):
    """Return the selected rows, without context and partners."""
    return Rows(*(array[chosen] for array in rows[:3]))


def make_epochs(network, rows, batch_size, generator=None):
    """Return epochs over the same rows: with a generator for training, without one for validation."""
    return Epochs(network, lambda _: rows, rows, batch_size, False, generator)


def make_batch(n_rows, weight=None, noise=0.0):
    weight = np.ones(n_rows, "float32") if weight is None else np.array(weight, "float32")
    return Batch(*make_rows(n_rows)[:3], weight, np.full((n_rows, 2), noise, "float32"))


def make_predictor(network):
    return Predictor(network.architecture, network.sizes, network.export_weights())


def run_training(network, rows, *, validation=None, checkpoint=None, on_epoch_begin=lambda: None, **changes):
    """Train a network with small settings, or changed ones, and return its history."""
    settings = dict(max_iter=4, batch_size=4, tol=0.0, n_iter_no_change=10, jit_compile=False, seed=3)
    settings |= dict(learning_rate=0.01, schedule="constant")
    hooks = TrainingHooks(checkpoint=checkpoint, on_epoch_begin=on_epoch_begin)
    return train(network, lambda _: rows, TrainingSettings(**settings | changes), hooks, validation)


def assert_same_weights(network, other):
    mine, theirs = network.export_weights(), other.export_weights()
    assert list(mine) == list(theirs)
    for name, array in theirs.items():
        assert np.array_equal(mine[name], array)
