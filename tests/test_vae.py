import copy
import pickle

import joblib
import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold, StratifiedKFold, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from skemovae import (
    PAPER_PRESET,
    EmotionRegularizedVAE,
    Excerpt,
    KeyNormalizer,
    PitchEncoder,
    SopranoExtractor,
    load_bach_chorales,
    read_music,
    write_music,
)
from skemovae.emotion import quadrant_index, quadrant_of, valence_arousal
from skemovae.nn.architectures import GRUArchitecture
from skemovae.nn.training import _Epochs

TINY = {"units": 4, "max_iter": 1, "random_state": 0}
SIGNS = {"happy": (1, 1), "angry": (-1, 1), "sad": (-1, -1), "relaxed": (1, -1)}


def test_the_emotions_come_to_lie_in_their_quadrants(fitted, tiny_data):
    assert fitted.score(*tiny_data) > 0.9
    assert (fitted.predict(tiny_data[0]) == tiny_data[1]).mean() > 0.9
    assert fitted.history_["valence"][-1] < -0.5
    assert fitted.history_["arousal"][-1] < -0.5


def test_base_model_has_no_regulariser(tiny_data):
    base = EmotionRegularizedVAE(regularizer=None, **TINY).fit(*tiny_data)
    assert sorted(base.history_) == ["kl", "loss", "reconstruction"]


def test_paper_preset_is_the_papers_setting():
    model = EmotionRegularizedVAE(**PAPER_PRESET)
    assert (model.units, model.n_components, model.condition, model.max_iter, model.batch_size) == (
        512,
        2,
        "both",
        700,
        16,
    )
    assert (model.kl_weight, model.arousal_weight, model.valence_weight) == (1 / 16, 80 / 16, 70 / 16)


def test_fit_transform_is_fit_then_transform(tiny_data):
    for condition in ("both", "decoder", None):
        model = EmotionRegularizedVAE(condition=condition, **TINY)
        assert np.array_equal(model.fit_transform(*tiny_data), clone(model).fit(*tiny_data).transform(tiny_data[0]))


def test_shapes_names_and_attributes(fitted, tiny_data):
    X, _ = tiny_data
    assert fitted.transform(X).shape == (40, 2)
    assert fitted.get_feature_names_out().tolist() == ["valence", "arousal"]
    assert fitted.vocabulary_.tolist() == np.unique(X).tolist()
    assert fitted.classes_.tolist() == ["happy", "angry", "sad", "relaxed"]
    assert fitted.class_count_.tolist() == [10] * 4
    assert fitted.n_iter_ == len(fitted.history_["loss"]) == 30
    assert fitted.inverse_transform(fitted.transform(X)).shape == X.shape


def test_further_dimensions(tiny_data):
    model = EmotionRegularizedVAE(n_components=5, **TINY).fit(*tiny_data)
    assert model.get_feature_names_out().tolist() == ["valence", "arousal", "latent2", "latent3", "latent4"]
    assert model.sample(3, random_state=0)[0].shape == (3, 8)
    assert model.sample(2, at=(0.5, -1), random_state=0)[1].tolist() == ["relaxed", "relaxed"]


def test_pandas_output(fitted, tiny_data):
    pandas = pytest.importorskip("pandas", reason="set_output needs pandas")
    frame = copy.deepcopy(fitted).set_output(transform="pandas").transform(tiny_data[0])
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == ["valence", "arousal"]


def test_one_row_and_many_give_the_same_points(fitted, tiny_data):
    X, _ = tiny_data
    whole = fitted.transform(np.tile(X, (4, 1)))
    assert np.array_equal(fitted.transform(X[:1]), whole[:1])
    assert np.array_equal(whole[:40], whole[120:])


