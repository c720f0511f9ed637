"""Checks of the arrays of a model file: names, types and shapes before any is read, then their values."""

import numpy as np

from .._validation import check_positive_integer
from ..preprocessing import HOLD, are_tokens

SYMBOL_DTYPES = ("BOOL", "I8", "U8", "I16", "U16", "I32", "U32", "I64", "U64", "F16", "F32", "F64")
MOST = 1e6  # limit for weights and latent coordinates; after training that did not diverge, they are below a hundred
NEGATIVE = 1e-6  # how negative a covariance may be through rounding, as a share of its largest variance


def expected_arrays(architecture, sizes, history):
    """Return {name: (possible types, shape)} of all arrays of a file, by plain arithmetic."""
    for name, n_values in history.items():
        check_positive_integer(f"length of history_[{name!r}]", n_values, 400)
    if "loss" not in history or len(set(history.values())) > 1:
        raise ValueError(f"history={history}: expected the length of 'loss', and the same length for all other terms")
    n_classes, n_components = sizes.n_classes, sizes.n_components
    return {
        "class_count_": (("I64",), (n_classes,)),
        "class_positions_": (("F64",), (n_classes, 2)),
        "vocabulary_": (SYMBOL_DTYPES, (sizes.n_symbols,)),
        "latent_mean_": (("F64",), (n_classes, n_components)),
        "latent_covariance_": (("F64",), (n_classes, n_components, n_components)),
        **{f"weights/{weight.name}": (("F32", "F16"), weight.shape) for weight in architecture.weights(sizes)},
        **{f"history_{name}": (("F64",), (n_values,)) for name, n_values in history.items()},
    }


def check_arrays(file, expected, names):
    """Raise ValueError unless an open file has the expected arrays; only its header is read.

    Parameters
    ----------
    file : open safetensors file
    expected : dict
        The result of :func:`expected_arrays`.
    names : dict of str to str
        The name in the file of each expected array.
    """
    different = set(file.keys()) ^ set(names.values())
    if different:
        raise ValueError(f"it lacks, or should not have, the arrays {sorted(different)}")
    for name, (dtypes, shape) in expected.items():
        part = file.get_slice(names[name])
        dtype, found = part.get_dtype(), tuple(part.get_shape())
        if dtype not in dtypes or found != tuple(shape):
            raise ValueError(f"{names[name]} is {dtype} of shape {found}: expected {'/'.join(dtypes)} of shape {shape}")


def check_values(arrays, layout, of_tokens):
    """Raise ValueError unless the values of a file's arrays are such as a fit produces.

    Parameters
    ----------
    arrays : dict of str to ndarray
    layout : ClassLayout
        The layout of the header's classes and parameters.
    of_tokens : bool
        Whether the symbols come from a PitchEncoder.
    """
    for name, array in arrays.items():
        # In the history a held-out loss may have been infinite for an epoch.
        if array.dtype.kind != "f" or name.startswith("history_"):
            continue
        if not np.isfinite(array).all():
            raise ValueError(f"{name} holds NaN or infinity: expected numbers")
        if name != "vocabulary_" and float(np.abs(array).max(initial=0)) > MOST:
            raise ValueError(f"{name} holds {np.abs(array).max():g}: expected numbers up to {MOST:g}")
    _check_vocabulary(arrays["vocabulary_"], of_tokens)
    count = arrays["class_count_"]
    if (count < 0).any() or not count.any():
        raise ValueError(f"class_count_={count.tolist()}: expected numbers of rows, not all 0")
    if not np.array_equal(arrays["class_positions_"], layout.positions):
        raise ValueError(
            f"class_positions_={arrays['class_positions_'].tolist()}: expected the positions of the classes, "
            f"{layout.positions.tolist()}"
        )
    for label, covariance in zip(layout.labels.tolist(), arrays["latent_covariance_"], strict=True):
        least = -NEGATIVE * np.abs(covariance).max()
        if not np.allclose(covariance, covariance.T, rtol=0, atol=-least) or np.linalg.eigvalsh(covariance)[0] < least:
            raise ValueError(
                f"latent_covariance_ of {label!r} is {covariance.tolist()}: expected a symmetric matrix without "
                "negative variances"
            )


def _check_vocabulary(vocabulary, of_tokens):
    if not (vocabulary[:-1] < vocabulary[1:]).all():
        raise ValueError("vocabulary_ is not ascending: expected symbols in order, each once")
    if of_tokens and not are_tokens(vocabulary).all():
        raise ValueError(
            f"vocabulary_ goes from {vocabulary[0]} to {vocabulary[-1]}: expected tokens of the pipeline's "
            f"PitchEncoder, whole numbers 0 to {HOLD}"
        )
