"""How Sphinx builds the site: ``python -m sphinx -W --keep-going docs docs/_build/html`` in the repository's root."""

import os
import shutil
import sys
from pathlib import Path

import skemovae

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

# The results of the benchmarks are pages, too; docs/results/ is a copy that git ignores.
shutil.rmtree(HERE / "results", ignore_errors=True)
shutil.copytree(HERE.parent / "benchmarks" / "results", HERE / "results", ignore=shutil.ignore_patterns("*.json"))

# GitHub's workflows say where the repository is; elsewhere the site names no address.
REPOSITORY = os.environ.get("GITHUB_REPOSITORY", "")
if REPOSITORY:
    REPOSITORY = f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{REPOSITORY}"

project = "skemovae"
author = "The skemovae developers"
copyright = author
version = release = skemovae.__version__

extensions = [
    "api_pages",
    "gallery_texts",
    "home",
    "mathml",
    "page_checks",
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_build", "examples"]
default_role = "literal"  # in docstrings `name` is code, as in scikit-learn
html_math_renderer = "mathml"
# No intersphinx: it asks other sites for their indexes, and a build must not need the network.

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "substitution"]
myst_substitutions = {
    "version": version,
    "repository": f"[the repository]({REPOSITORY})" if REPOSITORY else "the repository",
}
myst_heading_anchors = 3

autosummary_generate = True
autodoc_typehints = "none"  # types stand in the docstrings
toc_object_entries_show_parents = "hide"  # "fit", where the page says of what
numpydoc_show_class_members = False  # the template lists them
templates_path = ["_templates"]

copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

sphinx_gallery_conf = {
    "examples_dirs": "examples",
    "gallery_dirs": "gallery",
    "backreferences_dir": "generated/backreferences",
    "doc_module": ("skemovae",),
    "within_subsection_order": "FileNameSortKey",
    "capture_repr": ("_repr_html_",),  # a display's "<... object at 0x...>" says nothing
    "abort_on_example_error": True,
    "remove_config_comments": True,
    "show_signature": False,
    "show_memory": False,
    "min_reported_time": 0,
    "download_all_examples": False,
    "image_scrapers": ("gallery_texts.scrape_figures",),
}

html_context = {"default_mode": "auto"}
html_theme = "pydata_sphinx_theme"
html_title = "skemovae"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_sidebars = {"index": [], "quickstart": [], "glossary": [], "references": []}
html_favicon = "_static/logo.svg"
html_logo = "_static/logo.svg"
html_theme_options = {
    "logo": {"text": "skemovae", "alt_text": "skemovae, the home page"},
    "icon_links": [{"name": "GitHub", "url": REPOSITORY, "icon": "fa-brands fa-github"}] if REPOSITORY else [],
    "header_links_before_dropdown": 6,
    "show_toc_level": 2,
    "secondary_sidebar_items": {"**": ["page-toc"], "index": []},  # the explorer takes the width
    "navigation_with_keys": False,
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "tango",
    "pygments_dark_style": "monokai",
}


def point_to_pages(_app, _name, source):
    """Turn links that are right in the repository into links that are right on the site."""
    source[0] = (
        source[0]
        .replace("](../benchmarks/results/", "](results/")
        .replace("](../benchmarks/README.md)", "](benchmarks.md)")
    )


def setup(app):
    """Connect what Sphinx calls while it builds."""
    app.connect("source-read", point_to_pages)
