"""Plots in the style of scikit-learn's Display classes: ``from_...`` computes, ``plot`` draws.

A display with one panel has the attributes `ax_` and `figure_`; a display with several has `axes_`, `bounding_ax_` and
`figure_`, like :class:`sklearn.inspection.PartialDependenceDisplay`. Colors are those of Okabe and Ito, or of the color
map "cividis", which color-blind people can distinguish; markers, line styles and lightness also work in black and
white. Matplotlib is loaded when something is plotted.

=========================  ===================================================================================
LatentPlaneDisplay         where melodies lie on the valence-arousal plane (Figures 5-7)
DecodedPlaneDisplay        the decoder's output at each point of that plane
PianoRollDisplay           the notes of one melody
MelodicQualityDisplay      intervals, endings, figures and rhythm of melodies compared with real ones
MetricComparisonDisplay    generated melodies beside the training melodies (Table 3)
TrainingHistoryDisplay     the terms of the loss in each epoch
=========================  ===================================================================================
"""

from ._decoded_plane import DecodedPlaneDisplay
from ._latent_plane import LatentPlaneDisplay
from ._melodic_quality import MelodicQualityDisplay
from ._metric_comparison import MetricComparisonDisplay
from ._piano_roll import WHITE_KEYS as WHITE_KEYS  # what __all__ leaves out is for other subpackages
from ._piano_roll import PianoRollDisplay
from ._piano_roll import notes_and_bars as notes_and_bars
from ._piano_roll import pitch_limits as pitch_limits
from ._style import EMOTION_STYLES as EMOTION_STYLES
from ._training_history import TrainingHistoryDisplay

__all__ = [
    "LatentPlaneDisplay",
    "DecodedPlaneDisplay",
    "PianoRollDisplay",
    "MelodicQualityDisplay",
    "MetricComparisonDisplay",
    "TrainingHistoryDisplay",
]
