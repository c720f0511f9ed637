"""explore: a fitted model, or the included models, as an HTML page."""

import hashlib
from functools import lru_cache

import numpy as np

from .. import __version__
from .._pipelines import fitted_model, steps_per_quarter
from .._validation import make_generator
from ..display import EMOTION_STYLES
from ..emotion import EMOTIONS, quadrant_index
from ..io import atomic_path
from ..plane import is_continuous, plane_limit
from ..preprocessing import HOLD, PitchEncoder, are_tokens
from ..pretrained import load_pretrained
from ._pack import pack
from ._page import MAX_BYTES, make_page

MAX_POINTS = 20_000  # this many take a quarter of a megabyte
MAX_REST = 800_000  # bytes of a page besides its networks
MAX_SEED = 2**53 - 2**20  # the browser's numbers are exact up to 2 ** 53, and the page counts up
FURTHER_STYLES = (("#CC79A7", "v"), ("#56B4E9", "P"), ("#F0E442", "X"), ("#999999", "p"))  # for a user's own classes
TITLE = "Melodies by emotion"


def explore(estimator=None, path="plane.html", X=None, y=None, *, random_state=0):
    """Write an HTML page to explore a model, as a single file that any recent browser can open from disk.

    It shows the plane as a map of emotions. Tap it to hear a melody for that point, and drag to change the melody; a
    button for each emotion writes a new one. A MIDI or MusicXML file dropped on the page appears on the map, and
    dragging it changes its emotion. A line drawn on the map becomes a piece whose emotion follows it. The page shows
    the music in notation or as a piano roll, and saves it as MIDI, MusicXML or WAV.

    The page contains the neural networks and runs them. It needs no network connection, and sends no files. It writes
    the same music as :func:`skemovae.generate`, :func:`skemovae.reemote` and :func:`skemovae.compose_piece`, and shows
    their arguments.

    Parameters
    ----------
    estimator : EmotionRegularizedVAE, or a fitted Pipeline that ends in one, default=None
        The model that writes melodies; its symbols are the tokens of :class:`skemovae.PitchEncoder`. None takes the
        included "generator". The model that changes the emotion of tunes is always the included "editor".
    path : str or path-like, default="plane.html"
        The file, usually ending in ``.html``; an existing file is replaced only when the new one is complete.
    X : input of the estimator's transform, default=None
        Melodies to show as points, at most 20,000. The page does not contain their notes.
    y : array-like of shape (n_samples,), or of shape (n_samples, 2), default=None
        Their emotions; or points (valence, arousal), which count as the emotion of their quadrant. None shows all
        points in the same color.
    random_state : int, numpy Generator, RandomState or None, default=0
        The first seed for the melodies that the page writes; if it is not an int, the seed is drawn from it.

    Raises
    ------
    TypeError
        If the estimator is not a model.
    sklearn.exceptions.NotFittedError
        If it is not fitted.
    ValueError
        If the model has only one latent dimension, symbols other than tokens, an architecture that the page cannot run,
        or too many weights for a page of 4 MB; or if X, y or `random_state` is not valid.
    OSError
        If the file cannot be written.

    See Also
    --------
    generate, reemote, compose_piece : Do in Python what the page does.
    save_model : Saves a model to a file.
    DecodedPlaneDisplay : Plots the map.

    Notes
    -----
    If the model is so large that the included editor does not fit on the page as well, the page only writes melodies.
    Pieces need a model of the four emotions and of four-bar melodies, like the included models.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from skemovae import explore
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = pathlib.Path(folder, "plane.html")
    ...     explore(path=page)
    ...     page.read_text()[:15]
    '<!doctype html>'
    """
    shipped = estimator is None
    estimator = load_pretrained("generator") if shipped else estimator
    model = fitted_model(estimator)
    _check_melodies(model)
    seed = _first_seed(random_state)
    points, index = _place(estimator, model, X, y)
    with atomic_path(path) as temporary:
        editor = load_pretrained("editor")
        writer = pack(model, steps_per_quarter(estimator))
        packed = _packed_editor()
        if len(writer["bytes"]) + len(packed["bytes"]) > MAX_BYTES - MAX_REST:
            packed = None
        data = {
            "version": __version__,
            "digest": _digest(writer, packed),
            "title": TITLE,
            "about": _about(shipped, packed),
            "shipped": shipped,
            "own_classes": bool(model.layout_.own_classes),
            "pieces": packed is not None and _writes_pieces(model, writer, editor),
            "seed": seed,
            "plane": _describe_plane(model),
            "tune_plane": None if packed is None else _describe_plane(editor),
            "points": {"places": points.round(3).tolist(), "classes": index.tolist()},
            "writer": writer,
            "editor": packed,
        }
        temporary.write_bytes(make_page(data))


