"""The part of the plane that is worth showing, and grids that cover it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skemovae.plane import grid_points, plane_limit

MEANS = np.array([[1.0, -3.0], [0.5, 0.5], [9.0, 9.0]])
COVARIANCES = np.array([np.diag([0.25, 4.0]), np.eye(2), np.eye(2)])


@pytest.mark.parametrize(("trained", "limit"), [([0, 1], 7.0), ([1], 2.5), ([0, 1, 2], 11.0)])
def test_the_limit_is_two_deviations_beyond_the_farthest_class_that_counts(trained, limit):
    assert plane_limit(MEANS, COVARIANCES, np.array(trained)) == limit


def test_further_dimensions_do_not_count():
    means, covariances = np.array([[1.0, 1.0, 50.0]]), np.array([np.diag([1.0, 1.0, 100.0])])
    assert plane_limit(means, covariances, np.array([0])) == 3.0


def test_one_dimension_is_no_plane():
    with pytest.raises(ValueError, match="the model has one latent dimension: expected a plane; set n_components=2"):
        plane_limit(np.ones((4, 1)), np.ones((4, 1, 1)), np.arange(4))


def test_valence_changes_fastest():
    assert grid_points([-1, 2], 2).tolist() == [[-1, -1], [2, -1], [-1, 2], [2, 2]]


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=9), st.integers(2, 5))
def test_every_pair_of_coordinates_is_a_point(axis, n_components):
    points = grid_points(axis, n_components)
    square = points.reshape(len(axis), len(axis), n_components)
    assert np.array_equal(square[:, :, 0], np.tile(axis, (len(axis), 1)))
    assert np.array_equal(square[:, :, 1], np.tile(axis, (len(axis), 1)).T)
    assert not square[:, :, 2:].any()
