"""The loss and its terms, compared with NumPy."""

import numpy as np
import pytest
from keras import ops
from scipy.special import softmax

from skemovae.nn.architectures import DenseArchitecture
from skemovae.nn.objective import Batch, Objective, loss_terms
from skemovae.nn.regularizers import REGULARIZERS
from skemovae.nn.rows import Partners

from .networks import SYMBOL_ATTRIBUTES, VALIDATION, make_batch, make_network, start


@pytest.fixture(scope="module")
def network():
    """A network with weights; tests may start it with another regularizer."""
    return make_network(architecture=DenseArchitecture(hidden_layer_sizes=(8,)))


@pytest.fixture(autouse=True)
def _started(network):
    start(network)


def terms_of(network, batch):
    return {name: float(value) for name, value in loss_terms(network, as_tensors(batch), VALIDATION).items()}


def as_tensors(batch):
    def convert(array):
        return array if array is None else ops.convert_to_tensor(array)

    partners = batch.partners and Partners(*map(convert, batch.partners))
    return Batch(*map(convert, batch._replace(partners=None)))._replace(partners=partners)


def outputs_of(network, batch):
    """Return the logits at the drawn points, the mean and the log variance."""
    mean, log_variance = network.encode(batch, VALIDATION)
    latent = mean + np.exp(np.asarray(log_variance) / 2) * batch.noise
    logits = network.decode(latent, batch, VALIDATION)
    return (np.asarray(array, float) for array in (logits, mean, log_variance))


def test_terms_against_numpy(network):
    batch = make_batch(4, noise=0.7)
    logits, mean, log_variance = outputs_of(network, batch)
    log_softmax = np.log(softmax(logits, axis=-1))
    reconstruction = -np.take_along_axis(log_softmax, batch.symbols[..., None], -1).sum() / 4
    kl = -0.5 * (1 + log_variance - mean**2 - np.exp(log_variance)).sum() / 4
    valence, arousal = np.array([1, -1, -1, 1]), np.array([1, 1, -1, -1])
    cosine_v = valence @ mean[:, 0] / (2 * np.linalg.norm(mean[:, 0]))
    cosine_a = arousal @ mean[:, 1] / (2 * np.linalg.norm(mean[:, 1]))
    expected = {
        "loss": reconstruction + 0.25 * kl - 2.0 * cosine_v - 3.0 * cosine_a,
        "reconstruction": reconstruction,
        "kl": kl,
        "valence": -cosine_v,
        "arousal": -cosine_a,
    }
    assert terms_of(network, batch) == pytest.approx(expected, rel=1e-4)


def test_filler_rows_do_not_count(network):
    filled = make_batch(5, weight=[1, 1, 1, 0, 0], noise=0.5)
    examples = Batch(*(array[:3] for array in filled[:5]))
    assert terms_of(network, filled) == pytest.approx(terms_of(network, examples), rel=1e-5)


def test_noise_moves_the_point_that_is_decoded_by_its_standard_deviation(network):
    batch = make_batch(3, noise=1.5)
    _, mean, log_variance = outputs_of(network, batch)
    moved = (mean + 1.5 * np.exp(log_variance / 2)).astype("float32")
    log_softmax = np.log(softmax(np.asarray(network.decode(moved, batch, VALIDATION), float), axis=-1))
    expected = -np.take_along_axis(log_softmax, batch.symbols[..., None], -1).sum() / 3
    assert terms_of(network, batch)["reconstruction"] == pytest.approx(expected, rel=1e-5)
    assert terms_of(network, make_batch(3))["reconstruction"] != pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("regularizer", "n_components", "names"),
    [
        (None, 2, ["loss", "reconstruction", "kl"]),
        (REGULARIZERS["cosine"], 1, ["loss", "reconstruction", "kl", "valence"]),
        (REGULARIZERS["cosine"], 2, ["loss", "reconstruction", "kl", "valence", "arousal"]),
        (REGULARIZERS["cosine"], 3, ["loss", "reconstruction", "kl", "valence", "arousal"]),
    ],
)
def test_names_of_the_terms(regularizer, n_components, names):
    assert list(Objective(regularizer).term_names(n_components)) == names


def test_without_a_regularizer_the_loss_has_two_terms(network):
    start(network, regularizer=None)
    terms = terms_of(network, make_batch(4))
    assert sorted(terms) == ["kl", "loss", "reconstruction"]
    assert terms["loss"] == pytest.approx(terms["reconstruction"] + 0.25 * terms["kl"])


