import json
from argparse import ArgumentTypeError

import numpy as np
import pytest

from skemovae import compose_piece, read_music
from skemovae.cli._piece import _curve


@pytest.mark.parametrize(
    ("text", "curve"),
    [
        ("sad", "sad"),
        ("Q3", "sad"),
        ("-1,0.5", (-1, 0.5)),
        ("sad:0,happy:32", {0: "sad", 32: "happy"}),
        ("sad:0,-0.5,1:8,happy:16.5", {0: "sad", 8: (-0.5, 1), 16.5: "happy"}),
        ("-1,0.5:0,1,1:4", {0: (-1, 0.5), 4: (1, 1)}),
    ],
)
def test_curves(text, curve):
    assert _curve(text) == curve


@pytest.mark.parametrize("text", ["", ":", "sad:", ":0", "sad:0,", "sad:0,happy", "sad:0happy:8", "sad:-1", "1,2,3:0"])
def test_texts_that_are_no_curve(text):
    with pytest.raises(ArgumentTypeError, match="expected"):
        _curve(text)


def test_the_piece_is_what_the_function_composes(run, tmp_path):
    path = tmp_path / "piece.mid"
    arguments = ["piece", "--curve", "sad:0,happy:8", "--form", "AB", "--bars", 12, "--out", path]
    code, out, err = run(*arguments, "--tempo", 100, "--json")
    assert code == 0
    result = json.loads(out)
    expected = compose_piece({0: "sad", 8: "happy"}, "AB", 3, random_state=result["seed"])
    assert result["title"] == "sad to happy, ABA"
    assert [(phrase["bar"], phrase["theme"]) for phrase in result["phrases"]] == [(0, "A"), (4, "B"), (8, "A")]
    assert np.allclose([phrase["asked"] for phrase in result["phrases"]], expected.asked)
    written = read_music(path)
    (track,) = written.tracks
    times = np.array([(note.time, note.pitch) for note in track.notes])
    wanted = np.array([(note.time, note.pitch) for note in expected.music.tracks[0].notes])
    assert np.array_equal(times[:, 1], wanted[:, 1])
    assert np.array_equal(times[:, 0] * expected.music.resolution, wanted[:, 0] * written.resolution)
    assert [tempo.qpm for tempo in written.tempos] == [100]
    head, first, *_, last = err.splitlines()
    assert head.split() == ["bar", "theme", "valence", "arousal", "read:", "valence", "arousal"]
    assert first.split()[:2] == ["0", "A"]
    assert last == f"wrote sad to happy, ABA: {path} (repeat with --seed {result['seed']})"


def test_one_emotion_as_sound_in_this_folder(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("piece", "--curve", "-1,-1", "--form", "A", "--format", "wav", "--seed", 1)[0] == 0
    assert (tmp_path / "piece.wav").read_bytes().startswith(b"RIFF")
