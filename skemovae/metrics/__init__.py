"""Numbers that say how well the plane is ordered, what the melodies are like, and whether they carry their emotion.

Conventions
-----------
- Shares, rates and accuracies are 0 to 1; the paper gives the same numbers in percent.
- ``_accuracy`` and ``_quality``: higher is better. ``_distance`` and ``_mismatch``: lower is better, 0 is best. Scorers
  are ``scorer(estimator, X, y)``, higher is better, and distances are negated as ``neg_..._scorer``.
- Spreads are population standard deviations, as in the paper's Table 3.
- Melodies are lists of :class:`muspy.Music`, or rows of the tokens of :class:`skemovae.PitchEncoder` (a step is a
  sixteenth), which give the same values if they hold the whole melody. Drums do not count.
- A melody without notes has no metrics: its values are NaN, and means and spreads leave it out. It carries no emotion.
- Emotions are in the order Q1 to Q4; labels come in any spelling of :mod:`skemovae.emotion`. What cannot be said,
  because an emotion has no points or melodies, is NaN.
- Functions that return several numbers return a :class:`sklearn.utils.Bunch`.

Metrics
-------
The plane

============================  ==================================================================================
quadrant_accuracy             share of each emotion's points that lie in its quadrant (the paper's D_i, Table 2)
label_fed_quadrant_accuracy   the same with the true label given to the encoder, as the paper measured it
plane_interpretability        R2, mutual information gap, SAP, modularity, Spearman correlation (AR-VAE's evaluation)
prior_mismatch                how far the points are from the prior N(0, I)
============================  ==================================================================================

The melodies

============================  ==================================================================================
melody_metrics                pitch range, pitches used, C-major rate, C-minor rate and more of each melody (MusPy)
metric_table                  mean and spread of these by emotion (Table 3)
format_metric_table           such tables side by side as Markdown
count_nearer                  in how many rows of Table 3 one table is nearer to the reference than another
muspy_distance                how far generated melodies are from a reference, by emotion and metric
diversity                     share of distinct melodies and of copies, distance to the nearest training melody
reconstruction_quality        token accuracy beside its baselines, onset accuracy, share of exact rows
============================  ==================================================================================

The emotion

============================  ==================================================================================
EmotionJudge                  a classifier of melodies that knows nothing of the model, with its own accuracy
emotion_control               share of generated melodies in which the judge hears the wanted emotion
============================  ==================================================================================

Scorers for cross-validation, of the model alone (X are tokens) and of a pipeline that ends in it (X are scores)

============================  ==================================================================================
quadrant_accuracy_scorer      mean quadrant accuracy of the held-out melodies
reconstruction_scorer         onset accuracy of the held-out melodies
neg_muspy_distance_scorer     minus the distance of new melodies from the held-out ones
emotion_control_scorer        emotion control of new melodies, judged by what the held-out ones teach
make_emotion_control_scorer   the same with a judge of one's own
============================  ==================================================================================
"""

from ._control import emotion_control
from ._distance import muspy_distance
from ._diversity import diversity
from ._inputs import as_melodies as as_melodies  # what __all__ leaves out is for other rooms
from ._interpretability import plane_interpretability, prior_mismatch
from ._judge import EmotionJudge
from ._melody import FURTHER_MELODY_METRICS, MELODY_METRICS, melody_metrics
from ._quadrant import label_fed_quadrant_accuracy, quadrant_accuracy
from ._reconstruction import reconstruction_quality
from ._scorers import (
    emotion_control_scorer,
    make_emotion_control_scorer,
    neg_muspy_distance_scorer,
    quadrant_accuracy_scorer,
    reconstruction_scorer,
)
from ._table import count_nearer, format_metric_table, metric_table

__all__ = [
    "quadrant_accuracy",
    "label_fed_quadrant_accuracy",
    "plane_interpretability",
    "prior_mismatch",
    "MELODY_METRICS",
    "FURTHER_MELODY_METRICS",
    "melody_metrics",
    "metric_table",
    "format_metric_table",
    "count_nearer",
    "muspy_distance",
    "diversity",
    "reconstruction_quality",
    "EmotionJudge",
    "emotion_control",
    "quadrant_accuracy_scorer",
    "reconstruction_scorer",
    "neg_muspy_distance_scorer",
    "emotion_control_scorer",
    "make_emotion_control_scorer",
]
