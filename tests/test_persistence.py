import json
import pickle

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from skemovae import EmotionRegularizedVAE, ModelFileError, load_model, save_model


@pytest.fixture(scope="module")
def saved(fitted, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.safetensors"
    save_model(fitted, path)
    return path


def test_a_loaded_model_answers_the_same(saved, fitted, tiny_data):
    again = load_model(saved)
    assert np.array_equal(again.transform(tiny_data[0]), fitted.transform(tiny_data[0]))
    tokens, emotions = again.sample(10, temperature=0.5, random_state=3)
    expected = fitted.sample(10, temperature=0.5, random_state=3)
    assert np.array_equal(tokens, expected[0])
    assert np.array_equal(emotions, expected[1])
    assert again.get_params() == fitted.get_params()
    assert again.history_ == fitted.history_
    assert set(vars(load_model(saved))) == set(vars(pickle.loads(pickle.dumps(fitted))))


def test_labels_of_ones_own_and_numbers(tiny_data, tmp_path):
    X, y = tiny_data
    labels = (y == "happy").astype(int)
    model = EmotionRegularizedVAE(
        class_positions={0: (-1, -1), 1: (1, 1)}, units=4, max_iter=1, random_state=np.random.default_rng(0)
    ).fit(X, labels)
    save_model(model, tmp_path / "m.safetensors")
    again = load_model(tmp_path / "m.safetensors")
    assert again.class_positions == {0: (-1, -1), 1: (1, 1)}
    assert again.random_state is None
    assert again.classes_.tolist() == [0, 1]
    assert np.array_equal(again.predict(X), model.predict(X))


def test_saving_what_cannot_be_saved(tmp_path):
    with pytest.raises(TypeError, match="cannot save PCA: expected an EmotionRegularizedVAE"):
        save_model(PCA(), tmp_path / "m.safetensors")
    with pytest.raises(TypeError, match=r"cannot save Pipeline: .*; pass pipeline\[-1\]"):
        save_model(make_pipeline(PCA()), tmp_path / "m.safetensors")
    with pytest.raises(NotFittedError, match="not fitted yet"):
        save_model(EmotionRegularizedVAE(), tmp_path / "m.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_saving_names_of_columns_and_whole_numbers(tiny_data, tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(tiny_data[0], columns=[f"step{i}" for i in range(8)])
    positions = {"sad": np.array([-1, -1]), "happy": np.array([1, 1])}
    model = EmotionRegularizedVAE(class_positions=positions, units=4, max_iter=1, random_state=np.int64(3))
    save_model(model.fit(frame, np.where(tiny_data[1] == "sad", "sad", "happy")), tmp_path / "m")
    again = load_model(tmp_path / "m")
    assert again.feature_names_in_.tolist() == list(frame.columns)
    assert again.random_state == 3
    assert np.array_equal(again.transform(frame), model.transform(frame))


def test_arrays_of_another_shape(saved, tmp_path):
    with safe_open(saved, framework="np") as file:
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        metadata = file.metadata()
    for name, wrong in (("weights_0", np.zeros(3)), ("vocabulary_", np.arange(3)), ("latent_mean_", np.zeros((4, 5)))):
        save_file(arrays | {name: wrong}, tmp_path / "m.safetensors", metadata=metadata)
        with pytest.raises(ModelFileError, match="its arrays do not have the shapes that its settings ask for"):
            load_model(tmp_path / "m.safetensors")
    save_file(arrays, tmp_path / "m.safetensors", metadata={"skemovae": "[1]"})
    with pytest.raises(ModelFileError, match="it holds no skemovae model"):
        load_model(tmp_path / "m.safetensors")


def test_a_failed_save_leaves_the_older_file(fitted, tmp_path, monkeypatch):
    path = tmp_path / "m.safetensors"
    save_model(fitted, path)
    before = path.read_bytes()

    def fail(*_, **__):
        raise OSError("No space left on device")

    monkeypatch.setattr("skemovae.persistence.save_file", fail)
    with pytest.raises(OSError, match="No space left"):
        save_model(fitted, path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["m.safetensors"]


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="no_model"):
        load_model(tmp_path / "no_model.safetensors")


@pytest.mark.parametrize("content", [b"", b"not a model", bytes(1000), b"\x80\x04K\x01."])
def test_files_that_are_no_model(tmp_path, content):
    path = tmp_path / "m.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"cannot load .*m\.safetensors: "):
        load_model(path)


def test_truncated_file(saved, tmp_path):
    whole = saved.read_bytes()
    for length in (4, 100, len(whole) // 2, len(whole) - 1):
        (tmp_path / "m.safetensors").write_bytes(whole[:length])
        with pytest.raises(ModelFileError, match="cannot load"):
            load_model(tmp_path / "m.safetensors")


def test_safetensors_of_somebody_else(tmp_path):
    save_file({"a": np.zeros(3)}, tmp_path / "m.safetensors")
    with pytest.raises(ModelFileError, match="it holds no skemovae model"):
        load_model(tmp_path / "m.safetensors")


def test_a_later_format(saved, tmp_path):
    with safe_open(saved, framework="np") as file:
        header = json.loads(file.metadata()["skemovae"]) | {"format_version": 99, "package_version": "9.9"}
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    save_file(arrays, tmp_path / "m.safetensors", metadata={"skemovae": json.dumps(header)})
    with pytest.raises(ModelFileError, match=r"saved by the later version 9\.9; upgrade skemovae"):
        load_model(tmp_path / "m.safetensors")
    del header["format_version"]
    save_file(arrays, tmp_path / "m.safetensors", metadata={"skemovae": json.dumps(header)})
    with pytest.raises(ModelFileError, match="format_version"):
        load_model(tmp_path / "m.safetensors")
