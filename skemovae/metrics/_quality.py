"""melodic_quality and format_melodic_quality: how closely melodies resemble real ones, in one table."""

import numpy as np
from sklearn.model_selection import GroupShuffleSplit
from sklearn.utils import Bunch

from ._copies import copied_melodies
from ._features import note_features
from ._inputs import as_melodies, as_notes, has_notes, mean_of_known
from ._interval_distance import interval_shares, total_variation
from ._melody import melody_metrics
from ._ngram import NGramModel
from ._notes import NOTE_METRICS
from ._two_sample import MIN_MELODIES, cross_validated_auc, tunes_of

N_SPLITS = 3  # in a single split, halves could be alike by chance
SEED = 0


def melodic_quality(X, X_reference, *, X_train=None, groups=None):
    """Return how closely melodies resemble real ones: intervals, endings, figures and rhythm, and three overall tests.

    The values of the melodies are given beside those of the real melodies, and of halves of the real melodies that
    share no tune. Real melodies differ among themselves, so no generator can be expected to come closer to them than
    one half comes to the other.

    Parameters
    ----------
    X : list of muspy.Music, or array-like of shape (n_samples, n_steps), int
        Generated melodies, or their tokens; at least 20.
    X_reference : list of muspy.Music, or array-like of shape (n_reference, n_reference_steps), int
        Real melodies, preferably held-out ones, on which the generator was not trained; at least about 50, so that each
        half has 20.
    X_train : list of muspy.Music, or array-like of shape (n_train, n_train_steps), int, default=None
        The melodies on which the generator was trained; if given, copies are counted.
    groups : array-like of shape (n_reference,), default=None
        The tune of each real melody; with None, melodies with the same first 8 quarter notes, in any key, count as one
        tune.

    Returns
    -------
    sklearn.utils.Bunch
        metrics : list of str, length n_metrics
            The names of the metrics:

            - Means over the melodies, see :func:`melody_metrics`: "repeat_rate", "step_rate", "leap_rate",
              "ends_by_step", "ends_on_tonic", "longest_run", "figure_return", "bar_rhythm_return", "notes_per_bar",
              "pitch_range".
            - "silent_rate": share of the melodies without notes, which do not count in the other means.
            - "interval_distance": :func:`interval_distance` to the real melodies.
            - "cross_entropy": cross-entropy per note, in nats, under a trigram model of half of the real melodies
              (:class:`NGramModel`). If it is higher than for real tunes, the melodies wander; if it is lower, they are
              more predictable than real tunes.
            - "two_sample_auc": :func:`two_sample_auc` against the real melodies.
            - "copies", "fragment_copies": :func:`training_copies`; only with `X_train`.
        generated : ndarray of shape (n_metrics,)
            The values of X.
        reference : ndarray of shape (n_metrics,)
            The values of the real melodies; for the tests, the mean of `halves`.
        halves : ndarray of shape (n_metrics, 6)
            The values of both halves in three random splits of the real melodies by tune; for the tests, the values of
            each half against the other.

    Raises
    ------
    ValueError
        If an input holds neither scores nor valid tokens, there are too few melodies or tunes, or `groups` has the
        wrong length.

    See Also
    --------
    skemovae.metrics.format_melodic_quality : Formats the table as text.
    skemovae.MelodicQualityDisplay : Plots the table.

    Notes
    -----
    Both sets should contain the same emotions in the same proportions; otherwise, this alone makes a difference. The
    splits are always the same.

    Examples
    --------
    >>> import numpy as np
    >>> from skemovae import PitchEncoder, load_bach_chorales
    >>> from skemovae.metrics import melodic_quality
    >>> bach = load_bach_chorales()
    >>> X, groups = PitchEncoder().fit_transform(bach.data)[::2], bach.groups[::2]
    >>> wandering, generator = X.copy(), np.random.default_rng(0)
    >>> for row in wandering:
    ...     row[row < 128] = generator.permutation(row[row < 128])
    >>> quality = melodic_quality(wandering, X, groups=groups)
    >>> steps = quality.metrics.index("step_rate")
    >>> bool(quality.generated[steps] < 0.4), bool(quality.halves[steps].min() > 0.6)
    (True, True)
    """
    generated, reference = as_melodies(X), as_melodies(X_reference)
    groups = tunes_of(reference, groups)
    halves = _halves(groups)
    notes, reference_notes = as_notes(generated), as_notes(reference)
    values, reference_values = _values(generated), _values(reference)
    if X_train is not None:
        training = as_notes(X_train)
        values |= copied_melodies(notes, training)
        reference_values |= copied_melodies(reference_notes, training)
    rows = {
        name: (
            mean_of_known(row),
            mean_of_known(reference_values[name]),
            [mean_of_known(reference_values[name][half]) for half in halves],
        )
        for name, row in values.items()
    }
    tests = {
        "interval_distance": _test_intervals(notes, reference_notes, halves),
        "cross_entropy": _test_entropy(generated, reference, halves),
        "two_sample_auc": _test_classifier(notes, reference_notes, groups, halves),
    }
    rows |= {name: (value, float(np.mean(floor)), floor) for name, (value, floor) in tests.items()}
    metrics = [name for name in (*values, *tests) if "copies" not in name]
    metrics += [name for name in values if "copies" in name]
    return Bunch(
        metrics=metrics,
        generated=np.array([rows[name][0] for name in metrics]),
        reference=np.array([rows[name][1] for name in metrics]),
        halves=np.array([rows[name][2] for name in metrics]),
    )


