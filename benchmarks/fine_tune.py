"""Fine-tune the included generator on Bach's chorales: whether it learns his style without copying, and how fast.

There are five folds by tune. The generator is fine-tuned on four fifths of the chorales and writes as many melodies of
each emotion as the held-out fifth has. The melodies of all five models together are compared with all chorales: by a
two-sample test, by audible features, and by copies of training rows. A judge that was fitted on the melodies labeled by
people says whether the emotion is there. The same is measured for the included generator without fine-tuning, and for
the default network trained on the chorales alone, as `compose` used to do.

Finished fits are kept in the folder --work, and an interrupted run continues after the last of them.
"""

import time

import numpy as np
from _report import Report, make_parser
from _studies import add_study_options, commits, kept, load_published
from sklearn.model_selection import StratifiedGroupKFold

from skemovae import EmotionRegularizedVAE, PitchEncoder, load_bach_chorales, load_pretrained
from skemovae.metrics import EmotionJudge, emotion_control, melodic_quality, training_copies

FOLDS = 5
AS_SHIPPED, FROM_NOTHING = "as shipped", "default network, from nothing"
TEMPERATURES = {FROM_NOTHING: 0.7}  # the others 0.95
SHOWN = ("repeat_rate", "step_rate", "leap_rate", "ends_by_step", "ends_on_tonic", "figure_return", "cross_entropy")


def main():
    """Train what is missing, measure, and report."""
    options = parse()
    report = Report("fine_tune", "The shipped generator, trained on with the chorales", options)
    chorales = load_bach_chorales()
    X, y, groups = PitchEncoder().fit_transform(chorales.data), np.asarray(chorales.target), np.asarray(chorales.groups)
    melodies, tokens = load_published(options.data)
    judge = EmotionJudge().fit(tokens, melodies.target, groups=melodies.groups)
    variants = [AS_SHIPPED, *options.epochs] + ([] if options.only_fine_tuned else [FROM_NOTHING])
    results, table = [], []
    for variant in variants:
        found = [measure(options, variant, seed, X, y, groups, judge) for seed in options.seeds]
        results += found
        names = [name for name in found[0] if name not in ("seed", "variant")]
        medians = {name: float(np.median([figures[name] for figures in found])) for name in names}
        table.append({"generator": f"{variant} epochs" if isinstance(variant, int) else variant, **medians})
    real = melodic_quality(X[::2], X, groups=groups)
    of_real = {name: value for name, value in zip(real.metrics, real.reference, strict=True) if name in SHOWN}
    own = {"generator": "real chorales", "control": emotion_control(judge, X, y).accuracy, **of_real}
    table.append(dict.fromkeys(table[0]) | own)
    report.add(f"Medians over {len(options.seeds)} seeds", table)
    report.write(parts_made_at=commits(options.work / "fine_tune"), results=results)


def parse():
    """Return the arguments."""
    parser = make_parser(__doc__, "python benchmarks/fine_tune.py --epochs 2 --seeds 0 --only-fine-tuned --work /tmp/w")
    add_study_options(parser)
    parser.add_argument("--epochs", type=int, nargs="+", default=[20, 40, 80], help="(%(default)s)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="(%(default)s)")
    parser.add_argument("--learning-rate", type=float, default=0.001, help="(%(default)s)")
    parser.add_argument("--only-fine-tuned", action="store_true", help="leave out the network trained from scratch")
    return parser.parse_args()


def measure(options, variant, seed, X, y, groups, judge):
    """Return the figures of a variant with a seed, over all folds."""
    rows, copies, seconds = np.empty_like(X), [], []
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0).split(X, y, groups)
    for fold, (train, test) in enumerate(folds):
        path = options.work / "fine_tune" / f"{variant}_{options.learning_rate}_{seed}_{fold}.json"
        given = variant, seed, options.learning_rate, X[train], y[train], y[test]
        part = kept(path, lambda given=given: fit_and_sample(*given))
        rows[test] = part["rows"]
        seconds.append(part["seconds"])
        copies.append(training_copies(rows[test], X[train]).copies)
    quality = melodic_quality(rows, X, groups=groups)
    values = dict(zip(quality.metrics, quality.generated, strict=True))
    return {
        "variant": variant,
        "seed": seed,
        "seconds a fit": float(np.mean(seconds)),
        "two-sample AUC": values["two_sample_auc"],
        "copies": float(np.mean(copies)),
        "control": emotion_control(judge, rows, y).accuracy,
        **{name: values[name] for name in SHOWN},
    }


def fit_and_sample(variant, seed, learning_rate, X, y, wanted):
    """Return melodies of the requested emotions from a model trained on X, and the seconds of its training."""
    start = time.perf_counter()
    if variant == FROM_NOTHING:
        model = EmotionRegularizedVAE(random_state=seed).fit(X, y)
    else:
        model = load_pretrained("generator")
        if variant != AS_SHIPPED:
            settings = {"max_iter": variant, "learning_rate": learning_rate, "schedule": "constant"}
            model.set_params(warm_start=True, random_state=seed, **settings).fit(X, y)
    seconds = time.perf_counter() - start
    temperature = TEMPERATURES.get(variant, 0.95)
    rows, _ = model.sample(len(wanted), emotion=wanted, temperature=temperature, random_state=seed)
    return {"rows": rows.tolist(), "seconds": seconds}


if __name__ == "__main__":
    main()
