import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skemovae import EmotionRegularizedVAE, PitchEncoder, label_fed_quadrant_accuracy, quadrant_accuracy
from skemovae.nn.architectures import GRUArchitecture


def test_known_points():
    Z = [[1, 1], [2, -1], [-1, 1], [-1, -1], [-1, -2], [0, -1]]
    y = ["e1", "e1", "e2", "e3", "e3", "e4"]
    result = quadrant_accuracy(Z, y)
    assert result.per_quadrant == {"Q1": 0.5, "Q2": 1.0, "Q3": 1.0, "Q4": 1.0}
    assert result.mean == 0.875
    assert result.confusion.tolist() == [[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 2, 0], [0, 0, 0, 1]]


def test_further_dimensions_do_not_count():
    assert quadrant_accuracy([[1, 1, -9]], ["happy"]).mean == 1.0


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3), st.integers(1, 4)), min_size=1, max_size=30),
    st.randoms(use_true_random=False),
)
def test_confusion_holds_every_point_in_any_order(rows, random):
    shuffled = random.sample(rows, len(rows))
    results = [quadrant_accuracy([r[:2] for r in part], [r[2] for r in part]) for part in (rows, shuffled)]
    assert np.array_equal(results[0].confusion, results[1].confusion)
    assert results[0].mean == pytest.approx(results[1].mean)
    totals = results[0].confusion.sum(axis=1)
    assert results[0].mean == pytest.approx((results[0].confusion.diagonal()[totals > 0] / totals[totals > 0]).mean())
    assert totals.tolist() == np.bincount([r[2] - 1 for r in rows], minlength=4).tolist()


@pytest.mark.parametrize(
    ("Z", "y", "message"),
    [
        ([[1, 1]], ["happy", "sad"], "1 points and 2 labels"),
        (np.empty((0, 2)), [], "0 points and 0 labels"),
        ([[np.nan, 1]], ["happy"], "point 0 is NaN"),
        ([1, 1], ["happy"], r"points of shape \(2,\)"),
        ([[1, 1]], ["cheerful"], "unknown emotion 'cheerful'"),
    ],
)
def test_wrong_input(Z, y, message):
    with pytest.raises(ValueError, match=message):
        quadrant_accuracy(Z, y)


@pytest.fixture(scope="module")
def label_fed(tiny_data):
    model = EmotionRegularizedVAE(
        condition="both",
        architecture=GRUArchitecture(units=8),
        max_iter=30,
        batch_size=8,
        learning_rate=0.01,
        random_state=0,
    )
    return model.fit(*tiny_data)


def test_label_fed_encoder_tells_the_label_and_not_the_music(label_fed, tiny_data):
    X, y = tiny_data
    other = np.roll(y, 10)  # a wrong emotion for every row, given as if it were right
    told = label_fed_quadrant_accuracy(label_fed, X, other)
    assert told.mean > quadrant_accuracy(label_fed.transform(X), other).mean
    assert np.array_equal(told.confusion, quadrant_accuracy(label_fed.transform(X, emotion=other), other).confusion)


def test_label_fed_on_a_pipeline(label_fed, tiny_data):
    X, y = tiny_data
    encoder = PitchEncoder(n_steps=8)
    pipeline = make_pipeline(encoder, label_fed)
    direct = label_fed_quadrant_accuracy(label_fed, X, y)
    assert np.array_equal(
        label_fed_quadrant_accuracy(pipeline, encoder.inverse_transform(X), y).confusion, direct.confusion
    )


def test_label_fed_needs_an_encoder_that_takes_labels(fitted, tiny_data):
    with pytest.raises(ValueError, match=r"fitted with condition='decoder'.*use quadrant_accuracy\(estimator"):
        label_fed_quadrant_accuracy(fitted, *tiny_data)
    with pytest.raises(TypeError, match="ends in LogisticRegression: expected a fitted EmotionRegularizedVAE"):
        label_fed_quadrant_accuracy(make_pipeline(LogisticRegression()), *tiny_data)
