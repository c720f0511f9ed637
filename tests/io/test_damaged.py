"""Tests of unreadable files: a single type of error, with the file's name and the reason."""

import random
import warnings

import pytest

from skemovae import read_music
from skemovae.io import ScoreReadError
from tests.io.files import CONTAINER, NOTE, WHOLE_MIDI, midi_bytes, musicxml, mxl_bytes, note_xml

BAD_MIDI = {
    "empty": (b"", "MThd not found"),
    "text": (b"This is a text and not music.\n" * 9, "MThd not found"),
    "random": (random.Random(0).randbytes(999), "MThd not found"),
    "truncated header": (WHOLE_MIDI[:10], "the file ends in the middle of the chunk b'MThd'"),
    "truncated track": (WHOLE_MIDI[:60], "the file ends in the middle of a message"),
    "truncated message": (midi_bytes(b"\x00\x90\x3c\x40\x60\x80")[:-4], "ends in the middle"),
    "type 2": (midi_bytes(NOTE, kind=2), "a file of type 2"),
    "no ticks": (midi_bytes(NOTE, division=0), "a resolution of 0 time steps"),
    "no ticks a frame": (midi_bytes(NOTE, division=0xE700), "a resolution of 0 time steps"),
    "a long number": (midi_bytes(b"\xff\xff\xff\xff\x7f\x90\x3c\x40"), "a number of more than 4 bytes"),
    "no message before": (midi_bytes(b"\x00\x3c\x40"), "a message without its first byte"),
    "no message at all": (midi_bytes(b"\x00\xf4"), "the byte 0xf4 where a message begins"),
    "no data": (midi_bytes(b"\x00\x90\xbc\x40"), "a data byte above 127"),
    "huge delta": (
        midi_bytes(b"\xff\xff\xff\x7f\x90\x3c\x40\x60\x80\x3c\x00"),
        "beyond max_quarters=100,000",
    ),
    "huge delta of a mark": (
        midi_bytes(NOTE, b"\xff\xff\xff\x7f\xff\x51\x03\x07\xa1\x20"),
        "beyond max_quarters=100,000",
    ),
    "huge announced length": (
        midi_bytes(NOTE, b"\x00\xff\x01\xff\xff\xff\x7f"),
        "the file ends in the middle of a message of 268,435,455",
    ),
}


@pytest.mark.parametrize("case", BAD_MIDI)
@pytest.mark.parametrize("suffix", [".mid", ".MIDI"])
def test_unreadable_midi_is_one_error_with_name_and_reason(tmp_path, case, suffix):
    content, reason = BAD_MIDI[case]
    path = tmp_path / f"bad{suffix}"
    path.write_bytes(content)
    with pytest.raises(ScoreReadError, match=rf"^cannot read {path} as MIDI: .*{reason}"):
        read_music(path)


