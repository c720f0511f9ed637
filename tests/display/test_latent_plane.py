import matplotlib as mpl
import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skemovae import LatentPlaneDisplay


def offsets(display):
    return [collection.get_offsets().tolist() for collection in display.ax_.collections]


def test_points_are_drawn_by_emotion():
    display = LatentPlaneDisplay.from_latent([[1, 2], [-1, 3], [-2, -1], [0.5, 0.5]], ["Q1", "Q2", "Q3", "Q1"])
    assert offsets(display) == [[[1, 2], [0.5, 0.5]], [[-1, 3]], [[-2, -1]], []]
    legend = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert legend == ["happiness (2)", "anger (1)", "sadness (1)", "relaxation (0)"]
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("valence", "arousal")
    assert {t.get_text() for t in display.ax_.texts} == {"Q1 happiness", "Q2 anger", "Q3 sadness", "Q4 relaxation"}
    assert display.figure_ is display.ax_.figure


def test_the_axes_cross_in_the_middle():
    display = LatentPlaneDisplay.from_latent([[5, 0.1]], ["Q1"])
    for low, high in (display.ax_.get_xlim(), display.ax_.get_ylim()):
        assert low == -high
        assert high > 5


def test_the_quadrants_names_stay_in_the_corners_of_other_limits():
    display = LatentPlaneDisplay.from_latent([[5, 0.1]], ["Q1"])
    display.ax_.set(aspect="auto", ylim=(-0.2, 0.2))
    display.figure_.canvas.draw()
    corners = {}
    for text in display.ax_.texts:
        box = text.get_window_extent().transformed(display.ax_.transAxes.inverted())
        assert 0 < box.x0 < box.x1 < 1
        assert 0 < box.y0 < box.y1 < 1
        corners[text.get_text()[:2]] = (box.x0 > 0.5, box.y0 > 0.5)
    assert corners == {"Q1": (True, True), "Q2": (False, True), "Q3": (False, False), "Q4": (True, False)}


def test_markers_tell_the_emotions_apart_without_color():
    display = LatentPlaneDisplay.from_latent(np.eye(4, 2), ["Q1", "Q2", "Q3", "Q4"])
    shapes = {tuple(map(tuple, c.get_paths()[0].vertices.round(3))) for c in display.ax_.collections}
    assert len(shapes) == 4


def test_from_estimator_and_pipeline(fitted, tiny_data):
    display = LatentPlaneDisplay.from_estimator(fitted, *tiny_data)
    assert np.allclose(np.concatenate(offsets(display)), fitted.transform(tiny_data[0]))
    assert offsets(LatentPlaneDisplay.from_estimator(make_pipeline(fitted), *tiny_data)) == offsets(display)


def test_plot_again_on_other_axes():
    display = LatentPlaneDisplay.from_latent([[1, 1]], ["happy"])
    _, ax = mpl.pyplot.subplots()
    assert display.plot(ax=ax).ax_ is ax


def test_points_as_labels_count_by_their_quadrants():
    display = LatentPlaneDisplay.from_latent([[1, 2], [3, 4]], [[0.5, -0.5], [-0.1, 1.0]])
    assert offsets(display) == [[], [[3, 4]], [], [[1, 2]]]


def test_no_points():
    assert offsets(LatentPlaneDisplay.from_latent(np.empty((0, 2)), [])) == [[], [], [], []]


@pytest.mark.parametrize(("Z", "y"), [([[1, 1]], ["sad", "sad"]), ([[1], [1]], ["sad", "sad"]), ([1, 1], ["sad"])])
def test_wrong_points(Z, y):
    with pytest.raises(ValueError, match=r"points of shape .* labels: expected"):
        LatentPlaneDisplay.from_latent(Z, y)
