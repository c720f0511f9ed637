"""Saved models: one safetensors file with the arrays, and the settings as JSON in its header; nothing executable.

Format version 1
----------------
The metadata of the safetensors header hold one entry, ``skemovae``. It is a JSON object of

- ``format_version`` (1), ``package_version`` (for messages) and ``sha256``, which is that of the rest of the object and
  of the name, type, shape and bytes of every array: it finds damage, not forgery;
- ``steps``, a list of ``[name, class, parameters]``. The last one is the model; alone and outside a pipeline it has the
  name null. Parameters that are left out have their defaults;
- ``architecture``, ``classes``, ``n_iter`` and ``feature_names_in``, the model's attributes of these names, and
  ``history``, the number of values of every loss term.

The arrays are named like the attributes, ``weights_0``, ``weights_1``, ... and ``history_loss``, ...; what
:func:`_expected_arrays` returns for the object, no more and no less.
"""

import hashlib
import json
from numbers import Integral, Real
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from . import __version__
from ._labels import learn_classes
from ._validation import check_choice, check_positive_integer, make_generator
from .io import atomic_path
from .nn.network import NetworkSpec, weight_shapes
from .preprocessing import Excerpt, KeyNormalizer, PitchEncoder, SopranoExtractor, TempoNormalizer
from .vae import EmotionRegularizedVAE

__all__ = ["ModelFileError", "load_model", "save_model"]

FORMAT_VERSION = 1
MODEL = {"EmotionRegularizedVAE": EmotionRegularizedVAE}
SCORE_STEPS = {c.__name__: c for c in (TempoNormalizer, Excerpt, KeyNormalizer, SopranoExtractor, PitchEncoder)}
ARRAYS = ("class_count_", "class_positions_", "vocabulary_", "latent_mean_", "latent_covariance_")
SYMBOL_DTYPES = ("BOOL", "I8", "U8", "I16", "U16", "I32", "U32", "I64", "U64", "F16", "F32", "F64")
MAX_HEADER = 16 * 2**20  # bytes; what grows with the training are arrays, so that usual headers have some thousand
MAX_STEPS = 1_000_000  # where the encoder reads no label, no weight's shape depends on n_steps
MAX_REASON = 500  # characters; a message quotes values, and a file could hold one of megabytes


class ModelFileError(ValueError):
    """A file that is not a saved model, or not a whole one; the message names it and the reason."""


def save_model(estimator, path):
    """Save a fitted model, or a pipeline that ends with one, to one file.

    An existing file is replaced only when the new one is whole and has been read back.

    Parameters
    ----------
    estimator : EmotionRegularizedVAE or sklearn.pipeline.Pipeline
        A fitted model, or a Pipeline of :class:`TempoNormalizer`, :class:`Excerpt`, :class:`KeyNormalizer`,
        :class:`SopranoExtractor` and :class:`PitchEncoder`, as many as you like, and a fitted model.
    path : str or path-like
        The file, by custom with the ending ``.safetensors``.

    Raises
    ------
    TypeError
        If the estimator or a step is of another class, or a parameter is no text, number, True, False or None; above
        all a `regularizer` that is a callable.
    sklearn.exceptions.NotFittedError
        If it is not fitted.
    ValueError
        If it could not be loaded again: a parameter is not valid, or a fitted array has been changed.
    OSError
        If the file cannot be written.

    Notes
    -----
    Parameters and fitted attributes are kept, numpy's numbers as Python's. Left at its default is what belongs to one
    process or machine: a `random_state` that is a generator, `checkpoint_path`, the pipeline's `memory`, `verbose` and
    `transform_input`, and what `set_output`, `set_callbacks` and metadata routing were told. :mod:`pickle` and joblib
    keep those, too, but run what the file says: never load a stranger's with them.

    Examples
    --------
    >>> import numpy as np, pathlib, tempfile
    >>> from sklearn.pipeline import make_pipeline
    >>> from skemovae import EmotionRegularizedVAE, PitchEncoder, load_model, save_model
    >>> X, y = np.array([[60, 129], [62, 64]] * 4), ["sad", "happy"] * 4
    >>> vae = EmotionRegularizedVAE(units=4, max_iter=1, random_state=0).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_model(make_pipeline(PitchEncoder(n_steps=2), vae), pathlib.Path(folder, "melodies.safetensors"))
    ...     again = load_model(pathlib.Path(folder, "melodies.safetensors"))
    >>> list(again.named_steps)
    ['pitchencoder', 'emotionregularizedvae']
    >>> bool((again[-1].transform(X) == vae.transform(X)).all())
    True
    """
    steps = _savable_steps(estimator)
    model = steps[-1][1]
    check_is_fitted(model)
    header = {
        "format_version": FORMAT_VERSION,
        "package_version": __version__,
        "steps": [[name, type(step).__name__, _plain_parameters(step)] for name, step in steps],
        "architecture": {name: _plain(name, value) for name, value in model.architecture_.items()},
        "classes": [_plain("label", label) for label in model.classes_],
        "n_iter": model.n_iter_,
        "feature_names_in": list(model.feature_names_in_) if hasattr(model, "feature_names_in_") else None,
        "history": {name: len(values) for name, values in model.history_.items()},
    }
    arrays = {name: getattr(model, name) for name in ARRAYS}
    arrays |= {f"weights_{i}": weight for i, weight in enumerate(model.weights_)}
    arrays |= {f"history_{name}": np.array(values, dtype=float) for name, values in model.history_.items()}
    arrays = {name: np.ascontiguousarray(array, array.dtype.newbyteorder("=")) for name, array in arrays.items()}
    header["sha256"] = _digest(header, arrays)
    with atomic_path(Path(path)) as temporary:
        try:
            # not written by safetensors, whose error for a full disk is no OSError
            temporary.write_bytes(save(arrays, metadata={"skemovae": json.dumps(header)}))
            _read(temporary)
        except (SafetensorError, ValueError) as error:
            raise ValueError(f"cannot save {type(estimator).__name__}: {error}") from error


