"""Measured variants in processes of their own, so that different libraries, or checkouts of skemovae, share a run.

TensorFlow and torch may clash in one process, and two checkouts of one package cannot be in it at all. A worker is a
script that prepares its cases, calls :func:`serve`, and then sleeps until it is told to run one of them. So a machine
that is slow for a minute slows all of them. They communicate in lines of JSON: a line on the worker's standard input is
a request, a line on its standard output the answer.
"""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import numpy as np
from _report import peak_mib, resident_mib, seconds

HERE = Path(__file__).parent
LAST_WORDS = 3000  # characters of a dead worker's standard error that are shown


class WorkerError(RuntimeError):
    """A worker that died, with the end of its standard error."""


class Worker:
    """A process that has prepared its cases and waits until it is told to run them.

    Parameters
    ----------
    script : str
        A file of this folder that calls :func:`serve`.
    *arguments : JSON values
        The script finds them with :func:`arguments`.
    checkout : path-like, default=None
        Folder of another checkout, whose packages are imported instead of the installed ones.
    threads : int, default=None
        For the worker's libraries, as ``OMP_NUM_THREADS``; for TensorFlow and torch the script has to set it.

    Attributes
    ----------
    cases : list of str
    details : dict
        What else the worker reported when it was ready.

    Raises
    ------
    WorkerError
        If it dies before it is ready.
    """

    def __init__(self, script, *arguments, checkout=None, threads=None):
        self.name = " ".join([script, *map(str, arguments)])
        environment = dict(os.environ)
        if threads is not None:
            environment["OMP_NUM_THREADS"] = str(threads)
        if checkout is not None:
            earlier = environment.get("PYTHONPATH")
            environment["PYTHONPATH"] = os.pathsep.join(
                [str(Path(checkout).resolve()), *([earlier] if earlier else [])]
            )
        # a pipe that nobody reads would fill up and stop the worker
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / script), *map(json.dumps, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment,
            text=True,
        )
        ready = self._answer()
        self.cases, self.details = ready["cases"], ready["details"]

    def run(self, case):
        """Run a case; return a dict of its "seconds", "peak_mib" and "resident_mib" (after it).

        Raises
        ------
        WorkerError
            If the worker dies.
        """
        with suppress(BrokenPipeError):  # the answer says what happened
            self._process.stdin.write(json.dumps({"run": case}) + "\n")
            self._process.stdin.flush()
        return self._answer()

    def close(self):
        """End the process."""
        with suppress(BrokenPipeError):  # it has died already
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._errors.close()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def _answer(self):
        line = self._process.stdout.readline()
        if line.endswith("\n"):
            return json.loads(line)
        code = self._process.wait()
        self._errors.seek(0)
        words = self._errors.read().decode(errors="replace")[-LAST_WORDS:]
        raise WorkerError(f"worker {self.name!r} died with exit code {code}; the end of its standard error:\n{words}")


def arguments():
    """Return the arguments that the worker was started with, as JSON values."""
    return [json.loads(argument) for argument in sys.argv[1:]]


def serve(cases, **details):
    """Report that the cases are ready, then run those that are requested until the input ends.

    Parameters
    ----------
    cases : dict of str to function
        A function returns None when its work is done, or the seconds to report instead of those that it took.
    **details : JSON values
        What else the starter of the worker wants to know.
    """
    # Standard output is reserved for the protocol; what libraries print goes to standard error.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def say(**answer):
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    say(cases=list(cases), details=details)
    for line in sys.stdin:
        name, own, took = json.loads(line)["run"], [], []

        def work(name=name, own=own, took=took):
            took.append(seconds(lambda: own.append(cases[name]())))

        peak = peak_mib(work)
        say(seconds=took[0] if own[0] is None else float(own[0]), peak_mib=peak, resident_mib=resident_mib())


def interleave_workers(cases, rounds, sizes=None):
    """Do as :func:`_report.interleave` with cases of workers.

    Parameters
    ----------
    cases : dict of str to (Worker, str)
        A worker and the name of a case of its own.
    rounds : int
    sizes : dict of str to float, default=None

    Returns
    -------
    dict of str to ndarray of shape (rounds,)
        Seconds per unit of work.
    """
    sizes = sizes or {}
    times = {name: [] for name in cases}
    for i in range(rounds):
        for name in list(cases)[:: 1 if i % 2 == 0 else -1]:
            worker, case = cases[name]
            times[name].append(worker.run(case)["seconds"] / sizes.get(name, 1))
    return {name: np.array(values) for name, values in times.items()}


def add_against_option(parser):
    """Add the option --against."""
    parser.add_argument(
        "--against", type=Path, metavar="FOLDER", help="a checkout of another commit, to measure side by side"
    )


def checkouts(against):
    """Return {suffix of a variant's name: folder of its checkout}, of this one and of the other."""
    return {"": None} if against is None else {"": None, ", other commit": against}


def check_package_of(worker, checkout):
    """Stop unless a worker has imported skemovae from the checkout that it was given."""
    folder = Path(worker.details["package"])
    if checkout is not None and not folder.is_relative_to(Path(checkout).resolve()):
        raise SystemExit(f"--against {checkout}: the worker imported skemovae from {folder}; expected a checkout")
