"""From rows to points, and back."""

import copy

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from skemovae import EmotionRegularizedVAE
from skemovae.emotion import quadrant_of

from .settings import LEARNING, SIGNS, TINY


@pytest.mark.parametrize("condition", ["both", "decoder", None])
def test_fit_transform_is_fit_then_transform(tiny_data, condition):
    model = EmotionRegularizedVAE(condition=condition, **TINY)
    expected = clone(model).fit(*tiny_data).transform(tiny_data[0])
    assert np.array_equal(model.fit_transform(*tiny_data), expected)


def test_shapes_and_names(fitted, tiny_data):
    X, _ = tiny_data
    points = fitted.transform(X)
    assert points.shape == (40, 2)
    assert points.dtype == np.float32
    assert fitted.get_feature_names_out().tolist() == ["valence", "arousal"]
    assert fitted.inverse_transform(points).shape == X.shape


def test_further_dimensions(tiny_data):
    model = EmotionRegularizedVAE(n_components=5, **TINY).fit(*tiny_data)
    assert model.get_feature_names_out().tolist() == ["valence", "arousal", "latent2", "latent3", "latent4"]
    assert model.transform(tiny_data[0]).shape == (40, 5)
    assert model.inverse_transform(np.zeros((3, 5))).shape == (3, 8)


def test_one_row_and_many_give_the_same(fitted, tiny_data):
    many = np.tile(tiny_data[0], (100, 1))
    points = fitted.transform(many)
    rows = fitted.inverse_transform(points)
    assert np.allclose(fitted.transform(many[:1]), points[:1], atol=1e-5)
    assert np.allclose(points[:40], points[-40:], atol=1e-5)
    assert np.array_equal(fitted.inverse_transform(points[:1]), rows[:1])
    assert np.array_equal(rows[:40], rows[-40:])
    assert np.array_equal(fitted.predict(many)[:40], fitted.predict(many[:40]))


def test_a_trained_model_gives_back_what_it_has_learned(tiny_data):
    X, y = tiny_data
    rows = np.repeat(X[::10], 10, axis=0)  # one melody per emotion
    model = EmotionRegularizedVAE(**LEARNING).fit(rows, y)
    assert (model.inverse_transform(model.transform(rows)) == rows).mean() > 0.8


def test_the_spread_of_a_class_is_that_of_its_points_and_of_their_posteriors(fitted, tiny_data):
    X, y = tiny_data
    points, std = fitted.transform(X, return_std=True)
    assert np.array_equal(points, fitted.transform(X))
    assert std.shape == points.shape
    assert std.dtype == np.float32
    for c, label in enumerate(fitted.classes_):
        rows = y == label
        variance = points[rows].var(axis=0) + (std[rows] ** 2).mean(axis=0)
        assert np.diag(fitted.latent_covariance_[c]) == pytest.approx(variance, rel=1e-3)


def test_the_spread_comes_beside_a_table_of_points_and_takes_the_label(fitted, label_fed, tiny_data):
    pandas = pytest.importorskip("pandas")
    X, y = tiny_data
    table, std = copy.deepcopy(fitted).set_output(transform="pandas").transform(X, return_std=True)
    assert isinstance(table, pandas.DataFrame)
    assert np.array_equal(std, fitted.transform(X, return_std=True)[1])
    points, std = label_fed.transform(X, emotion=y, return_std=True)
    assert np.array_equal(points, label_fed.transform(X, emotion=y))
    assert not np.array_equal(std, label_fed.transform(X, emotion="sad", return_std=True)[1])
    with pytest.raises(ValueError, match="return_std='no': expected True or False"):
        fitted.transform(X, return_std="no")


def test_pandas_output(fitted, tiny_data):
    pandas = pytest.importorskip("pandas", reason="set_output needs pandas")
    frame = copy.deepcopy(fitted).set_output(transform="pandas").transform(tiny_data[0])
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == ["valence", "arousal"]


def test_pandas_output_does_not_reach_predict_and_score(fitted, tiny_data):
    pytest.importorskip("pandas")
    X, y = tiny_data
    model = copy.deepcopy(fitted).set_output(transform="pandas")
    assert np.array_equal(model.predict(X), fitted.predict(X))
    assert model.score(X, y) == fitted.score(X, y)


# the label for the encoder -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def label_fed(tiny_data):
    return EmotionRegularizedVAE(condition="both", **LEARNING).fit(*tiny_data)


def test_label_fed_encoder_infers_the_label(label_fed, tiny_data):
    assert label_fed.score(*tiny_data) > 0.9  # the label is not used


