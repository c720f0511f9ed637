"""The package as a whole: what an import loads, which modules may import which, and how large files are."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from itertools import chain
from pathlib import Path

import pytest

import skemovae

FOLDER = Path(skemovae.__file__).parent


def sources(pattern):
    """Return the package's files whose names match a pattern, without the tools that npm has installed."""
    return sorted(path for path in FOLDER.rglob(pattern) if "node_modules" not in path.parts)


SOURCES = sources("*.py")
every_source = pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(FOLDER)))

#: A room is a folder or a file of the package. Each imports only from rooms above it.
ROOMS = (
    "emotion",
    "_validation",
    "_progress",
    "_printable",
    "_scores",
    "_tunes",
    "io",
    "preprocessing",
    "datasets",
    "plane",
    "nn",
    "vae",
    "_pipelines",
    "persistence",
    "pretrained",
    "testing",
    "metrics",
    "composition",
    "_drawable",
    "display",
    "score",
    "sound",
    "notebook",
    "explorer",
    "cli",
    "__main__",
)
MAX_FILE_LINES, MAX_CLASS_LINES = 350, 400
OF_NAMED_TUPLES = {"_asdict", "_fields", "_replace"}  # public names; the underscore avoids clashes with fields


def test_importing_the_package_loads_no_heavy_library():
    code = (
        "import sys, skemovae; "
        "heavy = {'tensorflow', 'keras', 'torch', 'jax', 'matplotlib', 'muspy', 'music21', 'sklearn'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["PitchEncoder", "load_bach_chorales", "melody_metrics"])
def test_the_parts_without_a_network_load_no_deep_learning_framework(name):
    code = (
        f"import sys, skemovae; skemovae.{name}; print(sorted({{'tensorflow', 'keras', 'torch'}} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


@pytest.mark.parametrize("name", sorted(skemovae.__all__))
def test_every_public_name_exists_and_has_a_docstring(name):
    thing = getattr(skemovae, name)
    assert thing is not None
    if callable(thing) or name.islower():
        assert thing.__doc__


def test_a_name_that_does_not_exist():
    with pytest.raises(AttributeError, match="no_such_name"):
        skemovae.no_such_name  # noqa: B018


def module_of(path):
    """Return a file's place in the package as a tuple of names: ("io", "_files"), or ("io",) for io/__init__.py."""
    names = path.relative_to(FOLDER).with_suffix("").parts
    return names[:-1] if names[-1] == "__init__" else names


MODULES = {module_of(path): path for path in SOURCES}


def imports_of(path):
    """Yield what a file imports from the package, at the top or in a function, as tuples of names below the package."""
    folder = path.relative_to(FOLDER).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            if node.level:
                above = folder[: len(folder) - node.level + 1]
                base = above + tuple(node.module.split(".") if node.module else ())
            elif node.module.split(".")[0] == "skemovae":
                base = tuple(node.module.split(".")[1:])
            else:
                continue
            yield from ((*base, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            names = (tuple(alias.name.split(".")) for alias in node.names)
            yield from (name[1:] for name in names if name[0] == "skemovae")


def module_meant(target):
    """Return the module of an import: the imported name itself, or the module that holds it."""
    return target if target in MODULES else target[:-1]


def test_every_room_has_its_place():
    assert len(set(ROOMS)) == len(ROOMS)
    assert {module[0] for module in MODULES if module} <= set(ROOMS)


@every_source
def test_rooms_import_only_from_those_above(path):
    room = (module_of(path) or ("",))[0]
    used = {module_meant(target)[0] for target in imports_of(path) if module_meant(target)} - {room}
    below = {name for name in used if ROOMS.index(name) > ROOMS.index(room)} if room else used
    assert not below


@every_source
def test_rooms_are_entered_by_their_doors(path):
    room = (module_of(path) or ("",))[0]
    others = [target for target in imports_of(path) if target and target[0] != room]
    assert not [target for target in others if any(name.startswith("_") for name in target[1:])]


def test_imports_run_in_no_circle():
    graph = {}
    for module, path in MODULES.items():
        meant = {module_meant(target) for target in imports_of(path)}
        graph[module] = meant - {module, ()}  # the package itself only offers its version
    order = list(TopologicalSorter(graph).static_order())  # raises CycleError
    assert set(order) <= set(MODULES)


def private_attributes(path):
    """Yield (line, text) of each private attribute of anything but self, cls and super()."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
            owner = ast.unparse(node.value)
            if owner not in ("self", "cls", "super()") and node.attr not in OF_NAMED_TUPLES:
                yield node.lineno, ast.unparse(node)


# scikit-learn's callback context, which _callbacks.py uses, has no public name
@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if path.name != "_callbacks.py"],
    ids=lambda path: str(path.relative_to(FOLDER)),
)
def test_what_is_private_is_used_in_its_class_alone(path):
    assert not list(private_attributes(path))


@pytest.mark.parametrize(
    "path",
    sorted(chain(SOURCES, *(sources(f"*.{kind}") for kind in ("js", "css", "html")))),
    ids=lambda path: str(path.relative_to(FOLDER)),
)
def test_a_file_has_one_topic(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_FILE_LINES


@every_source
def test_a_class_can_be_read_in_one_sitting(path):
    classes = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ClassDef)]
    lengths = {node.name: node.end_lineno - node.lineno + 1 for node in classes}
    assert not {name: length for name, length in lengths.items() if length > MAX_CLASS_LINES}
