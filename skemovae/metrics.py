"""Numbers that say how well the plane is ordered and what the melodies are like.

Conventions
-----------
- Shares and rates are 0 to 1; the paper gives the same numbers in percent.
- Spreads are population standard deviations, as in the paper's Table 3.
- A melody without notes has no metrics: its values are NaN, and means and spreads leave it out.
- Emotions are in the order Q1 to Q4; labels come in any spelling of :mod:`skemovae.emotion`.

Metrics
-------
=====================  =======================================================================================
quadrant_accuracy      share of each emotion's points that lie in its quadrant (the paper's D_i, Table 2)
melody_metrics         pitch range, pitches used, C-major rate and C-minor rate of each melody (MusPy)
metric_table           mean and spread of these by emotion (Table 3)
format_metric_table    such tables side by side as Markdown
=====================  =======================================================================================
"""

import muspy
import numpy as np
from sklearn.utils import Bunch

from .emotion import EMOTIONS, label_spellings, quadrant_index
from .preprocessing import PitchEncoder
from .preprocessing._base import check_scores

__all__ = ["MELODY_METRICS", "format_metric_table", "melody_metrics", "metric_table", "quadrant_accuracy"]

#: The four metrics of the paper's Table 3: name -> function of a muspy.Music.
MELODY_METRICS = {
    "pitch_range": muspy.pitch_range,
    "n_pitches_used": muspy.n_pitches_used,
    "c_major_rate": lambda music: muspy.pitch_in_scale_rate(music, root=0, mode="major"),
    "c_minor_rate": lambda music: muspy.pitch_in_scale_rate(music, root=0, mode="minor"),
}


def quadrant_accuracy(Z, y):
    """Return the share of each emotion's points that lie in its quadrant.

    D_i = (points of emotion i in quadrant i) / (points of emotion i), the paper's Table 2.

    Parameters
    ----------
    Z : array-like of shape (n_samples, n_components)
        Latent points; column 0 is the valence, column 1 the arousal.
    y : array-like of shape (n_samples,)
        Emotions.

    Returns
    -------
    sklearn.utils.Bunch
        per_quadrant : dict
            "Q1" to "Q4" to their share, NaN for an emotion without points.
        mean : float
            Mean of the shares that are not NaN.

    Raises
    ------
    ValueError
        If Z and y do not fit together, are empty, or hold NaN or unknown labels.

    Examples
    --------
    >>> from skemovae.metrics import quadrant_accuracy
    >>> result = quadrant_accuracy([[1, 1], [-1, 1], [-1, -1]], ["happy", "happy", "sad"])
    >>> result.per_quadrant
    {'Q1': 0.5, 'Q2': nan, 'Q3': 1.0, 'Q4': nan}
    >>> result.mean
    0.75
    """
    found, expected = quadrant_index(Z), label_spellings(y)[1]
    if len(found) != len(expected) or not len(found):
        raise ValueError(f"{len(found)} points and {len(expected)} labels: expected as many of each, at least one")
    share = [float((found[expected == i] == i).mean()) if (expected == i).any() else np.nan for i in range(4)]
    return Bunch(
        per_quadrant={emotion.quadrant: value for emotion, value in zip(EMOTIONS, share, strict=True)},
        mean=float(np.nanmean(share)),
    )


