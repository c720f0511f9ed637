"""Compare the architectures on held-out tunes, with the folds and measures of compare_regularizers.py.

Every architecture is trained in 5-fold cross-validation grouped by tune on the melodies labeled by people; its other
parameters are those of the default estimator. The convolutional one has fewer epochs, because one of its epochs takes
as long as dozens of the others'. compare_regularizers.py lists what is measured. The seconds are rough: they are those
of fits that ran side by side on a machine that may have had other work.

Finished fits are kept in the folder --work, and an interrupted run continues after the last of them.
"""

from _measures import grouped_folds, mean_and_spread, measures_of
from _report import Report, make_parser
from _studies import add_study_options, commits, kept, load_published
from joblib import Parallel, delayed

from skemovae import EmotionRegularizedVAE
from skemovae.nn.architectures import (
    AutoregressiveArchitecture,
    BeatArchitecture,
    ConvolutionalArchitecture,
    DenseArchitecture,
    GRUArchitecture,
)

ARCHITECTURES = {
    "gru": GRUArchitecture(),
    "dense": DenseArchitecture(),
    "convolutional": ConvolutionalArchitecture(),
    "beat": BeatArchitecture(),
    "autoregressive": AutoregressiveArchitecture(),
}


def main():
    """Train what is missing, and report."""
    options = parse()
    report = Report("compare_architectures", "Which architecture for a few hundred melodies?", options)
    data = grouped_folds(*load_published(options.data), options.folds)
    tasks = [
        (name, epochs_of(name, options), fold)
        for name in ARCHITECTURES
        if options.only in (None, name)
        for fold in range(options.folds)
    ]
    results = Parallel(n_jobs=options.jobs)(delayed(measure)(options, data, *task) for task in tasks)
    rows = []
    for name, epochs in dict.fromkeys(task[:2] for task in tasks):
        found = [result for task, result in zip(tasks, results, strict=True) if task[:2] == (name, epochs)]
        n_weights = found[0]["weights"]
        measured = [{key: value for key, value in result.items() if key != "weights"} for result in found]
        rows.append({"architecture": name, "weights": n_weights, "epochs": epochs} | mean_and_spread(measured))
    heading = f"Mean (standard deviation over the folds); {options.folds} folds grouped by tune"
    report.add(heading, sorted(rows, key=lambda row: row["quadrant accuracy"], reverse=True))
    report.write(
        parts_made_at=commits(options.work / "compare_architectures"),
        results=[{"architecture": a, "epochs": e, "fold": f, **r} for (a, e, f), r in zip(tasks, results, strict=True)],
    )


def parse():
    """Return the arguments."""
    parser = make_parser(
        __doc__,
        "python benchmarks/compare_architectures.py --epochs 1 --convolutional-epochs 1 --folds 2 --work /tmp/w "
        "--out /tmp/o",
    )
    add_study_options(parser)
    parser.add_argument("--epochs", type=int, default=200, help="as in compare_regularizers.py (%(default)s)")
    parser.add_argument("--convolutional-epochs", type=int, default=30, help="(%(default)s)")
    parser.add_argument("--folds", type=int, default=5, help="(%(default)s)")
    parser.add_argument("--only", choices=list(ARCHITECTURES), help="one of them (default: all)")
    return parser.parse_args()


def epochs_of(name, options):
    """Return the epochs of an architecture."""
    return options.convolutional_epochs if name == "convolutional" else options.epochs


def measure(options, data, name, epochs, fold):
    """Return the measures of one fit, computed or kept from an earlier run."""
    path = options.work / "compare_architectures" / f"{name}_{epochs}_{options.folds}_{fold}.json"
    model = EmotionRegularizedVAE(architecture=ARCHITECTURES[name], max_iter=epochs, random_state=0)

    def fit_and_measure():
        measured = measures_of(model, data, *data.folds[fold])
        return {"weights": sum(weight.size for weight in model.weights_.values())} | measured

    return kept(path, fit_and_measure)


if __name__ == "__main__":
    main()
