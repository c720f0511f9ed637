"""Note lengths, and melodies at half and at double speed."""

import numpy as np
import pytest
from hypothesis import given

from skemovae import PitchEncoder
from skemovae.preprocessing import HOLD, REST, double_durations, halve_durations, median_note_length
from skemovae.preprocessing._tokens import notes_of_row, rest_empty_holds
from tests.preprocessing.conftest import token_rows


@pytest.mark.parametrize(
    ("row", "median"),
    [
        ([60, 129, 129, 129, 62, 129, 64, 65], 1.5),
        ([60, 129, 129, 62, 129, 64, 65, 128], 1.5),
        ([60, 129, 129, 62, 129, 64, 128, 129], 2),  # a rest's hold belongs to the rest
        ([129, 129, 129, 129, 129, 62, 129, 129], 3),  # a hold without a note has no length
        ([60, 129, 129, 129, 129, 129, 129, 129], 8),
        ([127, 126, 0, 1, 60, 60, 60, 60], 1),
        ([128, 129, 129, 128, 128, 128, 128, 128], np.nan),
        ([129, 129, 129, 129, 129, 129, 129, 129], np.nan),
    ],
)
def test_known_medians(row, median):
    np.testing.assert_equal(median_note_length([row]), [median])
    np.testing.assert_equal(median_note_length([row, [60] * 8, row]), [median, 1, median])


@given(token_rows())
def test_the_median_is_that_of_the_notes(rows):
    lengths = [[length for _, _, length in notes_of_row(row)] for row in rows]
    expected = [np.median(of_row) if of_row else np.nan for of_row in lengths]
    np.testing.assert_equal(median_note_length(rows), expected)


@pytest.mark.parametrize(
    ("row", "doubled"),
    [
        ([60, 129, 62, 64, 65, 67, 69, 71], [60, 129, 129, 129, 62, 129, 64, 129]),
        ([60, 60, 128, 128, 65, 67, 69, 71], [60, 129, 60, 129, 128, 128, 128, 128]),
        ([128, 60, 129, 128, 65, 67, 69], [128, 128, 60, 129, 129, 129, 128]),  # the first half and a half step
        ([60], [60]),
    ],
)
def test_half_speed(row, doubled):
    assert double_durations([row]).tolist() == [doubled]


@pytest.mark.parametrize(
    ("row", "halved"),
    [
        ([60, 129, 129, 129, 62, 129, 64, 129], [60, 129, 62, 64, 128, 128, 128, 128]),
        ([60, 62, 129, 129, 64, 129, 65, 67], [60, 129, 64, 65, 128, 128, 128, 128]),  # 62 and 67 begin between steps
        ([128, 60, 129, 129, 62, 129, 129], [128, 128, 62, 129, 128, 128, 128]),  # so that the rest continues
        ([60], [60]),
    ],
)
def test_double_speed(row, halved):
    assert halve_durations([row]).tolist() == [halved]


@given(token_rows())
def test_the_first_half_comes_back_from_half_speed(rows):
    before = rows.copy()
    again = halve_durations(double_durations(rows))
    half = (rows.shape[1] + 1) // 2
    assert (rows == before).all()
    assert (again[:, :half] == rest_empty_holds(rows)[:, :half]).all()
    assert (again[:, half:] == REST).all()


@given(token_rows())
def test_at_half_speed_every_note_begins_twice_as_late_and_lasts_twice_as_long(rows):
    n_steps = rows.shape[1]
    for row, doubled in zip(rows, double_durations(rows), strict=True):
        expected = [(2 * onset, pitch, 2 * length) for onset, pitch, length in notes_of_row(row)]
        expected = [(o, pitch, min(length, n_steps - o)) for o, pitch, length in expected if o < n_steps]
        assert notes_of_row(doubled) == expected


@given(token_rows())
def test_what_is_played_at_another_speed_is_a_row_that_the_encoder_gives_back(rows):
    encoder = PitchEncoder(n_steps=rows.shape[1])
    for change in (double_durations, halve_durations):
        changed = change(rest_empty_holds(rows))
        assert (encoder.transform(encoder.inverse_transform(changed)) == changed).all()


@pytest.mark.parametrize("function", [median_note_length, double_durations, halve_durations])
def test_wrong_tokens(function):
    with pytest.raises(ValueError, match=r"tokens of shape \(2,\): expected \(n_samples, n_steps\); pass one row as"):
        function([60, HOLD])
    with pytest.raises(ValueError, match="token 130 in row 0, step 1: expected a whole number 0 to 129"):
        function([[60, 130]])


@pytest.mark.parametrize("function", [median_note_length, double_durations, halve_durations])
def test_no_rows(function):
    assert len(function(np.empty((0, 8), dtype=int))) == 0
