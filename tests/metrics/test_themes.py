"""How similar melodies are apart from mode and speed, and whether themes are recognized."""

import numpy as np
import pytest
from hypothesis import given, settings

from skemovae.metrics import melodic_similarity, theme_recognition
from skemovae.preprocessing import double_durations, is_onset, to_parallel_mode
from tests.metrics.conftest import token_rows

THEME = [60, 129, 62, 129, 64, 129, 65, 129, 67, 129, 69, 129, 71, 129, 72, 129]


@pytest.mark.parametrize(
    ("other", "similarity"),
    [
        (THEME, 1.0),
        (to_parallel_mode([THEME], "minor")[0], 1.0),
        (double_durations([THEME])[0], 1.0),
        ([60, *[129] * 15], 2 / 5),  # compared with the first four notes at half speed
        ([60, 129, 62, 129, *[128] * 12], 2 / 3),  # compared with the first two at half speed; without that, 2 / 5
        ([60, 129, 62, 129, 63, 129, 66, 129, *THEME[8:]], 1.0),  # F sharp counts as a fourth
        ([48, 129, 50, 129, *[128] * 12], 0.0),  # an octave lower
        ([128] * 16, 0.0),
    ],
)
def test_known_similarities(other, similarity):
    assert melodic_similarity([THEME], [other])[0, 0] == pytest.approx(similarity)


def test_all_pairs_are_compared():
    assert melodic_similarity([THEME, THEME], [THEME, [128] * 16, THEME]).tolist() == [[1, 0, 1], [1, 0, 1]]


@settings(max_examples=30, deadline=None)
@given(token_rows())
def test_similarity_is_symmetric_and_full_with_itself(X):
    similarity = melodic_similarity(X, X)
    assert np.array_equal(similarity, similarity.T)
    assert np.array_equal(similarity.diagonal() == 1, is_onset(X).any(axis=1))
    assert similarity.max() <= 1


def test_themes_are_recognized_in_the_other_mode_and_at_the_other_speed():
    themes = np.random.default_rng(0).integers(60, 73, size=(20, 16))
    assert theme_recognition(double_durations(to_parallel_mode(themes, "minor")), themes) == 1
    assert theme_recognition(np.roll(themes, 1, axis=0), themes) == 0


def test_a_theme_that_is_as_near_to_another_is_not_recognized():
    assert theme_recognition([THEME, THEME], [THEME, THEME]) == 0
    assert theme_recognition([THEME, [128] * 16], [THEME, [60, *[129] * 15]]) == 0.5


@pytest.mark.parametrize("n", [1, 2])
def test_wrong_numbers_of_themes(n):
    with pytest.raises(ValueError, match=f"1 returns and {n} themes: expected the same number, at least two"):
        theme_recognition([THEME], [THEME] * n)
