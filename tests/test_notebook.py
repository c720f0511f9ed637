import base64
import re
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from skemovae import Melodies, to_wav
from skemovae import notebook as notebook_module
from skemovae.notebook import piano_roll_svg

from .conftest import make_score

TOKENS = [[64, 129, 129, 129, 65, 129, 67, 129], [60, 129, 129, 129, 63, 129, 129, 129]]
SVG = "{http://www.w3.org/2000/svg}"


class Elements(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def sources(self, wanted):
        """Return the decoded content of all elements of a kind."""
        return [base64.b64decode(attrs["src"].split("base64,")[1]) for tag, attrs in self.tags if tag == wanted]


@pytest.fixture
def _no_verovio(monkeypatch):
    monkeypatch.setitem(sys.modules, "verovio", None)


def test_each_melody_has_a_score_and_a_player():
    pytest.importorskip("verovio")
    melodies = Melodies(TOKENS, ["happy", "sad"])
    page = Elements(melodies._repr_html_())
    assert page.text == "melody 1 (Q1 happiness)melody 2 (Q3 sadness)"
    assert [svg.count(b'class="note"') for svg in page.sources("img")] == [3, 2]
    assert page.sources("audio") == [to_wav(music, sample_rate=16_000) for music in melodies.music]


@pytest.mark.usefixtures("_no_verovio")
def test_without_verovio_there_are_piano_rolls():
    page = Elements(Melodies(TOKENS)._repr_html_())
    assert page.text == "melody 1melody 2"
    rolls = [ElementTree.fromstring(svg) for svg in page.sources("img")]
    assert [sum(r.get("fill") == "#0072B2" for r in roll.iter(f"{SVG}rect")) for roll in rolls] == [3, 2]


def test_a_score_that_has_no_notation_is_a_piano_roll():
    page = Elements(Melodies(make_score([(0, 60, 0), (4, 62, 4)]))._repr_html_())
    assert b"#0072B2" in page.sources("img")[0]


def test_the_page_is_self_contained_and_holds_no_script():
    score = make_score([(0, 60, 4)])
    score.metadata.title = '"><script>alert(1)</script>'
    html = Melodies(score, ["<img src=x onerror=alert(2)>"])._repr_html_()
    page = Elements(html)
    assert {tag for tag, _ in page.tags} == {"div", "figure", "figcaption", "img", "br", "audio"}
    assert page.text == '"><script>alert(1)</script> (<img src=x onerror=alert(2)>)'
    assert all(not name.startswith("on") for _, attrs in page.tags for name in attrs)
    assert all(attrs.get("src", "data:").startswith("data:") for _, attrs in page.tags)


def test_the_picture_does_not_repeat_the_title_and_the_score_keeps_it():
    score = make_score([(0, 60, 4)])
    score.metadata.title = "Lullaby"
    page = Elements(Melodies([score])._repr_html_())
    assert "Lullaby" in page.text
    assert b"Lullaby" not in page.sources("img")[0]
    assert score.metadata.title == "Lullaby"


@pytest.mark.usefixtures("_no_verovio")
def test_only_the_first_melodies_are_shown():
    page = Elements(Melodies(TOKENS * 10)._repr_html_())
    assert len(page.sources("img")) == 12
    assert page.text.endswith("... and 8 more")


@pytest.mark.usefixtures("_no_verovio")
def test_long_sounds_stay_out(monkeypatch):
    page = Elements(Melodies([make_score([(10**9, 60, 4)]), make_score([(0, 60, 4)])])._repr_html_())
    assert "a score of 250,000,001 quarter notes" in page.text
    assert len(page.sources("audio")) == 1
    assert "a sound of" in Elements(Melodies(make_score([(0, 60, 4)], qpm=0.01))._repr_html_()).text
    monkeypatch.setattr(notebook_module, "MAX_WAV_BYTES", 1000)
    page = Elements(Melodies(TOKENS)._repr_html_())
    assert "too long for a notebook; write the sound to a file" in page.text
    assert page.sources("audio") == []


def test_repr():
    assert repr(Melodies(TOKENS, ["sad", "sad"])) == "Melodies(2 melodies: Q3 sadness)"
    assert repr(Melodies(TOKENS[:1])) == "Melodies(1 melody)"
    assert repr(Melodies(TOKENS, ["mine", 4])) == "Melodies(2 melodies: mine, Q4 relaxation)"


def test_what_are_no_melodies():
    with pytest.raises(ValueError, match="2 melodies and 1 emotions: expected one for each, or"):
        Melodies(TOKENS, ["sad"])
    with pytest.raises(ValueError, match="X is empty"):
        Melodies([])
    with pytest.raises(ValueError, match="token 130"):
        Melodies([[130]])


def test_piano_roll_svg():
    svg = ElementTree.fromstring(piano_roll_svg(make_score([(0, 60, 4), (8, 67, 8)])))
    first, second = (r for r in svg.iter(f"{SVG}rect") if r.get("fill") == "#0072B2")
    assert (float(first.get("x")), float(second.get("x"))) == (30.5, 350.5)  # halfway across
    assert (float(first.get("width")), float(second.get("width"))) == (159, 319)
    assert float(first.get("y")) - float(second.get("y")) == 7 * 8  # seven semitones of eight pixels
    assert re.search(r">C4<", ElementTree.tostring(svg, encoding="unicode"))
