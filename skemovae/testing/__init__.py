"""Checks for objects of your own, as :mod:`sklearn.utils.estimator_checks` has them for estimators."""

from ._architecture import check_architecture

__all__ = ["check_architecture"]
