"""The lengths of notes: their median, and melodies at half and at double speed."""

import numpy as np

from ._tokens import HOLD, REST, check_tokens, is_onset, rest_empty_holds

#: Sixteenths. A melody whose median note is shorter than a half note is fast (high arousal), by rule.
SHORT_NOTE_STEPS = 8


def median_note_length(tokens):
    """Return the median length of the notes of each melody.

    Parameters
    ----------
    tokens : array-like of shape (n_samples, n_steps), int
        Tokens 0-129.

    Returns
    -------
    ndarray of shape (n_samples,), float
        Median length in steps; NaN for a melody without notes. A note that would last beyond the row counts up to the
        end of the row.

    Raises
    ------
    ValueError
        If the tokens are not valid.

    See Also
    --------
    double_durations, halve_durations : Change the speed of a melody.

    Examples
    --------
    >>> from skemovae.preprocessing import median_note_length
    >>> median_note_length([[60, 129, 129, 129, 62, 129, 64, 65], [128, 129, 60, 129, 129, 62, 129, 129]])
    array([1.5, 3. ])
    """
    tokens = check_tokens(tokens)
    n_rows, n_steps = tokens.shape
    row, start = np.nonzero(tokens != HOLD)
    end = np.append(start[1:], n_steps)
    end[np.append(row[1:], -1) != row] = n_steps  # the last note or rest of a row
    sounds = is_onset(tokens[row, start])
    row, length = row[sounds], (end - start)[sounds]
    if not len(row):
        return np.full(n_rows, np.nan)
    length = np.sort(row * (n_steps + 1) + length) % (n_steps + 1)  # ascending within each row, in one sort
    n_notes = np.bincount(row, minlength=n_rows)
    first = np.cumsum(n_notes) - n_notes
    lower, upper = first + (n_notes - 1) // 2, first + n_notes // 2
    last = len(length) - 1  # rows without notes point nowhere
    return np.where(n_notes > 0, (length[np.clip(lower, 0, last)] + length[np.clip(upper, 0, last)]) / 2, np.nan)


def double_durations(tokens):
    """Return the first half of each melody at half speed, so that all notes and rests last twice as long.

    Parameters
    ----------
    tokens : array-like of shape (n_samples, n_steps), int
        Tokens 0-129.

    Returns
    -------
    ndarray of shape (n_samples, n_steps), int

    Raises
    ------
    ValueError
        If the tokens are not valid.

    See Also
    --------
    halve_durations : The reverse.

    Examples
    --------
    >>> from skemovae.preprocessing import double_durations
    >>> double_durations([[60, 129, 128, 62, 64, 65, 67, 69]])
    array([[ 60, 129, 129, 129, 128, 128,  62, 129]])
    """
    tokens = check_tokens(tokens)
    n_steps = tokens.shape[1]
    doubled = np.repeat(tokens, 2, axis=1)[:, :n_steps]
    second = doubled[:, 1::2]
    second[is_onset(second)] = HOLD
    return doubled


def halve_durations(tokens):
    """Return each melody at double speed, so that notes and rests last half as long, padded with rests to its length.

    Parameters
    ----------
    tokens : array-like of shape (n_samples, n_steps), int
        Tokens 0-129. Notes and rests that begin on an odd step would fall between two steps at double speed; they are
        left out, and what sounded before them continues.

    Returns
    -------
    ndarray of shape (n_samples, n_steps), int

    Raises
    ------
    ValueError
        If the tokens are not valid.

    See Also
    --------
    double_durations : The reverse.

    Examples
    --------
    >>> from skemovae.preprocessing import halve_durations
    >>> halve_durations([[60, 129, 129, 129, 128, 128, 62, 129]])
    array([[ 60, 129, 128,  62, 128, 128, 128, 128]])
    """
    tokens = check_tokens(tokens)
    halved = np.full_like(tokens, REST)
    kept = tokens[:, ::2]
    halved[:, : kept.shape[1]] = kept
    return rest_empty_holds(halved)
