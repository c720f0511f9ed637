"""ClassLayout: the classes of a model, and which part of the plane belongs to each."""

from dataclasses import dataclass

import numpy as np

from ..emotion import label_spellings, quadrant_index


@dataclass(frozen=True, eq=False)
class ClassLayout:
    """The classes of a model and their regions on the plane.

    The regions of the four emotions are their quadrants. The region of a user's own class consists of the points that
    lie nearest in direction to its position, as seen from the origin. With one latent dimension, the plane is a line,
    and the region of a class is its side of the line.

    Parameters
    ----------
    labels : ndarray of shape (n_classes,)
        The labels as the training data spelled them.
    positions : ndarray of shape (n_classes, 2)
        Valence and arousal of each class.
    counts : ndarray of shape (n_classes,), int
        Number of training rows of each class; a class without rows was not trained.
    own_classes : bool
        Whether the classes are a user's own and not the four emotions.

    See Also
    --------
    ClassDistributions : Where the training rows of each class lie.
    skemovae.EmotionRegularizedVAE : The model, whose attribute ``layout_`` is a layout.

    Examples
    --------
    >>> import numpy as np
    >>> from skemovae.plane import ClassLayout
    >>> layout = ClassLayout(np.array(["calm", "wild"]), np.array([[1.0, -1.0], [0.0, 1.0]]), np.array([5, 0]), True)
    >>> layout.class_of(np.array([[2.0, -1.0], [0.1, 3.0]])).tolist()
    [0, 1]
    >>> layout.nearest_trained(np.array([[0.1, 3.0]])).tolist()
    [0]
    """

    labels: np.ndarray
    positions: np.ndarray
    counts: np.ndarray
    own_classes: bool

    @property
    def trained(self):
        """The indices of the classes that occur in the training data, ascending."""
        return np.flatnonzero(self.counts)

    def class_of(self, points):
        """Return the index of the class in whose region each point lies, shape (n_samples,).

        With one column, this is the first class on the point's side.
        """
        if not self.own_classes and points.shape[1] > 1:
            return quadrant_index(points)
        return nearest_direction(points, self.positions)

    def contains(self, points, index):
        """Return whether each point lies in the region of the class of its index, shape (n_samples,)."""
        if points.shape[1] == 1:
            return points[:, 0] * self.positions[index, 0] >= 0
        return self.class_of(points) == index

    def nearest_trained(self, points):
        """Return the class of each point or, if it was not trained, the trained class nearest in direction."""
        index = self.class_of(points)
        missing = self.counts[index] == 0
        if missing.any():
            index[missing] = self.trained[nearest_direction(points[missing], self.positions[self.trained])]
        return index

    def index_of(self, labels, n_samples):
        """Return the class index of one label (repeated) or of `n_samples` labels, shape (n_samples,).

        A tuple that is itself a label counts as one label.

        Raises
        ------
        ValueError
            If a label is unknown, or the number of labels is neither one nor `n_samples`.
        """
        known = {label: i for i, label in enumerate(self.labels.tolist())}

        def look_up(label):
            try:
                return known.get(label)
            except TypeError:  # a list, say, which cannot be a label
                return None

        is_one = isinstance(labels, str) or (isinstance(labels, tuple) and look_up(labels) is not None)
        labels = [labels] * n_samples if is_one or np.ndim(labels) == 0 else list(labels)
        if len(labels) != n_samples:
            raise ValueError(f"{len(labels)} labels for {n_samples} rows: expected one label, or one per row")
        if not self.own_classes:
            return label_spellings(labels)[1]
        index = [look_up(label) for label in labels]
        unknown = sorted({str(label) for label, i in zip(labels, index, strict=True) if i is None})
        if unknown:
            raise ValueError(f"unknown labels {unknown}: class_positions knows {list(known)}")
        return np.array(index, dtype=int)

    def trained_index_of(self, labels, n_samples):
        """Do the same as :meth:`index_of`, but also raise ValueError for a class without training rows."""
        index = self.index_of(labels, n_samples)
        missing = np.unique(index[self.counts[index] == 0])
        if missing.size:
            raise ValueError(
                f"emotion {self.labels[missing].tolist()[0]!r}: the training data had no rows of it; "
                f"expected one of {self.labels[self.trained].tolist()}"
            )
        return index


def nearest_direction(points, positions):
    """Return the index of the position that lies nearest in direction to each point, as seen from the origin.

    With one dimension, this is the position farthest on the point's side, or the first of several.

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
