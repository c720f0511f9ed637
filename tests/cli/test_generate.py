import json
from xml.etree import ElementTree

import mido
import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skemovae import EmotionRegularizedVAE, PitchEncoder, generate, load_model, read_music, save_model
from skemovae.nn.architectures import GRUArchitecture


@pytest.fixture(scope="session")
def save_own(tiny_data, tmp_path_factory):
    """Return a function that saves a model with two classes of its own."""
    X, y = tiny_data

    def save(first, second):
        path = tmp_path_factory.mktemp("own") / "own"
        model = EmotionRegularizedVAE(
            class_positions={first: (1, 1), second: (-1, -1)},
            architecture=GRUArchitecture(units=4),
            max_iter=1,
            random_state=0,
        )
        save_model(model.fit(X, np.where(y == "happy", first, second)), path)
        return path

    return save


def names_in(folder):
    return sorted(p.name for p in folder.iterdir())


def test_one_emotion_and_all(run, saved, tmp_path):
    code, out, _ = run(
        "generate", saved, "--emotion", "sad", "--per-emotion", 3, "--out", tmp_path / "sad", "--seed", 4
    )
    assert (code, out) == (0, f"wrote 3 melodies (sad) to {tmp_path / 'sad'}/ (repeat with --seed 4)\n")
    assert names_in(tmp_path / "sad") == [f"sad-{i}.mid" for i in (1, 2, 3)]
    assert run("generate", saved, "--per-emotion", 1, "--out", tmp_path / "all")[0] == 0
    assert names_in(tmp_path / "all") == ["angry-1.mid", "happy-1.mid", "relaxed-1.mid", "sad-1.mid"]


def test_files_of_ten_or_more_sort_by_number(run, saved, tmp_path):
    run("generate", saved, "--emotion", "Q1", "--per-emotion", 10, "--out", tmp_path / "out")
    assert names_in(tmp_path / "out") == [f"happy-{i:02}.mid" for i in range(1, 11)]


@pytest.mark.parametrize("suffix", ["mid", "musicxml"])
def test_the_melodies_are_what_the_function_generates(run, saved, tmp_path, suffix):
    code, out, _ = run(
        *["generate", saved, "--emotion", "happy", "--per-emotion", 2, "--temperature", 0.3],
        *["--out", tmp_path / "out", "--format", suffix, "--json"],
    )
    assert code == 0
    result = json.loads(out)
    expected = generate(2, emotion="happy", temperature=0.3, model=load_model(saved), random_state=result["seed"])
    assert [(entry["file"], entry["emotion"]) for entry in result["melodies"]] == [
        (str(tmp_path / "out" / f"happy-{i}.{suffix}"), "happy") for i in (1, 2)
    ]
    encoder = PitchEncoder(n_steps=8)
    written = encoder.transform([read_music(entry["file"]) for entry in result["melodies"]])
    assert np.array_equal(written, encoder.transform(expected))


def test_a_seed_is_drawn_and_shown_and_gives_the_same_files_again(run, saved, tmp_path):
    seeds = [json.loads(run("generate", saved, "--json", "--out", tmp_path / str(i))[1])["seed"] for i in range(2)]
    assert seeds[0] != seeds[1]
    assert run("generate", saved, "--seed", seeds[0], "--out", tmp_path / "again")[0] == 0
    for path in (tmp_path / "0").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


def test_titles_tempo_and_instrument(run, saved, tmp_path):
    for suffix in ("mid", "musicxml"):
        run("generate", saved, "--emotion", "sad", "--per-emotion", 3, "--out", tmp_path / suffix, "--format", suffix)
        music = read_music(tmp_path / suffix / f"sad-3.{suffix}")
        assert music.metadata.title == "sad 3"
        assert [tempo.qpm for tempo in music.tempos] == [120]
        assert [(track.name, track.program) for track in music.tracks] == [("Melody", 0)]
    midi = mido.MidiFile(tmp_path / "mid" / "sad-3.mid")
    assert [track.name for track in midi.tracks] == ["sad 3", "Melody"]
    root = ElementTree.parse(tmp_path / "musicxml" / "sad-3.musicxml")
    assert root.findtext("movement-title") == "sad 3"
    assert root.findtext("part-list/score-part/part-name") == "Melody"
    assert root.findtext("part-list/score-part/score-instrument/instrument-name") == "Piano"
    assert root.findtext("part-list/score-part/midi-instrument/midi-program") == "1"


def test_force_replaces_the_melodies_of_the_same_emotion_and_nothing_else(run, saved, tmp_path):
    out = tmp_path / "out"
    assert run("generate", saved, "--per-emotion", 10, "--out", out, "--seed", 1)[0] == 0
    (out / "sad-11.txt").write_text("mine")
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    arguments = ["generate", saved, "--emotion", "sad", "--per-emotion", 2, "--out", out, "--seed", 2]
    assert run(*arguments)[0] == 2
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    assert run(*arguments, "--force", "--format", "musicxml")[0] == 0
    after = {p.name: p.read_bytes() for p in out.iterdir()}
    kept = {name: content for name, content in before.items() if not name.startswith("sad-") or "txt" in name}
    assert after.keys() == kept.keys() | {"sad-1.musicxml", "sad-2.musicxml"}
    assert all(after[name] == content for name, content in kept.items())


