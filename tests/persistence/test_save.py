"""What save_model refuses, and what it leaves behind if it fails."""

import copy
from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline, make_pipeline

from skemovae import EmotionRegularizedVAE, PitchEncoder, save_model
from skemovae.nn.architectures import GRUArchitecture


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
        ({"architecture": GRUArchitecture(units="many")}, ValueError, "units='many': expected a positive integer"),
        ({"architecture": "no_such"}, ValueError, "architecture='no_such': expected one of .*'gru'"),
        ({"random_state": -1}, ValueError, "cannot save EmotionRegularizedVAE: random_state=-1"),
        ({"random_state": "any"}, ValueError, "cannot save EmotionRegularizedVAE: random_state='any'"),
        ({"class_positions": {(1, 2): (1, 1)}}, TypeError, r"cannot save label=\(1, 2\): expected a string, a number"),
        ({"class_positions": {"a": (1, 1)}}, ValueError, "cannot save EmotionRegularizedVAE: unknown labels"),
        ({"latent_mean_": np.full((4, 2), np.nan)}, ValueError, "latent_mean_ holds NaN or infinity"),
        ({"latent_mean_": np.full((4, 2), 1e30)}, ValueError, r"latent_mean_ holds 1e\+30: expected numbers up to"),
        ({"latent_covariance_": np.full((4, 2, 2), -1.0)}, ValueError, "latent_covariance_ of 'happy'.* symmetric"),
        (
            {"class_positions_": np.ones((4, 2))},
            ValueError,
            "class_positions_=.*: expected the positions of the classes",
        ),
        ({"history_": {}}, ValueError, "history={}: expected the length of 'loss'"),
        ({"history_": {"loss": [1.0, 2.0], "kl": [1.0]}}, ValueError, "history=.*: expected the length of 'loss'"),
        ({"condition_": "both"}, ValueError, "it lacks, or should not have, the arrays .*'weights/encoder/label/bias'"),
        ({"weights_": {}}, ValueError, "it lacks, or should not have, the arrays .*'weights/decoder/gru/bias'"),
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


def test_a_weight_too_large_for_half_precision(fitted, tmp_path):
    model = copy.deepcopy(fitted)
    model.weights_ = model.weights_ | {"encoder/mean/bias": np.full(2, 1e5, "float32")}
    save_model(model, tmp_path / "whole")
    with pytest.raises(ValueError, match="weights/encoder/mean/bias holds NaN or infinity"):
        save_model(model, tmp_path / "half", half_precision=True)
    assert [p.name for p in tmp_path.iterdir()] == ["whole"]


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


def test_symbols_that_are_no_tokens_are_not_saved_behind_an_encoder(fitted, tmp_path):
    model = copy.deepcopy(fitted)
    model.vocabulary_ = model.vocabulary_ + 1000
    save_model(model, tmp_path / "alone")
    with pytest.raises(ValueError, match="cannot save Pipeline: vocabulary_ goes from 1058 to 1129: expected tokens"):
        save_model(make_pipeline(PitchEncoder(8), model), tmp_path / "pipeline")
    assert [path.name for path in tmp_path.iterdir()] == ["alone"]
