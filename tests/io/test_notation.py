"""Scores in notation: complete bars, visible rests, pitches spelled according to their key, names of instruments."""

from fractions import Fraction
from itertools import groupby
from xml.etree import ElementTree

import mido
import muspy
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skemovae import PitchEncoder, generate, read_music, write_music
from skemovae._scores import bars_of
from skemovae.io._measures import measures_of
from skemovae.io._notation import chords_of, gaps_of, guess_fifths, signs_of, spell

from ..conftest import make_score
from .files import quarters_of

NATURALS = dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11), strict=True))
IN_A_FOLDER = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a score as MusicXML and returns its root element."""

    def write(music):
        write_music(music, tmp_path / "x.musicxml")
        return ElementTree.parse(tmp_path / "x.musicxml").getroot()

    return write


def signs_in(music):
    """Return what is written for a score's first track, as (start, length, pitches or None for a rest)."""
    bars = measures_of(music)
    chords = chords_of(music.tracks[0], music.resolution)
    sounding = [*chords, *((*gap, None) for gap in gaps_of(chords, bars[-1].end))]
    return [
        (float(start), float(end - start), chord and chord.pitches)
        for bar in bars
        for start, end, chord in signs_of([c for c in sounding if c[0] < bar.end and c[1] > bar.start], bar)
    ]


def rests_in(music):
    return [(start, length) for start, length, pitches in signs_in(music) if pitches is None]


def names_in(root):
    """Return the pitches of MusicXML as text such as "Eb4"."""
    signs = {None: "", "-1": "b", "1": "#"}
    return [p.findtext("step") + signs[p.findtext("alter")] + p.findtext("octave") for p in root.iter("pitch")]


def bar_lengths(root):
    """Return the lengths of the bars of MusicXML in quarter notes."""
    divisions = int(root.findtext("part/measure/attributes/divisions"))
    return [Fraction(sum(int(d.text) for d in bar.iter("duration")), divisions) for bar in root.iter("measure")]


# --- bars and rests ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notes", "meter", "rests"),
    [
        ([(0, 60, 16)], (4, 4), []),
        ([(0, 60, 4)], (4, 4), [(1, 1), (2, 2)]),
        ([(0, 60, 7)], (4, 4), [(1.75, 0.25), (2, 2)]),
        ([(0, 60, 1)], (4, 4), [(0.25, 0.25), (0.5, 0.5), (1, 1), (2, 2)]),
        ([(2, 60, 2), (40, 62, 8)], (4, 4), [(0, 0.5), (1, 1), (2, 2), (4, 4), (8, 2)]),
        ([(0, 60, 4)], (3, 4), [(1, 1), (2, 1)]),
        ([(12, 60, 12)], (3, 4), [(0, 3)]),  # a whole bar, in any meter
        ([(20, 60, 20)], (5, 4), [(0, 5)]),
        ([(0, 60, 2)], (3, 8), [(0.5, 0.5), (1, 0.5)]),
        ([(0, 60, 8), (4, 72, 2)], (4, 4), [(2, 2)]),  # no rest while another note sounds
        ([], (4, 4), [(0, 4)]),
        ([], None, [(0, 4)]),
    ],
)
def test_rests_fill_the_bars_and_lie_on_beats(notes, meter, rests):
    assert rests_in(make_score(notes, time_signature=meter)) == rests


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


def test_a_change_of_meter(written):
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
def test_every_bar_of_any_melody_is_full_and_nothing_is_hidden(written, melody, resolution, meter):
    notes, now = [], 0
    for rest, pitch, length in melody:
        notes.append((now + rest, pitch, length))
        now += rest + length
    root = written(make_score(notes, resolution=resolution, time_signature=meter))
    bars, length = bar_lengths(root), Fraction(4 * meter[0], meter[1])
    assert bars == [length] * len(bars)
    assert (len(bars) - 1) * length < Fraction(now, resolution) <= len(bars) * length
    assert not [note for note in root.iter("note") if note.get("print-object") == "no"]
    assert not list(root.iter("forward"))


