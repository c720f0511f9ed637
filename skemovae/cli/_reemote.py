"""reemote: change the emotion of a tune."""

from pathlib import Path

from ..emotion import as_emotion
from ._estimators import uncollected
from ._options import add_command, add_emotion, add_music_file, add_tempo
from ._output import check_input, music_file, write_score
from ._terminal import say
from ._values import share, word_at

SPEEDS = {1: "as they were", 2: "twice as long", 0.5: "half as long"}


def add_to(add_parser, name):
    """Add the command to the command line."""
    parser = add_command(
        add_parser,
        name,
        run,
        "change the emotion of a tune and keep the tune",
        "tune.mid --emotion sad",
        "tune.musicxml --emotion sad --amount 0.7 --out half_sad.musicxml",
        "tune.mid --at=-0.5,1 --accompaniment drop --format svg",
    )
    parser.add_argument("file", type=Path, help="MIDI or MusicXML file of any length, key and number of voices")
    add_emotion(parser)
    parser.add_argument(
        "--amount", type=share, default=1.0, metavar="X", help="how far to move, from 0 to 1 (default: 1)"
    )
    parser.add_argument(
        "--accompaniment",
        choices=("keep", "drop"),
        default="keep",
        help="what to do with the other voices: keep changes them by plain rules (default), drop leaves them out",
    )
    parser.add_argument(
        "--unsupported",
        choices=("rule", "keep", "error"),
        default="rule",
        help="what to do with bars that the model cannot represent, such as those with triplets: rule changes them by "
        "plain rules (default), keep leaves them unchanged, error rejects the tune",
    )
    add_tempo(parser, "that of the tune")
    add_music_file(parser, "the name of the tune and the emotion, such as tune-sad.mid")


def run(options):
    """Change the tune; return what was done."""
    check_input(options.file)
    path = music_file(options, f"{options.file.stem}-{options.emotion or word_at(options.at)}")
    with uncollected():
        from ..composition import reemote
    changed = reemote(
        options.file,
        emotion=options.emotion,
        at=options.at,
        amount=options.amount,
        accompaniment=options.accompaniment,
        unsupported=options.unsupported,
    )
    write_score(changed.music, path, options.tempo)
    report = changed.report
    windows = [_window(report, i) for i in range(len(report.bar))]
    held = [window for window in windows if window["represented"]]
    kept = {f"{what}_kept": _mean([window[f"{what}_kept"] for window in held]) for what in ("notes", "onsets")}
    say(f"key:         {report.key_before}, then {report.key_after}")
    say(f"notes last:  {SPEEDS[report.time_scale]} (time scale {report.time_scale:g})")
    if held:
        say(f"emotion:     {_words(held, 'emotion_before')}, then {_words(held, 'emotion_after')}")
        say("kept:        {notes_kept:.0%} of notes (up to the mode), {onsets_kept:.0%} of onsets".format(**kept))
    say(*(f"note:        {message}" for message in report.messages))
    say(f"wrote {path}")
    facts = {name: report[name] for name in ("key_before", "key_after", "time_scale", "messages")}
    return {"file": str(path)} | facts | kept | {"windows": windows}


def _window(report, i):
    """Return what the JSON output says about a window."""
    represented = bool(report.represented[i])
    facts = {
        "bar": int(report.bar[i]),
        "represented": represented,
        "reason": report.reason[i],
        "changed_by": report.changed_by[i],
    }
    for name in ("emotion_before", "emotion_after"):
        facts[name] = as_emotion(report[name][i]).adjective if represented else None
    for name in ("notes_kept", "onsets_kept"):
        facts[name] = float(report[name][i]) if represented else None
    return facts


def _mean(values):
    return sum(values) / len(values) if values else None


def _words(windows, name):
    """Return the emotions of windows, the most frequent first: "sad", or "sad (7 of 8 windows), relaxed (1)"."""
    words = [window[name] for window in windows]
    counts = sorted({word: words.count(word) for word in words}.items(), key=lambda item: -item[1])
    (first, count), *others = counts
    if not others:
        return first
    return ", ".join([f"{first} ({count} of {len(words)} windows)", *(f"{word} ({n})" for word, n in others)])
