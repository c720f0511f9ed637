"""The architectures: those of the package and toy ones pass the check, and the check finds faults."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from skemovae import PAPER_PRESET, EmotionRegularizedVAE, load_model, save_model
from skemovae.nn.architectures import (
    Architecture,
    ConvolutionalArchitecture,
    DenseArchitecture,
    GRUArchitecture,
    Sizes,
    Weight,
    architecture_name,
    as_architecture,
    dense,
    keras_dense,
    make_architecture,
    numpy_dense,
    register_architecture,
    registered_architectures,
)
from skemovae.testing import check_architecture

PAPER_SIZES = Sizes(n_steps=64, n_symbols=31, n_classes=4, n_components=2, condition="both")
MOMENTUM, EPSILON = 0.9, 1e-3


@register_architecture("tests-normalized")
@dataclass(frozen=True)
class NormalizedArchitecture(DenseArchitecture):
    """Dense layers, with batch normalization of the encoder's last one."""

    hidden_layer_sizes: tuple = (6,)

    def weights(self, sizes):
        n = (sizes.n_components,)
        return [
            *super().weights(sizes),
            Weight("encoder/normalization/mean", n, trainable=False),
            Weight("encoder/normalization/variance", n, "ones", trainable=False),
        ]

    def keras_encoder(self, sizes, weights, symbols, label, run):
        from keras import ops

        mean, log_variance = super().keras_encoder(sizes, weights, symbols, label, run)
        names = ("encoder/normalization/mean", "encoder/normalization/variance")
        moments = [ops.convert_to_tensor(weights[name]) for name in names]
        if run.training:
            # of the batch, not counting filler rows
            share = run.row_weight[:, None] / ops.sum(run.row_weight)
            center = ops.sum(share * mean, axis=0)
            batch = [center, ops.sum(share * (mean - center) ** 2, axis=0)]
            for name, moving, now in zip(names, moments, batch, strict=True):
                run.update(name, MOMENTUM * moving + (1 - MOMENTUM) * ops.stop_gradient(now))
            moments = batch
        return ops.batch_normalization(mean, *moments, axis=-1, epsilon=EPSILON), log_variance

    def numpy_encoder(self, sizes, weights, symbols, label):
        mean, log_variance = super().numpy_encoder(sizes, weights, symbols, label)
        center, variance = (weights[f"encoder/normalization/{kind}"] for kind in ("mean", "variance"))
        return (mean - center) / np.sqrt(variance + np.float32(EPSILON)), log_variance


@register_architecture("tests-autoregressive")
@dataclass(frozen=True)
class AutoregressiveArchitecture(DenseArchitecture):
    """A dense encoder, and a decoder that adds to a dense one's logits what the previous symbol contributes."""

    one_shot = False

    hidden_layer_sizes: tuple = (6,)

    def weights(self, sizes):
        return [*super().weights(sizes), Weight("decoder/before", (sizes.n_symbols, sizes.n_symbols), "glorot_uniform")]

    def keras_decoder(self, sizes, weights, latent, label, context, symbols, run):
        from keras import ops

        logits = super().keras_decoder(sizes, weights, latent, label, context, symbols, run)
        before = ops.take(ops.convert_to_tensor(weights["decoder/before"]), symbols[:, :-1], axis=0)
        return logits + ops.pad(before, [(0, 0), (1, 0), (0, 0)])

    def numpy_decoder(self, sizes, weights, latent, label, context, symbols):
        logits = super().numpy_decoder(sizes, weights, latent, label, context, symbols)
        logits[:, 1:] += weights["decoder/before"][symbols[:, :-1]]
        return logits

    def numpy_start(self, sizes, weights, latent, label, context):
        return super().numpy_decoder(sizes, weights, latent, label, context, None)

    def numpy_step(self, sizes, weights, state, previous, step):
        return state[:, step] + (0 if previous is None else weights["decoder/before"][previous]), state


