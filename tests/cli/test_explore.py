import json

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skemovae import EmotionRegularizedVAE, PitchEncoder, save_model
from skemovae.nn.architectures import DenseArchitecture


@pytest.fixture
def asked(monkeypatch):
    """Return a list of the arguments that explore gets; it is replaced because it is slow and has tests of its own."""
    calls = []

    def explore(estimator, path, X=None, y=None, *, random_state=0):
        calls.append((estimator, X, y, random_state))
        path.write_text("page")

    monkeypatch.setattr("skemovae.explorer.explore", explore)
    return calls


def test_a_page(run, composed, folder, tmp_path):
    page = tmp_path / "page.html"
    code, out, _ = run("explore", composed[0] / "model.safetensors", "--out", page, "--data", folder)
    assert code == 0
    assert out.endswith(f"wrote {page}: open it in a browser and tap the map\n")
    assert page.read_text(encoding="utf-8").lower().startswith("<!doctype html>")


def test_without_a_model_the_page_is_that_of_the_shipped_ones(run, tmp_path):
    code, out, _ = run("explore", "--out", tmp_path / "page.html", "--json")
    assert (code, json.loads(out)) == (0, {"page": str(tmp_path / "page.html"), "n_melodies": 0})
    assert '"shipped":true' in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_on_a_terminal_the_page_of_the_shipped_models_opens(run, asked, composed, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    run("explore", "--out", tmp_path / "a.html")
    assert opened == []
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    run("explore", "--out", tmp_path / "b.html")
    run("explore", composed[0] / "model.safetensors", "--out", tmp_path / "c.html")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    run("explore", "--json", "--out", tmp_path / "d.html")
    assert opened == [(tmp_path / "b.html").as_uri()]


def test_the_data_and_the_seed_reach_the_page(run, composed, folder, asked, tmp_path):
    arguments = ["explore", composed[0] / "model.safetensors", "--out", tmp_path / "p.html", "--data", folder]
    code, out, _ = run(*arguments, "--seed", 9, "--json")
    assert (code, json.loads(out)) == (0, {"page": str(tmp_path / "p.html"), "n_melodies": 40})
    ((_, X, y, seed),) = asked
    assert (X.shape, y.tolist().count("sadness"), seed) == ((40, 64), 10, 9)


def test_a_pipeline_gets_the_scores(run, fitted, folder, asked, tmp_path):
    save_model(make_pipeline(PitchEncoder(8), fitted), tmp_path / "pipeline")
    assert run("explore", tmp_path / "pipeline", "--out", tmp_path / "p.html", "--data", folder)[0] == 0
    ((pipeline, X, _, _),) = asked
    assert pipeline.transform(X).shape == (40, 2)


def test_what_does_not_fit_is_left_out_and_said(run, saved, folder, asked, tiny_data, tmp_path):
    code, _, err = run("explore", saved, "--out", tmp_path / "p.html", "--data", folder)
    assert code == 0
    assert "note: the model's melodies have 8 steps, but those of the data have 64: the page shows none of them" in err
    assert asked.pop()[1:3] == (None, None)
    rows = np.repeat(tiny_data[0], 8, axis=1)  # 64 steps
    own = EmotionRegularizedVAE(
        class_positions={"up": (1, 1), "down": (-1, -1)},
        architecture=DenseArchitecture(hidden_layer_sizes=(4,)),
        max_iter=1,
        random_state=0,
    )
    save_model(own.fit(rows, np.where(tiny_data[1] == "happy", "up", "down")), tmp_path / "own")
    code, _, err = run("explore", tmp_path / "own", "--out", tmp_path / "q.html", "--data", folder)
    assert code == 0
    assert "note: the model has classes of its own: the data is shown without its emotions" in err
    _, X, y, _ = asked.pop()
    assert (X.shape, y) == ((40, 64), None)


@pytest.mark.parametrize("options", [["--data", "bach"], ["--keep-key"]])
def test_data_without_a_model_is_an_error(run, options, tmp_path):
    code, _, err = run("explore", *options, "--out", tmp_path / "page.html")
    expected = "--data or --keep-key without a model: expected a saved model, whose map shows the data"
    assert (code, err) == (2, f"skemovae explore: {expected}\n")
    assert not (tmp_path / "page.html").exists()


def test_an_existing_page_is_not_replaced_without_force(run, saved, folder, asked, tmp_path):
    page = tmp_path / "page.html"
    page.write_text("mine")
    code, _, err = run("explore", saved, "--out", page, "--data", folder)
    assert (code, err) == (2, f"skemovae explore: {page} exists: choose another name, or replace it with --force\n")
    assert page.read_text() == "mine"
    assert run("explore", saved, "--out", page, "--data", folder, "--force")[0] == 0
    assert page.read_text() == "page"
