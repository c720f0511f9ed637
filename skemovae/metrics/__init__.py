"""Metrics of how well the plane is ordered, what the melodies are like, and whether they carry their emotion.

Conventions
-----------
- Shares, rates and accuracies are 0 to 1; the paper gives the same numbers in percent.
- ``_accuracy``, ``_separation`` and ``reconstruction_quality``: higher is better. ``_distance`` and ``_mismatch``:
  lower is better, 0 is best. Scorers are called as ``scorer(estimator, X, y)``, and higher is better: metrics for which
  lower is better are negated, as ``neg_..._scorer``.
- Spreads are population standard deviations, as in the paper's Table 3.
- Melodies are lists of :class:`muspy.Music`, or rows of the tokens of :class:`skemovae.PitchEncoder` (a step is a
  sixteenth), which give the same values if they hold the whole melody. Drums do not count.
- A melody without notes has no metrics: its values are NaN and do not enter means and spreads. It carries no emotion.
- Emotions are in the order Q1 to Q4; labels may have any spelling of :mod:`skemovae.emotion`. What is undefined because
  an emotion has no points or melodies is NaN.
- Functions that return several numbers return a :class:`sklearn.utils.Bunch`.

Metrics
-------
The plane

============================  ==================================================================================
quadrant_accuracy             share of each emotion's points that lie in its quadrant (the paper's D_i, Table 2)
label_fed_quadrant_accuracy   the same with the true label given to the encoder, as the paper measured it
class_separation              how far apart the emotions lie on each axis, in posterior standard deviations
plane_interpretability        R2, mutual information gap, SAP, modularity, Spearman correlation (AR-VAE's evaluation)
prior_mismatch                how far the points are from the prior N(0, I)
interpolatability             how monotonic and how smooth an attribute is along paths through the latent space
============================  ==================================================================================

The melodies

============================  ==================================================================================
melodic_quality               most of the following for generated melodies, real ones, and halves of the real ones
format_melodic_quality        tables of melodic quality side by side, as Markdown
melody_metrics                for each melody: range, C-major rate and more (MusPy), intervals, end, figures, rhythm
interval_distance             total variation distance of the intervals from those of a reference
NGramModel                    cross-entropy per note of melodies, under an n-gram model of other melodies
two_sample_auc                how well boosted trees tell melodies from those of a reference
training_copies               share of melodies that copy a training melody, or quote eight notes of one
metric_table                  mean and spread of the melody metrics, by emotion (Table 3)
format_metric_table           tables of melody metrics side by side, as Markdown
count_nearer                  in how many rows of Table 3 one table is nearer to the reference than another
muspy_distance                how far generated melodies are from a reference, by emotion and metric
diversity                     share of distinct melodies and of copies, distance to the nearest training melody
reconstruction_quality        token accuracy with baselines, onset accuracy, share of exact rows
content_preservation          what is kept of a melody whose emotion was changed: onsets, notes, contour, subsequence
============================  ==================================================================================

The emotion

============================  ==================================================================================
EmotionJudge                  a classifier of melodies, independent of the model, with its own accuracy
emotion_control               share of generated melodies in which the judge recognizes the requested emotion
trade_off_curve               how the requested emotion grows, and how much of the melody is lost, as the change grows
============================  ==================================================================================

Pieces of several phrases

============================  ==================================================================================
curve_correlation             how closely the number of notes and the mode follow the requested curve of emotion
phrase_seams                  the intervals from phrase to phrase, compared with those inside phrases
melodic_similarity            how similar two melodies are, whatever their mode and speed
theme_recognition             how often a returning theme is most similar to its own theme
============================  ==================================================================================

Scorers for cross-validation, of a model alone (X holds tokens) or of a pipeline that ends in one (X holds scores)

============================  ==================================================================================
quadrant_accuracy_scorer      mean quadrant accuracy of the held-out melodies
class_separation_scorer       class separation of the held-out melodies, on the worse of the two axes
reconstruction_scorer         onset accuracy of the held-out melodies
neg_muspy_distance_scorer     negated distance of new melodies from the held-out ones
neg_two_sample_auc_scorer     negated AUC with which boosted trees tell new melodies from the held-out ones
emotion_control_scorer        emotion control of new melodies, with a judge trained on the held-out ones
make_emotion_control_scorer   the same with a judge of your own
============================  ==================================================================================
"""

from ._control import emotion_control
from ._copies import training_copies
from ._curve import curve_correlation
from ._distance import muspy_distance
from ._diversity import diversity
from ._inputs import as_melodies as as_melodies  # what __all__ leaves out is for other subpackages
from ._interpolatability import interpolatability
from ._interpretability import plane_interpretability, prior_mismatch
from ._interval_distance import interval_distance
from ._judge import EmotionJudge
from ._melody import FURTHER_MELODY_METRICS, MELODY_METRICS, melody_metrics
from ._ngram import NGramModel
from ._notes import NOTE_METRICS
from ._preservation import content_preservation
from ._quadrant import label_fed_quadrant_accuracy, quadrant_accuracy
from ._quality import check_qualities as check_qualities
from ._quality import format_melodic_quality, melodic_quality
from ._reconstruction import reconstruction_quality
from ._scorers import (
    class_separation_scorer,
    emotion_control_scorer,
    make_emotion_control_scorer,
    neg_muspy_distance_scorer,
    neg_two_sample_auc_scorer,
    quadrant_accuracy_scorer,
    reconstruction_scorer,
)
from ._seams import phrase_seams
from ._separation import class_separation
from ._table import count_nearer, format_metric_table, metric_table
from ._themes import melodic_similarity, theme_recognition
from ._trade_off import trade_off_curve
from ._two_sample import two_sample_auc

__all__ = [
    "quadrant_accuracy",
    "label_fed_quadrant_accuracy",
    "class_separation",
    "plane_interpretability",
    "prior_mismatch",
    "interpolatability",
    "melodic_quality",
    "format_melodic_quality",
    "MELODY_METRICS",
    "FURTHER_MELODY_METRICS",
    "NOTE_METRICS",
    "melody_metrics",
    "metric_table",
    "format_metric_table",
    "count_nearer",
    "muspy_distance",
    "interval_distance",
    "NGramModel",
    "two_sample_auc",
    "training_copies",
    "diversity",
    "reconstruction_quality",
    "content_preservation",
    "EmotionJudge",
    "emotion_control",
    "trade_off_curve",
    "curve_correlation",
    "phrase_seams",
    "melodic_similarity",
    "theme_recognition",
    "quadrant_accuracy_scorer",
    "class_separation_scorer",
    "reconstruction_scorer",
    "neg_muspy_distance_scorer",
    "neg_two_sample_auc_scorer",
    "emotion_control_scorer",
    "make_emotion_control_scorer",
]
