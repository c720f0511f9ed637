"""The part of the plane to show, and a grid of points over it."""

import numpy as np


def plane_limit(means, covariances, trained):
    """Return how far the plane should be shown from the origin, along either axis.

    Parameters
    ----------
    means : ndarray of shape (n_classes, n_components)
    covariances : ndarray of shape (n_classes, n_components, n_components)
        Mean and covariance of each class.
    trained : int ndarray
        The classes to consider.

    Returns
    -------
    float
        Two standard deviations beyond the means of the classes, a range that contains nearly all training rows.

    Raises
    ------
    ValueError
        If there is only one latent dimension, and so no plane.

    See Also
    --------
    grid_points : Points from one limit to the other.
    skemovae.DecodedPlaneDisplay : Draws what a model decodes on a grid.
    """
    means = np.asarray(means)
    if means.shape[1] < 2:
        raise ValueError("the model has one latent dimension: expected a plane; set n_components=2 or more")
    spread = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
    return float((np.abs(means) + 2 * spread)[trained, :2].max())


def grid_points(axis, n_components):
    """Return the points of a grid with the same coordinates along valence and arousal.

    Parameters
    ----------
    axis : array of shape (n_axis,)
    n_components : int
        Number of dimensions; those beyond the plane are 0, the prior's mean.

    Returns
    -------
    ndarray of shape (n_axis ** 2, n_components)
        Valence varies fastest: values at the points, reshaped to (n_axis, n_axis), have a row for each arousal.

    See Also
    --------
    plane_limit : How far a grid should reach.
    skemovae.DecodedPlaneDisplay : Plots what a model decodes on a grid.

    Examples
    --------
    >>> from skemovae.plane import grid_points
    >>> grid_points([-1, 1], 3).tolist()
    [[-1.0, -1.0, 0.0], [1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [1.0, 1.0, 0.0]]
    """
    points = np.zeros((len(axis) ** 2, n_components))
    points[:, 0], points[:, 1] = np.tile(axis, len(axis)), np.repeat(axis, len(axis))
    return points
