"""The loss: reconstruction, divergence from the prior, and the regularizer of either axis, as named terms."""

from functools import partial
from typing import Any, NamedTuple

from keras import ops

from .regularizers import LatentAxis, LatentPlane

TERMS = ("loss", "reconstruction", "kl", "valence", "arousal")


class Batch(NamedTuple):
    """The rows of one training step.

    Attributes
    ----------
    symbols : int32 tensor of shape (batch, n_steps)
    label : int32 tensor of shape (batch,)
        The class of each row.
    target : float32 tensor of shape (batch, 2)
        The wanted valence and arousal.
    row_weight : float32 tensor of shape (batch,)
        1 for an example and 0 for a filler row.
    noise : float32 tensor of shape (batch, n_components)
        Standard normal in training, 0 in validation.
    context : float32 tensor of shape (batch, n_context), or None
        What the decoder is given of each row beside its class.
    """

    symbols: Any
    label: Any
    target: Any
    row_weight: Any
    noise: Any
    context: Any = None


def term_names(regularizer, n_components):
    """Return the names of the terms of the loss, the whole loss first."""
    return TERMS[:3] if regularizer is None else TERMS[: 3 + min(2, n_components)]


def loss_terms(network, batch, run):
    """Return the loss of equation 1 and its terms, each averaged over the examples of the batch, as a dict.

    L = L_R + kl_weight * L_KLD + valence_weight * L_EmoV + arousal_weight * L_EmoA, where L_R is the cross-entropy
    summed over the steps and L_KLD is summed over the latent dimensions (equation 2).

    Parameters
    ----------
    network : Network
    batch : Batch
    run : Run
        Of the pass.

    Returns
    -------
    dict of str to scalar tensor
    """
    mean, log_variance = network.encode(batch, run)
    latent = mean + ops.exp(log_variance / 2) * batch.noise
    logits = network.decode(latent, batch, run)
    n_examples = ops.sum(batch.row_weight)
    entropy = ops.sparse_categorical_crossentropy(batch.symbols, logits, from_logits=True)
    terms = {
        "reconstruction": ops.sum(batch.row_weight * ops.sum(entropy, axis=1)) / n_examples,
        "kl": ops.sum(batch.row_weight * _kl_divergence(mean, log_variance)) / n_examples,
    }
    loss = terms["reconstruction"] + network.coefficients[0] * terms["kl"]
    if network.regularizer is not None:
        # where a regularizer decodes moved points the state of the weights must not follow
        without_update = run._replace(update=lambda name, value: None)
        axes = _latent_axes(network, batch, mean, latent, without_update)
        for i, (name, axis) in enumerate(zip(network.term_names[3:], axes, strict=True)):
            terms[name] = network.regularizer(axis)
            shape = ops.shape(terms[name])
            if len(shape):
                raise ValueError(
                    f"regularizer={network.regularizer!r} returned shape {shape}: expected one number, e.g. the mean "
                    "over the rows weighted by axis.weight"
                )
            loss = loss + network.coefficients[1 + i] * terms[name]
    return {"loss": loss, **terms}


def _latent_axes(network, batch, mean, latent, run):
    """Return what the regularizer is given for valence and, where there are two dimensions, for arousal."""
    sizes = network.sizes
    attributes = ops.convert_to_tensor(network.symbol_attributes)
    # by counts, so that rows of the same symbols in another order tie to the last digit
    heard = ops.matmul(ops.sum(ops.one_hot(batch.symbols, sizes.n_symbols), axis=1), attributes)
    plane = LatentPlane(latent=mean, sample=latent, target=batch.target, label=batch.label)

    def decoded_attribute(axis, shift):
        if not network.architecture.one_shot:
            raise ValueError(
                f"architecture={network.architecture!r} decodes step after step: expected a regularizer that does not "
                "look at what is decoded, such as 'cosine', or an architecture that decodes all steps at once"
            )
        logits = network.decode(latent + shift * ops.one_hot(axis, sizes.n_components), batch, run)
        return ops.sum(ops.matmul(ops.softmax(logits), attributes[:, axis]), axis=1)

    return [
        LatentAxis(
            latent=mean[:, axis],
            sample=latent[:, axis],
            target=batch.target[:, axis],
            attribute=heard[:, axis],
            weight=batch.row_weight,
            decoded_attribute=partial(decoded_attribute, axis),
            plane=plane,
        )
        for axis in range(min(2, sizes.n_components))
    ]


def _kl_divergence(mean, log_variance):
    """Return the divergence of N(mean, variance) from N(0, 1) for each row, summed over the dimensions (equation 2)."""
    return -0.5 * ops.sum(1 + log_variance - mean**2 - ops.exp(log_variance), axis=1)
