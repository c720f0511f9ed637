"""Tests of load_bach_chorales: exactly the paper's melodies, and nearly its labels."""

import csv
import importlib.util
from contextlib import redirect_stderr
from pathlib import Path

import muspy
import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skemovae import PitchEncoder, read_music
from skemovae._tunes import group_by_tune, tune_incipit
from skemovae.datasets import _bach, load_bach_chorales
from skemovae.emotion import as_emotion
from skemovae.preprocessing import Excerpt, KeyNormalizer, SopranoExtractor
from skemovae.preprocessing._tempo import scale_time
from tests.conftest import BARS, make_score
from tests.datasets.conftest import NAMES, plain, stems


def test_bach_melodies_are_the_published_ones(bach, paper):
    assert sorted(stems(bach)) == sorted(paper)
    rows = PitchEncoder().fit_transform(bach.data)
    different = [name for name, row in zip(stems(bach), rows, strict=True) if (row != paper[name][0]).any()]
    assert different == ["bwv424"]  # 343 of 344


def test_bach_doubled_pieces_are_as_many_as_the_documentation_says():
    with _bach.TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sum(row["in_paper"] == row["doubled"] == "1" for row in rows) == 196


def test_bach_labels_by_rule_agree_with_people(bach, paper):
    people = [paper[name][1] for name in stems(bach)]
    assert np.mean(bach.target == people) == pytest.approx(0.887, abs=0.001)


def test_bach_scores_through_the_pipeline_are_the_published_melodies(all_scores, paper):
    scores = [score for name, score in zip(stems(all_scores), all_scores.data, strict=True) if name in paper]
    names = [name for name in stems(all_scores) if name in paper]
    encoder = PitchEncoder(polyphony="skyline")  # bwv846 has held bass notes under its melody
    pipeline = make_pipeline(Excerpt(), KeyNormalizer(), SopranoExtractor(part="first"), encoder)
    rows = pipeline.fit_transform(scores)
    different = [name for name, row in zip(names, rows, strict=True) if (row != paper[name][0]).any()]
    assert different == ["bwv424", "bwv62.6"]  # the latter states no mode, so its key is found by analysis


def test_bach_known_melody(bach):
    tokens = PitchEncoder().transform([bach.data[bach.filenames.index("bwv66.6.mxl")]])[0]
    # F sharp minor, c#" b' | a' b' c#" e", transposed down by 6 semitones; not marked and of odd length, so not doubled
    melody = read_music(_bach.corpus_folder() / "bwv66.6.mxl").tracks[0]
    expected = [n.pitch - 6 for n in melody.notes if n.time < 32]
    assert [t for t in tokens if t < 128][: len(expected)] == expected[: sum(t < 128 for t in tokens)]
    assert expected[:6] == [67, 65, 63, 65, 67, 70]


@pytest.mark.parametrize(("stream", "verbose", "shown"), BARS)
def test_bach_shows_a_progress_bar_on_a_terminal(monkeypatch, tmp_path, stream, verbose, shown):
    monkeypatch.setattr(
        _bach, "read_music", lambda path: make_score([(0, 60, 4)], key=(0, "major"), time_signature=(4, 4))
    )
    with redirect_stderr(stream()) as output:
        load_bach_chorales(data_home=tmp_path, verbose=verbose)
    assert ("reading: 100%" in output.getvalue()) is shown
    assert bool(output.getvalue()) is shown


def test_bach_bunch(bach):
    assert set(bach) == {"data", "target", "target_names", "groups", "filenames", "DESCR"}
    assert len(bach.data) == len(bach.target) == len(bach.groups) == len(bach.filenames) == 344
    assert all(isinstance(melody, muspy.Music) and len(melody.tracks) == 1 for melody in bach.data)
    assert [melody.metadata.source_filename for melody in bach.data] == bach.filenames == sorted(bach.filenames)
    assert bach.target_names == NAMES
    assert dict(zip(*np.unique(bach.target, return_counts=True), strict=True)) == {
        "anger": 77,
        "happiness": 81,
        "relaxation": 101,
        "sadness": 85,
    }
    assert {(k.root, k.mode) for melody in bach.data for k in melody.key_signatures} == {(0, "major"), (0, "minor")}
    assert {t.qpm for melody in bach.data for t in melody.tempos} == {120}
    assert "by rule" in bach.DESCR
    assert "88.7 %" in bach.DESCR


