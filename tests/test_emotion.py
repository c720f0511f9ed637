"""Russell's plane: Table 1 of the paper, every spelling, and from labels to points and back."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skemovae.emotion import EMOTIONS, as_emotion, label_spellings, quadrant_index, quadrant_of, valence_arousal

# quadrant, code, name, adjective, number: (valence, arousal), repeated here and not imported from the module
PLANE = {
    ("Q1", "e1", "happiness", "happy", 1): (+1, +1),
    ("Q2", "e2", "anger", "angry", 2): (-1, +1),
    ("Q3", "e3", "sadness", "sad", 3): (-1, -1),
    ("Q4", "e4", "relaxation", "relaxed", 4): (+1, -1),
}
SPELLINGS = [(spelling, spellings[0]) for spellings in PLANE for spelling in spellings]
STYLES = list(zip(*PLANE, strict=True))  # the four quadrants, the four codes, ...


def test_the_table_of_the_plane():
    assert {emotion.spellings: (emotion.valence, emotion.arousal) for emotion in EMOTIONS} == PLANE
    assert [emotion.quadrant for emotion in EMOTIONS] == ["Q1", "Q2", "Q3", "Q4"]


@pytest.mark.parametrize(("spelling", "quadrant"), SPELLINGS)
def test_as_emotion_knows_every_spelling(spelling, quadrant):
    assert as_emotion(spelling).quadrant == quadrant


@pytest.mark.parametrize("change", [str.upper, str.lower, str.title, "  {}".format, "{}\t\n".format, np.str_])
@pytest.mark.parametrize(("spelling", "quadrant"), [pair for pair in SPELLINGS if isinstance(pair[0], str)])
def test_case_and_blanks_do_not_matter(spelling, quadrant, change):
    assert as_emotion(change(spelling)).quadrant == quadrant


@pytest.mark.parametrize("integer", [int, np.int64, np.uint8])
def test_any_integer_type_counts(integer):
    assert [as_emotion(integer(number)).quadrant for number in (1, 2, 3, 4)] == ["Q1", "Q2", "Q3", "Q4"]


@pytest.mark.parametrize(
    "label",
    ["joy", "", " ", "Q5", "e0", "hap py", 0, 5, -1, True, False, 1.0, float("nan"), None, b"sad", ("sad",), ["sad"]],
)
def test_an_unknown_label_is_an_error_that_lists_the_known_ones(label):
    known = "; ".join(", ".join(map(str, spellings)) for spellings in PLANE)
    with pytest.raises(ValueError, match=f"^{re.escape(f'unknown emotion {label!r}: expected one of {known}')}$"):
        as_emotion(label)


@pytest.mark.parametrize(("label", "shown"), [(np.True_, "True"), (np.float64(1), "1.0"), (np.str_("joy"), "'joy'")])
def test_an_unknown_label_from_an_array_is_shown_as_the_user_wrote_it(label, shown):
    with pytest.raises(ValueError, match=re.escape(f"unknown emotion {shown}: expected one of Q1, e1, happiness")):
        as_emotion(label)


@pytest.mark.parametrize("function", [valence_arousal, label_spellings])
@pytest.mark.parametrize("labels", [["sad", "gloomy"], np.array(["sad", "gloomy"])])
def test_one_unknown_label_among_known_ones_is_an_error(function, labels):
    with pytest.raises(ValueError, match="unknown emotion 'gloomy': expected one of Q1, e1"):
        function(labels)


def test_valence_arousal_signs():
    signs = valence_arousal(["happy", "E2", 3, " Relaxation "])
    assert signs.tolist() == [[1, 1], [-1, 1], [-1, -1], [1, -1]]
    assert signs.dtype == float


def test_valence_arousal_of_nothing_keeps_its_columns():
    assert valence_arousal([]).shape == (0, 2)


@pytest.mark.parametrize(
    ("point", "quadrant"),
    [
        ((2.0, 0.1), "Q1"),
        ((-0.1, 3.0), "Q2"),
        ((-5.0, -5.0), "Q3"),
        ((0.1, -0.1), "Q4"),
        ((0, 0), "Q1"),
        ((-0.0, -0.0), "Q1"),
        ((0, 1), "Q1"),
        ((1, 0), "Q1"),
        ((-1, 0), "Q2"),
        ((0, -1), "Q4"),
        ((-np.inf, np.inf), "Q2"),
        ((-5e-324, -5e-324), "Q3"),
    ],
)
def test_quadrant_of_a_point_with_the_axes_counted_as_positive(point, quadrant):
    assert quadrant_of([point]).tolist() == [quadrant]
    assert quadrant_index([point]).tolist() == [int(quadrant[1]) - 1]


def test_further_columns_are_ignored():
    assert quadrant_of([[1, -1, np.nan, 7], [-1, -1, -9, np.inf]]).tolist() == ["Q4", "Q3"]


def test_quadrants_of_no_points():
    assert quadrant_index(np.empty((0, 2))).shape == (0,)
    assert quadrant_of(np.empty((0, 3))).tolist() == []


@pytest.mark.parametrize("point", [(np.nan, 1), (1, np.nan), (np.nan, np.nan)])
def test_nan_is_an_error_that_names_the_point(point):
    with pytest.raises(ValueError, match=r"^point 2 is NaN: expected numbers for valence and arousal$"):
        quadrant_index([(1, 1), (0, 0), point, point])


@pytest.mark.parametrize("points", [[1, -1], [[1], [2]], 3, [[[1, 1]]], []])
def test_points_of_a_wrong_shape_are_an_error(points):
    shape = re.escape(f"points of shape {np.shape(points)}: expected (n_samples, 2 or more)")
    with pytest.raises(ValueError, match=shape):
        quadrant_of(points)


@pytest.mark.parametrize("style", STYLES)
def test_valence_arousal_and_quadrant_of_undo_each_other(style):
    assert quadrant_of(valence_arousal(style)).tolist() == ["Q1", "Q2", "Q3", "Q4"]
    assert quadrant_index(valence_arousal(style)).tolist() == [0, 1, 2, 3]


@given(st.tuples(st.floats(allow_nan=False), st.floats(allow_nan=False)))
@settings(deadline=None)
def test_the_label_of_a_point_has_its_signs(point):
    assert valence_arousal(quadrant_of([point])).tolist() == [[1 if value >= 0 else -1 for value in point]]


@pytest.mark.parametrize("style", STYLES)
def test_label_spellings_answers_in_the_style_of_the_labels(style):
    labels = [style[2], style[0], style[2]]
    spellings, index = label_spellings(labels)
    assert spellings.tolist() == list(style)  # also for emotions that do not occur
    assert index.tolist() == [2, 0, 2]


def test_label_spellings_keeps_the_users_own_letter_case():
    spellings, index = label_spellings(np.array(["SAD", "Happy", " angry"]))
    assert spellings.tolist() == ["Happy", " angry", "SAD", "relaxed"]
    assert index.tolist() == [2, 0, 1]


@pytest.mark.parametrize(
    "labels", [["sad", "Q1"], ["sadness", "happy"], [3, "e1"], np.array([3, "happy"], dtype=object)]
)
def test_label_spellings_of_mixed_styles_are_the_quadrants(labels):
    spellings, index = label_spellings(labels)
    assert spellings.tolist() == ["Q1", "Q2", "Q3", "Q4"]
    assert index.tolist() == [2, 0]


def test_label_spellings_of_numbers_are_numbers():
    spellings, index = label_spellings(np.array([4, 4, 2]))
    assert spellings.dtype.kind == "i"
    assert spellings.tolist() == [1, 2, 3, 4]
    assert index.tolist() == [3, 3, 1]


def test_label_spellings_of_nothing():
    spellings, index = label_spellings([])
    assert spellings.tolist() == ["Q1", "Q2", "Q3", "Q4"]
    assert index.shape == (0,)


@given(st.data(), st.sampled_from(STYLES))
@settings(deadline=None)
def test_spellings_at_their_index_are_the_labels(data, style):
    labels = data.draw(st.lists(st.sampled_from(style), min_size=1))
    spellings, index = label_spellings(labels)
    assert spellings[index].tolist() == labels
    assert [EMOTIONS[i].quadrant for i in index] == [as_emotion(label).quadrant for label in labels]
