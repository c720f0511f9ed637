import copy
import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

import skemovae
from skemovae import EmotionRegularizedVAE, PitchEncoder, SopranoExtractor, save_model
from skemovae.nn.architectures import DenseArchitecture

DATA = Path(__file__).parents[1] / "data"


def test_what_a_model_is(run, saved, fitted):
    code, out, _ = run("info", saved)
    assert code == 0
    lines = {line.split(":")[0]: " ".join(line.split()[1:]) for line in out.splitlines()}
    assert lines["file"] == f"{saved}, {saved.stat().st_size / 1e3:.0f} kB, saved by skemovae {skemovae.__version__}"
    assert lines["parameters"] == (
        "architecture__units=8, batch_size=8, learning_rate=0.01, max_iter=30, random_state=0 (all others: defaults)"
    )
    assert lines["classes"] == "happy 10, angry 10, sad 10, relaxed 10"
    assert lines["symbols"] == f"{len(fitted.vocabulary_)}, pitches Bb3 (58) to F#5 (78)"
    assert lines["steps"] == "8 per melody"
    assert lines["training"] == "30 epochs"
    assert lines["losses"].startswith(f"loss {fitted.history_['loss'][-1]:.2f}, reconstruction ")
    assert lines["weights"] == f"{sum(weight.size for weight in fitted.weights_.values()):,}"


def test_json(run, saved, fitted):
    code, out, _ = run("info", saved, "--json")
    assert code == 0
    facts = json.loads(out, parse_constant=pytest.fail)
    assert facts["classes"] == {"happy": 10, "angry": 10, "sad": 10, "relaxed": 10}
    assert facts["pitches"] == [58, 78]
    assert facts["losses"] == {name: values[-1] for name, values in fitted.history_.items()}
    assert facts["steps"] == []
    assert facts["bytes"] == saved.stat().st_size


def test_the_steps_of_a_pipeline(run, fitted, tmp_path):
    save_model(make_pipeline(SopranoExtractor(), PitchEncoder(8, polyphony="skyline"), fitted), tmp_path / "p")
    _, out, _ = run("info", tmp_path / "p")
    assert "step:        sopranoextractor, SopranoExtractor()\n" in out
    assert "step:        pitchencoder, PitchEncoder(n_steps=8, polyphony='skyline')\n" in out
    facts = json.loads(run("info", "--json", tmp_path / "p")[1])
    assert facts["steps"] == [
        ["sopranoextractor", "SopranoExtractor", {}],
        ["pitchencoder", "PitchEncoder", {"n_steps": 8, "polyphony": "skyline"}],
    ]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("model_v1", "architecture__units=4, arousal_weight=5.0, batch_size=8, condition='both', "),
        ("pipeline_v1", "architecture__units=4, arousal_weight=5.0, batch_size=8, class_positions="),
        ("model_v2", "architecture__units=4, batch_size=8, condition='both', "),
        ("dense_v2", "architecture='dense', architecture__hidden_layer_sizes=(8, 6), batch_size=8, "),
        ("convolutional_v2", "architecture='convolutional', architecture__filters=(4, 6), batch_size=8, "),
    ],
)
def test_files_of_all_versions_and_architectures(run, name, parameters):
    code, out, _ = run("info", DATA / f"{name}.safetensors")
    assert code == 0
    assert f"\nparameters:  {parameters}" in out
    assert json.loads(run("info", "--json", DATA / f"{name}.safetensors")[1])["parameters"]["batch_size"] == 8


def test_a_loss_that_is_no_number_is_left_out(run, fitted, tmp_path):
    model = copy.copy(fitted)
    model.history_ = fitted.history_ | {"kl": [np.inf] * 30, "valence": [np.nan] * 30}
    save_model(model, tmp_path / "m")
    code, out, _ = run("info", "--json", tmp_path / "m")
    assert code == 0
    assert set(json.loads(out)["losses"]) == {"loss", "reconstruction", "arousal"}


def test_symbols_that_are_no_pitches_and_labels_that_are_numbers(run, tmp_path):
    X = np.tile([[1000.5, 60.0], [-3.0, 2.0]], (4, 1))
    model = EmotionRegularizedVAE(
        class_positions={10: (1, 1), 20: (-1, -1)},
        architecture=DenseArchitecture(hidden_layer_sizes=(4,)),
        max_iter=1,
        random_state=0,
    )
    save_model(model.fit(X, [10, 20] * 4), tmp_path / "m")
    code, out, _ = run("info", tmp_path / "m")
    assert code == 0
    assert "symbols:     4\n" in out
    assert "classes:     10 4, 20 4\n" in out
    facts = json.loads(run("info", tmp_path / "m", "--json")[1])
    assert facts["pitches"] is None
    assert facts["parameters"]["class_positions"] == {"10": [1, 1], "20": [-1, -1]}
