"""The regularizer as a parameter: the named ones, and a user's own."""

import pickle
from dataclasses import dataclass

import numpy as np
import pytest
from keras import ops
from scipy.stats import spearmanr
from sklearn.base import clone

from skemovae import EmotionRegularizedVAE, save_model
from skemovae.emotion import valence_arousal
from skemovae.nn.architectures import DenseArchitecture
from skemovae.nn.regularizers import CosineRegularizer

from .settings import LEARNING, TINY


@dataclass(frozen=True)
class SquaredDistance:
    """A user's own: the mean squared distance between the dimension and its target."""

    scale: float = 1.0

    def __call__(self, axis):
        squares = (axis.latent - self.scale * axis.target) ** 2
        return ops.sum(axis.weight * squares) / ops.sum(axis.weight)


@dataclass(frozen=True)
class UncorrelatedAxes:
    """A user's own: the cosine, plus the squared correlation between valence and arousal, which needs the plane."""

    weight: float = 1.0

    def __call__(self, axis):
        share = (axis.weight / ops.sum(axis.weight))[:, None]
        points = axis.plane.latent[:, :2]
        centered = points - ops.sum(share * points, axis=0)
        covariance = ops.sum(share * centered[:, :1] * centered[:, 1:])
        variance = ops.sum(share * centered**2, axis=0)
        return CosineRegularizer()(axis) + self.weight * covariance**2 / (variance[0] * variance[1] + 1e-6)


@dataclass(frozen=True)
class PlaneOfTargets:
    """A user's own: pulls all points to their targets, using the plane alone."""

    def __call__(self, axis):
        squares = ops.sum((axis.plane.latent - axis.plane.target) ** 2, axis=1)
        return ops.sum(axis.weight * squares) / ops.sum(axis.weight)


def median_order(data, regularizer):
    """Return the rank correlation with its targets of the axis that is ordered worse: the median of three runs."""
    X, y = data
    # The paper's weights. With the default, which is twice as much, the pairwise regularizer leaves one axis half wrong
    # (rank correlation 0.43 instead of 0.87) in a third to two thirds of such short runs. And the dense network,
    # because with the GRU half of the runs with the latent gradient end like this.
    settings = {"valence_weight": 4.375, "arousal_weight": 5.0, "max_iter": 40, "batch_size": 16, "learning_rate": 0.01}
    model = EmotionRegularizedVAE(architecture=DenseArchitecture((16,)), regularizer=regularizer, **settings)
    points = [clone(model).set_params(random_state=seed).fit(X, y).transform(X) for seed in range(3)]
    return np.median([min(rank_correlations(p, valence_arousal(y))) for p in points])


@pytest.fixture(scope="module")
def order_without_a_regularizer(tiny_data):
    return median_order(tiny_data, None)


@pytest.mark.parametrize("regularizer", ["pairwise", "pairwise_attribute", "latent_gradient"])
def test_other_regularizers_order_the_plane(tiny_data, order_without_a_regularizer, regularizer):
    assert order_without_a_regularizer < 0.3
    assert median_order(tiny_data, regularizer) > 0.6


def rank_correlations(points, targets):
    return [spearmanr(points[:, axis], targets[:, axis]).statistic for axis in (0, 1)]


def test_a_regularizer_of_ones_own(tiny_data):
    model = EmotionRegularizedVAE(regularizer=SquaredDistance(scale=1.5), **LEARNING)
    model = pickle.loads(pickle.dumps(clone(model).fit(*tiny_data)))
    assert model.score(*tiny_data) > 0.9
    assert np.abs(model.transform(tiny_data[0])).mean() == pytest.approx(1.5, abs=0.4)


def test_a_regularizer_that_looks_at_the_plane(tiny_data):
    X, y = tiny_data
    rows = np.arange(40) % 10 < np.where(np.isin(y, ["angry", "relaxed"]), 3, 10)  # so that the axes are correlated
    correlations = []
    for weight in (0.0, 5.0):
        model = EmotionRegularizedVAE(regularizer=UncorrelatedAxes(weight), **LEARNING).fit(X[rows], y[rows])
        correlations.append(abs(np.corrcoef(model.transform(X[rows]).T)[0, 1]))
    assert correlations[0] > 0.4
    assert correlations[1] < correlations[0] / 2


def test_the_plane_holds_all_latent_dimensions_and_targets(tiny_data):
    model = EmotionRegularizedVAE(regularizer=PlaneOfTargets(), **LEARNING).fit(*tiny_data)
    assert model.history_["valence"] == pytest.approx(model.history_["arousal"])  # the same for both axes
    assert model.score(*tiny_data) > 0.9


@dataclass
class UnhashableRegularizer:
    def __call__(self, axis):
        return axis.latent[0]


def test_a_regularizer_that_cannot_be_hashed(tiny_data):
    with pytest.raises(ValueError, match=r"UnhashableRegularizer.*make its class a @dataclass\(frozen=True\)"):
        EmotionRegularizedVAE(regularizer=UnhashableRegularizer()).fit(*tiny_data)


def test_a_class_of_regularizers_is_none(tiny_data):
    with pytest.raises(ValueError, match="expected one of 'cosine'"):
        EmotionRegularizedVAE(regularizer=SquaredDistance).fit(*tiny_data)


@dataclass(frozen=True)
class OneNumberARow:
    def __call__(self, axis):
        return axis.latent


def test_a_regularizer_that_returns_more_than_a_number(tiny_data):
    with pytest.raises(ValueError, match=r"regularizer=OneNumberARow\(\) returned shape \(16,\): expected one number"):
        EmotionRegularizedVAE(regularizer=OneNumberARow(), **TINY).fit(*tiny_data)


def test_a_regularizer_that_cannot_be_saved(tiny_data, tmp_path):
    model = EmotionRegularizedVAE(regularizer=SquaredDistance(), **TINY).fit(*tiny_data)
    with pytest.raises(TypeError, match=r"cannot save regularizer=SquaredDistance.*set_params\(regularizer=None\)"):
        save_model(model, tmp_path / "m.safetensors")
    assert list(tmp_path.iterdir()) == []
    save_model(model.set_params(regularizer=None), tmp_path / "m.safetensors")


def test_the_regularizer_follows_points_and_not_their_quadrants(tiny_data):
    X, y = tiny_data
    signs = valence_arousal(y)
    losses = [
        EmotionRegularizedVAE(**TINY).fit(X, labels).history_["arousal"][0]
        for labels in (y, signs, 0.5 * signs, signs * np.where(np.arange(len(y)) % 2, 1, 0.1)[:, None])
    ]
    assert losses[0] == pytest.approx(losses[1], abs=1e-6)
    assert losses[0] == pytest.approx(losses[2], abs=1e-6)  # a cosine does not depend on the length
    assert abs(losses[0] - losses[3]) > 1e-4
