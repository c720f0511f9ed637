"""The explorer: one HTML page that holds the networks and runs them, without a server and without Python.

A tap on the map of emotions writes a melody, your own tune can be moved over it, and a line drawn on it becomes a
piece; all in the browser, offline.

==============  =====================================================================================
_explore.py     explore: checks, what the page is given, the file
_pack.py        a fitted model as settings and a few bytes
_page.py        the page: data, style and scripts as one file under a Content-Security-Policy
_bundle.py      ES modules as one script
web/            the page itself: page.html, style.css and the modules, a room each for numbers, model,
                music, composition, files, score, sound, plane and page; worker.js runs the networks in
                a thread of their own, main.js the rest
==============  =====================================================================================
"""

from ._explore import explore

__all__ = ["explore"]
