"""The README's Python runs as it is, with a network small enough for a test."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from functools import partial
from pathlib import Path

import pytest

import skemovae
from skemovae.nn.architectures import GRUArchitecture

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"


@pytest.fixture
def blocks():
    return re.findall(r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def test_python_examples(blocks, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    tiny = partial(skemovae.EmotionRegularizedVAE, max_iter=1, architecture=GRUArchitecture(units=4))
    monkeypatch.setattr(skemovae, "EmotionRegularizedVAE", tiny)
    assert len(blocks) == 3
    tune, fit, whole = ({} for _ in blocks)
    for block, names in zip(blocks, (tune, fit, whole), strict=True):  # each runs on its own
        exec(compile(block, "README.md", "exec"), names)
    assert tune["bach"].filenames[93] == "bwv244.54.mxl"  # the tune in the picture
    assert all((tmp_path / f"{name}.mid").stat().st_size for name in ("new", "happy", "angry", "sad", "relaxed"))
    assert fit["tokens"].shape == (5, 64)
    assert "[" in capsys.readouterr().out  # the five scores
    assert whole["points"].shape == (344, 2)


def test_there_are_two_set_up_commands_of_one_line():
    blocks = re.findall(r"^```bash\n(.*?)^```$", README.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    assert [block.count("\n") for block in blocks] == [1, 1]
    assert "-m skemovae compose" in blocks[0]
    assert "-m pytest" in blocks[1]


@pytest.fixture
def published(tmp_path):
    """The README and the settings as GitHub's workflow publishes them."""
    for name in ("README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    script = ROOT / ".ci" / "name_repository.py"
    environment = os.environ | {"GITHUB_REPOSITORY": "someone/skemovae", "GITHUB_REF_NAME": "v0.1.0"}
    subprocess.run([sys.executable, script, tmp_path], env=environment, check=True)
    return tmp_path


def test_links_of_the_published_readme_lead_to_files_of_its_tag(published):
    text = (published / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"(!?)\[[^\]]*\]\(([^)\s]+)\)", text)
    assert len(links) >= 10
    assert sum(bool(picture) for picture, _ in links) == 3
    for picture, link in links:
        start = "https://raw.githubusercontent.com/someone/skemovae/v0.1.0/"
        if not picture:
            start = "https://github.com/someone/skemovae/blob/v0.1.0/"
        assert link.startswith(start)
        assert (ROOT / link.removeprefix(start)).exists()


def test_the_published_readme_differs_from_the_repositorys_in_links_alone(published):
    changed = [
        (old, new)
        for old, new in zip(
            README.read_text(encoding="utf-8").splitlines(),
            (published / "README.md").read_text(encoding="utf-8").splitlines(),
            strict=True,
        )
        if old != new
    ]
    for old, new in changed:
        assert re.sub(r"https://[\w.]+/someone/skemovae/(blob/)?v0\.1\.0/", "", new) == old


def test_the_published_project_has_its_addresses(published):
    settings = tomllib.loads((published / "pyproject.toml").read_text(encoding="utf-8"))
    urls = settings["project"].pop("urls")
    assert settings == tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(urls) == {"Homepage", "Documentation", "Source", "Issues", "Changelog"}
    assert all(url.startswith("https://github.com/someone/skemovae") for url in urls.values())


def test_without_a_repository_nothing_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    script = ROOT / ".ci" / "name_repository.py"
    result = subprocess.run([sys.executable, script, tmp_path], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "GITHUB_REPOSITORY is not set" in result.stderr