def test_what_a_regularizer_is_given(network):
    axes = []

    def regularizer(axis):
        axes.append(axis)
        return 0.25

    start(network, regularizer=regularizer)
    batch = make_batch(3, noise=0.5)
    terms = terms_of(network, batch)
    assert (terms["valence"], terms["arousal"]) == (0.25, 0.25)
    _, mean, log_variance = outputs_of(network, batch)
    latent = mean + 0.5 * np.exp(log_variance / 2)
    for i, axis in enumerate(axes):
        assert np.asarray(axis.latent) == pytest.approx(mean[:, i])
        assert np.asarray(axis.sample) == pytest.approx(latent[:, i])
        assert np.array_equal(np.asarray(axis.target), batch.target[:, i])
        assert np.array_equal(np.asarray(axis.weight), batch.row_weight)
        assert np.asarray(axis.attribute) == pytest.approx(SYMBOL_ATTRIBUTES[batch.symbols][..., i].sum(axis=1))
        assert np.asarray(axis.plane.latent) == pytest.approx(mean)
        assert np.asarray(axis.plane.sample) == pytest.approx(latent)
        assert np.array_equal(np.asarray(axis.plane.target), batch.target)
        assert np.array_equal(np.asarray(axis.plane.label), batch.label)
        moved = (latent + 0.75 * np.eye(2)[i]).astype("float32")
        probabilities = softmax(np.asarray(network.decode(moved, batch, VALIDATION)), axis=-1)
        expected = (probabilities @ SYMBOL_ATTRIBUTES[:, i]).sum(axis=1)
        assert np.asarray(axis.decoded_attribute(0.75)) == pytest.approx(expected, abs=1e-5)
    assert len(axes) == 2


def test_a_regularizer_may_weigh_one_axis_against_the_other(network):
    start(network, regularizer=lambda axis: ops.mean(ops.abs(axis.plane.latent[:, 0] - axis.plane.latent[:, 1])))
    batch = make_batch(4)
    _, mean, _ = outputs_of(network, batch)
    terms = terms_of(network, batch)
    assert terms["valence"] == pytest.approx(np.abs(mean[:, 0] - mean[:, 1]).mean(), rel=1e-5)
    assert terms["arousal"] == terms["valence"]


def test_rows_of_the_same_symbols_have_the_same_attribute(network):
    axes = []
    attributes = np.random.default_rng(0).normal(size=(5, 2))
    start(network, regularizer=lambda axis: axes.append(axis) or 0.0, symbol_attributes=attributes)
    rows = np.random.default_rng(1).permuted(np.tile([0, 1, 1, 2, 3, 4], (50, 1)), axis=1).astype("int32")
    loss_terms(network, as_tensors(make_batch(50)._replace(symbols=rows)), VALIDATION)
    assert len(axes) == 2
    for axis in axes:
        assert len(np.unique(np.asarray(axis.attribute))) == 1


def test_a_regularizer_that_returns_no_number(network):
    start(network, regularizer=lambda axis: axis.latent)
    with pytest.raises(ValueError, match=r"returned shape \(4,\): expected one number"):
        loss_terms(network, as_tensors(make_batch(4)), VALIDATION)


def test_moved_points_that_are_decoded_change_no_state(network):
    updated = []

    class Architecture(DenseArchitecture):
        def keras_decoder(self, sizes, weights, latent, label, context, symbols, run):
            run.update("decoder/state", 0.0)
            return super().keras_decoder(sizes, weights, latent, label, context, symbols, run)

    other = make_network(architecture=Architecture(hidden_layer_sizes=(3,)), regularizer="latent_gradient")
    run = VALIDATION._replace(training=True, update=lambda name, value: updated.append(name))
    loss_terms(other, as_tensors(make_batch(4)), run)
    assert updated == ["decoder/state"]  # after five passes


def test_a_decoder_that_writes_step_after_step_moves_no_points(network):
    class Stepwise(DenseArchitecture):
        one_shot = False

    other = make_network(architecture=Stepwise(hidden_layer_sizes=(3,)), regularizer="latent_gradient")
    with pytest.raises(ValueError, match=r"decodes step by step: expected a regularizer that does not use"):
        loss_terms(other, as_tensors(make_batch(4)), VALIDATION)


