"""Texts for the gallery's pictures, for those who cannot see them.

Before a figure is drawn, an example says what it shows, in one or more lines: ``# sphinx_gallery_alt = "..."``. Like
all comments that begin so, they are left out of the page. A thumbnail is named after its example.
"""

import re
from ast import literal_eval

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx_gallery.scrapers import matplotlib_scraper

TEXT = re.compile(r"^# sphinx_gallery_alt = (.+)$", flags=re.MULTILINE)
THUMBNAIL = re.compile(r"thumb/sphx_glr_(\w+)_thumb\.")


def scrape_figures(block, block_vars, gallery_conf, **kwargs):
    """Return the figures of a block of code, each with the block's text."""
    figures = matplotlib_scraper(block, block_vars, gallery_conf, **kwargs)
    if not figures:
        return figures
    text = " ".join(map(literal_eval, TEXT.findall(block.content)))
    if not text:
        raise ExtensionError(f"{block_vars['src_file']}: a figure without a text; add # sphinx_gallery_alt = ...")
    return re.sub(r":alt: .*", lambda _: f":alt: {text}", figures)


def name_thumbnails(app, doctree, _docname):
    """Name the thumbnails of a page after the examples that they lead to."""
    for image in doctree.findall(nodes.image):
        if found := THUMBNAIL.search(image["uri"]):
            title = app.env.titles[f"gallery/{found[1]}"].astext()
            image["alt"] = f"A picture from the example: {title}"


def setup(app):
    """Name the thumbnails when all titles are known."""
    app.connect("doctree-resolved", name_thumbnails)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
