"""save_model: a fitted model or pipeline as a single file."""

import json
from numbers import Integral, Real
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import save
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from .. import __version__
from .._validation import check_bool
from ..io import atomic_path
from ..nn.architectures import architecture_name
from ..vae import EmotionRegularizedVAE, check_parameters
from ._header import FORMAT_VERSION, digest
from ._load import ARRAYS, MODEL, SCORE_STEPS, read_model


def save_model(estimator, path, *, half_precision=False):
    """Save a fitted model, or a pipeline that ends in one, to a single file.

    An existing file is replaced only when the new one is complete and has been read back.

    Parameters
    ----------
    estimator : EmotionRegularizedVAE or sklearn.pipeline.Pipeline
        A fitted model, or a Pipeline of any number of :class:`TempoNormalizer`, :class:`Excerpt`,
        :class:`KeyNormalizer`, :class:`SopranoExtractor` and :class:`PitchEncoder`, followed by a fitted model.
    path : str or path-like
        The file, by convention ending in ``.safetensors``.
    half_precision : bool, default=False
        Whether to store the network's weights in 16 bits, which halves the size of the file; they are rounded to three
        digits.

    Raises
    ------
    TypeError
        If the estimator or a step is of another class, or a parameter is not a string, a number, True, False or None;
        in particular, if `regularizer` is a callable or the class of `architecture` is not registered.
    sklearn.exceptions.NotFittedError
        If the estimator is not fitted.
    ValueError
        If it could not be loaded again: a parameter is not valid, a fitted array has been modified, or a weight is too
        large for half precision.
    OSError
        If the file cannot be written.

    See Also
    --------
    load_model : Loads what this function saves.
    explore : Writes a model as an HTML page.

    Notes
    -----
    The file contains parameters and fitted attributes; NumPy numbers become Python numbers. It omits what belongs to
    one process or machine: a `random_state` that is a generator, `checkpoint_path`, the pipeline's `memory`, `verbose`
    and `transform_input`, and settings made with `set_output`, `set_callbacks` and metadata routing. :mod:`pickle` and
    joblib keep these as well, but execute code from the file: never use them to load a file that you do not trust.

    Examples
    --------
    >>> import numpy as np, pathlib, tempfile
    >>> from sklearn.pipeline import make_pipeline
    >>> from skemovae import EmotionRegularizedVAE, PitchEncoder, load_model, save_model
    >>> X = np.array([[72, 74], [63, 65], [60, 129], [72, 129]] * 2)
    >>> y = ["happy", "angry", "sad", "relaxed"] * 2
    >>> vae = EmotionRegularizedVAE(max_iter=1, random_state=0).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_model(make_pipeline(PitchEncoder(n_steps=2), vae), pathlib.Path(folder, "melodies.safetensors"))
    ...     again = load_model(pathlib.Path(folder, "melodies.safetensors"))
    >>> list(again.named_steps)
    ['pitchencoder', 'emotionregularizedvae']
    >>> bool((again[-1].transform(X) == vae.transform(X)).all())
    True
    """
    check_bool("half_precision", half_precision)
    steps = _savable_steps(estimator)
    model = steps[-1][1]
    check_is_fitted(model)
    header = {
        "format_version": FORMAT_VERSION,
        "package_version": __version__,
        "steps": [[name, type(step).__name__, _plain_parameters(step)] for name, step in steps],
        "architecture": _plain_architecture(model.architecture_),
        "sizes": {
            "n_steps": model.n_features_in_,
            "n_symbols": len(model.vocabulary_),
            "n_classes": len(model.classes_),
            "n_components": model.latent_mean_.shape[1],
            "condition": model.condition_,
            "n_context": model.n_context_,
        },
        "classes": [_plain("label", label) for label in model.classes_],
        "n_iter": model.n_iter_,
        "feature_names_in": list(model.feature_names_in_) if hasattr(model, "feature_names_in_") else None,
        "history": {name: len(values) for name, values in model.history_.items()},
    }
    arrays = {name: getattr(model, name) for name in ARRAYS}
    precision = np.float16 if half_precision else np.float32
    with np.errstate(over="ignore"):  # too large values become infinite, and are refused below
        arrays |= {f"weights/{name}": weight.astype(precision) for name, weight in model.weights_.items()}
    arrays |= {f"history_{name}": np.array(values, dtype=float) for name, values in model.history_.items()}
    arrays = {name: np.ascontiguousarray(array, array.dtype.newbyteorder("=")) for name, array in arrays.items()}
    header["sha256"] = digest(header, arrays)
    with atomic_path(Path(path)) as temporary:
        try:
            # not written by safetensors, whose error for a full disk is not an OSError
            temporary.write_bytes(save(arrays, metadata={"skemovae": json.dumps(header)}))
            read_model(temporary)
        except (SafetensorError, ValueError) as error:
            raise ValueError(f"cannot save {type(estimator).__name__}: {error}") from error


