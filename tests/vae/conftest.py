"""Graphs that are compiled once for all files in this folder."""

import pytest

from skemovae.nn import pool


@pytest.fixture(scope="session", autouse=True)
def _large_pool():
    """Keep the graphs of more networks than a user needs, because tests alternate between the same few settings."""
    patch = pytest.MonkeyPatch()
    patch.setattr(pool, "MAX_IDLE", 16)
    yield
    patch.undo()
