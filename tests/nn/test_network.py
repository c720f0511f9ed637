"""The variables of a network: fresh weights, and exporting and setting weights."""

import random

import keras
import numpy as np
import pytest

from skemovae.nn.architectures import BeatArchitecture, GRUArchitecture

from .networks import assert_same_weights, make_network


def test_weights_are_those_of_the_table():
    network = make_network()
    weights = network.export_weights()
    assert {name: array.shape for name, array in weights.items()} == {w.name: w.shape for w in network.table}
    assert all(array.dtype == np.float32 for array in weights.values())


def test_fresh_weights_follow_the_table():
    weights = make_network(architecture=GRUArchitecture(units=16)).export_weights()
    recurrent = weights["encoder/gru/recurrent_kernel"]
    assert recurrent @ recurrent.T == pytest.approx(np.eye(16), abs=1e-5)  # orthogonal rows
    n_inputs, n_outputs = weights["encoder/hidden/kernel"].shape
    assert np.abs(weights["encoder/hidden/kernel"]).max() == pytest.approx(np.sqrt(6 / (n_inputs + n_outputs)), rel=0.1)
    assert not weights["encoder/hidden/bias"].any()


def test_embeddings_are_standard_normal():
    embedding = make_network(architecture=BeatArchitecture()).export_weights()["encoder/embedding"]
    assert embedding.std() == pytest.approx(1, abs=0.15)


def test_fresh_weights_come_from_the_seed_alone():
    keras.utils.set_random_seed(1)
    before = random.getstate()
    first = make_network(seed=5)
    keras.utils.set_random_seed(2)
    assert_same_weights(first, make_network(seed=5))
    keras.utils.set_random_seed(1)
    make_network(seed=5)
    assert random.getstate() == before
    kernels = [make_network(seed=s).export_weights()["encoder/mean/kernel"] for s in (5, 6)]
    assert not np.array_equal(*kernels)
    weights = first.export_weights()
    assert not np.array_equal(weights["encoder/mean/kernel"], weights["encoder/log_variance/kernel"])


def test_exported_weights_are_read_only_copies():
    network = make_network()
    weights = network.export_weights()
    with pytest.raises(ValueError, match="read-only"):
        weights["encoder/mean/bias"][:] = 0
    kept = weights["encoder/mean/kernel"].copy()
    network.initialize_weights(1)
    assert np.array_equal(weights["encoder/mean/kernel"], kept)


def test_weights_of_another_shape_do_not_load():
    network = make_network()
    weights = network.export_weights()
    with pytest.raises(ValueError, match="shape"):
        network.load_weights({name: np.zeros(1) for name in weights})
    network.load_weights(weights)
    assert_same_weights(network, make_network())
