"""
Your own MIDI folder
====================

A folder with one sub-folder an emotion is a data set. Here it is made of Bach's
chorales, written as MIDI files; put your own in its place.
"""

# %%
# A folder
# --------
#
# The sub-folders may be named in any spelling that the package knows: ``happy``,
# ``happiness``, ``Q1``, ``e1``. Files are MIDI or MusicXML, as whole scores; no file
# has to be cut or transposed beforehand.

import tempfile
from collections import Counter
from pathlib import Path

from skemovae import load_bach_chorales, write_music
from skemovae.nn.architectures import GRUArchitecture

bach = load_bach_chorales(form="scores")
names = {
    "happiness": "happy",
    "anger": "angry",
    "sadness": "sad",
    "relaxation": "relaxed",
}
temporary = tempfile.TemporaryDirectory()
folder = Path(temporary.name, "my_music")
count = Counter()
for score, emotion, filename in zip(
    bach.data, bach.target, bach.filenames, strict=True
):
    if count[emotion] < 15:
        count[emotion] += 1
        file = folder / names[emotion] / filename.replace(".mxl", ".mid")
        file.parent.mkdir(parents=True, exist_ok=True)
        write_music(score, file)
for sub_folder in sorted(folder.iterdir()):
    print(f"my_music/{sub_folder.name}/  {len(list(sub_folder.iterdir()))} files")

# %%
# Loading
# -------
#
# A file that cannot be read is an error that names it and the reason, and never a
# silent gap:

from skemovae import ScoreReadError, load_music_folder

broken = folder / "sad" / "broken.mid"
broken.write_bytes(b"this is no MIDI file")
try:
    load_music_folder(folder)
except ScoreReadError as error:
    print(str(error).replace(str(folder.parent), "..."))
broken.unlink()

mine = load_music_folder(folder)
print(mine.DESCR.replace(str(folder.parent), "..."))

# %%
# From files to tokens
# --------------------
#
# ``TempoNormalizer(keep_speed=True)`` writes slow pieces in longer notes, so that the
# tokens tell fast from slow, as in the paper's data. The encoder is told
# what to do with what it cannot hold: it warns or refuses otherwise.

from sklearn.pipeline import make_pipeline

from skemovae import (
    EmotionRegularizedVAE,
    Excerpt,
    KeyNormalizer,
    PianoRollDisplay,
    PitchEncoder,
    SopranoExtractor,
    TempoNormalizer,
)

preparation = make_pipeline(
    KeyNormalizer(),
    TempoNormalizer(120, keep_speed=True),
    Excerpt(n_bars=4, mismatch="keep"),
    SopranoExtractor(),
    PitchEncoder(polyphony="skyline", off_grid="round", out_of_window="clip"),
)
tokens = preparation.fit_transform(mine.data)
PianoRollDisplay.from_tokens(tokens[0], emotion=mine.target[0])
print(tokens.shape)

# %%
# Training, saving, sampling
# --------------------------
#
# Sixty melodies are few, and the training is short: this shows the way, not the
# quality. ``save_model`` keeps the whole pipeline in one file, with nothing in it that
# could be run.

from skemovae import load_model, save_model

model = make_pipeline(
    *(step for _, step in preparation.steps),
    EmotionRegularizedVAE(
        architecture=GRUArchitecture(units=32), max_iter=60, random_state=0
    ),
)
model.fit(mine.data, mine.target)
save_model(model, folder / "mine.safetensors")

again = load_model(folder / "mine.safetensors")
rows, _ = again[-1].sample(3, emotion="sad", temperature=0.7, random_state=0)
for number, melody in enumerate(
    again.named_steps["pitchencoder"].inverse_transform(rows), start=1
):
    write_music(melody, folder / f"sad-{number}.mid")
print(sorted(file.name for file in folder.iterdir() if file.is_file()))

# %%
# Much the same from the command line, in two lines::
#
#     python -m skemovae train --data my_music --model mine.safetensors
#     python -m skemovae generate mine.safetensors --emotion sad --out sad

temporary.cleanup()
