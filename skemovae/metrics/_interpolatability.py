"""interpolatability: whether an attribute changes evenly and in one direction along a path in the latent space."""

import numpy as np
from sklearn.utils import Bunch, check_array

from .._validation import check_number


def interpolatability(positions, values, *, threshold=1e-3):
    r"""Return how monotonic and how smooth an attribute of decoded rows is along paths through the latent space.

    With the attribute :math:`a_k` of the k-th decoded point, the step :math:`d` between points, the first differences
    :math:`D_k = (a_{k+1} - a_k) / d` and the second differences :math:`E_k = (D_{k+1} - D_k) / d`:

    - monotonicity: the mean sign of those :math:`D_k` whose size exceeds the threshold.
    - smoothness: :math:`1 - d \, C(\left| E \right|) / (\max D - \min D)` with the contraharmonic mean
      :math:`C(x) = \sum x^2 / \sum x`, which lies near the largest value: it says whether the slope changes gradually.

    Parameters
    ----------
    positions : array-like of shape (n_points,)
        The positions of the points on every path, ascending in equal steps: along a latent dimension, or from 0 to 1
        between two points.
    values : array-like of shape (n_samples, n_points)
        The attribute of the decoded rows, for example the number of notes or a judge's probability of an emotion.
    threshold : float, default=0.001
        Differences per unit of `positions` that do not exceed this count as noise and have no sign.

    Returns
    -------
    sklearn.utils.Bunch
        monotonicity : ndarray of shape (n_samples,)
            1 if the attribute only grows, -1 if it only falls; NaN if it does not change.
        smoothness : ndarray of shape (n_samples,)
            1 for a straight line, 0 for a single jump or corner.
        rising : float
            Share of the paths on which the attribute only grows (monotonicity 1).

    Raises
    ------
    ValueError
        If the shapes do not match, an array contains NaN, or there are fewer than three points, or they are not equally
        spaced.

    See Also
    --------
    plane_interpretability : How well dimensions represent attributes.
    interpolate : Melodies between two tunes.

    Notes
    -----
    A count (of notes, say) cannot change by less than one, so its smoothness depends on the number of points: compare
    only paths with the same number of points.

    References
    ----------
    K. Watcharasupat, "Controllable music: supervised learning of disentangled representations for music generation",
    2021, and its code, the package ``latte-metrics``, with whose defaults (Lehmer mean of power 2, naive range) these
    agree.

    Examples
    --------
    >>> from skemovae.metrics import interpolatability
    >>> line, square, jump, zigzag = [0, 1, 2, 3, 4], [0, 1, 4, 9, 16], [0, 0, 1, 1, 1], [0, 2, 1, 3, 4]
    >>> result = interpolatability([0, 1, 2, 3, 4], [line, square, jump, zigzag])
    >>> result.monotonicity.tolist(), result.smoothness.round(2).tolist(), result.rising
    ([1.0, 1.0, 1.0, 0.5], [1.0, 0.67, 0.0, 0.1], 0.75)
    """
    check_number("threshold", threshold, 0.001, zero=True)
    positions = check_array(positions, dtype=float, ensure_2d=False, input_name="positions")
    values = check_array(values, dtype=float, ensure_min_features=3, input_name="values")
    step = np.diff(positions)
    if positions.shape != values.shape[1:] or step[0] <= 0 or not np.allclose(step, step[0]):
        raise ValueError(
            f"positions={positions.tolist()} for values of shape {values.shape}: expected one for each column, "
            "ascending in equal steps, e.g. np.linspace(0, 1, n_points)"
        )
    first = np.diff(values, axis=1) / step[0]
    second = np.abs(np.diff(first, axis=1)) / step[0]
    sign = np.sign(np.where(np.abs(first) > threshold, first, 0))
    monotonicity = _ratio(sign.sum(axis=1), (sign != 0).sum(axis=1), np.nan)
    largest = _ratio((second**2).sum(axis=1), second.sum(axis=1), 0)
    return Bunch(
        monotonicity=monotonicity,
        smoothness=1 - _ratio(step[0] * largest, np.ptp(first, axis=1), 0),
        rising=float((monotonicity == 1).mean()),
    )


def _ratio(numerator, denominator, otherwise):
    """Return a quotient, or another value where it is 0 / 0."""
    numerator = numerator.astype(float)
    return np.divide(numerator, denominator, out=np.full_like(numerator, otherwise), where=denominator != 0)
