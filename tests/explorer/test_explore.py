"""The page's content, without a browser."""

import base64
import copy
import hashlib
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skemovae import EmotionRegularizedVAE, PitchEncoder, explore
from skemovae.explorer import _explore, _melodies, _page
from skemovae.nn.architectures import DenseArchitecture

from .conftest import N_STEPS, page_data

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "<img src=x onerror=alert(2)>",
    "\"'&amp;\u2028 \u202ereversed\ud800",
]


@pytest.fixture(scope="module")
def data(plane):
    return page_data(plane)


@pytest.fixture
def small(monkeypatch):
    """Return a function that makes the data of a page, with a grid and draws just large enough to see."""
    monkeypatch.setattr(_melodies, "MAX_AXIS", 11)
    monkeypatch.setattr(_melodies, "N_DRAWN", 2)

    def make(folder, *args, **options):
        path = folder / "page.html"
        explore(args[0], path, *args[1:], **options)
        return page_data(path)

    return make


def fit(melodies, **parameters):
    # it compiles sooner than a recurrent one, and the page cannot tell
    quick = {"architecture": DenseArchitecture(hidden_layer_sizes=(4,)), "max_iter": 1, "random_state": 0}
    return EmotionRegularizedVAE(**quick, **parameters).fit(*melodies)


def test_the_grid_holds_what_the_estimator_decodes(data, composer):
    axis = np.array(data["axis"])
    points = np.array([[v, a] for a in axis for v in axis])
    n = len(axis)
    own = data["layers"]["tokens"][data["told"], np.arange(n)[:, None], np.arange(n)]
    assert np.array_equal(own.reshape(n * n, -1), composer.inverse_transform(points))
    for c, layer in zip(data["layers"]["classes"], data["layers"]["tokens"], strict=True):
        assert np.array_equal(layer.reshape(n * n, -1), composer.inverse_transform(points, composer.classes_[c]))


def test_the_grid_has_round_coordinates_and_holds_all_that_is_shown(data, composer, melodies):
    axis = np.array(data["axis"])
    assert np.array_equal(axis, -axis[::-1])
    assert axis.tolist() == [float(f"{value:.3f}") for value in axis]
    assert np.abs(composer.transform(melodies[0])).max() <= axis[-1]
    spread = np.sqrt(np.diagonal(composer.latent_covariance_, axis1=1, axis2=2))
    assert (np.abs(composer.latent_mean_) + 2 * spread).max() <= axis[-1]
    assert np.abs(data["drawn"]["places"]).max() <= axis[-1]


def test_the_drawn_melodies_are_those_of_sample(data, composer):
    assert data["drawn"]["tokens"].shape == (4, 60, N_STEPS)
    for c, seed in [(0, 0), (1, 17), (2, 42), (3, 59)]:
        tokens, _ = composer.sample(emotion=composer.classes_[c], temperature=data["temperature"], random_state=seed)
        assert data["drawn"]["tokens"][c, seed].tolist() == tokens[0].tolist()
    centres = np.mean(data["drawn"]["places"], axis=1)
    assert np.sign(centres).tolist() == [[1, 1], [-1, 1], [-1, -1], [1, -1]]


def test_the_points_are_those_of_transform(data, composer, melodies):
    assert np.allclose(data["points"]["places"], composer.transform(melodies[0]), atol=1e-3)
    assert data["points"]["classes"] == np.repeat([0, 1, 2, 3], 20).tolist()
    assert [c["button"] for c in data["classes"]] == ["happy", "angry", "sad", "relaxed"]
    assert [c["name"] for c in data["classes"]] == ["Q1 happiness", "Q2 anger", "Q3 sadness", "Q4 relaxation"]
    assert data["quadrants"][1] == ["Q2 anger", False, True]


def test_the_page_is_small_and_asks_for_nothing(plane):
    text = plane.read_text(encoding="utf-8")
    assert plane.stat().st_size < 3_000_000
    assert set(re.findall(r"https?://[^\s\"'<]*", text)) == {"http://www.w3.org/2000/svg"}  # a name, not an address
    assert not re.search(r"\b(src|href|action|srcset)\s*=\s*[\"']", text)
    assert "innerHTML" not in text


