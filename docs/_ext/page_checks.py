"""What is looked for in the finished pages: every picture has a text for those who cannot see it."""

from html.parser import HTMLParser
from pathlib import Path

from sphinx.util import logging

logger = logging.getLogger(__name__)


class _Pictures(HTMLParser):
    """Collects the pictures of a page that have no text, or only a file's name."""

    def __init__(self):
        super().__init__()
        self.without_text = []

    def handle_starttag(self, tag, attrs):
        """Look at a picture."""
        values = dict(attrs)
        text = (values.get("alt") or "").strip()
        if tag == "img" and (not text or text.endswith((".png", ".svg", ".jpg"))):
            self.without_text.append(values.get("src", "")[:100])


def check_pictures(app, error):
    """Warn of every picture without a text, after a build that has ended well."""
    if error is not None or app.builder.format != "html":
        return
    for page in sorted(Path(app.outdir).rglob("*.html")):
        pictures = _Pictures()
        pictures.feed(page.read_text(encoding="utf-8"))
        for picture in pictures.without_text:
            logger.warning("%s: the picture %s has no text (alt)", page.relative_to(app.outdir), picture)


def setup(app):
    """Look at the pages when they are finished."""
    app.connect("build-finished", check_pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
