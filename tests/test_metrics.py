import muspy
import numpy as np
import pytest

from skemovae import PitchEncoder, melody_metrics, metric_table, quadrant_accuracy, read_music
from skemovae.metrics import format_metric_table
from tests.conftest import make_score

# The paper's Table 3, training set: mean (standard deviation) by emotion e1 to e4.
TABLE_3_TRAINING = {
    "pitch_range": ([9.32, 9.01, 6.19, 7.44], [2.93, 2.14, 1.68, 1.95]),
    "n_pitches_used": ([6.29, 6.28, 4.57, 4.84], [1.36, 1.31, 0.85, 0.91]),
    "c_major_rate": ([0.97, 0.72, 0.77, 0.98], [0.10, 0.13, 0.13, 0.10]),
    "c_minor_rate": ([0.66, 0.91, 0.92, 0.65], [0.12, 0.15, 0.15, 0.15]),
}


@pytest.fixture(scope="module")
def table_3_melodies(published):
    """Return the 79 melodies a class that the paper's table was computed from, and their labels."""
    melodies, labels = [], []
    for code in ("e1", "e2", "e3", "e4"):
        paths = sorted(published.glob(f"{code}/*.mid"))
        paths = [p for p in paths if p.name != "bwv380.mxl.mid"] if code == "e1" else paths[:79]
        assert len(paths) == 79
        melodies += map(read_music, paths)
        labels += [code] * 79
    return melodies, labels


def test_training_column_of_table_3(table_3_melodies):
    table = metric_table(*table_3_melodies)
    for row, metric in enumerate(table.metrics):
        mean, std = TABLE_3_TRAINING[metric]
        assert np.round(table.mean[row], 2).tolist() == mean
        assert np.round(table.std[row], 2).tolist() == std


def test_tokens_have_the_metrics_of_their_melodies(table_3_melodies):
    melodies, _ = table_3_melodies
    tokens = PitchEncoder(polyphony="skyline", out_of_window="clip").fit_transform(melodies)
    from_tokens, from_music = melody_metrics(tokens), melody_metrics(melodies)
    for metric in from_music:
        assert np.array_equal(from_tokens[metric], from_music[metric])


def test_quadrant_accuracy_of_known_points():
    Z = [[1, 1], [2, -1], [-1, 1], [-1, -1], [-1, -2], [0, -1]]
    y = ["e1", "e1", "e2", "e3", "e3", "e4"]
    result = quadrant_accuracy(Z, y)
    assert result.per_quadrant == {"Q1": 0.5, "Q2": 1.0, "Q3": 1.0, "Q4": 1.0}
    assert result.mean == 0.875


def test_quadrant_accuracy_ignores_further_dimensions():
    assert quadrant_accuracy([[1, 1, -9]], ["happy"]).mean == 1.0


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
def test_quadrant_accuracy_of_wrong_input(Z, y, message):
    with pytest.raises(ValueError, match=message):
        quadrant_accuracy(Z, y)


def test_metrics_of_known_melodies():
    scale = make_score([(i, p, 1) for i, p in enumerate((60, 62, 63, 65, 67, 68, 70, 72))])
    values = {name: value.item() for name, value in melody_metrics([scale]).items()}
    assert values == {"pitch_range": 12, "n_pitches_used": 8, "c_major_rate": 5 / 8, "c_minor_rate": 1.0}


def test_melodies_without_notes_are_nan_and_left_out():
    silent, drums = make_score([]), make_score(muspy.Track(is_drum=True, notes=[muspy.Note(0, 36, 1)]))
    tune = make_score([(0, 60, 1), (1, 67, 1)])
    assert all(np.isnan(values[:2]).all() and not np.isnan(values[2]) for values in
               melody_metrics([silent, drums, tune]).values())  # fmt: skip
    table = metric_table([silent, tune], ["sad", "sad"])
    assert table.mean[0].tolist()[2] == 7.0
    assert np.isnan(table.mean[0][[0, 1, 3]]).all()


def test_tokens_as_a_data_frame():
    pandas = pytest.importorskip("pandas")
    assert melody_metrics(pandas.DataFrame([[60, 129, 64]]))["pitch_range"].tolist() == [4.0]


def test_wrong_melodies():
    with pytest.raises(ValueError, match=r"X is empty: expected a list of muspy\.Music, or rows of tokens"):
        melody_metrics([])
    with pytest.raises(ValueError, match="token 130 in row 0, step 1"):
        melody_metrics([[60, 130]])
    with pytest.raises(ValueError, match="1 melodies and 2 labels"):
        metric_table([[60, 129]], ["sad", "sad"])


def test_table_as_markdown():
    table = metric_table([[60, 129, 64, 67], [60, 61, 129, 129]], ["happy", "happy"])
    text = format_metric_table({"mine": table, "yours": table})
    assert text.splitlines()[0] == "| metric | melodies | happiness | anger | sadness | relaxation |"
    assert text.splitlines()[2] == "| pitch_range | mine | 4.00 (3.00) | - | - | - |"
    assert len(text.splitlines()) == 2 + 2 * 4
