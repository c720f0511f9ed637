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
    assert len(blocks) == 3
    tune, fit, whole = ({} for _ in blocks)
    for block, names in zip(blocks, (tune, fit, whole), strict=True):  # each runs by itself
        exec(compile(block, "README.md", "exec"), names)
    assert tune["bach"].filenames[93] == "bwv244.54.mxl"  # the tune of the picture
    assert all((tmp_path / f"{name}.mid").stat().st_size for name in ("new", "happy", "angry", "sad", "relaxed"))
    assert fit["tokens"].shape == (5, 64)
    assert "[" in capsys.readouterr().out  # the five scores
    assert whole["points"].shape == (344, 2)


def test_there_are_two_set_up_commands_of_one_line():
    blocks = re.findall(r"^```bash\n(.*?)^```$", README.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    assert [block.count("\n") for block in blocks] == [1, 1]
    assert "-m skemovae compose" in blocks[0]
    assert "-m pytest" in blocks[1]
