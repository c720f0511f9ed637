import os
import random
import subprocess
import sys
import threading

import numpy as np
import pytest
from keras import ops
from scipy.special import softmax

from skemovae.nn import pool
from skemovae.nn.network import NetworkSpec, VAENetwork
from skemovae.nn.pool import borrowed_network
from skemovae.nn.regularizers import REGULARIZERS, PairwiseRegularizer
from skemovae.nn.training import MAX_EPOCH_FUNCTIONS, _Epochs, train

POSITIONS = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)], "float32")
SYMBOL_ATTRIBUTES = np.array([(0.5, 0), (0, 1), (-0.25, 0.5), (0, 0), (1, -1)], "float32")


def make_network(seed=0, regularizer="cosine", **changes):
    spec = dict(n_steps=6, n_symbols=5, n_classes=4, n_components=2, units=7, condition="both")
    network = VAENetwork(NetworkSpec(**spec | changes))
    network.initialize_weights(seed)
    start(network, regularizer=REGULARIZERS.get(regularizer, regularizer))
    return network


def start(network, **changes):
    settings = dict(kl_weight=0.25, valence_weight=2.0, arousal_weight=3.0, learning_rate=0.01)
    settings["symbol_attributes"] = np.resize(SYMBOL_ATTRIBUTES, (network.spec.n_symbols, 2))
    settings["regularizer"] = REGULARIZERS["cosine"]
    network.start(**settings | changes)


def make_batch(n_rows, weight=None):
    weight = np.ones(n_rows, "float32") if weight is None else np.array(weight, "float32")
    return *make_rows(n_rows), weight, np.zeros((n_rows, 2), "float32")


def logits_of(network, latent, labels):
    return np.asarray(network.decoder([latent, labels][: len(network.decoder.inputs)]))


def loss_of(network, batch):
    return float(network.loss_terms(batch, network(batch))["loss"])


def make_rows(n_rows=10):
    generator = np.random.default_rng(1)
    labels = (np.arange(n_rows) % 4).astype("int32")
    return generator.integers(0, 5, (n_rows, 6)).astype("int32"), labels, POSITIONS[labels]


def test_loss_terms_against_numpy():
    network = make_network()
    batch = symbols, *_ = make_batch(4)
    outputs = network(batch)
    logits, mean, log_variance = (np.asarray(a, float) for a in outputs)
    log_softmax = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    reconstruction = -np.take_along_axis(log_softmax, symbols[..., None], -1).sum() / 4
    kl = -0.5 * (1 + log_variance - mean**2 - np.exp(log_variance)).sum() / 4
    valence, arousal = np.array([1, -1, -1, 1]), np.array([1, 1, -1, -1])
    cosine_v = valence @ mean[:, 0] / (2 * np.linalg.norm(mean[:, 0]))
    cosine_a = arousal @ mean[:, 1] / (2 * np.linalg.norm(mean[:, 1]))
    expected = {
        "loss": reconstruction + 0.25 * kl - 2.0 * cosine_v - 3.0 * cosine_a,
        "reconstruction": reconstruction,
        "kl": kl,
        "valence": -cosine_v,
        "arousal": -cosine_a,
    }
    terms = {name: float(value) for name, value in network.loss_terms(batch, outputs).items()}
    assert terms == pytest.approx(expected, rel=1e-4)


def test_loss_does_not_depend_on_filler_rows():
    network = make_network()
    filled = make_batch(5, weight=[1, 1, 1, 0, 0])
    assert loss_of(network, [a[:3] for a in filled]) == pytest.approx(loss_of(network, filled), rel=1e-5)


def test_noise_moves_the_latent_point_by_its_standard_deviation():
    network = make_network()
    symbols, labels, targets, weight, noise = make_batch(3)
    _, mean, log_variance = network((symbols, labels, targets, weight, noise + 1.5))
    moved = np.asarray(mean) + 1.5 * np.exp(np.asarray(log_variance) / 2)
    logits = network((symbols, labels, targets, weight, noise + 1.5))[0]
    assert np.allclose(logits, logits_of(network, moved, labels), atol=1e-5)