def load_model(path):
    """Load a model or a pipeline that :func:`save_model` saved.

    Nothing in the file is ever run. Types, shapes and settings are checked before an array is read, and no network is
    built, so that a file of a stranger costs at most the memory of its own size.

    Parameters
    ----------
    path : str or path-like

    Returns
    -------
    EmotionRegularizedVAE or sklearn.pipeline.Pipeline
        Fitted, with the same answers and samples as the saved one.

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
    try:
        return _read(path)
    except (OverflowError, RecursionError, SafetensorError, TypeError, ValueError) as error:  # whatever values it holds
        raise ModelFileError(f"cannot load {path}: {str(error)[:MAX_REASON]}") from error


def _savable_steps(estimator):
    """Return the (name, step) of a pipeline, or (None, model), or raise TypeError for what no file can hold."""
    kind = type(estimator)  # a subclass would come back as its parent
    if kind is Pipeline and estimator.steps:
        steps = estimator.steps
    elif kind is EmotionRegularizedVAE:
        steps = [(None, estimator)]
    else:
        raise TypeError(
            f"cannot save {kind.__name__}: expected an EmotionRegularizedVAE, or a Pipeline that ends with one"
        )
    for i, (name, step) in enumerate(steps, start=1):
        allowed = MODEL if i == len(steps) else SCORE_STEPS
        if type(step) not in allowed.values():
            raise TypeError(f"cannot save step {name!r}, {type(step).__name__}: expected {' or '.join(allowed)}")
    return steps


def _plain_parameters(step):
    """Return the parameters of a step as JSON knows them, without those that belong to one process."""
    step._check_parameters()
    parameters = step.get_params(deep=False)
    if callable(parameters.get("regularizer")):
        raise TypeError(
            f"cannot save regularizer={parameters['regularizer']!r}: a model file holds no code; expected a name or "
            "None. The fitted model does not need it: save after set_params(regularizer=None), or use pickle"
        )
    parameters.pop("checkpoint_path", None)
    positions = parameters.pop("class_positions", None)
    if isinstance(parameters.get("random_state"), np.random.Generator | np.random.RandomState):
        del parameters["random_state"]
    plain = {name: _plain(name, value) for name, value in parameters.items()}
    if positions is not None:  # an object in JSON would turn the labels into text
        plain["class_positions"] = [
            [_plain("label", label), [float(x) for x in position]] for label, position in positions.items()
        ]
    return plain


def _plain(name, value):
    """Return None, a text or a number, of numpy's types too, as the type that JSON gives back."""
    kinds: tuple = ((bool | np.bool_, bool), (Integral, int), (Real, float), (str, str))
    for kind, plain in kinds:
        if isinstance(value, kind):
            return plain(value)
    if value is not None:
        raise TypeError(f"cannot save {name}={value!r}: expected a text, a number, True, False or None")
    return None


