"""Russell's valence-arousal plane: the four emotions, their spellings and their quadrants.

Conventions
-----------
A point of the plane is ``(valence, arousal)``. Its quadrant is determined by the two signs; a coordinate of zero
counts as positive. This module is the only one that knows which emotion has which signs. NumPy is loaded only by the
functions that need it, so that the command line can check its options without it.

========  ==========  ==========  ============  =======  =======
quadrant  code        emotion     adjective     valence  arousal
========  ==========  ==========  ============  =======  =======
Q1        e1 or 1     happiness   happy         +1       +1
Q2        e2 or 2     anger       angry         -1       +1
Q3        e3 or 3     sadness     sad           -1       -1
Q4        e4 or 4     relaxation  relaxed       +1       -1
========  ==========  ==========  ============  =======  =======

References
----------
J. A. Russell, "A circumplex model of affect", Journal of Personality and Social Psychology 39 (1980), 1161-1178.
"""

from numbers import Integral
from typing import NamedTuple

__all__ = ["EMOTIONS", "Emotion", "as_emotion", "label_spellings", "quadrant_index", "quadrant_of", "valence_arousal"]


class Emotion(NamedTuple):
    """One emotion of the plane, with all its spellings and its signs.

    Attributes
    ----------
    quadrant, code, name, adjective : str
        For example "Q1", "e1", "happiness" and "happy".
    number : int
        1 to 4.
    valence, arousal : int
        1 or -1.

    See Also
    --------
    as_emotion : Finds the emotion of a label.

    Examples
    --------
    >>> from skemovae.emotion import EMOTIONS
    >>> EMOTIONS[2].name, EMOTIONS[2].spellings
    ('sadness', ('Q3', 'e3', 'sadness', 'sad', 3))
    """

    quadrant: str
    code: str
    name: str
    adjective: str
    number: int
    valence: int
    arousal: int

    @property
    def spellings(self):
        """The labels that mean this emotion: quadrant, code, name, adjective and number."""
        return (self.quadrant, self.code, self.name, self.adjective, self.number)


EMOTIONS = (
    Emotion("Q1", "e1", "happiness", "happy", 1, +1, +1),
    Emotion("Q2", "e2", "anger", "angry", 2, -1, +1),
    Emotion("Q3", "e3", "sadness", "sad", 3, -1, -1),
    Emotion("Q4", "e4", "relaxation", "relaxed", 4, +1, -1),
)

# style (position in Emotion.spellings) and emotion index of every known label, lower case
_KNOWN = {
    spelling.lower() if isinstance(spelling, str) else spelling: (style, index)
    for index, emotion in enumerate(EMOTIONS)
    for style, spelling in enumerate(emotion.spellings)
}


def _look_up(label):
    """Return (style, emotion index) of a label in any known spelling."""
    key: str | int | None = None
    if isinstance(label, str):
        key = label.strip().lower()
    elif isinstance(label, Integral) and not isinstance(label, bool):
        key = int(label)
    if key not in _KNOWN:
        known = "; ".join(", ".join(str(s) for s in emotion.spellings) for emotion in EMOTIONS)
        label = label.item() if getattr(label, "shape", None) == () else label  # 'joyful', not np.str_('joyful')
        raise ValueError(f"unknown emotion {label!r}: expected one of {known}")
    return _KNOWN[key]


def as_emotion(label):
    """Return the :class:`Emotion` of a label in any known spelling.

    Parameters
    ----------
    label : str or int
        A quadrant ("Q3"), code ("e3"), name ("sadness"), adjective ("sad") or number (3). Case and surrounding
        whitespace do not matter.

    Returns
    -------
    Emotion

    Raises
    ------
    ValueError
        If the label is unknown; the message lists the known spellings.

    See Also
    --------
    label_spellings : The spellings that a whole set of labels uses.

    Examples
    --------
    >>> from skemovae.emotion import as_emotion
    >>> as_emotion("sad").quadrant
    'Q3'
    >>> as_emotion(1).name
    'happiness'
    """
    return EMOTIONS[_look_up(label)[1]]


