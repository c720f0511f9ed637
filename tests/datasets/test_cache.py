"""Tests of the data cache: what is written is read again, and no file is left incomplete."""

import pickle
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import muspy
import numpy as np
import pytest

from skemovae.datasets import _bach, get_data_home, load_bach_chorales
from skemovae.datasets._cache import cached_scores
from tests.conftest import make_score
from tests.datasets.conftest import plain, refuse


def test_bach_second_call_reads_only_the_cache(bach, monkeypatch):
    monkeypatch.setattr(_bach, "read_music", refuse)
    monkeypatch.setattr(_bach, "_melodies", refuse)
    assert plain(load_bach_chorales().data) == plain(bach.data)
    with pytest.raises(AssertionError, match="this must not be called"):
        _bach._read_scores([{"file": "bwv66.6.mxl"}])  # shows that the replacement works


@pytest.mark.usefixtures("bach")
def test_bach_reading_needs_no_pickles_and_not_music21s_cache(data_home, monkeypatch):
    import music21

    for module, name in [(pickle, "load"), (pickle, "loads"), (music21.converter, "parse"), (music21.corpus, "parse")]:
        monkeypatch.setattr(module, name, refuse)
    rows = [{"file": "bwv66.6.mxl", "doubled": "1"}]
    assert len(_bach._read_scores(rows)[0].tracks) == 4
    load_bach_chorales()
    files = sorted(data_home.glob("bach-*"))
    assert [file.suffix for file in files] == [".npz", ".npz"]
    for file in files:
        with np.load(file, allow_pickle=False) as arrays:
            assert not any(arrays[name].dtype.hasobject for name in arrays.files)


