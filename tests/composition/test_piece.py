"""compose_piece: it follows the curve, themes return, phrases join, and the end is on the tonic."""

import subprocess
import sys
from copy import copy
from itertools import pairwise

import muspy
import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skemovae import PitchEncoder, compose_piece, load_pretrained
from skemovae.metrics import melody_metrics

PIECES = 8


@pytest.fixture(scope="module")
def rising():
    """Return pieces of eight new phrases, from sad to happy."""
    return [compose_piece({0: "sad", 32: "happy"}, "ABCDEFGH", random_state=seed) for seed in range(PIECES)]


def test_a_piece_is_a_titled_score_with_a_record_of_its_phrases():
    piece = compose_piece({0: "sad", 16: "happy"}, "AA'BA", random_state=0)
    assert isinstance(piece.music, muspy.Music)
    assert piece.music.metadata.title == "sad to happy, AA'BA"
    assert piece.music.tempos[0].qpm == 120
    assert piece.form == ["A", "A'", "B", "A"]
    assert piece.bars.tolist() == [0, 4, 8, 12]
    assert piece.asked.shape == piece.read.shape == (4, 2)
    assert np.array_equal(PitchEncoder(n_steps=256).fit_transform([piece.music])[0], piece.tokens.ravel())


def test_the_key_signature_follows_the_mode():
    signatures = compose_piece({0: "sad", 16: "happy"}, random_state=0).music.key_signatures
    assert [(key.time, key.mode, key.root) for key in signatures] == [(0, "minor", 0), (128, "major", 0)]
    (signature,) = compose_piece("happy", random_state=0).music.key_signatures
    assert (signature.time, signature.mode, signature.fifths) == (0, "major", 0)


def test_the_same_seed_gives_the_same_piece():
    first, again, other = (compose_piece("angry", "AAB", random_state=seed) for seed in (1, 1, 2))
    assert first.music == again.music
    assert first.music != other.music


def test_the_curve_is_followed(rising):
    asked, read = (np.concatenate([piece[name] for piece in rising]) for name in ("asked", "read"))
    for axis in (0, 1):
        assert np.corrcoef(asked[:, axis], read[:, axis])[0, 1] > 0.85
    density = np.array([melody_metrics(piece.tokens, ["notes_per_bar"])["notes_per_bar"] for piece in rising])
    assert np.corrcoef(rising[0].asked[:, 1], density.mean(axis=0))[0, 1] > 0.9


def test_phrases_are_no_farther_apart_than_notes_of_a_tune(rising):
    sounding = [[row[row < 128] for row in piece.tokens] for piece in rising]
    seams = np.abs([after[0] - before[-1] for rows in sounding for before, after in pairwise(rows)])
    assert (seams > 7).mean() < 0.02  # wider only if all candidates are
    assert 1 < seams.mean() < 4


@pytest.mark.parametrize("form", ["AABA", "AAA'", "AB"])
@pytest.mark.parametrize("curve", [{0: "relaxed", 8: "angry"}, {0: "angry", 8: "sad"}], ids=str)
def test_a_piece_ends_on_the_tonic(form, curve):
    lasts = [compose_piece(curve, form, random_state=seed).music.tracks[0].notes[-1].pitch for seed in range(3)]
    assert np.mod(lasts, 12).tolist() == [0, 0, 0]


def test_a_theme_returns_as_it_was_where_its_emotion_does():
    rows = compose_piece("sad", "AABA", random_state=0).tokens
    assert np.array_equal(rows[0], rows[1])
    assert np.array_equal(rows[0], rows[3])
    assert (rows[0] != rows[2]).any()


def test_a_theme_returns_in_the_other_mode_with_its_rhythm():
    theme, _, again = compose_piece({0: "sad", 4: "sad", 8: "relaxed"}, "ABA", random_state=3).tokens
    assert ((theme < 128) == (again < 128)).mean() > 0.95
    assert (theme != again).any()
    both = (theme < 128) & (again < 128)
    assert (np.abs(theme[both] - again[both]) <= 1).mean() > 0.8


def test_a_variation_begins_as_its_theme_and_goes_on_in_another_way():
    theme, varied, again = compose_piece("happy", "AA'A'", random_state=0).tokens
    assert np.array_equal(theme[:32], varied[:32])
    assert (theme[32:] != varied[32:]).mean() > 0.1
    assert np.array_equal(varied, again)


def test_a_form_may_begin_with_a_variation():
    first, second = compose_piece("happy", "A'A", random_state=0).tokens
    assert np.array_equal(first[:32], second[:32])
    assert (first != second).any()


def test_a_slow_theme_that_becomes_fast_is_followed_by_something_new():
    theme, again = compose_piece({0: "relaxed", 4: "relaxed", 4.1: "happy"}, "AA", random_state=0).tokens
    n_theme, n_first, n_second = ((part < 128).sum() for part in (theme, again[:32], again[32:]))
    assert n_first >= 0.7 * n_theme
    assert n_second >= 0.7 * n_first


def test_a_model_that_writes_all_at_once_makes_themes_and_variations_too():
    editor = load_pretrained("editor")
    piece = compose_piece({0: "sad", 12: "happy"}, "AA'B", model=editor, random_state=0)
    theme, varied, _ = piece.tokens
    assert np.array_equal(theme[:32] < 128, varied[:32] < 128)  # only its point has moved, and at most its mode with it
    assert (theme[32:] != varied[32:]).any()
    settings = {"form": "AA'B", "random_state": 0}
    for same in ("editor", make_pipeline(PitchEncoder(), editor)):
        assert compose_piece({0: "sad", 12: "happy"}, model=same, **settings).music == piece.music


@pytest.mark.slow
def test_no_deep_learning_framework_is_loaded():
    code = (
        "import sys; from skemovae import compose_piece; compose_piece('sad', 'AA', random_state=0); "
        "print(sorted({'tensorflow', 'keras', 'torch'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"curve": "joyful"}, "unknown emotion 'joyful'"),
        ({"curve": {0: (1, 2, 3)}}, "expected an emotion such as"),
        ({"form": "aaba"}, "form='aaba': expected a capital letter"),
        ({"n_phrases": 0}, "n_phrases=0: expected a positive integer"),
        ({"temperature": -1}, "temperature=-1: expected 0 or a positive number"),
        ({"model": "no such"}, "name='no such': expected one of 'editor', 'generator'"),
        ({"random_state": "x"}, "random_state='x': expected None"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        compose_piece(**{"curve": "sad"} | arguments)


def test_models_of_other_melodies_are_named(fitted):
    with pytest.raises(ValueError, match="model of melodies of 8 steps, 4 per quarter note: expected 64 steps"):
        compose_piece("sad", model=fitted)
    finer = make_pipeline(PitchEncoder(resolution=8), load_pretrained("generator"))
    with pytest.raises(ValueError, match="64 steps, 8 per quarter note: expected 64 steps, 4 per quarter note"):
        compose_piece("sad", model=finer)


def test_a_model_with_classes_of_ones_own_is_named():
    model = copy(load_pretrained("generator"))
    model.classes_ = np.array(["wild", "cross", "low", "calm"])
    with pytest.raises(
        ValueError, match=r"classes \['wild', 'cross', 'low', 'calm'\]: expected a model of the four emotions"
    ):
        compose_piece("calm", model=model)
