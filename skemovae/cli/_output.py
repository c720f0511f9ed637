"""Folders and files that are written; ``--force`` replaces what an earlier run left, and nothing else."""

import re
import tempfile
from pathlib import Path

from ._options import FORMATS

MAX_NAME = 60  # characters that a class of one's own gives to a file name


def check_folder(path, force):
    """Raise OSError for an output folder that is none or not empty, before any work is done."""
    if path.exists() and not path.is_dir():
        raise NotADirectoryError(f"{path} is a file: expected a folder to write into")
    if path.is_dir() and any(path.iterdir()) and not force:
        raise FileExistsError(f"{path} is not empty: choose another folder, or write into it with --force")


def check_file(path, force, example):
    """Raise OSError for an output file that could not be written, before any work is done."""
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder: expected a file to write, e.g. {path / example}")
    if path.exists() and not force:
        raise FileExistsError(f"{path} exists: choose another name, or replace it with --force")
    if not path.parent.is_dir():
        raise NotADirectoryError(f"{path.parent} is not a folder: make it first")
    check_writable(path.parent)


def make_folder(path):
    """Make the output folder, in which files can be made."""
    path.mkdir(parents=True, exist_ok=True)
    check_writable(path)


def check_writable(folder):
    """Raise OSError unless files can be made in a folder."""
    with tempfile.NamedTemporaryFile(prefix=".writing-", dir=folder):
        pass


def stems_of(labels):
    """Return {label: how its files' names begin}; nothing that a label holds can lead to another folder."""
    stems = {label: re.sub(r"[^\w-]+", "_", str(label))[:MAX_NAME] for label in labels}
    if len({stem.casefold() for stem in stems.values()}) < len(stems):  # on some disks "Up" and "up" are one file
        stems = {label: f"{stem}_{place}" for place, (label, stem) in enumerate(stems.items(), start=1)}
    return stems


def melodies_in(folder, stems):
    """Return the files of a folder that have the names of our melodies."""
    ours = re.compile(rf"({'|'.join(map(re.escape, stems))})-\d+\.({'|'.join(FORMATS)})")
    return [path for path in folder.iterdir() if ours.fullmatch(path.name)]


def write_melodies(folder, rows_by_label, encoder, suffix):
    """Write melodies in place of older ones of these labels.

    Returns
    -------
    list of dict
        The "file" and "emotion" of each.
    """
    from ..io import write_music

    stems = stems_of(rows_by_label)
    for path in melodies_in(folder, stems.values()):
        path.unlink()
    written = []
    for label, rows in rows_by_label.items():
        width = len(str(len(rows)))
        for number, melody in enumerate(encoder.inverse_transform(rows), start=1):
            path = folder / f"{stems[label]}-{number:0{width}}.{suffix}"
            melody.metadata.title = f"{label} {number}"
            melody.tracks[0].name = "Melody"
            write_music(melody, path)
            written.append({"file": str(path), "emotion": label})
    return written


def describe_melodies(written):
    """Return a line for each emotion: "sadness-1.mid to sadness-5.mid"."""
    by_emotion = {}
    for entry in written:
        by_emotion.setdefault(entry["emotion"], []).append(Path(entry["file"]).name)
    return [f"{names[0]} to {names[-1]}" if len(names) > 1 else names[0] for names in by_emotion.values()]


def write_text(path, text):
    """Write a text file, whole or not at all."""
    from ..io import atomic_path

    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
