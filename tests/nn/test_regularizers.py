import numpy as np
import pytest

from skemovae.nn.regularizers import (
    REGULARIZERS,
    CosineRegularizer,
    LatentAxis,
    LatentGradientRegularizer,
    PairwiseRegularizer,
)


def make_axis(latent, target=None, attribute=None, weight=None, decoded_attribute=None):
    weight = np.ones(len(latent)) if weight is None else weight
    arrays = (None if a is None else np.asarray(a, "float32") for a in (latent, latent, target, attribute, weight))
    return LatentAxis(*arrays, decoded_attribute)


def test_cosine_of_known_vectors():
    # V = (1, -1, -1), z = (2, 1, -2): cosine 3 / (sqrt(3) * 3)
    loss = CosineRegularizer()(make_axis([2, 1, -2], [1, -1, -1]))
    assert float(loss) == pytest.approx(-1 / np.sqrt(3), abs=1e-6)


def test_cosine_does_not_centre():
    assert float(CosineRegularizer()(make_axis([5, 5], [1, 1]))) == pytest.approx(-1, abs=1e-6)


def test_cosine_of_a_batch_on_the_axis_is_zero():
    assert float(CosineRegularizer()(make_axis([0, 0], [1, -1]))) == 0


def test_pairs_of_known_vectors():
    # pairs (0, 1): tanh(2 * 0.5) against sign(1 - -1) = 1, and its mirror image; the two pairs (i, i) are 0
    loss = PairwiseRegularizer(delta=2.0)(make_axis([0.5, 0.0], [1, -1]))
    assert float(loss) == pytest.approx(2 * (1 - np.tanh(1.0)) / 4, abs=1e-6)
    # the order reversed: tanh(-1) against 1
    loss = PairwiseRegularizer(delta=2.0)(make_axis([-0.5, 0.0], [1, -1]))
    assert float(loss) == pytest.approx(2 * (1 + np.tanh(1.0)) / 4, abs=1e-6)


def test_pairs_of_one_target_should_coincide():
    loss = PairwiseRegularizer(delta=1.0)(make_axis([3.0, 0.0], [1, 1]))
    assert float(loss) == pytest.approx(2 * np.tanh(3.0) / 4, abs=1e-6)


def test_pairs_follow_the_attribute_where_that_is_asked_for():
    axis = make_axis([9, 0, -9], target=[-1, -1, 1], attribute=[0.3, 0.2, 0.1])
    assert float(PairwiseRegularizer(attribute="attribute")(axis)) == pytest.approx(0, abs=1e-6)
    assert float(PairwiseRegularizer()(axis)) > 1


def test_pairs_do_not_depend_on_where_zero_lies():
    latent, target = np.array([0.3, -0.2, 0.1]), [1, -1, 1]
    here, there = (float(PairwiseRegularizer()(make_axis(latent + shift, target))) for shift in (0, 100))
    assert here == pytest.approx(there, abs=1e-3)


def test_latent_gradient_of_known_attributes():
    # da/dz = (1, 3) compared with the slope 2 with deviation 0.5: both ((1) / 0.5)^2 / 2 = 2
    axis = make_axis([0, 0], decoded_attribute=lambda shift: shift * np.array([1.0, 3.0]) + 7)
    assert float(LatentGradientRegularizer(slope=2.0)(axis)) == pytest.approx(2.0, rel=1e-4)
    # for z^3 at 0, the central difference is step^2
    axis = make_axis([0], decoded_attribute=lambda shift: np.array([shift**3]))
    assert float(LatentGradientRegularizer(slope=0.0, deviation=1.0, step=0.5)(axis)) == pytest.approx(0.25**2 / 2)


@pytest.mark.parametrize("regularizer", list(REGULARIZERS.values()), ids=str)
def test_filler_rows_do_not_count(regularizer):
    def decoded(slopes):
        return lambda shift: shift * np.asarray(slopes, "float32")

    examples = make_axis([0.5, -0.1], [1, -1], [0.4, 0.3], decoded_attribute=decoded([0.5, 2.0]))
    filled = make_axis(
        [0.5, -0.1, 99], [1, -1, 1], [0.4, 0.3, -5], [1, 1, 0], decoded_attribute=decoded([0.5, 2.0, 9.0])
    )
    assert float(regularizer(filled)) == pytest.approx(float(regularizer(examples)), abs=1e-5)
    assert float(regularizer(examples)) != 0


def test_pairs_are_those_of_the_drawn_points():
    axis = make_axis([9, -9], target=[1, -1])._replace(sample=np.array([-9, 9], "float32"))
    assert float(PairwiseRegularizer()(axis)) == pytest.approx(1.0)  # two of four pairs are wrong by 2
    assert float(CosineRegularizer()(axis)) == pytest.approx(-1.0)  # the cosine only looks at the means


def test_pairs_of_an_unknown_attribute():
    with pytest.raises(ValueError, match="attribute='pitch': expected 'target' or 'attribute'"):
        PairwiseRegularizer(attribute="pitch")


def test_equal_settings_are_one_key():
    assert PairwiseRegularizer(delta=5.0) == PairwiseRegularizer(delta=5.0) != PairwiseRegularizer()
    assert len({CosineRegularizer(), CosineRegularizer()}) == 1
