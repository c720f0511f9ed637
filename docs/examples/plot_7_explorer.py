"""
A page to play with
===================

``explore`` writes one HTML file on which the plane of a model is seen, clicked and
heard. It needs no network and no server: open it in a browser, or send it to a friend.
"""

# %%
# A small model that learns fast and roughly; leave its three numbers out for a real
# training.

from skemovae import EmotionRegularizedVAE, PitchEncoder, load_bach_chorales
from skemovae.nn.architectures import GRUArchitecture

bach = load_bach_chorales()
X, y = PitchEncoder().fit_transform(bach.data), bach.target
model = EmotionRegularizedVAE(
    architecture=GRUArchitecture(units=64),
    max_iter=80,
    learning_rate=0.003,
    random_state=0,
).fit(X, y)

# %%
# The melodies of points are decoded ahead and are in the file, which is therefore about
# a hundred kilobytes large and asks the model nothing.

import tempfile
from pathlib import Path

from skemovae import explore

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder, "plane.html")
    explore(model, file, X, y)
    page = file.read_text(encoding="utf-8")
print(f"{len(page) / 1000:.0f} kB")

# %%
# Here it is, within this page: click the plane, draw a path over it, or ask for a new
# melody. (In a notebook, ``IPython.display.IFrame("plane.html", 1000, 750)`` does what
# this class does.) :doc:`/explorer` says what is to be seen.

from html import escape


class Frame:
    """A page within a page."""

    def __init__(self, page):
        self.page = page

    def _repr_html_(self):
        style = "width: 100%; height: 940px; border: 1px solid #8888"
        return f'<iframe srcdoc="{escape(self.page)}" style="{style}"></iframe>'


Frame(page)

# %%
# Its shading is one of the maps that ``DecodedPlaneDisplay`` draws:

from skemovae import DecodedPlaneDisplay

DecodedPlaneDisplay.from_estimator(model, metrics=["note_density"])
