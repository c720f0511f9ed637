"""fetch_musgenvae: the published melodies, labeled by people."""

import csv
import hashlib
import http.client
import os
import shutil
import tempfile
import threading
import time
import urllib.error
import urllib.request
import zipfile
import zlib
from importlib.resources import files
from pathlib import Path

import numpy as np
from sklearn.utils import Bunch
from tqdm import tqdm

from .._progress import hidden
from ..emotion import EMOTIONS, as_emotion
from ..io import read_music
from ._bach import TABLE
from ._cache import get_data_home

COMMIT = "662daa976fd816e7b7abd6c3e6cdec34b9da3371"
ARCHIVE_URL = f"https://github.com/grekowj/musgenvae_lsreg/archive/{COMMIT}.zip"
FOLDER_IN_ARCHIVE = "public_html/training_dataset"
MANIFEST = files("skemovae.datasets") / "data" / "musgenvae.sha256"
DESCR = files("skemovae.datasets") / "data" / "musgenvae.rst"
MAX_ARCHIVE_BYTES = 500_000_000
MAX_MELODY_BYTES = 100_000
N_TRIES = 3
TIMEOUT_SECONDS = 30  # without a byte
DEADLINE_SECONDS = 1800  # for all tries together
ERRORS_OF_THE_NETWORK = (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError)


def fetch_musgenvae(*, data_home=None, download_if_missing=True, return_X_y=False, verbose=False):
    """Load the 344 published melodies, labeled by people; they are downloaded in the first call.

    The data set is by J. Grekow and licensed under **CC BY-NC** (not for commercial use); it is not part of this
    package.

    ==============  =============
    Classes                     4
    Samples                   344
    Steps           64 sixteenths
    ==============  =============

    Parameters
    ----------
    data_home : str or path-like, default=None
        Data folder; None uses the environment variable ``SKEMOVAE_DATA`` or, if that is not set, ``~/skemovae_data``.
        The files are in its subfolders ``musgenvae/e1`` to ``musgenvae/e4``, where they can also be placed by hand.
    download_if_missing : bool, default=True
        If False, raise an OSError instead of downloading.
    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a Bunch.
    verbose : bool, default=False
        Whether to show a progress bar on a terminal during the download.

    Returns
    -------
    data : sklearn.utils.Bunch
        With the attributes

        data : list of muspy.Music
            Melodies in C major or C minor at 120 quarter notes per minute. 27 of them are a little shorter or longer
            than 64 sixteenths; ``PitchEncoder(out_of_window="clip")`` pads or cuts them, as in the paper.
        target : ndarray of shape (n_samples,), str
            "happiness", "anger", "sadness" or "relaxation", as labeled by people.
        target_names : list of str
            The four emotions, Q1 to Q4.
        groups : ndarray of shape (n_samples,), str
            The tune of each melody, for grouped cross-validation.
        filenames : list of str
            The paths of the files in the data folder.
        DESCR : str
            A description of the data and where it comes from.

    (data, target) : tuple if `return_X_y` is True

    Raises
    ------
    OSError
        If the data cannot be downloaded (offline, or not within half an hour), or is missing and `download_if_missing`
        is False; the message says how to place the files by hand.
    ValueError
        If the content of a file differs from the published one.

    See Also
    --------
    load_bach_chorales : Loads melodies labeled by rule, without a download.
    load_music_folder : Loads your own files.

    Examples
    --------
    >>> from skemovae.datasets import fetch_musgenvae
    >>> melodies, emotions = fetch_musgenvae(return_X_y=True)  # doctest: +SKIP
    """
    folder = get_data_home(data_home) / "musgenvae"
    manifest = _read_manifest()
    _remove_left_behind(folder.parent)
    if not folder.exists():
        if not download_if_missing:
            raise OSError(f"the melodies are not in {folder} and download_if_missing=False. {_by_hand(folder)}")
        _download(folder, manifest, verbose)
    _verify(folder, manifest)
    names = sorted(manifest)
    data = [read_music(folder / name) for name in names]
    target = np.array([as_emotion(name.split("/")[0]).name for name in names])
    if return_X_y:
        return data, target
    with TABLE.open(encoding="utf-8") as file:
        tune = {row["file"].rsplit(".", 1)[0]: row["tune"] for row in csv.DictReader(file)}
    return Bunch(
        data=data,
        target=target,
        target_names=[emotion.name for emotion in EMOTIONS],
        groups=np.array([tune[Path(name).name.removesuffix(".mid").rsplit(".", 1)[0]] for name in names]),
        filenames=[str(folder / name) for name in names],
        DESCR=DESCR.read_text(encoding="utf-8"),
    )


def _read_manifest():
    """Return {"e1/bwv1.6.mxl.mid": sha256 of the content} of all published melodies."""
    lines = MANIFEST.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}


def _by_hand(folder):
    return (
        f"To place the files by hand, download {ARCHIVE_URL}, and copy the folders e1, e2, e3 and e4 from its "
        f"{FOLDER_IN_ARCHIVE} into {folder}"
    )


