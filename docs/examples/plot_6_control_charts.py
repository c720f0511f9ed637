"""
Not music: control charts from a factory
========================================

The model accepts rows of any symbols, and any classes that have a position on the
plane. Here, the rows are control charts, which record a measurement of a process over
time, and the axes of the plane are "up or down" and "gradual or sudden".
"""

# %%
# The data
# --------
#
# The synthetic control charts of Alcock and Manolopoulos (1999) are a well-known
# benchmark for sequence classification. Its formulas generate four kinds of change from
# a noisy level of 30, over 60 steps. The values, rounded to multiples of 5, are the
# symbols.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import train_test_split

class_positions = {
    "upward shift": (1, 1),
    "downward shift": (-1, 1),
    "decreasing trend": (-1, -1),
    "increasing trend": (1, -1),
}
generator = np.random.default_rng(0)
steps = np.arange(60)


def make_chart(kind):
    """Return one chart of a kind, by the formulas of the reference."""
    if kind.endswith("trend"):
        change = generator.uniform(0.2, 0.5) * steps
    else:
        change = generator.uniform(7.5, 20) * (steps >= generator.uniform(20, 40))
    sign = class_positions[kind][0]
    return 30 + 2 * generator.uniform(-3, 3, size=60) + sign * change


y = np.repeat(list(class_positions), 100)
X = 5 * np.round(np.array([make_chart(kind) for kind in y]) / 5).astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)

colors = dict(
    zip(class_positions, ["#E69F00", "#D55E00", "#0072B2", "#009E73"], strict=True)
)
markers = dict(zip(class_positions, "o^sD", strict=True))
# sphinx_gallery_alt = "One chart of each kind: a downward shift, an upward shift, a"
# sphinx_gallery_alt = "decreasing trend and an increasing trend."
figure, axes = plt.subplots(
    2, 2, figsize=(8, 4.5), layout="constrained", sharex=True, sharey=True
)
panels = {"upward shift": axes[0, 1], "downward shift": axes[0, 0]}
panels |= {"decreasing trend": axes[1, 0], "increasing trend": axes[1, 1]}
for kind, ax in panels.items():
    ax.plot(X_train[y_train == kind][0], color=colors[kind], drawstyle="steps-mid")
    ax.set_title(kind, loc="left")

# %%
# Classes with positions
# ----------------------
#
# ``class_positions`` says where on the plane each class belongs. Everything else works
# as with music.

from skemovae import EmotionRegularizedVAE
from skemovae.nn.architectures import GRUArchitecture

model = EmotionRegularizedVAE(
    class_positions=class_positions,
    condition=None,
    architecture=GRUArchitecture(units=32),
    max_iter=80,
    random_state=0,
).fit(X_train, y_train)
print(f"held-out charts in the right quadrant: {model.score(X_test, y_test):.2f}")

# %%
# Left: the held-out charts. Right: the decoder's output for points between -4 and 4.
# From left to right, falling charts turn into rising ones; from bottom to top, slopes
# turn into steps.

# sphinx_gallery_alt = "Left: a point for each chart; most points lie in the"
# sphinx_gallery_alt = "quadrant of their kind. Right: decoded charts in a grid,"
# sphinx_gallery_alt = "falling on the left and rising on the right."
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 5.4), layout="constrained")
points = model.transform(X_test)
for kind in class_positions:
    rows = points[y_test == kind]
    left.scatter(*rows.T, c=colors[kind], marker=markers[kind], s=22, label=kind)
left.axhline(0, color="0.6", linewidth=0.8)
left.axvline(0, color="0.6", linewidth=0.8)
left.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2, frameon=False)

grid = np.linspace(-4, 4, 7)
places = [(horizontal, vertical) for horizontal in grid for vertical in grid]
for (horizontal, vertical), chart in zip(
    places, model.inverse_transform(places), strict=True
):
    right.plot(
        horizontal + np.linspace(-0.5, 0.5, 60),
        vertical + (chart - 30) / 45,
        color="#0072B2",
    )
for ax in (left, right):
    ax.set(xlabel="down or up", ylabel="gradual or sudden")

# %%
# New charts of a class
# ---------------------
#
# At temperature 1, each symbol is sampled with the decoder's probabilities, which
# brings the noise back.

charts, _ = model.sample(3, emotion="upward shift", temperature=1.0, random_state=0)
# sphinx_gallery_alt = "Three new charts of one kind, whose level is higher at the"
# sphinx_gallery_alt = "end than at the beginning."
figure, axes = plt.subplots(1, 3, figsize=(10, 2.4), layout="constrained", sharey=True)
for ax, chart in zip(axes, charts, strict=True):
    ax.plot(chart, color=colors["upward shift"], drawstyle="steps-mid")

# %%
# R. J. Alcock and Y. Manolopoulos, "Time-series similarity queries employing a
# feature-based approach", 7th Hellenic Conference on Informatics, 1999.

# sphinx_gallery_thumbnail_number = 1