def _digest(header, arrays):
    """Return the sha256 of the header but for its own entry, and of all that the arrays are."""
    header = {name: value for name, value in header.items() if name != "sha256"}
    table = {name: (array.dtype.str, array.shape) for name, array in arrays.items()}
    digest = hashlib.sha256(json.dumps([header, table], sort_keys=True, allow_nan=False).encode())
    for name in sorted(arrays):
        digest.update(arrays[name])
    return digest.hexdigest()


def _read(path):
    """Return the estimator in a file; what is wrong with it is mostly a ValueError."""
    with open(path, "rb") as file:  # a missing or forbidden file is an OSError, not a broken model
        n_bytes = int.from_bytes(file.read(8), "little")
    if n_bytes > MAX_HEADER:
        raise ValueError(
            f"it is no safetensors file: its first 8 bytes announce a header of {n_bytes:,} bytes, and at most "
            f"{MAX_HEADER:,} are expected"
        )
    with safe_open(path, framework="np") as file:
        header = _parse_header(file.metadata() or {})
        names, steps = _make_steps(_field(header, "steps", list))
        spec = _make_spec(_field(header, "architecture", dict))
        classes = _make_classes(_field(header, "classes", list), steps[-1].class_positions, spec)
        expected = _expected_arrays(spec, _field(header, "history", dict))
        _check_arrays(file, expected)
        arrays = {name: file.get_tensor(name) for name in expected}
    if _digest(header, arrays) != header["sha256"]:
        raise ValueError("its sha256 is not that of its content: the file is damaged or was changed")
    _check_values(arrays)
    _set_fitted(steps[-1], spec, classes, header, arrays)
    return steps[-1] if names == [None] else Pipeline(list(zip(names, steps, strict=True)))


def _field(mapping, name, kind):
    """Return an entry of exactly the given type (True is no int), or raise ValueError."""
    value = mapping.get(name)
    if type(value) is not kind:
        raise ValueError(
            f"{name} is {'missing' if value is None else repr(value)}: expected one of type {kind.__name__}"
        )
    return value


def _parse_header(metadata):
    header = json.loads(metadata.get("skemovae", "null"))
    if not isinstance(header, dict):
        raise ValueError("it holds no skemovae model")
    version, package_version = _field(header, "format_version", int), _field(header, "package_version", str)
    if version > FORMAT_VERSION:
        raise ValueError(f"it was saved by the later version {package_version}; upgrade skemovae")
    if version != FORMAT_VERSION:
        raise ValueError(f"its format version is {version}: expected {FORMAT_VERSION}")
    _field(header, "sha256", str)
    return header


def _make_steps(entries):
    """Return the names and the unfitted steps, whose parameters are valid."""
    names, steps = [], []
    for i, entry in enumerate(entries, start=1):
        if not isinstance(entry, list) or [type(value) for value in entry[1:]] != [str, dict]:
            raise ValueError(f"step {i} is {entry!r}: expected [name, class, parameters]")
        name, class_name, parameters = entry
        allowed = MODEL if i == len(entries) else SCORE_STEPS
        if class_name not in allowed:
            raise ValueError(f"step {name!r} is {class_name!r}: expected {' or '.join(allowed)}")
        names.append(name)
        steps.append(_make_step(allowed[class_name], parameters))
    usual = all(isinstance(name, str) and name and "__" not in name for name in names) and len(set(names)) == len(names)
    if not names or not (usual or names == [None]):
        raise ValueError(f"its steps have the names {names}: expected texts, all different, without '__'")
    return names, steps


def _make_step(cls, parameters):
    # A file must not say which other file a later fit shall overwrite and delete: no checkpoint_path.
    known = set(cls().get_params(deep=False)) - {"checkpoint_path"}
    unknown = sorted(set(parameters) - known)
    if unknown:
        raise ValueError(f"{cls.__name__} has the parameters {unknown}: expected some of {sorted(known)}")
    if parameters.get("class_positions") is not None:
        parameters = parameters | {"class_positions": _make_positions(parameters["class_positions"])}
    step = cls(**parameters)
    step._check_parameters()
    make_generator(parameters.get("random_state"))
    return step


def _make_positions(entries):
    """Return ``{label: (valence, arousal)}`` of ``[[label, [valence, arousal]], ...]``."""
    message = f"class_positions={entries!r}: expected different labels, each with two decimal numbers"
    try:
        positions = {label: (valence, arousal) for label, (valence, arousal) in entries}
    except (TypeError, ValueError):
        raise ValueError(message) from None
    _check_labels(positions)
    if len(positions) != len(entries) or {type(x) for position in positions.values() for x in position} != {float}:
        raise ValueError(message)
    return positions


