"""The models that come with the package: present, complete, small, and as good as their model cards say."""

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from skemovae import PitchEncoder, list_pretrained, load_bach_chorales, load_pretrained
from skemovae.emotion import EMOTIONS
from skemovae.metrics import (
    EmotionJudge,
    class_separation,
    emotion_control,
    melodic_quality,
    quadrant_accuracy,
    reconstruction_quality,
)
from skemovae.persistence import read_header

NAMES = [emotion.name for emotion in EMOTIONS]
MODELS = ("editor", "generator")
FOLDER = Path(str(files("skemovae.pretrained"))) / "models"


@pytest.fixture(scope="module")
def models():
    return {name: load_pretrained(name) for name in MODELS}


@pytest.fixture(scope="module")
def bach():
    """Tokens and labels of the chorales, which no included model has seen."""
    data = load_bach_chorales()
    return PitchEncoder().fit_transform(data.data), np.asarray(data.target), np.asarray(data.groups)


def test_their_names():
    assert tuple(list_pretrained()) == MODELS
    assert load_pretrained().n_features_in_ == 64
    assert load_pretrained().latent_mean_.shape == (4, 64)


def test_an_unknown_name():
    with pytest.raises(ValueError, match=r"name='composer': expected one of 'editor', 'generator'"):
        load_pretrained("composer")


@pytest.mark.parametrize("name", MODELS)
def test_a_card_is_that_of_its_file(name):
    card = list_pretrained()[name]
    assert card["sha256"] == read_header(FOLDER / f"{name}.safetensors")["sha256"]
    assert "not Essen" in card["collections"]
    assert card["command"].startswith(f"python benchmarks/pretrain.py {name} ")
    assert all(isinstance(value, float) for value in card["figures"].values())


def test_they_are_small():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 8e6


def test_a_change_to_what_was_loaded_changes_no_later_one(models):
    again = load_pretrained("generator").set_params(kl_weight=5.0)
    assert load_pretrained("generator").kl_weight == models["generator"].kl_weight
    assert again is not models["generator"]


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_they_need_no_deep_learning_framework(name):
    code = (
        "import sys; from skemovae import load_pretrained; "
        f"load_pretrained({name!r}).sample(2, temperature=0.85, random_state=0); "
        "print([m for m in ('keras', 'tensorflow', 'torch') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(found.stdout) == []


@pytest.mark.slow
def test_the_editor_gives_melodies_back_that_it_never_saw(models, bach):
    rows = bach[0]
    quality = reconstruction_quality(rows, models["editor"].inverse_transform(models["editor"].transform(rows)))
    assert quality.onset_accuracy > 0.95
    assert quality.exact_rows > 0.7


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_the_emotions_lie_in_their_quadrants_and_are_apart(models, bach, name):
    rows, labels, _ = bach
    points, deviation = models[name].transform(rows, return_std=True)
    assert quadrant_accuracy(points, labels).mean > 0.85
    assert class_separation(points, deviation, labels).smallest > 1.5


@pytest.mark.slow
def test_moving_the_emotion_alone_changes_what_is_heard(models, bach):
    rows, labels, groups = bach
    judge = EmotionJudge().fit(rows, labels, groups=groups)
    points = models["editor"].transform(rows)
    points[:, 0] *= -1
    mode_changed = {"happiness": "anger", "anger": "happiness", "sadness": "relaxation", "relaxation": "sadness"}
    wanted = np.array([mode_changed[label] for label in labels])
    heard = judge.predict(models["editor"].inverse_transform(points))
    assert np.mean(heard == wanted) > 0.8


@pytest.mark.slow
def test_what_the_generator_makes(models, bach):
    rows, labels, groups = bach
    wanted = np.repeat(NAMES, 50)
    drawn, emotions = models["generator"].sample(200, emotion=wanted, temperature=0.95, random_state=0)
    assert emotions.tolist() == wanted.tolist()
    judge = EmotionJudge().fit(rows, labels, groups=groups)
    assert emotion_control(judge, drawn, wanted).accuracy > 0.8
    assert len(np.unique(drawn, axis=0)) >= 198  # a slow melody of five notes may occur twice
    quality = melodic_quality(drawn, rows)
    values = dict(zip(quality.metrics, quality.generated, strict=True))
    assert values["step_rate"] > 0.45  # shuffled pitches 0.36, folk tunes 0.5, Bach 0.7
    assert values["leap_rate"] < 0.05
    assert values["silent_rate"] == 0


def test_a_stronger_emotion_lies_farther_out(models):
    wanted = np.repeat(NAMES, 50)
    distances = [
        np.abs(
            models["generator"].sample(200, emotion=wanted, intensity=i, return_points=True, random_state=0)[2]
        ).mean()
        for i in (0.7, 1.0, 1.3)
    ]
    assert distances == sorted(distances)
    assert distances[2] - distances[0] > 0.3
