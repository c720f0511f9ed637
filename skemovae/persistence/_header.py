"""The JSON object in the header of a model file: parsing, the digest, and the conversion of format 1 to format 2."""

import hashlib
import json
from pathlib import Path

from safetensors import SafetensorError, safe_open

from .._printable import printable

FORMAT_VERSION = 2
MAX_HEADER = 16 * 2**20  # bytes; everything that grows with training is in arrays, so usual headers have a few thousand
MAX_REASON = 500  # characters; a message quotes values, and a value in a file could have megabytes
UNREADABLE = (OverflowError, RecursionError, SafetensorError, TypeError, ValueError)  # whatever values a file contains

#: The weights of format 1, in its order; the first two only if the encoder is conditioned on the label.
FORMAT_1_WEIGHTS = tuple(
    f"{layer}/{kind}"
    for layer, kinds in (
        ("encoder/label", ("kernel", "bias")),
        ("encoder/gru", ("kernel", "recurrent_kernel", "bias")),
        ("encoder/hidden", ("kernel", "bias")),
        ("encoder/mean", ("kernel", "bias")),
        ("encoder/log_variance", ("kernel", "bias")),
        ("decoder/gru", ("kernel", "recurrent_kernel", "bias")),
        ("decoder/symbols", ("kernel", "bias")),
    )
    for kind in kinds
)


class ModelFileError(ValueError):
    """The error for a file that is not a complete saved model; the message names the file and the reason.

    See Also
    --------
    load_model : Raises this error.
    """


def read_header(path):
    """Return what a model file says about itself, without reading any array.

    Parameters
    ----------
    path : str or path-like

    Returns
    -------
    dict
        The JSON object of the file, in the format in which it was saved; see :mod:`skemovae.persistence`.

    Raises
    ------
    ModelFileError
        If the file is not a model file of a known version.
    OSError
        If the file cannot be opened.
    """
    path = Path(path)
    try:
        check_start(path)
        with safe_open(path, framework="np") as file:
            return parse_header(file)
    except UNREADABLE as error:
        raise unreadable(path, error) from error


def unreadable(path, error):
    """Return the error that names a file and says what is wrong with it, shortened and safe to print."""
    return ModelFileError(f"cannot load {path}: {printable(str(error)[:MAX_REASON])[:MAX_REASON]}")


def check_start(path):
    """Raise ValueError for a file whose header would be too large to be one."""
    with open(path, "rb") as file:  # for a missing or inaccessible file, this raises OSError, not ModelFileError
        n_bytes = int.from_bytes(file.read(8), "little")
    if n_bytes > MAX_HEADER:
        raise ValueError(
            f"it is not a safetensors file: its first 8 bytes announce a header of {n_bytes:,} bytes, and at most "
            f"{MAX_HEADER:,} bytes are expected"
        )


def parse_header(file):
    """Return the JSON object of an open file of a known version."""
    header = json.loads((file.metadata() or {}).get("skemovae", "null"))
    if not isinstance(header, dict):
        raise ValueError("it does not contain a skemovae model")
    version, package_version = field(header, "format_version", int), field(header, "package_version", str)
    if version > FORMAT_VERSION:
        raise ValueError(f"it was saved by the newer version {package_version}; upgrade skemovae")
    if version < 1:
        raise ValueError(f"its format version is {version}: expected 1 to {FORMAT_VERSION}")
    field(header, "sha256", str)
    return header


def field(mapping, name, kind):
    """Return an entry of exactly the given type (True is not an int), or raise ValueError."""
    value = mapping.get(name)
    if type(value) is not kind:
        raise ValueError(
            f"{name} is {'missing' if value is None else repr(value)}: expected one of type {kind.__name__}"
        )
    return value


def digest(header, arrays):
    """Return the SHA-256 of the header without its own entry, and of all arrays with their names, types and shapes."""
    header = {name: value for name, value in header.items() if name != "sha256"}
    table = {name: (array.dtype.str, array.shape) for name, array in arrays.items()}
    result = hashlib.sha256(json.dumps([header, table], sort_keys=True, allow_nan=False).encode())
    for name in sorted(arrays):
        result.update(arrays[name])
    return result.hexdigest()


def as_format_2(header):
    """Return a header in format 2, and the names of the weights in the file by their names in the network's table.

    The second is None if the names are those of format 2.
    """
    if header["format_version"] == FORMAT_VERSION:
        return header, None
    sizes = dict(field(header, "architecture", dict))
    architecture = {"name": "gru", "options": {"units": field(sizes, "units", int)}}
    del sizes["units"]
    header = header | {"architecture": architecture, "sizes": sizes}
    steps = field(header, "steps", list)
    if steps and isinstance(steps[-1], list) and len(steps[-1]) == 3 and isinstance(steps[-1][2], dict):
        parameters = dict(steps[-1][2])
        if "architecture" in parameters:
            raise ValueError("format 1 has no parameter architecture: expected units")
        if "units" in parameters:
            parameters["architecture"] = {"name": "gru", "options": {"units": parameters.pop("units")}}
        header["steps"] = [*steps[:-1], [*steps[-1][:2], parameters]]
    names = FORMAT_1_WEIGHTS if sizes.get("condition") == "both" else FORMAT_1_WEIGHTS[2:]
    return header, {name: f"weights_{i}" for i, name in enumerate(names)}
