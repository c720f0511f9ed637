"""What the pages of the API hold beside docstrings: links into the user guide, and a table of each class's methods."""

import inspect
import re
from pathlib import Path

from sphinx.util import import_object

PACKAGES = ("skemovae", "sklearn.callback")  # whose methods count as a class's own
API = Path(__file__).parents[1] / "api.rst"


def guide_pages():
    """Return the pages of the user guide for each public name, as ``docs/api.rst`` names them for its topics.

    A page named below a heading is for the whole topic, one named below a bold line for the names below that line.
    """
    topic, group, in_group, pages = [], [], False, {}
    for line in API.read_text(encoding="utf-8").splitlines():
        if line.startswith("---"):
            topic, in_group = [], False
        elif line.startswith("**"):
            group, in_group = [], True
        elif name := re.fullmatch(r"   ([\w.]+)", line):
            pages[f"skemovae.{name[1]}"] = (group if in_group else []) or topic
        elif found := re.findall(r":doc:`(\w+)`", line):
            if in_group:
                group += found
            else:
                topic += found
    return pages


def methods_of(owner):
    """Return the names of a class's own methods, those inherited from other classes of :data:`PACKAGES` included."""
    return [
        name
        for name in dir(owner)
        if not name.startswith("_")
        and not name.endswith(("_request", "set_output"))  # scikit-learn makes these for each class
        and callable(getattr(owner, name))
        and getattr(owner, name).__doc__
        and next(base for base in owner.__mro__ if name in vars(base)).__module__.startswith(PACKAGES)
    ]


def add_to_templates(_app, config):
    """Give the templates of the pages links into the user guide and the methods of each class."""
    pages = guide_pages()
    things = {name: import_object(name) for name in pages}
    config.autosummary_context = {
        "guides": {name: " and ".join(f":doc:`/{page}`" for page in found) for name, found in pages.items()},
        "own_methods": {name: methods_of(thing) for name, thing in things.items() if inspect.isclass(thing)},
    }


def setup(app):
    """Prepare the templates when the settings are known."""
    app.connect("config-inited", add_to_templates)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
