"""A process killed at any moment of a write leaves the old file or the new one, complete, and nothing that stays."""

import hashlib
import os
import time
import wave
import zipfile
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from skemovae import explore, fetch_musgenvae, load_model, read_music, save_model, to_wav, write_music
from skemovae.cli._output import write_text
from skemovae.datasets import _musgenvae
from skemovae.datasets._cache import cached
from skemovae.io import _atomic
from skemovae.nn.checkpoint import Checkpoint
from tests.conftest import make_score, notes_of
from tests.io.files import WHOLE_MIDI
from tests.io.kills import kill_at

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]
DATA = Path(__file__).parents[1] / "data"
SCORES = [
    make_score([(4 * i, 60 + version, 4) for i in range(9)], qpm=120, time_signature=(4, 4)) for version in (0, 1)
]
MOMENTS_OF_A_WRITE = {
    f"{when} {call}" for when in ("before", "after") for call in ("open", "write", "fsync", "replace")
}


def write_score(path, version):
    write_music(SCORES[version], path)


def read_score(path):
    return notes_of(read_music(path))


def write_sound(path, version):
    to_wav(SCORES[version], path, sample_rate=8000)


def read_sound(path):
    with wave.open(str(path)) as file:
        return file.readframes(file.getnframes())


def write_model(path, version):
    save_model(load_model(DATA / ("model_v2.safetensors", "dense_v2.safetensors")[version]), path)


def read_model(path):
    return {name: weight.tobytes() for name, weight in load_model(path).weights_.items()}


def write_page(path, version):
    explore(path=path, random_state=version)


def read_page(path):
    page = path.read_text(encoding="utf-8")
    assert page.endswith("</html>\n")
    return page


def read_version(version):
    """Return a function that accepts only the arrays of one version of a cache."""

    def read(arrays):
        if not np.array_equal(arrays["x"], np.full(9999, version)):
            raise ValueError("another version")
        return version

    return read


def write_cache(path, version):
    cached(path.name, path.parent, lambda: {"x": np.full(9999, version), "y": np.arange(99)}, read_version(version))


def read_cache(path):
    with np.load(path) as arrays:
        return [array.tobytes() for array in (arrays["x"], arrays["y"])]


def write_checkpoint(path, version):
    Checkpoint(path, 1, "a training").save({"weights": [np.full(9999, version)]}, {"epoch": version})


def read_checkpoint(path):
    lists, state = Checkpoint(path, 1, "a training").load()
    return lists["weights"][0].tobytes(), state


def write_words(path, version):
    write_text(path, f"{version} " * 9999)


KINDS = {
    "melody.mid": (write_score, read_score),
    "melody.musicxml": (write_score, read_score),
    "melody.mxl": (write_score, read_score),
    "melody.wav": (write_sound, read_sound),
    "model.safetensors": (write_model, read_model),
    "plane.html": (write_page, read_page),
    "cache.npz": (write_cache, read_cache),
    "training.safetensors": (write_checkpoint, read_checkpoint),
    "table.json": (write_words, Path.read_text),
}


def make_old(folder):
    """Make all files in a folder older than the age at which a write removes them."""
    then = time.time() - 2 * _atomic.OLD_SECONDS
    for path in folder.iterdir():
        os.utime(path, (then, then))


@pytest.mark.parametrize(
    ("name", "is_there"),
    [pytest.param(name, True, id=f"{name} over a file") for name in KINDS]
    + [pytest.param(name, False, id=f"{name} anew") for name in KINDS if name != "plane.html"],  # writing it is slow
)
def test_a_killed_write_leaves_the_old_file_or_the_new_one(tmp_path, monkeypatch, name, is_there):
    monkeypatch.setattr(_atomic, "PAUSE_SECONDS", 0.0)
    write, read = KINDS[name]
    whole = []
    for version in (0, 1):
        (tmp_path / f"{version}").mkdir()
        write(tmp_path / f"{version}" / name, version)
        whole.append(read(tmp_path / f"{version}" / name))
    assert whole[0] != whole[1]
    old = (tmp_path / "0" / name).read_bytes()

    moments, outcomes = [], []
    for number in count():
        folder = tmp_path / f"killed-{number}"
        folder.mkdir()
        target = folder / name
        if is_there:
            target.write_bytes(old)
        moment = kill_at(number, lambda target=target: write(target, 1))
        if moment is None:
            break
        moments.append(moment)
        outcomes.append(whole.index(read(target)) if target.exists() else None)
        left = [path.name for path in folder.iterdir() if path != target]
        assert len(left) <= 1
        assert all(_atomic.TEMPORARY.fullmatch(name) for name in left)
        make_old(folder)
        write(target, 1)
        assert read(target) == whole[1]
        assert list(folder.iterdir()) == [target]
    assert set(moments) >= MOMENTS_OF_A_WRITE | {"within write"}
    changed = moments.index("after replace")
    assert outcomes == [0 if is_there else None] * changed + [1] * (len(moments) - changed)


def test_a_killed_download_leaves_all_melodies_or_none(tmp_path, monkeypatch):
    names = ["e1/a.mid", "e4/b.mid"]
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        for name in names:
            archive.writestr(f"musgenvae-0/{_musgenvae.FOLDER_IN_ARCHIVE}/{name}", WHOLE_MIDI)
    content = (tmp_path / "archive.zip").read_bytes()
    digest = hashlib.sha256(WHOLE_MIDI).hexdigest()
    monkeypatch.setattr(_musgenvae, "_read_manifest", lambda: dict.fromkeys(names, digest))
    monkeypatch.setattr(_musgenvae, "_retrieve", lambda path, folder, verbose: path.write_bytes(content))

    moments, outcomes = [], []
    for number in count():
        home = tmp_path / f"killed-{number}"
        home.mkdir()
        moment = kill_at(number, lambda home=home: fetch_musgenvae(data_home=home, return_X_y=True))
        if moment is None:
            break
        moments.append(moment)
        folder = home / "musgenvae"
        outcomes.append(folder.exists())
        found = [path for path in folder.rglob("*") if path.is_file()]
        assert sorted(str(path.relative_to(folder)) for path in found) == (names if folder.exists() else [])
        assert all(path.read_bytes() == WHOLE_MIDI for path in found)
        make_old(home)
        assert len(fetch_musgenvae(data_home=home, return_X_y=True)[0]) == 2
        assert {path.name for path in home.iterdir()} == {"musgenvae"}
    changed = moments.index("after rename")
    assert outcomes == [False] * changed + [True] * (len(moments) - changed)
