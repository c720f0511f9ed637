import warnings

import numpy as np
import pytest
from sklearn.utils import Bunch

from skemovae import (
    NGramModel,
    PitchEncoder,
    interval_distance,
    load_bach_chorales,
    melodic_quality,
    melody_metrics,
    training_copies,
    two_sample_auc,
)
from skemovae.metrics import NOTE_METRICS, format_melodic_quality

REST, HOLD = 128, 129
MEANS = [*NOTE_METRICS, "pitch_range"]
TESTS = ["interval_distance", "cross_entropy", "two_sample_auc"]


@pytest.fixture(scope="module")
def reference():
    return np.random.default_rng(0).integers(60, 72, size=(80, 16))


def row_of(quality, name):
    row = quality.metrics.index(name)
    return quality.generated[row], quality.reference[row], quality.halves[row]


def shuffled(X):
    """Return melodies with their pitches shuffled: the same rhythm and range, but no melody."""
    X, generator = X.copy(), np.random.default_rng(0)
    for row in X:
        row[row < REST] = generator.permutation(row[row < REST])
    return X


def test_the_table_holds_what_the_functions_return(reference):
    X, training = np.random.default_rng(1).integers(60, 66, size=(30, 16)), np.vstack([reference[:10], [[50] * 16]])
    quality = melodic_quality(X, reference, X_train=training)
    assert quality.metrics == [*MEANS, "silent_rate", *TESTS, "copies", "fragment_copies"]
    for name, values in melody_metrics(X, MEANS[:7]).items():
        real = melody_metrics(reference, [name])[name]
        generated, whole, halves = row_of(quality, name)
        assert (generated, whole) == pytest.approx((values.mean(), real.mean()))
        assert halves[::2] + halves[1::2] == pytest.approx([2 * real.mean()] * 3)  # each split has 40 and 40
    assert row_of(quality, "interval_distance")[0] == pytest.approx(interval_distance(X, reference))
    assert row_of(quality, "two_sample_auc")[0] == two_sample_auc(X, reference)
    assert row_of(quality, "copies")[:2] == (0, 10 / 80)
    assert row_of(quality, "fragment_copies")[1] == training_copies(reference, training).fragment_copies
    assert melodic_quality(X, reference).metrics == [*MEANS, "silent_rate", *TESTS]


def test_the_entropy_is_of_a_model_of_half_of_the_reference():
    reference = np.tile([60, 62, 64, 65], (60, 1))
    quality = melodic_quality(np.tile([60, 62, 64, 67], (20, 1)), reference, groups=range(60))
    model = NGramModel().fit(reference[:30])
    generated, whole, halves = row_of(quality, "cross_entropy")
    assert generated == pytest.approx(-model.score([[60, 62, 64, 67]]))
    assert halves == pytest.approx([-model.score(reference)] * 6)
    assert whole == pytest.approx(halves[0])


def test_halves_share_no_tune(reference):
    twins = np.repeat(reference[:40], 2, axis=0)  # twins begin alike
    copies = row_of(melodic_quality(reference, twins, X_train=twins[:2]), "copies")[2]
    assert (40 * copies).reshape(3, 2).max(axis=1) == pytest.approx([2] * 3)  # both are in the same half of each split
    assert copies.reshape(3, 2).min(axis=1).tolist() == [0] * 3


def test_silent_melodies_are_counted_and_have_no_part_in_the_means(reference):
    X = np.vstack([reference[:20], np.full((20, 16), REST)])
    quality = melodic_quality(X, reference)
    assert row_of(quality, "silent_rate")[0] == 0.5
    for name, values in melody_metrics(reference[:20], ["step_rate", "notes_per_bar", "pitch_range"]).items():
        assert row_of(quality, name)[0] == pytest.approx(values.mean())
    assert row_of(quality, "interval_distance")[0] == interval_distance(reference[:20], reference)


