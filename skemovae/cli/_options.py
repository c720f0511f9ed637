"""The parser, and the options that several commands share."""

import argparse
import re
import sys
from pathlib import Path

from .._printable import printable
from ._values import emotion, intensity, natural, point, positive, temperature, tempo

DEFAULT_DATA = "bach"
FORMATS = ("mid", "musicxml", "wav", "svg")


def program():
    """Return how the user has called the program: as the console command, or as a module of Python."""
    return "skemovae" if Path(sys.argv[0]).stem == "skemovae" else "python -m skemovae"


class Parser(argparse.ArgumentParser):
    """An argument parser that keeps the line breaks of its texts and reports an error in one line."""

    def __init__(self, **arguments):
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **arguments)

    def error(self, message):
        """Exit with a one-line message instead of printing the usage and the error."""
        self.exit(2, printable(f"{self.prog.removeprefix('python -m ')}: {message} (see {self.prog} --help)") + "\n")


def add_command(add_parser, name, run, text, *examples):
    """Add a command and return its parser."""
    title = "examples" if len(examples) > 1 else "example"
    command = add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=f"{title}:\n" + "\n".join(f"  {program()} {name} {example}" for example in examples),
    )
    command.add_argument(
        "--json", action="store_true", help="print the result as one JSON object, everything else to standard error"
    )
    command.set_defaults(run=run)
    return command


def add_model(parser, otherwise=None):
    """Add the model file; `otherwise` names the default, if there is one."""
    text = "file written by compose, train or save_model; it may contain a pipeline"
    if otherwise is None:
        parser.add_argument("model", type=Path, help=text)
    else:
        parser.add_argument("model", type=Path, nargs="?", help=f"{text} (default: {otherwise})")


def add_data(parser):
    """Add the option that chooses the data set."""
    parser.add_argument(
        "--data",
        default=DEFAULT_DATA,
        metavar="bach|musgenvae|FOLDER",
        help="bach: chorales that music21 ships, labeled by rule (default); musgenvae: the published human-labeled "
        "melodies (a download, CC BY-NC); or a folder with subfolders named by emotion (happy, angry, sad, relaxed)",
    )
    parser.add_argument("--keep-key", action="store_true", help="do not transpose the scores of the folder to C")


def add_training(parser):
    """Add the data set and the settings for training."""
    add_data(parser)
    parser.add_argument(
        "--epochs", type=positive, default=None, help="training epochs (default: 12, or 400 for a new network)"
    )
    parser.add_argument(
        "--units",
        type=positive,
        default=None,
        help="train a new network with this many units from scratch (default: fine-tune the included generator)",
    )
    parser.add_argument("--seed", type=natural, default=0, help="the same seed gives the same melodies (default: 0)")


def add_melodies(parser, default_folder):
    """Add the options for melodies of emotions: where they are written, how many, how, and in which format."""
    add_folder(parser, default_folder)
    parser.add_argument(
        "--per-emotion", type=positive, default=5, metavar="N", help="melodies per emotion (default: 5)"
    )
    add_temperature(parser)
    add_format(parser, FORMATS[0])


def add_folder(parser, default):
    """Add the folder to write into."""
    parser.add_argument(
        "--out", type=Path, default=Path(default), metavar="FOLDER", help=f"folder to write into (default: {default})"
    )


def add_music_file(parser, default):
    """Add the music file to write, and its format."""
    parser.add_argument("--out", type=Path, default=None, metavar="FILE", help=f"file to write (default: {default})")
    add_format(parser, None)
    parser.add_argument("--force", action="store_true", help="replace an existing file")


def add_format(parser, default):
    """Add the format in which music is written; with a default of None, the name of the file decides."""
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default=default,
        help="mid: MIDI (default); musicxml: notes for a notation program such as MuseScore; wav: sound; svg: a "
        "picture of the notes, which needs Verovio",
    )


def add_tempo(parser, default):
    """Add the tempo of the music that is written."""
    parser.add_argument(
        "--tempo", type=tempo, default=None, metavar="QPM", help=f"quarter notes per minute (default: {default})"
    )


def add_emotion(parser):
    """Add the emotion or the point, one of which is required."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--emotion", type=emotion, help="happy, angry, sad or relaxed, or Q1 to Q4")
    add_point(which)


def add_point(parser):
    """Add a point of the plane."""
    parser.add_argument(
        "--at",
        type=point,
        default=None,
        metavar="V,A",
        help="a point of the plane instead of an emotion: valence,arousal, such as -1,0.5",
    )


def add_intensity(parser):
    """Add the strength of an emotion."""
    parser.add_argument(
        "--intensity",
        type=intensity,
        default=1.0,
        metavar="X",
        help="strength of the emotion: above 1 is stronger, below 1 is weaker (default: 1)",
    )


def add_seed(parser, what):
    """Add a seed, which is drawn at random by default."""
    parser.add_argument(
        "--seed",
        type=natural,
        default=None,
        metavar="N",
        help=f"the same seed gives the same {what} (default: random, and printed)",
    )


def seed_of(options):
    """Return the seed, drawn at random unless it was given."""
    if options.seed is not None:
        return options.seed
    import secrets  # loading it takes as long as defining all options

    return secrets.randbelow(2**31)


def joined_points(arguments):
    """Return arguments with ``--at -1,0.5`` as ``--at=-1,0.5``: argparse takes "-1,0.5" for an option."""
    joined = []
    for argument in arguments:
        if joined and joined[-1] in ("--at", "--curve") and re.match(r"-[\d.]", argument):
            argument = f"{joined.pop()}={argument}"
        joined.append(argument)
    return joined


def add_temperature(parser):
    """Add how freely notes are drawn."""
    # The likeliest notes alone make melodies of a few pitches. Near 0.95, melodies are hardest to tell from real ones
    # and keep their emotion (benchmarks/results/fine_tune.md).
    parser.add_argument(
        "--temperature",
        type=temperature,
        default=0.95,
        metavar="T",
        help="how freely notes are sampled; 0 takes the likeliest (default: 0.95)",
    )
