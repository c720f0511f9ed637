"""Search the weights of valence and arousal by cross-validation, with several scorers at once, and draw the trade-off.

``GridSearchCV`` varies `valence_weight` and `arousal_weight` of a pipeline that starts from scores, in 5 folds grouped
by tune, on the melodies labeled by people. Each pair of weights is a search of its own with one candidate, so that
finished ones can be kept in the folder --work, and an interrupted run continues after the last of them.
"""

import itertools

import matplotlib.pyplot as plt
import numpy as np
from _report import Report, make_parser
from _studies import add_study_options, commits, kept, load_published
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from sklearn.pipeline import Pipeline

from skemovae import EmotionRegularizedVAE, PitchEncoder
from skemovae.metrics import (
    emotion_control_scorer,
    neg_muspy_distance_scorer,
    quadrant_accuracy_scorer,
    reconstruction_scorer,
)
from skemovae.nn.architectures import GRUArchitecture

SCORERS = {
    "quadrant accuracy": quadrant_accuracy_scorer,
    "emotion control": emotion_control_scorer,
    "minus MusPy distance": neg_muspy_distance_scorer,
    "onset accuracy": reconstruction_scorer,
}


def main():
    """Search what is missing, and report."""
    options = parse()
    report = Report("search_weights", "Which weights of valence and arousal are best, and at what cost?", options)
    melodies, _ = load_published(options.data)
    pairs = list(itertools.product(options.valence_weights, options.arousal_weights))
    results = [score(options, melodies, *pair) for pair in pairs]
    report.add(
        f"Mean (standard deviation) over {options.folds} folds grouped by tune, {options.units} units, "
        f"{options.epochs} epochs",
        [
            {"valence_weight": f"{valence:g}", "arousal_weight": f"{arousal:g}"}
            | {name: f"{np.mean(result[name]):.3f} ({np.std(result[name]):.3f})" for name in SCORERS}
            for (valence, arousal), result in zip(pairs, results, strict=True)
        ],
    )
    report.add_figure("trade_off", "Every scorer over both weights", draw(options, results))
    report.write(
        parts_made_at=commits(options.work / "search_weights"),
        results=[{"weights": pair, **result} for pair, result in zip(pairs, results, strict=True)],
    )


def parse():
    """Return the arguments."""
    parser = make_parser(
        __doc__,
        "python benchmarks/search_weights.py --epochs 1 --units 4 --arousal-weights 5 --work /tmp/w --out /tmp/o",
    )
    add_study_options(parser)
    parser.add_argument("--epochs", type=int, default=400, help="(%(default)s)")
    parser.add_argument("--units", type=int, default=128, help="(%(default)s)")
    parser.add_argument("--folds", type=int, default=5, help="(%(default)s)")
    # the paper's weights, twice and four times those
    parser.add_argument("--valence-weights", type=float, nargs="+", default=[4.375, 8.75, 17.5], help="(%(default)s)")
    parser.add_argument("--arousal-weights", type=float, nargs="+", default=[5.0, 10.0, 20.0], help="(%(default)s)")
    return parser.parse_args()


def score(options, melodies, valence_weight, arousal_weight):
    """Return the scores by fold of one pair of weights, computed or kept from an earlier run."""
    name = f"{valence_weight:g}_{arousal_weight:g}_{options.units}_{options.epochs}_{options.folds}.json"
    return kept(
        options.work / "search_weights" / name, lambda: search(options, melodies, valence_weight, arousal_weight)
    )


def search(options, melodies, valence_weight, arousal_weight):
    """Return {scorer: scores by fold} of one pair of weights."""
    model = EmotionRegularizedVAE(
        architecture=GRUArchitecture(units=options.units), max_iter=options.epochs, random_state=0
    )
    encoder = PitchEncoder(polyphony="skyline", off_grid="round", out_of_window="clip")
    found = GridSearchCV(
        Pipeline([("encoder", encoder), ("vae", model)]),
        {"vae__valence_weight": [valence_weight], "vae__arousal_weight": [arousal_weight]},
        scoring=SCORERS,
        refit=False,
        cv=StratifiedGroupKFold(options.folds, shuffle=True, random_state=0),
        n_jobs=options.jobs,
        error_score="raise",
    ).fit(melodies.data, melodies.target, groups=melodies.groups)
    return {
        scorer: [float(found.cv_results_[f"split{fold}_test_{scorer}"][0]) for fold in range(options.folds)]
        for scorer in SCORERS
    }


def draw(options, results):
    """Return a heat map of every scorer over both weights."""
    figure, axes = plt.subplots(2, 2, figsize=(9, 8), layout="constrained")
    valence = [f"{weight:g}" for weight in options.valence_weights]
    arousal = [f"{weight:g}" for weight in options.arousal_weights]
    for ax, scorer in zip(axes.flat, SCORERS, strict=True):
        means = np.array([np.mean(result[scorer]) for result in results]).reshape(len(valence), len(arousal))
        image = ax.imshow(means.T, origin="lower", cmap="cividis")
        for (v, a), value in np.ndenumerate(means):
            dark = value < means.min() + 0.6 * np.ptp(means)
            ax.text(v, a, f"{value:.2f}", ha="center", va="center", color="white" if dark else "black")
        ax.set(title=scorer, xlabel="valence weight", ylabel="arousal weight")
        ax.set_xticks(range(len(valence)), valence)
        ax.set_yticks(range(len(arousal)), arousal)
        figure.colorbar(image, ax=ax, shrink=0.8)
    return figure


if __name__ == "__main__":
    main()
