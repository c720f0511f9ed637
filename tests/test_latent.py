import numpy as np
import pytest
from skemovae.latent import draw_inside, fit_class_distributions

from skemovae.emotion import quadrant_index


def test_class_distribution_is_the_aggregate_posterior_of_the_rows_in_the_quadrant():
    mean = np.array([[1.0, 1.0], [3.0, 1.0], [-5.0, 1.0], [-1.0, -1.0]])
    variance = np.array([[0.1, 0.2], [0.3, 0.2], [9.0, 9.0], [0.5, 0.5]])
    index = np.array([0, 0, 0, 2])
    means, covariances = fit_class_distributions(mean, variance, index, quadrant_index(mean) == index, 4)
    assert means[0].tolist() == [2.0, 1.0]  # the third row lies outside its quadrant
    assert covariances[0] == pytest.approx(np.array([[1.0 + 0.2, 0.0], [0.0, 0.2]]))
    assert covariances[2] == pytest.approx(np.diag([0.5, 0.5]))  # one row: its own posterior
    assert means[1].tolist() == [0.0, 0.0]  # no row: the prior
    assert covariances[1].tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_a_distribution_outside_its_quadrant_is_an_error():
    with pytest.raises(RuntimeError, match=r"of \d+ draws 0 lie where their class does"):
        draw_inside(
            np.array([-1.0, -1.0]), 1e-6 * np.eye(2), lambda z: (z > 0).all(axis=1), 3, np.random.default_rng(0)
        )


def test_draws_follow_the_distribution_inside_the_quadrant():
    mean, covariance = np.array([-3.0, 2.0, 7.0]), np.diag([0.04, 0.01, 1.0])
    draws = draw_inside(mean, covariance, lambda z: quadrant_index(z) == 1, 4000, np.random.default_rng(0))
    assert draws.shape == (4000, 3)
    assert draws.mean(axis=0) == pytest.approx(mean, abs=0.06)
    assert draws.std(axis=0) == pytest.approx([0.2, 0.1, 1.0], rel=0.06)


@pytest.mark.parametrize("quadrant", range(4))
def test_draws_from_the_prior_fill_the_quadrant(quadrant):
    draws = draw_inside(np.zeros(2), np.eye(2), lambda z: quadrant_index(z) == quadrant, 1000, np.random.default_rng(0))
    assert len(draws) == 1000
    assert (quadrant_index(draws) == quadrant).all()
    assert np.abs(draws).mean(axis=0) == pytest.approx(np.sqrt(2 / np.pi), rel=0.08)  # half-normal