@pytest.mark.parametrize("damage", ["truncated", "bit", "foreign"])
def test_bach_damaged_cache_is_made_anew(bach, data_home, tmp_path, damage):
    for file in data_home.glob("bach-*"):
        shutil.copy(file, tmp_path)
    (melodies,) = tmp_path.glob("bach-melodies-*")
    whole = melodies.read_bytes()
    if damage == "foreign":
        np.savez(melodies, something=np.arange(3))
    else:
        flipped = bytearray(whole)
        flipped[len(whole) // 2] ^= 255
        melodies.write_bytes(whole[:-100] if damage == "truncated" else flipped)
    assert plain(load_bach_chorales(data_home=tmp_path).data) == plain(bach.data)
    with np.load(melodies, allow_pickle=False) as arrays:  # it is complete again
        assert len(arrays["filename"]) == 364


def test_bach_data_home_that_cannot_be_written_is_a_warning(bach, all_scores, tmp_path, monkeypatch):
    monkeypatch.setattr(_bach, "_read_scores", lambda rows, verbose: all_scores.data)
    (tmp_path / "file").write_text("not a folder")
    with pytest.warns(UserWarning, match="could not be cached, so the next call will be slow again") as caught:
        data, _ = load_bach_chorales(data_home=tmp_path / "file" / "home", return_X_y=True)
    assert plain(data) == plain(bach.data)
    assert caught[-1].filename == __file__  # it points to the user's line
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def several_scores():
    """Return scores with everything that a cache keeps, and scores with little."""
    rich = make_score(
        muspy.Track(program=40, name="Violin", notes=[muspy.Note(0, 60, 4, 33), muspy.Note(4, 127, 1, 1)]),
        muspy.Track(is_drum=True, notes=[muspy.Note(0, 36, 2)]),
        muspy.Track(),
        resolution=24,
        qpm=97.5,
        key=(9, "minor"),
        time_signature=(3, 8),
        name="größer.mid",
    )
    rich.metadata.title = "Title"
    rich.tempos.append(muspy.Tempo(48, 60.0))
    rich.key_signatures.append(muspy.KeySignature(48, fifths=-3))
    rich.key_signatures.append(muspy.KeySignature(96, fifths=0, mode="dorian", root=2))
    return [rich, make_score(name="empty.mid"), make_score([(0, 60, 4)])]


def test_a_cache_keeps_everything(tmp_path):
    made = cached_scores("x.npz", tmp_path, several_scores)
    assert plain(made) == plain(several_scores())
    assert plain(cached_scores("x.npz", tmp_path, refuse)) == plain(made)
    assert [p.name for p in tmp_path.iterdir()] == ["x.npz"]


def test_the_call_that_makes_a_cache_returns_what_later_ones_do(tmp_path):
    def build():
        score = make_score([(0, 60, 4)])
        score.metadata.creators, score.lyrics = ["J. S. Bach"], [muspy.Lyric(0, "Ah")]
        return [score]

    assert cached_scores("x.npz", tmp_path, build) == cached_scores("x.npz", tmp_path, refuse)


def test_a_cache_of_empty_scores(tmp_path):
    cached_scores("x.npz", tmp_path, lambda: [make_score(), make_score()])
    assert plain(cached_scores("x.npz", tmp_path, refuse)) == plain([make_score(), make_score()])


def test_no_damage_at_all_stops_a_cache(tmp_path):
    cached_scores("x.npz", tmp_path, several_scores)
    whole = (tmp_path / "x.npz").read_bytes()
    generator = np.random.default_rng(0)
    made_anew = 0

    def build():
        nonlocal made_anew
        made_anew += 1
        return several_scores()

    for _ in range(150):
        damaged = bytearray(whole)
        for place in generator.integers(len(whole), size=3):
            damaged[place] ^= int(generator.integers(1, 256))
        (tmp_path / "x.npz").write_bytes(damaged)
        assert len(cached_scores("x.npz", tmp_path, build)) == 3
    assert made_anew > 50


def test_a_cache_that_fails_while_it_is_written_leaves_nothing(tmp_path, monkeypatch):
    def savez(path, **arrays):
        Path(path).write_bytes(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez_compressed", savez)
    with pytest.warns(UserWarning, match="could not be cached.*no space left on device"):
        assert len(cached_scores("x.npz", tmp_path, several_scores)) == 3
    assert list(tmp_path.iterdir()) == []


# A process that answers each folder on its input with the tokens of the chorales in it. There are only four chorales,
# so that a round is fast. "refill" removes the cache first; "die" ends the process while it is writing the cache.
LOADER = """
import hashlib, os, pathlib, signal, sys
import numpy as np
from skemovae import PitchEncoder, load_bach_chorales
from skemovae.datasets import _bach

def die_half_way(path, **arrays):
    pathlib.Path(path).write_bytes(b"PK half of an archive")
    os.kill(os.getpid(), signal.SIGKILL)

_bach.TABLE = pathlib.Path(sys.argv[1])
print("ready", flush=True)
for line in sys.stdin:
    task, folder = line.rstrip("\\n").split(" ", 1)
    if task == "die":
        np.savez_compressed = die_half_way
    if task == "refill":
        for cache in pathlib.Path(folder).glob("bach-*"):
            cache.unlink(missing_ok=True)
    os.environ["SKEMOVAE_DATA"] = folder
    melodies, scores = load_bach_chorales(), load_bach_chorales(form="scores")
    notes = [[(n.time, n.pitch, n.duration) for t in music.tracks for n in t.notes] for music in scores.data]
    text = repr((PitchEncoder().transform(melodies.data).tolist(), melodies.target.tolist(), notes))
    print(hashlib.sha256(text.encode()).hexdigest(), flush=True)
"""


@pytest.fixture(scope="module")
def loaders(tmp_path_factory):
    """Two processes that run LOADER and are ready."""
    table = tmp_path_factory.mktemp("table") / "chorales.csv"
    rows = [f"bwv{number}.mxl,1,{i % 2},bwv{number}" for i, number in enumerate(("1.6", "10.7", "66.6", "269"))]
    table.write_text("\n".join(["file,in_paper,doubled,tune", *rows]))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    started = [subprocess.Popen([sys.executable, "-c", LOADER, str(table)], **pipes) for _ in range(2)]
    for process in started:
        assert process.stdout.readline() == "ready\n"
    yield started
    for process in started:
        process.stdin.close()
        process.wait(timeout=60)
        process.stdout.close()


def ask(process, task, folder):
    process.stdin.write(f"{task} {folder}\n")
    process.stdin.flush()


@pytest.mark.slow
def test_processes_that_fill_the_same_cache_and_one_that_is_killed(loaders, tmp_path):
    first, second = loaders
    ask(first, "load", tmp_path / "alone")
    right = first.stdout.readline()
    assert len(right) == 65
    for i in range(10):  # both together, on a folder that does not exist yet
        for process in loaders:
            ask(process, "load", tmp_path / f"together {i}")
        assert [process.stdout.readline() for process in loaders] == [right, right]
        assert sorted(path.suffix for path in (tmp_path / f"together {i}").iterdir()) == [".npz", ".npz"]
    for _ in range(10):  # one removes and writes the cache while the other reads it
        ask(first, "refill", tmp_path / "alone")
        for _ in range(5):
            ask(second, "load", tmp_path / "alone")
        assert first.stdout.readline() == right
        assert [second.stdout.readline() for _ in range(5)] == [right] * 5
    ask(second, "die", tmp_path / "killed")
    assert second.wait(timeout=60) == -signal.SIGKILL
    assert [path.name[:9] for path in (tmp_path / "killed").iterdir()] == [".writing-"]  # not a name that is ever read
    ask(first, "load", tmp_path / "killed")
    assert first.stdout.readline() == right
    assert len(list((tmp_path / "killed").glob("bach-*.npz"))) == 2


def test_an_error_while_the_data_is_made_comes_through(tmp_path):
    with pytest.raises(AssertionError, match="this must not be called"):
        cached_scores("x.npz", tmp_path, refuse)
    assert list(tmp_path.iterdir()) == []


def test_data_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SKEMOVAE_DATA", str(tmp_path / "from environment"))
    assert get_data_home(tmp_path / "a" / "b") == tmp_path / "a" / "b"
    assert get_data_home("~/c") == tmp_path / "c"
    assert get_data_home() == tmp_path / "from environment"
    monkeypatch.delenv("SKEMOVAE_DATA")
    assert get_data_home() == tmp_path / "skemovae_data"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "c", "from environment", "skemovae_data"]
