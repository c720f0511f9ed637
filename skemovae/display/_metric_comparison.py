"""MetricComparisonDisplay: the paper's Table 3 as a plot."""

import numpy as np

from .._pipelines import model_and_tokens
from .._validation import check_positive_integer
from ..emotion import EMOTIONS
from ..metrics import metric_table
from ._style import TABLE_STYLES, many_panels, readable


class MetricComparisonDisplay:
    """Mean and spread of the melodies' metrics by emotion, compared with a reference (the paper's Table 3).

    A gray box is the reference: one standard deviation to either side of the line at its mean. A marker with an error
    bar shows the same for the melodies. Use :meth:`from_estimator`, :meth:`from_predictions` or :meth:`from_tables` to
    create a display.

    Parameters
    ----------
    tables : dict of str to the result of :func:`skemovae.metric_table`
        The tables by name, for example ``{"generated": ..., "training": ...}``, all of the same metrics.
    reference : str, default="training"
        The name of the table that is drawn as boxes.

    Attributes
    ----------
    axes_ : ndarray of shape (n_metrics,), object
        The panels.
    bounding_ax_ : matplotlib Axes or None
        The axes that contain the panels; None if the panels were passed in.
    figure_ : matplotlib Figure

    See Also
    --------
    metric_table : Computes the tables.
    skemovae.metrics.format_metric_table : Formats the tables as text.

    Examples
    --------
    >>> from skemovae import MetricComparisonDisplay
    >>> generated, training = [[60, 129, 64, 72]], [[60, 129, 64, 67], [60, 129, 72, 67]]
    >>> display = MetricComparisonDisplay.from_predictions(generated, ["happy"], training, ["happy", "happy"])
    >>> [ax.get_title(loc="left") for ax in display.axes_]
    ['pitch range', 'pitches used', 'C-major rate', 'C-minor rate']
    """

    def __init__(self, *, tables, reference="training"):
        self.tables = tables
        self.reference = reference

    @classmethod
    def from_estimator(cls, estimator, X, y, *, n_samples=20, metrics=None, random_state=None, ax=None):
        """Compare new melodies of a fitted estimator with its training melodies.

        Parameters
        ----------
        estimator : EmotionRegularizedVAE, or a fitted Pipeline that ends in one
        X : input of the estimator's transform
            The training melodies, or better, held-out ones.
        y : array-like of shape (n_samples,)
            Their emotions.
        n_samples : int, default=20
            Number of new melodies of each emotion that occurs in the training data (20 in the paper).
        metrics : list of str, default=None
            Names of :func:`skemovae.melody_metrics`; None takes the paper's four.
        random_state : int, numpy Generator, RandomState or None, default=None
            Seeds the new melodies.
        ax : matplotlib Axes or array-like of Axes, default=None
            As in :meth:`plot`.

        Returns
        -------
        MetricComparisonDisplay
        """
        check_positive_integer("n_samples", n_samples, 20)
        model, tokens = model_and_tokens(estimator, X)
        wanted = np.repeat(model.classes_[model.class_count_ > 0], n_samples)
        generated, labels = model.sample(len(wanted), emotion=wanted, random_state=random_state)
        return cls.from_predictions(generated, labels, tokens, y, metrics=metrics, ax=ax)

    @classmethod
    def from_predictions(cls, X, y, X_reference, y_reference, *, metrics=None, ax=None):
        """Compare melodies with those of a reference.

        Parameters
        ----------
        X : list of muspy.Music, or array-like of shape (n_samples, n_steps), int
            Melodies to compare, for example generated ones, or their tokens.
        y : array-like of shape (n_samples,)
            Their emotions.
        X_reference : list of muspy.Music, or array-like of shape (n_reference, n_reference_steps), int
            Melodies to compare with, for example the training melodies.
        y_reference : array-like of shape (n_reference,)
            Their emotions.
        metrics : list of str, default=None
            Names of :func:`skemovae.melody_metrics`; None takes the paper's four.
        ax : matplotlib Axes or array-like of Axes, default=None
            As in :meth:`plot`.

        Returns
        -------
        MetricComparisonDisplay
        """
        tables = {"generated": metric_table(X, y, metrics), "training": metric_table(X_reference, y_reference, metrics)}
        return cls.from_tables(tables, ax=ax)

    @classmethod
    def from_tables(cls, tables, *, reference="training", ax=None):
        """Draw given tables.

        Parameters
        ----------
        tables : dict of str to the result of :func:`skemovae.metric_table`
        reference : str, default="training"
            The name of the table that is drawn as boxes.
        ax : matplotlib Axes or array-like of Axes, default=None
            As in :meth:`plot`.

        Returns
        -------
        MetricComparisonDisplay

        Raises
        ------
        ValueError
            If there is no table named `reference`, there are more than five other tables, or their metrics differ.
        """
        if reference not in tables or len(tables) > 1 + len(TABLE_STYLES):
            raise ValueError(
                f"reference={reference!r} and the tables {list(tables)}: expected one of them as the reference, and at "
                f"most {len(TABLE_STYLES)} others"
            )
        for name, table in tables.items():
            if list(table.metrics) != list(tables[reference].metrics):
                raise ValueError(
                    f"table {name!r} has the metrics {list(table.metrics)} and {reference!r} "
                    f"{list(tables[reference].metrics)}: expected the same; make all with the same metrics"
                )
        return cls(tables=tables, reference=reference).plot(ax=ax)

    def plot(self, ax=None):
        """Draw the tables, a panel for each metric.

        Parameters
        ----------
        ax : matplotlib Axes or array-like of Axes, default=None
            Axes to divide into panels, or one for each metric; None creates a figure.

        Returns
        -------
        MetricComparisonDisplay
        """
        metrics = self.tables[self.reference].metrics
        self.axes_, self.bounding_ax_ = many_panels(ax, len(metrics), n_columns=2, panel_size=(4.2, 2.9))
        for row, (panel, metric) in enumerate(zip(self.axes_, metrics, strict=True)):
            self._draw_metric(panel, row)
            panel.set_title(readable(metric), loc="left", fontsize="medium")
            panel.set_xticks(range(len(EMOTIONS)), [f"{e.quadrant}\n{e.name}" for e in EMOTIONS], fontsize="small")
            panel.set_xlim(-0.6, len(EMOTIONS) - 0.4)
            panel.tick_params(axis="x", length=0)
            panel.spines[["top", "right"]].set_visible(False)
            panel.use_sticky_edges = False  # otherwise a box could touch the edge of its panel
            panel.autoscale_view(scalex=False)
        self.axes_[0].legend(
            loc="lower right", bbox_to_anchor=(1.02, 0.97), ncols=3, frameon=False, fontsize="small", columnspacing=1.2
        )
        self.figure_ = self.axes_[0].figure
        return self

    def _draw_metric(self, panel, row):
        """Draw one row of Table 3: the boxes of the reference and, on top, the other tables side by side."""
        places = np.arange(len(EMOTIONS))
        mean, std = self.tables[self.reference].mean[row], self.tables[self.reference].std[row]
        panel.bar(places, 2 * std, bottom=mean - std, width=0.8, color="0.87", label=self.reference, zorder=1)
        panel.hlines(mean, places - 0.4, places + 0.4, color="0.35", linewidth=1.5, zorder=2)
        others = [name for name in self.tables if name != self.reference]
        shifts = 0.26 * (np.arange(len(others)) - (len(others) - 1) / 2) / max(1, (len(others) - 1) / 2)
        for name, shift, (color, marker) in zip(others, shifts, TABLE_STYLES, strict=False):
            panel.errorbar(
                places + shift,
                self.tables[name].mean[row],
                self.tables[name].std[row],
                fmt=marker,
                color=color,
                markersize=6,
                capsize=3,
                linewidth=1.2,
                label=name,
                zorder=3,
            )
