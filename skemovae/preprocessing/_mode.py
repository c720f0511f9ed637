"""to_parallel_mode: melodies from C major to C minor, and back."""

import numpy as np

from ._tokens import check_tokens, is_onset

MODES = ("major", "minor")
E_FLAT, E, A_FLAT, A, B_FLAT, B = 3, 4, 8, 9, 10, 11  # pitch classes
MAJOR = {E_FLAT: E, A_FLAT: A, B_FLAT: B}  # the degrees in which the two keys differ


def to_parallel_mode(tokens, mode):
    """Move melodies in C major or C minor to the requested mode.

    The third, sixth and seventh degrees move by a semitone: E flat, A flat and B flat to E, A and B, or the reverse. In
    minor, leading tones are kept: a B whose next different pitch is a C stays a B, and an A that leads to such a B
    stays an A (as in the ascending melodic minor scale). All other notes are unchanged.

    Parameters
    ----------
    tokens : array-like of shape (n_samples, n_steps), int
        Tokens 0-129 of melodies in C (:class:`skemovae.KeyNormalizer`).
    mode : {"major", "minor"} or array-like of these, of shape (n_samples,)
        The mode of the result, for all rows or for each.

    Returns
    -------
    ndarray of shape (n_samples, n_steps), int
        The moved melodies; every note begins and ends where it did.

    Raises
    ------
    ValueError
        If the tokens are not valid, or a mode is neither "major" nor "minor".

    See Also
    --------
    MelodyVariations : Uses this function to make further training rows.
    skemovae.KeyNormalizer : Transposes scores to C major or C minor.

    Examples
    --------
    >>> from skemovae.preprocessing import to_parallel_mode
    >>> to_parallel_mode([[60, 64, 67, 129, 71, 69, 71, 72]], "minor")  # the second B, and the A before it, lead to C
    array([[ 60,  63,  67, 129,  70,  69,  71,  72]])
    >>> to_parallel_mode([[60, 63, 67, 68], [60, 64, 67, 69]], ["major", "minor"])
    array([[60, 64, 67, 69],
           [60, 63, 67, 68]])
    """
    tokens = check_tokens(tokens)
    to_major = _check_mode(mode, len(tokens)) == "major"
    moved = np.empty_like(tokens)
    moved[to_major] = _to_major(tokens[to_major])
    moved[~to_major] = _to_minor(tokens[~to_major])
    return moved


def parallel_pitches(tokens):
    """Return all tokens that rows of the given tokens can contain in either mode, ascending."""
    tokens = np.unique(tokens)
    pitches = tokens[is_onset(tokens)]
    lowered = pitches[np.isin(pitches % 12, list(MAJOR.values()))] - 1
    return np.unique(np.concatenate([tokens, _to_major(pitches), lowered]))


def _check_mode(mode, n_rows):
    modes = np.asarray(mode)
    if modes.shape not in ((), (n_rows,)):
        raise ValueError(f"mode of shape {modes.shape} for {n_rows} rows: expected one mode, or one for each row")
    wrong = [value for value in np.unique(modes).tolist() if value not in MODES]
    if wrong:
        raise ValueError(f"mode={wrong[0]!r}: expected 'major' or 'minor'")
    return np.broadcast_to(modes, n_rows)


def _to_major(tokens):
    return tokens + (is_onset(tokens) & np.isin(tokens % 12, list(MAJOR)))


def _to_minor(tokens):
    degree = np.where(is_onset(tokens), tokens % 12, -1)
    next_step = _next_other_pitch(tokens)
    next_degree = _at(degree, next_step)
    leading = (degree == B) & (next_degree == 0)
    rising = (degree == A) & _at(leading, next_step)
    lowered = np.isin(degree, list(MAJOR.values())) & ~leading & ~rising
    return tokens - lowered


def _next_other_pitch(tokens):
    """Return, for each note, the step of the next note with another pitch; n_steps if there is none."""
    n_steps = tokens.shape[1]
    next_onset = _first_from(is_onset(tokens))[:, 1:]  # strictly after each step
    next_pitch = _at(tokens, next_onset)
    changes = is_onset(tokens) & (next_pitch != tokens) & (next_onset < n_steps)
    last_of_its_pitch = _first_from(changes)[:, :-1]
    following = np.pad(next_onset, ((0, 0), (0, 1)), constant_values=n_steps)
    return np.take_along_axis(following, last_of_its_pitch, axis=1)


def _first_from(marked):
    """Return, for each step and for the end, the first marked step from there on; n_steps if there is none."""
    n_steps = marked.shape[1]
    steps = np.where(marked, np.arange(n_steps), n_steps)
    steps = np.pad(steps, ((0, 0), (0, 1)), constant_values=n_steps)
    return np.minimum.accumulate(steps[:, ::-1], axis=1)[:, ::-1]


def _at(values, steps):
    """Return the values at some steps of each row; -1 or False at n_steps."""
    missing = False if values.dtype == bool else -1
    return np.take_along_axis(np.pad(values, ((0, 0), (0, 1)), constant_values=missing), steps, axis=1)
