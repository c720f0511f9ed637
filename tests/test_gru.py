import keras
import numpy as np
import pytest
from keras import layers

from skemovae.nn.gru import GRU, ProjectedGRU, RepeatedInputGRU

tf = pytest.importorskip("tensorflow", reason="the fast path is TensorFlow's")
if keras.backend.backend() != "tensorflow":
    pytest.skip("the fast path is TensorFlow's", allow_module_level=True)

SHAPES = [(1, 1, 1, 1), (3, 5, 4, 7), (16, 64, 31, 32), (5, 3, 2, 64)]  # batch, steps, features, units


def make_pair(shape, *, repeated=False, return_sequences=False, jit_compile=False, dtype="float32"):
    """Return our layer and Keras' with the same random weights, and an input."""
    batch, n_steps, n_features, units = shape
    generator = np.random.default_rng(0)
    settings = dict(return_sequences=return_sequences, dtype=dtype)
    ours = RepeatedInputGRU(units, n_steps, **settings) if repeated else GRU(units, **settings)
    ours.jit_compile = jit_compile
    theirs = layers.GRU(units, **settings)
    x = generator.normal(size=(batch, n_features) if repeated else (batch, n_steps, n_features)).astype(dtype)
    ours.build(x.shape)
    theirs.build((batch, n_steps, n_features))
    weights = [generator.normal(size=weight.shape, scale=0.4).astype(dtype) for weight in theirs.weights]
    ours.set_weights(weights)
    theirs.set_weights(weights)
    if not repeated:
        return ours, theirs, tf.constant(x)

    def repeat(x):
        return theirs(tf.repeat(x[:, None], n_steps, axis=1))

    repeat.trainable_variables = theirs.trainable_variables
    return ours, repeat, tf.constant(x)