@pytest.mark.parametrize("condition", ["both", "decoder", None])
def test_the_label_reaches_what_the_condition_says(condition):
    network = make_network(architecture=DenseArchitecture(hidden_layer_sizes=(8,)), condition=condition)
    batch = make_batch(4)
    a, b = (batch._replace(label=np.full(4, c, "int32")) for c in (0, 2))
    mean_a, mean_b = (np.asarray(network.encode(each, VALIDATION)[0]) for each in (a, b))
    assert (np.abs(mean_a - mean_b).max() > 1e-6) == (condition == "both")
    logits_a, logits_b = (np.asarray(network.decode(mean_a, each, VALIDATION)) for each in (a, b))
    assert (np.abs(logits_a - logits_b).max() > 1e-6) == (condition is not None)


def test_the_divergence_of_the_emotion_is_from_its_own_prior(network):
    start(network, emotion_prior_scale=0.4)
    wide = make_network(architecture=DenseArchitecture(hidden_layer_sizes=(8,)), n_components=3)
    start(wide, emotion_prior_scale=0.4)
    batch = make_batch(4)._replace(noise=np.zeros((4, 3), "float32"))
    _, mean, log_variance = outputs_of(wide, batch)
    variance = np.exp(log_variance)
    distance = ((mean[:, :2] - batch.target) ** 2 + variance[:, :2]) / 0.16
    expected = 0.5 * (distance - 1 - log_variance[:, :2] + np.log(0.16)).sum(axis=1).mean()
    free = 0.5 * (mean[:, 2] ** 2 + variance[:, 2] - 1 - log_variance[:, 2]).mean()
    terms = terms_of(wide, batch)
    assert terms["emotion_kl"] == pytest.approx(expected, rel=1e-4)
    assert terms["kl"] == pytest.approx(free, rel=1e-4)
    weighted = terms["reconstruction"] + 0.25 * free + expected + 2 * terms["valence"] + 3 * terms["arousal"]
    assert terms["loss"] == pytest.approx(weighted, rel=1e-4)


def test_a_row_is_decoded_to_its_partner(network):
    rows = make_batch(5, noise=0.3)
    partners = Partners(
        symbols=np.array([[0, 1, 2, 3, 4, 0], [4, 4, 1, 1, 0, 0]], "int32"),
        label=np.array([1, 2], "int32"),
        target=np.array([[-1, 1], [-1, -1]], "float32"),
        step_weight=np.array([[1] * 6, [1, 1, 1, 0, 0, 0]], "float32"),
    )
    wide = make_network(architecture=DenseArchitecture(hidden_layer_sizes=(8,)), n_components=3)
    noise = np.linspace(-1, 1, 21, dtype="float32").reshape(7, 3)
    batch = rows._replace(noise=noise, partners=partners, row_weight=np.array([1, 1, 1, 0, 1], "float32"))
    everything = rows._replace(
        symbols=np.concatenate([rows.symbols, partners.symbols]),
        label=np.concatenate([rows.label, partners.label]),
        target=np.concatenate([rows.target, partners.target]),
    )
    mean, log_variance = (np.asarray(array) for array in wide.encode(everything, VALIDATION))
    drawn = mean + np.exp(log_variance / 2) * noise
    points = drawn[:5].copy()
    points[:2, :2] = drawn[5:, :2]  # the partner's valence and arousal, the row's own third dimension
    decoded = rows._replace(
        symbols=np.concatenate([partners.symbols, rows.symbols[2:]]),
        label=np.concatenate([partners.label, rows.label[2:]]),
    )
    log_softmax = np.log(softmax(np.asarray(wide.decode(points, decoded, VALIDATION), float), axis=-1))
    entropy = -np.take_along_axis(log_softmax, decoded.symbols[..., None], -1)[..., 0]
    entropy[1, 3:] = 0
    terms = terms_of(wide, batch)
    assert terms["reconstruction"] == pytest.approx(entropy.sum(axis=1)[[0, 1, 2, 4]].mean(), rel=1e-4)
    counted = np.array([0, 1, 2, 4, 5, 6])  # the cosine includes partners, too
    wanted, found = everything.target[counted, 0], mean[counted, 0]
    cosine = wanted @ found / np.linalg.norm(wanted) / np.linalg.norm(found)
    assert terms["valence"] == pytest.approx(-cosine, rel=1e-4)


def test_part_of_the_divergence_counts(network):
    batch = make_batch(4)
    whole, half = terms_of(network, batch), terms_of(network, batch._replace(kl_scale=np.float32(0.5)))
    assert half["loss"] == pytest.approx(whole["loss"] - 0.125 * whole["kl"], rel=1e-5)
    assert half["kl"] == whole["kl"]
