"""generate: write new melodies of an emotion."""

from pathlib import Path

from .._pipelines import fitted_model
from ._estimators import label_of, load_estimator, trained_labels, uncollected
from ._options import add_command, add_intensity, add_melodies, add_point, add_seed, add_tempo, seed_of
from ._output import check_folder, check_format, with_emotions, write_melodies
from ._terminal import say
from ._values import emotion, word_at


def add_to(add_parser, name):
    """Add the command to the command line."""
    parser = add_command(
        add_parser,
        name,
        run,
        "write new melodies of an emotion",
        "--emotion sad",
        "--at=-1,0.5 --per-emotion 3 --format musicxml --out tense",
        "melodies/model.safetensors --emotion happy --intensity 1.3 --out happy",
    )
    parser.add_argument(
        "model",
        type=Path,
        nargs="?",
        default=None,
        help="file written by compose, train or save_model; it may contain a pipeline (default: the included "
        "generator)",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--emotion",
        default=None,
        help="happy, angry, sad or relaxed, Q1 to Q4, or one of the model's own classes (default: all that it was "
        "trained on)",
    )
    add_point(which)
    add_intensity(parser)
    add_melodies(parser, "melodies")
    add_tempo(parser, "120")
    add_seed(parser, "melodies")
    parser.add_argument(
        "--force",
        action="store_true",
        help="write into a folder that is not empty: melodies of the same emotion (with names such as sad-3.mid) are "
        "replaced, other files are kept",
    )


def run(options):
    """Generate; return the files with their emotions, and the seed."""
    check_folder(options.out, options.force)
    check_format(options.format)
    if options.at and options.intensity != 1:
        raise ValueError("--intensity with --at: expected only one of them; a point farther out is a stronger emotion")
    if options.emotion is not None and options.model is None:
        emotion(options.emotion)  # a model's own classes are not known until it is loaded
    estimator = _load(options.model)
    with uncollected():
        from ..composition import generate

    seed = seed_of(options)
    settings = {"temperature": options.temperature, "model": estimator, "random_state": seed, "verbose": True}
    if options.at:
        melodies = {word_at(options.at): generate(options.per_emotion, at=options.at, **settings)}
    else:
        model = fitted_model(estimator)
        labels = trained_labels(model) if options.emotion is None else [label_of(options.emotion, model)]
        settings["intensity"] = options.intensity
        melodies = {label: generate(options.per_emotion, emotion=label, **settings) for label in labels}
    options.out.mkdir(parents=True, exist_ok=True)
    written = write_melodies(options.out, melodies, options.format, options.tempo)
    total = sum(map(len, written.values()))
    what = f"{total} melod{'y' if total == 1 else 'ies'} ({', '.join(map(str, melodies))})"
    say(f"wrote {what} to {options.out}/ (repeat with --seed {seed})")
    return {
        "model": str(options.model or "generator"),
        "seed": seed,
        "temperature": options.temperature,
        "melodies": with_emotions(written),
    }


def _load(path):
    if path is not None:
        return load_estimator(path)
    with uncollected():
        from ..pretrained import load_pretrained
    return load_pretrained("generator")
