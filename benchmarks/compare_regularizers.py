"""Compare the regularizers, the conditions and the number of latent dimensions, on held-out tunes.

Every setting is trained in 5-fold cross-validation grouped by tune on the melodies labeled by people; its other
parameters are those of the default estimator, except that it has half the epochs, to save time. These are measured, on
the held-out tunes or on 100 sampled melodies per emotion:

- quadrant accuracy without the label, and Spearman's rank correlation of the axes with the signs of valence and arousal
  (at most 0.87), which depends only on the order along an axis and not on the place of the origin;
- emotion control: the share of sampled melodies in which a judge, trained on the fold's training tunes, finds the
  requested emotion; beside it the judge's own accuracy on other tunes, which is the upper limit;
- MusPy distance of the sampled melodies from the held-out ones, in standard deviations, of means and of distributions;
- onset accuracy of the reconstruction, of held-out and of training tunes, which shows whether the plane is too small or
  the melodies are too few; beside it what is possible without a model, with a linear code of as many numbers (principal
  components of the one-hot rows) or by returning the melody of another tune;
- the share of distinct melodies and of copies of training melodies;
- seconds of training, including compilation, of fits that ran side by side: rough, and comparable within one run only.

All combinations of five regularizers (one of them none), three conditions, and 2 and 8 dimensions are compared, and
also the default estimator with all its epochs and 2, 8 or 16 dimensions. All regularizers have the default weights,
which suit the cosine; others may do better with other weights.

Finished fits are kept in the folder --work, and an interrupted run continues after the last of them.
"""

import itertools

import matplotlib.pyplot as plt
import numpy as np
from _measures import grouped_folds, mean, mean_and_spread, measures_of
from _report import Report, make_parser
from _studies import add_study_options, commits, kept, load_published
from joblib import Parallel, delayed
from sklearn.decomposition import PCA

from skemovae import EmotionRegularizedVAE
from skemovae.metrics import reconstruction_quality
from skemovae.nn.architectures import GRUArchitecture
from skemovae.preprocessing import REST

FACTORS = {
    "regularizer": ["cosine", "pairwise", "pairwise_attribute", "latent_gradient", None],
    "condition": ["decoder", "both", None],
    "n_components": [2, 8],
}
DEFAULT = {"regularizer": "cosine", "condition": "decoder", "n_components": 2}
DIMENSIONS = (2, 8, 16)  # of the default estimator
MARKERS = {"decoder": "o", "both": "s", None: "^"}
COLORS = dict(zip(FACTORS["regularizer"], ("#0072B2", "#E69F00", "#D55E00", "#009E73", "0.5"), strict=True))


def main():
    """Train what is missing, and report."""
    options = parse()
    report = Report("compare_regularizers", "Which regularizer, condition and size of the latent space?", options)
    data = grouped_folds(*load_published(options.data), options.folds)
    settings = [dict(zip(FACTORS, values, strict=True)) for values in itertools.product(*FACTORS.values())]
    tasks = [(setting, options.epochs, fold) for fold in range(options.folds) for setting in settings]
    defaults = [DEFAULT | {"n_components": n_components} for n_components in DIMENSIONS]
    tasks += [(setting, 2 * options.epochs, fold) for fold in range(options.folds) for setting in defaults]
    results = Parallel(n_jobs=options.jobs)(delayed(measure)(options, data, *task) for task in tasks)
    by_setting = {tuple(setting.values()): results_of(tasks, results, setting, options.epochs) for setting in settings}
    by_default = {tuple(s.values()): results_of(tasks, results, s, 2 * options.epochs) for s in defaults}
    heading = f"{options.folds} folds grouped by tune, {options.units} units"
    report.add(
        "The default estimator (2 dimensions), and with more: mean (standard deviation over the folds); "
        f"{heading}, {2 * options.epochs} epochs",
        setting_rows(by_default),
    )
    report.add(f"Every setting: the same; {heading}, {options.epochs} epochs", setting_rows(by_setting))
    for factor, name in enumerate(FACTORS):
        report.add(f"By {name}, mean over the other settings", factor_rows(by_setting, factor))
    report.add("Onset accuracy without a model, mean over the folds", [onsets_without_a_model(data)])
    report.add_figure(
        "trade_off",
        "Order of the plane and emotion of the output",
        draw(by_setting, by_default[tuple(DEFAULT.values())]),
    )
    report.write(
        parts_made_at=commits(options.work / "compare_regularizers"),
        results=[{"setting": s, "epochs": e, "fold": f, **r} for (s, e, f), r in zip(tasks, results, strict=True)],
    )


def parse():
    """Return the arguments."""
    parser = make_parser(
        __doc__,
        "python benchmarks/compare_regularizers.py --epochs 1 --units 4 --folds 2 --work /tmp/w --out /tmp/o",
    )
    add_study_options(parser)
    parser.add_argument("--epochs", type=int, default=200, help="the default estimator has twice as many (%(default)s)")
    parser.add_argument("--units", type=int, default=128, help="(%(default)s)")
    parser.add_argument("--folds", type=int, default=5, help="(%(default)s)")
    return parser.parse_args()


