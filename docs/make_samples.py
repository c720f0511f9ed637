"""Make the scores that the README and the documentation show of the models that come with the package.

``python docs/make_samples.py`` in the repository's root, whenever a model in ``skemovae/pretrained`` is another. It
writes

- ``docs/images/four_emotions.svg``: one tune, and what the editor makes of it for each emotion;
- ``docs/images/samples_generator.svg`` and ``samples_real.svg``: twenty melodies of the generator and twenty real ones;
- the tables under these in ``docs/samples.md``.

With ``--first first.safetensors`` also ``samples_first.svg`` and its table, of the first version's default model. That
is trained (some minutes) and kept in this file, if there is none.
"""

import argparse
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))  # whose held-out tunes are the real ones

import muspy
import numpy as np
from _folk_rows import load_folk_rows

from skemovae import (
    EmotionRegularizedVAE,
    PitchEncoder,
    generate,
    load_bach_chorales,
    load_model,
    reemote,
    save_model,
    to_svg,
)
from skemovae.emotion import EMOTIONS
from skemovae.io import atomic_path
from skemovae.metrics import melody_metrics
from skemovae.score import OPTIONS

IMAGES = Path(__file__).resolve().parent / "images"
PAGE = IMAGES.parent / "samples.md"
TUNE = 93  # of the chorales: that of BWV 244.54, "O Haupt voll Blut und Wunden"
N_SHOWN, N_COUNTED = 5, 250  # of each emotion
FIRST_TEMPERATURE = 0.7  # that of the first version's command line
METRICS = {
    "steps": "step_rate",
    "repeats": "repeat_rate",
    "leaps": "leap_rate",
    "last move by step": "ends_by_step",
    "ends on the tonic": "ends_on_tonic",
    "figure returns": "figure_return",
}
LINE = 4000  # tenths of a millimeter: eight slow bars are not broken
UNITS_PER_PIXEL = 25  # of Verovio's drawing, at the scale of to_svg
PAGE_MARGIN = 20  # pixels around each score
CUT = 14  # pixels of these that are cut above and below it
TITLE = 34  # pixels
DRAWN = ("d", "transform", "points", "x", "y", "width", "height", "cx", "cy", "rx", "ry", "stroke", "fill")
STROKED = ("stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray")
STYLE = "path,ellipse,polygon,polyline,rect{stroke:currentColor}text{font:600 22px sans-serif}"


def main():
    """Draw all sheets and write all tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--first", type=Path, metavar="FILE", help="also the first version's model, kept in this file")
    options = parser.parse_args()
    OPTIONS["pageWidth"] = LINE
    draw_four_emotions(load_bach_chorales().data[TUNE], IMAGES / "four_emotions.svg")
    show("generator", "of the generator", drawn)
    folk = load_folk_rows()
    show("real", "held-out tunes", lambda n, seed: real(folk, n, seed))
    if options.first is not None:
        bach = load_bach_chorales()
        model = first_model(options.first, bach)
        show(
            "first",
            "of the first version",
            lambda n, seed: drawn(n, seed, model=model, temperature=FIRST_TEMPERATURE),
            **{"the 344 chorales that it learned from": bach.data},
        )


def drawn(n, seed, **settings):
    """Return n new melodies of each emotion."""
    labels = [emotion.name for emotion in EMOTIONS for _ in range(n)]
    return generate(len(labels), emotion=labels, closed=False, random_state=seed, **settings)


def real(folk, n, seed):
    """Return n held-out folk melodies of each emotion, drawn by chance."""
    generator = np.random.default_rng(seed)
    target = folk.target[folk.test]
    rows = [generator.choice(folk.test[target == emotion.name], n, replace=False) for emotion in EMOTIONS]
    melodies = PitchEncoder().inverse_transform(folk.tokens[np.concatenate(rows)])
    for emotion, music in zip([emotion for emotion in EMOTIONS for _ in range(n)], melodies, strict=True):
        music.key_signatures = [muspy.KeySignature(0, root=0, mode="major" if emotion.valence > 0 else "minor")]
    return melodies


def first_model(path, bach):
    """Return the first version's default model, trained on the chorales if the file does not exist."""
    if not path.exists():
        X = PitchEncoder().fit_transform(bach.data)
        save_model(EmotionRegularizedVAE(random_state=0, verbose=True).fit(X, bach.target), path)
    return load_model(path)


