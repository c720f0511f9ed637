"""Where each class lies, and points drawn from there."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skemovae.emotion import quadrant_index
from skemovae.plane import ClassDistributions, ClassLayout, draw_paper, learn_layout

EMOTIONS = ["happy", "angry", "sad", "relaxed"]


def emotions():
    return learn_layout(EMOTIONS, None)[0]


def gaussian(mean, covariance, n_classes=4):
    """Return the same Gaussian for every class."""
    mean = np.asarray(mean, dtype=float)
    return ClassDistributions(np.tile(mean, (n_classes, 1)), np.tile(covariance, (n_classes, 1, 1)))


def test_the_distribution_is_the_aggregate_posterior_of_the_rows_in_the_region():
    mean = np.array([[1.0, 1.0], [3.0, 1.0], [-5.0, 1.0], [-1.0, -1.0]])
    variance = np.array([[0.1, 0.2], [0.3, 0.2], [9.0, 9.0], [0.5, 0.5]])
    found = ClassDistributions.from_posterior(mean, variance, np.array([0, 0, 0, 2]), emotions())
    assert found.means[0].tolist() == [2.0, 1.0]  # the third row lies outside its quadrant
    assert found.covariances[0] == pytest.approx(np.array([[1.0 + 0.2, 0.0], [0.0, 0.2]]))
    assert found.covariances[2] == pytest.approx(np.diag([0.5, 0.5]))  # one row: its own posterior
    assert found.means[1].tolist() == [0.0, 0.0]  # no row: the prior
    assert found.covariances[1].tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_rows_that_vary_together_give_a_covariance():
    mean = np.array([[1.0, 1.0, 0.0], [3.0, 5.0, 0.0]])
    found = ClassDistributions.from_posterior(mean, np.zeros((2, 3)), np.array([0, 0]), emotions())
    assert found.means[0].tolist() == [2.0, 3.0, 0.0]
    assert found.covariances[0].tolist() == [[1.0, 2.0, 0.0], [2.0, 4.0, 0.0], [0.0, 0.0, 0.0]]


def test_on_a_line_the_rows_on_the_side_count():
    mean, variance = np.array([[1.0], [3.0], [-7.0]]), np.full((3, 1), 0.5)
    found = ClassDistributions.from_posterior(mean, variance, np.array([3, 3, 3]), emotions())
    assert found.means.tolist() == [[0.0], [0.0], [0.0], [2.0]]
    assert found.covariances[3].tolist() == [[1.5]]


def test_draws_follow_the_distribution_inside_the_region():
    wanted = gaussian([-3.0, 2.0, 7.0], np.diag([0.04, 0.01, 1.0]))
    draws = wanted.draw(np.full(4000, 1), emotions(), np.random.default_rng(0))
    assert draws.shape == (4000, 3)
    assert draws.mean(axis=0) == pytest.approx([-3.0, 2.0, 7.0], abs=0.06)
    assert draws.std(axis=0) == pytest.approx([0.2, 0.1, 1.0], rel=0.06)


@pytest.mark.parametrize("quadrant", range(4))
def test_draws_from_the_prior_fill_the_quadrant(quadrant):
    draws = gaussian([0, 0], np.eye(2)).draw(np.full(1000, quadrant), emotions(), np.random.default_rng(0))
    assert draws.shape == (1000, 2)
    assert (quadrant_index(draws) == quadrant).all()
    assert np.abs(draws).mean(axis=0) == pytest.approx(np.sqrt(2 / np.pi), rel=0.08)  # half-normal


def test_a_distribution_outside_its_region_is_an_error():
    with pytest.raises(
        RuntimeError, match=r"of 12000 draws, 0 lie in the region of their class: expected latent_mean_"
    ):
        gaussian([-1, -1], 1e-6 * np.eye(2)).draw(np.zeros(3, int), emotions(), np.random.default_rng(0))


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.integers(1, 4), st.integers(0, 9))
@settings(deadline=None)
def test_each_draw_lies_in_the_region_of_its_class(index, n_components, seed):
    layout, index = emotions(), np.array(index)
    draws = gaussian(np.zeros(n_components), np.eye(n_components)).draw(index, layout, np.random.default_rng(seed))
    assert draws.shape == (len(index), n_components)
    assert layout.contains(draws, index).all()


@given(st.lists(st.integers(0, 2), min_size=1, max_size=30), st.integers(1, 3), st.integers(0, 9))
@settings(deadline=None)
def test_each_draw_lies_in_the_region_of_its_class_of_ones_own(index, n_components, seed):
    positions = np.array([[1.0, -0.2], [-0.5, -1.0], [0.0, 1.0]])
    layout, index = ClassLayout(np.arange(3), positions, np.ones(3, int), own_classes=True), np.array(index)
    wanted = gaussian(np.zeros(n_components), np.eye(n_components), n_classes=3)
    draws = wanted.draw(index, layout, np.random.default_rng(seed))
    assert layout.contains(draws, index).all()


def test_the_papers_draws_are_around_its_centers():
    index = np.repeat([1, 3], 20_000)
    draws = draw_paper(index, emotions(), 3, np.random.default_rng(0))
    assert draws.shape == (40_000, 3)
    for c, center in ((1, [-2, 2, 0]), (3, [2, -2, 0])):
        assert draws[index == c].mean(axis=0) == pytest.approx(center, abs=0.05)
        assert draws[index == c].std(axis=0) == pytest.approx([2, 2, 1], rel=0.02)


def test_the_papers_draws_miss_the_quadrant_in_29_percent():
    index = np.zeros(20_000, int)
    draws = draw_paper(index, emotions(), 2, np.random.default_rng(0))
    assert (quadrant_index(draws) == 0).mean() == pytest.approx(0.71, abs=0.01)


def test_the_papers_draws_on_a_line():
    draws = draw_paper(np.full(20_000, 2), emotions(), 1, np.random.default_rng(0))
    assert draws.shape == (20_000, 1)
    assert draws.mean() == pytest.approx(-2, abs=0.05)


def test_the_papers_draws_for_classes_of_ones_own_take_the_signs_of_their_positions():
    layout = ClassLayout(np.arange(1), np.array([[0.2, 0.0]]), np.ones(1, int), own_classes=True)
    draws = draw_paper(np.zeros(20_000, int), layout, 2, np.random.default_rng(0))
    assert draws.mean(axis=0) == pytest.approx([2, 0], abs=0.05)
