"""Transformers from scores to scores, and :class:`PitchEncoder` from scores to tokens and back."""

from ._excerpt import Excerpt
from ._key import KeyNormalizer
from ._pitch import HOLD, REST, PitchEncoder
from ._soprano import SopranoExtractor
from ._tempo import TempoNormalizer

__all__ = ["HOLD", "REST", "Excerpt", "KeyNormalizer", "PitchEncoder", "SopranoExtractor", "TempoNormalizer"]
