"""sample: write new melodies from a saved model."""

import secrets

from .._pipelines import encoder_of, fitted_model
from ._estimators import label_of, load_estimator, trained_labels
from ._options import add_melodies, add_model, add_verb, natural
from ._output import check_folder, make_folder, write_melodies
from ._terminal import say


def add_to(add_parser, name):
    """Add the verb to the command line."""
    parser = add_verb(
        add_parser,
        name,
        run,
        "write new melodies from a saved model",
        "melodies/model.safetensors --out samples",
        "melodies/model.safetensors --emotion sad --per-emotion 10 --format musicxml --out sad",
    )
    add_model(parser)
    parser.add_argument(
        "--emotion",
        default=None,
        help="happy, angry, sad or relaxed, or Q1 to Q4 (default: all that it was trained on)",
    )
    add_melodies(parser, "samples")
    parser.add_argument(
        "--seed",
        type=natural,
        default=None,
        metavar="N",
        help="the same seed gives the same melodies (default: drawn, and shown)",
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help="write into a folder that is not empty: its melodies of the same emotion (with names such as "
        "sadness-3.mid) are replaced, other files are not touched",
    )


def run(options):
    """Sample; return the files with their emotions, and the seed."""
    check_folder(options.out, options.force)
    estimator = load_estimator(options.model)
    model = fitted_model(estimator)
    labels = trained_labels(model) if options.emotion is None else [label_of(options.emotion, model)]
    seed = secrets.randbelow(2**31) if options.seed is None else options.seed
    rows = {
        label: model.sample(options.per_emotion, emotion=label, temperature=options.temperature, random_state=seed)[0]
        for label in labels
    }
    make_folder(options.out)
    written = write_melodies(options.out, rows, encoder_of(estimator), options.format)
    what = f"{len(written)} melod{'y' if len(written) == 1 else 'ies'} ({', '.join(map(str, labels))})"
    say(f"wrote {what} to {options.out}/ (the same again: --seed {seed})")
    return {"model": str(options.model), "seed": seed, "temperature": options.temperature, "melodies": written}
