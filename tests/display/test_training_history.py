import numpy as np
import pytest
from matplotlib import pyplot as plt
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skemovae import TrainingHistoryDisplay

HISTORY = {"loss": [9.0, 4.0, 2.0], "kl": [0.5, 1.0, 1.5], "validation_loss": [10.0, 6.0, 5.0]}


def test_every_term_has_its_panel():
    display = TrainingHistoryDisplay.from_history(HISTORY)
    assert [ax.get_title(loc="left") for ax in display.axes_] == ["loss", "Kullback-Leibler divergence"]
    training, held_out = display.axes_[0].lines
    assert training.get_xydata().tolist() == [[1, 9], [2, 4], [3, 2]]
    assert held_out.get_ydata().tolist() == [10, 6, 5]
    assert training.get_linestyle() != held_out.get_linestyle()
    assert [t.get_text() for t in display.axes_[0].get_legend().get_texts()] == ["training", "held out"]
    assert len(display.axes_[1].lines) == 1
    assert not display.bounding_ax_.axison


def test_from_estimator_and_pipeline(fitted):
    display = TrainingHistoryDisplay.from_estimator(make_pipeline(fitted))
    assert len(display.axes_) == 5
    assert display.axes_[0].lines[0].get_ydata().tolist() == fitted.history_["loss"]
    assert display.axes_[0].get_legend() is None


def test_terms_that_a_model_has_not_have_no_panel():
    display = TrainingHistoryDisplay.from_history({"loss": [2, 1], "valence": [0, 0], "arousal": [0, 0]})
    assert [ax.get_title(loc="left") for ax in display.axes_] == ["loss"]
    assert len(TrainingHistoryDisplay.from_history({"loss": [0.0]}).axes_) == 1


def test_panels_inside_of_one_axes_and_on_given_ones():
    _, (left, right) = plt.subplots(1, 2)
    inside = TrainingHistoryDisplay.from_history(HISTORY, ax=left)
    assert inside.bounding_ax_ is left
    assert all(ax.get_position().x1 <= left.get_position().x1 + 1e-9 for ax in inside.axes_)
    _, axes = plt.subplots(1, 2)
    given = inside.plot(ax=axes)
    assert given.axes_.tolist() == axes.tolist()
    assert given.bounding_ax_ is None
    assert given.figure_ is axes[0].figure
    with pytest.raises(ValueError, match="ax holds 3 axes: expected 2, one per panel"):
        inside.plot(ax=[left, right, right])
    with pytest.raises(ValueError, match="not part of a grid of subplots"):
        inside.plot(ax=plt.figure().add_axes((0, 0, 1, 1)))


@pytest.mark.parametrize("history", [{}, {"loss": [1, 2], "kl": [1]}, {"loss": np.ones((2, 2))}, {"loss": 1.0}])
def test_what_is_no_history(history):
    with pytest.raises(ValueError, match=r"a history of .*: expected for each term a list of one number per epoch"):
        TrainingHistoryDisplay.from_history(history)


def test_what_is_no_model():
    with pytest.raises(TypeError, match="ends in StandardScaler: expected a fitted EmotionRegularizedVAE"):
        TrainingHistoryDisplay.from_estimator(make_pipeline(StandardScaler()))
