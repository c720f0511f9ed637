"""Convolutions over the row as an image, steps by symbols: the author's second models."""

from dataclasses import dataclass

import numpy as np

from ..._validation import check_choice
from .._numpy import convolve, convolve_patches, convolve_transposed, leaky_relu, one_hot, relu
from ._base import (
    Architecture,
    Weight,
    check_options,
    dense,
    keras_dense,
    numpy_dense,
)
from ._registry import register_architecture

HIDDEN_UNITS = {"square": 16, "musical": 64}  # before the latent point, as in the reference implementation
BEAT, OCTAVE = 4, 12  # of the musical kernels: four steps, and twelve symbols
SLOPE = 0.3  # of LeakyReLU, the default of Keras


@register_architecture("convolutional")
@dataclass(frozen=True)
class ConvolutionalArchitecture(Architecture):
    """Convolutions over an image of steps by symbols, after the author's published code ([9] of the paper).

    The encoder takes the one-hot row as an image with one channel; if it is conditioned, a dense layer turns the class
    into a second channel. Square kernels are two convolutions of 3 x 3 with stride 2 and with 128 and 256 filters.
    Musical kernels are two branches of 64 and 128 filters, whose strides equal their kernels: 1 x 12 (an octave at one
    step) and then 4 x 1 (a beat) in one branch, the other way around in the other, with LeakyReLU; their outputs are
    concatenated. A layer of 16 (musical: 64) units follows, then the mean and the logarithm of the variance. The
    decoder is a dense layer to an image a quarter as high and as wide with 256 channels, two transposed convolutions of
    256 and 128 filters, each of which doubles it, and a convolution with a single channel, whose values are the logits.

    The reference implementation models piano rolls of 64 x 60 with a sigmoid for each key. Here, a row is 64 steps of
    one symbol out of a vocabulary, so the output is a softmax per step. The image is padded with zeros to multiples of
    4 (musical: of 12 symbols), and what the decoder predicts beyond the row is cut off. The reference has 32 latent
    dimensions; here, set ``n_components``.

    Parameters
    ----------
    kernels : {"square", "musical"}, default="square"
    filters : (int, int), default=(128, 256)
        Number of filters of the square convolutions and, in reverse order, of the decoder's; each musical branch has
        half as many.

    See Also
    --------
    BeatArchitecture : Convolutions over beats, for latent points of many dimensions.
    GRUArchitecture : The recurrent networks of the paper.

    Examples
    --------
    >>> from skemovae.nn.architectures import ConvolutionalArchitecture, Sizes
    >>> sizes = Sizes(n_steps=64, n_symbols=60, n_classes=4, n_components=32, condition="both")
    >>> table = {weight.name: weight.shape for weight in ConvolutionalArchitecture().weights(sizes)}
    >>> table["encoder/convolution1/kernel"], table["decoder/picture/kernel"]
    ((3, 3, 128, 256), (36, 61440))
    """

    use_xla = False  # whether XLA pays off for its convolutions has not been measured

    kernels: str = "square"
    filters: tuple = (128, 256)

    def check(self):
        """Raise ValueError unless the options are valid."""
        check_choice("kernels", self.kernels, tuple(HIDDEN_UNITS))
        check_options("filters", self.filters, length=2)

    def weights(self, sizes):
        """Return the table of all weights."""
        (height, width), (first, second) = self._encoder_picture(sizes), self.filters
        n_channels = 2 if sizes.n_encoder_classes else 1
        label = dense("encoder/label", sizes.n_classes, height * width) if sizes.n_encoder_classes else []
        if self.kernels == "square":
            convolutions = [
                *_convolution("encoder/convolution0", (3, 3), n_channels, first),
                *_convolution("encoder/convolution1", (3, 3), first, second),
            ]
            n_features = (height // 4) * (width // 4) * second
        else:
            convolutions = [
                *_convolution("encoder/octaves0", (1, OCTAVE), n_channels, _half(first)),
                *_convolution("encoder/octaves1", (BEAT, 1), _half(first), _half(second)),
                *_convolution("encoder/beats0", (BEAT, 1), n_channels, _half(first)),
                *_convolution("encoder/beats1", (1, OCTAVE), _half(first), _half(second)),
            ]
            n_features = 2 * (height // BEAT) * (width // OCTAVE) * _half(second)
        hidden = HIDDEN_UNITS[self.kernels]
        rows, columns = _decoder_picture(sizes)
        return [
            *label,
            *convolutions,
            *dense("encoder/hidden", n_features, hidden),
            *dense("encoder/mean", hidden, sizes.n_components),
            *dense("encoder/log_variance", hidden, sizes.n_components),
            *dense("decoder/picture", sizes.n_components + sizes.n_decoder_classes, rows * columns * second),
            *_convolution("decoder/convolution0", (3, 3), second, second, transposed=True),
            *_convolution("decoder/convolution1", (3, 3), second, first, transposed=True),
            *_convolution("decoder/symbols", (3, 3), first, 1),
        ]

    def keras_encoder(self, sizes, weights, symbols, label, run):
        """Return the mean and the logarithm of the variance of the latent points."""
        from keras import ops

        height, width = self._encoder_picture(sizes)
        picture = ops.one_hot(symbols, sizes.n_symbols)
        picture = ops.pad(picture, [(0, 0), (0, height - sizes.n_steps), (0, width - sizes.n_symbols)])[..., None]
        if label is not None:
            channel = ops.reshape(keras_dense(weights, "encoder/label", label), (-1, height, width, 1))
            picture = ops.concatenate([picture, channel], axis=-1)

        def convolve(name, x, strides, padding):
            kernel, bias = weights[f"encoder/{name}/kernel"], weights[f"encoder/{name}/bias"]
            return ops.add(ops.conv(x, kernel, strides, padding, "channels_last"), bias)

        if self.kernels == "square":
            features = picture
            for name in ("convolution0", "convolution1"):
                features = ops.relu(convolve(name, features, 2, "same"))
            features = ops.reshape(features, (-1, features.shape[1] * features.shape[2] * features.shape[3]))
        else:
            branches = []
            for branch, strides in (("octaves", [(1, OCTAVE), (BEAT, 1)]), ("beats", [(BEAT, 1), (1, OCTAVE)])):
                x = picture
                for i, stride in enumerate(strides):
                    x = ops.leaky_relu(convolve(f"{branch}{i}", x, stride, "valid"), SLOPE)
                branches.append(ops.reshape(x, (-1, x.shape[1] * x.shape[2] * x.shape[3])))
            features = ops.concatenate(branches, axis=-1)
        hidden = _activation(self, ops.relu, ops.leaky_relu)(keras_dense(weights, "encoder/hidden", features))
        return keras_dense(weights, "encoder/mean", hidden), keras_dense(weights, "encoder/log_variance", hidden)

    def numpy_encoder(self, sizes, weights, symbols, label):
        """Return the mean and the logarithm of the variance of the latent points."""
        height, width = self._encoder_picture(sizes)
        picture = np.zeros((len(symbols), height, width, 1), np.float32)
        picture[:, : sizes.n_steps, : sizes.n_symbols, 0] = one_hot(symbols, sizes.n_symbols)
        if label is not None:
            channel = numpy_dense(weights, "encoder/label", label).reshape(-1, height, width, 1)
            picture = np.concatenate([picture, channel], axis=-1)

        def kernel_and_bias(name):
            return weights[f"encoder/{name}/kernel"], weights[f"encoder/{name}/bias"]

        if self.kernels == "square":
            features = picture
            for name in ("convolution0", "convolution1"):
                kernel, bias = kernel_and_bias(name)
                features = relu(convolve(features, kernel, 2) + bias)
            features = features.reshape(len(symbols), -1)
        else:
            branches = []
            for branch in ("octaves", "beats"):
                x = picture
                for i in range(2):
                    kernel, bias = kernel_and_bias(f"{branch}{i}")
                    x = leaky_relu(convolve_patches(x, kernel) + bias, SLOPE)
                branches.append(x.reshape(len(symbols), -1))
            features = np.concatenate(branches, axis=-1)
        hidden = _activation(self, relu, leaky_relu)(numpy_dense(weights, "encoder/hidden", features))
        return numpy_dense(weights, "encoder/mean", hidden), numpy_dense(weights, "encoder/log_variance", hidden)

    def keras_decoder(self, sizes, weights, latent, label, context, symbols, run):
        """Return the logits of every step."""
        from keras import ops

        point = latent if label is None else ops.concatenate([latent, label], axis=-1)
        picture = ops.relu(keras_dense(weights, "decoder/picture", point))
        picture = ops.reshape(picture, (-1, *_decoder_picture(sizes), self.filters[1]))
        for name in ("decoder/convolution0", "decoder/convolution1"):
            picture = ops.conv_transpose(picture, weights[f"{name}/kernel"], 2, "same", data_format="channels_last")
            picture = ops.relu(ops.add(picture, weights[f"{name}/bias"]))
        logits = ops.conv(picture, weights["decoder/symbols/kernel"], 1, "same", "channels_last")
        logits = ops.add(logits, weights["decoder/symbols/bias"])
        return logits[:, : sizes.n_steps, : sizes.n_symbols, 0]

    def numpy_decoder(self, sizes, weights, latent, label, context, symbols):
        """Return the logits of every step."""
        point = latent if label is None else np.concatenate([latent, label], axis=-1)
        picture = relu(numpy_dense(weights, "decoder/picture", point))
        picture = picture.reshape(-1, *_decoder_picture(sizes), self.filters[1])
        for name in ("decoder/convolution0", "decoder/convolution1"):
            picture = relu(convolve_transposed(picture, weights[f"{name}/kernel"]) + weights[f"{name}/bias"])
        logits = convolve(picture, weights["decoder/symbols/kernel"], 1) + weights["decoder/symbols/bias"]
        return logits[:, : sizes.n_steps, : sizes.n_symbols, 0]

    def _encoder_picture(self, sizes):
        """Return height and width of the picture that the encoder sees."""
        width = OCTAVE if self.kernels == "musical" else 4
        return 4 * _times(sizes.n_steps, 4), width * _times(sizes.n_symbols, width)


def _decoder_picture(sizes):
    """Return height and width of the picture that the decoder begins with."""
    return _times(sizes.n_steps, 4), _times(sizes.n_symbols, 4)


def _times(size, part):
    return -(-size // part)


def _half(filters):
    return -(-filters // 2)


def _activation(architecture, relu, leaky_relu):
    return relu if architecture.kernels == "square" else lambda x: leaky_relu(x, SLOPE)


def _convolution(name, window, n_inputs, n_filters, transposed=False):
    channels = (n_filters, n_inputs) if transposed else (n_inputs, n_filters)
    return [Weight(f"{name}/kernel", (*window, *channels), "glorot_uniform"), Weight(f"{name}/bias", (n_filters,))]
