import json

import muspy
import pytest

from skemovae import write_music

from ..conftest import make_score


@pytest.fixture(scope="module")
def tune(tmp_path_factory):
    """The file with four bars in G major, and two in 3/4, which the model cannot represent."""
    path = tmp_path_factory.mktemp("tunes") / "tune.mid"
    pitches = [67, 71, 74, 71, 72, 69, 66, 69, 71, 67, 62, 67, 69, 66, 62, 67, 67, 71, 74, 74, 71, 67]
    score = make_score([(i, pitch, 1) for i, pitch in enumerate(pitches)], resolution=1, key=(7, "major"))
    score.time_signatures = [muspy.TimeSignature(0, 4, 4), muspy.TimeSignature(16, 3, 4)]
    write_music(score, path)
    return path


def test_window_by_window_and_the_whole(run, tune):
    code, out, err = run("locate", tune)
    assert (code, err) == (0, "")
    head, first, second, whole, key = out.splitlines()
    assert head.split() == ["bar", "emotion", "valence", "arousal"]
    assert first.split()[:2] == ["1", "happy"]
    assert second.split() == ["5", "-", "-", "-", "3/4", "time"]
    assert whole.split() == ["whole", *first.split()[1:]]
    assert key == "key: G major"
    assert len(head) == len(first) == len(whole)


def test_for_a_program(run, tune):
    code, out, err = run("locate", "--json", tune)
    assert (code, err) == (0, "")
    result = json.loads(out)
    assert (result["file"], result["key"], result["whole"]["emotion"]) == (str(tune), "G major", "happy")
    first, second = result["windows"]
    assert (first["bar"], first["emotion"], first["reason"]) == (1, "happy", "")
    assert first["valence"] == pytest.approx(result["whole"]["valence"])
    assert second == {"bar": 5, "emotion": None, "valence": None, "arousal": None, "reason": "3/4 time"}


def test_a_score_without_notes(run, tmp_path):
    write_music(make_score([]), tmp_path / "rests.mid")
    code, out, err = run("locate", tmp_path / "rests.mid")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("skemovae locate: ")
