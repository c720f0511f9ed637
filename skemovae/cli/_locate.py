"""locate: show where a tune lies on the plane."""

from pathlib import Path

from ..emotion import as_emotion
from ._estimators import uncollected
from ._options import add_command
from ._output import check_input
from ._terminal import aligned, say


def add_to(add_parser, name):
    """Add the command to the command line."""
    parser = add_command(
        add_parser,
        name,
        run,
        "find the place of a tune on the plane and its emotion, window by window",
        "tune.mid",
        "--json tune.musicxml",
    )
    parser.add_argument("file", type=Path, help="MIDI or MusicXML file of any length, key and number of voices")


def run(options):
    """Locate the tune; return the same as a dict."""
    check_input(options.file)
    with uncollected():
        from ..composition import locate
    place = locate(options.file)
    windows = [
        {"bar": int(bar)} | _facts(emotion, point) | {"reason": reason}
        for bar, emotion, point, reason in zip(place.bar, place.emotion, place.points, place.reason, strict=True)
    ]
    whole = _facts(place.overall_emotion, place.mean_point)
    if not options.json:  # it would print the same twice
        rows = [["bar", "emotion", "valence", "arousal"]]
        rows += [[str(window["bar"]), *_cells(window)] for window in windows]
        table = aligned([*rows, ["whole", *_cells(whole)]])
        reasons = ["", *(f"  {window['reason']}" if window["reason"] else "" for window in windows), ""]
        say(*(line + reason for line, reason in zip(table, reasons, strict=True)))
        say(f"key: {place.key}")
    return {"file": str(options.file), "key": place.key, "whole": whole, "windows": windows}


def _facts(emotion, point):
    """Return the emotion and the point of a window or of the whole tune; None if there is none."""
    if emotion is None:
        return {"emotion": None, "valence": None, "arousal": None}
    valence, arousal = map(float, point[:2])
    return {"emotion": as_emotion(emotion).adjective, "valence": valence, "arousal": arousal}


def _cells(facts):
    if facts["emotion"] is None:
        return ["-", "-", "-"]
    return [facts["emotion"], f"{facts['valence']:.1f}", f"{facts['arousal']:.1f}"]
