"""Dense layers over the whole row at once: the simplest network, used in the author's first models."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .._numpy import one_hot, relu
from ._base import Architecture, check_options, dense, keras_dense, numpy_dense
from ._registry import register_architecture


@register_architecture("dense")
@dataclass(frozen=True)
class DenseArchitecture(Architecture):
    """Dense layers with ReLU over all one-hot symbols of a row at once.

    This is the author's first model of this kind ([8] of the paper). The decoder has the same layers as the encoder, in
    reverse order. The layer sizes were not published, so the default is this package's own. Conditioning adds the
    one-hot class to the inputs of the encoder or decoder.

    Parameters
    ----------
    hidden_layer_sizes : tuple of int, default=(512, 256)
        Number of units in the encoder's layers; the decoder's are the same in reverse order.

    See Also
    --------
    GRUArchitecture : The recurrent networks of the paper.
    ConvolutionalArchitecture : Convolutions instead of dense layers.

    Examples
    --------
    >>> from skemovae.nn.architectures import DenseArchitecture, Sizes
    >>> sizes = Sizes(n_steps=64, n_symbols=31, n_classes=4, n_components=2, condition="decoder")
    >>> table = DenseArchitecture(hidden_layer_sizes=(8,)).weights(sizes)
    >>> [weight.shape for weight in table if weight.name.endswith("kernel")]
    [(1984, 8), (8, 2), (8, 2), (6, 8), (8, 1984)]
    """

    hidden_layer_sizes: tuple = (512, 256)

    def check(self):
        """Raise ValueError unless the options are valid."""
        check_options("hidden_layer_sizes", self.hidden_layer_sizes)

    def weights(self, sizes):
        """Return the table of all weights."""
        n_tokens = sizes.n_steps * sizes.n_symbols
        encoder = [n_tokens + sizes.n_encoder_classes, *self.hidden_layer_sizes]
        decoder = [sizes.n_components + sizes.n_decoder_classes, *self.hidden_layer_sizes[::-1]]
        return [
            *_stack("encoder", encoder),
            *dense("encoder/mean", encoder[-1], sizes.n_components),
            *dense("encoder/log_variance", encoder[-1], sizes.n_components),
            *_stack("decoder", decoder),
            *dense("decoder/symbols", decoder[-1], n_tokens),
        ]

    def keras_encoder(self, sizes, weights, symbols, label, run):
        """Return the mean and the logarithm of the variance of the latent points."""
        from keras import ops

        hidden = ops.reshape(ops.one_hot(symbols, sizes.n_symbols), (-1, sizes.n_steps * sizes.n_symbols))
        if label is not None:
            hidden = ops.concatenate([hidden, label], axis=-1)
        for i in range(len(self.hidden_layer_sizes)):
            hidden = ops.relu(keras_dense(weights, f"encoder/hidden{i}", hidden))
        return keras_dense(weights, "encoder/mean", hidden), keras_dense(weights, "encoder/log_variance", hidden)

    def numpy_encoder(self, sizes, weights, symbols, label):
        """Return the mean and the logarithm of the variance of the latent points."""
        hidden = one_hot(symbols, sizes.n_symbols).reshape(len(symbols), -1)
        if label is not None:
            hidden = np.concatenate([hidden, label], axis=-1)
        for i in range(len(self.hidden_layer_sizes)):
            hidden = relu(numpy_dense(weights, f"encoder/hidden{i}", hidden))
        return numpy_dense(weights, "encoder/mean", hidden), numpy_dense(weights, "encoder/log_variance", hidden)

    def keras_decoder(self, sizes, weights, latent, label, context, symbols, run):
        """Return the logits of every step."""
        from keras import ops

        hidden = latent if label is None else ops.concatenate([latent, label], axis=-1)
        for i in range(len(self.hidden_layer_sizes)):
            hidden = ops.relu(keras_dense(weights, f"decoder/hidden{i}", hidden))
        return ops.reshape(keras_dense(weights, "decoder/symbols", hidden), (-1, sizes.n_steps, sizes.n_symbols))

    def numpy_decoder(self, sizes, weights, latent, label, context, symbols):
        """Return the logits of every step."""
        hidden = latent if label is None else np.concatenate([latent, label], axis=-1)
        for i in range(len(self.hidden_layer_sizes)):
            hidden = relu(numpy_dense(weights, f"decoder/hidden{i}", hidden))
        return numpy_dense(weights, "decoder/symbols", hidden).reshape(-1, sizes.n_steps, sizes.n_symbols)


def _stack(name, sizes):
    """Return the rows of the table for a stack of dense layers."""
    return [row for i, pair in enumerate(pairwise(sizes)) for row in dense(f"{name}/hidden{i}", *pair)]
