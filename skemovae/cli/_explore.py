"""explore: write a page for exploring the included models, or a saved one."""

import sys
import webbrowser
from pathlib import Path

from .._pipelines import fitted_model
from ._data import check_data, load_data, misfit
from ._estimators import load_estimator, uncollected
from ._options import DEFAULT_DATA, add_command, add_data, add_model
from ._output import check_file
from ._terminal import say
from ._values import natural


def add_to(add_parser, name):
    """Add the command to the command line."""
    parser = add_command(
        add_parser,
        name,
        run,
        "write a page with a map of emotions: tap it to hear a melody, move your own tune on it, or draw a line that "
        "becomes a piece; any browser opens it, without a network",
        "--out plane.html",
        "melodies/model.safetensors --out plane.html",
        "melodies/model.safetensors --data ~/my_music --out mine.html",
    )
    add_model(parser, "the included models")
    parser.add_argument(
        "--out", type=Path, default=Path("plane.html"), metavar="FILE", help="file to write (default: plane.html)"
    )
    add_data(parser)
    parser.set_defaults(data=None)  # so that data without a model, which would not be shown, is noticed
    parser.add_argument(
        "--seed", type=natural, default=0, metavar="N", help="seed of the first melody on the page (default: 0)"
    )
    parser.add_argument("--force", action="store_true", help="replace an existing file")


def run(options):
    """Write the page, and open it if it holds the included models; return its name and the number of melodies shown."""
    path = options.out
    check_file(path, options.force, "plane.html")
    needs_model = options.data is not None or options.keep_key
    options.data = options.data or DEFAULT_DATA
    check_data(options)
    if options.model is None and needs_model:
        raise ValueError("--data or --keep-key without a model: expected a saved model, whose map shows the data")
    estimator = X = y = None
    if options.model is not None:
        estimator = load_estimator(options.model)
        X, y = _load_points(options, estimator)
    with uncollected():
        from ..explorer import explore  # loads scikit-learn, which is not needed for a file that is not a model

    explore(estimator, path, X, y, random_state=options.seed)
    say(f"wrote {path}: open it in a browser and tap the map")
    if options.model is None and not options.json and sys.stdout.isatty():  # not from a script
        webbrowser.open(path.resolve().as_uri())
    return {"page": str(path), "n_melodies": 0 if X is None else len(X)}


def _load_points(options, estimator):
    """Return the melodies that the page shows as points, and their labels; None for either if there are none."""
    X, y = load_data(options, estimator)
    if misfit(estimator, X):
        say(f"note: {misfit(estimator, X)}: the page shows none of them", error=True)
        return None, None
    if fitted_model(estimator).layout_.own_classes:
        say("note: the model has classes of its own: the data is shown without its emotions", error=True)
        return X, None
    return X, y
