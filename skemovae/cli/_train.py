"""train: train on a data set and save the model."""

from pathlib import Path

from ._data import load_data
from ._estimators import fit_model, save_estimator
from ._evaluate import print_accuracy
from ._options import add_command, add_training
from ._output import check_file
from ._terminal import say


def add_to(add_parser, name):
    """Add the command to the command line."""
    parser = add_command(
        add_parser,
        name,
        run,
        "train on a data set and save the model",
        "--model bach.safetensors",
        "--data ~/my_music --epochs 200 --model mine.safetensors",
    )
    parser.add_argument("--model", type=Path, required=True, metavar="FILE", help="file to write")
    add_training(parser)
    parser.add_argument("--force", action="store_true", help="replace an existing file")


def run(options):
    """Train; return the file and how well the model has learned."""
    path = options.model
    check_file(path, options.force, "model.safetensors")
    tokens, labels = load_data(options)
    model = fit_model(tokens, labels, options)
    save_estimator(model, path)
    accuracy, _ = print_accuracy(model.transform(tokens), labels, "training melodies")
    say(f"saved {path}")
    return {"model": str(path), "epochs": model.n_iter_, "seed": options.seed, "quadrant_accuracy": accuracy}
