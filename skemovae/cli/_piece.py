"""piece: compose a piece whose emotion changes and whose themes return."""

import re
from argparse import ArgumentTypeError

from ._estimators import uncollected
from ._options import add_command, add_music_file, add_seed, add_temperature, add_tempo, seed_of
from ._output import music_file, write_score
from ._terminal import aligned, say
from ._values import emotion, point, positive

PHRASE = 4  # bars


def add_to(add_parser, name):
    """Add the command to the command line."""
    parser = add_command(
        add_parser,
        name,
        run,
        "compose a piece whose emotion changes and whose themes return",
        "--curve sad:0,happy:32 --form AABA --phrases 8",
        '--curve relaxed --form "AA\'BA" --format musicxml',
        "--curve happy:0,happy:8,-0.5,-1:16 --form ABCDE",
    )
    parser.add_argument(
        "--curve",
        type=_curve,
        required=True,
        metavar="EMOTION:BAR,...",
        help="one emotion, or several, each with the bar, counted from 0, at which it is reached; a point is written "
        "as -1,0.5:8",
    )
    parser.add_argument(
        "--form",
        type=_form,
        default="AABA",
        help="a capital letter for each phrase of four bars, with ' for a variation (default: AABA)",
    )
    length = parser.add_mutually_exclusive_group()
    length.add_argument(
        "--phrases", type=positive, default=None, metavar="N", help="repeat or cut the form to this many phrases"
    )
    length.add_argument(
        "--bars", type=_bars, default=None, metavar="N", help="the same in bars, four per phrase, such as 32"
    )
    add_temperature(parser)
    add_tempo(parser, "120")
    add_seed(parser, "piece")
    add_music_file(parser, "piece.mid")


def run(options):
    """Compose; return the phrases, and the seed."""
    path = music_file(options, "piece")
    with uncollected():
        from ..composition import compose_piece
    seed = seed_of(options)
    piece = compose_piece(
        options.curve,
        options.form,
        options.bars // PHRASE if options.bars else options.phrases,
        temperature=options.temperature,
        random_state=seed,
    )
    write_score(piece.music, path, options.tempo)
    phrases = [
        {"bar": bar, "theme": theme, "asked": asked, "read": read}
        for bar, theme, asked, read in zip(
            piece.bars.tolist(), piece.form, piece.asked.tolist(), piece.read.tolist(), strict=True
        )
    ]
    rows = [
        [str(p["bar"]), p["theme"], *(f"{value:.1f}" for name in ("asked", "read") for value in p[name])]
        for p in phrases
    ]
    say(*aligned([["bar", "theme", "valence", "arousal", "read: valence", "arousal"], *rows]))
    say(f"wrote {piece.music.metadata.title}: {path} (repeat with --seed {seed})")
    return {"file": str(path), "title": piece.music.metadata.title, "seed": seed, "phrases": phrases}


def _curve(text):
    """Return the curve in a form that compose_piece takes: an emotion or a point, or a dict of them by bar."""
    if ":" not in text:
        return _emotion_or_point(text)
    parts = re.findall(r"([^:]*):([^,:]*)(?:,|$)", text)
    if ",".join(map(":".join, parts)) != text:
        raise ArgumentTypeError(f"{text}: expected a bar after each emotion, such as sad:0,happy:32")
    keyframes = {}
    for where, bar in parts:
        if not re.fullmatch(r"\d+(\.\d+)?", bar):
            raise ArgumentTypeError(f"{where}:{bar}: expected a bar from 0 on, such as sad:0,happy:32")
        if float(bar) in keyframes:
            raise ArgumentTypeError(f"{text}: expected each bar once")
        keyframes[float(bar)] = _emotion_or_point(where)
    return keyframes


def _emotion_or_point(text):
    return point(text) if "," in text else emotion(text)


def _form(text):
    if not re.fullmatch("([A-Z]'*)+", text):
        raise ArgumentTypeError(f"{text}: expected a capital letter for each phrase, with ' for a variation: AA'BA")
    return text


def _bars(text):
    bars = positive(text)
    if bars % PHRASE:
        raise ArgumentTypeError(f"{text}: expected whole phrases of {PHRASE} bars, such as 32")
    return bars
