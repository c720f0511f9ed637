import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.utils import Bunch

from skemovae import MelodicQualityDisplay, melodic_quality


def make_quality(generated=(0.4, 3.9), reference=(0.7, 3.0)):
    return Bunch(
        metrics=["step_rate", "two_sample_auc"],
        generated=np.array(generated),
        reference=np.array(reference),
        halves=np.array([[0.68, 0.72, 0.7, 0.7], [2.9, 3.2, 3.0, 3.1]]),
    )


def test_boxes_are_the_halves_of_the_real_melodies_and_markers_the_generated_ones():
    display = MelodicQualityDisplay.from_qualities({"before": make_quality(), "after": make_quality((0.65, 3.1))})
    panel, other = display.axes_
    assert [ax.get_title(loc="left") for ax in display.axes_] == ["step rate", "two-sample AUC"]
    (box,) = panel.patches
    x = box.get_extents().transformed(panel.transData.inverted()).get_points()[:, 0]
    assert x == pytest.approx([0.68, 0.72])
    real, before, after = panel.lines
    assert set(real.get_xdata()) == {0.7}
    assert (before.get_xdata().item(), after.get_xdata().item()) == (0.4, 0.65)
    assert before.get_ydata().item() != after.get_ydata().item()
    assert before.get_marker() != after.get_marker()
    assert [t.get_text() for t in other.get_legend().get_texts()] == ["halves of real", "real", "before", "after"]


def test_a_metric_without_a_value_has_no_marker():
    panel = MelodicQualityDisplay.from_qualities({"mute": make_quality((np.nan, 3.0))}).axes_[0]
    assert np.isnan(panel.lines[1].get_xdata()).all()
    low, high = panel.get_xlim()
    assert 0.5 < low < 0.68
    assert 0.72 < high < 0.9


def test_from_estimator_draws_a_new_melody_for_each_real_one(fitted, tiny_data):
    X, y = np.tile(tiny_data[0], (2, 1)), np.tile(tiny_data[1], 2)
    groups = np.arange(80) % 40
    display = MelodicQualityDisplay.from_estimator(
        make_pipeline(fitted), X, y, X_train=X[:4], groups=groups, random_state=0
    )
    expected = melodic_quality(fitted.sample(80, emotion=y, random_state=0)[0], X, X_train=X[:4], groups=groups)
    (quality,) = display.qualities.values()
    assert quality.metrics == expected.metrics
    assert np.array_equal(quality.generated, expected.generated, equal_nan=True)
    assert np.array_equal(quality.halves, expected.halves, equal_nan=True)
    assert len(display.axes_) == len(quality.metrics)


def test_tables_that_do_not_fit_together():
    with pytest.raises(ValueError, match="'b' and 'a' have different metrics or real melodies"):
        MelodicQualityDisplay.from_qualities({"a": make_quality(), "b": make_quality(reference=(0.5, 3.0))})
    with pytest.raises(ValueError, match="6 tables: expected at most 5"):
        MelodicQualityDisplay.from_qualities({str(i): make_quality() for i in range(6)})
    with pytest.raises(ValueError, match="qualities is empty"):
        MelodicQualityDisplay.from_qualities({})
