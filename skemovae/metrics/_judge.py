"""EmotionJudge: a classifier of melodies, independent of the model whose melodies it judges."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.metrics import accuracy_score
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d

from .._tunes import group_by_tune, tune_incipit
from ._inputs import as_melodies, has_notes
from ._melody import melody_metrics

MAX_FOLDS = 5
FEATURES = ("notes_per_quarter", "median_length", "c_major_rate", "c_minor_rate")


class EmotionJudge(ClassifierMixin, BaseEstimator):
    """Classifier of melodies by emotion, from four features of the music.

    The features are those that determined the labels of the paper's melodies (which depend on little else than mode and
    note length): notes per quarter note, median note length in quarter notes, and the shares of notes in C major and in
    C natural minor. The classifier is a support vector machine with an RBF kernel on standardized features.

    Fit it on the training melodies. Fitting also cross-validates it on held-out tunes. The resulting `cv_accuracy_` is
    a ceiling: even if all melodies carry their emotion, the judge recognizes only this share, so it cannot tell a
    generator that reaches this share from real music.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels.
    cv_accuracy_ : float
        Accuracy in cross-validation grouped by tune (up to 5 folds). It is 0.90 on the 344 published melodies (0.88 to
        0.90 with other folds), and 0.96 on the Bach chorales with their rule-based labels (0.94 to 0.97); both with the
        data sets' `groups`.
    model_ : sklearn.pipeline.Pipeline
        The classifier, fitted on the features of all melodies.
    calibrated_ : sklearn.calibration.CalibratedClassifierCV
        The same with calibrated probabilities (Platt scaling, fitted on melodies held out by tune).

    See Also
    --------
    emotion_control : How often a judge recognizes the requested emotion.
    make_emotion_control_scorer : A scorer with a judge of your own.

    Notes
    -----
    The melodies should be in C major or C minor (:class:`skemovae.KeyNormalizer`), like those of the model. Random
    forests reach the same accuracy but memorize their training melodies, so they would give a copy of a training melody
    whatever label that had; the accuracy of this judge on its own training melodies is 0.91. Trained on a fifth of the
    published melodies, its accuracy on the others is still 0.89.

    Examples
    --------
    >>> from skemovae import load_bach_chorales
    >>> from skemovae.metrics import EmotionJudge
    >>> bach = load_bach_chorales()
    >>> judge = EmotionJudge().fit(bach.data, bach.target, groups=bach.groups)
    >>> round(judge.cv_accuracy_, 2)
    0.96
    >>> judge.predict([[60, 62, 64, 65, 67, 69, 71, 72], [72, 129, 129, 129, 129, 129, 129, 129]]).tolist()
    ['happiness', 'relaxation']
    """

    def fit(self, X, y, groups=None):
        """Train the judge and measure its accuracy.

        Parameters
        ----------
        X : list of muspy.Music, or array-like of shape (n_samples, n_steps), int
            Melodies, or their tokens.
        y : array-like of shape (n_samples,)
            Labels.
        groups : array-like of shape (n_samples,), default=None
            The tune of each melody; with None, melodies with the same first 8 quarter notes, in any key, count as one
            tune.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If X, y and groups have different lengths, or there are fewer than two classes, or fewer than two tunes of a
            class.
        """
        melodies = as_melodies(X)
        y = column_or_1d(y)
        check_classification_targets(y)
        if groups is None:
            groups = group_by_tune([tune_incipit(music) for music in melodies], range(len(melodies)))
        groups = column_or_1d(groups)
        if not len(melodies) == len(y) == len(groups):
            raise ValueError(
                f"{len(melodies)} melodies, {len(y)} labels and {len(groups)} groups: expected the same number of each"
            )
        features = judge_features(melodies)
        model = make_pipeline(StandardScaler(), SVC())
        folds = list(StratifiedGroupKFold(_n_folds(y, groups)).split(features, y, groups))
        self.cv_accuracy_ = accuracy_score(y, cross_val_predict(model, features, y, cv=folds))
        self.calibrated_ = CalibratedClassifierCV(model, cv=folds, ensemble=False).fit(features, y)
        self.model_ = model.fit(features, y)
        self.classes_ = self.model_.classes_
        return self

    def predict(self, X):
        """Return the label of each melody.

        Parameters
        ----------
        X : list of muspy.Music, or array-like of shape (n_samples, n_steps), int
            Melodies, or their tokens. A melody without notes also gets a label.

        Returns
        -------
        ndarray of shape (n_samples,)
            Labels of `classes_`.
        """
        check_is_fitted(self)
        return self.model_.predict(judge_features(as_melodies(X)))

    def predict_proba(self, X):
        """Return the probability of each label.

        Parameters
        ----------
        X : list of muspy.Music, or array-like of shape (n_samples, n_steps), int
            Melodies, or their tokens.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of `classes_`; rows sum to 1. The probabilities are calibrated: of the melodies for which a
            label has probability 0.7, about 70 % have that label. The likeliest label is nearly always that of
            :meth:`predict`.
        """
        check_is_fitted(self)
        return self.calibrated_.predict_proba(judge_features(as_melodies(X)))


def judge_features(melodies):
    """Return the judge's features of scores, shape (n_samples, 4) in the order of FEATURES; 0 for silence."""
    rates = melody_metrics(melodies, ["c_major_rate", "c_minor_rate"])
    rhythm = [_rhythm(music) if has_notes(music) else (0.0, 0.0) for music in melodies]
    return np.column_stack([rhythm, np.nan_to_num(np.column_stack(list(rates.values())))])


def _rhythm(music):
    """Return notes per quarter note up to the end of the last note, and the median length in quarter notes."""
    notes = [note for track in music.tracks if not track.is_drum for note in track.notes]
    length = max(max(note.end for note in notes), 1) / music.resolution
    return len(notes) / length, np.median([note.duration for note in notes]) / music.resolution


def _n_folds(y, groups):
    """Return the number of folds, at most the number of tunes of the rarest class."""
    tunes = {label: len(np.unique(groups[y == label])) for label in np.unique(y).tolist()}
    fewest = min(tunes, key=lambda label: tunes[label])
    if len(tunes) < 2 or tunes[fewest] < 2:
        raise ValueError(
            f"the numbers of tunes by class are {tunes}: expected at least two classes, each with at least two "
            "tunes, so that the judge can be tested on tunes that it was not trained on; fit it on more melodies"
        )
    return min(MAX_FOLDS, tunes[fewest])
