"""load_folk_tunes: four-bar melodies from the folk tunes in music21's corpus, labeled by rule."""

import warnings
from functools import partial
from importlib.resources import files

import muspy
import numpy as np
from sklearn.utils import Bunch

from .._validation import check_bool, check_choice
from ..emotion import EMOTIONS
from ..preprocessing import PitchEncoder
from ._cache import cached
from ._folk_collection import FOLDERS, KEYS, read_collection
from ._folk_merge import merge
from ._folk_windows import SPEEDS
from ._rule import emotion_by_rule

BAR_STEPS = 16
DEFAULT = tuple(name for name in FOLDERS if name != "essen")
DESCR = files("skemovae.datasets") / "data" / "folk_tunes.rst"
CACHE_VERSION = 2  # increase it when the contents of the cache change


def load_folk_tunes(*, collections=DEFAULT, data_home=None, return_X_y=False, verbose=False):
    """Load the folk tunes of music21's corpus as four-bar melodies with emotion labels by rule.

    Nothing is downloaded: music21 ships the tunes. The first call reads them (half a minute) and caches plain arrays
    in the data folder.

    ==============  ======================================
    Classes                                              4
    Samples         41,086 (without the Essen collection)
    Steps           64 sixteenths
    ==============  ======================================

    Parameters
    ----------
    collections : str or list of str, default=("aird", "oneill", "ryan", "miscellaneous", "nottingham")
        The collections to load, in any order. A sixth, "essen", must be requested by name and raises a warning: it is
        for **non-commercial** use only, and its legal status is unclear.
    data_home : str or path-like, default=None
        Data folder; None uses the environment variable ``SKEMOVAE_DATA`` or, if that is not set, ``~/skemovae_data``.
    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a Bunch.
    verbose : bool, default=False
        Whether to show a progress bar on a terminal while the tunes are read.

    Returns
    -------
    data : sklearn.utils.Bunch
        With the attributes

        data : list of muspy.Music
            Melodies of four bars of 4/4 in C major or C minor, with pitches from 48 to 84, ready for
            :class:`PitchEncoder`. No two are the same; if a melody occurs more than once, the entries below describe
            its first occurrence.
        target : ndarray of shape (n_samples,), str
            "happiness", "anger", "sadness" or "relaxation": *by rule*, see ``DESCR``.
        target_names : list of str
            The four emotions, Q1 to Q4.
        groups : ndarray of shape (n_samples,), str
            The tune, in any key and at any speed, for grouped cross-validation: tunes that begin alike or share a
            melody belong to the same group.
        collections : ndarray of shape (n_samples,), str
            The collection.
        tunes : ndarray of shape (n_samples,), str
            The file of the tune and its number there, such as "airdsAirs/book1.abc#3".
        bars : ndarray of shape (n_samples,), int
            The bar of the tune at which the melody begins, with repeats played, counted from 0 in bars of the melody
            (16 sixteenths).
        speeds : ndarray of shape (n_samples,), float
            The factor by which the tune's durations were multiplied.
        is_first : ndarray of shape (n_samples,), bool
            Whether the melody begins a tune, apart from an upbeat, in any occurrence.
        is_final : ndarray of shape (n_samples,), bool
            Whether the melody ends a tune, in any occurrence.
        continuations : ndarray of shape (n_pairs, 2), int
            Pairs of melodies that follow each other in a tune, in any occurrence: the two melodies with the indices
            ``continuations[i]`` form a phrase of eight bars.
        filenames : list of str
            File names in music21's corpus.
        counts : dict of str to dict of str to int
            For each collection, the number of its tunes, of those that are used, and of tunes and windows that are left
            out, by reason.
        DESCR : str
            A description of the data and where it comes from.

    (data, target) : tuple if `return_X_y` is True

    Raises
    ------
    ValueError
        If a collection is unknown or none is requested.

    Warns
    -----
    UserWarning
        If "essen" is requested, because of its license.

    See Also
    --------
    load_bach_chorales : Fewer melodies, all by Bach.
    load_music_folder : Loads your own files.

    Examples
    --------
    >>> import numpy as np
    >>> from skemovae import PitchEncoder
    >>> from skemovae.datasets import load_folk_tunes
    >>> folk = load_folk_tunes(collections="nottingham")
    >>> len(folk.data), folk.data[0].metadata.title, str(folk.target[0])
    (42, "Cuckoo's Nest", 'happiness')
    >>> tokens = PitchEncoder().fit_transform(folk.data)
    >>> first, second = folk.continuations.T
    >>> np.hstack([tokens[first], tokens[second]]).shape  # phrases of eight bars
    (45, 128)
    """
    names = _check_collections(collections)
    check_bool("return_X_y", return_X_y)
    if "essen" in names:
        warnings.warn(
            "the Essen folk song collection is for non-commercial use only, and its legal status is unclear (see "
            "corpus/essenFolksong/license.txt in music21); this also applies to what is made from it, such as a model",
            stacklevel=2,
        )
    parts = []
    for name in names:  # not a comprehension, which adds a frame: a warning should point to the caller's line
        parts.append(_collection(name, data_home, verbose))
    melodies = merge(parts)
    data = _to_music(melodies)
    target = np.array([emotion_by_rule(melody) for melody in data])
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        target_names=[emotion.name for emotion in EMOTIONS],
        groups=melodies.groups,
        collections=np.array(names)[melodies.collections],
        tunes=melodies.tunes,
        bars=melodies.steps // BAR_STEPS,
        speeds=np.array(SPEEDS, dtype=float)[melodies.speeds],
        is_first=melodies.is_first,
        is_final=melodies.is_final,
        continuations=melodies.continuations,
        filenames=melodies.files.tolist(),
        counts={
            name: dict(zip(part["count_of"].tolist(), part["count"].tolist(), strict=True))
            for name, part in zip(names, parts, strict=True)
        },
        DESCR=DESCR.read_text(encoding="utf-8"),
    )


def _check_collections(collections):
    """Return the names of the requested collections, in the order of FOLDERS."""
    asked = [collections] if isinstance(collections, str) else list(collections)
    if not asked:
        raise ValueError(f"collections={collections!r}: expected one or more of {', '.join(map(repr, FOLDERS))}")
    for name in asked:
        check_choice("collections", name, tuple(FOLDERS))
    return [name for name in FOLDERS if name in asked]


def _collection(name, data_home, verbose):
    """Return the arrays of a collection, from the cache or, in the first call, from music21's corpus."""
    return cached(
        f"folk-{name}-v{CACHE_VERSION}.npz",
        data_home,
        partial(read_collection, name, verbose),
        lambda arrays: {key: arrays[key] for key in KEYS},
    )


def _to_music(melodies):
    """Return the windows as scores with the title and key of their tune."""
    data = PitchEncoder().inverse_transform(melodies.tokens)
    for music, title, file, mode in zip(data, melodies.titles, melodies.files, melodies.modes, strict=True):
        music.metadata.title, music.metadata.source_filename = str(title) or None, str(file)
        fifths = 0 if mode == "major" else -3
        music.key_signatures = [muspy.KeySignature(0, root=0, mode=str(mode), fifths=fifths)]
    return data
