"""Checks for your own objects, like those of :mod:`sklearn.utils.estimator_checks` for estimators."""

from ._architecture import check_architecture

__all__ = ["check_architecture"]