def test_without_a_regulariser_the_loss_has_two_terms():
    network = make_network(regularizer=None)
    batch = make_batch(4)
    assert sorted(network.loss_terms(batch, network(batch))) == ["kl", "loss", "reconstruction"]


@pytest.mark.parametrize("condition", ["both", "decoder", None])
def test_the_label_reaches_what_the_condition_says(condition):
    network = make_network(condition=condition)
    symbols, *_ = make_rows(4)
    mean_a, mean_b = (network.encode(symbols, np.full(4, c))[0] for c in (0, 2))
    assert (np.abs(mean_a - mean_b).max() > 1e-6) == (condition == "both")
    logits_a, logits_b = (logits_of(network, mean_a, np.full(4, c)) for c in (0, 2))
    assert (np.abs(logits_a - logits_b).max() > 1e-6) == (condition is not None)


def test_paper_architecture_has_the_layers_of_the_reference():
    network = make_network(n_steps=64, n_symbols=31, units=512)
    shapes = [tuple(weight.shape) for weight in network.export_weights()]
    assert shapes == [
        (4, 256), (256,),  # label -> Dense(64 * 4)
        (35, 1536), (512, 1536), (2, 1536),  # encoder GRU over 31 symbols and 4 label channels
        (512, 100), (100,),
        (100, 2), (2,), (100, 2), (2,),
        (6, 1536), (512, 1536), (2, 1536),  # decoder GRU over z and label
        (512, 31), (31,),
    ]  # fmt: skip


@pytest.mark.parametrize("n_rows", [1, 3, 64, 65, 150])
def test_one_row_and_many_give_the_same_numbers(n_rows):
    network = make_network()
    symbols, labels, _ = make_rows(150)
    whole = network.encode(symbols, labels)[0]
    assert np.array_equal(network.encode(symbols[:n_rows], labels[:n_rows])[0], whole[:n_rows])


@pytest.mark.parametrize("n_rows", [1, 3, 130])
def test_one_row_and_many_are_decoded_to_the_same_symbols(n_rows):
    network = make_network()
    latent, labels = np.random.default_rng(0).normal(size=(150, 2)), np.arange(150) % 4
    for temperature in (0, 1.5):
        few, many = (
            network.decode(latent[:n], labels[:n], temperature, np.random.default_rng(7)) for n in (n_rows, 150)
        )
        assert np.array_equal(few, many[:n_rows])


@pytest.mark.parametrize("condition", ["both", "decoder", None])
def test_likeliest_symbols_are_those_of_the_decoder(condition):
    network = make_network(condition=condition)
    latent, labels = np.random.default_rng(0).normal(size=(20, 2)).astype("float32"), np.arange(20) % 4
    likeliest = logits_of(network, latent, labels).argmax(axis=-1)
    assert np.array_equal(network.decode(latent, labels), likeliest)
    for temperature in (1e-3, 1e-300):  # colder and colder it is the likeliest, too
        assert np.array_equal(network.decode(latent, labels, temperature, np.random.default_rng(0)), likeliest)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_symbols_are_drawn_from_the_softmax_at_the_temperature(temperature):
    network = make_network()
    network.load_weights_from([10 * weight for weight in network.export_weights()])  # far from uniform
    latent, labels = np.full((20_000, 2), 0.5, "float32"), np.zeros(20_000, int)
    drawn = network.decode(latent, labels, temperature, np.random.default_rng(0))
    expected = softmax(logits_of(network, latent[:1], labels[:1])[0] / temperature, axis=-1)
    shares = np.stack([(drawn == symbol).mean(axis=0) for symbol in range(5)], axis=-1)
    assert np.abs(shares - expected).max() < 5 * np.sqrt(0.25 / len(latent))
    assert expected.max() > 0.4  # it could fail


