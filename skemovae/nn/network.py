"""The conditional recurrent variational autoencoder: encoder, decoder, loss, and their compiled functions."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace
from typing import NamedTuple

import keras
import numpy as np
from keras import layers, ops

from .device import prediction_threads, tensorflow_has_gpu
from .gru import GRU, ProjectedGRU, RepeatedInputGRU
from .regularizers import LatentAxis

LABEL_CHANNELS = 4  # width of the label's place beside each one-hot symbol, as in the reference implementation
HIDDEN_UNITS = 100
PREDICT_BATCH = 128  # every prediction runs in batches of this size, so one row and thousands give the same numbers
MIN_TEMPERATURE = 1e-6  # float32 divides by it without overflow
TERMS = ("loss", "reconstruction", "kl", "valence", "arousal")


class NetworkSpec(NamedTuple):
    """What a network's graph depends on; networks of the same spec are interchangeable but for their variables."""

    n_steps: int
    n_symbols: int
    n_classes: int
    n_components: int
    units: int
    condition: str | None


def weight_shapes(spec):
    """Return the shapes of :meth:`VAENetwork.export_weights` without building a network.

    Parameters
    ----------
    spec : NetworkSpec

    Returns
    -------
    list of tuple of int

    Examples
    --------
    >>> from skemovae.nn.network import NetworkSpec, weight_shapes
    >>> weight_shapes(NetworkSpec(n_steps=64, n_symbols=31, n_classes=4, n_components=2, units=512, condition=None))[0]
    (31, 1536)
    """

    def dense(n_inputs, n_outputs):
        return [(n_inputs, n_outputs), (n_outputs,)]

    def gru(n_inputs):
        return [(n_inputs, 3 * spec.units), (spec.units, 3 * spec.units), (2, 3 * spec.units)]

    in_encoder, in_decoder = spec.condition == "both", spec.condition is not None
    return [
        *(dense(spec.n_classes, spec.n_steps * LABEL_CHANNELS) if in_encoder else []),
        *gru(spec.n_symbols + LABEL_CHANNELS * in_encoder),
        *dense(spec.units, HIDDEN_UNITS),
        *dense(HIDDEN_UNITS, spec.n_components),
        *dense(HIDDEN_UNITS, spec.n_components),
        *gru(spec.n_components + spec.n_classes * in_decoder),
        *dense(spec.units, spec.n_symbols),
    ]


