"""The training loop: history, early stopping, interruption, divergence, and what it does not keep in memory."""

import gc
import os
import random
import signal
import threading

import numpy as np
import pytest
from tensorflow.python.framework.func_graph import FuncGraph

from skemovae.nn.architectures import DenseArchitecture, GRUArchitecture
from skemovae.nn.regularizers import REGULARIZERS
from skemovae.nn.training import (
    MIN_STEPS_FOR_XLA,
    DivergedError,
    TrainingHooks,
    TrainingSettings,
    interrupts_waiting,
    train,
)

from .networks import (
    assert_same_weights,
    lend_network,
    make_network,
    make_rows,
    run_training,
    some_rows,
    start,
)

SMALL = DenseArchitecture(hidden_layer_sizes=(4,))  # it is traced faster than a GRU


def interrupt_in_epoch(number):
    """Return a hook that acts like Ctrl-C at the beginning of an epoch."""
    calls = []

    def interrupt():
        calls.append(1)
        if len(calls) == number:
            raise KeyboardInterrupt

    return interrupt


def test_training_lowers_the_loss_and_records_every_epoch():
    history = run_training(lend_network(), make_rows(), max_iter=30)
    assert sorted(history) == ["arousal", "kl", "loss", "reconstruction", "valence"]
    assert {len(values) for values in history.values()} == {30}
    assert history["loss"][-1] < history["loss"][0]


def test_history_of_validation():
    rows = make_rows()
    history = run_training(lend_network(architecture=SMALL), rows, validation=rows, max_iter=2)
    terms = ["loss", "reconstruction", "kl", "valence", "arousal"]
    assert sorted(history) == sorted([*terms, *(f"validation_{name}" for name in terms)])
    assert {len(values) for values in history.values()} == {2}


@pytest.mark.parametrize("regularizer", sorted(REGULARIZERS))
def test_every_regularizer_falls_when_it_is_trained(regularizer):
    history = run_training(lend_network(architecture=SMALL, regularizer=regularizer), make_rows(20), max_iter=100)
    for axis in ("valence", "arousal"):
        assert np.mean(history[axis][-5:]) < np.mean(history[axis][:5]) - 0.02


def test_same_seed_same_weights_and_global_generators_untouched():
    def state():
        return random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002

    before, networks = state(), [make_network(), lend_network()]
    for network in networks:
        run_training(network, make_rows())
    assert state() == before
    assert_same_weights(*networks)


def test_another_seed_gives_other_weights():
    network, histories = lend_network(architecture=SMALL), []
    for seed in (3, 4):
        network.initialize_weights(0)
        start(network)
        histories.append(run_training(network, make_rows(), seed=seed))
    assert histories[0] != histories[1]


def test_a_network_used_again_trains_as_a_fresh_one():
    network = make_network()
    first = run_training(network, make_rows())
    network.initialize_weights(0)
    start(network)
    other = run_training(network, make_rows(), learning_rate=0.1)
    network.initialize_weights(0)
    start(network)
    assert run_training(network, make_rows()) == first
    assert first != other


@pytest.fixture(scope="module")
def reference():
    """Return the history and the weights of a training run in the way that small fits take, and the architecture."""
    architecture = GRUArchitecture(units=16)
    network = make_network(architecture=architecture)
    return run_training(network, make_rows(21), max_iter=10), network.export_weights(), architecture


@pytest.mark.parametrize("path", ["xla", "GPU"])
def test_every_path_gives_the_same_training(reference, path, monkeypatch):
    expected, expected_weights, architecture = reference
    if path == "GPU":
        monkeypatch.setattr("skemovae.nn.gru.has_gpu", lambda: True)  # Keras' own recurrence, but on the CPU
    network = make_network(architecture=architecture)
    history = run_training(network, make_rows(21), max_iter=10, jit_compile=path == "xla")
    for term, values in expected.items():
        assert history[term] == pytest.approx(values, rel=2e-3, abs=2e-3)
    weights = network.export_weights()
    for name, array in expected_weights.items():
        assert np.abs(weights[name] - array).max() < 2e-3


@pytest.mark.parametrize("regularizer", ["pairwise", "latent_gradient"])
def test_regularizers_compiled_with_xla(regularizer):
    expected, history = (
        run_training(
            lend_network(architecture=SMALL, regularizer=regularizer), make_rows(8), max_iter=2, jit_compile=xla
        )
        for xla in (False, True)
    )
    for term, values in expected.items():
        assert history[term] == pytest.approx(values, rel=2e-3, abs=2e-3)