def valence_arousal(labels):
    """Return the signs of valence and arousal of labels.

    Parameters
    ----------
    labels : array-like of shape (n_samples,)
        Labels in any known spelling.

    Returns
    -------
    ndarray of shape (n_samples, 2), float
        Column 0 is the valence, column 1 the arousal; every value is -1 or +1 (Table 1 of the paper).

    See Also
    --------
    quadrant_of : The reverse, from points to quadrants.

    Examples
    --------
    >>> from skemovae.emotion import valence_arousal
    >>> valence_arousal(["happy", "Q3"])
    array([[ 1.,  1.],
           [-1., -1.]])
    """
    import numpy as np

    signs = [(emotion.valence, emotion.arousal) for emotion in map(as_emotion, labels)]
    return np.array(signs, dtype=float).reshape(-1, 2)


def quadrant_index(points):
    """Return the index into :data:`EMOTIONS` of the quadrant of each point.

    Parameters
    ----------
    points : array-like of shape (n_samples, n_components)
        Column 0 is the valence, column 1 the arousal; further columns are ignored.

    Returns
    -------
    ndarray of shape (n_samples,), int
        0 for Q1 to 3 for Q4. A coordinate of zero counts as positive.

    Raises
    ------
    ValueError
        If the array is not 2-D with at least two columns, or contains NaN in the first two.

    See Also
    --------
    quadrant_of : The same with names instead of indices.
    """
    import numpy as np

    points = np.asarray(points, dtype=float)
    if points.ndim != 2 or points.shape[1] < 2:
        raise ValueError(
            f"points of shape {points.shape}: expected (n_samples, 2 or more) with valence and arousal in the "
            "first two columns; for one point pass [[valence, arousal]]"
        )
    if np.isnan(points[:, :2]).any():
        row = int(np.flatnonzero(np.isnan(points[:, :2]).any(axis=1))[0])
        raise ValueError(f"point {row} is NaN: expected numbers for valence and arousal")
    signs_to_index = {(emotion.valence > 0, emotion.arousal > 0): i for i, emotion in enumerate(EMOTIONS)}
    table = np.array([[signs_to_index[v, a] for a in (False, True)] for v in (False, True)])
    return table[(points[:, 0] >= 0).astype(int), (points[:, 1] >= 0).astype(int)]


def quadrant_of(points):
    """Return the name of the quadrant in which each point lies.

    Parameters
    ----------
    points : array-like of shape (n_samples, n_components)
        Column 0 is the valence, column 1 the arousal; further columns are ignored.

    Returns
    -------
    ndarray of shape (n_samples,), str
        "Q1" to "Q4". A coordinate of zero counts as positive.

    Raises
    ------
    ValueError
        As in :func:`quadrant_index`.

    See Also
    --------
    quadrant_index : The same with indices instead of names.
    valence_arousal : The reverse, from labels to signs.

    Examples
    --------
    >>> from skemovae.emotion import quadrant_of
    >>> quadrant_of([[0.5, -2.0], [0.0, 0.0]])
    array(['Q4', 'Q1'], dtype='<U2')
    """
    import numpy as np

    return np.array([emotion.quadrant for emotion in EMOTIONS])[quadrant_index(points)]


def label_spellings(labels):
    """Return how a set of labels spells the four emotions, and which emotion each label is.

    A model that was trained on labels such as "sad" should also return such labels, even for an emotion that does not
    occur in its training data.

    Parameters
    ----------
    labels : array-like of shape (n_samples,)
        Labels in any known spelling.

    Returns
    -------
    spellings : ndarray of shape (4,)
        The labels of Q1 to Q4 as `labels` spells them; an emotion that does not occur is spelled in the style of the
        others. If styles are mixed, these are the quadrants' names "Q1" to "Q4".
    index : ndarray of shape (n_samples,), int
        Index into :data:`EMOTIONS` of each label.

    Raises
    ------
    ValueError
        If a label is unknown.

    See Also
    --------
    as_emotion : The emotion of a single label.

    Examples
    --------
    >>> from skemovae.emotion import label_spellings
    >>> spellings, index = label_spellings(["sad", "happy", "sad"])
    >>> list(map(str, spellings)), index.tolist()
    (['happy', 'angry', 'sad', 'relaxed'], [2, 0, 2])
    """
    import numpy as np

    found = [_look_up(label) for label in labels]
    index = np.array([i for _, i in found], dtype=int)
    styles = {style for style, _ in found}
    if len(styles) != 1:
        return np.array([emotion.quadrant for emotion in EMOTIONS]), index
    (style,) = styles
    spellings = [emotion.spellings[style] for emotion in EMOTIONS]
    if isinstance(spellings[0], str):
        for label, i in zip(labels, index, strict=True):
            spellings[i] = str(label)  # in the user's own capitalization, so that predictions equal the labels
    return np.array(spellings), index
