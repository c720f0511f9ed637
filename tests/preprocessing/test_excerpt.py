"""Tests of Excerpt: the first bars, for any meter and resolution."""

import re

import muspy
import pytest

from skemovae import Excerpt
from tests.conftest import make_score, notes_of
from tests.preprocessing.conftest import SCALE, drums, named


@pytest.mark.parametrize(
    ("n_bars", "time_signature", "n_notes"),
    [(1, "4/4", 4), (4, "4/4", 16), (2, "3/4", 6), (1, "6/8", 3), (3, "2/2", 12)],
)
def test_the_first_bars_are_kept(n_bars, time_signature, n_notes):
    meter = tuple(map(int, time_signature.split("/")))
    score = make_score(SCALE, time_signature=meter)
    (result,) = Excerpt(n_bars, time_signature=time_signature).transform([score])
    assert notes_of(result) == SCALE[:n_notes]
    assert [(t.time, t.numerator, t.denominator) for t in result.time_signatures] == [(0, *meter)]


def test_a_note_is_cut_at_the_end_and_dropped_beyond_it():
    score = make_score([(0, 60, 14), (14, 62, 2), (15, 64, 8), (16, 65, 4)])
    assert notes_of(Excerpt(1).transform([score])[0]) == [(0, 60, 14), (14, 62, 2), (15, 64, 1)]


def test_a_pickup_belongs_to_the_first_bar():
    pickup = make_score([(0, 67, 4), *((4 + 4 * i, 60 + i, 4) for i in range(16))])
    assert notes_of(Excerpt().transform([pickup])[0]) == notes_of(pickup)[:16]


def test_every_track_is_cut_drums_too():
    score = make_score(SCALE, drums((0, 36, 4), (20, 38, 4)), named("Bass", (12, 40, 8)))
    melody, drum, bass = Excerpt(1).transform([score])[0].tracks
    assert [len(track.notes) for track in (melody, drum, bass)] == [4, 1, 1]
    assert (drum.is_drum, bass.name, bass.notes[0].duration) == (True, "Bass", 4)


def test_marks_beyond_the_end_are_dropped():
    score = make_score(SCALE, qpm=90, key=(0, "major"), time_signature=(4, 4))
    score.tempos.append(muspy.Tempo(16, 60))
    score.key_signatures.append(muspy.KeySignature(16, root=7, mode="major"))
    score.time_signatures.append(muspy.TimeSignature(8, 3, 4))
    (result,) = Excerpt(1).transform([score])
    assert [(tempo.time, tempo.qpm) for tempo in result.tempos] == [(0, 90)]
    assert [(key.time, key.root) for key in result.key_signatures] == [(0, 0)]
    assert [(t.time, t.numerator) for t in result.time_signatures] == [(0, 4)]


def test_another_meter_is_an_error_or_kept():
    score = make_score(SCALE, time_signature=(3, 4))
    expected = re.escape("score 0 ('x.mid'): begins in 3/4; expected 4/4 (leave it out, or set mismatch='keep')")
    with pytest.raises(ValueError, match=expected):
        Excerpt().transform([score])
    (result,) = Excerpt(mismatch="keep").transform([score])
    assert notes_of(result) == SCALE[:16]
    assert [(t.numerator, t.denominator) for t in result.time_signatures] == [(4, 4)]


def test_a_score_without_a_time_signature_counts_as_4_4():
    assert notes_of(Excerpt(1).transform([make_score(SCALE)])[0]) == SCALE[:4]
    with pytest.raises(ValueError, match=re.escape("begins in 4/4; expected 3/4")):
        Excerpt(time_signature="3/4").transform([make_score(SCALE)])


def test_a_time_signature_is_compared_as_numbers():
    score = make_score(SCALE, time_signature=(4, 4))
    assert notes_of(Excerpt(1, time_signature="04/4").transform([score])[0]) == SCALE[:4]


def test_a_score_that_ends_before_the_last_bar_begins_is_too_short():
    with pytest.raises(ValueError, match=re.escape("'x.mid'): is shorter than 2 bars of 4/4 (leave it out, or set")):
        Excerpt(2).transform([make_score([(0, 60, 16)])])
    assert notes_of(Excerpt(2).transform([make_score([(0, 60, 17)])])[0]) == [(0, 60, 17)]


def test_a_short_score_is_kept_on_request():
    score = make_score([(0, 60, 3)])
    assert notes_of(Excerpt(mismatch="keep").transform([score])[0]) == [(0, 60, 3)]


def test_a_score_without_notes():
    with pytest.raises(ValueError, match=re.escape("'x.mid'): has no notes (leave it out, or set mismatch='keep')")):
        Excerpt().transform([make_score([])])
    assert notes_of(Excerpt(mismatch="keep").transform([make_score([])])[0]) == []


def test_an_end_between_two_time_steps_keeps_the_note_that_begins_before_it():
    # three bars of 3/8 are 4.5 quarter notes; the time steps are quarter notes
    score = make_score([(t, 60, 1) for t in range(8)], resolution=1, time_signature=(3, 8))
    assert [time for time, _, _ in notes_of(Excerpt(3, time_signature="3/8").transform([score])[0])] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("resolution", "time_signature", "end"), [(10, "3/8", 15), (10080, "7/32", 8820), (3, "4/4", 12)]
)
def test_the_end_at_other_resolutions(resolution, time_signature, end):
    meter = tuple(map(int, time_signature.split("/")))
    score = make_score([(0, 60, 10**6)], resolution=resolution, time_signature=meter)
    assert notes_of(Excerpt(1, time_signature=time_signature).transform([score])[0]) == [(0, 60, end)]


def test_a_huge_number_of_bars_is_exact():
    score = make_score([(0, 60, 10**18)], resolution=1)
    assert notes_of(Excerpt(10**17, mismatch="keep").transform([score])[0]) == [(0, 60, 4 * 10**17)]
