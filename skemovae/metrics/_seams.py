"""phrase_seams: the intervals from phrase to phrase, compared with those inside phrases."""

import numpy as np
from sklearn.utils import Bunch

from .._validation import check_positive_integer
from ._inputs import STEPS_PER_BAR, as_notes, mean_of_known
from ._notes import FIFTH


def phrase_seams(X, *, bars=4):
    """Return how large the intervals are where a phrase ends and the next one begins.

    Between independent phrases, they are as large as between any two notes of two melodies; between the phrases of a
    tune, they are smaller.

    Parameters
    ----------
    X : list of muspy.Music, or array-like of shape (n_pieces, n_steps), int
        Pieces, or their tokens; also real ones, for comparison.
    bars : int, default=4
        Length of a phrase in bars of 4/4.

    Returns
    -------
    sklearn.utils.Bunch
        seam, inside : float
            Mean size, in semitones, of the intervals from the last note of a phrase to the first of the next phrase,
            and of all other intervals.
        wide_seams, wide_inside : float
            Share of these intervals that are larger than a fifth (7 semitones).

        NaN if there are no such intervals. A note belongs to the phrase in which it begins.

    Raises
    ------
    ValueError
        If X holds neither scores nor valid tokens, or `bars` is not a positive integer.

    See Also
    --------
    skemovae.compose_piece : Composes pieces of several phrases.
    curve_correlation, theme_recognition : Other measures of whole pieces.

    Examples
    --------
    >>> from skemovae.metrics import phrase_seams
    >>> phrase_seams([[60, *[129] * 7, 62, *[129] * 7, 70, *[129] * 7, 72, *[129] * 7]], bars=1)
    {'seam': 8.0, 'inside': 2.0, 'wide_seams': 1.0, 'wide_inside': 0.0}
    """
    check_positive_integer("bars", bars, 4)
    melodies = as_notes(X)
    sizes = np.concatenate([np.abs(np.diff(notes[:, 2])) for notes in melodies])
    is_seam = np.concatenate([np.diff(notes[:, 0] // (bars * STEPS_PER_BAR)) > 0 for notes in melodies])
    seams, inside = sizes[is_seam].astype(float), sizes[~is_seam].astype(float)
    return Bunch(
        seam=mean_of_known(seams),
        inside=mean_of_known(inside),
        wide_seams=mean_of_known((seams > FIFTH).astype(float)),
        wide_inside=mean_of_known((inside > FIFTH).astype(float)),
    )
