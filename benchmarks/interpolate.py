"""Melodies between two others, on the straight line and on the great arc through the latent space of the editor.

Melodies of the chorales, which the editor never saw, are paired at random, and other melodies are decoded at equal
distances between the two of a pair. An n-gram model of the other half of the chorales says how likely these are,
compared with the melodies themselves and with the same after their pitches were shuffled.
"""

import numpy as np
from _report import Report, make_parser

from skemovae import NGramModel, PitchEncoder, load_bach_chorales, load_pretrained
from skemovae.preprocessing import is_onset

N_BETWEEN = 9


def straight(first, second, share):
    """Return the points on the straight lines."""
    return (1 - share) * first + share * second


def arc(first, second, share):
    """Return the points on the great arcs; their distance from the origin changes evenly from one end to the other."""
    lengths = [np.linalg.norm(points, axis=1, keepdims=True) for points in (first, second)]
    directions = first / lengths[0], second / lengths[1]
    angle = np.arccos(np.clip((directions[0] * directions[1]).sum(axis=1, keepdims=True), -1, 1))
    weights = np.sin((1 - share) * angle) / np.sin(angle), np.sin(share * angle) / np.sin(angle)
    length = straight(*lengths, share)
    return length * (weights[0] * directions[0] + weights[1] * directions[1])


def straight_plane(first, second, share):
    """Return points with valence and arousal on the straight line and the rest on the great arc."""
    return np.hstack([straight(first[:, :2], second[:, :2], share), arc(first[:, 2:], second[:, 2:], share)])


def shuffled(rows, generator):
    """Return rows whose pitches are shuffled among their onsets."""
    rows = rows.copy()
    for row in rows:
        row[is_onset(row)] = generator.permutation(row[is_onset(row)])
    return rows


def figures_of(rows, ngram):
    """Return what is measured of rows of shape (n_between, n_pairs, n_steps)."""
    notes = is_onset(rows).sum(axis=2).astype(float)
    change = (rows[1:] != rows[:-1]).mean(axis=(1, 2))
    detour = np.abs(np.diff(notes, axis=0)).sum(axis=0) - np.abs(notes[-1] - notes[0])
    entropy = [-ngram.score(each) for each in rows]
    quarter, middle = (len(rows) - 1) // 4, (len(rows) - 1) // 2
    return {
        "cross-entropy at the ends": (entropy[0] + entropy[-1]) / 2,
        "at a quarter": (entropy[quarter] + entropy[-1 - quarter]) / 2,
        "in the middle": entropy[middle],
        "largest change, in mean changes": float(change.max() / change.mean()),
        "largest change of the notes": float(np.abs(np.diff(notes, axis=0)).max(axis=0).mean()),
        "notes gained and lost beyond need": float(detour.mean()),
    }


def main():
    """Measure the three ways between the same pairs."""
    parser = make_parser(__doc__, "python benchmarks/interpolate.py --pairs 50 --out /tmp")
    parser.add_argument("--pairs", type=int, default=200, help="pairs of melodies (%(default)s)")
    arguments = parser.parse_args()
    report = Report("interpolate", "Straight or on a great arc from one melody to another?", arguments)
    generator = np.random.default_rng(0)
    bach = load_bach_chorales()
    rows = PitchEncoder().fit_transform(bach.data)
    known = np.isin(bach.groups, generator.permutation(np.unique(bach.groups))[::2])
    ngram, rows = NGramModel().fit(rows[known]), rows[~known]
    editor = load_pretrained("editor")
    points = editor.transform(rows).astype(float)
    pairs = np.array([generator.choice(len(rows), size=2, replace=False) for _ in range(arguments.pairs)])
    table = []
    for way in (straight, arc, straight_plane):
        ends = points[pairs[:, 0]], points[pairs[:, 1]]
        between = np.array([editor.inverse_transform(way(*ends, share)) for share in np.linspace(0, 1, N_BETWEEN)])
        table.append({"way": way.__name__.replace("_", " ")} | figures_of(between, ngram))
    report.add("Melodies between two", table)
    beside = {"real melodies": rows, "the same, pitches shuffled": shuffled(rows, generator)}
    report.add("Beside", [{"melodies": name, "cross-entropy": -ngram.score(each)} for name, each in beside.items()])
    report.write()


if __name__ == "__main__":
    main()
