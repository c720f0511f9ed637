"""
The plane, with and without its regularizer
===========================================

A plain variational autoencoder puts melodies wherever they are easy to tell apart. The
regularizer turns its two latent dimensions into valence and arousal.
"""

# %%
# These two models differ in a single parameter, like the paper's CVAE-EmoReg and
# CVAE-Base, but they are small and trained only briefly. For serious training, leave
# out ``architecture``, ``max_iter`` and ``learning_rate``.

from skemovae import EmotionRegularizedVAE, PitchEncoder, load_bach_chorales
from skemovae.nn.architectures import GRUArchitecture

bach = load_bach_chorales()
X, y = PitchEncoder().fit_transform(bach.data), bach.target
architecture = GRUArchitecture(units=64)
settings = {
    "architecture": architecture,
    "max_iter": 80,
    "learning_rate": 0.003,
    "random_state": 0,
}
regularized = EmotionRegularizedVAE(**settings).fit(X, y)
plain = EmotionRegularizedVAE(regularizer=None, **settings).fit(X, y)

# %%
# Where the melodies lie
# ----------------------
#
# The mean quadrant accuracy is shown above each plane; guessing would score 0.25. It is
# measured on the training melodies: read :doc:`/evaluation` before you quote such a
# number.

import matplotlib.pyplot as plt

from skemovae import LatentPlaneDisplay

# sphinx_gallery_alt = "Two planes with a point for each melody. Without the"
# sphinx_gallery_alt = "regularizer the emotions are mixed; with it, each has its"
# sphinx_gallery_alt = "quadrant."
figure, axes = plt.subplots(1, 2, figsize=(11, 5.6), layout="constrained")
for ax, (name, model) in zip(
    axes, {"without": plain, "with the regularizer": regularized}.items(), strict=True
):
    LatentPlaneDisplay.from_estimator(model, X, y, ax=ax)
    ax.set_title(f"{name}: {model.score(X, y):.2f}")

# %%
# Between the melodies
# --------------------
#
# Every point of the plane can be decoded. With the regularizer, melodies in the upper
# half have more notes and those on the right sound more like major, which is how
# arousal and valence appear in this data. (The decoder is conditioned on the quadrant's
# emotion, so part of the jump at the axes comes from the label; with
# ``condition=None``, only the point matters.)

from skemovae import DecodedPlaneDisplay

# sphinx_gallery_alt = "Three maps of the plane. There are more notes per quarter"
# sphinx_gallery_alt = "note in the upper half, the right half is more major, and"
# sphinx_gallery_alt = "the pitch range varies from place to place."
DecodedPlaneDisplay.from_estimator(regularized, grid_resolution=31)

# %%
# Next, a walk across the plane from sadness to happiness, with a melody at each of four
# points. With a temperature above 0, each note is sampled, and the melodies are
# livelier:

import numpy as np

from skemovae import PianoRollDisplay

stations = np.linspace(regularized.latent_mean_[2], regularized.latent_mean_[0], 4)
# sphinx_gallery_alt = "Piano rolls of four melodies on the way from sadness to"
# sphinx_gallery_alt = "happiness. The first has few long notes, the last many short"
# sphinx_gallery_alt = "ones."
figure, axes = plt.subplots(4, 1, figsize=(8, 11), layout="constrained")
for ax, point in zip(axes, stations, strict=True):
    row, _ = regularized.sample(at=point, temperature=0.7, random_state=0)
    PianoRollDisplay.from_tokens(row, ax=ax)
    ax.set_title(f"valence {point[0]:.1f}, arousal {point[1]:.1f}", loc="left")

# %%
# The training
# ------------
#
# This figure shows each term of the loss by epoch. The two terms of the regularizer
# fall toward -1, their minimum, while the reconstruction improves.

from skemovae import TrainingHistoryDisplay

# sphinx_gallery_alt = "Curves of the loss and of its four terms by epoch. The loss"
# sphinx_gallery_alt = "and the reconstruction fall; the two terms of the"
# sphinx_gallery_alt = "regularizer fall toward -1."
TrainingHistoryDisplay.from_estimator(regularized)

# sphinx_gallery_thumbnail_number = 1
