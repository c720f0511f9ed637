import numpy as np
import pytest
from hypothesis import given, settings

from skemovae import training_copies
from tests.conftest import make_score
from tests.metrics.conftest import token_rows

SCALE = [60, 62, 64, 65, 67, 69, 71, 72]
REST, HOLD = 128, 129


@pytest.mark.parametrize(
    ("tokens", "copies", "fragments"),
    [
        ([HOLD, HOLD, *SCALE, 60, HOLD], 0, 1),  # at another position, with another continuation
        ([*SCALE, REST, REST, REST, REST], 0, 1),
        ([*SCALE, HOLD, 74, HOLD, HOLD], 0, 0),  # the eighth note is longer
        ([*SCALE[:4], REST, *SCALE[4:], 72, 72, 72], 0, 0),
        ([*SCALE[:7], 74, 72, 71, 69, 67], 0, 0),  # seven notes are too few
        ([p + 1 for p in SCALE] + [REST] * 4, 0, 0),
        ([*SCALE, REST, 74, HOLD, HOLD], 1, 1),
        ([REST, HOLD, 60] + [HOLD] * 9, 0, 0),
    ],
)
def test_known_copies(tokens, copies, fragments):
    training = [[*SCALE, REST, 74, HOLD, HOLD], [55] * 12]
    assert training_copies([tokens], training) == {"copies": copies, "fragment_copies": fragments}


def test_scores_and_rows_of_other_lengths_are_compared():
    score = make_score([(2 * i, p, 2) for i, p in enumerate(SCALE)], resolution=8)  # sixteenths
    assert training_copies([score], [[*SCALE, REST, REST]]) == {"copies": 1, "fragment_copies": 1}


def test_silence_copies_nothing():
    result = training_copies([[REST, REST], [60, 62]], [[REST, REST]])
    assert result == {"copies": 0, "fragment_copies": 0}
    assert all(np.isnan(value) for value in training_copies([[REST, REST]], [[60, 62]]).values())


def test_published_melodies_quote_each_other(musgenvae, musgenvae_tokens):
    held_out = np.isin(musgenvae.groups, np.unique(musgenvae.groups)[::5])
    result = training_copies(musgenvae_tokens[held_out], musgenvae_tokens[~held_out])
    assert result.copies == 0  # the groups keep them apart
    assert 0 < result.fragment_copies < 0.1


@settings(max_examples=30, deadline=None)
@given(token_rows(), token_rows())
def test_order_does_not_matter_and_training_melodies_are_copies(X, training):
    assert training_copies(X[::-1], training[::-1]) == pytest.approx(training_copies(X, training), nan_ok=True)
    if (training < REST).any():
        assert training_copies(training, training).copies == 1
