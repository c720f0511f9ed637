"""Measure the melodies of `generate`: as they are drawn, and as the best of a few, which is the default.

A judge that was fitted on the Bach chorales says whether the emotion is there. Melodic quality compares the melodies
with the last phrases of folk tunes that the generator was not trained on, as many of each emotion. The thirds decide
between major and minor: a melody shows the mode of its emotion if that third sounds and the other one does not.
"""

import numpy as np
from _folk_rows import load_folk_rows
from _report import Report, make_parser

from skemovae import PitchEncoder, generate, load_bach_chorales
from skemovae.composition._phrases import mode_of_thirds
from skemovae.emotion import EMOTIONS, valence_arousal
from skemovae.metrics import EmotionJudge, emotion_control, melodic_quality

NAMES = [emotion.name for emotion in EMOTIONS]
SHOWN = ("ends_on_tonic", "two_sample_auc", "copies", "fragment_copies")


def main():
    """Draw, measure and report."""
    parser = make_parser(__doc__, "python benchmarks/closed_melodies.py --n 50 --out /tmp/results")
    parser.add_argument("--n", type=int, default=500, help="melodies per emotion (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the melodies (%(default)s)")
    options = parser.parse_args()
    report = Report("closed_melodies", "What does it change that generate takes the best of a few melodies?", options)
    folk = load_folk_rows()
    last = folk.test[folk.context[folk.test, 2] == 1]
    real, y, groups = folk.tokens[last], np.asarray(folk.target)[last], np.asarray(folk.groups)[last]
    chorales = load_bach_chorales()
    judge = EmotionJudge().fit(
        PitchEncoder().fit_transform(chorales.data), np.asarray(chorales.target), groups=np.asarray(chorales.groups)
    )
    wanted = np.repeat(NAMES, options.n)
    table = []
    for way, closed in (("as drawn", False), ("closed, the default", True)):
        rows = draw(wanted, closed, options.seed)
        quality = melodic_quality(draw(y, closed, options.seed), real, X_train=folk.tokens[folk.train], groups=groups)
        table.append({"melodies": way, **control_of(judge, rows, wanted), **shown(quality, quality.generated)})
    table.append({"melodies": "real", **control_of(judge, real, y), **shown(quality, quality.reference)})
    report.add(f"{options.n} melodies per emotion, beside {len(real)} real last phrases", table)
    report.write()


def draw(wanted, closed, seed):
    """Return melodies of the wanted emotions as tokens."""
    return PitchEncoder().fit_transform(generate(len(wanted), emotion=wanted, closed=closed, random_state=seed))


def shown(quality, values):
    """Return the metrics of melodic quality that the report shows."""
    return {name: value for name, value in zip(quality.metrics, values, strict=True) if name in SHOWN}


def control_of(judge, rows, wanted):
    """Return how many melodies the judge finds as wanted, in all and per emotion, and how many show their mode."""
    right = emotion_control(judge, rows, wanted).accuracy
    each = {name: float(np.mean(judge.predict(rows[wanted == name]) == name)) for name in NAMES}
    return {
        "control": right,
        **each,
        "third of the mode": float(np.mean(mode_of_thirds(rows) == valence_arousal(wanted)[:, 0])),
    }


if __name__ == "__main__":
    main()
