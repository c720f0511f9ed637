"""reconstruction_quality: how much of a melody is reconstructed from its latent point."""

import numpy as np
from scipy.stats import mode
from sklearn.utils import Bunch

from ..preprocessing import HOLD, is_onset
from ._inputs import as_rows


def reconstruction_quality(X, X_reconstructed, X_train=None):
    """Return how well melodies were reconstructed.

    Token accuracy alone is misleading: four out of five tokens of the published melodies are holds, so always
    predicting "hold" scores 0.81. Therefore the result also has two baselines that need no model, and the accuracy at
    the onsets.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_steps), int
        Tokens of :class:`skemovae.PitchEncoder`.
    X_reconstructed : array-like of shape (n_samples, n_steps), int
        Their reconstructions, e.g. ``vae.inverse_transform(vae.transform(X))``.
    X_train : array-like of shape (n_train, n_steps), int, default=None
        Training tokens, from which the position baseline is learned.

    Returns
    -------
    sklearn.utils.Bunch
        token_accuracy : float
            Share of the steps with the same token.
        hold_baseline : float
            Token accuracy of always predicting "hold".
        position_baseline : float
            Token accuracy of predicting, at every step, the most frequent token of that step in X_train (the lowest of
            them in case of ties); NaN without X_train.
        onset_accuracy : float
            Accuracy at those steps at which a note begins in X (a pitch token); NaN if there are none.
        exact_rows : float
            Share of the rows with the same token at every step.

    Raises
    ------
    ValueError
        If the shapes of the arrays do not match.

    See Also
    --------
    content_preservation : How much is kept of melodies that were changed on purpose.
    reconstruction_scorer : For cross-validation.

    Examples
    --------
    >>> from skemovae.metrics import reconstruction_quality
    >>> X = [[60, 129, 62, 129], [64, 129, 129, 128]]
    >>> reconstruction_quality(X, [[60, 129, 62, 129], [65, 129, 129, 129]], X_train=[[60, 129, 129, 129]])
    {'token_accuracy': 0.75, 'hold_baseline': 0.5, 'position_baseline': 0.625, 'onset_accuracy': 0.666...,
     'exact_rows': 0.5}
    """
    X = as_rows("X", X)
    reconstructed = as_rows("X_reconstructed", X_reconstructed, like=X)
    if len(reconstructed) != len(X):
        raise ValueError(f"{len(reconstructed)} reconstructions of {len(X)} rows: expected one for each")
    same = reconstructed == X
    onset = is_onset(X)
    usual = None if X_train is None else mode(as_rows("X_train", X_train, like=X), axis=0).mode
    return Bunch(
        token_accuracy=float(same.mean()),
        hold_baseline=float((X == HOLD).mean()),
        position_baseline=np.nan if usual is None else float((usual == X).mean()),
        onset_accuracy=float(same[onset].mean()) if onset.any() else np.nan,
        exact_rows=float(same.all(axis=1).mean()),
    )
