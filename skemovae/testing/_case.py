"""An architecture in one size, with random weights, a batch of rows, and the outputs of encoder and decoder."""

import sys
from contextlib import contextmanager

import numpy as np
import tensorflow as tf

from ..nn.architectures import Run
from ..nn.network import Network, NetworkSpec
from ..nn.objective import Batch, Objective, loss_terms
from ..nn.regularizers import REGULARIZERS
from ._common import N_ROWS

FRAMEWORKS = ("keras", "tensorflow")


class Case:
    """An architecture in one size: its network, random weights, and a batch of rows.

    ``validate(batch)`` and ``train(batch)`` run the Keras encoder and decoder. The first returns the mean, the
    logarithm of the variance and the logits at the mean; the second returns the terms of the loss, the gradients by
    name (for weights that have one), and the next state by name.
    """

    def __init__(self, architecture, sizes):
        self.architecture, self.sizes = architecture, sizes
        self.network = Network(NetworkSpec(architecture, sizes))
        self.state = [weight.name for weight in self.network.table if not weight.trainable]
        self.updated = set()  # the names that the last trace passed to run.update
        self.network.start(
            objective=Objective(REGULARIZERS["cosine"]),
            symbol_attributes=np.zeros((sizes.n_symbols, 2)),
            kl_weight=0.1,
            valence_weight=1.0,
            arousal_weight=1.0,
        )
        self.validate = tf.function(self._validate, autograph=False)
        self.train = tf.function(self._train, autograph=False)
        self.batch = self.make_batch(N_ROWS, seed=0)
        self.draw_weights(0)

    def __str__(self):
        return f"{self.architecture!r} with {self.sizes}"

    def draw_weights(self, seed):
        """Set random weights, none of which is constant, and return them as arrays."""
        try:
            self.network.initialize_weights(seed)
        except ValueError as error:
            raise AssertionError(
                f"{self}: {error}; expected initializers by the names that keras.initializers.get accepts, or "
                "standard_normal"
            ) from error
        generator = np.random.default_rng(seed)
        weights = {name: array.copy() for name, array in self.network.export_weights().items()}
        for name, array in weights.items():
            if name in self.state:  # may be a variance, so it stays positive
                array += generator.uniform(0.1, 0.5, array.shape)
            elif np.ptp(array) == 0:
                array += generator.normal(0, 0.1, array.shape)
        self.network.load_weights(weights)
        self.weights = weights
        return weights

    def make_batch(self, n_rows, seed):
        generator, sizes = np.random.default_rng(seed), self.sizes
        return Batch(
            symbols=generator.integers(sizes.n_symbols, size=(n_rows, sizes.n_steps)).astype("int32"),
            label=generator.integers(sizes.n_classes, size=n_rows).astype("int32"),
            target=generator.choice([-1, 1], size=(n_rows, 2)).astype("float32"),
            row_weight=np.ones(n_rows, "float32"),
            noise=generator.normal(size=(n_rows, sizes.n_components)).astype("float32"),
            context=generator.normal(size=(n_rows, sizes.n_context)).astype("float32") if sizes.n_context else None,
        )

    def numpy_outputs(self, batch, weights, latent=None, symbols=None):
        """Return the mean, the logarithm of the variance, and the logits at `latent`, by default the mean."""
        architecture, sizes = self.architecture, self.sizes
        one_hot = np.eye(sizes.n_classes, dtype=np.float32)[batch.label]
        in_encoder = one_hot if sizes.n_encoder_classes else None
        in_decoder = one_hot if sizes.n_decoder_classes else None
        with _without_frameworks(architecture):
            mean, log_variance = architecture.numpy_encoder(sizes, weights, batch.symbols, in_encoder)
            latent = mean if latent is None else latent
            symbols = batch.symbols if symbols is None else symbols
            logits = architecture.numpy_decoder(sizes, weights, latent, in_decoder, batch.context, symbols)
        return mean, log_variance, logits

    def numpy_steps(self, batch, weights, latent):
        """Return the logits when each step is given the symbol of the previous step."""
        architecture, sizes = self.architecture, self.sizes
        one_hot = np.eye(sizes.n_classes, dtype=np.float32)[batch.label]
        logits = []
        with _without_frameworks(architecture):
            label = one_hot if sizes.n_decoder_classes else None
            state = architecture.numpy_start(sizes, weights, latent, label, batch.context)
            for step in range(sizes.n_steps):
                previous = batch.symbols[:, step - 1] if step else None
                of_step, state = architecture.numpy_step(sizes, weights, state, previous, step)
                logits.append(of_step.copy())
        return np.stack(logits, axis=1)

    def _validate(self, batch):
        run = Run(False, batch.row_weight, lambda name, value: None, jit_compile=False, uniform=_Uniform())
        mean, log_variance = self.network.encode(batch, run)
        return mean, log_variance, self.network.decode(mean, batch, run)

    def _train(self, batch):
        state = {}
        run = Run(True, batch.row_weight, state.__setitem__, jit_compile=False, uniform=_Uniform())
        terms = loss_terms(self.network, batch, run)
        self.updated = set(state)
        trainable = {
            weight.name: self.network.weights[weight.name] for weight in self.network.table if weight.trainable
        }
        gradients = tf.gradients(terms["loss"], [variable.value for variable in trainable.values()])
        found = {name: tf.convert_to_tensor(g) for name, g in zip(trainable, gradients, strict=True) if g is not None}
        return terms, found, state


class _Uniform:
    """Numbers in [0, 1) determined by their position, so that a row has the same ones whatever other rows there are."""

    def __init__(self):
        self.n_calls = 0

    def __call__(self, shape):
        self.n_calls += 1
        angles = tf.constant(float(self.n_calls), tf.float64)
        for axis, n in enumerate(tf.unstack(tf.convert_to_tensor(shape))):
            angles = angles[..., None] + (2 + axis) ** 0.5 * tf.range(tf.cast(n, tf.float64))
        return tf.cast(tf.math.floormod(1e4 * tf.sin(angles), 1), tf.float32)


@contextmanager
def _without_frameworks(architecture):
    """Make imports of Keras and TensorFlow fail within the block, as if they were not installed."""
    hidden = {name: sys.modules[name] for name in FRAMEWORKS}
    for name in FRAMEWORKS:
        sys.modules[name] = None  # type: ignore[assignment]  # which makes Python's import fail
    try:
        yield
    except ImportError as error:
        raise AssertionError(
            f"{architecture!r}: a NumPy function imports what it must not need ({error}): expected only NumPy, so that "
            "fitted models can be used without Keras"
        ) from error
    finally:
        sys.modules.update(hidden)
