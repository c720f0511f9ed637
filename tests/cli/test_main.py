"""What all commands have in common: arguments, errors on one line, exit codes, ``--json``."""

import gc
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import skemovae
from skemovae import write_music
from skemovae.cli import _info
from skemovae.cli._estimators import uncollected
from skemovae.cli._main import COMMANDS

from ..conftest import make_score


@pytest.mark.parametrize("verb", COMMANDS)
def test_help_shows_an_example_that_can_be_copied(run, verb):
    code, out, _ = run(verb, "--help")
    assert code == 0
    assert f"\n  python -m skemovae {verb} " in out
    assert "--json" in out


def test_help_names_the_commands_and_the_exit_codes(run):
    code, out, _ = run("--help")
    assert code == 0
    assert all(f"\n    {verb}" in out for verb in COMMANDS)
    assert all(f"\n  {exit_code} " in out for exit_code in (0, 2, 130, 141))


@pytest.mark.parametrize("program", ["/usr/bin/skemovae", "skemovae.exe"])
def test_the_console_command_shows_itself(run, monkeypatch, program):
    monkeypatch.setattr(sys, "argv", [program])
    _, out, _ = run("--help")
    assert "\n  skemovae generate --emotion sad" in out
    _, out, _ = run("reemote", "--help")
    assert "usage: skemovae reemote " in out
    assert "\n  skemovae reemote tune.mid" in out
    assert run("info")[2].endswith("(see skemovae info --help)\n")


def test_version(run):
    assert run("--version")[:2] == (0, f"skemovae {skemovae.__version__}\n")


#: Runs the command line as ``python -m skemovae`` does, and prints last what it has loaded and how much memory it took.
RUN_AND_TELL = """
import re, runpy, sys
from pathlib import Path
try:
    runpy.run_module("skemovae", run_name="__main__", alter_sys=True)
finally:
    print(sorted({"tensorflow", "keras", "jax", "torch"} & set(sys.modules)))
    status = Path("/proc/self/status")  # of Linux
    peak = re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text()) if status.exists() else None
    print(int(peak[1]) // 1024 if peak else 0)
"""


@pytest.mark.slow
@pytest.mark.parametrize(("verb", "begins"), [("info", "file:        {}, "), ("generate", "wrote 4 melodies (")])
def test_the_module_runs_without_a_deep_learning_framework(saved, tmp_path, verb, begins):
    arguments = ["--out", tmp_path / "out", "--per-emotion", "1"] if verb == "generate" else []
    command = [sys.executable, "-c", RUN_AND_TELL, verb, saved, *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.returncode == 0
    assert done.stdout.startswith(begins.format(saved))
    *_, frameworks, peak = done.stdout.splitlines()
    assert frameworks == "[]"
    assert int(peak) < 250  # MiB


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["generat", "model"], "unknown command generat: did you mean generate?"),
        (["INFO"], "unknown command INFO: did you mean info?"),
        (
            ["melodies"],
            "unknown command melodies: expected compose, generate, reemote, piece, locate, interpolate, train",
        ),
        (["--per-emotion=0"], "argument --per-emotion: 0: expected a positive integer"),
        (["--epochs=many"], "argument --epochs: many: expected a positive integer"),
        (["--seed=-1"], "argument --seed: -1: expected an integer, 0 or above"),
        (["--temperature=nan"], "argument --temperature: nan: expected a number, 0 or above"),
        (["--format=mp3"], "argument --format: invalid choice: 'mp3'"),
        (["--modle=x"], "unrecognized arguments: --modle=x"),
        (["info"], "the following arguments are required: model"),
        (["reemote", "x.mid"], "one of the arguments --emotion --at is required"),
        (["reemote", "x.mid", "--emotion", "joyful"], "argument --emotion: unknown emotion joyful: expected happy"),
        (
            ["reemote", "x.mid", "--emotion", "sad", "--amount", "2"],
            "argument --amount: 2: expected a number from 0 to 1",
        ),
        (["generate", "--at", "-1;0.5"], "argument --at: -1;0.5: expected VALENCE,AROUSAL, such as 0.5,-1"),
        (["generate", "--at", "nan,0"], "argument --at: nan,0: expected VALENCE,AROUSAL"),
        (["generate", "--at=1,1", "--emotion=sad"], "argument --emotion: not allowed with argument --at"),
        (["generate", "--intensity=0"], "argument --intensity: 0: expected a number above 0"),
        (["generate", "--tempo=0"], "argument --tempo: 0: expected a number of quarter notes per minute, 5 to 1000"),
        (["piece"], "the following arguments are required: --curve"),
        (["piece", "--curve", "sad:0,happy"], "argument --curve: sad:0,happy: expected a bar after each emotion"),
        (["piece", "--curve", "sad:0,joyful:8"], "argument --curve: unknown emotion joyful: expected happy"),
        (["piece", "--curve", "sad:0,happy:x"], "argument --curve: happy:x: expected a bar from 0 on"),
        (["piece", "--curve", "sad:0,happy:0"], "argument --curve: sad:0,happy:0: expected each bar once"),
        (["piece", "--curve", "happy,sad:8"], "argument --curve: happy,sad: expected VALENCE,AROUSAL"),
        (["piece", "--curve=sad", "--form=aba"], "argument --form: aba: expected a capital letter for each phrase"),
        (["piece", "--curve=sad", "--bars=30"], "argument --bars: 30: expected whole phrases of 4 bars"),
        (["piece", "--curve=sad", "--bars=32", "--phrases=8"], "argument --phrases: not allowed with argument --bars"),
        (["train"], "the following arguments are required: --model"),
    ],
)
def test_wrong_arguments_are_one_line_and_exit_code_2(run, arguments, message):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("skemovae")
    assert message in err
    assert "--help)\n" in err
    assert err.count("\n") == 1


