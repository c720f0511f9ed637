"""Reproduce the paper's tables and figures with its exact settings, on its own melodies.

CVAE-Base and CVAE-EmoReg (512 units, 700 epochs, encoder and decoder conditioned on the label) are trained on a
stratified 80 % of the melodies labeled by people, with several seeds. These are compared with the paper:

- Table 1, the melodies of each emotion;
- Table 2, the quadrant accuracy D_i of the training melodies *with an encoder conditioned on the label*; beside it what
  the paper does not report: the same for the held-out melodies, and for both when the model has to infer the label;
- Table 3, MusPy's metrics of 20 melodies of each emotion, sampled as in the paper;
- Figures 5, 6 and 7, the plane of Base, of EmoReg after 50 epochs and at the end; Figure 8, a melody of each emotion.

Models and checkpoints are kept in the folder --work, from which an interrupted run continues.
"""

import os

import matplotlib.pyplot as plt
import numpy as np
from _report import Report, make_parser
from _studies import add_study_options, load_published
from joblib import Parallel, delayed
from sklearn.model_selection import train_test_split
from sklearn.utils import Bunch

from skemovae import (
    PAPER_PRESET,
    EmotionRegularizedVAE,
    LatentPlaneDisplay,
    PianoRollDisplay,
    count_nearer,
    load_model,
    metric_table,
    quadrant_accuracy,
    save_model,
)
from skemovae.emotion import EMOTIONS
from skemovae.nn.architectures import GRUArchitecture

MODELS = {"CVAE-Base": None, "CVAE-EmoReg": "cosine"}
QUADRANTS = [emotion.quadrant for emotion in EMOTIONS]
NAMES = [emotion.name for emotion in EMOTIONS]
CODES = [f"e{i}" for i in range(1, 5)]
EARLY_EPOCHS = 50  # of Figure 6
MELODIES = 20  # of each emotion, for Table 3

# The paper's tables; those of Table 3 are (mean, standard deviation) by metric and emotion.
TABLE_1 = [80, 79, 93, 92]
TABLE_2 = {"CVAE-Base": [24, 20, 23, 25, 23], "CVAE-EmoReg": [83, 84, 92, 92, 88]}
TABLE_3 = {
    "CVAE-Base": (
        [[8.65, 7.85, 6.30, 6.00], [5.80, 5.85, 4.15, 4.05], [0.96, 0.71, 0.75, 0.99], [0.69, 0.91, 0.91, 0.72]],
        [[2.22, 1.68, 2.15, 1.64], [1.03, 1.24, 0.65, 0.67], [0.10, 0.14, 0.18, 0.03], [0.12, 0.15, 0.17, 0.12]],
    ),
    "CVAE-EmoReg": (
        [[7.75, 8.90, 6.00, 7.60], [5.60, 5.55, 4.40, 4.35], [0.93, 0.73, 0.77, 0.98], [0.67, 0.90, 0.92, 0.73]],
        [[2.14, 2.84, 1.97, 3.72], [1.16, 1.56, 1.07, 0.85], [0.14, 0.23, 0.15, 0.04], [0.14, 0.17, 0.12, 0.15]],
    ),
    "training": (
        [[9.32, 9.01, 6.19, 7.44], [6.29, 6.28, 4.57, 4.84], [0.97, 0.72, 0.77, 0.98], [0.66, 0.91, 0.92, 0.65]],
        [[2.93, 2.14, 1.68, 1.95], [1.36, 1.31, 0.85, 0.91], [0.10, 0.13, 0.13, 0.10], [0.12, 0.15, 0.15, 0.15]],
    ),
}


def main():
    """Train what is missing, measure and report."""
    options = parse()
    report = Report("reproduce_paper", "Does the paper's setting give the paper's results?", options)
    melodies, tokens = load_published(options.data)
    rows = train_test_split(np.arange(len(tokens)), test_size=0.2, stratify=melodies.target, random_state=42)
    data = Bunch(tokens=tokens, target=np.asarray(melodies.target), training=rows[0], held_out=rows[1])
    tasks = [(name, seed, options.epochs) for seed in options.seeds for name in MODELS]
    tasks = list(dict.fromkeys([*tasks, early_task(options)]))
    Parallel(n_jobs=options.jobs)(delayed(train)(options, data, *task) for task in tasks)
    models = {task: load_model(model_path(options, *task)) for task in tasks}
    report.add("Table 1: melodies of each emotion", table_1(data))
    report.add(f"Table 2: D_i in %, median of {len(options.seeds)} seeds", table_2(models, data, options))
    report.add("D_i in % by seed, training melodies, label given", by_seed(models, data, options))
    tables = metric_tables(models, data, melodies, options)
    report.add("Table 3: mean (standard deviation), medians of the seeds", table_3(tables))
    report.add("Agreement with the paper's Table 3", agreement(tables))
    report.add(
        "Cells of Table 3 where EmoReg is nearer to the training melodies than Base (paper: 9 of 16)",
        nearer_cells(tables, options),
    )
    draw_figures(report, models, data, options)
    report.write()


