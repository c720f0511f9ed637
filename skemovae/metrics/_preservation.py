"""content_preservation: how much of a melody is kept when its emotion is changed."""

import numpy as np
from scipy.stats import rankdata
from sklearn.utils import Bunch

from .._validation import make_generator
from ..preprocessing import REST, to_parallel_mode
from ._inputs import as_notes, mean_of_known, n_steps_of

SPEEDS = (1.0, 0.5, 2.0)
#: The major form of each pitch, so that the same degree of C major and C minor is the same pitch.
UP_TO_MODE = to_parallel_mode(np.arange(REST)[None], "major")[0]
MEASURES = ("onsets", "notes", "contour", "common_subsequence")


def content_preservation(X, X_changed, *, speed=1.0, random_state=0):
    """Return how much of each melody is kept in its changed version, and how much in a random other melody.

    Pitches are compared up to mode: E flat and E, A flat and A, and B flat and B of the same octave count as the same
    pitch. The speed may also have changed: the melody is then compared at the new speed, as far as both versions reach.

    Parameters
    ----------
    X : list of muspy.Music, or array-like of shape (n_samples, n_steps), int
        Melodies in C major or C minor (:class:`skemovae.KeyNormalizer`), or their tokens.
    X_changed : list of muspy.Music, or array-like of shape (n_samples, n_steps), int
        Their changed versions, in the same order.
    speed : {1, 0.5, 2}, array-like of these of shape (n_samples,), or None, default=1
        The speed of the changed melodies relative to the originals: 0.5 is half as fast, with all notes twice as long.
        None takes, for each melody, the speed at which most of its onsets and notes are kept; the floor is computed in
        the same way.
    random_state : int, numpy Generator, RandomState or None, default=0
        Seeds the choice of the other melodies for the floor.

    Returns
    -------
    sklearn.utils.Bunch
        onsets : float
            F-measure of the onsets: twice the number of sixteenths at which a note begins in both versions, divided by
            the total number of notes in both.
        notes : float
            Share of the melody's notes for which the changed version has a note at the same time, with the same pitch
            up to mode.
        contour : float
            Spearman's rank correlation of the pitches that sound in both versions at each onset of either; 0 if it is
            undefined because fewer than two different pitches are left.
        common_subsequence : float
            Twice the length of the longest common subsequence of the pitches, up to mode, divided by the total number
            of notes in both versions.
        floor : Bunch
            The same four figures for each melody and the changed version of another melody, drawn at random; NaN if
            there is only one melody.

        All are means over the melodies, from 0 to 1 (contour: -1 to 1). Melodies without notes do not count; melodies
        with a single pitch do not count for the contour. NaN if there are no others.

    Raises
    ------
    ValueError
        If the numbers of melodies differ, the inputs hold neither scores nor valid tokens, or a speed is not valid.

    See Also
    --------
    emotion_control : Whether the changed melodies carry the requested emotion.
    reconstruction_quality : A comparison token by token, for melodies that should not change.

    Notes
    -----
    Rows of tokens end with their last step. At half speed, there is no room for the second half of a melody, so it does
    not count; at double speed, the second half of the changed row does not count, because nothing in the melody
    corresponds to it. Notes that would fall between two sixteenths at double speed cannot be kept and do not count.
    Scores have no fixed end.

    Keeping everything is no achievement if the emotion did not change, so read the result together with
    :func:`emotion_control`.

    References
    ----------
    O. Cífka, U. Şimşekli and G. Richard, "Supervised symbolic music style translation using synthetic data", ISMIR 2019
    (content preservation beside style fit).
    C. Raffel et al., "mir_eval: a transparent implementation of common MIR metrics", ISMIR 2014 (F-measure of onsets).
    S.-L. Wu and Y.-H. Yang, "MuseMorphose: full-song and fine-grained piano music style transfer with one transformer
    VAE", IEEE/ACM Transactions on Audio, Speech, and Language Processing 31 (2023) (fidelity beside control).

    Examples
    --------
    >>> from skemovae.metrics import content_preservation
    >>> happy, sad = [60, 129, 64, 129, 67, 69, 71, 72], [60, 129, 63, 129, 67, 68, 65, 72]
    >>> kept = content_preservation([happy], [sad])  # one note is another one
    >>> kept.onsets, round(kept.notes, 2), round(kept.contour, 2), round(kept.common_subsequence, 2)
    (1.0, 0.83, 0.83, 0.83)
    >>> slow = [60, 129, 129, 129, 63, 129, 129, 129]
    >>> content_preservation([happy], [slow], speed=0.5).notes
    1.0
    """
    before, after = as_notes(X), as_notes(X_changed)
    if len(before) != len(after):
        raise ValueError(f"{len(after)} changed versions of {len(before)} melodies: expected one for each")
    speeds = _check_speed(speed, len(before))
    ends = n_steps_of(X), n_steps_of(X_changed)
    order = make_generator(random_state).permutation(len(after))
    others: list = [None] * len(after)
    for place, i in enumerate(order):  # the neighbor in a random cycle is always another melody
        others[i] = after[order[place - 1]]
    floor = _means(before, others, speeds, ends) if len(after) > 1 else dict.fromkeys(MEASURES, np.nan)
    return Bunch(**_means(before, after, speeds, ends), floor=Bunch(**floor))


