"""Fits that continue from what an earlier fit has learned."""

from copy import deepcopy

import numpy as np
import pytest

from skemovae import EmotionRegularizedVAE
from skemovae.nn.architectures import AutoregressiveArchitecture, DenseArchitecture

from .settings import LEARNING, SIGNS, TINY


def test_warm_start_goes_on(tiny_data):
    X, y = tiny_data
    model = EmotionRegularizedVAE(warm_start=True, **LEARNING | {"max_iter": 10}).fit(X, y)
    loss, weights = model.history_["loss"][-1], model.weights_
    model.set_params(max_iter=5).fit(X[::2], y[::2])
    assert model.n_iter_ == 5
    assert len(model.history_["loss"]) == 15
    assert model.history_["loss"][10] < model.history_["loss"][0]
    assert model.history_["loss"][9] == loss
    assert any(not np.array_equal(weights[name], weight) for name, weight in model.weights_.items())
    assert model.vocabulary_.tolist() == np.unique(X).tolist()


def test_without_it_a_fit_starts_anew(tiny_data):
    model = EmotionRegularizedVAE(**TINY).fit(*tiny_data)
    before = model.transform(tiny_data[0])
    assert np.array_equal(model.fit(*tiny_data).transform(tiny_data[0]), before)
    assert len(model.history_["loss"]) == 1


def test_the_whole_history_is_kept(tiny_data):
    model = EmotionRegularizedVAE(**TINY, warm_start=True, early_stopping=True, validation_fraction=0.2)
    model.fit(*tiny_data).set_params(early_stopping=False).fit(*tiny_data)
    assert len(model.history_["loss"]) == 2
    assert np.isnan(model.history_["validation_loss"]).tolist() == [False, True]


def test_another_regularizer_keeps_epochs_in_line(tiny_data):
    model = EmotionRegularizedVAE(regularizer=None, warm_start=True, **TINY).fit(*tiny_data)
    model.set_params(regularizer="cosine").fit(*tiny_data)
    assert {len(values) for values in model.history_.values()} == {2}
    assert np.isnan(model.history_["valence"]).tolist() == [True, False]
    model.set_params(regularizer=None).fit(*tiny_data)
    assert np.isnan(model.history_["valence"]).tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n_components": 3}, "n_components=3: the fitted weights have n_components=2; set warm_start=False"),
        ({"condition": "both"}, "condition='both': the fitted weights have condition='decoder'; set warm_start=False"),
        (
            {"architecture__hidden_layer_sizes": (5,)},
            r"architecture=DenseArchitecture\(hidden_layer_sizes=\(5,\)\): "
            r"the fitted weights have architecture=DenseArchitecture\(hidden_layer_sizes=\(4,\)\)",
        ),
        ({"architecture": "gru"}, r"architecture=GRUArchitecture\(.*: the fitted weights have architecture=Dense"),
    ],
)
def test_other_weights_are_refused(tiny_data, changes, message):
    model = EmotionRegularizedVAE(warm_start=True, **TINY).fit(*tiny_data)
    with pytest.raises(ValueError, match=message):
        model.set_params(**changes).fit(*tiny_data)


def test_an_equal_architecture_goes_on(tiny_data):
    model = EmotionRegularizedVAE(warm_start=True, **TINY).fit(*tiny_data)
    model.set_params(architecture=DenseArchitecture(hidden_layer_sizes=(4,))).fit(*tiny_data)
    assert len(model.history_["loss"]) == 2


def test_classes_in_another_order_are_refused(tiny_data):
    model = EmotionRegularizedVAE(class_positions=SIGNS, warm_start=True, **TINY).fit(*tiny_data)
    model.set_params(class_positions=dict(reversed(SIGNS.items())))
    with pytest.raises(ValueError, match=r"the fitted weights have the classes .* in this order"):
        model.fit(*tiny_data)


def test_emotions_are_refused_where_there_were_four_other_classes(tiny_data):
    X, y = tiny_data
    labels = np.array(list("abcd"))[np.arange(40) // 10]
    positions = dict(zip("abcd", [(1, 0), (0, 1), (-1, 0), (0, -1)], strict=True))
    model = EmotionRegularizedVAE(class_positions=positions, warm_start=True, **TINY).fit(X, labels)
    with pytest.raises(ValueError, match=r"class_positions=None: the fitted weights have the classes \['a', 'b'"):
        model.set_params(class_positions=None).fit(X, y)


def test_emotions_may_be_spelled_in_another_way(tiny_data):
    X, y = tiny_data
    model = EmotionRegularizedVAE(warm_start=True, **TINY).fit(X, y)
    model.fit(X, np.array(["Q1", "Q2", "Q3", "Q4"])[np.arange(40) // 10])
    assert model.classes_.tolist() == ["Q1", "Q2", "Q3", "Q4"]
    assert len(model.history_["loss"]) == 2


def test_rows_of_another_length_are_refused(tiny_data):
    X, y = tiny_data
    model = EmotionRegularizedVAE(warm_start=True, **TINY).fit(X, y)
    with pytest.raises(ValueError, match="X has 7 features, but EmotionRegularizedVAE is expecting 8 features"):
        model.fit(X[:, :7], y)


def test_a_context_that_is_left_out_is_taken_as_unknown(tiny_data):
    X, y = tiny_data
    settings = TINY | {"architecture": AutoregressiveArchitecture(units=4, hidden_units=4), "regularizer": None}
    context = np.tile([[1.0, 0.0]], (len(X), 1))
    first = EmotionRegularizedVAE(warm_start=True, **settings).fit(X, y, context=context)
    given, left_out = (deepcopy(first).fit(X, y, context=c) for c in (np.zeros_like(context), None))
    assert left_out.n_context_ == 2
    assert all(np.array_equal(left_out.weights_[name], weight) for name, weight in given.weights_.items())
