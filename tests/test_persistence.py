"""Saved models; ``python -m tests.test_persistence`` makes the kept files of a new format version."""

import copy
import io
import json
import pickle
import tracemalloc
from pathlib import Path

import joblib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import save_file
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline, make_pipeline

from skemovae import (
    EmotionRegularizedVAE,
    Excerpt,
    KeyNormalizer,
    ModelFileError,
    PitchEncoder,
    SopranoExtractor,
    TempoNormalizer,
    load_model,
    save_model,
)
from skemovae.nn.network import NetworkSpec, VAENetwork, weight_shapes
from skemovae.persistence import FORMAT_VERSION, _digest

DATA = Path(__file__).parent / "data"


def parts_of(path):
    """Return the header and the arrays of a saved model."""
    with safe_open(path, framework="np") as file:
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return json.loads(file.metadata()["skemovae"]), arrays


def forge(path, header, arrays):
    """Write a file whose sha256 is right, whatever it holds."""
    header = header | {"sha256": _digest(header, arrays)}
    save_file(arrays, path, metadata={"skemovae": json.dumps(header)})


def make_kept_files():
    """Make this format version's kept files; never again for a version that has been released."""
    steps = np.arange(8)
    X, y = [], []
    for emotion, pitch, moving in (("happy", 76, 1), ("angry", 63, 1), ("sad", 58, 0), ("relaxed", 72, 0)):
        for i in range(4):
            pitches = pitch + (i + steps) % 3
            X.append(pitches if moving else np.where(steps % 4 == 0, pitches, 129))
            y.append(emotion)
    X, y = np.array(X), np.array(y)
    settings = {"units": 4, "max_iter": 300, "batch_size": 8, "learning_rate": 0.01, "random_state": 0}
    model = EmotionRegularizedVAE(condition="both", **settings).fit(X, y)
    positions = {"happy": (1, 0.5), "angry": (-0.5, 1), "sad": (-1, -0.5), "relaxed": (0.5, -1)}
    encoder = PitchEncoder(n_steps=8, resolution=2)
    pipeline = make_pipeline(encoder, EmotionRegularizedVAE(class_positions=positions, **settings))
    pipeline.fit(encoder.inverse_transform(X), y)
    for name, estimator in (("model", model), ("pipeline", pipeline)):
        last = estimator[-1] if name == "pipeline" else estimator
        grid = [(v, a) for v in (-2.5, -1.5, -0.75, 0.75, 1.5, 2.5) for a in (-2.5, -1.5, -0.75, 0.75, 1.5, 2.5)]
        nearby = np.array([(0, 0), (0.1, 0.1), (0.1, -0.1), (-0.1, 0.1), (-0.1, -0.1)])
        clear = [at for at in grid if len(np.unique(last.inverse_transform(at + nearby), axis=0)) == 1]
        expected = {
            "X": X.tolist(),
            "predictions": last.predict(X).tolist(),
            "points": last.transform(X).round(6).tolist(),
            "at": clear,  # points whose surroundings give the same melody, so that no rounding changes it
            "samples": [last.sample(at=at)[0][0].tolist() for at in clear],
        }
        save_model(estimator, DATA / f"{name}_v{FORMAT_VERSION}.safetensors")
        (DATA / f"{name}_v{FORMAT_VERSION}.json").write_text(json.dumps(expected) + "\n")


@pytest.fixture
def parts(saved):
    return parts_of(saved)


@pytest.fixture(scope="module")
def pipeline(fitted):
    """Return a pipeline of all steps that can be saved, with other settings than the default ones."""
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
    return PitchEncoder(8, 2).inverse_transform(tiny_data[0])


# Known values


@pytest.mark.parametrize("name", ["model_v1", "pipeline_v1"])
def test_a_kept_file_gives_the_same_samples_in_every_version(name):
    estimator = load_model(DATA / f"{name}.safetensors")
    expected = json.loads((DATA / f"{name}.json").read_text())
    model, X = estimator, np.array(expected["X"])
    if name == "pipeline_v1":
        model = estimator[-1]
        scores = PitchEncoder(n_steps=8, resolution=2).inverse_transform(X)
        assert np.array_equal(estimator.transform(scores), model.transform(X))
    assert np.allclose(model.transform(X), expected["points"], atol=1e-4)
    assert model.predict(X).tolist() == expected["predictions"]
    assert len(expected["at"]) > 10
    assert len({tuple(sample) for sample in expected["samples"]}) > 3
    assert [model.sample(at=at)[0][0].tolist() for at in expected["at"]] == expected["samples"]


