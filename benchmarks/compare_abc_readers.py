"""Compare readers of ABC: this package's, music21's, and symusic's, which runs abcMIDI.

All three read tunes of music21's corpus, drawn at random. The script compares the notes that are played (onsets in
48ths of a quarter note, pitches) and says which construct causes each difference: the one without which the two readers
agree, or, if no single one is enough, the fewest together. symusic is compared if it is installed.
"""

import collections
import itertools
import tempfile
import warnings
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from _abc_rewrites import REWRITES
from _report import Report, make_parser, seconds

from skemovae.io import ScoreReadError, parse_abc, read_tune_book

FOLDERS = ("airdsAirs", "oneills1850", "ryansMammoth", "miscFolk", "nottingham-dataset")
STEPS = 48  # of a quarter note


def read_skemovae(text):
    """Return (onset, pitch) of each note by this package."""
    music = parse_abc(text)
    return [(round(STEPS * note.time / music.resolution), note.pitch) for note in music.tracks[0].notes]


def read_music21(text):
    """Return (onset, pitch) of each note by music21, its repeats expanded."""
    from music21 import converter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        score = converter.parse(text, format="abc", forceSource=True, storePickle=False)
        part = score.parts[0].expandRepeats().stripTies()
    notes = [note for note in part.flatten().notes if not note.duration.isGrace and hasattr(note, "pitch")]
    return [(round(STEPS * note.getOffsetInHierarchy(part)), note.pitch.midi) for note in notes]


def read_symusic(text):
    """Return (onset, pitch) of each note by symusic; its other tracks are chord names."""
    from symusic import Score

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tune.abc")
        path.write_text(text, encoding="utf-8")
        score = Score(path, fmt="abc")
    # abc2midi begins every note one tick late
    return [(round(STEPS * (n.time - 1) / score.ticks_per_quarter), int(n.pitch)) for n in score.tracks[0].notes]


def draw_tunes(n_tunes):
    """Return {name: text} of tunes drawn at random."""
    from music21 import common

    texts = {}
    for folder in FOLDERS:
        for path in sorted(Path(common.getCorpusFilePath(), folder).glob("*.abc")):
            for number, text in enumerate(read_tune_book(path), start=1):
                texts[f"{folder}/{path.name}#{number}"] = text
    drawn = np.random.default_rng(0).permutation(sorted(texts))[:n_tunes]
    return {str(name): texts[str(name)] for name in drawn}


def attempt(read, text):
    """Return the notes, or the name of the error."""
    try:
        return read(text)
    except Exception as error:  # of any type: music21 has many
        return type(error).__name__


def cause_of(read, text, most=3):
    """Return the smallest set of constructs without which a reader agrees with this package's."""
    possible = [name for name, rewrite in REWRITES.items() if rewrite(text) != text]
    for n_constructs in range(1, most + 1):
        for names in itertools.combinations(possible, n_constructs):
            changed = text
            for name in names:
                changed = REWRITES[name](changed)
            own = attempt(read_skemovae, changed)
            if isinstance(own, list) and own == attempt(read, changed):
                return " and ".join(names)
    return "others"


def compare(name, read, texts, own):
    """Return rows that say how often a reader agrees and why not, and one row per tune."""
    counts, tunes = collections.Counter(), []
    for tune, text in texts.items():
        notes = attempt(read, text)
        if isinstance(own[tune], str):
            verdict = "refused by skemovae" + (", and by it" if isinstance(notes, str) else "")
        elif notes == own[tune]:
            verdict = "the same"
        else:
            verdict = f"cause: {cause_of(read, text)}" + (f" ({notes})" if isinstance(notes, str) else "")
        counts[verdict] += 1
        if verdict != "the same":
            tunes.append({"reader": name, "tune": tune, "what": verdict})
    return [{"reader": name, "what": what, "tunes": count} for what, count in counts.most_common()], tunes


def main():
    """Compare and report."""
    parser = make_parser(__doc__, "python benchmarks/compare_abc_readers.py --tunes 20")
    parser.add_argument("--tunes", type=int, default=200, help="drawn at random (%(default)s)")
    options = parser.parse_args()
    report = Report("compare_abc_readers", "Which reader of ABC?", options)
    texts = draw_tunes(options.tunes)
    readers = {"skemovae": read_skemovae, "music21": read_music21}
    if find_spec("symusic"):
        readers["symusic"] = read_symusic
    own = {tune: attempt(read_skemovae, text) for tune, text in texts.items()}
    times, rows, tunes = [], [], []
    for name, read in readers.items():
        attempt(read, next(iter(texts.values())))  # its imports do not count as reading
        spent = seconds(lambda read=read: [attempt(read, text) for text in texts.values()])
        times.append({"reader": name, "ms a tune": 1000 * spent / len(texts)})
        if name != "skemovae":
            found, of_tunes = compare(name, read, texts, own)
            rows, tunes = rows + found, tunes + of_tunes
    report.add(f"Time of {len(texts)} tunes", times)
    report.add("The notes beside those of skemovae, and the constructs without which the readers agree", rows)
    refused = collections.Counter()
    for text in texts.values():
        try:
            parse_abc(text)
        except ScoreReadError as error:
            refused[str(error.__cause__)] += 1
    report.add("What skemovae refuses", [{"reason": reason, "tunes": count} for reason, count in refused.items()])
    report.add("Every tune that differs", tunes)
    report.write()


if __name__ == "__main__":
    main()