def test_the_policy_allows_the_page_its_own_script_and_style_alone(plane):
    text = plane.read_text(encoding="utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))

    def hashed(content):
        return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"

    assert rules == {
        "default-src": "'none'",
        "script-src": hashed(re.search(r"<script>(.*?)</script>", text, re.DOTALL)[1]),
        "style-src": hashed(re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert text.index("Content-Security-Policy") < text.index("<style>")


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, [name for name, _ in attrs]))


def test_hostile_labels_stay_text(tmp_path, small, melodies, plane):
    positions = dict(zip(HOSTILE, [(1, 1), (-1, 1), (-1, -1), (1, -1)], strict=True))
    labels = np.repeat(HOSTILE, 20)
    model = fit((melodies[0], labels), class_positions=positions)
    found = small(tmp_path, model, melodies[0], labels)
    assert [c["name"] for c in found["classes"]] == HOSTILE
    assert [c["python"] for c in found["classes"]] == [repr(label) for label in HOSTILE]
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert Tags(text).tags == Tags(plane.read_text(encoding="utf-8")).tags


def test_the_same_page_every_time_and_other_melodies_for_another_seed(tmp_path, small, composer):
    pages = []
    for name, state in [("a", 0), ("b", 0), ("c", 7), ("d", np.random.default_rng(0)), ("e", np.random.default_rng(0))]:
        folder = tmp_path / name
        folder.mkdir()
        data = small(folder, composer, random_state=state)
        pages.append(((folder / "page.html").read_bytes(), data["first_seed"], data["drawn"]["tokens"]))
    assert pages[0][0] == pages[1][0]
    assert pages[2][1] == 7
    expected = composer.sample(emotion="sad", temperature=0.95, random_state=8)[0][0]
    assert pages[2][2][2, 1].tolist() == expected.tolist()
    assert pages[3][1] == pages[4][1] > 0
    assert 0 <= small(tmp_path, composer, random_state=None)["first_seed"] < 2**31


def test_a_pipeline_of_scores(tmp_path, small, composer, melodies):
    encoder = PitchEncoder(n_steps=N_STEPS, resolution=2)
    scores = encoder.inverse_transform(melodies[0][::20])
    data = small(tmp_path, make_pipeline(encoder, composer), scores, ["happy", "angry", "sad", "relaxed"])
    assert data["resolution"] == 2
    assert np.allclose(data["points"]["places"], composer.transform(melodies[0][::20]), atol=1e-3)


@pytest.mark.parametrize("condition", ["both", "decoder", None])
def test_who_is_told_the_emotion(tmp_path, small, melodies, condition):
    model = fit(melodies, condition=condition, n_components=3)
    data = small(tmp_path, model, melodies[0])
    assert data["told_counts"] == (condition is not None)
    assert data["layers"]["classes"] == ([-1] if condition is None else [0, 1, 2, 3])
    assert data["points"]["classes"] == [-1] * 80
    v, a = data["axis"][2], data["axis"][7]
    layer = 0 if condition is None else data["told"][7, 2]
    assert data["layers"]["tokens"][layer, 7, 2].tolist() == model.inverse_transform([[v, a, 0]])[0].tolist()


def test_an_emotion_without_melodies_is_not_offered(tmp_path, small, melodies):
    X, y = melodies
    model = fit((X[y != "sad"], y[y != "sad"]))
    data = small(tmp_path, model, X, y)  # the data to show may hold it
    assert [c["trained"] for c in data["classes"]] == [True, True, False, True]
    assert data["layers"]["classes"] == data["drawn"]["classes"] == [0, 1, 3]
    assert set(np.unique(data["told"])) == {0, 1, 3}
    assert set(data["points"]["classes"]) == {0, 1, 2, 3}


def test_labels_of_ones_own_and_points_as_labels(tmp_path, small, melodies):
    X = melodies[0][::8]
    positions = {("a", 1): (1, 0.5), ("b", 2): (-1, 0.5)}
    labels = np.empty(10, dtype=object)
    labels[:] = [("a", 1), ("b", 2)] * 5
    model = fit((X, np.arange(10) % 2), class_positions={0: (1, 0.5), 1: (-1, 0.5)})
    model.class_positions, model.classes_ = positions, labels[:2]  # such labels pass through lists only
    data = small(tmp_path, model, X, list(labels))
    assert [c["python"] for c in data["classes"]] == ["('a', 1)", "('b', 2)"]
    assert data["quadrants"][0] == ["Q1", True, True]
    ratings = np.column_stack([np.linspace(-1, 1, 10), np.ones(10)])
    assert small(tmp_path, fit((X, ratings)), X, ratings)["points"]["classes"] == [1] * 5 + [0] * 5


def test_what_cannot_be_explored(tmp_path, composer, fitted, melodies):
    path = tmp_path / "page.html"
    X, y = melodies
    with pytest.raises(TypeError, match="the estimator is or ends in LogisticRegression"):
        explore(LogisticRegression(), path)
    with pytest.raises(NotFittedError, match="This EmotionRegularizedVAE instance is not fitted yet"):
        explore(EmotionRegularizedVAE(), path)
    with pytest.raises(ValueError, match="one latent dimension: expected a plane; set n_components=2"):
        explore(fit(melodies, n_components=1), path)
    with pytest.raises(ValueError, match=r"symbols go from 0 to 1[23]\d: expected a model of melodies"):
        explore(fit((np.where(X == 129, 130, X - 60 * (X == 60)), y)), path)
    with pytest.raises(ValueError, match="y without X"):
        explore(composer, path, y=y)
    with pytest.raises(ValueError, match="79 labels for 80 rows"):
        explore(composer, path, X, y[1:])
    with pytest.raises(ValueError, match="79 labels for 80 rows"):
        explore(composer, path, X, np.ones((79, 2)))
    with pytest.raises(ValueError, match="unknown emotion 'joyful'"):
        explore(composer, path, X, ["joyful"] * 80)
    with pytest.raises(ValueError, match="8 features, but EmotionRegularizedVAE is expecting 64"):
        explore(composer, path, X[:, :8], y)
    with pytest.raises(ValueError, match="random_state=-1: expected None"):
        explore(composer, path, random_state=-1)
    with pytest.raises(ValueError, match="random_state=9007199254740992: expected an integer of at most"):
        explore(composer, path, random_state=2**53)
    assert list(tmp_path.iterdir()) == []


def test_what_is_too_large(tmp_path, composer, melodies, monkeypatch):
    path = tmp_path / "page.html"
    monkeypatch.setattr(_explore, "MAX_POINTS", 79)
    with pytest.raises(ValueError, match="X holds 80 melodies: expected at most 79"):
        explore(composer, path, melodies[0])
    monkeypatch.setattr(_melodies, "N_DRAWN", 1)
    monkeypatch.setattr(_page, "MAX_BYTES", 30_000)
    with pytest.raises(ValueError, match=r"the page would have \d\d,\d{3} bytes: expected at most 30,000"):
        explore(composer, path)
    monkeypatch.setattr(_melodies, "MAX_TOKENS", 11 * 11 * 4 * N_STEPS - 1)
    with pytest.raises(ValueError, match=r"4 emotions with melodies of 64 steps on a plane up to .* 11 x 11 points"):
        explore(composer, path)
    assert list(tmp_path.iterdir()) == []


def test_the_file_appears_whole_or_not_at_all(tmp_path, composer, monkeypatch):
    path = tmp_path / "page.html"
    path.write_text("before")
    monkeypatch.setattr(_melodies, "N_DRAWN", 1)

    def fail(data):
        raise OSError("the disk is full")

    monkeypatch.setattr(_explore, "make_page", fail)
    with pytest.raises(OSError, match="the disk is full"):
        explore(composer, path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(FileNotFoundError, match="nowhere"):
        explore(composer, tmp_path / "nowhere" / "page.html")


def test_the_estimator_stays_as_it_is(tmp_path, small, composer, melodies):
    before = copy.deepcopy(composer.weights_), sorted(vars(composer))
    small(tmp_path, composer, *melodies)
    assert list(composer.weights_) == list(before[0])
    assert all(np.array_equal(composer.weights_[name], weight) for name, weight in before[0].items())
    assert sorted(vars(composer)) == before[1]
