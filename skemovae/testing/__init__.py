"""Checks that prove an object of one's own right, as :mod:`sklearn.utils.estimator_checks` has them for estimators."""

from ._architecture import check_architecture

__all__ = ["check_architecture"]
