"""Time whole processes that use a saved model, against ``import muspy``, and measure their memory.

Anyone who makes a melody on the command line waits for a process to start. The processes take turns; each also runs
once more to report which heavy libraries it loaded. The exit code is 1 if the first melody of ``skemovae generate``
takes more than two seconds, if ``info`` or ``generate`` with a saved model takes more than 1.3 times as long as
``import muspy`` (the median of the rounds' ratios), if a command with the included models takes more than 1.5 times as
long plus 0.3 s (the tunes and the piece have 32 bars), if any takes more than 250 MiB, or if a process that does not
train has loaded TensorFlow or Keras.

Run it where the package is installed without its extras: scikit-learn imports pandas if it is installed, which takes a
quarter of a second and 30 MiB.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from _report import Report, make_parser, ratio
from _workers import Worker

REFERENCE, INFO, SAVED, ALL = (
    "import muspy",
    "skemovae info",
    "skemovae generate, from a saved model",
    "load, transform, sample, ..., predict",
)
SHIPPED = GENERATE, REEMOTE, LOCATE, INTERPOLATE, PIECE = (
    "skemovae generate",
    "skemovae reemote, of 32 bars",
    "skemovae locate, of 32 bars",
    "skemovae interpolate, 5 of 32 bars",
    "skemovae piece, of 32 bars",
)
MOST_TIME, MOST_TIME_SHIPPED, MOST_SECONDS_MORE, MOST_SECONDS_FIRST, MOST_MIB = 1.3, 1.5, 0.3, 2, 250
MELODIES = "melodies"
HEAVY = "tensorflow", "keras", "sklearn", "muspy"
FORBIDDEN = "tensorflow", "keras"
# Where Python may not keep what it has compiled, each process compiles the package again, and no user's does.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
PREPARE = """
import sys
import numpy as np
from skemovae import PitchEncoder
from skemovae.datasets import load_bach_chorales
bach = load_bach_chorales()
np.savez(sys.argv[1], X=PitchEncoder().fit_transform(bach.data), y=bach.target)
"""
COMPOSE = """
import sys
from skemovae import compose_piece, write_music
for seed, path in enumerate(sys.argv[1:]):
    write_music(compose_piece("happy", "AABA", 8, random_state=seed).music, path)
