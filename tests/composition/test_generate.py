"""generate: melodies of an emotion as scores, from the included generator or your own model."""

from contextlib import redirect_stderr

import muspy
import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from tqdm import tqdm

from skemovae import EmotionRegularizedVAE, PitchEncoder, generate, load_pretrained
from skemovae.composition import _phrases
from tests.conftest import BARS


def last_pitches(melodies):
    return np.array([melody.tracks[0].notes[-1].pitch % 12 for melody in melodies])


def test_melodies_are_titled_scores_of_the_wanted_emotions():
    melodies = generate(4, emotion=["sad", "Q1", "anger", "relaxed"], random_state=0)
    assert all(isinstance(melody, muspy.Music) for melody in melodies)
    assert [melody.metadata.title for melody in melodies] == ["sad 1", "happy 2", "angry 3", "relaxed 4"]
    tokens = PitchEncoder().fit_transform(melodies)
    assert load_pretrained("generator").predict(tokens).tolist() == ["sadness", "happiness", "anger", "relaxation"]


def test_a_closed_melody_ends_on_the_tonic_and_an_open_one_need_not():
    closed, opened = (generate(40, emotion="happy", closed=closed, random_state=0) for closed in (True, False))
    assert (last_pitches(closed) == 0).mean() > 0.95
    assert (last_pitches(opened) == 0).mean() < 0.5


@pytest.mark.parametrize(
    ("emotion", "own", "other"), [("sad", 3, 4), ("angry", 3, 4), ("relaxed", 4, 3), ("happy", 4, 3)]
)
def test_a_closed_melody_has_the_third_of_its_mode(emotion, own, other):
    """Without a choice among several, a third of the sad melodies do not."""
    pitch_classes = [{n.pitch % 12 for n in m.tracks[0].notes} for m in generate(40, emotion=emotion, random_state=0)]
    assert np.mean([own in each and other not in each for each in pitch_classes]) > 0.85


def test_a_model_with_classes_of_its_own_closes_its_melodies(tiny_data):
    X, y = tiny_data
    labels = np.where(y == "sad", "down", "up")
    model = EmotionRegularizedVAE(class_positions={"up": (1, 0), "down": (-1, 0)}, max_iter=1, random_state=0)
    pipeline = make_pipeline(PitchEncoder(n_steps=X.shape[1], resolution=2), model.fit(X, labels))
    (melody,) = generate(1, emotion="down", model=pipeline, random_state=0)
    assert melody.metadata.title == "down 1"
    assert melody.key_signatures == []


def test_the_same_seed_gives_the_same_melodies():
    first, again, other = (generate(3, random_state=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize("closed", [True, False])
def test_many_melodies_are_written_a_hundred_at_a_time(closed):
    many, more = (generate(n, emotion="sad", closed=closed, random_state=0) for n in (100, 101))
    assert more[:-1] == many
    assert more[-1] != more[0]


@pytest.mark.parametrize(("stream", "verbose", "shown"), BARS)
def test_many_melodies_show_a_progress_bar_on_a_terminal(monkeypatch, stream, verbose, shown):
    delays = []

    def bar_at_once(**options):
        delays.append(options.pop("delay"))
        return tqdm(**options, mininterval=0)

    monkeypatch.setattr(_phrases, "tqdm", bar_at_once)
    with redirect_stderr(stream()) as stderr:
        generate(101, emotion="sad", random_state=0, verbose=verbose)
    assert ("100/101" in stderr.getvalue()) == shown
    assert delays == [2]


def test_a_point_of_the_plane_decides_the_emotion():
    tokens = PitchEncoder().fit_transform(generate(20, at=(-1.0, -1.0), random_state=0))
    assert (load_pretrained("generator").predict(tokens) == "sadness").mean() > 0.8


def test_a_pipeline_generates_with_its_own_encoder(fitted):
    pipeline = make_pipeline(PitchEncoder(n_steps=fitted.n_features_in_, resolution=2), fitted)
    (melody,) = generate(1, model=pipeline, random_state=0)
    assert melody.resolution == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 0}, "n=0: expected a positive integer"),
        ({"closed": "no"}, "closed='no': expected True or False"),
        ({"emotion": "joyful"}, "unknown emotion 'joyful'"),
        ({"at": (1, 2, 3)}, "expected one point"),
        ({"model": "no such"}, "name='no such': expected one of 'editor', 'generator'"),
        ({"temperature": -1}, "temperature=-1"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        generate(**arguments)


def test_what_is_no_model_is_named():
    with pytest.raises(TypeError, match="PitchEncoder"):
        generate(model=PitchEncoder())
