"""What people do with a fitted model: make melodies of an emotion, change that of a tune, compose pieces."""

from ._generate import generate
from ._reemote import reemote

__all__ = ["generate", "reemote"]
