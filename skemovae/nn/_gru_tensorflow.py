"""The GRU's equations with a hand-written gradient, for TensorFlow on a few CPU cores.

With the update gate z, the reset gate r, the candidate c and ``reset_after=True``, as in ``keras.layers.GRU``::

    z = sigmoid(x W_z + b_z + h U_z + d_z)      r = sigmoid(x W_r + b_r + h U_r + d_r)
    n = h U_n + d_n                             c = tanh(x W_n + b_n + r n)
    h' = c + z (h - c)

What makes it fast; each choice was measured against its alternatives on two cores:

- Units first, batch last: the state is [units, batch], so that both products of the recurrence are a large row-major
  matrix times a thin one, U^T[3u, u] h[u, B] forward and U[u, 3u] D[3u, B] backward. XLA runs these about 1.5 times as
  fast as h[B, u] U, and several times as fast as any form that transposes inside the loop.
- Time first: one step is one contiguous block.
- What the backward loop needs of the gates is computed in bulk before it: given the gradient G of h', the gradients
  of the gates are G K with K from :func:`_gate_coefficients`. The loop is then one product and two element-wise steps.
- The gradients of U, W, b and x are one product or sum over all steps at once.
- XLA compiles a while loop, never an unrolled one, which takes half a minute to compile and is several times slower.
"""

import functools

import tensorflow as tf

# tanh(x) = x P(x^2) / Q(x^2) for |x| < 7.9, the rational minimax approximation for float32 that Eigen and XLA also use.
TANH_NUMERATOR = (
    -2.76076847742355e-16,
    2.00018790482477e-13,
    -8.60467152213735e-11,
    5.12229709037114e-08,
    1.48572235717979e-05,
    6.37261928875436e-04,
    4.89352455891786e-03,
)
TANH_DENOMINATOR = (1.19825839466702e-06, 1.18534705686654e-04, 2.26843463243900e-03, 4.89352518554385e-03)
TANH_LIMIT = 7.90531110763549805
GRADIENT = "SkemovaeGRU"  # its name in TensorFlow's registry


def run_gru(x, kernel, recurrent_kernel, bias, initial_state, *, n_steps, return_sequences, jit_compile):
    """Do the same as :func:`skemovae.nn.gru.gru`; the initial state is always given."""
    repeated = n_steps is not None
    n_steps = n_steps if repeated else x.shape[1]

    def run(*arguments):
        last, *history = _forward(n_steps, repeated, jit_compile, *map(tf.stop_gradient, arguments))
        output = tf.transpose(history[0], (2, 0, 1)) if return_sequences else tf.transpose(last)
        # One gradient for all calls, registered once. tf.custom_gradient would register one for each call, and so keep
        # the graph of every network alive until the process ends.
        with tf.compat.v1.get_default_graph().gradient_override_map({"IdentityN": GRADIENT}):
            return tf.identity_n([output, *arguments, *history])[0]

    # A gradient tape uses the override only inside a function; this one is freed with the graph that calls it.
    arguments = x, kernel, recurrent_kernel, bias, initial_state
    return tf.function(run, autograph=False)(*map(tf.convert_to_tensor, arguments))


@tf.RegisterGradient(GRADIENT)
def _gradient(op, *gradients):
    """Return the gradients of the inputs that :func:`run_gru` passed on; sizes are read from their shapes."""
    output, x, kernel, recurrent_kernel, _, initial_state, *history = op.inputs
    n_steps, repeated, return_sequences = history[0].shape[0], len(x.shape) == 2, len(output.shape) == 3
    given = x, kernel, recurrent_kernel, tf.transpose(initial_state)
    found = _backward(n_steps, repeated, return_sequences, gradients[0], *given, *history)
    return [None, *found, *[None] * len(history)]