def _check_speed(speed, n_samples):
    """Return the speeds to try for each melody, a list of tuples."""
    if speed is None:
        return [SPEEDS] * n_samples
    given = np.asarray(speed)
    if given.shape not in ((), (n_samples,)) or not np.isin(given, SPEEDS).all():
        raise ValueError(f"speed={speed!r}: expected 1, 0.5 or 2, one of these for each melody, or None for the best")
    return [(value,) for value in np.broadcast_to(given, n_samples).tolist()]


def _means(before, after, speeds, ends):
    """Return {measure: mean over the melodies}."""
    kept = [
        max((_kept_at(speed, one, other, ends) for speed in tried), key=lambda kept: np.nan_to_num(kept[:2]).sum())
        for one, other, tried in zip(before, after, speeds, strict=True)
    ]
    return {name: mean_of_known(values) for name, values in zip(MEASURES, np.array(kept).T, strict=True)}


def _kept_at(speed, before, after, ends):
    """Return what is kept of a melody at one speed, in the order of MEASURES; NaN if it has no notes."""
    end = min(ends[0] / speed, ends[1])
    times = before[:, 0] / speed
    before, times = _select(before, times, (times < end) & (times % 1 == 0))
    after, onsets = _select(after, after[:, 0], after[:, 0] < end)
    if not len(before):
        return [np.nan] * len(MEASURES)
    pitches, changed = UP_TO_MODE[before[:, 2]], UP_TO_MODE[after[:, 2]]
    common, i, j = np.intersect1d(times, onsets, return_indices=True)
    n_notes = len(before) + len(after)
    return [
        2 * len(common) / n_notes,
        (pitches[i] == changed[j]).sum() / len(before),
        _contour(before, after, np.union1d(times, onsets), speed),
        2 * _common_subsequence(pitches, changed) / n_notes,
    ]


def _select(notes, times, chosen):
    return notes[chosen], times[chosen]


def _contour(before, after, times, speed):
    """Return the rank correlation of the pitches that sound at the given times of the changed melody."""
    if np.ptp(before[:, 2]) == 0:
        return np.nan
    pitches = np.array([_sounding(before, times * speed), _sounding(after, times)])
    pitches = pitches[:, ~np.isnan(pitches).any(axis=0)]
    if not pitches.size or (np.ptp(pitches, axis=1) == 0).any():
        return 0.0
    return np.corrcoef(rankdata(pitches, axis=1))[0, 1]


def _sounding(notes, times):
    """Return the pitch that sounds at each time, NaN in silence."""
    if not len(notes):
        return np.full(len(times), np.nan)
    last = np.searchsorted(notes[:, 0], times, side="right") - 1  # the last note that has begun
    sounds = (last >= 0) & (times < notes[last, 0] + notes[last, 1])
    return np.where(sounds, notes[last, 2], np.nan)


def _common_subsequence(first, second):
    """Return the length of the longest common subsequence of two sequences."""
    longest = np.zeros(len(second) + 1, dtype=int)  # of the first as far as read, and each prefix of the second
    for item in first:
        longest[1:] = np.maximum.accumulate(np.where(second == item, longest[:-1] + 1, longest[1:]))
    return longest[-1]
