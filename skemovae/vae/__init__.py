"""EmotionRegularizedVAE: the scikit-learn interface to the networks."""

from ._estimator import PAPER_PRESET, EmotionRegularizedVAE
from ._parameters import check_parameters

__all__ = ["PAPER_PRESET", "EmotionRegularizedVAE", "check_parameters"]
