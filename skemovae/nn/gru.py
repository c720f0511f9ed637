"""The recurrence of ``keras.layers.GRU`` as a function of its weights, with a faster gradient on the CPU.

Without a GPU the recurrence and its gradient are those of :mod:`skemovae.nn._gru_tensorflow`. On a GPU, where cuDNN
is faster, they are Keras's own.
"""

from functools import lru_cache

import keras
import tensorflow as tf
from keras import ops

from ._gru_tensorflow import run_gru
from .backend import has_gpu


def gru(
    x, kernel, recurrent_kernel, bias, *, initial_state=None, n_steps=None, return_sequences=False, jit_compile=False
):
    """Run a GRU.

    Parameters
    ----------
    x : tensor of shape (batch, n_steps, n_features), or (batch, n_features) if `n_steps` is given
        With `n_steps`, the input is the same at every step and is projected once.
    kernel : tensor of shape (n_features, 3 * units)
    recurrent_kernel : tensor of shape (units, 3 * units)
    bias : tensor of shape (2, 3 * units)
        Biases of the input and of the recurrence. The gates are in the order z, r, n, as in ``keras.layers.GRU``.
    initial_state : tensor of shape (batch, units), default=None
        None is zero.
    n_steps : int, default=None
    return_sequences : bool, default=False
        Whether to return the state after every step instead of the last one.
    jit_compile : bool, default=False
        Whether the surrounding graph is compiled with XLA; the equations are then written differently.

    Returns
    -------
    tensor of shape (batch, units), or (batch, n_steps, units)

    Examples
    --------
    >>> import numpy as np
    >>> from skemovae.nn.gru import gru
    >>> weights = [np.zeros(shape, "float32") for shape in ((4, 9), (3, 9), (2, 9))]
    >>> tuple(gru(np.zeros((2, 4), "float32"), *weights, n_steps=5, return_sequences=True).shape)
    (2, 5, 3)
    """
    weights = kernel, recurrent_kernel, bias
    if not has_gpu():
        if initial_state is None:
            initial_state = tf.zeros((tf.shape(x)[0], recurrent_kernel.shape[0]), x.dtype)
        settings = dict(n_steps=n_steps, return_sequences=return_sequences, jit_compile=jit_compile)
        return run_gru(x, *weights, initial_state, **settings)
    if n_steps is not None:
        x = ops.repeat(ops.expand_dims(x, 1), n_steps, axis=1)
    tensors = [tf.convert_to_tensor(weight) for weight in weights]
    layer = _keras_layer(recurrent_kernel.shape[0], x.shape[-1], return_sequences, tensors[0].dtype.name)
    return layer.stateless_call(tensors, layer.non_trainable_variables, x, initial_state=initial_state)[0]


@lru_cache(maxsize=16)
def _keras_layer(units, n_features, return_sequences, dtype):
    """Return Keras's layer, whose own weights are never used."""
    with tf.init_scope():  # a graph must not make variables
        layer = keras.layers.GRU(units, return_sequences=return_sequences, dtype=dtype, seed=0)
        layer.build((None, None, n_features))
    return layer
