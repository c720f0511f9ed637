"""A fitted model in the form used by the page: settings, and arrays in as few bytes as possible."""

import base64
import zlib

import numpy as np

from ..nn.architectures import (
    AutoregressiveArchitecture,
    BeatArchitecture,
    ConvolutionalArchitecture,
    DenseArchitecture,
    GRUArchitecture,
    architecture_name,
)
from ..nn.quantization import split

KNOWN = (
    AutoregressiveArchitecture,
    BeatArchitecture,
    ConvolutionalArchitecture,
    DenseArchitecture,
    GRUArchitecture,
)
OF_LOG_VARIANCE = "encoder/log_variance/"  # by convention of all architectures above


def pack(model, resolution):
    """Return a model for ``web/model/model.js``.

    A weight matrix on the grid of :func:`skemovae.nn.quantization.quantize` is stored without loss, in one byte per
    weight. All other weights are rounded to float16; a model that is not on the grid then writes the same melodies,
    except where two symbols are almost equally likely.

    Parameters
    ----------
    model : EmotionRegularizedVAE
        Fitted.
    resolution : int
        Time steps per quarter note.

    Returns
    -------
    dict
        "settings", which can be written as JSON, and "bytes", a string: the arrays listed in the settings' "arrays",
        one after the other, little-endian, compressed with zlib, in base64.

    Raises
    ------
    ValueError
        If the architecture is a user's own, or a weight is too large for float16.
    """
    architecture, layout = model.architecture_, model.layout_
    if type(architecture) not in KNOWN:
        raise ValueError(
            f"architecture={architecture!r}: the page can run {', '.join(kind.__name__ for kind in KNOWN)}; expected "
            "one of these, because others are not implemented in JavaScript"
        )
    arrays = _Arrays()
    arrays.add("factors", "float64", np.stack([_factor(covariance) for covariance in model.latent_covariance_]))
    for name, weight in model.weights_.items():
        if model.condition_ == "both" or not name.startswith(OF_LOG_VARIANCE):  # otherwise only the means are needed
            arrays.add_weight(name, weight)
    settings = {
        "architecture": {"name": architecture_name(architecture), "options": architecture.options},
        "nSteps": int(model.n_features_in_),
        "nComponents": model.latent_mean_.shape[1],
        "nContext": int(model.n_context_),
        "resolution": int(resolution),
        "vocabulary": np.asarray(model.vocabulary_).astype(int).tolist(),
        "handleUnknown": model.handle_unknown,
        "condition": model.condition_,
        "klWeight": float(model.kl_weight),
        "ownClasses": bool(layout.own_classes),
        "positions": layout.positions.tolist(),
        "counts": layout.counts.tolist(),
        "means": model.latent_mean_.tolist(),
        "arrays": arrays.table,
    }
    return {"settings": settings, "bytes": arrays.as_text()}


class _Arrays:
    """Arrays one after another, and the table that describes them: name, kind and shape of each."""

    def __init__(self):
        self.table, self.parts = [], []

    def add_weight(self, name, weight):
        found = split(weight)
        if found is None:
            self.add(name, "float16", weight)
        else:
            whole, scales = found
            self.add(name, "int8", whole)
            self.parts.append(scales.astype("<f2").tobytes())  # float16 holds them exactly

    def add(self, name, kind, array):
        with np.errstate(over="ignore"):  # refused below
            stored = np.asarray(array).astype(np.dtype(kind).newbyteorder("<"))
        if not np.isfinite(stored).all():
            raise ValueError(f"{name} holds {float(np.abs(array).max())!r}: expected numbers in the range of float16")
        self.table.append({"name": name, "kind": kind, "shape": list(stored.shape)})
        self.parts.append(stored.tobytes())

    def as_text(self):
        return base64.b64encode(zlib.compress(b"".join(self.parts), 9)).decode("ascii")


def _factor(covariance):
    """Return the matrix by whose transpose NumPy's `multivariate_normal` multiplies standard normal numbers."""
    u, s, _ = np.linalg.svd(covariance)
    return u * np.sqrt(s)