def test_melodies_without_any_note(reference):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mute = melodic_quality(np.full((20, 16), REST), reference, X_train=reference)
    defined = [name for name, value in zip(mute.metrics, mute.generated, strict=True) if not np.isnan(value)]
    assert defined == ["silent_rate", "two_sample_auc"]
    assert row_of(mute, "silent_rate")[0] == row_of(mute, "two_sample_auc")[0] == 1


def test_melodies_of_a_single_note(reference):
    quality = melodic_quality(np.tile([60] + [HOLD] * 15, (20, 1)), reference)
    defined = [name for name, value in zip(quality.metrics, quality.generated, strict=True) if not np.isnan(value)]
    assert not {"repeat_rate", "step_rate", "leap_rate", "ends_by_step", "interval_distance"} & set(defined)
    assert {"ends_on_tonic", "longest_run", "figure_return", "notes_per_bar", "cross_entropy"} <= set(defined)


@pytest.mark.slow
def test_shuffled_chorales_are_told_from_real_ones_and_real_halves_are_not(data_home):
    bach = load_bach_chorales(data_home=data_home)
    X = PitchEncoder().fit_transform(bach.data)
    quality = melodic_quality(shuffled(X), X, X_train=X, groups=bach.groups)
    expected = {
        "repeat_rate": (0.16, 0.15),
        "step_rate": (0.36, 0.69),
        "leap_rate": (0.04, 0.00),
        "ends_by_step": (0.53, 0.91),
        "ends_on_tonic": (0.16, 0.27),
        "interval_distance": (0.33, 0.06),
        "cross_entropy": (3.82, 2.56),
        "two_sample_auc": (0.95, 0.52),
        "copies": (0.0, 1.0),
    }
    for name, values in expected.items():
        assert row_of(quality, name)[:2] == pytest.approx(values, abs=0.05)
    for name in ("step_rate", "ends_by_step", "interval_distance", "cross_entropy", "two_sample_auc"):
        generated, _, halves = row_of(quality, name)
        distance = min(abs(generated - halves.min()), abs(generated - halves.max()))
        assert distance > 3 * np.ptp(halves)
    assert np.abs(row_of(quality, "two_sample_auc")[2] - 0.5).max() < 0.1


def test_wrong_input(reference):
    with pytest.raises(
        ValueError, match=r"30 reference melodies of 30 tunes: expected enough for two halves of at least 20"
    ):
        melodic_quality(reference, reference[:30])
    with pytest.raises(ValueError, match="80 reference melodies of 1 tunes: expected enough for two halves"):
        melodic_quality(reference, reference, groups=[7] * 80)
    with pytest.raises(ValueError, match="19 melodies and 80 reference melodies"):
        melodic_quality(reference[:19], reference)


def make_quality(metrics=("step_rate", "leap_rate"), generated=(0.4, np.nan), reference=(0.7, 0.01)):
    halves = np.array([[0.69, 0.71], [0.0, 0.02]])[: len(metrics)]
    return Bunch(metrics=list(metrics), generated=np.array(generated), reference=np.array(reference), halves=halves)


def test_tables_side_by_side():
    text = format_melodic_quality({"before": make_quality(), "after": make_quality(generated=(0.65, 0.02))})
    assert text == (
        "| metric | before | after | real | halves of real |\n"
        "|---|---|---|---|---|\n"
        "| step_rate | 0.400 | 0.650 | 0.700 | 0.690 to 0.710 |\n"
        "| leap_rate | - | 0.020 | 0.010 | 0.000 to 0.020 |\n"
    )


def test_tables_that_do_not_fit_together():
    with pytest.raises(ValueError, match="qualities is empty: expected"):
        format_melodic_quality({})
    for other in (make_quality(reference=(0.6, 0.01)), make_quality(("step_rate",), (0.4,), (0.7,))):
        with pytest.raises(ValueError, match="'b' and 'a' have different metrics or real melodies: expected the same"):
            format_melodic_quality({"a": make_quality(), "b": other})
