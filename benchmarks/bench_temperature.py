"""What the temperature of sampling does to melodies: range, pitches, notes, emotion, novelty.

Trains the default estimator on the Bach chorales, samples melodies of each emotion at several temperatures, and
compares them with the training melodies: mean pitch range, pitches used and onsets by emotion, the share of distinct
melodies, the share that the model's own encoder puts into the requested quadrant, and the median number of tokens by
which a melody differs from the nearest training melody.
"""

import numpy as np
from _report import Report, make_parser

from skemovae import EmotionRegularizedVAE, PitchEncoder, load_bach_chorales, metric_table
from skemovae.emotion import EMOTIONS

NAMES = [emotion.name for emotion in EMOTIONS]


def describe(tokens, labels):
    """Return the mean range, pitches used and onsets of melodies by emotion, in the order Q1 to Q4."""
    table = metric_table(tokens, labels)
    onsets = [(tokens[labels == name] < 128).sum(axis=1).mean() for name in NAMES]
    return {"pitch range": table.mean[0], "pitches used": table.mean[1], "onsets": onsets}


def measure(model, training, temperature, n_melodies):
    """Return what is measured of sampled melodies."""
    labels = np.repeat(NAMES, n_melodies)
    tokens = np.concatenate(
        [model.sample(n_melodies, emotion=n, temperature=temperature, random_state=0)[0] for n in NAMES]
    )
    return describe(tokens, labels) | {
        "distinct": len(np.unique(tokens, axis=0)) / len(tokens),
        "in the wanted quadrant": (model.predict(tokens) == labels).mean(),
        "tokens to the nearest training melody": np.median([(training != row).sum(axis=1).min() for row in tokens]),
    }


def as_text(value):
    """Return a number, or one per emotion, as text."""
    return f"{value:.2f}" if np.ndim(value) == 0 else " / ".join(f"{v:.1f}" for v in value)


def main():
    """Train, measure and report."""
    parser = make_parser(__doc__, "python benchmarks/bench_temperature.py")
    parser.add_argument("--epochs", type=int, default=None, help="epochs of training (default: the estimator's)")
    parser.add_argument("--melodies", type=int, default=100, help="melodies per emotion and temperature (%(default)s)")
    options = parser.parse_args()
    report = Report("temperature", "What does the temperature of sampling do to melodies?", options)
    bach = load_bach_chorales()
    tokens = PitchEncoder().fit_transform(bach.data)
    settings = {} if options.epochs is None else {"max_iter": options.epochs}
    model = EmotionRegularizedVAE(random_state=0, verbose=True, **settings).fit(tokens, bach.target)
    rows = [
        {"melodies": f"temperature {t:g}", **measure(model, tokens, t, options.melodies)} for t in (0, 0.3, 0.5, 0.7, 1)
    ]
    rows.append(dict.fromkeys(rows[0], "") | {"melodies": "training", **describe(tokens, bach.target)})
    report.add(
        "Means; where there are four they are of happiness, anger, sadness and relaxation",
        [{k: v if isinstance(v, str) else as_text(v) for k, v in row.items()} for row in rows],
    )
    report.write()


if __name__ == "__main__":
    main()
