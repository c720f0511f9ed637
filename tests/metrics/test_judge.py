import pickle

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedGroupKFold, cross_val_score

from skemovae import EmotionJudge, emotion_control, load_bach_chorales
from skemovae.metrics._judge import FEATURES, judge_features
from tests.conftest import make_score

FAST_MAJOR, FAST_MINOR = [60, 62, 64, 65, 67, 69, 71, 72], [60, 62, 63, 65, 67, 68, 70, 72]
SLOW_MAJOR, SLOW_MINOR = [64, *[129] * 7], [63, *[129] * 7]


class ParrotJudge(BaseEstimator):
    """A judge that returns the emotions that it was given, for any music."""

    cv_accuracy_ = 0.75

    def __init__(self, heard):
        self.heard = heard

    def fit(self, X, y):
        return self

    def predict(self, X):
        return np.array(self.heard)

    def __sklearn_is_fitted__(self):
        return True


@pytest.fixture(scope="module")
def bach(data_home):
    return load_bach_chorales(data_home=data_home)


def test_features_of_a_known_melody():
    melody = make_score([(0, 60, 4), (4, 63, 8), (12, 62, 4)])  # a quarter note, a half note, a quarter note
    assert dict(zip(FEATURES, judge_features([melody])[0], strict=True)) == {
        "notes_per_quarter": 0.75,
        "median_length": 1.0,
        "c_major_rate": 2 / 3,
        "c_minor_rate": 1.0,
    }
    assert judge_features([make_score([])]).tolist() == [[0, 0, 0, 0]]


def test_accuracy_on_the_published_labels(musgenvae, musgenvae_tokens):
    judge = EmotionJudge().fit(musgenvae.data, musgenvae.target, groups=musgenvae.groups)
    assert judge.cv_accuracy_ > 0.87
    assert judge.score(musgenvae.data, musgenvae.target) - judge.cv_accuracy_ < 0.03  # it memorizes nothing
    # outside it, folds of other tunes, and tokens instead of scores, give the same
    folds = StratifiedGroupKFold(4, shuffle=True, random_state=0)
    scores = cross_val_score(
        EmotionJudge(), musgenvae_tokens, musgenvae.target, groups=musgenvae.groups, cv=folds, error_score="raise"
    )
    assert scores.mean() == pytest.approx(judge.cv_accuracy_, abs=0.03)


def test_probabilities_of_the_published_melodies(musgenvae, musgenvae_tokens):
    y, groups = np.array(musgenvae.target), np.array(musgenvae.groups)
    training, held_out = next(StratifiedGroupKFold(4, shuffle=True, random_state=0).split(y, y, groups))
    judge = EmotionJudge().fit(musgenvae_tokens[training], y[training], groups=groups[training])
    X = musgenvae_tokens[held_out]
    probabilities = judge.predict_proba(X)
    assert probabilities.sum(axis=1) == pytest.approx(1)
    assert (judge.classes_[probabilities.argmax(axis=1)] == judge.predict(X)).mean() > 0.97
    sure = probabilities.max(axis=1)
    assert sure.mean() == pytest.approx(judge.score(X, y[held_out]), abs=0.1)  # calibrated: as sure as it is right
    assert log_loss(y[held_out], probabilities, labels=judge.classes_) < 0.6  # even odds give 1.39


@pytest.mark.slow
def test_accuracy_on_the_labels_by_rule(bach):
    assert EmotionJudge().fit(bach.data, bach.target, groups=bach.groups).cv_accuracy_ > 0.93


def test_copies_of_a_tune_do_not_flatter_the_judge():
    generator = np.random.default_rng(0)
    tunes = generator.integers(60, 72, size=(20, 8))
    labels = generator.permutation(["sad", "happy"] * 10)  # the music says nothing about them
    X, y = np.repeat(tunes, 5, axis=0), np.repeat(labels, 5)
    unaware = EmotionJudge().fit(X, y, groups=np.arange(100)).cv_accuracy_
    assert EmotionJudge().fit(X, y).cv_accuracy_ < unaware - 0.1
    transposed = X + np.tile(np.arange(5), 20)[:, None]
    assert EmotionJudge().fit(transposed, y).cv_accuracy_ == pytest.approx(
        EmotionJudge().fit(transposed, y, groups=np.repeat(np.arange(20), 5)).cv_accuracy_
    )


