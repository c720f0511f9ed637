"""Tests of MusicXML that MusPy's own reader takes wrongly."""

import pytest

from skemovae import io, read_music, write_music
from tests.conftest import notes_of
from tests.io.files import musicxml, note_xml


def test_grace_notes_are_dropped_and_cue_notes_are_rests(read_text):
    grace = note_xml("D", duration=None, before="<grace/>", extra="<type>eighth</type>")
    cue, cue_chord = note_xml("F", before="<cue/>"), note_xml("A", before="<cue/><chord/>")
    assert notes_of(read_text(musicxml(grace + note_xml("C") + cue + cue_chord + note_xml("E")))) == [
        (0, 60, 4),
        (8, 64, 4),
    ]


def test_ties_are_merged_and_ties_that_lead_nowhere_are_not(read_text):
    tied = note_xml("C", extra="<tie type='start'/>") + note_xml("C", extra="<tie type='stop'/><tie type='start'/>")
    assert notes_of(read_text(musicxml(tied, note_xml("C", extra="<tie type='stop'/>")))) == [(0, 60, 12)]
    unmarked_end = note_xml("C", extra="<tie type='start'/>") + note_xml("C")
    assert notes_of(read_text(musicxml(unmarked_end))) == [(0, 60, 8)]
    nowhere = note_xml("C", extra="<tie type='start'/>") + note_xml("D") + note_xml("C")
    assert notes_of(read_text(musicxml(nowhere))) == [(0, 60, 4), (4, 62, 4), (8, 60, 4)]


def test_a_track_has_the_name_of_its_part_and_midi_programs_count_from_0(read_text):
    part_list = (
        "<score-part id='P0'><part-name>Soprano</part-name>"
        "<score-instrument id='I1'><instrument-name>Instrument 1</instrument-name></score-instrument>"
        "<midi-instrument id='I1'><midi-program>53</midi-program></midi-instrument></score-part>"
    )
    (track,) = read_text(musicxml(note_xml(), part_list=part_list)).tracks
    assert (track.name, track.program) == ("Soprano", 52)  # choir aahs
    (track,) = read_text(musicxml(note_xml())).tracks
    assert track.program == 0


def test_notes_that_name_their_instrument_are_read(read_text):
    instruments = "".join(
        f"<score-instrument id='I{i}'><instrument-name>{name}</instrument-name></score-instrument>"
        for i, name in enumerate(["Snare", "Kick"])
    )
    channels = "".join(
        f"<midi-instrument id='I{i}'><midi-channel>10</midi-channel></midi-instrument>" for i in range(2)
    )
    part_list = f"<score-part id='P0'><part-name>Kit</part-name>{instruments}{channels}</score-part>"
    hit = "<note><unpitched><display-step>{}</display-step><display-octave>4</display-octave></unpitched>"
    hit += "<duration>4</duration><instrument id='{}'/></note>"
    music = read_text(musicxml(hit.format("C", "I0") + hit.format("F", "I1"), part_list=part_list))
    assert [(t.name, t.is_drum, [n.pitch for n in t.notes]) for t in music.tracks] == [
        ("Snare", True, [60]),
        ("Kick", True, [65]),
    ]


def test_modes_keys_metres_and_endings_that_muspy_refuses_are_read_without(read_text):
    odd = (
        "<attributes><key><fifths>2</fifths><mode>none</mode></key><key><key-step>B</key-step></key>"
        "<time><senza-misura/></time></attributes>"
    )
    music = read_text(musicxml(odd + note_xml() + "<barline><ending number='' type='stop'/></barline>"))
    assert [(k.fifths, k.mode) for k in music.key_signatures] == [(2, None)]
    assert music.time_signatures == []
    assert notes_of(music) == [(0, 60, 4)]


@pytest.mark.parametrize(
    ("chromatic", "written", "sounding"), [(-2, 0, -2), (-3, 0, 3), (-7, 0, -1), (-9, 0, -3), (-12, 2, 2), (-2, 2, 0)]
)
def test_a_transposing_first_part_gives_sounding_pitch_and_sounding_key(read_text, chromatic, written, sounding):
    attributes = (
        f"<attributes><key><fifths>{written}</fifths><mode>major</mode></key>"
        f"<transpose><chromatic>{chromatic}</chromatic></transpose></attributes>"
    )
    music = read_text(musicxml(attributes + note_xml("C", 5)))
    assert notes_of(music) == [(0, 72 + chromatic, 4)]
    assert music.key_signatures[0].fifths == sounding
    assert music.key_signatures[0].root == 7 * sounding % 12


def test_loudness_beyond_midi_can_be_written(read_text, tmp_path):
    music = read_text(musicxml("<sound dynamics='150'/>" + note_xml()))
    assert music.tracks[0].notes[0].velocity == 127
    write_music(music, tmp_path / "x.mid")
    assert notes_of(read_music(tmp_path / "x.mid")) == [(0, 60, 4)]


def test_a_symphony_with_repeats_in_every_part_is_read(read_text, monkeypatch):
    """Repeats count once, not once a part: 20 parts of 400 measures with one repeat each are 800 measures."""
    monkeypatch.setattr(io._limits, "MAX_MEASURES", 1200)
    measures = [note_xml(duration=16)] * 400
    measures[-1] += "<barline><repeat direction='backward'/></barline>"
    music = read_text(musicxml(*measures, parts=20))
    assert [len(track.notes) for track in music.tracks] == [800] * 20
