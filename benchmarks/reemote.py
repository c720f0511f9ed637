"""How well the emotion of a tune is changed: what a judge finds afterwards, and what is kept of the tune.

The included editor changes melodies that it never saw: those labeled by people, and folk tunes held out from its
training. Valence and arousal of each are moved toward every other emotion, part of the way or all of it, and nothing
else is changed. The plain rules are measured beside it: the parallel mode, and durations doubled or halved. The judge
has learned from the melodies labeled by people. What is kept is compared at the requested speed; the baseline is a
random other melody, changed to the same emotion.
"""

from pathlib import Path

import numpy as np
from _folk_rows import load_folk_rows
from _report import Report, make_parser
from _studies import load_published

from skemovae import load_model, load_pretrained
from skemovae.composition import move
from skemovae.emotion import EMOTIONS
from skemovae.metrics import (
    EmotionJudge,
    content_preservation,
    emotion_control,
    interpolatability,
    melody_metrics,
    trade_off_curve,
)
from skemovae.preprocessing import double_durations, halve_durations, to_parallel_mode

NAMES = [emotion.name for emotion in EMOTIONS]
KINDS = ("mode", "speed", "both")
MEASURES = ("onsets", "notes", "contour", "common_subsequence")
AMOUNTS = np.linspace(0, 1, 5)
TOLERANCES = (0.001, 0.01, 0.05)  # of a probability, from one amount to the next
N_POINTS = 9  # of a path
PAIRS = 200


def main():
    """Change, measure and report."""
    options = parse()
    report = Report("reemote", "How well is the emotion of a tune changed, and how much of the tune is kept?", options)
    model = load_pretrained("editor") if options.model is None else load_model(options.model)
    melodies, tokens = load_published(options.data)
    judge = EmotionJudge().fit(tokens, melodies.target, groups=melodies.groups)
    folk = load_folk_rows(verbose=False)
    data = {
        "Bach, labeled by people": (tokens, np.asarray(melodies.target)),
        "folk tunes, held out": (folk.tokens[folk.test], folk.target[folk.test]),
    }
    tables = {}
    for heading, (rows, labels) in data.items():
        rows, labels = few_of_each(rows, labels, options.melodies)
        changes = list(all_changes(rows, labels))
        report.add(f"{heading}: by what was changed", by_kind(model, judge, changes, options.seeds))
        edited = curves_of(judge, changes, lambda r, e, speed: [by_editor(model, r, e, a) for a in AMOUNTS])
        ruled = curves_of(judge, changes, lambda r, e, speed: [by_rules(r, e, speed)])
        tables[heading] = trade_off(edited, [f"{a:g}" for a in AMOUNTS]) + trade_off(ruled, ["plain rules"])
        report.add(f"{heading}: part of the way", tables[heading])
        report.add(f"{heading}: does the wanted emotion grow with the amount?", growth(edited))
        report.add(f"{heading}: paths through the latent space", paths(model, rows, options.seeds[0]))
    report.add_figure("trade_off", "What the emotion costs: the amounts 0 to 1, and the plain rules", draw(tables))
    report.write(judge_accuracy=judge.cv_accuracy_)


def parse():
    """Return the arguments."""
    parser = make_parser(__doc__, "python benchmarks/reemote.py --melodies 20 --out /tmp/o")
    parser.add_argument("--data", type=Path, help="folder e1 to e4 of the published melodies (default: fetched)")
    parser.add_argument("--model", type=Path, help="a saved model (default: the editor of the package)")
    parser.add_argument(
        "--melodies", type=int, default=250, help="at most this many melodies of each emotion (%(default)s)"
    )
    parser.add_argument(
        "--seeds", type=int, nargs="+", default=[0, 1, 2], help="seed of the other melodies (%(default)s)"
    )
    return parser.parse_args()


def few_of_each(rows, labels, n):
    """Return rows and labels of at most n melodies of each emotion, the same in every run."""
    order = np.random.default_rng(0).permutation(len(rows))
    chosen = np.sort(np.concatenate([order[labels[order] == name][:n] for name in NAMES]))
    return rows[chosen], labels[chosen]


def all_changes(rows, labels):
    """Yield (kind, rows of an emotion, another emotion, requested speed)."""
    for before in EMOTIONS:
        for after in EMOTIONS:
            mode, speed = after.valence != before.valence, after.arousal != before.arousal
            if mode or speed:
                kind = KINDS[2 if mode and speed else 0 if mode else 1]
                yield kind, rows[labels == before.name], after, 1 if not speed else 2 if after.arousal > 0 else 0.5


def by_editor(model, rows, emotion, amount=1.0):
    """Return rows whose valence and arousal are moved toward the mean of an emotion."""
    target = model.latent_mean_[NAMES.index(emotion.name), :2]
    return model.inverse_transform(move(model.transform(rows), target, amount))


def by_rules(rows, emotion, speed):
    """Return rows in the mode and at the speed of an emotion."""
    moved = to_parallel_mode(rows, "major" if emotion.valence > 0 else "minor")
    return {1: np.copy, 0.5: double_durations, 2: halve_durations}[speed](moved)


def by_kind(model, judge, changes, seeds):
    """Return the rows of the table by kind of change, the editor above the plain rules."""
    table = []
    for who in ("editor", "plain rules"):
        found = {kind: [] for kind in KINDS}
        for kind, rows, emotion, speed in changes:
            changed = by_editor(model, rows, emotion) if who == "editor" else by_rules(rows, emotion, speed)
            kept = [content_preservation(rows, changed, speed=speed, random_state=seed) for seed in seeds]
            floor = {f"{name} of another": np.mean([each.floor[name] for each in kept]) for name in MEASURES}
            judged = emotion_control(judge, changed, [emotion.name] * len(rows)).accuracy
            found[kind].append({"judged": judged, **{name: kept[0][name] for name in MEASURES}, **floor})
        for kind, results in found.items():
            means = {name: float(np.mean([result[name] for result in results])) for name in results[0]}
            table.append({"change of": kind, "by": who, **means})
    return table


