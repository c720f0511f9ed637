"""load_music_folder: a user's own scores, sorted into folders by emotion."""

import warnings
from pathlib import Path

import joblib
import numpy as np
from sklearn.utils import Bunch
from tqdm import tqdm

from .._progress import hidden
from .._tunes import group_by_tune, tune_incipit
from ..emotion import EMOTIONS, as_emotion
from ..io import MAX_BYTES, MAX_NOTES, MAX_QUARTERS, READABLE_SUFFIXES, ScoreReadError, read_music

MOST_NAMED = 20  # files in one message


def load_music_folder(
    path,
    *,
    return_X_y=False,
    transform=None,
    on_error="raise",
    n_jobs=None,
    verbose=False,
    max_bytes=MAX_BYTES,
    max_notes=MAX_NOTES,
    max_quarters=MAX_QUARTERS,
):
    """Load scores from a folder with one subfolder per emotion.

    Parameters
    ----------
    path : str or path-like
        A folder whose subfolders are named after emotions, in any spelling of :mod:`skemovae.emotion` ("sad", "Q3",
        "e3", ...). All files in them with a known extension are loaded, at any depth; hidden files and folders are
        ignored.
    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a Bunch.
    transform : transformer of scores, default=None
        For example :class:`KeyNormalizer`, or a pipeline of preparation steps. It is not fitted. It is applied to each
        score separately, in the same process and as soon as the score has been read, and only the result is kept, so
        that memory grows only with the results and not with the length of the scores. None keeps the scores.
    on_error : {"raise", "warn"}, default="raise"
        What to do with files that cannot be read, or that `transform` refuses: raise an error that names all of them,
        or name them in a warning and load the other files.
    n_jobs : int, default=None
        Number of processes, as in scikit-learn: None means one, -1 all cores. Processes take a second to start.
    verbose : bool, default=False
        Whether to show a progress bar with the remaining time on a terminal.
    max_bytes, max_notes, max_quarters : int
        Limits for each file; see :func:`skemovae.read_music`.

    Returns
    -------
    data : sklearn.utils.Bunch
        With the attributes

        data : list of muspy.Music, or what `transform` makes of it
            One score or result per file; an array with one row per file if the results are rows (of tokens, for
            example), otherwise a list.
        target : ndarray of shape (n_samples,), str
            "happiness", "anger", "sadness" or "relaxation".
        target_names : list of str
            The four emotions, Q1 to Q4.
        groups : ndarray of shape (n_samples,), str
            The tune, for grouped cross-validation: the name of the first file with the same first eight quarter notes
            of the highest part, in any key.
        filenames : list of str
            The paths of the files.
        skipped : dict of str to str
            The paths of the files that were left out, and the reasons; empty unless `on_error` is "warn".
        DESCR : str
            The number of scores and where they come from.

    (data, target) : tuple if `return_X_y` is True

    Raises
    ------
    NotADirectoryError
        If `path` is not a folder.
    ValueError
        If the name of a subfolder is not an emotion, `on_error` is neither "raise" nor "warn", there are no files, or
        `transform` has no method ``transform`` or does not return one result per score.
    ScoreReadError
        If a file cannot be read or transformed or, with ``on_error="warn"``, if none can.

    Warns
    -----
    UserWarning
        If files were skipped, part of a file was left out, `transform` warned, or an emotion has no scores.

    See Also
    --------
    read_music : Reads a single file.
    load_bach_chorales, load_folk_tunes : Load melodies without files of your own.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from skemovae import PitchEncoder, write_music
    >>> from skemovae.datasets import load_music_folder
    >>> melody = PitchEncoder(n_steps=4).inverse_transform([[60, 129, 62, 129]])[0]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("angry", "happy", "relaxed", "sad"):
    ...         pathlib.Path(folder, name).mkdir()
    ...         write_music(melody, pathlib.Path(folder, name, "mine.mid"))
    ...     mine = load_music_folder(folder)
    >>> mine.target.tolist(), len(mine.data)
    (['anger', 'happiness', 'relaxation', 'sadness'], 4)

    From files to tokens, without keeping the scores:

    >>> from sklearn.pipeline import make_pipeline
    >>> from skemovae import Excerpt
    >>> steps = make_pipeline(Excerpt(n_bars=1, mismatch="keep"), PitchEncoder(n_steps=4))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("angry", "happy", "relaxed", "sad"):
    ...         pathlib.Path(folder, name).mkdir()
    ...         write_music(melody, pathlib.Path(folder, name, "mine.mid"))
    ...     tokens, labels = load_music_folder(folder, transform=steps, return_X_y=True)
    >>> tokens.shape
    (4, 4)
    """
    if transform is not None and (isinstance(transform, type) or not hasattr(transform, "transform")):
        raise ValueError(
            f"transform={transform!r}: expected None or an object with a transform method, such as KeyNormalizer() or "
            "a pipeline of preparation steps"
        )
    if on_error not in ("raise", "warn"):
        raise ValueError(f"on_error={on_error!r}: expected 'raise' or 'warn'")
    root = Path(path)
    if not root.is_dir():
        raise NotADirectoryError(f"{root} is not a folder: expected one with subfolders named by emotion, e.g. 'sad'")
    labeled = _find_scores(root)
    limits = {"max_bytes": max_bytes, "max_notes": max_notes, "max_quarters": max_quarters}
    results = _load_all([p for p, _ in labeled], limits, transform, n_jobs, verbose)
    skipped = {str(p): reason for (p, _), (*_, reason) in zip(labeled, results, strict=True) if reason}
    if skipped and (on_error == "raise" or len(skipped) == len(labeled)):
        raise ScoreReadError(_join_reasons(skipped))
    if skipped:
        warnings.warn(
            f"{len(skipped):,} of {len(labeled):,} files were skipped: {_join_reasons(skipped)} (all are in `skipped`)",
            stacklevel=2,
        )
    labeled = [pair for pair, (*_, reason) in zip(labeled, results, strict=True) if not reason]
    kept = [result for result, _, reason in results if not reason]
    data = np.array(kept) if isinstance(kept[0], np.ndarray) else kept
    incipits = [incipit for _, incipit, reason in results if not reason]
    target = np.array([emotion for _, emotion in labeled])
    if lacking := [emotion.name for emotion in EMOTIONS if emotion.name not in target]:
        it = "it" if len(lacking) == 1 else "them"
        warnings.warn(
            f"{root} has no scores of {' and '.join(lacking)}: a model trained on them learns nothing about "
            f"{it}, and refuses to sample {it}. Add a subfolder for each emotion, or ask the model only for the others",
            stacklevel=2,
        )
    if return_X_y:
        return data, target
    names = [str(p.relative_to(root)) for p, _ in labeled]
    return Bunch(
        data=data,
        target=target,
        target_names=[emotion.name for emotion in EMOTIONS],
        groups=np.array(group_by_tune(incipits, names)),
        filenames=[str(p) for p, _ in labeled],
        skipped=skipped,
        DESCR=f"{len(data)} scores from {root}, labeled by the names of its subfolders.",
    )


