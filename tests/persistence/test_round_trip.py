"""What is saved, pickled or copied is the same afterwards."""

import copy
import io
import pickle

import joblib
import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from skemovae import (
    EmotionRegularizedVAE,
    Excerpt,
    KeyNormalizer,
    PitchEncoder,
    SopranoExtractor,
    TempoNormalizer,
    load_model,
    save_model,
)
from skemovae.nn.architectures import GRUArchitecture

QUICK = {"architecture": GRUArchitecture(units=4), "max_iter": 1, "jit_compile": False}


@pytest.fixture(scope="module")
def pipeline(fitted):
    """Return a pipeline of all steps that can be saved, with settings that differ from the defaults."""
    return Pipeline(
        [
            ("tempo", TempoNormalizer(100.0, keep_speed=np.bool_(True))),
            ("first bars", Excerpt(2, time_signature="2/4", mismatch="keep")),
            ("key", KeyNormalizer(use_signature=False, direction="nearest")),
            ("voice", SopranoExtractor("first")),
            ("tokens", PitchEncoder(np.int64(8), 2, polyphony="skyline")),
            ("model", fitted),
        ]
    )


@pytest.fixture(scope="module")
def scores(tiny_data):
    # one of each emotion, because finding their keys takes long
    return PitchEncoder(8, 2).inverse_transform(tiny_data[0][::10])


def assert_same_model(again, model, X):
    assert again.get_params() == model.get_params()
    assert again.history_ == model.history_
    assert again.classes_.dtype == model.classes_.dtype
    assert np.array_equal(again.transform(X), model.transform(X))
    tokens, emotions = again.sample(10, temperature=0.5, random_state=3)
    expected = model.sample(10, temperature=0.5, random_state=3)
    assert np.array_equal(tokens, expected[0])
    assert np.array_equal(emotions, expected[1])


def skops_round_trip(estimator):
    skops_io = pytest.importorskip("skops.io")
    content = skops_io.dumps(estimator)
    untrusted = skops_io.get_untrusted_types(data=content)
    assert all(name.startswith("skemovae.") for name in untrusted)
    return skops_io.loads(content, trusted=untrusted)


def joblib_round_trip(estimator):
    file = io.BytesIO()
    joblib.dump(estimator, file)
    file.seek(0)
    return joblib.load(file)


def file_round_trip(estimator, folder):
    save_model(estimator, folder / "m.safetensors")
    return load_model(folder / "m.safetensors")


WAYS = {
    "pickle": lambda estimator: pickle.loads(pickle.dumps(estimator)),
    "joblib": joblib_round_trip,
    "deepcopy": copy.deepcopy,
    "skops": skops_round_trip,
}


@pytest.mark.parametrize("way", [*WAYS, "file"])
def test_round_trips(way, fitted, pipeline, scores, tiny_data, tmp_path):
    go_round = WAYS.get(way, lambda estimator: file_round_trip(estimator, tmp_path))
    again = go_round(fitted)
    assert_same_model(again, fitted, tiny_data[0])
    assert again.architecture_ == fitted.architecture_
    assert set(vars(again)) == set(vars(fitted))
    again = go_round(pipeline)
    assert list(again.named_steps) == list(pipeline.named_steps)
    for step, original in zip(again, pipeline, strict=True):
        assert type(step) is type(original)
        assert step.get_params() == original.get_params()
    assert np.array_equal(again.transform(scores), pipeline.transform(scores))
    assert np.array_equal(again.predict(scores), pipeline.predict(scores))
    assert np.array_equal(again[-1].sample(random_state=0)[0], pipeline[-1].sample(random_state=0)[0])