def curves_of(judge, changes, change):
    """Return {kind: trade-off curves}; `change` gives the changed rows of each amount."""
    curves = {kind: [] for kind in KINDS}
    for kind, rows, emotion, speed in changes:
        wanted = [emotion.name] * len(rows)
        curves[kind].append(trade_off_curve(judge, rows, change(rows, emotion, speed), wanted))
    return curves


def trade_off(curves, amounts):
    """Return the rows of the table over the amounts, by kind of change."""
    return [
        {
            "change of": kind,
            "amount": amount,
            "probability": float(np.mean([curve.probability[:, i].mean() for curve in of_kind])),
            "judged": float(np.mean([curve.accuracy[i] for curve in of_kind])),
            **{name: float(np.mean([curve[name][i] for curve in of_kind])) for name in MEASURES},
            "notes of another": float(np.mean([curve.floor.notes[i] for curve in of_kind])),
        }
        for kind, of_kind in curves.items()
        for i, amount in enumerate(amounts)
    ]


def growth(curves):
    """Return in how many melodies the probability of the requested emotion never falls, and how fast notes are lost."""
    table = []
    for kind, of_kind in curves.items():
        probability = np.concatenate([curve.probability for curve in of_kind])
        notes = np.mean([curve.notes for curve in of_kind], axis=0)
        line = notes[0] + AMOUNTS * (notes[-1] - notes[0])
        step = AMOUNTS[1] - AMOUNTS[0]
        changes = {
            tolerance: interpolatability(AMOUNTS, probability, threshold=tolerance / step).monotonicity
            for tolerance in TOLERANCES
        }
        table.append(
            {"change of": kind}
            | {f"never falls by more than {t:g}": float(1 - (m < 1).mean()) for t, m in changes.items()}
            | {f"changes by at most {TOLERANCES[-1]:g}": float(np.isnan(changes[TOLERANCES[-1]]).mean())}
            | {"notes kept, least above a straight line": float((notes - line).min())}
        )
    return table


def paths(model, rows, seed):
    """Return how monotonic and smooth paths are: along valence, along arousal, and from one melody to another."""
    points, generator = model.transform(rows), np.random.default_rng(seed)
    ends = np.abs(model.latent_mean_[:, :2]).mean(axis=0)
    grid = np.linspace(-1, 1, N_POINTS)
    attributes = {"valence": major_balance, "arousal": lambda rows: of_melodies(rows, "notes_per_bar")}
    table = []
    for axis, (name, attribute) in enumerate(attributes.items()):
        values = []
        for place in grid:
            moved = points.copy()
            moved[:, axis] = place * ends[axis]
            values.append(attribute(model.inverse_transform(moved)))
        what = {"valence": "C major rate minus C minor rate", "arousal": "notes per bar"}[name]
        table.append(path_row(f"along {name}", what, grid, values))
    first, second = generator.choice(len(rows), PAIRS), generator.choice(len(rows), PAIRS)
    share = np.linspace(0, 1, N_POINTS)
    between = [model.inverse_transform(points[first] + t * (points[second] - points[first])) for t in share]
    for name, end, order in (("first", first, -1), ("second", second, 1)):
        values = [(each == rows[end]).mean(axis=1) for each in between]
        table.append(path_row("from a melody to another", f"tokens of the {name} one", share, values[::order]))
    return table


def major_balance(rows):
    """Return by how much the notes fit C major better than C minor."""
    return of_melodies(rows, "c_major_rate") - of_melodies(rows, "c_minor_rate")


def of_melodies(rows, name):
    """Return a metric of each melody, 0 for silence."""
    return np.nan_to_num(melody_metrics(rows, [name])[name])


def path_row(path, attribute, positions, values):
    """Return a row of the table of paths."""
    result = interpolatability(positions, np.column_stack(values))
    return {
        "path": path,
        "attribute": attribute,
        "monotonicity": float(np.nanmean(result.monotonicity)),
        "smoothness": float(result.smoothness.mean()),
        "only grows": result.rising,
        "does not change": float(np.isnan(result.monotonicity).mean()),
    }


def draw(tables):
    """Return a figure of what is kept against the probability of the requested emotion, a panel for each data set."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, len(tables), figsize=(11, 4.6), layout="constrained", sharex=True, sharey=True)
    for ax, (heading, table) in zip(axes, tables.items(), strict=True):
        for kind, color, marker in zip(KINDS, ("#0072B2", "#D55E00", "#009E73"), "os^", strict=True):
            of_kind = [row for row in table if row["change of"] == kind]
            for rules in (False, True):
                rows = [row for row in of_kind if (row["amount"] == "plain rules") == rules]
                x, y = ([row[name] for row in rows] for name in ("probability", "notes"))
                style = {"marker": "*", "markersize": 14, "linestyle": ""} if rules else {"marker": marker}
                ax.plot(x, y, color=color, label=f"{kind}, {'plain rules' if rules else 'editor'}", **style)
        ax.axhline(
            np.mean([row["notes of another"] for row in table]), color="0.5", linestyle="--", label="another melody"
        )
        ax.set_title(heading, loc="left")
        ax.set_xlabel("probability of the wanted emotion")
    axes[0].set_ylabel("notes kept, up to mode")
    axes[0].set_ylim(0, 1.05)
    axes[0].legend(frameon=False, loc="center left")
    return figure


if __name__ == "__main__":
    main()
