"""Derive ``skemovae/datasets/data/bach_chorales.csv``: which chorales the paper used and slowed, and their tunes.

The published melodies follow from music21's corpus by these rules, found by comparing the two:

- pieces that begin in 4/4 and have a note in the first 16 quarter notes, except for 20 that the author left out;
- durations are doubled if the tempo mark is below 120 quarter notes per minute, and not if it is above; without a mark
  (or at exactly 120) they are doubled in every other piece of the sorted list of such ``.mxl`` files, in which 3/4
  pieces count.

The last rule depends on the list of files, which changes when music21 adds or re-encodes one (bwv113.8 got its mark
later). So its outcome is kept as a table, and this script documents how it was made. Run it with ``--check`` to compare
the table with the installed corpus, without it to print the table.
"""

import argparse
import sys
from pathlib import Path

import muspy

from skemovae._tunes import group_by_tune, tune_incipit
from skemovae.datasets._bach import TABLE, corpus_folder
from skemovae.io import read_music

NOT_IN_PAPER = """
bwv149.7 bwv161.6 bwv171.6 bwv190.7-inst bwv248.64-6 bwv248.9-1 bwv31.9 bwv41.6 bwv69.6 bwv190.7 bwv227.7 bwv279 bwv298
bwv300 bwv314 bwv323 bwv407 bwv423 bwv430 bwv433 bwv64.2
"""
MARKED_SINCE = {"bwv113.8"}
WINDOW_QUARTERS = 16


def derive():
    """Return the rows of the table: (file, in paper, doubled, tune)."""
    paths = sorted(p for p in corpus_folder().iterdir() if p.suffix in (".mxl", ".xml"))
    unmarked, rows, incipits = 0, [], []
    for path in paths:
        music = read_music(path)
        qpm = music.tempos[0].qpm if music.tempos and path.stem not in MARKED_SINCE else None
        if qpm is None or qpm == 120:
            doubled = path.suffix == ".mxl" and unmarked % 2 == 0
            unmarked += path.suffix == ".mxl"
        else:
            doubled = qpm < 120
        if _in_scope(music):
            rows.append([path.name, int(path.stem not in NOT_IN_PAPER.split()), int(doubled)])
            incipits.append(tune_incipit(music, part="first"))
    tunes = group_by_tune(incipits, [row[0].rsplit(".", 1)[0] for row in rows])
    return [(*row, tune) for row, tune in zip(rows, tunes, strict=True)]


def _in_scope(music: muspy.Music):
    first = music.time_signatures[0]
    melody = music.tracks[0].notes
    return (first.numerator, first.denominator) == (4, 4) and melody[0].time < WINDOW_QUARTERS * music.resolution


def main():
    """Print the table, or compare it with the one in the package."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the table in the package")
    text = "file,in_paper,doubled,tune\n" + "".join(",".join(map(str, row)) + "\n" for row in derive())
    if parser.parse_args().check:
        same = text == Path(TABLE).read_text(encoding="utf-8")
        print("the table follows from this corpus" if same else "the table differs from what this corpus gives")
        sys.exit(not same)
    print(text, end="")


if __name__ == "__main__":
    main()
