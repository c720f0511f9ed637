"""Do the tests find faults? Change one thing at a time in nn/, plane/ and vae/ and see whether a test fails.

A mutation replaces a comparison, an arithmetic or a Boolean operator by another, changes a number by one, negates a
condition, inverts a keyword argument that is True or False, or removes a call that is a statement. Some mutants of each
file are drawn with a fixed seed. For each, the tests of its room and of the rooms that use it run in a process of their
own, the room's own tests first, until one fails: the quick ones, and if all pass the slow ones. A mutant whose tests
run longer than the limit counts as found. Survivors are listed with their lines.

Each process is forked from one that has imported the libraries but nothing of the package, so that a mutant takes
seconds. Finished mutants are kept in the folder --work, and an interrupted run can be continued.
"""

import ast
import contextlib
import copy
import hashlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from _report import Report, make_parser

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "benchmarks" / "work"
TESTS = {
    "plane": ["tests/plane", "tests/vae"],
    "nn": ["tests/nn", "tests/vae"],
    "vae": ["tests/vae", "tests/persistence"],
}
SPEEDS = {"quick": "not slow", "slow": "slow"}
COMPARISONS = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
COMPARISONS |= {ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is}
OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult}
OPERATORS |= {ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr}


def main():
    """Run what is missing, and report."""
    arguments = parse()
    report = Report("mutate", "Do the tests find faults?", arguments)
    mutants = [mutant for path in sources() for mutant in draw(path, arguments.per_file)]
    folder = arguments.work / "mutate"
    folder.mkdir(parents=True, exist_ok=True)
    results = []
    with tempfile.TemporaryDirectory() as temporary:
        clone = Path(temporary, "skemovae")
        shutil.copytree(ROOT, clone, ignore=shutil.ignore_patterns(".git", ".venv", "work", "_build", "__pycache__"))
        if (ROOT.parent / "shared").exists():
            (Path(temporary) / "shared").symlink_to(ROOT.parent / "shared")
        import_libraries()
        for number, (path, line, change, source) in enumerate(mutants, start=1):
            for speed, marks in SPEEDS.items():
                kept = folder / f"{hashlib.sha256(f'{path}{source}'.encode()).hexdigest()[:16]}_{speed}.json"
                if not kept.exists():
                    found, seconds = run(clone, path, source, marks, arguments.limit)
                    result = {"file": str(path), "line": line, "change": change, "found": found, "seconds": seconds}
                    kept.write_text(json.dumps(result | {"tests": speed}), encoding="utf-8")
                result = json.loads(kept.read_text(encoding="utf-8"))
                if result["found"]:
                    break
            results.append(result)
            outcome = f"{result['found']}, {speed} tests" if result["found"] else "SURVIVED"
            print(f"{number} of {len(mutants)}: {path}:{line} {change}: {outcome}", flush=True)
    rows = []
    for room in TESTS:
        of_room = [r for r in results if r["file"].startswith(f"skemovae/{room}/")]
        found = {speed: sum(r["found"] is not None and r["tests"] == speed for r in of_room) for speed in SPEEDS}
        survivors = len(of_room) - sum(found.values())
        by_speed = {f"found by {speed} tests": n for speed, n in found.items()}
        rows.append({"room": room, "mutants": len(of_room), **by_speed, "survivors": survivors})
    report.add("Mutants by room", rows)
    survivors = [{k: r[k] for k in ("file", "line", "change")} for r in results if r["found"] is None]
    report.add("Survivors", survivors or [{"file": "none"}])
    report.write(results=results)


def parse():
    """Return the arguments."""
    parser = make_parser(__doc__, "python benchmarks/mutate.py --per-file 1 --work /tmp/w --out /tmp/o")
    parser.add_argument("--per-file", type=int, default=6, help="mutants of each file (%(default)s)")
    parser.add_argument("--limit", type=int, default=240, help="seconds for the tests of a mutant (%(default)s)")
    parser.add_argument("--work", type=Path, default=WORK, help="folder for the finished mutants (%(default)s)")
    return parser.parse_args()


