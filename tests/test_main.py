import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from skemovae import EmotionRegularizedVAE, PitchEncoder, load_model, read_music, save_model, write_music
from skemovae.__main__ import main
from skemovae.emotion import EMOTIONS

QUICK = ["--epochs", "2", "--units", "8"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, tiny_data):
    """A user's own music: MIDI files in folders named by emotion."""
    root = tmp_path_factory.mktemp("music")
    melodies = PitchEncoder(n_steps=8).inverse_transform(tiny_data[0])
    for i, (melody, label) in enumerate(zip(melodies, tiny_data[1], strict=True)):
        (root / label).mkdir(exist_ok=True)
        write_music(melody, root / label / f"{i}.mid")
    return root


@pytest.fixture(scope="module")
def composed(tmp_path_factory, folder):
    out = tmp_path_factory.mktemp("composed") / "out"
    assert main(["--data", str(folder), "--out", str(out), "--per-emotion", "2", "--keep-key", *QUICK]) == 0
    return out


def test_compose_leaves_melodies_plane_table_model_and_settings(composed):
    melodies = [f"{emotion.name}-{i}.mid" for emotion in EMOTIONS for i in (1, 2)]
    assert sorted(p.name for p in composed.iterdir()) == sorted(
        [*melodies, "metrics.md", "model.safetensors", "plane.png", "settings.json"]
    )
    assert (composed / "plane.png").read_bytes().startswith(b"\x89PNG")
    assert "| pitch_range | generated |" in (composed / "metrics.md").read_text()
    settings = json.loads((composed / "settings.json").read_text())
    assert settings["epochs"] == 2
    assert settings["parameters"]["units"] == 8
    assert set(settings["quadrant_accuracy"]) == {"Q1", "Q2", "Q3", "Q4"}


def test_compose_writes_what_the_saved_model_samples(composed):
    model = load_model(composed / "model.safetensors")
    encoder = PitchEncoder(n_steps=64)
    for emotion in EMOTIONS:
        expected = encoder.inverse_transform(model.sample(2, emotion=emotion.name, temperature=0.7, random_state=0)[0])
        for i, melody in enumerate(expected, start=1):
            if melody.tracks[0].notes:
                written = read_music(composed / f"{emotion.name}-{i}.mid")
                assert np.array_equal(encoder.transform([written]), encoder.transform([melody]))


def test_compose_says_what_it_did(folder, tmp_path, capsys):
    assert main(["compose", "--data", str(folder), "--out", str(tmp_path / "out"), *QUICK]) == 0
    out = capsys.readouterr().out
    assert "data: 40 melodies (10 happiness, 10 anger, 10 sadness, 10 relaxation)" in out
    assert "training melodies that lie in their emotion's quadrant: Q1 " in out
    assert "sadness-1.mid to sadness-5.mid" in out


def test_compose_on_bach(tmp_path, capsys):
    assert main(["--out", str(tmp_path / "out"), "--epochs", "1", "--units", "4", "--per-emotion", "1"]) == 0
    assert "data: 344 melodies (81 happiness, 77 anger, 85 sadness, 101 relaxation)" in capsys.readouterr().out


