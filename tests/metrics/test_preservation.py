import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from skemovae import content_preservation
from skemovae.preprocessing import double_durations, halve_durations, to_parallel_mode
from tests.conftest import make_score
from tests.metrics.conftest import token_rows

REST, HOLD = 128, 129
TUNE = [60, HOLD, 64, HOLD, 67, 69, 71, 72]  # C, E, G, A, B, C
MEASURES = ("onsets", "notes", "contour", "common_subsequence")


def kept(*arguments, **parameters):
    result = content_preservation(*arguments, **parameters)
    return [result[name] for name in MEASURES]


@pytest.mark.parametrize(
    ("changed", "onsets", "notes", "subsequence"),
    [
        (TUNE, 1, 1, 1),
        ([60, HOLD, 63, HOLD, 67, 68, 70, 72], 1, 1, 1),  # the parallel mode
        ([72, HOLD, 76, HOLD, 79, 81, 83, 84], 1, 0, 2 / 12),  # an octave higher, where the first note is the last
        ([60, HOLD, 64, HOLD, 67, 69, 72, 71], 1, 4 / 6, 10 / 12),  # two notes swapped
        ([60, 64, 67, 69, 71, 72, HOLD, HOLD], 8 / 12, 1 / 6, 1),  # all sixteenths: 0, 2, 4 and 5 are onsets of both
        ([60, HOLD, 64, HOLD, HOLD, HOLD, 71, 72], 8 / 10, 4 / 6, 8 / 10),  # two notes left out
        ([REST] * 8, 0, 0, 0),
    ],
    ids=["same", "parallel", "octave", "exchanged", "even", "left-out", "silent"],
)
def test_known_shares(changed, onsets, notes, subsequence):
    result = content_preservation([TUNE], [changed])
    assert (result.onsets, result.notes) == pytest.approx((onsets, notes))
    assert result.common_subsequence == pytest.approx(subsequence)


def test_known_contours():
    first, second = [60, 62, 64, 65], [60, 64, 62, 65]
    assert content_preservation([first], [second]).contour == pytest.approx(spearmanr(first, second).statistic)
    assert content_preservation([first], [first[::-1]]).contour == pytest.approx(-1)
    assert content_preservation([first], [[60, HOLD, HOLD, HOLD]]).contour == 0  # only one pitch is left
    # at the onsets of either while both sound: 60-60, 62-60, 64-64
    held = [60, HOLD, 64, REST]
    assert content_preservation([first], [held]).contour == pytest.approx(spearmanr(first[:3], [60, 60, 64]).statistic)


def test_known_speeds():
    slow = [60, HOLD, HOLD, HOLD, 63, HOLD, HOLD, HOLD]
    assert kept([TUNE], [slow], speed=0.5) == pytest.approx([1, 1, 1, 1])  # no room for the tune's second half
    assert kept([slow], [TUNE], speed=2) == pytest.approx([1, 1, 1, 1])  # the tune says nothing about the second half
    assert kept([TUNE], [slow]) == pytest.approx([4 / 8, 1 / 6, kept([TUNE], [slow])[2], 4 / 8])
    # notes that begin between two sixteenths at double speed (the A and the last C) do not count
    assert kept([TUNE], [[60, 64, 67, 71, *[REST] * 4]], speed=2) == pytest.approx([1, 1, 1, 1])


def test_the_best_speed_of_each_melody():
    X = [TUNE, TUNE, [60, HOLD, 62, HOLD, 64, HOLD, 65, HOLD]]
    changed = [TUNE, [60, HOLD, HOLD, HOLD, 64, HOLD, HOLD, HOLD], [60, 62, 64, 65, *[REST] * 4]]
    assert kept(X, changed, speed=None) == pytest.approx([1, 1, 1, 1])
    assert kept(X, changed, speed=[1, 0.5, 2]) == pytest.approx([1, 1, 1, 1])
    assert content_preservation(X, changed).notes < 1


