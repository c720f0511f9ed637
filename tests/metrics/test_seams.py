"""Intervals from one phrase to the next, and within phrases."""

import numpy as np
import pytest

from skemovae.metrics import phrase_seams

BAR = [129] * 15


def test_known_seams():
    first, second = [60, 62, 128, *[129] * 13, 69, 67, *[129] * 14], [60, *BAR, 61, *BAR]
    result = phrase_seams([first, second], bars=1)
    assert result == {"seam": 4.0, "inside": 2.0, "wide_seams": 0.0, "wide_inside": 0.0}
    assert phrase_seams([[*first, 59, *BAR]], bars=1).wide_seams == 0.5


def test_a_phrase_without_notes_is_no_border_of_its_own():
    result = phrase_seams([[60, *BAR, *[128] * 16, 67, *BAR]], bars=1)
    assert result.seam == 7
    assert np.isnan(result.inside)


def test_a_single_phrase_has_no_seam():
    result = phrase_seams([[60, 62] * 8])
    assert np.isnan(result.seam)
    assert np.isnan(result.wide_seams)
    assert result.inside == 2


def test_silence_has_neither():
    assert np.isnan(list(phrase_seams([[128] * 16]).values())).all()


def test_wrong_lengths_of_a_phrase():
    with pytest.raises(ValueError, match=r"bars=1\.5: expected a positive integer"):
        phrase_seams([[60] * 16], bars=1.5)