def parse():
    """Return the arguments."""
    parser = make_parser(
        __doc__, "python benchmarks/reproduce_paper.py --epochs 2 --units 16 --seeds 0 --work /tmp/w --out /tmp/o"
    )
    add_study_options(parser)
    parser.add_argument("--epochs", type=int, default=PAPER_PRESET["max_iter"], help="(%(default)s)")
    parser.add_argument("--units", type=int, default=PAPER_PRESET["architecture"].units, help="(%(default)s)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="(%(default)s)")
    return parser.parse_args()


def model_path(options, name, seed, epochs):
    """Return where a finished model is kept."""
    return options.work / "reproduce_paper" / f"{name}_{options.units}_{epochs}_{seed}.safetensors"


def train(options, data, name, seed, epochs):
    """Train one model, unless it is there already."""
    path = model_path(options, name, seed, epochs)
    if path.exists():
        return
    architecture = GRUArchitecture(units=options.units)
    settings = PAPER_PRESET | {"architecture": architecture, "max_iter": epochs, "regularizer": MODELS[name]}
    path.parent.mkdir(parents=True, exist_ok=True)
    model = EmotionRegularizedVAE(**settings, random_state=seed, checkpoint_path=path.with_suffix(".checkpoint"))
    model.fit(data.tokens[data.training], data.target[data.training])
    save_model(model, path)
    print(f"trained {path.name}", flush=True)


def table_1(data):
    """Return the counts beside the paper's."""
    counts = [int((data.target == name).sum()) for name in NAMES]
    training = [int((data.target[data.training] == name).sum()) for name in NAMES]
    return [
        {"": "melodies", **dict(zip(CODES, counts, strict=True)), "all": sum(counts)},
        {"": "paper", **dict(zip(CODES, TABLE_1, strict=True)), "all": sum(TABLE_1)},
        {"": "trained on", **dict(zip(CODES, training, strict=True)), "all": sum(training)},
    ]


def shares(model, data, part, label_given):
    """Return D_1 to D_4 and their mean in percent."""
    labels = data.target[data[part]]
    points = model.transform(data.tokens[data[part]], emotion=labels if label_given else None)
    result = quadrant_accuracy(points, labels)
    return [100 * result.per_quadrant[quadrant] for quadrant in QUADRANTS] + [100 * result.mean]


def as_row(name, what, values, digits=1):
    """Return a row of a table of D_i."""
    return {"model": name, "measured on": what} | {
        column: f"{value:.{digits}f}" for column, value in zip([*QUADRANTS, "mean"], values, strict=True)
    }


def table_2(models, data, options):
    """Return the medians over the seeds beside the paper's."""
    rows = []
    for name in MODELS:
        rows.append(as_row(name, "paper: training melodies, label given", TABLE_2[name], 0))
        for part, label_given in (("training", True), ("held_out", True), ("training", False), ("held_out", False)):
            values = [shares(models[name, seed, options.epochs], data, part, label_given) for seed in options.seeds]
            what = f"{part.replace('_', '-')} melodies, label {'given' if label_given else 'inferred'}"
            rows.append(as_row(name, what, np.median(values, axis=0)))
    return rows


def by_seed(models, data, options):
    """Return D_i of every seed."""
    return [
        as_row(name, f"seed {seed}", shares(models[name, seed, options.epochs], data, "training", True))
        for name in MODELS
        for seed in options.seeds
    ]


def metric_tables(models, data, melodies, options):
    """Return {name: [table of each seed]} of the generated melodies and of the training melodies."""
    wanted = np.repeat(NAMES, MELODIES)
    tables = {}
    for name in MODELS:
        fitted = [models[name, seed, options.epochs] for seed in options.seeds]
        rows = [
            model.sample(len(wanted), emotion=wanted, method="paper", random_state=seed)[0]
            for model, seed in zip(fitted, options.seeds, strict=True)
        ]
        tables[name] = [metric_table(tokens, wanted) for tokens in rows]
    keep = training_column(melodies)
    return tables | {"training": [metric_table([melodies.data[i] for i in keep], data.target[keep])]}


def training_column(melodies):
    """Return the melodies of the paper's training column: 79 of each emotion, as its author's notebook read them."""
    keep = []
    for name in NAMES:
        rows = [i for i, label in enumerate(melodies.target) if label == name]
        rows.sort(key=lambda i: os.path.basename(melodies.filenames[i]))
        if name == NAMES[0]:
            rows = [i for i in rows if not os.path.basename(melodies.filenames[i]).startswith("bwv380.")]
        keep += rows[:79]
    return keep


def table_3(tables):
    """Return the rows of Table 3, the paper's and ours in turn."""
    ours = {name: median_table(several) for name, several in tables.items()}
    return [
        {"metric": metric, "melodies": name, "whose": whose}
        | {emotion: f"{table.mean[k, e]:.2f} ({table.std[k, e]:.2f})" for e, emotion in enumerate(NAMES)}
        for k, metric in enumerate(ours["training"].metrics)
        for name in TABLE_3
        for whose, table in (("paper", paper_table(name)), ("here", ours[name]))
    ]


def agreement(tables):
    """Return in how many cells the medians of the seeds agree with the paper."""
    rows = []
    for name, several in tables.items():
        difference = np.abs(median_table(several).mean - paper_table(name).mean)
        rows.append(
            {
                "melodies": name,
                "cells that are the paper's when rounded": int((difference < 0.005 + 1e-9).sum()),
                "cells within the paper's standard deviation": int((difference <= paper_table(name).std).sum()),
                "cells": difference.size,
            }
        )
    return rows


def nearer_cells(tables, options):
    """Return where EmoReg is nearer to the training melodies than Base, by seed and for the medians."""
    medians = {name: median_table(several) for name, several in tables.items()}
    pairs = [*zip(options.seeds, tables["CVAE-EmoReg"], tables["CVAE-Base"], strict=True)]
    pairs.append(("medians", medians["CVAE-EmoReg"], medians["CVAE-Base"]))
    return [{"seed": str(seed), **count_nearer(reg, base, medians["training"])} for seed, reg, base in pairs]


def paper_table(name):
    """Return a column of the paper's Table 3."""
    mean, std = TABLE_3[name]
    return Bunch(mean=np.array(mean), std=np.array(std))


def median_table(tables):
    """Return the medians of the means and standard deviations of several tables."""
    return Bunch(
        metrics=tables[0].metrics,
        emotions=tables[0].emotions,
        mean=np.median([table.mean for table in tables], axis=0),
        std=np.median([table.std for table in tables], axis=0),
    )


def draw_figures(report, models, data, options):
    """Draw Figures 5 to 8."""
    seed, labels = options.seeds[0], data.target[data.training]
    planes = {
        "figure5": ("Figure 5: Base", ("CVAE-Base", seed, options.epochs)),
        "figure6": (f"Figure 6: EmoReg after {EARLY_EPOCHS} epochs", early_task(options)),
        "figure7": ("Figure 7: EmoReg", ("CVAE-EmoReg", seed, options.epochs)),
    }
    for name, (caption, task) in planes.items():
        points = models[task].transform(data.tokens[data.training], emotion=labels)
        report.add_figure(name, f"{caption} (each axis has its own scale)", plane_figure(points, labels))
    report.add_figure(
        "figure8", "Figure 8: a melody of each emotion", melodies_figure(models[planes["figure7"][1]], seed)
    )


def plane_figure(points, labels):
    """Return the plane with a scale for each axis: a conditioned encoder makes one of them narrow."""
    display = LatentPlaneDisplay.from_latent(points, labels)
    valence, arousal = 1.12 * np.abs(points).max(axis=0)
    display.ax_.set(aspect="auto", xlim=(-valence, valence), ylim=(-arousal, arousal))
    return display.figure_


def early_task(options):
    """Return the model of Figure 6 as the arguments of its training: name, seed, epochs."""
    return "CVAE-EmoReg", options.seeds[0], min(EARLY_EPOCHS, options.epochs)


def melodies_figure(model, seed):
    """Return piano rolls of one melody of each emotion, sampled as in the paper."""
    tokens, _ = model.sample(4, emotion=NAMES, method="paper", random_state=seed)
    figure, axes = plt.subplots(4, 1, figsize=(9, 11), sharex=True, layout="constrained")
    for ax, row, name in zip(axes, tokens, NAMES, strict=True):
        PianoRollDisplay.from_tokens(row, emotion=name, ax=ax)
        ax.label_outer()
    return figure


if __name__ == "__main__":
    main()
