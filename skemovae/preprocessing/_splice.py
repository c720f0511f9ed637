"""splice_bars: new rows made from the bars of rows with the same label."""

import numpy as np
from sklearn.utils.validation import column_or_1d

from .._validation import check_positive_integer, make_generator
from ._tokens import check_tokens, rest_empty_holds

REPLACED = 0.5  # the probability that a bar is replaced


def splice_bars(tokens, labels, *, bar_steps=16, random_state=None):
    """Replace each bar of each row, with probability 1/2, by the same bar of another row with the same label.

    A model trained on such rows has to encode each bar; it cannot memorize whole tunes.

    Parameters
    ----------
    tokens : array-like of shape (n_samples, n_steps), int
        Tokens 0-129.
    labels : array-like of shape (n_samples,)
        Bars are taken only from rows with the same label; a row whose label occurs once is unchanged.
    bar_steps : int, default=16
        Length of a bar in steps; 16 is 4/4 in sixteenths. An incomplete bar at the end of a row counts as a bar.
    random_state : None, int, numpy.random.Generator or numpy.random.RandomState, default=None

    Returns
    -------
    ndarray of shape (n_samples, n_steps), int
        The spliced rows. A hold at the beginning of a bar continues what the bar before ends with, whichever row it
        comes from; if that is a rest, the hold becomes a rest.

    Raises
    ------
    ValueError
        If the tokens or a parameter are not valid, or the number of labels differs.

    See Also
    --------
    MelodyVariations : Uses this function to make further training rows.

    Examples
    --------
    >>> from skemovae.preprocessing import splice_bars
    >>> rows = [[60, 62, 64, 65], [72, 129, 129, 71], [48, 50, 52, 53]]
    >>> splice_bars(rows, ["happy", "happy", "sad"], bar_steps=2, random_state=8)
    array([[ 72, 129,  64,  65],
           [ 60,  62, 129,  71],
           [ 48,  50,  52,  53]])
    """
    tokens, labels = check_tokens(tokens), column_or_1d(labels)
    check_positive_integer("bar_steps", bar_steps, "16 for 4/4 in sixteenths")
    n_rows, n_steps = tokens.shape
    if len(labels) != n_rows:
        raise ValueError(f"{n_rows} rows and {len(labels)} labels: expected the same number")
    generator = make_generator(random_state)
    n_bars = -(-n_steps // bar_steps)
    others = _other_rows(labels, n_bars, generator)
    replaced = generator.random((n_rows, n_bars)) < REPLACED
    source = np.where(replaced, others, np.arange(n_rows)[:, None])
    bar = np.arange(n_steps) // bar_steps
    return rest_empty_holds(tokens[source[:, bar], np.arange(n_steps)])


def _other_rows(labels, n_bars, generator):
    """Return, for every bar of each row, another row with the same label, or the row itself if there is no other."""
    _, label = np.unique(labels, return_inverse=True)
    order = np.argsort(label, kind="stable")  # row numbers, label after label
    count = np.bincount(label)
    first = (np.cumsum(count) - count)[label]
    count = count[label]
    place = np.empty_like(order)  # position of each row among those with its label
    place[order] = np.arange(len(order))
    place -= first
    shift = generator.integers(1, np.maximum(count, 2)[:, None], size=(len(order), n_bars))
    return order[first[:, None] + (place[:, None] + shift) % count[:, None]]
