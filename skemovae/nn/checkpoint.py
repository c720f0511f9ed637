"""Checkpoints of an unfinished training run: one safetensors file, written completely or not at all."""

import hashlib
import json
import warnings
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from ..io import atomic_path


class Checkpoint:
    """The file in which a training run saves its state every few epochs, so that it can continue after it was killed.

    Parameters
    ----------
    path : str or path-like
    every : int
        Number of epochs between two writes.
    fingerprint : str
        Digest of the data and the settings, so that no other training run continues from this file.
    """

    def __init__(self, path, every, fingerprint):
        self.path, self.every, self.fingerprint = Path(path), every, fingerprint

    def load(self):
        """Return (lists of arrays by name, state) of the last write, or None if there is no file.

        Raises
        ------
        ValueError
            If the file is not a checkpoint, or belongs to another training run.
        """
        if not self.path.exists():
            return None
        try:
            with safe_open(self.path, framework="np") as file:
                header = json.loads((file.metadata() or {})["checkpoint"])
                lists = {
                    name: [file.get_tensor(f"{name}_{i}") for i in range(length)]
                    for name, length in header["lengths"].items()
                }
            if header.pop("digest") != _digest(lists, header):
                raise ValueError("its digest does not match its content")
        except (SafetensorError, KeyError, ValueError, TypeError, AttributeError) as error:
            raise ValueError(
                f"{self.path} is not a complete checkpoint ({error}): expected one, or no file; delete it"
            ) from None
        if header["fingerprint"] != self.fingerprint:
            raise ValueError(
                f"{self.path} is the checkpoint of another training run (other data or parameters): delete it to "
                "start anew, or give this run another path"
            )
        return lists, header["state"]

    def save(self, lists, state):
        """Write lists of arrays by name and a state of JSON values, replacing the last write.

        Raises
        ------
        OSError
            If the file cannot be written; the previous file is then still intact.
        """
        arrays = {f"{name}_{i}": np.array(a, order="C") for name, arrays in lists.items() for i, a in enumerate(arrays)}
        lengths = {name: len(arrays) for name, arrays in lists.items()}
        header = json.loads(json.dumps({"fingerprint": self.fingerprint, "lengths": lengths, "state": state}))
        header["digest"] = _digest(lists, header)
        with atomic_path(self.path) as temporary:
            # not written by safetensors, whose error for a full disk is not an OSError
            temporary.write_bytes(save(arrays, metadata={"checkpoint": json.dumps(header)}))

    def try_to_save(self, lists, state):
        """Do the same as :meth:`save`, but only warn if it fails: hours of training are worth more than the file."""
        try:
            self.save(lists, state)
        except OSError as error:
            warnings.warn(f"the checkpoint {self.path} could not be written: {error}; training continues", stacklevel=4)

    def delete(self):
        """Delete the file when training has finished."""
        self.path.unlink(missing_ok=True)


def fingerprint(arrays, settings):
    """Return a digest of arrays and of settings, which are told apart by their repr."""
    digest = hashlib.sha256(repr(settings).encode())
    for array in arrays:
        digest.update(f"{array.shape}{array.dtype}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _digest(lists, header):
    return fingerprint([array for arrays in lists.values() for array in arrays], header)
