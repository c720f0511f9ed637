"""Files of format version 2, which names its architecture.

The kept files ``tests/data/*_v2.*`` are never remade: later versions must load what this one has saved. This script
made them::

    steps, X, y = np.arange(8), [], []
    for emotion, pitch, moving in (("happy", 76, 1), ("angry", 63, 1), ("sad", 58, 0), ("relaxed", 72, 0)):
        for i in range(4):
            pitches = pitch + (i + steps) % 3
            X.append(pitches if moving else np.where(steps % 4 == 0, pitches, 129))
            y.append(emotion)
    X, y = np.array(X), np.array(y)
    settings = dict(max_iter=300, batch_size=8, learning_rate=0.01, jit_compile=False, random_state=0)
    gru, dense = GRUArchitecture(units=4), DenseArchitecture((8, 6))
    convolutional = ConvolutionalArchitecture(filters=(4, 6))
    positions = {"happy": (1, 0.5), "angry": (-0.5, 1), "sad": (-1, -0.5), "relaxed": (0.5, -1)}
    encoder = PitchEncoder(n_steps=8, resolution=2)
    own = EmotionRegularizedVAE(architecture=gru, class_positions=positions, **settings)
    estimators = {
        "model": EmotionRegularizedVAE(architecture=gru, condition="both", **settings).fit(X, y),
        "pipeline": make_pipeline(encoder, own).fit(encoder.inverse_transform(X), y),
        "dense": EmotionRegularizedVAE(architecture=dense, **settings).fit(X, y),
        "convolutional": EmotionRegularizedVAE(architecture=convolutional, condition="both", **settings).fit(X, y),
    }
    axis = (-2.5, -1.5, -0.75, 0.75, 1.5, 2.5)
    nearby = np.array([(0, 0), (0.1, 0.1), (0.1, -0.1), (-0.1, 0.1), (-0.1, -0.1)])
    for name, estimator in estimators.items():
        model = estimator[-1] if name == "pipeline" else estimator
        # points whose neighborhood gives the same melody, so that rounding does not change it
        clear = [
            at for at in itertools.product(axis, axis)
            if len(np.unique(model.inverse_transform(at + nearby), axis=0)) == 1
        ]
        expected = {
            "X": X.tolist(),
            "predictions": model.predict(X).tolist(),
            "points": model.transform(X).astype(float).round(6).tolist(),
            "at": clear,
            "samples": [model.sample(at=at)[0][0].tolist() for at in clear],
        }
        save_model(estimator, f"tests/data/{name}_v2.safetensors")
        Path(f"tests/data/{name}_v2.json").write_text(json.dumps(expected) + "\n")
"""

import pytest

from skemovae import EmotionRegularizedVAE, ModelFileError, load_model
from skemovae.nn.architectures import ConvolutionalArchitecture, DenseArchitecture, GRUArchitecture
from skemovae.persistence import read_header

from .files import DATA, assert_as_kept, forge

KEPT = {
    "model_v2": GRUArchitecture(units=4),
    "pipeline_v2": GRUArchitecture(units=4),
    "dense_v2": DenseArchitecture(hidden_layer_sizes=(8, 6)),
    "convolutional_v2": ConvolutionalArchitecture(filters=(4, 6)),
}


@pytest.mark.parametrize("name", KEPT)
def test_kept_files_give_the_same_points_and_samples(name):
    assert_as_kept(name)


@pytest.mark.parametrize(("name", "architecture"), KEPT.items())
def test_the_architecture_comes_back_with_its_options(name, architecture):
    estimator = load_model(DATA / f"{name}.safetensors")
    model = estimator[-1] if name == "pipeline_v2" else estimator
    assert model.architecture_ == architecture
    assert model.get_params(deep=False)["architecture"] == architecture


def test_what_a_header_says(saved, fitted):
    header = read_header(saved)
    assert header["format_version"] == 2
    assert header["architecture"] == {"name": "gru", "options": {"units": 8}}
    assert header["sizes"] == {
        "n_steps": 8,
        "n_symbols": len(fitted.vocabulary_),
        "n_classes": 4,
        "n_components": 2,
        "n_context": 0,
        "condition": "decoder",
    }
    ((name, step, parameters),) = header["steps"]
    assert (name, step) == (None, "EmotionRegularizedVAE")
    assert parameters["architecture"] == header["architecture"]
    assert header["classes"] == ["happy", "angry", "sad", "relaxed"]
    assert set(header["history"].values()) == {30}


def test_a_header_is_read_without_an_array(parts, tmp_path):
    header, arrays = parts
    forge(tmp_path / "m", header, {"latent_mean_": arrays["latent_mean_"]})
    assert read_header(tmp_path / "m")["classes"] == header["classes"]


@pytest.mark.parametrize("read", [load_model, read_header])
def test_a_missing_file(read, tmp_path):
    with pytest.raises(FileNotFoundError, match="no_model"):
        read(tmp_path / "no_model.safetensors")
    with pytest.raises(OSError, match=r"directory|denied"):
        read(tmp_path)


def test_a_parameter_of_a_later_version_has_its_default(parts, tmp_path):
    header, arrays = parts
    del header["steps"][0][2]["kl_weight"]
    del header["steps"][0][2]["architecture"]
    forge(tmp_path / "m", header, arrays)
    model = load_model(tmp_path / "m")
    assert model.kl_weight == EmotionRegularizedVAE().kl_weight
    assert model.architecture == "gru"
    assert model.architecture_ == GRUArchitecture(units=8)


@pytest.mark.parametrize(
    "architecture",
    ["dense", {"name": "gru", "options": {"units": 10**9}}, {"name": "convolutional", "options": {"filters": [1, 2]}}],
)
def test_parameters_may_have_been_changed_after_the_fit(architecture, parts, tmp_path, fitted):
    header, arrays = parts
    header["steps"][0][2]["architecture"] = architecture
    forge(tmp_path / "m", header, arrays)
    model = load_model(tmp_path / "m")
    assert model.get_params(deep=False)["architecture"] != fitted.architecture_
    assert model.architecture_ == fitted.architecture_
    assert model.sample(at=(1, 1))[0].tolist() == fitted.sample(at=(1, 1))[0].tolist()


@pytest.mark.parametrize("read", [load_model, read_header])
@pytest.mark.parametrize(
    ("version", "message"),
    [
        (3, r"saved by the newer version 9\.0; upgrade skemovae"),
        (0, "its format version is 0: expected 1 to 2"),
        (True, "format_version is True: expected one of type int"),
        ("2", "format_version is '2': expected one of type int"),
    ],
)
def test_other_versions(read, version, message, parts, tmp_path):
    header, arrays = parts
    forge(tmp_path / "m", header | {"format_version": version, "package_version": "9.0"}, arrays)
    with pytest.raises(ModelFileError, match=f"cannot load .*: .*{message}"):
        read(tmp_path / "m")
