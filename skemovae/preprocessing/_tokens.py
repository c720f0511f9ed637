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