@pytest.mark.parametrize(
    "spec",
    [
        NetworkSpec(n_steps=5, n_symbols=7, n_classes=3, n_components=2, units=11, condition=condition)
        for condition in ("both", "decoder", None)
    ]
    + [NetworkSpec(n_steps=2, n_symbols=1, n_classes=1, n_components=6, units=1, condition="both")],
)
def test_weight_shapes_are_those_of_the_network(spec):
    assert weight_shapes(spec) == [tuple(variable.shape) for variable in VAENetwork(spec).trainable_variables]


def test_weight_shapes_of_the_paper():
    paper = NetworkSpec(n_steps=64, n_symbols=31, n_classes=4, n_components=2, units=512, condition="both")
    shapes = weight_shapes(paper)
    assert shapes[2:5] == [(35, 1536), (512, 1536), (2, 1536)]
    assert sum(np.prod(shape) for shape in shapes) == 1_710_871


# Round trips


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
    model = EmotionRegularizedVAE(class_positions={low: (-1, -1), high: (1, 0.5)}, units=4, max_iter=1).fit(X, y)
    again = file_round_trip(model, tmp_path)
    assert_same_model(again, model, X)
    assert [type(label) for label in again.classes_.tolist()] == [type(label) for label in labels]
    assert again.predict(X).tolist() == model.predict(X).tolist()


def test_points_for_labels_and_three_dimensions(tiny_data, tmp_path):
    X = tiny_data[0].astype("float32")
    y = np.random.default_rng(0).uniform(-1, 1, size=(len(X), 2))
    model = EmotionRegularizedVAE(3, condition="both", units=4, max_iter=2, early_stopping=True).fit(X, y)
    again = file_round_trip(model, tmp_path)
    assert_same_model(again, model, X)
    assert again.vocabulary_.dtype == "float32"


