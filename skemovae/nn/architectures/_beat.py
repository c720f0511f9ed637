"""Convolutions over beats in encoder and decoder, all steps decoded at once: a network that reconstructs melodies."""

from dataclasses import dataclass

import numpy as np

from .._numpy import relu
from . import _beats
from ._base import Architecture, check_option, dense, keras_dense, numpy_dense
from ._registry import register_architecture

BEAT_CHANNELS = 64  # of each beat, computed from the latent point
STEP_CHANNELS = 32  # of each step, computed from its beat
STEP_SCALE = 2  # times tanh


@register_architecture("beat")
@dataclass(frozen=True)
class BeatArchitecture(Architecture):
    """Convolutions over the beats of a row, to reconstruct melodies from latent points of many dimensions.

    The encoder embeds each symbol in 32 dimensions, and a dense layer reads the four steps of a beat together. Two
    convolutions over three beats follow, the first with a skip connection, the second with half as many filters; then a
    dense layer over the whole row (with the one-hot class, if it is conditioned), and the mean and the logarithm of the
    variance, which is kept within -8 and 4. The decoder works the other way around: a dense layer of the latent point
    (with the one-hot class, if it is conditioned), another that computes 64 features for each beat, two convolutions,
    and a dense layer that computes 32 features for each of a beat's four steps, from which a softmax predicts the
    symbol. It is not autoregressive.

    Rows are padded to whole beats, and what the decoder predicts beyond the end of a row is cut off.

    Parameters
    ----------
    filters : int, default=128
        Number of filters of each convolution, except the encoder's second, which has half as many.
    hidden_units : int, default=512
        Number of units in the dense layer next to the latent point, in the encoder and in the decoder.

    See Also
    --------
    AutoregressiveArchitecture : Writes step by step, for latent points of few dimensions.

    Examples
    --------
    >>> from skemovae.nn.architectures import BeatArchitecture, Sizes
    >>> sizes = Sizes(n_steps=64, n_symbols=39, n_classes=4, n_components=64, condition=None)
    >>> table = {weight.name: weight.shape for weight in BeatArchitecture().weights(sizes)}
    >>> table["encoder/hidden/kernel"], table["decoder/beats/kernel"]
    ((1024, 512), (512, 1024))
    """

    filters: int = 128
    hidden_units: int = 512

    def check(self):
        """Raise ValueError unless the options are valid."""
        check_option("filters", self.filters)
        check_option("hidden_units", self.hidden_units)

    def weights(self, sizes):
        """Return the table of all weights."""
        return [
            *_beats.encoder_weights(sizes, self.filters, self.hidden_units),
            *dense("decoder/hidden", sizes.n_components + sizes.n_decoder_classes, self.hidden_units),
            *dense("decoder/beats", self.hidden_units, _beats.n_beats(sizes) * BEAT_CHANNELS),
            *_beats.convolution("decoder/convolution0", BEAT_CHANNELS, self.filters),
            *_beats.convolution("decoder/convolution1", self.filters, self.filters),
            *dense("decoder/steps", self.filters, _beats.BEAT * STEP_CHANNELS),
            *dense("decoder/symbols", STEP_CHANNELS, sizes.n_symbols),
        ]

    def keras_encoder(self, sizes, weights, symbols, label, run):
        """Return the mean and the logarithm of the variance of the latent points."""
        return _beats.keras_encoder(sizes, weights, symbols, label)

    def numpy_encoder(self, sizes, weights, symbols, label):
        """Return the mean and the logarithm of the variance of the latent points."""
        return _beats.numpy_encoder(sizes, weights, symbols, label)

    def keras_decoder(self, sizes, weights, latent, label, context, symbols, run):
        """Return the logits of every step."""
        from keras import ops

        point = latent if label is None else ops.concatenate([latent, label], axis=-1)
        hidden = ops.relu(keras_dense(weights, "decoder/hidden", point))
        beats = ops.reshape(keras_dense(weights, "decoder/beats", hidden), (-1, _beats.n_beats(sizes), BEAT_CHANNELS))
        beats = ops.relu(_beats.keras_convolution(weights, "decoder/convolution0", beats))
        beats = beats + ops.relu(_beats.keras_convolution(weights, "decoder/convolution1", beats))
        steps = STEP_SCALE * ops.tanh(keras_dense(weights, "decoder/steps", beats))
        steps = ops.reshape(steps, (-1, _beats.n_beats(sizes) * _beats.BEAT, STEP_CHANNELS))
        return keras_dense(weights, "decoder/symbols", steps[:, : sizes.n_steps])

    def numpy_decoder(self, sizes, weights, latent, label, context, symbols):
        """Return the logits of every step."""
        point = latent if label is None else np.concatenate([latent, label], axis=-1)
        hidden = relu(numpy_dense(weights, "decoder/hidden", point))
        beats = numpy_dense(weights, "decoder/beats", hidden).reshape(len(latent), _beats.n_beats(sizes), BEAT_CHANNELS)
        beats = relu(_beats.numpy_convolution(weights, "decoder/convolution0", beats))
        beats = beats + relu(_beats.numpy_convolution(weights, "decoder/convolution1", beats))
        steps = STEP_SCALE * np.tanh(numpy_dense(weights, "decoder/steps", beats))
        steps = steps.reshape(len(latent), _beats.n_beats(sizes) * _beats.BEAT, STEP_CHANNELS)
        return numpy_dense(weights, "decoder/symbols", steps[:, : sizes.n_steps])
