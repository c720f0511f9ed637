"""The documentation: its code runs, its links work, and it lists every public name."""

import doctest
import inspect
import re
import runpy
import shutil
from operator import attrgetter
from pathlib import Path

import pytest

import skemovae
from skemovae.nn.architectures import GRUArchitecture

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))
TEXTS = [*PAGES, *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "benchmarks/README.md"))]
MADE_BY_THE_BUILD = ("gallery/", "generated/", "results/")
MODEL = "melodies/model.safetensors"  # the model that the quick start's first command makes

PYCON = re.compile(r"^```pycon\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)
LISTED = re.findall(r"^   ([\w.]+)$", (ROOT / "docs" / "api.rst").read_text(encoding="utf-8"), flags=re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)(#[^)\s]*)?\)")


def pages_with_code():
    return [page for page in PAGES if PYCON.search(page.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def small_model(tiny_data, tmp_path_factory):
    """Return the file of a model of 64 steps that is made quickly."""
    X, y = tiny_data
    X = [[*row, *[129] * 56] for row in X.tolist()]
    vae = skemovae.EmotionRegularizedVAE(architecture=GRUArchitecture(units=4), max_iter=1, random_state=0).fit(X, y)
    path = tmp_path_factory.mktemp("quick_start") / "model.safetensors"
    skemovae.save_model(vae, path)
    return path


@pytest.fixture
def model_of_the_quick_start(small_model, tmp_path):
    """A folder as the quick start's first command leaves it."""
    (tmp_path / "melodies").mkdir()
    shutil.copy(small_model, tmp_path / MODEL)


def page_parameter(page):
    """Return a page as a parameter; those that search over weights or architectures are slow."""
    marks = [pytest.mark.slow] if page.name in ("architectures.md", "weights.md") else []
    return pytest.param(page, id=page.name, marks=marks)


@pytest.mark.parametrize("page", [page_parameter(page) for page in pages_with_code()])
def test_code_of_a_page_runs_as_one_session(page, model_of_the_quick_start, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = "\n".join(PYCON.findall(page.read_text(encoding="utf-8")))
    test = doctest.DocTestParser().get_doctest(code, {}, page.name, str(page), 0)
    assert test.examples
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    said = []
    result = doctest.DocTestRunner(optionflags=flags).run(test, out=said.append)
    assert result.failed == 0, "".join(said)


def test_most_pages_of_the_user_guide_have_code():
    guide = (ROOT / "docs" / "user_guide.md").read_text(encoding="utf-8")
    names = re.search(r"```{toctree}.*?\n\n(.*?)```", guide, flags=re.DOTALL)[1].split()
    with_code = {page.stem for page in pages_with_code()}
    assert set(names) <= {page.stem for page in PAGES}
    assert set(names) - with_code == {"scaling"}  # it needs a cluster


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.name)
def test_links_within_the_repository_lead_somewhere(text):
    links = [link for link, _ in LINK.findall(text.read_text(encoding="utf-8")) if "://" not in link]
    missing = [
        link for link in links if not link.startswith(MADE_BY_THE_BUILD) and not (text.parent / link).resolve().exists()
    ]
    assert not missing


def test_links_to_examples_lead_to_scripts():
    linked = {
        name for page in PAGES for name in re.findall(r"gallery/(plot_\w+)\.rst", page.read_text(encoding="utf-8"))
    }
    assert linked <= {script.stem for script in (ROOT / "docs" / "examples").glob("plot_*.py")}
    assert linked


def public_thing(name):
    """Return what a name below the package refers to, such as "metrics.phrase_seams"."""
    return attrgetter(name)(skemovae)


def test_the_api_page_lists_every_public_name():
    public = {name for name in skemovae.__all__ if callable(getattr(skemovae, name))}
    public |= {
        name if name in public else f"metrics.{name}"
        for name in skemovae.metrics.__all__
        if callable(getattr(skemovae.metrics, name))
    }
    assert public - set(LISTED) == set()
    for name in LISTED:
        assert public_thing(name).__doc__, name


SEE_ALSO = re.compile(r"^See Also\n-+\n(.*?)(?=\n\n|\Z)", flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("name", LISTED)
def test_every_public_name_leads_to_its_relatives(name):
    found = SEE_ALSO.search(inspect.getdoc(public_thing(name)))
    assert found is not None
    room = f"skemovae.{name}".rpartition(".")[0].removeprefix("skemovae").lstrip(".")
    for line in found[1].splitlines():
        for relative in line.partition(" : ")[0].split(", "):
            full = relative.removeprefix("skemovae.") if relative.startswith("skemovae.") else f"{room}.{relative}"
            assert public_thing(full.lstrip(".")).__doc__, relative


def test_every_example_has_a_title_and_runs_alone():
    scripts = sorted((ROOT / "docs" / "examples").glob("plot_*.py"))
    assert len(scripts) >= 6
    for script in scripts:
        source = script.read_text(encoding="utf-8")
        compile(source, str(script), "exec")
        assert re.match(r'"""\n(.+)\n=+\n', source), script.name
        assert "from skemovae import" in source, script.name


def test_the_logo_is_what_its_script_draws():
    script = runpy.run_path(str(ROOT / "docs" / "make_logo.py"))
    assert script["LOGO"].read_text(encoding="utf-8") == script["draw_logo"]()
