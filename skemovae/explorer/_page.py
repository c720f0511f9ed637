"""The page: data, style and scripts as one HTML file that may run nothing else and fetch nothing."""

import base64
import hashlib
import json
from importlib.resources import files
from string import Template

import numpy as np

from ..display import EMOTION_STYLES
from ..emotion import EMOTIONS

SCRIPTS = ("melody.js", "sound.js", "plane.js", "roll.js", "content.js", "user.js", "page.js")
FURTHER_STYLES = (("#CC79A7", "v"), ("#56B4E9", "P"), ("#F0E442", "X"), ("#999999", "p"))  # of a user's own classes
MAX_BYTES = 3_000_000


def describe_classes(model):
    """Return what the page says and draws of each class, a list of dicts.

    Texts are those of :mod:`skemovae.emotion`, or a user's own labels, which may hold anything.
    """
    styles = EMOTION_STYLES + FURTHER_STYLES if model.layout_.own_classes else EMOTION_STYLES
    described = []
    for i, label in enumerate(model.classes_):
        label = label.item() if isinstance(label, np.generic) else label
        colour, marker = styles[i % len(styles)]
        emotion = None if model.layout_.own_classes else EMOTIONS[i]
        described.append(
            {
                "button": emotion.adjective if emotion else str(label),
                "name": f"{emotion.quadrant} {emotion.name}" if emotion else str(label),
                "python": repr(label),  # in a list, as a label may be a tuple
                "colour": colour,
                "marker": marker,
                "trained": bool(model.class_count_[i]),
                "mean": model.latent_mean_[i, :2].round(4).tolist(),
                "covariance": model.latent_covariance_[i, :2, :2].round(4).tolist(),
            }
        )
    return described


def describe_quadrants(model):
    """Return of each quadrant its name and whether it is on the right and above; emotions if they are the classes."""
    return [
        [e.quadrant if model.layout_.own_classes else f"{e.quadrant} {e.name}", e.valence > 0, e.arousal > 0]
        for e in EMOTIONS
    ]


def make_page(data):
    """Return the page as bytes.

    Parameters
    ----------
    data : dict
        What JSON can hold; the texts in it may be hostile.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        If it would be larger than 3 MB.
    """
    assets = files(__package__) / "assets"
    style = (assets / "style.css").read_text(encoding="utf-8")
    parts = "\n".join((assets / name).read_text(encoding="utf-8") for name in SCRIPTS)
    script = f'"use strict";\n(() => {{\n{parts}}})();\n'
    page = Template((assets / "page.html").read_text(encoding="utf-8")).substitute(
        policy=_policy(script, style), style=style, script=script, data=_escape(json.dumps(data, separators=(",", ":")))
    )
    content = page.encode("utf-8")
    if len(content) > MAX_BYTES:
        raise ValueError(
            f"the page would have {len(content):,} bytes: expected at most {MAX_BYTES:,}; leave X out or pass a part "
            "of it, or explore a model of shorter melodies"
        )
    return content


def _policy(script, style):
    """Return the Content-Security-Policy: these two texts and nothing else, no request, no form, no other base."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none'; "
        "form-action 'none'"
    )


def _hash(text):
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _escape(text):
    """Return JSON that no reader of HTML takes for a tag, a comment or the end of its script element."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
