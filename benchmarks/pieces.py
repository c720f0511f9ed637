"""Compose pieces with the included models, and measure curve, endurance, seams, ends and returns.

- Curves: pieces of eight phrases from sad to happy, and from relaxed to angry, of eight themes and of AABA twice.
  `curve_correlation` compares the music with the requested curve.
- Endurance: pieces of sixteen phrases of one emotion. A judge, fitted on the melodies labeled by people, says which
  emotion each phrase has; the cross-entropy under an n-gram model of held-out tunes shows whether the phrases become
  worse.
- Seams and ends: `phrase_seams`, compared with consecutive phrases of folk tunes and with the same phrases in another
  order; the share of pieces whose last note is the tonic, compared with that of the tunes.
- Returns: AABA in which the last A has another emotion, for all twelve changes. `theme_recognition` says whether it is
  nearest to its own theme among fifty; the judge says whether it has the new emotion, and whether the theme had the old
  one.
- Variations: how similar A' is to A, compared with B.

Finished parts are kept in the folder --work, and an interrupted run continues after the last of them.
"""

import time

import numpy as np
from _folk_rows import load_folk_rows
from _report import Report, make_parser
from _studies import add_study_options, commits, kept, load_published
from joblib import Parallel, delayed

from skemovae import NGramModel, compose_piece
from skemovae.datasets import load_folk_tunes
from skemovae.emotion import EMOTIONS
from skemovae.metrics import (
    EmotionJudge,
    curve_correlation,
    melodic_similarity,
    melody_metrics,
    phrase_seams,
    theme_recognition,
)
from skemovae.preprocessing import REST

NEW = "ABCDEFGHIJKLMNOP"
EIGHT, SIXTEEN = NEW[:8], NEW
CURVES = {
    "sad to happy": ({0: "sad", 32: "happy"}, EIGHT),
    "relaxed to angry": ({0: "relaxed", 32: "angry"}, EIGHT),
    "sad to happy, AABA": ({0: "sad", 32: "happy"}, "AABAAABA"),
    "relaxed to angry, AABA": ({0: "relaxed", 32: "angry"}, "AABAAABA"),
}
NAMES = [emotion.name for emotion in EMOTIONS]
AMONG = 50  # themes
PAIRS = [(old, new) for old in EMOTIONS for new in EMOTIONS if old != new]


def main():
    """Compose what is missing, measure, and report."""
    options = parse()
    report = Report("pieces", "Do pieces follow their curve, hold together and end?", options)
    tasks = [(part, seed) for seed in options.seeds for part in PARTS]
    results = Parallel(n_jobs=options.jobs)(delayed(measure)(options, *task) for task in tasks)
    for part, (heading, _) in PARTS.items():
        of_part = [result for (name, _), result in zip(tasks, results, strict=True) if name == part]
        report.add(f"{heading}; median of seeds {options.seeds}", medians(of_part))
    report.add("Phrases of folk tunes", real_tunes())
    report.add("Intervals from phrase to phrase of folk tunes, up to a fifth", real_intervals())
    report.write(
        parts_made_at=commits(options.work / "pieces"),
        results=[{"part": part, "seed": seed, "rows": r} for (part, seed), r in zip(tasks, results, strict=True)],
    )


