"""Displays compared with pictures that a person has checked; ``python -m tests.display.test_images`` redraws these.

Only shapes and colors are compared. Texts are hidden, because letters differ between versions of Matplotlib.
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.testing.compare import compare_images
from sklearn.utils import Bunch

from skemovae import (
    DecodedPlaneDisplay,
    LatentPlaneDisplay,
    MelodicQualityDisplay,
    MetricComparisonDisplay,
    PianoRollDisplay,
    TrainingHistoryDisplay,
)

BASELINE = Path(__file__).parent / "baseline"
# Root mean square of the difference in color (0-255). Matplotlib 3.7 and 3.11 differ by less than 0.01. Without the
# shading of a black key's row it is 2.5, with another marker for one of the emotions 4, with another color 7.
TOLERANCE = 1.5


def latent_plane(ax):
    points = np.random.default_rng(0).normal(np.repeat([[2, 2], [-2, 2], [-2, -2], [2, -2]], 8, axis=0), 0.8)
    LatentPlaneDisplay.from_latent(points, np.repeat(["Q1", "Q2", "Q3", "Q4"], 8), ax=ax)


def piano_roll(ax):
    PianoRollDisplay.from_tokens([60, 129, 62, 129, 64, 129, 128, 129, 67, 67, 129, 129, 72, 129, 63, 129], ax=ax)


def training_history(ax):
    epochs = np.arange(20)
    loss = {"loss": 80 * 0.8**epochs, "kl": np.sqrt(epochs), "valence": -epochs / 20}
    held_out = {f"validation_{name}": values + 0.1 * values.max() for name, values in loss.items()}
    TrainingHistoryDisplay.from_history(loss | held_out, ax=ax)


def metric_comparison(ax):
    mean, std = np.array([[9.0, 8, 6, 7], [0.9, 0.7, 0.8, 1]]), np.array([[3, 2, 1.5, 2], [0.1, 0.1, 0.2, 0]])
    tables = {
        name: Bunch(metrics=["pitch_range", "c_major_rate"], mean=factor * mean, std=std)
        for name, factor in (("base", 0.7), ("regularized", 1.1), ("training", 1))
    }
    MetricComparisonDisplay.from_tables(tables, ax=ax)


def melodic_quality(ax):
    reference = np.array([0.7, 0.15, 3.0, 0.5])
    tables = {
        name: Bunch(
            metrics=["step_rate", "repeat_rate", "cross_entropy", "two_sample_auc"],
            generated=factor * reference,
            reference=reference,
            halves=np.outer(reference, [0.94, 1.05]),
        )
        for name, factor in (("before", 1.3), ("after", 1.02))
    }
    MelodicQualityDisplay.from_qualities(tables, ax=ax)


def decoded_plane(ax):
    places = np.linspace(-3, 3, 13)
    valence, arousal = np.meshgrid(places, places)
    values = {"note_density": np.exp(arousal / 3), "major_minus_minor": np.tanh(valence), "pitch_range": arousal**2}
    values["pitch_range"][4:7, 4:7] = np.nan
    DecodedPlaneDisplay(valence=places, arousal=places, values=values).plot(ax=ax)


DRAWINGS = (latent_plane, piano_roll, training_history, melodic_quality, metric_comparison, decoded_plane)


def draw(drawing, path):
    with mpl.rc_context():
        mpl.rcdefaults()  # whatever the machine's own settings are
        plt.switch_backend("Agg")
        figure, ax = plt.subplots(figsize=(6, 3.5), dpi=50)  # small files
        drawing(ax)
        for text in figure.findobj(mpl.text.Text):
            text.set_visible(False)
        for legend in figure.findobj(mpl.legend.Legend):
            legend.set_visible(False)
        figure.savefig(path, dpi=50, metadata={"Software": None})
        plt.close(figure)


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.__name__)
def test_picture(drawing, tmp_path):
    actual = tmp_path / f"{drawing.__name__}.png"
    draw(drawing, actual)
    assert compare_images(BASELINE / actual.name, actual, tol=TOLERANCE) is None


if __name__ == "__main__":
    for drawing in DRAWINGS:
        draw(drawing, BASELINE / f"{drawing.__name__}.png")
