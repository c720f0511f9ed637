"""Every architecture in the page, with every condition, odd lengths and a context, trained and with random weights."""

import numpy as np
import pytest

from skemovae import EmotionRegularizedVAE
from skemovae.nn.architectures import (
    AutoregressiveArchitecture,
    BeatArchitecture,
    ConvolutionalArchitecture,
    DenseArchitecture,
    GRUArchitecture,
)

from .models import as_packed, assert_same_points, count_ties, in_page, make_model, random_rows

SMALL = {
    "autoregressive": AutoregressiveArchitecture(units=20, hidden_units=20),
    "plain autoregressive": AutoregressiveArchitecture(units=13, hidden_units=7, melodic=False),
    "beat": BeatArchitecture(filters=9, hidden_units=20),
    "convolutional": ConvolutionalArchitecture(filters=(4, 6)),
    "musical convolutional": ConvolutionalArchitecture(kernels="musical", filters=(5, 7)),
    "dense": DenseArchitecture(hidden_layer_sizes=(24, 10)),
    "gru": GRUArchitecture(units=12),
}
MOST_TIES = 0.005  # of the rows; measured: none


def assert_same_use(model, rows, points, **context):
    """Assert that the page gives Python's results for the weights that the page holds."""
    model = as_packed(model)
    index = model.layout_.nearest_trained(points)
    told = (index + 1) % len(model.classes_)
    found, classes, decoded, otherwise = in_page(
        model,
        ("transform", rows),
        ("classOf", points),
        ("inverseTransform", points, context),
        ("inverseTransform", points, {"classIndex": told, **context}),
    )
    assert_same_points(found, model.transform(rows))
    assert classes == model.layout_.class_of(points).tolist()
    expected = model.inverse_transform(points, **context)
    assert count_ties(model, points, decoded, expected, index, **context) <= MOST_TIES * len(points)
    expected = model.inverse_transform(points, emotion=model.classes_[told], **context)
    assert count_ties(model, points, otherwise, expected, told, **context) <= MOST_TIES * len(points)


@pytest.mark.parametrize("condition", [None, "decoder", "both"])
@pytest.mark.parametrize("name", SMALL)
def test_every_architecture_does_as_in_python(name, condition):
    model = make_model(SMALL[name], condition=condition, n_steps=30, n_components=3)
    points = np.random.default_rng(2).normal(0, 1.5, (150, 3))
    assert_same_use(model, random_rows(model, 60), points)


@pytest.mark.parametrize("n_components", [1, 2])
def test_own_classes_and_few_dimensions(n_components):
    model = make_model(
        GRUArchitecture(8), condition="both", n_components=n_components, positions=[(1, 0.2), (-0.5, 1), (-1, -2)]
    )
    points = np.random.default_rng(2).normal(0, 1.5, (200, n_components))
    assert_same_use(model, random_rows(model, 50), points)


@pytest.mark.parametrize("condition", [None, "both"])
def test_a_context(condition):
    model = make_model(SMALL["autoregressive"], condition=condition, n_context=2)
    points = np.random.default_rng(2).normal(0, 1.5, (100, 2))
    assert_same_use(model, random_rows(model, 50), points, context=[0.5, -1])


def test_a_class_that_was_not_trained_is_not_told():
    model = make_model(SMALL["dense"], condition="decoder")
    model.class_count_ = np.array([5, 5, 0, 5])
    points = np.random.default_rng(2).normal(0, 1.5, (200, 2))
    (found,) = in_page(model, ("inverseTransform", points))
    expected = as_packed(model).inverse_transform(points)
    assert count_ties(as_packed(model), points, found, expected, model.layout_.nearest_trained(points)) <= 1


def test_symbols_that_were_never_seen():
    model = make_model(SMALL["dense"], n_steps=8)
    rows = np.random.default_rng(0).integers(0, 130, (100, 8))
    (found,) = in_page(model, ("transform", rows))
    assert_same_points(found, as_packed(model).transform(rows))
    model.set_params(handle_unknown="error")
    with pytest.raises(AssertionError, match="The model has never seen the token 0"):
        in_page(model, ("transform", np.zeros((1, 8), int)))


def assert_same_use_when_trained(model, rows):
    """Assert that the page gives Python's results for rounded weights, and nearly those of the model itself."""
    points = np.random.default_rng(2).normal(0, 1, (300, 2))
    assert_same_use(model, rows, points)
    (found,) = in_page(model, ("inverseTransform", points))
    same = (np.array(found) == model.inverse_transform(points)).mean()
    assert same > 0.999  # of the tokens; measured: 0.9999


def test_a_trained_gru(composer, melodies):
    assert_same_use_when_trained(composer, melodies[0])


@pytest.mark.slow
@pytest.mark.parametrize(
    "architecture",
    [ConvolutionalArchitecture(filters=(8, 8)), DenseArchitecture((64,))],
    ids=["convolutional", "dense"],
)
def test_trained_models(architecture, melodies):
    rows, labels = melodies
    model = EmotionRegularizedVAE(
        architecture=architecture, max_iter=12, learning_rate=0.01, batch_size=16, random_state=0
    )
    assert_same_use_when_trained(model.fit(rows, labels), rows)