def test_emotions_without_training_data(run, tiny_data, tmp_path):
    X, y = tiny_data
    rows = y != "angry"
    model = EmotionRegularizedVAE(architecture=GRUArchitecture(units=4), max_iter=1, random_state=0)
    with pytest.warns(UserWarning, match="y has no rows of angry"):
        model.fit(X[rows], y[rows])
    save_model(model, tmp_path / "three")
    code, out, _ = run("generate", tmp_path / "three", "--per-emotion", 1, "--out", tmp_path / "out")
    assert code == 0
    assert "(happy, sad, relaxed)" in out
    code, _, err = run("generate", tmp_path / "three", "--emotion", "angry", "--out", tmp_path / "none")
    assert (code, err) == (
        2,
        "skemovae generate: emotion 'angry': the training data had no rows of it; "
        "expected one of ['happy', 'sad', 'relaxed']\n",
    )
    assert not (tmp_path / "none").exists()


def test_classes_of_ones_own(run, save_own, tmp_path):
    path = save_own("up", "down")
    code, out, _ = run("generate", path, "--per-emotion", 1, "--out", tmp_path / "out")
    assert code == 0
    assert "(up, down)" in out
    assert names_in(tmp_path / "out") == ["down-1.mid", "up-1.mid"]
    assert run("generate", path, "--emotion", "up", "--per-emotion", 1, "--out", tmp_path / "up")[0] == 0
    assert run("generate", path, "--emotion", "sad", "--out", tmp_path / "sad")[1:] == (
        "",
        "skemovae generate: unknown emotion sad: expected up, down\n",
    )


@pytest.mark.parametrize(
    ("labels", "stems"),
    [
        (("../up", "/down"), ["_down", "_up"]),
        (("a b", "a/b"), ["a_b_1", "a_b_2"]),
        (("Up", "up"), ["Up_1", "up_2"]),
        ((10, 20), ["10", "20"]),
        (("x" * 300, "ž"), ["x" * 60, "ž"]),
    ],
)
def test_a_strangers_labels_lead_nowhere_else(run, save_own, tmp_path, labels, stems):
    assert run("generate", save_own(*labels), "--per-emotion", 1, "--out", tmp_path / "in" / "out")[0] == 0
    assert names_in(tmp_path / "in" / "out") == [f"{stem}-1.mid" for stem in stems]
    assert names_in(tmp_path / "in") == ["out"]


@pytest.mark.parametrize(
    ("emotion", "expected"),
    [
        ("melancholy", "expected happy, angry, sad, relaxed, or Q1 to Q4"),
        ("Sadd", "did you mean sad?"),
        ("hapiness", "did you mean happiness?"),
        ("Q5", "expected happy"),
        ("5", "expected happy"),
        ("", "expected happy"),
    ],
)
def test_an_unknown_emotion_leaves_no_folder(run, saved, tmp_path, emotion, expected):
    code, out, err = run("generate", saved, "--emotion", emotion, "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert err.startswith(f"skemovae generate: unknown emotion {emotion}: {expected}")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("emotion", ["3", "e3", "q3", "SAD", "sadness"])
def test_spellings_of_an_emotion(run, saved, tmp_path, emotion):
    assert run("generate", saved, "--emotion", emotion, "--per-emotion", 1, "--out", tmp_path / "out")[0] == 0
    assert names_in(tmp_path / "out") == ["sad-1.mid"]


def test_a_pipeline_decodes_with_its_own_encoder(run, fitted, tmp_path):
    save_model(make_pipeline(PitchEncoder(8, resolution=2), fitted), tmp_path / "pipeline")
    assert run("generate", tmp_path / "pipeline", "--out", tmp_path / "out")[0] == 0
    assert {read_music(path).resolution for path in (tmp_path / "out").iterdir()} == {2}


def test_without_a_model_the_shipped_generator_writes(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments = ["--emotion", "sad", "--per-emotion", 2, "--seed", 3, "--intensity", 1.3, "--tempo", 90]
    assert run("generate", *arguments)[:2] == (0, "wrote 2 melodies (sad) to melodies/ (repeat with --seed 3)\n")
    written = [read_music(tmp_path / "melodies" / f"sad-{i}.mid") for i in (1, 2)]
    expected = generate(2, emotion="sad", intensity=1.3, random_state=3)
    encoder = PitchEncoder()
    assert np.array_equal(encoder.transform(written), encoder.transform(expected))
    assert {round(tempo.qpm) for music in written for tempo in music.tempos} == {90}


@pytest.mark.parametrize("at", [["--at=-1,0.5"], ["--at", "-1,0.5"]], ids=["one word", "two words"])
def test_a_point_writes_files_of_the_emotion_in_whose_quadrant_it_lies(run, tmp_path, at):
    assert run("generate", *at, "--per-emotion", 1, "--out", tmp_path / "out", "--format", "wav")[0] == 0
    assert names_in(tmp_path / "out") == ["angry-1.wav"]
    assert (tmp_path / "out" / "angry-1.wav").read_bytes().startswith(b"RIFF")


def test_pictures(run, tmp_path):
    pytest.importorskip("verovio")
    assert run("generate", "--emotion=sad", "--per-emotion=1", "--out", tmp_path / "out", "--format=svg")[0] == 0
    assert "<svg" in (tmp_path / "out" / "sad-1.svg").read_text()


def test_pictures_without_verovio(run, tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert run("generate", "--emotion=sad", "--out", tmp_path / "out", "--format=svg")[1:] == (
        "",
        "skemovae generate: svg needs Verovio: pip install 'skemovae[score]', or pip install verovio\n",
    )
