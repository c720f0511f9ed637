"""
From whole scores to new melodies in one pipeline
=================================================

The input is Bach's chorales, as whole scores with all their voices. Every step that
reduces them to short melodies is a scikit-learn transformer; the model is the last
step.
"""

# %%
# The data
# --------
#
# ``form="scores"`` returns whole pieces in their original keys. The labels follow a
# rule (see :doc:`/data`). The groups are the hymn tunes, many of which Bach set more
# than once.

from skemovae import load_bach_chorales
from skemovae.nn.architectures import GRUArchitecture

bach = load_bach_chorales(form="scores")
score = bach.data[0]
print(len(bach.data), "scores in", len(set(bach.groups)), "tunes")
print(bach.filenames[0], "has the parts", [track.name for track in score.tracks])

# %%
# The pipeline
# ------------
#
# The key is found before the excerpt is cut, because the key of a whole piece is easier
# to find than that of four bars. The network here is small and trained only briefly;
# for serious training, leave out ``architecture``, ``max_iter`` and ``learning_rate``.

from sklearn.pipeline import make_pipeline

from skemovae import (
    EmotionRegularizedVAE,
    Excerpt,
    KeyNormalizer,
    PitchEncoder,
    SopranoExtractor,
)

model = make_pipeline(
    KeyNormalizer(),
    Excerpt(n_bars=4, mismatch="keep"),
    SopranoExtractor(part="first"),
    PitchEncoder(polyphony="skyline", off_grid="round", out_of_window="clip"),
    EmotionRegularizedVAE(
        architecture=GRUArchitecture(units=64),
        max_iter=80,
        learning_rate=0.003,
        random_state=0,
    ),
)
model

# %%
# The first score after all steps but the model, as a piano roll:

from skemovae import PianoRollDisplay

tokens = model[:-1].fit_transform(bach.data)
# sphinx_gallery_alt = "Piano roll of the first melody, four bars long."
PianoRollDisplay.from_tokens(tokens[0], emotion=bach.target[0])
print(tokens.shape, tokens[0, :16])

# %%
# Train and test
# --------------
#
# A fifth of the *tunes* is held out. If rows were held out at random, the test set
# would share tunes with the training set.

from sklearn.model_selection import StratifiedGroupKFold

splitter = StratifiedGroupKFold(n_splits=5, shuffle=True, random_state=0)
train, test = next(splitter.split(tokens, bach.target, bach.groups))


def select(rows):
    """Return the scores and the labels of the given rows."""
    return [bach.data[i] for i in rows], bach.target[rows]


model.fit(*select(train))
print(f"mean quadrant accuracy, training tunes: {model.score(*select(train)):.2f}")
print(f"mean quadrant accuracy, held-out tunes: {model.score(*select(test)):.2f}")

# %%
# The melodies of the held-out tunes on the plane:

from skemovae import LatentPlaneDisplay

# sphinx_gallery_alt = "The melodies of the held-out tunes as points on the plane."
# sphinx_gallery_alt = "Most lie in the quadrant of their emotion."
LatentPlaneDisplay.from_estimator(model, *select(test))

# %%
# New melodies
# ------------
#
# The model samples tokens for an emotion; the encoder turns them into scores, which
# ``write_music`` can write as MIDI or MusicXML. In a notebook, the last line of the
# cell shows and plays them.

from skemovae import Melodies

rows, emotions = model[-1].sample(
    2, emotion="happiness", temperature=0.7, random_state=1
)
melodies = model.named_steps["pitchencoder"].inverse_transform(rows)
Melodies(melodies, emotions)

# sphinx_gallery_thumbnail_number = 2
