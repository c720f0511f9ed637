"""The chorales, the published melodies, and how scores are compared."""

import pytest

from skemovae import PitchEncoder, read_music
from skemovae.datasets import load_bach_chorales
from skemovae.emotion import as_emotion

NAMES = ["happiness", "anger", "sadness", "relaxation"]


def plain(scores):
    """Return what a cache keeps of scores, in a form that compares by value."""
    return [
        (
            score.metadata.source_filename,
            score.metadata.title,
            score.resolution,
            [(t.time, t.qpm) for t in score.tempos],
            [(k.time, k.root, k.mode, k.fifths) for k in score.key_signatures],
            [(t.time, t.numerator, t.denominator) for t in score.time_signatures],
            [
                (t.program, t.is_drum, t.name, [(n.time, n.pitch, n.duration, n.velocity) for n in t.notes])
                for t in score.tracks
            ],
        )
        for score in scores
    ]


@pytest.fixture(scope="module")
def bach(data_home):
    return load_bach_chorales(data_home=data_home)


@pytest.fixture(scope="module")
def all_scores(data_home):
    return load_bach_chorales(subset="all", form="scores", data_home=data_home)


@pytest.fixture(scope="module")
def paper(published):
    """Return {file of the corpus: (tokens, emotion)} for the published melodies."""
    paths = sorted(published.glob("e?/*.mid"))
    encoder = PitchEncoder(out_of_window="clip", polyphony="skyline")
    rows = encoder.transform([read_music(path) for path in paths])
    return {
        path.stem.rsplit(".", 1)[0]: (row, as_emotion(path.parent.name).name)
        for path, row in zip(paths, rows, strict=True)
    }


def stems(bunch):
    return [name.rsplit(".", 1)[0] for name in bunch.filenames]


def refuse(*args, **kwargs):
    """Replaces a function that must not be called."""
    raise AssertionError("this must not be called")
