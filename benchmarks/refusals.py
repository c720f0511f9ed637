"""Which real files are refused, and why? A table over all MIDI and MusicXML files in some folders.

Each subfolder of a folder is a source, named in the report, such as an unpacked package with its version. Files of
equal content count once. Every file is read by :func:`skemovae.read_music`. Of MIDI files, the notes are compared with
those that MusPy's reader finds, which uses mido.
"""

import hashlib
import re
import warnings
from collections import Counter
from pathlib import Path

import muspy
from _report import Report, make_parser

from skemovae import ScoreReadError, read_music
from skemovae.io._suffixes import MIDI_SUFFIXES, READABLE_SUFFIXES


def main():
    """Read all files and write the report."""
    parser = make_parser(__doc__, "python benchmarks/refusals.py ../packages --out /tmp/results")
    parser.add_argument("folders", nargs="+", type=Path, help="folders, each subfolder of which is a source")
    arguments = parser.parse_args()
    report = Report("refusals", "Which real files are refused, and why?", arguments)
    found = distinct_files(arguments.folders)
    results = [examine(source, name, path) for source, name, path in found]
    report.add("Sources", source_rows(results))
    for kind in ("MIDI", "MusicXML"):
        of_kind = [result for result in results if result["kind"] == kind]
        if of_kind:
            report.add(f"Outcomes: {kind}", counted(of_kind, "outcome"))
    report.add("MIDI files beside MusPy's reader", counted([r for r in results if r["kind"] == "MIDI"], "beside MusPy"))
    refused = [result for result in results if result["reason"]]
    if refused:
        report.add("Refused files", [{"file": f"{r['source']}/{r['name']}", "why": r["reason"]} for r in refused])
    report.write(not_simply_read=[result for result in results if result["outcome"] != "read"])


def distinct_files(folders):
    """Return (source, name in it, path) of the files that can be scores, one of each content."""
    found = {}
    for folder in folders:
        for source in sorted(path for path in folder.iterdir() if path.is_dir()):
            for path in sorted(source.rglob("*")):
                if path.suffix.lower() in READABLE_SUFFIXES and path.is_file():
                    digest = hashlib.sha256(path.read_bytes()).digest()
                    found.setdefault(digest, (source.name, str(path.relative_to(source)), path))
    return list(found.values())


def examine(source, name, path):
    """Return what came of one file."""
    is_midi = path.suffix.lower() in MIDI_SUFFIXES
    result = {"source": source, "name": name, "kind": "MIDI" if is_midi else "MusicXML", "reason": None}
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            music = read_music(path)
    except ScoreReadError as error:
        result["reason"] = str(error).partition(" as ")[2].partition(": ")[2].replace(str(path), path.name)[:200]
        result["outcome"] = f"refused: {kind_of(result['reason'])}"
        music = None
    else:
        parts = {kind_of(part) for w in caught for part in str(w.message).removeprefix(f"{path}: ").split("; ")}
        result["outcome"] = f"read, with a warning: {'; '.join(sorted(parts))}" if parts else "read"
    if is_midi:
        result["beside MusPy"] = compare(music, path)
    return result


def kind_of(message):
    """Return a message without what is different from file to file."""
    message = re.sub(r"\[[^\]]*\]|'[^']*'", "...", message)
    return re.sub(r"0x[0-9a-f]+|\d[\d,.]*", "N", message).partition("(")[0].strip()[:100]


def compare(music, path):
    """Return whether MusPy's reader finds the notes of a score."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            other = muspy.read_midi(path)
    except Exception as error:  # of any type: mido and MusPy have many
        return f"{'neither reads it' if music is None else 'only skemovae reads it'} ({type(error).__name__} in MusPy)"
    if music is None:
        return "only MusPy reads it"
    return "the same notes" if notes_of(music) == notes_of(other) else "other notes"


def notes_of(music):
    """Return how often each note is in a score: onset and length in quarter notes, pitch, velocity."""
    steps = music.resolution
    return Counter(
        (note.time / steps, note.pitch, note.duration / steps, note.velocity)
        for track in music.tracks
        for note in track.notes
    )


def counted(results, column):
    """Return how many files have each value of a column, the most frequent first."""
    return [{column: value, "files": n} for value, n in Counter(r[column] for r in results).most_common()]


def source_rows(results):
    """Return how many files of each kind each source has."""
    count = Counter((result["source"], result["kind"]) for result in results)
    sources = sorted({result["source"] for result in results})
    rows = [{"source": s, "MIDI": count[s, "MIDI"], "MusicXML": count[s, "MusicXML"]} for s in sources]
    return [*rows, {"source": "all", **{kind: sum(row[kind] for row in rows) for kind in ("MIDI", "MusicXML")}}]


if __name__ == "__main__":
    main()
