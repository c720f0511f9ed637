"""The measures by which models are compared, in cross-validation grouped by tune."""

import time

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.utils import Bunch

from skemovae.emotion import EMOTIONS
from skemovae.metrics import (
    EmotionJudge,
    diversity,
    emotion_control,
    muspy_distance,
    plane_interpretability,
    quadrant_accuracy,
    reconstruction_quality,
)

NAMES = [emotion.name for emotion in EMOTIONS]
MELODIES = 100  # of each emotion


def grouped_folds(melodies, tokens, n_folds):
    """Return a data set with its folds: tokens, target, groups, folds."""
    data = Bunch(tokens=tokens, target=np.asarray(melodies.target), groups=np.asarray(melodies.groups))
    folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=0)
    data.folds = list(folds.split(data.tokens, data.target, data.groups))
    return data


def measures_of(model, data, training, held_out):
    """Train a model on some rows and return the measures on the others, a dict of numbers."""
    X, y = data.tokens[training], data.target[training]
    start = time.perf_counter()
    model.fit(X, y)
    seconds = time.perf_counter() - start
    X_test, y_test = data.tokens[held_out], data.target[held_out]
    points = model.transform(X_test)
    wanted = np.repeat(NAMES, MELODIES)
    melodies, _ = model.sample(len(wanted), emotion=wanted, random_state=0)
    judge = EmotionJudge().fit(X, y, groups=data.groups[training])
    control = emotion_control(judge, melodies, wanted)
    distance = muspy_distance(melodies, wanted, X_test, y_test)
    variety = diversity(melodies, X)
    return {
        "quadrant accuracy": quadrant_accuracy(points, y_test).mean,
        "Spearman": plane_interpretability(points[:, :2], y_test).spearman,
        "emotion control": control.accuracy,
        "valence control": control.valence,
        "arousal control": control.arousal,
        "judge": control.judge_accuracy,
        "MusPy distance": distance.mean,
        "Wasserstein": distance.wasserstein_mean,
        "onset accuracy": reconstruction_quality(X_test, model.inverse_transform(points)).onset_accuracy,
        "training onsets": reconstruction_quality(X, model.inverse_transform(model.transform(X))).onset_accuracy,
        "distinct": variety.distinct,
        "copies": variety.copies,
        "seconds": seconds,
    }


def mean(results, name):
    """Return the mean of a measure."""
    return float(np.mean([result[name] for result in results]))


def mean_and_spread(results):
    """Return the mean and the standard deviation of every measure as text."""
    return {
        name: f"{mean(results, name):.2f} ({np.std([result[name] for result in results]):.2f})" for name in results[0]
    }
