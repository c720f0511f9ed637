"""The data folder, and its cache of scores as plain arrays."""

import os
import warnings
from contextlib import suppress
from pathlib import Path

import muspy
import numpy as np

from ..io import atomic_path


def get_data_home(data_home=None):
    """Return the folder in which the loaders store their data; it is created if it does not exist.

    Parameters
    ----------
    data_home : str or path-like, default=None
        The folder; None uses the environment variable ``SKEMOVAE_DATA`` or, if that is not set, ``~/skemovae_data``.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    OSError
        If the folder cannot be created.

    See Also
    --------
    skemovae.load_bach_chorales, skemovae.load_folk_tunes, skemovae.fetch_musgenvae : The loaders.

    Examples
    --------
    >>> from skemovae.datasets import get_data_home
    >>> get_data_home().is_dir()
    True
    """
    folder = Path(data_home or os.environ.get("SKEMOVAE_DATA") or "~/skemovae_data").expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def cached_scores(name, data_home, build):
    """Return the scores in the cache file `name`; if it does not exist, make them with ``build()`` and write it.

    The first call and later ones, in this process or another, return the same: what is cached, without anything else
    that was in the scores. For the rest, see :func:`cached`.
    """
    return cached(name, data_home, lambda: _to_arrays(build()), _from_arrays)


def cached(name, data_home, build, read):
    """Return what ``read`` makes of the arrays in the cache file `name`, which ``build()`` makes if it does not exist.

    A cache that cannot be read is rebuilt. If it cannot be written, a warning is raised that points to the line that
    called the caller's caller.

    Parameters
    ----------
    name : str
        A file name ending in ``.npz``.
    data_home : str, path-like or None
    build : callable
        Returns a dict of arrays without objects.
    read : callable
        Takes a mapping from names to arrays; it fails if they are not what `build` makes.
    """
    # no cache yet, or a damaged one, which raises OSError, ValueError, KeyError, BadZipFile, zlib.error and more
    with suppress(Exception), open(get_data_home(data_home) / name, "rb") as file:  # NumPy would leave the file open
        return read(np.load(file, allow_pickle=False))
    arrays = build()
    try:
        with atomic_path(get_data_home(data_home) / name) as temporary:
            np.savez_compressed(temporary, **arrays)
    except OSError as error:
        warnings.warn(f"the data could not be cached, so the next call will be slow again: {error}", stacklevel=4)
    return read(arrays)


def _to_arrays(scores):
    """Return what the loaders need from scores as a dict of arrays without objects."""
    tracks = [(i, track) for i, score in enumerate(scores) for track in score.tracks]
    return {
        "filename": np.array([score.metadata.source_filename for score in scores]),
        "title": np.array([score.metadata.title or "" for score in scores]),
        "resolution": np.array([score.resolution for score in scores]),
        "tempo": np.array([(i, t.time, t.qpm) for i, s in enumerate(scores) for t in s.tempos]).reshape(-1, 3),
        "key": np.array(
            [
                (i, k.time, -1 if k.root is None else k.root, k.fifths if k.fifths is not None else 99)
                for i, s in enumerate(scores)
                for k in s.key_signatures
            ],
            dtype=int,
        ).reshape(-1, 4),
        "mode": np.array([k.mode or "" for s in scores for k in s.key_signatures], dtype=str),
        "time_signature": np.array(
            [(i, t.time, t.numerator, t.denominator) for i, s in enumerate(scores) for t in s.time_signatures],
            dtype=int,
        ).reshape(-1, 4),
        "track": np.array([(i, track.program, track.is_drum) for i, track in tracks], dtype=int).reshape(-1, 3),
        "track_name": np.array([track.name or "" for _, track in tracks], dtype=str),
        "note": np.array(
            [(i, n.time, n.pitch, n.duration, n.velocity) for i, (_, t) in enumerate(tracks) for n in t.notes],
            dtype=int,
        ).reshape(-1, 5),
    }


def _from_arrays(arrays):
    """Return the scores of :func:`_to_arrays`."""
    scores = [
        muspy.Music(
            metadata=muspy.Metadata(source_filename=str(filename), title=str(title) or None),
            resolution=int(resolution),
        )
        for filename, title, resolution in zip(arrays["filename"], arrays["title"], arrays["resolution"], strict=True)
    ]
    for i, time, qpm in arrays["tempo"].tolist():
        scores[int(i)].tempos.append(muspy.Tempo(int(time), qpm))
    for (i, time, root, fifths), mode in zip(arrays["key"].tolist(), arrays["mode"].tolist(), strict=True):
        scores[i].key_signatures.append(
            muspy.KeySignature(
                time,
                root=None if root < 0 else root,
                mode=mode or None,
                fifths=None if fifths == 99 else fifths,
            )
        )
    for i, time, numerator, denominator in arrays["time_signature"].tolist():
        scores[i].time_signatures.append(muspy.TimeSignature(time, numerator, denominator))
    tracks = []
    for (i, program, is_drum), name in zip(arrays["track"].tolist(), arrays["track_name"].tolist(), strict=True):
        tracks.append(muspy.Track(program=program, is_drum=bool(is_drum), name=name or None))
        scores[i].tracks.append(tracks[-1])
    for i, time, pitch, duration, velocity in arrays["note"].tolist():
        tracks[i].notes.append(muspy.Note(time, pitch, duration, velocity))
    return scores