def show(name, words, make, **others):
    """Draw the sheet of a group of melodies, and write its table."""
    melodies = make(N_SHOWN, 0)
    happy, angry, sad, relaxed = (
        (emotion.name, melodies[i * N_SHOWN :][:N_SHOWN]) for i, emotion in enumerate(EMOTIONS)
    )
    draw_sheet([[happy, relaxed], [angry, sad]], IMAGES / f"samples_{name}.svg")
    counted = {"these twenty": melodies, f"1,000 {words}": make(N_COUNTED, 1), **others}
    rows = [f"| | {' | '.join(METRICS)} |", "|---" * (len(METRICS) + 1) + "|"]
    for title, music in counted.items():
        values = melody_metrics(music, list(METRICS.values()))
        rows.append(f"| {title} | {' | '.join(f'{np.nanmean(values[key]):.2f}' for key in METRICS.values())} |")
    text = PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- table: {name} -->\n", "<!-- end -->"
    text, n_found = re.subn(f"{begin}.*?{end}", "\n".join([begin, *rows, "", end]), text, flags=re.DOTALL)
    if n_found != 1:
        raise ValueError(f"{PAGE.name} has {n_found} places for the table {name!r}: expected one")
    with atomic_path(PAGE) as temporary:
        temporary.write_text(text, encoding="utf-8")


def draw_four_emotions(tune, path):
    """Draw a tune, and under it the tune with each emotion."""
    versions = [(emotion.adjective, [reemote(tune, emotion=emotion.name).music]) for emotion in EMOTIONS]
    draw_sheet([[block] for block in [("the tune", [tune]), *versions]], path)


def draw_sheet(rows, path):
    """Draw blocks of scores, each (title, scores), in rows of blocks, as one SVG."""
    glyphs = {}
    drawn = [[(title, [engrave(music, glyphs) for music in scores]) for title, scores in blocks] for blocks in rows]
    widths = [max(width for _, block in column for _, width, _ in block) for column in zip(*drawn, strict=True)]
    places = [sum(widths[:number]) for number in range(len(widths) + 1)]
    content, top = [], 0
    for blocks in drawn:
        bottom = top
        for x, (title, scores) in zip(places, blocks, strict=False):
            y = top + TITLE
            content.append(f'<text x="{x + PAGE_MARGIN}" y="{y}">{title}</text>')
            for body, _, height in scores:
                place = f"translate({x} {y - CUT}) scale({1 / UNITS_PER_PIXEL})"
                content.append(f'<g transform="{place}">{body}</g>')
                y += height - 2 * CUT
            bottom = max(bottom, y)
        top = bottom
    width, height = places[-1], top + PAGE_MARGIN - CUT
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}" color="black"><style>{STYLE}</style>',
        f"<defs>{''.join(glyphs[name] for name in sorted(glyphs))}</defs>",
        f'<path fill="white" style="stroke:none" d="M0 0H{width}V{height}H0z"/>',  # on a dark page, too
        *content,
        "</svg>",
    ]
    with atomic_path(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")


def engrave(music, glyphs):
    """Return the drawing of a score without names and tempo, its width and its height in pixels; glyphs are added.

    Verovio's own file says what each line is, at five times the size, and has its glyphs once for each score.
    """
    music = music.deepcopy()
    music.metadata, music.tempos = muspy.Metadata(), []
    for track in music.tracks:
        track.name = ""
    root = ElementTree.fromstring(re.sub(r' xmlns(:xlink)?="[^"]*"|(?<= )xlink:', "", to_svg(music)))
    for glyph in root.iter("g"):
        if glyph.get("id", "").startswith("E"):
            name = glyph.get("id").split("-")[0]
            glyphs[name] = f'<g id="{name}">{"".join(map(_element, glyph))}</g>'
    width, height = (int(root.get(name).removesuffix("px")) for name in ("width", "height"))
    return _content(root.find("svg")), width, height


def _content(parent):
    """Return what a part of a drawing shows; lines that are drawn alike are one path."""
    lines, rest = {}, []
    _collect(parent, lines, rest)
    joined = [f'<path d="{"".join(parts)}" {kind}/>' for kind, parts in lines.items()]
    return "".join(joined + rest)


def _collect(parent, lines, rest):
    for child in parent:
        if child.tag == "g" and not {"placeholder", "pgHead"} & set(child.get("class", "").split()):
            if "transform" in child.attrib:
                rest.append(f'<g transform="{child.get("transform")}">{_content(child)}</g>')
            else:
                _collect(child, lines, rest)
        elif child.tag == "path" and "transform" not in child.attrib:
            lines.setdefault(_attributes(child, (*STROKED, "stroke", "fill")), []).append(child.get("d"))
        elif child.tag == "use":
            rest.append(f'<use xlink:href="{child.get("href").split("-")[0]}" {_attributes(child, DRAWN)}/>')
        elif child.tag != "g":
            rest.append(_element(child))


def _element(element):
    return f"<{element.tag} {_attributes(element, DRAWN + STROKED)}/>"


def _attributes(element, names):
    return " ".join(f'{name}="{element.get(name)}"' for name in names if name in element.attrib)


if __name__ == "__main__":
    main()
