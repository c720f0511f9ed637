"""What rests and holds are; the whole package uses the same functions."""

import re
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skemovae.preprocessing import HOLD, REST, are_tokens, is_onset
from skemovae.preprocessing._tokens import check_tokens, notes_of_row, rest_empty_holds, row_of_notes


def test_rests_and_holds_are_those_of_muspy():
    assert (REST, HOLD) == (128, 129)


def test_the_page_of_the_explorer_has_the_same_ones():
    script = (files("skemovae.explorer") / "web" / "music" / "tokens.js").read_text(encoding="utf-8")
    assert dict(re.findall(r"^export const (REST|HOLD) = (\d+);$", script, flags=re.MULTILINE)) == {
        "REST": str(REST),
        "HOLD": str(HOLD),
    }


def test_which_numbers_are_tokens():
    symbols = np.array([-1, -0.5, 0, 0.5, 127, 128, 129, 129.5, 130, np.nan, np.inf])
    assert symbols[are_tokens(symbols)].tolist() == [0, 127, 128, 129]


def test_which_tokens_begin_a_note():
    assert is_onset(np.array([[0, 127], [REST, HOLD]])).tolist() == [[True, True], [False, False]]


@pytest.mark.parametrize(
    ("row", "notes"),
    [
        ([64, 129, 129, 129, 65, 129, 128, 67], [(0, 64, 4), (4, 65, 2), (7, 67, 1)]),
        ([129, 129, 60, 129], [(2, 60, 2)]),  # nothing to hold at the beginning
        ([60, 128, 129, 129], [(0, 60, 1)]),  # nor after a rest
        ([60, 60, 128, 128], [(0, 60, 1), (1, 60, 1)]),
        ([129, 129], []),
        ([128, 128], []),
    ],
)
def test_the_notes_of_a_row(row, notes):
    assert notes_of_row(np.array(row)) == notes


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the first example may wait for an import
@given(st.lists(st.sampled_from([60, 62, 127, 0, REST, HOLD, HOLD]), min_size=1, max_size=40))
def test_a_row_comes_back_with_a_rest_for_each_hold_of_nothing(row):
    notes = notes_of_row(np.array(row))
    again = list(row_of_notes([(onset, onset + length, pitch) for onset, pitch, length in notes], len(row)))
    assert again == rest_empty_holds(np.array([row]))[0].tolist()


@pytest.mark.parametrize(
    ("row", "rested"),
    [
        ([129, 129, 60, 129], [128, 128, 60, 129]),
        ([60, 128, 129, 61], [60, 128, 128, 61]),
        ([60, 129, 128, 129], [60, 129, 128, 128]),
        ([129, 129, 129, 129], [128, 128, 128, 128]),
        ([60, 129, 61, 129], [60, 129, 61, 129]),
    ],
)
def test_a_hold_of_nothing_is_a_rest(row, rested):
    assert rest_empty_holds(np.array([row, [62, 129, 129, 129]])).tolist() == [rested, [62, 129, 129, 129]]


def test_checked_tokens_are_new_integers():
    X = np.array([[60, HOLD]])
    tokens = check_tokens(X)
    assert not np.shares_memory(tokens, X)
    assert check_tokens([[60.0, 129.0]]).dtype == tokens.dtype == int


def test_a_column_is_a_row_only_where_the_number_of_steps_is_known():
    assert check_tokens([[60], [HOLD]], 2).tolist() == [[60, HOLD]]
    assert check_tokens([[60], [HOLD]]).tolist() == [[60], [HOLD]]
    with pytest.raises(ValueError, match=r"tokens of shape \(1, 2\): expected \(n_samples, n_steps=3\)"):
        check_tokens([[60, HOLD]], 3)
    with pytest.raises(ValueError, match=r"rows of different lengths: expected \(n_samples, n_steps\)"):
        check_tokens([[60, HOLD], [60]])
