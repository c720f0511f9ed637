"""Hostile files: those that once did harm (tests/hostile), and any that hypothesis can think of.

The files in tests/hostile are written by hand or made with write_music; none contains anyone's melody.
``benchmarks/fuzz_read.py`` is the long run, with any number of damaged files.
"""

import time
import tracemalloc
import zipfile
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skemovae import (
    Excerpt,
    KeyNormalizer,
    ModelFileError,
    PitchEncoder,
    ScoreReadError,
    SopranoExtractor,
    TempoNormalizer,
    fetch_musgenvae,
    load_model,
    read_music,
    write_music,
)
from skemovae.datasets import _musgenvae
from tests.conftest import make_score
from tests.io.files import midi_bytes, musicxml, note_xml

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::UserWarning")]  # about what is left out

HOSTILE = Path(__file__).parent / "hostile"
# A guard against endless reading, not a measurement: under coverage on a loaded machine the slowest file took 2.3 s.
SECONDS_OF_HARM = 20
# file -> why it is refused, or None if it is read
REASONS = {
    "beats_of_many_terms.musicxml": None,
    "beats_without_end.musicxml": None,
    "control_characters.mid": None,
    "divisions_of_many_digits.musicxml": "<divisions> holds '10{39}'; expected a number below",
    "ending_of_many_numbers.musicxml": None,
    "fifths_without_end.musicxml": None,
    "lzma.mxl": r"s.xml is compressed by method 14; expected 0 or 8 \(stored, deflated\)",
    "lzma.zip": "is compressed by method 14: expected 0 or 8",
    "name_without_end.zip": "is not a whole zip archive: File name in directory .{,200}$",
    "number_without_end.mid": "a number of more than 4 bytes",
    "rests_in_a_chord.musicxml": None,
    "sharps_without_end.musicxml": "a pitch altered by 300000000 semitones; at most 12 are read",
    "tempo_beyond_midi.musicxml": None,
    "to_and_fro.musicxml": None,
}


@pytest.fixture
def fetch_archive(tmp_path, monkeypatch):
    """Return a function that reads an archive as if it were the published data set."""

    def fetch(path):
        monkeypatch.setattr(_musgenvae, "_retrieve", lambda target, *_: target.write_bytes(path.read_bytes()))
        fetch_musgenvae(data_home=tmp_path / "home")

    return fetch


def test_every_hostile_file_has_its_reason():
    assert sorted(path.name for path in HOSTILE.iterdir()) == sorted(REASONS)
    assert max(path.stat().st_size for path in HOSTILE.iterdir()) < 10_000


@pytest.mark.parametrize("name", REASONS)
def test_a_file_that_did_harm_once_does_none(name, fetch_archive):
    read = fetch_archive if name.endswith(".zip") else read_music
    tracemalloc.start()
    start = time.process_time()
    try:
        if REASONS[name] is None:
            assert read(HOSTILE / name).tracks
        else:
            with pytest.raises(ValueError, match=REASONS[name]) as caught:
                read(HOSTILE / name)
            assert isinstance(caught.value, ScoreReadError) or name.endswith(".zip")
            assert len(str(caught.value)) < 1000
        seconds, memory = time.process_time() - start, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert seconds < SECONDS_OF_HARM
    assert memory < 20_000_000


def test_characters_that_xml_does_not_know_are_left_out_of_it(tmp_path):
    music = read_music(HOSTILE / "control_characters.mid")
    assert (music.metadata.title, music.tracks[0].name) == ("a\0\x0b\x1bz", "\1\2\3")
    for suffix in (".musicxml", ".mxl"):
        write_music(music, tmp_path / f"x{suffix}")
        back = read_music(tmp_path / f"x{suffix}")
        assert (back.metadata.title, back.tracks[0].name) == ("az", None)


def test_a_tempo_that_midi_cannot_hold_is_not_written(tmp_path):
    music = read_music(HOSTILE / "tempo_beyond_midi.musicxml")
    with pytest.raises(ValueError, match=r"a tempo of 1000000000\.0 quarter notes per minute; MIDI holds 3.58 to"):
        write_music(music, tmp_path / "x.mid")
    assert list(tmp_path.iterdir()) == []


