import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skemovae import DecodedPlaneDisplay, EmotionRegularizedVAE, PitchEncoder
from skemovae.display._decoded_plane import _values
from skemovae.nn.architectures import DenseArchitecture


def test_maps_show_what_the_decoder_makes(fitted):
    display = DecodedPlaneDisplay.from_estimator(fitted, limit=2, grid_resolution=3)
    assert display.valence.tolist() == display.arousal.tolist() == [-2, 0, 2]
    assert list(display.values) == ["note_density", "major_minus_minor", "pitch_range"]
    tokens = fitted.inverse_transform([[2, -2]])[0]  # the last column of the first row
    assert display.values["note_density"][0, 2] == 4 * (tokens < 128).sum() / 8
    mesh = display.axes_[0].collections[0]
    assert np.array_equal(mesh.get_array().ravel(), display.values["note_density"].ravel())
    assert mesh.get_coordinates()[0, :, 0].tolist() == [-3, -1, 1, 3]  # valence to the right
    assert mesh.get_coordinates()[:, 0, 1].tolist() == [-3, -1, 1, 3]  # arousal upwards
    assert len(display.figure_.axes) == 1 + 2 * 3  # the invisible axes around them, and a color bar each
    assert {text.get_text() for text in display.axes_[0].texts} >= {"Q1 happiness", "Q3 sadness"}


def test_values_of_known_melodies():
    rows = np.array([[60, 64, 129, 129], [60, 63, 129, 129], [128, 128, 128, 129], [60, 64, 129, 129]])
    values = _values(rows, ["note_density", "major_minus_minor", "pitch_range"], 4)
    assert values["note_density"].tolist() == [2, 2, 0, 2]
    assert np.array_equal(values["major_minus_minor"], [0.5, -0.5, np.nan, 0.5], equal_nan=True)
    assert np.array_equal(values["pitch_range"], [4, 3, np.nan, 4], equal_nan=True)


def test_one_emotion_for_the_whole_plane(fitted):
    display = DecodedPlaneDisplay.from_estimator(fitted, metrics=["pitch_range"], emotion="sad", grid_resolution=2)
    corners = [[v, a] for a in display.arousal for v in display.valence]
    expected = _values(fitted.inverse_transform(corners, "sad"), ["pitch_range"], 4)["pitch_range"]
    assert np.array_equal(display.values["pitch_range"].ravel(), expected, equal_nan=True)


def test_the_plane_reaches_beyond_the_classes_by_two_deviations(fitted):
    display = DecodedPlaneDisplay.from_estimator(fitted, grid_resolution=2, metrics=["note_density"])
    reach = np.abs(fitted.latent_mean_) + 2 * np.sqrt(np.diagonal(fitted.latent_covariance_, axis1=1, axis2=2))
    assert display.valence[-1] == pytest.approx(reach.max())


def test_a_pipeline_says_how_long_its_steps_are(fitted):
    pipeline = make_pipeline(PitchEncoder(n_steps=8, resolution=2), fitted)
    settings = {"limit": 2, "grid_resolution": 2, "metrics": ["note_density"]}
    sixteenths = DecodedPlaneDisplay.from_estimator(fitted, **settings).values["note_density"]
    assert np.array_equal(
        DecodedPlaneDisplay.from_estimator(pipeline, **settings).values["note_density"], sixteenths / 2
    )


def test_neither_major_nor_minor_is_the_middle_of_the_colors():
    values = {"major_minus_minor": np.array([[-0.2, 0.1], [np.nan, 0.8]])}
    display = DecodedPlaneDisplay(valence=[-1, 1], arousal=[-1, 1], values=values).plot()
    assert display.axes_[0].collections[0].get_clim() == (-0.8, 0.8)


def test_melodies_without_notes():
    values = {name: np.full((2, 2), np.nan) for name in ("pitch_range", "major_minus_minor")}
    display = DecodedPlaneDisplay(valence=[-1, 1], arousal=[-1, 1], values=values).plot()
    display.figure_.canvas.draw()


def test_further_dimensions_stay_in_the_middle(tiny_data):
    vae = EmotionRegularizedVAE(
        3, architecture=DenseArchitecture(hidden_layer_sizes=(4,)), max_iter=1, random_state=0
    ).fit(*tiny_data)
    display = DecodedPlaneDisplay.from_estimator(vae, grid_resolution=2, metrics=["note_density"], limit=1)
    tokens = vae.inverse_transform([[-1, -1, 0]])[0]
    assert display.values["note_density"][0, 0] == (tokens < 128).sum() / 2


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"metrics": ["loudness"]}, r"metrics=\['loudness'\]: expected a list of some of note_density, "),
        ({"metrics": "pitch_range"}, "metrics='pitch_range': expected a list"),
        ({"metrics": []}, "expected a list"),
        ({"grid_resolution": 1}, "grid_resolution=1: expected 2 to 1,000"),
        ({"grid_resolution": 2.5}, "grid_resolution=2.5: expected a positive integer"),
        ({"limit": 0}, "limit=0: expected a positive number"),
    ],
)
def test_wrong_settings(fitted, settings, message):
    with pytest.raises(ValueError, match=message):
        DecodedPlaneDisplay.from_estimator(fitted, **settings)


def test_one_latent_dimension_is_no_plane(tiny_data):
    vae = EmotionRegularizedVAE(
        1, architecture=DenseArchitecture(hidden_layer_sizes=(4,)), max_iter=1, random_state=0
    ).fit(*tiny_data)
    with pytest.raises(ValueError, match="one latent dimension: expected a plane"):
        DecodedPlaneDisplay.from_estimator(vae)