def test_judge_answers_as_it_was_taught_and_survives_copies():
    X = [FAST_MAJOR, FAST_MINOR, SLOW_MAJOR, SLOW_MINOR] * 2
    y = [1, 2, 4, 3] * 2
    judge = EmotionJudge().fit(X, y, groups=[0] * 4 + [1] * 4)
    assert judge.classes_.tolist() == [1, 2, 3, 4]
    assert judge.predict(X).tolist() == y
    assert judge.cv_accuracy_ == 1.0
    assert judge.classes_[judge.predict_proba(X).argmax(axis=1)].tolist() == y
    assert pickle.loads(pickle.dumps(judge)).predict(X).tolist() == y
    with pytest.raises(NotFittedError, match="EmotionJudge instance is not fitted"):
        clone(judge).predict_proba(X)
    with pytest.raises(NotFittedError, match="EmotionJudge instance is not fitted"):
        clone(judge).predict(X)


@pytest.mark.parametrize(
    ("X", "y", "groups", "message"),
    [
        ([FAST_MAJOR] * 4, ["sad"] * 4, range(4), r"\{'sad': 4\}: expected at least two classes"),
        ([FAST_MAJOR] * 3, ["sad", "sad", "happy"], range(3), r"'happy': 1.*each with at least two tunes"),
        ([FAST_MAJOR] * 4, ["sad", "sad", "happy", "happy"], None, r"\{'happy': 1, 'sad': 1\}"),
        ([FAST_MAJOR] * 2, ["sad"], None, "2 melodies, 1 labels and 2 groups: expected the same number of each"),
        ([FAST_MAJOR] * 2, [0.5, 0.7], None, "Unknown label type: continuous"),
    ],
)
def test_wrong_input(X, y, groups, message):
    with pytest.raises(ValueError, match=message):
        EmotionJudge().fit(X, y, None if groups is None else list(groups))


def test_known_emotion_control():
    X = [FAST_MAJOR] * 5
    wanted = ["happy", "happy", "angry", "sad", "relaxed"]
    heard = ["e1", "e2", "e4", "e3", "e4"]  # right, wrong valence, both wrong, right, right
    result = emotion_control(ParrotJudge(heard), X, wanted)
    assert result.accuracy == 0.6
    assert result.per_quadrant == {"Q1": 0.5, "Q2": 0.0, "Q3": 1.0, "Q4": 1.0}
    assert result.valence == 0.6
    assert result.arousal == 0.8
    assert result.judge_accuracy == 0.75


def test_silence_carries_no_emotion():
    result = emotion_control(ParrotJudge(["sad", "sad"]), [SLOW_MINOR, [128] * 8], ["sad", "sad"])
    assert (result.accuracy, result.valence, result.arousal) == (0.5, 0.5, 0.5)


def test_emotion_control_of_the_melodies_themselves_and_of_wrong_labels(bach):
    judge = EmotionJudge().fit(bach.data, bach.target, groups=bach.groups)
    assert emotion_control(judge, bach.data, bach.target).accuracy > 0.93
    opposite = {"happiness": "sadness", "sadness": "happiness", "anger": "relaxation", "relaxation": "anger"}
    wrong = emotion_control(judge, bach.data, [opposite[label] for label in bach.target])
    assert wrong.accuracy < 0.05
    assert wrong.valence < 0.1
    assert wrong.arousal < 0.1


def test_wrong_input_of_emotion_control():
    with pytest.raises(NotFittedError, match="EmotionJudge instance is not fitted"):
        emotion_control(EmotionJudge(), [FAST_MAJOR], ["sad"])
    with pytest.raises(ValueError, match="1 melodies and 2 labels"):
        emotion_control(ParrotJudge(["sad"]), [FAST_MAJOR], ["sad", "sad"])
