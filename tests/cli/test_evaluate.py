import json

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skemovae import EmotionRegularizedVAE, PitchEncoder, load_model, save_model
from skemovae.nn.architectures import DenseArchitecture


def test_accuracy_and_table(run, composed, folder):
    model = composed[0] / "model.safetensors"
    code, out, _ = run("evaluate", model, "--data", folder)
    assert code == 0
    assert "melodies that lie in their emotion's quadrant" in out
    assert "| pitch_range | generated |" in out
    assert "| pitch_range | data |" in out


@pytest.mark.filterwarnings("ignore:.*has no scores of")
def test_json_holds_numbers_and_standard_output_nothing_else(run, composed, folder, tmp_path):
    for label in ("angry", "sad"):  # without folders for the other emotions, whose numbers are left out
        (tmp_path / label).symlink_to(folder / label)
    code, out, err = run("evaluate", composed[0] / "model.safetensors", "--data", tmp_path, "--json")
    assert code == 0
    result = json.loads(out, parse_constant=pytest.fail)  # NaN is not valid JSON
    assert (result["n_melodies"], set(result["quadrant_accuracy"])) == (20, {"Q2", "Q3"})
    mean = np.mean(list(result["quadrant_accuracy"].values()))
    assert result["mean_quadrant_accuracy"] == pytest.approx(mean, abs=0.1)
    assert set(result["metrics"]["data"]["pitch_range"]) == {"anger", "sadness"}
    assert set(result["metrics"]["generated"]["pitch_range"]["sadness"]) == {"mean", "std"}
    assert "data: 20 melodies" in err


def test_a_pipeline_prepares_the_data_itself(run, fitted, folder, tiny_data, tmp_path):
    save_model(make_pipeline(PitchEncoder(8), fitted), tmp_path / "pipeline")
    code, out, _ = run("evaluate", tmp_path / "pipeline", "--data", folder, "--json")
    assert code == 0
    assert json.loads(out)["mean_quadrant_accuracy"] == pytest.approx(100 * fitted.score(*tiny_data), abs=0.1)


def test_a_model_alone_in_a_pipeline_is_a_model(run, composed, folder, tmp_path):
    path, pipeline = composed[0] / "model.safetensors", tmp_path / "pipeline"
    save_model(make_pipeline(load_model(path)), pipeline)
    ours, theirs = (json.loads(run("evaluate", file, "--data", folder, "--json")[1]) for file in (path, pipeline))
    assert ours.pop("model") != theirs.pop("model")
    assert ours == theirs


def test_models_that_do_not_fit_the_data(run, saved, folder, tiny_data, tmp_path):
    X, y = tiny_data
    settings = {
        "architecture": DenseArchitecture(hidden_layer_sizes=(4,)),
        "max_iter": 1,
        "jit_compile": False,
        "random_state": 0,
    }
    own, valence = tmp_path / "own", tmp_path / "valence"
    model = EmotionRegularizedVAE(class_positions={"up": (1, 1), "down": (-1, -1)}, **settings)
    save_model(model.fit(X, np.where(y == "happy", "up", "down")), own)
    save_model(EmotionRegularizedVAE(1, **settings).fit(X, y), valence)
    for path, message in [
        (saved, "the model's melodies have 8 steps, but those of the data have 64: expected the same number"),
        (own, f"{own} has its own classes (up, down): expected a model of the four emotions"),
        (valence, f"{valence} has only valence (n_components=1): expected a model with a plane"),
    ]:
        code, _, err = run("evaluate", path, "--data", folder)
        assert (code, err) == (2, f"skemovae evaluate: {message}\n")