def _forward(n_steps, repeated, jit_compile, x, kernel, recurrent_kernel, bias, initial_state):
    """Return the last state [u, B], and of every step the state, both gates, n and c, each [n_steps, rows, B]."""
    u = recurrent_kernel.shape[0]
    cell, state = _cell(n_steps, repeated, jit_compile, x, kernel, recurrent_kernel, bias, initial_state)

    def step(i, h, history):
        h, gates, n, c = cell(i, h)
        # One array, not four: every write is a kernel of its own, which counts in small networks.
        return i + 1, h, history.write(i, tf.concat([h, gates, n, c], 0))

    last, history = _loop(n_steps, step, state, _array(n_steps, state, 5 * u))
    history = history.stack()
    return last, history[:, :u], history[:, u : 3 * u], history[:, 3 * u : 4 * u], history[:, 4 * u :]


def _cell(n_steps, repeated, jit_compile, x, kernel, recurrent_kernel, bias, initial_state):
    """Return a function of (i, state) that gives the next state [u, B], both gates, n and c; and the first state."""
    u = recurrent_kernel.shape[0]
    tanh, sigmoid = _activations(jit_compile, recurrent_kernel.dtype)
    # The bias of n stays apart, because r multiplies it.
    both = bias[0] + tf.concat([bias[1, : 2 * u], tf.zeros_like(bias[1, 2 * u :])], 0)
    projected = _project(x, kernel, both, n_steps, repeated)
    transposed = tf.transpose(recurrent_kernel)  # once a pass
    bias_n = tf.tile(bias[1, 2 * u :, None], (1, tf.shape(x)[0]))
    state = tf.transpose(initial_state)
    if x.shape[0] is not None:
        state = tf.ensure_shape(state, (u, x.shape[0]))

    def cell(i, h):
        a = tf.matmul(transposed, h)
        p = projected if repeated else projected[i]
        gates = sigmoid(p[: 2 * u] + a[: 2 * u])
        n = a[2 * u :] + bias_n
        c = tanh(p[2 * u :] + gates[u:] * n)
        return c + gates[:u] * (h - c), gates, n, c

    return cell, state


def _backward(n_steps, repeated, return_sequences, gradient, x, kernel, recurrent_kernel, state, states, gates, n, c):
    """Return the gradients of x, kernel, recurrent_kernel, bias and the first state, which is given as [u, B]."""
    before = tf.concat([state[None], states[:-1]], 0)
    z = gates[:, : states.shape[1]]
    recurrent, candidate = _gate_coefficients(before, gates, n, c)
    outputs = tf.transpose(gradient, (1, 2, 0)) if return_sequences else None
    g_last = tf.zeros_like(states[0]) if return_sequences else tf.transpose(gradient)

    def step(i, g, all_g, all_d):
        t = n_steps - 1 - i
        if outputs is not None:
            g = g + outputs[t]
        d = tf.reshape(g[None] * recurrent[t], (3 * g.shape[0], -1))
        return i + 1, g * z[t] + tf.matmul(recurrent_kernel, d), all_g.write(t, g), all_d.write(t, d)

    arrays = _array(n_steps, g_last, g_last.shape[0]), _array(n_steps, g_last, 3 * g_last.shape[0])
    g_first, all_g, all_d = _loop(n_steps, step, g_last, *arrays)
    all_d, d_candidate = all_d.stack(), all_g.stack() * candidate
    d_recurrent_kernel = tf.matmul(_columns(before), _columns(all_d), transpose_b=True)
    gradients = _repeated_input_gradients if repeated else _input_gradients
    d_x, d_kernel, d_bias = gradients(x, kernel, all_d, d_candidate)
    return d_x, d_kernel, d_recurrent_kernel, d_bias, tf.transpose(g_first)


def _gate_coefficients(before, gates, n, c):
    """Return the factors that turn the gradient of h' into that of h U + d [n_steps, 3, u, B] and of x W_n + b_n."""
    u = before.shape[1]
    z, r = gates[:, :u], gates[:, u:]
    candidate = (1 - z) * (1 - c * c)
    through_reset = candidate * r
    return tf.stack([(before - c) * z * (1 - z), through_reset * n * (1 - r), through_reset], 1), candidate


