"""class_separation: how far apart the emotions lie on each axis, relative to the uncertainty of a point."""

import numpy as np
from sklearn.utils import Bunch, check_array

from ..emotion import EMOTIONS
from ._inputs import emotion_index

AXES = ("valence", "arousal")


def class_separation(Z, Z_std, y):
    r"""Return how far apart the emotions lie on each axis, in posterior standard deviations.

    For each axis,

    .. math:: \frac{\left| m_+ - m_- \right|}{2 s}

    where :math:`m_+` and :math:`m_-` are the mean points of the positive and of the negative emotions, averaged over
    the emotions of a sign, and s is the mean of the posterior standard deviations of all points. It is the distance of
    either mean from the midpoint between them. At 2 and above, the sign of a point is reliable, and the decoder can use
    it. Near 0, the axis has collapsed: the decoder was trained on points so noisy that their sign carries no
    information, and moving along the axis changes nothing. :func:`quadrant_accuracy` considers only the signs of the
    means and does not detect this.

    Parameters
    ----------
    Z, Z_std : array-like of shape (n_samples, n_components)
        Mean and standard deviation of each row's posterior, from ``model.transform(X, return_std=True)``; column 0 is
        the valence, column 1 the arousal.
    y : array-like of shape (n_samples,)
        Emotions.

    Returns
    -------
    sklearn.utils.Bunch
        valence, arousal : float
            The separation on each axis; NaN for an axis on which y has only one sign.
        smallest : float
            The smaller of the two, ignoring NaN.

    Raises
    ------
    ValueError
        If the shapes of Z, Z_std and y do not match, they contain NaN or unknown labels, there are fewer than two
        columns, or a standard deviation is not above 0.

    See Also
    --------
    quadrant_accuracy : The share of points in their quadrants.
    class_separation_scorer : For cross-validation.

    Notes
    -----
    With a prior N(label, s^2) of valence and arousal and labels of -1 and +1, the separation tends to 1 / s. In signal
    detection theory, twice the separation is called the sensitivity d'.

    Examples
    --------
    >>> from skemovae.metrics import class_separation
    >>> y = ["happy", "angry", "sad", "relaxed"]
    >>> class_separation([[1, 1], [-1, 1], [-1, -1], [1, -1]], [[0.5, 0.4]] * 4, y)
    {'valence': 2.0, 'arousal': 2.5, 'smallest': 2.0}
    >>> collapsed = class_separation([[0.14, 1], [-0.14, 1], [-0.14, -1], [0.14, -1]], [[0.99, 0.4]] * 4, y)
    >>> round(collapsed.smallest, 2)
    0.14
    """
    Z, Z_std = (
        check_array(array, dtype=float, ensure_min_features=2, input_name=name)
        for name, array in (("Z", Z), ("Z_std", Z_std))
    )
    if Z.shape != Z_std.shape or (Z_std <= 0).any():
        raise ValueError(
            f"Z of shape {Z.shape} and Z_std of shape {Z_std.shape}, whose smallest number is {Z_std.min():g}: "
            "expected the same shape and standard deviations above 0, as transform(X, return_std=True) returns"
        )
    index = emotion_index(y, len(Z), "points")
    found = np.unique(index)
    centers = np.array([Z[index == i, : len(AXES)].mean(axis=0) for i in found])
    signs = np.array([[EMOTIONS[i].valence, EMOTIONS[i].arousal] for i in found])
    separation = {
        name: _distance(centers[:, axis], signs[:, axis]) / (2 * float(Z_std[:, axis].mean()))
        for axis, name in enumerate(AXES)
    }
    return Bunch(**separation, smallest=float(np.fmin(*separation.values())))


def _distance(centers, signs):
    """Return the distance between the mean center of the positive emotions and that of the negative ones."""
    if len(np.unique(signs)) < 2:
        return np.nan
    return abs(float(centers[signs > 0].mean() - centers[signs < 0].mean()))
