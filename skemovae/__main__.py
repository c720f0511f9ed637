"""The command line: ``python -m skemovae [compose | train | sample | evaluate]``; thin, it only calls the package."""

import argparse
import json
import math
import os
import sys
import warnings
from contextlib import contextmanager
from pathlib import Path

from .emotion import EMOTIONS, as_emotion

VERBS = ("compose", "train", "sample", "evaluate")


def main(arguments=None):
    """Run the command line and return its exit code: 0, or 2 after one line that says what was wrong."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if not arguments or (arguments[0] not in VERBS and arguments[0] not in ("-h", "--help", "--version")):
        arguments.insert(0, "compose")
    options = _parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = lambda message, *_: print(f"note: {message}", file=sys.stderr)
            options.run(options)
    except (ValueError, OSError, FloatingPointError) as error:
        print(f"skemovae {options.verb}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"\nskemovae {options.verb}: stopped", file=sys.stderr)
        return 130
    return 0


def _parser():
    from . import __version__

    parser = argparse.ArgumentParser(
        prog="python -m skemovae",
        description="Melodies with a chosen emotion, from a model trained on Bach's chorales or on your own music. "
        "Without a verb it runs compose.",
        epilog="example: python -m skemovae --out melodies",
    )
    parser.add_argument("--version", action="version", version=f"skemovae {__version__}")
    verbs = parser.add_subparsers(dest="verb", required=True)

    compose = _add_verb(
        verbs,
        "compose",
        _compose,
        "train on a data set and write new melodies of all four emotions",
        "python -m skemovae compose --data bach --out melodies --per-emotion 5 --seed 7",
    )
    _add_training_options(compose)
    compose.add_argument("--out", type=Path, default=Path("melodies"), help="folder to make (default: melodies)")
    _add_per_emotion(compose)
    _add_temperature(compose)
    compose.add_argument("--force", action="store_true", help="write into a folder that is not empty")

    train = _add_verb(
        verbs,
        "train",
        _train,
        "train on a data set and save the model",
        "python -m skemovae train --data ~/my_music --model mine.safetensors",
    )
    _add_training_options(train)
    train.add_argument("--model", type=Path, required=True, metavar="FILE", help="file to write")
    train.add_argument("--force", action="store_true", help="replace an existing file")

    sample = _add_verb(
        verbs,
        "sample",
        _sample,
        "write new melodies from a saved model",
        "python -m skemovae sample melodies/model.safetensors --emotion sad --per-emotion 10 --out sad",
    )
    sample.add_argument("model", type=Path, help="file that compose or train wrote")
    sample.add_argument("--emotion", default=None, help="happy, angry, sad or relaxed, or Q1 to Q4 (default: all four)")
    _add_per_emotion(sample)
    _add_temperature(sample)
    sample.add_argument("--seed", type=_natural, default=None, help="the same seed gives the same melodies")
    sample.add_argument("--out", type=Path, default=Path("samples"), help="folder to make (default: samples)")
    sample.add_argument("--force", action="store_true", help="write into a folder that is not empty")

    evaluate = _add_verb(
        verbs,
        "evaluate",
        _evaluate,
        "say how well a saved model orders a data set on its plane",
        "python -m skemovae evaluate melodies/model.safetensors --data bach",
    )
    evaluate.add_argument("model", type=Path, help="file that compose or train wrote")
    _add_data_options(evaluate)
    _add_temperature(evaluate)
    return parser


def _add_verb(verbs, name, run, text, example):
    verb = verbs.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".", epilog=f"example: {example}")
    verb.set_defaults(run=run)
    return verb


def _add_data_options(parser):
    parser.add_argument(
        "--data",
        default="bach",
        metavar="bach|musgenvae|FOLDER",
        help="bach: chorales that music21 ships, labelled by rule (default); musgenvae: the published human-labelled "
        "melodies (download, CC BY-NC); or a folder with sub-folders named by emotion (happy, angry, sad, relaxed)",
    )
    parser.add_argument("--keep-key", action="store_true", help="do not transpose the scores of a folder to C")


def _add_per_emotion(parser):
    parser.add_argument(
        "--per-emotion", type=_positive, default=5, metavar="N", help="melodies an emotion (default: 5)"
    )


def _add_temperature(parser):
    # The likeliest note at every step makes melodies that keep to a few pitches; at 0.7 their range comes near Bach's
    # and the emotion stays (benchmarks/results/temperature.md).
    parser.add_argument(
        "--temperature",
        type=_temperature,
        default=0.7,
        help="freedom of each note; 0 takes the likeliest (default: 0.7)",
    )


def _add_training_options(parser):
    _add_data_options(parser)
    parser.add_argument("--epochs", type=_positive, default=None, help="rounds of training (default: the estimator's)")
    parser.add_argument("--units", type=_positive, default=None, help="size of the network (default: the estimator's)")
    parser.add_argument("--seed", type=_natural, default=0, help="the same seed gives the same melodies (default: 0)")


def _positive(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text}: expected a positive integer")
    return int(text)


def _natural(text):
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text}: expected an integer, 0 or above")
    return int(text)


def _temperature(text):
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text}: expected a number, 0 or above")
    return value


def _compose(options):
    from . import __version__

    tokens, labels = _load(options)
    _make_folder(options.out, options.force)  # before the training, so that it cannot be in vain
    model = _fit(tokens, labels, options)
    _save(model, options.out / "model.safetensors")  # first, so that nothing after it can cost the training
    accuracy = _print_accuracy(model, tokens, labels, "training melodies")

    emotions = [e.name for e in EMOTIONS if e.name in set(labels)]
    generated = {
        emotion: model.sample(
            options.per_emotion, emotion=emotion, temperature=options.temperature, random_state=options.seed
        )
        for emotion in emotions
    }
    _write_melodies(options.out, {emotion: rows for emotion, (rows, _) in generated.items()})
    _write_plane(options.out / "plane.png", model, tokens, labels)
    table = _write_table(options.out / "metrics.md", generated, tokens, labels)
    settings = {
        "version": __version__,
        "data": options.data,
        "keep_key": options.keep_key,
        "per_emotion": options.per_emotion,
        "seed": options.seed,
        "temperature": options.temperature,
        "epochs": model.n_iter_,
        "quadrant_accuracy": accuracy,
    }
    _write_text(
        options.out / "settings.json", json.dumps(settings | {"parameters": model.get_params()}, indent=2) + "\n"
    )

    print(f"\n{table}")
    print(f"{options.out}/")
    for emotion in emotions:
        names = _melody_names(emotion, options.per_emotion)
        print(f"  {names[0]} to {names[-1]}" if len(names) > 1 else f"  {names[0]}")
    print("  plane.png            where the training melodies lie on the valence-arousal plane")
    print("  metrics.md           the table above")
    print("  model.safetensors    the model: python -m skemovae sample", options.out / "model.safetensors")
    print("  settings.json        what it was trained with")


def _train(options):
    if options.model.exists() and not options.force:
        raise FileExistsError(f"{options.model} exists: choose another name, or replace it with --force")
    if not options.model.parent.is_dir():
        raise NotADirectoryError(f"{options.model.parent} is not a folder: make it first")
    tokens, labels = _load(options)
    model = _fit(tokens, labels, options)
    _print_accuracy(model, tokens, labels, "training melodies")
    _save(model, options.model)
    print(f"saved {options.model}")


def _load_model(path):
    """Return the model of a file."""
    with _quiet_start():
        from .persistence import load_model
    model = load_model(path)
    if hasattr(model, "steps"):
        raise ValueError(f"{path} holds a pipeline: expected a model; use it in Python, or save pipeline[-1]")
    return model


def _sample(options):
    model = _load_model(options.model)
    labels = model.classes_[model.class_count_ > 0].tolist() if options.emotion is None else [options.emotion]
    rows = {
        _name_of(label, model): model.sample(
            options.per_emotion, emotion=label, temperature=options.temperature, random_state=options.seed
        )[0]
        for label in labels
    }
    _make_folder(options.out, options.force)
    _write_melodies(options.out, rows)
    print(f"wrote {sum(map(len, rows.values()))} melodies ({', '.join(rows)}) to {options.out}/")


def _name_of(label, model):
    """Return what to call the melodies of a label: the emotion's name, or the label of classes of one's own."""
    return as_emotion(label).name if model.class_positions is None else str(label)


def _evaluate(options):
    from .metrics import format_metric_table, metric_table

    model = _load_model(options.model)
    tokens, labels = _load(options)
    _print_accuracy(model, tokens, labels, "melodies")
    sampled = {
        emotion: model.sample(100, emotion=emotion, temperature=options.temperature, random_state=0)
        for emotion in sorted(set(labels))
        if model.class_count_[EMOTIONS.index(as_emotion(emotion))]
    }
    print(f"\n{format_metric_table({'generated': _table_of(sampled), 'data': metric_table(tokens, labels)})}")


def _load(options):
    """Return tokens and labels of the data set that was asked for."""
    from .datasets import fetch_musgenvae, load_bach_chorales, load_music_folder
    from .preprocessing import Excerpt, KeyNormalizer, PitchEncoder, SopranoExtractor, TempoNormalizer

    if options.data == "bach":
        scores, labels = load_bach_chorales(return_X_y=True)
        steps = []
    elif options.data == "musgenvae":
        scores, labels = fetch_musgenvae(return_X_y=True)
        steps = [Excerpt(mismatch="keep")]
    else:
        scores, labels = load_music_folder(Path(options.data).expanduser(), return_X_y=True)
        steps = [] if options.keep_key else [KeyNormalizer()]
        steps += [TempoNormalizer(keep_speed=True), Excerpt(mismatch="keep"), SopranoExtractor()]
        print("reading: of each score the highest part, its first four bars, one note at a time, in sixteenths")
    for step in steps:
        scores = step.fit_transform(scores)
    tokens = PitchEncoder(polyphony="skyline", off_grid="round", out_of_window="clip").fit_transform(scores)
    counts = ", ".join(f"{(labels == e.name).sum()} {e.name}" for e in EMOTIONS)
    print(f"data: {len(tokens)} melodies ({counts})")
    return tokens, labels


def _fit(tokens, labels, options):
    with _quiet_start():
        from .vae import EmotionRegularizedVAE
    parameters = {"max_iter": options.epochs, "units": options.units}
    model = EmotionRegularizedVAE(
        verbose=True,
        random_state=options.seed,
        **{name: value for name, value in parameters.items() if value is not None},
    )
    return model.fit(tokens, labels)


def _print_accuracy(model, tokens, labels, what):
    """Print and return the quadrant accuracy in percent."""
    from .metrics import quadrant_accuracy

    result = quadrant_accuracy(model.transform(tokens), labels)
    shares = {q: round(100 * share, 1) for q, share in result.per_quadrant.items() if share == share}
    print(f"{what} that lie in their emotion's quadrant: ", end="")
    print(", ".join(f"{q} {share:.0f} %" for q, share in shares.items()), f"(mean {100 * result.mean:.0f} %)")
    return shares


def _melody_names(emotion, number):
    width = len(str(number))
    return [f"{emotion}-{i:0{width}}.mid" for i in range(1, number + 1)]


def _write_melodies(folder, rows_by_emotion):
    from .io import write_music
    from .preprocessing import PitchEncoder

    for emotion, rows in rows_by_emotion.items():
        melodies = PitchEncoder(n_steps=rows.shape[1]).inverse_transform(rows)
        for name, melody in zip(_melody_names(emotion, len(rows)), melodies, strict=True):
            melody.metadata.title = name.removesuffix(".mid")
            write_music(melody, folder / name)


def _write_plane(path, model, tokens, labels):
    import matplotlib

    matplotlib.use("Agg")
    from .display import LatentPlaneDisplay
    from .io import atomic_path

    figure = LatentPlaneDisplay.from_estimator(model, tokens, labels).figure_
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=150)


def _write_table(path, generated, tokens, labels):
    from .metrics import format_metric_table, metric_table

    text = format_metric_table({"generated": _table_of(generated), "training": metric_table(tokens, labels)})
    _write_text(path, text)
    return text


def _table_of(generated):
    """Return the metric table of a dict of emotion -> (rows, labels)."""
    import numpy as np

    from .metrics import metric_table

    return metric_table(*(np.concatenate(part) for part in zip(*generated.values(), strict=True)))


def _write_text(path, text):
    from .io import atomic_path

    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _save(model, path):
    from .persistence import save_model

    save_model(model, path)


def _make_folder(path, force):
    """Make the output folder, or raise before any work is done."""
    if path.is_dir() and any(path.iterdir()) and not force:
        raise FileExistsError(f"{path} is not empty: choose another folder, or write into it with --force")
    path.mkdir(parents=True, exist_ok=True)


@contextmanager
def _quiet_start():
    """Keep TensorFlow's start-up log, which its own settings do not silence, off the terminal."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    saved = os.dup(2)
    with open(os.devnull, "w") as sink:
        os.dup2(sink.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)


if __name__ == "__main__":
    sys.exit(main())