def test_label_fed_encoder_infers_the_label(tiny_data):
    X, y = tiny_data
    model = EmotionRegularizedVAE(
        condition="both",
        architecture=GRUArchitecture(units=8),
        max_iter=30,
        batch_size=8,
        learning_rate=0.01,
        random_state=0,
    ).fit(X, y)
    assert model.score(X, y) > 0.9  # the label is not given
    fed = quadrant_of(model.transform(X, emotion=y))
    assert (fed == ["Q1"] * 10 + ["Q2"] * 10 + ["Q3"] * 10 + ["Q4"] * 10).mean() > 0.9
    assert not np.array_equal(model.transform(X, emotion="sad"), model.transform(X, emotion="happy"))


def test_a_label_for_an_encoder_that_takes_none(fitted, tiny_data):
    with pytest.raises(ValueError, match="emotion='sad': the encoder takes no label with condition='decoder'"):
        fitted.transform(tiny_data[0], emotion="sad")


@pytest.mark.parametrize(
    "spelling",
    [("Q1", "Q2", "Q3", "Q4"), ("e1", "e2", "e3", "e4"), (1, 2, 3, 4), ("happiness", "anger", "sadness", "relaxation")],
)
def test_answers_are_spelt_like_the_labels(tiny_data, spelling):
    X, y = tiny_data
    labels = np.array([dict(zip(("happy", "angry", "sad", "relaxed"), spelling, strict=True))[label] for label in y])
    model = EmotionRegularizedVAE(**TINY).fit(X, labels)
    assert model.classes_.tolist() == list(spelling)
    assert set(model.predict(X).tolist()) <= set(spelling)
    assert model.sample(1, emotion="sad")[1].tolist() == [spelling[2]]
    assert model.score(X, y) == model.score(X, labels)


def test_a_fold_without_a_class_does_not_shift_the_others(tiny_data):
    X, y = tiny_data
    rows = y != "angry"
    model = EmotionRegularizedVAE(
        architecture=GRUArchitecture(units=8), max_iter=30, batch_size=8, learning_rate=0.01, random_state=0
    )
    model.fit(X[rows], y[rows])
    assert model.classes_.tolist() == ["happy", "angry", "sad", "relaxed"]
    assert model.class_count_.tolist() == [10, 0, 10, 10]
    assert model.score(X[rows], y[rows]) > 0.9
    assert set(model.sample(50, random_state=0)[1]) == {"happy", "sad", "relaxed"}
    with pytest.raises(ValueError, match="emotion 'angry': the training data held no row of it; expected one of"):
        model.sample(1, emotion="anger")


def test_class_positions_for_other_labels(tiny_data):
    X, y = tiny_data
    labels = np.where(y == "happy", "dance", np.where(y == "sad", "lament", "hymn"))
    positions = {"dance": (1, 1), "lament": (-0.5, -1), "hymn": (1, -0.2)}
    model = EmotionRegularizedVAE(class_positions=positions, **TINY).fit(X, labels)
    assert model.classes_.tolist() == ["dance", "lament", "hymn"]
    assert set(model.predict(X)) <= set(positions)
    _, emotions = model.sample(5, emotion="lament", random_state=0)
    assert emotions.tolist() == ["lament"] * 5
    assert 0 <= model.score(X, labels) <= 1
    with pytest.raises(ValueError, match=r"unknown labels \['joy'\]: class_positions knows"):
        model.sample(1, emotion="joy")


@pytest.mark.parametrize("emotion", list(SIGNS))
def test_samples_are_drawn_inside_their_quadrant(fitted, emotion):
    index = fitted.classes_.tolist().index(emotion)
    points = fitted._draw_points(np.full(500, index), "class", np.random.default_rng(0))
    assert (np.sign(points) == SIGNS[emotion]).all()
    # what the paper does misses it in 29 % of draws
    paper = fitted._draw_points(np.full(20_000, index), "paper", np.random.default_rng(0))
    assert (quadrant_index(paper) == index).mean() == pytest.approx(0.71, abs=0.02)


def test_base_models_samples_stay_in_the_quadrant_too(tiny_data):
    base = EmotionRegularizedVAE(regularizer=None, **TINY).fit(*tiny_data)
    for c in range(4):
        points = base._draw_points(np.full(50, c), "class", np.random.default_rng(0))
        assert (quadrant_index(points) == c).all()


