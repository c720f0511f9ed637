"""A user's own music, and what compose makes from it."""

import io
from contextlib import redirect_stdout

import pytest

from skemovae import PitchEncoder, write_music
from skemovae.cli import main

QUICK = ["--epochs", "2", "--units", "8"]


@pytest.fixture(scope="session")
def folder(tmp_path_factory, tiny_data):
    """MIDI files in folders named by emotion."""
    root = tmp_path_factory.mktemp("music")
    melodies = PitchEncoder(n_steps=8).inverse_transform(tiny_data[0])
    for i, (melody, label) in enumerate(zip(melodies, tiny_data[1], strict=True)):
        (root / label).mkdir(exist_ok=True)
        write_music(melody, root / label / f"{i}.mid")
    return root


@pytest.fixture(scope="session")
def composed(tmp_path_factory, folder):
    """Return the folder that compose wrote, and what it printed."""
    out, text = tmp_path_factory.mktemp("composed") / "out", io.StringIO()
    with redirect_stdout(text):
        assert main(["--data", str(folder), "--out", str(out), "--per-emotion", "2", "--keep-key", *QUICK]) == 0
    return out, text.getvalue()


@pytest.fixture
def run(capsys):
    """Return a function that runs the command line and returns the exit code, standard output and standard error."""

    def run(*arguments):
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as exit_:
            code = exit_.code
        return code, *capsys.readouterr()

    return run
