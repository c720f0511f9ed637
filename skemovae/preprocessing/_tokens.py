"""The tokens of melodies, one per time step: the onset of a pitch 0 to 127, a rest, or a hold of the last pitch."""

import numpy as np

REST = 128
HOLD = 129


def are_tokens(symbols):
    """Return whether each number is a token, that is, an integer from 0 to HOLD; NaN is not.

    Parameters
    ----------
    symbols : ndarray of numbers, of any shape

    Returns
    -------
    ndarray of bool, of the same shape
    """
    return (symbols >= 0) & (symbols <= HOLD) & (symbols == np.floor(symbols))  # NaN fails every comparison


def is_onset(tokens):
    """Return whether each token is a pitch, which means that a note begins at its step.

    Parameters
    ----------
    tokens : int ndarray, of any shape

    Returns
    -------
    ndarray of bool, of the same shape
    """
    return tokens < REST


def check_tokens(X, n_steps=None):
    """Return rows of tokens as a new array of integers.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_steps), int
        A column of shape (n_steps, 1), as returned by MusPy, counts as one row if `n_steps` is given.
    n_steps : int, default=None
        The expected number of steps; None accepts any number.

    Returns
    -------
    ndarray of shape (n_samples, n_steps), int

    Raises
    ------
    ValueError
        If X is not 2-D with `n_steps` columns, or contains anything other than integers 0-129.
    """
    expected = "n_steps" if n_steps is None else f"n_steps={n_steps}"
    try:
        tokens = np.asarray(X)
    except ValueError:  # NumPy's message does not say what was expected
        raise ValueError(f"rows of different lengths: expected (n_samples, {expected})") from None
    if n_steps is not None and tokens.shape == (n_steps, 1):
        tokens = tokens.T
    if tokens.ndim != 2 or (n_steps is not None and tokens.shape[1] != n_steps):
        raise ValueError(f"tokens of shape {tokens.shape}: expected (n_samples, {expected}); pass one row as [row]")
    if not np.issubdtype(tokens.dtype, np.number) or np.issubdtype(tokens.dtype, np.complexfloating):
        raise ValueError(f"tokens of type {tokens.dtype}: expected whole numbers 0 to {HOLD}")
    wrong = ~are_tokens(tokens)
    if wrong.any():
        row, step = np.argwhere(wrong)[0]
        raise ValueError(
            f"token {tokens[row, step]} in row {row}, step {step}: expected a whole number 0 to {HOLD} "
            f"(0-127 pitch, {REST} rest, {HOLD} hold)"
        )
    return tokens.astype(int)


def rest_empty_holds(tokens):
    """Replace each hold that has nothing to hold, at the beginning or after a rest, with a rest.

    Parameters
    ----------
    tokens : int ndarray of shape (n_samples, n_steps)

    Returns
    -------
    int ndarray of the same shape
        Rows that sound the same, and that :meth:`PitchEncoder.inverse_transform` and `transform` leave unchanged.
    """
    steps = np.where(tokens == HOLD, -1, np.arange(tokens.shape[1]))
    last = np.maximum.accumulate(steps, axis=1)  # the last step that is not a hold
    held = np.take_along_axis(tokens, np.maximum(last, 0), axis=1)
    return np.where((last < 0) | (held == REST), REST, tokens)


def notes_of_row(tokens):
    """Return the notes of one row of tokens; a hold at the beginning or after a rest counts as a rest.

    Parameters
    ----------
    tokens : int ndarray of shape (n_steps,)

    Returns
    -------
    list of (int, int, int)
        Onset in steps, pitch, and length in steps.
    """
    starts = np.flatnonzero(tokens != HOLD)
    ends = np.append(starts, len(tokens))[1:]  # also works for a row of only holds, where starts is empty
    return [
        (start, pitch, end - start)
        for start, end, pitch in zip(starts.tolist(), ends.tolist(), tokens[starts].tolist(), strict=True)
        if pitch != REST
    ]


def row_of_notes(notes, n_steps):
    """Return the row of tokens for notes that follow each other on the grid and in the window.

    Parameters
    ----------
    notes : list of (int, int, int)
        First step, end step, and pitch.
    n_steps : int

    Returns
    -------
    bytearray of length n_steps
        NumPy converts it to an array faster than a list.
    """
    tokens, free = bytearray([HOLD]) * n_steps, 0
    for first, last, pitch in notes:
        if free < first:
            tokens[free:first] = bytes([REST]) * (first - free)
        tokens[first] = pitch
        free = last
    tokens[free:] = bytes([REST]) * (n_steps - free)
    return tokens
