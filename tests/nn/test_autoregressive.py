"""The network that writes symbol by symbol: what it reads at every step, and what it never writes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skemovae.nn.architectures import AutoregressiveArchitecture, Run, Sizes, as_architecture
from skemovae.nn.architectures._history import BARS, NumpyHistory, keras_history
from skemovae.nn.inference import Predictor
from skemovae.testing import check_architecture

SMALL = AutoregressiveArchitecture(units=5, hidden_units=4)
SIZES = Sizes(n_steps=64, n_symbols=5, n_classes=4, n_components=2, condition="decoder", n_context=3)
REST, HOLD, NOTHING, HIDDEN = 3, 4, 5, 6


def draw_weights(architecture, sizes, scale=0.4):
    generator = np.random.default_rng(0)
    return {w.name: generator.normal(0, scale, w.shape).astype("float32") for w in architecture.weights(sizes)}


def draw_melodies(sizes, n_rows=4):
    """Return rows with many holds."""
    generator = np.random.default_rng(1)
    symbols = generator.integers(sizes.n_symbols, size=(n_rows, sizes.n_steps))
    return np.where(generator.random(symbols.shape) < 0.5, sizes.n_symbols - 1, symbols).astype("int32")


def draw_given(sizes, n_rows=4):
    """Return latent points, labels and context."""
    generator = np.random.default_rng(2)
    latent = generator.normal(size=(n_rows, sizes.n_components)).astype("float32")
    context = generator.normal(size=(n_rows, sizes.n_context)).astype("float32") if sizes.n_context else None
    label = np.eye(sizes.n_classes, dtype="float32")[np.arange(n_rows) % 4] if sizes.n_decoder_classes else None
    return latent, label, context


def keras_logits(architecture, sizes, weights, symbols, uniform=None):
    """Return the logits of every step; with `uniform` random numbers, those of training."""
    import keras

    run = Run(uniform is not None, None, lambda name, value: None, jit_compile=False, uniform=uniform)
    tensors = {name: keras.ops.convert_to_tensor(array) for name, array in weights.items()}
    return np.asarray(architecture.keras_decoder(sizes, tensors, *draw_given(sizes, len(symbols)), symbols, run))


@pytest.mark.slow  # XLA takes a long time to compile it
def test_it_is_right():
    check_architecture(SMALL)


@pytest.mark.parametrize(
    ("n_steps", "n_symbols", "condition", "n_context", "melodic"),
    [
        (64, 5, "decoder", 3, True),
        (64, 5, None, 2, False),
        (50, 3, "both", 0, True),
        (3, 2, None, 0, True),
        (1, 1, "both", 1, False),
    ],
)
def test_both_halves_give_the_same_logits(n_steps, n_symbols, condition, n_context, melodic):
    architecture = AutoregressiveArchitecture(units=5, hidden_units=4, melodic=melodic)
    sizes = Sizes(n_steps, n_symbols, 4, 2, condition, n_context)
    weights, symbols = draw_weights(architecture, sizes), draw_melodies(sizes)
    logits = architecture.numpy_decoder(sizes, weights, *draw_given(sizes), symbols)
    assert logits == pytest.approx(keras_logits(architecture, sizes, weights, symbols), abs=5e-5)


def test_layers():
    sizes = Sizes(n_steps=64, n_symbols=39, n_classes=4, n_components=2, condition=None, n_context=4)
    table = {weight.name: weight.shape for weight in AutoregressiveArchitecture().weights(sizes)}
    n_read = 32 + 3 * 16 + 2 * 16 + 8  # the latent point, the bars, the pitches, the steps held
    assert {name: shape for name, shape in table.items() if name.startswith("decoder") and "bias" not in name} == {
        "decoder/hidden/kernel": (2 + 4, 64),
        "decoder/latent/kernel": (64, 32),
        "decoder/state/kernel": (32, 256),
        "decoder/previous": (39 + 2, 32),
        "decoder/position": (64, 12),
        "decoder/bars": (39 + 1, 16),
        "decoder/pitches": (39 + 2, 16),
        "decoder/held": (16, 8),
        "decoder/gru/kernel": (32 + 12 + n_read, 3 * 256),
        "decoder/gru/recurrent_kernel": (256, 3 * 256),
        "decoder/symbols/kernel": (256 + n_read, 39),
    }
    assert table["encoder/hidden/kernel"] == (16 * 64, 256)


def test_without_melodies_there_is_no_history_of_pitches():
    table = {weight.name: weight.shape for weight in AutoregressiveArchitecture(melodic=False).weights(SIZES)}
    assert not {"decoder/pitches", "decoder/held"} & set(table)
    assert table["decoder/symbols/kernel"] == (256 + 32 + 3 * 16, 5)


# what it reads of the earlier symbols --------------------------------------------------------------------------------


def numpy_history(sizes, symbols):
    """Return the indices of all that a step reads, (n, n_steps, columns)."""
    history, found = NumpyHistory.start(sizes, len(symbols), melodic=True), []
    for step in range(sizes.n_steps):
        history = history.append(symbols[:, step - 1]) if step else history
        found.append(history.indices())
    return np.stack(found, axis=1)


def keras_history_index(sizes, symbols, hidden=None):
    """Return the same without the last symbol, from embeddings that are one-hot or the number itself."""
    identity = np.eye(sizes.n_symbols + 2, dtype="float32")
    weights = {"decoder/bars": identity[:-1], "decoder/pitches": identity, "decoder/held": np.eye(16, dtype="float32")}
    embedded = keras_history(sizes, weights, symbols, hidden, melodic=True)
    return np.stack([np.asarray(part).argmax(axis=-1) for part in embedded], axis=-1)


def test_the_history_of_a_melody():
    symbols = np.array([[0, HOLD, 1, REST, HOLD, HOLD, 2, 2, HOLD, 0]], "int32")
    sizes = SIZES._replace(n_steps=10)
    expected = {
        0: [NOTHING, 0, HOLD, 1, REST, HOLD, HOLD, 2, 2, HOLD],  # the previous symbol
        4: [NOTHING, 0, 0, 1, 1, 1, 1, 2, 2, 2],  # the last pitch, also when a rest has ended its note
        5: [NOTHING, NOTHING, NOTHING, 0, 0, 0, 0, 1, 2, 2],  # the pitch before that; a repeated pitch counts, too
        6: [15, 0, 1, 0, 0, 1, 2, 0, 0, 1],  # steps held
    }
    found = numpy_history(sizes, symbols)[0]
    for column, values in expected.items():
        assert found[:, column].tolist() == values
    assert (found[:, 1:4] == NOTHING).all()  # there is no earlier bar
    assert np.array_equal(keras_history_index(sizes, symbols)[0], found[:, 1:])


def test_a_row_that_begins_with_holds():
    symbols = np.array([[HOLD, HOLD, REST, HOLD, 1, 1]], "int32")
    found = numpy_history(SIZES._replace(n_steps=6), symbols)[0]
    assert found[:, 4:].tolist() == [[NOTHING, NOTHING, n] for n in (15, 15, 15, 0, 1)] + [[1, NOTHING, 0]]
    assert np.array_equal(keras_history_index(SIZES._replace(n_steps=6), symbols)[0], found[:, 1:])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([0, 1, 2, REST, HOLD, HOLD, HOLD, HOLD]), min_size=64, max_size=64))
def test_the_history_is_what_a_plain_reading_says(row):
    found = numpy_history(SIZES, np.array([row]))[0]
    for step in range(64):
        pitches = [NOTHING, NOTHING, *(symbol for symbol in row[:step] if symbol < REST)]
        begun = [i for i, symbol in enumerate(row[:step]) if symbol != HOLD]
        held = min(step - 1 - begun[-1], 15) if begun else 15
        before = [row[step - distance] if step >= distance else NOTHING for distance in (1, *BARS)]
        assert found[step].tolist() == [*before, pitches[-1], pitches[-2], held]


@pytest.mark.parametrize(("n_steps", "n_symbols"), [(64, 5), (100, 9), (7, 3), (3, 2), (1, 1)])
def test_both_halves_are_told_the_same(n_steps, n_symbols):
    sizes = SIZES._replace(n_steps=n_steps, n_symbols=n_symbols)
    symbols = draw_melodies(sizes, n_rows=50)
    assert np.array_equal(keras_history_index(sizes, symbols), numpy_history(sizes, symbols)[..., 1:])


def test_the_softmax_reads_the_symbols_of_the_bars_before():
    architecture = AutoregressiveArchitecture(units=5, hidden_units=4, melodic=False)
    weights = draw_weights(architecture, SIZES)
    weights["decoder/gru/kernel"][:] = 0  # so that the state says nothing about the symbols
    symbols = draw_melodies(SIZES)
    other = symbols.copy()
    other[:, 3] = (other[:, 3] + 1) % 5
    given = draw_given(SIZES)
    mine, theirs = (architecture.numpy_decoder(SIZES, weights, *given, rows) for rows in (symbols, other))
    assert np.flatnonzero((mine != theirs).any(axis=(0, 2))).tolist() == [3 + bar for bar in BARS]


def test_a_state_can_be_continued_twice():
    weights, given = draw_weights(SMALL, SIZES), draw_given(SIZES)
    state = SMALL.numpy_start(SIZES, weights, *given)
    _, state = SMALL.numpy_step(SIZES, weights, state, None, 0)
    zeros, ones = np.zeros(4, int), np.ones(4, int)
    first = SMALL.numpy_step(SIZES, weights, state, zeros, 1)[0]
    other = SMALL.numpy_step(SIZES, weights, state, ones, 1)[0]
    assert not np.allclose(first, other)
    assert np.array_equal(SMALL.numpy_step(SIZES, weights, state, zeros, 1)[0], first)


# word dropout --------------------------------------------------------------------------------------------------------


def test_what_is_hidden_in_training():
    symbols = draw_melodies(SIZES)
    asked = []

    def uniform(shape, value):
        asked.append(tuple(shape))
        return np.full(shape, value, "float32")

    weights = draw_weights(SMALL, SIZES)
    usual = keras_logits(SMALL, SIZES, weights, symbols)
    kept = keras_logits(SMALL, SIZES, weights, symbols, lambda shape: uniform(shape, 0.1))
    assert kept == pytest.approx(usual, abs=1e-5)  # numbers below 0.1 hide a symbol; none is
    assert asked == [(4, 64)]
    hidden = keras_logits(SMALL, SIZES, weights, symbols, lambda shape: uniform(shape, 0.0999))
    assert not np.allclose(hidden, usual, atol=1e-3)
    table = weights["decoder/previous"].copy()
    table[:HIDDEN] += 1  # rows of the table that are no longer read
    again = keras_logits(SMALL, SIZES, weights | {"decoder/previous": table}, symbols, lambda shape: uniform(shape, 0))
    assert again == pytest.approx(hidden, abs=1e-5)


def test_the_last_pitch_is_hidden_and_the_one_before_is_not():
    symbols = draw_melodies(SIZES)
    shown, hidden = (keras_history_index(SIZES, symbols, np.full(symbols.shape, flag)) for flag in (False, True))
    assert (hidden[..., 3] == HIDDEN).all()
    assert np.array_equal(np.delete(shown, 3, axis=-1), np.delete(hidden, 3, axis=-1))


def test_without_word_dropout_training_draws_nothing():
    architecture = AutoregressiveArchitecture(units=5, hidden_units=4, word_dropout=0)
    weights, symbols = draw_weights(architecture, SIZES), draw_melodies(SIZES)
    logits = keras_logits(architecture, SIZES, weights, symbols, uniform=lambda shape: pytest.fail("it drew"))
    assert np.array_equal(logits, keras_logits(architecture, SIZES, weights, symbols))


# what it writes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("temperature", [0.0, 1.0, 5.0])
def test_no_melody_begins_with_a_hold(temperature):
    weights = draw_weights(SMALL, SIZES)
    weights["decoder/symbols/bias"][-1] = 20  # makes holds the likeliest everywhere
    latent = np.random.default_rng(0).normal(size=(50, 2))
    rows = Predictor(SMALL, SIZES, weights).decode(latent, np.zeros(50, int), temperature, np.random.default_rng(0))
    assert not (rows[:, 0] == HOLD).any()
    assert (rows[:, 1:] == HOLD).mean() > 0.5
    other = AutoregressiveArchitecture(units=5, hidden_units=4, melodic=False)
    weights = draw_weights(other, SIZES)
    weights["decoder/symbols/bias"][-1] = 20
    rows = Predictor(other, SIZES, weights).decode(latent, np.zeros(50, int), temperature, np.random.default_rng(0))
    assert (rows[:, 0] == HOLD).any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"units": 0}, "units=0: expected a positive integer, e.g. 128"),
        ({"hidden_units": 2.5}, "hidden_units=2.5: expected a positive integer"),
        ({"word_dropout": 1}, "word_dropout=1: expected 0 or a positive number below 1, e.g. 0.1"),
        ({"word_dropout": -0.1}, "word_dropout=-0.1: expected 0 or a positive number below 1"),
        ({"melodic": "no"}, "melodic='no': expected True or False"),
    ],
)
def test_options_that_are_not_valid(options, message):
    with pytest.raises(ValueError, match=message):
        as_architecture(AutoregressiveArchitecture(**options))


def test_the_name_stands_for_the_default_options():
    assert as_architecture("autoregressive") == AutoregressiveArchitecture(256, 256, 0.1, True)
