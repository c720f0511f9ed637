"""Count the melodies sampled, rows transformed and scores encoded per second, and measure the memory that this takes.

- Sampling, against the products that the decoder cannot avoid: the recurrence and the output of every time step,
  computed as products of 4,096 rows in the same run.
- Transforming: rows of the chorales to points. The network of 512 units has the paper's conditioned encoder and tries
  all four emotions for every row.
- Encoding: the chorales' melodies (or those of --data) to tokens, all in one call and one per call, against
  ``muspy.to_pitch_representation``.
- The peak of a process's resident memory during each, and how much of it was resident before.
- With ``--against``, a checkout of another commit does the same with the same saved model, which it made; its times and
  its answers are compared with this one's.
"""

import tempfile
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from _estimators import condition_of
from _report import Report, add_threads_option, fastest, interleave, make_parser, ratio
from _workers import Worker, add_against_option, check_package_of, checkouts, interleave_workers

N_STEPS = 64
LIMIT_ROWS = 4096
LIMITS = {"numpy": "limit, NumPy", "tensorflow": "limit, TensorFlow", "xla": "limit, XLA"}
REPAIRS = {"polyphony": "skyline", "off_grid": "round", "out_of_window": "clip"}  # of the published files
ENCODER, MUSPY = "PitchEncoder, one call", "muspy.to_pitch_representation"


def main():
    """Measure everything and write the report."""
    arguments = parse()
    report = Report("sample", "How fast are sampling, transforming and encoding?", arguments)
    scores, target = load(arguments.data)
    report.add("Encoding", encoding_rows(load(None)[0], arguments.rounds))
    details = {}
    for units in arguments.units:
        heading = f"{units} units, {'label-fed encoder' if condition_of(units) == 'both' else 'condition=decoder'}"
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            workers, limits = start_workers(units, scores, target, folder, arguments, stack)
            times, limit, rows = measure(workers, limits, arguments)
            report.add(heading, rows)
            details[f"{units} units"] = {"seconds_a_row": times, "limit": limit}
            if arguments.against:
                report.add(f"{heading}: times as fast as the other commit", compare_times(times))
                for worker in workers.values():
                    worker.run("answer")
                report.add(f"{heading}: the same saved model's answers in both", compare_answers(folder))
    report.write(**details)


def parse():
    """Return the arguments."""
    parser = make_parser(
        __doc__, "python benchmarks/bench_sample.py --units 128 --melodies 1 2000 --rounds 2 --out /tmp/results"
    )
    add_threads_option(parser)
    add_against_option(parser)
    parser.add_argument("--units", type=int, nargs="+", default=[128, 512], help="(%(default)s)")
    parser.add_argument("--melodies", type=int, nargs="+", default=[1, 20000], help="(%(default)s)")
    parser.add_argument("--rows", type=int, nargs="+", default=[1, 344], help="rows to transform (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds (%(default)s)")
    parser.add_argument("--epochs", type=int, default=20, help="epochs of the model's training (%(default)s)")
    parser.add_argument("--answers", type=int, default=4096, help="random points to compare (%(default)s)")
    parser.add_argument("--data", type=Path, help="folder of the published melodies (default: the Bach chorales)")
    return parser.parse_args()


def load(folder):
    """Return melodies and their labels: of the published data set, or of the chorales."""
    from skemovae.datasets import load_bach_chorales, load_music_folder

    data = load_bach_chorales() if folder is None else load_music_folder(folder)
    return data.data, data.target


def encoding_rows(scores, rounds):
    """Return the rows of the table of encoding, and check that MusPy gives the same tokens."""
    import muspy

    from skemovae import PitchEncoder

    encoder = PitchEncoder(**REPAIRS).fit(scores)
    theirs = [muspy.to_pitch_representation(score, use_hold_state=True)[:N_STEPS, 0] for score in scores]
    same = sum((row[: len(t)] == t).all() for row, t in zip(encoder.transform(scores), theirs, strict=True))
    cases = {
        ENCODER: lambda: encoder.transform(scores),
        "PitchEncoder, one score a call": lambda: [encoder.transform([score]) for score in scores],
        MUSPY: lambda: [muspy.to_pitch_representation(score, use_hold_state=True) for score in scores],
    }
    interleave(cases, 1)
    times = interleave(cases, 10 * rounds, dict.fromkeys(cases, len(scores)))
    return [
        {
            "variant": name,
            "scores per second": 1 / float(np.median(values)),
            "times as fast as MusPy": ratio(times[MUSPY], values),
            "scores with MusPy's tokens": f"{same} of {len(scores)}",
        }
        for name, values in times.items()
    ]


