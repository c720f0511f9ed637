"""What a fitted model's attributes make up: its network's sizes, its predictor, its classes on the plane."""

from contextlib import contextmanager

import numpy as np

from ..emotion import EMOTIONS, valence_arousal
from ..nn.architectures import Sizes
from ..nn.inference import Predictor
from ..plane import ClassDistributions, ClassLayout

SET_BY_VALIDATION = ("n_features_in_", "feature_names_in_")


def fitted_sizes(model):
    """Return the sizes of a fitted model's network."""
    n_classes, n_components = model.latent_mean_.shape
    return Sizes(
        model.n_features_in_, len(model.vocabulary_), n_classes, n_components, model.condition_, model.n_context_
    )


def fitted_predictor(model):
    """Return a fitted model's network, for use."""
    return Predictor(model.architecture_, fitted_sizes(model), model.weights_)


def fitted_layout(model):
    """Return a fitted model's classes and their regions, whatever its parameter `class_positions` is now."""
    own_classes = not _are_emotions(model.classes_, model.class_positions_)
    return ClassLayout(model.classes_, model.class_positions_, model.class_count_, own_classes)


def _are_emotions(labels, positions):
    """Return whether classes are the four emotions in their order, in any spelling."""
    quadrants = [emotion.quadrant for emotion in EMOTIONS]
    try:
        spelled = valence_arousal(labels.tolist())
        return np.array_equal(spelled, positions) and np.array_equal(spelled, valence_arousal(quadrants))
    except ValueError:
        return False


def fitted_distributions(model):
    """Return where each class of a fitted model lies."""
    return ClassDistributions(model.latent_mean_, model.latent_covariance_)


@contextmanager
def keeping_what_is_fitted(model):
    """Restore the attributes that validation has set if a fit fails before it has published anything."""
    before = {name: value for name, value in vars(model).items() if name in SET_BY_VALIDATION}
    weights = vars(model).get("weights_")
    try:
        yield
    except BaseException:
        if weights is not None and model.weights_ is weights:
            for name in SET_BY_VALIDATION:
                if name in before:
                    setattr(model, name, before[name])
                elif hasattr(model, name):
                    delattr(model, name)
        raise
