"""Losses that pull latent dimensions to labels."""

from keras import ops

EPSILON = 1e-12  # keeps the root's gradient finite where a batch lies exactly on an axis


def cosine_loss(target, latent, weight):
    """Return the negative cosine similarity of a latent dimension and its target over the batch.

    Equations 3-4 (arousal) and 5-7 (valence) of the paper: both are vectors over the batch and are not centred.

    Parameters
    ----------
    target : tensor of shape (batch,)
        Wanted signs or positions, in [-1, 1].
    latent : tensor of shape (batch,)
        The dimension's values.
    weight : tensor of shape (batch,)
        1 for an example, 0 for a filler row.

    Returns
    -------
    scalar tensor in [-1, 1]

    Examples
    --------
    >>> float(cosine_loss([1.0, -1.0], [3.0, -3.0], [1.0, 1.0]))  # doctest: +ELLIPSIS
    -1.0...
    """
    target, latent = (ops.convert_to_tensor(a, "float32") * weight for a in (target, latent))
    norms = ops.sqrt((ops.sum(target**2) + EPSILON) * (ops.sum(latent**2) + EPSILON))
    return -ops.sum(target * latent) / norms