def test_names_of_columns_and_numpy_numbers(tiny_data, tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(tiny_data[0], columns=[f"step{i}" for i in range(8)])
    positions = {"sad": np.array([-1, -1]), "happy": np.array([1, 1])}
    model = EmotionRegularizedVAE(class_positions=positions, units=4, max_iter=1, random_state=np.int64(3))
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
        load_model(saved).weights_[0][:] = 0


def test_loading_builds_no_network(saved, monkeypatch):
    def fail(spec):
        raise AssertionError("a network was built")

    monkeypatch.setattr("skemovae.nn.pool.VAENetwork", fail)
    monkeypatch.setattr("skemovae.nn.pool._idle", [])
    load_model(saved)


def test_a_parameter_of_a_later_version_has_its_default(parts, tmp_path):
    header, arrays = parts
    del header["steps"][0][2]["kl_weight"]
    forge(tmp_path / "m", header, arrays)
    assert load_model(tmp_path / "m").kl_weight == EmotionRegularizedVAE().kl_weight


# Properties


def load_or_refuse(path):
    """Return the estimator of a file, or None if there is a ModelFileError that gives a reason."""
    try:
        return load_model(path)
    except ModelFileError as error:
        refusal = str(error)
    assert refusal.removeprefix(f"cannot load {path}: ") not in ("", refusal)
    return None


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_flipped_bit_is_found_or_changes_nothing(saved, data):
    content = bytearray(saved.read_bytes())
    n_header = int.from_bytes(content[:8], "little")
    in_header = data.draw(st.booleans())  # else most flips would be in the weights
    last = 8 + n_header if in_header else len(content)
    position = data.draw(st.integers(0, 8 * last - 1))
    content[position // 8] ^= 1 << position % 8
    path = saved.parent / "flipped.safetensors"
    path.write_bytes(content)
    found = load_or_refuse(path)
    if found is not None:
        save_model(found, path)
        assert parts_of(path)[0]["sha256"] == parts_of(saved)[0]["sha256"]


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_truncated_or_longer_file_is_refused(saved, data):
    whole = saved.read_bytes()
    path = saved.parent / "cut.safetensors"
    length = data.draw(st.integers(0, len(whole) - 1))
    path.write_bytes(data.draw(st.sampled_from([whole[:length], whole + bytes(length + 1)])))
    assert load_or_refuse(path) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
    max_leaves=5,
)


def replace_somewhere(data, value):
    """Return a JSON value with some part of it replaced by any other, or left out."""
    if isinstance(value, dict | list) and value and data.draw(st.integers(0, 4)):
        value = copy.copy(value)
        key = data.draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
        if data.draw(st.booleans()):
            value[key] = replace_somewhere(data, value[key])
        else:
            del value[key]
        return value
    return data.draw(json_values)


@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_any_header_with_a_right_sha256_is_refused_or_makes_a_model(saved, data):
    header, arrays = parts_of(saved)
    header = replace_somewhere(data, header)
    path = saved.parent / "forged.safetensors"
    if isinstance(header, dict):
        forge(path, header, arrays)
    else:
        save_file(arrays, path, metadata={"skemovae": json.dumps(header)})
    found = load_or_refuse(path)
    if found is not None:
        save_model(found, path)  # which checks it again


# Contracts


def test_saving_what_cannot_be_saved(fitted, tmp_path):
    path = tmp_path / "m.safetensors"
    for estimator in (PCA(), Pipeline([])):
        name = type(estimator).__name__
        with pytest.raises(TypeError, match=f"cannot save {name}: expected an EmotionRegularizedVAE, or a Pipeline"):
            save_model(estimator, path)
    with pytest.raises(TypeError, match="cannot save step 'pca', PCA: expected EmotionRegularizedVAE"):
        save_model(make_pipeline(PCA()), path)
    for step in (PCA(), "passthrough", None, EmotionRegularizedVAE(), make_pipeline(PitchEncoder())):
        with pytest.raises(TypeError, match=r"cannot save step 'first', \w+: expected TempoNormalizer or Excerpt or"):
            save_model(Pipeline([("first", step), ("vae", fitted)]), path)
    for estimator in (EmotionRegularizedVAE(), make_pipeline(PitchEncoder(), EmotionRegularizedVAE())):
        with pytest.raises(NotFittedError, match="not fitted yet"):
            save_model(estimator, path)
    assert list(tmp_path.iterdir()) == []


def test_a_subclass_would_come_back_as_its_parent(fitted, tmp_path):
    class Own(EmotionRegularizedVAE):
        pass

    class OwnEncoder(PitchEncoder):
        pass

    with pytest.raises(TypeError, match="cannot save Own: expected an EmotionRegularizedVAE"):
        save_model(Own(), tmp_path / "m")
    with pytest.raises(TypeError, match="cannot save step 'ownencoder', OwnEncoder: expected"):
        save_model(make_pipeline(OwnEncoder(), fitted), tmp_path / "m")


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"regularizer": abs}, TypeError, "cannot save regularizer=<built-in.*set_params"),
        ({"units": "many"}, ValueError, "units='many': expected a positive integer"),
        ({"random_state": -1}, ValueError, "cannot save EmotionRegularizedVAE: random_state=-1"),
        ({"random_state": "any"}, ValueError, "cannot save EmotionRegularizedVAE: random_state='any'"),
        ({"class_positions": {(1, 2): (1, 1)}}, TypeError, r"cannot save label=\(1, 2\): expected a text, a number"),
        ({"class_positions": {"a": (1, 1)}}, ValueError, "cannot save EmotionRegularizedVAE: unknown labels"),
        ({"latent_mean_": np.full((4, 2), np.nan)}, ValueError, "latent_mean_ holds NaN or infinity"),
        ({"vocabulary_": np.arange(13)[::-1]}, ValueError, "vocabulary_ is not ascending"),
        ({"vocabulary_": np.arange(13, dtype="longdouble")}, ValueError, "cannot save EmotionRegularizedVAE"),
        ({"class_count_": np.zeros(4, dtype=int)}, ValueError, r"class_count_=\[0, 0, 0, 0\]: expected"),
    ],
)
def test_a_model_that_could_not_be_loaded_is_not_saved(change, kind, message, fitted, tmp_path):
    model = copy.deepcopy(fitted)
    for name, value in change.items():
        setattr(model, name, value)
    with pytest.raises(kind, match=message):
        save_model(model, tmp_path / "m")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_save_leaves_the_older_file(fitted, tmp_path, monkeypatch):
    path = tmp_path / "m.safetensors"
    save_model(fitted, path)
    before = path.read_bytes()

    def fail(*_, **__):
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(OSError, match="No space left"):
        save_model(fitted, path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["m.safetensors"]


def test_one_component(tiny_data, tmp_path):
    model = EmotionRegularizedVAE(n_components=1, units=4, max_iter=1, random_state=0).fit(*tiny_data)
    save_model(model, tmp_path / "m.safetensors")
    assert np.array_equal(load_model(tmp_path / "m.safetensors").transform(tiny_data[0]), model.transform(tiny_data[0]))


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="no_model"):
        load_model(tmp_path / "no_model.safetensors")
    with pytest.raises(OSError, match=r"directory|denied"):
        load_model(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "(?i:header ?too ?small)"),
        (b"not a model", r"it is no safetensors file: its first 8 bytes announce .* and at most 16,777,216"),
        (b"\x80\x04K\x01.", r"announce a header of [\d,]+ bytes"),
        (bytes(1000), "deserializing header"),
        ((2**24 + 1).to_bytes(8, "little") + b"{" * (2**24 + 1), "announce a header of 16,777,217 bytes"),
    ],
)
def test_files_that_are_no_model(content, message, tmp_path):
    path = tmp_path / "m.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=rf"cannot load .*m\.safetensors: .*{message}"):
        load_model(path)