def sources():
    """Return the files of the rooms, as paths from the root."""
    paths = (path for room in TESTS for path in sorted((ROOT / "skemovae" / room).rglob("*.py")))
    return [path.relative_to(ROOT) for path in paths if path.name != "__init__.py"]


def draw(path, n):
    """Return (path, line, change, mutated source) of some mutants of a file, with a fixed seed."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    places = [
        (index, kind) for index, node in enumerate(ast.walk(tree)) for kind in kinds_of(node) if not in_annotation(node)
    ]
    chosen = random.Random(str(path)).sample(places, min(n, len(places)))
    mutants = []
    for index, kind in sorted(chosen):
        mutated = copy.deepcopy(tree)
        node = list(ast.walk(mutated))[index]
        before = ast.unparse(node).splitlines()[0][:70]
        line = node.lineno
        apply(node, kind)
        after = "left out" if kind == "drop" else ast.unparse(node).splitlines()[0][:70]
        mutants.append((path, line, f"`{before}` -> `{after}`", ast.unparse(mutated)))
    return mutants


def kinds_of(node):
    """Return the mutations that a node allows."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        return ["compare"]
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return ["operator"]
    if isinstance(node, ast.BoolOp):
        return ["boolean"]
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        return ["negate"]
    if isinstance(node, ast.keyword) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, bool):
        return ["flag"]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return ["drop"]
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return ["number"]
    return []


def in_annotation(node):
    """Return whether a node is a union of types such as `int | None`, which is not arithmetic."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr)):
        return False
    types = {"str", "bool", "int", "float", "dict", "Checkpoint"}
    return any(isinstance(x, ast.Constant) or getattr(x, "id", "") in types for x in (node.left, node.right))


def apply(node, kind):
    """Change a node."""
    if kind == "compare":
        node.ops[0] = COMPARISONS[type(node.ops[0])]()
    elif kind == "operator":
        node.op = OPERATORS[type(node.op)]()
    elif kind == "boolean":
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif kind == "negate":
        node.test = ast.UnaryOp(ast.Not(), node.test)
    elif kind == "flag":
        node.value = ast.Constant(not node.value.value)
    elif kind == "drop":
        node.value = ast.Constant(None)
    else:
        node.value += 1


def import_libraries():
    """Import the libraries that the package imports, but nothing of the package."""
    for name in ("keras", "tensorflow", "muspy", "sklearn.model_selection", "sklearn.linear_model", "scipy.stats"):
        __import__(name)


def run(clone, path, source, marks, limit):
    """Return what found a mutant, None if nothing did, and the seconds that it took."""
    original = (ROOT / path).read_text(encoding="utf-8")
    start = time.perf_counter()
    (clone / path).write_text(source, encoding="utf-8")
    try:
        pid = os.fork()
        if pid == 0:
            test(clone, path.parts[1], marks)
        return wait(pid, limit), round(time.perf_counter() - start, 1)
    finally:
        (clone / path).write_text(original, encoding="utf-8")


def test(clone, room, marks):
    """Run the tests with these marks in this process, a child, and end it."""
    os.setsid()
    os.chdir(clone)
    sys.path[:] = [str(clone), *(entry for entry in sys.path if Path(entry or ".").resolve() != ROOT)]
    sys.dont_write_bytecode = True
    os.environ["PYTHONPATH"] = str(clone)
    with open(os.devnull, "w") as sink, contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink):
        import pytest

        options = ["-q", "-x", "-m", marks, "-p", "no:cacheprovider", "-p", "no:doctest"]
        code = pytest.main([*options, "-o", "addopts=", *TESTS[room]])
    os._exit(int(code))


def wait(pid, limit):
    """Return how a child's tests ended: "failed", "timed out", or None if all passed."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return None if os.waitstatus_to_exitcode(status) == 0 else "failed"
        time.sleep(0.1)
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return "timed out"


if __name__ == "__main__":
    main()