def _savable_steps(estimator):
    """Return the (name, step) pairs of a pipeline, or (None, model); raise TypeError for what cannot be saved."""
    kind = type(estimator)  # a subclass would be loaded as its parent
    if kind is Pipeline and estimator.steps:
        steps = estimator.steps
    elif kind is EmotionRegularizedVAE:
        steps = [(None, estimator)]
    else:
        raise TypeError(
            f"cannot save {kind.__name__}: expected an EmotionRegularizedVAE, or a Pipeline that ends in one"
        )
    for i, (name, step) in enumerate(steps, start=1):
        allowed = MODEL if i == len(steps) else SCORE_STEPS
        if type(step) not in allowed.values():
            raise TypeError(f"cannot save step {name!r}, {type(step).__name__}: expected {' or '.join(allowed)}")
    return steps


def _plain_parameters(step):
    """Return the parameters of a step as JSON values, without those that belong to one process."""
    parameters = step.get_params(deep=False)
    if isinstance(step, EmotionRegularizedVAE):
        check_parameters(step)
        if not isinstance(parameters["architecture"], str):
            parameters["architecture"] = _plain_architecture(parameters["architecture"])
    else:
        step.check_parameters()
    if callable(parameters.get("regularizer")):
        raise TypeError(
            f"cannot save regularizer={parameters['regularizer']!r}: model files contain no code; expected a name or "
            "None. The fitted model does not need it: save after set_params(regularizer=None), or use pickle"
        )
    if parameters.get("variations") is not None:
        raise TypeError(
            f"cannot save variations={parameters['variations']!r}: model files contain no code; expected None. The "
            "fitted model does not need it: save after set_params(variations=None), or use pickle"
        )
    parameters.pop("checkpoint_path", None)
    positions = parameters.pop("class_positions", None)
    architecture = parameters.pop("architecture", None)
    if isinstance(parameters.get("random_state"), np.random.Generator | np.random.RandomState):
        del parameters["random_state"]
    plain = {name: _plain(name, value) for name, value in parameters.items()}
    if architecture is not None:
        plain["architecture"] = architecture
    if positions is not None:  # as keys of a JSON object, the labels would become strings
        plain["class_positions"] = [
            [_plain("label", label), [float(x) for x in position]] for label, position in positions.items()
        ]
    return plain


def _plain_architecture(architecture):
    """Return an architecture as its registered name and its options, with tuples as lists."""
    name = architecture_name(architecture)
    if name is None:
        raise TypeError(
            f"cannot save architecture={architecture!r}: model files contain no code; expected a registered class: "
            'put @register_architecture("...") before it'
        )
    return {"name": name, "options": {key: _plain_option(key, value) for key, value in architecture.options.items()}}


def _plain_option(name, value):
    return [_plain_option(name, v) for v in value] if isinstance(value, tuple) else _plain(name, value)


def _plain(name, value):
    """Return None, a string or a number, including NumPy types, as the type that JSON returns."""
    kinds: tuple = ((bool | np.bool_, bool), (Integral, int), (Real, float), (str, str))
    for kind, plain in kinds:
        if isinstance(value, kind):
            return plain(value)
    if value is not None:
        raise TypeError(f"cannot save {name}={value!r}: expected a string, a number, True, False or None")
    return None
