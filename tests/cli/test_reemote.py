import json

import pytest

from skemovae import read_music, write_music

from ..conftest import make_score, notes_of

STEP = 4  # time steps per quarter note


@pytest.fixture(scope="module")
def tune(tmp_path_factory):
    """The file with a fast tune of four bars in G major, at 90 quarter notes per minute."""
    path = tmp_path_factory.mktemp("tunes") / "tune.mid"
    pitches = [67, 71, 74, 71, 72, 69, 66, 69, 71, 67, 62, 67, 69, 66, 62, 67]
    notes = [(i * STEP, pitch, STEP) for i, pitch in enumerate(pitches)]
    write_music(make_score(notes, resolution=STEP, qpm=90, key=(7, "major")), path)
    return path


def test_a_happy_tune_becomes_sad(run, tune, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("reemote", tune, "--emotion", "sad")
    assert (code, err) == (0, "")
    first, second, emotion, kept, *_, last = out.splitlines()
    assert first == "key:         G major, then G minor"
    assert second == "notes last:  twice as long (time scale 2)"
    assert emotion.startswith("emotion:     happy")
    assert kept.startswith("kept:        ")
    assert last == "wrote tune-sad.mid"
    music = read_music("tune-sad.mid")
    assert [tempo.qpm for tempo in music.tempos] == [pytest.approx(90, abs=0.01)]
    assert max(time + length for time, _, length in notes_of(music)) == 32 * music.resolution


def test_part_of_the_way_to_a_point_for_a_program(run, tune, tmp_path):
    out = tmp_path / "dark.musicxml"
    code, text, _ = run("reemote", tune, "--at", "-1,1", "--amount", 0, "--tempo", 60, "--out", out, "--json")
    assert code == 0
    result = json.loads(text)
    assert (result["file"], result["key_before"], result["key_after"]) == (str(out), "G major", "G major")
    assert result["time_scale"] == 1
    assert {window["emotion_before"] for window in result["windows"]} == {"happy"}
    assert 0 <= result["notes_kept"] <= result["onsets_kept"] <= 1
    assert [tempo.qpm for tempo in read_music(out).tempos] == [60]


def test_the_name_of_the_file_says_where_a_point_lies(run, tune, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("reemote", tune, "--at=-1,0.5", "--format", "wav")[0] == 0
    assert (tmp_path / "tune-angry.wav").read_bytes().startswith(b"RIFF")


def test_an_existing_file_is_replaced_with_force_alone(run, tune, tmp_path):
    out = tmp_path / "mine.mid"
    out.write_text("mine")
    code, _, err = run("reemote", tune, "--emotion", "sad", "--out", out)
    assert (code, out.read_text()) == (2, "mine")
    assert err == f"skemovae reemote: {out} exists: choose another name, or replace it with --force\n"
    assert run("reemote", tune, "--emotion", "sad", "--out", out, "--force")[0] == 0
    assert out.read_bytes().startswith(b"MThd")


def test_what_the_model_cannot_hold_is_said_or_refused(run, tmp_path):
    waltz = tmp_path / "waltz.mid"
    notes = [(i, pitch, 1) for i, pitch in enumerate([67, 71, 74, 74, 71, 67])]
    write_music(make_score(notes, resolution=1, key=(7, "major"), time_signature=(3, 4)), waltz)
    code, out, _ = run("reemote", waltz, "--emotion", "angry", "--out", tmp_path / "angry.mid")
    assert code == 0
    assert "note:        bars 1 to 2: 3/4 time: changed by the plain rules\n" in out
    assert "kept:" not in out
    code, out, err = run("reemote", waltz, "--emotion", "sad", "--unsupported", "error", "--out", tmp_path / "sad.mid")
    assert (code, out) == (2, "")
    assert err.startswith("skemovae reemote: music from bar 1 on: 3/4 time")
    assert not (tmp_path / "sad.mid").exists()


def test_no_music(run, tmp_path):
    (tmp_path / "x.mid").write_text("no MIDI")
    code, _, err = run("reemote", tmp_path / "x.mid", "--emotion", "sad", "--out", tmp_path / "y.mid")
    assert code == 2
    assert err.startswith(f"skemovae reemote: cannot read {tmp_path / 'x.mid'} as MIDI")
    assert err.count("\n") == 1
