"""What people do with a fitted model: make melodies of an emotion, change that of a tune, compose pieces."""

from ._generate import TEMPERATURE as TEMPERATURE  # what __all__ leaves out is for other rooms, and for the benchmarks
from ._generate import generate
from ._interpolate import interpolate
from ._locate import locate
from ._move import move as move
from ._piece import compose_piece
from ._reemote import reemote

__all__ = ["compose_piece", "generate", "interpolate", "locate", "reemote"]
