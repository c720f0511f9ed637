"""Time the way from a folder of scores to tokens, against MusPy's reader and music21's key analysis.

The folder holds the chorales of music21's corpus in several keys, as MIDI without a stated key, so that every key has
to be found. The way before: ``muspy.read_midi``, a music21 stream of all notes for the key, then the other steps. The
way now: ``load_music_folder(folder, transform=...)``, in one process and in two that run already. They run in turn; the
way before takes only the first files. Memory is what a process of its own takes at most beyond what it had before it
loaded a folder, of all files and of a quarter of them.

The exit code is 1 if notes, keys or tokens differ, if the way now is not five times as fast in two processes, or if it
takes more than 16 KiB of memory for each further file.
"""

import sys
import tempfile
from collections import Counter
from copy import deepcopy
from pathlib import Path

import muspy
import numpy as np
from _report import Report, interleave, make_parser, ratio
from _workers import Worker
from sklearn.pipeline import make_pipeline

from skemovae import (
    Excerpt,
    KeyNormalizer,
    PitchEncoder,
    SopranoExtractor,
    TempoNormalizer,
    load_bach_chorales,
    load_music_folder,
    read_music,
    write_music,
)
from skemovae.io import KEY_NAMES
from skemovae.preprocessing import make_key_signature

BEFORE = "muspy.read_midi, music21's analysis, one process"
NOW = {"now, one process": 1, "now, two processes": 2}
LEAST_RATIO, MOST_KIB = 5, 16
SHIFTS = range(-5, 7)  # semitones


def main():
    """Measure, write the report and judge."""
    arguments = parse()
    report = Report("folder", "How long is the way from a folder of scores to tokens, and how much memory?", arguments)
    with tempfile.TemporaryDirectory() as temporary:
        whole, part = Path(temporary, "whole"), Path(temporary, "part")
        paths = make_folder(whole, arguments.files)
        make_folder(part, arguments.files // 4)
        faults = differences(paths[: arguments.before])
        times = time_ways(whole, paths[: arguments.before], arguments)
        growth = {how: [memory(folder, how) for folder in (part, whole)] for how in ("transform", "keep")}
    report.add(
        "Time",
        [
            {
                "way": name,
                "ms a file": 1000 * float(np.median(values)),
                "times as fast": ratio(times[BEFORE], values),
            }
            for name, values in times.items()
        ],
    )
    further = arguments.files - arguments.files // 4
    each = {how: 1024 * (most - least) / further for how, (least, most) in growth.items()}
    report.add(
        "Memory, one process",
        [
            {
                "way": name,
                f"{arguments.files // 4:,} files, MiB": growth[how][0],
                f"{arguments.files:,} files, MiB": growth[how][1],
                "KiB for each further file": each[how],
            }
            for how, name in [("transform", "each file as it is read"), ("keep", "all scores at the end")]
        ],
    )
    fastest = ratio(times[BEFORE], times["now, two processes"])
    if fastest < LEAST_RATIO:
        faults.append(f"in two processes {fastest:.1f} times as fast as before; expected {LEAST_RATIO}")
    if each["transform"] > MOST_KIB:
        faults.append(f"{each['transform']:.0f} KiB for each further file; expected at most {MOST_KIB}")
    print("", *faults, sep="\n")
    report.write(seconds=times, memory_mib=growth, faults=faults)
    sys.exit(bool(faults))


def parse():
    """Return the arguments."""
    parser = make_parser(__doc__, "python benchmarks/bench_folder.py --files 100 --rounds 1 --out /tmp/results")
    parser.add_argument("--files", type=int, default=1000, help="in the folder (%(default)s)")
    parser.add_argument("--before", type=int, default=40, help="files that are read the way before (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds (%(default)s)")
    return parser.parse_args()


def make_steps():
    """Return the steps from scores to tokens."""
    return make_pipeline(KeyNormalizer(use_signature=False), *later_steps())


def later_steps():
    """Return the steps behind the key."""
    return [
        TempoNormalizer(keep_speed=True),
        Excerpt(n_bars=4, mismatch="keep"),
        SopranoExtractor(),
        PitchEncoder(polyphony="skyline", off_grid="round", out_of_window="clip"),
    ]


def make_folder(folder, n_files):
    """Write the chorales into subfolders by emotion, in one key after another; return the paths."""
    bach = load_bach_chorales(form="scores")
    paths = []
    for i in range(n_files):
        shift = SHIFTS[i // len(bach.data) % len(SHIFTS)]
        score = deepcopy(bach.data[i % len(bach.data)])
        score.key_signatures = []
        for track in score.tracks:
            for note in track.notes:
                note.pitch += shift
        path = folder / bach.target[i % len(bach.data)] / f"{i:05}.mid"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_music(score, path)
        paths.append(path)
    return paths


def key_before(music):
    """Return (pitch class of the tonic, mode) as music21 finds it in a stream of all notes."""
    import music21

    stream = music21.stream.Stream()
    for track in music.tracks:
        for note in track.notes:
            length = note.duration / music.resolution
            stream.insert(note.time / music.resolution, music21.note.Note(note.pitch, quarterLength=length))
    key = music21.analysis.discrete.AardenEssen().getSolution(stream)
    return key.tonic.pitchClass, key.mode


def before(paths):
    """Return the scores, keys and tokens of files without what this package adds to them."""
    scores = [muspy.read_midi(path) for path in paths]
    keys = [key_before(score) for score in scores]
    for score, key in zip(scores, keys, strict=True):
        score.key_signatures = [make_key_signature(*key)]
    return scores, keys, make_pipeline(KeyNormalizer(), *later_steps()).transform(scores)


def differences(paths):
    """Return how many files have other notes, keys or tokens than before, as faults."""
    scores, keys, tokens = before(paths)
    own = [read_music(path) for path in paths]
    counts = {
        "notes": sum(notes_of(a) != notes_of(b) for a, b in zip(scores, own, strict=True)),
        "keys": sum(
            f"{KEY_NAMES[mode][tonic]} {mode}" != found
            for (tonic, mode), found in zip(keys, KeyNormalizer(use_signature=False).detect(own), strict=True)
        ),
        "tokens": int((tokens != make_steps().transform(own)).any(axis=1).sum()),
    }
    return [f"{n} of {len(paths)} files have other {what} than before" for what, n in counts.items() if n]


def notes_of(music):
    """Return how often a score has each note."""
    notes = [note for track in music.tracks for note in track.notes]
    return music.resolution, Counter((note.time, note.pitch, note.duration, note.velocity) for note in notes)


def time_ways(folder, first, arguments):
    """Return the seconds a file of every way."""
    steps = make_steps()

    def now(n_jobs):
        return lambda: load_music_folder(folder, transform=steps, n_jobs=n_jobs)

    cases = {BEFORE: lambda: before(first), **{name: now(n_jobs) for name, n_jobs in NOW.items()}}
    cases["now, two processes"]()  # starts them
    return interleave(cases, arguments.rounds, {BEFORE: len(first), **dict.fromkeys(NOW, arguments.files)})


def memory(folder, how):
    """Return by how many MiB a process grows at most while it makes tokens of a folder."""
    with Worker("_folder_worker.py", str(folder)) as worker:
        return worker.run(how)["peak_mib"] - worker.details["resident_mib"]


if __name__ == "__main__":
    main()
