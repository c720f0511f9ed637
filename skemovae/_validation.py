"""Checks of parameters, whose messages say what was passed, what was expected and what is usual."""

import math
from numbers import Integral, Real

import numpy as np


def check_choice(name, value, choices):
    """Raise ValueError unless the value is one of the choices."""
    if not any(value is choice or (type(value) is type(choice) and value == choice) for choice in choices):
        raise ValueError(f"{name}={value!r}: expected one of {', '.join(map(repr, choices))}")


def check_positive_integer(name, value, usual):
    """Raise ValueError unless the value is an integer above 0."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
        raise ValueError(f"{name}={value!r}: expected a positive integer, e.g. {usual}")


def check_number(name, value, usual, *, zero=False, below=math.inf):
    """Raise ValueError unless the value is a real number above 0 (or also 0) and below a limit."""
    real = isinstance(value, Real) and not isinstance(value, bool)
    if not real or not (value > 0 or (zero and value == 0)) or not value < below:
        kind = "number" if below == math.inf else f"number below {below}"
        least = "0 or a positive" if zero else "a positive"
        raise ValueError(f"{name}={value!r}: expected {least} {kind}, e.g. {usual}")


def make_generator(random_state):
    """Return a numpy Generator for a `random_state`; numpy's global one is never touched.

    Parameters
    ----------
    random_state : None, int, numpy.random.Generator or numpy.random.RandomState
        None gives fresh randomness, an int the same every time; a Generator is used as it is, a RandomState draws one
        seed.
    """
    if isinstance(random_state, np.random.Generator):
        return random_state
    if isinstance(random_state, np.random.RandomState):
        return np.random.default_rng(random_state.randint(2**31, size=4))
    if random_state is None or (isinstance(random_state, Integral) and random_state >= 0):
        return np.random.default_rng(random_state)
    raise ValueError(
        f"random_state={random_state!r}: expected None, an integer >= 0, a numpy Generator or a numpy RandomState"
    )
