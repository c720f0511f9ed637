"""Wrong parameters, and what changing a parameter does to a fitted model."""

import numpy as np
import pytest

from skemovae import EmotionRegularizedVAE
from skemovae.nn.architectures import GRUArchitecture

from .settings import SIGNS, TINY


@pytest.mark.parametrize(
    ("parameter", "value", "message"),
    [
        ("n_components", 0, "n_components=0: expected a positive integer"),
        ("n_components", 2.0, "n_components=2.0: expected a positive integer"),
        ("max_iter", -1, "max_iter=-1: expected a positive integer"),
        ("batch_size", True, "batch_size=True: expected a positive integer"),
        ("n_iter_no_change", 0, "n_iter_no_change=0: expected a positive integer"),
        ("condition", "encoder", "condition='encoder': expected one of 'both', 'decoder', None"),
        ("regularizer", "cos", "regularizer='cos': expected one of 'cosine', 'pairwise', .*, None"),
        ("valence_weight", -1, "valence_weight=-1: expected 0 or a positive number"),
        ("arousal_weight", "5", "arousal_weight='5': expected 0 or a positive number"),
        ("kl_weight", float("nan"), "kl_weight=nan: expected 0 or a positive number"),
        ("tol", -1, "tol=-1: expected 0 or a positive number"),
        ("learning_rate", 0, "learning_rate=0: expected a positive number"),
        ("validation_fraction", 1.0, "validation_fraction=1.0: expected a positive number below 1"),
        ("handle_unknown", "ignore", "handle_unknown='ignore': expected one of 'nearest', 'error'"),
        ("jit_compile", "always", "jit_compile='always': expected one of 'auto', True, False"),
        ("class_positions", {}, "class_positions={}: expected"),
        ("class_positions", {"a": (2, 0)}, r"both in \[-1, 1\]"),
        ("early_stopping", "no", "early_stopping='no': expected True or False"),
        ("warm_start", 1, "warm_start=1: expected True or False"),
        ("verbose", "no", "verbose='no': expected True or False"),
        ("random_state", "seed", "random_state='seed': expected None, an integer"),
    ],
)
def test_wrong_parameters(tiny_data, parameter, value, message):
    with pytest.raises(ValueError, match=message):
        EmotionRegularizedVAE(**{**TINY, parameter: value}).fit(*tiny_data)


def test_units_are_no_parameter_of_the_model():
    with pytest.raises(TypeError, match="unexpected keyword argument 'units'"):
        EmotionRegularizedVAE(units=4)


def test_changed_parameters_do_not_change_a_fitted_model(tiny_data):
    X, y = tiny_data
    model = EmotionRegularizedVAE(**TINY).fit(X, y)
    before = model.transform(X)
    model.set_params(architecture=GRUArchitecture(units=9), n_components=3, condition="both")
    assert np.array_equal(model.transform(X), before)


def test_changed_class_positions_do_not_change_a_fitted_model(tiny_data):
    X, y = tiny_data
    labels = np.where(y == "sad", "down", "up")
    model = EmotionRegularizedVAE(class_positions={"up": (1, 0), "down": (-1, 0)}, **TINY).fit(X, labels)
    before = model.predict(X)
    model.set_params(class_positions=None)
    assert np.array_equal(model.predict(X), before)
    assert model.sample(1, emotion="down")[1].tolist() == ["down"]


def test_class_positions_that_come_later_do_not_change_a_fitted_model(tiny_data):
    X, y = tiny_data
    model = EmotionRegularizedVAE(**TINY).fit(X, y)
    model.set_params(class_positions=dict(reversed(SIGNS.items())))
    assert model.sample(1, emotion="sadness")[1].tolist() == ["sad"]