#: Runs the command line, and prints last which libraries it has loaded, because users wait for them.
RUN_AND_TELL_LIBRARIES = """
import sys
from skemovae.cli import main
try:
    code = main(sys.argv[1:])
except SystemExit as exit_:
    code = exit_.code
print(code, sorted({'tensorflow', 'muspy', 'music21', 'numpy', 'sklearn', 'scipy'} & set(sys.modules)))
"""


def run_apart(arguments, folder):
    environment = os.environ | {"PYTHONPATH": str(Path(skemovae.__file__).parents[1])}
    command = [sys.executable, "-c", RUN_AND_TELL_LIBRARIES, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["--version"], ["--help"], *([verb, "--help"] for verb in COMMANDS)])
def test_help_and_version_load_nothing_heavy(tmp_path, arguments):
    done = run_apart(arguments, tmp_path)
    assert done.stdout.endswith("\n0 []\n")
    assert done.stderr == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["generate", "--emotion", "joyful"], "unknown emotion joyful: expected happy, angry, sad, relaxed"),
        (["generate", "--at", "1,1", "--intensity", "2"], "--intensity with --at: expected only one of them"),
        (["reemote", "no.mid", "--emotion", "sad"], "no.mid does not exist: expected a MIDI or MusicXML file"),
        (["locate", "."], ". is a folder: expected a MIDI or MusicXML file"),
        (["train", "--data", "bahc", "--model", "m"], "bahc is not a folder: did you mean bach?"),
        (["interpolate", "no.mid", "no.mid"], "no.mid does not exist: expected a MIDI or MusicXML file"),
        (["piece", "--curve", "sad", "--out", "x.ogg"], "x.ogg: expected a file name ending in .mid, .musicxml, .wav"),
        (
            ["piece", "--curve", "sad", "--out", "x.mid", "--format", "wav"],
            "x.mid: expected a file name ending in .wav",
        ),
        (
            ["reemote", "text.md", "--emotion", "sad"],
            "cannot read text.md: expected a file name ending in .mid, .midi, .mxl, .xml, .musicxml",
        ),
        (["locate", "text.md"], "cannot read text.md: expected a file name ending in .mid"),
        (["interpolate", "tune.mid", "text.md"], "cannot read text.md: expected a file name ending in .mid"),
        (["reemote", "tune.mid", "--emotion", "sad", "--out", "tune.mid"], "tune.mid exists: choose another name"),
        (["reemote", "tune.mid", "--emotion", "sad", "--out", "tune.mid/x.mid"], "tune.mid is not a folder: create"),
        (["generate", "--out", "full"], "full is not empty: choose another folder, or write into it with --force"),
        (["generate", "--out", "tune.mid"], "tune.mid is a file: expected a folder to write into"),
        (["interpolate", "tune.mid", "tune.mid", "--out", "tune.mid/new"], "tune.mid is a file: expected a folder"),
        (["compose", "--out", "tune.mid/new/newer"], "tune.mid is a file: expected a folder to write into"),
        (["compose", "--out", "full"], "full is not empty: choose another folder, or write into it with --force"),
        (["train", "--model", "text.md"], "text.md exists: choose another name, or replace it with --force"),
        (["explore", "--data", "bahc"], "bahc is not a folder: did you mean bach?"),
        (["explore", "no.safetensors"], "no.safetensors does not exist: expected a file written by compose or train"),
        (["explore", "--out", "full"], "full is a folder: expected a file to write, e.g. full/plane.html"),
    ],
)
def test_a_slip_is_found_before_anything_heavy_is_loaded(tmp_path, arguments, message):
    (tmp_path / "full").mkdir()
    for name in ("tune.mid", "text.md", "full/file"):
        (tmp_path / name).touch()
    before = sorted(tmp_path.rglob("*"))
    done = run_apart(arguments, tmp_path)
    assert done.stdout == "2 []\n"
    assert done.stderr.startswith(f"skemovae {arguments[0]}: {message}")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["generate", "evaluate", "explore", "info"])
