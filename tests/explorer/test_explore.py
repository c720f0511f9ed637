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

from skemovae import EmotionRegularizedVAE, PitchEncoder, explore, load_pretrained
from skemovae.explorer import _explore, _page
from skemovae.explorer._pack import pack
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


def page_of(folder, *args, **options):
    """Return the data in the page of a model."""
    explore(args[0], folder / "page.html", *args[1:], **options)
    return page_data(folder / "page.html")


def fit(melodies, **parameters):
    # it compiles faster than a recurrent one, and makes no difference to the page
    quick = {"architecture": DenseArchitecture(hidden_layer_sizes=(4,)), "max_iter": 1, "random_state": 0}
    return EmotionRegularizedVAE(**quick, **parameters).fit(*melodies)


def test_the_page_holds_the_model_and_the_shipped_editor(data, composer):
    assert data["writer"] == pack(composer, 4)
    assert data["editor"] == pack(load_pretrained("editor"), 4)
    assert (data["shipped"], data["own_classes"], data["pieces"]) == (False, False, True)


def test_without_a_model_it_is_that_of_the_shipped_ones(shipped_plane):
    data = page_data(shipped_plane)
    assert data["writer"] == pack(load_pretrained("generator"), 4)
    assert (data["shipped"], data["pieces"], data["points"]["places"]) == (True, True, [])
    assert shipped_plane.stat().st_size < 4_000_000


def test_the_plane_is_shown_as_far_as_emotions_lie(data, composer, melodies):
    plane = data["plane"]
    assert np.allclose([one["mean"] for one in plane["classes"]], composer.latent_mean_[:, :2], atol=1e-3)
    spread = np.sqrt(np.diagonal(composer.latent_covariance_, axis1=1, axis2=2))
    reach = (np.abs(composer.latent_mean_) + 2 * spread).max()
    assert 0.95 * reach < plane["limit"] < 1.25 * reach
    inside = np.abs(composer.transform(melodies[0])).max(axis=1) <= plane["limit"]
    assert inside.mean() > 0.9
    assert [one["word"] for one in data["tune_plane"]["classes"]] == ["happy", "angry", "sad", "relaxed"]


def test_the_points_are_those_of_transform(data, composer, melodies):
    assert np.allclose(data["points"]["places"], composer.transform(melodies[0]), atol=1e-3)
    assert data["points"]["classes"] == np.repeat([0, 1, 2, 3], 20).tolist()


def test_the_page_is_small_and_asks_for_nothing(plane, shipped_plane):
    for path in (plane, shipped_plane):
        text = path.read_text(encoding="utf-8")
        addresses = set(re.findall(r"https?://[^\s\"'<\\]*", text))
        names = {"http://www.w3.org/2000/svg", "http://www.musescore.org/),"}  # a namespace, and the license of a font
        assert addresses <= names | {address for address in addresses if "musicxml.org" in address.lower()}
        assert set(re.findall(r"\b(?:src|href|action|srcset)\s*=\s*[\"'][^#]", text)) == set()
        assert "innerHTML" not in text
        assert " style=" not in text


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
        "worker-src": "blob:",
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


def test_hostile_labels_stay_text(tmp_path, melodies, plane):
    positions = dict(zip(HOSTILE, [(1, 1), (-1, 1), (-1, -1), (1, -1)], strict=True))
    labels = np.repeat(HOSTILE, 20)
    model = fit((melodies[0], labels), class_positions=positions)
    found = page_of(tmp_path, model, melodies[0], labels)
    assert [one["word"] for one in found["plane"]["classes"]] == HOSTILE
    assert [one["python"] for one in found["plane"]["classes"]] == [repr(label) for label in HOSTILE]
    assert (found["own_classes"], found["pieces"]) == (True, False)
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert Tags(text).tags == Tags(plane.read_text(encoding="utf-8")).tags


def test_a_hostile_title_stays_text():
    for title in HOSTILE:
        page = _page.make_page({"title": title}).decode()
        assert "<title><" not in page
        assert Tags(page).tags == Tags(_page.make_page({"title": "plain"}).decode()).tags


def test_the_same_page_every_time_and_another_seed(tmp_path, composer):
    pages = []
    for name, state in [("a", 0), ("b", 0), ("c", 7), ("d", np.random.default_rng(0)), ("e", np.random.default_rng(0))]:
        folder = tmp_path / name
        folder.mkdir()
        data = page_of(folder, composer, random_state=state)
        pages.append(((folder / "page.html").read_bytes(), data["seed"], data["digest"]))
    assert pages[0] == pages[1]
    assert pages[2][1] == 7
    assert pages[3][1] == pages[4][1] > 0
    assert len({digest for _, _, digest in pages}) == 1
    assert 0 <= page_of(tmp_path, composer, random_state=None)["seed"] < 2**31