@pytest.mark.parametrize("metadata", [None, {"x": "1"}, {"skemovae": "[1]"}, {"skemovae": "null"}])
def test_safetensors_of_somebody_else(metadata, tmp_path):
    save_file({"a": np.zeros(3)}, tmp_path / "m.safetensors", metadata=metadata)
    with pytest.raises(ModelFileError, match="it holds no skemovae model"):
        load_model(tmp_path / "m.safetensors")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000, "recursion"),
        ('{"format_version": ' + "9" * 5000 + "}", "integer string conversion"),
        ("{", "Expecting property name"),
        ("{}", "format_version is missing: expected one of type int"),
    ],
)
def test_metadata_that_are_no_header(text, message, parts, tmp_path):
    save_file(parts[1], tmp_path / "m", metadata={"skemovae": text})
    with pytest.raises(ModelFileError, match=message):
        load_model(tmp_path / "m")


def set_in(value, keys, new):
    *outer, last = keys
    for key in outer:
        value = value[key]
    value[last] = new


PARAMETERS = ("steps", 0, 2)
HOSTILE = [
    (("format_version",), 99, r"saved by the later version [\d.]+; upgrade skemovae"),
    (("format_version",), 0, "its format version is 0: expected 1"),
    (("format_version",), True, "format_version is True: expected one of type int"),
    (("package_version",), None, "package_version is missing: expected one of type str"),
    (("steps",), [], "its steps have the names"),
    (("steps", 0), [None, "PCA", {}], "step None is 'PCA': expected EmotionRegularizedVAE"),
    (("steps", 0), [None, "os.system", {"command": "true"}], "step None is 'os.system'"),
    (("steps", 0), [None, "EmotionRegularizedVAE"], r"step 1 is \[None, 'EmotionRegularizedVAE'\]: expected \[name"),
    (("steps", 0), 7, r"step 1 is 7: expected \[name, class, parameters\]"),
    (("steps", 0, 0), "a__b", "its steps have the names"),
    (("steps", 0, 0), 7, "its steps have the names"),
    (("steps", 0, 2), [], r"step 1 is \[None, 'EmotionRegularizedVAE', \[\]\]: expected"),
    ((*PARAMETERS, "units"), "a", "units='a': expected a positive integer"),
    ((*PARAMETERS, "units"), -1, "units=-1: expected a positive integer"),
    ((*PARAMETERS, "kl_weight"), [], r"kl_weight=\[\]: expected"),
    ((*PARAMETERS, "random_state"), "a", "random_state='a': expected None"),
    ((*PARAMETERS, "no_such"), 1, r"EmotionRegularizedVAE has the parameters \['no_such'\]"),
    ((*PARAMETERS, "checkpoint_path"), "/tmp/x", r"EmotionRegularizedVAE has the parameters \['checkpoint_path'\]"),
    ((*PARAMETERS, "regularizer"), "eval", "regularizer='eval': expected one of"),
    ((*PARAMETERS, "class_positions"), [["a", [1.0, 1.0]], ["a", [1.0, -1.0]]], "class_positions=.*different labels"),
    ((*PARAMETERS, "class_positions"), [["a", ["1", "1"]]], "class_positions=.*two decimal numbers"),
    ((*PARAMETERS, "class_positions"), [7], r"class_positions=\[7\]: expected different labels"),
    ((*PARAMETERS, "class_positions"), [[None, [1.0, 1.0]]], "label None: expected a text or a number"),
    ((*PARAMETERS, "class_positions"), [["a", [1.0, 1.0]]], "unknown labels"),
    (("architecture", "n_symbols"), 10**12, r"vocabulary_ is I64 of shape \(13,\): expected .* \(1000000000000,\)"),
    (("architecture", "n_steps"), 10**12, "n_steps=1000000000000: expected at most 1,000,000"),
    (("architecture", "n_classes"), 10**12, "n_classes=1000000000000: expected"),
    (("architecture", "n_components"), 10**12, r"latent_mean_ is F64 of shape \(4, 2\): expected F64 of shape"),
    (("architecture", "n_components"), 1, r"latent_mean_ is F64 of shape \(4, 2\): expected F64 of shape \(4, 1\)"),
    (("architecture", "units"), 10**12, "weights_0 is F32 of shape"),
    (("architecture", "units"), 8.0, "units=8.0: expected a positive integer"),
    (("architecture", "units"), "8", "units='8': expected a positive integer"),
    (("architecture", "units"), True, "units=True: expected a positive integer"),
    (("architecture", "condition"), "x", "condition='x': expected one of"),
    (("architecture", "condition"), "both", r"should not have, the arrays \['weights_14', "),
    (("architecture", "depth"), 2, "architecture has .*'depth'.*: expected"),
    (("classes",), ["happy"], "classes=.*: expected those of class_positions"),
    (("classes",), ["sad", "happy", "angry", "relaxed"], "classes=.*: expected those of class_positions"),
    (("classes",), ["a", "b", "c", "d"], "unknown emotion 'a'"),
    (("classes",), [[]] * 4, r"label \[\]: expected a text or a number"),
    (("n_iter",), 0, "n_iter=0: expected a positive integer"),
    (("n_iter",), 1.0, "n_iter is 1.0: expected one of type int"),
    (("feature_names_in",), ["a"], r"feature_names_in=\['a'\]: expected 8 texts"),
    (("feature_names_in",), 8 * [1], r"feature_names_in=\[1, 1, .*: expected 8 texts"),
    (("history", "loss"), 10**12, r"history_loss is F64 of shape \(30,\): expected F64 of shape \(1000000000000,\)"),
    (("history", "loss"), "many", r"length of history_\['loss'\]='many': expected a positive integer"),
    (("history", "more"), 1, r"it lacks, or should not have, the arrays \['history_more'\]"),
]


