"""Make the pictures of the README, from a saved model, and the one of the explorer in the site's gallery.

``python docs/make_images.py melodies/model.safetensors`` in the repository's root, after the README's first command has
made that model. It writes

- ``docs/images/plane.png``: where the 344 chorales lie on the model's plane;
- ``docs/images/melodies.png``: a new melody of each emotion, arranged as the emotions are on the plane;
- ``docs/images/explorer.png``: the explorer of the included models, as Chromium shows it. ``--explorer`` makes this one
  alone and needs no model.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from skemovae import (
    LatentPlaneDisplay,
    PianoRollDisplay,
    PitchEncoder,
    explore,
    load_bach_chorales,
    load_model,
)
from skemovae.emotion import EMOTIONS

IMAGES = Path(__file__).parent / "images"
TEMPERATURE = 0.95  # that of the command line
QUIET = "0.4"


def main():
    """Make the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, nargs="?", help="file that python -m skemovae compose wrote")
    parser.add_argument("--explorer", action="store_true", help="only the picture of the explorer")
    parser.add_argument("--out", type=Path, default=IMAGES, help="folder to write to (default: docs/images)")
    options = parser.parse_args()
    if (options.model is None) != options.explorer:
        parser.error("expected the file of a model, or --explorer")
    draw_explorer(options.out / "explorer.png")
    if options.explorer:
        return
    model = load_model(options.model)
    bach = load_bach_chorales()
    draw_plane(model, bach, options.out / "plane.png")
    draw_melodies(model, options.out / "melodies.png")


def draw_plane(model, bach, path):
    """Draw where the chorales lie."""
    figure = LatentPlaneDisplay.from_estimator(model, PitchEncoder().fit_transform(bach.data), bach.target).figure_
    figure.savefig(path, dpi=150)


def draw_melodies(model, path):
    """Draw a new melody of each emotion, none chosen by hand, in the place of its quadrant."""
    names = [emotion.name for emotion in EMOTIONS]
    rows, _ = model.sample(len(names), emotion=names, temperature=TEMPERATURE, random_state=0)
    figure, axes = plt.subplots(2, 2, figsize=(11, 5.6))
    figure.subplots_adjust(left=0.085, right=0.985, bottom=0.115, top=0.945, wspace=0.09, hspace=0.24)
    for emotion, row in zip(EMOTIONS, rows, strict=True):
        ax = axes[(1 - emotion.arousal) // 2, (1 + emotion.valence) // 2]
        PianoRollDisplay.from_tokens(row, emotion=emotion.name, ax=ax)
        ax.set(xlabel="bar" if emotion.arousal < 0 else "", ylabel="")
    arrow = {"arrowstyle": "-|>", "color": QUIET, "linewidth": 1.2}
    for label, begin, end, place, rotation in (
        ("valence", (0.085, 0.022), (0.985, 0.022), (0.535, 0.022), 0),
        ("arousal", (0.022, 0.115), (0.022, 0.945), (0.022, 0.53), 90),
    ):
        axes[0, 0].annotate("", end, begin, "figure fraction", "figure fraction", arrowprops=arrow)
        figure.text(
            *place,
            label,
            rotation=rotation,
            ha="center",
            va="center",
            color=QUIET,
            bbox={"facecolor": "white", "edgecolor": "none"},
        )
    figure.savefig(path, dpi=150)


def draw_explorer(path):
    """Take a picture of the explorer's page, small enough to be read in the gallery."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder, "plane.html")
        explore(path=page)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1000, "height": 700}, device_scale_factor=0.5)
        tab.goto(page.as_uri())
        tab.wait_for_selector("html[data-ready]")
        tab.screenshot(path=path)
        browser.close()


if __name__ == "__main__":
    main()
