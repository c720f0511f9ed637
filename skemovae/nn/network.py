"""A network in training: the variables of an architecture, their optimizer, loading and exporting weights."""

from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from .architectures import Architecture, Sizes
from .objective import Objective

ZEROS_AND_ONES = ("zeros", "ones")  # the initializers that draw nothing
STANDARD_NORMAL = "standard_normal"  # N(0, 1), for embeddings; the only initializer whose name Keras does not know
TINY = 1e-12  # avoids a division by zero if the gradient is zero


OPTIMIZERS = {"rmsprop": keras.optimizers.RMSprop, "adam": keras.optimizers.Adam}


class NetworkSpec(NamedTuple):
    """What a network's graph depends on; networks of the same spec differ only in their variables.

    Attributes
    ----------
    architecture : Architecture
    sizes : Sizes
    optimizer : {"rmsprop", "adam"}
    max_gradient_norm : float or None
        The norm over all weights to which larger gradients are scaled down.
    """

    architecture: Architecture
    sizes: Sizes
    optimizer: str = "rmsprop"
    max_gradient_norm: float | None = None


class Network:
    """The variables of an architecture, and everything else that training changes.

    Everything that varies between training runs of the same graph is a variable, so that one network serves many fits.

    Parameters
    ----------
    spec : NetworkSpec

    Attributes
    ----------
    weights : dict of str to keras.Variable
        The weights of the architecture's table, in its order.
    objective : Objective
        The objective of the loss; the graph depends on it.
    coefficients : keras.Variable of shape (3,)
        The weights of the divergence, the valence and the arousal in the loss.
    symbol_attributes : keras.Variable of shape (n_symbols, 2)
        How much each occurrence of a symbol adds to the valence and to the arousal of a row.
    """

    def __init__(self, spec):
        self.architecture, self.sizes = spec.architecture, spec.sizes
        self.spec = spec
        self.table = self.architecture.weights(self.sizes)
        self.weights = {w.name: _make_variable(w.name, w.shape, w.trainable) for w in self.table}
        self.coefficients = _make_variable("coefficients", (3,), False)
        self.symbol_attributes = _make_variable("symbol_attributes", (self.sizes.n_symbols, 2), False)
        self.trainable = [self.weights[weight.name] for weight in self.table if weight.trainable]
        self.optimizer = OPTIMIZERS[spec.optimizer]()
        self.optimizer.build(self.trainable)
        self.objective = Objective()
        self.epoch_functions = {}  # compiled, by what they depend on; kept for training.py

    @property
    def term_names(self):
        """The names of the loss terms."""
        return self.objective.term_names(self.sizes.n_components)

    def start(self, *, objective, symbol_attributes, kl_weight, valence_weight, arousal_weight):
        """Set everything but the weights for a new training run.

        Parameters
        ----------
        objective : Objective
        symbol_attributes : array of shape (n_symbols, 2)
        kl_weight, valence_weight, arousal_weight : float
        """
        self.objective = objective
        self.symbol_attributes.assign(np.asarray(symbol_attributes, "float32"))
        self.coefficients.assign(np.array([kl_weight, valence_weight, arousal_weight], "float32"))
        for variable in self.optimizer.variables:
            variable.assign(ops.zeros(variable.shape, variable.dtype))

    def initialize_weights(self, seed):
        """Draw initial weights as the architecture's table says."""
        trainable = [weight for weight in self.table if weight.trainable]
        seeds = iter(np.random.SeedSequence(seed).generate_state(len(trainable)).tolist())
        for weight in self.table:
            number = next(seeds) if weight.trainable else 0
            self.weights[weight.name].assign(_initial_value(weight, number))

    def export_weights(self):
        """Return the weights as a dict of read-only arrays."""
        arrays = {name: variable.numpy().copy() for name, variable in self.weights.items()}
        for array in arrays.values():
            array.flags.writeable = False
        return arrays

    def load_weights(self, arrays):
        """Set the weights to what :meth:`export_weights` returned."""
        for name, variable in self.weights.items():
            variable.assign(arrays[name])

    def apply(self, gradients, learning_rate):
        """Let the optimizer take a step.

        Its own ``apply`` would register a gradient function for each graph permanently, and so keep every graph alive.
        """
        if self.spec.max_gradient_norm is not None:
            norm = ops.sqrt(sum(ops.sum(ops.square(gradient)) for gradient in gradients))
            shortened = ops.minimum(1.0, self.spec.max_gradient_norm / (norm + TINY))
            gradients = [gradient * shortened for gradient in gradients]
        for variable, gradient in zip(self.trainable, gradients, strict=True):
            self.optimizer.update_step(gradient, variable, learning_rate)
        self.optimizer.iterations.assign_add(1)

    def encode(self, batch, run):
        """Return the mean and the logarithm of the variance of a batch's latent points."""
        label = self._label(batch, self.sizes.n_encoder_classes)
        return self.architecture.keras_encoder(self.sizes, self.weights, batch.symbols, label, run)

    def decode(self, latent, batch, run):
        """Return the logits of every step for latent points of a batch's rows."""
        label = self._label(batch, self.sizes.n_decoder_classes)
        given = label, batch.context, batch.symbols
        return self.architecture.keras_decoder(self.sizes, self.weights, latent, *given, run)

    @staticmethod
    def _label(batch, n_classes):
        return ops.one_hot(batch.label, n_classes) if n_classes else None


def _make_variable(name, shape, trainable):
    # Keras forbids slashes in names
    return keras.Variable(np.zeros(shape, "float32"), trainable=trainable, name=name.replace("/", "_"))


def _initial_value(weight, seed):
    # An initializer without a seed would draw one from Python's global generator.
    if weight.initializer == STANDARD_NORMAL:
        return keras.initializers.RandomNormal(stddev=1.0, seed=seed)(weight.shape)
    config = {} if weight.initializer in ZEROS_AND_ONES else {"seed": seed}
    return keras.initializers.get({"class_name": weight.initializer, "config": config})(weight.shape)
