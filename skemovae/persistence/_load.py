"""load_model: a model or a pipeline from a file, which may be from an untrusted source."""

from pathlib import Path

import numpy as np
from safetensors import safe_open
from sklearn.pipeline import Pipeline

from .._pipelines import takes_scores
from .._validation import check_choice, check_positive_integer, make_generator
from ..nn.architectures import Sizes, make_architecture
from ..plane import learn_layout
from ..preprocessing import Excerpt, KeyNormalizer, PitchEncoder, SopranoExtractor, TempoNormalizer
from ..vae import EmotionRegularizedVAE, check_parameters
from ._checks import check_arrays, check_values, expected_arrays
from ._header import UNREADABLE, as_format_2, check_start, digest, field, parse_header, unreadable

MODEL = {"EmotionRegularizedVAE": EmotionRegularizedVAE}
SCORE_STEPS = {c.__name__: c for c in (TempoNormalizer, Excerpt, KeyNormalizer, SopranoExtractor, PitchEncoder)}
ARRAYS = ("class_count_", "class_positions_", "vocabulary_", "latent_mean_", "latent_covariance_")
MAX_STEPS = 1_000_000  # if the encoder is not conditioned, no weight's shape depends on n_steps


def load_model(path):
    """Load a model or a pipeline that :func:`save_model` saved.

    Nothing in the file is ever executed. Types, shapes and settings are checked before any array is read, and no
    network is built, so that even a malicious file takes no more memory than its own size.

    Parameters
    ----------
    path : str or path-like

    Returns
    -------
    EmotionRegularizedVAE or sklearn.pipeline.Pipeline
        The fitted estimator, with the same results and samples as the saved one.

    Raises
    ------
    ModelFileError
        If the file is not a complete model of a known version.
    OSError
        If the file cannot be opened.

    See Also
    --------
    save_model : Saves what this function loads.
    load_pretrained : Loads an included model.

    Examples
    --------
    See :func:`save_model`.
    """
    path = Path(path)
    try:
        return read_model(path)
    except UNREADABLE as error:
        raise unreadable(path, error) from error


def read_model(path):
    """Return the estimator in a file; most defects raise a ValueError."""
    check_start(path)
    with safe_open(path, framework="np") as file:
        saved = parse_header(file)
        header, weight_names = as_format_2(saved)
        names, steps = _make_steps(field(header, "steps", list))
        model = steps[-1]
        architecture, sizes = _make_architecture(field(header, "architecture", dict)), _make_sizes(header)
        layout = _make_layout(field(header, "classes", list), model.class_positions, sizes)
        expected = expected_arrays(architecture, sizes, field(header, "history", dict))
        in_file = {name: name for name in expected}
        if weight_names is not None:
            in_file |= {f"weights/{name}": old for name, old in weight_names.items()}
        check_arrays(file, expected, in_file)
        arrays = {name: file.get_tensor(in_file[name]) for name in expected}
    if digest(saved, {in_file[name]: array for name, array in arrays.items()}) != saved["sha256"]:
        raise ValueError("its sha256 does not match its content: the file is damaged or was changed")
    estimator = model if names == [None] else Pipeline(list(zip(names, steps, strict=True)))
    check_values(arrays, layout, of_tokens=takes_scores(estimator))
    _set_fitted(model, architecture, sizes, layout.labels, header, arrays)
    return estimator


def _make_steps(entries):
    """Return the names and the unfitted steps, with valid parameters."""
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
        raise ValueError(f"its steps have the names {names}: expected different strings without '__'")
    return names, steps


def _make_step(cls, parameters):
    # Without checkpoint_path: a file must not decide which other file a later fit overwrites and deletes.
    known = set(cls().get_params(deep=False)) - {"checkpoint_path"}
    unknown = sorted(set(parameters) - known)
    if unknown:
        raise ValueError(f"{cls.__name__} has the parameters {unknown}: expected some of {sorted(known)}")
    parameters = dict(parameters)
    if parameters.get("class_positions") is not None:
        parameters["class_positions"] = _make_positions(parameters["class_positions"])
    if isinstance(parameters.get("architecture"), dict):
        parameters["architecture"] = _make_architecture(parameters["architecture"])
    step = cls(**parameters)
    if cls is EmotionRegularizedVAE:
        check_parameters(step)
    else:
        step.check_parameters()
    make_generator(parameters.get("random_state"))
    return step


def _make_architecture(entry):
    """Return the architecture given as ``{"name": ..., "options": {...}}``."""
    if set(entry) != {"name", "options"}:
        raise ValueError(f"architecture has {sorted(entry)}: expected name and options")
    return make_architecture(field(entry, "name", str), field(entry, "options", dict))


def _make_positions(entries):
    """Return ``{label: (valence, arousal)}`` from ``[[label, [valence, arousal]], ...]``."""
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
            raise ValueError(f"label {label!r}: expected a string or a number")


def _make_sizes(header):
    sizes = {"n_context": 0} | field(header, "sizes", dict)  # n_context is missing in older files
    if set(sizes) != set(Sizes._fields):
        raise ValueError(f"sizes has {sorted(sizes)}: expected {sorted(Sizes._fields)}")
    for name, value in sizes.items():
        if name == "condition":
            check_choice(name, value, ("both", "decoder", None))
        elif name == "n_context" and value == 0 and type(value) is int:
            continue
        else:
            check_positive_integer(name, value, 2)
    if sizes["n_steps"] > MAX_STEPS:
        raise ValueError(f"n_steps={sizes['n_steps']}: expected at most {MAX_STEPS:,}")
    return Sizes(**sizes)


def _make_layout(labels, class_positions, sizes):
    """Return the classes that training on the labels would learn."""
    _check_labels(labels)
    layout, index, _ = learn_layout(labels, class_positions)
    if not len(layout.labels) == len(labels) == sizes.n_classes or index.tolist() != list(range(len(labels))):
        raise ValueError(f"classes={labels}, n_classes={sizes.n_classes}: expected those of class_positions")
    return layout


def _set_fitted(model, architecture, sizes, classes, header, arrays):
    """Set the attributes that a fit would have set."""
    n_iter, feature_names = field(header, "n_iter", int), header.get("feature_names_in")
    check_positive_integer("n_iter", n_iter, 400)
    if feature_names is not None:
        named = isinstance(feature_names, list) and all(isinstance(name, str) for name in feature_names)
        if not named or len(feature_names) != sizes.n_steps:
            raise ValueError(f"feature_names_in={feature_names!r}: expected {sizes.n_steps} strings")
        model.feature_names_in_ = np.array(feature_names, dtype=object)
    model.classes_, model.n_iter_, model.n_features_in_ = classes, n_iter, sizes.n_steps
    model.architecture_, model.condition_, model.n_context_ = architecture, sizes.condition, sizes.n_context
    for name in ARRAYS:
        setattr(model, name, arrays[name])
    model.history_ = {name: arrays[f"history_{name}"].tolist() for name in header["history"]}
    names = [weight.name for weight in architecture.weights(sizes)]
    model.weights_ = {name: arrays[f"weights/{name}"].astype(np.float32, copy=False) for name in names}
    for weight in model.weights_.values():
        weight.flags.writeable = False  # as after a fit
