"""TrainingHistoryDisplay: the terms of the loss in each epoch."""

import numpy as np

from .._pipelines import fitted_model
from ._style import many_panels

LINES = {"": ("training", "#0072B2", "-"), "validation_": ("held out", "#D55E00", "--")}
TITLES = {
    "kl": "Kullback-Leibler divergence",
    "valence": "regularizer of the valence",
    "arousal": "regularizer of the arousal",
}


class TrainingHistoryDisplay:
    """The terms of the loss in each epoch, with a panel for each term, for training and held-out melodies.

    Use :meth:`from_estimator` or :meth:`from_history` to create a display.

    Parameters
    ----------
    history : dict of str to array-like of shape (n_epochs,)
        Each term of the loss, as in the `history_` of :class:`skemovae.EmotionRegularizedVAE`; those of the held-out
        melodies have the prefix ``validation_``.

    Attributes
    ----------
    axes_ : ndarray of shape (n_terms,), object
        The panels. A term that is 0 throughout, such as those of a model without a regularizer, has none.
    bounding_ax_ : matplotlib Axes or None
        The axes that contain the panels; None if the panels were passed in.
    figure_ : matplotlib Figure

    See Also
    --------
    EmotionRegularizedVAE : Has the history as its attribute ``history_``.

    Examples
    --------
    >>> from skemovae import TrainingHistoryDisplay
    >>> display = TrainingHistoryDisplay.from_history({"loss": [9.0, 4.0], "kl": [0.5, 1.0]})
    >>> [ax.get_title(loc="left") for ax in display.axes_]
    ['loss', 'Kullback-Leibler divergence']
    """

    def __init__(self, *, history):
        self.history = history

    @classmethod
    def from_estimator(cls, estimator, *, ax=None):
        """Plot the training history of a fitted estimator.

        Parameters
        ----------
        estimator : EmotionRegularizedVAE, or a fitted Pipeline that ends in one
        ax : matplotlib Axes or array-like of Axes, default=None
            As in :meth:`plot`.

        Returns
        -------
        TrainingHistoryDisplay
        """
        return cls.from_history(fitted_model(estimator).history_, ax=ax)

    @classmethod
    def from_history(cls, history, *, ax=None):
        """Plot a given history.

        Parameters
        ----------
        history : dict of str to array-like of shape (n_epochs,)
        ax : matplotlib Axes or array-like of Axes, default=None
            As in :meth:`plot`.

        Returns
        -------
        TrainingHistoryDisplay

        Raises
        ------
        ValueError
            If the history is empty or its terms differ in length.
        """
        lengths = {name: np.shape(values) for name, values in dict(history).items()}
        if len(set(lengths.values())) != 1 or len(next(iter(lengths.values()))) != 1:
            raise ValueError(
                f"a history of {lengths or 'no terms'}: expected for each term a list of one number per epoch, all of "
                "the same length, as in the model's history_"
            )
        return cls(history={name: np.asarray(values, dtype=float) for name, values in history.items()}).plot(ax=ax)

    def plot(self, ax=None):
        """Draw the terms.

        Parameters
        ----------
        ax : matplotlib Axes or array-like of Axes, default=None
            Axes to divide into panels, or one for each term; None creates a figure.

        Returns
        -------
        TrainingHistoryDisplay
        """
        terms = list(dict.fromkeys(name.removeprefix("validation_") for name in self.history))
        terms = [term for term in terms if any(np.any(self._curve(prefix, term)) for prefix in LINES)] or terms[:1]
        self.axes_, self.bounding_ax_ = many_panels(ax, len(terms), n_columns=3, panel_size=(3.4, 2.6))
        for panel, term in zip(self.axes_, terms, strict=True):
            for prefix, (label, color, line) in LINES.items():
                curve = self._curve(prefix, term)
                if curve is not None:
                    panel.plot(np.arange(1, len(curve) + 1), curve, color=color, linestyle=line, label=label)
            panel.set_title(TITLES.get(term, term), fontsize="medium", loc="left")
            panel.set_xlabel("epoch")
            panel.grid(color="0.92")
            panel.set_axisbelow(True)
            panel.spines[["top", "right"]].set_visible(False)
        if any(name.startswith("validation_") for name in self.history):
            self.axes_[0].legend(frameon=False, fontsize="small")
        self.figure_ = self.axes_[0].figure
        return self

    def _curve(self, prefix, term):
        return self.history.get(prefix + term)