def _project(x, kernel, bias, n_steps, repeated):
    """Return x W + b, [3u, B] for a repeated input, else [n_steps, 3u, B]."""
    if repeated:
        return tf.matmul(kernel, x, transpose_a=True, transpose_b=True) + bias[:, None]
    rows = tf.reshape(tf.transpose(x, (2, 1, 0)), (kernel.shape[0], -1))
    projected = tf.matmul(kernel, rows, transpose_a=True) + bias[:, None]
    return tf.transpose(tf.reshape(projected, (kernel.shape[1], n_steps, tf.shape(x)[0])), (1, 0, 2))


def _input_gradients(x, kernel, d_recurrent, d_candidate):
    """Return the gradients of x, of the kernel and of both biases.

    Those of x W_z + b_z and h U_z + d_z are the same, and those of r; so are the products that sum them.
    """
    n_steps, u, _ = d_candidate.shape
    d_recurrent, d_candidate = _columns(d_recurrent), _columns(d_candidate)
    rows = tf.reshape(tf.transpose(x, (2, 1, 0)), (kernel.shape[0], -1))
    rows = tf.concat([rows, tf.ones_like(rows[:1])], 0)  # ones for the biases: a product is quicker than a sum
    of_recurrent = tf.matmul(rows, d_recurrent, transpose_b=True)
    of_input = tf.concat([of_recurrent[:, : 2 * u], tf.matmul(rows, d_candidate, transpose_b=True)], 1)
    d_x = tf.matmul(kernel[:, : 2 * u], d_recurrent[: 2 * u]) + tf.matmul(kernel[:, 2 * u :], d_candidate)
    d_x = tf.transpose(tf.reshape(d_x, (kernel.shape[0], n_steps, -1)), (2, 1, 0))
    return d_x, of_input[:-1], tf.stack([of_input[-1], of_recurrent[-1]])


def _repeated_input_gradients(x, kernel, d_recurrent, d_candidate):
    """Do the same as :func:`_input_gradients` for an input that is the same at every step."""
    d_recurrent, d_candidate = tf.reduce_sum(d_recurrent, 0), tf.reduce_sum(d_candidate, 0)
    d_projected = tf.concat([d_recurrent[: 2 * d_candidate.shape[0]], d_candidate], 0)  # [3u, B]
    d_kernel = tf.matmul(x, d_projected, transpose_a=True, transpose_b=True)
    d_x = tf.matmul(d_projected, kernel, transpose_a=True, transpose_b=True)
    return d_x, d_kernel, tf.stack([tf.reduce_sum(d_projected, 1), tf.reduce_sum(d_recurrent, 1)])


def _activations(jit_compile, dtype):
    """Return tanh and sigmoid: spelled out under XLA, ready-made elsewhere.

    XLA's CPU backend counts a tanh as one cheap operation and keeps its kernel on one core; spelled out, the kernel is
    split over the cores. Outside XLA every operation is a kernel of its own.
    """
    if jit_compile and dtype == tf.float32:
        return _rational_tanh, lambda x: 0.5 + 0.5 * _rational_tanh(0.5 * x)
    return tf.tanh, tf.sigmoid


def _rational_tanh(x):
    x = tf.clip_by_value(x, -TANH_LIMIT, TANH_LIMIT)
    square = x * x
    numerator, denominator = (
        functools.reduce(lambda value, coefficient: value * square + coefficient, coefficients[1:], coefficients[0])
        for coefficients in (TANH_NUMERATOR, TANH_DENOMINATOR)
    )
    return x * numerator / denominator


def _loop(n_steps, step, *state):
    return tf.while_loop(lambda i, *_: i < n_steps, step, (tf.constant(0), *state), maximum_iterations=n_steps)[1:]


def _array(n_steps, like, rows):
    return tf.TensorArray(like.dtype, n_steps, element_shape=(rows, like.shape[-1]))


def _columns(array):
    """Return [n_steps, rows, B] as [rows, n_steps * B], the form in which one product sums over steps and batch."""
    return tf.reshape(tf.transpose(array, (1, 0, 2)), (array.shape[1], -1))
