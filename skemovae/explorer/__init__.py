"""The explorer: one HTML page on which a model is seen and heard, without a server and without a network.

The melodies are decoded ahead: those of a fine grid over the plane, for each emotion that the decoder can be told, and
some drawn ones of each emotion. So the page plays exactly what the estimator makes, and needs no estimator.

==============  =====================================================================================
_explore.py     explore: checks, points, the file
_melodies.py    what is decoded ahead: the grid, and the drawn melodies
_page.py        the page: the data and assets as one file under a Content-Security-Policy
assets/         page.html, style.css, and as one script melody.js (notes, MIDI), sound.js (Web Audio), plane.js
                and roll.js (drawings), content.js (what the page holds), user.js (what the user does), page.js
                (what is shown)
==============  =====================================================================================
"""

from ._explore import explore

__all__ = ["explore"]