@pytest.mark.parametrize(
    "architecture",
    [
        # the quick tests use the example of check_architecture, and one with untrained state
        pytest.param(DenseArchitecture(hidden_layer_sizes=(7, 5)), id="dense", marks=pytest.mark.slow),
        pytest.param(GRUArchitecture(units=5), id="gru", marks=pytest.mark.slow),
        pytest.param(ConvolutionalArchitecture(filters=(3, 5)), id="square", marks=pytest.mark.slow),
        pytest.param(
            ConvolutionalArchitecture(kernels="musical", filters=(6, 8)), id="musical", marks=pytest.mark.slow
        ),
        pytest.param(NormalizedArchitecture(hidden_layer_sizes=(7, 5)), id="normalized"),
        pytest.param(AutoregressiveArchitecture(), id="autoregressive", marks=pytest.mark.slow),
    ],
)
def test_architectures_are_right(architecture):
    check_architecture(architecture)


def test_state_is_trained_used_saved_and_loaded(tiny_data, tmp_path):
    model = EmotionRegularizedVAE(
        architecture="tests-normalized", early_stopping=True, max_iter=3, jit_compile=False, random_state=0
    ).fit(*tiny_data)
    center = model.weights_["encoder/normalization/mean"]
    assert center.any()
    save_model(model, tmp_path / "model.safetensors")
    again = load_model(tmp_path / "model.safetensors")
    assert np.array_equal(again.weights_["encoder/normalization/mean"], center)
    assert np.array_equal(again.transform(tiny_data[0]), model.transform(tiny_data[0]))


# what check_architecture finds ---------------------------------------------------------------------------------------


class TwiceTheSameName(DenseArchitecture):
    def weights(self, sizes):
        return [*super().weights(sizes), *dense("encoder/mean", 1, 1)]


class EmptyShape(DenseArchitecture):
    def weights(self, sizes):
        return [*super().weights(sizes), *dense("encoder/label", sizes.n_encoder_classes, 2)]


class UnknownInitializer(DenseArchitecture):
    def weights(self, sizes):
        return [weight._replace(initializer="nought") for weight in super().weights(sizes)]


class UnusedWeight(DenseArchitecture):
    def weights(self, sizes):
        return [*super().weights(sizes), Weight("decoder/spare", (2,))]


class OtherNumbers(DenseArchitecture):
    def numpy_encoder(self, sizes, weights, symbols, label):
        mean, log_variance = super().numpy_encoder(sizes, weights, symbols, label)
        return mean + np.float32(0.01), log_variance


class GrowingTypes(DenseArchitecture):
    def numpy_encoder(self, sizes, weights, symbols, label):
        mean, log_variance = super().numpy_encoder(sizes, weights, symbols, label)
        return mean * np.ones(1), log_variance  # an array: in NumPy 1, a scalar cannot change a dtype


class KerasInUse(DenseArchitecture):
    def numpy_decoder(self, sizes, weights, latent, label, context, symbols):
        import keras  # noqa: F401

        return super().numpy_decoder(sizes, weights, latent, label, context, symbols)


class NoUpdate(NormalizedArchitecture):
    def keras_encoder(self, sizes, weights, symbols, label, run):
        return super().keras_encoder(sizes, weights, symbols, label, run._replace(update=lambda name, value: None))


class FillersCount(NormalizedArchitecture):
    def keras_encoder(self, sizes, weights, symbols, label, run):
        from keras import ops

        return super().keras_encoder(
            sizes, weights, symbols, label, run._replace(row_weight=ops.ones_like(run.row_weight))
        )


class LooksAtSymbols(AutoregressiveArchitecture):
    one_shot = True


class LooksAhead(AutoregressiveArchitecture):
    def numpy_decoder(self, sizes, weights, latent, label, context, symbols):
        return (
            super(AutoregressiveArchitecture, self).numpy_decoder(sizes, weights, latent, label, context, symbols)
            + (weights["decoder/before"][symbols])
        )

    def keras_decoder(self, sizes, weights, latent, label, context, symbols, run):
        from keras import ops

        logits = super(AutoregressiveArchitecture, self).keras_decoder(
            sizes, weights, latent, label, context, symbols, run
        )
        return logits + ops.take(ops.convert_to_tensor(weights["decoder/before"]), symbols, axis=0)


