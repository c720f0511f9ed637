import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from skemovae import EmotionJudge, content_preservation, emotion_control, interpolatability, trade_off_curve
from skemovae.preprocessing import double_durations, to_parallel_mode
from tests.metrics.test_judge import ParrotJudge

TUNE, OTHER = [60, 129, 64, 129, 67, 69, 71, 72], [72, 71, 69, 67, 64, 129, 60, 129]


class SureJudge(ParrotJudge):
    """A judge with known probabilities, whose classes are in an order of their own."""

    classes_ = np.array(["sad", "angry", "happy"])

    def predict_proba(self, X):
        return np.tile([0.5, 0.3, 0.2], (len(X), 1))


def test_known_curve():
    rows = np.array([TUNE, OTHER])
    silent = np.full_like(rows, 128)
    slow = double_durations(rows)
    curve = trade_off_curve(SureJudge(["angry", "sad"]), rows, [rows, slow, silent], ["angry", "happy"])
    assert curve.probability.tolist() == [[0.3] * 3, [0.2] * 3]
    assert curve.accuracy.tolist() == [0.5] * 3
    assert curve.notes.tolist() == [1, 1, 0]  # at half speed
    assert curve.floor.notes[0] == content_preservation(rows, rows, speed=None).floor.notes


def test_curve_of_the_published_melodies(musgenvae, musgenvae_tokens):
    y = np.array(musgenvae.target)
    judge = EmotionJudge().fit(musgenvae_tokens, y, groups=musgenvae.groups)
    rows = musgenvae_tokens[y == "happiness"][:40]
    some = to_parallel_mode(rows, "minor")
    some[:, 32:] = rows[:, 32:]
    changed = [rows, some, to_parallel_mode(rows, "minor")]
    curve = trade_off_curve(judge, rows, changed, ["anger"] * len(rows))
    assert curve.accuracy.tolist() == [emotion_control(judge, each, ["anger"] * len(rows)).accuracy for each in changed]
    assert curve.notes == pytest.approx([1, 1, 1])
    assert (curve.floor.notes < 0.3).all()
    assert interpolatability([0, 0.5, 1], curve.probability).rising > 0.8


def test_wrong_input():
    with pytest.raises(NotFittedError, match="EmotionJudge instance is not fitted"):
        trade_off_curve(EmotionJudge(), [TUNE], [[TUNE]], ["sad"])
    with pytest.raises(ValueError, match=r"the judge knows \['sad', 'angry', 'happy'\]: expected all emotions of y"):
        trade_off_curve(SureJudge(["sad"]), [TUNE], [[TUNE]], ["relaxed"])
    with pytest.raises(ValueError, match="1 melodies and 2 labels"):
        trade_off_curve(SureJudge(["sad"]), [TUNE], [[TUNE]], ["sad", "sad"])
    with pytest.raises(ValueError, match="2 changed versions of 1"):
        trade_off_curve(SureJudge(["sad"]), [TUNE], [[TUNE, OTHER]], ["sad"])
