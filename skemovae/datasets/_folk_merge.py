"""Merged collections of folk tunes: each melody once, which tunes are the same, and which rows are consecutive."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ..preprocessing import REST
from ._folk_windows import MIN_TUNE_NOTES, N_STEPS


class Melodies(NamedTuple):
    """Different melodies; the fields about tunes describe the first tune in which a melody occurs."""

    tokens: np.ndarray
    groups: np.ndarray
    collections: np.ndarray  # index into the parts
    tunes: np.ndarray
    files: np.ndarray
    titles: np.ndarray
    modes: np.ndarray
    steps: np.ndarray
    speeds: np.ndarray  # index into SPEEDS
    is_first: np.ndarray
    is_final: np.ndarray
    continuations: np.ndarray


def merge(parts):
    """Return the melodies of some collections.

    Parameters
    ----------
    parts : list of dict
        Results of :func:`read_collection`.

    Returns
    -------
    Melodies
    """
    place: dict[bytes, int] = {}
    occurrences, n_tunes = [], 0
    for part in parts:
        rows = np.array([place.setdefault(row.tobytes(), len(place)) for row in part["tokens"]], dtype=int)
        own = part["occurrences"].astype(int)
        occurrences.append(np.column_stack([rows[own[:, 0]], own[:, 1] + n_tunes, own[:, 2:]]))
        n_tunes += len(part["title"])
    row, tune, speed, step, is_first, is_final = np.concatenate(occurrences).T
    tokens = np.frombuffer(b"".join(place), dtype=np.uint8).reshape(-1, N_STEPS)
    is_telling = ((tokens < REST).sum(axis=1) >= MIN_TUNE_NOTES)[row]
    of_tunes = {
        key: np.concatenate([part[key] for part in parts]) for key in ("filename", "number", "title", "mode", "incipit")
    }
    numbered = zip(of_tunes["filename"], of_tunes["number"], strict=True)
    names = np.array([f"{file}#{number}" for file, number in numbered])
    collection = np.repeat(np.arange(len(parts)), [len(part["title"]) for part in parts])
    _, first = np.unique(row, return_index=True)  # the first occurrence of each melody
    at = tune[first]
    return Melodies(
        tokens=tokens,
        groups=names[_first_of_group(row[is_telling], tune[is_telling], of_tunes["incipit"])][at],
        collections=collection[at],
        tunes=names[at],
        files=of_tunes["filename"][at],
        titles=of_tunes["title"][at],
        modes=of_tunes["mode"][at],
        steps=step[first],
        speeds=speed[first],
        is_first=np.bincount(row, weights=is_first) > 0,
        is_final=np.bincount(row, weights=is_final) > 0,
        continuations=_continuations(row, tune, speed, step),
    )


def _continuations(row, tune, speed, step):
    """Return the pairs of melodies in which the second begins where the first ends, each pair once."""
    same = (tune[1:] == tune[:-1]) & (speed[1:] == speed[:-1]) & (step[1:] == step[:-1] + N_STEPS)
    return np.unique(np.column_stack([row[:-1][same], row[1:][same]]), axis=0)


def _first_of_group(row, tune, incipits):
    """Return, for each tune, the first one of its group; tunes that share an incipit or a melody are one group.

    Only melodies with at least as many notes as an incipit count: a few slow notes, such as a cadence, occur in
    hundreds of tunes.
    """
    n_tunes = len(incipits)
    _, incipit = np.unique(incipits, axis=0, return_inverse=True)
    # tunes, incipits and melodies are the nodes of a graph
    incipit = incipit.ravel() + n_tunes
    melody = row + 2 * n_tunes
    n_nodes = 2 * n_tunes + int(row.max(initial=0)) + 1
    pairs = (np.arange(n_tunes), tune), (incipit, melody)
    # with 64 bits, SciPy 1.11 finds no components and raises no error
    ends = tuple(np.concatenate(nodes).astype(np.int32) for nodes in pairs)
    graph = coo_array((np.ones(len(ends[0]), dtype=bool), ends), shape=(n_nodes, n_nodes))
    _, group = connected_components(graph, directed=False)
    _, first, inverse = np.unique(group[:n_tunes], return_index=True, return_inverse=True)
    return first[inverse]
