"""The parser, and the options that several verbs share."""

import argparse
import math
from difflib import get_close_matches
from pathlib import Path

from .._printable import printable

FORMATS = ("mid", "musicxml")


class Parser(argparse.ArgumentParser):
    """An argument parser that keeps the lines of its texts and says in one line what is wrong."""

    def __init__(self, **arguments):
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **arguments)

    def error(self, message):
        """Exit with one line instead of the usage and the error."""
        self.exit(2, printable(f"{self.prog.removeprefix('python -m ')}: {message} (see {self.prog} --help)") + "\n")


def did_you_mean(text, known, expected):
    """Return "did you mean ...?" with the nearest of the known texts, or "expected ..." where none is near."""
    near = get_close_matches(text.lower(), list(known), n=1)
    return f"did you mean {near[0]}?" if near else f"expected {expected}"


def add_verb(add_parser, name, run, text, *examples):
    """Add a verb and return its parser."""
    title = "examples" if len(examples) > 1 else "example"
    verb = add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=f"{title}:\n" + "\n".join(f"  python -m skemovae {name} {example}" for example in examples),
    )
    verb.add_argument(
        "--json", action="store_true", help="print the result as one JSON object, and all else on standard error"
    )
    verb.set_defaults(run=run)
    return verb


def add_model(parser):
    """Add the file of a model."""
    parser.add_argument("model", type=Path, help="file that compose, train or save_model wrote; also of a pipeline")


def add_data(parser):
    """Add which data set."""
    parser.add_argument(
        "--data",
        default="bach",
        metavar="bach|musgenvae|FOLDER",
        help="bach: chorales that music21 ships, labelled by rule (default); musgenvae: the published human-labelled "
        "melodies (download, CC BY-NC); or a folder with sub-folders named by emotion (happy, angry, sad, relaxed)",
    )
    parser.add_argument("--keep-key", action="store_true", help="do not transpose the scores of a folder to C")


def add_training(parser):
    """Add the data set and the settings of a training."""
    add_data(parser)
    parser.add_argument(
        "--epochs", type=positive, default=None, help="rounds of training (default: 8; of a new network 400)"
    )
    parser.add_argument(
        "--units",
        type=positive,
        default=None,
        help="train a new network of so many units from nothing (default: go on with the generator that comes with "
        "the package)",
    )
    parser.add_argument("--seed", type=natural, default=0, help="the same seed gives the same melodies (default: 0)")


def add_melodies(parser, default_folder):
    """Add where melodies are written, how many, how and in which format."""
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(default_folder),
        metavar="FOLDER",
        help=f"folder to make (default: {default_folder})",
    )
    parser.add_argument("--per-emotion", type=positive, default=5, metavar="N", help="melodies an emotion (default: 5)")
    add_temperature(parser)
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default=FORMATS[0],
        help="mid: MIDI, to play (default); musicxml: notes, to open in a notation program such as MuseScore",
    )


def add_temperature(parser):
    """Add how freely notes are drawn."""
    # The likeliest note at every step makes melodies that keep to a few pitches; near 0.95 they are hardest to tell
    # from real ones and the emotion stays (benchmarks/results/fine_tune.md).
    parser.add_argument(
        "--temperature",
        type=temperature,
        default=0.95,
        metavar="T",
        help="freedom of each note; 0 takes the likeliest (default: 0.95)",
    )


def positive(text):
    """Return a positive integer."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text}: expected a positive integer")
    return int(text)


def natural(text):
    """Return an integer, 0 or above."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text}: expected an integer, 0 or above")
    return int(text)


def temperature(text):
    """Return a finite number, 0 or above."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text}: expected a number, 0 or above")
    return value
