"""Compare readers of MusicXML: this package's and music21's, on all MusicXML files of music21's corpus.

Each file is read with its repeats played out and without repeats, by :func:`skemovae.read_music` and by music21
(``converter.parse``, ``expandRepeats``, ``from_music21``), and the notes of each part are compared: onset, pitch and
length. The script says which construct causes each difference: the one without which the two readers agree, or, if no
single one is enough, several, found by keeping one after another. What music21 has read is kept in ``--work``, and an
interrupted run continues from there.
"""

import collections
import itertools
import tempfile
import time
import warnings
from pathlib import Path
from xml.etree import ElementTree

import joblib
from _musicxml_rewrites import REWRITES, load, rewritten
from _report import Report, make_parser
from _studies import add_study_options, commits, kept

from skemovae import from_music21, read_music

STEPS = 10_080  # of a quarter note
SUFFIXES = (".mxl", ".xml", ".musicxml")


def notes_of(music):
    """Return the notes of each track as sorted [onset, pitch, length]."""
    steps = STEPS / music.resolution
    return [
        sorted([round(steps * n.time), int(n.pitch), round(steps * n.duration)] for n in t.notes) for t in music.tracks
    ]


def read_skemovae(path):
    """Return the notes of each part by this package."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return notes_of(read_music(path))


def read_music21(path):
    """Return the notes of each part by music21, its repeats expanded; the staves of one part are one part."""
    from music21 import converter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        score = converter.parse(path, format="musicxml", forceSource=True, storePickle=False)
        parts = [str(part.id).partition("-Staff")[0] for part in score.parts]
        notes = notes_of(from_music21(score.expandRepeats()))
    return [joined(staves) for staves in _grouped(notes, parts).values()]


def _grouped(values, names):
    groups = {}
    for value, name in zip(values, names, strict=True):
        groups.setdefault(name, []).append(value)
    return groups


def joined(parts):
    """Return the notes of several parts as if they were one part."""
    return sorted(itertools.chain.from_iterable(parts))


def attempt(read, path):
    """Return {"notes" or "error", "seconds"} of one reading."""
    start = time.process_time()
    try:
        result = {"notes": read(path)}
    except Exception as error:  # of any type: music21 has many
        result = {"error": f"{type(error).__name__}: {error}".replace(str(path), path.name)[:200]}
    return result | {"seconds": time.process_time() - start}


class Readings:
    """The readings of one file by both readers without some constructs; music21's are kept."""

    def __init__(self, path, work):
        self.path, self.root = path, load(path)
        self.work = work / "compare_musicxml_readers" / path.parent.name / path.name

    def read(self, names=()):
        """Return the readings of both."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "score.musicxml")
            path.write_bytes(ElementTree.tostring(rewritten(self.root, names)))
            kept_at = self.work / f"{'-'.join(names) or 'whole'}.json".replace(" ", "_")
            return attempt(read_skemovae, path), kept(kept_at, lambda: attempt(read_music21, path))

    def difference(self, names=()):
        """Return a text that says how the two differ, or None."""
        readings = dict(zip(("skemovae", "music21"), self.read(names), strict=True))
        errors = [f"{who}: {reading['error']}" for who, reading in readings.items() if "error" in reading]
        if errors:
            return "; ".join(errors)
        own, other = ([part for part in reading["notes"] if part] for reading in readings.values())
        if len(own) != len(other):  # one part for each instrument, or for all
            own, other = [joined(own)], [joined(other)]
        for number, notes in enumerate(zip(own, other, strict=True), start=1):
            ours, theirs = (collections.Counter(map(tuple, part)) for part in notes)
            if ours != theirs:
                only, they = ours - theirs, theirs - ours
                first = min([*only, *they])[0] / STEPS
                return (
                    f"part {number}: {only.total()} notes only skemovae, {they.total()} only music21, "
                    f"from quarter {first:g}"
                )
        return None

    def has(self, name, names=()):
        """Return whether a construct remains when some others are removed."""
        whole, without = (ElementTree.tostring(rewritten(self.root, each)) for each in (names, (*names, name)))
        return whole != without

    def causes(self, names=()):
        """Return constructs without which the readers agree, as few as keeping one after another finds, or None."""
        possible = [name for name in REWRITES if name not in names and self.has(name, names)]
        for name in possible:
            if self.difference((*names, name)) is None:
                return (name,)
        if self.difference((*names, *possible)) is not None:
            return None
        needed = possible
        for name in reversed(possible):  # the rare ones first
            fewer = [other for other in needed if other != name]
            if self.difference((*names, *fewer)) is None:
                needed = fewer
        return tuple(needed)


def compare(path, work):
    """Return a row for each way of reading a file, and the seconds that each reader took."""
    from music21 import common

    readings = Readings(path, work)
    name = path.relative_to(common.getCorpusFilePath()).as_posix()
    plain = ("repeats",) if readings.has("repeats") else ()
    what = readings.difference(plain)
    causes = (readings.causes(plain) or ("others",)) if what else ()
    rows = [row_of("left out", name, causes, what)]
    if plain:
        what = readings.difference()
        if not what:
            causes = ()
        elif not causes or causes == ("others",) or readings.difference(causes) is not None:
            causes = ("repeats", *causes)
    rows.append(row_of("played", name, causes, what))
    return rows, [reading["seconds"] for reading in readings.read()]


def row_of(repeats, name, causes, what):
    """Return one row of the report."""
    return {"repeats": repeats, "file": name, "cause": " and ".join(causes) or "the same", "what": what}


def main():
    """Compare and report."""
    parser = make_parser(__doc__, "python benchmarks/compare_musicxml_readers.py --most-bytes 5000")
    add_study_options(parser, data=False)
    parser.add_argument("--most-bytes", type=int, default=10**9, help="only files up to this size (%(default)s)")
    options = parser.parse_args()
    report = Report("compare_musicxml_readers", "Do two readers of MusicXML give the same notes?", options)
    from music21 import corpus

    paths = [path for path in corpus.getCorePaths() if path.suffix in SUFFIXES]
    paths = sorted((path for path in paths if path.stat().st_size <= options.most_bytes), key=file_size)
    results = joblib.Parallel(options.jobs)(joblib.delayed(compare)(path, options.work) for path in paths)
    rows = [row for file_rows, _ in results for row in file_rows]
    counts = collections.Counter((row["repeats"], row["cause"]) for row in rows)
    report.add(
        "The notes of music21 beside those of skemovae, and the constructs without which the two agree",
        [{"repeats": way, "cause": cause, "files": n} for (way, cause), n in sorted(counts.items(), key=most_first)],
    )
    seconds = [sum(times) for times in zip(*(times for _, times in results), strict=True)]
    report.add(
        f"Time of {len(paths)} files, music21's with its repeats expanded",
        [
            {"reader": name, "seconds": spent, "times skemovae": spent / seconds[0]}
            for name, spent in zip(("skemovae", "music21"), seconds, strict=True)
        ],
    )
    report.add("Every difference", [row for row in rows if row["what"]] or [{"file": "none"}])
    folders = {path.parent for path in (options.work / "compare_musicxml_readers").glob("*/*/*.json")}
    report.write(parts_made_at=sorted({commit for folder in folders for commit in commits(folder)}))


def file_size(path):
    """Return the size of a file, as the key by which small ones come first."""
    return path.stat().st_size


def most_first(item):
    """Return the key by which causes are sorted."""
    (way, _), count = item
    return way, -count


if __name__ == "__main__":
    main()
