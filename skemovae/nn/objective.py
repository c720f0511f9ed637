"""The loss: reconstruction, divergence from the prior, and the regularizer of each axis, as named terms."""

from collections.abc import Callable
from functools import partial
from math import log
from typing import Any, NamedTuple

from keras import ops

from .regularizers import LatentAxis, LatentPlane
from .rows import Partners

AXES = ("valence", "arousal")


class Batch(NamedTuple):
    """The rows of one training step.

    Attributes
    ----------
    symbols : int32 tensor of shape (batch, n_steps)
    label : int32 tensor of shape (batch,)
        The class of each row.
    target : float32 tensor of shape (batch, 2)
        The target valence and arousal.
    row_weight : float32 tensor of shape (batch,)
        1 for an example and 0 for a filler row.
    noise : float32 tensor of shape (batch + n_pairs, n_components)
        Latent noise of the rows and then of their partners: standard normal in training, 0 in validation.
    context : float32 tensor of shape (batch, n_context), or None
        What the decoder is given about each row besides its class.
    partners : Partners or None
    kl_scale : scalar tensor
        The share of `kl_weight` that applies at this step.
    """

    symbols: Any
    label: Any
    target: Any
    row_weight: Any
    noise: Any
    context: Any = None
    partners: Partners | None = None
    kl_scale: Any = 1.0


class Objective(NamedTuple):
    """What the graph of a loss depends on.

    Attributes
    ----------
    regularizer : callable of :mod:`skemovae.nn.regularizers`, or None
    emotion_prior_scale : float or None
        The prior of valence and arousal is N(target, scale^2); with None, it is N(0, 1), as for all other dimensions.
    """

    regularizer: Callable | None = None
    emotion_prior_scale: float | None = None

    def term_names(self, n_components):
        """Return the names of the terms of the loss, the whole loss first."""
        prior = () if self.emotion_prior_scale is None else ("emotion_kl",)
        axes = () if self.regularizer is None else AXES[:n_components]
        return ("loss", "reconstruction", "kl", *prior, *axes)


def loss_terms(network, batch, run):
    """Return the loss of equation 1 and its terms, each averaged over the examples of the batch, as a dict.

    L = L_R + kl_weight * L_KLD + valence_weight * L_EmoV + arousal_weight * L_EmoA, where L_R is the cross-entropy
    summed over the steps and L_KLD is summed over the latent dimensions (equation 2).

    With an emotion prior, L_KLD is summed over the free dimensions alone, and the divergence of valence and arousal
    from their prior is a separate term, of weight 1. A row with a partner is decoded to the partner, from its own free
    dimensions and the partner's valence and arousal; the terms of valence and arousal apply to both.

    Parameters
    ----------
    network : Network
    batch : Batch
    run : Run
        The pass of which this is part.

    Returns
    -------
    dict of str to scalar tensor
    """
    objective, n_rows = network.objective, batch.symbols.shape[0]
    encoded = _rows_and_partners(batch)
    mean, log_variance = network.encode(encoded, run._replace(row_weight=encoded.row_weight))
    latent = mean + ops.exp(log_variance / 2) * batch.noise
    decoded, points, step_weight = _to_decode(batch, latent)
    logits = network.decode(points, decoded, run)

    def average(values, weight):
        return ops.sum(weight * values) / ops.sum(weight)

    entropy = ops.sparse_categorical_crossentropy(decoded.symbols, logits, from_logits=True)
    entropy = entropy if step_weight is None else step_weight * entropy
    divergence = _kl_divergence(mean, log_variance)
    n_emotion = 0 if objective.emotion_prior_scale is None else len(AXES)  # dimensions with a prior of their own
    terms = {
        "reconstruction": average(ops.sum(entropy, axis=1), batch.row_weight),
        "kl": average(ops.sum(divergence[:n_rows, n_emotion:], axis=1), batch.row_weight),
    }
    loss = terms["reconstruction"] + network.coefficients[0] * batch.kl_scale * terms["kl"]
    if objective.emotion_prior_scale is not None:
        divergence = _emotion_kl_divergence(mean, log_variance, encoded.target, objective.emotion_prior_scale)
        terms["emotion_kl"] = average(divergence, encoded.row_weight)
        loss = loss + terms["emotion_kl"]
    if objective.regularizer is not None:
        # when a regularizer decodes shifted points, the non-trainable state must not be updated
        without_update = run._replace(update=lambda name, value: None)
        axes = _latent_axes(network, encoded, mean, latent, without_update)
        for i, (name, axis) in enumerate(zip(AXES, axes, strict=False)):
            terms[name] = objective.regularizer(axis)
            shape = ops.shape(terms[name])
            if len(shape):
                raise ValueError(
                    f"regularizer={objective.regularizer!r} returned shape {shape}: expected one number, e.g. the mean "
                    "over the rows weighted by axis.weight"
                )
            loss = loss + network.coefficients[1 + i] * terms[name]
    return {"loss": loss, **terms}


