"""to_parallel_mode: both directions worked out by hand, the leading note, and what never changes."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skemovae import PitchEncoder, load_bach_chorales
from skemovae.preprocessing import HOLD, REST, is_onset, to_parallel_mode
from tests.preprocessing.conftest import MELODY_TOKENS, token_rows

IN_MAJOR, IN_MINOR = [60, 62, 64, 65, 67, 69, 71, 72], [60, 62, 63, 65, 67, 69, 71, 72]  # one rises to the tonic


def moved(row, mode):
    return to_parallel_mode([row], mode)[0].tolist()


# -- Known values ------------------------------------------------------------------------------------------------------


def test_the_scales():
    assert moved(IN_MAJOR, "minor") == IN_MINOR
    assert moved(IN_MAJOR[::-1], "minor") == [72, 70, 68, 67, 65, 63, 62, 60]
    assert moved(IN_MINOR, "major") == IN_MAJOR
    assert moved([72, 70, 68, 67, 65, 63, 62, 60], "major") == IN_MAJOR[::-1]


@pytest.mark.parametrize(
    ("major", "minor"),
    [
        ([71, 72], [71, 72]),  # B rises to C
        ([71, 60], [71, 60]),  # in any octave
        ([71, 71, 71, 72], [71, 71, 71, 72]),  # also where it is repeated
        ([71, 71, 71, 69], [70, 70, 70, 68]),
        ([71, 129, 128, 72], [71, 129, 128, 72]),  # also across holds and rests
        ([71, 74, 72, 72], [70, 74, 72, 72]),  # not across another pitch
        ([71, 129, 128, 128], [70, 129, 128, 128]),  # nothing follows
        ([69, 71, 72, 72], [69, 71, 72, 72]),  # A rises over B to C
        ([69, 69, 71, 72], [69, 69, 71, 72]),
        ([69, 71, 69, 67], [68, 70, 68, 67]),  # this B does not lead to C, and so the A before it is not raised
        ([69, 72, 69, 71], [68, 72, 68, 70]),
        ([64, 71, 76, 64], [63, 70, 75, 63]),
    ],
)
def test_the_leading_note(major, minor):
    assert moved(major, "minor") == minor


def test_a_mode_for_each_row():
    rows = [[60, 64, 67, 69], [60, 63, 67, 68], [60, 63, 67, 68]]
    expected = [[60, 63, 67, 68], [60, 64, 67, 69], [60, 63, 67, 68]]
    assert to_parallel_mode(rows, ["minor", "major", "minor"]).tolist() == expected


@pytest.mark.parametrize("mode", ["major", "minor"])
def test_rests_and_holds_are_no_degrees_of_the_scale(mode):
    row = [HOLD, REST, HOLD, REST]  # 128 % 12 is the pitch class of A flat, 129 % 12 that of A
    assert moved(row, mode) == row


def test_the_ends_of_the_range_of_midi():
    pitches = list(range(128))
    assert moved(pitches, "major")[-2:] == [126, 127]
    assert min(moved(pitches, "minor")) == 0


def test_no_rows():
    assert to_parallel_mode(np.empty((0, 8), dtype=int), "minor").shape == (0, 8)


# -- Properties --------------------------------------------------------------------------------------------------------


def by_the_rule(row):
    """Return a row in C major moved to C minor, note by note."""
    notes = [i for i, token in enumerate(row) if token < REST]

    def next_other(i):
        return next((j for j in notes if j > i and row[j] != row[i]), None)

    def leads(i):
        return row[i] % 12 == 11 and next_other(i) is not None and row[next_other(i)] % 12 == 0

    result = list(row)
    for i in notes:
        degree, following = row[i] % 12, next_other(i)
        stays = leads(i) or (degree == 9 and following is not None and leads(following))
        result[i] -= degree in (4, 9, 11) and not stays
    return result


@given(token_rows(MELODY_TOKENS))
def test_every_row_follows_the_rule(rows):
    assert to_parallel_mode(rows, "minor").tolist() == [by_the_rule(row) for row in rows.tolist()]


@given(token_rows(MELODY_TOKENS), st.sampled_from(["major", "minor"]))
def test_no_note_begins_or_ends_elsewhere_or_moves_further_than_a_semitone(rows, mode):
    before = rows.copy()
    result = to_parallel_mode(rows, mode)
    assert (rows == before).all()
    assert ((result != rows) <= is_onset(rows)).all()
    assert set((result - rows).ravel().tolist()) <= ({0, 1} if mode == "major" else {0, -1})
    assert (to_parallel_mode(result, mode) == result).all()


@given(token_rows([token for token in MELODY_TOKENS if token >= REST or token % 12 not in (3, 8, 10)]))
def test_a_row_of_c_major_comes_back(rows):
    assert (to_parallel_mode(to_parallel_mode(rows, "minor"), "major") == rows).all()


@given(token_rows([token for token in MELODY_TOKENS if token >= REST or token % 12 not in (4, 9, 10, 11)]))
def test_a_row_of_c_minor_without_its_seventh_comes_back(rows):
    assert (to_parallel_mode(to_parallel_mode(rows, "major"), "minor") == rows).all()


# -- On real melodies --------------------------------------------------------------------------------------------------


def by_the_next_pitch_alone(row):
    """Return a row in C major moved to C minor, with every A before a B kept, and every B before a B or a C."""
    notes = [i for i, token in enumerate(row) if token < REST]
    degrees = [row[i] % 12 for i in notes]
    result = list(row)
    for i, degree, following in zip(notes, degrees, [*degrees[1:], None], strict=True):
        stays = {9: (11,), 11: (11, 0)}.get(degree, ())
        result[i] -= degree in (4, 9, 11) and following not in stays
    return result


@pytest.mark.slow  # in its process, it may be the only test that reads the corpus
def test_chorales_in_minor_come_back_from_major_more_often_than_by_the_next_pitch_alone():
    bach = load_bach_chorales()
    rows = PitchEncoder().transform([bach.data[i] for i in np.flatnonzero(np.isin(bach.target, ["anger", "sadness"]))])
    in_major = to_parallel_mode(rows, "major")
    asked = is_onset(rows) & np.isin(rows % 12, [8, 9, 10, 11])  # sixths and sevenths
    back = (to_parallel_mode(in_major, "minor") == rows)[asked].mean()
    assert back > 0.7
    assert back > (np.array([by_the_next_pitch_alone(row) for row in in_major.tolist()]) == rows)[asked].mean() + 0.03


# -- Errors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        ("dorian", "mode='dorian': expected 'major' or 'minor'"),
        (None, "mode=None: expected 'major' or 'minor'"),
        (["major", "Minor"], "mode='Minor': expected 'major' or 'minor'"),
        (["major"], "mode of shape (1,) for 2 rows: expected one mode, or one for each row"),
    ],
)
def test_wrong_modes(mode, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        to_parallel_mode([[60], [62]], mode)
