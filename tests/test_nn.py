import random

import keras
import numpy as np
import pytest

from skemovae.nn.network import VAENetwork
from skemovae.nn.regularizers import cosine_loss
from skemovae.nn.training import train


def make_network(**changes):
    settings = {
        "n_steps": 6,
        "n_symbols": 5,
        "n_classes": 4,
        "n_components": 2,
        "units": 7,
        "condition": "both",
        "class_positions": [(1, 1), (-1, 1), (-1, -1), (1, -1)],
        "regularizer": "cosine",
        "kl_weight": 0.25,
        "valence_weight": 2.0,
        "arousal_weight": 3.0,
        "seed": 0,
    }
    return VAENetwork(**settings | changes)


def make_rows(n_rows=10):
    generator = np.random.default_rng(1)
    return generator.integers(0, 5, (n_rows, 6)).astype("int32"), (np.arange(n_rows) % 4).astype("int32")


def test_cosine_loss_of_known_vectors():
    # V = (1, -1, -1), z = (2, 1, -2): cosine 3 / (sqrt(3) * 3)
    loss = cosine_loss(np.array([1.0, -1.0, -1.0]), np.array([2.0, 1.0, -2.0]), np.ones(3, "float32"))
    assert float(loss) == pytest.approx(-1 / np.sqrt(3), abs=1e-6)


def test_cosine_loss_does_not_centre():
    assert float(cosine_loss(np.ones(2), np.array([5.0, 5.0]), np.ones(2, "float32"))) == pytest.approx(-1, abs=1e-6)


def test_cosine_loss_ignores_rows_of_weight_zero():
    weight = np.array([1, 1, 0], "float32")
    with_filler = cosine_loss(np.array([1.0, -1.0, 1.0]), np.array([0.5, -0.1, 99.0]), weight)
    without = cosine_loss(np.array([1.0, -1.0]), np.array([0.5, -0.1]), np.ones(2, "float32"))
    assert float(with_filler) == pytest.approx(float(without), abs=1e-6)


def test_loss_terms_against_numpy():
    network = make_network()
    symbols, labels = make_rows(4)
    weight = np.ones(4, "float32")
    logits, mean, log_variance = (np.asarray(a, float) for a in network((symbols, labels, weight)))
    log_softmax = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    reconstruction = -np.take_along_axis(log_softmax, symbols[..., None], -1).sum() / 4
    kl = -0.5 * (1 + log_variance - mean**2 - np.exp(log_variance)).sum() / 4
    valence, arousal = np.array([1, -1, -1, 1]), np.array([1, 1, -1, -1])
    cosine_v = valence @ mean[:, 0] / (2 * np.linalg.norm(mean[:, 0]))
    cosine_a = arousal @ mean[:, 1] / (2 * np.linalg.norm(mean[:, 1]))
    expected = reconstruction + 0.25 * kl - 2.0 * cosine_v - 3.0 * cosine_a
    loss = network.compute_loss((symbols, labels, weight), None, network((symbols, labels, weight)))
    assert float(loss) == pytest.approx(expected, rel=1e-5)
    terms = {name: float(tracker.result()) for name, tracker in network.trackers.items()}
    assert terms == pytest.approx(
        {"loss": expected, "reconstruction": reconstruction, "kl": kl, "valence": -cosine_v, "arousal": -cosine_a},
        rel=1e-4,
    )


