"""Draw the logo, which is the site's icon, too: a melody over the four quadrants of the plane.

``python docs/make_logo.py`` writes ``docs/_static/logo.svg``. The colors are those of the displays. The notes are
black, because white ones would not stand out from the orange.
"""

from pathlib import Path

from skemovae.display import EMOTION_STYLES
from skemovae.emotion import EMOTIONS
from skemovae.io import atomic_path

LOGO = Path(__file__).resolve().parent / "_static" / "logo.svg"
SIZE, GAP, ROUNDING = 64, 3, 11  # of the whole, between two quadrants, and of the outer corners
NOTES = '<ellipse cx="18.5" cy="47" rx="8.5" ry="6.5" transform="rotate(-20 18.5 47)"/>'
NOTES += '<ellipse cx="43.5" cy="43" rx="8.5" ry="6.5" transform="rotate(-20 43.5 43)"/>'
NOTES += '<path d="M22 46V14l30-4.5V42h-5V20l-20 3V46z"/>'  # two stems and their beam


def draw_logo():
    """Return the logo as the text of an SVG."""
    half = (SIZE - GAP) / 2
    quadrants = []
    for emotion, (color, _) in zip(EMOTIONS, EMOTION_STYLES, strict=True):
        x = half + GAP if emotion.valence > 0 else 0
        y = 0 if emotion.arousal > 0 else half + GAP
        quadrants.append(f'<rect x="{x:g}" y="{y:g}" width="{half:g}" height="{half:g}" fill="{color}"/>')
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}">',
            "<title>skemovae</title>",
            f'<clipPath id="outline"><rect width="{SIZE}" height="{SIZE}" rx="{ROUNDING}"/></clipPath>',
            f'<g clip-path="url(#outline)">{"".join(quadrants)}</g>',
            NOTES,
            "</svg>\n",
        ]
    )


if __name__ == "__main__":
    with atomic_path(LOGO) as temporary:
        temporary.write_text(draw_logo(), encoding="utf-8")
