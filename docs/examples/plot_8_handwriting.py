"""
Not music: handwriting that turns into another digit
====================================================

To change the emotion of a tune, the model moves its point to another region of the
plane and keeps all other dimensions. This works for rows of any symbols: here,
handwritten digits become other digits, in the same handwriting.
"""

# %%
# Real data that is not music
# ---------------------------
#
# scikit-learn includes 1,797 digits, written by 13 people. Read line by line, each is a
# row of 64 symbols, as long as a melody of four bars. The symbols are five shades of
# ink. Four of the digits are each assigned a quadrant of the plane.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from skemovae import EmotionRegularizedVAE

class_positions = {3: (1, 1), 5: (-1, 1), 8: (-1, -1), 9: (1, -1)}
digits = load_digits()
chosen = np.isin(digits.target, list(class_positions))
X, y = np.round(digits.data[chosen] / 4).astype(int), digits.target[chosen]
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)

# %%
# Train and place
# ---------------
#
# Two of the eight latent dimensions form the plane. The decoder is also conditioned on
# the quadrant's digit, so the other six dimensions need not encode the digit: they are
# free to represent the handwriting.

model = EmotionRegularizedVAE(
    n_components=8,
    class_positions=class_positions,
    architecture="dense",
    kl_weight=0.3,
    optimizer="adam",
    learning_rate=0.004,
    schedule="one_cycle",
    batch_size=64,
    max_iter=80,
    random_state=0,
).fit(X_train, y_train)
print(f"held-out digits in the right quadrant: {model.score(X_test, y_test):.2f}")

points = model.transform(X_test)
# sphinx_gallery_alt = "The held-out digits 3, 5, 8 and 9, written at their points"
# sphinx_gallery_alt = "on the plane. Each kind has its own quadrant."
figure, ax = plt.subplots(figsize=(5.4, 5), layout="constrained")
colors = ["#E69F00", "#D55E00", "#0072B2", "#009E73"]
for digit, color in zip(class_positions, colors, strict=True):
    for point in points[y_test == digit]:
        ax.text(*point[:2], str(digit), color=color, ha="center", va="center")
limit = 1.1 * np.abs(points[:, :2]).max()
ax.set(xlim=(-limit, limit), ylim=(-limit, limit))
ax.axhline(0, color="0.6", linewidth=0.8)
ax.axvline(0, color="0.6", linewidth=0.8)

# %%
# Move
# ----
#
# The first two dimensions are set to the center of another digit's region, which is
# stored in ``latent_mean_``.


def turn_into(digit, points, amount=1.0):
    """Return rows whose points are moved a part of the way to a digit."""
    target = model.latent_mean_[model.classes_.tolist().index(digit), :2]
    moved = points.copy()
    moved[:, :2] += amount * (target - moved[:, :2])
    return model.inverse_transform(moved)


some = [np.flatnonzero(y_test == digit)[i] for digit in class_positions for i in (0, 1)]
versions = {"written": X_test[some]}
versions |= {f"as {digit}": turn_into(digit, points[some]) for digit in class_positions}
# sphinx_gallery_alt = "Eight handwritten digits in a row, and below them the same"
# sphinx_gallery_alt = "digits turned into 3, 5, 8 and 9."
figure, axes = plt.subplots(5, len(some), figsize=(8, 5.2), layout="constrained")
for line, (title, rows) in zip(axes, versions.items(), strict=True):
    line[0].text(-1.5, 3.5, title, ha="right", va="center", fontsize=14)
    for ax, row in zip(line, rows, strict=True):
        ax.imshow(row.reshape(8, 8), cmap="gray_r", vmin=0, vmax=4)
        ax.axis("off")

# %%
# Measure
# -------
#
# As with tunes, there are two questions. Is it the requested digit? An independent
# classifier is the judge. Is it the same handwriting? The slant of a digit can be
# measured before and after. The rank correlation of the two is 0 if nothing of the
# handwriting is left, as for digits in another handwriting.

from scipy.stats import spearmanr
from sklearn.svm import SVC

judge = SVC().fit(X_train, y_train)
vertical, horizontal = np.divmod(np.arange(64), 8)


def slant(rows):
    """Return the covariance of height and place from left to right of the ink."""
    ink = rows / rows.sum(axis=1, keepdims=True)
    height, place = -ink @ vertical, ink @ horizontal
    return ink @ (-vertical * horizontal) - height * place


generator = np.random.default_rng(0)
right, same_hand, another_hand = [], [], []
for digit in class_positions:
    others = y_test != digit
    turned = turn_into(digit, points[others])
    right.append(np.mean(judge.predict(turned) == digit))
    before, after = slant(X_test[others]), slant(turned)
    same_hand.append(spearmanr(before, after).statistic)
    another_hand.append(spearmanr(generator.permutation(before), after).statistic)
print(f"the judge's accuracy on digits as written: {judge.score(X_test, y_test):.2f}")
print(f"requested digit recognized: {np.mean(right):.2f}")
print(f"slant, correlation before and after: {np.mean(same_hand):.2f}")
print(f"slant, correlation with a random other digit: {np.mean(another_hand):.2f}")

# %%
# Step by step, a three becomes an eight.

amounts = np.linspace(0, 1, 7)
three = points[y_test == 3][:1]
# sphinx_gallery_alt = "Seven pictures in which a three becomes an eight, step by"
# sphinx_gallery_alt = "step."
figure, axes = plt.subplots(1, len(amounts), figsize=(9, 1.7), layout="constrained")
for ax, amount in zip(axes, amounts, strict=True):
    ax.imshow(turn_into(8, three, amount).reshape(8, 8), cmap="gray_r", vmin=0, vmax=4)
    ax.set_title(f"{amount:.2f}")
    ax.axis("off")

# sphinx_gallery_thumbnail_number = 2
