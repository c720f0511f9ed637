"""Tests of read_music and write_music: reading returns what was written."""

import mido
import muspy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skemovae import PitchEncoder, read_music, write_music
from skemovae.io import READABLE_SUFFIXES
from tests.conftest import make_score, notes_of
from tests.io.files import MELODY, NOTE, midi_bytes, musicxml, note_xml, quarters_of

# --- known values -----------------------------------------------------------------------------------------------------


def test_the_notes_of_a_midi_file_written_by_hand(tmp_path):
    (tmp_path / "c.mid").write_bytes(midi_bytes(NOTE, b"\x60\x90\x40\x40\x81\x40\x80\x40\x00"))
    music = read_music(tmp_path / "c.mid")
    assert music.resolution == 480
    assert notes_of(music) == [(0, 60, 96), (192, 64, 192)]
    assert music.metadata.source_filename == "c.mid"
    assert music.metadata.title is None


def test_the_notes_of_a_musicxml_file_written_by_hand(read_text):
    rest = "<note><rest/><duration>2</duration></note>"
    music = read_text(musicxml(note_xml("E", 4, 2) + rest + note_xml("G", 5, 1), divisions=2))
    assert music.resolution == 2
    assert notes_of(music) == [(0, 64, 2), (4, 79, 1)]
    assert music.tracks[0].name == "Voice 0"


def test_tokens_of_figure_2_survive_every_format(tmp_path):
    tokens = [[64, 129, 129, 129, 65, 129, 67, 129]]
    encoder = PitchEncoder(n_steps=8)
    for suffix in READABLE_SUFFIXES:
        write_music(encoder.inverse_transform(tokens)[0], tmp_path / f"figure2{suffix}")
        assert encoder.transform([read_music(tmp_path / f"figure2{suffix}")]).tolist() == tokens


def test_repeats_are_played_out(read_text):
    repeat = "<barline><repeat direction='backward'/></barline>"
    first = note_xml("D") + "<barline><ending number='1' type='start'/><repeat direction='backward'/></barline>"
    second = note_xml("E") + "<barline><ending number='2' type='start'/></barline>"
    assert [p for _, p, _ in notes_of(read_text(musicxml(note_xml("C"), note_xml("D") + repeat)))] == [60, 62, 60, 62]
    assert [p for _, p, _ in notes_of(read_text(musicxml(note_xml("C"), first, second)))] == [60, 62, 60, 64]


# --- round trips ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [*READABLE_SUFFIXES, ".MID", ".Mxl", ".XML", ".MusicXML"])
def test_a_round_trip_keeps_onset_pitch_and_duration(tmp_path, suffix):
    music = make_score(MELODY, qpm=90, key=(9, "minor"), time_signature=(3, 4))
    write_music(music, tmp_path / f"melody{suffix}")
    back = read_music(tmp_path / f"melody{suffix}")
    assert quarters_of(back) == quarters_of(music)
    assert [(t.time, t.qpm) for t in back.tempos] == [(0, pytest.approx(90))]
    assert [(k.root, k.mode) for k in back.key_signatures] == [(9, "minor")]
    assert [(t.numerator, t.denominator) for t in back.time_signatures] == [(3, 4)]
    assert back.metadata.source_filename == f"melody{suffix}"


@pytest.mark.parametrize("suffix", [".mid", ".musicxml"])
def test_a_round_trip_keeps_the_lowest_and_highest_pitches_and_all_tracks(tmp_path, suffix):
    chord = [(0, 60, 4), (0, 64, 4), (2, 67, 8), (12, 67, 1)]
    music = make_score([(4 * p, p, 4) for p in (0, 1, 11, 12, 127)], chord, [(3, 50, 5)])
    write_music(music, tmp_path / f"x{suffix}")
    assert quarters_of(read_music(tmp_path / f"x{suffix}")) == quarters_of(music)


@pytest.mark.parametrize("suffix", [".mid", ".musicxml"])
@pytest.mark.parametrize("mode", ["major", "minor"])
def test_a_round_trip_keeps_every_key(tmp_path, suffix, mode):
    roots = []
    for root in range(12):
        write_music(make_score([(0, 60, 4)], key=(root, mode)), tmp_path / f"x{suffix}")
        (key,) = read_music(tmp_path / f"x{suffix}").key_signatures
        roots.append((key.root, key.mode))
    assert roots == [(root, mode) for root in range(12)]


