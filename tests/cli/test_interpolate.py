import json

import pytest

from skemovae import generate, read_music, write_music

from ..conftest import make_score


@pytest.fixture(scope="module")
def tunes(tmp_path_factory):
    """The files with two melodies."""
    folder = tmp_path_factory.mktemp("tunes")
    paths = [folder / "sad.mid", folder / "happy.mid"]
    for melody, path in zip(generate(2, emotion=["sad", "happy"], random_state=0), paths, strict=True):
        write_music(melody, path)
    return paths


def test_melodies_between_two_tunes(run, tunes, tmp_path):
    out = tmp_path / "out"
    code, text, _ = run("interpolate", *tunes, "--steps", 3, "--tempo", 90, "--out", out)
    assert (code, text) == (0, f"wrote step-1.mid to step-3.mid to {out}/\n")
    music = [read_music(out / f"step-{i}.mid") for i in (1, 2, 3)]
    assert [each.metadata.title for each in music] == ["1 of 3", "2 of 3", "3 of 3"]
    assert {round(tempo.qpm) for each in music for tempo in each.tempos} == {90}


def test_force_replaces_steps_and_nothing_else(run, tunes, tmp_path):
    for name in ("step-7.mid", "step.mid", "sad-1.mid"):
        (tmp_path / name).write_text("mine")
    arguments = ["interpolate", *tunes, "--steps", 1, "--format", "musicxml", "--out", tmp_path]
    assert run(*arguments)[0] == 2
    code, text, _ = run(*arguments, "--force", "--json")
    assert (code, json.loads(text)["files"]) == (0, [str(tmp_path / "step-1.musicxml")])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sad-1.mid", "step-1.musicxml", "step.mid"]


def test_a_tune_that_the_model_cannot_hold(run, tunes, tmp_path):
    write_music(make_score([(0, 67, 3), (3, 71, 3)], resolution=1, time_signature=(3, 4)), tmp_path / "waltz.mid")
    code, out, err = run("interpolate", tunes[0], tmp_path / "waltz.mid", "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert err.startswith("skemovae interpolate: the model cannot represent second from its first whole bar on: 3/4")
    assert not (tmp_path / "out").exists()