def _values(melodies):
    """Return the metrics of single melodies, {name: ndarray of shape (n_samples,)}."""
    silent = np.array([not has_notes(music) for music in melodies], dtype=float)
    return melody_metrics(melodies, [*NOTE_METRICS, "pitch_range"]) | {"silent_rate": silent}


def _halves(groups):
    """Return the rows of both halves of random splits by tune, pair after pair."""
    n_tunes = len(np.unique(groups))
    pairs = []
    if n_tunes > 1:
        pairs = list(GroupShuffleSplit(N_SPLITS, test_size=0.5, random_state=SEED).split(groups, groups=groups))
    halves = [half for pair in pairs for half in pair]
    if min(map(len, halves), default=0) < MIN_MELODIES:
        raise ValueError(
            f"{len(groups)} reference melodies of {n_tunes} tunes: expected enough for two halves of at least "
            f"{MIN_MELODIES} melodies that share no tune; pass more"
        )
    return halves


def _other_halves(halves):
    """Return, for each half, the other half of its split."""
    return [halves[i + 1 - 2 * (i % 2)] for i in range(len(halves))]


def _test_intervals(notes, reference_notes, halves):
    shares, reference = interval_shares(notes), interval_shares(reference_notes)
    floor = [total_variation(reference[a], reference[b]) for a, b in zip(halves, _other_halves(halves), strict=True)]
    return total_variation(shares, reference), floor


def _test_entropy(generated, reference, halves):
    found, floor = [], []
    for half, other in zip(halves, _other_halves(halves), strict=True):
        model = NGramModel().fit([reference[i] for i in other])
        found.append(-model.score(generated))
        floor.append(-model.score([reference[i] for i in half]))
    return float(np.mean(found)), floor


def _test_classifier(notes, reference_notes, groups, halves):
    features, reference = note_features(notes), note_features(reference_notes)
    floor = [
        cross_validated_auc(reference[a], reference[b], groups[a], groups[b])
        for a, b in zip(halves[::2], halves[1::2], strict=True)
    ]
    found = cross_validated_auc(features, reference, np.arange(len(features)), groups)
    return found, [auc for auc in floor for _ in range(2)]


def format_melodic_quality(qualities):
    """Format tables of melodic quality side by side as a Markdown table.

    Parameters
    ----------
    qualities : dict of str to the result of :func:`melodic_quality`
        The tables by name, for example ``{"before": ..., "after": ...}``, all against the same real melodies.

    Returns
    -------
    str
        A row for each metric: its value in each table, that of the real melodies, and the range over their halves.

    Raises
    ------
    ValueError
        If `qualities` is empty, or the metrics or real melodies differ.

    See Also
    --------
    skemovae.melodic_quality : Computes the tables.
    skemovae.MelodicQualityDisplay : Plots the tables.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.utils import Bunch
    >>> from skemovae.metrics import format_melodic_quality
    >>> quality = Bunch(metrics=["step_rate"], generated=np.array([0.41]), reference=np.array([0.7]),
    ...     halves=np.array([[0.69, 0.71, 0.68, 0.72, 0.7, 0.7]]))
    >>> print(format_melodic_quality({"generated": quality}).splitlines()[2])
    | step_rate | 0.410 | 0.700 | 0.680 to 0.720 |
    """
    first = check_qualities(qualities)
    lines = [f"| metric | {' | '.join(qualities)} | real | halves of real |", "|---|" + "---|" * (len(qualities) + 2)]
    for row, metric in enumerate(first.metrics):
        values = [*(quality.generated[row] for quality in qualities.values()), first.reference[row]]
        cells = ["-" if np.isnan(value) else f"{value:.3f}" for value in values]
        low, high = first.halves[row].min(), first.halves[row].max()
        cells.append("-" if np.isnan(low) else f"{low:.3f} to {high:.3f}")
        lines.append(f"| {metric} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def check_qualities(qualities):
    """Return the first of a dict of results of melodic_quality; raise ValueError unless all have the same reference."""
    if not qualities:
        raise ValueError("qualities is empty: expected {name: result of melodic_quality}")
    (first_name, first), *others = qualities.items()
    for name, quality in others:
        same = list(quality.metrics) == list(first.metrics)
        if not same or not np.array_equal(quality.reference, first.reference, equal_nan=True):
            raise ValueError(
                f"{name!r} and {first_name!r} have different metrics or real melodies: expected the same; make all "
                "with the same X_reference and groups, and all with the same X_train or none with any"
            )
    return first
