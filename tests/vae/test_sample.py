"""New rows: the requested number, with the requested emotion, decoded from points in its region."""

import numpy as np
import pytest

from skemovae import EmotionRegularizedVAE, load_pretrained
from skemovae.emotion import quadrant_index

from .settings import SIGNS, TINY


@pytest.fixture(scope="module", params=[1, 3])
def other_size(request, tiny_data):
    """Return models with one and with three latent dimensions."""
    return EmotionRegularizedVAE(n_components=request.param, **TINY | {"max_iter": 5}).fit(*tiny_data)


def test_sample_gives_exactly_what_was_asked(fitted):
    tokens, emotions = fitted.sample(7, random_state=0)
    assert tokens.shape == (7, 8)
    assert set(tokens.ravel()) <= set(fitted.vocabulary_)
    assert set(emotions) <= set(fitted.classes_)
    wanted = ["sad", "happy", "sad"]
    assert fitted.sample(3, emotion=wanted, random_state=0)[1].tolist() == wanted
    assert fitted.sample()[0].shape == (1, 8)


def test_all_emotions_are_drawn(fitted):
    _, emotions = fitted.sample(200, random_state=0)
    assert set(emotions) == set(SIGNS)


def test_sampled_melodies_carry_the_emotion(fitted):
    tokens, emotions = fitted.sample(80, random_state=0)
    assert (fitted.predict(tokens) == emotions).mean() > 0.8


def test_sample_at_a_point_is_the_decoded_point(fitted):
    tokens, emotions = fitted.sample(3, at=(-0.7, 0.4))
    assert emotions.tolist() == ["angry"] * 3
    assert np.array_equal(tokens, np.repeat(fitted.inverse_transform([[-0.7, 0.4]]), 3, axis=0))
    other = fitted.sample(1, at=(-0.7, 0.4), emotion="relaxed")
    assert other[1].tolist() == ["relaxed"]
    assert np.array_equal(other[0], fitted.inverse_transform([[-0.7, 0.4]], emotion="relaxed"))


def test_temperature(fitted):
    cold = fitted.sample(20, at=(1, 1), random_state=0)[0]
    warm = fitted.sample(20, at=(1, 1), temperature=2.0, random_state=0)[0]
    assert len(np.unique(cold, axis=0)) == 1
    assert len(np.unique(warm, axis=0)) > 15


def test_random_state(fitted):
    first, second = (fitted.sample(20, temperature=1.0, random_state=5)[0] for _ in range(2))
    assert np.array_equal(first, second)
    assert not np.array_equal(fitted.sample(20, temperature=1.0)[0], fitted.sample(20, temperature=1.0)[0])
    generator = np.random.default_rng(5)
    assert np.array_equal(fitted.sample(20, temperature=1.0, random_state=generator)[0], first)


# the points --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("emotion", list(SIGNS))
def test_points_are_drawn_inside_the_quadrant(fitted, emotion):
    points = fitted.sample(500, emotion=emotion, return_points=True, random_state=0)[2]
    assert points.shape == (500, 2)
    assert (np.sign(points) == SIGNS[emotion]).all()


@pytest.mark.parametrize("emotion", list(SIGNS))
def test_the_papers_points_miss_the_quadrant_in_29_percent(fitted, emotion):
    index = list(SIGNS).index(emotion)
    points = fitted.sample(20_000, emotion=emotion, method="paper", return_points=True, random_state=0)[2]
    assert (quadrant_index(points) == index).mean() == pytest.approx(0.71, abs=0.02)


def test_the_base_models_points_stay_in_the_quadrant_too(tiny_data):
    base = EmotionRegularizedVAE(regularizer=None, **TINY).fit(*tiny_data)
    for emotion, signs in SIGNS.items():
        points = base.sample(50, emotion=emotion, return_points=True, random_state=0)[2]
        assert (np.sign(points) == signs).all()


def test_points_follow_the_distribution_of_the_class(fitted):
    emotion = "sad"
    mean = fitted.latent_mean_[2]
    points = fitted.sample(2000, emotion=emotion, return_points=True, random_state=0)[2]
    spread = np.sqrt(np.diagonal(fitted.latent_covariance_[2]))
    assert np.abs(points.mean(axis=0) - mean).max() < spread.max()
    assert (points.std(axis=0) <= 1.1 * spread).all()


@pytest.mark.parametrize("method", ["class", "paper"])
def test_points_decode_to_the_rows(fitted, method):
    rows, emotions, points = fitted.sample(30, method=method, return_points=True, random_state=0)
    assert np.array_equal(fitted.inverse_transform(points, emotion=emotions), rows)


@pytest.mark.parametrize("intensity", [0.5, 1.0, 2.0])
def test_intensity_moves_the_center_of_the_class(fitted, intensity):
    points = fitted.sample(4000, emotion="sad", intensity=intensity, return_points=True, random_state=0)[2]
    assert set(quadrant_index(points)) == {2}
    plain = fitted.sample(4000, emotion="sad", return_points=True, random_state=0)[2]
    wanted = (intensity - 1) * fitted.latent_mean_[2]
    # the part of the Gaussian outside the quadrant matters if the center is near the edge of the quadrant
    assert np.sign(points.mean(axis=0) - plain.mean(axis=0)).tolist() == np.sign(wanted).tolist()


