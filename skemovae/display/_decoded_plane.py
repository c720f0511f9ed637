"""DecodedPlaneDisplay: the decoder's output for each point of the plane."""

import numpy as np

from .._pipelines import fitted_model, steps_per_quarter
from .._validation import check_number, check_positive_integer
from ..emotion import EMOTIONS
from ..metrics import FURTHER_MELODY_METRICS, MELODY_METRICS, melody_metrics
from ..plane import grid_points, plane_limit
from ..preprocessing import is_onset
from ._style import many_panels, readable

DEFAULT_METRICS = ("note_density", "major_minus_minor", "pitch_range")
SIGNED = "major_minus_minor"
MAX_GRID = 1000


class DecodedPlaneDisplay:
    """Maps of the decoder's output for each point of the valence-arousal plane.

    By default, the maps show note density, major versus minor, and pitch range: the features that distinguish the four
    emotions in the paper's data. If emotion control works, notes become denser upward, and more major to the right. Use
    :meth:`from_estimator` to create a display.

    Parameters
    ----------
    valence : ndarray of shape (n_valence,)
    arousal : ndarray of shape (n_arousal,)
    values : dict of str to ndarray of shape (n_arousal, n_valence)
        Each metric at each point; NaN where the melody has no notes.

    Attributes
    ----------
    axes_ : ndarray of shape (n_metrics,), object
        The panels, without their color bars.
    bounding_ax_ : matplotlib Axes or None
        The axes that contain the panels; None if the panels were passed in.
    figure_ : matplotlib Figure

    See Also
    --------
    LatentPlaneDisplay : Where melodies lie on the plane.
    explore : The plane as an HTML page with sound.

    Examples
    --------
    >>> import numpy as np
    >>> from skemovae import DecodedPlaneDisplay
    >>> density = np.array([[0.5, 0.5], [2.0, 2.5]])
    >>> display = DecodedPlaneDisplay(valence=[-1, 1], arousal=[-1, 1], values={"note_density": density}).plot()
    >>> display.axes_[0].get_title(loc="left")
    'notes per quarter note'
    """

    def __init__(self, *, valence, arousal, values):
        self.valence = valence
        self.arousal = arousal
        self.values = values

    @classmethod
    def from_estimator(
        cls, estimator, *, metrics=DEFAULT_METRICS, limit=None, grid_resolution=41, emotion=None, ax=None
    ):
        """Decode a grid of points with a fitted estimator and plot the results.

        Parameters
        ----------
        estimator : EmotionRegularizedVAE, or a fitted Pipeline that ends in one
            A model of melodies: its symbols are the tokens of :class:`skemovae.PitchEncoder`.
        metrics : list of str, default=("note_density", "major_minus_minor", "pitch_range")
            "note_density" (onsets per quarter note), "major_minus_minor" (C-major rate minus C-minor rate, -1 to 1),
            and all metrics of :func:`skemovae.melody_metrics`.
        limit : float, default=None
            The grid extends from -limit to limit in valence and arousal. None takes two standard deviations beyond the
            means of the classes, a range that contains nearly all training melodies.
        grid_resolution : int, default=41
            Number of points along each axis.
        emotion : label, default=None
            The label on which the decoder is conditioned at every point. None takes that of the point's quadrant, like
            :meth:`skemovae.EmotionRegularizedVAE.inverse_transform`. With the same label for all points, the maps show
            the effect of the point alone.
        ax : matplotlib Axes or array-like of Axes, default=None
            As in :meth:`plot`.

        Returns
        -------
        DecodedPlaneDisplay

        Raises
        ------
        TypeError
            If the estimator is not a model.
        ValueError
            If the model has only one latent dimension or symbols other than tokens, or a parameter is not valid.
        """
        model = fitted_model(estimator)
        names = _check_metrics(metrics)
        check_positive_integer("grid_resolution", grid_resolution, 41)
        if not 2 <= grid_resolution <= MAX_GRID:
            raise ValueError(f"grid_resolution={grid_resolution!r}: expected 2 to {MAX_GRID:,}")
        reach = plane_limit(model.latent_mean_, model.latent_covariance_, model.layout_.trained)
        limit = reach if limit is None else limit
        check_number("limit", limit, 3.0)
        places = np.linspace(-limit, limit, int(grid_resolution))
        tokens = model.inverse_transform(grid_points(places, model.latent_mean_.shape[1]), emotion)
        values = _values(tokens, names, steps_per_quarter(estimator))
        shape = (len(places), len(places))
        return cls(valence=places, arousal=places, values={n: v.reshape(shape) for n, v in values.items()}).plot(ax=ax)

    def plot(self, ax=None):
        """Draw the maps.

        Parameters
        ----------
        ax : matplotlib Axes or array-like of Axes, default=None
            Axes to divide into panels, or one for each metric; None creates a figure.

        Returns
        -------
        DecodedPlaneDisplay
        """
        self.axes_, self.bounding_ax_ = many_panels(ax, len(self.values), n_columns=3, panel_size=(4.0, 3.4))
        for panel, (name, values) in zip(self.axes_, self.values.items(), strict=True):
            self._draw_map(panel, name, np.asarray(values, dtype=float))
        self.figure_ = self.axes_[0].figure
        return self

    def _draw_map(self, panel, name, values):
        valence, arousal = np.asarray(self.valence, dtype=float), np.asarray(self.arousal, dtype=float)
        known = values[np.isfinite(values)]
        limits = {}
        if name == SIGNED:  # 0, neither major nor minor, is the middle of the color map
            most = np.abs(known).max(initial=1e-9)
            limits = {"vmin": -most, "vmax": most}
        panel.set_facecolor("0.8")  # where there is nothing to measure
        # As vector graphics, thousands of cells would make large files with fine white lines.
        mesh = panel.pcolormesh(valence, arousal, values, shading="nearest", cmap="cividis", rasterized=True, **limits)
        panel.figure.colorbar(mesh, ax=panel)
        if name == SIGNED and known.min(initial=0) < 0 < known.max(initial=0):
            panel.contour(valence, arousal, values, levels=[0], colors="white", linewidths=1.5)
        panel.axhline(0, color="white", linewidth=0.8, linestyle=":")
        panel.axvline(0, color="white", linewidth=0.8, linestyle=":")
        for emotion in EMOTIONS:
            panel.text(
                0.5 + 0.47 * emotion.valence,
                0.5 + 0.47 * emotion.arousal,
                f"{emotion.quadrant} {emotion.name}",
                transform=panel.transAxes,
                ha="right" if emotion.valence > 0 else "left",
                va="top" if emotion.arousal > 0 else "bottom",
                fontsize="small",
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
            )
        panel.set_title(readable(name), loc="left", fontsize="medium")
        panel.set(xlabel="valence", ylabel="arousal")


def _check_metrics(metrics):
    known = [*DEFAULT_METRICS, *(m for m in (*MELODY_METRICS, *FURTHER_MELODY_METRICS) if m not in DEFAULT_METRICS)]
    names = [metrics] if isinstance(metrics, str) else list(metrics)
    if isinstance(metrics, str) or not names or not set(names) <= set(known):
        raise ValueError(f"metrics={metrics!r}: expected a list of some of {', '.join(known)}")
    return names


def _values(tokens, names, resolution):
    """Return {name: value of each row}; equal rows, which are frequent on a plane, are measured once."""
    rows, index = np.unique(tokens, axis=0, return_inverse=True)
    derived = {"note_density": [], SIGNED: ["c_major_rate", "c_minor_rate"]}
    needed = list(dict.fromkeys(metric for name in names for metric in derived.get(name, [name])))
    measured = melody_metrics(rows, needed) if needed else {}
    if "note_density" in names:
        measured["note_density"] = resolution * is_onset(rows).sum(axis=1) / rows.shape[1]
    if SIGNED in names:
        measured[SIGNED] = measured["c_major_rate"] - measured["c_minor_rate"]
    return {name: measured[name][index.ravel()] for name in names}
