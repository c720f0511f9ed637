"""The model of an estimator, and how long its steps are."""

from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from ..preprocessing import PitchEncoder


def fitted_model(estimator):
    """Return the fitted model that an estimator is, or in which a pipeline ends."""
    model = estimator[-1] if isinstance(estimator, Pipeline) else estimator
    if not hasattr(model, "inverse_transform") or not hasattr(model, "sample"):
        raise TypeError(
            f"the estimator is or ends in {type(model).__name__}: expected a fitted EmotionRegularizedVAE, or a "
            "Pipeline that ends in one; of a search pass search.best_estimator_"
        )
    check_is_fitted(model)
    return model


def steps_per_quarter(estimator):
    """Return how many steps a quarter note has: as a pipeline's PitchEncoder says, else the paper's four."""
    steps = [step for _, step in estimator.steps] if isinstance(estimator, Pipeline) else []
    return next((int(step.resolution) for step in steps if isinstance(step, PitchEncoder)), 4)