class VAENetwork(keras.Model):
    """Encoder, decoder and loss of a conditional GRU variational autoencoder.

    The encoder reads one-hot symbols (with the one-hot label spread beside them, if `condition` is "both") into a GRU,
    whose last state gives the mean and the logarithm of the variance of the latent point. The decoder reads the latent
    point (with the one-hot label, unless `condition` is None), the same at every step, into a GRU and a softmax a step;
    it is not autoregressive.

    A batch is a tuple of

    - symbols, int32 of shape (batch, n_steps),
    - labels, int32 of shape (batch,), the classes,
    - targets, float32 of shape (batch, 2), the wanted valence and arousal,
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
        self.symbol_attributes = self._make_variable("symbol_attributes", (spec.n_symbols, 2))
        self.trackers = {name: keras.metrics.Mean(name=name) for name in TERMS}
        self.compile(optimizer=keras.optimizers.RMSprop())
        self.optimizer.build(self.trainable_variables)
        self.functions = {}  # for predictions, compiled, by name
        self.epoch_functions = {}  # compiled, by what they depend on; kept for training.py
        # In a namespace, because Keras would track or wrap them: the list of arrays that the weights hold, None once
        # training changes them; and the regulariser.
        self.loaded = SimpleNamespace(arrays=None, regularizer=None)

    def _make_variable(self, name, shape):
        return self.add_weight(shape=shape, initializer="zeros", trainable=False, name=name)

    @property
    def term_names(self):
        """The names of the loss terms."""
        n_axes = 0 if self.loaded.regularizer is None else min(2, self.spec.n_components)
        return TERMS[: 3 + n_axes]

    @property
    def metrics(self):
        """The means of the loss terms, which Keras resets and reports."""
        return [self.trackers[name] for name in self.term_names]

    def start(self, *, regularizer, symbol_attributes, kl_weight, valence_weight, arousal_weight, learning_rate):
        """Set all but the weights for a new training.

        Parameters
        ----------
        regularizer : callable of :mod:`skemovae.nn.regularizers`, or None
        symbol_attributes : array of shape (n_symbols, 2)
            What each occurrence of a symbol adds to the valence and to the arousal of a row.
        kl_weight, valence_weight, arousal_weight, learning_rate : float
        """
        if self.loaded.regularizer != regularizer:
            self.loaded.regularizer = regularizer
            self.train_function = self.test_function = None  # Keras' own, which hold the old loss
        self.symbol_attributes.assign(np.asarray(symbol_attributes, "float32"))
        self.coefficients.assign(np.array([kl_weight, valence_weight, arousal_weight], "float32"))
        for variable in self.optimizer.variables:
            variable.assign(ops.zeros(variable.shape, variable.dtype))
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

    def call(self, batch, training=None):
        """Return (logits, latent mean, logarithm of the latent variance)."""
        symbols, labels, _, _, noise = batch
        mean, log_variance = self.encoder(_encoder_inputs(self.spec, symbols, labels), training=training)
        latent = _latent_points(mean, log_variance, noise)
        return self.decoder(_decoder_inputs(self.spec, latent, labels), training=training), mean, log_variance

    def loss_terms(self, batch, outputs):
        """Return the loss of equation 1 and its terms, each averaged over the examples of the batch, as a dict.

        L = L_R + kl_weight * L_KLD + valence_weight * L_EmoV + arousal_weight * L_EmoA, where L_R is the cross-entropy
        summed over the steps and L_KLD is summed over the latent dimensions (equation 2).
        """
        symbols, _, _, weight, _ = batch
        logits, mean, log_variance = outputs
        n_examples = ops.sum(weight)
        entropy = ops.sparse_categorical_crossentropy(symbols, logits, from_logits=True)
        terms = {
            "reconstruction": ops.sum(weight * ops.sum(entropy, axis=1)) / n_examples,
            "kl": ops.sum(weight * _kl_divergence(mean, log_variance)) / n_examples,
        }
        loss = terms["reconstruction"] + self.coefficients[0] * terms["kl"]
        if self.loaded.regularizer is not None:
            axes = self._latent_axes(batch, mean, log_variance)
            for i, (name, axis) in enumerate(zip(self.term_names[3:], axes, strict=True)):
                terms[name] = self.loaded.regularizer(axis)
                shape = ops.shape(terms[name])
                if len(shape):
                    raise ValueError(
                        f"regularizer={self.loaded.regularizer!r} returned shape {shape}: expected one number, "
                        "e.g. the mean over the rows weighted by axis.weight"
                    )
                loss = loss + self.coefficients[1 + i] * terms[name]
        return {"loss": loss, **terms}

    def _latent_axes(self, batch, mean, log_variance):
        """Return what the regulariser is given for valence and, where there are two dimensions, for arousal."""
        symbols, labels, targets, weight, noise = batch
        attributes = ops.convert_to_tensor(self.symbol_attributes)
        # by counts, so that rows of the same symbols in another order tie to the last digit
        heard = ops.matmul(ops.sum(ops.one_hot(symbols, self.spec.n_symbols), axis=1), attributes)
        latent = _latent_points(mean, log_variance, noise)

        def decoded_attribute(axis, shift):
            moved = latent + shift * ops.one_hot(axis, self.spec.n_components)
            logits = self.decoder(_decoder_inputs(self.spec, moved, labels), training=True)
            return ops.sum(ops.matmul(ops.softmax(logits), attributes[:, axis]), axis=1)

        return [
            LatentAxis(
                latent=mean[:, axis],
                sample=latent[:, axis],
                target=targets[:, axis],
                attribute=heard[:, axis],
                weight=weight,
                decoded_attribute=partial(decoded_attribute, axis),
            )
            for axis in range(min(2, self.spec.n_components))
        ]

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the loss of a batch; what Keras' own training step calls."""
        terms = self.loss_terms(x, y_pred)
        for name, value in terms.items():
            self.trackers[name].update_state(value)
        return terms["loss"]

    def encode(self, symbols, labels):
        """Return the mean and the logarithm of the variance of the latent points, two arrays (n, n_components)."""
        return self._predict("encoder", _encoder_inputs(self.spec, *_as_int32(symbols, labels)))

    def decode(self, latent, labels, temperature=0.0, generator=None):
        """Return the likeliest symbol of every step, or one drawn at a temperature; int32 of shape (n, n_steps)."""
        inputs = _decoder_inputs(self.spec, np.asarray(latent, "float32"), *_as_int32(labels))
        if temperature == 0:
            return self._predict("chooser", inputs)[0]
        uniform = 1 - generator.random((len(latent), self.spec.n_steps), dtype="float32")  # in (0, 1]
        temperatures = np.full(len(latent), max(temperature, MIN_TEMPERATURE), "float32")
        return self._predict("drawer", [*inputs, uniform, temperatures])[0]

    def negative_elbo(self, symbols, labels, kl_weight):
        """Return for each row its reconstruction loss and weighted KL divergence at the latent mean, shape (n,)."""
        entropy, divergence = self._predict("judge", _as_int32(symbols, labels))
        return entropy + kl_weight * divergence

    def use_xla(self, jit_compile):
        """Say whether what is traced next is compiled with XLA; the GRU's equations are spelt otherwise there."""
        for model in (self.encoder, self.decoder):
            for layer in model.layers:
                if isinstance(layer, GRU):
                    layer.jit_compile = jit_compile

    def _predict(self, name, inputs):
        """Return the outputs of a model for predictions as a list of arrays.

        It runs in batches of one size, the last one filled up, side by side in a few threads: one batch's products are
        too small to keep all cores busy.
        """
        function = self._predict_function(name)
        n_rows = len(inputs[0])

        def run(start):
            rows = np.minimum(np.arange(start, start + PREDICT_BATCH), n_rows - 1)
            outputs = keras.tree.flatten(function([array[rows] for array in inputs]))
            return [ops.convert_to_numpy(output)[: n_rows - start] for output in outputs]

        starts = range(0, n_rows, PREDICT_BATCH)
        with ThreadPoolExecutor(prediction_threads()) as pool:
            batches = list(pool.map(run, starts))
        return [np.concatenate(parts) for parts in zip(*batches, strict=True)]

    def _predict_function(self, name):
        if name not in self.functions:
            model = self.encoder if name == "encoder" else _BUILDERS[name](self.spec, self.encoder, self.decoder)
            self.functions[name] = self._compile_prediction(model)
        return self.functions[name]

    def _compile_prediction(self, model):
        """Return a function of a list of arrays, without Keras' overhead a call where the backend is TensorFlow."""
        if keras.backend.backend() != "tensorflow":
            return model.predict_on_batch
        import tensorflow as tf

        jit_compile = not tensorflow_has_gpu()
        self.use_xla(jit_compile)
        function = tf.function(
            lambda *inputs: model(list(inputs), training=False), jit_compile=jit_compile, autograph=False
        )
        specs = [tf.TensorSpec((PREDICT_BATCH, *tensor.shape[1:]), tensor.dtype) for tensor in model.inputs]
        compiled = function.get_concrete_function(*specs)
        return lambda inputs: compiled(*map(tf.constant, inputs))