def test_what_a_regulariser_is_given():
    axes = []

    def regularizer(axis):
        axes.append(axis)
        return 0.25

    network = make_network(regularizer=regularizer)
    symbols, labels, targets, weight, noise = batch = make_batch(3)
    noise += 0.5
    outputs = _, mean, log_variance = network(batch)
    terms = network.loss_terms([ops.convert_to_tensor(array) for array in batch], outputs)
    assert (terms["valence"], terms["arousal"]) == (0.25, 0.25)
    latent = np.asarray(mean) + 0.5 * np.exp(np.asarray(log_variance) / 2)
    for i, axis in enumerate(axes):
        assert np.array_equal(np.asarray(axis.latent), np.asarray(mean)[:, i])
        assert np.asarray(axis.sample) == pytest.approx(latent[:, i])
        assert np.array_equal(np.asarray(axis.target), targets[:, i])
        assert np.array_equal(np.asarray(axis.weight), weight)
        assert np.asarray(axis.attribute) == pytest.approx(SYMBOL_ATTRIBUTES[symbols][..., i].sum(axis=1))
        moved = latent + 0.75 * np.eye(2)[i]
        probabilities = softmax(logits_of(network, moved, labels), axis=-1)
        expected = (probabilities @ SYMBOL_ATTRIBUTES[:, i]).sum(axis=1)
        assert np.asarray(axis.decoded_attribute(0.75)) == pytest.approx(expected, abs=1e-5)
    assert len(axes) == 2


def test_rows_of_the_same_symbols_have_the_same_attribute():
    axes = []
    network = make_network(regularizer=lambda axis: axes.append(axis) or 0.0)
    attributes = np.random.default_rng(0).normal(size=(5, 2))
    start(network, regularizer=network.loaded.regularizer, symbol_attributes=attributes)
    rows = np.random.default_rng(1).permuted(np.tile([0, 1, 1, 2, 3, 4], (50, 1)), axis=1).astype("int32")
    _, labels, targets, weight, noise = make_batch(50)
    batch = [ops.convert_to_tensor(array) for array in (rows, labels, targets, weight, noise)]
    network.loss_terms(batch, network(batch))
    for axis in axes:
        assert len(np.unique(np.asarray(axis.attribute))) == 1


def test_a_regulariser_that_returns_no_number():
    network = make_network(regularizer=lambda axis: axis.latent)
    batch = [ops.convert_to_tensor(array) for array in make_batch(4)]
    with pytest.raises(ValueError, match=r"returned shape \(4,\): expected one number"):
        network.loss_terms(batch, network(batch))


def test_weights_that_are_no_numbers_behind_a_loss_that_is_one():
    network = make_network()
    start(network, learning_rate=3e38)
    before = network.export_weights()
    with pytest.raises(FloatingPointError, match="or the weights after it are no numbers") as caught:
        train(network, *make_rows(4), **TRAINING | {"max_iter": 1})  # one step: the loss is that before it
    assert caught.value.history == {}
    for mine, theirs in zip(network.export_weights(), before, strict=True):
        assert np.array_equal(mine, theirs)


@pytest.mark.parametrize("regularizer", sorted(REGULARIZERS))
@pytest.mark.parametrize("jit_compile", [False, True])
def test_every_regulariser_falls_when_it_is_trained(regularizer, jit_compile):
    network = make_network(regularizer=regularizer)
    history = train(network, *make_rows(20), **TRAINING | {"max_iter": 200, "jit_compile": jit_compile})
    for axis in ("valence", "arousal"):
        assert np.mean(history[axis][-5:]) < np.mean(history[axis][:5]) - 0.02


def test_graphs_are_shared_by_equal_regularisers_and_few_are_kept():
    network = make_network()
    for i in [*range(MAX_EPOCH_FUNCTIONS + 2), 0, 0]:
        start(network, regularizer=PairwiseRegularizer(delta=1.0 + i))
        train(network, *make_rows(8), **TRAINING | {"max_iter": 1})
        assert any(PairwiseRegularizer(delta=1.0 + i) in key for key in network.epoch_functions)
    assert len(network.epoch_functions) == MAX_EPOCH_FUNCTIONS


def test_another_regulariser_is_not_trained_with_the_graph_of_the_first(monkeypatch):
    monkeypatch.setattr("skemovae.nn.training.keras.backend.backend", lambda: "another")  # Keras' own step
    network = make_network()
    first = train(network, *make_rows(8), **TRAINING)
    start(network, regularizer=REGULARIZERS["pairwise"])
    second = train(network, *make_rows(8), **TRAINING)
    assert max(first["valence"]) <= 1 + 1e-6  # minus a cosine; an order is at least 0
    assert min(second["valence"]) >= 0