def _rows_and_partners(batch):
    """Return a batch of the rows followed by their partners, to be encoded together."""
    partners = batch.partners
    if partners is None:
        return batch
    n_pairs = partners.symbols.shape[0]

    def joined(rows, of_partners):
        return ops.concatenate([rows, of_partners], axis=0)

    return batch._replace(
        symbols=joined(batch.symbols, partners.symbols),
        label=joined(batch.label, partners.label),
        target=joined(batch.target, partners.target),
        row_weight=joined(batch.row_weight, batch.row_weight[:n_pairs]),
        context=None if batch.context is None else joined(batch.context, batch.context[:n_pairs]),
        partners=None,
    )


def _to_decode(batch, latent):
    """Return the rows that are decoded, the points to decode them from, and the weight of their steps or None."""
    partners = batch.partners
    if partners is None:
        return batch, latent, None
    n_rows, n_pairs = batch.symbols.shape[0], partners.symbols.shape[0]
    exchanged = ops.concatenate([latent[n_rows:, : len(AXES)], latent[:n_pairs, len(AXES) :]], axis=1)
    decoded = batch._replace(
        symbols=ops.concatenate([partners.symbols, batch.symbols[n_pairs:]], axis=0),
        label=ops.concatenate([partners.label, batch.label[n_pairs:]], axis=0),
        partners=None,
    )
    whole = ops.ones((n_rows - n_pairs, partners.step_weight.shape[1]))
    step_weight = ops.concatenate([partners.step_weight, whole], axis=0)
    return decoded, ops.concatenate([exchanged, latent[n_pairs:n_rows]], axis=0), step_weight


def _latent_axes(network, batch, mean, latent, run):
    """Return what the regularizer is given for valence and, if there are two dimensions, for arousal."""
    sizes = network.sizes
    attributes = ops.convert_to_tensor(network.symbol_attributes)
    # from counts, so that rows with the same symbols in another order are exactly equal
    heard = ops.matmul(ops.sum(ops.one_hot(batch.symbols, sizes.n_symbols), axis=1), attributes)
    plane = LatentPlane(latent=mean, sample=latent, target=batch.target, label=batch.label)

    def decoded_attribute(axis, shift):
        if not network.architecture.one_shot:
            raise ValueError(
                f"architecture={network.architecture!r} decodes step by step: expected a regularizer that does not "
                "use the decoder's output, such as 'cosine', or an architecture that decodes all steps at once"
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
        for axis in range(min(len(AXES), sizes.n_components))
    ]


def _kl_divergence(mean, log_variance):
    """Return the divergence of N(mean, variance) from N(0, 1) in each dimension (equation 2)."""
    return -0.5 * (1 + log_variance - mean**2 - ops.exp(log_variance))


def _emotion_kl_divergence(mean, log_variance, target, scale):
    """Return the divergence of valence and arousal from N(target, scale^2) for each row, summed over both."""
    n = min(len(AXES), mean.shape[1])
    log_ratio = log_variance[:, :n] - 2 * log(scale)
    distance = (mean[:, :n] - target[:, :n]) / scale
    return -0.5 * ops.sum(1 + log_ratio - distance**2 - ops.exp(log_ratio), axis=1)
