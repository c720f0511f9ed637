"""diversity: whether generated melodies differ from each other and from the training melodies."""

import numpy as np
from sklearn.metrics import pairwise_distances_argmin_min
from sklearn.utils import Bunch

from ._inputs import as_rows

NEAR_STEPS = 4  # one quarter note in sixteenths


def diversity(X, X_train):
    """Return how many generated melodies are distinct, and how many are copies of training melodies.

    Distances are Hamming distances: the number of steps with different tokens. They are computed in chunks that respect
    scikit-learn's ``working_memory``.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_steps), int
        Tokens of generated melodies.
    X_train : array-like of shape (n_train, n_steps), int
        Tokens of the training melodies.

    Returns
    -------
    sklearn.utils.Bunch
        distinct : float
            Number of different melodies in X, divided by `n_samples`.
        copies : float
            Share of the melodies that are identical to a training melody.
        near_copies : float
            Share of the melodies that differ from a training melody in at most 4 steps, copies included.
        nearest : ndarray of shape (n_samples,), int
            Distance to the nearest training melody in steps, 0 to `n_steps`.

    Raises
    ------
    ValueError
        If the arrays have different numbers of steps.

    See Also
    --------
    training_copies : Copies and quotations of training melodies.

    Notes
    -----
    Real melodies do not reach the ideal values 1, 0, 0 either: of the 344 published melodies, 293 are distinct (0.85),
    and 181 differ from another one in at most 4 steps (0.53), because Bach set many hymn tunes more than once.

    Examples
    --------
    >>> from skemovae.metrics import diversity
    >>> diversity([[60, 62, 64, 65], [60, 62, 64, 65]], [[60, 62, 64, 65], [72, 71, 69, 67]])
    {'distinct': 0.5, 'copies': 1.0, 'near_copies': 1.0, 'nearest': array([0, 0])}
    """
    X = as_rows("X", X)
    _, share = pairwise_distances_argmin_min(X, as_rows("X_train", X_train, like=X), metric="hamming")
    nearest = np.rint(share * X.shape[1]).astype(int)
    return Bunch(
        distinct=len(np.unique(X, axis=0)) / len(X),
        copies=float((nearest == 0).mean()),
        near_copies=float((nearest <= NEAR_STEPS).mean()),
        nearest=nearest,
    )
