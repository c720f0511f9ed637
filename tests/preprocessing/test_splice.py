"""splice_bars: every bar comes from a row with the same label, rows are valid, and half of the bars are replaced."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skemovae import PitchEncoder
from skemovae.preprocessing import HOLD, REST, splice_bars
from skemovae.preprocessing._tokens import rest_empty_holds
from tests.preprocessing.conftest import token_rows


def numbered_rows(n_rows, n_bars=4, bar_steps=4):
    """Return rows in which every step shows its row and bar."""
    return np.repeat(20 * np.arange(n_rows)[:, None] + np.arange(n_bars), bar_steps, axis=1)


def test_every_bar_is_the_same_bar_of_a_row_of_the_same_label():
    rows, labels = numbered_rows(6), np.array(["happy", "sad", "happy", "sad", "sad", "happy"])
    seen = np.concatenate([splice_bars(rows, labels, bar_steps=4, random_state=seed) for seed in range(50)])
    assert (seen % 20 == np.repeat(np.arange(4), 4)).all()
    assert (seen.reshape(-1, 4, 4).max(axis=2) == seen.reshape(-1, 4, 4).min(axis=2)).all()  # whole bars
    assert (labels[seen // 20] == np.tile(labels, 50)[:, None]).all()
    for row in range(6):
        of_row = set((seen[row::6] // 20).ravel().tolist())
        assert of_row == set(np.flatnonzero(labels == labels[row]).tolist())


def test_half_of_the_bars_are_replaced_and_by_other_rows():
    generator = np.random.default_rng(0)
    bars = np.arange(2000 * 4).reshape(2000, 4)
    rows = np.stack([bars // 100, bars % 100], axis=2).reshape(2000, 8)  # no two bars are alike
    changed = (splice_bars(rows, np.zeros(2000), bar_steps=2, random_state=generator) != rows).reshape(2000, 4, 2)
    changed = changed.any(axis=2)
    assert np.abs(changed.mean(axis=0) - 0.5).max() < 0.04  # 3.5 standard deviations
    assert abs((changed[:, 0] & changed[:, 1]).mean() - 0.25) < 0.04  # each bar independently


def test_the_only_row_of_a_label_stays():
    rows = numbered_rows(3)
    for seed in range(5):
        assert (splice_bars(rows, [1, 2, 2], bar_steps=4, random_state=seed)[0] == rows[0]).all()


@pytest.mark.parametrize(
    ("before", "after", "spliced"),
    [
        ([60, 62, 64, 65], [72, 129, 129, 71], [60, 62, 129, 71]),  # the hold continues the note that is now before it
        ([60, 128, 64, 65], [72, 129, 129, 71], [60, 128, 128, 71]),  # a rest is not held
        ([60, 128, 64, 65], [72, 129, 129, 129], [60, 128, 128, 128]),
    ],
)
def test_a_hold_after_a_bar_of_another_row(before, after, spliced):
    results = [splice_bars([before, after], [0, 0], bar_steps=2, random_state=seed)[0] for seed in range(20)]
    assert spliced in [row.tolist() for row in results]
    assert all((rest_empty_holds(row[None]) == row).all() for row in results)


def test_what_is_left_at_the_end_is_a_bar():
    rows = numbered_rows(2, n_bars=7, bar_steps=1)
    seen = np.concatenate([splice_bars(rows, [0, 0], bar_steps=5, random_state=seed) for seed in range(20)]) // 20
    assert (seen[:, :5] == seen[:, :1]).all()
    assert (seen[:, 5] == seen[:, 6]).all()
    assert (seen[:, 0] != seen[:, 6]).any()


@settings(deadline=None, max_examples=60)
@given(token_rows(max_rows=6), st.data())
def test_spliced_rows_are_rows_that_the_encoder_gives_back(rows, data):
    labels = data.draw(st.lists(st.sampled_from("ab"), min_size=len(rows), max_size=len(rows)))
    bar_steps, seed = data.draw(st.integers(1, 25)), data.draw(st.integers(0, 100))
    before = rows.copy()
    spliced = splice_bars(rows, labels, bar_steps=bar_steps, random_state=seed)
    encoder = PitchEncoder(n_steps=rows.shape[1])
    assert (rows == before).all()
    assert (encoder.transform(encoder.inverse_transform(spliced)) == spliced).all()
    for row, label in zip(spliced, labels, strict=True):
        of_label = rows[np.array(labels) == label]
        assert ((row == of_label).any(axis=0) | (row == REST)).all()
    assert (spliced == splice_bars(rows, labels, bar_steps=bar_steps, random_state=seed)).all()


def test_no_rows():
    assert splice_bars(np.empty((0, 8), dtype=int), []).shape == (0, 8)


@pytest.mark.parametrize(
    ("rows", "labels", "bar_steps", "message"),
    [
        ([[60, HOLD]], ["sad", "sad"], 16, "1 rows and 2 labels: expected the same number"),
        ([[60, HOLD]], ["sad"], 0, "bar_steps=0: expected a positive integer, e.g. 16 for 4/4 in sixteenths"),
        ([[60, 130]], ["sad"], 16, "token 130 in row 0, step 1"),
    ],
)
def test_wrong_input(rows, labels, bar_steps, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        splice_bars(rows, labels, bar_steps=bar_steps)
