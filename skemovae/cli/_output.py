"""Files and folders that are written; ``--force`` replaces what an earlier run left, and nothing else."""

import importlib.util
import re
from pathlib import Path

from ..io import READABLE_SUFFIXES
from ._options import FORMATS
from ._terminal import progress

MAX_NAME = 60  # characters of the name of a user's own class in a file name


def check_folder(path, force):
    """Raise OSError if an output folder is not empty or could not be created, before any work is done."""
    existing = next(place for place in (path, *path.parents) if place.exists())
    if not existing.is_dir():
        raise NotADirectoryError(f"{existing} is a file: expected a folder to write into")
    if existing == path and any(path.iterdir()) and not force:
        raise FileExistsError(f"{path} is not empty: choose another folder, or write into it with --force")
    check_writable(existing)


def check_file(path, force, example):
    """Raise OSError if an output file could not be written, before any work is done."""
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder: expected a file to write, e.g. {path / example}")
    if path.exists() and not force:
        raise FileExistsError(f"{path} exists: choose another name, or replace it with --force")
    if not path.parent.is_dir():
        raise NotADirectoryError(f"{path.parent} is not a folder: create it first")
    check_writable(path.parent)


def check_writable(folder):
    """Raise OSError unless files can be created in a folder."""
    import tempfile

    with tempfile.NamedTemporaryFile(prefix=".writing-", dir=folder):
        pass


def stems_of(labels):
    """Return {label: the beginning of its files' names}; no label can lead to another folder."""
    stems = {label: re.sub(r"[^\w-]+", "_", str(label))[:MAX_NAME] for label in labels}
    if len({stem.casefold() for stem in stems.values()}) < len(stems):  # "Up" and "up" may be one file
        stems = {label: f"{stem}_{place}" for place, (label, stem) in enumerate(stems.items(), start=1)}
    return stems


def melodies_in(folder, stems):
    """Return the files in a folder that have the names that melodies get."""
    ours = re.compile(rf"({'|'.join(map(re.escape, stems))})-\d+\.({'|'.join(FORMATS)})")
    return [path for path in folder.iterdir() if ours.fullmatch(path.name)]


def check_format(suffix):
    """Raise ValueError if a format needs something that is not installed, before any work is done."""
    if suffix == "svg" and importlib.util.find_spec("verovio") is None:
        raise ValueError("svg needs Verovio: pip install 'skemovae[score]', or pip install verovio")


def music_file(options, stem):
    """Return the music file to write, after checks; without ``--out`` it gets this stem, in the current folder."""
    path = options.out or Path(f"{stem}.{options.format or FORMATS[0]}")
    suffix = path.suffix.removeprefix(".").lower()
    if suffix not in ((options.format,) if options.format else FORMATS):
        expected = f".{options.format}, as of --format" if options.format else ", ".join(f".{name}" for name in FORMATS)
        raise ValueError(f"{path}: expected a file name ending in {expected}")
    check_format(suffix)
    check_file(path, options.force, f"{stem}.{suffix}")
    return path


def check_input(path):
    """Raise OSError if there is no such file to read, ValueError if it is of another kind, before any work is done."""
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder: expected a MIDI or MusicXML file")
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist: expected a MIDI or MusicXML file")
    if path.suffix.lower() not in READABLE_SUFFIXES:
        raise ValueError(f"cannot read {path}: expected a file name ending in {', '.join(READABLE_SUFFIXES)}")


def write_score(music, path, tempo=None):
    """Write a score in the format given by the file's ending; `tempo` replaces all its tempo marks."""
    import muspy

    from ..io import write_music
    from ..score import to_svg
    from ..sound import to_wav

    if tempo is not None:
        music.tempos = [muspy.Tempo(0, tempo)]
    write = {".svg": to_svg, ".wav": to_wav}.get(path.suffix.lower(), write_music)
    write(music, path)


def write_melodies(folder, melodies, suffix, tempo=None):
    """Write melodies, given as {label: scores}; older ones with these labels are replaced.

    Returns
    -------
    dict of label to list of str
        The files of each label.
    """
    stems = stems_of(melodies)
    for path in melodies_in(folder, stems.values()):
        path.unlink()
    written = {label: [] for label in melodies}
    files = [
        (label, score, folder / f"{stems[label]}-{number:0{len(str(len(scores)))}}.{suffix}")
        for label, scores in melodies.items()
        for number, score in enumerate(scores, start=1)
    ]
    for label, score, path in progress(files, "writing", "file"):
        write_score(score, path, tempo)
        written[label].append(str(path))
    return written


def with_emotions(written):
    """Return the written melodies for JSON: the "file" and "emotion" of each."""
    return [{"file": file, "emotion": label} for label, files in written.items() for file in files]


def describe_melodies(written):
    """Return a line per emotion: "sad-1.mid to sad-5.mid"."""
    names = [[Path(file).name for file in files] for files in written.values()]
    return [f"{those[0]} to {those[-1]}" if len(those) > 1 else those[0] for those in names]


def write_text(path, text):
    """Write a text file completely or not at all."""
    from ..io import atomic_path

    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
