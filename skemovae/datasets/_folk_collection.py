"""A collection of folk tunes as plain arrays: its windows, where they occur, and what was left out."""

from collections import Counter
from pathlib import Path

import numpy as np
from tqdm import tqdm

from .._progress import hidden
from ..io import ScoreReadError, parse_abc, read_tune_book
from ._folk_windows import N_STEPS, UnsuitableTuneError, prepare, windows_of

#: Collections by name: their folder in music21's corpus. The order is that of the melodies.
FOLDERS = {
    "aird": "airdsAirs",
    "oneill": "oneills1850",
    "ryan": "ryansMammoth",
    "miscellaneous": "miscFolk",
    "nottingham": "nottingham-dataset",
    "essen": "essenFolksong",
}
#: Names of the arrays, see read_collection.
KEYS = (
    "tokens",
    "occurrences",
    "filename",
    "number",
    "title",
    "mode",
    "incipit",
    "count_of",
    "count",
)


def read_collection(name, verbose=False):
    """Read a collection from the installed music21.

    Returns
    -------
    dict of str to ndarray
        ``tokens`` has the different windows. ``occurrences`` says where each window occurs, in rows (window, tune,
        speed, step, is_first, is_final) in the order of the tunes; the step is counted from the tune's first whole bar.
        For each tune, there are ``filename``, ``number``, ``title``, ``mode`` and ``incipit`` (intervals); for each
        reason, ``count_of`` and ``count``.
    """
    tunes, occurrences, place = [], [], {}
    counts = Counter({"tunes": 0, "tunes used": 0, "windows": 0})
    texts = [(path.name, text) for path in sorted(corpus_folder(name).glob("*.abc")) for text in read_tune_book(path)]
    numbers = Counter()  # tunes of each file so far
    for file, text in tqdm(texts, desc=f"reading {name}", unit="tune", disable=hidden(verbose)):
        numbers[file] += 1
        counts["tunes"] += 1
        try:
            music = parse_abc(text)
            tune = prepare(music, mode_by_third=name == "essen")
        except ScoreReadError:
            counts["tunes: not one readable voice"] += 1
            continue
        except UnsuitableTuneError as error:
            counts[f"tunes: {error}"] += 1
            continue
        windows = windows_of(tune, counts)
        for window in windows:
            row = place.setdefault(window.tokens.tobytes(), len(place))
            occurrences.append((row, len(tunes), window.speed, window.step, window.is_first, window.is_final))
        tunes.append((file, numbers[file], music.metadata.title or "", tune.mode, tune.incipit))
        counts["tunes used" if windows else "tunes: no such window"] += 1
        counts["windows"] += len(windows)
    files, places, titles, modes, incipits = zip(*tunes, strict=True)
    return {
        "tokens": np.frombuffer(b"".join(place), dtype=np.uint8).reshape(-1, N_STEPS),
        "occurrences": np.array(occurrences, dtype=np.int32),
        "filename": np.array([f"{FOLDERS[name]}/{file}" for file in files]),
        "number": np.array(places),
        "title": np.array(titles),
        "mode": np.array(modes),
        "incipit": np.array(incipits, dtype=np.int8),
        "count_of": np.array(list(counts)),
        "count": np.array(list(counts.values())),
    }


def corpus_folder(name):
    """Return the folder of a collection in the installed music21."""
    from music21 import common

    return Path(common.getCorpusFilePath()) / FOLDERS[name]
