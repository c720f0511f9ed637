"""Checks of parameters, whose messages say what was passed, what was expected and what is usual."""

import math
from numbers import Integral, Real

import numpy as np


def check_choice(name, value, choices):
    """Raise ValueError unless the value is one of the choices.

    Subclasses are accepted: a parameter grid made from an array contains :class:`numpy.str_`.
    """
    if not any(isinstance(value, type(choice)) and value == choice for choice in choices):
        raise ValueError(f"{name}={value!r}: expected one of {', '.join(map(repr, choices))}")


def check_bool(name, value):
    """Raise ValueError unless the value is True or False; otherwise a string such as "no" would count as True."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name}={value!r}: expected True or False")


def check_positive_integer(name, value, usual):
    """Raise ValueError unless the value is an integer above 0."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
        raise ValueError(f"{name}={value!r}: expected a positive integer, e.g. {usual}")


def check_number(name, value, usual, *, zero=False, below=math.inf):
    """Raise ValueError unless the value is a real number above 0 (or 0, with `zero`) and below a limit."""
    real = isinstance(value, Real) and not isinstance(value, bool)
    if not real or not (value > 0 or (zero and value == 0)) or not value < below:
        kind = "number" if below == math.inf else f"number below {below}"
        least = "0 or a positive" if zero else "a positive"
        raise ValueError(f"{name}={value!r}: expected {least} {kind}, e.g. {usual}")


def check_share(name, value, usual):
    """Raise ValueError unless the value is a real number from 0 to 1."""
    real = isinstance(value, Real) and not isinstance(value, bool)
    if not real or not (value >= 0 and value <= 1):
        raise ValueError(f"{name}={value!r}: expected a share from 0 to 1, e.g. {usual}")


def check_point(name, value):
    """Return one point of the plane, (valence, arousal), as an array; raise ValueError for anything else."""
    try:
        point = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        point = np.empty(0)
    if point.shape != (2,) or not np.isfinite(point).all():
        raise ValueError(f"{name}={value!r}: expected one point (valence, arousal), e.g. (0.5, -1.0)")
    return point


def make_generator(random_state):
    """Return a numpy Generator for a `random_state`; numpy's global generator is never used.

    Parameters
    ----------
    random_state : None, int, numpy.random.Generator or numpy.random.RandomState
        None gives a new random sequence each time, an int always the same one; a Generator is used as it is, and a
        RandomState seeds a new Generator.

    Returns
    -------
    numpy.random.Generator

    Raises
    ------
    ValueError
        If `random_state` is anything else.
    """
    if isinstance(random_state, np.random.Generator):
        return random_state
    if isinstance(random_state, np.random.RandomState):
        return np.random.default_rng(random_state.randint(2**31, size=4))
    is_seed = isinstance(random_state, Integral) and not isinstance(random_state, bool) and int(random_state) >= 0
    if random_state is None or is_seed:
        return np.random.default_rng(random_state)
    raise ValueError(
        f"random_state={random_state!r}: expected None, an integer >= 0, a numpy Generator or a numpy RandomState"
    )