"""
USE = """
import sys
import numpy as np
from skemovae import load_model
vae = load_model(sys.argv[1])[-1]
X = np.load(sys.argv[2])["X"]
points = vae.transform(X)
vae.sample(5, emotion="sad", random_state=0)
vae.inverse_transform(points)
vae.predict(X)
"""
WHICH = "import sys; print(*[name for name in {!r} if name in sys.modules], file=sys.stderr)"
MODULE = (
    "import runpy\ntry:\n    runpy.run_module('skemovae', run_name='__main__', alter_sys=True)\nexcept SystemExit: pass"
)


def main():
    """Measure, write the report and check the limits."""
    arguments = parse()
    report = Report("start", "How long does a process take that uses a model, against import muspy?", arguments)
    with tempfile.TemporaryDirectory() as folder:
        cases = make_cases(arguments, Path(folder))
        loaded = {name: heavy_modules(*case) for name, case in cases.items()}  # and the files are in the cache
        measured, firsts = {name: [] for name in cases}, []
        for i in range(arguments.rounds):
            for name in list(cases)[:: 1 if i % 2 == 0 else -1]:
                start = time.time()
                measured[name].append(run(command(*cases[name])))
                if name == GENERATE:
                    firsts.append(min(path.stat().st_mtime for path in Path(folder, MELODIES).iterdir()) - start)
    times = {name: np.array([seconds for seconds, _ in values]) for name, values in measured.items()}
    memory = {name: max(mib for _, mib in values) for name, values in measured.items()}
    ratios = {name: ratio(values, times[REFERENCE]) for name, values in times.items()}
    rows = [
        {
            "process": name,
            "seconds": float(np.median(times[name])),
            f"times {REFERENCE}": ratios[name],
            "peak, MiB": memory[name],
            "loads": ", ".join(loaded[name]),
        }
        for name in cases
    ]
    report.add("Whole processes", rows)
    first = float(np.median(firsts))
    report.add("Until a melody is on the disk", [{"process": GENERATE, "seconds": first}])
    faults = [f"{GENERATE} takes {first:.2f} s for its first melody"] if first > MOST_SECONDS_FIRST else []
    faults += [
        f"{name} takes {ratios[name]:.2f} times {REFERENCE}" for name in (INFO, SAVED) if ratios[name] > MOST_TIME
    ]
    over = {name: float(np.median(times[name] - MOST_TIME_SHIPPED * times[REFERENCE])) for name in SHIPPED}
    faults += [
        f"{name} takes {MOST_TIME_SHIPPED} times {REFERENCE} and {seconds:.2f} s more"
        for name, seconds in over.items()
        if seconds > MOST_SECONDS_MORE
    ]
    faults += [f"{name} takes {memory[name]:.0f} MiB" for name in (INFO, SAVED, *SHIPPED) if memory[name] > MOST_MIB]
    faults += [f"{name} loads {module}" for name in cases for module in FORBIDDEN if module in loaded[name]]
    print("", *faults, sep="\n")
    report.write(seconds=times, seconds_first=firsts, peak_mib=memory, faults=faults)
    sys.exit(bool(faults))


def parse():
    """Return the arguments."""
    parser = make_parser(__doc__, "python benchmarks/bench_start.py --rounds 2 --out /tmp/results")
    parser.add_argument("--model", type=Path, help="a saved model (default: one is trained on the chorales)")
    parser.add_argument("--rounds", type=int, default=9, help="interleaved rounds (%(default)s)")
    return parser.parse_args()


def make_cases(arguments, folder):
    """Return {name: (code of the process, its arguments)}; None as code means ``python -m skemovae``."""
    tokens, model = str(folder / "tokens.npz"), str(arguments.model or folder / "model.safetensors")
    subprocess.run([sys.executable, "-c", PREPARE, tokens], check=True)  # not in this process, which has to stay small
    tune, other, piece = (str(folder / name) for name in ("tune.mid", "other.mid", "piece.mid"))
    subprocess.run([sys.executable, "-c", COMPOSE, tune, other], check=True)
    if arguments.model is None:
        with Worker("_sample_worker.py", "make", tokens, {"units": 128, "epochs": 1}, model) as maker:
            maker.run("make")
    return {
        REFERENCE: ("import muspy", []),
        INFO: (None, ["info", model]),
        SAVED: (None, ["generate", model, "--emotion", "sad", "--out", str(folder / "saved"), "--force"]),
        GENERATE: (None, ["generate", "--emotion", "sad", "--out", str(folder / MELODIES), "--force"]),
        REEMOTE: (None, ["reemote", tune, "--emotion", "sad", "--out", str(folder / "sad.mid"), "--force"]),
        LOCATE: (None, ["locate", tune]),
        INTERPOLATE: (None, ["interpolate", tune, other, "--out", str(folder / "between"), "--force"]),
        PIECE: (None, ["piece", "--curve", "sad:0,happy:32", "--phrases", "8", "--out", piece, "--force"]),
        ALL: (USE, [model, tokens]),
    }


def command(code, arguments):
    """Return the command line of a process."""
    return [sys.executable, *(["-m", "skemovae"] if code is None else ["-c", code]), *arguments]


def run(line):
    """Run a process; return its seconds and the peak of its resident memory in MiB."""
    start = time.perf_counter()
    # The peak that Linux reports for a child is never less than the memory of the process that it was forked from.
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(line, stdout=output, stderr=subprocess.STDOUT, env=ENVIRONMENT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        duration = time.perf_counter() - start
        if process.returncode:
            output.seek(0)
            raise SystemExit(f"{' '.join(line)} ended with {process.returncode}:\n{output.read().decode()}")
    return duration, usage.ru_maxrss / 1024


def heavy_modules(code, arguments):
    """Return which heavy libraries a process has loaded when it ends."""
    line = [sys.executable, "-c", f"{MODULE if code is None else code}\n{WHICH.format(HEAVY)}", *arguments]
    result = subprocess.run(line, capture_output=True, text=True, env=ENVIRONMENT)
    if result.returncode:
        raise SystemExit(f"{' '.join(line)} ended with {result.returncode}:\n{result.stderr}")
    return result.stderr.splitlines()[-1].split() if result.stderr.strip() else []


if __name__ == "__main__":
    main()
