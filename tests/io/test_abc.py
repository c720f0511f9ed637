"""Tests of the reader of ABC tunes: known tunes first, then properties, then refused tunes and limits."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skemovae import io
from skemovae.io import ScoreReadError, parse_abc, read_tune_book
from tests.conftest import notes_of


def tune(music, key="C", meter="4/4", unit="1/8", more=""):
    return f"X:1\nT:A tune\nM:{meter}\nL:{unit}\n{more}K:{key}\n{music}\n"


def sounding(music, **fields):
    """Return the notes as (onset, pitch, length) in eighths."""
    score = parse_abc(tune(music, **fields))
    factor = 2 / score.resolution
    return [(onset * factor, pitch, length * factor) for onset, pitch, length in notes_of(score)]


def pitches(music, **fields):
    return [pitch for _, pitch, _ in sounding(music, **fields)]


def lengths(music, **fields):
    return [length for _, _, length in sounding(music, **fields)]


def test_a_known_tune():
    # Nearly the first line of O'Neill's No. 1
    header = "X: 1\nT: The Enchanted Valley\nM: 2/4\nL: 1/16\nK:Gm\n"
    text = header + "G3-A (Bcd=e) | f4 (g2dB) | ({d}c3-B) G2-E2 | F4 z2D2 ||\n"
    score = parse_abc(text)
    assert score.metadata.title == "The Enchanted Valley"
    assert score.resolution == 4
    assert [(k.time, k.root, k.mode, k.fifths) for k in score.key_signatures] == [(0, 7, "minor", -2)]
    assert [(t.time, t.numerator, t.denominator) for t in score.time_signatures] == [(0, 2, 4)]
    assert [line.time for line in score.barlines] == [0, 8, 16, 24, 32]
    assert [pitch for _, pitch, _ in notes_of(score)] == [
        *(67, 69, 70, 72, 74, 76),
        *(77, 79, 74, 70),
        *(72, 70, 67, 63),
        *(65, 62),
    ]
    assert notes_of(score)[:3] == [(0, 67, 3), (3, 69, 1), (4, 70, 1)]
    assert notes_of(score)[-1] == (30, 62, 2)


def test_octaves():
    assert pitches("C,, C, C c c' c'' B,") == [36, 48, 60, 72, 84, 96, 59]


@pytest.mark.parametrize(
    ("written", "expected"),
    [("A", 1), ("A2", 2), ("A/", 0.5), ("A/2", 0.5), ("A//", 0.25), ("A3/2", 1.5), ("A3/", 1.5), ("A/4", 0.25)],
)
def test_lengths(written, expected):
    assert lengths(written) == [expected]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("G", (7, "major", 1)),
        ("GM", (7, "major", 1)),
        ("F#m", (6, "minor", 3)),
        ("Bb", (10, "major", -2)),
        ("A Dorian", (9, "dorian", 1)),
        ("ADor", (9, "dorian", 1)),
        ("Bphr", (11, "phrygian", 1)),
        ("Glyd", (7, "lydian", 2)),
        ("A Mixolydian", (9, "mixolydian", 2)),
        ("E Minor % a comment", (4, "minor", 1)),
        ("C#loc", (1, "locrian", 2)),
        ("Cb", (11, "major", -7)),
    ],
)
def test_keys(key, expected):
    (signature,) = parse_abc(tune("A", key=key)).key_signatures
    assert (signature.root, signature.mode, signature.fifths) == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("C", [60, 62, 64, 65, 67, 69, 71]),
        ("D", [61, 62, 64, 66, 67, 69, 71]),
        ("Eb", [60, 62, 63, 65, 67, 68, 70]),
        ("Ador", [60, 62, 64, 66, 67, 69, 71]),
        ("Dmix =c ^G", [60, 62, 64, 66, 68, 69, 71]),
    ],
)
def test_key_signatures_alter_notes_in_all_octaves(key, expected):
    assert pitches("CDEFGAB", key=key) == expected
    assert pitches("cdefgab", key=key) == [pitch + 12 for pitch in expected]


def test_accidentals_hold_up_to_the_bar_line_in_all_octaves():
    assert pitches("^F F f =F F|F ^^C __D", key="D") == [66, 66, 78, 65, 65, 66, 62, 60]


def test_a_tied_note_keeps_its_accidental_over_the_bar_line():
    assert sounding("^C4-|C4 C4") == [(0, 61, 8), (8, 60, 4)]
    assert sounding("C4-|^C4") == [(0, 60, 4), (4, 61, 4)]


def test_ties_between_different_notes_are_slurs():
    assert sounding("C-D-D c-C") == [(0, 60, 1), (1, 62, 2), (3, 72, 1), (4, 60, 1)]
    assert sounding("C-zC") == [(0, 60, 1), (2, 60, 1)]
    assert sounding("-C") == [(0, 60, 1)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("A>B", [1.5, 0.5]),
        ("A<B", [0.5, 1.5]),
        ("A>>B", [1.75, 0.25]),
        ("A<<B", [0.25, 1.75]),
        ("A2 > B2", [3, 1]),
        ("A>B>c", [1.5, 0.75, 0.5]),
        ("(A>B)(c<d)", [1.5, 0.5, 0.5, 1.5]),
        ('A>"G>"~B', [1.5, 0.5]),
        ("A>-A", [2]),
        ("A>{c}.B", [1.5, 0.5]),
    ],
)
def test_broken_rhythm(written, expected):
    assert lengths(written) == expected


@pytest.mark.parametrize(
    ("written", "meter", "expected"),
    [
        ("(3ABc d", "4/4", [2 / 3] * 3 + [1]),
        ("(2AB c", "6/8", [1.5, 1.5, 1]),
        ("(4ABcd", "6/8", [0.75] * 4),
        ("(5ABcde", "4/4", [0.4] * 5),
        ("(5ABcde", "6/8", [0.6] * 5),
        ("(3:2:2A2B c", "4/4", [4 / 3, 2 / 3, 1]),
        ("(3::2AB c", "4/4", [2 / 3, 2 / 3, 1]),
        ("((3ABc) (Ad)", "4/4", [2 / 3] * 3 + [1, 1]),
    ],
)
def test_tuplets(written, meter, expected):
    assert lengths(written, meter=meter) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("written", "played"),
    [
        ("C|D:|E|", "CDCDE"),
        ("C|:D|E:|F|", "CDEDEF"),
        ("C:|D:|", "CCDD"),
        ("C::D:|", "CCDD"),
        ("C:||:D:|", "CCDD"),
        ("C||D:|", "CDD"),  # back to the double bar line
        ("C|]D:|", "CDD"),
        ("|:C||D:|", "CDCD"),  # unless the start of the repeat is written
        ("C|1D:|2E||F|", "CDCEF"),
        ("C|[1D:|[2E|]F:|", "CDCEFF"),
        ("C|1D:|2E:|F|", "CDCEF"),
        ("|:C|1,3D:|2E:|4F||", "CDCECDCF"),
        ("|:C|1-3D:|4F|]", "CDCDCDCF"),
        ("C|D|:|", "CDCD"),
        ("C[|]D:|E", "CDDE"),
        ("C|:D", "CD"),
        (":|C", "C"),
        ("C:|:|D", "CCD"),
    ],
)
def test_repeats_are_played(written, played):
    assert pitches(written) == pitches(played)


def test_bar_lines_are_those_that_are_played():
    assert [line.time for line in parse_abc(tune("A2|A8:|", unit="1/4")).barlines] == [0, 2, 10, 12, 20]


def test_what_a_player_does_not_hear_is_passed_over():
    noise = '"G7"!trill!~.Tu(A{gf}`B)y "_text" v!4!c$ \\\n%%directive\nw:la la\nd % comment ABC\nP:B\nN:note\n'
    assert pitches(noise) == [69, 71, 72, 74]


def test_lines_that_end_in_a_backslash_go_on():
    assert pitches("C||\\\n:D:|") == [60, 62, 62]
    assert pitches("C|\\\n1D:|2E|") == [60, 62, 60, 64]
    assert pitches("C\\\nK:D\nC") == [60, 61]


def test_a_tune_ends_at_an_empty_line():
    assert pitches("C\n\nD") == [60]


def test_fields_in_the_music_hold_from_there_on():
    score = parse_abc(tune("C[K:D]C|[L:1/4]C|\nM:3/4\nL:1/16\nC|C4"))
    assert [pitch for _, pitch, _ in notes_of(score)] == [60, 61, 61, 61, 61]
    assert [length / score.resolution for _, _, length in notes_of(score)] == [0.5, 0.5, 1, 0.25, 1]
    assert [(k.time / score.resolution, k.root) for k in score.key_signatures] == [(0, 0), (0.5, 2)]
    assert [(t.time / score.resolution, t.numerator) for t in score.time_signatures] == [(0, 4), (2, 3)]


def test_rests():
    assert sounding("CzDx2E") == [(0, 60, 1), (2, 62, 1), (5, 64, 1)]
    assert sounding("C8|Z2|D", meter="3/4") == [(0, 60, 8), (20, 62, 1)]


@pytest.mark.parametrize(("meter", "expected"), [("2/4", 0.5), ("3/4", 1), ("C|", 1), ("none", 1)])
def test_the_unit_of_note_length_follows_from_the_meter(meter, expected):
    score = parse_abc(f"X:1\nM:{meter}\nK:C\nA\n")
    assert notes_of(score)[0][2] / score.resolution * 2 == expected


def test_a_tune_without_a_meter_has_none():
    assert parse_abc(tune("A", meter="none")).time_signatures == []


REFUSED = {
    "chord": (tune("[CEG]"), "a chord; expected one note at a time"),
    "old chord": (tune("+CEG+"), "a chord"),
    "voices": (tune("V:1\nC\nV:2\nD"), "several voices; expected one"),
    "inline voices": (tune("[V:1]C\n[V:2]D"), "several voices"),
    "overlay": (tune("C&D"), "a voice overlay"),
    "character": (tune("C#"), "the character '#', which has no meaning in ABC music"),
    "loose length": (tune("C \n2D"), "the character '2'"),
    "quote": (tune('"C'), "the character '\"'"),
    "no key": ("X:1\nT:x\nM:4/4\nABC\n", r"no key \(K:\)"),
    "key": (tune("C", key="Hp"), "the key 'Hp'"),
    "no such mode": (tune("C", key="Gmanor"), "the mode 'manor'; expected one of major"),
    "many sharps": (tune("C", key="B#"), "a key of 12 sharps or flats; expected at most 7"),
    "meter": (tune("C", meter="4/5"), "the meter '4/5'"),
    "no beats": (tune("C", meter="0/4"), "the meter '0/4'"),
    "unit": (tune("C", unit="1/0"), "the unit of note length '1/0'"),
    "no length": (tune("C0"), "a note of zero or infinite length"),
    "endless": (tune("C/0"), "a note of zero or infinite length"),
    "broken at the beginning": (tune(">C"), "a > without a note before it"),
    "broken at the end": (tune("C<"), "a > or < without a note after it"),
    "broken twice": (tune("C>>>>D"), "two signs > or <"),
    "tuplet of no time": (tune("(3:0ABC"), r"the tuplet \(3:0"),
    "endings": (tune("C|1D:|1E||"), "two endings for one pass"),
    "ending numbers": (tune("C|99D:|"), "the ending 99; expected numbers up to 20"),
    "rest of bars": (tune("Z", meter="none"), "a rest of bars without a meter"),
    "pitch": (tune("C,,,,,,"), "an impossible note"),
    "long text": (tune("C" * 60_000), "60,030 characters; at most 50,000 are read"),
    "long field": (tune("C", key="G" + " " * 40_000 + "!"), "a field of 40,002 characters"),
    "long notes": (tune("C9999" * 10), "beyond 20,000 quarter notes"),
    "fine divisions": (tune("".join(f"C/{n}" for n in range(2, 40))), "more than 1,000,000 steps per whole note"),
    "many notes": (tune("|:" + "C" * 12_000 + "|1-20 D:|"), "more than 200,000 notes with all repeats"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name):
    text, message = REFUSED[name]
    start = time.process_time()
    with pytest.raises(ScoreReadError, match=message) as caught:
        parse_abc(text)
    assert len(str(caught.value)) < 500
    assert time.process_time() - start < 20  # a guard against text that takes minutes, not a measurement


def test_a_message_names_the_tune():
    with pytest.raises(ScoreReadError, match=r"^cannot read the ABC tune X:1 'A tune': a chord"):
        parse_abc(tune("[CE]"))


def test_a_tune_book(tmp_path):
    path = tmp_path / "book.abc"
    path.write_bytes("% a book\r\nT:not a tune\r\n\r\nX:1\r\nT:Eins\r\nK:C\r\nC\r\n\r\nX:2\nT:Größe\nK:G\nF\n".encode())
    texts = read_tune_book(path)
    assert [parse_abc(text).metadata.title for text in texts] == ["Eins", "Größe"]
    path.write_bytes("X:1\nT:Größe\nK:G\nF\n".encode("latin-1"))
    assert parse_abc(read_tune_book(path)[0]).metadata.title == "Größe"
    path.write_bytes(b"")
    assert read_tune_book(path) == []
    with pytest.raises(FileNotFoundError):
        read_tune_book(tmp_path / "none.abc")


def test_a_tune_book_of_no_size_that_a_book_has(tmp_path, monkeypatch):
    path = tmp_path / "book.abc"
    path.write_text("X:1\n" * 10_001)
    with pytest.raises(ScoreReadError, match="more than 10,000 tunes"):
        read_tune_book(path)
    monkeypatch.setattr(io._abc, "BOUNDS", io._limits.Limits(max_bytes=1_000))
    with pytest.raises(ScoreReadError, match="larger than 1,000 bytes"):
        read_tune_book(path)


NOTES = st.lists(
    st.tuples(st.integers(36, 96), st.sampled_from([1, 2, 3, 4, 6, 8, 12]), st.booleans()), min_size=1, max_size=40
)


@given(NOTES)
@settings(max_examples=50, deadline=None)
def test_written_notes_are_read(notes):
    """Notes of any pitch and length, some of them after a rest, each in a bar of its own."""
    letters = ["C", "^C", "D", "^D", "E", "F", "^F", "G", "^G", "A", "^A", "B"]
    music, expected, now = "", [], 0
    for pitch, length, rests in notes:
        octave = pitch // 12 - 5
        now += 2 * rests
        music += f"{'z2' * rests}{letters[pitch % 12]}{chr(39) * octave}{',' * -octave}{length}|"
        expected.append((now, pitch, length))
        now += length
    assert sounding(music) == expected
    assert sounding(f"|:{music[:-1]}:|") == expected + [(onset + now, *rest) for onset, *rest in expected]


@given(st.text("ABCabcz|:[]123()<>-/^_=,'{}\"!&KMLV \\\n", max_size=80), st.sampled_from(["C", "Ador", "H"]))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_score_or_refused(music, key):
    try:
        score = parse_abc(tune(music, key=key))
    except ScoreReadError:
        return
    notes = notes_of(score)
    assert all(length > 0 for _, _, length in notes)
    assert all(onset + length <= following for (onset, _, length), (following, *_) in pairwise(notes))
    assert score.barlines[0].time == 0
