"""explore: write a page on which a saved model is seen and heard."""

from pathlib import Path

from .._pipelines import fitted_model
from ._data import check_data, load_data, misfit
from ._estimators import load_estimator
from ._options import add_data, add_model, add_verb
from ._output import check_file
from ._terminal import say
from ._values import natural


def add_to(add_parser, name):
    """Add the verb to the command line."""
    parser = add_verb(
        add_parser,
        name,
        run,
        "write a page on which a saved model is seen and heard; any browser opens it, no network is needed",
        "melodies/model.safetensors --out plane.html",
        "melodies/model.safetensors --data ~/my_music --out mine.html",
    )
    add_model(parser)
    parser.add_argument("--out", type=Path, default=Path("plane.html"), metavar="FILE", help="default: plane.html")
    add_data(parser)
    parser.add_argument(
        "--seed", type=natural, default=0, metavar="N", help="of the drawn melodies on the page (default: 0)"
    )
    parser.add_argument("--force", action="store_true", help="replace an existing file")


def run(options):
    """Write the page; return its name and how many melodies of the data are on it."""
    path = options.out
    check_file(path, options.force, "plane.html")
    check_data(options)
    estimator = load_estimator(options.model)
    from ..explorer import explore

    X, y = load_data(options, estimator)
    if misfit(estimator, X):
        say(f"note: {misfit(estimator, X)}: the page shows none of them", error=True)
        X = y = None
    elif fitted_model(estimator).layout_.own_classes:
        say("note: the model has classes of its own: the data is shown without its emotions", error=True)
        y = None
    say("making the page: some 10,000 melodies for each emotion", flush=True)
    explore(estimator, path, X, y, random_state=options.seed)
    say(f"wrote {path}: open it in a browser, click to hear")
    return {"page": str(path), "n_melodies": 0 if X is None else len(X)}
