"""Symbols as indices into the vocabulary, and what they say about the labels."""

import numpy as np


def to_symbols(X, vocabulary, handle_unknown):
    """Return the vocabulary index of every symbol, or of the nearest known one, as int32 in the shape of X.

    Raises
    ------
    ValueError
        With ``handle_unknown="error"``, if X contains a symbol that is not in the vocabulary.
    """
    if handle_unknown == "error" and not np.isin(X, vocabulary).all():
        unknown = np.setdiff1d(X, vocabulary).tolist()
        raise ValueError(
            f"unknown symbols {unknown[:10]}: they do not occur in the training data; "
            "set handle_unknown='nearest' to use the nearest symbols that do"
        )
    known = vocabulary.astype(float)  # a sum of two uint8 tokens would overflow
    return np.searchsorted((known[1:] + known[:-1]) / 2, X).astype("int32")


def fit_symbol_attributes(symbols, targets, n_symbols):
    """Return how much each occurrence of a symbol adds to the valence and the arousal of a row, by ridge regression.

    Parameters
    ----------
    symbols : int array of shape (n_samples, n_steps)
    targets : array of shape (n_samples, 2)
    n_symbols : int

    Returns
    -------
    ndarray of shape (n_symbols, 2)
        The sum over a row's symbols is the row's attribute.
    """
    from sklearn.linear_model import Ridge  # takes long to load, and only a fit needs it

    counts = np.stack([np.bincount(row, minlength=n_symbols) for row in symbols])
    ridge = Ridge().fit(counts, targets)
    return ridge.coef_.T + ridge.intercept_ / symbols.shape[1]
