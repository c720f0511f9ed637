"""What the NumPy halves of the architectures share: activations, recurrence, convolution, the choice of symbols.

Arrays are float32, and images have their channels last, (n, height, width, channels).
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

MIN_TEMPERATURE = 1e-6  # float32 divides by it without overflow


def relu(x):
    """Return the positive part."""
    return np.maximum(x, 0)


def leaky_relu(x, slope):
    """Return x where it is positive, else `slope` times x."""
    return np.where(x > 0, x, np.float32(slope) * x)


def one_hot(index, n):
    """Return the one-hot vectors of indices, float32, with a new last axis of `n`."""
    return np.eye(n, dtype=np.float32)[index]


def gru_states(projected, recurrent_kernel, bias, n_rows):
    """Yield the state of a GRU after every step, from an initial state of zero, as in :mod:`skemovae.nn.gru`.

    Arrays have units first and rows last: the gates are then contiguous, and the product of a large matrix and a thin
    one is faster in this order.

    Parameters
    ----------
    projected : iterable of float32 arrays of shape (3 * units, n_rows)
        The input of every step times the kernel, without a bias; not changed.
    recurrent_kernel : array of shape (units, 3 * units)
    bias : array of shape (2, 3 * units)
        Biases of the input and of the recurrence.
    n_rows : int

    Yields
    ------
    ndarray of shape (units, n_rows)
        The same array every time.
    """
    units = len(recurrent_kernel)
    n_gates = 2 * units
    # sigmoid(x) = 1/2 + tanh(x / 2) / 2, with the inner half in the weights of both gates
    half = np.repeat(np.array([0.5, 1], np.float32), [n_gates, units])[:, None]
    kernel = recurrent_kernel.T * half
    input_bias = bias[0, :, None].copy()
    input_bias[:n_gates] += bias[1, :n_gates, None]
    input_bias *= half
    candidate_bias = bias[1, n_gates:, None]
    state = np.zeros((units, n_rows), np.float32)
    gates_and_candidate = np.empty((3 * units, n_rows), np.float32)
    gates, candidate = gates_and_candidate[:n_gates], gates_and_candidate[n_gates:]
    last = None
    for step in projected:
        if step is not last:  # the same at every step in a decoder
            x, last = step * half + input_bias, step
        np.matmul(kernel, state, out=gates_and_candidate)
        gates += x[:n_gates]
        np.tanh(gates, out=gates)
        gates *= 0.5
        gates += 0.5
        candidate += candidate_bias
        candidate *= gates[units:]
        candidate += x[n_gates:]
        np.tanh(candidate, out=candidate)
        state -= candidate
        state *= gates[:units]
        state += candidate
        yield state


def gru_step(projected, recurrent_kernel, candidate_bias, state):
    """Return the next state of a GRU, for rows whose next input depends on the output of this step.

    Parameters
    ----------
    projected : float32 array of shape (n_rows, 3 * units)
        The input times the kernel, with the biases of the input and, in both gates, of the recurrence.
    recurrent_kernel : array of shape (units, 3 * units)
    candidate_bias : array of shape (units,)
        The bias of the recurrence.
    state : array of shape (n_rows, units)

    Returns
    -------
    ndarray of shape (n_rows, units)
    """
    units = len(recurrent_kernel)
    recurrent = state @ recurrent_kernel
    gates, candidate = recurrent[:, : 2 * units], recurrent[:, 2 * units :]
    gates += projected[:, : 2 * units]
    gates *= 0.5
    np.tanh(gates, out=gates)  # sigmoid(x) = 1/2 + tanh(x / 2) / 2
    gates *= 0.5
    gates += 0.5
    candidate += candidate_bias
    candidate *= gates[:, units:]
    candidate += projected[:, 2 * units :]
    np.tanh(candidate, out=candidate)
    return candidate + gates[:, :units] * (state - candidate)


def convolve(x, kernel, stride):
    """Return a 2-D convolution with "same" padding, as Keras pads.

    Parameters
    ----------
    x : array of shape (n, height, width, channels)
    kernel : array of shape (kernel_height, kernel_width, channels, filters)
    stride : int

    Returns
    -------
    ndarray of shape (n, ceil(height / stride), ceil(width / stride), filters)
    """
    padding = [_same_padding(size, window, stride) for size, window in zip(x.shape[1:3], kernel.shape[:2], strict=True)]
    x = np.pad(x, [(0, 0), *padding, (0, 0)])
    windows = sliding_window_view(x, kernel.shape[:2], axis=(1, 2))[:, ::stride, ::stride]  # channels before the window
    n, height, width = windows.shape[:3]
    patches = windows.transpose(0, 1, 2, 4, 5, 3).reshape(n * height * width, -1)
    return (patches @ kernel.reshape(-1, kernel.shape[-1])).reshape(n, height, width, -1)


def convolve_patches(x, kernel):
    """Return a 2-D convolution whose strides equal its kernel's size; heights and widths are multiples of it."""
    (n, height, width, channels), (rows, columns) = x.shape, kernel.shape[:2]
    patches = x.reshape(n, height // rows, rows, width // columns, columns, channels).transpose(0, 1, 3, 2, 4, 5)
    product = patches.reshape(-1, rows * columns * channels) @ kernel.reshape(-1, kernel.shape[-1])
    return product.reshape(n, height // rows, width // columns, -1)


def convolve_transposed(x, kernel):
    """Return a transposed 2-D convolution of stride 2 with "same" padding, which doubles height and width.

    Parameters
    ----------
    x : array of shape (n, height, width, channels)
    kernel : array of shape (3, 3, filters, channels)

    Returns
    -------
    ndarray of shape (n, 2 * height, 2 * width, filters)
    """
    n, height, width, channels = x.shape
    rows, columns, filters = kernel.shape[:3]
    spread = x.reshape(-1, channels) @ kernel.reshape(-1, channels).T
    spread = spread.reshape(n, height, width, rows, columns, filters)
    result = np.zeros((n, 2 * height + 1, 2 * width + 1, filters), np.float32)
    for i in range(rows):
        for j in range(columns):
            result[:, i : i + 2 * height : 2, j : j + 2 * width : 2] += spread[:, :, :, i, j]
    return result[:, :-1, :-1]  # as the gradient of a convolution that pads at the end


def _same_padding(size, window, stride):
    total = max((-(-size // stride) - 1) * stride + window - size, 0)
    return total // 2, total - total // 2


def choose_symbols(logits, temperature, uniform):
    """Return the likeliest symbol of every step, or one drawn from softmax(logits / temperature).

    It inverts the cumulative distribution at a number in (0, 1] for each step.

    Parameters
    ----------
    logits : float32 array of shape (..., n_symbols)
    temperature : float
    uniform : float32 array of shape (...), or None with a temperature of 0

    Returns
    -------
    int ndarray of shape (...)
    """
    if temperature == 0:
        return logits.argmax(axis=-1)
    logits = logits - logits.max(axis=-1, keepdims=True)
    logits /= np.float32(max(temperature, MIN_TEMPERATURE))
    cumulative = np.cumsum(np.exp(logits, out=logits), axis=-1)
    return (cumulative < uniform[..., None] * cumulative[..., -1:]).sum(axis=-1)


def cross_entropy(logits, symbols):
    """Return the cross-entropy of every step, shape (n, n_steps)."""
    logits = logits - logits.max(axis=-1, keepdims=True)
    chosen = np.take_along_axis(logits, symbols[..., None], axis=-1)[..., 0]
    return np.log(np.exp(logits).sum(axis=-1)) - chosen


def kl_divergence(mean, log_variance):
    """Return the divergence of N(mean, variance) from N(0, 1) for each row, summed over the dimensions (equation 2)."""
    return -0.5 * np.sum(1 + log_variance - mean**2 - np.exp(log_variance), axis=1)
