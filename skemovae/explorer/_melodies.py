"""What the page needs decoded ahead: the melodies of a grid over the plane, and drawn ones of each emotion."""

import base64
import zlib

import numpy as np

from .._validation import make_generator
from ..composition import TEMPERATURE
from ..plane import grid_points, plane_limit

N_DRAWN = 60  # melodies of each emotion
MAX_SEED = 2**53 - N_DRAWN  # the browser's numbers are exact up to there

STEPS = tuple(digit * 10.0**power for power in range(-3, 3) for digit in (1, 2, 5))  # between two points of the grid
MAX_AXIS, MIN_AXIS = 121, 11  # points along each axis
MAX_TOKENS = 4_000_000  # of all melodies of the grid; neighbours are alike and compress to a hundredth


def first_seed(random_state):
    """Return the first seed of the drawn melodies.

    Parameters
    ----------
    random_state : int, numpy Generator, RandomState or None
        An int is the seed itself, so that the page can be made to hold other melodies.

    Returns
    -------
    int
    """
    generator = make_generator(random_state)
    if random_state is None or isinstance(random_state, np.random.Generator | np.random.RandomState):
        return int(generator.integers(2**31))
    if random_state > MAX_SEED:
        raise ValueError(f"random_state={random_state!r}: expected an integer of at most {MAX_SEED:,}")
    return int(random_state)


def draw_melodies(model, seed):
    """Return drawn melodies of every class that the training data held.

    Parameters
    ----------
    model : EmotionRegularizedVAE
    seed : int
        The first seed; each melody has one of its own, so that Python or the command line can draw it alone.

    Returns
    -------
    dict of int to (ndarray of shape (60, 2), ndarray of shape (60, n_steps))
        For each class where its melodies were drawn, and their tokens.
    """
    drawn = {}
    for c in _trained(model):
        places, rows = [], []
        for k in range(seed, seed + N_DRAWN):
            (row,), _, (point,) = model.sample(
                emotion=[model.classes_[c]], temperature=TEMPERATURE, return_points=True, random_state=k
            )
            places.append(point[:2])
            rows.append(row)
        drawn[c] = np.array(places), np.array(rows, dtype=np.uint8)
    return drawn


def make_grid(model, points):
    """Return the coordinates of the grid along each axis: round numbers from one end of the plane to the other.

    Parameters
    ----------
    model : EmotionRegularizedVAE
    points : ndarray of shape (n, 2)
        What has to lie on the plane, besides two standard deviations around the mean of each class.

    Returns
    -------
    ndarray of shape (n_axis,)
        Symmetric around 0, the decimal numbers that the page shows.
    """
    trained = _trained(model)
    reach = plane_limit(model.latent_mean_, model.latent_covariance_, trained)
    limit = max(reach, np.abs(points).max(initial=0.0))
    n_layers = 1 if model.condition_ is None else len(trained)
    most = min(MAX_AXIS, int((MAX_TOKENS / (n_layers * model.n_features_in_)) ** 0.5))
    for step in STEPS:
        half = int(np.ceil(limit / step))
        if 2 * half + 1 <= most and most >= MIN_AXIS:
            return np.array([float(f"{k * step:.3f}") for k in range(-half, half + 1)])
    raise ValueError(
        f"{n_layers} emotions with melodies of {model.n_features_in_:,} steps on a plane up to {limit:g}: no grid of "
        f"{MIN_AXIS} x {MIN_AXIS} points fits into a page of {MAX_TOKENS:,} tokens; expected shorter melodies"
    )


def decode_grid(model, axis):
    """Return the melody of each point of the grid, for each class that the decoder can be told.

    Parameters
    ----------
    model : EmotionRegularizedVAE
    axis : ndarray of shape (n_axis,)

    Returns
    -------
    told : ndarray of shape (n_axis, n_axis), uint16
        The class that the model itself tells the decoder, by arousal and valence.
    layers : dict of int to ndarray of shape (n_axis, n_axis, n_steps), uint8
        The tokens by class; all classes share one layer, of class -1, where the decoder is told none.
    """
    points = grid_points(axis, model.latent_mean_.shape[1])
    shape = len(axis), len(axis)
    told = model.layout_.nearest_trained(points).astype("<u2").reshape(shape)
    layers = {}
    for c in [-1] if model.condition_ is None else _trained(model):
        labels = None if c == -1 else [model.classes_[c]] * len(points)
        layers[c] = model.inverse_transform(points, labels).astype(np.uint8).reshape(*shape, -1)
    return told, layers


def as_base64(array):
    """Return the bytes of an array, compressed by zlib, as text."""
    return base64.b64encode(zlib.compress(np.ascontiguousarray(array).tobytes(), 9)).decode("ascii")


def _trained(model):
    return model.layout_.trained.tolist()