def test_a_file_that_is_no_model_is_found_before_anything_heavy_is_loaded(tmp_path, verb):
    (tmp_path / "text").write_text("This is not a model, but some text.")
    done = run_apart([verb, "text"], tmp_path)
    assert done.stdout == "2 []\n"
    assert done.stderr.startswith(f"skemovae {verb}: cannot load text: it is not a safetensors file")


#: Runs the command line, and prints whether garbage collection is on and skips the objects of the loaded libraries.
RUN_AND_TELL_FROZEN = """
import gc, sys
from skemovae.cli import main
main(sys.argv[1:])
print(gc.get_freeze_count() > 100_000, gc.isenabled())
"""


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["info"], ["generate", "--emotion", "sad", "--per-emotion", "1"]])
def test_no_garbage_is_searched_for_in_what_was_loaded(saved, tmp_path, arguments):
    command = [sys.executable, "-c", RUN_AND_TELL_FROZEN, arguments[0], str(saved), *arguments[1:]]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.endswith("\nTrue True\n")


def test_the_garbage_of_a_process_with_other_work_is_found():
    frozen = gc.get_freeze_count()
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() == frozen


def no_melody(folder):
    (folder / "sad").mkdir(parents=True)
    for i in range(3):
        write_music(make_score([]), folder / "sad" / f"{i}.musicxml")
    return folder


@pytest.mark.filterwarnings("ignore:.*has no scores of")  # about a folder with one emotion
@pytest.mark.parametrize("verb", ["compose", "train", "evaluate", "explore"])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("no/such", "no/such is not a folder: expected bach, musgenvae, or a folder with subfolders named by emotion"),
        ("bahc", "bahc is not a folder: did you mean bach?"),
        ("file", "file is not a folder: expected bach, musgenvae"),
        ("empty", "empty holds no scores: expected subfolders named by emotion"),
        ("other", "other/joyful is not named after an emotion: unknown emotion 'joyful'"),
        ("broken", "cannot read broken/sad/x.mid as MIDI"),
        (
            "silent",
            "cannot transform silent/sad/0.musicxml: has no pitched notes, so it has no key (leave it out); cannot ",
        ),
    ],
)
def test_unusable_data(run, verb, data, message, composed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "other" / "joyful").mkdir(parents=True)
    (tmp_path / "broken" / "sad").mkdir(parents=True)
    (tmp_path / "broken" / "sad" / "x.mid").write_text("no MIDI")
    no_melody(tmp_path / "silent")
    before = sorted(tmp_path.rglob("*"))
    options = {"train": ["--model", "m"]}.get(verb, [])
    model = [composed[0] / "model.safetensors"] if verb in ("evaluate", "explore") else []
    code, _, err = run(verb, *model, "--data", data, *options)
    assert code == 2
    assert err.startswith(f"skemovae {verb}: {message}")
    assert err.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("verb", ["generate", "evaluate", "explore", "info"])