def _check_melodies(model):
    """Raise ValueError unless the model is of melodies and has a plane."""
    plane_limit(model.latent_mean_, model.latent_covariance_, model.layout_.trained)  # raises if there is no plane
    symbols = np.asarray(model.vocabulary_, dtype=float)
    if not are_tokens(symbols).all():
        raise ValueError(
            f"the model's symbols range from {symbols.min():g} to {symbols.max():g}: expected a model of melodies, "
            f"whose symbols are tokens, integers from 0 to {HOLD}; encode the scores with PitchEncoder"
        )


def _first_seed(random_state):
    """Return the first seed of the page; an int is the seed itself."""
    generator = make_generator(random_state)
    if random_state is None or isinstance(random_state, np.random.Generator | np.random.RandomState):
        return int(generator.integers(2**31))
    if random_state > MAX_SEED:
        raise ValueError(f"random_state={random_state!r}: expected an integer of at most {MAX_SEED:,}")
    return int(random_state)


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
        raise ValueError(f"{len(index)} labels for {len(points)} rows: expected one per row")
    return points, index


@lru_cache(maxsize=1)
def _packed_editor():
    return pack(load_pretrained("editor"), PitchEncoder().resolution)


def _writes_pieces(model, writer, editor):
    """Return whether the editor can move what the model writes."""
    same_rows = model.n_features_in_ == editor.n_features_in_
    return bool(
        same_rows
        and writer["settings"]["resolution"] == PitchEncoder().resolution
        and not model.layout_.own_classes
        and len(model.layout_.trained) == len(EMOTIONS)
    )


def _describe_plane(model):
    """Return how far the plane is shown, and what the page says and draws for each class.

    Texts are those of :mod:`skemovae.emotion`, or a user's own labels, which may contain anything.
    """
    layout, means = model.layout_, model.latent_mean_[:, :2]
    reach = plane_limit(model.latent_mean_, model.latent_covariance_, layout.trained)  # of nearly all training rows
    limit = min(1.2 * reach, max(reach, 2.5 * np.abs(means[layout.trained]).max()))  # beyond it, melodies become dull
    styles = EMOTION_STYLES + FURTHER_STYLES if layout.own_classes else EMOTION_STYLES
    classes = []
    for i, label in enumerate(model.classes_):
        label = label.item() if isinstance(label, np.generic) else label
        color, marker = styles[i % len(styles)]
        classes.append(
            {
                "word": str(label) if layout.own_classes else EMOTIONS[i].adjective,
                "python": repr(label if layout.own_classes else EMOTIONS[i].adjective),
                "color": color,
                "marker": marker,
                "trained": bool(model.class_count_[i]),
                "mean": means[i].round(3).tolist(),
            }
        )
    return {"limit": float(f"{limit:.2g}"), "classes": classes}


def _about(shipped, packed):
    """Return a sentence or two about the networks on the page."""
    writer = "The shipped generator" if shipped else "A user's own model"
    mover = "the shipped editor moves tunes." if packed else "it is so large that the page cannot move tunes."
    return f"{writer} writes the melodies; {mover} skemovae {__version__}."


def _digest(*packed):
    """Return a short digest of the networks, by which a link recognizes the page that it belongs to."""
    content = "".join(one["bytes"] for one in packed if one)
    return hashlib.sha256(content.encode()).hexdigest()[:12]