class ForgetsTheSymbol(AutoregressiveArchitecture):
    def numpy_step(self, sizes, weights, state, previous, step):
        return super().numpy_step(sizes, weights, state, None, step)


@pytest.mark.parametrize(
    ("cls", "message"),
    [
        (TwiceTheSameName, r"the names \['encoder/mean/bias', 'encoder/mean/kernel'\] occur twice"),
        (EmptyShape, r"'encoder/label/kernel' has shape \(0, 2\): expected a tuple of positive integers"),
        (UnknownInitializer, "nought.*expected initializers by the names that keras.initializers.get accepts"),
        (UnusedWeight, r"changing the weights \['decoder/spare'\] changes neither"),
        (OtherNumbers, "the mean of keras_encoder and of numpy_encoder are 0.01 apart: expected at most 1e-04"),
        (GrowingTypes, "numpy_encoder's mean has shape .* and type float64: expected .* and float32"),
        (KerasInUse, "a NumPy function imports what it must not need .*keras"),
        (NoUpdate, r"run.update was called for \[\] in training: expected \['encoder/normalization/mean'"),
        (FillersCount, "rows of weight 0 change the loss"),
        (LooksAtSymbols, "the logits depend on the row's symbols.*or one_shot = False"),
        (LooksAhead, "numpy_decoder looks ahead: the logits up to step 0 change"),
        (ForgetsTheSymbol, "at step 1 numpy_step returns logits that are .* away"),
    ],
)
def test_faults_are_found_and_named(cls, message):
    faulty = dataclass(frozen=True)(cls)(hidden_layer_sizes=(4,))
    with pytest.raises(AssertionError, match=f"(?s){message}"):
        check_architecture(faulty)


# tables, options and names -------------------------------------------------------------------------------------------


def test_the_papers_network_has_the_layers_of_the_reference():
    shapes = [weight.shape for weight in PAPER_PRESET["architecture"].weights(PAPER_SIZES)]
    assert shapes == [
        (4, 256), (256,),  # label -> Dense(64 * 4)
        (35, 1536), (512, 1536), (2, 1536),  # encoder GRU over 31 symbols and 4 label channels
        (512, 100), (100,),
        (100, 2), (2,), (100, 2), (2,),
        (6, 1536), (512, 1536), (2, 1536),  # decoder GRU over z and label
        (512, 31), (31,),
    ]  # fmt: skip


def test_the_convolutional_network_has_the_layers_of_the_reference():
    sizes = Sizes(n_steps=64, n_symbols=60, n_classes=4, n_components=32, condition="both")
    square = {weight.name: weight.shape for weight in ConvolutionalArchitecture().weights(sizes)}
    assert square["encoder/label/kernel"] == (4, 64 * 60)
    assert square["encoder/convolution0/kernel"] == (3, 3, 2, 128)
    assert square["encoder/convolution1/kernel"] == (3, 3, 128, 256)
    assert square["encoder/hidden/kernel"] == (16 * 15 * 256, 16)
    assert square["decoder/picture/kernel"] == (36, 16 * 15 * 256)
    assert square["decoder/symbols/kernel"] == (3, 3, 128, 1)
    musical = {weight.name: weight.shape for weight in ConvolutionalArchitecture(kernels="musical").weights(sizes)}
    assert musical["encoder/octaves0/kernel"] == (1, 12, 2, 64)
    assert musical["encoder/octaves1/kernel"] == (4, 1, 64, 128)
    assert musical["encoder/beats0/kernel"] == (4, 1, 2, 64)
    assert musical["encoder/beats1/kernel"] == (1, 12, 64, 128)
    assert musical["encoder/hidden/kernel"] == (2 * 16 * 5 * 128, 64)


