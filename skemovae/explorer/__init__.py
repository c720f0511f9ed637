"""The explorer: an HTML page that contains the networks and runs them, without a server and without Python.

A tap on the map of emotions writes a melody, your own tune can be dragged over it, and a line drawn on it becomes a
piece; everything runs in the browser, offline.

==============  =====================================================================================
_explore.py     explore: checks, the data for the page, and its file
_pack.py        a fitted model as settings and few bytes
_page.py        the page: data, style and scripts as one file under a Content-Security-Policy
_bundle.py      ES modules as a single script
web/            the page itself: page.html, style.css and the modules, in a folder each for numbers,
                model, music, composition, files, score, sound, plane and page; worker.js runs the
                networks in a thread of their own, main.js the rest
==============  =====================================================================================
"""

from ._explore import explore

__all__ = ["explore"]
