"""curve_correlation: how well pieces follow the requested curve of emotion."""

import numpy as np
from sklearn.utils import Bunch

from .._validation import check_positive_integer
from ._inputs import STEPS_PER_BAR, as_notes

# Major and minor differ in the third, the sixth and the seventh: +1 for those of C major, -1 for those of C minor
BALANCE = np.array([0, 0, 0, -1, 1, 0, 0, 0, -1, 1, -1, 1])


def curve_correlation(X, asked, *, bars=4):
    r"""Return how closely the music of pieces follows the requested curve of emotion.

    Pieces are cut into segments. In each segment, the number of notes stands for the arousal, and the balance of major
    and minor for the valence: the mean, over its notes, of +1 for E, A and B, -1 for E flat, A flat and B flat, and 0
    for all others. (Except for notes in neither scale, this is MusPy's rate of notes in C major minus that in C minor.)
    Both are compared with the curve by Pearson's correlation,

    .. math:: r = \frac{\operatorname{cov}(a, f)}{\operatorname{sd}(a) \, \operatorname{sd}(f)}

    of the requested values a and the values f found in the music, once for each piece and once for the mean over all
    pieces.

    Parameters
    ----------
    X : list of muspy.Music, or array-like of shape (n_pieces, n_steps), int
        Pieces in C, or their tokens.
    asked : array-like of shape (n_segments, 2)
        Requested valence and arousal of each segment, as in ``compose_piece(...).asked``: the same for all pieces.
    bars : int, default=4
        Length of a segment in bars of 4/4.

    Returns
    -------
    sklearn.utils.Bunch
        valence, arousal : float
            Median over the pieces of their correlations.
        valence_of_mean, arousal_of_mean : float
            Correlation of the mean over the pieces.
        balance, notes : ndarray of shape (n_pieces, n_segments)
            What was compared: the balance of each segment, 0 in silence, and its number of notes.

        The correlation of a piece in which nothing changes is 0; if the curve itself does not change, it is NaN.

    Raises
    ------
    ValueError
        If X holds neither scores nor valid tokens, `asked` has the wrong shape, or a piece is longer than the curve.

    See Also
    --------
    skemovae.compose_piece : Composes pieces that follow a curve.
    phrase_seams, theme_recognition : Other measures of whole pieces.

    Notes
    -----
    For a curve that covers the whole plane, the linear correlation stays below 1 even if a model follows it well,
    because the number of notes is not a linear function of the arousal: it grows faster from calm to excited than from
    calm to less calm.

    Examples
    --------
    >>> from skemovae.metrics import curve_correlation
    >>> slow, fast = [60, *[129] * 7, 63, *[129] * 7], [60, 129, 64, 129] * 4
    >>> result = curve_correlation([slow + slow + fast], [(-1, -1), (-1, -1), (1, 1)], bars=1)
    >>> round(result.valence, 3), round(result.arousal, 3), result.notes.tolist()
    (1.0, 1.0, [[2.0, 2.0, 8.0]])
    """
    check_positive_integer("bars", bars, 4)
    try:
        asked = np.asarray(asked, dtype=float)
    except (TypeError, ValueError):
        asked = np.empty(0)
    if asked.ndim != 2 or asked.shape[1] != 2 or len(asked) < 2 or not np.isfinite(asked).all():
        raise ValueError(f"asked of shape {asked.shape}: expected (n_segments, 2) numbers, of two segments or more")
    found = np.array([_segments(notes, len(asked), bars) for notes in as_notes(X)])
    result = Bunch(balance=found[:, 0], notes=found[:, 1])
    for axis, name in enumerate(("valence", "arousal")):
        pieces = [_correlation(asked[:, axis], curve) for curve in found[:, axis]]
        result[name] = float(np.median(pieces))
        result[f"{name}_of_mean"] = _correlation(asked[:, axis], found[:, axis].mean(axis=0))
    return result


def _segments(notes, n_segments, bars):
    """Return the balance of major and minor and the number of notes of each segment, shape (2, n_segments)."""
    segment = notes[:, 0] // (bars * STEPS_PER_BAR)
    if len(segment) and segment[-1] >= n_segments:
        raise ValueError(
            f"a piece with a note in segment {segment[-1] + 1} of {bars} bars: expected notes only in the {n_segments} "
            "segments of asked; pass bars=..."
        )
    n_notes = np.bincount(segment, minlength=n_segments).astype(float)
    balance = np.bincount(segment, BALANCE[notes[:, 2] % 12], minlength=n_segments)
    return balance / np.maximum(n_notes, 1), n_notes


def _correlation(asked, found):
    """Return Pearson's correlation; NaN if the requested curve is constant, 0 if the music is."""
    asked, found = asked - asked.mean(), found - found.mean()
    of_asked, of_found = np.linalg.norm(asked), np.linalg.norm(found)
    if of_asked < 1e-9:
        return np.nan
    return float(asked @ found / (of_asked * of_found)) if of_found > 1e-9 else 0.0