def _find_scores(root):
    """Return (path, emotion) of each file whose extension is that of a score, with the emotion of its folder."""
    labeled = []
    for folder in sorted(p for p in root.iterdir() if p.is_dir() and not p.name.startswith(".")):
        emotion = _emotion_of(folder)
        found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in READABLE_SUFFIXES and p.is_file())
        hidden = {p for p in found if any(name.startswith(".") for name in p.relative_to(folder).parts)}
        labeled += [(p, emotion) for p in found if p not in hidden]
    if not labeled:
        raise ValueError(
            f"{root} holds no scores: expected subfolders named by emotion (for example happy, angry, sad, relaxed) "
            f"with files ending in {', '.join(READABLE_SUFFIXES)}"
        )
    return labeled


def _emotion_of(folder):
    """Return the name of the emotion after which a folder is named."""
    try:
        return as_emotion(
            int(folder.name) if folder.name.isdecimal() else folder.name
        ).name  # 1 to 4 are also spellings
    except ValueError as error:
        raise ValueError(f"{folder} is not named after an emotion: {error}. Rename or remove the folder") from None


def _load_all(paths, limits, transform, n_jobs, verbose):
    """Return (result, incipit, None) or (None, None, reason) of each file, and repeat the warnings of workers."""
    jobs = joblib.Parallel(n_jobs, return_as="generator")(
        joblib.delayed(_load)(path, limits, transform) for path in paths
    )
    progress = tqdm(jobs, "reading", len(paths), unit="file", disable=hidden(verbose))
    results = []
    for *result, texts in progress:
        for text in texts:
            warnings.warn(text, stacklevel=3)
        results.append(result)
    return results


def _load(path, limits, transform):
    """Return the result and the incipit of a file, or the reason why there is none, and the texts of its warnings."""
    result = incipit = reason = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            score = read_music(path, **limits)
            incipit = tune_incipit(score)
            result = score if transform is None else _transform(path, score, transform)
        except ScoreReadError as error:
            reason = str(error)
    # A reader names the path; a transformer does not know it.
    texts = [str(warning.message).removeprefix(f"{path}: ") for warning in caught]
    return result, incipit, reason, [f"{path}: {text}" for text in texts]


def _transform(path, score, transform):
    """Return the transformed score; a row of an array is returned as an array."""
    try:
        results = transform.transform([score])
    except ValueError as error:
        reason = str(error).removeprefix(f"score 0 ({path.name!r}): ")
        raise ScoreReadError(f"cannot transform {path}: {reason}") from error
    if not isinstance(results, list):
        results = np.asarray(results)
    if len(results) != 1:
        raise ValueError(f"transform={transform!r} returned {len(results)} results for one score; expected one")
    return results[0]


def _join_reasons(skipped):
    """Return the reasons why files cannot be loaded; if there are very many, only the first ones."""
    more = [f"and {len(skipped) - MOST_NAMED:,} more files"] if len(skipped) > MOST_NAMED else []
    return "; ".join([*list(skipped.values())[:MOST_NAMED], *more])
