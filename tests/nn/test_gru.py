"""The recurrence and its hand-written gradient, compared with ``keras.layers.GRU`` and finite differences."""

from functools import cache

import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from skemovae.nn.gru import gru

SHAPES = [  # batch, steps, features, units
    (1, 1, 1, 1),
    (3, 5, 4, 7),
    pytest.param((16, 64, 31, 32), marks=pytest.mark.slow),
    pytest.param((5, 3, 2, 64), marks=pytest.mark.slow),
]


def make_pair(shape, *, repeated=False, return_sequences=False, jit_compile=False, started=False, dtype="float32"):
    """Return our function and Keras' layer, both as functions of an input and the weights, and these arguments.

    The first state is the last argument; it is left out unless `started`.
    """
    batch, n_steps, n_features, units = shape
    generator = np.random.default_rng(0)
    layer = layers.GRU(units, return_sequences=return_sequences, dtype=dtype, seed=0)
    layer.build((batch, n_steps, n_features))
    x = generator.normal(size=(batch, n_features) if repeated else (batch, n_steps, n_features))
    weights = [generator.normal(size=weight.shape, scale=0.4) for weight in layer.weights]

    def ours(x, *weights):
        weights, state = weights[:3], weights[3:]
        return gru(
            x,
            *weights,
            initial_state=state[0] if state else None,
            n_steps=n_steps if repeated else None,
            return_sequences=return_sequences,
            jit_compile=jit_compile,
        )

    def theirs(x, *weights):
        x = tf.repeat(x[:, None], n_steps, axis=1) if repeated else x
        weights, state = weights[:3], weights[3:]
        others = [v.value for v in layer.non_trainable_variables]
        return layer.stateless_call(weights, others, x, initial_state=state[0] if state else None)[0]

    state = [generator.normal(size=(batch, units))] if started else []
    return ours, theirs, [tf.constant(array, dtype) for array in (x, *weights, *state)]


def output_and_gradients(function, arguments, compiled=None):
    """Return the output and the gradients of all arguments; `compiled` is None (eager), False (a graph) or True."""

    def loss_of(output):
        weights = tf.reshape(tf.cos(tf.cast(tf.range(tf.size(output)), output.dtype)), tf.shape(output))
        return tf.reduce_sum(output * weights) + tf.reduce_sum(output**2)

    def run(arguments):
        with tf.GradientTape() as tape:
            tape.watch(arguments)
            output = function(*arguments)
            loss = loss_of(output)
        return [output, *tape.gradient(loss, arguments)]

    if compiled is not None:
        run = tf.function(run, jit_compile=compiled, autograph=False)
    return [array.numpy() for array in run(arguments)]


@cache
def keras_output_and_gradients(shape, repeated, return_sequences, started=False):
    """Return what Keras' layer returns in a graph for the arguments of :func:`make_pair`."""
    _, theirs, arguments = make_pair(shape, repeated=repeated, return_sequences=return_sequences, started=started)
    return output_and_gradients(theirs, arguments, compiled=False)


def assert_close(found, expected):
    assert len(found) == len(expected) >= 5
    for mine, reference in zip(found, expected, strict=True):
        assert mine.shape == reference.shape
        assert np.abs(mine - reference).max() < 2e-5 * (np.abs(reference).max() + 1e-6)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("repeated", [False, True])
def test_output_and_all_gradients_equal_keras(shape, return_sequences, repeated):
    ours, _, arguments = make_pair(shape, repeated=repeated, return_sequences=return_sequences)
    expected = keras_output_and_gradients(shape, repeated, return_sequences)
    assert_close(output_and_gradients(ours, arguments, compiled=False), expected)
    spelled_out, *_ = make_pair(shape, repeated=repeated, return_sequences=return_sequences, jit_compile=True)
    assert_close(output_and_gradients(spelled_out, arguments, compiled=False), expected)


@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("repeated", [False, True])
def test_eagerly(return_sequences, repeated):
    ours, theirs, arguments = make_pair((3, 5, 4, 7), repeated=repeated, return_sequences=return_sequences)
    assert_close(output_and_gradients(ours, arguments), output_and_gradients(theirs, arguments))