def test_train_sample_evaluate(folder, tmp_path, capsys):
    model = tmp_path / "m.safetensors"
    assert main(["train", "--data", str(folder), "--model", str(model), *QUICK]) == 0
    assert main(["sample", str(model), "--emotion", "sad", "--per-emotion", "3", "--out", str(tmp_path / "sad")]) == 0
    assert sorted(p.name for p in (tmp_path / "sad").iterdir()) == [f"sadness-{i}.mid" for i in (1, 2, 3)]
    assert main(["sample", str(model), "--per-emotion", "1", "--out", str(tmp_path / "all")]) == 0
    assert len(list((tmp_path / "all").iterdir())) == 4
    capsys.readouterr()
    assert main(["evaluate", str(model), "--data", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "melodies that lie in their emotion's quadrant" in out
    assert "| pitch_range | data |" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--data", "no/such/folder"],
            "no/such/folder is not a folder: expected one with sub-folders named by emotion",
        ),
        (["sample", "no_model.safetensors"], "No such file or directory: 'no_model.safetensors'"),
        (["evaluate", "no_model.safetensors"], "No such file or directory: 'no_model.safetensors'"),
        (["train", "--model", "no/such/m.safetensors"], "no/such is not a folder: make it first"),
    ],
)
def test_errors_are_one_line(arguments, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    err = capsys.readouterr().err.strip()
    assert message in err
    assert len(err.splitlines()) == 1


def test_unknown_emotion_is_one_line_and_leaves_no_folder(composed, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["sample", str(composed / "model.safetensors"), "--emotion", "melancholy", "--out", str(out)]) == 2
    err = capsys.readouterr().err.strip()
    assert "unknown emotion 'melancholy': expected one of Q1" in err
    assert len(err.splitlines()) == 1
    assert not out.exists()


def test_models_of_other_classes_and_of_three_emotions(tiny_data, tmp_path, capsys):
    X, y = tiny_data
    rows = y != "angry"
    own = EmotionRegularizedVAE(class_positions={"up": (1, 1), "down": (-1, -1)}, units=4, max_iter=1, random_state=0)
    save_model(own.fit(X, np.where(y == "happy", "up", "down")), tmp_path / "own")
    three = EmotionRegularizedVAE(units=4, max_iter=1, random_state=0).fit(X[rows], y[rows])
    save_model(three, tmp_path / "three")
    for name, emotions in (("own", "up, down"), ("three", "happiness, sadness, relaxation")):
        assert main(["sample", str(tmp_path / name), "--per-emotion", "1", "--out", str(tmp_path / f"{name}-out")]) == 0
        assert f"({emotions})" in capsys.readouterr().out


def test_data_of_the_published_melodies(published, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SKEMOVAE_DATA", str(tmp_path))
    (tmp_path / "musgenvae").symlink_to(published)
    arguments = ["train", "--data", "musgenvae", "--model", str(tmp_path / "m"), "--epochs", "1", "--units", "4"]
    assert main(arguments) == 0
    assert "data: 344 melodies (80 happiness, 79 anger, 93 sadness, 92 relaxation)" in capsys.readouterr().out


def test_nothing_is_overwritten_without_force(composed, folder, tmp_path, capsys):
    before = {p.name: p.read_bytes() for p in composed.iterdir()}
    assert main(["--data", str(folder), "--out", str(composed)]) == 2
    assert main(["sample", str(composed / "model.safetensors"), "--out", str(composed)]) == 2
    assert main(["train", "--data", str(folder), "--model", str(composed / "model.safetensors")]) == 2
    assert capsys.readouterr().err.count("--force") == 3
    assert {p.name: p.read_bytes() for p in composed.iterdir()} == before
    one = ["sample", str(composed / "model.safetensors"), "--per-emotion", "1", "--out", str(tmp_path / "out")]
    assert main(one) == 0
    assert main([*one, "--force"]) == 0


@pytest.mark.parametrize("verb", ["compose", "train", "sample", "evaluate"])
def test_help_shows_an_example(verb, capsys):
    with pytest.raises(SystemExit, match="0"):
        main([verb, "--help"])
    assert f"example: python -m skemovae {verb}" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--per-emotion", "0", "0: expected a positive integer"),
        ("--epochs", "many", "many: expected a positive integer"),
        ("--seed", "-1", "-1: expected an integer, 0 or above"),
        ("--temperature", "nan", "nan: expected a number, 0 or above"),
    ],
)
def test_wrong_options(option, value, message, capsys):
    with pytest.raises(SystemExit, match="2"):
        main([f"{option}={value}"])
    assert message in capsys.readouterr().err


# A process started in the background of a shell without job control inherits SIGINT as ignored; this undoes it.
LISTEN_TO_CTRL_C = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from skemovae.__main__ import main
sys.exit(main())
"""


def test_ctrl_c_in_training_keeps_what_was_learnt(folder, tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, "-c", LISTEN_TO_CTRL_C, "--data", str(folder), "--out", str(out), "--epochs", "1000000"]
    process = subprocess.Popen([*command, "--units", "4"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    seen = ""
    while "loss=" not in seen:  # the progress bar of a training under way
        seen += process.stderr.read(1)
        assert process.poll() is None, seen
    time.sleep(0.5)
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "training was interrupted after" in err
    assert "what was learnt is kept" in err
    assert 0 < json.loads((out / "settings.json").read_text())["epochs"] < 1_000_000
    assert len(list(out.glob("*.mid"))) == 20
