"""MelodicQualityDisplay: how closely melodies resemble real ones, as a plot."""

from .._pipelines import model_and_tokens
from ..metrics import check_qualities, melodic_quality
from ._style import TABLE_STYLES, many_panels, readable


class MelodicQualityDisplay:
    """Melodies compared with real ones, with a panel for each metric.

    A gray box extends from the lowest to the highest value of the halves of the real melodies; the line inside it is
    the value of all real melodies. A marker is the value of the melodies to compare. If it lies inside the box, they
    differ from real melodies no more than real melodies differ from each other. Use :meth:`from_estimator`,
    :meth:`from_predictions` or :meth:`from_qualities` to create a display.

    Parameters
    ----------
    qualities : dict of str to the result of :func:`skemovae.melodic_quality`
        The tables by name, for example ``{"before": ..., "after": ...}``, at most five, all against the same real
        melodies.

    Attributes
    ----------
    axes_ : ndarray of shape (n_metrics,), object
        The panels.
    bounding_ax_ : matplotlib Axes or None
        The axes that contain the panels; None if the panels were passed in.
    figure_ : matplotlib Figure

    See Also
    --------
    melodic_quality : Computes the tables.
    skemovae.metrics.format_melodic_quality : Formats the tables as text.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.utils import Bunch
    >>> from skemovae import MelodicQualityDisplay
    >>> quality = Bunch(metrics=["step_rate"], generated=np.array([0.41]), reference=np.array([0.7]),
    ...     halves=np.array([[0.69, 0.71, 0.68, 0.72, 0.7, 0.7]]))
    >>> display = MelodicQualityDisplay.from_qualities({"generated": quality})
    >>> [ax.get_title(loc="left") for ax in display.axes_]
    ['step rate']
    """

    def __init__(self, *, qualities):
        self.qualities = qualities

    @classmethod
    def from_estimator(cls, estimator, X, y, *, X_train=None, groups=None, random_state=None, ax=None):
        """Compare new melodies of a fitted estimator with real ones.

        Parameters
        ----------
        estimator : EmotionRegularizedVAE, or a fitted Pipeline that ends in one
        X : input of the estimator's transform
            The real melodies, preferably held-out ones.
        y : array-like of shape (n_samples,)
            Their emotions; one new melody is sampled for each.
        X_train : input of the estimator's transform, default=None
            The training melodies; if given, copies are counted.
        groups : array-like of shape (n_samples,), default=None
            The tune of each real melody, as in :func:`skemovae.melodic_quality`.
        random_state : int, numpy Generator, RandomState or None, default=None
            Seeds the new melodies.
        ax : matplotlib Axes or array-like of Axes, default=None
            As in :meth:`plot`.

        Returns
        -------
        MelodicQualityDisplay
        """
        model, tokens = model_and_tokens(estimator, X)
        training = None if X_train is None else model_and_tokens(estimator, X_train)[1]
        generated, _ = model.sample(len(tokens), emotion=y, random_state=random_state)
        return cls.from_predictions(generated, tokens, X_train=training, groups=groups, ax=ax)

    @classmethod
    def from_predictions(cls, X, X_reference, *, X_train=None, groups=None, ax=None):
        """Compare melodies with real ones.

        Parameters
        ----------
        X : list of muspy.Music, or array-like of shape (n_samples, n_steps), int
            Generated melodies, or their tokens.
        X_reference : list of muspy.Music, or array-like of shape (n_reference, n_reference_steps), int
            Real melodies.
        X_train : list of muspy.Music, or array-like of shape (n_train, n_train_steps), int, default=None
            The training melodies; if given, copies are counted.
        groups : array-like of shape (n_reference,), default=None
            The tune of each real melody, as in :func:`skemovae.melodic_quality`.
        ax : matplotlib Axes or array-like of Axes, default=None
            As in :meth:`plot`.

        Returns
        -------
        MelodicQualityDisplay
        """
        quality = melodic_quality(X, X_reference, X_train=X_train, groups=groups)
        return cls.from_qualities({"generated": quality}, ax=ax)

    @classmethod
    def from_qualities(cls, qualities, *, ax=None):
        """Draw given tables.

        Parameters
        ----------
        qualities : dict of str to the result of :func:`skemovae.melodic_quality`
        ax : matplotlib Axes or array-like of Axes, default=None
            As in :meth:`plot`.

        Returns
        -------
        MelodicQualityDisplay

        Raises
        ------
        ValueError
            If there are no tables or more than five, or their metrics or real melodies differ.
        """
        check_qualities(qualities)
        if len(qualities) > len(TABLE_STYLES):
            raise ValueError(f"{len(qualities)} tables: expected at most {len(TABLE_STYLES)}, to tell them apart")
        return cls(qualities=qualities).plot(ax=ax)

    def plot(self, ax=None):
        """Draw the tables, a panel for each metric.

        Parameters
        ----------
        ax : matplotlib Axes or array-like of Axes, default=None
            Axes to divide into panels, or one for each metric; None creates a figure.

        Returns
        -------
        MelodicQualityDisplay
        """
        metrics = next(iter(self.qualities.values())).metrics
        self.axes_, self.bounding_ax_ = many_panels(ax, len(metrics), n_columns=3, panel_size=(2.8, 1.2))
        for row, (panel, metric) in enumerate(zip(self.axes_, metrics, strict=True)):
            self._draw_metric(panel, row)
            panel.set_title(readable(metric), loc="left", fontsize="medium")
            panel.set_ylim(-0.5, len(self.qualities) - 0.5)
            panel.invert_yaxis()
            panel.set_yticks([])
            panel.tick_params(axis="x", labelsize="small")
            panel.spines[["top", "right", "left"]].set_visible(False)
            panel.use_sticky_edges = False  # otherwise a box could touch the edge of its panel
            panel.margins(x=0.15)
            panel.autoscale_view(scaley=False)
        self.axes_[-1].legend(
            loc="upper left", bbox_to_anchor=(-0.02, -0.5), ncols=2, frameon=False, fontsize="small", columnspacing=1.2
        )
        self.figure_ = self.axes_[0].figure
        return self

    def _draw_metric(self, panel, row):
        """Draw one metric: the range of the real melodies, and on it a line of markers."""
        first = next(iter(self.qualities.values()))
        low, high = first.halves[row].min(), first.halves[row].max()
        panel.axvspan(low, high, color="0.87", label="halves of real", zorder=1)
        panel.axvline(first.reference[row], color="0.35", linewidth=1.5, label="real", zorder=2)
        for place, ((name, quality), (color, marker)) in enumerate(
            zip(self.qualities.items(), TABLE_STYLES, strict=False)
        ):
            panel.plot(quality.generated[row], place, marker, color=color, markersize=6, label=name, zorder=3)