def parse():
    """Return the arguments."""
    parser = make_parser(__doc__, "python benchmarks/pieces.py --pieces 4 --seeds 0 --work /tmp/w --out /tmp/o")
    add_study_options(parser)
    parser.add_argument("--pieces", type=int, default=100, help="pieces of each curve (%(default)s)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="(%(default)s)")
    return parser.parse_args()


def measure(options, part, seed):
    """Return the rows of a part for a seed, computed or kept from an earlier run."""
    path = options.work / "pieces" / f"{part}_{options.pieces}_{seed}.json"
    return kept(path, lambda: PARTS[part][1](options, np.random.default_rng(seed)))


def medians(tables):
    """Return one table with the medians of the numbers of several."""
    return [
        {
            name: value if isinstance(value, str) else float(np.median([row[name] for row in rows]))
            for name, value in rows[0].items()
        }
        for rows in zip(*tables, strict=True)
    ]


def curves(options, generator):
    """Return how well the pieces follow their curves."""
    rows = []
    for name, (curve, form) in CURVES.items():
        start = time.perf_counter()
        pieces = [compose_piece(curve, form, random_state=generator) for _ in range(options.pieces)]
        seconds = time.perf_counter() - start
        music, asked = [piece.music for piece in pieces], pieces[0].asked
        result = curve_correlation(music, asked)
        rows.append(
            {
                "curve": name,
                "valence, median piece": result.valence,
                "arousal, median piece": result.arousal,
                "valence, mean curve": result.valence_of_mean,
                "arousal, mean curve": result.arousal_of_mean,
                **joined(music),
                "seconds a piece": seconds / options.pieces,
            }
        )
    return rows


def endurance(options, generator):
    """Return whether pieces of one emotion keep it, and do not become worse."""
    judge, folk, rows = fit_judge(options), load_folk_rows(verbose=False), []
    ngrams = NGramModel().fit(folk.tokens[folk.test])
    for name in NAMES:
        pieces = [compose_piece(name, SIXTEEN, random_state=generator) for _ in range(-(-options.pieces // 4))]
        right = np.array([judge.predict(piece.tokens) == name for piece in pieces])
        entropy = -np.array([ngrams.score_samples(piece.tokens) for piece in pieces])
        rows.append(
            {
                "emotion": name,
                "judged so": right.mean(),
                "in the first half": right[:, :8].mean(),
                "in the second half": right[:, 8:].mean(),
                "worst phrase": right.mean(axis=0).min(),
                "cross-entropy, first half": np.nanmean(entropy[:, :8]),
                "cross-entropy, second half": np.nanmean(entropy[:, 8:]),
                **joined([piece.music for piece in pieces]),
            }
        )
    return [{name: value if isinstance(value, str) else float(value) for name, value in row.items()} for row in rows]


def returns(options, generator):
    """Return whether themes that return are recognized, and have their new emotion."""
    judge, found = fit_judge(options), {}
    for old, new in PAIRS:
        curve = {0: old.name, 8: old.name, 12: new.name}
        pieces = [compose_piece(curve, "AABA", random_state=generator) for _ in range(-(-options.pieces // 4))]
        found.setdefault(kind_of(old, new), []).extend((old, new, piece) for piece in pieces)
    rows = []
    for kind, changes in found.items():
        old, new, pieces = zip(*changes, strict=True)
        themes, again = (np.array([piece.tokens[place] for piece in pieces]) for place in (0, 3))
        order = generator.permutation(len(pieces))
        groups = np.array_split(order, max(1, len(order) // AMONG))
        recognized = [theme_recognition(again[group], themes[group]) for group in groups]
        rows.append(
            {
                "what changes": kind,
                "recognized": float(np.mean(recognized)),
                "among": float(np.mean([len(group) for group in groups])),
                "judged to have the new emotion": float(np.mean(judge.predict(again) == [e.name for e in new])),
                "themes judged to have the old one": float(np.mean(judge.predict(themes) == [e.name for e in old])),
                "similarity to the theme": float(melodic_similarity_of_pairs(again, themes)),
                "to another one": float(melodic_similarity_of_pairs(again, np.roll(themes, 1, axis=0))),
                "B to A, semitones": phrase_seams([np.concatenate(piece.tokens[2:]) for piece in pieces]).seam,
                **joined([piece.music for piece in pieces]),
            }
        )
    return rows


def variations(options, generator):
    """Return how similar a variation is to its theme."""
    pieces = [
        compose_piece(name, "AA'BA'", random_state=generator) for name in NAMES for _ in range(-(-options.pieces // 4))
    ]
    theme, varied, other, again = (np.array([piece.tokens[i] for piece in pieces]) for i in range(4))
    return [
        {
            "phrase": name,
            "similarity to A": float(melodic_similarity_of_pairs(rows, theme)),
            "to the first A'": float(melodic_similarity_of_pairs(rows, varied)),
        }
        for name, rows in (("A'", varied), ("B", other), ("A' again", again))
    ]


def real_tunes():
    """Return the seams and ends of folk tunes, and the seams of phrases that do not belong together."""
    folk, tunes = load_folk_rows(verbose=False), load_folk_tunes()
    first, second = tunes.continuations[::10].T
    others = np.random.default_rng(0).permutation(second)
    rows = []
    for name, pairs in (("in the order of the tunes", second), ("in another order", others)):
        seams = phrase_seams(np.hstack([folk.tokens[first], folk.tokens[pairs]]))
        rows.append({"phrases": name, **{key: seams[key] for key in ("seam", "wide_seams", "inside")}})
    tonic = np.mean(melody_metrics(folk.tokens[tunes.is_final], ["ends_on_tonic"])["ends_on_tonic"])
    return [row | {"last phrases that end on the tonic": float(tonic)} for row in rows]


def real_intervals():
    """Return the percentage of consecutive phrases of folk tunes that join at each interval up to a fifth."""
    tokens, (first, second) = load_folk_rows(verbose=False).tokens, load_folk_tunes().continuations.T
    sizes = np.abs(
        [
            after[after < REST][0] - before[before < REST][-1]
            for before, after in zip(tokens[first], tokens[second], strict=True)
        ]
    )
    counts = np.bincount(sizes)[:8]
    return [{"semitones": i, "percent": float(100 * n / counts.sum())} for i, n in enumerate(counts)]


def joined(music):
    """Return how the phrases of pieces join, and how the pieces end."""
    seams = phrase_seams(music)
    return {
        "seam": seams.seam,
        "wider than a fifth": seams.wide_seams,
        "ends on the tonic": float(np.mean(melody_metrics(music, ["ends_on_tonic"])["ends_on_tonic"])),
    }


def kind_of(old, new):
    """Return all changes from one emotion to another."""
    mode, speed = old.valence != new.valence, "to slow" if old.arousal > new.arousal else "to fast"
    if old.arousal == new.arousal:
        return "mode"
    return f"mode, {speed}" if mode else f"speed, {speed}"


def melodic_similarity_of_pairs(X, Y):
    """Return the mean similarity of each melody to the one at the same position."""
    return np.mean([melodic_similarity([x], [y])[0, 0] for x, y in zip(X, Y, strict=True)])


def fit_judge(options):
    """Return a judge that has learned from the labels of people."""
    melodies, tokens = load_published(options.data)
    return EmotionJudge().fit(tokens, melodies.target, groups=melodies.groups)


#: What is measured: heading, function
PARTS = {
    "curves": ("Pieces of eight phrases, and their curve", curves),
    "endurance": ("Sixteen phrases of one emotion", endurance),
    "returns": ("AABA whose last phrase has another emotion", returns),
    "variations": ("AA'BA' of one emotion", variations),
}


if __name__ == "__main__":
    main()