def test_a_pipeline_of_scores(tmp_path, composer, melodies):
    encoder = PitchEncoder(n_steps=N_STEPS, resolution=2)
    scores = encoder.inverse_transform(melodies[0][::20])
    data = page_of(tmp_path, make_pipeline(encoder, composer), scores, ["happy", "angry", "sad", "relaxed"])
    assert data["writer"]["settings"]["resolution"] == 2
    assert data["pieces"] is False  # the editor's steps are sixteenths
    assert np.allclose(data["points"]["places"], composer.transform(melodies[0][::20]), atol=1e-3)


def test_further_dimensions_and_no_labels(tmp_path, melodies):
    model = fit(melodies, n_components=3)
    data = page_of(tmp_path, model, melodies[0])
    assert np.shape(data["points"]["places"]) == (80, 2)
    assert data["points"]["classes"] == [-1] * 80
    assert data["writer"]["settings"]["nComponents"] == 3


def test_an_emotion_without_melodies_is_not_offered(tmp_path, melodies):
    X, y = melodies
    with pytest.warns(UserWarning, match="y has no rows of sad"):
        model = fit((X[y != "sad"], y[y != "sad"]))
    data = page_of(tmp_path, model, X, y)  # the data to show may have it
    assert [one["trained"] for one in data["plane"]["classes"]] == [True, True, False, True]
    assert set(data["points"]["classes"]) == {0, 1, 2, 3}
    assert data["pieces"] is False


def test_labels_of_ones_own_and_points_as_labels(tmp_path, melodies):
    X = melodies[0][::8]
    positions = {("a", 1): (1, 0.5), ("b", 2): (-1, 0.5)}
    labels = np.empty(10, dtype=object)
    labels[:] = [("a", 1), ("b", 2)] * 5
    model = fit((X, np.arange(10) % 2), class_positions={0: (1, 0.5), 1: (-1, 0.5)})
    model.class_positions, model.classes_ = positions, labels[:2]  # such labels survive only in lists
    data = page_of(tmp_path, model, X, list(labels))
    assert [one["python"] for one in data["plane"]["classes"]] == ["('a', 1)", "('b', 2)"]
    ratings = np.column_stack([np.linspace(-1, 1, 10), np.resize([1, -1], 10)])
    classes = page_of(tmp_path, fit((X, ratings)), X, ratings)["points"]["classes"]
    assert classes == [1, 2, 1, 2, 1, 3, 0, 3, 0, 3]


def test_what_cannot_be_explored(tmp_path, composer, melodies):
    path = tmp_path / "page.html"
    X, y = melodies
    with pytest.raises(TypeError, match="the estimator is or ends in LogisticRegression"):
        explore(LogisticRegression(), path)
    with pytest.raises(NotFittedError, match="This EmotionRegularizedVAE instance is not fitted yet"):
        explore(EmotionRegularizedVAE(), path)
    with pytest.raises(ValueError, match="one latent dimension: expected a plane; set n_components=2"):
        explore(fit(melodies, n_components=1), path)
    with pytest.raises(ValueError, match=r"symbols range from 0 to 1[23]\d: expected a model of melodies"):
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
    monkeypatch.setattr(_explore, "MAX_BYTES", 2_000_000)  # too few to hold the editor as well
    data = page_of(tmp_path, composer)
    assert (data["editor"], data["tune_plane"], data["pieces"]) == (None, None, False)
    path.unlink()
    monkeypatch.setattr(_page, "MAX_BYTES", 30_000)
    with pytest.raises(ValueError, match=r"the page would have \d\d\d,\d{3} bytes: expected at most 30,000"):
        explore(composer, path)
    assert list(tmp_path.iterdir()) == []


def test_the_file_appears_whole_or_not_at_all(tmp_path, composer, monkeypatch):
    path = tmp_path / "page.html"
    path.write_text("before")

    def fail(data):
        raise OSError("the disk is full")

    monkeypatch.setattr(_explore, "make_page", fail)
    with pytest.raises(OSError, match="the disk is full"):
        explore(composer, path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(FileNotFoundError, match="nowhere"):
        explore(composer, tmp_path / "nowhere" / "page.html")


def test_the_estimator_stays_as_it_is(tmp_path, composer, melodies):
    before = copy.deepcopy(composer.weights_), sorted(vars(composer))
    page_of(tmp_path, composer, *melodies)
    assert list(composer.weights_) == list(before[0])
    assert all(np.array_equal(composer.weights_[name], weight) for name, weight in before[0].items())
    assert sorted(vars(composer)) == before[1]
