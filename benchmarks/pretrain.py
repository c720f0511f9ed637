"""Train the included models from scratch, measure them, and write them with their cards.

The editor and the generator are trained on the folk tunes of music21's corpus, without the Essen collection; 15 % of
the tunes are held out. Everything is measured on these, and on the melodies labeled by people, which no model has seen.
A training run saves its state after every epoch and continues after it was killed; the same seed gives the same weights
on one machine. The weights are rounded to eight bits, which half precision holds exactly, and the rounded file is what
is measured. With --ship the model of the first seed is written into the package, with its card.
"""

import json
import time
from pathlib import Path

import numpy as np
from _folk_rows import HELD_OUT, load_folk_rows
from _report import Report, make_parser
from _studies import add_study_options, kept, load_published, processor_of
from sklearn.metrics import pairwise_distances_argmin_min

from skemovae import EmotionRegularizedVAE, load_model, save_model
from skemovae.emotion import EMOTIONS
from skemovae.io import atomic_path
from skemovae.metrics import (
    EmotionJudge,
    class_separation,
    emotion_control,
    melodic_quality,
    melody_metrics,
    quadrant_accuracy,
    reconstruction_quality,
)
from skemovae.nn.quantization import quantize
from skemovae.persistence import read_header
from skemovae.preprocessing import MelodyVariations

PACKAGE = Path(__file__).resolve().parent.parent / "skemovae" / "pretrained" / "models"
NAMES = [emotion.name for emotion in EMOTIONS]
FAR = 13  # the least number of tokens in which a row differs from every training row
MELODIES = 250  # of each emotion
TEMPERATURE, INTENSITY = 0.95, 1.3
FINAL, INNER = [1, 0, 1], [1, 0, 0]  # contexts: known, first phrase, final phrase
COMMON = {
    "condition": None,
    "emotion_prior_scale": 0.4,
    "batch_size": 128,
    "optimizer": "adam",
    "schedule": "one_cycle",
}
MODELS = {
    "editor": {
        "epochs": 50,
        "parameters": {
            "n_components": 64,
            "architecture": "beat",
            "kl_weight": 0.03,
            "learning_rate": 0.002,
            "max_gradient_norm": 5.0,
        },
        "variations": MelodyVariations(),
        "summary": "Gives a melody back, also one that it never saw, from 64 coordinates of which the first two are "
        "valence and arousal: for changing the emotion of a tune.",
    },
    "generator": {
        "epochs": 5,
        "parameters": {
            "n_components": 2,
            "architecture": "autoregressive",
            "regularizer": None,
            "kl_weight": 1.0,
            "learning_rate": 0.003,
            "max_gradient_norm": 2.0,
        },
        "variations": MelodyVariations(spliced=0.0, parallel=0.2, paired=0.0),
        "summary": "Makes melodies of a chosen emotion, symbol by symbol, from valence and arousal alone.",
    },
}


def main():
    """Train what is missing, measure, report, and with --ship write into the package."""
    options = parse()
    report = Report(f"pretrain_{options.model}", f"Pre-training: the {options.model}", options)
    folk, bach = load_folk_rows(), load_published(options.data)
    measure = {"editor": measure_editor, "generator": measure_generator}[options.model]
    rows, tables = [], []
    for seed in options.seeds:
        path, seconds, processor = train(options, folk, seed)
        figures, table = measure(load_model(path), folk, *bach)
        rows.append({"seed": seed, "trained on": processor, "minutes of training": round(seconds / 60, 1), **figures})
        tables.append(table)
    report.add("Measured on tunes that no model was trained on", rows)
    if len(rows) > 1:
        report.add("Median over the seeds", [medians(rows)])
    if tables[0]:
        report.add(f"Melodic quality of seed {options.seeds[0]}, beside held-out tunes", tables[0])
    report.write(results=rows)
    if options.ship:
        ship(options, rows[0])


def parse():
    """Return the arguments."""
    parser = make_parser(__doc__, "python benchmarks/pretrain.py editor --epochs 1 --work /tmp/w --out /tmp/o")
    parser.add_argument("model", choices=list(MODELS))
    add_study_options(parser)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="(%(default)s)")
    parser.add_argument("--epochs", type=int, help="epochs of 34,685 rows (editor 50, generator 5)")
    parser.add_argument("--ship", action="store_true", help="write the model of the first seed into the package")
    options = parser.parse_args()
    options.epochs = options.epochs or MODELS[options.model]["epochs"]
    return options


