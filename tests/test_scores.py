"""What every score is checked for: whether it is possible, and where its bars lie."""

from itertools import pairwise

import muspy
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skemovae import KeyNormalizer, PianoRollDisplay, read_music, synthesize, to_svg, write_music
from skemovae._scores import bars_of, why_impossible

from .conftest import make_score


def bars(notes, signatures, end=None):
    """Return the bars of a score in sixteenths, as numbers."""
    music = make_score(notes)
    music.time_signatures = [muspy.TimeSignature(*signature) for signature in signatures]
    return [(float(start), float(stop)) for start, stop in bars_of(music, end)]


@pytest.mark.parametrize(
    ("notes", "signatures", "expected"),
    [
        ([], [], [(0, 4)]),
        ([(0, 60, 16)], [], [(0, 4)]),
        ([(0, 60, 17)], [], [(0, 4), (4, 8)]),
        ([(0, 60, 16)], [(0, 6, 8)], [(0, 3), (3, 6)]),
        ([(0, 60, 28)], [(0, 2, 4), (16, 4, 4)], [(0, 2), (2, 4), (4, 8)]),
        ([(0, 60, 20)], [(4, 3, 4)], [(0, 1), (1, 4), (4, 7)]),  # a pickup: the signature ends the bar before it
        ([(0, 60, 4)], [(16, 3, 4)], [(0, 4), (4, 7)]),  # a mark counts like a note
        ([(0, 60, 8)], [(4, 2, 4), (0, 1, 4)], [(0, 1), (1, 3)]),  # in any order
    ],
)
def test_bars(notes, signatures, expected):
    assert bars(notes, signatures) == expected


@pytest.mark.parametrize(
    ("end", "expected"), [(0, [(0, 4)]), (16, [(0, 4)]), (17, [(0, 4), (4, 7)]), (28, [(0, 4), (4, 7)])]
)
def test_bars_up_to_a_moment(end, expected):
    assert bars([(0, 60, 400)], [(16, 3, 4)], end) == expected


@given(
    end=st.integers(0, 200),
    signatures=st.lists(st.tuples(st.integers(0, 100), st.integers(1, 7), st.sampled_from([2, 4, 8])), max_size=4),
)
def test_bars_follow_each_other_without_gaps(end, signatures):
    found = bars([(0, 60, 1)], signatures, end)
    assert found[0][0] == 0
    assert all(stop == start for (_, stop), (start, _) in pairwise(found))
    assert found[-1][0] < max(end, 1) / 4 <= found[-1][1]


def test_a_possible_score():
    assert why_impossible(make_score([(0, 0, 0), (3, 127, 4)])) is None
    numbers = make_score([(np.int64(0), np.uint8(67), np.int32(4))], resolution=np.int64(4))
    assert why_impossible(numbers) is None


@pytest.mark.parametrize(
    "note",
    [
        (-1, 60, 4),
        (0, 60, -4),
        (0, -1, 4),
        (0, 128, 4),
        (0.5, 60, 4),
        (0, "C4", 4),
        (None, 60, 4),
        (0, 60, float("nan")),
    ],
)
def test_every_room_says_the_same_of_an_impossible_note(note):
    music = make_score([(0, 60, 4), note])
    onset, pitch, length = note
    problem = f"an impossible note (onset {onset!r}, pitch {pitch!r}, length {length!r}); expected integers"
    assert why_impossible(music).startswith(problem)
    for use in (synthesize, to_svg, PianoRollDisplay.from_music, lambda music: KeyNormalizer().transform([music])):
        with pytest.raises(ValueError, match=r"has an impossible note \(onset .*\); expected integers") as caught:
            use(music)
        assert problem in str(caught.value)


@pytest.mark.parametrize("resolution", [0, -4, 4.0, "4"])
def test_an_impossible_resolution(resolution):
    problem = f"a resolution of {resolution!r} time steps per quarter note; expected a positive integer"
    assert why_impossible(make_score([(0, 60, 4)], resolution=resolution)) == problem


def test_what_is_read_is_possible(tmp_path):
    write_music(make_score([(0, 60, 4), (4, 62, 4)]), tmp_path / "x.mid")
    assert why_impossible(read_music(tmp_path / "x.mid")) is None
