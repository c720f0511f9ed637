"""Losses that make two latent dimensions represent valence and arousal.

A regularizer is a callable that takes a :class:`LatentAxis` and returns a scalar tensor, computed with ``keras.ops`` so
that it can be differentiated. It is called once for valence and once for arousal, and may also use the whole
:class:`LatentPlane` on which the axis lies. Regularizers that compare equal and have the same hash share a compiled
graph, so those in this module are frozen dataclasses. Importing this module does not load Keras.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

EPSILON = 1e-12  # keeps the root's gradient finite where a batch lies exactly on an axis


class LatentPlane(NamedTuple):
    """All latent dimensions of a batch, for a regularizer that relates one dimension to another.

    Attributes
    ----------
    latent : tensor of shape (batch, n_components)
        The latent means; column 0 is the valence, column 1 the arousal.
    sample : tensor of shape (batch, n_components)
        The points sampled from the posterior; in validation, the means.
    target : tensor of shape (batch, 2)
        The target valence and arousal.
    label : int32 tensor of shape (batch,)
        The class of each row.

    See Also
    --------
    LatentAxis : One dimension, whose attribute ``plane`` this is.
    """

    latent: Any
    sample: Any
    target: Any
    label: Any


class LatentAxis(NamedTuple):
    """What a regularizer gets from a batch: one latent dimension and what it should follow.

    Attributes
    ----------
    latent : tensor of shape (batch,)
        The dimension's latent means.
    sample : tensor of shape (batch,)
        This dimension of the points sampled from the posterior; in validation, the means.
    target : tensor of shape (batch,)
        The target valence or arousal, in [-1, 1], from the labels.
    attribute : tensor of shape (batch,)
        The valence or arousal estimated from the row's symbols: a linear function of how often each occurs, fitted to
        the training targets by ridge regression.
    weight : tensor of shape (batch,)
        1 for an example, 0 for a filler row, which must not count.
    decoded_attribute : callable
        ``decoded_attribute(shift)`` returns the expected value of the same attribute, shape (batch,), in the decoder's
        output for the sampled latent points moved by `shift` along this dimension.
    plane : LatentPlane
        The plane on which the dimension lies.

    See Also
    --------
    LatentPlane : All dimensions together.
    CosineRegularizer : A short example of a regularizer.
    """

    latent: Any
    sample: Any
    target: Any
    attribute: Any
    weight: Any
    decoded_attribute: Callable | None
    plane: LatentPlane | None = None


@dataclass(frozen=True)
class CosineRegularizer:
    r"""The negative cosine similarity between the dimension and its target over the batch.

    Equations 3-4 (arousal) and 5-7 (valence) of the paper:

    .. math:: -\frac{a \cdot \mu}{\left\| a \right\| \, \left\| \mu \right\|}

    with the target a and the latent means mu as vectors over the batch, not centered. The loss lies in [-1, 1].

    See Also
    --------
    PairwiseRegularizer, LatentGradientRegularizer : The other regularizers.

    Examples
    --------
    >>> from skemovae.nn.regularizers import CosineRegularizer, LatentAxis
    >>> axis = LatentAxis([3.0, -3.0], None, [1.0, -1.0], None, [1.0, 1.0], None)
    >>> round(float(CosineRegularizer()(axis)), 5)
    -1.0
    """

    def __call__(self, axis):
        """Return the loss of a :class:`LatentAxis`."""
        from keras import ops

        target, latent = (ops.convert_to_tensor(a, "float32") * axis.weight for a in (axis.target, axis.latent))
        norms = ops.sqrt((ops.sum(target**2) + EPSILON) * (ops.sum(latent**2) + EPSILON))
        return -ops.sum(target * latent) / norms


@dataclass(frozen=True)
class PairwiseRegularizer:
    r"""AR-VAE's loss: rows should be in the same order along the dimension as by an attribute.

    The mean over all pairs (i, j) of the batch of

    .. math:: \left| \tanh(\delta (z_i - z_j)) - \operatorname{sign}(a_i - a_j) \right|

    with the sampled points z and the attribute a. It lies in [0, 2], and does not determine where zero lies.

    Parameters
    ----------
    attribute : {"target", "attribute"}, default="target"
        The attribute a, by its name in :class:`LatentAxis`: "target" is the position of the label ([15] of the paper,
        for discrete emotions); "attribute" is continuous ([14] of the paper, which measures attributes of the music;
        here, it is the label estimated from the symbols).
    delta : float, default=10.0
        How quickly a latent difference saturates the tanh. The default is AR-VAE's value for music.

    See Also
    --------
    CosineRegularizer, LatentGradientRegularizer : The other regularizers.

    References
    ----------
    A. Pati and A. Lerch, "Attribute-based regularization of latent spaces for variational auto-encoders", Neural
    Computing and Applications, 2021.

    Examples
    --------
    >>> from skemovae.nn.regularizers import LatentAxis, PairwiseRegularizer
    >>> axis = LatentAxis(None, [5.0, -5.0], [1.0, -1.0], None, [1.0, 1.0], None)
    >>> round(float(PairwiseRegularizer()(axis)), 5)
    0.0
    """

    attribute: str = "target"
    delta: float = 10.0

    def __post_init__(self):
        if self.attribute not in ("target", "attribute"):
            raise ValueError(f"attribute={self.attribute!r}: expected 'target' or 'attribute'")

    def __call__(self, axis):
        """Return the loss of a :class:`LatentAxis`."""
        from keras import ops

        latent, attribute, weight = (
            ops.convert_to_tensor(a, "float32") for a in (axis.sample, getattr(axis, self.attribute), axis.weight)
        )
        latent_order = ops.tanh(self.delta * (latent[:, None] - latent[None, :]))
        attribute_order = ops.sign(attribute[:, None] - attribute[None, :])
        pairs = weight[:, None] * weight[None, :]
        return ops.sum(pairs * ops.abs(latent_order - attribute_order)) / ops.sum(pairs)


@dataclass(frozen=True)
class LatentGradientRegularizer:
    r"""GLSR-VAE's loss: moving along the dimension should change the decoded attribute at a steady rate.

    The negative log-density of a Gaussian prior on the derivative, without its constant: the mean over the batch of

    .. math:: \frac{1}{2} \left( \frac{da/dz - s}{\tau} \right)^2

    with the slope s and the deviation tau. The derivative is computed by central differences. The loss decodes the
    batch four more times per training step, and does not determine where zero lies. The attribute a is the continuous
    one of :class:`LatentAxis`, about -1 to 1, so with the defaults the plane is about as wide as the prior; the
    defaults are this package's own, not those of the reference.

    Parameters
    ----------
    slope : float, default=1.0
        The desired change of the attribute per unit of the dimension.
    deviation : float, default=0.5
        The prior's standard deviation.
    step : float, default=0.1
        Half the distance between the two points of the central difference.

    See Also
    --------
    CosineRegularizer, PairwiseRegularizer : The other regularizers.

    References
    ----------
    G. Hadjeres, F. Nielsen and F. Pachet, "GLSR-VAE: Geodesic latent space regularization for variational autoencoder
    architectures", IEEE Symposium Series on Computational Intelligence, 2017 ([13] of the paper).

    Examples
    --------
    >>> from skemovae.nn.regularizers import LatentAxis, LatentGradientRegularizer
    >>> axis = LatentAxis(None, None, None, None, [1.0, 1.0], lambda shift: [2.0 * shift, 2.0 * shift])
    >>> round(float(LatentGradientRegularizer()(axis)), 3)
    2.0
    """

    slope: float = 1.0
    deviation: float = 0.5
    step: float = 0.1

    def __call__(self, axis):
        """Return the loss of a :class:`LatentAxis`."""
        from keras import ops

        ahead, behind = (
            ops.convert_to_tensor(axis.decoded_attribute(shift), "float32") for shift in (self.step, -self.step)
        )
        gradient = (ahead - behind) / (2 * self.step)
        penalty = ((gradient - self.slope) / self.deviation) ** 2 / 2
        return ops.sum(penalty * axis.weight) / ops.sum(axis.weight)


#: The names that ``EmotionRegularizedVAE(regularizer=...)`` takes.
REGULARIZERS: dict[str, Callable] = {
    "cosine": CosineRegularizer(),
    "pairwise": PairwiseRegularizer(),
    "pairwise_attribute": PairwiseRegularizer(attribute="attribute"),
    "latent_gradient": LatentGradientRegularizer(),
}
