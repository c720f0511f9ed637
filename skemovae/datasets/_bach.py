"""load_bach_chorales: melodies from the Bach chorales in music21's corpus, labeled by rule."""

import csv
from functools import partial
from importlib.resources import files
from pathlib import Path

import numpy as np
from sklearn.utils import Bunch
from tqdm import tqdm

from .._progress import hidden
from .._validation import check_choice
from ..emotion import EMOTIONS
from ..io import read_music
from ..preprocessing import Excerpt, KeyNormalizer, PitchEncoder, SopranoExtractor, TempoNormalizer, scale_time
from ._cache import cached_scores
from ._rule import emotion_by_rule

TABLE = files("skemovae.datasets") / "data" / "bach_chorales.csv"
DESCR = files("skemovae.datasets") / "data" / "bach_chorales.rst"
CACHE_VERSION = 1  # increase it when the contents of the cache change


def load_bach_chorales(*, subset="paper", form="melodies", data_home=None, return_X_y=False, verbose=False):
    """Load the Bach chorales of music21's corpus as short melodies with emotion labels by rule.

    Nothing is downloaded: music21 ships the scores. The first call reads them (a few seconds) and caches plain arrays
    in the data folder.

    ==============  =========================
    Classes                                 4
    Samples         344 ("paper"), 364 ("all")
    Steps           64 sixteenths
    ==============  =========================

    Parameters
    ----------
    subset : {"paper", "all"}, default="paper"
        "paper" loads the 344 pieces of the paper, "all" every piece that begins in 4/4.
    form : {"melodies", "scores"}, default="melodies"
        "melodies" loads the first four bars of the first part, in C major or C minor, ready for :class:`PitchEncoder`.
        "scores" loads the whole pieces, with all parts and in their own keys, for pipelines that do these steps
        themselves; only the tempo step has already been done, because the labels depend on it.
    data_home : str or path-like, default=None
        Data folder; None uses the environment variable ``SKEMOVAE_DATA`` or, if that is not set, ``~/skemovae_data``.
    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a Bunch.
    verbose : bool, default=False
        Whether to show a progress bar on a terminal while the scores are read.

    Returns
    -------
    data : sklearn.utils.Bunch
        With the attributes

        data : list of muspy.Music
            One score per piece.
        target : ndarray of shape (n_samples,), str
            "happiness", "anger", "sadness" or "relaxation": *by rule*, see ``DESCR``.
        target_names : list of str
            The four emotions, Q1 to Q4.
        groups : ndarray of shape (n_samples,), str
            The tune of each piece, for grouped cross-validation: Bach set many hymn tunes more than once.
        filenames : list of str
            File names in music21's corpus.
        DESCR : str
            A description of the data and where it comes from.

    (data, target) : tuple if `return_X_y` is True

    See Also
    --------
    load_folk_tunes : Many more melodies, labeled by a similar rule.
    fetch_musgenvae : Melodies labeled by people.
    load_music_folder : Loads your own files.

    Examples
    --------
    >>> from skemovae.datasets import load_bach_chorales
    >>> bach = load_bach_chorales()
    >>> len(bach.data), bach.filenames[0], str(bach.target[0]), len(set(bach.groups))
    (344, 'bwv1.6.mxl', 'happiness', 227)
    """
    check_choice("subset", subset, ("paper", "all"))
    check_choice("form", form, ("melodies", "scores"))
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    build = partial(_read_scores, rows, verbose)
    read_scores = partial(cached_scores, f"bach-scores-v{CACHE_VERSION}.npz", data_home, build)
    melodies = cached_scores(f"bach-melodies-v{CACHE_VERSION}.npz", data_home, lambda: _melodies(read_scores()))
    data = melodies if form == "melodies" else read_scores()
    chosen = [i for i, row in enumerate(rows) if subset == "all" or row["in_paper"] == "1"]
    target = np.array([emotion_by_rule(melodies[i]) for i in chosen])
    data = [data[i] for i in chosen]
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        target_names=[emotion.name for emotion in EMOTIONS],
        groups=np.array([rows[i]["tune"] for i in chosen]),
        filenames=[rows[i]["file"] for i in chosen],
        DESCR=DESCR.read_text(encoding="utf-8"),
    )


def corpus_folder():
    """Return the folder of Bach's works in the installed music21."""
    from music21 import common

    return Path(common.getCorpusFilePath()) / "bach"


def _read_scores(rows, verbose=False):
    """Return the scores of the table after the tempo step of the published data."""
    scores = []
    for row in tqdm(rows, "reading", unit="file", disable=hidden(verbose)):
        music = read_music(corpus_folder() / row["file"])
        scores.append(scale_time(music, 2 if row["doubled"] == "1" else 1))
    return TempoNormalizer(qpm=120).transform(scores)


def _melodies(scores):
    """Return the first four bars of the first part of each score, one note at a time, in C major or C minor."""
    in_c = KeyNormalizer(direction="down").transform(scores)
    # The mode of a piece without a stated mode (bwv62.6) is analyzed, but its pitches are kept, as in the published
    # data.
    for result, score in zip(in_c, scores, strict=True):
        if score.key_signatures[0].mode is None:
            result.tracks = score.tracks
    excerpts = SopranoExtractor(part="first").transform(Excerpt(mismatch="keep").transform(in_c))
    # One piece (bwv846, a prelude) has bass notes below its melody; MusPy's encoding, and so the paper's, cuts them.
    encoder = PitchEncoder(polyphony="skyline", off_grid="round")
    melodies = encoder.inverse_transform(encoder.transform(excerpts))
    for melody, excerpt in zip(melodies, excerpts, strict=True):
        melody.metadata, melody.key_signatures = excerpt.metadata, excerpt.key_signatures
    return melodies
