import json
import shutil

import pytest

from skemovae import load_model

from .conftest import QUICK


def test_a_model_is_saved(run, folder, tmp_path):
    model = tmp_path / "m.safetensors"
    code, out, _ = run("train", "--data", folder, "--model", model, "--seed", 5, *QUICK)
    assert code == 0
    assert out.endswith(f"saved {model}\n")
    assert load_model(model).get_params()["architecture__units"] == 8
    code, out, _ = run("train", "--data", folder, "--model", model, "--seed", 5, *QUICK, "--force", "--json")
    assert code == 0
    result = json.loads(out)
    assert (result["model"], result["epochs"], result["seed"]) == (str(model), 2, 5)
    assert set(result["quadrant_accuracy"]) == {"Q1", "Q2", "Q3", "Q4"}


def test_data_of_the_published_melodies(run, published, tmp_path, monkeypatch):
    monkeypatch.setenv("SKEMOVAE_DATA", str(tmp_path))
    (tmp_path / "musgenvae").symlink_to(published)
    code, out, _ = run("train", "--data", "musgenvae", "--model", tmp_path / "m", "--epochs", 1, "--units", 4)
    assert code == 0
    assert "data: 344 melodies (80 happiness, 79 anger, 93 sadness, 92 relaxation)" in out


def test_an_existing_model_is_not_replaced_without_force(run, folder, tmp_path):
    (tmp_path / "m").write_text("older")
    code, _, err = run("train", "--data", folder, "--model", tmp_path / "m")
    assert (code, err) == (
        2,
        f"skemovae train: {tmp_path / 'm'} exists: choose another name, or replace it with --force\n",
    )
    assert (tmp_path / "m").read_text() == "older"


@pytest.mark.filterwarnings("default:.*has no scores of")
@pytest.mark.parametrize("verb", ["train", "compose"])
def test_a_folder_without_an_emotion_is_told_once(run, folder, tmp_path, verb):
    data = tmp_path / "data"
    for emotion in ("happy", "angry", "relaxed"):
        shutil.copytree(folder / emotion, data / emotion)
    out = ["--model", tmp_path / "m"] if verb == "train" else ["--out", tmp_path / "out", "--per-emotion", "1"]
    code, _, err = run(verb, "--data", data, *out, *QUICK)
    assert code == 0
    notes = [line for line in err.splitlines() if line.startswith("note: ")]
    assert len(notes) == 1
    assert f"{data} has no scores of sadness: a model trained on them learns nothing about it" in notes[0]
    if verb == "compose":
        assert sorted(path.name for path in (tmp_path / "out").glob("*.mid")) == [
            "angry-1.mid",
            "happy-1.mid",
            "relaxed-1.mid",
        ]
