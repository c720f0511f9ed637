"""A pool of networks for reuse: compiling a network's graph takes seconds, setting its variables does not."""

import os
import threading
from contextlib import contextmanager

from .network import Network

MAX_IDLE = 4  # networks kept, with their graphs, some 20 MiB each; the least recently used are dropped

_lock = threading.Lock()
_idle: list[Network] = []  # the most recently used last
_owner: list[int] = []  # the process that made the first network


@contextmanager
def borrowed_network(spec):
    """Lend a network of the given spec that nothing else uses meanwhile; its variables may have any values.

    Thus cross-validation and warm starts of one shape share a compiled graph, and two threads never share a network.

    Parameters
    ----------
    spec : NetworkSpec

    Yields
    ------
    Network

    Raises
    ------
    RuntimeError
        In a child forked from a process that has trained: it has none of the backend's threads, and would wait for
        them forever.
    """
    if _owner and _owner[0] != os.getpid():
        raise RuntimeError(
            "this process was forked from one that has trained a model, and cannot train (it can use fitted models): "
            "start it before the first fit, or without forking: with joblib's default backend or "
            'multiprocessing.get_context("spawn")'
        )
    with _lock:
        found = next((i for i in reversed(range(len(_idle))) if _idle[i].spec == spec), None)
        network = None if found is None else _idle.pop(found)
    if network is None:
        _owner[:] = [os.getpid()]
        network = Network(spec)
    try:
        yield network
    finally:
        with _lock:
            _idle.append(network)
            del _idle[:-MAX_IDLE]
