import json

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
