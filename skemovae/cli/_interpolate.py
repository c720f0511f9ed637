"""interpolate: write melodies between two tunes."""

from pathlib import Path

from ._estimators import uncollected
from ._options import FORMATS, add_command, add_folder, add_format, add_tempo
from ._output import check_folder, check_format, check_input, describe_melodies, write_melodies
from ._terminal import say
from ._values import positive


def add_to(add_parser, name):
    """Add the command to the command line."""
    parser = add_command(
        add_parser,
        name,
        run,
        "write melodies between two tunes, at equal distances, in the key of the first",
        "first.mid second.mid",
        "first.mid second.mid --steps 9 --format musicxml --out between",
    )
    for place in ("first", "second"):
        parser.add_argument(place, type=Path, help="MIDI or MusicXML file")
    parser.add_argument(
        "--steps", type=positive, default=5, metavar="N", help="number of melodies, including both ends (default: 5)"
    )
    add_folder(parser, "between")
    add_format(parser, FORMATS[0])
    add_tempo(parser, "that of the first tune")
    parser.add_argument(
        "--force",
        action="store_true",
        help="write into a folder that is not empty: files with names such as step-3.mid are replaced, other files are "
        "kept",
    )


def run(options):
    """Interpolate; return the files."""
    check_folder(options.out, options.force)
    check_format(options.format)
    for path in (options.first, options.second):
        check_input(path)
    with uncollected():
        from ..composition import interpolate
    melodies = {"step": interpolate(options.first, options.second, options.steps)}
    options.out.mkdir(parents=True, exist_ok=True)
    written = write_melodies(options.out, melodies, options.format, options.tempo)
    say(f"wrote {describe_melodies(written)[0]} to {options.out}/")
    return {"first": str(options.first), "second": str(options.second), "files": written["step"]}
