"""Time a cross-validated search over weights, with one and two workers, against plain Keras.

A 5-fold search over 4 valence weights on the Bach chorales, grouped by tune: 20 training runs. The variants take turns,
each in a fresh process, so that start-up (imports and data) and compilation are measured, too; a second search in
the same process finds its graphs compiled. The Keras network is that of ``_keras_network.py``, a fresh model for every
fit as a user would write it, with one worker on all cores; it compiles anew every time, so its search runs once.
"""

import json
import subprocess
import sys
import time
import warnings

START = time.perf_counter()

import numpy as np  # noqa: E402  # the imports count as start-up
from _report import Report, make_parser, ratio  # noqa: E402

OURS, OURS_2, KERAS = "skemovae, n_jobs=1", "skemovae, n_jobs=2", "Keras, n_jobs=1"
WEIGHTS = [4.375, 0.0, 8.0, 2.0]
N_FOLDS = 5


def main():
    """Run all variants and write the report, or run one in this process."""
    arguments = parse()
    if arguments.child:
        print(json.dumps(run_child(arguments)))
        return
    report = Report("search", "How long is a cross-validated search over weights?", arguments)
    runs = {name: [] for name in (OURS, OURS_2, KERAS)}
    for number in range(arguments.rounds):
        for name in list(runs)[:: 1 if number % 2 == 0 else -1]:
            runs[name].append(start_child(name, arguments))
            print(f"round {number + 1}, {name}: {runs[name][-1]['search']:.1f} s", file=sys.stderr, flush=True)
    steps = runs[OURS][0]["steps"]
    report.add(f"{N_FOLDS} folds, {arguments.weights} weights, about {steps} training steps a fit", variant_rows(runs))
    report.add("How many times faster?", ratio_rows(runs))
    report.write(runs=runs)


def parse():
    """Return the arguments."""
    parser = make_parser(
        __doc__, "python benchmarks/bench_search.py --units 32 --max-iter 2 --weights 1 --rounds 1 --out /tmp/results"
    )
    parser.add_argument("--units", type=int, default=128, help="(%(default)s)")
    parser.add_argument("--max-iter", type=int, default=20, help="epochs of every fit (%(default)s)")
    parser.add_argument("--weights", type=int, choices=range(1, 5), default=4, help="how many (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds (%(default)s)")
    parser.add_argument("--keras-xla", action="store_true", help="train Keras with jit_compile=True")
    parser.add_argument("--child", choices=(OURS, OURS_2, KERAS), help="run one variant and print its times as JSON")
    return parser.parse_args()


def start_child(name, arguments):
    """Run one variant in a fresh process and return its times."""
    command = [sys.executable, __file__, "--child", name, "--units", arguments.units]
    command += ["--max-iter", arguments.max_iter, "--weights", arguments.weights]
    command += ["--keras-xla"] if arguments.keras_xla else []
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def run_child(arguments):
    """Search once, or twice with skemovae, and return the times."""
    from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold

    warnings.filterwarnings("ignore")  # jit_compile=True on a GRU
    X, y, groups = load()
    n_jobs = 2 if arguments.child == OURS_2 else 1
    folds = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=0)
    search = GridSearchCV(
        make_estimator(arguments),
        {"valence_weight": WEIGHTS[: arguments.weights]},
        cv=folds,
        n_jobs=n_jobs,
        refit=False,
        error_score="raise",
    )
    times = {"start_up": time.perf_counter() - START}
    for key in ("search",) if arguments.child == KERAS else ("search", "search_again"):
        start = time.perf_counter()
        search.fit(X, y, groups=groups)
        times[key] = time.perf_counter() - start
    training_rows = len(X) - len(X) // N_FOLDS
    times["steps"] = arguments.max_iter * -(-training_rows // search.estimator.batch_size)
    times["mean_score"] = float(np.mean(search.cv_results_["mean_test_score"]))
    return times


def load():
    """Return the tokens of the chorales, their labels and tunes."""
    from skemovae import PitchEncoder
    from skemovae.datasets import load_bach_chorales

    bach = load_bach_chorales()
    return PitchEncoder().fit_transform(bach.data), bach.target, bach.groups


def make_estimator(arguments):
    """Return the estimator of a variant, with its libraries loaded."""
    settings = {"max_iter": arguments.max_iter, "random_state": 0}
    if arguments.child == KERAS:
        from _keras_network import KerasEstimator

        return KerasEstimator(units=arguments.units, jit_compile=True if arguments.keras_xla else "auto", **settings)
    from skemovae import EmotionRegularizedVAE
    from skemovae.nn.architectures import GRUArchitecture

    if arguments.child == OURS:  # the workers load it themselves
        import skemovae.nn.pool  # noqa: F401
    return EmotionRegularizedVAE(architecture=GRUArchitecture(units=arguments.units), **settings)


def variant_rows(runs):
    """Return the rows of the table of times, medians over the rounds."""
    return [
        {
            "variant": name,
            "start-up, s": median(times, "start_up"),
            "search, s": median(times, "search"),
            "search again, s": median(times, "search_again"),
            "compilation and workers' start, s": median(times, "search", less="search_again"),
            "mean score": median(times, "mean_score"),
        }
        for name, times in runs.items()
    ]


def median(times, key, less=None):
    """Return the median of an entry, minus another one, or None if there is none."""
    if {key, less or key} - times[0].keys():
        return None
    return float(np.median([t[key] - (t[less] if less else 0) for t in times]))


def ratio_rows(runs):
    """Return the rows of the table of ratios."""
    pairs = [
        (f"{OURS_2} against {OURS}", runs[OURS], runs[OURS_2]),
        (f"{OURS} against {KERAS}", runs[KERAS], runs[OURS]),
        (f"{OURS_2} against {KERAS}", runs[KERAS], runs[OURS_2]),
    ]
    return [
        {
            "comparison": label,
            "search": ratio_of(slow, fast, "search"),
            "search, graphs compiled": ratio_of(slow, fast, "search_again"),
            "start-up and search": ratio(*([t["start_up"] + t["search"] for t in times] for times in (slow, fast))),
        }
        for label, slow, fast in pairs
    ]


def ratio_of(slow, fast, key):
    """Return the median ratio of an entry; Keras's only search is compared with both searches."""
    return ratio(*([t.get(key, t["search"]) for t in times] for times in (slow, fast)))


if __name__ == "__main__":
    main()
