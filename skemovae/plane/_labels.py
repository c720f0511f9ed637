"""From labels to classes on the plane: for emotions, for a user's own classes, and for points."""

import numpy as np

from ..emotion import EMOTIONS, label_spellings, quadrant_index, valence_arousal
from ._layout import ClassLayout


def is_continuous(y):
    """Return whether labels are points (valence, arousal) instead of classes."""
    shape = np.asarray(y).shape
    return len(shape) == 2 and shape[1] == 2


def learn_layout(y, class_positions):
    """Return the classes of labels, and where each row belongs.

    Parameters
    ----------
    y : array of shape (n_samples,), or float array of shape (n_samples, 2)
        Labels, or points (valence, arousal) in [-1, 1], whose classes are their quadrants.
    class_positions : dict or None
        ``{label: (valence, arousal)}``, or None for the four emotions.

    Returns
    -------
    layout : ClassLayout
        The classes, with labels as `y` or the dict spells them; without a dict, always all four emotions.
    index : int ndarray of shape (n_samples,)
        Class of each row.
    targets : ndarray of shape (n_samples, 2)
        Target valence and arousal of each row.

    Raises
    ------
    ValueError
        If a label is unknown or a point lies outside [-1, 1].

    Examples
    --------
    >>> from skemovae.plane import learn_layout
    >>> layout, index, targets = learn_layout(["sad", "happy"], None)
    >>> layout.labels.tolist(), index.tolist(), targets.tolist()
    (['happy', 'angry', 'sad', 'relaxed'], [2, 0], [[-1.0, -1.0], [1.0, 1.0]])
    """
    if is_continuous(y):
        targets = _check_points(y, class_positions)
        labels, index = np.array([emotion.quadrant for emotion in EMOTIONS]), quadrant_index(targets)
        return _make_layout(labels, valence_arousal(labels), index, own_classes=False), index, targets
    if class_positions is not None:
        layout = _make_layout(_own_labels(class_positions), check_positions(class_positions), [], own_classes=True)
        index = layout.index_of(y, len(y))
        layout.counts[:] = np.bincount(index, minlength=len(layout.labels))
        return layout, index, layout.positions[index]
    try:
        labels, index = label_spellings(y)
    except ValueError as error:
        raise ValueError(
            f"{error}. For labels of your own, pass class_positions={{label: (valence, arousal)}}"
        ) from None
    positions = valence_arousal(range(1, len(EMOTIONS) + 1))
    return _make_layout(labels, positions, index, own_classes=False), index, positions[index]


def _make_layout(labels, positions, index, own_classes):
    counts = np.bincount(np.asarray(index, dtype=int), minlength=len(labels))
    return ClassLayout(labels, positions, counts, own_classes)


def _own_labels(class_positions):
    labels = np.empty(len(class_positions), dtype=object)  # labels of mixed types, and tuples, are not converted
    labels[:] = list(class_positions)
    kinds = {type(label) for label in class_positions}
    return labels if len(kinds) > 1 or tuple in kinds else np.array(list(class_positions))


def _check_points(y, class_positions):
    """Return points (valence, arousal) as an array of floats."""
    if class_positions is not None:
        raise ValueError("class_positions is for labels that are classes: expected None with y of shape (n_samples, 2)")
    try:
        points = np.asarray(y, dtype=float)
    except (TypeError, ValueError):
        points = np.full((1, 2), np.nan)
    if not (np.abs(points) <= 1).all():  # also fails for NaN
        raise ValueError(
            "y of shape (n_samples, 2) contains values other than numbers in [-1, 1]: expected (valence, arousal) for "
            "each row; scale them, e.g. 2 * (rating - 1) / 8 - 1 for ratings from 1 to 9"
        )
    return points


def check_positions(class_positions):
    """Return the positions of a dict {label: (valence, arousal)} as an array of shape (n_classes, 2).

    Raises
    ------
    ValueError
        If it is not such a dict, a position is the origin or outside [-1, 1], or two lie in the same direction.
    """
    message = (
        f"class_positions={class_positions!r}: expected {{label: (valence, arousal)}} with both in [-1, 1], not both "
        "0, and no two classes in the same direction, e.g. {'calm': (1, -1), 'wild': (0, 1)}"
    )
    if not isinstance(class_positions, dict) or not class_positions:
        raise ValueError(message)
    try:
        positions = np.array(list(class_positions.values()), dtype=float)
    except (TypeError, ValueError):
        raise ValueError(message) from None
    if positions.shape != (len(class_positions), 2) or not (np.abs(positions) <= 1).all():  # also fails for NaN
        raise ValueError(message)
    lengths = np.linalg.norm(positions, axis=1, keepdims=True)
    if not lengths.all() or len(np.unique((positions / lengths).round(6), axis=0)) < len(positions):
        raise ValueError(message)
    return positions
