"""Nothing in another person's file reaches the terminal as a command."""

import ast
import itertools
import json
from contextlib import redirect_stderr
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.pipeline import Pipeline

import skemovae.cli
from skemovae import EmotionRegularizedVAE, PitchEncoder, save_model
from skemovae._printable import printable
from skemovae.cli._terminal import progress, say
from skemovae.nn.architectures import DenseArchitecture
from tests.conftest import Terminal

TITLE, CLEAR, REVERSED = "\x1b]0;owned\x07", "\x1b[2J", "\u202e"
FORGED = "\nskemovae info: all is well"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, tiny_data):
    """Return the file of a pipeline whose names contain characters that terminals obey."""
    X, y = tiny_data
    places = {f"up{TITLE}": (1, 1), f"down{CLEAR}{FORGED}{REVERSED}": (-1, -1)}
    up, down = places
    model = EmotionRegularizedVAE(
        architecture=DenseArchitecture(hidden_layer_sizes=(4,)),
        max_iter=1,
        jit_compile=False,
        random_state=0,
        class_positions=places,
    )
    model.fit(X, [up if label in ("happy", "angry") else down for label in y])
    path = tmp_path_factory.mktemp("hostile") / "pipeline.safetensors"
    save_model(Pipeline([(f"encode{CLEAR}", PitchEncoder(8)), ("model", model)]), path)
    return path


def lines_of(*texts):
    """Return the lines that were printed, after checking that a terminal shows all of them as they are."""
    lines = [line for text in texts for line in text.split("\n")]
    assert all(line.isprintable() for line in lines)
    assert not any(line.startswith("skemovae info: all is well") for line in lines)
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Melodie für Žofie 旋律", "Melodie für Žofie 旋律"),
        ("C:\\melodies", "C:\\melodies"),
        (CLEAR, "\\x1b[2J"),
        ("a\tb\r\nc\x7f", "a\\tb\\r\\nc\\x7f"),
        ("\x85\x9b31m", "\\x85\\x9b31m"),  # the same commands in their 8-bit form
        (REVERSED, "\\u202e"),
        ("\u2028", "\\u2028"),
        ("\udcff", "\\udcff"),  # from a file name that is not UTF-8, on which print would fail
        (7, "7"),
    ],
)
def test_what_a_terminal_would_obey_is_escaped(text, shown):
    assert printable(text) == shown


@given(st.text(st.characters(codec=None)))
def test_every_text_is_shown_in_one_line(text):
    shown = printable(text)
    assert shown.isprintable()
    shown.encode("utf-8")  # raises for an unpaired surrogate
    assert (shown == text) == text.isprintable()


def test_lines_go_to_the_stream_that_was_asked_for(capsys):
    say("first", "sec\nond")
    say("", "third", error=True)
    assert capsys.readouterr() == ("first\nsec\\nond\n", "\nthird\n")


def test_all_is_printed_at_one_place():
    folder = Path(skemovae.cli.__file__).parent
    printing = {
        path.name
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "sys.stdout.write", "sys.stderr.write")
    }
    assert printing == {"_terminal.py"}


@pytest.mark.parametrize(("seconds", "shown"), [(1.5, True), (0.1, False)])
def test_a_bar_is_shown_where_it_takes_long(monkeypatch, seconds, shown):
    clock = itertools.count(step=seconds)
    monkeypatch.setattr("tqdm.std.time", lambda: next(clock))
    with redirect_stderr(Terminal()) as output:
        assert list(progress(["a", "b", "c"], "writing", "file")) == ["a", "b", "c"]
    assert ("writing: 100%" in output.getvalue()) is shown


def test_no_bar_is_shown_where_nobody_looks(monkeypatch, capsys):
    clock = itertools.count(step=1.5)
    monkeypatch.setattr("tqdm.std.time", lambda: next(clock))
    assert list(progress(["a", "b", "c"], "writing", "file")) == ["a", "b", "c"]
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("data", "loader"), [("bach", "load_bach_chorales"), ("musgenvae", "fetch_musgenvae")])
def test_reading_a_data_set_shows_a_bar(run, monkeypatch, tmp_path, data, loader):
    def load(return_X_y, verbose):
        raise ValueError(f"return_X_y={return_X_y}, verbose={verbose}")

    monkeypatch.setattr(f"skemovae.datasets.{loader}", load)
    code, _, err = run("train", "--data", data, "--model", tmp_path / "m")
    assert (code, err) == (2, "skemovae train: return_X_y=True, verbose=True\n")


def test_info_shows_hostile_names(run, hostile):
    code, out, err = run("info", hostile)
    assert code == 0
    shown = lines_of(out, err)
    assert "step:        encode\\x1b[2J, PitchEncoder(n_steps=8)" in shown
    assert "up\\x1b]0;owned\\x07 20, down\\x1b[2J\\nskemovae info: all is well\\u202e 20" in shown


def test_json_escapes_by_itself(run, hostile):
    code, out, err = run("info", "--json", hostile)
    assert code == 0
    lines_of(out, err)
    assert json.loads(out)["steps"][0][0] == f"encode{CLEAR}"


def test_other_commands_show_hostile_labels(run, hostile, tmp_path):
    code, out, err = run("generate", hostile, "--out", tmp_path / "out", "--per-emotion", "1")
    assert code == 0
    assert "up\\x1b]0;owned\\x07" in lines_of(out, err)
    assert all(path.name.isprintable() for path in (tmp_path / "out").iterdir())
    for arguments in (["generate", hostile, "--emotion", "sideways", "--out", tmp_path / "no"], ["evaluate", hostile]):
        code, out, err = run(*arguments)
        assert (code, err.count("\n")) == (2, 1)
        assert "\\x1b" in lines_of(out, err)


def test_errors_show_hostile_file_names_and_arguments(run, tmp_path):
    sad = tmp_path / "sad"
    sad.mkdir()
    (sad / f"x{CLEAR}.mid").write_text("no MIDI")
    code, out, err = run("train", "--data", tmp_path, "--model", tmp_path / "m")
    assert code == 2
    assert "x\\x1b[2J.mid as MIDI" in lines_of(out, err)
    for arguments in (["info", f"missing{TITLE}"], ["info", "model", f"--no{CLEAR}"], [f"command{CLEAR}"]):
        code, out, err = run(*arguments)
        assert (code, err.count("\n")) == (2, 1)
        assert "\\x1b" in lines_of(out, err)
