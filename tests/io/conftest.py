"""Reading MusicXML text."""

import pytest

from skemovae import read_music


@pytest.fixture
def read_text(tmp_path):
    """Return a function that writes MusicXML text to a file and reads it."""

    def read(text, name="score.musicxml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return read_music(tmp_path / name)

    return read
