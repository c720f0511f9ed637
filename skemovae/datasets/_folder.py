"""load_music_folder: a user's own scores, sorted into folders by emotion."""

from pathlib import Path

import numpy as np
from sklearn.utils import Bunch
from tqdm import tqdm

from .._tunes import group_by_tune, tune_incipit
from ..emotion import EMOTIONS, as_emotion
from ..io import READABLE_SUFFIXES, ScoreReadError, read_music


def load_music_folder(path, *, return_X_y=False, verbose=False):
    """Load scores from a folder with one sub-folder an emotion.

    Parameters
    ----------
    path : str or path-like
        A folder whose sub-folders are named by emotion in any spelling of :mod:`skemovae.emotion` ("sad", "Q3", "e3",
        ...). Every readable file in them, at any depth, is loaded; hidden files and folders and other endings are
        passed over.
    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a Bunch.
    verbose : bool, default=False
        Show a progress bar on a terminal; a thousand scores take most of a minute.

    Returns
    -------
    data : sklearn.utils.Bunch
        With the attributes

        data : list of muspy.Music
            One score each file.
        target : ndarray of shape (n_samples,), str
            "happiness", "anger", "sadness" or "relaxation".
        target_names : list of str
            The four emotions, Q1 to Q4.
        groups : ndarray of shape (n_samples,), str
            The first file with the same tune (first eight quarter notes of the highest part, in any key).
        filenames : list of str
            Their paths.
        DESCR : str
            How many scores, and from where.

    (data, target) : tuple if `return_X_y` is True

    Raises
    ------
    NotADirectoryError
        If `path` is not a folder.
    ValueError
        If a sub-folder's name is no emotion, or there is no readable file.
    ScoreReadError
        If files cannot be read; all of them are named.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from skemovae import PitchEncoder, write_music
    >>> from skemovae.datasets import load_music_folder
    >>> melody = PitchEncoder(n_steps=4).inverse_transform([[60, 129, 62, 129]])[0]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pathlib.Path(folder, "sad").mkdir()
    ...     write_music(melody, pathlib.Path(folder, "sad", "mine.mid"))
    ...     mine = load_music_folder(folder)
    >>> mine.target.tolist(), len(mine.data)
    (['sadness'], 1)
    """
    root = Path(path)
    if not root.is_dir():
        raise NotADirectoryError(f"{root} is not a folder: expected one with sub-folders named by emotion, e.g. 'sad'")
    labelled = []
    for folder in sorted(p for p in root.iterdir() if p.is_dir() and not p.name.startswith(".")):
        emotion = _emotion_of(folder)
        found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in READABLE_SUFFIXES and p.is_file())
        hidden = {p for p in found if any(name.startswith(".") for name in p.relative_to(folder).parts)}
        labelled += [(p, emotion) for p in found if p not in hidden]
    if not labelled:
        raise ValueError(
            f"{root} holds no scores: expected sub-folders named by emotion (for example happy, angry, sad, relaxed) "
            f"with files ending in {', '.join(READABLE_SUFFIXES)}"
        )
    data = _read_all([p for p, _ in labelled], verbose)
    target = np.array([emotion for _, emotion in labelled])
    if return_X_y:
        return data, target
    names = [str(p.relative_to(root)) for p, _ in labelled]
    return Bunch(
        data=data,
        target=target,
        target_names=[emotion.name for emotion in EMOTIONS],
        groups=np.array(group_by_tune(map(tune_incipit, data), names)),
        filenames=[str(p) for p, _ in labelled],
        DESCR=f"{len(data)} scores from {root}, labelled by the names of its sub-folders.",
    )


def _emotion_of(folder):
    """Return the name of the emotion after which a folder is named."""
    try:
        return as_emotion(
            int(folder.name) if folder.name.isdecimal() else folder.name
        ).name  # 1 to 4 are spellings, too
    except ValueError as error:
        raise ValueError(f"{folder} is not named by an emotion: {error}. Rename the folder or take it out") from None


def _read_all(paths, verbose):
    """Return the scores of all files, or one error that names every unreadable one."""
    scores, problems = [], []
    for path in tqdm(paths, desc="reading", unit="file", disable=None if verbose else True):  # None: no terminal
        try:
            scores.append(read_music(path))
        except ScoreReadError as error:
            problems.append(str(error))
    if problems:
        raise ScoreReadError("; ".join(problems))
    return scores
