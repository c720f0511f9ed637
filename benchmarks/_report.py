"""What the benchmark scripts share: interleaved timing, ratios within a run, and reports with machine and versions.

The rule: compare only what ran side by side in one run, and quote ratios. A ratio is the median of the ratios of the
rounds, because a machine that is slow for a minute slows both sides of a round.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import joblib
import numpy as np

RESULTS = Path(__file__).parent / "results"
PACKAGES = (
    "skemovae",
    "numpy",
    "tensorflow",
    "keras",
    "scikit-learn",
    "joblib",
    "muspy",
    "music21",
    "symusic",
    "torch",
)


def make_parser(description, example):
    """Return an argument parser with the option that every script has."""
    parser = argparse.ArgumentParser(
        description=description, epilog=f"example:\n  {example}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the .json and .md file (%(default)s)")
    return parser


def add_threads_option(parser):
    """Add the option --threads."""
    parser.add_argument("--threads", type=int, default=joblib.cpu_count(), help="threads of all sides (%(default)s)")


def set_threads(threads):
    """Give TensorFlow, NumPy's BLAS and, if it is loaded, torch the same number of threads; before TensorFlow runs."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf
    import threadpoolctl

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    threadpoolctl.threadpool_limits(threads)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(threads)


def seconds(function):
    """Return how long a call takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def interleave(cases, rounds, sizes=None):
    """Run every case once per round, alternately in forward and in reverse order.

    Parameters
    ----------
    cases : dict of str to function
        Each returns when its work is done.
    rounds : int
    sizes : dict of str to float, default=None
        How many units of work (steps, rows) a call of each case does; 1 where it is not given.

    Returns
    -------
    dict of str to ndarray of shape (rounds,)
        Seconds per unit of work.
    """
    sizes = sizes or {}
    times = {name: [] for name in cases}
    for i in range(rounds):
        for name in list(cases)[:: 1 if i % 2 == 0 else -1]:
            times[name].append(seconds(cases[name]) / sizes.get(name, 1))
    return {name: np.array(values) for name, values in times.items()}


def ratio(slow, fast):
    """Return how many times faster `fast` is: the median over the rounds."""
    return float(np.median(np.asarray(slow) / np.asarray(fast)))


def fastest(times, names):
    """Return the name with the smallest median time."""
    return min(names, key=lambda name: np.median(times[name]))


def resident_mib():
    """Return the resident memory of this process in MiB."""
    return _status("VmRSS")


def peak_mib(function):
    """Run a function and return the peak of this process's resident memory meanwhile, in MiB (Linux)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # resets the peak
    function()
    return _status("VmHWM")


def machine():
    """Return the processor, the cores that this process may use, a GPU, the memory in GiB and the operating system."""
    gpu = _run("nvidia-smi", "--query-gpu=name", "--format=csv,noheader")
    return {
        "cpu": _cpu_model(),
        "cores": joblib.cpu_count(),
        **({"gpu": gpu} if gpu else {}),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.platform(),
    }


def versions():
    """Return the versions of Python and of those of the relevant packages that are installed."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    commit = _run("git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty")
    return found | ({"commit": commit} if commit else {})


def table(rows):
    """Return a list of dicts as a Markdown table; the keys of the first are its header."""
    lines = [list(rows[0]), ["---"] * len(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


class Report:
    """Tables of one run, printed as they are made and written with the machine, the versions and the settings.

    Parameters
    ----------
    name : str
        Of the two files, without suffix.
    question : str
        What the run answers, one sentence.
    arguments : argparse.Namespace
    """

    def __init__(self, name, question, arguments):
        self.name, self.question, self.folder = name, question, arguments.out
        self.tables, self.figures = {}, {}
        self.head = {
            "benchmark": name,
            "question": question,
            "date": datetime.now(UTC).isoformat(timespec="minutes"),
            "command": " ".join(["python", os.path.relpath(sys.argv[0]), *sys.argv[1:]]),
            # paths on this machine do not change the results
            "settings": {key: value for key, value in vars(arguments).items() if key not in ("out", "work")},
            "machine": machine(),
            "versions": versions(),
            "load_average_before": os.getloadavg(),
        }

    def add(self, heading, rows):
        """Add a table: a list of dicts with the same keys."""
        self.tables[heading] = rows
        print(f"\n{heading}\n\n{table(rows)}", flush=True)

    def add_figure(self, name, caption, figure):
        """Add a matplotlib figure, which becomes the file REPORT_NAME.png."""
        self.figures[f"{self.name}_{name}.png"] = caption, figure

    def write(self, **details):
        """Write NAME.json, NAME.md and the figures, each completely or not at all; details go into the JSON only."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.head["load_average_after"] = os.getloadavg()
        content = {**self.head, "tables": self.tables, **details}
        _write(self.folder / f"{self.name}.json", json.dumps(content, indent=1, default=_plain) + "\n")
        for name, (_, figure) in self.figures.items():
            _save_figure(figure, self.folder / name)
        _write(self.folder / f"{self.name}.md", self._markdown())

    def _markdown(self):
        head = self.head
        load = [" ".join(f"{value:.1f}" for value in head[f"load_average_{when}"]) for when in ("before", "after")]
        lines = [
            f"# {self.question}",
            f"`{head['command']}`",
            f"{head['date']}; {head['machine']['cpu']}, {head['machine']['cores']} cores, "
            + (f"{gpu}, " if (gpu := head["machine"].get("gpu")) else "")
            + f"{head['machine']['memory_gib']} GiB; load average {load[0]} before, {load[1]} after; "
            + ", ".join(f"{name} {version}" for name, version in head["versions"].items()),
        ]
        for heading, rows in self.tables.items():
            lines += [f"## {heading}", table(rows)]
        for name, (caption, _) in self.figures.items():
            lines += [f"## {caption}", f"![{caption}]({name})"]
        return "\n\n".join(lines) + "\n"


def _status(entry):
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{entry}:")) / 1024


def _cell(value):
    if value is None:
        return ""
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}"


def _plain(value):
    """Return an object that json cannot write as one that it can."""
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else str(value)


def _write(path, text):
    from skemovae.io import atomic_path  # here: a script may have to change settings before the package is loaded

    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _save_figure(figure, path):
    from skemovae.io import atomic_path

    with atomic_path(path) as temporary:
        figure.savefig(temporary, format="png", dpi=100)


def _cpu_model():
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    found = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    numbers = "/".join(found.get(key, "?") for key in ("cpu family", "model", "stepping"))
    return f"{found.get('model name', platform.machine())} (family/model/stepping {numbers})"


def _run(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