def test_floor_compares_with_another_melody():
    X = [[60, 62, 64, 65], [72, HOLD, 74, HOLD]]
    result = content_preservation(X, X)
    assert result.floor == pytest.approx(
        {"onsets": 4 / 6, "notes": 0, "contour": np.mean([spearmanr([60, 62, 64, 65], [72, 72, 74, 74])[0]] * 2)}
        | {"common_subsequence": 0}
    )
    assert all(np.isnan(value) for value in content_preservation(X[:1], X[:1]).floor.values())


def test_floor_of_the_published_melodies(musgenvae_tokens):
    result = content_preservation(musgenvae_tokens, musgenvae_tokens)
    assert [result[name] for name in MEASURES] == pytest.approx([1, 1, 1, 1])
    assert result.floor.notes == pytest.approx(0.11, abs=0.02)
    assert result.floor == content_preservation(musgenvae_tokens, musgenvae_tokens, random_state=0).floor
    assert result.floor != content_preservation(musgenvae_tokens, musgenvae_tokens, random_state=1).floor


def test_scores_count_to_their_end():
    score = make_score([(2 * i, 60 + i, 2) for i in range(6)], resolution=8)
    slow = make_score([(4 * i, 60 + i, 4) for i in range(6)], resolution=8)
    assert kept([score], [slow], speed=0.5) == pytest.approx([1, 1, 1, 1])
    assert kept([score], [[60, HOLD, 61, HOLD, 62, HOLD]], speed=0.5) == pytest.approx([1, 1, 1, 1])


def test_what_cannot_be_said_is_nan():
    assert all(np.isnan(value) for value in kept([[REST, REST]], [[60, 62]]))
    one_pitch = content_preservation([[60, 60]], [[60, 60]])
    assert (one_pitch.notes, one_pitch.onsets) == (1, 1)
    assert np.isnan(one_pitch.contour)


@pytest.mark.parametrize(
    ("arguments", "parameters", "message"),
    [
        (([TUNE], [TUNE] * 2), {}, "2 changed versions of 1 melodies: expected one for each"),
        (([TUNE], [TUNE]), {"speed": 3}, r"speed=3: expected 1, 0.5 or 2, one of these for each melody, or None"),
        (([TUNE], [TUNE]), {"speed": [1, 2]}, r"speed=\[1, 2\]: expected 1, 0.5 or 2"),
        (([TUNE], [TUNE]), {"speed": "slow"}, "speed='slow': expected 1, 0.5 or 2"),
        (([TUNE], [TUNE]), {"random_state": -1}, "random_state=-1: expected None, an integer >= 0"),
        (([TUNE], [[200] * 8]), {}, "token 200 in row 0, step 0"),
    ],
)
def test_wrong_input(arguments, parameters, message):
    with pytest.raises(ValueError, match=message):
        content_preservation(*arguments, **parameters)


@settings(max_examples=30, deadline=None)
@given(token_rows(), st.sampled_from(["major", "minor"]))
def test_the_plain_rules_keep_everything(X, mode):
    parallel = to_parallel_mode(X, mode)
    for speed, changed in ((1, parallel), (0.5, double_durations(parallel)), (2, halve_durations(parallel))):
        result = content_preservation(X, changed, speed=speed)
        for share in (result.onsets, result.notes, result.common_subsequence):
            assert np.isnan(share) or share == 1
    result = content_preservation(X, parallel)
    assert np.isnan(result.notes) == (not (X < REST).any())


@settings(max_examples=30, deadline=None)
@given(token_rows(), st.integers(0, 100))
def test_f_measures_are_symmetric_and_the_best_speed_is_no_worse(X, seed):
    changed = np.random.default_rng(seed).permutation(X, axis=1)
    sounding = (X < REST).any(axis=1) & (changed < REST).any(axis=1)
    X, changed = X[sounding], changed[sounding]
    if len(X):
        there, back = content_preservation(X, changed), content_preservation(changed, X)
        assert (there.onsets, there.common_subsequence) == pytest.approx((back.onsets, back.common_subsequence))
        best = content_preservation(X, changed, speed=None)
        assert best.onsets + best.notes >= there.onsets + there.notes - 1e-9
