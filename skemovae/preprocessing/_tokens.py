"""The tokens of melodies, one a time step: a pitch 0 to 127 that begins, a rest, or the hold of what sounds."""

import numpy as np

REST = 128
HOLD = 129


def are_tokens(symbols):
    """Return whether each number is a token: a whole number from 0 to HOLD; NaN is none.

    Parameters
    ----------
    symbols : ndarray of numbers, of any shape

    Returns
    -------
    ndarray of bool, of the same shape
    """
    return (symbols >= 0) & (symbols <= HOLD) & (symbols == np.floor(symbols))  # NaN fails every comparison


def is_onset(tokens):
    """Return whether each token is a pitch, so that a note begins at its step.

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
        A column of shape (n_steps, 1), as MusPy returns it, is taken as one row where `n_steps` is given.
    n_steps : int, default=None
        How many steps are expected; None takes any number.

    Returns
    -------
    ndarray of shape (n_samples, n_steps), int

    Raises
    ------
    ValueError
        If X is not 2-D with `n_steps` columns, or holds anything but whole numbers 0-129.
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
    """Return rows with a rest for each hold that has nothing to hold, at the beginning or after a rest.

    Parameters
    ----------
    tokens : int ndarray of shape (n_samples, n_steps)

    Returns
    -------
    int ndarray of the same shape
        Rows that sound the same and come back unchanged from :meth:`PitchEncoder.inverse_transform` and `transform`.
    """
    steps = np.where(tokens == HOLD, -1, np.arange(tokens.shape[1]))
    last = np.maximum.accumulate(steps, axis=1)  # the last step that is no hold
    held = np.take_along_axis(tokens, np.maximum(last, 0), axis=1)
    return np.where((last < 0) | (held == REST), REST, tokens)


def notes_of_row(tokens):
    """Return the notes of one row of tokens; a hold with nothing to hold, at the beginning or after a rest, is a rest.

    Parameters
    ----------
    tokens : int ndarray of shape (n_steps,)

    Returns
    -------
    list of (int, int, int)
        Onset in steps, pitch, and length in steps.
    """
    starts = np.flatnonzero(tokens != HOLD)
    ends = np.append(starts, len(tokens))[1:]  # also of a row of holds alone, where starts is empty
    return [
        (start, pitch, end - start)
        for start, end, pitch in zip(starts.tolist(), ends.tolist(), tokens[starts].tolist(), strict=True)
        if pitch != REST
    ]


def row_of_notes(notes, n_steps):
    """Return the row of tokens of notes that follow each other on the grid and in the window.

    Parameters
    ----------
    notes : list of (int, int, int)
        First step, step of the end, and pitch.
    n_steps : int

    Returns
    -------
    bytearray of length n_steps
        NumPy makes an array of it sooner than of a list.
    """
    tokens, free = bytearray([HOLD]) * n_steps, 0
    for first, last, pitch in notes:
        if free < first:
            tokens[free:first] = bytes([REST]) * (first - free)
        tokens[first] = pitch
        free = last
    tokens[free:] = bytes([REST]) * (n_steps - free)
    return tokens
