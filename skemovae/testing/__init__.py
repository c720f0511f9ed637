"""Checks of your own objects, like :mod:`sklearn.utils.estimator_checks` for estimators."""

from ._architecture import check_architecture

__all__ = ["check_architecture"]
