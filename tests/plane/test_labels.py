"""From labels to classes: emotions, a user's own classes, and points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from skemovae.emotion import quadrant_index
from skemovae.plane import check_positions, is_continuous, learn_layout

CORNERS = [[1, 1], [-1, 1], [-1, -1], [1, -1]]
SPELLINGS = [
    ("happy", "angry", "sad", "relaxed"),
    ("Q1", "Q2", "Q3", "Q4"),
    ("e1", "e2", "e3", "e4"),
    ("happiness", "anger", "sadness", "relaxation"),
    (1, 2, 3, 4),
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_all_four_emotions_are_classes_as_the_labels_spell_them(spelling):
    layout, index, targets = learn_layout([spelling[2], spelling[0], spelling[2]], None)
    assert layout.labels.tolist() == list(spelling)
    assert layout.positions.tolist() == CORNERS
    assert layout.counts.tolist() == [1, 0, 2, 0]
    assert not layout.own_classes
    assert index.tolist() == [2, 0, 2]
    assert targets.tolist() == [[-1, -1], [1, 1], [-1, -1]]


def test_labels_of_ones_own():
    positions = {"calm": (1, -0.5), "wild": (0, 1), "never": (-1, 0)}
    layout, index, targets = learn_layout(["wild", "calm", "wild"], positions)
    assert layout.labels.tolist() == ["calm", "wild", "never"]
    assert layout.positions.tolist() == [[1, -0.5], [0, 1], [-1, 0]]
    assert layout.counts.tolist() == [1, 2, 0]
    assert layout.own_classes
    assert index.tolist() == [1, 0, 1]
    assert targets.tolist() == [[0, 1], [1, -0.5], [0, 1]]


@pytest.mark.parametrize("labels", [(True, False), (-1, 0), (1, "b"), (("a", 1), ("a", 2)), (1, 2.5)])
def test_labels_of_any_kind_stay_what_they_are(labels):
    y = np.empty(3, dtype=object)
    y[:] = [labels[1], labels[0], labels[1]]
    layout, index, _ = learn_layout(y, {labels[0]: (1, 0), labels[1]: (-1, 0)})
    assert layout.labels.tolist() == list(labels)
    assert [type(label) for label in layout.labels.tolist()] == [type(label) for label in labels]
    assert index.tolist() == [1, 0, 1]


def test_points_are_of_their_quadrants():
    points = [[0.5, 0.1], [-0.5, -1], [0.2, -0.3]]
    layout, index, targets = learn_layout(points, None)
    assert layout.labels.tolist() == ["Q1", "Q2", "Q3", "Q4"]
    assert layout.positions.tolist() == CORNERS
    assert layout.counts.tolist() == [1, 0, 1, 1]
    assert not layout.own_classes
    assert index.tolist() == [0, 2, 3]
    assert targets.tolist() == points


@given(hnp.arrays(float, st.tuples(st.integers(1, 9), st.just(2)), elements=st.floats(-1, 1)))
def test_points_are_their_own_targets(points):
    layout, index, targets = learn_layout(points, None)
    assert np.array_equal(targets, points)
    assert np.array_equal(index, quadrant_index(points))
    assert layout.counts.sum() == len(points)


@given(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1))
def test_each_row_is_of_the_class_of_its_label(y):
    layout, index, targets = learn_layout(y, {"a": (1, 1), "b": (-1, 0.2), "c": (0, -1)})
    assert layout.labels[index].tolist() == y
    assert np.array_equal(targets, layout.positions[index])
    assert layout.counts.tolist() == [y.count(label) for label in "abc"]


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        ([[0.1, 0.2]], True),
        ([["a", "b"]], True),
        (["sad"], False),
        ([1, 2], False),
        ([[1], [2]], False),
        ([[1, 2, 3]], False),
    ],
)
def test_two_columns_are_points(y, expected):
    assert is_continuous(y) is expected


@pytest.mark.parametrize(
    ("y", "class_positions", "message"),
    [
        (["joyful"], None, r"unknown emotion 'joyful'.*pass class_positions=\{label: \(valence, arousal\)\}"),
        (["joy"], {"calm": (1, 0)}, r"unknown labels \['joy'\]: class_positions knows \['calm'\]"),
        ([[1, 2]], None, r"numbers in \[-1, 1\]: expected \(valence, arousal\).*scale them"),
        ([[0.5, np.nan]], None, r"numbers in \[-1, 1\]"),
        ([["sad", "happy"]], None, r"numbers in \[-1, 1\]"),
        ([[0.5, 0.5]], {"calm": (1, 0)}, "class_positions is for labels that are classes: expected None"),
    ],
)
def test_wrong_labels(y, class_positions, message):
    with pytest.raises(ValueError, match=message):
        learn_layout(y, class_positions)


def test_positions_as_an_array():
    assert check_positions({"a": (1, 0), "b": [-0.5, 0.25]}).tolist() == [[1, 0], [-0.5, 0.25]]


@pytest.mark.parametrize(
    ("class_positions", "message"),
    [
        ({}, "class_positions={}: expected"),
        ([(1, 1)], r"expected \{label: \(valence, arousal\)\}"),
        ({"a": (2, 0)}, r"both in \[-1, 1\]"),
        ({"a": (np.nan, 0)}, r"both in \[-1, 1\]"),
        ({"a": (0, 0)}, "not both 0"),
        ({"a": 1, "b": 1}, r"expected \{label: \(valence, arousal\)\}"),
        ({"a": (1, 1, 1)}, r"expected \{label: \(valence, arousal\)\}"),
        ({"a": (1, 1), "b": (1,)}, r"expected \{label: \(valence, arousal\)\}"),
        ({"a": ("x", 1)}, r"expected \{label: \(valence, arousal\)\}"),
        ({"a": (1, 1), "b": (0.5, 0.5)}, "no two classes in the same direction"),
    ],
)
def test_wrong_positions(class_positions, message):
    with pytest.raises(ValueError, match=message):
        check_positions(class_positions)
