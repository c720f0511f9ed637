"""The page: data, style and scripts as a single HTML file that may run nothing else and fetch nothing."""

import base64
import hashlib
import html
import json
from importlib.resources import files
from string import Template

from ._bundle import bundle

MAX_BYTES = 4_000_000


def make_page(data):
    """Return the page as bytes.

    Parameters
    ----------
    data : dict
        JSON values; the strings in it may be hostile. Its "title" is the title of the page.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        If the page would be larger than 4 MB.
    """
    folder = files(__package__) / "web" / "page"
    style = (folder / "style.css").read_text(encoding="utf-8")
    script = _as_script("main.js")
    page = Template((folder / "page.html").read_text(encoding="utf-8")).substitute(
        policy=_policy(script, style),
        title=html.escape(_printable(data["title"])),
        style=style,
        script=script,
        worker=_as_json(_as_script("worker.js")),
        data=_as_json(data),
    )
    content = page.encode("utf-8")
    if len(content) > MAX_BYTES:
        raise ValueError(
            f"the page would have {len(content):,} bytes: expected at most {MAX_BYTES:,}; explore a model with fewer "
            "weights, or leave out X, or pass only part of it"
        )
    return content


def _as_script(entry):
    return f'"use strict";\n(() => {{\n{bundle(entry)}}})();\n'


def _policy(script, style):
    """Return the Content-Security-Policy: only these texts and their worker, no requests, no forms, no other base."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; worker-src blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text):
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _as_json(value):
    """Return JSON that an HTML parser cannot mistake for a tag, a comment or the end of the script element."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _printable(text):
    """Return a text that UTF-8 can encode: unpaired surrogates are replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")
