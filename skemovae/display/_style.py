"""What the displays share: colors, and the panels that they draw on."""

import numpy as np

# Okabe and Ito's colors, which color-blind people can distinguish; the markers distinguish emotions without color.
EMOTION_STYLES = (("#E69F00", "o"), ("#D55E00", "^"), ("#0072B2", "s"), ("#009E73", "D"))
TABLE_STYLES = (("#0072B2", "o"), ("#D55E00", "^"), ("#009E73", "s"), ("#CC79A7", "D"), ("#56B4E9", "v"))
QUIET = "0.6"  # color of guide lines


def one_panel(ax, figsize):
    """Return the axes to draw on; None creates a figure."""
    if ax is None:
        import matplotlib.pyplot as plt

        _, ax = plt.subplots(figsize=figsize, layout="constrained")
    return ax


def many_panels(ax, n_panels, n_columns, panel_size):
    """Return the axes to draw on, and the axes that contain them if they were created inside others.

    Parameters
    ----------
    ax : matplotlib Axes, array-like of Axes, or None
        A single one is emptied and divided into panels; in an array, each is a panel; None creates a figure.
    n_panels, n_columns : int
    panel_size : (float, float)
        Width and height in inches of a panel in a new figure.

    Returns
    -------
    axes : ndarray of shape (n_panels,), object
    bounding_ax : matplotlib Axes or None

    Raises
    ------
    ValueError
        If `ax` is an array of the wrong length, or a single one that is not part of a grid and cannot be divided.
    """
    if isinstance(ax, list | tuple | np.ndarray):
        axes = np.asarray(ax, dtype=object).ravel()
        if len(axes) != n_panels:
            raise ValueError(
                f"ax holds {len(axes)} axes: expected {n_panels}, one per panel, or a single one to divide"
            )
        return axes, None
    from matplotlib.gridspec import GridSpecFromSubplotSpec

    n_columns = min(n_columns, n_panels)
    n_rows = -(-n_panels // n_columns)
    bounding_ax = one_panel(ax, (panel_size[0] * n_columns, panel_size[1] * n_rows))
    if bounding_ax.get_subplotspec() is None:
        raise ValueError(
            f"ax is not part of a grid of subplots and cannot be divided into {n_panels} panels: "
            "expected axes created by plt.subplots or Figure.add_subplot"
        )
    bounding_ax.set_axis_off()
    grid = GridSpecFromSubplotSpec(n_rows, n_columns, subplot_spec=bounding_ax.get_subplotspec())
    cells = [grid[i // n_columns, i % n_columns] for i in range(n_panels)]
    return np.array([bounding_ax.figure.add_subplot(cell) for cell in cells], dtype=object), bounding_ax


def readable(name):
    """Return a readable name of a metric, such as "C-major rate" for "c_major_rate"."""
    return {
        "note_density": "notes per quarter note",
        "c_major_rate": "C-major rate",
        "c_minor_rate": "C-minor rate",
        "n_pitches_used": "pitches used",
        "n_pitch_classes_used": "pitch classes used",
        "two_sample_auc": "two-sample AUC",
    }.get(name, name.replace("_", " "))