@pytest.mark.parametrize(("keys", "new", "message"), HOSTILE)
def test_hostile_headers_are_refused_before_anything_is_allocated(keys, new, message, parts, tmp_path):
    header, arrays = parts
    set_in(header, keys, new)
    forge(tmp_path / "m", header, arrays)
    tracemalloc.start()
    try:
        with pytest.raises(ModelFileError, match=f"cannot load .*: .*{message}"):
            load_model(tmp_path / "m")
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_a_message_is_short_whatever_the_file_holds(parts, tmp_path):
    header, arrays = parts
    header["steps"][0][2]["units"] = "u" * 10**6
    forge(tmp_path / "m", header, arrays)
    with pytest.raises(ModelFileError, match="units='uuuu") as caught:
        load_model(tmp_path / "m")
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_json_does_not_know(number, parts, tmp_path):
    header, arrays = parts
    header["steps"][0][2]["tol"] = number
    save_file(arrays, tmp_path / "m", metadata={"skemovae": json.dumps(header)})
    with pytest.raises(ModelFileError, match=f"tol={number}: expected 0 or a positive number"):
        load_model(tmp_path / "m")


@pytest.mark.parametrize(
    ("name", "wrong", "message"),
    [
        ("weights_0", np.zeros(3, "float32"), r"weights_0 is F32 of shape \(3,\): expected F32 of shape \(13, 24\)"),
        ("weights_0", np.zeros((13, 24)), r"weights_0 is F64 of shape \(13, 24\): expected F32"),
        ("weights_0", np.full((13, 24), np.inf, "float32"), "weights_0 holds NaN or infinity"),
        ("vocabulary_", np.arange(3), r"vocabulary_ is I64 of shape \(3,\): expected BOOL/I8"),
        ("vocabulary_", np.zeros(13), "vocabulary_ is not ascending"),
        ("latent_mean_", np.zeros((4, 5)), r"latent_mean_ is F64 of shape \(4, 5\)"),
        ("latent_covariance_", np.full((4, 2, 2), np.nan), "latent_covariance_ holds NaN"),
        ("class_count_", np.array([-1, 1, 1, 1]), r"class_count_=\[-1, 1, 1, 1\]: expected numbers of rows"),
        ("more", np.zeros(3), r"it lacks, or should not have, the arrays \['more'\]"),
    ],
)
def test_arrays_that_are_no_models(name, wrong, message, parts, tmp_path):
    header, arrays = parts
    forge(tmp_path / "m", header, arrays | {name: wrong})
    with pytest.raises(ModelFileError, match=f"cannot load .*: {message}"):
        load_model(tmp_path / "m")


def test_other_content_of_the_right_shape(parts, tmp_path):
    header, arrays = parts
    save_file(arrays | {"weights_1": -arrays["weights_1"]}, tmp_path / "m", metadata={"skemovae": json.dumps(header)})
    with pytest.raises(ModelFileError, match="its sha256 is not that of its content"):
        load_model(tmp_path / "m")


if __name__ == "__main__":
    make_kept_files()