@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("missing", "missing does not exist: expected a file written by compose or train\n"),
        ("folder", "folder is a folder: expected a file written by compose or train\n"),
        ("melodies", "melodies is a folder: did you mean melodies/model.safetensors?\n"),
        ("empty", "cannot load empty: "),
        ("text", "cannot load text: "),
        ("half", "cannot load half: "),
    ],
)
def test_files_that_are_no_model(run, verb, model, message, saved, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "melodies").mkdir()
    (tmp_path / "melodies" / "model.safetensors").write_bytes(saved.read_bytes())
    (tmp_path / "empty").touch()
    (tmp_path / "text").write_text("This is not a model, but some text.")
    (tmp_path / "half").write_bytes(saved.read_bytes()[:-100])
    before = sorted(tmp_path.rglob("*"))
    code, out, err = run(verb, model, *(["--out", "new"] if verb == "generate" else []))
    assert (code, out) == (2, "")
    assert err.startswith(f"skemovae {verb}: {message}")
    assert err.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_nothing_can_be_written_there(run, saved, folder, tmp_path, monkeypatch):
    """It is noticed before any work is done, so that no training is lost."""
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    file, empty = tmp_path / "file", tmp_path / "empty"
    for arguments, message in [
        (["compose", "--data", folder, "--out", file], f"{file} is a file: expected a folder to write into"),
        (["generate", saved, "--out", file], f"{file} is a file: expected a folder to write into"),
        (["generate", saved, "--out", file / "sub"], f"{file} is a file: expected a folder to write into"),
        (["compose", "--data", folder, "--out", file / "sub" / "sub"], f"{file} is a file: expected a folder to write"),
        (["train", "--model", empty / "no" / "m"], f"{empty / 'no'} is not a folder: create it first"),
        (["train", "--model", empty, "--force"], f"{empty} is a folder: expected a file to write, e.g."),
        (["explore", saved, "--out", empty / "no" / "p"], f"{empty / 'no'} is not a folder: create it first"),
        (["explore", saved, "--out", empty, "--force"], f"{empty} is a folder: expected a file to write, e.g."),
    ]:
        code, _, err = run(*arguments)
        assert code == 2
        assert err.startswith(f"skemovae {arguments[0]}: {message}")
        assert err.count("\n") == 1

    def forbidden(*, prefix, dir):
        raise PermissionError(13, "Permission denied", f"{dir}/{prefix}abc")  # also if root runs the tests

    monkeypatch.setattr("tempfile.NamedTemporaryFile", forbidden)
    for arguments in [
        ["compose", "--data", folder, "--out", empty],
        ["generate", saved, "--out", empty],
        ["generate", saved, "--out", empty / "sub"],
        ["train", "--model", empty / "m"],
        ["explore", saved, "--out", empty / "p.html"],
    ]:
        code, _, err = run(*arguments)
        assert (code, err) == (2, f"skemovae {arguments[0]}: {empty}: permission denied\n")
    assert list(empty.iterdir()) == []


def test_a_long_message_is_cut(run, monkeypatch, saved):
    def fail(_):
        raise ValueError("many\n" * 1000)

    monkeypatch.setattr(_info, "load_estimator", fail)
    code, _, err = run("info", saved)
    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith("skemovae info: many many; many; many;")
    assert err.endswith(" ...\n")
    assert len(err) < 1100


@pytest.mark.filterwarnings("default")
def test_warnings_are_notes_of_one_line(run, monkeypatch, saved):
    def load(path):
        warnings.warn("a first line\n and a second", UserWarning, stacklevel=1)
        raise ValueError("the error")

    monkeypatch.setattr(_info, "load_estimator", load)
    assert run("info", saved) == (2, "", "note: a first line and a second\nskemovae info: the error\n")


def test_a_fault_of_ours_keeps_its_traceback(run, monkeypatch, saved):
    monkeypatch.setattr(_info, "load_estimator", lambda path: path.nothing)
    with pytest.raises(AttributeError, match="nothing"):
        run("info", saved)


@pytest.mark.slow
@pytest.mark.parametrize("json", [[], ["--json"]])
def test_a_reader_that_has_gone_away(saved, json):
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "skemovae", "info", str(saved), *json]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, "")
