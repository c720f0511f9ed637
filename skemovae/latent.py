"""Where each class lives on the latent plane, and draws from there that stay in the class's own place."""

import numpy as np

MAX_ROUNDS = 1000


def fit_class_distributions(mean, variance, index, in_own_place, n_classes):
    """Return the Gaussian of each class's part of the aggregate posterior that lies in the class's own place.

    By the law of total variance it has the covariance of the rows' means plus the mean of the rows' variances. A class
    without a row in its own place gets the prior, N(0, 1) in every dimension.

    Parameters
    ----------
    mean, variance : array of shape (n_samples, n_components)
        Of the latent posterior of every training row.
    index : int array of shape (n_samples,)
        Class of every row.
    in_own_place : bool array of shape (n_samples,)
        Whether the mean of every row lies in the place of the row's class.
    n_classes : int

    Returns
    -------
    means : array of shape (n_classes, n_components)
    covariances : array of shape (n_classes, n_components, n_components)
    """
    n_components = mean.shape[1]
    means = np.zeros((n_classes, n_components))
    covariances = np.tile(np.eye(n_components), (n_classes, 1, 1))
    for c in range(n_classes):
        rows = in_own_place & (index == c)
        if rows.any():
            means[c] = mean[rows].mean(axis=0)
            spread = np.cov(mean[rows].T, bias=True).reshape(n_components, n_components)
            covariances[c] = spread + np.diag(variance[rows].mean(axis=0))
    return means, covariances


def draw_inside(mean, covariance, is_inside, n_samples, generator):
    """Return `n_samples` draws from a Gaussian that are inside a place; others are drawn again.

    The places are convex and the Gaussian's mean lies inside or at the origin, so a good part of the draws is accepted.

    Parameters
    ----------
    mean : array of shape (n_components,)
    covariance : array of shape (n_components, n_components)
    is_inside : function of an array of shape (n, n_components) that returns a bool array of shape (n,)
    n_samples : int
    generator : numpy.random.Generator

    Returns
    -------
    array of shape (n_samples, n_components)

    Raises
    ------
    RuntimeError
        If next to no draw is inside, which no training leads to.
    """
    accepted = np.empty((0, len(mean)))
    for _ in range(MAX_ROUNDS):
        draws = generator.multivariate_normal(mean, covariance, size=4 * n_samples)
        accepted = np.concatenate([accepted, draws[is_inside(draws)]])
        if len(accepted) >= n_samples:
            return accepted[:n_samples]
    raise RuntimeError(
        f"of {4 * MAX_ROUNDS * n_samples} draws {len(accepted)} lie where their class does: expected latent_mean_ and "
        "latent_covariance_ as a fit leaves them"
    )
