"""Labels and places: which class a label is, where on the plane it belongs, and what the symbols say of it."""

import numpy as np
from sklearn.linear_model import Ridge

from .emotion import EMOTIONS, label_spellings, quadrant_index, valence_arousal


def is_continuous(y):
    """Return whether labels are points (valence, arousal) instead of classes."""
    shape = np.asarray(y).shape
    return len(shape) == 2 and shape[1] == 2


def learn_classes(y, class_positions):
    """Return the classes of labels, and where each row belongs.

    Parameters
    ----------
    y : array of shape (n_samples,), or float array of shape (n_samples, 2)
        Labels, or points (valence, arousal) in [-1, 1], whose classes are their quadrants.
    class_positions : dict or None
        ``{label: (valence, arousal)}``, or None for the four emotions.

    Returns
    -------
    classes : ndarray of shape (n_classes,)
        The labels as `y` or the dict spells them; always all four emotions.
    positions : ndarray of shape (n_classes, 2)
    index : int ndarray of shape (n_samples,)
    targets : ndarray of shape (n_samples, 2)
    """
    if is_continuous(y):
        targets = _check_points(y, class_positions)
        classes = np.array([emotion.quadrant for emotion in EMOTIONS])
        return classes, valence_arousal(classes), quadrant_index(targets), targets
    classes, positions, index = _learn_labels(y, class_positions)
    return classes, positions, index, positions[index]


def _learn_labels(y, class_positions):
    if class_positions is not None:
        classes = np.empty(len(class_positions), dtype=object)  # labels of mixed types stay what they are
        classes[:] = list(class_positions)
        if len({type(label) for label in class_positions}) == 1:
            classes = np.array(list(class_positions))
        return classes, check_positions(class_positions), index_labels(y, len(y), class_positions)
    try:
        classes, index = label_spellings(y)
    except ValueError as error:
        raise ValueError(
            f"{error}. For labels of your own pass class_positions={{label: (valence, arousal)}}"
        ) from None
    return classes, valence_arousal(range(1, len(EMOTIONS) + 1)), index


def _check_points(y, class_positions):
    """Return points (valence, arousal) as an array of floats."""
    if class_positions is not None:
        raise ValueError("class_positions is for labels that are classes: expected None with y of shape (n_samples, 2)")
    try:
        points = np.asarray(y, dtype=float)
    except (TypeError, ValueError):
        points = np.full((1, 2), np.nan)
    if not (np.abs(points) <= 1).all():  # NaN fails, too
        raise ValueError(
            "y of shape (n_samples, 2) holds something else than numbers in [-1, 1]: expected (valence, arousal) of "
            "each row; scale them, e.g. 2 * (rating - 1) / 8 - 1 for ratings from 1 to 9"
        )
    return points


def fit_symbol_attributes(symbols, targets, n_symbols):
    """Return what each occurrence of a symbol adds to the valence and the arousal of a row, by ridge regression.

    Parameters
    ----------
    symbols : int array of shape (n_samples, n_steps)
    targets : array of shape (n_samples, 2)
    n_symbols : int

    Returns
    -------
    ndarray of shape (n_symbols, 2)
        The sum over a row's symbols is the row's attribute.
    """
    counts = np.stack([np.bincount(row, minlength=n_symbols) for row in symbols])
    ridge = Ridge().fit(counts, targets)
    return ridge.coef_.T + ridge.intercept_ / symbols.shape[1]


def index_labels(labels, n_samples, class_positions):
    """Return the class index of one label (repeated) or of `n_samples` labels."""
    labels = [labels] * n_samples if isinstance(labels, str) or np.ndim(labels) == 0 else list(labels)
    if len(labels) != n_samples:
        raise ValueError(f"{len(labels)} labels for {n_samples} rows: expected one label, or one a row")
    if class_positions is None:
        return label_spellings(labels)[1]
    known = {label: i for i, label in enumerate(class_positions)}
    unknown = sorted({str(label) for label in labels if label not in known})
    if unknown:
        raise ValueError(f"unknown labels {unknown}: class_positions knows {list(known)}")
    return np.array([known[label] for label in labels], dtype=int)


def nearest_direction(points, positions):
    """Return the index of the position that lies nearest in direction to each point, seen from the origin.

    Of one dimension that is the position farthest on the point's side; of several the first.

    Parameters
    ----------
    points : array of shape (n_samples, n_components)
    positions : array of shape (n_classes, 2)

    Returns
    -------
    int ndarray of shape (n_samples,)
    """
    plane = np.asarray(points)[:, :2]
    directions = positions / np.linalg.norm(positions, axis=1, keepdims=True)
    return np.argmax(plane @ directions[:, : plane.shape[1]].T, axis=1)


def check_positions(class_positions):
    """Return the positions of a dict {label: (valence, arousal)} as an array of shape (n_classes, 2)."""
    message = (
        f"class_positions={class_positions!r}: expected {{label: (valence, arousal)}} with both in [-1, 1], not both "
        "0, and no two classes in one direction, e.g. {'calm': (1, -1), 'wild': (0, 1)}"
    )
    if not isinstance(class_positions, dict) or not class_positions:
        raise ValueError(message)
    try:
        positions = np.array(list(class_positions.values()), dtype=float)
    except (TypeError, ValueError):
        raise ValueError(message) from None
    if positions.shape != (len(class_positions), 2) or not (np.abs(positions) <= 1).all():  # NaN fails, too
        raise ValueError(message)
    lengths = np.linalg.norm(positions, axis=1, keepdims=True)
    if not lengths.all() or len(np.unique((positions / lengths).round(6), axis=0)) < len(positions):
        raise ValueError(message)
    return positions
