"""interval_distance: whether melodies move like reference melodies."""

import numpy as np

from ._inputs import as_notes

WIDEST = 13  # semitones; all intervals of more than an octave count as the same


def interval_distance(X, X_reference):
    r"""Return the total variation distance between the intervals of melodies and those of reference melodies.

    .. math:: \frac{1}{2} \sum_i \left| p_i - q_i \right|

    with the shares p and q of the intervals i between consecutive notes, in semitones. Rising and falling intervals are
    distinguished; all those of more than an octave in one direction count as the same. The distance is the share of the
    intervals that would have to change. Every melody has the same weight, however many notes it has; melodies of fewer
    than two notes do not count.

    Parameters
    ----------
    X : list of muspy.Music, or array-like of shape (n_samples, n_steps), int
        Melodies to compare, for example generated ones, or their tokens.
    X_reference : list of muspy.Music, or array-like of shape (n_reference, n_reference_steps), int
        Melodies to compare with, for example real melodies that the generator was not trained on.

    Returns
    -------
    float
        0 (the same distribution) to 1 (no interval in common). NaN if one side has no intervals.

    Raises
    ------
    ValueError
        If an input holds neither scores nor valid tokens.

    See Also
    --------
    muspy_distance : The distance in terms of MusPy's metrics.
    melodic_quality : Many comparisons with real melodies at once.

    Examples
    --------
    >>> from skemovae.metrics import interval_distance
    >>> interval_distance([[60, 62, 64]], [[65, 67, 65]])  # a rising step takes the place of a falling one
    0.5
    """
    shares, reference = (interval_shares(as_notes(melodies)) for melodies in (X, X_reference))
    return total_variation(shares, reference)


def interval_shares(melodies):
    """Return the share of each interval in each melody, shape (n_samples, 27); NaN for melodies without intervals."""
    shares = np.full((len(melodies), 2 * WIDEST + 1), np.nan)
    for row, notes in zip(shares, melodies, strict=True):
        moves = np.clip(np.diff(notes[:, 2]), -WIDEST, WIDEST)
        if moves.size:
            row[:] = np.bincount(moves + WIDEST, minlength=len(row)) / moves.size
    return shares


def total_variation(shares, reference_shares):
    """Return the total variation distance between the means of two arrays of :func:`interval_shares`."""
    known = [rows[~np.isnan(rows[:, 0])] for rows in (shares, reference_shares)]
    if not all(len(rows) for rows in known):
        return np.nan
    p, q = (rows.mean(axis=0) for rows in known)
    return float(np.abs(p - q).sum() / 2)
