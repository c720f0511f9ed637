"""trade_off_curve: how the requested emotion grows, and how much of the melody is lost, as its point is moved."""

import numpy as np
from sklearn.utils import Bunch
from sklearn.utils.validation import check_is_fitted

from ..emotion import label_spellings
from ._inputs import as_melodies, emotion_index
from ._preservation import MEASURES, content_preservation


def trade_off_curve(judge, X, X_changed, y, *, random_state=0):
    """Return how likely the requested emotion is, and how much of the melody is kept, for growing amounts of change.

    Parameters
    ----------
    judge : EmotionJudge
        Fitted on melodies with all emotions of `y` among its labels.
    X : list of muspy.Music, or array-like of shape (n_samples, n_steps), int
        Melodies before the change, or their tokens.
    X_changed : list of length n_amounts
        For each amount of change, the changed versions of all melodies, in the form of X.
    y : array-like of shape (n_samples,)
        The requested emotions.
    random_state : int, numpy Generator, RandomState or None, default=0
        Seeds the floor of :func:`content_preservation`.

    Returns
    -------
    sklearn.utils.Bunch
        probability : ndarray of shape (n_samples, n_amounts)
            The judge's probability of the requested emotion. ``interpolatability(amounts, probability).rising`` is the
            share of melodies in which it grows with the amount.
        accuracy : ndarray of shape (n_amounts,)
            Share of the melodies in which the judge recognizes the requested emotion.
        onsets, notes, contour, common_subsequence : ndarray of shape (n_amounts,)
            How much is kept, by :func:`content_preservation`, of each melody at the speed at which most is kept.
        floor : Bunch
            The same four figures for a random other melody.

    Raises
    ------
    ValueError
        If the numbers of melodies and labels differ, or the judge does not know an emotion.
    sklearn.exceptions.NotFittedError
        If the judge is not fitted.

    See Also
    --------
    emotion_control, content_preservation, interpolatability

    Examples
    --------
    >>> from skemovae import PitchEncoder, load_bach_chorales
    >>> from skemovae.metrics import EmotionJudge, trade_off_curve
    >>> from skemovae.preprocessing import to_parallel_mode
    >>> bach = load_bach_chorales()
    >>> X = PitchEncoder().fit_transform(bach.data)
    >>> judge = EmotionJudge().fit(X, bach.target, groups=bach.groups)
    >>> happy = X[bach.target == "happiness"]
    >>> curve = trade_off_curve(judge, happy, [happy, to_parallel_mode(happy, "minor")], ["angry"] * len(happy))
    >>> curve.accuracy.round(1).tolist(), curve.notes.tolist()
    ([0.0, 0.9], [1.0, 1.0])
    """
    check_is_fitted(judge)
    kept = [content_preservation(X, melodies, speed=None, random_state=random_state) for melodies in X_changed]
    wanted = emotion_index(y, len(X), "melodies")
    known = label_spellings(judge.classes_)[1].tolist()
    if not set(wanted.tolist()) <= set(known):
        raise ValueError(f"the judge knows {judge.classes_.tolist()}: expected all emotions of y among them")
    column = np.array([known.index(i) for i in wanted])
    melodies = [as_melodies(each) for each in X_changed]
    probability = [judge.predict_proba(each)[np.arange(len(column)), column] for each in melodies]
    hit = [judge.predict(each) == judge.classes_[column] for each in melodies]
    return Bunch(
        probability=np.column_stack(probability),
        accuracy=np.mean(hit, axis=1),
        **{name: np.array([result[name] for result in kept]) for name in MEASURES},
        floor=Bunch(**{name: np.array([result.floor[name] for result in kept]) for name in MEASURES}),
    )
