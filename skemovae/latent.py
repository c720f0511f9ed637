"""Where each class lives on the latent plane, and draws from there that stay in the class's quadrant."""

import numpy as np

from .emotion import quadrant_index


def fit_class_distributions(mean, variance, index, quadrants):
    """Return the Gaussian of each class's part of the aggregate posterior that lies in the class's quadrant.

    By the law of total variance it has the covariance of the rows' means plus the mean of the rows' variances. A class
    without a row in its own quadrant gets the prior, N(0, 1) in every dimension.

    Parameters
    ----------
    mean, variance : array of shape (n_samples, n_components)
        Of the latent posterior of every training row.
    index : int array of shape (n_samples,)
        Class of every row.
    quadrants : int array of shape (n_classes,)
        Quadrant of every class, as :func:`skemovae.emotion.quadrant_index` counts them.

    Returns
    -------
    means : array of shape (n_classes, n_components)
    covariances : array of shape (n_classes, n_components, n_components)
    """
    n_components = mean.shape[1]
    inside = quadrant_index(mean) == quadrants[index]
    means = np.zeros((len(quadrants), n_components))
    covariances = np.tile(np.eye(n_components), (len(quadrants), 1, 1))
    for c in range(len(quadrants)):
        rows = inside & (index == c)
        if rows.any():
            means[c] = mean[rows].mean(axis=0)
            spread = np.cov(mean[rows].T, bias=True).reshape(n_components, n_components)
            covariances[c] = spread + np.diag(variance[rows].mean(axis=0))
    return means, covariances


def draw_in_quadrant(mean, covariance, quadrant, n_samples, generator):
    """Return `n_samples` draws from a Gaussian that lie in the quadrant (others are drawn again).

    The Gaussian's mean lies in the quadrant or at the origin, so that a good part of the draws is accepted.

    Parameters
    ----------
    mean : array of shape (n_components,)
    covariance : array of shape (n_components, n_components)
    quadrant : int
    n_samples : int
    generator : numpy.random.Generator

    Returns
    -------
    array of shape (n_samples, n_components)
    """
    accepted = np.empty((0, len(mean)))
    while len(accepted) < n_samples:
        draws = generator.multivariate_normal(mean, covariance, size=4 * n_samples)
        accepted = np.concatenate([accepted, draws[quadrant_index(draws) == quadrant]])
    return accepted[:n_samples]
