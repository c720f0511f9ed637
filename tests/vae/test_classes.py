"""Labels: the four emotions in any spelling, your own classes, points of the plane; and where classes lie."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from skemovae import EmotionRegularizedVAE
from skemovae.emotion import quadrant_index, valence_arousal

from .settings import LEARNING, SIGNS, TINY

SPELLINGS = [
    ("Q1", "Q2", "Q3", "Q4"),
    ("e1", "e2", "e3", "e4"),
    (1, 2, 3, 4),
    ("happiness", "anger", "sadness", "relaxation"),
]


# emotions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_answers_are_spelled_like_the_labels(tiny_data, spelling):
    X, y = tiny_data
    labels = np.array([dict(zip(SIGNS, spelling, strict=True))[label] for label in y])
    model = EmotionRegularizedVAE(**TINY).fit(X, labels)
    assert model.classes_.tolist() == list(spelling)
    assert set(model.predict(X).tolist()) <= set(spelling)
    assert model.sample(1, emotion="sad")[1].tolist() == [spelling[2]]
    assert model.score(X, y) == model.score(X, labels)


@pytest.fixture(scope="module")
def without_anger(tiny_data):
    X, y = tiny_data
    with pytest.warns(UserWarning, match=r"^y has no rows of angry: .* nothing about it, .* sample refuses it") as told:
        model = EmotionRegularizedVAE(**LEARNING).fit(X[y != "angry"], y[y != "angry"])
    assert [warning.filename for warning in told] == [__file__]  # the user's line
    return model


def test_a_fold_without_a_class_does_not_shift_the_others(without_anger, tiny_data):
    X, y = tiny_data
    rows = y != "angry"
    assert without_anger.classes_.tolist() == list(SIGNS)
    assert without_anger.class_count_.tolist() == [10, 0, 10, 10]
    assert without_anger.score(X[rows], y[rows]) > 0.9
    assert set(without_anger.sample(50, random_state=0)[1]) == {"happy", "sad", "relaxed"}


def test_a_class_without_rows_cannot_be_sampled(without_anger):
    with pytest.raises(ValueError, match="emotion 'angry': the training data had no rows of it; expected one of"):
        without_anger.sample(1, emotion="anger")


def test_a_point_of_a_class_without_rows_is_decoded_with_the_nearest_one(without_anger):
    assert without_anger.sample(1, at=(-2, 0.1))[1].tolist() == ["sad"]
    assert without_anger.sample(1, at=(-0.1, 2))[1].tolist() == ["happy"]
    expected = without_anger.inverse_transform([[-2, 0.1]], emotion="sad")
    assert np.array_equal(without_anger.inverse_transform([[-2, 0.1]]), expected)


def test_the_layout_says_where_the_classes_lie(fitted, tiny_data):
    layout = fitted.layout_
    points = fitted.transform(tiny_data[0])
    assert layout.labels.tolist() == list(SIGNS)
    assert layout.trained.tolist() == [0, 1, 2, 3]
    assert layout.labels[layout.class_of(points)].tolist() == fitted.predict(tiny_data[0]).tolist()


# your own classes --------------------------------------------------------------------------------------------------


def test_class_positions_for_other_labels(tiny_data):
    X, y = tiny_data
    labels = np.where(y == "happy", "dance", np.where(y == "sad", "lament", "hymn"))
    positions = {"dance": (1, 1), "lament": (-0.5, -1), "hymn": (1, -0.2)}
    model = EmotionRegularizedVAE(class_positions=positions, **TINY).fit(X, labels)
    assert model.classes_.tolist() == ["dance", "lament", "hymn"]
    assert set(model.predict(X)) <= set(positions)
    assert model.sample(5, emotion="lament", random_state=0)[1].tolist() == ["lament"] * 5
    with pytest.raises(ValueError, match=r"unknown labels \['joy'\]: class_positions knows"):
        model.sample(1, emotion="joy")


@pytest.fixture(scope="module")
def up_and_down(tiny_data):
    X, y = tiny_data
    labels = np.where(y == "sad", "down", "up")
    return EmotionRegularizedVAE(class_positions={"up": (1, 0), "down": (-1, 0)}, **LEARNING).fit(X, labels), labels


def test_score_is_the_share_that_predict_gets_right(up_and_down, tiny_data):
    model, labels = up_and_down
    right = model.predict(tiny_data[0]) == labels
    shares = [right[labels == label].mean() for label in ("up", "down")]
    assert model.score(tiny_data[0], labels) == pytest.approx(np.mean(shares))
    assert model.score(tiny_data[0], labels) > 0.9


def test_points_of_a_class_of_ones_own_fill_its_region(up_and_down):
    points = up_and_down[0].sample(200, emotion="down", return_points=True, random_state=0)[2]
    assert (points[:, 0] < 0).all()
    assert (points[:, 1] < 0).any()
    assert (points[:, 1] > 0).any()


@pytest.mark.parametrize(("sad", "other"), [(1, "b"), (("mood", 1), ("mood", 2)), (False, True), (-1, 0.5)])
def test_labels_of_any_kind(tiny_data, sad, other):
    X, y = tiny_data
    labels = np.empty(len(y), dtype=object)
    labels[:] = [sad if label == "sad" else other for label in y]
    model = EmotionRegularizedVAE(class_positions={sad: (-1, -1), other: (1, 1)}, **TINY).fit(X, labels)
    found = model.predict(X)
    assert set(found.tolist()) <= {sad, other}
    assert model.score(X, found) == 1.0
    assert model.sample(2, emotion=sad, random_state=0)[1].tolist() == [sad, sad]


# one dimension -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def line(tiny_data):
    return EmotionRegularizedVAE(n_components=1, **LEARNING).fit(*tiny_data)


def test_one_component_is_valence(line, tiny_data):
    X, y = tiny_data
    points = line.transform(X)
    assert points.shape == (len(X), 1)
    assert ((points[:, 0] > 0) == np.isin(y, ["happy", "relaxed"])).mean() > 0.9
    assert sorted(line.history_) == ["kl", "loss", "reconstruction", "valence"]
    assert line.get_feature_names_out().tolist() == ["valence"]
    assert line.inverse_transform(points).shape == X.shape


def test_one_component_tells_two_sides(line, tiny_data):
    X, y = tiny_data
    assert set(line.predict(X)) == {"happy", "angry"}  # the first of the emotions on each side
    assert line.score(X, y) > 0.9  # an emotion belongs on its side of the plane
    assert line.score(X, valence_arousal(y)) > 0.8


@pytest.mark.parametrize("method", ["class", "paper"])
def test_one_component_samples_every_emotion(line, method):
    tokens, emotions = line.sample(6, emotion="sad", method=method, random_state=0)
    assert tokens.shape == (6, 8)
    assert emotions.tolist() == ["sad"] * 6


# points as labels --------------------------------------------------------------------------------------------------


def rank_correlations(points, targets):
    return [spearmanr(points[:, axis], targets[:, axis]).statistic for axis in (0, 1)]


@pytest.fixture(scope="module")
def of_points(tiny_data):
    X, y = tiny_data
    places = valence_arousal(y) * np.random.default_rng(0).uniform(0.2, 1, size=(len(y), 2))
    return EmotionRegularizedVAE(**LEARNING).fit(X, places), places


def test_points_as_labels(of_points, tiny_data):
    model, places = of_points
    X, _ = tiny_data
    assert model.classes_.tolist() == ["Q1", "Q2", "Q3", "Q4"]
    assert model.class_count_.tolist() == np.bincount(quadrant_index(places), minlength=4).tolist()
    assert model.score(X, places) == pytest.approx(np.mean(rank_correlations(model.transform(X), places)))
    assert model.score(X, places) > 0.6
    assert model.sample(5, emotion="sad", random_state=0)[1].tolist() == ["Q3"] * 5
    assert model.sample(2, at=(0.3, -0.2))[1].tolist() == ["Q4"] * 2


def test_points_are_held_out_by_quadrant(of_points, tiny_data):
    model = EmotionRegularizedVAE(early_stopping=True, **TINY).fit(tiny_data[0], of_points[1])
    assert len(model.history_["validation_loss"]) == 1


def test_points_as_a_table(of_points, tiny_data):
    pandas = pytest.importorskip("pandas")
    expected, places = of_points
    X, _ = tiny_data
    table = pandas.DataFrame(places, columns=["valence", "arousal"])
    model = EmotionRegularizedVAE(**LEARNING).fit(X, table)
    assert np.array_equal(model.transform(X), expected.transform(X))
    assert model.score(X, table) == expected.score(X, places)


@pytest.mark.parametrize(
    ("y", "changes", "message"),
    [
        ([[1, 2]] * 40, {}, r"numbers in \[-1, 1\]: expected \(valence, arousal\)"),
        ([[0.5, 0.5]] * 40, {"class_positions": {"a": (1, 1)}}, "class_positions is for labels that are classes"),
        ([[0.5, np.nan]] * 40, {}, "NaN"),
        ([[0.5, 0.5]] * 39, {}, "inconsistent numbers of samples"),
        ([["sad", "happy"]] * 40, {}, r"numbers in \[-1, 1\]"),
    ],
)
def test_points_that_are_none(tiny_data, y, changes, message):
    with pytest.raises(ValueError, match=message):
        EmotionRegularizedVAE(**TINY | changes).fit(tiny_data[0], y)
