"""What the home page shows and plays, made while the site is built: a melody of each emotion, and the explorer.

The directive ``four-emotions`` stands for four figures, arranged as on the plane, each with the notation and the sound
of a melody. Files are written into the folder ``home`` of the site.
"""

from pathlib import Path

import muspy
from docutils import nodes
from docutils.parsers.rst import Directive

from skemovae import explore, generate, to_svg, to_wav
from skemovae.display import EMOTION_STYLES
from skemovae.emotion import EMOTIONS

SEED = 0  # of all four melodies, and never tried out
SAMPLE_RATE = 16_000  # a quarter of a megabyte for each melody
FOLDER = "home"
SHOWN = ("angry", "happy", "sad", "relaxed")  # from top left to bottom right
PITCHES = ("C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")


def make_files(app):
    """Write the sounds, the scores and the explorer's page."""
    if app.builder.format != "html":
        return
    folder = Path(app.outdir, FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    for emotion, melody in four_melodies().items():
        to_wav(melody, folder / f"{emotion}.wav", sample_rate=SAMPLE_RATE)
        to_svg(melody, folder / f"{emotion}.svg")
    explore(path=folder / "explorer.html")


def four_melodies():
    """Return a melody of each emotion, {adjective: score}, without the title, name and tempo that would be drawn."""
    names = [emotion.adjective for emotion in EMOTIONS]
    melodies = generate(len(names), emotion=names, random_state=SEED)
    for melody in melodies:
        melody.metadata, melody.tempos = muspy.Metadata(), []
        melody.tracks[0].name = ""
    return dict(zip(names, melodies, strict=True))


class FourEmotions(Directive):
    """Four figures: the notation of a melody, a player for it, its emotion, and where that lies on the plane."""

    def run(self):
        """Return the figures as HTML."""
        melodies = four_melodies()
        figures = "".join(_figure(name, melodies[name]) for name in SHOWN)
        return [nodes.raw("", f'<div class="four-emotions">{figures}</div>', format="html")]


def _figure(name, melody):
    emotion, (color, _) = next(pair for pair in zip(EMOTIONS, EMOTION_STYLES, strict=True) if pair[0].adjective == name)
    valence, arousal = ("high" if sign > 0 else "low" for sign in (emotion.valence, emotion.arousal))
    notes = ", ".join(PITCHES[note.pitch % 12] for note in melody.tracks[0].notes)
    text = f"The {name} melody in notation, in C {'major' if emotion.valence > 0 else 'minor'}: {notes}."
    return (
        f'<figure style="border-color:{color}">'
        f"<figcaption><strong>{name}</strong> {valence} valence, {arousal} arousal</figcaption>"
        f'<img class="score dark-light" src="{FOLDER}/{name}.svg" alt="{text}">'
        f'<audio controls preload="metadata" src="{FOLDER}/{name}.wav" aria-label="The {name} melody"></audio>'
        "</figure>"
    )


def setup(app):
    """Register the directive, and write the files when a build begins."""
    app.add_directive("four-emotions", FourEmotions)
    app.connect("builder-inited", make_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
