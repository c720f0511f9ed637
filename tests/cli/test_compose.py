import json
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from skemovae import EmotionRegularizedVAE, PitchEncoder, load_model, load_pretrained, read_music
from skemovae.cli._compose import _as_scores
from skemovae.cli._estimators import FINE_TUNING_EPOCHS
from skemovae.composition import TEMPERATURE
from skemovae.emotion import EMOTIONS

from .conftest import QUICK

OTHERS = ["metrics.md", "model.safetensors", "plane.html", "plane.png", "settings.json"]


def test_melodies_plane_page_table_model_and_settings(composed):
    out, _ = composed
    melodies = [f"{emotion.adjective}-{i}.mid" for emotion in EMOTIONS for i in (1, 2)]
    assert sorted(p.name for p in out.iterdir()) == sorted([*melodies, *OTHERS])
    assert (out / "plane.png").read_bytes().startswith(b"\x89PNG")
    assert (out / "plane.html").read_text(encoding="utf-8").lower().startswith("<!doctype html>")
    assert "| pitch_range | generated |" in (out / "metrics.md").read_text()
    settings = json.loads((out / "settings.json").read_text())
    assert settings["epochs"] == 2
    assert settings["parameters"]["architecture__units"] == 8
    assert set(settings["quadrant_accuracy"]) == {"Q1", "Q2", "Q3", "Q4"}


def test_what_it_says(composed):
    out, text = composed
    assert "data: 40 melodies (10 happiness, 10 anger, 10 sadness, 10 relaxation)" in text
    assert "training melodies that lie in their emotion's quadrant: Q1 " in text
    assert "\n  sad-1.mid to sad-2.mid\n" in text
    assert all(f"\n  {name} " in text for name in OTHERS)
    assert f"python -m skemovae generate {out}/model.safetensors" in text
    assert text.rstrip().endswith("plane.html           a page to play with: open it in a browser and tap the map")


def test_the_melodies_are_what_the_saved_model_samples(composed):
    out, _ = composed
    model = load_model(out / "model.safetensors")
    encoder = PitchEncoder(n_steps=64)
    for emotion in EMOTIONS:
        expected = encoder.inverse_transform(
            model.sample(2, emotion=emotion.adjective, temperature=0.95, random_state=0)[0]
        )
        for i, melody in enumerate(expected, start=1):
            if melody.tracks[0].notes:
                written = read_music(out / f"{emotion.adjective}-{i}.mid")
                assert np.array_equal(encoder.transform([written]), encoder.transform([melody]))


@pytest.mark.slow
def test_on_bach(run, tmp_path):
    code, out, _ = run("--out", tmp_path / "out", "--epochs", 1, "--per-emotion", 1)
    assert code == 0
    assert "data: 344 melodies (81 happiness, 77 anger, 85 sadness, 101 relaxation)" in out
    # without --units, the command fine-tunes the included generator
    model, shipped = load_model(tmp_path / "out" / "model.safetensors"), load_pretrained("generator")
    assert model.architecture_ == shipped.architecture_
    assert len(model.history_["loss"]) == len(shipped.history_["loss"]) + 1
    assert model.history_["loss"][-1] < 0.8 * shipped.history_["loss"][0]  # after an epoch from scratch


def test_force_replaces_what_an_earlier_run_left_and_nothing_else(run, folder, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    foreign = ["joy-1.mid", "sad-1.mid.bak", "sad-one.mid", "my sad-1.mid", "sadness-1.mid", "plane.svg"]
    for name in foreign:
        (out / name).write_text("mine")
    (out / "sad-7").mkdir()
    for name in ["sad-07.mid", "angry-1.musicxml", *OTHERS]:
        (out / name).write_text("of an earlier run")
    arguments = ["--data", folder, "--out", out, "--per-emotion", 1, *QUICK]
    code, _, err = run("compose", *arguments)
    assert (code, err) == (
        2,
        f"skemovae compose: {out} is not empty: choose another folder, or write into it with --force\n",
    )
    assert (out / "sad-07.mid").read_text() == "of an earlier run"
    code, text, _ = run("compose", *arguments, "--force", "--json")
    assert code == 0
    result = json.loads(text)
    made = [entry["file"] for entry in result["melodies"]] + result["files"]
    assert {p.name for p in out.iterdir()} == {*foreign, "sad-7", *(os.path.basename(path) for path in made)}
    assert len(made) == 9
    assert all((out / name).read_text() == "mine" for name in foreign)
    assert all((out / name).read_bytes() != b"of an earlier run" for name in OTHERS)
    assert {entry["emotion"] for entry in result["melodies"]} == {emotion.adjective for emotion in EMOTIONS}


def test_the_defaults_that_help_shows_are_the_estimators(run):
    _, text, _ = run("compose", "--help")
    text = " ".join(text.split())
    default = EmotionRegularizedVAE().max_iter
    assert f"training epochs (default: {FINE_TUNING_EPOCHS}, or {default} for a new network)" in text
    assert f"0 takes the likeliest (default: {TEMPERATURE})" in text


# A process that a shell without job control starts in the background ignores SIGINT; this undoes it.
LISTEN_TO_CTRL_C = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from skemovae.cli import main
sys.exit(main())
"""


@pytest.mark.slow
def test_ctrl_c_in_training_keeps_what_was_learned(folder, tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, "-c", LISTEN_TO_CTRL_C, "--data", str(folder), "--out", str(out), "--epochs", "1000000"]
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    environment["KERAS_BACKEND"] = "jax"  # set for the user's other work
    process = subprocess.Popen(
        [*command, "--units", "4"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    seen = ""
    while "loss=" not in seen:  # the progress bar, while training is running
        seen += process.stderr.read(1)
        assert process.poll() is None, seen
    # TensorFlow has printed nothing
    assert {line.split(":")[0] for line in re.split("[\r\n]+", seen)} == {"", "training"}
    time.sleep(0.5)
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "training was interrupted after" in err
    assert "what was learned is kept" in err
    assert 0 < json.loads((out / "settings.json").read_text())["epochs"] < 1_000_000
    assert len(list(out.glob("*.mid"))) == 20


def test_ctrl_c_elsewhere_is_exit_code_130(run, monkeypatch, folder, tmp_path):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("skemovae.datasets.load_music_folder", interrupted)
    code, _, err = run("compose", "--data", folder, "--out", tmp_path / "out")
    assert (code, err) == (130, "\nskemovae compose: stopped\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", ["compose", "train"])
def test_a_network_that_no_memory_holds(run, folder, tmp_path, monkeypatch, verb):
    def no_memory(*_):
        raise MemoryError

    monkeypatch.setattr(EmotionRegularizedVAE, "fit", no_memory)
    out = {"compose": ["--out", tmp_path / "out"], "train": ["--model", tmp_path / "m"]}[verb]
    code, _, err = run(verb, "--data", folder, *out)
    assert (code, err) == (2, f"skemovae {verb}: not enough memory\n")


@pytest.mark.parametrize(("in_c", "keys"), [(True, {"happy": (0, "major"), "sad": (0, "minor")}), (False, {})])
def test_melodies_of_a_model_of_melodies_in_c_have_a_key(in_c, keys):
    rows = {"happy": [[60, 129]], "sad": [[63, 129]]}
    scores = _as_scores(rows, PitchEncoder(n_steps=2), in_c=in_c)
    assert {label: (key.root, key.mode) for label, (m,) in scores.items() for key in m.key_signatures} == keys
    assert [melody.metadata.title for (melody,) in scores.values()] == ["happy 1", "sad 1"]
