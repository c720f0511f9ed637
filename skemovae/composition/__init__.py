"""Uses of a fitted model: write melodies of an emotion, change the emotion of a tune, compose pieces."""

from ._generate import TEMPERATURE as TEMPERATURE  # what __all__ leaves out is for other subpackages and the benchmarks
from ._generate import generate
from ._interpolate import interpolate
from ._locate import locate
from ._move import move as move
from ._piece import compose_piece
from ._reemote import reemote

__all__ = ["compose_piece", "generate", "interpolate", "locate", "reemote"]