# --- note values ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notes", "meter", "values"),
    [
        # 4/4: the middle of the bar shows; a quarter note between eighths needs no tie.
        ([(0, 60, 2), (2, 62, 4), (6, 64, 2), (8, 65, 8)], (4, 4), [0.5, 1, 0.5, 2]),
        ([(0, 60, 4), (4, 62, 8), (12, 64, 4)], (4, 4), [1, 2, 1]),
        ([(0, 60, 6), (6, 62, 4), (10, 64, 6)], (4, 4), [1.5, (0.5, 0.5), 1.5]),
        ([(0, 60, 12), (12, 62, 4)], (4, 4), [3, 1]),
        ([(0, 60, 16)], (4, 4), [4]),
        # No double dots; each beat shows.
        ([(0, 60, 7), (7, 62, 9)], (4, 4), [(1, 0.75), (0.25, 2)]),
        ([(0, 60, 14), (14, 62, 2)], (4, 4), [(2, 1.5), 0.5]),
        ([(0, 60, 3), (3, 62, 1), (4, 64, 7), (11, 65, 5)], (4, 4), [0.75, 0.25, (1, 0.75), (0.25, 1)]),
        ([(0, 60, 1), (1, 62, 2), (3, 64, 1), (4, 65, 12)], (4, 4), [0.25, 0.5, 0.25, 3]),
        ([(0, 60, 5), (5, 62, 11)], (4, 4), [(1, 0.25), (0.75, 2)]),
        # Across the bar line.
        ([(0, 60, 12), (12, 62, 12), (24, 60, 8)], (4, 4), [3, (1, 2), 2]),
        # 3/4 and 6/8.
        ([(0, 60, 4), (4, 62, 8)], (3, 4), [1, 2]),
        ([(0, 60, 2), (2, 62, 8), (10, 64, 2)], (3, 4), [0.5, (0.5, 1.5), 0.5]),
        ([(0, 60, 4), (4, 62, 4), (8, 64, 4)], (6, 8), [1, (0.5, 0.5), 1]),
        ([(0, 60, 6), (6, 62, 3), (9, 64, 1), (10, 65, 2)], (6, 8), [1.5, 0.75, 0.25, 0.5]),
    ],
)
def test_notes_are_cut_so_that_the_beats_are_seen(written, notes, meter, values):
    music = make_score(notes, time_signature=meter)
    expected = [list(value) if isinstance(value, tuple) else [value] for value in values]
    signs = [(length, pitches) for _, length, pitches in signs_in(music) if pitches]
    assert [[length for length, _ in same] for _, same in groupby(signs, key=lambda sign: sign[1])] == expected
    root = written(music)
    assert not [note for note in root.iter("note") if len(note.findall("dot")) > 1]
    assert len(list(root.iter("note"))) == len(signs_in(music))


def test_triplets_stay_whole(written):
    eighths = [(4 * i, 60 + i, 4) for i in range(6)]
    quarters = [(24 + 8 * i, 64, 8) for i in range(3)]
    music = make_score([*eighths, *quarters], resolution=12)
    lengths = [length for _, length, _ in signs_in(music)]
    assert lengths == pytest.approx([1 / 3] * 6 + [2 / 3] * 3)
    root = written(music)
    assert [note.findtext("type") for note in root.iter("note")] == ["eighth"] * 6 + ["quarter"] * 3
    assert {m.findtext("actual-notes") for m in root.iter("time-modification")} == {"3"}


def test_eighths_are_beamed_by_the_beat(written):
    root = written(make_score([(2 * i, 60 + i, 2) for i in range(8)]))
    assert [note.findtext("beam") for note in root.iter("note")] == ["begin", "end"] * 4


def test_notes_of_one_onset_and_length_are_a_chord(written):
    root = written(make_score([(0, 60, 8), (0, 64, 8), (8, 62, 8)]))
    assert [note.find("chord") is not None for note in root.iter("note")] == [False, True, False]
    assert {note.findtext("voice") for note in root.iter("note")} <= {None, "1"}


# --- upbeats ----------------------------------------------------------------------------------------------------------

UPBEAT = [(0, 67, 4), (4, 72, 8), (12, 74, 4), (16, 76, 10), (26, 72, 6)]  # in 4/4; the last bar lacks a quarter note


def upbeat_by_barlines():
    music = make_score(UPBEAT, time_signature=(4, 4))
    music.barlines = [muspy.Barline(0), muspy.Barline(4), muspy.Barline(20)]
    return music


def upbeat_by_signatures():
    music = make_score(UPBEAT)
    music.time_signatures = [muspy.TimeSignature(0, 1, 4), muspy.TimeSignature(4, 4, 4)]
    return music


@pytest.mark.parametrize("make", [upbeat_by_barlines, upbeat_by_signatures])
def test_an_upbeat_stands_before_the_first_bar(written, tmp_path, make):
    root = written(make())
    measures = list(root.iter("measure"))
    assert bar_lengths(root) == [1, 4, 3]
    assert [m.get("number") for m in measures] == ["0", "1", "2"]
    assert [m.get("implicit") == "yes" for m in measures] == [True, False, False]
    assert [m.findtext("attributes/time/beats") for m in measures] == ["4", None, None]
    back = read_music(tmp_path / "x.musicxml")
    assert [line.time / back.resolution for line in back.barlines] == [0, 1, 5]
    assert quarters_of(back) == quarters_of(make())