@pytest.mark.parametrize("labels", [(0, 1), ("down", 1), (-0.5, True), ("no", "ja, ☺")])
def test_labels_of_ones_own(labels, tiny_data, tmp_path):
    X, y = tiny_data
    low, high = labels
    y = np.array([high if label == "happy" else low for label in y], dtype=object)
    model = EmotionRegularizedVAE(class_positions={low: (-1, -1), high: (1, 0.5)}, **QUICK).fit(X, y)
    again = file_round_trip(model, tmp_path)
    assert_same_model(again, model, X)
    assert [type(label) for label in again.classes_.tolist()] == [type(label) for label in labels]
    assert again.predict(X).tolist() == model.predict(X).tolist()


def test_points_for_labels_and_three_dimensions(tiny_data, tmp_path):
    X = tiny_data[0].astype("float32")
    y = np.random.default_rng(0).uniform(-1, 1, size=(len(X), 2))
    model = EmotionRegularizedVAE(3, condition="both", early_stopping=True, **QUICK).fit(X, y)
    again = file_round_trip(model, tmp_path)
    assert_same_model(again, model, X)
    assert again.vocabulary_.dtype == "float32"


def test_names_of_columns_and_numpy_numbers(tiny_data, tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(tiny_data[0], columns=[f"step{i}" for i in range(8)])
    positions = {"sad": np.array([-1, -1]), "happy": np.array([1, 1])}
    model = EmotionRegularizedVAE(class_positions=positions, random_state=np.int64(3), **QUICK)
    model.fit(frame, np.where(tiny_data[1] == "sad", "sad", "happy"))
    again = file_round_trip(model, tmp_path)
    assert again.feature_names_in_.tolist() == list(frame.columns)
    assert again.random_state == 3
    assert np.array_equal(again.transform(frame), model.transform(frame))


def test_what_belongs_to_one_machine_is_left_out(fitted, tiny_data, tmp_path):
    model = copy.deepcopy(fitted).set_params(random_state=np.random.default_rng(0))
    assert file_round_trip(model, tmp_path).random_state is None
    model.set_params(random_state=3, checkpoint_path=tmp_path / "checkpoint")
    again = file_round_trip(Pipeline([("vae", model)], memory=str(tmp_path), verbose=True), tmp_path)
    assert (again[-1].random_state, again[-1].checkpoint_path, again.memory, again.verbose) == (3, None, None, False)
    assert str(tmp_path).encode() not in (tmp_path / "m.safetensors").read_bytes()


def test_a_loaded_model_can_be_trained_on(saved, tiny_data):
    again = load_model(saved).set_params(warm_start=True, max_iter=2)
    n_epochs = len(again.history_["loss"])
    assert len(again.fit(*tiny_data).history_["loss"]) == n_epochs + 2
    with pytest.raises(ValueError, match="read-only"):
        load_model(saved).weights_["encoder/mean/bias"][:] = 0


def test_a_loaded_model_is_saved_as_the_same_file(saved, tmp_path):
    save_model(load_model(saved), tmp_path / "m")
    assert (tmp_path / "m").read_bytes() == saved.read_bytes()


def test_one_component(tiny_data, tmp_path):
    model = EmotionRegularizedVAE(n_components=1, random_state=0, **QUICK).fit(*tiny_data)
    save_model(model, tmp_path / "m.safetensors")
    assert np.array_equal(load_model(tmp_path / "m.safetensors").transform(tiny_data[0]), model.transform(tiny_data[0]))


def test_half_precision(fitted, tiny_data, tmp_path):
    whole, half = tmp_path / "whole.safetensors", tmp_path / "half.safetensors"
    save_model(fitted, whole)
    save_model(fitted, half, half_precision=True)
    assert half.stat().st_size < whole.stat().st_size
    again = load_model(half)
    for name, weight in again.weights_.items():
        assert weight.dtype == np.float32
        assert weight == pytest.approx(fitted.weights_[name], rel=1e-3, abs=1e-6)
        assert not weight.flags.writeable
    assert again.transform(tiny_data[0]) == pytest.approx(fitted.transform(tiny_data[0]), abs=0.05)
    save_model(again, tmp_path / "once more.safetensors", half_precision=True)  # the numbers are already rounded
    assert (tmp_path / "once more.safetensors").read_bytes() == half.read_bytes()
