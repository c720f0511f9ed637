"""Windows of a tune, and what a model decodes when their latent points are moved."""

from typing import Any, NamedTuple

import numpy as np

from ..preprocessing import REST
from ._move import compare, move, scaled_rows, time_scales
from ._windows import Window


class Edit(NamedTuple):
    """Windows of a tune, and arrays with an entry for each window that the model can represent."""

    windows: list[Window]
    held: Any  # indices of the windows that have a row
    rows: Any  # (n_held, n_steps)
    points: Any  # (n_held, n_components)
    moved: Any
    decoded: Any
    scales: Any  # the factors by which the notes of the decoded rows last longer
    at_scale: Any  # the decoded rows at the speed of the whole tune
    onsets_kept: Any
    notes_kept: Any
    leaning: Any  # number of notes that are now in the parallel mode, minus those that are not

    @property
    def sections(self):
        """The section of each row."""
        return [self.windows[i].section for i in self.held]


def encode_windows(vae, windows):
    """Return the indices of the windows that have a row, their rows, and the latent points of the rows.

    Parameters
    ----------
    vae : EmotionRegularizedVAE
    windows : list of Window

    Returns
    -------
    held : int ndarray of shape (n_held,)
    rows : int ndarray of shape (n_held, n_steps)
    points : float ndarray of shape (n_held, n_components)
    """
    held = np.array([i for i, window in enumerate(windows) if window.tokens is not None], dtype=int)
    if not len(held):
        return held, np.empty((0, vae.n_features_in_), dtype=int), np.empty((0, vae.latent_mean_.shape[1]))
    rows = np.array([windows[i].tokens for i in held])
    return held, rows, np.asarray(vae.transform(rows), dtype=float)


def edit_windows(vae, windows, target, amount):
    """Return what a model decodes from windows whose points are moved.

    Parameters
    ----------
    vae : EmotionRegularizedVAE
    windows : list of Window
    target : array-like of shape (2,)
    amount : float
        How far the points move, as a share of the way to the target.
    """
    held, rows, points = encode_windows(vae, windows)
    nothing = np.empty(0)
    if not len(held):
        return Edit(windows, held, rows, points, points, rows, nothing, rows, nothing, nothing, nothing)
    moved = move(points, target, amount)
    decoded = vae.inverse_transform(moved).astype(int)
    scales = time_scales(rows, decoded, moved[:, 1] - points[:, 1])
    return Edit(windows, held, rows, points, moved, decoded, scales, decoded, nothing, nothing, nothing)


def with_one_scale(vae, edit, scale):
    """Return an edit at one time scale, with what was kept; rows at other scales are decoded with their own arousal."""
    other = edit.scales != scale
    moved, decoded = edit.moved.copy(), edit.decoded.copy()
    if other.any():
        moved[other, 1] = edit.points[other, 1]
        decoded[other] = vae.inverse_transform(moved[other]).astype(int)
    scales = np.where(other, 1.0, scale)
    at_scale, kept = decoded.copy(), np.full((3, len(edit.held)), np.nan)
    modes = np.array([section.mode for section in edit.sections])
    own = edit.rows.copy()  # without what a row contains before and after its window
    for row, i in zip(own, edit.held, strict=True):
        row[: edit.windows[i].first_step] = row[edit.windows[i].last_step :] = REST
    for each in np.unique(scales):
        chosen = scales == each
        at_scale[chosen], _ = scaled_rows(decoded[chosen], scale / each)
        kept[:, chosen] = compare(own[chosen], decoded[chosen], modes[chosen].tolist(), each)
    return edit._replace(
        moved=moved,
        decoded=decoded,
        scales=scales,
        at_scale=at_scale,
        onsets_kept=kept[0],
        notes_kept=kept[1],
        leaning=kept[2],
    )
