import re
import sys
from xml.etree import ElementTree

import muspy
import pytest

from skemovae import PitchEncoder, to_svg
from skemovae import score as score_module

from .conftest import make_score

# One melody per emotion in the style of the paper's Figure 8: fast or slow, major or minor, four bars of 4/4.
FIGURE_8 = {
    "happiness": [72, 129, 74, 129, 76, 129, 77, 129] * 4 + [79, 129, 129, 129] * 6 + [72] + [129] * 7,
    "anger": [63, 129, 62, 129, 60, 129, 58, 129] * 8,
    "sadness": [60, *[129] * 15, 58, *[129] * 15, 63, *[129] * 15, 60, *[129] * 15],
    "relaxation": [67, *[129] * 7, 72, *[129] * 7] * 4,
}


@pytest.fixture(autouse=True, scope="module")
def _verovio():
    pytest.importorskip("verovio")


def count(svg, kind):
    """Return how many groups of a kind a score has; the picture must be well-formed."""
    groups = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}g")
    return sum(kind in group.get("class", "").split() for group in groups)


@pytest.mark.parametrize("emotion", FIGURE_8)
def test_figure_8(emotion):
    tokens = FIGURE_8[emotion]
    svg = to_svg(PitchEncoder().inverse_transform([tokens])[0])
    assert count(svg, "measure") == 4
    assert count(svg, "note") == sum(token < 128 for token in tokens)
    assert count(svg, "accid") >= sum(token in (58, 63) for token in tokens)
    assert (count(svg, "clef"), count(svg, "meterSig"), count(svg, "tempo")) == (1, 1, 1)


def test_a_note_over_a_bar_line_is_tied():
    svg = to_svg(make_score([(8, 60, 16)]))
    assert count(svg, "note") == 2
    assert count(svg, "tie") == 1


def test_rests_between_notes_are_drawn():
    assert count(to_svg(make_score([(0, 60, 4), (8, 62, 8)])), "rest") == 1


def test_title_and_names_are_text_and_never_markup():
    score = make_score(muspy.Track(name="Flute & <b>", notes=[muspy.Note(0, 60, 4)]))
    score.metadata.title = "<script>alert(1)</script>"
    svg = to_svg(score)
    assert "<script" not in svg
    texts = "".join(ElementTree.fromstring(svg).itertext())
    assert "<script>alert(1)</script>" in texts
    assert "Flute & <b>" in texts


def test_all_pictures_have_notes_of_one_size_and_shrink_with_the_page():
    short, long = (ElementTree.fromstring(to_svg(make_score([(0, 60, n)]))) for n in (4, 64))
    for svg in (short, long):
        assert svg.get("viewBox").split()[2:] == [svg.get("width")[:-2], svg.get("height")[:-2]]
    assert int(short.get("width")[:-2]) < int(long.get("width")[:-2])


def test_the_same_score_gives_the_same_text_and_file(tmp_path):
    score = make_score([(0, 60, 4)])
    assert to_svg(score, tmp_path / "a.svg") is None
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == to_svg(score)
    assert [file.name for file in tmp_path.iterdir()] == ["a.svg"]


def test_a_long_score_is_one_picture():
    assert count(to_svg(make_score([(4 * i, 60 + i % 12, 4) for i in range(400)])), "measure") == 100


def test_systems_under_each_other_are_equally_wide():
    svg = ElementTree.fromstring(to_svg(make_score([(4 * i, 60 + i % 12, 4) for i in range(100)])))
    ends = []
    for staff in svg.iter("{http://www.w3.org/2000/svg}g"):
        if staff.get("class") == "system":
            paths = [path.get("d") for path in staff.iter("{http://www.w3.org/2000/svg}path")]
            ends.append(max(int(number) for d in paths for number in re.findall(r"L(\d+) ", d)))
    assert len(ends) > 2
    assert max(ends[:-1]) - min(ends[:-1]) < 10


def test_an_upbeat_shifts_no_bar():
    music = make_score([(0, 67, 4), (4, 72, 16), (20, 71, 16), (36, 72, 12)], time_signature=(4, 4))
    assert (count(to_svg(music), "measure"), count(to_svg(music), "tie")) == (3, 2)
    music.barlines = [muspy.Barline(time) for time in (0, 4, 20, 36)]
    assert (count(to_svg(music), "measure"), count(to_svg(music), "tie")) == (4, 0)


def test_what_cannot_be_drawn():
    with pytest.raises(TypeError, match=r"music is of type list: expected a muspy\.Music; convert tokens with"):
        to_svg([60, 129])
    with pytest.raises(ValueError, match="a score of 250,000 quarter notes and 1 notes: expected at most"):
        to_svg(make_score([(0, 60, 10**6)]))
    with pytest.raises(ValueError, match="a note of length 0"):
        to_svg(make_score([(0, 60, 0)]))


def test_more_than_one_page_is_refused(monkeypatch):
    monkeypatch.setitem(score_module.OPTIONS, "pageHeight", 400)
    with pytest.raises(
        ValueError, match=r"a score that takes \d+ pages of six meters: expected one; cut it with Excerpt"
    ):
        to_svg(make_score([(4 * i, 60, 4) for i in range(400)]))


def test_without_verovio(monkeypatch):
    monkeypatch.setitem(sys.modules, "verovio", None)
    with pytest.raises(ImportError, match=r"pip install 'skemovae\[score\]'"):
        to_svg(make_score([(0, 60, 4)]))
