import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV

from skemovae import NGramModel, PitchEncoder
from tests.conftest import make_score
from tests.metrics.conftest import token_rows

REST, HOLD = 128, 129


def test_unigrams_after_witten_and_bell():
    model = NGramModel(order=1).fit([[60, 62, 60, 60]])
    # pitches: 4 counts of 2 kinds, 3 of them C; lengths: one kind at each of the four places, counted once
    pitch = {p: (n + 2 / 129) / 6 for p, n in ((60, 3), (62, 1), (64, 0))}
    sixteenth, eighth, elsewhere = (1 + 1 / 64) / 2, 1 / 64 / 2, 1 / 64
    expected = {
        (60, 64): (pitch[60] * sixteenth, pitch[64] * sixteenth),
        (62, HOLD): (pitch[62] * eighth,),
        (HOLD, HOLD, HOLD, HOLD, 60): ((2 / 129 / 6) * elsewhere * 64 * (0 + 1 / 64) / 2, pitch[60] * elsewhere),
    }
    for tokens, probabilities in expected.items():
        assert model.score_samples([tokens]).item() == pytest.approx(np.log(probabilities).mean())


def test_bigrams_fall_back_on_unigrams():
    model = NGramModel(order=2).fit([[60, 62, 60, 64]])
    unigram = {p: (n + 3 / 129) / 7 for p, n in ((60, 2), (62, 1), (64, 1))}
    first = (1 + unigram[60]) / 2  # one melody began with C, and this is the only kind
    after_c = (1 + 2 * unigram[64]) / 4  # D and E came after C, once each
    place = (1 + 1 / 64) / 2  # a sixteenth, at each place of these notes
    length = (1 + place) / 2
    expected = np.log([first * length, after_c * length]).mean()
    assert model.score_samples([[60, 64]]).item() == pytest.approx(expected)
    unknown = (3 / 129) / 7
    expected = np.log([unknown / 2 * length, unigram[60] * length]).mean()  # nothing followed C sharp
    assert model.score_samples([[61, 60]]).item() == pytest.approx(expected)


def test_contexts_are_the_pitches_before_and_the_place_with_the_lengths_before():
    model = NGramModel(order=3).fit([[60, HOLD, 62, 60]])
    assert [list(table) for table in model.pitch_counts_] == [
        [()],
        [(None,), (60,), (62,)],
        [(None, None), (None, 60), (60, 62)],
    ]
    assert [list(table) for table in model.length_counts_] == [
        [(0,), (2,), (3,)],
        [(0, None), (2, 2), (3, 1)],
        [(0, None, None), (2, None, 2), (3, 2, 1)],
    ]


def test_what_can_follow_has_probability_one():
    model = NGramModel(order=2).fit([[60, 62, HOLD, 60], [60, 60, HOLD, HOLD]])
    lengths = np.arange(64)
    first = np.full((128 * 64, 64), REST)
    pitches, steps = (grid.ravel() for grid in np.meshgrid(range(128), range(1, 65), indexing="ij"))
    first[:, 0] = pitches
    first[(lengths < steps[:, None]) & (lengths > 0)] = HOLD
    total = np.exp(model.score_samples(first)).sum()
    # unigrams: C four times, D once; a melody began with C twice, so a rest has a third of its unigram probability
    rest = (2 / 129) / 7 / 3
    assert total == pytest.approx(1 - rest)


def test_a_rest_counts_as_a_note_but_not_behind_the_last():
    model = NGramModel().fit([[60, REST, 62, HOLD]])
    assert model.pitch_counts_[0][()] == {60: 1, REST: 1, 62: 1}
    once, padded = model.score_samples([[60, REST, 62, HOLD], [60, REST, 62, HOLD]]), [[60, REST, 62, HOLD, REST, REST]]
    assert model.score_samples(padded).item() == once[0]


def test_very_long_notes_count_as_four_bars():
    model = NGramModel().fit([[60] + [HOLD] * 63])
    long, longer = (make_score([(0, 60, length)]) for length in (64, 2**40))
    assert model.score([long]) == model.score([longer]) < 0


def test_silence():
    model = NGramModel().fit([[60, 62], [REST, REST]])
    assert np.isnan(model.score_samples([[REST, REST], [60, 62]])).tolist() == [True, False]
    assert model.score([[REST, REST], [60, 62]]) == model.score([[60, 62]])
    assert np.isnan(model.score([[REST, REST]]))
    with pytest.raises(ValueError, match="X has no notes: expected melodies"):
        NGramModel().fit([[REST, REST]])


def test_tokens_and_scores_give_the_same(musgenvae_tokens):
    train, test = musgenvae_tokens[:50], musgenvae_tokens[50:80]
    decode = PitchEncoder().inverse_transform
    assert NGramModel().fit(decode(train)).score(decode(test)) == NGramModel().fit(train).score(test)


def test_it_tells_held_out_tunes_from_shuffled_ones(musgenvae, musgenvae_tokens):
    held_out = np.isin(musgenvae.groups, np.unique(musgenvae.groups)[::2])
    model = NGramModel().fit(musgenvae_tokens[~held_out])
    real = musgenvae_tokens[held_out]
    shuffled, generator = real.copy(), np.random.default_rng(0)
    for row in shuffled:
        row[row < REST] = generator.permutation(row[row < REST])
    assert model.score(real) > model.score(shuffled) + 0.9
    assert model.score(musgenvae_tokens[~held_out]) > model.score(real)


@settings(max_examples=30, deadline=None)
@given(token_rows(), token_rows(), st.integers(1, 4))
def test_order_does_not_matter_and_nothing_is_impossible(X, training, order):
    training = np.vstack([training, [[60] * 16]])
    model = NGramModel(order=order).fit(training)
    samples = model.score_samples(X)
    assert np.array_equal(np.isnan(samples), ~(X < REST).any(axis=1))
    assert (np.isfinite(samples) | np.isnan(samples)).all()
    assert (samples[~np.isnan(samples)] < 0).all()
    again = NGramModel(order=order).fit(training[::-1]).score_samples(X[::-1])[::-1]
    assert again == pytest.approx(samples, nan_ok=True)


def test_it_is_an_estimator():
    rows = [[60, 62, 64, 65], [60, 64, 67, 72], [67, 65, 64, 62], [72, 71, 69, 67]] * 2
    model = NGramModel(order=2).fit(rows)
    assert clone(model).get_params() == {"order": 2}
    assert pickle.loads(pickle.dumps(model)).score(rows) == model.score(rows)
    search = GridSearchCV(NGramModel(), {"order": [1, 2]}, cv=2).fit(PitchEncoder(n_steps=4).inverse_transform(rows))
    assert search.best_params_ == {"order": 2}
    with pytest.raises(NotFittedError, match="NGramModel instance is not fitted"):
        NGramModel().score(rows)
    with pytest.raises(ValueError, match=r"order=0: expected a positive integer, e\.g\. 3"):
        NGramModel(order=0).fit(rows)
