"""Networks that are used again: building one and compiling its graph costs seconds, setting its variables does not."""

import threading
from contextlib import contextmanager

from .device import limit_threads
from .network import VAENetwork

MAX_IDLE = 4  # networks kept, the least recently used are dropped

_lock = threading.Lock()
_idle = []  # the most recently used last


@contextmanager
def borrowed_network(spec):
    """Lend a network of the given spec that nobody else uses meanwhile; its variables hold anything.

    Cross-validation and warm starts of one shape so share one compiled graph, and two threads never share a network.

    Parameters
    ----------
    spec : NetworkSpec

    Yields
    ------
    VAENetwork
    """
    with _lock:
        # newest first: it most likely holds the borrower's weights already
        found = next((i for i in reversed(range(len(_idle))) if _idle[i].spec == spec), None)
        network = None if found is None else _idle.pop(found)
    if network is None:
        limit_threads()
        network = VAENetwork(spec)
    try:
        yield network
    finally:
        with _lock:
            _idle.append(network)
            del _idle[:-MAX_IDLE]
