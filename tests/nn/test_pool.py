"""Networks that are lent, returned and reused."""

import multiprocessing
import threading

import pytest

from skemovae.nn import pool
from skemovae.nn.architectures import DenseArchitecture, Sizes
from skemovae.nn.network import NetworkSpec
from skemovae.nn.pool import MAX_IDLE, borrowed_network


def make_spec(units=5):
    return NetworkSpec(DenseArchitecture(hidden_layer_sizes=(units,)), Sizes(3, 4, 4, 2, None))


def borrow(spec):
    with borrowed_network(spec) as network:
        return network


@pytest.fixture(autouse=True)
def _own_pool(monkeypatch):
    monkeypatch.setattr(pool, "_idle", [])
    monkeypatch.setattr(pool, "MAX_IDLE", MAX_IDLE)  # other tests keep more


def test_a_returned_network_is_lent_again():
    first = borrow(make_spec())
    with borrowed_network(make_spec()) as second:
        assert second is first
        with borrowed_network(make_spec()) as third:  # the second one is lent
            assert third is not second


def test_another_size_or_option_is_another_network():
    first = borrow(make_spec())
    assert borrow(make_spec(units=6)) is not first
    assert borrow(make_spec()._replace(sizes=Sizes(3, 4, 4, 2, "both"))) is not first
    assert borrow(make_spec()) is first


def test_a_network_is_given_back_after_an_error():
    with pytest.raises(RuntimeError, match="in mid-training"), borrowed_network(make_spec()) as first:
        raise RuntimeError("in mid-training")
    assert borrow(make_spec()) is first


def test_few_idle_networks_are_kept_the_last_used():
    networks = [borrow(make_spec(units)) for units in range(1, MAX_IDLE + 2)]
    assert borrow(make_spec(MAX_IDLE + 1)) is networks[-1]
    assert borrow(make_spec(2)) is networks[1]
    assert borrow(make_spec(1)) is not networks[0]


def test_threads_never_share_a_network():
    lent, all_have_one = [], threading.Barrier(3)

    def use():
        with borrowed_network(make_spec()) as network:
            lent.append(id(network))
            all_have_one.wait(timeout=60)

    threads = [threading.Thread(target=use) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(set(lent)) == 3


def borrow_and_tell(connection):
    try:
        borrow(make_spec())
    except RuntimeError as error:
        connection.send(str(error))
    else:
        connection.send("a network")


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_is_refused():
    borrow(make_spec())
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=borrow_and_tell, args=(sender,), daemon=True)
    child.start()
    assert receiver.poll(60), "the forked child waits for ever"
    message = receiver.recv()
    child.join(timeout=60)
    assert "forked from one that has trained a model, and cannot train (it can use fitted models): start it" in message
