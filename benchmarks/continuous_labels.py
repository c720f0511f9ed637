"""Train on points of the plane, which should achieve what four classes cannot: axes that follow the music gradually.

Every melody of the Bach chorales gets a point: its arousal from its onset density, its valence from the balance of
major and minor, both as ranks scaled to [-1, 1]. The default estimator is trained in 5-fold cross-validation grouped by
tune on these points, and again on their quadrants alone. Spearman's rank correlation of each latent axis with the
values of the held-out tunes is measured; with two classes, all recognized, it would be 0.866.

Finished fits are kept in the folder --work, and an interrupted run continues after the last of them.
"""

import matplotlib.pyplot as plt
import numpy as np
from _report import Report, make_parser
from _studies import add_study_options, commits, kept
from joblib import Parallel, delayed
from scipy.stats import rankdata, spearmanr
from sklearn.model_selection import GroupKFold

from skemovae import EmotionRegularizedVAE, PitchEncoder, load_bach_chorales, melody_metrics
from skemovae.emotion import quadrant_of
from skemovae.nn.architectures import GRUArchitecture

AXES = ("valence", "arousal")


def main():
    """Train what is missing, and report."""
    options = parse()
    report = Report("continuous_labels", "Do continuous labels give axes that follow the music by degrees?", options)
    bach = load_bach_chorales()
    tokens = PitchEncoder().fit_transform(bach.data)
    places = music_points(tokens)
    labels = {"points": places, "their quadrants": quadrant_of(places)}
    folds = list(GroupKFold(options.folds, shuffle=True, random_state=0).split(tokens, groups=bach.groups))
    tasks = [(name, fold) for fold in range(options.folds) for name in labels]
    results = Parallel(n_jobs=options.jobs)(
        delayed(held_out_points)(options, tokens, labels[name], name, fold, *folds[fold]) for name, fold in tasks
    )
    scores = {name: [] for name in labels}
    for (name, fold), points in zip(tasks, results, strict=True):
        scores[name].append([spearmanr(np.array(points)[:, a], places[folds[fold][1], a]).statistic for a in (0, 1)])
    heading = f"{options.folds} folds grouped by tune, {options.units} units, {options.epochs} epochs"
    report.add(
        f"Spearman's correlation on held-out tunes: mean (standard deviation); {heading}",
        [
            {"labels": name}
            | {
                axis: f"{np.mean(values, axis=0)[a]:.3f} ({np.std(values, axis=0)[a]:.3f})"
                for a, axis in enumerate(AXES)
            }
            for name, values in scores.items()
        ],
    )
    shown = {name: np.array(points) for (name, fold), points in zip(tasks, results, strict=True) if fold == 0}
    report.add_figure("axes", "Held-out tunes of the first fold", draw(shown, places[folds[0][1]]))
    report.write(parts_made_at=commits(options.work / "continuous_labels"), spearman=scores)


def parse():
    """Return the arguments."""
    parser = make_parser(
        __doc__, "python benchmarks/continuous_labels.py --epochs 1 --units 4 --folds 2 --work /tmp/w --out /tmp/o"
    )
    add_study_options(parser, data=False)
    parser.add_argument("--epochs", type=int, default=400, help="(%(default)s)")
    parser.add_argument("--units", type=int, default=128, help="(%(default)s)")
    parser.add_argument("--folds", type=int, default=5, help="(%(default)s)")
    return parser.parse_args()


def music_points(tokens):
    """Return a point (valence, arousal) in [-1, 1] for each melody: ranks of major minus minor, and of onsets."""
    rates = melody_metrics(tokens)
    values = rates["c_major_rate"] - rates["c_minor_rate"], (tokens < 128).sum(axis=1)
    return np.column_stack([2 * (rankdata(value) - 1) / (len(tokens) - 1) - 1 for value in values])


def held_out_points(options, tokens, labels, name, fold, training, held_out):
    """Return the latent points of the held-out melodies of a fold, computed or kept from an earlier run."""
    file = f"{name.replace(' ', '_')}_{options.units}_{options.epochs}_{options.folds}_{fold}.json"

    def fit():
        model = EmotionRegularizedVAE(
            architecture=GRUArchitecture(units=options.units), max_iter=options.epochs, random_state=0
        )
        return model.fit(tokens[training], labels[training]).transform(tokens[held_out]).tolist()

    return kept(options.work / "continuous_labels" / file, fit)


def draw(points, places):
    """Return a figure of each axis against the music's values, for points and for quadrants as labels."""
    figure, axes = plt.subplots(2, 2, figsize=(8, 7), layout="constrained", sharex="row")
    for column, (name, latent) in enumerate(points.items()):
        for a, axis in enumerate(AXES):
            ax = axes[a, column]
            ax.scatter(places[:, a], latent[:, a], s=14, color="#0072B2")
            ax.set(xlabel=f"{axis} of the music", ylabel=f"latent {axis}")
            ax.set_title(f"trained on {name}")
            ax.grid(alpha=0.3)
    return figure


if __name__ == "__main__":
    main()