def _check_labels(labels):
    for label in labels:
        if not isinstance(label, str | int | float):
            raise ValueError(f"label {label!r}: expected a text or a number")


def _make_spec(architecture):
    if set(architecture) != set(NetworkSpec._fields):
        raise ValueError(f"architecture has {sorted(architecture)}: expected {sorted(NetworkSpec._fields)}")
    for name, value in architecture.items():
        if name == "condition":
            check_choice(name, value, ("both", "decoder", None))
        else:
            check_positive_integer(name, value, 2)
    spec = NetworkSpec(**architecture)
    if spec.n_steps > MAX_STEPS:
        raise ValueError(f"n_steps={spec.n_steps}: expected at most {MAX_STEPS:,}")
    return spec


def _make_classes(labels, class_positions, spec):
    """Return the array of the labels that training on them would learn."""
    _check_labels(labels)
    classes, _, index, _ = learn_classes(labels, class_positions)
    if not len(classes) == len(labels) == spec.n_classes or index.tolist() != list(range(len(labels))):
        raise ValueError(f"classes={labels}, n_classes={spec.n_classes}: expected those of class_positions")
    return classes


def _expected_arrays(spec, history):
    """Return {name: (possible types, shape)} of all arrays of a file, by arithmetic alone."""
    for name, n_values in history.items():
        check_positive_integer(f"length of history_[{name!r}]", n_values, 400)
    n_classes, n_components = spec.n_classes, spec.n_components
    return {
        "class_count_": (("I64",), (n_classes,)),
        "class_positions_": (("F64",), (n_classes, 2)),
        "vocabulary_": (SYMBOL_DTYPES, (spec.n_symbols,)),
        "latent_mean_": (("F64",), (n_classes, n_components)),
        "latent_covariance_": (("F64",), (n_classes, n_components, n_components)),
        **{f"weights_{i}": (("F32",), shape) for i, shape in enumerate(weight_shapes(spec))},
        **{f"history_{name}": (("F64",), (n_values,)) for name, n_values in history.items()},
    }


def _check_arrays(file, expected):
    """Raise ValueError unless an open file has the expected arrays; only its header is read."""
    different = set(file.keys()) ^ set(expected)
    if different:
        raise ValueError(f"it lacks, or should not have, the arrays {sorted(different)}")
    for name, (dtypes, shape) in expected.items():
        part = file.get_slice(name)
        dtype, found = part.get_dtype(), tuple(part.get_shape())
        if dtype not in dtypes or found != shape:
            raise ValueError(f"{name} is {dtype} of shape {found}: expected {'/'.join(dtypes)} of shape {shape}")


def _check_values(arrays):
    for name, array in arrays.items():
        # In the history a held-out loss may have been infinite for an epoch.
        if array.dtype.kind == "f" and not name.startswith("history_") and not np.isfinite(array).all():
            raise ValueError(f"{name} holds NaN or infinity: expected numbers")
    vocabulary, count = arrays["vocabulary_"], arrays["class_count_"]
    if not (vocabulary[:-1] < vocabulary[1:]).all():
        raise ValueError("vocabulary_ is not ascending: expected symbols in order, each once")
    if (count < 0).any() or not count.any():
        raise ValueError(f"class_count_={count.tolist()}: expected numbers of rows, not all 0")


def _set_fitted(model, spec, classes, header, arrays):
    """Set the attributes that a fit would have set."""
    n_iter, feature_names = _field(header, "n_iter", int), header.get("feature_names_in")
    check_positive_integer("n_iter", n_iter, 400)
    if feature_names is not None:
        named = isinstance(feature_names, list) and all(isinstance(name, str) for name in feature_names)
        if not named or len(feature_names) != spec.n_steps:
            raise ValueError(f"feature_names_in={feature_names!r}: expected {spec.n_steps} texts")
        model.feature_names_in_ = np.array(feature_names, dtype=object)
    model.classes_, model.n_iter_, model.n_features_in_ = classes, n_iter, spec.n_steps
    for name in ARRAYS:
        setattr(model, name, arrays[name])
    model.architecture_ = spec._asdict()
    model.history_ = {name: arrays[f"history_{name}"].tolist() for name in header["history"]}
    model.weights_ = [arrays[f"weights_{i}"] for i in range(len(weight_shapes(spec)))]
    for weight in model.weights_:
        weight.flags.writeable = False  # as after a fit: a network in use is taken to hold what the list does