def test_negative_elbo_is_the_loss_without_the_regulariser():
    network = make_network(regularizer=None)
    symbols, labels, _ = make_rows(6)
    assert network.negative_elbo(symbols, labels, 0.25).mean() == pytest.approx(
        loss_of(network, make_batch(6)), rel=1e-5
    )


TRAINING = dict(max_iter=4, batch_size=4, tol=0.0, n_iter_no_change=10, jit_compile=False, verbose=False, seed=3)


def test_training_lowers_the_loss_and_records_every_epoch():
    history = train(make_network(), *make_rows(), **TRAINING | {"max_iter": 30})
    assert sorted(history) == ["arousal", "kl", "loss", "reconstruction", "valence"]
    assert {len(values) for values in history.values()} == {30}
    assert history["loss"][-1] < history["loss"][0]


def test_same_seed_same_weights_and_global_generators_untouched():
    def state():
        return random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002

    before = state()
    weights = []
    for _ in range(2):
        network = make_network()
        train(network, *make_rows(), **TRAINING)
        weights.append(network.export_weights())
    assert state() == before
    for first, second in zip(*weights, strict=True):
        assert np.array_equal(first, second)


def test_a_network_used_again_trains_as_a_fresh_one():
    network = make_network()
    first = train(network, *make_rows(), **TRAINING)
    network.initialize_weights(0)
    start(network, learning_rate=0.1)
    other = train(network, *make_rows(), **TRAINING)
    network.initialize_weights(0)
    start(network)
    assert train(network, *make_rows(), **TRAINING) == first != other


def one_epoch_paths(network, monkeypatch, path):
    if path == "keras GRU":
        monkeypatch.setattr("skemovae.nn.gru.GRU._has_fast_path", lambda *_: False)
    if path == "keras step":  # what other backends run
        monkeypatch.setattr("skemovae.nn.training.keras.backend.backend", lambda: "another")


@pytest.mark.parametrize("path", ["xla", "keras GRU", "keras step"])
def test_every_path_gives_the_same_training(path, monkeypatch):
    settings = TRAINING | {"max_iter": 10}
    reference = make_network(units=16)
    expected = train(reference, *make_rows(21), **settings)
    one_epoch_paths(reference, monkeypatch, path)
    network = make_network(units=16)
    history = train(network, *make_rows(21), **settings | {"jit_compile": path == "xla"})
    for term, values in expected.items():
        assert history[term] == pytest.approx(values, rel=2e-3, abs=2e-3)
    for mine, theirs in zip(network.export_weights(), reference.export_weights(), strict=True):
        assert np.abs(mine - theirs).max() < 2e-3


@pytest.mark.parametrize("training", [True, False])
def test_rows_are_dealt_evenly_and_each_once(training):
    epochs = _Epochs(make_network(), make_rows(17), 16, False, np.random.default_rng(0) if training else None)
    rows, weight, noise = epochs._deal()
    assert weight.sum(axis=1).tolist() == [9, 8, 0, 0, 0, 0, 0, 0]  # and not 16 and 1
    assert sorted(rows[weight == 1]) == list(range(17))
    assert bool(noise.any()) == training
    assert (rows[weight == 1].tolist() == list(range(17))) != training


def test_folds_of_nearly_the_same_size_share_a_shape():
    network = make_network()
    shapes = {tuple(_Epochs(network, make_rows(n), 4, False, None).arrays[0].shape) for n in range(97, 128)}
    assert shapes == {(128, 6)}


def test_early_stopping_keeps_the_best_epoch():
    network = make_network()
    start(network, learning_rate=0.05)
    rows = make_rows(40)
    training, validation = [a[:8] for a in rows], [a[8:] for a in rows]
    history = train(
        network, *training, validation=validation,
        **TRAINING | {"max_iter": 300, "n_iter_no_change": 5},
    )  # fmt: skip
    losses = history["validation_loss"]
    assert len(losses) < 300
    assert int(np.argmin(losses)) == len(losses) - 6
    again = train(
        network, *training, validation=validation,
        **TRAINING | {"max_iter": 1, "n_iter_no_change": 5},
    )  # fmt: skip
    assert again["validation_loss"][0] > min(losses) * 0.9