def test_loss_does_not_depend_on_filler_rows():
    network = make_network()
    symbols, labels = make_rows(5)
    three = [symbols[:3], labels[:3], np.ones(3, "float32")]
    filled = [symbols, labels, np.array([1, 1, 1, 0, 0], "float32")]
    losses = [float(network.compute_loss(x, None, network(x))) for x in (three, filled)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def test_without_a_regulariser_the_loss_has_two_terms():
    network = make_network(regularizer=None)
    assert sorted(network.trackers) == ["kl", "loss", "reconstruction"]


@pytest.mark.parametrize("condition", ["both", "decoder", None])
def test_the_label_reaches_what_the_condition_says(condition):
    network = make_network(condition=condition)
    symbols, _ = make_rows(4)
    mean_a, mean_b = (network.encode(symbols, np.full(4, c))[0] for c in (0, 2))
    assert (np.abs(mean_a - mean_b).max() > 1e-6) == (condition == "both")
    logits_a, logits_b = (network.decode(mean_a, np.full(4, c)) for c in (0, 2))
    assert (np.abs(logits_a - logits_b).max() > 1e-6) == (condition is not None)


def test_paper_architecture_has_the_layers_of_the_reference():
    network = make_network(n_steps=64, n_symbols=31, units=512)
    shapes = [tuple(weight.shape) for weight in network.get_weights()]
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
    symbols, labels = make_rows(150)
    whole = network.encode(symbols, labels)[0]
    assert np.array_equal(network.encode(symbols[:n_rows], labels[:n_rows])[0], whole[:n_rows])


def test_negative_elbo_is_the_loss_without_the_regulariser():
    network = make_network(regularizer=None)
    symbols, labels = make_rows(6)
    x = [symbols, labels, np.ones(6, "float32")]
    assert network.negative_elbo(symbols, labels).mean() == pytest.approx(
        float(network.compute_loss(x, None, network(x))), rel=1e-5
    )


TRAINING = dict(max_iter=4, batch_size=4, learning_rate=0.01, tol=0.0, n_iter_no_change=10, verbose=False, seed=3)


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
        weights.append(network.get_weights())
    assert state() == before
    for first, second in zip(*weights, strict=True):
        assert np.array_equal(first, second)


def test_batches_are_dealt_evenly():
    seen = []

    class Spy:
        def reset_metrics(self):
            pass

    def on_batch(data, return_dict):
        seen.append((len(data[2]), int(data[2].sum())))
        return {"loss": 1.0}

    from skemovae.nn.training import _run_epoch

    symbols, labels = make_rows(17)
    assert _run_epoch(Spy(), on_batch, symbols, labels, 16) == {"loss": 1.0}
    assert seen == [(16, 9), (16, 8)]  # and not 16 and 1, which the regulariser could say nothing about


def test_early_stopping_keeps_the_best_epoch():
    network = make_network()
    symbols, labels = make_rows(40)
    history = train(
        network, symbols[:8], labels[:8], validation=(symbols[8:], labels[8:]),
        **TRAINING | {"max_iter": 300, "learning_rate": 0.05, "n_iter_no_change": 5},
    )  # fmt: skip
    losses = history["validation_loss"]
    assert len(losses) < 300
    assert int(np.argmin(losses)) == len(losses) - 6
    x = [symbols[8:], labels[8:], np.ones(32, "float32")]
    assert float(network.compute_loss(x, None, network(x), training=False)) == pytest.approx(min(losses), rel=0.05)


def test_interruption_keeps_what_was_learnt(monkeypatch):
    network = make_network()
    original, calls = network.train_on_batch, []

    def interrupted(*args, **kwargs):
        calls.append(1)
        if len(calls) == 8:  # in the third epoch of three batches
            raise KeyboardInterrupt
        return original(*args, **kwargs)

    monkeypatch.setattr(network, "train_on_batch", interrupted)
    with pytest.warns(UserWarning, match="interrupted after 2 of 4 epochs; what was learnt is kept"):
        history = train(network, *make_rows(), **TRAINING)
    assert len(history["loss"]) == 2


def test_a_loss_that_is_no_number_names_the_epoch_and_keeps_the_weights_before():
    network = make_network()
    with pytest.raises(FloatingPointError, match=r"the loss is nan in epoch \d.*try a learning_rate below 1e\+30"):
        train(network, *make_rows(), **TRAINING | {"max_iter": 50, "learning_rate": 1e30})
    assert all(np.isfinite(weight).all() for weight in network.get_weights())


def test_the_backend_is_keras_own_choice():
    assert keras.backend.backend() in ("tensorflow", "jax", "torch")
