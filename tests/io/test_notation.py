"""Scores as notes on paper: full bars, rests that are seen, pitches named as their key asks, names of instruments."""

from fractions import Fraction
from xml.etree import ElementTree

import muspy
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skemovae import PitchEncoder, read_music, write_music
from skemovae._scores import bars_of
from skemovae.io._notation import guess_fifths, rests_of, spell

from ..conftest import make_score

NATURALS = dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11), strict=True))
IN_A_FOLDER = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a score as MusicXML and returns its root element."""

    def write(music):
        write_music(music, tmp_path / "x.musicxml")
        return ElementTree.parse(tmp_path / "x.musicxml").getroot()

    return write


def rests_in(music):
    """Return the rests of a score's first track as numbers."""
    return [(float(start), float(n)) for start, n in rests_of(music.tracks[0], bars_of(music), music.resolution)]


def names_in(root):
    """Return the pitches of MusicXML as text, "Eb4"."""
    signs = {None: "", "-1": "b", "1": "#"}
    return [p.findtext("step") + signs[p.findtext("alter")] + p.findtext("octave") for p in root.iter("pitch")]


def bar_lengths(root):
    """Return the lengths of the bars of MusicXML in quarter notes."""
    divisions = int(root.findtext("part/measure/attributes/divisions"))
    return [Fraction(sum(int(d.text) for d in bar.iter("duration")), divisions) for bar in root.iter("measure")]


# --- bars and rests ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notes", "metre", "rests"),
    [
        ([(0, 60, 16)], (4, 4), []),
        ([(0, 60, 4)], (4, 4), [(1, 1), (2, 2)]),
        ([(0, 60, 7)], (4, 4), [(1.75, 0.25), (2, 2)]),
        ([(0, 60, 1)], (4, 4), [(0.25, 0.25), (0.5, 0.5), (1, 1), (2, 2)]),
        ([(2, 60, 2), (40, 62, 8)], (4, 4), [(0, 0.5), (1, 1), (2, 2), (4, 4), (8, 2)]),
        ([(0, 60, 4)], (3, 4), [(1, 1), (2, 1)]),
        ([(12, 60, 12)], (3, 4), [(0, 3)]),  # a whole bar, in any metre
        ([(20, 60, 20)], (5, 4), [(0, 5)]),
        ([(0, 60, 2)], (3, 8), [(0.5, 0.5), (1, 0.5)]),
        ([(0, 60, 8), (4, 72, 2)], (4, 4), [(2, 2)]),  # while another note sounds there is no rest
        ([], (4, 4), [(0, 4)]),
        ([], None, [(0, 4)]),
    ],
)
def test_rests_fill_the_bars_and_lie_on_beats(notes, metre, rests):
    assert rests_in(make_score(notes, time_signature=metre)) == rests


def test_rests_in_triplets_are_not_broken_up():
    third = 1 / 3
    notes = [(0, 60, 1), (2, 61, 1), (5, 62, 4)]  # thirds of a quarter note
    assert rests_in(make_score(notes, resolution=3)) == [
        (pytest.approx(third), pytest.approx(third)),
        (1, pytest.approx(2 * third)),
        (3, 1),
    ]


def test_all_parts_reach_to_the_end_of_the_last_bar(written):
    root = written(make_score([(0, 60, 4)], [(0, 48, 4), (40, 50, 4)], [], time_signature=(4, 4)))
    assert [len(part.findall("measure")) for part in root.findall("part")] == [3, 3, 3]


def test_a_change_of_metre(written):
    music = make_score([(0, 60, 4), (30, 62, 2)])
    music.time_signatures = [muspy.TimeSignature(0, 4, 4), muspy.TimeSignature(16, 3, 4)]
    assert [(float(start), float(end)) for start, end in bars_of(music)] == [(0, 4), (4, 7), (7, 10)]
    assert bar_lengths(written(music)) == [4, 3, 3]


def test_a_mark_after_the_last_note_has_a_bar_of_its_own(written):
    music = make_score([(0, 60, 4)], qpm=120)
    music.tempos.append(muspy.Tempo(32, 60))
    root = written(music)
    assert bar_lengths(root) == [4, 4, 4]
    assert not [note for note in root.iter("note") if note.get("print-object") == "no"]


melodies = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 127), st.integers(1, 9)), min_size=1, max_size=12)


@IN_A_FOLDER
@given(melodies, st.sampled_from([1, 2, 3, 4, 8]), st.sampled_from([(4, 4), (3, 4), (6, 8), (5, 4), (2, 2)]))
def test_every_bar_of_any_melody_is_full_and_nothing_is_hidden(written, melody, resolution, metre):
    notes, now = [], 0
    for rest, pitch, length in melody:
        notes.append((now + rest, pitch, length))
        now += rest + length
    root = written(make_score(notes, resolution=resolution, time_signature=metre))
    bars, length = bar_lengths(root), Fraction(4 * metre[0], metre[1])
    assert bars == [length] * len(bars)
    assert (len(bars) - 1) * length < Fraction(now, resolution) <= len(bars) * length
    assert not [note for note in root.iter("note") if note.get("print-object") == "no"]
    assert not list(root.iter("forward"))


