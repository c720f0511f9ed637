"""The included models in the page: Python's points and tokens, for the whole plane and for real tunes."""

import numpy as np
import pytest

from skemovae import PitchEncoder, load_bach_chorales, load_music_folder, load_pretrained
from skemovae.datasets import load_folk_tunes
from skemovae.nn.quantization import quantize

from .models import assert_same_points, count_ties, in_page

MODELS = ("editor", "generator")
MOST_TIES = 0.002  # of the rows; measured: none out of thousands


@pytest.fixture(scope="module", params=MODELS)
def model(request):
    model = load_pretrained(request.param)
    model.weights_ = quantize(model.weights_)
    return model


def assert_same_use(model, rows):
    """Assert that the page encodes and reconstructs rows as Python does."""
    rows = np.asarray(rows)
    points = model.transform(rows)
    found, decoded = in_page(model, ("transform", rows), ("inverseTransform", points))
    assert_same_points(found, points)
    expected = model.inverse_transform(points)
    ties = count_ties(model, points, decoded, expected, model.layout_.class_of(points))
    assert ties <= MOST_TIES * len(rows)


def test_points_of_the_plane_become_pythons_tokens(model):
    points = np.random.default_rng(0).normal(0, 1.5, (300, model.latent_mean_.shape[1]))
    points[:150, 2:] = 0  # as in the page; the other points are anywhere
    (found,) = in_page(model, ("inverseTransform", points))
    expected = model.inverse_transform(points)
    assert count_ties(model, points, found, expected, model.layout_.class_of(points)) <= MOST_TIES * len(points)


def test_the_place_in_a_tune_is_told_as_in_python():
    model = load_pretrained("generator")
    model.weights_ = quantize(model.weights_)
    points = np.random.default_rng(1).normal(0, 1.5, (100, 2))
    final = [1, 0, 1]
    (found,) = in_page(model, ("inverseTransform", points, {"context": final}))
    expected = model.inverse_transform(points, context=final)
    assert (expected != model.inverse_transform(points)).any()
    ties = count_ties(model, points, found, expected, model.layout_.class_of(points), context=final)
    assert ties <= MOST_TIES * len(points)


def test_the_published_melodies_lie_where_python_puts_them(model, published):
    encoder = PitchEncoder(polyphony="skyline", off_grid="round", out_of_window="clip")
    rows = encoder.fit_transform(load_music_folder(published).data)
    assert len(rows) == 344
    assert_same_use(model, rows)


@pytest.mark.slow
def test_the_chorales_lie_where_python_puts_them(model):
    assert_same_use(model, PitchEncoder().fit_transform(load_bach_chorales().data))


@pytest.mark.slow
def test_folk_melodies_lie_where_python_puts_them(model):
    assert_same_use(model, PitchEncoder().fit_transform(load_folk_tunes(verbose=False).data[::7]))


@pytest.mark.slow
def test_many_more_points_become_pythons_tokens(model):
    points = np.random.default_rng(2).uniform(-4, 4, (2000, model.latent_mean_.shape[1]))
    points[:, 2:] /= 4
    (found,) = in_page(model, ("inverseTransform", points))
    expected = model.inverse_transform(points)
    assert count_ties(model, points, found, expected, model.layout_.class_of(points)) <= MOST_TIES * len(points)
