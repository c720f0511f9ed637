import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.utils import Bunch

from skemovae import MetricComparisonDisplay, metric_table

GENERATED = [[60, 129, 64, 72], [60, 129, 63, 129]]
TRAINING = [[60, 129, 64, 67], [60, 129, 72, 67], [60, 129, 63, 129]]


def compared(**kwargs):
    return MetricComparisonDisplay.from_predictions(
        GENERATED, ["happy", "sad"], TRAINING, ["happy", "happy", "sad"], **kwargs
    )


def test_boxes_are_the_training_melodies_and_markers_the_generated_ones():
    display = compared()
    panel = display.axes_[0]  # pitch ranges: 12 and 3 generated, 7, 12 and 3 in training
    boxes, markers = panel.containers
    assert np.allclose([(b.get_y(), b.get_height()) for b in boxes.patches][::2], [(7, 5), (3, 0)])
    assert np.allclose(markers.lines[0].get_ydata(), [12, np.nan, 3, np.nan], equal_nan=True)
    means = [line[0][1] for line in panel.collections[0].get_segments() if len(line)]  # some emotions have none
    assert np.allclose(means, [9.5, 3])
    assert [t.get_text() for t in panel.get_legend().get_texts()] == ["training", "generated"]
    assert [t.get_text() for t in panel.get_xticklabels()][1] == "Q2\nanger"


def test_chosen_metrics():
    titles = [ax.get_title(loc="left") for ax in compared(metrics=["pitch_entropy", "n_pitch_classes_used"]).axes_]
    assert titles == ["pitch entropy", "pitch classes used"]


def test_several_tables_stand_side_by_side_with_markers_of_their_own():
    table = metric_table(TRAINING, ["happy", "happy", "sad"])
    display = MetricComparisonDisplay.from_tables(
        {"base": table, "regularized": table, "data": table}, reference="data"
    )
    _, *others = display.axes_[0].containers
    lines = [other.lines[0] for other in others]
    assert len({line.get_marker() for line in lines}) == 2
    assert lines[0].get_xdata()[0] < 0 < lines[1].get_xdata()[0]


def test_from_estimator_draws_new_melodies(fitted, tiny_data):
    display = MetricComparisonDisplay.from_estimator(make_pipeline(fitted), *tiny_data, n_samples=3, random_state=0)
    tokens, labels = fitted.sample(12, emotion=np.repeat(fitted.classes_, 3), random_state=0)
    assert np.array_equal(display.tables["generated"].mean, metric_table(tokens, labels).mean)
    assert np.array_equal(display.tables["training"].mean, metric_table(*tiny_data).mean)
    with pytest.raises(ValueError, match="n_samples=0: expected a positive integer"):
        MetricComparisonDisplay.from_estimator(fitted, *tiny_data, n_samples=0)


def test_tables_that_do_not_fit_together():
    table, other = Bunch(metrics=["pitch_range"]), Bunch(metrics=["pitch_entropy"])
    with pytest.raises(ValueError, match=r"table 'a' has the metrics \['pitch_entropy'\] and 'training'"):
        MetricComparisonDisplay.from_tables({"a": other, "training": table})
    with pytest.raises(ValueError, match=r"reference='data' and the tables \['a'\]: expected one of them"):
        MetricComparisonDisplay.from_tables({"a": table}, reference="data")
    with pytest.raises(ValueError, match="at most 5 others"):
        MetricComparisonDisplay.from_tables({str(i): table for i in range(6)} | {"training": table})
