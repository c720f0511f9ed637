"""Tiny data, one fitted model for the session, the published melodies if they are available, and a terminal."""

import io
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # for tests that import TensorFlow themselves
os.environ.setdefault("SCIPY_ARRAY_API", "1")  # before SciPy is loaded; scikit-learn skips one of its checks without it

import muspy
import numpy as np
import pytest

PUBLISHED = Path(__file__).parents[2] / "shared" / "musgenvae"


@pytest.fixture(scope="session")
def data_home(tmp_path_factory):
    """A data folder that all processes of the run share, so that the corpus is read only once."""
    folder = tmp_path_factory.getbasetemp()  # of this process
    folder = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "data_home"
    folder.mkdir(exist_ok=True)  # files appear in it completely or not at all
    return folder


@pytest.fixture(autouse=True)
def _own_data_home(data_home, monkeypatch):
    """No test and no doctest reads or writes the user's own data folder."""
    monkeypatch.setenv("SKEMOVAE_DATA", str(data_home))


@pytest.fixture(scope="session")
def published():
    """Folder of the 344 published melodies; they are not part of the project (CC BY-NC)."""
    if not PUBLISHED.is_dir():
        pytest.skip("the published melodies are not at hand")
    return PUBLISHED


def make_score(*tracks, resolution=4, qpm=None, key=None, time_signature=None, name="x.mid"):
    """Return a score; each track is a list of (onset, pitch, length), or a muspy.Track."""
    return muspy.Music(
        metadata=muspy.Metadata(source_filename=name),
        resolution=resolution,
        tempos=[] if qpm is None else [muspy.Tempo(0, qpm)],
        key_signatures=[] if key is None else [muspy.KeySignature(0, root=key[0], mode=key[1])],
        time_signatures=[] if time_signature is None else [muspy.TimeSignature(0, *time_signature)],
        tracks=[
            track if isinstance(track, muspy.Track) else muspy.Track(notes=[muspy.Note(t, p, d) for t, p, d in track])
            for track in tracks
        ],
    )


def notes_of(music):
    """Return the notes of a score's only track as (onset, pitch, length)."""
    (track,) = music.tracks
    return [(note.time, note.pitch, note.duration) for note in track.notes]


@pytest.fixture(scope="session")
def tiny_data():
    """Return 40 rows of 8 tokens whose register and speed depend on their emotion, and the labels."""
    generator = np.random.default_rng(0)
    rows, labels = [], []
    for emotion, pitch, moving in (
        ("happy", 76, True),
        ("angry", 63, True),
        ("sad", 58, False),
        ("relaxed", 72, False),
    ):
        for _ in range(10):
            pitches = pitch + generator.integers(0, 3, size=8)
            rows.append(pitches if moving else np.where(np.arange(8) % 4 == 0, pitches, 129))
            labels.append(emotion)
    return np.array(rows), np.array(labels)


@pytest.fixture(scope="session")
def fitted(tiny_data):
    """Return a small model fitted on the tiny data; tests must not change it."""
    from skemovae import EmotionRegularizedVAE
    from skemovae.nn.architectures import GRUArchitecture

    return EmotionRegularizedVAE(
        architecture=GRUArchitecture(units=8), max_iter=30, batch_size=8, learning_rate=0.01, random_state=0
    ).fit(*tiny_data)


@pytest.fixture(scope="session")
def saved(tmp_path_factory, fitted):
    """Return the file of the small model; tests must not change it."""
    from skemovae import save_model

    path = tmp_path_factory.mktemp("saved") / "model.safetensors"
    save_model(fitted, path)
    return path


class Terminal(io.StringIO):
    """Replaces standard error where a terminal is needed."""

    def isatty(self):
        return True


#: Where a progress bar could be written, the value of `verbose`, and whether the bar is shown.
BARS = [(Terminal, True, True), (Terminal, False, False), (io.StringIO, True, False)]