@pytest.mark.slow
@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("repeated", [False, True])
@pytest.mark.parametrize("jit_compile", [False, True])
def test_inside_a_function_compiled_with_xla(return_sequences, repeated, jit_compile):
    shape = (4, 6, 3, 8)
    ours, _, arguments = make_pair(shape, repeated=repeated, return_sequences=return_sequences, jit_compile=jit_compile)
    expected = keras_output_and_gradients(shape, repeated, return_sequences)
    assert_close(output_and_gradients(ours, arguments, compiled=True), expected)


@pytest.mark.parametrize(("repeated", "return_sequences"), [(False, True), (True, False)])
@pytest.mark.parametrize("compiled", [None, False, True])
def test_from_a_state_that_is_given(repeated, return_sequences, compiled):
    shape = (4, 6, 3, 8)
    ours, _, arguments = make_pair(
        shape,
        repeated=repeated,
        return_sequences=return_sequences,
        jit_compile=compiled is True,
        started=True,
    )
    expected = keras_output_and_gradients(shape, repeated, return_sequences, started=True)
    assert len(expected) == 6
    assert np.abs(expected[5]).max() > 1e-3  # so that a gradient of zero would fail
    assert_close(output_and_gradients(ours, arguments, compiled), expected)


def test_one_step_from_a_state_that_is_given():
    # with weights of zero, z = r = 1/2 and c = 0, so half of the state remains
    weights = [np.zeros(shape, "float32") for shape in ((1, 6), (2, 6), (2, 6))]
    state = np.array([[4.0, -2.0]], "float32")
    assert gru(np.ones((1, 1, 1), "float32"), *weights, initial_state=state).numpy().tolist() == [[2.0, -1.0]]


def test_large_inputs_saturate_the_gates():
    ours, theirs, (x, *weights) = make_pair((3, 5, 4, 7), return_sequences=True, jit_compile=True)
    for scale in (10.0, 1e3, 1e6):
        found, expected = ours(scale * x, *weights).numpy(), theirs(scale * x, *weights).numpy()
        assert found == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("started", [False, True])
@pytest.mark.parametrize("repeated", [False, True])
def test_gradients_against_finite_differences_in_float64(repeated, started):
    ours, _, arguments = make_pair(
        (2, 4, 3, 5), repeated=repeated, return_sequences=True, started=started, dtype="float64"
    )

    @tf.function(autograph=False)
    def loss(arguments):
        output = ours(*arguments)
        return tf.reduce_sum(output**2 + tf.sin(output))

    with tf.GradientTape() as tape:
        tape.watch(arguments)
        value = loss(arguments)
    gradients = tape.gradient(value, arguments)
    step = 1e-6
    for i, gradient in enumerate(gradients):
        for place in [(0,) * gradient.ndim, tuple(n - 1 for n in gradient.shape)]:
            change = np.zeros(gradient.shape)
            change[place] = step
            above, below = (
                float(loss([a + sign * change if i == j else a for j, a in enumerate(arguments)])) for sign in (1, -1)
            )
            assert gradient.numpy()[place] == pytest.approx((above - below) / (2 * step), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("repeated", [False, True])
def test_unknown_batch_size(repeated):
    ours, theirs, (x, *weights) = make_pair((3, 5, 4, 7), repeated=repeated, return_sequences=True, jit_compile=True)

    @tf.function(input_signature=[tf.TensorSpec((None, *x.shape[1:]))], autograph=False)
    def run(x):
        output = ours(x, *weights)
        return output, tf.gradients(tf.reduce_sum(output**2), x)[0]

    for rows in (1, 3):
        output, gradient = run(x[:rows])
        with tf.GradientTape() as tape:
            tape.watch(x)
            expected = theirs(x[:rows], *weights)
            loss = tf.reduce_sum(expected**2)
        assert output.numpy() == pytest.approx(expected.numpy(), abs=1e-5)
        assert gradient.numpy() == pytest.approx(tape.gradient(loss, x).numpy()[:rows], abs=1e-5)


@pytest.mark.parametrize(
    ("repeated", "return_sequences", "started"),
    [(False, False, False), (False, True, True), (True, False, True), (True, True, False)],
)
def test_on_a_gpu_it_is_keras_own(monkeypatch, repeated, return_sequences, started):
    shape = (3, 5, 4, 7)
    ours, _, arguments = make_pair(shape, repeated=repeated, return_sequences=return_sequences, started=started)
    expected = keras_output_and_gradients(shape, repeated, return_sequences, started)
    monkeypatch.setattr("skemovae.nn.gru.has_gpu", lambda: True)
    assert_close(output_and_gradients(ours, arguments, compiled=False), expected)
