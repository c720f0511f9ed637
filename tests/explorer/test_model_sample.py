"""What the page samples: the rows, classes and points that EmotionRegularizedVAE.sample draws from the same seed."""

import numpy as np
import pytest

from skemovae import load_pretrained
from skemovae.nn.architectures import AutoregressiveArchitecture, DenseArchitecture, GRUArchitecture
from skemovae.nn.quantization import quantize

from .models import in_page, make_model, with_weights

SEED = 17
MOST_DIFFERENT = 0.01  # of the rows, if a random number lies on the border between two symbols; measured: none of 1,000


@pytest.fixture(scope="module")
def generator():
    model = load_pretrained("generator")
    model.weights_ = quantize(model.weights_)
    return model


def assert_same_draws(model, n, wishes):
    """Each request is a pair: the page's arguments, and the arguments of `sample` that are added or differ."""
    wishes = [(page, {**page, **python}) for page, python in wishes]
    results = in_page(model, *(("sample", n, {"seed": SEED, **page}) for page, _ in wishes))
    different = 0
    for found, (_, wish) in zip(results, wishes, strict=True):
        state = np.random.default_rng(SEED)
        rows, labels, points = model.sample(n, return_points=True, random_state=state, **wish)
        assert model.classes_[found["index"]].tolist() == labels.tolist()
        assert np.allclose(found["points"], points, rtol=0, atol=1e-12)
        assert found["next"] == state.random()  # neither has drawn more numbers than the other
        different += (np.array(found["rows"]) != rows).any(axis=1).sum()
    assert different <= MOST_DIFFERENT * n * len(wishes)


def test_draws_of_the_generator(generator):
    tune = generator.sample(1, random_state=3)[0][0]
    each = np.stack([generator.sample(1, random_state=seed)[0][0, :16] for seed in range(20)])
    place = {"context": [1, 0, 1]}
    assert_same_draws(
        generator,
        20,
        [
            ({"temperature": 0.95}, {}),
            ({"emotion": 2, "temperature": 0.95}, {"emotion": "sad"}),
            ({"emotion": np.arange(20) % 4}, {"emotion": generator.classes_[np.arange(20) % 4]}),
            ({"emotion": 0, "intensity": 1.8, "temperature": 0.7}, {"emotion": "happy"}),
            ({"at": [0.3, -1.2], "temperature": 0.95}, {}),
            ({"at": [0.3, -1.2], "emotion": 1, "temperature": 2.5, **place}, {"emotion": "angry"}),
            ({"emotion": 3, "prefix": tune[:20], "temperature": 0.95, **place}, {"emotion": "relaxed"}),
            ({"emotion": 1, "prefix": each, "temperature": 1e-9}, {"emotion": "angry"}),
            ({"emotion": 1, "prefix": tune, "temperature": 0.95}, {"emotion": "angry"}),
        ],
    )


@pytest.mark.slow
def test_many_draws_of_the_generator(generator):
    assert_same_draws(generator, 1000, [({"temperature": 0.95, "context": [1, 1, 0]}, {})])


def test_draws_of_a_model_that_writes_all_steps_at_once():
    model = load_pretrained("editor")
    model.weights_ = quantize(model.weights_)
    wishes = [
        ({"temperature": 0.5}, {}),
        ({"at": [1, -1], "temperature": 0.5}, {}),
        ({"emotion": 1}, {"emotion": "e2"}),
    ]
    assert_same_draws(model, 10, wishes)


def test_draws_of_own_classes():
    model = make_model(DenseArchitecture((16,)), condition="decoder", positions=[(1, 0), (-0.5, 1), (-1, -2)])
    model.class_count_ = np.array([3, 0, 4])
    wishes = [
        ({"temperature": 1.0}, {}),
        ({"emotion": 2, "temperature": 1.0}, {"emotion": "class 2"}),
        ({"at": [-0.4, 1], "temperature": 1.0}, {}),  # of a class that was not trained
    ]
    assert_same_draws(with_weights(model, _halved), 30, wishes)


@pytest.mark.parametrize("n_components", [1, 2, 5])
def test_draws_in_any_number_of_dimensions(n_components):
    model = make_model(GRUArchitecture(8), condition="decoder", n_components=n_components)
    assert_same_draws(with_weights(model, _halved), 30, [({"temperature": 1.0}, {}), ({"at": [0.5, -0.5]}, {})])


def test_draws_of_symbols_that_are_no_melody():
    model = make_model(AutoregressiveArchitecture(16, 16, melodic=False), n_steps=30, condition="both")
    assert_same_draws(
        with_weights(model, _halved), 30, [({"temperature": 1.0}, {}), ({"emotion": 1}, {"emotion": "Q2"})]
    )


def _halved(weight):
    return weight.astype(np.float16).astype(np.float32)