@pytest.mark.parametrize(
    ("architecture", "message"),
    [
        (GRUArchitecture(units=0), "units=0: expected a positive integer, e.g. 128"),
        (GRUArchitecture(units=2.0), "units=2.0: expected a positive integer"),
        (GRUArchitecture(units=True), "units=True: expected a positive integer"),
        (DenseArchitecture(hidden_layer_sizes=()), r"hidden_layer_sizes=\(\): expected a tuple of positive integers"),
        (DenseArchitecture(hidden_layer_sizes=[3]), r"hidden_layer_sizes=\[3\]: expected a tuple"),
        (DenseArchitecture(hidden_layer_sizes=(3, -1)), r"hidden_layer_sizes\[1\]=-1: expected a positive integer"),
        (DenseArchitecture(hidden_layer_sizes=(1,) * 101), "expected a tuple of positive integers"),
        (ConvolutionalArchitecture(kernels="round"), "kernels='round': expected one of 'square', 'musical'"),
        (ConvolutionalArchitecture(filters=(1, 2, 3)), r"filters=\(1, 2, 3\): expected a tuple of 2 positive integers"),
        (ConvolutionalArchitecture(filters=(1, 0)), r"filters\[1\]=0: expected a positive integer"),
    ],
)
def test_options_that_are_not_valid(architecture, message):
    with pytest.raises(ValueError, match=message):
        as_architecture(architecture)


def test_a_name_stands_for_the_default_options():
    assert as_architecture("gru") == GRUArchitecture()
    assert as_architecture("dense") == DenseArchitecture()
    assert as_architecture("convolutional") == ConvolutionalArchitecture()


class NoDataclass(GRUArchitecture):
    pass


@dataclass(frozen=True)
class OptionsOfAnyKind(GRUArchitecture):
    more: object = ()


@pytest.mark.parametrize("value", ["lstm", GRUArchitecture, None, 3, NoDataclass(), Architecture()])
def test_what_is_no_architecture(value):
    with pytest.raises(
        ValueError,
        match=r"architecture=.*: expected one of 'autoregressive', 'beat', .*'gru'.*or an object such as GRU",
    ):
        as_architecture(value)


def test_options_that_cannot_be_hashed():
    with pytest.raises(ValueError, match="expected hashable options"):
        as_architecture(OptionsOfAnyKind(more=[1]))


def test_options_that_no_file_can_hold():
    with pytest.raises(AssertionError, match="options that a model file cannot contain"):
        check_architecture(OptionsOfAnyKind(more=1j))


def test_names():
    assert {"dense", "convolutional", "gru", "tests-normalized"} <= set(registered_architectures())
    assert architecture_name(replace(GRUArchitecture(), units=3)) == "gru"
    assert architecture_name(OptionsOfAnyKind()) is None
    registered_architectures().clear()  # a copy
    assert "gru" in registered_architectures()


def test_a_name_is_given_once():
    with pytest.raises(ValueError, match=r"architecture 'gru' is already skemovae.*GRUArchitecture"):
        register_architecture("gru")(OptionsOfAnyKind)
    assert register_architecture("gru")(GRUArchitecture) is GRUArchitecture  # as when a module is loaded again
    with pytest.raises(TypeError, match=r"expected a class derived from Architecture under @dataclass\(frozen=True\)"):
        register_architecture("another")(NoDataclass)
    assert "another" not in registered_architectures()


def test_an_architecture_out_of_a_file():
    assert make_architecture("dense", {"hidden_layer_sizes": [3, 4]}) == DenseArchitecture(hidden_layer_sizes=(3, 4))
    with pytest.raises(ValueError, match=r"its architecture is 'lstm': expected one of .*first import the module"):
        make_architecture("lstm", {})
    with pytest.raises(ValueError, match=r"'gru' has the options \['layers'\]: expected some of \['units'\]"):
        make_architecture("gru", {"layers": 2})
    with pytest.raises(ValueError, match="units=0: expected a positive integer"):
        make_architecture("gru", {"units": 0})


def test_what_a_dense_layer_is():
    weights = {"a/kernel": np.array([[2.0, 0.0], [0.0, 3.0]], "float32"), "a/bias": np.array([1.0, -1.0], "float32")}
    x = np.array([[1.0, 1.0]], "float32")
    assert [weight.shape for weight in dense("a", 2, 3)] == [(2, 3), (3,)]
    assert numpy_dense(weights, "a", x).tolist() == [[3, 2]]
    assert np.asarray(keras_dense(weights, "a", x)).tolist() == [[3, 2]]
