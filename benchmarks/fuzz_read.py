"""Read 100,000 damaged files: no exception except the documented one, no hang, little memory.

Each input is a real file with faults (``_mutations.py``): MIDI, MusicXML, plain and compressed, tunes in ABC, the
archive of the published data set, the cache of the chorales, a saved model. What is read in spite of them goes on
through the transformers and ``write_music`` (``_fuzz.py``), where it may be refused as these document it, too.

An input is known by ``--seed`` and its number, so that ``--first 1234 --count 1`` does one of them again. Every worker
is a process of its own that is ended when it does not answer. Finished chunks are kept in ``--work``, and a run that
was cut off goes on after the last of them; files that fail are kept there, too. The exit code is 1 if there are any.
"""

import multiprocessing
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from _fuzz import KINDS, SUFFIXES, make_input, make_seeds, read_seeds, serve
from _report import Report, make_parser
from _studies import add_study_options, commits, kept

MOST_SECONDS, MOST_MIB = 2, 200  # of the processor, for any one call; of memory, beyond that at the start
ANSWER_SECONDS = 60  # of the clock, for a machine that does other things; more is a hang whatever the processor did
CHUNK = 1000


def main():
    """Read all inputs, write the report and judge."""
    arguments = parse()
    report = Report("fuzz_read", "Does any damaged file do harm?", arguments)
    with tempfile.TemporaryDirectory(prefix="fuzz-seeds-") as folder:
        make_seeds(Path(folder), arguments.data, Path(arguments.models))
        results = run(Path(folder), arguments)
    failures = [[*result, problem] for result in results for problem in problems_of(result)]
    report.add("Outcomes", outcome_rows(results, failures))
    report.add("The slowest and the largest inputs", extreme_rows(results))
    if failures:
        names = ("input", "kind", "outcome", "seconds", "MiB", "problem")
        report.add("Failures", [dict(zip(names, failure, strict=True)) for failure in failures[:50]])
    report.write(parts_made_at=commits(arguments.work / "fuzz_read"), failures=failures)
    sys.exit(bool(failures))


def parse():
    """Return the arguments."""
    parser = make_parser(__doc__, "python benchmarks/fuzz_read.py --count 2000 --out /tmp/results")
    add_study_options(parser)
    parser.add_argument("--models", default="tests/data", help="folder with saved models (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="(%(default)s)")
    parser.add_argument("--first", type=int, default=0, help="number of the first input (%(default)s)")
    parser.add_argument("--count", type=int, default=100_000, help="(%(default)s)")
    return parser.parse_args()


# --- the run ----------------------------------------------------------------------------------------------------------


class Worker:
    """A process that examines one input at a time, and another one when it hangs or dies."""

    def __init__(self, folder, seed):
        self.arguments = folder, seed
        self.start()

    def start(self):
        """Start a process and wait until it has imported everything."""
        context = multiprocessing.get_context("spawn")
        self.connection, other = context.Pipe()
        self.process = context.Process(target=serve, args=(other, *self.arguments), daemon=True)
        self.process.start()
        other.close()
        self.connection.recv()

    def stop(self):
        """End the process."""
        self.connection.send(None)
        self.process.join()

    def examine(self, number):
        """Return [number, kind, outcome, seconds, MiB]."""
        kind = KINDS[number % len(KINDS)]
        try:
            self.connection.send(number)
            if any(self.connection.poll(ANSWER_SECONDS / 2) for _ in range(2)):  # one may pass while all is paused
                return self.connection.recv()
            result = [number, kind, f"FAILED no answer in {ANSWER_SECONDS} s", float(ANSWER_SECONDS), 0.0]
        except (EOFError, OSError):
            result = [number, kind, "FAILED the process died", 0.0, 0.0]
        self.process.kill()
        self.process.join()
        self.start()
        return result


def run(folder, arguments):
    """Return the results of all inputs, of every chunk once."""
    workers = SimpleQueue()
    for _ in range(arguments.jobs):
        workers.put(Worker(folder, arguments.seed))
    last = arguments.first + arguments.count
    seeds = read_seeds(folder)

    def chunk(first):
        numbers = range(first, min(first + CHUNK, last))
        worker = workers.get()
        results = kept(
            arguments.work / "fuzz_read" / f"{arguments.seed}-{numbers[0]}-{numbers[-1]}.json",
            lambda: [worker.examine(number) for number in numbers],
        )
        workers.put(worker)
        for result in results:
            if problems_of(result):
                keep(seeds, arguments, result)
        print(f"{numbers[-1] + 1 - arguments.first:,} of {arguments.count:,}", Counter(r[2][:6] for r in results))
        sys.stdout.flush()
        return results

    with ThreadPoolExecutor(arguments.jobs) as pool:
        results = [result for results in pool.map(chunk, range(arguments.first, last, CHUNK)) for result in results]
    while not workers.empty():
        workers.get().stop()
    return results


def keep(seeds, arguments, result):
    """Write an input that failed to the folder of the work."""
    kind, content = make_input(seeds, arguments.seed, result[0])
    path = arguments.work / "fuzz_read" / f"failed-{arguments.seed}-{result[0]}{SUFFIXES[kind]}"
    path.write_bytes(content)
    print(path, result, problems_of(result), flush=True)


def problems_of(result):
    """Return what is wrong with a result."""
    _, _, outcome, seconds, mib = result
    problems = [outcome] if outcome not in ("read", "refused") else []
    problems += [f"more than {MOST_SECONDS} s"] if seconds > MOST_SECONDS else []
    return problems + ([f"more than {MOST_MIB} MiB"] if mib > MOST_MIB else [])


def outcome_rows(results, failures):
    """Return a row of every kind and one of all."""
    rows = []
    for kind in (*SUFFIXES, "all"):
        of_kind = [result for result in results if kind in (result[1], "all")]
        if of_kind:
            count = Counter(result[2] for result in of_kind)
            rows.append(
                {
                    "kind": kind,
                    "inputs": len(of_kind),
                    "read": count["read"],
                    "documented exception": count["refused"],
                    "failures": sum(kind in (failure[1], "all") for failure in failures),
                    "slowest call, s": max(result[3] for result in of_kind),
                    "most memory, MiB": max(result[4] for result in of_kind),
                }
            )
    return rows


def extreme_rows(results):
    """Return the three slowest inputs and the three with the most memory."""
    extremes = [sorted(results, key=lambda result: -result[column])[:3] for column in (3, 4)]
    return [
        {"input": number, "kind": kind, "outcome": outcome[:40], "slowest call, s": seconds, "MiB": mib}
        for number, kind, outcome, seconds, mib in extremes[0] + extremes[1]
    ]


if __name__ == "__main__":
    main()
