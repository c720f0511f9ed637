"""The conditional recurrent variational autoencoder."""

import keras
import numpy as np
from keras import layers, ops

from .regularizers import cosine_loss

LABEL_CHANNELS = 4  # width of the label's place beside each one-hot token, as in the reference implementation
HIDDEN_UNITS = 100
PREDICT_BATCH = 64  # every prediction runs in batches of this size, so one row and thousands give the same numbers


class VAENetwork(keras.Model):
    """Encoder, decoder and loss of a conditional GRU variational autoencoder.

    The encoder reads one-hot symbols (with the one-hot label spread beside them, if `condition` is "both") into a GRU,
    whose last state gives the mean and the logarithm of the variance of the latent point. The decoder reads the latent
    point (with the one-hot label, unless `condition` is None), repeated at every step, into a GRU and a softmax a step;
    it is not autoregressive.

    Parameters
    ----------
    n_steps, n_symbols, n_classes, n_components, units : int
    condition : {"both", "decoder", None}
    class_positions : array of shape (n_classes, 2)
        Valence and arousal of each class, the targets of the regulariser.
    regularizer : {"cosine", None}
    kl_weight, valence_weight, arousal_weight : float
    seed : int
        Seeds the initial weights and the latent noise; no global generator is touched.
    """

    def __init__(
        self,
        *,
        n_steps,
        n_symbols,
        n_classes,
        n_components,
        units,
        condition,
        class_positions,
        regularizer,
        kl_weight,
        valence_weight,
        arousal_weight,
        seed,
    ):
        super().__init__()
        self.n_symbols = n_symbols
        self.n_classes = n_classes
        self.condition = condition
        self.class_positions = np.asarray(class_positions, dtype="float32")
        self.regularizer = regularizer
        self.kl_weight = kl_weight
        self.valence_weight = valence_weight
        self.arousal_weight = arousal_weight
        seeds = iter(np.random.SeedSequence(seed).generate_state(16).tolist())
        self.noise = keras.random.SeedGenerator(next(seeds))
        self.encoder = _build_encoder(n_steps, n_symbols, n_classes, n_components, units, condition, seeds)
        self.decoder = _build_decoder(n_steps, n_symbols, n_classes, n_components, units, condition, seeds)
        terms = ["loss", "reconstruction", "kl"] + (["valence", "arousal"] if regularizer else [])
        self.trackers = {name: keras.metrics.Mean(name=name) for name in terms}

    @property
    def metrics(self):
        """The means of the loss terms, which Keras resets and reports."""
        return list(self.trackers.values())

    def call(self, inputs, training=False):
        """Return (logits, latent mean, logarithm of the latent variance); only training draws the latent point."""
        symbols, labels, _ = inputs
        mean, log_variance = self.encoder(self._with_label(symbols, labels, self.condition == "both"))
        latent = mean
        if training:
            latent = mean + ops.exp(log_variance / 2) * keras.random.normal(ops.shape(mean), seed=self.noise)
        return self.decoder(self._with_label(latent, labels, self.condition is not None)), mean, log_variance

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the loss of equation 1, each term averaged over the examples of the batch.

        L = L_R + kl_weight * L_KLD + valence_weight * L_EmoV + arousal_weight * L_EmoA, where L_R is the cross-entropy
        summed over the steps and L_KLD is summed over the latent dimensions (equation 2).
        """
        symbols, labels, weight = x
        logits, mean, log_variance = y_pred
        n_examples = ops.sum(weight)
        entropy = ops.sparse_categorical_crossentropy(symbols, logits, from_logits=True)
        terms = {
            "reconstruction": ops.sum(weight * ops.sum(entropy, axis=1)) / n_examples,
            "kl": ops.sum(weight * _kl_divergence(mean, log_variance)) / n_examples,
        }
        loss = terms["reconstruction"] + self.kl_weight * terms["kl"]
        if self.regularizer == "cosine":
            targets = ops.take(self.class_positions, labels, axis=0)
            terms["valence"] = cosine_loss(targets[:, 0], mean[:, 0], weight)
            terms["arousal"] = cosine_loss(targets[:, 1], mean[:, 1], weight)
            loss = loss + self.valence_weight * terms["valence"] + self.arousal_weight * terms["arousal"]
        for name, value in {**terms, "loss": loss}.items():
            self.trackers[name].update_state(value, sample_weight=n_examples)
        return loss

    def encode(self, symbols, labels):
        """Return the mean and the logarithm of the variance of the latent points, two arrays (n, n_components)."""
        inputs = [np.asarray(symbols, "int32"), np.asarray(labels, "int32")]
        return _predict(self.encoder, inputs if self.condition == "both" else inputs[:1])

    def decode(self, latent, labels):
        """Return the logits of the symbols, an array (n, n_steps, n_symbols)."""
        inputs = [np.asarray(latent, "float32"), np.asarray(labels, "int32")]
        return _predict(self.decoder, inputs if self.condition is not None else inputs[:1])[0]

    def negative_elbo(self, symbols, labels):
        """Return for each row its reconstruction loss and weighted KL divergence at the latent mean, shape (n,)."""
        mean, log_variance = self.encode(symbols, labels)
        logits = self.decode(mean, labels).astype("float64")
        logits -= logits.max(axis=-1, keepdims=True)
        log_likelihood = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
        entropy = -np.take_along_axis(log_likelihood, np.asarray(symbols)[..., None], axis=-1)[..., 0].sum(axis=1)
        return entropy + self.kl_weight * np.asarray(_kl_divergence(mean, log_variance))

    @staticmethod
    def _with_label(tensor, labels, with_label):
        return [tensor, labels] if with_label else [tensor]


def _kl_divergence(mean, log_variance):
    """Return the divergence of N(mean, variance) from N(0, 1) for each row, summed over the dimensions (equation 2)."""
    return -0.5 * ops.sum(1 + log_variance - mean**2 - ops.exp(log_variance), axis=1)


def _build_encoder(n_steps, n_symbols, n_classes, n_components, units, condition, seeds):
    symbols = keras.Input((n_steps,), dtype="int32")
    labels = keras.Input((), dtype="int32")
    tokens = ops.one_hot(symbols, n_symbols)
    if condition == "both":
        spread = _dense(n_steps * LABEL_CHANNELS, seeds)(ops.one_hot(labels, n_classes))
        tokens = ops.concatenate([tokens, ops.reshape(spread, (-1, n_steps, LABEL_CHANNELS))], axis=-1)
    hidden = _dense(HIDDEN_UNITS, seeds, activation="relu")(_gru(units, seeds)(tokens))
    outputs = [_dense(n_components, seeds)(hidden), _dense(n_components, seeds)(hidden)]
    return keras.Model([symbols, labels] if condition == "both" else [symbols], outputs, name="encoder")


def _build_decoder(n_steps, n_symbols, n_classes, n_components, units, condition, seeds):
    latent = keras.Input((n_components,))
    labels = keras.Input((), dtype="int32")
    point = latent
    if condition is not None:
        point = ops.concatenate([latent, ops.one_hot(labels, n_classes)], axis=-1)
    states = _gru(units, seeds, return_sequences=True)(layers.RepeatVector(n_steps)(point))
    logits = _dense(n_symbols, seeds)(states)
    return keras.Model([latent, labels] if condition is not None else [latent], logits, name="decoder")


def _dense(units, seeds, activation=None):
    return layers.Dense(units, activation=activation, kernel_initializer=keras.initializers.GlorotUniform(next(seeds)))


def _gru(units, seeds, return_sequences=False):
    return layers.GRU(
        units,
        return_sequences=return_sequences,
        kernel_initializer=keras.initializers.GlorotUniform(next(seeds)),
        recurrent_initializer=keras.initializers.Orthogonal(seed=next(seeds)),
        seed=next(seeds),  # else Keras draws one from Python's global generator
    )


def _predict(model, inputs):
    """Return the model's outputs as a list of arrays, computed in batches of one size (the last one is filled up)."""
    n_rows = len(inputs[0])
    batches = []
    for start in range(0, n_rows, PREDICT_BATCH):
        rows = np.minimum(np.arange(start, start + PREDICT_BATCH), n_rows - 1)
        outputs = model.predict_on_batch([array[rows] for array in inputs])
        batches.append(outputs if isinstance(outputs, list) else [outputs])
    return [np.concatenate(output)[:n_rows] for output in zip(*batches, strict=True)]
