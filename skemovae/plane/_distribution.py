"""Where each class lies on the plane, and sampling from there: truncated Gaussians by rejection sampling."""

from dataclasses import dataclass

import numpy as np

MAX_ROUNDS = 1000
PAPER_CENTER = 2.0  # the paper samples N((+-2, +-2), sigma 2)
PAPER_SIGMA = 2.0


@dataclass(frozen=True, eq=False)
class ClassDistributions:
    """A Gaussian for each class, restricted to the class's region when points are drawn from it.

    Parameters
    ----------
    means : ndarray of shape (n_classes, n_components)
    covariances : ndarray of shape (n_classes, n_components, n_components)

    See Also
    --------
    ClassLayout : The regions of the classes.
    skemovae.EmotionRegularizedVAE.sample : Draws points and decodes them.

    Examples
    --------
    >>> import numpy as np
    >>> from skemovae.plane import ClassDistributions, learn_layout
    >>> layout, index, _ = learn_layout(["happy", "sad"] * 5, None)
    >>> mean = layout.positions[index] + np.random.default_rng(0).normal(0, 0.1, (10, 2))
    >>> distributions = ClassDistributions.from_posterior(mean, np.full((10, 2), 0.01), index, layout)
    >>> distributions.means[0].round(), distributions.means[1].tolist()  # anger has no rows
    (array([1., 1.]), [0.0, 0.0])
    >>> bool((distributions.draw(np.array([2, 2]), layout, np.random.default_rng(0)) < 0).all())
    True
    """

    means: np.ndarray
    covariances: np.ndarray

    @classmethod
    def from_posterior(cls, mean, variance, index, layout):
        """Fit a Gaussian to each class's part of the aggregate posterior, using the rows inside the class's region.

        By the law of total variance, its covariance is that of the rows' means plus the mean of the rows' variances. A
        class without rows in its own region gets the prior, N(0, 1) in every dimension.

        Parameters
        ----------
        mean, variance : array of shape (n_samples, n_components)
            Mean and variance of the posterior of each training row.
        index : int array of shape (n_samples,)
            Class of each row.
        layout : ClassLayout
        """
        n_components, n_classes = mean.shape[1], len(layout.labels)
        means = np.zeros((n_classes, n_components))
        covariances = np.tile(np.eye(n_components), (n_classes, 1, 1))
        inside = layout.contains(mean, index)
        for c in range(n_classes):
            rows = inside & (index == c)
            if rows.any():
                means[c] = mean[rows].mean(axis=0)
                spread = np.cov(mean[rows].T, bias=True).reshape(n_components, n_components)
                covariances[c] = spread + np.diag(variance[rows].mean(axis=0))
        return cls(means, covariances)

    def with_intensity(self, intensity):
        """Return the same distributions with their centers moved along valence and arousal.

        Parameters
        ----------
        intensity : float
            The factor by which the centers move away from the origin.
        """
        means = self.means.copy()
        means[:, :2] *= intensity
        return ClassDistributions(means, self.covariances)

    def draw(self, index, layout, generator):
        """Draw a point for each class of `index`, inside its region; draws outside are rejected.

        The regions are convex, and the Gaussian's mean lies inside or at the origin, so a good part of the draws is
        accepted.

        Parameters
        ----------
        index : int array of shape (n_samples,)
        layout : ClassLayout
        generator : numpy.random.Generator

        Returns
        -------
        ndarray of shape (n_samples, n_components)

        Raises
        ------
        RuntimeError
            If almost all draws lie outside, which does not happen after training.
        """
        points = np.empty((len(index), self.means.shape[1]))
        for c in np.unique(index):
            rows = np.flatnonzero(index == c)
            points[rows] = self._draw_inside(c, layout, len(rows), generator)
        return points

    def _draw_inside(self, c, layout, n_samples, generator):
        accepted = np.empty((0, self.means.shape[1]))
        for _ in range(MAX_ROUNDS):
            draws = generator.multivariate_normal(self.means[c], self.covariances[c], size=4 * n_samples)
            accepted = np.concatenate([accepted, draws[layout.contains(draws, np.full(len(draws), c))]])
            if len(accepted) >= n_samples:
                return accepted[:n_samples]
        raise RuntimeError(
            f"of {4 * MAX_ROUNDS * n_samples} draws, {len(accepted)} lie in the region of their class: expected "
            "latent_mean_ and latent_covariance_ as set by fit"
        )


def draw_paper(index, layout, n_components, generator):
    """Draw a point for each class of `index` from the paper's N((+-2, +-2), sigma 2); other dimensions from N(0, 1).

    Parameters
    ----------
    index : int array of shape (n_samples,)
    layout : ClassLayout
    n_components : int
    generator : numpy.random.Generator

    Returns
    -------
    ndarray of shape (n_samples, n_components)
        The points, 29 % of which lie outside the quadrant of their class.
    """
    points = np.empty((len(index), n_components))
    for c in np.unique(index):
        rows = np.flatnonzero(index == c)
        points[rows] = generator.normal(size=(len(rows), n_components))
        plane = points[rows, :2]
        center = PAPER_CENTER * np.sign(layout.positions[c])
        points[rows, :2] = PAPER_SIGMA * plane + center[: plane.shape[1]]
    return points
