"""The README's Python runs as it stands, with a network small enough for a test."""

import re
from functools import partial
from pathlib import Path

import pytest

import skemovae
from skemovae.nn.architectures import GRUArchitecture

README = Path(__file__).parents[1] / "README.md"


@pytest.fixture
def blocks():
    return re.findall(r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def test_python_examples(blocks, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    tiny = partial(skemovae.EmotionRegularizedVAE, max_iter=1, architecture=GRUArchitecture(units=4))
    monkeypatch.setattr(skemovae, "EmotionRegularizedVAE", tiny)
    names = {}
    exec(compile(blocks[0], "README.md", "exec"), names)
    assert (tmp_path / "sad.mid").stat().st_size > 0
    assert "[" in capsys.readouterr().out  # the five scores
    corpus = skemovae.datasets._bach.corpus_folder()
    assert names["bach"].filenames[93] == "bwv244.54.mxl"  # the tune of the picture
    names["paths"] = [corpus / name for name in names["bach"].filenames[:4]]
    names["labels"] = ["sad", "happy", "relaxed", "angry"]
    exec(compile(blocks[1], "README.md", "exec"), names)
    assert names["tokens"].shape == (5, 64)
    assert all((tmp_path / f"{name}.mid").stat().st_size for name in ("new", "happy", "angry", "sad", "relaxed"))
    exec(compile(blocks[2], "README.md", "exec"), names)
    assert names["points"].shape == (4, 2)


def test_there_are_two_set_up_commands_of_one_line():
    blocks = re.findall(r"^```bash\n(.*?)^```$", README.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    assert [block.count("\n") for block in blocks] == [1, 1]
    assert "-m skemovae compose" in blocks[0]
    assert "-m pytest" in blocks[1]
