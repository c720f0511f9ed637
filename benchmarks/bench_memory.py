"""Measure whether memory grows over many fits in one process.

Fits models with other weights and other training folds of slightly different sizes, as a cross-validation does, and
compares the resident memory after the last fit with that after the fifth. The exit code is 1 if it grew by more than
a fifth.
"""

import gc
import sys

from _report import Report, make_parser, resident_mib, seconds

REFERENCE_FIT = 5
MOST = 1.2


def main():
    """Fit, write the report and judge."""
    arguments = parse()
    report = Report("memory", "Does memory grow over many fits in one process?", arguments)
    resident, duration = fit_many(arguments)
    growth = resident[-1] / resident[REFERENCE_FIT - 1]
    shown = sorted({1, REFERENCE_FIT, *range(10, arguments.fits + 1, 10), arguments.fits})
    rows = [{"fit": i, "resident, MiB": resident[i - 1], "seconds of the fit": duration[i - 1]} for i in shown]
    report.add(f"Resident memory; the last is {growth:.2f} times the fifth, at most {MOST} is wanted", rows)
    report.write(ratio=growth, resident_mib=resident, seconds=duration)
    sys.exit(growth > MOST)


def parse():
    """Return the arguments."""
    parser = make_parser(__doc__, "python benchmarks/bench_memory.py --fits 10 --units 32 --out /tmp/results")
    parser.add_argument("--fits", type=int, default=50, help="at least 6 (%(default)s)")
    parser.add_argument("--units", type=int, default=128, help="(%(default)s)")
    parser.add_argument("--max-iter", type=int, default=2, help="epochs of every fit (%(default)s)")
    parser.add_argument("--no-xla", action="store_true", help="fit without XLA; the default is with it")
    arguments = parser.parse_args()
    if arguments.fits <= REFERENCE_FIT:
        parser.error(f"--fits {arguments.fits}: expected more than {REFERENCE_FIT}")
    return arguments


def fit_many(arguments):
    """Return the resident memory after every fit, in MiB, and the seconds that it took."""
    from sklearn.model_selection import StratifiedGroupKFold

    from skemovae import EmotionRegularizedVAE, PitchEncoder
    from skemovae.datasets import load_bach_chorales

    bach = load_bach_chorales()
    X, y = PitchEncoder().fit_transform(bach.data), bach.target
    resident, duration = [], []
    for i in range(arguments.fits):
        folds = StratifiedGroupKFold(5, shuffle=True, random_state=i // 5)
        training, held_out = list(folds.split(X, y, bach.groups))[i % 5]
        vae = EmotionRegularizedVAE(
            units=arguments.units,
            max_iter=arguments.max_iter,
            valence_weight=i % 4,
            arousal_weight=i % 3,
            jit_compile=not arguments.no_xla,
            random_state=i,
        )
        duration.append(seconds(lambda vae=vae, rows=training: vae.fit(X[rows], y[rows])))
        vae.score(X[held_out], y[held_out])
        gc.collect()
        resident.append(resident_mib())
    return resident, duration


if __name__ == "__main__":
    main()
