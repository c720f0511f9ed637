"""scikit-learn's callbacks, called in every epoch."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skemovae import EmotionRegularizedVAE
from skemovae.metrics import quadrant_accuracy_scorer
from skemovae.nn.inference import Predictor

from .settings import TINY

callback = pytest.importorskip("sklearn.callback", reason="callbacks came with scikit-learn 1.9")


class Recorder:
    """Records its calls, and asks training to stop after an epoch."""

    def __init__(self, stop_after=None):
        self.stop_after = stop_after
        self.told, self.points, self.torn_down = [], [], False

    def setup(self, estimator, context):
        self.X = None

    def on_fit_task_begin(self, estimator, context):
        self.told.append(("begin", context.task_name, context.task_id))

    def on_fit_task_end(self, estimator, context, *, X=None, fitted_estimator=None):
        self.told.append(("end", context.task_name, context.task_id))
        if fitted_estimator is not None and context.task_name == "epoch":
            self.points.append(fitted_estimator.transform(X))
        return context.task_id + 1 == self.stop_after

    def teardown(self, estimator, context):
        self.torn_down = True


def make_model(**changes):
    return EmotionRegularizedVAE(**TINY | {"max_iter": 3} | changes)


def test_callbacks_are_told_of_every_epoch(tiny_data):
    recorder = Recorder()
    model = make_model().set_callbacks(recorder).fit(*tiny_data)
    epochs = [(when, "epoch", i) for i in range(3) for when in ("begin", "end")]
    assert recorder.told == [("begin", "fit", 0), *epochs, ("end", "fit", 0)]
    assert recorder.torn_down
    for n_epochs, points in enumerate(recorder.points, start=1):
        expected = make_model(max_iter=n_epochs).fit(*tiny_data).transform(tiny_data[0])
        assert np.array_equal(points, expected)
    assert np.array_equal(model.transform(tiny_data[0]), recorder.points[-1])


def test_attributes_are_made_only_for_callbacks_that_ask(tiny_data, monkeypatch):
    class Counter:
        """Requires nothing."""

        def setup(self, estimator, context): ...

        def on_fit_task_begin(self, estimator, context): ...

        def on_fit_task_end(self, estimator, context): ...

        def teardown(self, estimator, context): ...

    made, encode = [], Predictor.encode
    monkeypatch.setattr(Predictor, "encode", lambda *arguments: made.append(1) or encode(*arguments))
    make_model().set_callbacks(Counter()).fit(*tiny_data)
    assert len(made) == 1  # at the end of the fit
    make_model().set_callbacks(Recorder()).fit(*tiny_data)
    assert len(made) == 1 + 1 + 2 * 3  # for each epoch, and when the callback itself encodes the rows


def test_a_callback_may_stop_the_training(tiny_data):
    model = make_model().set_callbacks(Recorder(stop_after=2)).fit(*tiny_data)
    assert model.n_iter_ == 2


def test_callbacks_are_torn_down_after_a_failure(tiny_data):
    recorder = Recorder()
    with pytest.raises(FloatingPointError, match="the loss is"):
        make_model(learning_rate=1e30).set_callbacks(recorder).fit(*tiny_data)
    assert recorder.torn_down


def test_a_scoring_monitor_in_a_pipeline(tiny_data):
    pytest.importorskip("pandas")
    monitor = callback.ScoringMonitor(scoring={"score": quadrant_accuracy_scorer})
    model = make_model().set_callbacks(monitor)
    make_pipeline(FunctionTransformer(), model).fit(*tiny_data)
    scores = [row["score"] for row in monitor.get_logs().data if row["task_name"] == "epoch"]
    assert scores == [make_model(max_iter=n).fit(*tiny_data).score(*tiny_data) for n in (1, 2, 3)]


def test_without_callbacks_nothing_is_left(tiny_data):
    model = make_model().fit(*tiny_data)
    assert [name for name in vars(model) if "callback" in name] == []
    assert vars(pickle.loads(pickle.dumps(model))).keys() == vars(model).keys()
    assert clone(model).get_params() == model.get_params()
