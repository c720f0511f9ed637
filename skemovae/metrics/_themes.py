"""melodic_similarity and theme_recognition: whether a returning theme can be recognized."""

import numpy as np

from ._inputs import as_notes

# The degree of each pitch class above C, 0 to 6: the parallel notes of major and minor are the same degree
DEGREES = np.array([0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6])
SPEEDS = ((1, 1), (2, 1), (1, 2))  # the factors by which the times of both melodies are stretched


def melodic_similarity(X, Y):
    r"""Return how similar two melodies are, up to mode and speed, for each pair from two sets of melodies.

    A melody is treated as the set of its notes, each of which is a time and a scale degree; the thirds, sixths and
    sevenths of C major and C minor are the same degree. The similarity of two sets a and b is the harmonic mean of the
    share of a that is in b and the share of b that is in a (Dice's coefficient, or F-measure),

    .. math:: s(a, b) = \frac{2 \left| a \cap b \right|}{\left| a \right| + \left| b \right|}

    It is computed three times: for the melodies as they are, and with one or the other at half speed, up to the end of
    the shorter one. The largest value is returned.

    Parameters
    ----------
    X : list of muspy.Music, or array-like of shape (n_X, n_steps), int
        Melodies in C, or their tokens.
    Y : list of muspy.Music, or array-like of shape (n_Y, n_steps), int

    Returns
    -------
    ndarray of shape (n_X, n_Y)
        0 to 1; 0 for silence.

    Raises
    ------
    ValueError
        If an input holds neither scores nor valid tokens.

    See Also
    --------
    theme_recognition : Whether a theme is recognized when it returns.
    skemovae.content_preservation : How much is kept of melodies whose emotion was changed.

    References
    ----------
    L. R. Dice, "Measures of the amount of ecologic association between species", Ecology 26 (1945), 297-302.

    Examples
    --------
    >>> from skemovae.metrics import melodic_similarity
    >>> major, minor = [60, 129, 64, 129, 67, 129, 72, 129], [60, 129, 63, 129, 67, 129, 68, 129]
    >>> slow = [60, 129, 129, 129, 64, 129, 129, 129]
    >>> melodic_similarity([major], [major, minor, slow])
    array([[1.  , 0.75, 1.  ]])
    """
    first, second = as_notes(X), as_notes(Y)
    return np.array([[_similarity(a, b) for b in second] for a in first])


def theme_recognition(X, themes):
    """Return how often a returning theme is more similar to its own theme than to any other.

    Parameters
    ----------
    X : list of muspy.Music, or array-like of shape (n_themes, n_steps), int
        The returns: ``X[i]`` is the return of ``themes[i]``, in another mode, at another speed, or varied.
    themes : list of muspy.Music, or array-like of shape (n_themes, n_steps), int

    Returns
    -------
    float
        Share of the returns that are more similar to their own theme than to any other, by
        :func:`melodic_similarity`. Chance is 1 / n_themes.

    Raises
    ------
    ValueError
        If an input holds neither scores nor valid tokens, the numbers of returns and themes differ, or there are fewer
        than two.

    See Also
    --------
    melodic_similarity : The similarity on which this is based.
    skemovae.compose_piece : Composes pieces whose themes return.

    Examples
    --------
    >>> from skemovae.metrics import theme_recognition
    >>> themes = [[60, 129, 64, 129, 67, 129, 72, 129], [67, 129, 67, 129, 65, 129, 64, 129]]
    >>> theme_recognition([[60, 129, 63, 129, 67, 129, 72, 129], [72, 129, 71, 129, 69, 129, 64, 129]], themes)
    1.0
    """
    similarity = melodic_similarity(X, themes)
    if similarity.shape[0] != similarity.shape[1] or len(similarity) < 2:
        raise ValueError(
            f"{similarity.shape[0]} returns and {similarity.shape[1]} themes: expected the same number, at least two"
        )
    own = similarity.diagonal().copy()
    np.fill_diagonal(similarity, -1)
    return float((own > similarity.max(axis=1)).mean())


def _similarity(first, second):
    """Return the similarity of the notes of two melodies."""
    if not len(first) or not len(second):
        return 0.0
    return max(_same(first, second, *speeds) for speeds in SPEEDS)


def _same(first, second, of_first, of_second):
    ends = first[-1, :2].sum() * of_first, second[-1, :2].sum() * of_second
    reach = max(ends) if of_first == of_second else min(ends)
    a, b = (
        {(onset * factor, degree) for onset, degree in _degrees(notes) if onset * factor < reach}
        for notes, factor in ((first, of_first), (second, of_second))
    )
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 0.0


def _degrees(notes):
    octaves, pitch_classes = np.divmod(notes[:, 2], 12)
    return zip(notes[:, 0].tolist(), (7 * octaves + DEGREES[pitch_classes]).tolist(), strict=True)
