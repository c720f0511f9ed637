import numpy as np
import pytest
from sklearn.utils import Bunch

from skemovae import count_nearer, metric_table, read_music
from skemovae.metrics import MELODY_METRICS, format_metric_table
from tests.conftest import make_score
from tests.metrics.conftest import NAMES

# The paper's Table 3: means for the emotions e1 to e4, and the standard deviations of the training set.
TABLE_3 = {
    "Base": [[8.65, 7.85, 6.30, 6.00], [5.80, 5.85, 4.15, 4.05], [0.96, 0.71, 0.75, 0.99], [0.69, 0.91, 0.91, 0.72]],
    "EmoReg": [[7.75, 8.90, 6.00, 7.60], [5.60, 5.55, 4.40, 4.35], [0.93, 0.73, 0.77, 0.98], [0.67, 0.90, 0.92, 0.73]],
    "training": [
        [9.32, 9.01, 6.19, 7.44],
        [6.29, 6.28, 4.57, 4.84],
        [0.97, 0.72, 0.77, 0.98],
        [0.66, 0.91, 0.92, 0.65],
    ],
}
TRAINING_STD = [[2.93, 2.14, 1.68, 1.95], [1.36, 1.31, 0.85, 0.91], [0.10, 0.13, 0.13, 0.10], [0.12, 0.15, 0.15, 0.15]]


def table_3(name):
    return Bunch(metrics=list(MELODY_METRICS), emotions=NAMES, mean=np.array(TABLE_3[name]))


@pytest.fixture(scope="module")
def table_3_melodies(published):
    """Return the 79 melodies per class from which the paper's table was computed, and their labels."""
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
    assert table.metrics == list(MELODY_METRICS)
    assert np.round(table.mean, 2).tolist() == TABLE_3["training"]
    assert np.round(table.std, 2).tolist() == TRAINING_STD


def test_melodies_without_notes_are_left_out():
    silent, tune = make_score([]), make_score([(0, 60, 1), (1, 67, 1)])
    table = metric_table([silent, tune], ["sad", "sad"])
    assert table.mean[0].tolist()[2] == 7.0
    assert np.isnan(table.mean[0][[0, 1, 3]]).all()


def test_other_metrics():
    table = metric_table([[60, 72, 64, 65]], ["angry"], ["pitch_entropy", "n_pitch_classes_used"])
    assert table.metrics == ["pitch_entropy", "n_pitch_classes_used"]
    assert table.mean[:, 1].tolist() == [2.0, 3.0]


def test_as_many_labels_as_melodies():
    with pytest.raises(ValueError, match="1 melodies and 2 labels"):
        metric_table([[60, 129]], ["sad", "sad"])


def test_table_as_markdown():
    table = metric_table([[60, 129, 64, 67], [60, 61, 129, 129]], ["happy", "happy"])
    text = format_metric_table({"mine": table, "yours": table})
    assert text.splitlines()[0] == "| metric | melodies | happiness | anger | sadness | relaxation |"
    assert text.splitlines()[2] == "| pitch_range | mine | 4.00 (3.00) | - | - | - |"
    assert len(text.splitlines()) == 2 + 2 * 4


def test_nearer_cells_of_the_papers_table_3():
    # The paper says 9 of 16. The printed means give 8 and a tie, the C-major rate of anger (0.71 and 0.73 around 0.72).
    counts = count_nearer(table_3("EmoReg"), table_3("Base"), table_3("training"))
    assert counts == {"nearer": 8, "ties": 1, "farther": 7}
    assert counts.nearer + counts.ties == 9
    assert count_nearer(table_3("Base"), table_3("EmoReg"), table_3("training")).nearer == 7


def test_nearer_than_itself_is_a_tie():
    assert count_nearer(table_3("Base"), table_3("Base"), table_3("training")).ties == 16


def test_cells_without_a_mean_count_nowhere():
    some = metric_table([[60, 62, 64, 69]], ["happy"])
    assert sum(count_nearer(some, table_3("Base"), table_3("training")).values()) == 4


def test_tables_of_other_metrics():
    other = metric_table([[60, 62]], ["happy"], ["pitch_range"])
    with pytest.raises(
        ValueError, match=r"table_b has the metrics \['pitch_range'\] and reference_table \['pitch_range',"
    ):
        count_nearer(table_3("Base"), other, table_3("training"))
