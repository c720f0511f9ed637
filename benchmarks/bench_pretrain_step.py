"""Time one training step of the networks of the included models, against the same networks in torch.

Both train on the same batches of 128 rows, each in a process of its own with the same number of threads, side by side
in one run, once with one thread and once with all; the script checks that they agree on the loss for the same weights.
There are no partners and no splices: only the estimator has them, and it draws splices outside the step.
"""

import tempfile
from pathlib import Path

import numpy as np
from _report import Report, add_threads_option, make_parser, ratio
from _workers import Worker, interleave_workers


def main():
    """Time both networks and write the report."""
    arguments = parse()
    report = Report("pretrain_step", "How long is one step of pre-training?", arguments)
    rows, times = [], {}
    for model in ("editor", "generator"):
        for threads in sorted({1, arguments.threads}):
            found = measure(model, threads, arguments)
            heading = f"{model}, {threads} thread{'s' if threads > 1 else ''}"
            times[heading] = {name: values.tolist() for name, values in found.items()}
            ratios = found["torch"] / found["skemovae"]
            rows.append(
                {
                    "network": heading,
                    **{f"{name}, ms": 1e3 * float(np.median(values)) for name, values in found.items()},
                    "times as fast as torch": ratio(found["torch"], found["skemovae"]),
                    "middle half of the rounds": " to ".join(f"{q:.2f}" for q in np.quantile(ratios, (0.25, 0.75))),
                }
            )
    report.add(f"Batches of {arguments.batch}", rows)
    report.write(seconds_a_step=times)


def parse():
    """Return the arguments."""
    parser = make_parser(__doc__, "python benchmarks/bench_pretrain_step.py --rounds 2 --steps 2 --out /tmp/results")
    add_threads_option(parser)
    parser.add_argument("--batch", type=int, default=128, help="(%(default)s)")
    parser.add_argument("--rounds", type=int, default=7, help="interleaved rounds (%(default)s)")
    parser.add_argument("--steps", type=int, default=8, help="training steps per epoch (%(default)s)")
    parser.add_argument("--epochs", type=int, default=2, help="epochs over which skemovae is timed (%(default)s)")
    return parser.parse_args()


def measure(model, threads, arguments):
    """Return the seconds of a step in both, by round."""
    names = ("steps", "epochs")
    settings = {"batch_size": arguments.batch, "threads": threads, **{n: getattr(arguments, n) for n in names}}
    with tempfile.TemporaryDirectory() as folder:
        weights = str(Path(folder) / "weights.npz")
        ours = Worker("_pretrain_step_worker.py", "skemovae", model, settings, weights, threads=threads)
        with ours, Worker("_pretrain_step_worker.py", "torch", model, settings, weights, threads=threads) as torch:
            losses = [worker.details["loss"] for worker in (ours, torch)]
            if abs(losses[0] - losses[1]) > 1e-4 * abs(losses[0]):
                raise SystemExit(
                    f"{model}: the networks differ, their losses for the same weights and rows are {losses}"
                )
            cases = {"skemovae": (ours, "run"), "torch": (torch, "run")}
            interleave_workers(cases, 1)  # buffers and thread pools
            return interleave_workers(cases, arguments.rounds)


if __name__ == "__main__":
    main()
