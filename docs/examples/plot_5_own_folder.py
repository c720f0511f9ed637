"""
Your own MIDI folder
====================

A folder with one subfolder per emotion is a data set. Here it contains Bach's chorales,
written as MIDI files; use your own instead.
"""

# %%
# A folder
# --------
#
# The subfolders may have any name that the package recognizes: ``happy``,
# ``happiness``, ``Q1``, ``e1``. The files are whole scores in MIDI or MusicXML; there
# is no need to cut or transpose them.

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
# A file that cannot be read is never skipped silently. It raises an error that names
# the file and the reason:

from skemovae import ScoreReadError, load_music_folder

broken = folder / "sad" / "broken.mid"
broken.write_bytes(b"this is not a MIDI file")
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
# tokens distinguish fast from slow, as in the paper's data. The encoder's parameters
# say what to do with notes that it cannot represent; by default, it issues a warning or
# raises an error.

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
# sphinx_gallery_alt = "Piano roll of the first melody of the folder, an angry one."
PianoRollDisplay.from_tokens(tokens[0], emotion=mine.target[0])
print(tokens.shape)

# %%
# Training, saving, sampling
# --------------------------
#
# Sixty melodies are few, and training is short: this shows the steps, not the quality.
# ``save_model`` writes the whole pipeline to one file, which contains no code.

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
# To do much the same on the command line, two lines are enough::
#
#     python -m skemovae train --data my_music --model mine.safetensors
#     python -m skemovae generate mine.safetensors --emotion sad --out sad

temporary.cleanup()