def test_what_an_upbeat_has_the_last_bar_lacks_unless_there_are_notes(written):
    music = upbeat_by_signatures()
    music.tracks[0].notes.append(muspy.Note(32, 60, 2))
    assert bar_lengths(written(music)) == [1, 4, 4]


def test_a_bar_in_two_parts_is_counted_once(written):
    music = make_score([(4 * i, 60, 4) for i in range(12)], time_signature=(4, 4))
    music.barlines = [muspy.Barline(time) for time in (0, 16, 28, 32)]
    numbers = [(m.get("number"), m.get("implicit") == "yes") for m in written(music).iter("measure")]
    assert numbers == [("1", False), ("2", False), ("2", True), ("3", False)]


def test_a_meter_that_grows_behind_the_first_bar_is_no_upbeat_where_bar_lines_are_known(written):
    music = make_score([(4 * i, 60, 4) for i in range(5)])
    music.time_signatures = [muspy.TimeSignature(0, 2, 4), muspy.TimeSignature(8, 3, 4)]
    music.barlines = [muspy.Barline(0), muspy.Barline(8)]
    measures = list(written(music).iter("measure"))
    assert [m.findtext("attributes/time/beats") for m in measures] == ["2", "3"]
    assert [m.get("number") for m in measures] == ["1", "2"]


def test_a_meter_without_beats_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="a time signature of 0/4; expected positive numbers"):
        write_music(make_score([(0, 60, 4)], time_signature=(0, 4)), tmp_path / "x.musicxml")


def test_signatures_that_change_nothing_are_not_repeated(written):
    music = make_score([(4 * i, 60, 4) for i in range(8)], key=(7, "major"), time_signature=(4, 4))
    music.time_signatures.append(muspy.TimeSignature(16, 4, 4))
    music.key_signatures.append(muspy.KeySignature(16, root=7, mode="major"))
    root = written(music)
    assert (len(list(root.iter("time"))), len(list(root.iter("key")))) == (1, 1)


# --- clefs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pitches", "clefs"),
    [
        ([57], [("G", "2", None)]),  # a low melody alone, which gets no bass clef
        ([50], [("G", "2", "-1")]),
        ([40], [("F", "4", None)]),
        ([72, 57], [("G", "2", None), ("F", "4", None)]),
    ],
)
def test_a_melody_stands_in_the_treble_clef_and_a_bass_below_it(written, pitches, clefs):
    root = written(make_score(*[[(0, pitch, 8), (8, pitch, 8)] for pitch in pitches]))
    names = ("sign", "line", "clef-octave-change")
    assert [tuple(clef.findtext(name) for name in names) for clef in root.iter("clef")] == clefs


def test_drums_have_the_percussion_clef(written):
    root = written(make_score(muspy.Track(is_drum=True, notes=[muspy.Note(0, 36, 4)])))
    assert [clef.findtext("sign") for clef in root.iter("clef")] == ["percussion"]


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


def test_a_generated_melody_says_what_it_is_in_both_formats(tmp_path, written):
    (melody,) = generate(1, emotion="sad", random_state=0)
    root = written(melody)
    assert (root.findtext("movement-title"), root.findtext("part-list/score-part/part-name")) == ("sad 1", "Melody")
    assert (root.find(".//key/fifths").text, root.find(".//key/mode").text) == ("-3", "minor")
    write_music(melody, tmp_path / "x.mid")
    marks, notes = mido.MidiFile(tmp_path / "x.mid").tracks
    found = {message.type: message for message in marks}
    assert (found["track_name"].name, found["key_signature"].key, found["set_tempo"].tempo) == ("sad 1", "Cm", 500_000)
    assert [(m.type, getattr(m, "program", None)) for m in notes[:2]] == [("track_name", None), ("program_change", 0)]


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


# --- round trips ------------------------------------------------------------------------------------------------------


@IN_A_FOLDER
@given(st.lists(st.integers(0, 129), min_size=64, max_size=64), st.sampled_from([4, 3]))
def test_any_tokens_survive_both_formats(tmp_path, tokens, resolution):
    encoder = PitchEncoder(resolution=resolution, polyphony="error", off_grid="error", out_of_window="error")
    tokens[-1] = 60  # for a melody without notes, MIDI has no track
    melody = encoder.inverse_transform([tokens])
    for suffix in (".mid", ".musicxml"):
        write_music(melody[0], tmp_path / f"x{suffix}")
        assert np.array_equal(encoder.transform([read_music(tmp_path / f"x{suffix}")]), encoder.transform(melody))
