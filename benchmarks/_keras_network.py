"""The paper's network as a Keras user would write it, with plain ``keras.layers.GRU``, for comparison with skemovae.

It lives in a module of its own, so that worker processes can import it.
"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops
from sklearn.base import BaseEstimator
from sklearn.metrics import recall_score

from skemovae.emotion import label_spellings, quadrant_index, valence_arousal

LABEL_CHANNELS = 4
HIDDEN_UNITS = 100
N_CLASSES = 4
POSITIONS = np.asarray(valence_arousal(range(1, N_CLASSES + 1)), "float32")


class KerasVAE(keras.Model):
    """Encoder, decoder and training step.

    Parameters
    ----------
    n_steps, n_symbols, n_components, units : int
    condition : {"both", "decoder"}
    valence_weight, arousal_weight, kl_weight : float
    cudnn : bool, default=True
        False allows ``jit_compile=True``, which Keras otherwise ignores for a GRU.
    """

    def __init__(
        self, n_steps, n_symbols, n_components, units, condition, valence_weight, arousal_weight, kl_weight, cudnn=True
    ):
        super().__init__()
        self.condition = condition
        self.n_components = n_components
        self.loss_weights = (kl_weight, valence_weight, arousal_weight)
        gru = {"use_cudnn": "auto" if cudnn else False}
        self.encoder = _encoder(n_steps, n_symbols, n_components, units, condition, gru)
        self.decoder = _decoder(n_steps, n_symbols, n_components, units, gru)
        self.tracker = keras.metrics.Mean(name="loss")

    @property
    def metrics(self):
        """The metrics that Keras resets in every epoch."""
        return [self.tracker]

    def loss_of(self, symbols, labels, noise):
        """Return the loss of a batch."""
        mean, log_variance = self.encoder([symbols, labels] if self.condition == "both" else symbols)
        latent = mean + ops.exp(log_variance / 2) * noise
        logits = self.decoder([latent, labels])
        entropy = ops.sparse_categorical_crossentropy(symbols, logits, from_logits=True)
        kl = -0.5 * ops.sum(1 + log_variance - mean**2 - ops.exp(log_variance), axis=1)
        targets = ops.take(POSITIONS, labels, axis=0)
        valence, arousal = (_negative_cosine(targets[:, i], mean[:, i]) for i in (0, 1))
        terms = ops.mean(kl), valence, arousal
        weighted = (weight * term for weight, term in zip(self.loss_weights, terms, strict=True))
        return ops.mean(ops.sum(entropy, axis=1)) + sum(weighted)

    def step(self, symbols, labels):
        """Do one step of training and return the loss."""
        with tf.GradientTape() as tape:
            loss = self.loss_of(symbols, labels, tf.random.normal((tf.shape(symbols)[0], self.n_components)))
        weights = self.trainable_variables
        self.optimizer.apply(tape.gradient(loss, [weight.value for weight in weights]), weights)
        return loss

    def train_step(self, data):
        """Do one step of Keras's own training."""
        self.tracker.update_state(self.step(*data[:2]))  # no sample weights
        return {"loss": self.tracker.result()}


class KerasEstimator(BaseEstimator):
    """A minimal estimator for grid searches: a fresh model for every fit.

    Parameters
    ----------
    units, max_iter, batch_size : int
    valence_weight, arousal_weight, kl_weight, learning_rate : float
    jit_compile : bool or "auto"
        Keras's own; "auto" means no XLA on a CPU.
    random_state : int
    """

    def __init__(
        self,
        *,
        units=128,
        max_iter=200,
        batch_size=16,
        valence_weight=4.375,
        arousal_weight=5.0,
        kl_weight=0.0625,
        learning_rate=0.001,
        jit_compile="auto",
        random_state=0,
    ):
        self.units = units
        self.max_iter = max_iter
        self.batch_size = batch_size
        self.valence_weight = valence_weight
        self.arousal_weight = arousal_weight
        self.kl_weight = kl_weight
        self.learning_rate = learning_rate
        self.jit_compile = jit_compile
        self.random_state = random_state

    def fit(self, X, y):
        """Train a new model."""
        keras.utils.set_random_seed(self.random_state)
        self.vocabulary_ = np.unique(X)
        weights = {name: getattr(self, name) for name in ("valence_weight", "arousal_weight", "kl_weight")}
        self.model_ = KerasVAE(
            X.shape[1],
            len(self.vocabulary_),
            2,
            self.units,
            "decoder",
            cudnn=self.jit_compile is not True,
            **weights,
        )
        self.model_.compile(optimizer=keras.optimizers.RMSprop(self.learning_rate), jit_compile=self.jit_compile)
        labels = label_spellings(y)[1].astype("int32")
        self.model_.fit(
            self._to_symbols(X), labels, batch_size=self.batch_size, epochs=self.max_iter, shuffle=True, verbose=0
        )
        return self

    def score(self, X, y):
        """Return the mean accuracy of the quadrants."""
        points = self.model_.encoder.predict(self._to_symbols(X), verbose=0)[0]
        expected = quadrant_index(POSITIONS)[label_spellings(y)[1]]
        return float(recall_score(expected, quadrant_index(points), labels=np.unique(expected), average="macro"))

    def _to_symbols(self, X):
        return np.searchsorted((self.vocabulary_[1:] + self.vocabulary_[:-1]) / 2, X).astype("int32")


def _encoder(n_steps, n_symbols, n_components, units, condition, gru):
    symbols = keras.Input((n_steps,), dtype="int32")
    labels = keras.Input((), dtype="int32")
    tokens = ops.one_hot(symbols, n_symbols)
    if condition == "both":
        spread = layers.Dense(n_steps * LABEL_CHANNELS)(ops.one_hot(labels, N_CLASSES))
        tokens = layers.Concatenate()([tokens, layers.Reshape((n_steps, LABEL_CHANNELS))(spread)])
    hidden = layers.Dense(HIDDEN_UNITS, activation="relu")(layers.GRU(units, **gru)(tokens))
    outputs = [layers.Dense(n_components)(hidden), layers.Dense(n_components)(hidden)]
    return keras.Model([symbols, labels] if condition == "both" else symbols, outputs)


def _decoder(n_steps, n_symbols, n_components, units, gru):
    latent = keras.Input((n_components,))
    labels = keras.Input((), dtype="int32")
    point = layers.Concatenate()([latent, ops.one_hot(labels, N_CLASSES)])
    states = layers.GRU(units, return_sequences=True, **gru)(layers.RepeatVector(n_steps)(point))
    return keras.Model([latent, labels], layers.Dense(n_symbols)(states))


def _negative_cosine(target, latent):
    return -ops.sum(target * latent) / ops.sqrt(ops.sum(target**2) * ops.sum(latent**2) + 1e-12)
