"""The network over beats: its layers, its convolution, its padding, and the range of its log variance."""

import numpy as np
import pytest

from skemovae.nn.architectures import AutoregressiveArchitecture, BeatArchitecture, Run, Sizes, as_architecture
from skemovae.nn.architectures._beats import keras_convolution, n_beats, numpy_convolution
from skemovae.testing import check_architecture

SMALL = BeatArchitecture(filters=6, hidden_units=8)
SIZES = Sizes(n_steps=64, n_symbols=39, n_classes=4, n_components=64, condition=None)
RUN = Run(training=False, row_weight=None, update=lambda name, value: None, jit_compile=False, uniform=None)


def draw_weights(architecture, sizes, scale=0.5):
    generator = np.random.default_rng(0)
    return {w.name: generator.normal(0, scale, w.shape).astype("float32") for w in architecture.weights(sizes)}


def draw_symbols(sizes, n_rows=5):
    return np.random.default_rng(1).integers(sizes.n_symbols, size=(n_rows, sizes.n_steps)).astype("int32")


@pytest.mark.slow
def test_it_is_right():
    check_architecture(SMALL)


def test_layers():
    table = {weight.name: weight.shape for weight in BeatArchitecture().weights(SIZES)}
    assert {name: shape for name, shape in table.items() if not name.endswith("bias")} == {
        "encoder/embedding": (39, 32),
        "encoder/beats/kernel": (4 * 32, 128),
        "encoder/convolution0/kernel": (3 * 128, 128),
        "encoder/convolution1/kernel": (3 * 128, 64),
        "encoder/hidden/kernel": (16 * 64, 512),
        "encoder/mean/kernel": (512, 64),
        "encoder/log_variance/kernel": (512, 64),
        "decoder/hidden/kernel": (64, 512),
        "decoder/beats/kernel": (512, 16 * 64),
        "decoder/convolution0/kernel": (3 * 64, 128),
        "decoder/convolution1/kernel": (3 * 128, 128),
        "decoder/steps/kernel": (128, 4 * 32),
        "decoder/symbols/kernel": (32, 39),
    }


@pytest.mark.parametrize("architecture", [BeatArchitecture(), AutoregressiveArchitecture()], ids=["beat", "auto"])
@pytest.mark.parametrize(("condition", "in_encoder", "in_decoder"), [("both", 4, 4), ("decoder", 0, 4), (None, 0, 0)])
def test_the_class_stands_beside_the_row_and_beside_the_point(architecture, condition, in_encoder, in_decoder):
    table = {w.name: w.shape for w in architecture.weights(SIZES._replace(condition=condition))}
    assert table["encoder/hidden/kernel"][0] == 16 * 64 + in_encoder
    assert table["decoder/hidden/kernel"][0] == 64 + in_decoder


@pytest.mark.parametrize(("n_steps", "beats", "rows"), [(1, 1, 40), (4, 1, 39), (5, 2, 40), (64, 16, 39), (65, 17, 40)])
def test_a_row_is_filled_up_to_whole_beats_with_a_symbol_of_its_own(n_steps, beats, rows):
    sizes = SIZES._replace(n_steps=n_steps)
    table = {weight.name: weight.shape for weight in BeatArchitecture().weights(sizes)}
    assert n_beats(sizes) == beats
    assert table["encoder/embedding"] == (rows, 32)
    assert table["decoder/beats/kernel"] == (512, beats * 64)
    weights = draw_weights(SMALL, sizes)
    mean, _ = SMALL.numpy_encoder(sizes, weights, draw_symbols(sizes), None)
    logits = SMALL.numpy_decoder(sizes, weights, mean, None, None, None)
    assert logits.shape == (5, n_steps, 39)


def test_a_convolution_sees_the_beat_before_and_the_next_and_zeros_beyond():
    x = np.array([[[1.0], [10.0], [100.0]]], "float32")  # one row of three beats with one channel
    weights = {"c/kernel": np.array([[1.0], [2.0], [3.0]], "float32"), "c/bias": np.array([0.5], "float32")}
    expected = [[[2 + 30.5], [1 + 20 + 300.5], [10 + 200.5]]]
    assert numpy_convolution(weights, "c", x).tolist() == expected
    assert np.asarray(keras_convolution(weights, "c", x)).tolist() == expected


def test_a_convolution_is_that_of_keras():
    from keras import ops

    generator = np.random.default_rng(0)
    x, kernel = (generator.normal(size=shape).astype("float32") for shape in ((4, 5, 6), (3, 6, 7)))
    weights = {"c/kernel": kernel.reshape(18, 7), "c/bias": np.zeros(7, "float32")}
    expected = np.asarray(ops.conv(x, kernel, padding="same"))
    assert numpy_convolution(weights, "c", x) == pytest.approx(expected, abs=1e-5)
    assert np.asarray(keras_convolution(weights, "c", x)) == pytest.approx(expected, abs=1e-5)


def test_the_log_variance_stays_within_its_range_in_both_halves():
    weights = draw_weights(SMALL, SIZES, scale=2)
    symbols = draw_symbols(SIZES)
    expected = SMALL.numpy_encoder(SIZES, weights, symbols, None)[1]
    assert (expected.min(), expected.max()) == (-8, 4)
    assert np.array_equal(np.asarray(SMALL.keras_encoder(SIZES, weights, symbols, None, RUN)[1]), expected)


@pytest.mark.parametrize("name", ["filters", "hidden_units"])
@pytest.mark.parametrize("value", [0, 2.0, True])
def test_options_that_are_not_valid(name, value):
    with pytest.raises(ValueError, match=f"{name}={value}: expected a positive integer, e.g. 128"):
        as_architecture(BeatArchitecture(**{name: value}))


def test_the_name_stands_for_the_default_options():
    assert as_architecture("beat") == BeatArchitecture(filters=128, hidden_units=512)


def test_a_step_is_between_minus_two_and_two_in_each_of_its_channels():
    weights = {w.name: np.zeros(w.shape, "float32") for w in SMALL.weights(SIZES)}
    weights["decoder/steps/bias"] += 100
    weights["decoder/symbols/kernel"] += 1
    logits = SMALL.numpy_decoder(SIZES, weights, np.zeros((3, 64), "float32"), None, None, None)
    assert logits.shape == (3, 64, 39)
    assert np.all(logits == 2 * 32)
    weights["decoder/steps/bias"] *= -1
    assert np.all(SMALL.numpy_decoder(SIZES, weights, np.zeros((3, 64), "float32"), None, None, None) == -2 * 32)
