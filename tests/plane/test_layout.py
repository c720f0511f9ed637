"""The classes and their regions: known values, and properties that hold for any classes and points."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from skemovae.emotion import quadrant_index
from skemovae.plane import ClassLayout, learn_layout

EMOTIONS = ["happy", "angry", "sad", "relaxed"]
CORNERS = [[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]]


def emotions(counts=(5, 5, 5, 5)):
    return ClassLayout(np.array(EMOTIONS), np.array(CORNERS), np.array(counts), own_classes=False)


def own_classes(positions, counts=None):
    positions = np.array(positions, dtype=float)
    counts = np.ones(len(positions), int) if counts is None else np.array(counts)
    return ClassLayout(np.arange(len(positions)), positions, counts, own_classes=True)


def points(n_components):
    shapes = st.tuples(st.integers(1, 20), st.just(n_components))
    return hnp.arrays(float, shapes, elements=st.floats(-50, 50, allow_subnormal=False))


@st.composite
def directions(draw):
    """Return the positions of one to six classes, no two of them in the same direction."""
    angles = draw(st.lists(st.integers(0, 359), min_size=1, max_size=6, unique=True))
    lengths = draw(st.lists(st.floats(0.1, 1), min_size=len(angles), max_size=len(angles)))
    radians = np.deg2rad(angles)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1) * np.array(lengths)[:, None]


# known values ------------------------------------------------------------------------------------------------------


def test_the_emotions_have_their_quadrants():
    found = emotions().class_of(np.array([[0.1, 9], [-3, 0.2], [-1, -1], [2, -0.5]]))
    assert found.tolist() == [0, 1, 2, 3]


def test_a_class_of_ones_own_has_what_lies_nearest_in_direction():
    layout = own_classes([(0.2, 0), (0, 1)])  # how far from the origin a class lies does not matter
    assert layout.class_of(np.array([[3, 2.9], [2.9, 3], [1, -5], [-5, 1]])).tolist() == [0, 1, 0, 1]


def test_further_dimensions_do_not_matter():
    far = np.array([[1, -1, 99.0], [-1, 1, -99.0]])
    assert emotions().class_of(far).tolist() == [3, 1]
    assert own_classes([(1, -1), (-1, 1)]).class_of(far).tolist() == [0, 1]


def test_on_a_line_a_class_has_its_side():
    line = np.array([[2.0], [-0.1]])
    layout = emotions()
    assert layout.class_of(line).tolist() == [0, 1]  # the first of the emotions on each side
    assert layout.contains(line, np.array([3, 2])).tolist() == [True, True]
    assert layout.contains(line, np.array([2, 3])).tolist() == [False, False]


def test_on_a_line_of_the_classes_on_one_side_it_is_the_farthest():
    layout = own_classes([(0.1, 1), (1, 0), (-1, 1)])
    assert layout.class_of(np.array([[0.3], [-0.3]])).tolist() == [1, 2]


def test_on_a_line_a_class_without_valence_has_both_sides():
    layout = own_classes([(0, 1), (1, 0)])
    assert layout.contains(np.array([[2.0], [-2.0]]), np.array([0, 0])).tolist() == [True, True]


def test_a_class_without_rows_gives_its_points_to_the_nearest_that_has_some():
    layout = emotions(counts=(5, 0, 5, 5))
    assert layout.trained.tolist() == [0, 2, 3]
    assert layout.class_of(np.array([[-2, 0.1]])).tolist() == [1]
    assert layout.nearest_trained(np.array([[-2, 0.1], [-0.1, 2], [1, -1]])).tolist() == [2, 0, 3]


def test_a_class_without_rows_gives_its_side_of_a_line_to_one_that_has_some():
    layout = emotions(counts=(0, 5, 5, 5))
    assert layout.nearest_trained(np.array([[1.0], [-1.0]])).tolist() == [3, 1]


# labels ------------------------------------------------------------------------------------------------------------


def test_one_label_is_repeated():
    assert emotions().index_of("sad", 3).tolist() == [2, 2, 2]
    assert own_classes([(1, 0), (-1, 0)]).index_of(1, 2).tolist() == [1, 1]


@pytest.mark.parametrize("label", ["sad", "Q3", "e3", 3, "sadness"])
def test_an_emotion_is_known_in_any_spelling(label):
    assert emotions().index_of([label], 1).tolist() == [2]


def test_labels_of_another_number_than_rows():
    with pytest.raises(ValueError, match="2 labels for 3 rows: expected one label, or one per row"):
        emotions().index_of(["sad", "sad"], 3)


def test_unknown_labels_are_listed_once():
    with pytest.raises(ValueError, match=r"unknown labels \['7', '9'\]: class_positions knows \[0, 1\]"):
        own_classes([(1, 0), (-1, 0)]).index_of([9, 7, 0, 9], 4)


def test_unknown_emotions():
    with pytest.raises(ValueError, match="unknown emotion 'melancholy': expected one of Q1, e1, happiness"):
        emotions().index_of("melancholy", 1)


def test_an_emotion_without_rows_is_refused_where_it_must_have_some():
    layout = emotions(counts=(5, 0, 5, 5))
    assert layout.index_of("anger", 1).tolist() == [1]
    assert layout.trained_index_of("sad", 1).tolist() == [2]
    message = r"emotion 'angry': the training data had no rows of it; expected one of \['happy', 'sad', 'relaxed'\]"
    with pytest.raises(ValueError, match=message):
        layout.trained_index_of(["sad", "anger"], 2)


def test_tuples_are_labels():
    positions = {("joy", 1): (1, 1), ("joy", 2): (-1, 0)}
    labels = np.empty(3, dtype=object)
    labels[:] = [("joy", 2), ("joy", 1), ("joy", 2)]
    layout, index, _ = learn_layout(labels, positions)
    assert index.tolist() == [1, 0, 1]
    assert layout.labels.tolist() == list(positions)
    assert layout.index_of(labels, 3).tolist() == [1, 0, 1]
    assert layout.index_of([("joy", 2)], 1).tolist() == [1]
    assert layout.index_of(("joy", 2), 3).tolist() == [1, 1, 1]


def test_labels_that_cannot_be_labels_are_unknown():
    with pytest.raises(ValueError, match=r"unknown labels \['\[1, 2\]'\]: class_positions knows \[0, 1\]"):
        own_classes([(1, 0), (-1, 0)]).index_of([[1, 2]], 1)


# properties --------------------------------------------------------------------------------------------------------


@given(points(2) | points(5))
def test_each_point_lies_in_the_region_of_one_emotion(found):
    layout = emotions()
    inside = np.stack([layout.contains(found, np.full(len(found), c)) for c in range(4)])
    assert (inside.sum(axis=0) == 1).all()
    assert np.array_equal(inside.argmax(axis=0), quadrant_index(found))


@given(directions(), points(2) | points(3))
def test_each_point_lies_in_the_region_of_the_class_that_it_is_of(positions, found):
    layout = own_classes(positions)
    index = layout.class_of(found)
    assert layout.contains(found, index).all()


@given(directions(), st.floats(0.01, 100))
def test_a_class_has_its_own_position_and_all_points_behind_it(positions, factor):
    layout = own_classes(positions)
    expected = np.arange(len(positions))
    assert layout.class_of(factor * positions).tolist() == expected.tolist()


@given(points(1))
def test_a_point_of_a_line_lies_on_the_side_of_the_class_that_it_is_of(found):
    layout = emotions()
    index = layout.class_of(found)
    assert layout.contains(found, index).all()


@given(directions(), points(1) | points(2), st.data())
@settings(deadline=None)
def test_a_point_is_given_to_a_class_that_has_rows(positions, found, data):
    counts = data.draw(st.lists(st.integers(0, 2), min_size=len(positions), max_size=len(positions)).filter(any))
    layout = own_classes(positions, counts)
    index = layout.nearest_trained(found)
    of_its_own = layout.class_of(found)
    had_rows = layout.counts[of_its_own] > 0
    assert (layout.counts[index] > 0).all()
    assert np.array_equal(index[had_rows], of_its_own[had_rows])
