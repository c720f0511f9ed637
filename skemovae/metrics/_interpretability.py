"""plane_interpretability and prior_mismatch: what the latent dimensions mean, and how they are spread."""

import numpy as np
from scipy.stats import norm, spearmanr, wasserstein_distance
from sklearn.feature_selection import mutual_info_regression
from sklearn.metrics import mutual_info_score
from sklearn.utils import Bunch, check_array

from ..emotion import valence_arousal

N_BINS = 20
SIGNIFICANCE = 0.05
MIN_ROWS = 5  # the nearest-neighbor estimator of mutual information looks at three others


def plane_interpretability(Z, y):
    r"""Return how well single latent dimensions represent single attributes, by the measures of AR-VAE's evaluation.

    Let :math:`I_{d,a}` be the mutual information, in nats, of dimension :math:`d` and attribute :math:`a`, largest for
    the dimension :math:`d_1` and second largest for :math:`d_2`. The measures, averaged over the attributes unless
    stated otherwise, are:

    - interpretability: :math:`R^2` of a line through the attribute and the dimension :math:`d_1`.
    - MIG: :math:`(I_{d_1,a} - I_{d_2,a}) / H_a` with the attribute's entropy :math:`H_a`.
    - SAP: the largest minus the second largest :math:`R^2` of a line through the attribute and a dimension.
    - modularity, averaged over the dimensions:
      :math:`1 - \sum_{a \ne a_1} I_{d,a}^2 / (I_{d,a_1}^2 (n - 1))` with the dimension's best attribute :math:`a_1`
      of the :math:`n` attributes; 0 for a dimension without information.
    - Spearman: the largest absolute rank correlation, taken as 0 if its p-value is above 0.05.

    Parameters
    ----------
    Z : array-like of shape (n_samples, n_components)
        Latent points; column 0 is the valence, column 1 the arousal.
    y : array-like of shape (n_samples,) or (n_samples, n_attributes)
        Emotions, whose attributes are the signs of valence and arousal; or numbers, one column per attribute, e.g.
        continuous (valence, arousal). If every attribute has at most 20 different values, they count as classes,
        otherwise as continuous.

    Returns
    -------
    sklearn.utils.Bunch
        interpretability, mig, sap, modularity, spearman : float
            0 to 1, higher is better (the MIG of continuous attributes is an estimate and may lie outside).
        spearman_ceiling : float
            The largest rank correlation that these attributes allow: sqrt(3)/2 = 0.866 for two classes of equal size,
            less for unequal ones, 1 for continuous attributes without ties.
        dimensions : ndarray of shape (n_attributes,), int
            :math:`d_1` of each attribute; [0, 1] if valence and arousal are represented by their own axes.

    Raises
    ------
    ValueError
        If Z and y have different lengths, contain NaN or unknown labels, an attribute is constant, or there are fewer
        than 5 rows or fewer than two dimensions.

    See Also
    --------
    interpolatability : How evenly an attribute changes along paths.
    prior_mismatch : How far points are from the prior.

    Notes
    -----
    For classes, the mutual information is computed with 20 equally wide bins of the dimension (Locatello et al.); for
    continuous attributes, it is the nearest-neighbor estimate of AR-VAE's code, but seeded. The entropy is the
    attribute's mutual information with itself by the same estimator. For a continuous attribute it grows with
    `n_samples`, so compare MIGs only of samples of equal size. SAP uses R2 also for classes, as AR-VAE's code does;
    Locatello et al. train a classifier, which needs a split and a seed. An R2 of 1 would mean that all points of a sign
    coincide.

    References
    ----------
    A. Pati and A. Lerch, "Attribute-based regularization of latent spaces for variational auto-encoders", Neural
    Computing and Applications 33 (2021), and its code, ``ashispati/ar-vae``.
    F. Locatello et al., "Challenging common assumptions in the unsupervised learning of disentangled representations",
    ICML 2019, and its code, ``google-research/disentanglement_lib``.
    T. Adel et al., ICML 2018 (interpretability); R. Chen et al., NeurIPS 2018 (MIG); A. Kumar et al., ICLR 2018 (SAP);
    K. Ridgeway and M. Mozer, NeurIPS 2018 (modularity).

    Examples
    --------
    >>> from skemovae.metrics import plane_interpretability
    >>> Z, y = [[1, 1], [-1, 1], [-1, -1], [1, -1]] * 5, ["Q1", "Q2", "Q3", "Q4"] * 5
    >>> result = plane_interpretability(Z, y)
    >>> [round(result[name], 6) for name in ("interpretability", "mig", "sap", "modularity", "spearman")]
    [1.0, 1.0, 1.0, 1.0, 1.0]
    >>> result.dimensions
    array([0, 1])
    """
    Z, attributes = _check_points(Z), _as_attributes(y)
    if len(Z) != len(attributes) or Z.shape[1] < 2:
        raise ValueError(
            f"points of shape {Z.shape} and attributes of shape {attributes.shape}: expected as many rows of each, and "
            "points of two dimensions or more"
        )
    information, entropy = _mutual_information(Z, attributes)
    r2 = _correlations(Z, attributes) ** 2
    best = information.argmax(axis=0)
    return Bunch(
        interpretability=float(r2[best, np.arange(len(best))].mean()),
        mig=float((_gap(information) / entropy).mean()),
        sap=float(_gap(r2).mean()),
        modularity=_modularity(information),
        spearman=float(_rank_correlations(Z, attributes).max(axis=0).mean()),
        spearman_ceiling=float(np.mean([spearmanr(np.arange(len(a)), np.sort(a))[0] for a in attributes.T])),
        dimensions=best,
    )


