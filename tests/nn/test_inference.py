"""What a fitted network is used for: rows in blocks on several cores, in threads, and in forked child processes."""

import multiprocessing
import threading

import numpy as np
import pytest
from scipy.special import softmax

from skemovae.nn import inference
from skemovae.nn.architectures import DenseArchitecture
from skemovae.nn.inference import BLOCK, Predictor

from .networks import VALIDATION, make_batch, make_network, make_predictor, make_rows, run_training

SIZES = [1, BLOCK - 1, BLOCK, BLOCK + 1, 300]
can_fork = pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system does not fork")


@pytest.fixture(scope="module")
def network():
    return make_network()


@pytest.fixture(scope="module")
def predictor(network):
    return make_predictor(network)


def points(n_rows):
    return np.random.default_rng(0).normal(size=(n_rows, 2)).astype("float32"), np.arange(n_rows) % 4


@pytest.mark.parametrize("n_rows", SIZES)
def test_few_rows_and_many_are_encoded_alike(predictor, n_rows):
    symbols, labels = make_rows(300)[:2]
    few, many = predictor.encode(symbols[:n_rows], labels[:n_rows]), predictor.encode(symbols, labels)
    for mine, theirs in zip(few, many, strict=True):
        assert mine.shape == (n_rows, 2)
        assert mine == pytest.approx(theirs[:n_rows], abs=1e-5)


@pytest.mark.parametrize("temperature", [0, 1.5])
@pytest.mark.parametrize("n_rows", SIZES)
def test_few_rows_and_many_are_decoded_to_the_same_symbols(predictor, n_rows, temperature):
    latent, labels = points(300)
    few, many = (predictor.decode(latent[:n], labels[:n], temperature, np.random.default_rng(7)) for n in (n_rows, 300))
    assert few.shape == (n_rows, 6)
    assert np.array_equal(few, many[:n_rows])


@pytest.mark.parametrize("n_rows", SIZES)
def test_few_rows_and_many_are_judged_alike(predictor, n_rows):
    symbols, labels = make_rows(300)[:2]
    few = predictor.negative_elbo(symbols[:n_rows], labels[:n_rows], 0.25)
    assert few.shape == (n_rows,)
    assert few == pytest.approx(predictor.negative_elbo(symbols, labels, 0.25)[:n_rows], rel=1e-5)


def test_rows_keep_their_order(predictor):
    latent, labels = points(300)
    order = np.random.default_rng(1).permutation(300)
    assert np.array_equal(predictor.decode(latent[order], labels[order]), predictor.decode(latent, labels)[order])


@pytest.mark.parametrize("condition", ["both", "decoder", None])
def test_likeliest_symbols_are_those_of_the_trained_half(condition):
    network = make_network(condition=condition)
    latent, labels = points(20)
    batch = make_batch(20)._replace(label=labels.astype("int32"))
    expected = np.asarray(network.decode(latent, batch, VALIDATION)).argmax(axis=-1)
    predictor = make_predictor(network)
    assert np.array_equal(predictor.decode(latent, labels), expected)
    for temperature in (1e-3, 1e-300):  # ever lower temperatures give the likeliest symbol, too
        assert np.array_equal(predictor.decode(latent, labels, temperature, np.random.default_rng(0)), expected)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_symbols_are_drawn_from_the_softmax_at_the_temperature(network, temperature):
    weights = {name: 10 * array for name, array in network.export_weights().items()}  # far from a uniform distribution
    architecture, sizes = network.architecture, network.sizes
    latent, labels = np.full((20_000, 2), 0.5, "float32"), np.zeros(20_000, int)
    drawn = Predictor(architecture, sizes, weights).decode(latent, labels, temperature, np.random.default_rng(0))
    one_hot = np.eye(4, dtype="float32")[:1]
    logits = architecture.numpy_decoder(sizes, weights, latent[:1], one_hot, None, None)[0]
    expected = softmax(logits / temperature, axis=-1)
    shares = np.stack([(drawn == symbol).mean(axis=0) for symbol in range(5)], axis=-1)
    assert np.abs(shares - expected).max() < 5 * np.sqrt(0.25 / len(latent))
    assert expected.max() > 0.4  # so that the test could fail


def test_every_row_is_drawn_by_itself(predictor):
    latent, labels = np.zeros((300, 2), "float32"), np.zeros(300, int)
    drawn = predictor.decode(latent, labels, 5.0, np.random.default_rng(0))
    assert len(np.unique(drawn[:BLOCK], axis=0)) > 50
    assert not np.array_equal(drawn[:BLOCK], drawn[BLOCK : 2 * BLOCK])


def test_negative_elbo_is_the_loss_of_validation(network):
    plain = make_network(regularizer=None)
    rows = make_rows(8)
    history = run_training(plain, rows, validation=rows, max_iter=1)
    symbols, labels = rows[:2]
    losses = make_predictor(plain).negative_elbo(symbols, labels, 0.25)
    assert losses.mean() == pytest.approx(history["validation_loss"][0], rel=1e-5)


def test_threads_get_what_one_gets(predictor):
    latent, labels = points(300)
    expected, found = predictor.decode(latent, labels), [None] * 4

    def use(i):
        found[i] = [predictor.decode(latent, labels) for _ in range(5)]

    threads = [threading.Thread(target=use, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for rows in found:
        assert all(np.array_equal(each, expected) for each in rows)


@pytest.mark.parametrize("granted", ["1", "3", "", "0", "many"])
def test_cores_that_joblib_grants(predictor, monkeypatch, granted):
    used, pool = [], inference.ThreadPoolExecutor
    monkeypatch.setenv("OMP_NUM_THREADS", granted)
    monkeypatch.setattr(inference.joblib, "cpu_count", lambda: 2)
    monkeypatch.setattr(inference, "ThreadPoolExecutor", lambda n: used.append(n) or pool(n))
    symbols, labels = make_rows(4 * BLOCK)[:2]
    predictor.encode(symbols, labels)
    predictor.encode(symbols[:BLOCK], labels[:BLOCK])  # a single block needs no threads
    assert used == [{"1": 1, "3": 3}.get(granted, 2)]


def decode_into(connection, predictor):
    latent, labels = points(300)
    connection.send(predictor.decode(latent, labels))
    connection.close()


def in_a_forked_child(predictor):
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=decode_into, args=(sender, predictor), daemon=True)
    child.start()
    assert receiver.poll(60), "the forked child waits forever"
    found = receiver.recv()
    child.join(timeout=60)
    return found


@can_fork
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_decodes_as_its_parent(predictor):
    latent, labels = points(300)
    expected = predictor.decode(latent, labels)
    assert np.array_equal(in_a_forked_child(predictor), expected)


@can_fork
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_that_is_forked_while_another_thread_decodes():
    inside, may_end = threading.Event(), threading.Event()

    class Slow(DenseArchitecture):
        def numpy_decoder(self, *arguments):
            inside.set()
            may_end.wait(60)
            return super().numpy_decoder(*arguments)

    quick = make_predictor(make_network(architecture=DenseArchitecture(hidden_layer_sizes=(3,))))
    slow = Predictor(Slow(hidden_layer_sizes=(3,)), quick.sizes, quick.weights)
    thread = threading.Thread(target=slow.decode, args=points(2))
    thread.start()
    try:
        assert inside.wait(60)
        found = in_a_forked_child(quick)  # the child has no thread that would release the lock
    finally:
        may_end.set()
        thread.join(timeout=60)
    assert np.array_equal(found, quick.decode(*points(300)))
