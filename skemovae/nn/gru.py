"""GRU layers with ``keras.layers.GRU``'s weights, results and configuration, and a faster gradient on the CPU.

On the TensorFlow backend without a GPU their recurrence and its gradient are those of
:mod:`skemovae.nn._gru_tensorflow`. On other backends, on a GPU, where cuDNN or XLA serves better, and with options that
it does not cover, they are Keras' own.
"""

import keras
from keras import ops

from .device import tensorflow_has_gpu


@keras.saving.register_keras_serializable(package="skemovae")
class GRU(keras.layers.GRU):
    """``keras.layers.GRU`` with a faster gradient; the arguments are the same.

    Attributes
    ----------
    jit_compile : bool
        Compile the recurrence with XLA where nothing around it does. It is a matter of the machine and not part of the
        configuration.

    Examples
    --------
    >>> import numpy as np
    >>> from skemovae.nn.gru import GRU
    >>> tuple(GRU(3)(np.zeros((2, 5, 4), "float32")).shape)
    (2, 3)
    """

    jit_compile = False

    def call(self, sequences, initial_state=None, mask=None, training=None):
        """Run the recurrence over (batch, n_steps, n_features); ``training=False`` makes ready for no gradient."""
        if initial_state is None and mask is None and sequences.shape[1] is not None and self._has_fast_path(training):
            return self._run_fast(sequences, training)
        return super().call(sequences, initial_state=initial_state, mask=mask, training=training)

    def _has_fast_path(self, training):
        return (
            keras.backend.backend() == "tensorflow"
            and not tensorflow_has_gpu()
            and self.activation is keras.activations.tanh
            and self.recurrent_activation is keras.activations.sigmoid
            and self.use_bias
            and self.cell.reset_after
            and not (self.return_state or self.go_backwards or self.stateful or self.unroll)
            and not (training and (self.dropout or self.recurrent_dropout))
        )

    def _run_fast(self, x, training, n_steps=None, **settings):
        from ._gru_tensorflow import gru, predict_gru

        return (predict_gru if training is False else gru)(
            x,
            self.cell.kernel,
            self.cell.recurrent_kernel,
            self.cell.bias,
            n_steps=n_steps,
            return_sequences=self.return_sequences,
            jit_compile=self.jit_compile,
            **settings,
        )


@keras.saving.register_keras_serializable(package="skemovae")
class RepeatedInputGRU(GRU):
    """``RepeatVector(n_steps)`` and a GRU in one, which projects the constant input once instead of at every step.

    Parameters
    ----------
    units : int
    n_steps : int
    **kwargs
        Of ``keras.layers.GRU``.

    Examples
    --------
    >>> import numpy as np
    >>> from skemovae.nn.gru import RepeatedInputGRU
    >>> tuple(RepeatedInputGRU(3, n_steps=5, return_sequences=True)(np.zeros((2, 4), "float32")).shape)
    (2, 5, 3)
    """

    def __init__(self, units, n_steps, **kwargs):
        super().__init__(units, **kwargs)
        self.n_steps = n_steps
        self.input_spec = keras.layers.InputSpec(ndim=2)

    def build(self, input_shape):
        """Make the weights for an input of shape (batch, n_features)."""
        super().build((input_shape[0], self.n_steps, input_shape[-1]))
        self.input_spec = keras.layers.InputSpec(ndim=2)  # the parent's is of sequences

    def compute_output_shape(self, input_shape):
        """Return (batch, units), or (batch, n_steps, units)."""
        return super().compute_output_shape((input_shape[0], self.n_steps, input_shape[-1]))

    def call(self, inputs, mask=None, training=None):  # type: ignore[override]  # a point, not a sequence
        """Run the recurrence over (batch, n_features), the same at every step."""
        if mask is None and self._has_fast_path(training):
            return self._run_fast(inputs, training, self.n_steps)
        repeated = ops.repeat(ops.expand_dims(inputs, 1), self.n_steps, axis=1)
        return keras.layers.GRU.call(self, repeated, mask=mask, training=training)

    def get_config(self):
        """Return the arguments of the layer."""
        return {**super().get_config(), "n_steps": self.n_steps}


class ProjectedGRU(keras.layers.Layer):
    """A model's RepeatedInputGRU and the Dense after it in one layer for predictions, which keeps no states.

    Parameters
    ----------
    gru : RepeatedInputGRU
        That returns sequences.
    dense : keras.layers.Dense
        Without an activation.

    Examples
    --------
    >>> import keras, numpy as np
    >>> from skemovae.nn.gru import ProjectedGRU, RepeatedInputGRU
    >>> gru, dense = RepeatedInputGRU(3, n_steps=5, return_sequences=True), keras.layers.Dense(2)
    >>> tuple(dense(gru(np.zeros((2, 4), "float32"))).shape)
    (2, 5, 2)
    >>> tuple(ProjectedGRU(gru, dense)(np.zeros((2, 4), "float32")).shape)
    (2, 5, 2)
    """

    def __init__(self, gru, dense):
        super().__init__()
        self.gru, self.dense = gru, dense

    def call(self, inputs):
        """Return the dense layer's outputs of every step for an input of shape (batch, n_features)."""
        gru, dense = self.gru, self.dense
        if not gru._has_fast_path(training=False):
            return dense(gru(inputs, training=False))
        return gru._run_fast(inputs, training=False, n_steps=gru.n_steps, projection=dense.kernel) + dense.bias
