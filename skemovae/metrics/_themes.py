"""melodic_similarity, theme_recognition: whether a returning theme is recognized."""

import numpy as np

from ._inputs import as_notes

# The degree of each pitch class above C, 0 to 6: the parallel notes of major and minor are the same degree
DEGREES = np.array([0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6])
SPEEDS = ((1, 1), (2, 1), (1, 2))  # by how much the times of either melody are stretched


def melodic_similarity(X, Y):
    r"""Return how much of two melodies is the same, up to mode and speed, for each pair of two sets.

    A melody is the set of its notes, each a time and a degree of the scale: the thirds, sixths and sevenths of C major
    and C minor are the same degree. Of two sets a and b the similarity is the harmonic mean of how much of either is
    in the other (Dice's coefficient, or F-measure),

    .. math:: s(a, b) = \frac{2 \left| a \cap b \right|}{\left| a \right| + \left| b \right|}

    It is taken three times: as the melodies are, and with one or the other at half speed as far as the other one
    reaches. The largest counts.

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
    """Return how often a returning theme is more similar to its own theme than to all others.

    Parameters
    ----------
    X : list of muspy.Music, or array-like of shape (n_themes, n_steps), int
        Returns: ``X[i]`` is the return of ``themes[i]``, in another mode, at another speed, varied.
    themes : list of muspy.Music, or array-like of shape (n_themes, n_steps), int

    Returns
    -------
    float
        Share of the returns that are more similar to their own theme than to any other, by
        :func:`melodic_similarity`. Chance is 1 / n_themes.

    Raises
    ------
    ValueError
        If an input holds neither scores nor valid tokens, the numbers differ, or there are fewer than two.

    See Also
    --------
    melodic_similarity : The similarity that it compares.
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