# --- pitches ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pitch", "fifths", "name"),
    [
        (60, 0, ("C", 0, 4)),
        (63, 0, ("E", -1, 4)),
        (68, 0, ("G", 1, 4)),  # the leading note of A minor
        (68, -3, ("A", -1, 4)),
        (59, -3, ("B", 0, 3)),  # the leading note of C minor
        (63, 4, ("D", 1, 4)),
        (65, 6, ("E", 1, 4)),
        (60, 7, ("B", 1, 3)),  # belongs to the octave below its letter
        (59, -6, ("C", -1, 4)),
        (0, 0, ("C", 0, -1)),
        (127, 0, ("G", 0, 9)),
    ],
)
def test_names_of_pitches(pitch, fifths, name):
    assert spell(pitch, fifths) == name


def test_every_name_sounds_as_its_pitch():
    for fifths in range(-14, 15):
        for pitch in range(128):
            letter, alter, octave = spell(pitch, fifths)
            assert 12 * (octave + 1) + NATURALS[letter] + alter == pitch


@pytest.mark.parametrize(
    ("pitches", "fifths"),
    [
        ([60, 62, 64, 65, 67], 0),
        ([60, 62, 63, 67, 68], -3),
        ([60, 62, 63, 65, 67, 68, 70, 59], -3),
        ([66, 67, 69, 71], 1),
        ([], 0),
    ],
)
def test_the_key_of_a_melody_without_one(pitches, fifths):
    assert guess_fifths(make_score([(4 * i, pitch, 4) for i, pitch in enumerate(pitches)])) == fifths


def test_pitches_are_named_by_the_key_in_force(written):
    notes = [(4 * i, 68, 4) for i in range(4)]
    assert names_in(written(make_score([*notes, (16, 63, 4), (20, 60, 4)]))) == ["Ab4"] * 4 + ["Eb4", "C4"]
    music = make_score(notes, key=(9, "major"))
    music.key_signatures.append(muspy.KeySignature(8, root=3, mode="major"))
    assert names_in(written(music)) == ["G#4", "G#4", "Ab4", "Ab4"]


# --- marks and names --------------------------------------------------------------------------------------------------


def test_title_part_instrument_and_tempo(written):
    flute = muspy.Track(73, False, "Melody", [muspy.Note(0, 72, 4)])
    music = make_score(flute, muspy.Track(0, False, None, [muspy.Note(0, 60, 4)]), muspy.Track(is_drum=True), qpm=120)
    music.metadata.title = "sadness 3"
    root = written(music)
    assert root.findtext("movement-title") == "sadness 3"
    parts = root.findall("part-list/score-part")
    assert [part.findtext("part-name") for part in parts] == ["Melody", "", ""]
    assert [part.findtext("score-instrument/instrument-name") for part in parts] == ["Flute", "Piano", "Percussion"]
    assert [part.findtext("midi-instrument/midi-program") for part in parts] == ["74", "1", "1"]
    (tempo,) = root.iter("direction")
    assert (tempo.get("placement"), tempo.find("sound").get("tempo")) == ("above", "120")


def test_a_program_that_midi_does_not_know_is_an_error(tmp_path):
    music = make_score(muspy.Track(128, notes=[muspy.Note(0, 60, 4)]))
    for suffix in (".musicxml", ".mid"):
        with pytest.raises(ValueError, match=r"No instrument found for MIDI program 128|data byte must be in range"):
            write_music(music, tmp_path / f"x{suffix}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".mid", ".musicxml"])
def test_the_same_score_gives_the_same_file(tmp_path, suffix):
    for name in ("a", "b"):
        write_music(make_score([(0, 60, 4), (6, 61, 30)], [(0, 48, 4)], qpm=120), tmp_path / f"{name}{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


# --- there and back ---------------------------------------------------------------------------------------------------


@IN_A_FOLDER
@given(st.lists(st.integers(0, 129), min_size=64, max_size=64), st.sampled_from([4, 3]))
def test_any_tokens_survive_both_formats(tmp_path, tokens, resolution):
    encoder = PitchEncoder(resolution=resolution, polyphony="error", off_grid="error", out_of_window="error")
    tokens[-1] = 60  # of a melody without a note MIDI keeps no track
    melody = encoder.inverse_transform([tokens])
    for suffix in (".mid", ".musicxml"):
        write_music(melody[0], tmp_path / f"x{suffix}")
        assert np.array_equal(encoder.transform([read_music(tmp_path / f"x{suffix}")]), encoder.transform(melody))