def _as_int32(*arrays):
    return [np.asarray(array, "int32") for array in arrays]


def _latent_points(mean, log_variance, noise):
    return mean + ops.exp(log_variance / 2) * noise


def _encoder_inputs(spec, symbols, labels):
    return [symbols, labels] if spec.condition == "both" else [symbols]


def _decoder_inputs(spec, latent, labels):
    return [latent, labels] if spec.condition is not None else [latent]


def _kl_divergence(mean, log_variance):
    """Return the divergence of N(mean, variance) from N(0, 1) for each row, summed over the dimensions (equation 2)."""
    return -0.5 * ops.sum(1 + log_variance - mean**2 - ops.exp(log_variance), axis=1)


def _build_encoder(spec):
    symbols = keras.Input((spec.n_steps,), dtype="int32")
    labels = keras.Input((), dtype="int32")
    tokens = ops.one_hot(symbols, spec.n_symbols)
    if spec.condition == "both":
        spread = _dense(spec.n_steps * LABEL_CHANNELS)(ops.one_hot(labels, spec.n_classes))
        tokens = ops.concatenate([tokens, ops.reshape(spread, (-1, spec.n_steps, LABEL_CHANNELS))], axis=-1)
    hidden = _dense(HIDDEN_UNITS, activation="relu")(GRU(spec.units, **_seeded())(tokens))
    outputs = [_dense(spec.n_components)(hidden), _dense(spec.n_components)(hidden)]
    return keras.Model(_encoder_inputs(spec, symbols, labels), outputs, name="encoder")


