"""LatentPlaneDisplay: the paper's Figures 5-7."""

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ..emotion import EMOTIONS, label_spellings, quadrant_index
from ..plane import is_continuous
from ._style import EMOTION_STYLES, QUIET, one_panel


class LatentPlaneDisplay:
    """The valence-arousal plane with a marker for each piece, by emotion (the paper's Figures 5-7).

    Use :meth:`from_estimator` or :meth:`from_latent` to create a display.

    Parameters
    ----------
    points : ndarray of shape (n_samples, 2)
        Valence and arousal.
    emotions : ndarray of shape (n_samples,), int
        Index of each point's emotion, 0 for Q1 to 3 for Q4.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure

    See Also
    --------
    DecodedPlaneDisplay : What a model decodes at each point of the plane.
    quadrant_accuracy : The share of points in their quadrants.
    explore : The plane as an HTML page with sound.

    Examples
    --------
    >>> from skemovae import LatentPlaneDisplay
    >>> display = LatentPlaneDisplay.from_latent([[1, 1], [-1, -2]], ["happy", "sad"])
    >>> display.ax_.get_xlabel()
    'valence'
    """

    def __init__(self, *, points, emotions):
        self.points = points
        self.emotions = emotions

    @classmethod
    def from_estimator(cls, estimator, X, y, *, ax=None):
        """Plot the latent points of X under a fitted estimator.

        Parameters
        ----------
        estimator : EmotionRegularizedVAE, or a fitted Pipeline that ends in one
        X : input of the estimator's transform
        y : array-like of shape (n_samples,), or of shape (n_samples, 2)
            Emotions; or points (valence, arousal), which count as the emotion of their quadrant.
        ax : matplotlib Axes, default=None
            The axes to plot on; None creates a figure.

        Returns
        -------
        LatentPlaneDisplay
        """
        check_is_fitted(estimator)
        return cls.from_latent(estimator.transform(X), y, ax=ax)

    @classmethod
    def from_latent(cls, Z, y, *, ax=None):
        """Plot the given latent points.

        Parameters
        ----------
        Z : array-like of shape (n_samples, n_components)
            Column 0 is the valence, column 1 the arousal; further columns are ignored.
        y : array-like of shape (n_samples,), or of shape (n_samples, 2)
            Emotions; or points (valence, arousal), which count as the emotion of their quadrant.
        ax : matplotlib Axes, default=None
            The axes to plot on; None creates a figure.

        Returns
        -------
        LatentPlaneDisplay

        Raises
        ------
        ValueError
            If Z has fewer than two columns, the numbers of points and labels differ, or a label is unknown.
        """
        points = np.asarray(Z, dtype=float)
        index = quadrant_index(y) if is_continuous(y) else label_spellings(y)[1]
        if points.ndim != 2 or points.shape[1] < 2 or len(points) != len(index):
            raise ValueError(
                f"points of shape {points.shape} and {len(index)} labels: expected (n_samples, 2 or more) and n_samples"
            )
        return cls(points=points[:, :2], emotions=index).plot(ax=ax)

    def plot(self, ax=None):
        """Draw the plane.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            The axes to plot on; None creates a figure.

        Returns
        -------
        LatentPlaneDisplay
        """
        ax = one_panel(ax, (6.4, 6.4))
        limit = 1.12 * np.abs(self.points).max(initial=1.0)
        ax.axhline(0, color=QUIET, linewidth=0.8, zorder=0)
        ax.axvline(0, color=QUIET, linewidth=0.8, zorder=0)
        for i, (emotion, (color, marker)) in enumerate(zip(EMOTIONS, EMOTION_STYLES, strict=True)):
            rows = self.emotions == i
            ax.scatter(
                *self.points[rows].T,
                c=color,
                marker=marker,
                s=26,
                edgecolors="white",
                linewidths=0.4,
                label=f"{emotion.name} ({rows.sum()})",
            )
            ax.text(
                0.5 + 0.485 * emotion.valence,
                0.5 + 0.485 * emotion.arousal,
                f"{emotion.quadrant} {emotion.name}",
                transform=ax.transAxes,  # in the corners, whatever limits the axes are given later
                ha="right" if emotion.valence > 0 else "left",
                va="top" if emotion.arousal > 0 else "bottom",
                color="0.25",
                fontweight="bold",
            )
        ax.set(xlabel="valence", ylabel="arousal", xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.09), ncols=4, frameon=False, fontsize="small")
        self.ax_ = ax
        self.figure_ = ax.figure
        return self
