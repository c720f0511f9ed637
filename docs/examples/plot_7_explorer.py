"""
A page to play with
===================

``explore`` writes one HTML file that contains the neural networks and runs them: tap a
map of emotions to hear a melody, drop in your own tune, or draw a line that becomes a
piece. It needs neither a network connection nor a server: open it in a browser, or send
it to a friend.
"""

# %%
# Without a model, ``explore`` uses the included ones.

import tempfile
from pathlib import Path

from skemovae import explore

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder, "plane.html")
    explore(path=file)
    page = file.read_text(encoding="utf-8")
print(f"{len(page) / 1e6:.1f} MB")

# %%
# Here it is, embedded in this page. (In a notebook, use
# ``IPython.display.IFrame("plane.html", 1000, 750)`` instead of this class.)
# :doc:`/explorer` describes what you can do with it.

from html import escape


class Frame:
    """A page within a page."""

    def __init__(self, page):
        self.page = page

    def _repr_html_(self):
        style = "width: 100%; height: 900px; border: 1px solid #8888"
        page = escape(self.page)
        return f'<iframe srcdoc="{page}" style="{style}"></iframe>'


Frame(page)

# %%
# With ``explore(model, "plane.html", X, y)``, your own model writes the melodies, and
# the melodies ``X`` are shown as points.

# sphinx_gallery_thumbnail_path = "images/explorer.png"
