"""An emotion over time: keyframes on the valence-arousal plane, and lines between them."""

from collections.abc import Mapping
from numbers import Real
from typing import NamedTuple

import numpy as np

from .._validation import check_point
from ..emotion import as_emotion, quadrant_of

EXPECTED = (
    'expected an emotion such as "sad", a point (valence, arousal), or both in a dict by the bar at which they are '
    'reached, such as {0: "sad", 32: "happy"}'
)


class Curve(NamedTuple):
    """An emotion over time.

    Parameters
    ----------
    bars : float ndarray of shape (n_keyframes,)
        The times of the keyframes in bars from the beginning, ascending.
    points : float ndarray of shape (n_keyframes, 2)
        Valence and arousal at the keyframes.
    """

    bars: np.ndarray
    points: np.ndarray

    def at(self, bars):
        """Return the points of the plane at the given times in bars, shape (n, 2).

        They lie on straight lines between the keyframes; before the first and after the last, nothing changes.
        """
        return np.column_stack([np.interp(bars, self.bars, column) for column in self.points.T])


def read_curve(curve, model):
    """Return an emotion over time on the plane of a model.

    Parameters
    ----------
    curve : label, (valence, arousal), or dict of float to label or (valence, arousal)
        One emotion throughout, or keyframes by the bar at which they are reached, in any order. The point of an
        emotion is the mean of its class.
    model : EmotionRegularizedVAE
        Fitted, of the four emotions.

    Returns
    -------
    Curve

    Raises
    ------
    ValueError
        If the curve has another form, a label is unknown, or the training data had no rows of it.

    Examples
    --------
    >>> from skemovae import load_pretrained
    >>> from skemovae.composition._curve import read_curve
    >>> read_curve({0: (-1, -1), 8: (1, 0)}, load_pretrained()).at([0, 4, 12]).tolist()
    [[-1.0, -1.0], [0.0, -0.5], [1.0, 0.0]]
    """
    keyframes = keyframes_of(curve)
    points = [_point_of(where, model) for where in keyframes.values()]
    return Curve(np.array(list(keyframes), dtype=float), np.array(points))


def keyframes_of(curve):
    """Return the keyframes of a curve as {bar: emotion or point}, in the order of the bars.

    Raises
    ------
    ValueError
        If `curve` is neither an emotion nor a point nor a dict of them.
    """
    if not isinstance(curve, Mapping):
        return {0: curve}
    wrong = [bar for bar in curve if not isinstance(bar, Real) or isinstance(bar, bool) or not 0 <= float(bar) < np.inf]
    if wrong or not curve:
        raise ValueError(f"curve={curve!r}: {EXPECTED}; bars are numbers of 0 or more")
    return dict(sorted(curve.items()))


def words_of(curve):
    """Return a curve in words, such as "sad to happy": its emotions, with points named by their quadrants."""
    words = []
    for where in keyframes_of(curve).values():
        label = where if _is_label(where) else quadrant_of([where])[0]
        word = as_emotion(label).adjective
        if not words or words[-1] != word:
            words.append(word)
    return " to ".join(words)


def _is_label(where):
    return isinstance(where, str | Real)


def _point_of(where, model):
    """Return the point of an emotion on the plane of a model; return a point unchanged."""
    if _is_label(where):
        index = model.layout_.trained_index_of(where, 1)[0]
        return model.latent_mean_[index, :2]
    try:
        return check_point("curve", where)
    except ValueError:
        raise ValueError(f"curve={where!r}: {EXPECTED}") from None