def test_sample_gives_exactly_what_was_asked(fitted):
    tokens, emotions = fitted.sample(7, random_state=0)
    assert tokens.shape == (7, 8)
    assert set(tokens.ravel()) <= set(fitted.vocabulary_)
    assert set(emotions) <= set(fitted.classes_)
    wanted = ["sad", "happy", "sad"]
    assert fitted.sample(3, emotion=wanted, random_state=0)[1].tolist() == wanted
    assert fitted.sample()[0].shape == (1, 8)


def test_sampled_melodies_carry_the_emotion(fitted):
    tokens, emotions = fitted.sample(80, random_state=0)
    assert (fitted.predict(tokens) == emotions).mean() > 0.8


def test_sample_at_a_point_is_the_decoded_point(fitted):
    tokens, emotions = fitted.sample(3, at=(-0.7, 0.4))
    assert emotions.tolist() == ["angry"] * 3
    assert np.array_equal(tokens, np.repeat(fitted.inverse_transform([[-0.7, 0.4]]), 3, axis=0))
    other = fitted.sample(1, at=(-0.7, 0.4), emotion="relaxed")
    assert other[1].tolist() == ["relaxed"]
    assert np.array_equal(other[0], fitted.inverse_transform([[-0.7, 0.4]], emotion="relaxed"))


def test_temperature(fitted):
    cold = fitted.sample(20, at=(1, 1), random_state=0)[0]
    warm = fitted.sample(20, at=(1, 1), temperature=2.0, random_state=0)[0]
    assert len(np.unique(cold, axis=0)) == 1
    assert len(np.unique(warm, axis=0)) > 15


def test_random_state(fitted, tiny_data):
    first, second = (fitted.sample(20, temperature=1.0, random_state=5)[0] for _ in range(2))
    assert np.array_equal(first, second)
    assert not np.array_equal(fitted.sample(20, temperature=1.0)[0], fitted.sample(20, temperature=1.0)[0])
    generator = np.random.default_rng(5)
    assert np.array_equal(fitted.sample(20, temperature=1.0, random_state=generator)[0], first)
    for seed in (np.random.RandomState(1), np.random.default_rng(1)):
        EmotionRegularizedVAE(architecture=GRUArchitecture(units=4), max_iter=1, random_state=seed).fit(*tiny_data)


def test_same_seed_same_weights(tiny_data):
    models = [
        EmotionRegularizedVAE(architecture=GRUArchitecture(units=4), max_iter=3, random_state=1).fit(*tiny_data)
        for _ in range(2)
    ]
    for first, second in zip(models[0].weights_, models[1].weights_, strict=True):
        assert np.array_equal(first, second)


