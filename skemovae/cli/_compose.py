"""compose: train on a data set and write new melodies of all four emotions."""

import json

from .._pipelines import encoder_of
from ..emotion import EMOTIONS, as_emotion
from ._data import load_data
from ._estimators import fit_model, plain_parameters, save_estimator, trained_labels
from ._evaluate import print_accuracy
from ._options import add_command, add_melodies, add_training, program
from ._output import (
    check_folder,
    check_format,
    describe_melodies,
    melodies_in,
    with_emotions,
    write_melodies,
    write_text,
)
from ._terminal import say

#: What the command writes besides melodies, in this order, and what each file is.
FILES = {
    "model.safetensors": "the model: {} generate {}",
    "plane.png": "the training melodies on the valence-arousal plane",
    "metrics.md": "the table above",
    "settings.json": "the settings of the training",
    "plane.html": "a page to play with: open it in a browser and tap the map",
}


def add_to(add_parser, name):
    """Add the command to the command line."""
    parser = add_command(
        add_parser,
        name,
        run,
        "train on a data set and write new melodies of all four emotions",
        "--out melodies",
        "--data ~/my_music --out mine --per-emotion 10 --seed 7",
    )
    add_melodies(parser, "melodies")
    add_training(parser)
    parser.add_argument(
        "--force",
        action="store_true",
        help="write into a folder that is not empty: files of an earlier compose are replaced (melodies with names "
        f"such as sad-3.mid, {', '.join(FILES)}), other files are kept",
    )


def run(options):
    """Compose; return the settings and the files."""
    from .. import __version__

    check_folder(options.out, options.force)
    check_format(options.format)
    tokens, labels = load_data(options)
    options.out.mkdir(parents=True, exist_ok=True)  # before the training, so that no training is lost if it fails
    model = fit_model(tokens, labels, options)
    paths = {name: options.out / name for name in FILES}
    save_estimator(model, paths["model.safetensors"])  # first, so that no later error can lose the trained model
    for path in [*melodies_in(options.out, [e.adjective for e in EMOTIONS]), *list(paths.values())[1:]]:
        path.unlink(missing_ok=True)  # otherwise a run that is stopped could leave files of two runs in a folder
    accuracy, _ = print_accuracy(model.transform(tokens), labels, "training melodies")
    rows = {
        label: model.sample(
            options.per_emotion, emotion=label, temperature=options.temperature, random_state=options.seed
        )[0]
        for label in trained_labels(model)
    }
    scores = _as_scores(rows, encoder_of(model), in_c=not options.keep_key)
    written = write_melodies(options.out, scores, options.format)
    _write_plane(paths["plane.png"], model, tokens, labels)
    table = _write_table(paths["metrics.md"], rows, tokens, labels)
    settings = {
        "version": __version__,
        "data": options.data,
        "keep_key": options.keep_key,
        "per_emotion": options.per_emotion,
        "seed": options.seed,
        "temperature": options.temperature,
        "epochs": model.n_iter_,
        "quadrant_accuracy": accuracy,
        "parameters": plain_parameters(model),
    }
    write_text(paths["settings.json"], json.dumps(settings, indent=2) + "\n")
    _write_page(paths["plane.html"], model, tokens, labels)

    say("", *table.splitlines(), "", f"{options.out}/")
    say(*(f"  {line}" for line in describe_melodies(written)))
    say(*(f"  {name:20} {meaning.format(program(), paths[name])}" for name, meaning in FILES.items()))
    return settings | {"melodies": with_emotions(written), "files": [str(path) for path in paths.values()]}


def _as_scores(rows_by_label, encoder, in_c):
    """Return {label: titled scores}; if the model's melodies are in C, the scores have a key signature."""
    from ..preprocessing import make_key_signature

    melodies = {label: encoder.inverse_transform(rows) for label, rows in rows_by_label.items()}
    for label, scores in melodies.items():
        for number, score in enumerate(scores, start=1):
            score.metadata.title = f"{label} {number}"
            score.tracks[0].name = "Melody"
            if in_c:
                score.key_signatures = [make_key_signature(0, "major" if as_emotion(label).valence > 0 else "minor")]
    return melodies


def _write_plane(path, model, tokens, labels):
    import matplotlib

    matplotlib.use("Agg")
    from ..display import LatentPlaneDisplay
    from ..io import atomic_path

    figure = LatentPlaneDisplay.from_estimator(model, tokens, labels).figure_
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=150)


def _write_table(path, rows, tokens, labels):
    """Write and return the table that compares the melodies with those of the training data."""
    import numpy as np

    from ..metrics import format_metric_table, metric_table

    emotions = np.repeat(list(rows), [len(part) for part in rows.values()])
    generated = metric_table(np.concatenate(list(rows.values())), emotions)
    text = format_metric_table({"generated": generated, "training": metric_table(tokens, labels)})
    write_text(path, text)
    return text


def _write_page(path, model, tokens, labels):
    from ..explorer import explore

    explore(model, path, tokens, labels)
