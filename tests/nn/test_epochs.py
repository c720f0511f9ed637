"""One epoch: how rows are distributed over batches, and which graphs are kept."""

import numpy as np
import pytest
import tensorflow as tf

from skemovae.nn.architectures import DenseArchitecture
from skemovae.nn.epochs import MAX_EPOCH_FUNCTIONS
from skemovae.nn.regularizers import CosineRegularizer, PairwiseRegularizer
from skemovae.nn.rows import Partners

from .networks import lend_network, make_batch, make_epochs, make_network, make_rows, run_training, some_rows, start


class SpyingArchitecture(DenseArchitecture):
    """Does what its base class does, and counts how often it is traced."""

    traces = 0

    def keras_encoder(self, *arguments):
        type(self).traces += 1
        return super().keras_encoder(*arguments)


@pytest.fixture
def network():
    return lend_network(architecture=DenseArchitecture(hidden_layer_sizes=(4,)))


@pytest.fixture
def spied_network():
    SpyingArchitecture.traces = 0
    return make_network(architecture=SpyingArchitecture(hidden_layer_sizes=(4,)))


def dealt(epochs):
    """Return the rows of the batches, their weights and their noise that an epoch passes to its compiled function."""
    given, function = [], epochs.function
    epochs.function = lambda *arguments: given.append(arguments) or function(*arguments)
    steps = np.ones(epochs.n_steps)
    epochs.run(0, steps, steps)
    return [np.asarray(array) for array in given[0][1:4]]


@pytest.mark.parametrize("training", [True, False])
def test_rows_are_dealt_evenly_and_each_once(network, training):
    epochs = make_epochs(network, make_rows(17), 16, np.random.default_rng(0) if training else None)
    rows, weight, noise = dealt(epochs)
    assert weight.sum(axis=1).tolist() == [9, 8, 0, 0, 0, 0, 0, 0]  # and not 16 and 1
    assert sorted(rows[weight == 1]) == list(range(17))
    assert bool(noise.any()) == training
    assert (rows[weight == 1].tolist() == list(range(17))) != training


def test_every_epoch_has_an_order_and_noise_of_its_own(network):
    epochs = make_epochs(network, make_rows(17), 16, np.random.default_rng(0))
    (rows, _, noise), (rows_again, _, noise_again) = dealt(epochs), dealt(epochs)
    assert not np.array_equal(rows, rows_again)
    assert not np.array_equal(noise, noise_again)
    assert noise.std() == pytest.approx(1, abs=0.15)


def test_rows_with_a_partner_are_spread_over_all_batches(network):
    rows = make_rows(17)
    partners = Partners(rows.symbols[:7], rows.label[:7], rows.target[:7], np.ones((7, 6)))
    epochs = make_epochs(network, rows._replace(partners=partners), 8, np.random.default_rng(0))
    dealt_rows, weight, noise = dealt(epochs)
    assert epochs.deal[:2] == (3, 8)
    assert epochs.deal[2:] == (3, 4)  # places per batch: 3 for pairs and 4 for the ten other rows
    assert weight[:3, :3].sum(axis=1).tolist() == [3, 2, 2]
    assert weight[:3, 3:].sum(axis=1).tolist() == [4, 3, 3]
    assert sorted(dealt_rows[:, :3][weight[:, :3] == 1]) == list(range(7))
    assert sorted(dealt_rows[:, 3:][weight[:, 3:] == 1]) == list(range(7, 17))
    assert noise.shape == (8, 10, 2)


def test_every_step_leaves_out_other_numbers_and_the_same_again():
    seen = []

    class Dropping(DenseArchitecture):
        def keras_encoder(self, sizes, weights, symbols, label, run):
            drawn = [run.uniform((3,)), run.uniform((3,))]
            tf.py_function(lambda *arrays: seen.append([array.numpy().tolist() for array in arrays]), drawn, [])
            return super().keras_encoder(sizes, weights, symbols, label, run)

    for _ in range(2):
        network = make_network(architecture=Dropping(hidden_layer_sizes=(4,)))
        make_epochs(network, make_rows(8), 4, np.random.default_rng(0)).run(0, np.zeros(2), np.ones(2))
    numbers = np.array(seen)
    assert numbers.shape == (4, 2, 3)
    assert np.array_equal(numbers[:2], numbers[2:])
    assert len(np.unique(numbers)) == 12


def test_validation_changes_nothing_and_is_the_mean_over_all_rows(network):
    before = network.export_weights()
    rows = make_rows(7)
    whole = make_epochs(network, rows, 8).run()
    parts = [make_epochs(network, some_rows(rows, part), 8).run() for part in (slice(3), slice(3, 7))]
    for name in ("reconstruction", "kl"):  # terms that each row has independently of the others
        assert whole[name] == pytest.approx((3 * parts[0][name] + 4 * parts[1][name]) / 7, rel=1e-5)
    for name, array in network.export_weights().items():
        assert np.array_equal(array, before[name])


def test_the_mean_is_over_rows_where_batches_differ_in_size(network):
    rows = make_rows(7)
    whole = make_epochs(network, rows, 8).run()
    in_batches = make_epochs(network, rows, 4).run()  # of 4 and 3 rows
    for name in ("reconstruction", "kl"):
        assert in_batches[name] == pytest.approx(whole[name], rel=1e-5)


def test_validation_is_the_loss_at_the_latent_means(network):
    from skemovae.nn.objective import loss_terms

    from .networks import VALIDATION

    expected = float(loss_terms(network, make_batch(8), VALIDATION)["loss"])
    assert make_epochs(network, make_rows(8), 8).run()["loss"] == pytest.approx(expected, rel=1e-5)


def test_folds_of_nearly_the_same_size_share_a_graph(spied_network):
    for n_rows in (97, 110, 127):
        make_epochs(spied_network, make_rows(n_rows), 4).run()
    assert SpyingArchitecture.traces == 1
    make_epochs(spied_network, make_rows(129), 4).run()
    assert SpyingArchitecture.traces == 2


def test_equal_regularizers_share_a_graph(spied_network):
    for delta in (2.0, 3.0, 2.0, 3.0):
        start(spied_network, regularizer=PairwiseRegularizer(delta=delta))
        run_training(spied_network, make_rows(8), max_iter=1)
    assert SpyingArchitecture.traces == 2
    start(spied_network, regularizer=CosineRegularizer())
    run_training(spied_network, make_rows(8), max_iter=1)
    assert SpyingArchitecture.traces == 3


@pytest.mark.slow
def test_few_graphs_are_kept_and_the_oldest_is_dropped(spied_network):
    def train(delta):
        start(spied_network, regularizer=PairwiseRegularizer(delta=float(delta)))
        run_training(spied_network, make_rows(8), max_iter=1)

    for i in range(1, MAX_EPOCH_FUNCTIONS + 2):
        train(i)
    assert len(spied_network.epoch_functions) == MAX_EPOCH_FUNCTIONS
    train(MAX_EPOCH_FUNCTIONS + 1)
    assert SpyingArchitecture.traces == MAX_EPOCH_FUNCTIONS + 1
    train(1)  # its graph was dropped, and is traced again
    assert SpyingArchitecture.traces == MAX_EPOCH_FUNCTIONS + 2