@pytest.mark.parametrize("suffix", [".mid", ".musicxml"])
def test_a_round_trip_keeps_names_programs_drums_and_later_marks(tmp_path, suffix):
    music = make_score(
        muspy.Track(program=40, name="Dvořák 弦", notes=[muspy.Note(0, 60, 16), muspy.Note(16, 62, 16)]),
        muspy.Track(is_drum=True, name="Drums", notes=[muspy.Note(0, 36, 4)]),
        qpm=100,
    )
    music.metadata.title = "Příběh"
    music.tempos.append(muspy.Tempo(16, 50))
    music.time_signatures = [muspy.TimeSignature(0, 4, 4), muspy.TimeSignature(16, 2, 4)]
    music.key_signatures = [muspy.KeySignature(0, root=3, mode="major"), muspy.KeySignature(16, root=0, mode="minor")]
    write_music(music, tmp_path / f"x{suffix}")
    back = read_music(tmp_path / f"x{suffix}")
    quarter = back.resolution
    assert [(t.program, t.is_drum, t.name) for t in back.tracks] == [(40, False, "Dvořák 弦"), (0, True, "Drums")]
    assert [(t.time / quarter, t.qpm) for t in back.tempos] == [(0, 100), (4, 50)]
    assert [(t.time / quarter, t.numerator) for t in back.time_signatures] == [(0, 4), (4, 2)]
    assert [(k.time / quarter, k.root, k.mode) for k in back.key_signatures] == [(0, 3, "major"), (4, 0, "minor")]
    assert back.metadata.title == "Příběh"


def test_a_latin_1_name_of_an_older_program_is_read(tmp_path):
    midi = mido.MidiFile(tracks=[mido.MidiTrack(), mido.MidiTrack()])  # mido writes Latin-1
    midi.tracks[1] += [
        mido.MetaMessage("track_name", name="Flöte"),
        mido.Message("note_on"),
        mido.Message("note_off", time=9),
    ]
    midi.save(tmp_path / "x.mid")
    assert read_music(tmp_path / "x.mid").tracks[0].name == "Flöte"


def test_a_key_without_a_mode_keeps_its_fifths_in_musicxml(tmp_path):
    music = make_score([(0, 60, 4)])
    music.key_signatures = [muspy.KeySignature(0, fifths=-3), muspy.KeySignature(0, root=3)]
    write_music(music, tmp_path / "x.musicxml")
    assert [(k.root, k.mode, k.fifths) for k in read_music(tmp_path / "x.musicxml").key_signatures] == [
        (None, None, -3)
    ]


def test_writing_changes_nothing(tmp_path):
    music = make_score(MELODY, qpm=90, key=(3, "major"), time_signature=(3, 4))
    before = music.to_ordered_dict()
    for suffix in READABLE_SUFFIXES:
        write_music(music, tmp_path / f"x{suffix}")
    assert music.to_ordered_dict() == before


melodies = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 127), st.integers(1, 9)), min_size=1, max_size=12
)  # rest before the note, pitch, length


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(melodies, st.sampled_from([1, 3, 4, 7, 24, 480]))
def test_any_melody_survives_midi(tmp_path, melody, resolution):
    notes, now = [], 0
    for rest, pitch, length in melody:
        notes.append((now + rest, pitch, length))
        now += rest + length
    write_music(make_score(notes, resolution=resolution), tmp_path / "x.mid")
    back = read_music(tmp_path / "x.mid")
    assert back.resolution == resolution
    assert notes_of(back) == notes


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(melodies, st.sampled_from([1, 2, 4, 8, 12]))
def test_any_melody_survives_musicxml(tmp_path, melody, resolution):
    notes, now = [], 0
    for rest, pitch, length in melody:
        notes.append((now + rest, pitch, length))
        now += rest + length
    music = make_score(notes, resolution=resolution)
    write_music(music, tmp_path / "x.mxl")
    assert quarters_of(read_music(tmp_path / "x.mxl")) == quarters_of(music)