def outcome(path):
    """Return "read" or "refused"; any other exception is raised."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read_music(path)
    except ScoreReadError:
        return "refused"
    return "read"


def test_no_truncation_and_no_damage_of_midi_raises_anything_else(tmp_path):
    whole = midi_bytes(
        b"\x00\xff\x51\x03\x07\xa1\x20", b"\x00\xff\x59\x02\xfd\x00", b"\x00\xff\x58\x04\x04\x02\x18\x08", NOTE * 4
    )
    generator = random.Random(0)
    outcomes = set()
    for i in range(400):
        damaged = bytearray(whole)
        for _ in range(generator.randint(1, 6)):
            damaged[generator.randrange(len(damaged))] = generator.randrange(256)
        (tmp_path / "x.mid").write_bytes(damaged[: i % len(whole)] if i % 4 == 0 else damaged)
        outcomes.add(outcome(tmp_path / "x.mid"))
    assert outcomes == {"read", "refused"}


LAUGHS = "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10 if i else 'ha' * 99}'>" for i in range(9))
BAD_MUSICXML = {
    "empty": ("", "no element found"),
    "text": ("This is a text and not music.", "not well-formed|syntax error"),
    "truncated": (musicxml(note_xml() * 9)[:400], "no element found|unclosed token"),
    "another document": ("<html><body/></html>", "a <html> document; expected <score-partwise>"),
    "timewise": ("<score-timewise/>", "no parts; expected one or more"),
    "no part": ("<score-partwise/>", "no parts; expected one or more"),
    "too many parts": (musicxml("", parts=1001), "more than 1,000 parts"),
    "billion laughs": (musicxml(note_xml("&a8;"), doctype=f"<!DOCTYPE x [{LAUGHS}]>"), "XML entity 'a0'"),
    "external entity": (
        musicxml(note_xml("&e;"), doctype="<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"),
        "XML entity 'e'",
    ),
    "parameter entity": (
        musicxml(note_xml(), doctype="<!DOCTYPE x [<!ENTITY % e SYSTEM 'http://127.0.0.1/x.dtd'> %e;]>"),
        "XML entity 'e'",
    ),
    "a million repeats": (
        musicxml(note_xml() + "<barline><repeat direction='backward' times='1000000'/></barline>"),
        "more than 200,000 measures with all repeats",
    ),
    "huge divisions": (
        musicxml(note_xml(), divisions=10**12),
        "<divisions> holds '1000000000000'; expected",
    ),
    "divisions 0": (musicxml(note_xml(), divisions=0), "divisions .*0"),
    "divisions of no common size": (
        musicxml("<attributes><divisions>99991</divisions></attributes>" + note_xml(), divisions=99989),
        "divisions whose common multiple is not 1 to 1,000,000",
    ),
    "huge duration": (musicxml(note_xml(duration=4_000_000)), "1,000,000 quarter notes"),
    "huge forward": (
        musicxml("<forward><duration>4000000</duration></forward>" + note_xml()),
        "1,000,001 quarter",
    ),
    "huge chord": (musicxml(note_xml() + note_xml(before="<chord/>", duration=4_000_000)), "1,000,000 quarter notes"),
    "huge numbers": (musicxml(note_xml(duration="9" * 12)), "quarter notes with all repeats"),
    "numbers of huge length": (
        musicxml(note_xml(duration="9" * 4000)),
        "<duration> holds '9{40}'; expected",
    ),
    "negative duration": (musicxml(note_xml(duration=-4)), "<duration> holds '-4'; expected"),
    "pitch beyond MIDI": (musicxml(note_xml(octave=11)), "an impossible note \\(onset 0, pitch 144"),
    "no octave": (musicxml(note_xml(octave="")), "a pitch of step 'C' and octave None"),
    "transposed by what is not a number": (
        musicxml("<attributes><transpose><chromatic>x</chromatic></transpose></attributes>" + note_xml()),
        "a transposition that is not a number",
    ),
    "no pitch": (musicxml("<note><duration>4</duration></note>"), "without <pitch>, <unpitched> and <rest>"),
    "deep": (musicxml("<note>" * 50_000 + "</note>" * 50_000), "more than 100 XML elements in each other"),
    "parts of different lengths": (
        musicxml(note_xml(), note_xml()).replace(
            "</score-partwise>", "<part id='P0'><measure/></part></score-partwise>"
        ),
        "parts of 1 to 2 measures",
    ),
}


@pytest.mark.parametrize("case", BAD_MUSICXML)
def test_unreadable_musicxml_is_one_error_with_name_and_reason(read_text, tmp_path, case):
    text, reason = BAD_MUSICXML[case]
    with pytest.raises(ScoreReadError, match=rf"(?s)^cannot read {tmp_path / 'bad.xml'} as MusicXML: .*({reason})"):
        read_text(text, "bad.xml")


def test_many_parts_of_many_instruments_are_too_many_tracks(read_text):
    instruments = "".join(f"<score-instrument id='I{i}'/>" for i in range(100))
    text = musicxml(note_xml(), part_list=f"<score-part id='P0'>{instruments}</score-part>")
    text = text.replace("</score-partwise>", "<part id='P0'><measure/></part>" * 10 + "</score-partwise>")
    with pytest.raises(ScoreReadError, match="more than 1,000 instruments"):
        read_text(text)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"score.xml": musicxml(note_xml())}, "the archive has no META-INF/container.xml"),
        ({"META-INF/container.xml": CONTAINER}, "the archive has no score.xml"),
        ({"META-INF/container.xml": "<container/>"}, "META-INF/container.xml names no score"),
        ({"META-INF/container.xml": CONTAINER.replace("score.xml", "")}, "names no score"),
        ({"META-INF/container.xml": "no XML", "score.xml": ""}, "syntax error|not well-formed"),
        ({"META-INF/container.xml": f"<!DOCTYPE x [{LAUGHS}]>{CONTAINER}"}, "XML entity 'a0'"),
    ],
)
def test_unreadable_mxl_is_one_error_with_name_and_reason(tmp_path, members, reason):
    path = mxl_bytes(tmp_path / "bad.mxl", members)
    with pytest.raises(ScoreReadError, match=rf"^cannot read {path} as MusicXML: .*({reason})"):
        read_music(path)


@pytest.mark.parametrize("content", [b"", b"no archive", random.Random(0).randbytes(999)])
def test_an_mxl_that_is_no_archive_is_an_error(tmp_path, content):
    (tmp_path / "bad.mxl").write_bytes(content)
    with pytest.raises(ScoreReadError, match=r"bad\.mxl as MusicXML: .*File is not a zip file"):
        read_music(tmp_path / "bad.mxl")


def test_no_truncation_and_no_damage_of_mxl_raises_anything_else(tmp_path):
    whole = mxl_bytes(tmp_path / "x.mxl", {"META-INF/container.xml": CONTAINER, "score.xml": musicxml(note_xml())})
    whole = whole.read_bytes()
    generator = random.Random(0)
    outcomes = set()
    for i in range(200):
        damaged = bytearray(whole)
        damaged[generator.randrange(len(damaged))] ^= generator.randrange(1, 256)
        (tmp_path / "x.mxl").write_bytes(damaged[: i % len(whole)] if i % 4 == 0 else damaged)
        outcomes.add(outcome(tmp_path / "x.mxl"))
    assert outcomes == {"read", "refused"}