def medians(rows):
    """Return the median of every figure."""
    names = [name for name in rows[0] if name not in ("seed", "trained on")]
    return {name: float(np.median([row[name] for row in rows])) for name in names}


def train(options, folk, seed):
    """Return the file of a trained model, the seconds of its training, and the processor that it was trained on."""
    wanted, folder = MODELS[options.model], options.work / "pretrain"
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"{options.model}_{options.epochs}_{seed}"
    path = stem.with_suffix(".safetensors")

    def fit():
        model = EmotionRegularizedVAE(
            **COMMON | wanted["parameters"],
            max_iter=options.epochs,
            variations=wanted["variations"],
            random_state=seed,
            verbose=True,
            checkpoint_path=stem.with_suffix(".checkpoint"),
            checkpoint_every=1,
        )
        context = folk.context[folk.train] if options.model == "generator" else None
        start = time.perf_counter()
        model.fit(folk.tokens[folk.train], folk.target[folk.train], context=context)
        seconds = time.perf_counter() - start
        model.weights_ = quantize(model.weights_)  # as the explorer's page holds them
        save_model(model.set_params(variations=None, verbose=False), path, half_precision=True)
        return seconds

    part = stem.with_suffix(".json")
    return path, kept(part, fit), processor_of(part)


def measure_editor(model, folk, melodies, tokens):
    """Return the figures of an editor."""
    X, X_train = folk.tokens[folk.test], folk.tokens[folk.train]
    y, y_bach = folk.target[folk.test], np.asarray(melodies.target)
    far = X.shape[1] * pairwise_distances_argmin_min(X, X_train, metric="hamming")[1] > FAR - 0.5
    of_test, of_bach = (reconstruction_quality(rows, give_back(model, rows)) for rows in (X, tokens))
    seen = X_train[:: max(1, len(X_train) // 2000)]
    points, deviation = model.transform(tokens, return_std=True)
    separation = class_separation(points, deviation, y_bach)
    figures = {
        "Bach onsets": of_bach.onset_accuracy,
        "Bach exact": of_bach.exact_rows,
        "folk onsets": of_test.onset_accuracy,
        "folk exact": of_test.exact_rows,
        f"folk onsets, {FAR} tokens and more from training": reconstruction_quality(
            X[far], give_back(model, X[far])
        ).onset_accuracy,
        "training onsets": reconstruction_quality(seen, give_back(model, seen)).onset_accuracy,
        "Bach quadrant accuracy": quadrant_accuracy(points, y_bach).mean,
        "folk quadrant accuracy": quadrant_accuracy(model.transform(X), y).mean,
        "class separation": separation.smallest,
    }
    return figures | emotion_changed(model, tokens, y_bach, melodies.groups), []


def emotion_changed(model, rows, labels, groups):
    """Return how often a judge finds the new emotion after only valence and arousal were moved to another emotion's."""
    judge = EmotionJudge().fit(rows, labels, groups=np.asarray(groups))
    source, points = np.array([NAMES.index(label) for label in labels]), model.transform(rows)
    heard: dict[str, list] = {"mode changed": [], "speed changed": [], "both changed": []}
    for target, emotion in enumerate(EMOTIONS):
        moved = points.copy()
        moved[:, :2] = model.latent_mean_[target, :2]
        right = judge.predict(model.inverse_transform(moved)) == emotion.name
        for i, other in enumerate(EMOTIONS):
            mode, speed = emotion.valence != other.valence, emotion.arousal != other.arousal
            if mode or speed:
                kind = "both changed" if mode and speed else "mode changed" if mode else "speed changed"
                heard[kind].append(right[source == i].mean())
    return {name: float(np.mean(shares)) for name, shares in heard.items()}


def measure_generator(model, folk, melodies, tokens):
    """Return the figures of a generator, and the table of melodic quality."""
    X, groups, y = folk.tokens[folk.test], folk.groups[folk.test], folk.target[folk.test]
    X_train, y_bach = folk.tokens[folk.train], np.asarray(melodies.target)
    wanted, generator = np.repeat(NAMES, MELODIES), np.random.default_rng(0)
    in_training = rows_of_each_emotion(folk.target[folk.train], generator)
    real = rows_of_each_emotion(y, generator)

    def draw(context=folk.context[folk.train][in_training], intensity=1.0):
        settings = {"temperature": TEMPERATURE, "context": context, "intensity": intensity, "random_state": 0}
        return model.sample(len(wanted), emotion=wanted, **settings)[0]

    drawn, strong = draw(), draw(intensity=INTENSITY)
    qualities = [melodic_quality(rows, X[real], X_train=X_train, groups=groups[real]) for rows in (drawn, strong)]
    of_drawn, of_strong = (dict(zip(q.metrics, q.generated, strict=True)) for q in qualities)
    of_real = dict(zip(qualities[0].metrics, qualities[0].reference, strict=True))
    judge = EmotionJudge().fit(tokens, y_bach, groups=np.asarray(melodies.groups))
    points, deviation = model.transform(tokens, return_std=True)
    figures = {
        "control": emotion_control(judge, drawn, wanted).accuracy,
        f"control at intensity {INTENSITY}": emotion_control(judge, strong, wanted).accuracy,
        "control of real tunes": float(np.mean(judge.predict(X[real]) == y[real])),
        "two-sample AUC": of_drawn["two_sample_auc"],
        f"two-sample AUC at intensity {INTENSITY}": of_strong["two_sample_auc"],
        "cross-entropy": of_drawn["cross_entropy"],
        "cross-entropy of real": of_real["cross_entropy"],
        "copies": of_drawn["copies"],
        "quotations": of_drawn["fragment_copies"],
        "quotations of real": of_real["fragment_copies"],
        "final phrases that end on the tonic": ends_on_tonic(draw(context=FINAL)),
        "inner phrases that end on the tonic": ends_on_tonic(draw(context=INNER)),
        "Bach quadrant accuracy": quadrant_accuracy(points, y_bach).mean,
        "folk quadrant accuracy": quadrant_accuracy(model.transform(X), y).mean,
        "class separation": class_separation(points, deviation, y_bach).smallest,
    }
    return figures, quality_table(*qualities)


def rows_of_each_emotion(labels, generator):
    """Return the indices of equally many rows of each emotion, in the order of the emotions."""
    return np.concatenate([generator.choice(np.flatnonzero(labels == name), MELODIES, replace=False) for name in NAMES])


def ends_on_tonic(rows):
    """Return the share of melodies whose last note is the tonic."""
    return float(np.nanmean(melody_metrics(rows, ["ends_on_tonic"])["ends_on_tonic"]))


def quality_table(quality, strong):
    """Return the rows of the table of melodic quality."""
    values = quality.metrics, quality.generated, strong.generated, quality.reference, quality.halves
    return [
        {
            "metric": name,
            f"temperature {TEMPERATURE}": mine,
            f"and intensity {INTENSITY}": strong_mine,
            "real": theirs,
            "halves of real": f"{halves.min():.3f} to {halves.max():.3f}",
        }
        for name, mine, strong_mine, theirs, halves in zip(*values, strict=True)
    ]


def give_back(model, rows):
    """Return what a model decodes the latent points of rows to."""
    return model.inverse_transform(model.transform(rows))


def ship(options, figures):
    """Write the model of the first seed into the package, and its card."""
    epochs, seed = options.epochs, options.seeds[0]
    path = options.work / "pretrain" / f"{options.model}_{epochs}_{seed}.safetensors"
    card = {
        "summary": MODELS[options.model]["summary"],
        "data": f"four-bar melodies of load_folk_tunes(), {100 * (1 - HELD_OUT):.0f} % of the tunes, labeled by rule",
        "collections": "Aird, O'Neill, Ryan, miscellaneous and Nottingham, as music21 ships them; not Essen",
        "licence": "The weights are under the license of skemovae. The tunes are traditional; the collections name "
        "their transcribers and state neither permission nor restriction.",
        "trained_on": figures["trained on"],
        "figures": {name: round(value, 4) for name, value in medians([figures]).items()},
        "sha256": read_header(path)["sha256"],
        "date": time.strftime("%Y-%m-%d"),
        "command": f"python benchmarks/pretrain.py {options.model} --epochs {epochs} --seeds {seed} --ship",
    }
    PACKAGE.mkdir(parents=True, exist_ok=True)
    for target, content in (
        (PACKAGE / path.name.replace(path.stem, options.model), path.read_bytes()),
        (PACKAGE / f"{options.model}.json", (json.dumps(card, indent=2) + "\n").encode()),
    ):
        with atomic_path(target) as temporary:
            temporary.write_bytes(content)


if __name__ == "__main__":
    main()
