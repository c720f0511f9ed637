"""explore: a fitted model as a page."""

import numpy as np

from .. import __version__
from .._pipelines import fitted_model, steps_per_quarter
from ..emotion import quadrant_index
from ..io import atomic_path
from ..plane import is_continuous, plane_limit
from ..preprocessing import HOLD, are_tokens
from ._melodies import TEMPERATURE, as_base64, decode_grid, draw_melodies, first_seed, make_grid
from ._page import describe_classes, describe_quadrants, make_page

MAX_POINTS = 20_000  # as many take a quarter of a megabyte


def explore(estimator, path, X=None, y=None, *, random_state=0):
    """Write a page on which a model is explored: one HTML file that any recent browser opens from the disk.

    It shows the plane with the places of the emotions and, if X is given, its melodies as points. A click or the arrow
    keys choose a point, whose melody is drawn as a piano roll and played; a path drawn over the plane plays a bar from
    each point along it; a button for each emotion draws a new melody. What is heard can be saved as MIDI.

    The page asks nothing of a network: it holds the melodies. Those of points are decoded ahead on a grid, whose
    coordinates are round numbers: at (valence, arousal) it plays ``model.inverse_transform([[valence, arousal]])``, or
    that with another emotion told to the decoder. The drawn ones are
    ``model.sample(emotion=emotion, temperature=0.95, random_state=seed)``, 60 seeds per emotion; the page shows the
    seed.

    Parameters
    ----------
    estimator : EmotionRegularizedVAE, or a fitted Pipeline that ends in one
        Of melodies: its symbols are the tokens of :class:`skemovae.PitchEncoder`. Latent dimensions beyond valence and
        arousal stay at 0, the prior's mean.
    path : str or path-like
        The file, by custom with the ending ``.html``; an existing one is replaced when the new one is whole.
    X : input of the estimator's transform, default=None
        Melodies to show as points, at most 20,000. Their notes are not put into the page.
    y : array-like of shape (n_samples,), or of shape (n_samples, 2), default=None
        Their emotions; or points (valence, arousal), of which the quadrants count. None shows all in one colour.
    random_state : int, numpy Generator, RandomState or None, default=0
        The first of the 60 seeds; anything but an int draws it.

    Raises
    ------
    TypeError
        If the estimator is no model.
    sklearn.exceptions.NotFittedError
        If it is not fitted.
    ValueError
        If the model has one latent dimension, other symbols than tokens, or so many steps or classes that no useful
        grid fits into a page; if X, y or `random_state` is not valid.
    OSError
        If the file cannot be written.

    Notes
    -----
    The time is that of decoding some 10,000 melodies for each emotion that the decoder can be told: on two cores a
    quarter of a minute for a model of 128 units, a minute and a half for one of 512. The file has less than 3 MB, with
    four bars and four emotions about 150 kB.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import numpy as np
    >>> from skemovae import EmotionRegularizedVAE, explore
    >>> X = np.array([[72, 74, 76, 79], [72, 71, 70, 69], [60, 129, 58, 129], [60, 129, 64, 129]] * 8)
    >>> y = np.array(["happy", "angry", "sad", "relaxed"] * 8)
    >>> model = EmotionRegularizedVAE(max_iter=2, random_state=0).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = pathlib.Path(folder, "plane.html")
    ...     explore(model, page, X, y)
    ...     page.read_text()[:15]
    '<!doctype html>'
    """
    model = fitted_model(estimator)
    _check_melodies(model)
    seed = first_seed(random_state)
    points, index = _place(estimator, model, X, y)
    with atomic_path(path) as temporary:  # first, so that no decoding is in vain
        drawn = draw_melodies(model, seed)
        axis = make_grid(model, np.concatenate([points, *(places for places, _ in drawn.values())]))
        told, layers = decode_grid(model, axis)
        data = {
            "version": __version__,
            "resolution": steps_per_quarter(estimator),
            "n_steps": int(model.n_features_in_),
            "n_components": model.latent_mean_.shape[1],
            "axis": axis.tolist(),
            "own_classes": model.layout_.own_classes,
            "told_counts": model.condition_ is not None,
            "quadrants": describe_quadrants(model),
            "classes": describe_classes(model),
            "layers": {"classes": list(layers), "tokens": as_base64(np.stack(list(layers.values())))},
            "told": as_base64(told),
            "points": {"places": points.round(3).tolist(), "classes": index.tolist()},
            "first_seed": seed,
            "temperature": TEMPERATURE,
            "drawn": {
                "classes": list(drawn),
                "places": [places.round(3).tolist() for places, _ in drawn.values()],
                "tokens": as_base64(np.stack([tokens for _, tokens in drawn.values()])),
            },
        }
        temporary.write_bytes(make_page(data))


def _check_melodies(model):
    """Raise ValueError unless the model is of melodies and has a plane."""
    plane_limit(model.latent_mean_, model.latent_covariance_, model.layout_.trained)  # raises where there is no plane
    symbols = np.asarray(model.vocabulary_, dtype=float)
    if not are_tokens(symbols).all():
        raise ValueError(
            f"the model's symbols go from {symbols.min():g} to {symbols.max():g}: expected a model of melodies, whose "
            f"symbols are tokens, whole numbers 0 to {HOLD}; encode the scores with PitchEncoder"
        )


def _place(estimator, model, X, y):
    """Return the points of X, shape (n_samples, 2), and the index of each one's class, -1 without y."""
    if X is None:
        if y is not None:
            raise ValueError("y without X: expected the melodies that the labels belong to, or neither")
        return np.empty((0, 2)), np.empty(0, dtype=int)
    points = np.asarray(estimator.transform(X), dtype=float)[:, :2]
    if len(points) > MAX_POINTS:
        raise ValueError(f"X holds {len(points):,} melodies: expected at most {MAX_POINTS:,}; pass a part of them")
    if y is None:
        return points, np.full(len(points), -1)
    if model.layout_.own_classes or not is_continuous(y):
        return points, model.layout_.index_of(y, len(points))
    index = quadrant_index(y)
    if len(index) != len(points):
        raise ValueError(f"{len(index)} labels for {len(points)} rows: expected one a row")
    return points, index