def _verify(folder, manifest, source=None):
    """Raise unless all published melodies are in the folder, unchanged; `source` names the folder in messages."""
    place = source or folder
    again = "Nothing of it was kept" if source else f"Remove {folder} to download them again. {_by_hand(folder)}"
    missing, wrong = [], []
    for name, digest in manifest.items():
        try:
            content = (folder / name).read_bytes()
        except FileNotFoundError:
            missing.append(name)
            continue
        if hashlib.sha256(content).hexdigest() != digest:
            wrong.append(name)
    if missing:
        raise OSError(f"{len(missing)} of {len(manifest)} melodies are missing in {place}, e.g. {missing[0]}. {again}")
    if wrong:
        raise ValueError(
            f"{len(wrong)} of {len(manifest)} melodies in {place} are not the published ones (sha256 differs), e.g. "
            f"{wrong[0]}. {again}"
        )


def _remove_left_behind(folder):
    """Remove what is left of downloads that were killed, even if the melodies are in place by now."""
    for left in folder.glob(".musgenvae-*"):
        if time.time() - left.stat().st_mtime > 2 * DEADLINE_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _download(folder, manifest, verbose):
    """Download the archive and move its melodies to `folder`, either all or none."""
    with tempfile.TemporaryDirectory(prefix=".musgenvae-", dir=folder.parent, ignore_cleanup_errors=True) as temporary:
        archive = Path(temporary, "archive.zip")
        _retrieve(archive, folder, verbose)
        extracted = Path(temporary, "musgenvae")
        _extract(archive, extracted, manifest)
        _verify(extracted, manifest, source=f"the archive at {ARCHIVE_URL}")
        try:
            os.rename(extracted, folder)
        except OSError:
            if not folder.exists():  # otherwise another process was faster, with the same verified content
                raise


def _retrieve(path, folder, verbose):
    """Download the archive to `path`, with limits on its size and on the time that it takes.

    A server that sends a byte now and then never triggers a socket timeout, so the deadline is enforced from outside.
    """
    deadline = time.monotonic() + DEADLINE_SECONDS
    outcome: list[Exception | None] = []

    def run():
        try:
            _try_often(path, deadline, verbose)
        except Exception as error:
            outcome.append(error)
        else:
            outcome.append(None)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(DEADLINE_SECONDS)
    error = outcome[0] if outcome else TimeoutError(f"it took longer than {DEADLINE_SECONDS} s")
    if isinstance(error, ERRORS_OF_THE_NETWORK):
        raise OSError(f"cannot download {ARCHIVE_URL}: {error}. {_by_hand(folder)}") from error
    if error is not None:
        raise error


def _try_often(path, deadline, verbose):
    for attempt in range(1, N_TRIES + 1):
        try:
            with (
                urllib.request.urlopen(ARCHIVE_URL, timeout=TIMEOUT_SECONDS) as response,
                open(path, "wb") as file,
                _progress(file, response.length, verbose) as target,
            ):
                shutil.copyfileobj(_Limited(response, MAX_ARCHIVE_BYTES, deadline), target)
                if response.length:  # http.client itself reports an incomplete body only if it comes in chunks
                    raise ConnectionError(f"the connection ended {response.length:,} bytes too early")
            return
        except ERRORS_OF_THE_NETWORK:
            if attempt == N_TRIES or time.monotonic() > deadline:
                raise
            time.sleep(attempt)


def _progress(file, n_bytes, verbose):
    """Return a file to write to that shows the progress of a download on a terminal, and the remaining time."""
    return tqdm.wrapattr(file, "write", n_bytes, desc="downloading", disable=hidden(verbose))


class _Limited:
    """A file to read from that raises an error after `limit` bytes, or after the deadline."""

    def __init__(self, file, limit, deadline):
        self.file = file
        self.left = limit
        self.deadline = deadline

    def read(self, size: int = -1, /) -> bytes:
        block = self.file.read1(size)  # what has arrived; a whole block could take hours
        self.left -= len(block)
        if self.left < 0:
            raise ValueError(f"the archive at {ARCHIVE_URL} is larger than {MAX_ARCHIVE_BYTES:,} bytes")
        if time.monotonic() > self.deadline:
            raise TimeoutError(f"it took longer than {DEADLINE_SECONDS} s")
        return block


def _extract(archive, folder, manifest):
    """Write the melodies of the manifest from a zip archive to `folder`; its own names are never used as paths."""
    try:
        with zipfile.ZipFile(archive) as zipped:
            members = {info.filename.partition("/")[2]: info for info in zipped.infolist()}
            for name in manifest:
                info = members.get(f"{FOLDER_IN_ARCHIVE}/{name}")
                if info is None:
                    continue  # _verify reports what is missing
                if info.file_size > MAX_MELODY_BYTES:
                    raise ValueError(f"{info.filename} unpacks to {info.file_size:,} bytes: expected a short melody")
                if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # LZMA may ask for gigabytes
                    raise ValueError(f"{info.filename} is compressed by method {info.compress_type}: expected 0 or 8")
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(zipped.read(info))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:  # the last: encrypted, unknown method
        reason = str(error)[:200]  # it may quote any number of bytes from the file
        raise ValueError(f"what {ARCHIVE_URL} returned is not a whole zip archive: {reason}") from error
