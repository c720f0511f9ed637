"""Checks of parameters and random states."""

import re
from fractions import Fraction

import numpy as np
import pytest

from skemovae._validation import (
    check_bool,
    check_choice,
    check_number,
    check_positive_integer,
    check_share,
    make_generator,
)


@pytest.mark.parametrize("value", ["both", np.str_("decoder"), None])
def test_check_choice_accepts_every_choice(value):
    check_choice("condition", value, ("both", "decoder", None))


@pytest.mark.parametrize("value", ["Both", "", b"both", 0, False, ["both"], np.array(["both"]), float("nan")])
def test_check_choice_names_the_choices(value):
    expected = re.escape(f"condition={value!r}: expected one of 'both', 'decoder', None")
    with pytest.raises(ValueError, match=expected):
        check_choice("condition", value, ("both", "decoder", None))


@pytest.mark.parametrize(("value", "choices"), [(1, (True,)), (1.0, (1,))])
def test_check_choice_does_not_take_equal_values_of_another_type(value, choices):
    with pytest.raises(ValueError, match=f"x={value}: expected one of {choices[0]}"):
        check_choice("x", value, choices)


@pytest.mark.parametrize("value", [True, False, np.True_])
def test_check_bool_accepts_truth_values(value):
    check_bool("keep_speed", value)


@pytest.mark.parametrize("value", [1, 0, "no", None, np.array([True])])
def test_check_bool_refuses_what_only_counts_as_true(value):
    with pytest.raises(ValueError, match=re.escape(f"keep_speed={value!r}: expected True or False")):
        check_bool("keep_speed", value)


@pytest.mark.parametrize("value", [1, 64, np.int64(3), np.uint8(7)])
def test_check_positive_integer_accepts_integers(value):
    check_positive_integer("n_steps", value, 64)


@pytest.mark.parametrize("value", [0, -1, np.int64(0), 1.0, 2.5, float("nan"), True, "64", None, [64]])
def test_check_positive_integer_says_what_is_usual(value):
    with pytest.raises(ValueError, match=re.escape(f"n_steps={value!r}: expected a positive integer, e.g. 64")):
        check_positive_integer("n_steps", value, 64)


@pytest.mark.parametrize("value", [1, 0.5, 1e-300, np.float32(0.25), Fraction(1, 3)])
def test_check_number_accepts_positive_numbers(value):
    check_number("qpm", value, 120)


@pytest.mark.parametrize("value", [0, 0.0, -1, float("nan"), float("inf"), True, "120", None, 1j, [120]])
def test_check_number_refuses_what_is_no_positive_number(value):
    with pytest.raises(ValueError, match=re.escape(f"qpm={value!r}: expected a positive number, e.g. 120")):
        check_number("qpm", value, 120)


def test_check_number_takes_zero_only_where_it_is_allowed():
    check_number("weight", 0, 5.0, zero=True)
    with pytest.raises(ValueError, match=re.escape("weight=-1e-09: expected 0 or a positive number, e.g. 5.0")):
        check_number("weight", -1e-9, 5.0, zero=True)


def test_check_number_limit_is_excluded():
    check_number("validation_fraction", 0.999, 0.1, below=1)
    with pytest.raises(
        ValueError, match=re.escape("validation_fraction=1: expected a positive number below 1, e.g. 0.1")
    ):
        check_number("validation_fraction", 1, 0.1, below=1)


@pytest.mark.parametrize("value", [0, 1, 0.3, np.float32(0.5), Fraction(1, 3)])
def test_check_share_accepts_shares(value):
    check_share("paired", value, 0.5)


@pytest.mark.parametrize("value", [-1e-9, 1.001, 30, float("nan"), float("inf"), True, "0.5", None, [0.5]])
def test_check_share_refuses_what_is_no_share(value):
    with pytest.raises(ValueError, match=re.escape(f"paired={value!r}: expected a share from 0 to 1, e.g. 0.5")):
        check_share("paired", value, 0.5)


def draw(generator):
    return generator.integers(2**62, size=3).tolist()


@pytest.mark.parametrize("seed", [0, 7, np.int64(7), 2**100])
def test_make_generator_gives_the_same_for_the_same_integer(seed):
    assert draw(make_generator(seed)) == draw(make_generator(seed)) == draw(np.random.default_rng(seed))


def test_make_generator_is_fresh_for_none_and_differs_between_seeds():
    assert draw(make_generator(None)) != draw(make_generator(None))
    assert draw(make_generator(0)) != draw(make_generator(1))


def test_make_generator_uses_a_generator_as_it_is():
    generator = np.random.default_rng(0)
    assert make_generator(generator) is generator


def test_make_generator_draws_from_a_random_state():
    first, second = np.random.RandomState(3), np.random.RandomState(3)
    drawn = [draw(make_generator(first)) for _ in range(2)]
    assert drawn[0] != drawn[1]
    assert drawn == [draw(make_generator(second)) for _ in range(2)]


@pytest.mark.parametrize("random_state", [None, 5, "generator", "random state"])
def test_make_generator_leaves_numpys_global_state_alone(random_state):
    random_state = {"generator": np.random.default_rng(0), "random state": np.random.RandomState(0)}.get(
        random_state, random_state
    )
    before = np.random.get_state()  # noqa: NPY002 - it is the global state that must not change
    draw(make_generator(random_state))
    after = np.random.get_state()  # noqa: NPY002
    assert before[0] == after[0]
    assert before[1].tolist() == after[1].tolist()
    assert before[2:] == after[2:]


@pytest.mark.parametrize("random_state", [-1, 1.5, "0", True, [1, 2], np.random])
def test_make_generator_says_what_it_expects(random_state):
    expected = re.escape(f"random_state={random_state!r}: expected None, an integer >= 0, a numpy Generator or a numpy")
    with pytest.raises(ValueError, match=expected):
        make_generator(random_state)
