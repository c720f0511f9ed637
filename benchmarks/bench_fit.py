"""Time one training step against plain Keras, torch, the matrix products alone and another commit.

All variants train the same network (the script checks that they agree on the loss for the same weights) on the same
batches, each in a process of its own with the same number of threads, side by side in one run:

- skemovae: ``EmotionRegularizedVAE.fit``, with and without XLA;
- the same from another checkout, with ``--against``;
- plain ``keras.layers.GRU``: the step in a ``tf.function``, Keras's ``train_on_batch``, and the latter with
  ``jit_compile=True``;
- ``torch.nn.GRU`` where torch is installed, also with one thread, which may be faster if the cores are shared;
- the limit: only the products that no implementation can avoid, each over all time steps at once, by the fastest of
  the installed libraries.
"""

import tempfile
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from _fit_worker import N_STEPS, N_SYMBOLS
from _report import Report, add_threads_option, fastest, make_parser, ratio
from _workers import Worker, add_against_option, check_package_of, checkouts, interleave_workers

OURS, OURS_PLAIN = "skemovae", "skemovae, no XLA"
KERAS, KERAS_BATCH, KERAS_XLA = "Keras, tf.function", "Keras, train_on_batch", "Keras, train_on_batch, XLA"
TORCH, TORCH_ONE = "torch", "torch, 1 thread"
LIMITS = {"numpy": "limit, NumPy", "tensorflow": "limit, TensorFlow", "xla": "limit, XLA", "torch": "limit, torch"}


def main():
    """Time all sizes and write the report."""
    arguments = parse()
    report = Report("fit", "How long is one training step?", arguments)
    summary, commits, times = [], [], {}
    for units in arguments.units:
        for batch_size in arguments.batch:
            heading = f"{units} units, batch {batch_size}"
            with ExitStack() as stack:
                workers = start_workers(units, batch_size, arguments, stack)
                check_losses(heading, {name: worker.details.get("loss") for name, worker in workers.items()})
                times[heading], rows, short = measure(workers, units, batch_size, arguments)
            report.add(heading, rows)
            summary.append({"network": heading, **short})
            if arguments.against:
                commits.append({"network": heading, **compare_commits(times[heading])})
    report.add("How many times faster is skemovae?", summary)
    if commits:
        report.add("How many times as long is a step as with the other commit?", commits)
    report.write(seconds_a_step=times)


def parse():
    """Return the arguments."""
    parser = make_parser(
        __doc__, "python benchmarks/bench_fit.py --units 128 --batch 16 --rounds 3 --steps 4 --out /tmp/results"
    )
    add_threads_option(parser)
    add_against_option(parser)
    parser.add_argument("--units", type=int, nargs="+", default=[512, 128], help="(%(default)s)")
    parser.add_argument("--batch", type=int, nargs="+", default=[16, 64], help="(%(default)s)")
    parser.add_argument("--rounds", type=int, default=9, help="interleaved rounds (%(default)s)")
    parser.add_argument("--steps", type=int, default=8, help="training steps per epoch (%(default)s)")
    parser.add_argument("--epochs", type=int, default=4, help="epochs over which skemovae is timed (%(default)s)")
    parser.add_argument("--only-skemovae", action="store_true", help="leave out Keras and torch")
    arguments = parser.parse_args()
    if find_spec("torch") is None:
        del LIMITS["torch"]
    return arguments


