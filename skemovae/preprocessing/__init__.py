"""Transformers from scores to scores, and :class:`PitchEncoder` from scores to tokens and back."""

from ._base import check_scores as check_scores  # what __all__ leaves out is for other rooms
from ._excerpt import Excerpt
from ._key import KeyNormalizer
from ._melody import melody_on_grid as melody_on_grid
from ._pitch import PitchEncoder
from ._soprano import SopranoExtractor
from ._tempo import TempoNormalizer
from ._tempo import scale_time as scale_time
from ._tokens import HOLD, REST
from ._tokens import are_tokens as are_tokens
from ._tokens import is_onset as is_onset

__all__ = ["HOLD", "REST", "Excerpt", "KeyNormalizer", "PitchEncoder", "SopranoExtractor", "TempoNormalizer"]
