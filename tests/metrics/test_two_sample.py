import numpy as np
import pytest
from sklearn.model_selection import cross_val_predict
from threadpoolctl import threadpool_info

from skemovae import PitchEncoder, two_sample_auc
from skemovae.metrics._features import N_FEATURES, note_features
from skemovae.metrics._inputs import as_notes
from tests.conftest import make_score

REST, HOLD = 128, 129


def random_rows(n_rows, low, high, seed):
    return np.random.default_rng(seed).integers(low, high, size=(n_rows, 16))


def test_the_same_distribution_cannot_be_told_and_another_can():
    real = random_rows(100, 60, 72, seed=0)
    assert two_sample_auc(random_rows(100, 60, 72, seed=1), real) == pytest.approx(0.5, abs=0.1)
    assert two_sample_auc(random_rows(100, 60, 64, seed=1), real) == 1


def test_copies_of_the_reference_are_taken_for_it():
    real = random_rows(60, 60, 72, seed=0)
    assert two_sample_auc(real, real) < 0.2


def test_silence_is_told():
    real = random_rows(60, 60, 72, seed=0)
    assert two_sample_auc(np.full((60, 16), REST), real) == 1
    assert two_sample_auc([make_score([(0, 60, 1)])] * 30, real) == 1
    assert two_sample_auc(np.full((30, 16), REST), np.full((30, 16), REST), groups=range(30)) == 0.5


def test_tunes_stay_on_one_side():
    """Ten real tunes, six copies each. Memorized, they differ from new melodies; held out, they do not."""
    X, real = random_rows(60, 60, 72, seed=0), np.repeat(random_rows(10, 60, 72, seed=1), 6, axis=0)
    tunes = np.repeat(np.arange(10), 6)
    assert two_sample_auc(X, real, groups=np.arange(60)) > 0.85
    held_out = two_sample_auc(X, real, groups=tunes)
    assert held_out < 0.8
    assert two_sample_auc(X, real) == held_out  # copies begin alike and so form groups


def test_it_repeats_and_takes_scores(musgenvae, musgenvae_tokens):
    X, real, groups = musgenvae_tokens[:40], musgenvae_tokens[100:140], musgenvae.groups[100:140]
    scores = [PitchEncoder().inverse_transform(rows) for rows in (X, real)]
    assert two_sample_auc(*scores, groups=groups) == two_sample_auc(X, real, groups=groups)


def test_features_are_numbers_whatever_the_melody():
    rows = [[REST] * 16, [60] + [HOLD] * 15, [60, 62] + [HOLD] * 14, list(range(60, 76))]
    features = note_features(as_notes(rows))
    assert features.shape == (4, N_FEATURES)
    assert np.isfinite(features).all()
    assert len(np.unique(features, axis=0)) == 4
    assert (features[0] == -1).all()


@pytest.mark.parametrize(
    ("X", "reference", "groups", "message"),
    [
        (
            [[60, 62]] * 19,
            [[60, 62]] * 30,
            range(30),
            "19 melodies and 30 reference melodies, of 19 tunes or more: expec",
        ),
        ([[60, 62]] * 30, [[60, 62]] * 19, range(19), "30 melodies and 19 reference melodies"),
        ([[60, 62]] * 30, [[60, 62]] * 30, None, r"of 1 tunes or more: expected at least 20 melodies and two tunes"),
        ([[60, 62]] * 30, [[60, 62]] * 30, [1, 2], "30 reference melodies and 2 groups: expected one for each"),
    ],
)
def test_wrong_input(X, reference, groups, message):
    with pytest.raises(ValueError, match=message):
        two_sample_auc(X, reference, groups=groups)


def test_the_trees_take_one_thread(monkeypatch):
    """When another process used the cores, waiting threads made a test of one second take a minute."""
    seen = []

    def spy(*arguments, **settings):
        seen.extend(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "openmp")
        return cross_val_predict(*arguments, **settings)

    monkeypatch.setattr("skemovae.metrics._two_sample.cross_val_predict", spy)
    rows = np.random.default_rng(0).integers(60, 73, (40, 8))
    two_sample_auc(rows[:20], rows[20:])
    assert seen
    assert set(seen) == {1}