# Too large to keep, or larger than they look.
BOMBS = {
    "a number of 900,000 bytes.mid": (lambda: midi_bytes(b"\xff" * 900_000 + b"\x7f"), "a number of more than 4 bytes"),
    "a million attributes.xml": (
        lambda: musicxml(f"<a {' '.join(f'a{i}=' for i in range(1_000_000))}/>").encode(),
        "an XML tag or text of more than 100,000 bytes",
    ),
    "a million elements.xml": (lambda: musicxml("<note/>" * 1_000_000).encode(), "more than 200,000 XML elements"),
    "depth.xml": (
        lambda: musicxml("<a>" * 900_000 + "</a>" * 900_000).encode(),
        "100 XML elements in each other",
    ),
    "a large archive.mxl": (lambda: bytes(5_000_001), "the file is larger than 5,000,000 bytes"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_soon(name, tmp_path):
    content, reason = BOMBS[name]
    (tmp_path / name).write_bytes(content())
    start = time.process_time()
    with pytest.raises(ScoreReadError, match=reason):
        read_music(tmp_path / name)
    assert time.process_time() - start < SECONDS_OF_HARM


# -- any file ----------------------------------------------------------------------------------------------------------

quick = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NUMBERS = st.one_of(
    st.sampled_from([0, 1, 4, 127, 128, 255, 480, 999, 32_767, 65_536, 10**6, 2**31, 2**63, 10**40, -1, -4, -(2**31)]),
    st.integers(-10, 200),
)
WORDS = st.one_of(NUMBERS.map(str), st.sampled_from(["", " ", "x", "0.5", "1e308", "nan", "inf", "1, 2", "9" * 5000]))
FAULTS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 40), st.binary(max_size=12)), min_size=1, max_size=6)
EVENTS = st.lists(
    st.tuples(
        st.one_of(st.just(b"\0"), st.binary(min_size=1, max_size=5)),
        st.sampled_from([b"\x90\x3c\x40", b"\x80\x3c\x40", b"\x3c\0", b"\xc0\x05", b"\xff\x51\x03", b"\xff\x59\x02",
                         b"\xff\x58\x04", b"\xff\x03", b"\xf0", b"\xf7", b"\xff\x2f\0", b"\xf8", b"\xb0\x40\x7f"]),
        st.binary(max_size=5),
    ),
    max_size=12,
)  # fmt: skip
ELEMENTS = st.sampled_from(
    [
        "<note><pitch><step>C</step><alter>{0}</alter><octave>{1}</octave></pitch><duration>{2}</duration></note>",
        "<note><chord/><pitch><step>E</step><octave>4</octave></pitch><duration>{0}</duration></note>",
        "<note><pitch><step>C</step><octave>4</octave></pitch><duration>{0}</duration><tie type='start'/></note>",
        "<note><rest/><chord/><duration>{0}</duration></note>",
        "<note><cue/><pitch><step>{1}</step><octave>4</octave></pitch><duration>{0}</duration></note>",
        "<note><unpitched><display-step>E</display-step><display-octave>{1}</display-octave></unpitched></note>",
        "<backup><duration>{0}</duration></backup>",
        "<forward><duration>{0}</duration></forward>",
        "<attributes><divisions>{0}</divisions></attributes>",
        "<attributes><time><beats>{0}</beats><beat-type>{1}</beat-type></time></attributes>",
        "<attributes><time><beats>4</beats><beat-type>128</beat-type></time></attributes>",
        "<attributes><key><fifths>{0}</fifths><mode>minor</mode></key></attributes>",
        "<attributes><transpose><chromatic>{0}</chromatic><octave-change>{1}</octave-change></transpose></attributes>",
        "<sound tempo='{0}' dynamics='{1}'/>",
        "<sound dacapo='yes'/>",
        "<direction><sound dalsegno='x' coda='x' fine='x'/></direction>",
        "<barline><ending number='{0}'/><repeat direction='backward' times='{1}'/></barline>",
        "<barline><repeat direction='forward'/></barline>",
    ]
)
MEASURES = st.lists(
    st.lists(st.builds(str.format, ELEMENTS, WORDS, WORDS, WORDS), max_size=5).map("".join), min_size=1, max_size=6
)