def test_a_strong_intensity_moves_all_points_alike(fitted):
    strong, stronger = (
        fitted.sample(4000, emotion="sad", intensity=i, return_points=True, random_state=0)[2] for i in (20.0, 21.0)
    )
    assert (stronger - strong).mean(axis=0) == pytest.approx(fitted.latent_mean_[2], rel=1e-6)


def test_asking_for_the_points_changes_no_draw(fitted):
    rows, emotions, _ = fitted.sample(30, temperature=1.0, return_points=True, random_state=0)
    without = fitted.sample(30, temperature=1.0, random_state=0)
    assert len(without) == 2
    assert np.array_equal(without[0], rows)
    assert np.array_equal(without[1], emotions)


def test_points_of_other_sizes_decode_to_the_rows(other_size):
    rows, emotions, points = other_size.sample(30, return_points=True, random_state=0)
    assert points.shape == (30, other_size.n_components)
    assert np.array_equal(other_size.inverse_transform(points, emotion=emotions), rows)


def test_points_of_other_sizes_lie_in_the_region(other_size):
    points, emotions = other_size.sample(200, return_points=True, random_state=0)[2:0:-1]
    signs = np.array([SIGNS[emotion] for emotion in emotions])[:, : other_size.n_components]
    assert (np.sign(points[:, :2]) == signs).all()


@pytest.mark.parametrize("method", ["class", "paper"])
def test_the_point_that_is_asked_for_is_the_point(other_size, method):
    rows, emotions, points = other_size.sample(4, at=(-0.7, 0.4), method=method, return_points=True, random_state=0)
    n_components = other_size.n_components
    assert points.shape == (4, n_components)
    assert np.array_equal(points[:, :2], np.tile([-0.7, 0.4], (4, 1))[:, :n_components])
    assert emotions.tolist() == ["angry"] * 4
    assert np.array_equal(other_size.inverse_transform(points, emotion="angry"), rows)
    if n_components > 2:
        assert len(np.unique(points[:, 2])) == 4  # further dimensions are drawn


# rows with a beginning ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def generator():
    return load_pretrained("generator")


@pytest.mark.parametrize("temperature", [0.0, 0.85])
@pytest.mark.parametrize("n_prefix", [0, 1, 40, 64])
def test_a_row_goes_on_from_its_own_beginning_as_it_did(generator, temperature, n_prefix):
    settings = {"at": (-1.0, 0.5), "context": [1, 0, 1], "temperature": temperature}
    rows, _ = generator.sample(5, random_state=0, **settings)
    again, _ = generator.sample(5, prefix=rows[:, :n_prefix], random_state=0, **settings)
    assert np.array_equal(again, rows)


def test_rows_with_one_beginning_go_on_in_different_ways(generator):
    rows, _ = generator.sample(10, emotion="sad", prefix=[60, 129, 63, 129], temperature=1.0, random_state=0)
    assert (rows[:, :4] == [60, 129, 63, 129]).all()
    assert len(np.unique(rows[:, 4:], axis=0)) == 10


def test_a_beginning_is_looked_up_as_every_row(generator):
    rows, _ = generator.sample(2, prefix=[20, 129], random_state=0)
    assert rows[:, 0].tolist() == [48, 48]  # the nearest pitch that the model knows


@pytest.mark.parametrize("prefix", [60, [[60]], [[60], [60], [60]], [60] * 65])
def test_beginnings_of_wrong_shapes(generator, prefix):
    with pytest.raises(
        ValueError, match=r"prefix of shape .*: expected \(n_prefix,\) for all rows, or \(2, n_prefix\)"
    ):
        generator.sample(2, prefix=prefix)


def test_what_is_written_at_once_goes_on_from_nothing(fitted):
    with pytest.raises(ValueError, match=r"prefix of shape \(1,\): .* writes all steps at once"):
        fitted.sample(2, prefix=[60])


# wrong arguments ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"at": "abc"}, "at='abc': expected one point"),
        ({"at": (1, 2, 3)}, r"at=\(1, 2, 3\): expected one point"),
        ({"at": (1, np.inf)}, r"at=\(1, inf\): expected one point"),
        ({"at": "abc", "emotion": "sad"}, "at='abc': expected one point"),
        ({"n_samples": 0}, "n_samples=0: expected a positive integer"),
        ({"emotion": "melancholy"}, "unknown emotion 'melancholy': expected one of Q1, e1, happiness"),
        ({"n_samples": 3, "emotion": ["sad", "sad"]}, "2 labels for 3 rows: expected one label, or one per row"),
        ({"intensity": 0}, "intensity=0: expected a positive number"),
        (
            {"intensity": 1.3, "at": (1, 1)},
            r"intensity=1.3 with at=\(1, 1\) and method='class': expected an intensity only when",
        ),
        (
            {"intensity": 1.3, "method": "paper"},
            "intensity=1.3 with at=None and method='paper': expected an intensity only when",
        ),
        ({"temperature": -1}, "temperature=-1: expected 0 or a positive number"),
        ({"method": "prior"}, "method='prior': expected one of 'class', 'paper'"),
        ({"return_points": "yes"}, "return_points='yes': expected True or False"),
        ({"random_state": -1}, "random_state=-1: expected None, an integer >= 0"),
    ],
)
def test_wrong_arguments(fitted, arguments, message):
    with pytest.raises(ValueError, match=message):
        fitted.sample(**arguments)
