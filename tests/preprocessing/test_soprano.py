"""Tests of SopranoExtractor: it keeps one part."""

import re

import muspy
import numpy as np
import pytest

from skemovae import SopranoExtractor
from tests.conftest import make_score, notes_of
from tests.preprocessing.conftest import drums, named


def quartet():
    return make_score(
        named("Horn", (0, 60, 4), (4, 62, 4)),
        drums((0, 100, 4)),
        named("Soprano", (0, 50, 4), (4, 90, 4)),  # the highest on average, not at every onset
        named("Bass", (0, 55, 4)),
        named("Silent"),
    )


@pytest.mark.parametrize(
    ("part", "name"), [("highest", "Soprano"), ("first", "Horn"), ("Bass", "Bass"), (np.str_("Horn"), "Horn")]
)
def test_one_part_is_kept(part, name):
    (result,) = SopranoExtractor(part).transform([quartet()])
    assert [track.name for track in result.tracks] == [name]
    assert notes_of(result) == [
        (note.time, note.pitch, note.duration) for t in quartet().tracks if t.name == name for note in t.notes
    ]


def test_drums_are_never_chosen():
    score = make_score(muspy.Track(name="Kit", is_drum=True, notes=[muspy.Note(0, 100, 4)]), named("Bass", (0, 40, 4)))
    for part in ("highest", "first"):
        assert [track.name for track in SopranoExtractor(part).transform([score])[0].tracks] == ["Bass"]
    with pytest.raises(ValueError, match="has no pitched part with notes named 'Kit'; expected one of 'Bass'"):
        SopranoExtractor("Kit").transform([score])


@pytest.mark.parametrize("part", ["Alto", "soprano", "Silent"])
def test_an_unknown_part_is_an_error_that_lists_the_parts(part):
    expected = (
        f"score 0 ('x.mid'): has no pitched part with notes named '{part}'; expected one of 'Horn', 'Soprano', 'Bass'"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        SopranoExtractor(part).transform([quartet()])


@pytest.mark.parametrize("tracks", [[], [[]], [drums((0, 36, 4))]])
@pytest.mark.parametrize("part", ["highest", "first", "Soprano"])
def test_no_pitched_notes_is_an_error(part, tracks):
    with pytest.raises(ValueError, match=re.escape("'x.mid'): has no pitched track with notes (leave it out)")):
        SopranoExtractor(part).transform([make_score(*tracks)])


def test_of_equally_high_parts_the_first_is_kept():
    score = make_score(named("One", (0, 60, 4)), named("Two", (0, 59, 4), (4, 61, 4)))
    assert [track.name for track in SopranoExtractor().transform([score])[0].tracks] == ["One"]
