"""What the NumPy halves share, compared with known values and with Keras."""

import keras
import numpy as np
import pytest
from keras import ops
from scipy.special import log_softmax, softmax

from skemovae.nn._numpy import (
    choose_symbols,
    convolve,
    convolve_patches,
    convolve_transposed,
    cross_entropy,
    gru_states,
    gru_step,
    kl_divergence,
    leaky_relu,
    one_hot,
    relu,
)


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def test_relu():
    assert relu(np.array([-2.0, 0.0, 3.0])).tolist() == [0, 0, 3]


def test_leaky_relu():
    x = np.array([-2.0, 0.0, 3.0], "float32")
    assert leaky_relu(x, 0.25).tolist() == [-0.5, 0, 3]
    assert leaky_relu(x, 0.3).dtype == np.float32
    assert leaky_relu(normal(50), 0.3) == pytest.approx(np.asarray(ops.leaky_relu(normal(50), 0.3)))


def test_one_hot():
    assert one_hot(np.array([[2], [0]]), 3).tolist() == [[[0, 0, 1]], [[1, 0, 0]]]
    assert one_hot(np.array([1]), 3).dtype == np.float32


def test_a_convolution_of_known_values():
    # a kernel that adds each place and the one below and to the right of it, for an image of 1 ... 9
    picture = np.arange(1, 10, dtype="float32").reshape(1, 3, 3, 1)
    kernel = np.array([[1, 0], [0, 1]], "float32").reshape(2, 2, 1, 1)
    expected = [[1 + 5, 2 + 6, 3], [4 + 8, 5 + 9, 6], [7, 8, 9]]  # zeros beyond the image
    assert convolve(picture, kernel, 1)[0, ..., 0].tolist() == expected
    assert convolve(picture, kernel, 2)[0, ..., 0].tolist() == [[6, 3], [7, 9]]


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("size", [(8, 8), (7, 5), (1, 4), (4, 1), (2, 3)])
@pytest.mark.parametrize("window", [(3, 3), (1, 4), (2, 1)])
def test_convolutions_are_those_of_keras(stride, size, window):
    x, kernel = normal(3, *size, 2), normal(*window, 2, 5, seed=1)
    expected = np.asarray(ops.conv(x, kernel, stride, "same", "channels_last"))
    found = convolve(x, kernel, stride)
    assert found.shape == expected.shape
    assert found == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("window", [(1, 12), (4, 1), (2, 3)])
def test_convolutions_of_patches_are_those_of_keras(window):
    x, kernel = normal(3, 8, 24, 2), normal(*window, 2, 5, seed=1)
    expected = np.asarray(ops.conv(x, kernel, window, "valid", "channels_last"))
    found = convolve_patches(x, kernel)
    assert found.shape == expected.shape
    assert found == pytest.approx(expected, abs=1e-5)


def test_a_transposed_convolution_of_known_values():
    # one place of value 1 gives the kernel; its last row and column fall outside the doubled image
    picture, kernel = np.ones((1, 1, 1, 1), "float32"), np.arange(9, dtype="float32").reshape(3, 3, 1, 1)
    assert convolve_transposed(picture, kernel)[0, ..., 0].tolist() == [[0, 1], [3, 4]]


@pytest.mark.parametrize("size", [(4, 4), (3, 5), (1, 1)])
def test_transposed_convolutions_are_those_of_keras(size):
    x, kernel = normal(3, *size, 2), normal(3, 3, 5, 2, seed=1)
    expected = np.asarray(ops.conv_transpose(x, kernel, 2, "same", data_format="channels_last"))
    found = convolve_transposed(x, kernel)
    assert found.shape == expected.shape
    assert found == pytest.approx(expected, abs=1e-5)


def test_a_gru_of_known_weights():
    # With weights of zero every gate is 1/2 and the candidate is tanh(bias): each step moves the state half of the way.
    bias = np.array([[0, 0, 0.8], [0, 0, 0]], "float32")
    states = gru_states([np.zeros((3, 1), "float32")] * 3, np.zeros((1, 3), "float32"), bias, 1)
    found = [float(state[0, 0]) for state in states]
    assert found == pytest.approx(np.tanh(0.8) * np.array([1 / 2, 3 / 4, 7 / 8]))


