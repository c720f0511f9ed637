"""Rows moved on the plane: the valence and arousal of their latent points change, all other coordinates are kept."""

import numpy as np

from .._validation import check_point
from ..preprocessing import double_durations, halve_durations, is_onset, to_parallel_mode

SCALES = (1, 2, 0.5)  # the factors by which notes may last longer after a change of speed
CONTRARY = {"major": "minor", "minor": "major"}


def target_of(vae, emotion, at):
    """Return the (valence, arousal) to which rows are moved: the mean of an emotion's training rows, or `at`.

    Raises
    ------
    ValueError
        If not exactly one of the two is given, the emotion is unknown, or the model has no plane.
    """
    if (emotion is None) == (at is None):
        raise ValueError(f"emotion={emotion!r} and at={at!r}: expected exactly one of them")
    if vae.latent_mean_.shape[1] < 2:
        raise ValueError("the model has one latent dimension: expected at least two, for valence and arousal")
    if at is not None:
        return check_point("at", at)
    (index,) = vae.layout_.trained_index_of(emotion, 1)
    return vae.latent_mean_[index, :2]


def move(points, target, amount):
    """Return points whose valence and arousal are moved part of the way to a target, in a straight line.

    Parameters
    ----------
    points : ndarray of shape (n_samples, n_components)
    target : array-like of shape (2,)
    amount : float
        0 leaves the points where they are, 1 moves them to the target.
    """
    moved = np.array(points, dtype=float)
    moved[:, :2] += amount * (np.asarray(target) - moved[:, :2])
    return moved


def scaled_rows(rows, scale):
    """Return the rows with notes `scale` times as long, and how many of their steps count."""
    if scale == 1:
        return rows, rows.shape[1]
    if scale == 2:
        return double_durations(rows), rows.shape[1]
    return halve_durations(rows), (rows.shape[1] + 1) // 2


def time_scales(rows, decoded, slower):
    """Return, for each row, by which factor its notes last longer after decoding: 1, 2 or 1/2.

    A model that learned from pairs of melodies at two speeds (:class:`skemovae.preprocessing.MelodyVariations`)
    decodes the first half of a row at half speed, or the row at double speed as a first half. The onsets tell which.

    Parameters
    ----------
    rows, decoded : int ndarray of shape (n_samples, n_steps)
    slower : ndarray of shape (n_samples,), float
        How far each was moved toward high (above 0) or low arousal; a row can only become slower if it is moved down.
    """
    scores = []
    for scale in SCALES:
        expected, n_steps = scaled_rows(rows, scale)
        agreement = f1_of_onsets(expected[:, :n_steps], decoded[:, :n_steps])
        possible = {1: True, 2: slower < 0, 0.5: slower > 0}[scale]
        scores.append(np.where(possible, agreement, -1.0))
    return np.array(SCALES)[np.argmax(scores, axis=0)]


def f1_of_onsets(rows, others):
    """Return the F-measure of the onsets of rows in other rows, shape (n_samples,)."""
    a, b = is_onset(rows), is_onset(others)
    return 2 * (a & b).sum(axis=1) / np.maximum(a.sum(axis=1) + b.sum(axis=1), 1)


def compare(rows, decoded, modes, scale):
    """Return how many notes of rows were kept by decoding, and their change of mode.

    Parameters
    ----------
    rows, decoded : int ndarray of shape (n_samples, n_steps)
    modes : list of str, length n_samples
        The modes of the rows.
    scale : {1, 2, 0.5}

    Returns
    -------
    onsets_kept : ndarray of shape (n_samples,)
        Share of the onsets that are kept; NaN without onsets.
    notes_kept : ndarray of shape (n_samples,)
        Share of the notes that are kept at the same time with their pitch, or with that of the parallel mode.
    leaning : ndarray of shape (n_samples,)
        Of the notes that differ between the modes, those that now have the pitch of the parallel mode, minus those that
        have their own.
    """
    expected, n_steps = scaled_rows(rows, scale)
    parallel = to_parallel_mode(expected, [CONTRARY[mode] for mode in modes])
    expected, parallel, decoded = expected[:, :n_steps], parallel[:, :n_steps], decoded[:, :n_steps]
    onsets = is_onset(expected)
    n_onsets = np.where(onsets.any(axis=1), onsets.sum(axis=1), np.nan)
    same = onsets & ((decoded == expected) | (decoded == parallel))
    differ = onsets & (expected != parallel)
    leaning = (differ & (decoded == parallel)).sum(axis=1) - (differ & (decoded == expected)).sum(axis=1)
    return (onsets & is_onset(decoded)).sum(axis=1) / n_onsets, same.sum(axis=1) / n_onsets, leaning
