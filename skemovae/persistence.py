"""Saved models: one safetensors file with the arrays, and the settings as JSON in its header; nothing executable."""

import json
from numbers import Integral
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from . import __version__
from .io import atomic_path
from .nn.network import NetworkSpec
from .nn.pool import borrowed_network
from .vae import EmotionRegularizedVAE

__all__ = ["ModelFileError", "load_model", "save_model"]

FORMAT = "skemovae.EmotionRegularizedVAE"
FORMAT_VERSION = 1
ARRAYS = ("class_count_", "class_positions_", "vocabulary_", "latent_mean_", "latent_covariance_")


class ModelFileError(ValueError):
    """A file that is not a saved model, or not a whole one; the message names it and the reason."""


def save_model(estimator, path):
    """Save a fitted model to one file; an existing file is replaced only when the new one is whole.

    Parameters
    ----------
    estimator : EmotionRegularizedVAE
        A fitted model; of a Pipeline pass its last step. A `random_state` that is a generator is saved as None.
    path : str or path-like
        The file, by custom with the ending ``.safetensors``.

    Raises
    ------
    TypeError
        If the estimator is of another kind, or its `regularizer` an object.
    sklearn.exceptions.NotFittedError
        If it is not fitted.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import numpy as np, pathlib, tempfile
    >>> from skemovae import EmotionRegularizedVAE, load_model, save_model
    >>> X, y = np.array([[60, 129], [62, 64]] * 4), ["sad", "happy"] * 4
    >>> vae = EmotionRegularizedVAE(units=4, max_iter=1, random_state=0).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_model(vae, pathlib.Path(folder, "vae.safetensors"))
    ...     again = load_model(pathlib.Path(folder, "vae.safetensors"))
    >>> bool((again.transform(X) == vae.transform(X)).all())
    True
    """
    if not isinstance(estimator, EmotionRegularizedVAE):
        hint = "; pass pipeline[-1]" if isinstance(estimator, Pipeline) else ""
        raise TypeError(f"cannot save {type(estimator).__name__}: expected an EmotionRegularizedVAE{hint}")
    check_is_fitted(estimator)
    parameters = estimator.get_params(deep=False)
    if not isinstance(parameters["random_state"], Integral):
        parameters["random_state"] = None
    if callable(parameters["regularizer"]):
        raise TypeError(
            f"cannot save regularizer={parameters['regularizer']!r}: a model file holds no code; expected a name or "
            "None. The fitted model does not need it: save after set_params(regularizer=None), or use pickle"
        )
    if parameters["class_positions"] is not None:  # JSON would turn the keys into text
        parameters["class_positions"] = [
            [_plain(label), np.asarray(position, dtype=float).tolist()]
            for label, position in parameters["class_positions"].items()
        ]
    header = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "package_version": __version__,
        "parameters": {name: _plain(value) for name, value in parameters.items()},
        "classes": estimator.classes_.tolist(),
        "history": estimator.history_,
        "n_iter": estimator.n_iter_,
        "n_features_in": estimator.n_features_in_,
        "feature_names_in": getattr(estimator, "feature_names_in_", np.array([])).tolist(),
        "architecture": {name: _plain(value) for name, value in estimator.architecture_.items()},
        "n_weights": len(estimator.weights_),
    }
    arrays = {name: getattr(estimator, name) for name in ARRAYS}
    arrays |= {f"weights_{i}": weight for i, weight in enumerate(estimator.weights_)}
    arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    with atomic_path(Path(path)) as temporary:
        save_file(arrays, temporary, metadata={"skemovae": json.dumps(header)})


def load_model(path):
    """Load a model that :func:`save_model` saved.

    Parameters
    ----------
    path : str or path-like

    Returns
    -------
    EmotionRegularizedVAE
        With the same answers and samples as the saved one.

    Raises
    ------
    ModelFileError
        If the file is not a whole model of a known version.
    OSError
        If the file cannot be opened.

    Examples
    --------
    See :func:`save_model`.
    """
    path = Path(path)
    with open(path, "rb"):  # a missing or forbidden file is an OSError, not a broken model
        pass
    try:
        with safe_open(path, framework="np") as file:
            header = json.loads((file.metadata() or {}).get("skemovae", "{}"))
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
        if not isinstance(header, dict) or header.get("format") != FORMAT:
            raise ValueError("it holds no skemovae model")
        if header["format_version"] > FORMAT_VERSION:
            raise ValueError(f"it was saved by the later version {header['package_version']}; upgrade skemovae")
        return _restore(header, arrays)
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ModelFileError(f"cannot load {path}: {error}") from error


def _restore(header, arrays):
    parameters = header["parameters"]
    if parameters["class_positions"] is not None:
        parameters["class_positions"] = {label: tuple(position) for label, position in parameters["class_positions"]}
    estimator = EmotionRegularizedVAE(**parameters)
    estimator.classes_ = np.array(header["classes"])
    estimator.history_ = header["history"]
    estimator.n_iter_ = header["n_iter"]
    estimator.n_features_in_ = header["n_features_in"]
    for name in ARRAYS:
        setattr(estimator, name, arrays[name])
    if header["feature_names_in"]:
        estimator.feature_names_in_ = np.array(header["feature_names_in"], dtype=object)
    estimator.architecture_ = header["architecture"]
    estimator.weights_ = [arrays[f"weights_{i}"] for i in range(header["n_weights"])]
    _check_shapes(estimator)
    return estimator


def _check_shapes(estimator):
    """Raise ValueError unless the arrays have the shapes that the settings ask for."""
    spec = NetworkSpec(**estimator.architecture_)
    with borrowed_network(spec) as network:
        expected = [tuple(variable.shape) for variable in network.trainable_variables]
    expected += [(spec.n_classes,), (spec.n_classes, 2), (spec.n_symbols,)]
    expected += [(spec.n_classes, spec.n_components), (spec.n_classes, spec.n_components, spec.n_components)]
    found = [array.shape for array in (*estimator.weights_, *(getattr(estimator, name) for name in ARRAYS))]
    if found != expected or len(estimator.classes_) != spec.n_classes or estimator.n_features_in_ != spec.n_steps:
        raise ValueError("its arrays do not have the shapes that its settings ask for")


def _plain(value):
    """Return numpy scalars as Python's, which JSON knows."""
    return value.item() if isinstance(value, np.generic) else value
