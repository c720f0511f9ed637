"""What check_architecture says about a decoder that reads a context, or should."""

from dataclasses import dataclass

import pytest

from skemovae.nn.architectures import DenseArchitecture, Weight
from skemovae.testing import check_architecture


@dataclass(frozen=True)
class ReadsContext(DenseArchitecture):
    """Dense layers; the decoder adds a contribution of the context to the logits of all steps."""

    reads_context = True

    def weights(self, sizes):
        context = [Weight("decoder/context", (sizes.n_context, sizes.n_symbols), "glorot_uniform")]
        return [*super().weights(sizes), *(context if sizes.n_context else [])]

    def keras_decoder(self, sizes, weights, latent, label, context, symbols, run):
        from keras import ops

        logits = super().keras_decoder(sizes, weights, latent, label, context, symbols, run)
        return logits if context is None else logits + ops.matmul(context, weights["decoder/context"])[:, None]

    def numpy_decoder(self, sizes, weights, latent, label, context, symbols):
        logits = super().numpy_decoder(sizes, weights, latent, label, context, symbols)
        return logits if context is None else logits + (context @ weights["decoder/context"])[:, None]


class IgnoresContext(DenseArchitecture):
    reads_context = True


class ReadsItOnlyInNumPy(ReadsContext):
    def keras_decoder(self, sizes, weights, latent, label, context, symbols, run):
        return super().keras_decoder(sizes, weights, latent, label, None, symbols, run)


@pytest.mark.parametrize(
    ("cls", "message"),
    [
        (IgnoresContext, "the logits are the same whatever the context is.*or reads_context = False"),
        (ReadsItOnlyInNumPy, "the logits of keras_decoder and of numpy_decoder are .* apart"),
    ],
)
def test_faults_are_found_and_named(cls, message):
    with pytest.raises(AssertionError, match=f"(?s){message}"):
        check_architecture(dataclass(frozen=True)(cls)(hidden_layer_sizes=(4,)))
