"""The conditional recurrent variational autoencoder: encoder, decoder, loss, and their compiled functions."""

from types import SimpleNamespace
from typing import NamedTuple

import keras
import numpy as np
from keras import layers, ops
from scipy.special import log_softmax

from .gru import GRU, RepeatedInputGRU
from .regularizers import cosine_loss

LABEL_CHANNELS = 4  # width of the label's place beside each one-hot symbol, as in the reference implementation
HIDDEN_UNITS = 100
PREDICT_BATCH = 128  # every prediction runs in batches of this size, so one row and thousands give the same numbers
TERMS = ("loss", "reconstruction", "kl", "valence", "arousal")


class NetworkSpec(NamedTuple):
    """What a network's graph depends on; networks of the same spec are interchangeable but for their variables."""

    n_steps: int
    n_symbols: int
    n_classes: int
    n_components: int
    units: int
    condition: str | None
    regularizer: str | None


class VAENetwork(keras.Model):
    """Encoder, decoder and loss of a conditional GRU variational autoencoder.

    The encoder reads one-hot symbols (with the one-hot label spread beside them, if `condition` is "both") into a GRU,
    whose last state gives the mean and the logarithm of the variance of the latent point. The decoder reads the latent
    point (with the one-hot label, unless `condition` is None), the same at every step, into a GRU and a softmax a step;
    it is not autoregressive.

    A batch is a tuple of

    - symbols, int32 of shape (batch, n_steps),
    - labels, int32 of shape (batch,),
    - weight, float32 of shape (batch,), 1 for an example and 0 for a filler row,
    - noise, float32 of shape (batch, n_components), standard normal for training and 0 for validation.

    Everything that varies between trainings of the same graph is a variable, so that one network serves many fits.

    Parameters
    ----------
    spec : NetworkSpec
    """

    def __init__(self, spec):
        super().__init__()
        self.spec = spec
        self.encoder = _build_encoder(spec)
        self.decoder = _build_decoder(spec)
        self.coefficients = self._make_variable("coefficients", (3,))  # of kl, valence, arousal
        self.class_positions = self._make_variable("class_positions", (spec.n_classes, 2))
        self.trackers = {name: keras.metrics.Mean(name=name) for name in self.term_names}
        self.compile(optimizer=keras.optimizers.RMSprop())
        self.optimizer.build(self.trainable_variables)
        self.functions = {}  # compiled ones, by name
        # The list of arrays that the weights hold, None once training changes them; Keras would wrap a list attribute.
        self.loaded = SimpleNamespace(arrays=None)

    def _make_variable(self, name, shape):
        return self.add_weight(shape=shape, initializer="zeros", trainable=False, name=name)

    @property
    def term_names(self):
        """The names of the loss terms."""
        return TERMS if self.spec.regularizer else TERMS[:3]

    @property
    def metrics(self):
        """The means of the loss terms, which Keras resets and reports."""
        return list(self.trackers.values())

    def start(self, *, class_positions, kl_weight, valence_weight, arousal_weight, learning_rate):
        """Set all variables but the weights for a new training."""
        self.class_positions.assign(np.asarray(class_positions, "float32"))
        self.coefficients.assign(np.array([kl_weight, valence_weight, arousal_weight], "float32"))
        for variable in self.optimizer.variables:
            variable.assign(ops.zeros_like(variable))
        self.optimizer.learning_rate.assign(learning_rate)

    def initialize_weights(self, seed):
        """Set fresh weights: Glorot uniform kernels, orthogonal recurrent kernels, biases of zero, as Keras' layers."""
        self.loaded.arrays = None
        seeds = np.random.SeedSequence(seed).generate_state(len(self.trainable_variables)).tolist()
        for variable, number in zip(self.trainable_variables, seeds, strict=True):
            kind = variable.path.rsplit("/", 1)[-1]
            variable.assign(_initializer(kind, number)(variable.shape))

    def export_weights(self):
        """Return the weights as a list of read-only arrays."""
        arrays = [variable.numpy().copy() for variable in self.trainable_variables]
        for array in arrays:
            array.flags.writeable = False  # the list is taken for what the variables hold
        self.loaded.arrays = arrays
        return arrays

    def load_weights_from(self, arrays):
        """Set the weights to what :meth:`export_weights` returned; a list that is in place already costs nothing."""
        if self.loaded.arrays is not arrays:
            self.loaded.arrays = None  # until all are assigned
            for variable, array in zip(self.trainable_variables, arrays, strict=True):
                variable.assign(array)
            self.loaded.arrays = arrays

    def call(self, batch):
        """Return (logits, latent mean, logarithm of the latent variance)."""
        symbols, labels, _, noise = batch
        mean, log_variance = self.encoder(self._with_label(symbols, labels, self.spec.condition == "both"))
        latent = mean + ops.exp(log_variance / 2) * noise
        return self.decoder(self._with_label(latent, labels, self.spec.condition is not None)), mean, log_variance

    def loss_terms(self, batch, outputs):
        """Return the loss of equation 1 and its terms, each averaged over the examples of the batch, as a dict.

        L = L_R + kl_weight * L_KLD + valence_weight * L_EmoV + arousal_weight * L_EmoA, where L_R is the cross-entropy
        summed over the steps and L_KLD is summed over the latent dimensions (equation 2).
        """
        symbols, labels, weight, _ = batch
        logits, mean, log_variance = outputs
        n_examples = ops.sum(weight)
        entropy = ops.sparse_categorical_crossentropy(symbols, logits, from_logits=True)
        terms = {
            "reconstruction": ops.sum(weight * ops.sum(entropy, axis=1)) / n_examples,
            "kl": ops.sum(weight * _kl_divergence(mean, log_variance, ops)) / n_examples,
        }
        loss = terms["reconstruction"] + self.coefficients[0] * terms["kl"]
        if self.spec.regularizer == "cosine":
            targets = ops.take(ops.convert_to_tensor(self.class_positions), labels, axis=0)
            terms["valence"] = cosine_loss(targets[:, 0], mean[:, 0], weight)
            terms["arousal"] = cosine_loss(targets[:, 1], mean[:, 1], weight)
            loss = loss + self.coefficients[1] * terms["valence"] + self.coefficients[2] * terms["arousal"]
        return {"loss": loss, **terms}

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the loss of a batch; what Keras' own training step calls."""
        terms = self.loss_terms(x, y_pred)
        for name, value in terms.items():
            self.trackers[name].update_state(value)
        return terms["loss"]

    def encode(self, symbols, labels):
        """Return the mean and the logarithm of the variance of the latent points, two arrays (n, n_components)."""
        inputs = [np.asarray(symbols, "int32"), np.asarray(labels, "int32")]
        batches = self._predict(self.encoder, inputs if self.spec.condition == "both" else inputs[:1])
        return [np.concatenate(output) for output in zip(*batches, strict=True)]

    def decode(self, latent, labels):
        """Yield the logits of the symbols batch by batch, each (rows, n_steps, n_symbols)."""
        inputs = [np.asarray(latent, "float32"), np.asarray(labels, "int32")]
        for (logits,) in self._predict(self.decoder, inputs if self.spec.condition is not None else inputs[:1]):
            yield logits

    def negative_elbo(self, symbols, labels, kl_weight):
        """Return for each row its reconstruction loss and weighted KL divergence at the latent mean, shape (n,)."""
        mean, log_variance = self.encode(symbols, labels)
        entropy, start = [], 0
        for logits in self.decode(mean, labels):
            chosen = np.asarray(symbols)[start : start + len(logits), :, None]
            entropy.append(-np.take_along_axis(log_softmax(logits, axis=-1), chosen, axis=-1).sum(axis=(1, 2)))
            start += len(logits)
        return np.concatenate(entropy) + kl_weight * _kl_divergence(mean, log_variance, np)

    def use_xla(self, jit_compile):
        """Say whether what is traced next is compiled with XLA; the GRU's equations are spelt otherwise there."""
        for model in (self.encoder, self.decoder):
            for layer in model.layers:
                if isinstance(layer, GRU):
                    layer.jit_compile = jit_compile

    def _predict(self, model, inputs):
        """Yield the model's outputs as lists of arrays, computed in batches of one size (the last is filled up)."""
        n_rows = len(inputs[0])
        function = self._predict_function(model)
        for start in range(0, n_rows, PREDICT_BATCH):
            rows = np.minimum(np.arange(start, start + PREDICT_BATCH), n_rows - 1)
            outputs = function([array[rows] for array in inputs])
            outputs = outputs if isinstance(outputs, list) else [outputs]
            yield [ops.convert_to_numpy(output)[: n_rows - start] for output in outputs]

    def _predict_function(self, model):
        if keras.backend.backend() != "tensorflow":
            return model.predict_on_batch
        import tensorflow as tf

        self.use_xla(False)
        if model.name not in self.functions:  # without Keras' overhead a call
            self.functions[model.name] = tf.function(lambda inputs: model(inputs, training=False), autograph=False)
        return self.functions[model.name]

    @staticmethod
    def _with_label(tensor, labels, with_label):
        return [tensor, labels] if with_label else [tensor]


