"""two_sample_auc: whether a classifier can tell generated melodies from real ones."""

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.utils.validation import column_or_1d
from threadpoolctl import threadpool_limits

from .._tunes import group_by_tune, tune_incipit
from ._features import note_features
from ._inputs import as_melodies, notes_of_melody

MAX_FOLDS = 5
MIN_MELODIES = 20  # the minimum number of melodies in a leaf; from fewer, the trees could learn nothing
# With larger or more trees, chorales with two wrong notes are detected less often, and it takes twice as long.
N_TREES, N_LEAVES = 60, 8
SEED = 0


def two_sample_auc(X, X_reference, *, groups=None):
    r"""Return how well a classifier tells melodies from reference melodies: 0.5 is chance, 1 is always.

    This is a classifier two-sample test. Gradient-boosted trees are trained to tell the two apart from 61 features of
    their notes. The result is the area under the ROC curve on held-out melodies: the probability that, given a real and
    a generated melody, the trees identify the real one. Unlike a comparison of means, it uses all features together.
    For real melodies against other real melodies, it is about 0.5.

    Parameters
    ----------
    X : list of muspy.Music, or array-like of shape (n_samples, n_steps), int
        Generated melodies, or their tokens; at least 20.
    X_reference : list of muspy.Music, or array-like of shape (n_reference, n_reference_steps), int
        Real melodies, preferably ones on which the generator was not trained; at least 20.
    groups : array-like of shape (n_reference,), default=None
        The tune of each real melody; with None, melodies with the same first 8 quarter notes, in any key, count as one
        tune.

    Returns
    -------
    float
        0 to 1. Values a little below 0.5 are also chance; a value far below means that X contains copies of the
        reference.

    Raises
    ------
    ValueError
        If there are fewer than 20 melodies in one of the sets or fewer than two real tunes, or `groups` has the wrong
        length.

    See Also
    --------
    neg_two_sample_auc_scorer : For cross-validation.
    melodic_quality : Many comparisons with real melodies at once.

    Notes
    -----
    The features are

    - the nine of ``NOTE_METRICS``;
    - number of notes, first and last onset, length of the last note, share of rests;
    - pitch range, mean pitch, number of pitches, last minus first pitch;
    - shares of the intervals of 0, 1, 2, 3, 4, 5, 7, 12 and more semitones, mean size, size of the last interval,
      shares of rising intervals and of turns;
    - shares of the times between onsets of 1, 2, 3, 4, 6, 8, 12 and 16 sixteenths, number of different times, shares of
      the onsets on each sixteenth of the beat;
    - shares of the twelve pitch classes;
    - share of the figures (as in `figure_return`) that occurred before, numbers of different bars by rhythm and by
      notes, shares of the notes that also occurred one bar and two bars before.

    Undefined features are -1, so the trees recognize a melody without notes.

    There are 60 trees of up to 8 leaves, and up to 5 folds, stratified and grouped by tune; each generated melody is
    its own group. Both sets should have the same length and the same emotions in the same proportions; otherwise, the
    trees use the difference. Near 0.5, the standard error is about :math:`\sqrt{(n + m) / (12 n m)}` for n and m
    melodies: 0.02 for 400 of each, 0.04 for 100, and more if many are of the same tune.

    References
    ----------
    D. Lopez-Paz and M. Oquab, "Revisiting classifier two-sample tests", ICLR 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from skemovae import PitchEncoder, load_bach_chorales
    >>> from skemovae.metrics import two_sample_auc
    >>> bach = load_bach_chorales()
    >>> X = PitchEncoder().fit_transform(bach.data)
    >>> wandering, generator = X.copy(), np.random.default_rng(0)
    >>> for row in wandering:
    ...     row[row < 128] = generator.permutation(row[row < 128])
    >>> bool(two_sample_auc(wandering, X, groups=bach.groups) > 0.9)
    True
    """
    generated, real = as_melodies(X), as_melodies(X_reference)
    groups = tunes_of(real, groups)
    features, reference_features = (
        note_features([notes_of_melody(music) for music in melodies]) for melodies in (generated, real)
    )
    return cross_validated_auc(features, reference_features, np.arange(len(generated)), groups)


def tunes_of(melodies, groups):
    """Return the tune of each melody as an array: that of `groups`, or by its first 8 quarter notes."""
    if groups is None:
        groups = group_by_tune([tune_incipit(music) for music in melodies], range(len(melodies)))
    groups = column_or_1d(groups)
    if len(groups) != len(melodies):
        raise ValueError(f"{len(melodies)} reference melodies and {len(groups)} groups: expected one for each")
    return np.unique(groups, return_inverse=True)[1]


def cross_validated_auc(features, reference_features, groups, reference_groups):
    """Return the area under the ROC curve of melodies held out by group; no group is on both sides.

    Parameters
    ----------
    features, reference_features : ndarray of shape (n, n_features) and (m, n_features)
    groups, reference_groups : int ndarray of shape (n,) and (m,)
    """
    n_tunes = min(len(np.unique(groups)), len(np.unique(reference_groups)))
    if min(len(features), len(reference_features)) < MIN_MELODIES or n_tunes < 2:
        raise ValueError(
            f"{len(features)} melodies and {len(reference_features)} reference melodies, of {n_tunes} tunes or more: "
            f"expected at least {MIN_MELODIES} melodies and two tunes on either side"
        )
    is_real = np.repeat([0, 1], [len(features), len(reference_features)])
    model = HistGradientBoostingClassifier(
        max_iter=N_TREES,
        max_leaf_nodes=N_LEAVES,
        min_samples_leaf=MIN_MELODIES,
        early_stopping=False,
        random_state=SEED,
    )
    # One thread: with a few hundred rows, more threads bring nothing, and if another process occupies the cores,
    # threads that wait for each other take a hundred times as long.
    with threadpool_limits(limits=1, user_api="openmp"):
        predicted = cross_val_predict(
            model,
            np.concatenate([features, reference_features]),
            is_real,
            groups=np.concatenate([reference_groups.max() + 1 + groups, reference_groups]),
            cv=StratifiedGroupKFold(min(MAX_FOLDS, n_tunes), shuffle=True, random_state=SEED),
            method="predict_proba",
        )
    return float(roc_auc_score(is_real, predicted[:, 1]))