def damaged(content, faults):
    """Return bytes with some of them replaced, deleted and inserted: (place, number of bytes lost, replacement)."""
    content = bytearray(content)
    for place, n_lost, instead in faults:
        place %= len(content) + 1
        content[place : place + n_lost] = instead
    return bytes(content)


@contextmanager
def documented(error, beginning):
    """Let an exception of one type pass if its message is as it should be; there need not be an exception."""
    message = beginning
    try:
        yield
    except error as caught:
        message = str(caught)
    assert message.startswith(beginning)
    assert len(message) < 1000


def check_reading(path, content):
    """Read a file. It may be refused, and any function may refuse its score, but only as documented."""
    path.write_bytes(content)
    music = None
    with documented(ScoreReadError, f"cannot read {path} as "):
        music = read_music(path)
    if music is None:
        return
    encoder = PitchEncoder(polyphony="skyline", off_grid="round", out_of_window="clip")
    for step in (TempoNormalizer(keep_speed=True), Excerpt(), KeyNormalizer(), SopranoExtractor(), encoder):
        with documented(ValueError, "score 0 "):
            step.transform([music])
    target = path.with_name("written.mid")
    target.unlink(missing_ok=True)
    with documented(ValueError, f"cannot write {target}: "):
        write_music(music, target)
    if target.exists():
        read_music(target)  # what we write can be read


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return the bytes of a small score in every format."""
    folder = tmp_path_factory.mktemp("whole")
    music = make_score(
        [(0, 60, 4), (4, 62, 2), (6, 64, 2), (8, 67, 8)], qpm=90, key=(9, "minor"), time_signature=(4, 4)
    )
    contents = {}
    for suffix in (".mid", ".mxl", ".musicxml"):
        write_music(music, folder / f"x{suffix}")
        contents[suffix] = (folder / f"x{suffix}").read_bytes()
    return contents


@quick
@given(st.sampled_from([".mid", ".mid", ".mxl", ".musicxml"]), FAULTS)
def test_any_damage_to_a_score_file(tmp_path, whole, suffix, faults):
    check_reading(tmp_path / f"x{suffix}", damaged(whole[suffix], faults))


@quick
@given(EVENTS, st.sampled_from([0, 1, 2, 65_535]), st.sampled_from([0, 1, 480, 32_767, 65_535]))
def test_any_events_in_a_midi_file(tmp_path, events, kind, division):
    content = midi_bytes(*(b"".join(event) for event in events), kind=kind, division=division)
    check_reading(tmp_path / "x.mid", content)


@quick
@given(MEASURES, WORDS)
def test_any_elements_in_a_musicxml_file(tmp_path, measures, divisions):
    check_reading(tmp_path / "x.musicxml", musicxml(*measures, note_xml(), divisions=divisions).encode())


@quick
@given(FAULTS, FAULTS, st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2]))
def test_any_damage_inside_a_compressed_file(tmp_path, whole, container_faults, score_faults, method):
    container = b"<container><rootfiles><rootfile full-path='x.xml'/></rootfiles></container>"
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("META-INF/container.xml", damaged(container, container_faults[1:]))
        archive.writestr("x.xml", damaged(whole[".musicxml"], score_faults))
    check_reading(tmp_path / "x.mxl", buffer.getvalue())


@quick
@given(FAULTS)
def test_any_damage_to_a_model_file(tmp_path, faults):
    content = (Path(__file__).parent / "data" / "model_v1.safetensors").read_bytes()
    faults = [(place % 4000, *rest) for place, *rest in faults]  # the header is the part with a syntax
    path = tmp_path / "x.safetensors"
    path.write_bytes(damaged(content, faults))
    with documented(ModelFileError, f"cannot load {path}: "):
        load_model(path)
        assert path.read_bytes() == content  # the sha256 finds any other damage
