"""Measure whether memory grows over many fits in one process.

Each fit has other weights and another training fold of a slightly different size, as in cross-validation. The resident
memory after the last fit is compared with that after the fifth. The exit code is 1 if it grew by more than a fifth.

With ``--new-shapes`` every fit has new numbers of steps and symbols, for which nothing compiled earlier can be used.
The growth is reported per shape, as the slope after the fifth fit. XLA keeps what it has compiled until the process
ends, so the exit code is 1 only without XLA, if a shape takes more than 2 MiB.
"""

import gc
import sys

import numpy as np
from _estimators import make_vae
from _report import Report, make_parser, resident_mib, seconds

REFERENCE_FIT = 5
FEWEST_FITS = 8
MOST = 1.2
MOST_A_SHAPE = 2.0  # MiB
N_STEPS, FEWEST_STEPS, FEWEST_SYMBOLS = 64, 16, 12


def main():
    """Fit, write the report and check the limits."""
    arguments = parse()
    sys.exit(new_shapes(arguments) if arguments.new_shapes else same_shapes(arguments))


def same_shapes(arguments):
    """Report on fits of nearly the same size; return whether memory grew too much."""
    report = Report("memory", "Does memory grow over many fits in one process?", arguments)
    resident, duration = fit_many(arguments)
    growth = resident[-1] / resident[REFERENCE_FIT - 1]
    shown = sorted({1, REFERENCE_FIT, *range(10, arguments.fits + 1, 10), arguments.fits})
    rows = [{"fit": i, "resident, MiB": resident[i - 1], "seconds of the fit": duration[i - 1]} for i in shown]
    report.add(f"Resident memory; the last is {growth:.2f} times the fifth, at most {MOST} is wanted", rows)
    report.write(ratio=growth, resident_mib=resident, seconds=duration)
    return growth > MOST


def new_shapes(arguments):
    """Report on fits that all have new shapes; return whether memory grew too much."""
    name = "memory_new_shapes" + ("_no_xla" if arguments.no_xla else "")
    how = "without XLA" if arguments.no_xla else "with XLA"
    report = Report(name, f"How much memory does every new shape of a fit keep, {how}?", arguments)
    resident, duration = fit_many(arguments)
    later = range(REFERENCE_FIT, arguments.fits)
    slope = float(np.polyfit(later, resident[REFERENCE_FIT:], 1)[0])
    rows = [
        {"fit": i, "steps": steps, "symbols": symbols, "resident, MiB": resident[i - 1]}
        for i, (steps, symbols) in enumerate(map(shape_of, range(arguments.fits)), 1)
        if i in (1, REFERENCE_FIT, arguments.fits) or i % 5 == 0
    ]
    wanted = f", at most {MOST_A_SHAPE:g} are wanted" if arguments.no_xla else ""
    report.add(f"Resident memory; after fit {REFERENCE_FIT} it grew by {slope:.2f} MiB a shape{wanted}", rows)
    report.write(mib_a_shape=slope, resident_mib=resident, seconds=duration)
    return arguments.no_xla and slope > MOST_A_SHAPE


def shape_of(i):
    """Return the numbers of steps and symbols of fit i, neither of which occurs in another fit."""
    return FEWEST_STEPS + i, FEWEST_SYMBOLS + i


def of_shape(X, i):
    """Return rows with the numbers of steps and symbols of fit i."""
    n_steps, n_symbols = shape_of(i)
    index = np.unique(X[:, :n_steps], return_inverse=True)[1].reshape(len(X), -1)
    index %= n_symbols
    index.flat[:n_symbols] = range(n_symbols)  # all of them, whichever the data has
    return index


def parse():
    """Return the arguments."""
    parser = make_parser(__doc__, "python benchmarks/bench_memory.py --fits 10 --units 32 --out /tmp/results")
    parser.add_argument("--fits", type=int, default=None, help="at least 8 (50; 20 with --new-shapes)")
    parser.add_argument("--new-shapes", action="store_true", help="every fit has new numbers of steps and symbols")
    parser.add_argument("--units", type=int, default=128, help="(%(default)s)")
    parser.add_argument("--max-iter", type=int, default=2, help="epochs of every fit (%(default)s)")
    parser.add_argument("--no-xla", action="store_true", help="fit without XLA (default: with XLA)")
    arguments = parser.parse_args()
    most = 1 + N_STEPS - FEWEST_STEPS if arguments.new_shapes else None
    if arguments.fits is None:
        arguments.fits = 20 if arguments.new_shapes else 50
    if arguments.fits < FEWEST_FITS or (most and arguments.fits > most):
        parser.error(f"--fits {arguments.fits}: expected {FEWEST_FITS} or more" + (f", at most {most}" if most else ""))
    return arguments


def fit_many(arguments):
    """Return the resident memory after every fit, in MiB, and the seconds that it took."""
    from sklearn.model_selection import StratifiedGroupKFold

    from skemovae import PitchEncoder
    from skemovae.datasets import load_bach_chorales

    bach = load_bach_chorales()
    X, y = PitchEncoder().fit_transform(bach.data), bach.target
    resident, duration = [], []
    for i in range(arguments.fits):
        folds = StratifiedGroupKFold(5, shuffle=True, random_state=i // 5)
        training, held_out = list(folds.split(X, y, bach.groups))[i % 5]
        rows = X
        if arguments.new_shapes:
            rows, training, held_out = of_shape(X, i), np.arange(len(X)), np.arange(5)
        vae = make_vae(
            arguments.units,
            max_iter=arguments.max_iter,
            valence_weight=i % 4,
            arousal_weight=i % 3,
            jit_compile=not arguments.no_xla,
            random_state=i,
        )
        duration.append(seconds(lambda vae=vae, X=rows[training], y=y[training]: vae.fit(X, y)))
        vae.score(rows[held_out], y[held_out])
        gc.collect()
        resident.append(resident_mib())
    return resident, duration


if __name__ == "__main__":
    main()