@pytest.mark.parametrize(
    ("n_steps", "use_xla", "gpu", "compiled"),
    [
        (MIN_STEPS_FOR_XLA, True, False, True),
        (MIN_STEPS_FOR_XLA - 1, True, False, False),
        (MIN_STEPS_FOR_XLA, False, False, False),
        (MIN_STEPS_FOR_XLA, True, True, False),
    ],
)
def test_xla_is_chosen_where_it_pays(monkeypatch, n_steps, use_xla, gpu, compiled):
    seen = []

    class Architecture(DenseArchitecture):
        def keras_encoder(self, sizes, weights, symbols, label, run):
            seen.append(run.jit_compile)
            raise NotImplementedError("the test has seen enough")

    Architecture.use_xla = use_xla
    monkeypatch.setattr("skemovae.nn.training.has_gpu", lambda: gpu)
    network = make_network(architecture=Architecture(hidden_layer_sizes=(2,)))
    with pytest.raises(NotImplementedError, match="seen enough"):
        run_training(network, make_rows(4), max_iter=n_steps, jit_compile="auto")
    assert seen == [compiled]


def test_another_regularizer_is_not_trained_with_the_graph_of_the_first():
    network = make_network(architecture=SMALL)
    first = run_training(network, make_rows(8))
    start(network, regularizer=REGULARIZERS["pairwise"])
    second = run_training(network, make_rows(8))
    assert max(first["valence"]) <= 1 + 1e-6  # minus a cosine; the pairwise loss is at least 0
    assert min(second["valence"]) >= 0


def test_early_stopping_keeps_the_best_epoch():
    network = lend_network()
    rows = make_rows(40)
    training, validation = some_rows(rows, slice(8)), some_rows(rows, slice(8, None))
    history = run_training(
        network, training, validation=validation, max_iter=300, n_iter_no_change=5, learning_rate=0.05
    )
    losses = history["validation_loss"]
    assert len(losses) < 300
    assert int(np.argmin(losses)) == len(losses) - 6
    start(network)
    # another epoch with a tiny step hardly changes the weights, and so their loss
    again = run_training(network, training, validation=validation, max_iter=1, learning_rate=1e-12)
    assert again["validation_loss"][0] == pytest.approx(min(losses), rel=1e-4)


def test_progress_below_the_tolerance_is_none():
    rows = make_rows(20)
    history = run_training(
        lend_network(architecture=SMALL), rows, validation=rows, max_iter=20, n_iter_no_change=3, tol=1e6
    )
    assert len(history["loss"]) == 4  # the first is better than none


def test_interruption_keeps_what_was_learned():
    network = lend_network(architecture=SMALL)
    with pytest.warns(UserWarning, match="interrupted after 2 of 4 epochs; what was learned is kept"):
        history = run_training(network, make_rows(), on_epoch_begin=interrupt_in_epoch(3))
    assert len(history["loss"]) == 2
    two_epochs = lend_network(architecture=SMALL)
    run_training(two_epochs, make_rows(), max_iter=2)
    assert_same_weights(network, two_epochs)


def test_interruption_before_anything_was_learned_is_no_training():
    with pytest.raises(KeyboardInterrupt):
        run_training(lend_network(architecture=SMALL), make_rows(), on_epoch_begin=interrupt_in_epoch(1))


def test_a_loss_that_is_no_number_names_the_epoch():
    network = lend_network(architecture=SMALL)
    with pytest.raises(DivergedError, match=r"the loss is nan in epoch \d.*diverged; try a learning_rate below 1e\+30"):
        run_training(network, make_rows(), max_iter=50, learning_rate=1e30)


def test_weights_become_nan_after_a_finite_loss():
    network, before = lend_network(architecture=SMALL), lend_network(architecture=SMALL)
    with pytest.raises(DivergedError, match="or the weights after it are NaN or infinite") as caught:
        # one step, whose loss is computed before the update
        run_training(network, make_rows(4), max_iter=1, learning_rate=3e38)
    assert caught.value.history == {}
    assert_same_weights(network, before)