def test_bach_labels_follow_the_rule(bach):
    for melody, emotion in zip(bach.data, bach.target, strict=True):
        median = np.median([note.duration for note in melody.tracks[0].notes])  # in sixteenths
        assert as_emotion(emotion).valence == (1 if melody.key_signatures[0].mode == "major" else -1)
        assert as_emotion(emotion).arousal == (1 if median < 8 else -1)


def test_bach_data_and_target(bach):
    data, target = load_bach_chorales(return_X_y=True)
    assert plain(data) == plain(bach.data)
    assert target.tolist() == bach.target.tolist()


def test_bach_subset_all_holds_the_paper_ones_unchanged(bach):
    everything = load_bach_chorales(subset="all")
    assert len(everything.data) == len(everything.target) == len(everything.groups) == len(everything.filenames) == 364
    place = [everything.filenames.index(name) for name in bach.filenames]
    assert everything.target[place].tolist() == bach.target.tolist()
    assert everything.groups[place].tolist() == bach.groups.tolist()
    assert plain([everything.data[i] for i in place]) == plain(bach.data)


def test_bach_scores_are_whole_pieces_in_their_own_key(all_scores, bach):
    score = all_scores.data[all_scores.filenames.index("bwv66.6.mxl")]
    assert [track.name for track in score.tracks] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert score.key_signatures[0].root == 6
    assert {t.qpm for s in all_scores.data for t in s.tempos} == {120}
    paper_only = load_bach_chorales(form="scores")
    assert paper_only.filenames == bach.filenames
    assert paper_only.target.tolist() == bach.target.tolist()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"subset": "test"}, "subset='test': expected one of 'paper', 'all'"),
        ({"subset": None}, "subset=None: expected one of 'paper', 'all'"),
        ({"form": "tokens"}, "form='tokens': expected one of 'melodies', 'scores'"),
    ],
)
@pytest.mark.usefixtures("bach")
def test_bach_wrong_parameter(parameters, message):
    with pytest.raises(ValueError, match=message):
        load_bach_chorales(**parameters)


def test_bach_groups_hold_equal_melodies_together():
    everything = load_bach_chorales(subset="all")
    groups_of_row = {}
    for row, group in zip(PitchEncoder().transform(everything.data), everything.groups, strict=True):
        groups_of_row.setdefault(row.tobytes(), set()).add(group)
    assert len(groups_of_row) < 364  # some are equal
    assert all(len(groups) == 1 for groups in groups_of_row.values())


def test_bach_groups_are_the_tunes_of_the_scores(all_scores):
    with _bach.TABLE.open(encoding="utf-8") as file:
        doubled = [row["doubled"] == "1" for row in csv.DictReader(file)]
    originals = [scale_time(s, 0.5 if twice else 1) for s, twice in zip(all_scores.data, doubled, strict=True)]
    incipits = [tune_incipit(score, part="first") for score in originals]
    assert group_by_tune(incipits, stems(all_scores)) == all_scores.groups.tolist()
    assert len(set(all_scores.groups)) == 239


@pytest.mark.slow
def test_bach_table_follows_from_the_corpus():
    path = Path(__file__).parents[2] / "benchmarks" / "derive_bach_table.py"
    spec = importlib.util.spec_from_file_location("derive_bach_table", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    with _bach.TABLE.open(encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header == ["file", "in_paper", "doubled", "tune"]
    assert [list(map(str, row)) for row in script.derive()] == rows