def _kl_divergence(mean, log_variance, library):
    """Return the divergence of N(mean, variance) from N(0, 1) for each row, summed over the dimensions (equation 2)."""
    return -0.5 * library.sum(1 + log_variance - mean**2 - library.exp(log_variance), axis=1)


def _build_encoder(spec):
    symbols = keras.Input((spec.n_steps,), dtype="int32")
    labels = keras.Input((), dtype="int32")
    tokens = ops.one_hot(symbols, spec.n_symbols)
    if spec.condition == "both":
        spread = _dense(spec.n_steps * LABEL_CHANNELS)(ops.one_hot(labels, spec.n_classes))
        tokens = ops.concatenate([tokens, ops.reshape(spread, (-1, spec.n_steps, LABEL_CHANNELS))], axis=-1)
    hidden = _dense(HIDDEN_UNITS, activation="relu")(GRU(spec.units, **_seeded())(tokens))
    outputs = [_dense(spec.n_components)(hidden), _dense(spec.n_components)(hidden)]
    return keras.Model([symbols, labels] if spec.condition == "both" else [symbols], outputs, name="encoder")


def _build_decoder(spec):
    latent = keras.Input((spec.n_components,))
    labels = keras.Input((), dtype="int32")
    point = latent
    if spec.condition is not None:
        point = ops.concatenate([latent, ops.one_hot(labels, spec.n_classes)], axis=-1)
    states = RepeatedInputGRU(spec.units, spec.n_steps, return_sequences=True, **_seeded())(point)
    logits = _dense(spec.n_symbols)(states)
    return keras.Model([latent, labels] if spec.condition is not None else [latent], logits, name="decoder")


def _dense(units, activation=None):
    return layers.Dense(units, activation=activation, kernel_initializer="zeros")


def _seeded():
    """Return arguments that keep a GRU from drawing seeds from Python's global generator; weights come later."""
    return {"kernel_initializer": "zeros", "recurrent_initializer": "zeros", "seed": 0}


def _initializer(kind, seed):
    if kind == "kernel":
        return keras.initializers.GlorotUniform(seed)
    if kind == "recurrent_kernel":
        return keras.initializers.Orthogonal(seed=seed)
    return keras.initializers.Zeros()