def prior_mismatch(Z):
    r"""Return how far latent points are from the prior N(0, I) of the variational autoencoder.

    Parameters
    ----------
    Z : array-like of shape (n_samples, n_components)
        Latent points. For the posterior means, which ``transform`` returns, the result describes the spread of the
        means; the aggregate posterior is wider by the variances of the posteriors.

    Returns
    -------
    sklearn.utils.Bunch
        kl : float
            Kullback-Leibler divergence, in nats, from N(0, I) of the Gaussian with the mean :math:`m` and covariance
            :math:`S` of the :math:`K`-dimensional points:
            :math:`(\operatorname{tr} \, S + m^T m - K - \log \, \det \, S) / 2`. 0 if and only if both moments match;
            infinite if the points span fewer dimensions. It detects shift, scale, and correlation of the dimensions.
        wasserstein : ndarray of shape (n_components,)
            Wasserstein distance of each dimension from N(0, 1), in units of the plane (computed from the quantiles). It
            also depends on the shape: two clusters with a gap between them can have the moments of the prior.

    Raises
    ------
    ValueError
        If Z is not 2-D, contains NaN, or has fewer than 5 rows.

    See Also
    --------
    plane_interpretability : How well dimensions represent attributes.

    Notes
    -----
    The regularizer pulls the emotions apart into their quadrants, so a mismatch is not a fault here. It shows how wrong
    it would be to sample from the prior, which is why :meth:`skemovae.EmotionRegularizedVAE.sample` does not.

    References
    ----------
    M. Hoffman and M. Johnson, "ELBO surgery", NIPS workshop 2016 (the mismatch of aggregate posterior and prior).

    Examples
    --------
    >>> import numpy as np
    >>> from skemovae.metrics import prior_mismatch
    >>> Z = np.random.default_rng(0).normal(size=(10_000, 2))
    >>> result = prior_mismatch(Z + [0, 1])
    >>> round(result.kl, 1), result.wasserstein.round(1).tolist()
    (0.5, [0.0, 1.0])
    """
    Z = _check_points(Z)
    mean, covariance = Z.mean(axis=0), np.atleast_2d(np.cov(Z, rowvar=False, ddof=0))
    flat = np.linalg.matrix_rank(covariance) < len(mean)
    _, log_determinant = np.linalg.slogdet(covariance)
    kl = np.trace(covariance) + mean @ mean - len(mean) - log_determinant
    quantiles = norm.ppf((np.arange(len(Z)) + 0.5) / len(Z))
    return Bunch(
        kl=np.inf if flat else float(kl / 2),
        wasserstein=np.array([wasserstein_distance(z, quantiles) for z in Z.T]),
    )


def _check_points(Z):
    return check_array(Z, dtype=float, input_name="Z", ensure_min_samples=MIN_ROWS)


def _as_attributes(y):
    """Return the attributes of labels, or numbers, as an array of shape (n_samples, n_attributes)."""
    attributes = valence_arousal(y) if np.ndim(y) == 1 else check_array(y, dtype=float, input_name="y")
    constant = np.flatnonzero(np.ptp(attributes, axis=0) == 0)
    if constant.size:
        raise ValueError(
            f"attribute {constant[0]} is {attributes[0, constant[0]]:g} in every row: expected at least two different "
            "values (of emotions, attribute 0 is the sign of the valence, 1 that of the arousal)"
        )
    return attributes


def _mutual_information(Z, attributes):
    """Return the mutual information, shape (n_components, n_attributes), and the entropies of the attributes."""
    if all(len(np.unique(a)) <= N_BINS for a in attributes.T):
        binned = [np.digitize(z, np.histogram(z, N_BINS)[1][:-1]) for z in Z.T]
        information = np.array([[mutual_info_score(a, z) for a in attributes.T] for z in binned])
        return information, np.array([mutual_info_score(a, a) for a in attributes.T])
    information = np.column_stack([mutual_info_regression(Z, a, random_state=0) for a in attributes.T])
    entropy = [mutual_info_regression(a[:, None], a, random_state=0)[0] for a in attributes.T]
    return information, np.array(entropy)


def _correlations(Z, attributes):
    """Return Pearson's correlation of dimensions (rows) and attributes, 0 for a constant dimension."""
    Z, attributes = (array - array.mean(axis=0) for array in (Z, attributes))
    norms = np.outer(np.linalg.norm(Z, axis=0), np.linalg.norm(attributes, axis=0))
    return np.divide(Z.T @ attributes, norms, out=np.zeros_like(norms), where=norms > 1e-9)


def _rank_correlations(Z, attributes):
    """Return the absolute Spearman correlations, 0 where they are not significant or a dimension is constant."""
    result = np.zeros((Z.shape[1], attributes.shape[1]))
    for d, z in enumerate(Z.T):
        for a, values in enumerate(attributes.T):
            if np.ptp(z) > 0:
                correlation, p = spearmanr(z, values)
                result[d, a] = abs(correlation) if p <= SIGNIFICANCE else 0.0
    return result


def _gap(scores):
    """Return, for each column, the largest minus the second largest value."""
    ascending = np.sort(scores, axis=0)
    return ascending[-1] - ascending[-2]


def _modularity(information):
    """Return the mean, over the dimensions, of 1 - the share of squared information in other attributes."""
    squared = information**2
    largest = squared.max(axis=1)
    others = (squared.sum(axis=1) - largest) / max(squared.shape[1] - 1, 1)
    share = np.divide(others, largest, out=np.ones_like(largest), where=largest > 0)
    return float(np.mean(1 - share))
