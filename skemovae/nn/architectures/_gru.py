"""The paper's network: a GRU reads the row; another writes it from the latent point, its input at every step."""

from dataclasses import dataclass
from itertools import repeat

import numpy as np

from .._numpy import gru_states, relu
from ._base import (
    Architecture,
    Weight,
    check_option,
    dense,
    keras_dense,
    numpy_dense,
)
from ._registry import register_architecture

LABEL_CHANNELS = 4  # columns for the label beside each one-hot symbol, as in the reference implementation
HIDDEN_UNITS = 100  # as in the reference implementation


@register_architecture("gru")
@dataclass(frozen=True)
class GRUArchitecture(Architecture):
    """The two recurrent networks of the paper.

    In the encoder, a GRU reads the one-hot symbols (beside the output of a dense layer of the class, if it is
    conditioned); a layer of 100 units maps its last state to the mean and the logarithm of the variance. In the
    decoder, a GRU reads the latent point (with the one-hot class, if it is conditioned) at every step, followed by a
    softmax; it is not autoregressive.

    Parameters
    ----------
    units : int, default=128
        Number of GRU units in the encoder and in the decoder (512 in the paper).

    See Also
    --------
    AutoregressiveArchitecture : Also recurrent, but its decoder reads what it has written.
    DenseArchitecture, ConvolutionalArchitecture : Faster to train.

    Examples
    --------
    >>> from skemovae import EmotionRegularizedVAE
    >>> from skemovae.nn.architectures import GRUArchitecture
    >>> EmotionRegularizedVAE(architecture=GRUArchitecture(units=512)).get_params()["architecture__units"]
    512
    """

    units: int = 128

    def check(self):
        """Raise ValueError unless the options are valid."""
        check_option("units", self.units)

    def weights(self, sizes):
        """Return the table of all weights."""
        in_encoder, in_decoder = sizes.n_encoder_classes, sizes.n_decoder_classes
        return [
            *(dense("encoder/label", in_encoder, sizes.n_steps * LABEL_CHANNELS) if in_encoder else []),
            *_gru("encoder/gru", sizes.n_symbols + (LABEL_CHANNELS if in_encoder else 0), self.units),
            *dense("encoder/hidden", self.units, HIDDEN_UNITS),
            *dense("encoder/mean", HIDDEN_UNITS, sizes.n_components),
            *dense("encoder/log_variance", HIDDEN_UNITS, sizes.n_components),
            *_gru("decoder/gru", sizes.n_components + in_decoder, self.units),
            *dense("decoder/symbols", self.units, sizes.n_symbols),
        ]

    def keras_encoder(self, sizes, weights, symbols, label, run):
        """Return the mean and the logarithm of the variance of the latent points."""
        from keras import ops

        from ..gru import gru

        tokens = ops.one_hot(symbols, sizes.n_symbols)
        if label is not None:
            spread = keras_dense(weights, "encoder/label", label)
            tokens = ops.concatenate([tokens, ops.reshape(spread, (-1, sizes.n_steps, LABEL_CHANNELS))], axis=-1)
        state = gru(tokens, *_gru_weights(weights, "encoder/gru"), jit_compile=run.jit_compile)
        hidden = ops.relu(keras_dense(weights, "encoder/hidden", state))
        return keras_dense(weights, "encoder/mean", hidden), keras_dense(weights, "encoder/log_variance", hidden)

    def numpy_encoder(self, sizes, weights, symbols, label):
        """Return the mean and the logarithm of the variance of the latent points."""
        kernel, recurrent_kernel, bias = _gru_weights(weights, "encoder/gru")
        # The product of a one-hot vector and the kernel is a row of the kernel.
        projected = (kernel[symbols[:, step]].T for step in range(sizes.n_steps))
        if label is not None:
            spread = numpy_dense(weights, "encoder/label", label).reshape(-1, sizes.n_steps, LABEL_CHANNELS)
            of_label = kernel[sizes.n_symbols :].T
            projected = (x + of_label @ spread[:, step].T for step, x in enumerate(projected))
        *_, state = gru_states(projected, recurrent_kernel, bias, len(symbols))
        hidden = relu(numpy_dense(weights, "encoder/hidden", state.T))
        return numpy_dense(weights, "encoder/mean", hidden), numpy_dense(weights, "encoder/log_variance", hidden)

    def keras_decoder(self, sizes, weights, latent, label, context, symbols, run):
        """Return the logits of every step."""
        from keras import ops

        from ..gru import gru

        point = latent if label is None else ops.concatenate([latent, label], axis=-1)
        states = gru(
            point,
            *_gru_weights(weights, "decoder/gru"),
            n_steps=sizes.n_steps,
            return_sequences=True,
            jit_compile=run.jit_compile,
        )
        return keras_dense(weights, "decoder/symbols", states)

    def numpy_decoder(self, sizes, weights, latent, label, context, symbols):
        """Return the logits of every step."""
        kernel, recurrent_kernel, bias = _gru_weights(weights, "decoder/gru")
        point = latent if label is None else np.concatenate([latent, label], axis=-1)
        steps = repeat(kernel.T @ point.T, sizes.n_steps)
        to_symbols = weights["decoder/symbols/kernel"].T
        logits = np.empty((sizes.n_steps, sizes.n_symbols, len(latent)), np.float32)
        for step, state in enumerate(gru_states(steps, recurrent_kernel, bias, len(latent))):
            np.matmul(to_symbols, state, out=logits[step])
        return np.ascontiguousarray(logits.transpose(2, 0, 1)) + weights["decoder/symbols/bias"]


def _gru(name, n_inputs, units):
    return [
        Weight(f"{name}/kernel", (n_inputs, 3 * units), "glorot_uniform"),
        Weight(f"{name}/recurrent_kernel", (units, 3 * units), "orthogonal"),
        Weight(f"{name}/bias", (2, 3 * units)),
    ]


def _gru_weights(weights, name):
    return (weights[f"{name}/{kind}"] for kind in ("kernel", "recurrent_kernel", "bias"))
