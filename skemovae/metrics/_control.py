"""emotion_control: whether generated melodies carry the requested emotion."""

import numpy as np
from sklearn.utils import Bunch
from sklearn.utils.validation import check_is_fitted

from ..emotion import label_spellings, valence_arousal
from ._inputs import as_melodies, emotion_index, has_notes, share_by_quadrant


def emotion_control(judge, X, y):
    """Return the share of melodies in which a judge recognizes the requested emotion.

    A melody without notes carries no emotion and counts as a miss.

    Parameters
    ----------
    judge : EmotionJudge
        Fitted on melodies with emotions as labels: the training melodies, not generated ones.
    X : list of muspy.Music, or array-like of shape (n_samples, n_steps), int
        Generated melodies, or their tokens.
    y : array-like of shape (n_samples,)
        The requested emotions.

    Returns
    -------
    sklearn.utils.Bunch
        accuracy : float
            Share of the melodies in which the judge recognizes the requested emotion.
        per_quadrant : dict
            The same share for each requested emotion, "Q1" to "Q4"; NaN for an emotion that was not requested.
        valence, arousal : float
            Share of the melodies for which the judge's emotion has the right sign of valence, and of arousal.
        judge_accuracy : float
            The judge's own accuracy on held-out real melodies (``judge.cv_accuracy_``). A generator whose melodies are
            like real music scores about the same; a higher score means that their emotion is clearer than in real
            melodies. Guessing among four emotions scores 0.25, and 0.5 for each sign.

    Raises
    ------
    ValueError
        If X and y have different lengths, or a label is not an emotion.
    sklearn.exceptions.NotFittedError
        If the judge is not fitted.

    See Also
    --------
    EmotionJudge : The classifier that recognizes emotions.
    emotion_control_scorer : For cross-validation.
    trade_off_curve : Emotion control against content preservation.

    Examples
    --------
    >>> from skemovae import load_bach_chorales
    >>> from skemovae.metrics import EmotionJudge, emotion_control
    >>> judge = EmotionJudge().fit(*load_bach_chorales(return_X_y=True))
    >>> fast, slow = [60, 62, 64, 65, 67, 69, 71, 72], [72] + [129] * 7
    >>> result = emotion_control(judge, [fast, slow, slow], ["happy", "happy", "relaxed"])
    >>> result.per_quadrant
    {'Q1': 0.5, 'Q2': nan, 'Q3': nan, 'Q4': 1.0}
    >>> result.valence, round(result.arousal, 2), round(result.judge_accuracy, 2)
    (1.0, 0.67, 0.96)
    """
    check_is_fitted(judge)
    melodies = as_melodies(X)
    wanted = emotion_index(y, len(melodies), "melodies")
    heard = judge.predict(melodies)
    sounds = np.array([has_notes(music) for music in melodies])
    hit = (label_spellings(heard)[1] == wanted) & sounds
    same_sign = (valence_arousal(heard) == valence_arousal(y)) & sounds[:, None]
    return Bunch(
        accuracy=float(hit.mean()),
        per_quadrant=share_by_quadrant(hit, wanted),
        valence=float(same_sign[:, 0].mean()),
        arousal=float(same_sign[:, 1].mean()),
        judge_accuracy=judge.cv_accuracy_,
    )
