"""Tests of TempoNormalizer: notes keep their steps, or keep their speed."""

import re
from fractions import Fraction

import muspy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skemovae import TempoNormalizer
from skemovae.preprocessing import scale_time
from tests.conftest import make_score, notes_of
from tests.preprocessing.conftest import SCALE


def test_tempo_is_set_and_the_notes_stay():
    score = make_score(SCALE, qpm=60)
    score.tempos.append(muspy.Tempo(16, 200))
    (result,) = TempoNormalizer(qpm=100).transform([score])
    assert [(tempo.time, tempo.qpm) for tempo in result.tempos] == [(0, 100.0)]
    assert notes_of(result) == SCALE


@pytest.mark.parametrize(
    ("qpm", "factor"),
    # the boundary between two factors is the geometric mean: 120 / sqrt(2) = 84.85, 120 * sqrt(2) = 169.7
    [
        (60, 2),
        (61.5, 2),
        (84.8, 2),
        (84.9, 1),
        (120, 1),
        (169, 1),
        (170, 0.5),
        (240, 0.5),
        (30, 4),
        (15, 8),
        (480, 0.25),
    ],
)
def test_speed_is_kept_by_doubling_or_halving(qpm, factor):
    score = make_score([(0, 60, 16), (16, 62, 8)], qpm=qpm)
    (result,) = TempoNormalizer(keep_speed=True).transform([score])
    assert result.resolution == 4
    assert notes_of(result) == [(0, 60, 16 * factor), (16 * factor, 62, 8 * factor)]
    assert [tempo.qpm for tempo in result.tempos] == [120.0]


@pytest.mark.parametrize(("qpm", "length"), [(120, 4), (240, 8), (60, 2)])
def test_a_score_without_a_tempo_mark_counts_as_120(qpm, length):
    (result,) = TempoNormalizer(qpm=qpm, keep_speed=True).transform([make_score([(0, 60, 4)])])
    assert notes_of(result) == [(0, 60, length)]


def test_odd_durations_are_halved_exactly_by_a_finer_resolution():
    score = make_score([(0, 60, 3), (3, 62, 1)], qpm=240)
    (result,) = TempoNormalizer(keep_speed=True).transform([score])
    assert result.resolution == 8
    assert notes_of(result) == [(0, 60, 3), (3, 62, 1)]  # in steps of half the length


@pytest.mark.parametrize(("qpm", "time"), [(60, 32), (240, 8)])
def test_key_and_time_signatures_move_with_the_notes(qpm, time):
    score = make_score(SCALE, qpm=qpm)
    score.key_signatures.append(muspy.KeySignature(16, root=7, mode="major"))
    score.time_signatures.append(muspy.TimeSignature(16, 3, 4))
    (result,) = TempoNormalizer(keep_speed=True).transform([score])
    assert [mark.time for mark in result.key_signatures + result.time_signatures] == [time, time]


def test_an_odd_place_of_a_signature_also_makes_the_resolution_finer():
    score = make_score([(0, 60, 4)], qpm=240)
    score.time_signatures.append(muspy.TimeSignature(1, 3, 4))
    (result,) = TempoNormalizer(keep_speed=True).transform([score])
    assert (result.resolution, result.time_signatures[0].time, notes_of(result)) == (8, 1, [(0, 60, 4)])


@given(
    st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 127), st.integers(0, 10**6)), max_size=8),
    st.sampled_from([1, 3, 4, 24, 480, 10080]),
    st.integers(-6, 6),
)
@settings(deadline=None)
def test_keep_speed_scales_every_time_exactly(notes, resolution, doublings):
    factor = Fraction(2) ** doublings
    score = make_score(notes, resolution=resolution, qpm=float(120 / factor))
    (result,) = TempoNormalizer(keep_speed=True).transform([score])

    def in_quarters(music):
        return [[Fraction(value, music.resolution) for value in (time, length)] for time, _, length in notes_of(music)]

    assert in_quarters(result) == [[value * factor for value in values] for values in in_quarters(score)]
    assert [pitch for _, pitch, _ in notes_of(result)] == [pitch for _, pitch, _ in notes]


@pytest.mark.parametrize("qpm", [0.0, -60.0, float("nan"), float("inf"), 60_000_000.0, 1e-300])
def test_an_impossible_tempo_is_an_error_only_where_it_is_needed(qpm):
    score = make_score(SCALE, qpm=qpm)
    expected = re.escape(
        f"score 0 ('x.mid'): has a tempo of {qpm} quarter notes per minute; expected 0.117 to 1.23e+05"
    )
    with pytest.raises(ValueError, match=expected):
        TempoNormalizer(keep_speed=True).transform([score])
    assert notes_of(TempoNormalizer().transform([score])[0]) == SCALE


@pytest.mark.parametrize(("factor", "late"), [(2.0, 2**54 + 2), (0.5, 2**53 + 1)])
def test_times_that_no_float_holds_are_scaled_exactly(factor, late):
    result = scale_time(make_score([(2**53 + 1, 60, 4)]), factor)
    assert notes_of(result) == [(late, 60, 8 if factor == 2 else 4)]
    assert result.resolution == (4 if factor == 2 else 8)  # half of an odd time needs finer steps
