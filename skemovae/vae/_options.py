"""The options of an architecture as parameters of the model: ``architecture__units``."""

from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from ..nn.architectures import Architecture, registered_architectures

OPTION = "architecture__"  # before the name of an option


class ArchitectureOptionsMixin(BaseEstimator):
    """Makes the options of the parameter `architecture` parameters of their own, which a search can set."""

    architecture: Any

    def get_params(self, deep=True):
        """Return the parameters.

        Parameters
        ----------
        deep : bool, default=True
            Whether to include the options of the architecture, as ``architecture__...``.

        Returns
        -------
        dict
        """
        params = super().get_params(deep=deep)
        if deep:
            params |= {f"{OPTION}{name}": value for name, value in _options(self.architecture).items()}
        return params

    def set_params(self, **params):
        """Set parameters, including the options of the architecture: ``set_params(architecture__units=64)``.

        Architecture objects are immutable, so setting an option replaces the object. A name stands for the architecture
        with its default options, and is kept if no option changes.

        Parameters
        ----------
        **params

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If there is no such parameter or option.
        """
        options = {name.removeprefix(OPTION): params[name] for name in params if name.startswith(OPTION)}
        others = {name: value for name, value in params.items() if not name.startswith(OPTION)}
        architecture = others.get("architecture", self.architecture)
        known = _options(architecture)
        unknown = sorted(set(options) - set(known))
        if unknown:
            raise ValueError(f"architecture={architecture!r} has no options {unknown}: expected some of {list(known)}")
        super().set_params(**others)
        if not all(_is_same(known[name], value) for name, value in options.items()):
            self.architecture = replace(_resolve(architecture), **options)
        return self


def _is_same(old, new):
    """Return whether an option stays the same. True differs from 1; arrays, which a fit will refuse, are compared."""
    return old is new or (type(old) is type(new) and np.array_equal(old, new))


def _resolve(architecture):
    """Return the object that a name stands for; return anything else unchanged."""
    known = registered_architectures()
    return known[architecture]() if isinstance(architecture, str) and architecture in known else architecture


def _options(architecture):
    """Return the options of an architecture, or of a name; none of anything else, which a fit will refuse."""
    architecture = _resolve(architecture)
    return architecture.options if isinstance(architecture, Architecture) else {}