def start_workers(units, batch_size, arguments, stack):
    """Return {variant: worker}; the first writes the weights with which the others compare their loss."""
    names = ("steps", "epochs", "threads")
    settings = {"units": units, "batch_size": batch_size, **{name: getattr(arguments, name) for name in names}}
    weights = str(Path(stack.enter_context(tempfile.TemporaryDirectory())) / "weights.npz")

    def start(*worker, checkout=None, threads=arguments.threads):
        return stack.enter_context(Worker(*worker, checkout=checkout, threads=threads))

    workers = {}
    for suffix, checkout in checkouts(arguments.against).items():
        for variant, kind in ((OURS, "skemovae"), (OURS_PLAIN, "skemovae plain")):
            own = None if workers else weights
            worker = start("_fit_worker.py", kind, settings, own, checkout=checkout)
            check_package_of(worker, checkout)
            workers[variant + suffix] = worker
    if not arguments.only_skemovae:
        for variant, kind in ((KERAS, "function"), (KERAS_BATCH, "batch"), (KERAS_XLA, "xla")):
            workers[variant] = start("_fit_worker.py", f"keras {kind}", settings, weights)
        if find_spec("torch"):
            workers[TORCH] = start("_fit_worker.py", "torch", settings, weights)
        if find_spec("torch") and arguments.threads > 1:
            one = settings | {"threads": 1}
            workers[TORCH_ONE] = start("_fit_worker.py", "torch", one, weights, threads=1)
    products = step_products(units, batch_size)
    for library, variant in LIMITS.items():
        workers[variant] = start("_limit_worker.py", library, products, arguments.steps, arguments.threads)
    return workers


def step_products(units, batch_size):
    """Return the (m, k, n) of a step's products: two recurrences and the output, forward and both gradients.

    Products with one-hot symbols are lookups, and those computed once per row instead of once per time step are too
    small to count.
    """
    rows = N_STEPS * batch_size
    pairs = [(units, 3 * units)] * 2 + [(units, N_SYMBOLS)]
    return [shape for i, o in pairs for shape in ((rows, i, o), (rows, o, i), (i, rows, o))]


def check_losses(heading, losses):
    """Stop if the variants are not the same network."""
    losses = {name: loss for name, loss in losses.items() if loss is not None}
    if np.ptp(list(losses.values())) > 1e-4 * abs(losses[OURS]):
        raise SystemExit(f"{heading}: the networks differ, their losses for the same weights and rows are {losses}")


def measure(workers, units, batch_size, arguments):
    """Return all times, the rows of the table and the summary row."""
    cases = {name: (worker, "run") for name, worker in workers.items()}
    interleave_workers(cases, 1)  # buffers and thread pools
    # skemovae's own worker reports the seconds of a step
    sizes = {name: 1 if name.startswith(OURS) else arguments.steps for name in cases}
    times = interleave_workers(cases, arguments.rounds, sizes)
    limit = fastest(times, LIMITS.values())
    best = None if arguments.only_skemovae else fastest(times, [KERAS, KERAS_BATCH, KERAS_XLA])
    torch = fastest(times, [name for name in cases if name.startswith(TORCH)]) if TORCH in cases else None
    rows = [
        {
            "variant": name,
            "ms a step": 1e3 * float(np.median(values)),
            "least": 1e3 * float(values.min()),
            f"{KERAS} / it": ratio(times[KERAS], values) if best else None,
            "fastest Keras / it": ratio(times[best], values) if best else None,
            "it / limit": ratio(values, times[limit]),
            "first call, s": workers[name].details.get("first"),
        }
        for name, values in times.items()
    ]
    flops = 2 * sum(m * k * n for m, k, n in step_products(units, batch_size))
    summary = {
        "ms a step": 1e3 * float(np.median(times[OURS])),
        f"than {KERAS}": ratio(times[KERAS], times[OURS]) if best else None,
        "than the fastest Keras": ratio(times[best], times[OURS]) if best else None,
        "which is": best,
        "than the fastest torch": ratio(times[torch], times[OURS]) if torch else None,
        "its time / limit": ratio(times[OURS], times[limit]),
        "limit, GFLOP/s": flops / float(np.median(times[limit])) / 1e9,
    }
    return times, rows, summary


def compare_commits(times):
    """Return the ratios of this commit's times to the other's, with their interquartile range."""
    row = {}
    (other,) = [suffix for suffix in checkouts("other") if suffix]
    for name, what in ((OURS, "with XLA"), (OURS_PLAIN, "without")):
        ratios = times[name] / times[name + other]
        row[what] = float(np.median(ratios))
        row[f"{what}, middle half of the rounds"] = " to ".join(f"{q:.3f}" for q in np.quantile(ratios, (0.25, 0.75)))
    return row


if __name__ == "__main__":
    main()