def test_validation_is_the_loss_at_the_latent_means():
    network = make_network()
    totals = _Epochs(network, make_rows(8), 8, False, None).run()
    assert totals["loss"] == pytest.approx(loss_of(network, make_batch(8)), rel=1e-5)


def test_interruption_keeps_what_was_learnt(monkeypatch):
    network = make_network()
    original, calls = _Epochs.run, []

    def interrupted(self):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return original(self)

    monkeypatch.setattr(_Epochs, "run", interrupted)
    with pytest.warns(UserWarning, match="interrupted after 2 of 4 epochs; what was learnt is kept"):
        history = train(network, *make_rows(), **TRAINING)
    assert len(history["loss"]) == 2
    monkeypatch.undo()
    two_epochs = make_network()
    train(two_epochs, *make_rows(), **TRAINING | {"max_iter": 2})
    for mine, theirs in zip(network.export_weights(), two_epochs.export_weights(), strict=True):
        assert np.array_equal(mine, theirs)


def test_interruption_before_anything_was_learnt_is_no_training(monkeypatch):
    def interrupted(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(_Epochs, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train(make_network(), *make_rows(), **TRAINING)


def test_a_loss_that_is_no_number_names_the_epoch():
    network = make_network()
    start(network, learning_rate=1e30)
    with pytest.raises(FloatingPointError, match=r"the loss is nan in epoch \d.*try a learning_rate below 1e\+30"):
        train(network, *make_rows(), **TRAINING | {"max_iter": 50})


# networks used again ------------------------------------------------------------------------------------------------


def test_a_returned_network_is_lent_again():
    spec = NetworkSpec(3, 4, 4, 2, 5, None)
    with borrowed_network(spec) as first:
        pass
    with borrowed_network(spec) as second:
        assert second is first
        with borrowed_network(spec) as third:  # somebody else has the second
            assert third is not second


def test_few_idle_networks_are_kept():
    specs = [NetworkSpec(3, 4, 4, 2, units, None) for units in range(1, pool.MAX_IDLE + 3)]
    for spec in specs:
        with borrowed_network(spec):
            pass
    assert [network.spec for network in pool._idle] == specs[-pool.MAX_IDLE :]


def test_threads_never_share_a_network():
    spec, lent, all_have_one = NetworkSpec(3, 4, 4, 2, 6, None), [], threading.Barrier(3)

    def use():
        with borrowed_network(spec) as network:
            lent.append(id(network))
            all_have_one.wait(timeout=60)

    threads = [threading.Thread(target=use) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(lent)) == 3


def test_weights_that_fail_to_load_are_not_taken_for_loaded():
    network = make_network()
    weights = network.export_weights()
    with pytest.raises(ValueError, match="shape"):
        network.load_weights_from([weights[0], *(np.zeros(1) for _ in weights[1:])])
    network.load_weights_from(weights)
    for mine, theirs in zip(network.export_weights(), weights, strict=True):
        assert np.array_equal(mine, theirs)
    with pytest.raises(ValueError, match="read-only"):
        weights[0][:] = 0


OTHER_BACKEND = """
import numpy as np
from skemovae import EmotionRegularizedVAE
X = np.array([[60, 129, 64, 129], [72, 74, 76, 77]] * 8)
vae = EmotionRegularizedVAE(units=4, max_iter=60, batch_size=4, learning_rate=0.02, random_state=0)
vae.fit(X, ["sad", "happy"] * 8)
assert vae.history_["loss"][-1] < vae.history_["loss"][0]
assert vae.sample(3, random_state=0)[0].shape == (3, 4)
assert vae.score(X, ["sad", "happy"] * 8) == 1.0
"""


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_another_backend_trains_the_same_model(backend):
    pytest.importorskip(backend, reason="the backend is not installed")
    subprocess.run([sys.executable, "-c", OTHER_BACKEND], env={**os.environ, "KERAS_BACKEND": backend}, check=True)