@pytest.mark.parametrize("repeated", [False, True])
def test_states_of_a_gru_are_those_of_keras(repeated):
    layer = keras.layers.GRU(7, return_sequences=True)
    x = normal(4, 5, 3)
    if repeated:
        x = np.repeat(x[:, :1], 5, axis=1)
    layer.build(x.shape)
    kernel, recurrent_kernel, bias = weights = [0.4 * normal(*w.shape, seed=i) for i, w in enumerate(layer.weights)]
    layer.set_weights(weights)
    projected = [kernel.T @ x[:, 0].T] * 5 if repeated else [kernel.T @ x[:, step].T for step in range(5)]
    before = projected[0].copy()
    states = [state.T.copy() for state in gru_states(projected, recurrent_kernel, bias, 4)]
    assert np.stack(states, axis=1) == pytest.approx(np.asarray(layer(x)), abs=1e-5)
    assert np.array_equal(projected[0], before)  # its input is unchanged


def test_a_step_of_a_gru_is_that_of_keras():
    cell = keras.layers.GRUCell(7)
    x, state = normal(4, 3), normal(4, 7, seed=9)
    cell.build(x.shape)
    kernel, recurrent_kernel, bias = weights = [0.4 * normal(*w.shape, seed=i) for i, w in enumerate(cell.weights)]
    cell.set_weights(weights)
    projected = x @ kernel + bias[0] + np.pad(bias[1, :14], (0, 7))
    before = projected.copy(), state.copy()
    found = gru_step(projected, recurrent_kernel, bias[1, 14:], state)
    assert found == pytest.approx(np.asarray(cell(x, state)[0]), abs=1e-5)
    assert np.array_equal(projected, before[0])  # its input is unchanged
    assert np.array_equal(state, before[1])


def test_the_likeliest_symbols():
    logits = np.array([[[0.0, 2.0, 1.0], [5.0, -1.0, 5.0]]], "float32")
    assert choose_symbols(logits, 0.0, None).tolist() == [[1, 0]]


def test_a_symbol_is_drawn_where_the_cumulative_distribution_passes_the_number():
    logits = np.tile(np.log(np.array([0.1, 0.6, 0.3], "float32")), (6, 1))
    uniform = np.array([0.0001, 0.09, 0.11, 0.69, 0.71, 1.0], "float32")
    assert choose_symbols(logits, 1.0, uniform).tolist() == [0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_symbols_are_drawn_from_the_softmax_at_the_temperature(temperature):
    logits = np.array([3.0, -1.0, 0.5, 2.0], "float32")
    uniform = 1 - np.random.default_rng(0).random(20_000, dtype="float32")
    drawn = choose_symbols(np.tile(logits, (20_000, 1)), temperature, uniform)
    shares = np.bincount(drawn, minlength=4) / 20_000
    assert shares == pytest.approx(softmax(logits / temperature), abs=5 * np.sqrt(0.25 / 20_000))


@pytest.mark.parametrize("temperature", [1e-3, 1e-300])
def test_the_colder_the_likelier(temperature):
    logits = np.random.default_rng(0).permuted(np.tile(np.arange(6, dtype="float32"), (200, 1)), axis=1)
    uniform = 1 - np.random.default_rng(1).random(200, dtype="float32")
    assert choose_symbols(logits, temperature, uniform).tolist() == logits.argmax(axis=1).tolist()


def test_logits_are_left_alone():
    logits = normal(3, 4)
    before = logits.copy()
    choose_symbols(logits, 0.5, np.full(3, 0.5, "float32"))
    cross_entropy(logits[:, None], np.zeros((3, 1), int))
    assert np.array_equal(logits, before)


def test_cross_entropy():
    logits, symbols = normal(3, 4, 5), np.random.default_rng(0).integers(5, size=(3, 4))
    expected = -np.take_along_axis(log_softmax(logits, axis=-1), symbols[..., None], -1)[..., 0]
    assert cross_entropy(logits, symbols) == pytest.approx(expected, abs=1e-5)
    assert cross_entropy(np.zeros((1, 1, 8), "float32"), np.array([[3]])) == pytest.approx(np.log(8))
    assert cross_entropy(np.array([[[1e4, 0.0]]], "float32"), np.array([[1]])) == pytest.approx(1e4)


def test_kl_divergence():
    # of N(1, e) from N(0, 1) in one dimension: (e + 1 - 1 - 1) / 2
    mean, log_variance = np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 0.0]])
    assert kl_divergence(mean, log_variance) == pytest.approx([(np.e - 1) / 2, 0])
