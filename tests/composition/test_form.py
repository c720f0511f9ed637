"""The form of a piece: letters, primes, repeating and cutting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skemovae.composition._form import read_form


@pytest.mark.parametrize(
    ("form", "n_phrases", "names"),
    [
        ("AABA", None, ["A", "A", "B", "A"]),
        ("AA'BA''", None, ["A", "A'", "B", "A''"]),
        ("AB", 5, ["A", "B", "A", "B", "A"]),
        ("AABA", 2, ["A", "A"]),
        ("A'", 2, ["A'", "A'"]),
    ],
)
def test_known_forms(form, n_phrases, names):
    assert read_form(form, n_phrases) == names


NAMES = [letter + n * "'" for letter in "ABXZ" for n in range(4)]


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=40))  # quick to draw, even if the machine is busy
def test_names_joined_are_the_form(names):
    assert read_form("".join(names)) == names


@pytest.mark.parametrize("form", ["", "aaba", "'A", "A-B", "A B", "A\n", None, ["A", "B"]])
def test_what_is_no_form_is_named(form):
    with pytest.raises(ValueError, match=r"form=.*: expected a capital letter for each phrase"):
        read_form(form)


@pytest.mark.parametrize("n_phrases", [0, 1.5, True, "8"])
def test_wrong_numbers_of_phrases(n_phrases):
    with pytest.raises(ValueError, match=f"n_phrases={n_phrases!r}: expected a positive integer"):
        read_form("A", n_phrases)