def test_divergence_leaves_the_weights_of_the_epoch_before():
    network, before = lend_network(architecture=SMALL), lend_network(architecture=SMALL)
    run_training(before, make_rows(), max_iter=2)
    epochs = []

    def diverge_in_the_third():
        epochs.append(1)
        if len(epochs) == 3:
            network.coefficients.assign(np.full(3, np.nan, "float32"))

    with pytest.raises(DivergedError, match="epoch 3") as caught:
        run_training(network, make_rows(), on_epoch_begin=diverge_in_the_third)
    assert len(caught.value.history["loss"]) == 2
    assert_same_weights(network, before)


def live_graphs():
    gc.collect()
    return sum(isinstance(thing, FuncGraph) for thing in gc.get_objects())


@pytest.mark.slow
@pytest.mark.parametrize(
    "architecture", [pytest.param(GRUArchitecture(units=2), id="gru"), pytest.param(SMALL, id="dense")]
)
def test_graphs_of_networks_that_are_gone_are_gone(architecture):
    rows = make_rows(4)

    def train_shapes(shapes):
        for n_symbols in shapes:
            run_training(make_network(architecture=architecture, n_symbols=n_symbols), rows, max_iter=1)
        return live_graphs()

    assert train_shapes([5, 6]) >= train_shapes([7, 8, 9])


def test_one_cycle_of_the_learning_rate(monkeypatch):
    given = []

    def run(epochs, step, learning_rate, kl_scale):
        given.append((step, learning_rate, kl_scale))
        return {"loss": 1.0}

    monkeypatch.setattr("skemovae.nn.epochs.Epochs.run", run)
    run_training(lend_network(architecture=SMALL), make_rows(16), max_iter=25, learning_rate=2.0, schedule="one_cycle")
    rate, kl_scale = (np.concatenate(parts) for parts in list(zip(*given, strict=True))[1:])
    assert [step for step, *_ in given] == list(range(0, 100, 4))
    assert rate[0] == pytest.approx(2 * 0.03)
    assert rate[50] == pytest.approx(2 * (0.03 + 0.97 / 2))
    assert rate[-1] == pytest.approx(2 * 0.03, rel=0.02)
    assert np.argmax(rate) == 3
    assert kl_scale[[0, 5, 10, 99]].tolist() == pytest.approx([0, 0.5, 1, 1])


def test_each_epoch_has_rows_of_its_own():
    seen = []

    def source(generator):
        seen.append(generator.integers(1000))
        return make_rows()

    settings = dict(max_iter=3, batch_size=4, tol=0.0, n_iter_no_change=10, jit_compile=False, seed=3)
    settings |= dict(learning_rate=0.01, schedule="constant")
    train(lend_network(architecture=SMALL), source, TrainingSettings(**settings), TrainingHooks())
    assert len(seen) == 4  # one of them to find the shapes
    assert seen[0] == seen[1]  # it draws nothing from the generator
    assert len(set(seen)) == 3


def test_a_long_gradient_is_shortened():
    before = lend_network(architecture=SMALL)
    weights = {}
    for longest in (None, 1e-3):
        network = lend_network(architecture=SMALL, spec=("adam", longest))
        run_training(network, make_rows(4), max_iter=1, learning_rate=1e-3)
        weights[longest] = network.export_weights()
    moved = {
        longest: np.concatenate([(of[name] - array).ravel() for name, array in before.export_weights().items()])
        for longest, of in weights.items()
    }
    # Adam's first step is the sign of the gradient, whatever its size, except for the epsilon of 1e-7
    assert np.abs(moved[None]).max() == pytest.approx(1e-3, rel=1e-2)
    assert np.sign(moved[1e-3]).tolist() == np.sign(moved[None]).tolist()
    assert np.abs(moved[1e-3]).sum() < np.abs(moved[None]).sum()


@pytest.fixture
def ctrl_c():
    """Return a function that sends this process a SIGINT, which may be ignored if tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield lambda: os.kill(os.getpid(), signal.SIGINT)
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_waits_for_the_end_of_the_block(ctrl_c):
    """Within tf.constant, it became a SystemError, and what was learned was lost."""
    reached = []

    def interrupted():
        with interrupts_waiting():
            ctrl_c()
            reached.append("the end")

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert reached == ["the end"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_without_ctrl_c_and_in_other_threads_nothing_waits(ctrl_c):
    handlers = []

    def look():
        with interrupts_waiting():
            handlers.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    with interrupts_waiting():
        pass
    assert [*handlers, signal.getsignal(signal.SIGINT)] == [signal.default_int_handler] * 2