def _build_decoder(spec):
    latent = keras.Input((spec.n_components,))
    labels = keras.Input((), dtype="int32")
    point = latent
    if spec.condition is not None:
        point = ops.concatenate([latent, ops.one_hot(labels, spec.n_classes)], axis=-1)
    states = RepeatedInputGRU(spec.units, spec.n_steps, return_sequences=True, **_seeded())(point)
    logits = _dense(spec.n_symbols)(states)
    return keras.Model(_decoder_inputs(spec, latent, labels), logits, name="decoder")


def _predicted_logits(decoder):
    """Return the decoder's output, computed in the way that is quickest for predictions."""
    gru = next(layer for layer in decoder.layers if isinstance(layer, GRU))
    return ProjectedGRU(gru, decoder.layers[-1])(gru.input)


def _build_chooser(spec, encoder, decoder):
    """Return a model of the likeliest symbol of every step."""
    return keras.Model(decoder.inputs, ops.argmax(_predicted_logits(decoder), axis=-1))


def _build_drawer(spec, encoder, decoder):
    """Return a model that draws the symbol of every step from softmax(logits / temperature).

    It inverts the cumulative distribution at a uniform number in (0, 1] for each step.
    """
    uniform = keras.Input((spec.n_steps,))
    temperature = keras.Input(())
    logits = _predicted_logits(decoder)
    weights = ops.exp((logits - ops.max(logits, axis=-1, keepdims=True)) / ops.reshape(temperature, (-1, 1, 1)))
    # A product with a triangle of ones: XLA's cumulative sum is many times as slow.
    cumulative = ops.tensordot(weights, np.triu(np.ones((spec.n_symbols, spec.n_symbols), "float32")), axes=1)
    below = cumulative < ops.expand_dims(uniform, -1) * cumulative[..., -1:]
    return keras.Model([*decoder.inputs, uniform, temperature], ops.sum(ops.cast(below, "int32"), axis=-1))


def _build_judge(spec, encoder, decoder):
    """Return a model of each row's reconstruction loss and KL divergence at the latent mean."""
    symbols = keras.Input((spec.n_steps,), dtype="int32")
    labels = keras.Input((), dtype="int32")
    mean, log_variance = encoder(_encoder_inputs(spec, symbols, labels))
    logits = decoder(_decoder_inputs(spec, mean, labels))
    entropy = ops.sparse_categorical_crossentropy(symbols, logits, from_logits=True)
    return keras.Model([symbols, labels], [ops.sum(entropy, axis=1), _kl_divergence(mean, log_variance)])


_BUILDERS = {"chooser": _build_chooser, "drawer": _build_drawer, "judge": _build_judge}  # of models for predictions


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