def measure(options, data, setting, epochs, fold):
    """Return the measures of one fit, computed or kept from an earlier run."""
    name = "_".join(str(value) for value in [*setting.values(), options.units, epochs, options.folds, fold])
    path = options.work / "compare_regularizers" / f"{name}.json"
    return kept(path, lambda: fit_and_measure(options, data, setting, epochs, *data.folds[fold]))


def fit_and_measure(options, data, setting, epochs, training, held_out):
    """Train on some rows and return the measures on the others."""
    architecture = GRUArchitecture(units=options.units)
    model = EmotionRegularizedVAE(**setting, architecture=architecture, max_iter=epochs, random_state=0)
    return measures_of(model, data, training, held_out)


def results_of(tasks, results, setting, epochs):
    """Return the results of a setting, one per fold."""
    return [result for task, result in zip(tasks, results, strict=True) if task[:2] == (setting, epochs)]


def onsets_without_a_model(data):
    """Return the onset accuracy of six answers; the last two are chosen by the whole held-out melody."""
    names = ["the most frequent note"]
    names += [f"{n} principal components" for n in DIMENSIONS]
    names += ["nearest training melody", "the one that shares most onsets"]
    accuracy = {name: [] for name in names}
    for training, held_out in data.folds:
        X, X_test = data.tokens[training], data.tokens[held_out]
        same = X_test[:, None] == X[None]
        onsets = (X_test < REST)[:, None]
        answers = [
            np.full_like(X_test, np.bincount(X[X < REST]).argmax()),
            *(linear_code(X, X_test, n) for n in DIMENSIONS),
            X[same.sum(axis=2).argmax(axis=1)],
            X[(same & onsets).sum(axis=2).argmax(axis=1)],
        ]
        for name, answer in zip(accuracy, answers, strict=True):
            accuracy[name].append(reconstruction_quality(X_test, answer).onset_accuracy)
    return {name: f"{np.mean(values):.2f}" for name, values in accuracy.items()}


def linear_code(X, X_test, n_components):
    """Return rows reconstructed from principal components of others: at each step the symbol with the most weight."""
    symbols = np.unique(X)
    one_hot, one_hot_test = ((rows[:, :, None] == symbols).reshape(len(rows), -1).astype(float) for rows in (X, X_test))
    components = PCA(n_components, random_state=0).fit(one_hot)
    weights = components.inverse_transform(components.transform(one_hot_test))
    return symbols[weights.reshape(*X_test.shape, len(symbols)).argmax(axis=2)]


def setting_rows(by_setting):
    """Return a row for each setting, the best quadrant accuracy first."""
    rows = []
    for setting, results in by_setting.items():
        row = {name: str(value) for name, value in zip(FACTORS, setting, strict=True)}
        rows.append(row | mean_and_spread(results))
    return sorted(rows, key=lambda row: row["quadrant accuracy"], reverse=True)


def factor_rows(by_setting, factor):
    """Return a row for each level of a factor."""
    levels = list(FACTORS.values())[factor]
    rows = []
    for level in levels:
        results = [r for setting, several in by_setting.items() if setting[factor] == level for r in several]
        rows.append({list(FACTORS)[factor]: str(level)} | {name: f"{mean(results, name):.2f}" for name in results[0]})
    return rows


def draw(by_setting, default):
    """Return the settings as points: quadrant accuracy against emotion control."""
    figure, ax = plt.subplots(figsize=(10, 6), layout="constrained")
    for (regularizer, condition, n_components), results in by_setting.items():
        ax.scatter(
            mean(results, "quadrant accuracy"),
            mean(results, "emotion control"),
            marker=MARKERS[condition],
            s=70,
            facecolor=COLORS[regularizer] if n_components == 2 else "none",
            edgecolor=COLORS[regularizer],
        )
    place = mean(default, "quadrant accuracy"), mean(default, "emotion control")
    ax.scatter(*place, marker="*", s=250, c=COLORS["cosine"], edgecolor="black", label="default, twice the epochs")
    for regularizer, color in COLORS.items():
        ax.scatter([], [], c=color, label=str(regularizer))
    for condition, marker in MARKERS.items():
        ax.scatter([], [], c="black", marker=marker, label=f"condition {condition}")
    ax.scatter([], [], facecolor="none", edgecolor="black", label="8 components (filled: 2)")
    ax.set(xlabel="quadrant accuracy, held-out tunes, no label", ylabel="emotion control of sampled melodies")
    ax.grid(alpha=0.3)
    figure.legend(loc="outside right upper", fontsize="small")
    return figure


if __name__ == "__main__":
    main()