def start_workers(units, scores, target, folder, arguments, stack):
    """Return {suffix of a commit: worker} and {limit: worker}, ready to run."""
    from skemovae import PitchEncoder

    tokens, model = str(folder / "tokens.npz"), str(folder / "model.safetensors")
    np.savez(tokens, X=PitchEncoder(**REPAIRS).fit_transform(scores), y=np.asarray(target))
    # the older of two commits saves the model, because only the newer one can be expected to read it
    training = {"units": units, "epochs": arguments.epochs}
    with Worker(
        "_sample_worker.py", "make", tokens, training, model, checkout=arguments.against, threads=arguments.threads
    ) as maker:
        maker.run("make")
    use = {name: getattr(arguments, name) for name in ("melodies", "rows", "answers")}
    workers = {}
    for suffix, checkout in checkouts(arguments.against).items():
        answers = str(folder / f"answers{len(workers)}.npz")
        workers[suffix] = stack.enter_context(
            Worker(
                "_sample_worker.py", "use", tokens, model, use, answers, checkout=checkout, threads=arguments.threads
            )
        )
        check_package_of(workers[suffix], checkout)
    n_symbols = len(np.unique(np.load(tokens)["X"]))
    products = [(LIMIT_ROWS, units, 3 * units), (LIMIT_ROWS, units, n_symbols)]
    limits = {
        name: stack.enter_context(Worker("_limit_worker.py", library, products, N_STEPS, arguments.threads))
        for library, name in LIMITS.items()
    }
    return workers, limits


def measure(workers, limits, arguments):
    """Return the seconds per row, the fastest limit and the rows of the table."""
    cases, sizes = {}, {}
    for suffix, worker in workers.items():
        for case in worker.details["sizes"]:
            cases[case + suffix] = worker, case
            sizes[case + suffix] = worker.details["sizes"][case]
    before = {name: worker.details["resident_mib"] for name, (worker, _) in cases.items()}
    peaks = {name: worker.run(case)["peak_mib"] for name, (worker, case) in cases.items()}  # and the first calls
    cases |= {name: (worker, "run") for name, worker in limits.items()}
    sizes |= dict.fromkeys(limits, LIMIT_ROWS)
    interleave_workers({name: cases[name] for name in limits}, 1)
    times = interleave_workers(cases, arguments.rounds, sizes)
    limit = fastest(times, limits)
    table = [
        {
            "what": name,
            "rows per second": 1 / float(np.median(values)),
            "its time / limit": ratio(values, times[limit]) if name.startswith("sample") else None,
            "ms a call": 1e3 * float(np.median(values)) * sizes[name],
            "peak, MiB": peaks.get(name),
            "resident before, MiB": before.get(name),
        }
        for name, values in times.items()
    ]
    return times, limit, table


def compare_times(times):
    """Return the rows of the table that says how many times as fast this commit is."""
    (other,) = [suffix for suffix in checkouts("other") if suffix]
    rows = []
    for name in times:
        if name + other in times:
            ratios = times[name + other] / times[name]
            low, high = np.quantile(ratios, (0.25, 0.75))
            rows.append(
                {
                    "what": name,
                    "times as fast": float(np.median(ratios)),
                    "middle half of the rounds": f"{low:.3g} to {high:.3g}",
                }
            )
    return rows


def compare_answers(folder):
    """Return the row that compares the answers of two commits with the same saved model."""
    with np.load(folder / "answers0.npz") as ours, np.load(folder / "answers1.npz") as theirs:
        same = {name: (ours[name] == theirs[name]).all(axis=1) for name in ("tokens", "drawn")}
        return [
            {
                "random points": len(same["tokens"]),
                "decoded to the same row": f"{same['tokens'].sum()} ({same['tokens'].mean():.2%})",
                "rows drawn with a seed at temperature 0.7 the same": f"{same['drawn'].sum()} of {len(same['drawn'])}",
                "melodies transformed": len(ours["points"]),
                "greatest difference of a point": f"{np.abs(ours['points'] - theirs['points']).max():.1e}",
            }
        ]


if __name__ == "__main__":
    main()