@pytest.mark.parametrize("copier", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_copies_answer_the_same_and_carry_no_keras(fitted, tiny_data, copier):
    again = copier(fitted)
    assert not any(type(value).__module__.startswith("keras") for value in vars(again).values())
    assert np.array_equal(again.transform(tiny_data[0]), fitted.transform(tiny_data[0]))
    assert np.array_equal(again.sample(5, random_state=0)[0], fitted.sample(5, random_state=0)[0])


def test_joblib(fitted, tiny_data, tmp_path):
    joblib.dump(fitted, tmp_path / "model.joblib")
    again = joblib.load(tmp_path / "model.joblib")
    assert np.array_equal(again.transform(tiny_data[0]), fitted.transform(tiny_data[0]))


def test_clone_is_unfitted_with_the_same_parameters(fitted):
    again = clone(fitted)
    assert again.get_params() == fitted.get_params()
    with pytest.raises(NotFittedError, match="not fitted yet"):
        again.transform([[1]])


def test_warm_start_goes_on(tiny_data):
    X, y = tiny_data
    model = EmotionRegularizedVAE(
        architecture=GRUArchitecture(units=8), max_iter=10, batch_size=8, warm_start=True, random_state=0
    ).fit(X, y)
    loss, weights = model.history_["loss"][-1], [w.copy() for w in model.weights_]
    model.set_params(max_iter=5).fit(X[:20], y[:20])
    assert model.n_iter_ == 5
    assert len(model.history_["loss"]) == 15
    assert model.history_["loss"][10] < model.history_["loss"][0]
    assert loss == model.history_["loss"][9]
    assert any(not np.array_equal(a, b) for a, b in zip(weights, model.weights_, strict=True))
    assert len(model.vocabulary_) == len(np.unique(X))


def test_early_stopping(tiny_data):
    model = EmotionRegularizedVAE(
        architecture=GRUArchitecture(units=8),
        max_iter=500,
        batch_size=8,
        learning_rate=0.02,
        early_stopping=True,
        n_iter_no_change=3,
        random_state=0,
    ).fit(*tiny_data)
    assert model.n_iter_ < 500
    assert len(model.history_["validation_loss"]) == model.n_iter_


def test_verbose_shows_progress(tiny_data, capsys):
    EmotionRegularizedVAE(verbose=True, **TINY).fit(*tiny_data)
    assert "training: 100%" in capsys.readouterr().err


def test_symbols_need_not_be_music():
    generator = np.random.default_rng(0)
    X = generator.choice([-2.5, 0.0, 7.25], size=(20, 3))
    model = EmotionRegularizedVAE(class_positions={True: (1, 0), False: (-1, 0)}, **TINY).fit(X, X[:, 0] > 0)
    assert model.inverse_transform(model.transform(X)).dtype == float
    assert set(model.sample(9, random_state=0)[0].ravel()) <= {-2.5, 0.0, 7.25}


def test_unknown_symbols(fitted, tiny_data):
    X = tiny_data[0][:1].copy()
    near = X.copy()
    near[0, 0] = 81  # above the highest pitch of the training data, 78
    X[0, 0] = 78
    assert np.array_equal(fitted.transform(near), fitted.transform(X))
    strict = copy.deepcopy(fitted).set_params(handle_unknown="error")
    with pytest.raises(ValueError, match=r"unknown symbols \[81\]: the training data did not hold them"):
        strict.transform(near)


@pytest.mark.parametrize(
    ("parameter", "value", "message"),
    [
        ("n_components", 0, "n_components=0: expected a positive integer"),
        ("n_components", 2.0, "n_components=2.0: expected a positive integer"),
        ("units", 0, "units=0: expected a positive integer, e.g. 128"),
        ("max_iter", -1, "max_iter=-1: expected a positive integer"),
        ("batch_size", True, "batch_size=True: expected a positive integer"),
        ("condition", "encoder", "condition='encoder': expected one of 'both', 'decoder', None"),
        ("regularizer", "cos", "regularizer='cos': expected one of 'cosine', 'pairwise', .*, None"),
        ("valence_weight", -1, "valence_weight=-1: expected 0 or a positive number"),
        ("kl_weight", float("nan"), "kl_weight=nan: expected 0 or a positive number"),
        ("learning_rate", 0, "learning_rate=0: expected a positive number"),
        ("validation_fraction", 1.0, "validation_fraction=1.0: expected a positive number below 1"),
        ("handle_unknown", "ignore", "handle_unknown='ignore': expected one of 'nearest', 'error'"),
        ("class_positions", {}, "class_positions={}: expected"),
        ("class_positions", {"a": (2, 0)}, r"both in \[-1, 1\]"),
        ("class_positions", {"a": (0, 0)}, "not both 0"),
        ("class_positions", [(1, 1)], r"expected \{label: \(valence, arousal\)\}"),
        ("class_positions", {"a": 1, "b": 1}, r"expected \{label: \(valence, arousal\)\}"),
        ("class_positions", {"a": (1, 1, 1)}, r"expected \{label: \(valence, arousal\)\}"),
        ("class_positions", {"a": ("x", 1)}, r"expected \{label: \(valence, arousal\)\}"),
        ("class_positions", {"a": (1, 1), "b": (0.5, 0.5)}, "no two classes in one direction"),
        ("early_stopping", "no", "early_stopping='no': expected True or False"),
        ("warm_start", 1, "warm_start=1: expected True or False"),
        ("verbose", "no", "verbose='no': expected True or False"),
        ("random_state", "seed", "random_state='seed': expected None, an integer"),
    ],
)
def test_wrong_parameters(tiny_data, parameter, value, message):
    with pytest.raises(ValueError, match=message):
        EmotionRegularizedVAE(**{**TINY, parameter: value}).fit(*tiny_data)


def test_wrong_input(fitted, tiny_data):
    X, y = tiny_data
    model = EmotionRegularizedVAE(**TINY)
    with pytest.raises(ValueError, match="requires y to be passed"):
        model.fit(X, None)
    with pytest.raises(ValueError, match=r"unknown emotion 'joyful'.*class_positions="):
        model.fit(X, ["joyful"] * 40)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        model.fit(X, y[:-1])
    with pytest.raises(ValueError, match=r"Found array with 0 sample\(s\)"):
        model.fit(np.empty((0, 8)), [])
    with pytest.raises(ValueError, match="contains NaN"):
        model.fit(np.where(X[0, 0] == X, np.nan, X), y)
    with pytest.raises(ValueError, match="X has 7 features, but EmotionRegularizedVAE is expecting 8 features"):
        fitted.transform(X[:, :7])
    with pytest.raises(ValueError, match="Expected 2D array"):
        fitted.transform(X[0])
    with pytest.raises(ValueError, match=r"points of shape \(2,\): expected \(n_samples, n_components=2\)"):
        fitted.inverse_transform([0.0, 1.0])
    with pytest.raises(ValueError, match=r"points of shape \(0, 2\): expected .* with at least one sample"):
        fitted.inverse_transform(np.empty((0, 2)))
    with pytest.raises(ValueError, match="points hold NaN"):
        fitted.inverse_transform([[np.nan, 1.0]])


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
def test_the_type_of_the_symbols_does_not_matter(tiny_data, dtype):
    X, y = tiny_data
    X = np.where(X == 58, 128, X)  # 128 + 129 overflows uint8
    expected = EmotionRegularizedVAE(**TINY).fit(X, y)
    model = EmotionRegularizedVAE(**TINY).fit(X.astype(dtype), y)
    assert np.array_equal(model.transform(X.astype(dtype)), expected.transform(X))
    assert np.array_equal(model.sample(9, random_state=0)[0], expected.sample(9, random_state=0)[0])


def test_a_fit_that_fails_leaves_an_earlier_one_whole(tiny_data):
    X, y = tiny_data
    model = EmotionRegularizedVAE(**TINY)
    with pytest.raises(ValueError, match="unknown emotion"):
        model.fit(X, ["joyful"] * 40)
    with pytest.raises(NotFittedError, match="not fitted yet"):
        model.predict(X)
    before = model.fit(X, y).transform(X)
    with pytest.raises(FloatingPointError, match="the loss is nan"):
        model.set_params(learning_rate=1e30, max_iter=20).fit(X + 1, np.roll(y, 1))
    assert np.array_equal(model.transform(X), before)


def test_changed_parameters_do_not_change_a_fitted_model(tiny_data):
    X, y = tiny_data
    model = EmotionRegularizedVAE(**TINY).fit(X, y)
    before = model.transform(X)
    model.set_params(architecture=GRUArchitecture(units=9), n_components=3, condition="both")
    assert np.array_equal(model.transform(X), before)
    with pytest.raises(
        ValueError, match=r"n_components=3: the fitted weights have n_components=2; set warm_start=False"
    ):
        model.set_params(warm_start=True).fit(X, y)


def test_warm_start_keeps_the_whole_history(tiny_data):
    model = EmotionRegularizedVAE(**TINY, warm_start=True, early_stopping=True, validation_fraction=0.2)
    model.fit(*tiny_data).set_params(early_stopping=False).fit(*tiny_data)
    assert len(model.history_["loss"]) == 2
    assert np.isnan(model.history_["validation_loss"]).tolist() == [False, True]


def test_early_stopping_on_few_rows(tiny_data):
    X, y = tiny_data
    model = EmotionRegularizedVAE(**TINY, early_stopping=True).fit(X[::8], y[::8])  # 1 of 5 rows cannot be stratified
    assert len(model.history_["validation_loss"]) == 1
    with pytest.raises(ValueError, match=r"validation_fraction=0\.1 of 1 rows leaves none to train on"):
        model.fit(X[:1], y[:1])


def test_score_is_the_share_that_predict_gets_right(tiny_data):
    X, y = tiny_data
    labels = np.where(y == "sad", "down", "up")
    model = EmotionRegularizedVAE(
        class_positions={"up": (1, 0), "down": (-1, 0)}, architecture=GRUArchitecture(units=8), max_iter=30, batch_size=8, learning_rate=0.01,
        random_state=0,
    ).fit(X, labels)  # fmt: skip
    right = model.predict(X) == labels
    assert model.score(X, labels) == pytest.approx((right[labels == "up"].mean() + right[labels == "down"].mean()) / 2)
    assert model.score(X, labels) > 0.9
    drawn = model._draw_points(np.ones(200, int), "class", np.random.default_rng(0))
    assert (drawn[:, 0] < 0).all()
    assert (drawn[:, 1] < 0).any()
    assert (drawn[:, 1] > 0).any()


def test_pandas_output_does_not_reach_predict_and_score(tiny_data):
    pytest.importorskip("pandas")
    X, y = tiny_data
    model = EmotionRegularizedVAE(class_positions=SIGNS, **TINY).fit(X, y)
    expected = model.predict(X), model.score(X, y)
    model.set_output(transform="pandas")
    assert np.array_equal(model.predict(X), expected[0])
    assert model.score(X, y) == expected[1]


def test_a_point_of_a_class_without_rows_is_decoded_with_the_nearest_one(tiny_data):
    X, y = tiny_data
    rows = y != "angry"
    model = EmotionRegularizedVAE(**TINY).fit(X[rows], y[rows])
    assert model.sample(1, at=(-2, 0.1))[1].tolist() == ["sad"]
    assert model.sample(1, at=(-0.1, 2))[1].tolist() == ["happy"]
    assert np.array_equal(model.inverse_transform([[-2, 0.1]]), model.inverse_transform([[-2, 0.1]], emotion="sad"))


def test_labels_of_mixed_types(tiny_data):
    X, y = tiny_data
    labels = np.array([1 if label == "sad" else "b" for label in y], dtype=object)
    model = EmotionRegularizedVAE(class_positions={1: (-1, -1), "b": (1, 1)}, **TINY).fit(X, labels)
    assert 0 <= model.score(X, model.predict(X)) <= 1


def test_metadata_routing_of_the_emotion(tiny_data):
    X, y = tiny_data
    with sklearn.config_context(enable_metadata_routing=True):
        vae = EmotionRegularizedVAE(condition="both", **TINY).set_transform_request(emotion=True)
        path = make_pipeline(vae).fit(X, y)
        fed = path.transform(X, emotion=y)
    assert np.array_equal(fed, path[-1].transform(X, emotion=y))


# What scikit-learn's checks use as labels, and places for them.
CHECKED = EmotionRegularizedVAE(
    class_positions={0: (1, 1), 1: (-1, 1), 2: (-1, -1), 3: (1, -1), -1: (0.5, -1)},
    architecture=GRUArchitecture(units=2),
    max_iter=1,
    batch_size=64,
)


@parametrize_with_checks([CHECKED])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def test_a_refit_that_fails_leaves_the_width_of_the_first(tiny_data):
    pandas = pytest.importorskip("pandas")
    X, y = tiny_data
    frame = pandas.DataFrame(X, columns=[f"step{i}" for i in range(8)])
    model = EmotionRegularizedVAE(**TINY).fit(frame, y)
    expected = model.transform(frame)
    with pytest.raises(ValueError, match="unknown emotion 'joy'"):
        model.fit(X[:, :2], ["joy"] * len(X))
    assert model.n_features_in_ == 8
    assert model.feature_names_in_.tolist() == list(frame.columns)
    assert np.array_equal(model.transform(frame), expected)


def test_a_warm_start_with_another_regulariser_keeps_epochs_in_line(tiny_data):
    model = EmotionRegularizedVAE(regularizer=None, warm_start=True, **TINY).fit(*tiny_data)
    model.set_params(regularizer="cosine").fit(*tiny_data)
    assert {len(values) for values in model.history_.values()} == {2}
    assert np.isnan(model.history_["valence"]).tolist() == [True, False]
    model.set_params(regularizer=None).fit(*tiny_data)
    assert np.isnan(model.history_["valence"]).tolist() == [True, False, True]


def test_a_warm_start_with_classes_in_another_order(tiny_data):
    model = EmotionRegularizedVAE(class_positions=SIGNS, warm_start=True, **TINY).fit(*tiny_data)
    model.set_params(class_positions=dict(reversed(SIGNS.items())))
    with pytest.raises(ValueError, match=r"the fitted weights have the classes .* in this order"):
        model.fit(*tiny_data)


def test_a_loss_that_is_no_number_keeps_the_last_good_epoch(tiny_data, monkeypatch):
    run, calls = _Epochs.run, []

    def diverge(self):
        calls.append(1)
        return run(self) | ({"loss": float("nan")} if len(calls) == 3 else {})

    settings = TINY | {"max_iter": 5}
    model = EmotionRegularizedVAE(**settings)
    with monkeypatch.context() as patch:
        patch.setattr(_Epochs, "run", diverge)
        with pytest.raises(FloatingPointError, match="the loss is nan in epoch 3"):
            model.fit(*tiny_data)
    assert model.n_iter_ == 2
    expected = EmotionRegularizedVAE(**settings).set_params(max_iter=2).fit(*tiny_data)
    assert np.array_equal(model.transform(tiny_data[0]), expected.transform(tiny_data[0]))
    with pytest.raises(FloatingPointError, match=r"epoch 1 .*try a learning_rate below 1e\+30"):
        EmotionRegularizedVAE(**TINY | {"learning_rate": 1e30}).fit(*tiny_data)


def test_one_component_is_valence(tiny_data):
    X, y = tiny_data
    model = EmotionRegularizedVAE(
        n_components=1,
        architecture=GRUArchitecture(units=8),
        max_iter=30,
        batch_size=8,
        learning_rate=0.01,
        random_state=0,
    ).fit(X, y)
    points = model.transform(X)
    assert points.shape == (len(X), 1)
    assert ((points[:, 0] > 0) == np.isin(y, ["happy", "relaxed"])).mean() > 0.9
    assert sorted(model.history_) == ["kl", "loss", "reconstruction", "valence"]
    assert model.get_feature_names_out().tolist() == ["valence"]
    for method in ("class", "paper"):
        tokens, emotions = model.sample(6, emotion="sad", method=method, random_state=0)
        assert tokens.shape == (6, 8)
        assert emotions.tolist() == ["sad"] * 6
    assert model.sample(3, at=(-1, 1))[0].shape == (3, 8)
    assert set(model.predict(X)) == {"happy", "angry"}  # of the emotions on one side the first
    assert model.score(X, y) > 0.9  # on its side of the plane is where an emotion belongs
    assert model.score(X, valence_arousal(y)) > 0.8
    assert model.inverse_transform(points).shape == X.shape


def test_wrong_sample_arguments(fitted):
    with pytest.raises(ValueError, match="at='abc': expected one point"):
        fitted.sample(1, at="abc")
    with pytest.raises(ValueError, match="n_samples=0: expected a positive integer"):
        fitted.sample(0)
    with pytest.raises(ValueError, match="unknown emotion 'melancholy': expected one of Q1, e1, happiness"):
        fitted.sample(1, emotion="melancholy")
    with pytest.raises(ValueError, match="2 labels for 3 rows: expected one label, or one a row"):
        fitted.sample(3, emotion=["sad", "sad"])
    with pytest.raises(ValueError, match=r"at=\(1, 2, 3\): expected one point"):
        fitted.sample(1, at=(1, 2, 3))
    with pytest.raises(ValueError, match="temperature=-1: expected 0 or a positive number"):
        fitted.sample(1, temperature=-1)
    with pytest.raises(ValueError, match="method='prior': expected one of 'class', 'paper'"):
        fitted.sample(1, method="prior")


# the whole path ----------------------------------------------------------------------------------------------------


def whole_path():
    return Pipeline(
        [
            ("key", KeyNormalizer()),
            ("excerpt", Excerpt(n_bars=4)),
            ("soprano", SopranoExtractor()),
            ("tokens", PitchEncoder(polyphony="skyline", off_grid="round")),
            ("vae", EmotionRegularizedVAE(architecture=GRUArchitecture(units=4), max_iter=2, random_state=0)),
        ]
    )


@pytest.fixture(scope="module")
def scores(data_home):
    bach = load_bach_chorales(form="scores", data_home=data_home)
    rows = np.arange(0, 344, 6)
    return [bach.data[i] for i in rows], bach.target[rows], bach.groups[rows]


def test_pipeline_from_scores_to_points_and_back_to_midi(scores, tmp_path):
    X, y, _ = scores
    path = clone(whole_path()).fit(X, y)
    points = path.transform(X)
    assert points.shape == (len(X), 2)
    assert np.array_equal(pickle.loads(pickle.dumps(path)).transform(X[:3]), points[:3])
    tokens, _ = path[-1].sample(6, temperature=1.0, random_state=0)
    melodies = path["tokens"].inverse_transform(tokens)
    for i, melody in enumerate(melodies):
        write_music(melody, tmp_path / f"{i}.mid")
    again = [read_music(tmp_path / f"{i}.mid") for i in range(6)]
    # a hold with nothing to hold, which an untrained decoder makes, comes back as the rest that it is
    assert np.array_equal(path["tokens"].transform(again), path["tokens"].transform(melodies))


def test_pipeline_cross_validated_by_tune(scores):
    X, y, groups = scores
    accuracy = cross_val_score(whole_path(), X, y, groups=groups, cv=StratifiedGroupKFold(2))
    assert accuracy.shape == (2,)
    assert ((accuracy >= 0) & (accuracy <= 1)).all()


def test_weights_searched_over_the_grid(tiny_data):
    weights = {name: f"emotionregularizedvae__{name}" for name in ("valence_weight", "arousal_weight")}
    search = GridSearchCV(
        make_pipeline(
            EmotionRegularizedVAE(
                architecture=GRUArchitecture(units=8), max_iter=25, batch_size=8, learning_rate=0.01, random_state=0
            )
        ),
        [{name: [0.0] for name in weights.values()}, {name: [4.0] for name in weights.values()}],
        cv=StratifiedKFold(2),
        error_score="raise",
    ).fit(*tiny_data)
    assert search.best_params_ == dict.fromkeys(weights.values(), 4.0)
    assert search.best_score_ > 0.8


@pytest.mark.slow
def test_a_real_training_orders_the_plane_and_the_melodies(data_home):
    bach = load_bach_chorales(data_home=data_home)
    X = PitchEncoder().fit_transform(bach.data)
    model = EmotionRegularizedVAE(max_iter=60, random_state=0).fit(X, bach.target)
    assert model.score(X, bach.target) >= 0.7
    tokens, emotions = model.sample(200, random_state=0)
    assert (model.predict(tokens) == emotions).mean() >= 0.7
