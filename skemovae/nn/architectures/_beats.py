"""What the networks over beats share: the encoder, and a convolution over neighboring beats.

A beat is four steps. Rows are filled up to whole beats with a padding symbol, which has a row of its own in the table
of embeddings.
"""

import numpy as np

from .._numpy import relu
from ._base import Weight, dense, keras_dense, numpy_dense

BEAT = 4  # steps
EMBEDDING = 32  # dimensions
MIN_LOG_VARIANCE, MAX_LOG_VARIANCE = -8.0, 4.0  # beyond them the exponential may overflow early in training


def n_beats(sizes):
    """Return the number of beats that a row takes."""
    return -(-sizes.n_steps // BEAT)


def encoder_weights(sizes, filters, hidden_units):
    """Return the rows of the table for the encoder."""
    n_padding = n_beats(sizes) * BEAT - sizes.n_steps
    n_features = n_beats(sizes) * half(filters) + sizes.n_encoder_classes
    return [
        Weight("encoder/embedding", (sizes.n_symbols + (n_padding > 0), EMBEDDING), "standard_normal"),
        *dense("encoder/beats", BEAT * EMBEDDING, filters),
        *convolution("encoder/convolution0", filters, filters),
        *convolution("encoder/convolution1", filters, half(filters)),
        *dense("encoder/hidden", n_features, hidden_units),
        *dense("encoder/mean", hidden_units, sizes.n_components),
        *dense("encoder/log_variance", hidden_units, sizes.n_components),
    ]


def half(filters):
    """Return half as many, at least one."""
    return max(filters // 2, 1)


def keras_encoder(sizes, weights, symbols, label):
    """Return the mean and the logarithm of the variance of the latent points."""
    from keras import ops

    padded = ops.pad(symbols, [(0, 0), _padding(sizes)], constant_values=sizes.n_symbols)
    embedded = keras_embed(weights["encoder/embedding"], padded)
    beats = ops.reshape(embedded, (-1, n_beats(sizes), BEAT * EMBEDDING))
    beats = ops.relu(keras_dense(weights, "encoder/beats", beats))
    beats = beats + ops.relu(keras_convolution(weights, "encoder/convolution0", beats))
    beats = ops.relu(keras_convolution(weights, "encoder/convolution1", beats))
    features = ops.reshape(beats, (-1, beats.shape[1] * beats.shape[2]))
    features = features if label is None else ops.concatenate([features, label], axis=-1)
    hidden = ops.relu(keras_dense(weights, "encoder/hidden", features))
    log_variance = keras_dense(weights, "encoder/log_variance", hidden)
    return keras_dense(weights, "encoder/mean", hidden), ops.clip(log_variance, MIN_LOG_VARIANCE, MAX_LOG_VARIANCE)


def numpy_encoder(sizes, weights, symbols, label):
    """Return the mean and the logarithm of the variance of the latent points."""
    padded = np.pad(symbols, [(0, 0), _padding(sizes)], constant_values=sizes.n_symbols)
    beats = weights["encoder/embedding"][padded].reshape(len(symbols), n_beats(sizes), BEAT * EMBEDDING)
    beats = relu(numpy_dense(weights, "encoder/beats", beats))
    beats = beats + relu(numpy_convolution(weights, "encoder/convolution0", beats))
    beats = relu(numpy_convolution(weights, "encoder/convolution1", beats))
    features = beats.reshape(len(beats), -1)
    features = features if label is None else np.concatenate([features, label], axis=-1)
    hidden = relu(numpy_dense(weights, "encoder/hidden", features))
    log_variance = numpy_dense(weights, "encoder/log_variance", hidden)
    log_variance = np.clip(log_variance, MIN_LOG_VARIANCE, MAX_LOG_VARIANCE)
    return numpy_dense(weights, "encoder/mean", hidden), log_variance


def keras_embed(table, index):
    """Return rows of a table by a product with one-hot vectors, whose gradient is also a product and not a scatter."""
    from keras import ops

    return ops.matmul(ops.one_hot(index, table.shape[0]), table)


def convolution(name, n_channels, filters):
    """Return the rows of the table for a convolution over three beats: the one before, the beat itself, the next."""
    return dense(name, 3 * n_channels, filters)


def keras_convolution(weights, name, x):
    """Return a convolution over three beats with zero padding, of shape (batch, n_beats, filters).

    It is one product with three shifted copies, which is quick on a CPU with and without XLA.
    """
    from keras import ops

    before = ops.pad(x[:, :-1], [(0, 0), (1, 0), (0, 0)])
    after = ops.pad(x[:, 1:], [(0, 0), (0, 1), (0, 0)])
    return keras_dense(weights, name, ops.concatenate([before, x, after], axis=-1))


def numpy_convolution(weights, name, x):
    """Do the same as :func:`keras_convolution` with arrays."""
    n, beats, channels = x.shape
    copies = np.zeros((n, beats, 3, channels), np.float32)
    copies[:, 1:, 0] = x[:, :-1]
    copies[:, :, 1] = x
    copies[:, :-1, 2] = x[:, 1:]
    return numpy_dense(weights, name, copies.reshape(n, beats, 3 * channels))


def _padding(sizes):
    return 0, n_beats(sizes) * BEAT - sizes.n_steps