def test_label_fed_encoder_takes_the_label(label_fed, tiny_data):
    X, y = tiny_data
    fed = quadrant_of(label_fed.transform(X, emotion=y))
    assert (fed == ["Q1"] * 10 + ["Q2"] * 10 + ["Q3"] * 10 + ["Q4"] * 10).mean() > 0.9
    assert not np.array_equal(label_fed.transform(X, emotion="sad"), label_fed.transform(X, emotion="happy"))


def test_the_label_that_is_inferred_is_the_one_that_explains_the_row_best(label_fed, tiny_data):
    X, _ = tiny_data
    points = label_fed.transform(X)
    of_each = np.stack([label_fed.transform(X, emotion=emotion) for emotion in SIGNS])
    chosen = np.isclose(points, of_each, atol=1e-5).all(axis=2)
    assert chosen.any(axis=0).all()
    assert (chosen.argmax(axis=0) == np.repeat(range(4), 10)).mean() > 0.9


def test_a_label_for_an_encoder_that_takes_none(fitted, tiny_data):
    with pytest.raises(ValueError, match="emotion='sad': with condition='decoder' the encoder takes no label"):
        fitted.transform(tiny_data[0], emotion="sad")


def test_metadata_routing_of_the_emotion(tiny_data):
    X, y = tiny_data
    with sklearn.config_context(enable_metadata_routing=True):
        vae = EmotionRegularizedVAE(condition="both", **TINY).set_transform_request(emotion=True)
        path = make_pipeline(vae).fit(X, y)
        fed = path.transform(X, emotion=y)
    assert np.array_equal(fed, path[-1].transform(X, emotion=y))


# symbols -----------------------------------------------------------------------------------------------------------


def test_symbols_need_not_be_music():
    X = np.random.default_rng(0).choice([-2.5, 0.0, 7.25], size=(20, 3))
    model = EmotionRegularizedVAE(class_positions={True: (1, 0), False: (-1, 0)}, **TINY).fit(X, X[:, 0] > 0)
    assert model.inverse_transform(model.transform(X)).dtype == float
    assert set(model.sample(9, random_state=0)[0].ravel()) <= {-2.5, 0.0, 7.25}


def test_unknown_symbols(fitted, tiny_data):
    X = tiny_data[0][:1].copy()
    near = X.copy()
    near[0, 0] = 81  # above the highest pitch in the training data, 78
    X[0, 0] = 78
    assert np.array_equal(fitted.transform(near), fitted.transform(X))
    strict = copy.deepcopy(fitted).set_params(handle_unknown="error")
    assert np.array_equal(strict.transform(X), fitted.transform(X))
    with pytest.raises(ValueError, match=r"unknown symbols \[81\]: they do not occur in the training data"):
        strict.transform(near)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
def test_the_type_of_the_symbols_does_not_matter(tiny_data, dtype):
    X, y = tiny_data
    X = np.where(X == 58, 128, X)  # 128 + 129 overflows uint8
    expected = EmotionRegularizedVAE(**TINY).fit(X, y)
    model = EmotionRegularizedVAE(**TINY).fit(X.astype(dtype), y)
    assert np.array_equal(model.transform(X.astype(dtype)), expected.transform(X))
    assert np.array_equal(model.sample(9, random_state=0)[0], expected.sample(9, random_state=0)[0])


# wrong input -------------------------------------------------------------------------------------------------------


def test_wrong_rows(fitted, tiny_data):
    X, _ = tiny_data
    with pytest.raises(ValueError, match="X has 7 features, but EmotionRegularizedVAE is expecting 8 features"):
        fitted.transform(X[:, :7])
    with pytest.raises(ValueError, match="Expected 2D array"):
        fitted.transform(X[0])


def test_wrong_points(fitted):
    with pytest.raises(ValueError, match=r"points of shape \(2,\): expected \(n_samples, n_components=2\)"):
        fitted.inverse_transform([0.0, 1.0])
    with pytest.raises(ValueError, match=r"points of shape \(1, 3\): expected \(n_samples, n_components=2\)"):
        fitted.inverse_transform([[0.0, 1.0, 2.0]])
    with pytest.raises(ValueError, match=r"points of shape \(0, 2\): expected .* with at least one sample"):
        fitted.inverse_transform(np.empty((0, 2)))
    with pytest.raises(ValueError, match="points hold NaN"):
        fitted.inverse_transform([[np.nan, 1.0]])


@pytest.mark.parametrize(
    "use",
    [
        lambda model: model.transform([[1]]),
        lambda model: model.inverse_transform([[0.0, 0.0]]),
        lambda model: model.sample(),
        lambda model: model.predict([[1]]),
        lambda model: model.score([[1]], ["sad"]),
        lambda model: model.get_feature_names_out(),
        lambda model: model.layout_,
    ],
)
def test_what_is_not_fitted_is_of_no_use(use):
    with pytest.raises(NotFittedError, match="not fitted yet"):
        use(EmotionRegularizedVAE())
