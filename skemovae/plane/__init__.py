"""The geometry of the valence-arousal plane, without music or networks: classes, distributions, grids."""

from ._distribution import ClassDistributions, draw_paper
from ._grid import grid_points, plane_limit
from ._labels import check_positions, is_continuous, learn_layout
from ._layout import ClassLayout

__all__ = [
    "ClassDistributions",
    "ClassLayout",
    "check_positions",
    "draw_paper",
    "grid_points",
    "is_continuous",
    "learn_layout",
    "plane_limit",
]
