"""The parts of a saved model, and names of architectures that are registered for a single test."""

import pytest

from skemovae.nn.architectures import registered_architectures

from .files import DATA, parts_of


@pytest.fixture
def parts(saved):
    """Return the header and the arrays of the small model; tests may change them."""
    return parts_of(saved)


@pytest.fixture
def first_parts():
    """Return the header and the arrays of a model of format 1; tests may change them."""
    return parts_of(DATA / "model_v1.safetensors")


@pytest.fixture
def own_names(monkeypatch):
    """Return a function that forgets the names that a test has registered; the end of the test forgets them, too."""

    def forget():
        monkeypatch.setattr("skemovae.nn.architectures._registry._REGISTERED", dict(usual))

    usual = registered_architectures()
    forget()
    return forget