def melody_metrics(X):
    """Return the metrics of each melody.

    Parameters
    ----------
    X : list of muspy.Music, or array-like of shape (n_samples, n_steps), int
        Melodies, or their tokens; the values are the same. Drums do not count.

    Returns
    -------
    dict of str to ndarray of shape (n_samples,)
        pitch_range
            Highest minus lowest pitch in semitones (``muspy.pitch_range``).
        n_pitches_used
            Number of different pitches (``muspy.n_pitches_used``).
        c_major_rate, c_minor_rate
            Share of the notes in the scale of C major, of C natural minor (``muspy.pitch_in_scale_rate``).

        NaN for a melody without notes.

    References
    ----------
    H.-W. Dong et al., "MusPy: a toolkit for symbolic music generation", ISMIR 2020.

    Examples
    --------
    >>> from skemovae.metrics import melody_metrics
    >>> {name: values.tolist() for name, values in melody_metrics([[60, 129, 63, 67]]).items()}
    {'pitch_range': [7.0], 'n_pitches_used': [3.0], 'c_major_rate': [0.666...], 'c_minor_rate': [1.0]}
    """
    melodies = _as_melodies(X)
    sounding = [any(track.notes for track in music.tracks if not track.is_drum) for music in melodies]
    return {
        name: np.array(
            [metric(music) if sounds else np.nan for music, sounds in zip(melodies, sounding, strict=True)], dtype=float
        )
        for name, metric in MELODY_METRICS.items()
    }


def metric_table(X, y):
    """Return mean and spread of the melody metrics by emotion, the paper's Table 3.

    Parameters
    ----------
    X : list of muspy.Music, or array-like of shape (n_samples, n_steps), int
        Melodies, or their tokens.
    y : array-like of shape (n_samples,)
        Emotions.

    Returns
    -------
    sklearn.utils.Bunch
        metrics : list of str, length n_metrics
        emotions : list of str, length 4
        mean, std : ndarray of shape (n_metrics, 4)
            NaN for an emotion without melodies.

    Examples
    --------
    >>> from skemovae.metrics import metric_table
    >>> table = metric_table([[60, 129, 64, 67], [60, 129, 72, 67], [60, 129, 63, 129]], ["happy", "happy", "sad"])
    >>> table.mean[table.metrics.index("pitch_range")]
    array([9.5, nan, 3. , nan])
    """
    values = melody_metrics(X)
    index = label_spellings(y)[1]
    if len(index) != len(values["pitch_range"]):
        raise ValueError(f"{len(values['pitch_range'])} melodies and {len(index)} labels: expected as many of each")
    rows = [[_without_nan(metric[index == i]) for i in range(len(EMOTIONS))] for metric in values.values()]
    return Bunch(
        metrics=list(values),
        emotions=[emotion.name for emotion in EMOTIONS],
        mean=np.array([[cell.mean() if cell.size else np.nan for cell in row] for row in rows]),
        std=np.array([[cell.std() if cell.size else np.nan for cell in row] for row in rows]),
    )


def format_metric_table(tables):
    """Return metric tables side by side as a Markdown table, each cell "mean (standard deviation)".

    Parameters
    ----------
    tables : dict of str to the result of :func:`metric_table`
        By name, for example ``{"generated": ..., "training": ...}``.

    Returns
    -------
    str

    Examples
    --------
    >>> from skemovae.metrics import format_metric_table, metric_table
    >>> print(format_metric_table({"mine": metric_table([[60, 129, 64, 67]], ["happy"])}).splitlines()[2])
    | pitch_range | mine | 7.00 (0.00) | - | - | - |
    """
    first = next(iter(tables.values()))
    lines = [f"| metric | melodies | {' | '.join(first.emotions)} |", "|---|---|" + "---|" * len(first.emotions)]
    for row, metric in enumerate(first.metrics):
        for name, table in tables.items():
            cells = [
                "-" if np.isnan(mean) else f"{mean:.2f} ({std:.2f})"
                for mean, std in zip(table.mean[row], table.std[row], strict=True)
            ]
            lines.append(f"| {metric} | {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _as_melodies(X):
    """Return scores, or the scores that rows of tokens stand for."""
    if not hasattr(X, "iloc") and len(X) and isinstance(X[0], muspy.Music):  # a DataFrame is tokens
        return check_scores(X)
    tokens = np.asarray(X)
    if not tokens.size:
        raise ValueError("X is empty: expected a list of muspy.Music, or rows of tokens")
    return PitchEncoder(n_steps=tokens.shape[1] if tokens.ndim == 2 else 1).inverse_transform(tokens)


def _without_nan(values):
    return values[~np.isnan(values)]