def output_and_gradients(layer, x, *, compiled=False, **settings):
    def run(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            output = layer(x, **settings)
            loss = tf.reduce_sum(output * tf.cos(tf.cast(tf.range(tf.size(output)), output.dtype) + 1.0)[0]) + (
                tf.reduce_sum(output**2)
            )
        return [output, *tape.gradient(loss, [x, *(v.value for v in layer.trainable_variables)])]

    return [a.numpy() for a in (tf.function(run, jit_compile=True) if compiled else run)(x)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("repeated", [False, True])
@pytest.mark.parametrize("jit_compile", [False, True])
def test_output_and_all_gradients_equal_keras(shape, return_sequences, repeated, jit_compile):
    ours, theirs, x = make_pair(shape, repeated=repeated, return_sequences=return_sequences, jit_compile=jit_compile)
    for mine, reference in zip(output_and_gradients(ours, x), output_and_gradients(theirs, x), strict=True):
        assert mine.shape == reference.shape
        scale = np.abs(reference).max() + 1e-6
        assert np.abs(mine - reference).max() / scale < 2e-5


@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("repeated", [False, True])
@pytest.mark.parametrize("compiled", [False, True])
def test_predictions_and_their_gradients_equal_keras(return_sequences, repeated, compiled):
    ours, theirs, x = make_pair((3, 5, 4, 7), repeated=repeated, return_sequences=return_sequences)
    ours.jit_compile = compiled
    predicted = output_and_gradients(ours, x, compiled=compiled, training=False)
    for mine, reference in zip(predicted, output_and_gradients(theirs, x), strict=True):
        assert mine == pytest.approx(reference, rel=2e-5, abs=2e-5 * float(np.abs(reference).max()))


@pytest.mark.parametrize("activation", ["tanh", "relu"])  # with and without the fast path
def test_projected_states_are_those_of_the_dense_layer(activation):
    gru, dense = RepeatedInputGRU(7, 5, return_sequences=True, activation=activation), layers.Dense(3)
    x = np.random.default_rng(0).normal(size=(4, 2)).astype("float32")
    dense.build((4, 5, 7))
    dense.bias.assign([1.0, 2.0, 3.0])
    expected = dense(gru(x)).numpy()
    assert ProjectedGRU(gru, dense)(x).numpy() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("repeated", [False, True])
def test_inside_a_function_compiled_with_xla(repeated):
    ours, theirs, x = make_pair((4, 6, 3, 8), repeated=repeated, return_sequences=True, jit_compile=True)
    compiled = output_and_gradients(ours, x, compiled=True)
    for mine, reference in zip(compiled, output_and_gradients(theirs, x), strict=True):
        assert mine == pytest.approx(reference, rel=2e-5, abs=2e-5 * float(np.abs(reference).max()))


def test_gradients_against_finite_differences_in_float64():
    ours, _, x = make_pair((2, 4, 3, 5), return_sequences=True, dtype="float64")

    def loss():
        return float(tf.reduce_sum(ours(x) ** 2 + tf.sin(ours(x))))

    with tf.GradientTape() as tape:
        value = tf.reduce_sum(ours(x) ** 2 + tf.sin(ours(x)))
    gradients = tape.gradient(value, [v.value for v in ours.trainable_variables])
    step = 1e-6
    for variable, gradient in zip(ours.trainable_variables, gradients, strict=True):
        original = variable.numpy()
        for place in [(0, 0), (1, 7), (original.shape[0] - 1, original.shape[1] - 1)]:
            change = np.zeros_like(original)
            change[place] = step
            variable.assign(original + change)
            above = loss()
            variable.assign(original - change)
            below = loss()
            variable.assign(original)
            assert gradient.numpy()[place] == pytest.approx((above - below) / (2 * step), rel=1e-6, abs=1e-8)


def test_unknown_batch_size():
    ours, theirs, x = make_pair((3, 5, 4, 7), return_sequences=True, jit_compile=True)
    traced = tf.function(ours.call, input_signature=[tf.TensorSpec((None, 5, 4))])
    for rows in (1, 3):
        assert traced(x[:rows]).numpy() == pytest.approx(theirs(x[:rows]).numpy(), abs=1e-5)


def test_weights_and_configuration_are_keras_own():
    ours, theirs = GRU(6, return_sequences=True), layers.GRU(6, return_sequences=True)
    ours.build((None, 4, 3))
    theirs.build((None, 4, 3))
    assert [w.shape for w in ours.weights] == [w.shape for w in theirs.weights]
    assert {k: v for k, v in ours.get_config().items() if k != "name"} == {
        k: v for k, v in theirs.get_config().items() if k != "name"
    }


@pytest.mark.parametrize("layer", [GRU(3), RepeatedInputGRU(3, n_steps=4)])
def test_saved_as_part_of_a_keras_model(layer, tmp_path):
    shape = (4,) if isinstance(layer, RepeatedInputGRU) else (5, 4)
    model = keras.Sequential([keras.Input(shape), layer])
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    x = np.random.default_rng(0).normal(size=(2, *shape)).astype("float32")
    assert type(again.layers[-1]) is type(layer)
    assert np.array_equal(again(x), model(x))


@pytest.mark.parametrize(
    "settings",
    [
        {"reset_after": False},
        {"use_bias": False},
        {"activation": "relu"},
        {"recurrent_activation": "hard_sigmoid"},
        {"go_backwards": True},
        {"dropout": 0.5},
    ],
)
def test_what_the_fast_path_does_not_cover_is_keras_own(settings):
    ours, theirs = GRU(4, seed=1, **settings), layers.GRU(4, seed=1, **settings)
    x = np.random.default_rng(0).normal(size=(3, 5, 2)).astype("float32")
    ours.build(x.shape)
    theirs.build(x.shape)
    theirs.set_weights(ours.get_weights())
    assert np.allclose(ours(x, training=True), theirs(x, training=True), atol=1e-6)


def test_initial_state_and_mask_are_keras_own():
    ours, theirs, x = make_pair((3, 5, 2, 4))
    state = np.random.default_rng(1).normal(size=(3, 4)).astype("float32")
    mask = np.array([[1, 1, 0, 0, 0], [1, 1, 1, 1, 1], [1, 0, 0, 0, 0]], bool)
    assert np.allclose(ours(x, initial_state=state), theirs(x, initial_state=state), atol=1e-6)
    assert np.allclose(ours(x, mask=mask), theirs(x, mask=mask), atol=1e-6)
