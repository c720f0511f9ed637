"""Tests of skemovae.io: what is read is what was written, and no file at all can do harm."""

import os
import random
import struct
import tracemalloc
import zipfile
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import mido
import music21
import muspy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skemovae import PitchEncoder, from_music21, io, read_music, write_music
from skemovae.io import READABLE_SUFFIXES, ScoreReadError, atomic_path
from tests.conftest import make_score, notes_of

CORPUS = Path(music21.common.getCorpusFilePath())
MELODY = [(0, 60, 4), (4, 62, 2), (6, 62, 1), (7, 62, 1), (9, 64, 1), (12, 59, 8), (24, 72, 6)]
MIDI_SUFFIXES = (".mid", ".midi")
MUSICXML_SUFFIXES = (".mxl", ".xml", ".musicxml")


def quarters_of(music):
    """Return the notes of every track as sorted (onset, pitch, length), times in quarter notes."""
    steps = music.resolution
    return [sorted((n.time / steps, n.pitch, n.duration / steps) for n in track.notes) for track in music.tracks]


def midi_bytes(*events, kind=1, division=480):
    """Return a MIDI file with one track of raw events (delta time and message)."""
    events = b"".join((*events, b"\x00\xff\x2f\x00"))
    return struct.pack(">4sIHHH4sI", b"MThd", 6, kind, 1, division, b"MTrk", len(events)) + events


NOTE = b"\x00\x90\x3c\x40\x60\x80\x3c\x00"  # middle C, 96 ticks long


def musicxml(*measures, parts=1, part_list="", doctype="", divisions=4):
    """Return MusicXML text: measures are the text inside them, equal in every part."""
    inside = "".join(f"<measure number='{i}'>{measure}</measure>" for i, measure in enumerate(measures))
    inside = inside.replace(">", f"><attributes><divisions>{divisions}</divisions></attributes>", 1)
    names = part_list or "".join(
        f"<score-part id='P{i}'><part-name>Voice {i}</part-name></score-part>" for i in range(parts)
    )
    body = "".join(f"<part id='P{i}'>{inside}</part>" for i in range(parts))
    return f"<?xml version='1.0'?>{doctype}<score-partwise><part-list>{names}</part-list>{body}</score-partwise>"


def note_xml(step="C", octave=4, duration=4, extra="", before=""):
    """Return a note element; `before` goes before the pitch (grace, cue, chord), `extra` behind the duration."""
    length = "" if duration is None else f"<duration>{duration}</duration>"
    return f"<note>{before}<pitch><step>{step}</step><octave>{octave}</octave></pitch>{length}{extra}</note>"


def mxl_bytes(path, members):
    """Write a compressed MusicXML archive and return its path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


CONTAINER = "<container><rootfiles><rootfile full-path='score.xml'/></rootfiles></container>"


@pytest.fixture
def read_text(tmp_path):
    """Return a function that reads MusicXML text through a file."""

    def read(text, name="score.musicxml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return read_music(tmp_path / name)

    return read


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


# --- MusicXML that MusPy's own reader takes wrongly -------------------------------------------------------------------


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


# --- music21 ----------------------------------------------------------------------------------------------------------


def parse(source, **options):
    """Return a music21 stream; its pickle cache is neither read nor written."""
    return music21.converter.parse(source, forceSource=True, storePickle=False, **options)


def test_from_music21_equals_read_music_of_the_same_chorale():
    path = CORPUS / "bach" / "bwv66.6.mxl"
    converted, read = from_music21(parse(path)), read_music(path)
    assert quarters_of(converted) == quarters_of(read)
    assert sum(map(len, quarters_of(converted))) == 163
    assert [t.name for t in converted.tracks] == [t.name for t in read.tracks] == ["Soprano", "Alto", "Tenor", "Bass"]
    for music in (converted, read):
        assert [(t.time, t.qpm) for t in music.tempos] == [(0, 96.0)]
        assert [(k.time, k.root, k.mode, k.fifths) for k in music.key_signatures] == [(0, 6, "minor", 3)]
        assert [(t.time, t.numerator, t.denominator) for t in music.time_signatures] == [(0, 4, 4)]


def test_from_music21_equals_read_music_where_there_are_grace_notes():
    path = CORPUS / "bach" / "bwv315.mxl"
    stream = parse(path).expandRepeats()
    assert any(note.duration.isGrace for note in stream.recurse().notes)
    assert quarters_of(from_music21(stream)) == quarters_of(read_music(path))


def test_from_music21_merges_ties_and_splits_chords():
    stream = music21.converter.parse("tinyNotation: 4/4 c2~ c8 d8 trip{e4 f4 g4} r4 c4")
    stream.append(music21.chord.Chord(["C4", "E4", "G4"], quarterLength=0.25))
    music = from_music21(stream)
    assert music.resolution == 12
    assert notes_of(music) == [
        *[(0, 60, 30), (30, 62, 6), (36, 64, 8), (44, 65, 8), (52, 67, 8), (72, 60, 12)],
        *[(84, 60, 3), (84, 64, 3), (84, 67, 3)],
    ]


def test_from_music21_drops_grace_notes_and_keeps_velocity():
    part = music21.stream.Part()
    part.append(music21.note.Note("D4").getGrace())
    part.append(music21.note.Note("C4"))
    part.notes[-1].volume.velocity = 33
    music = from_music21(part)
    assert notes_of(music) == [(0, 60, 1)]
    assert music.tracks[0].notes[0].velocity == 33


def test_from_music21_gives_the_sounding_pitch_and_key_of_a_transposing_instrument(tmp_path):
    attributes = (
        "<attributes><key><fifths>0</fifths><mode>major</mode></key>"
        "<transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose></attributes>"
    )
    (tmp_path / "clarinet.musicxml").write_text(musicxml(attributes + note_xml("D", 5)))
    stream = parse(tmp_path / "clarinet.musicxml")
    for music in (from_music21(stream), read_music(tmp_path / "clarinet.musicxml")):
        assert quarters_of(music) == [[(0, 72, 1)]]
        assert (music.key_signatures[0].root, music.key_signatures[0].fifths) == (10, -2)
    assert stream.recurse().notes.first().pitch.midi == 74  # the stream itself stays as it was


def test_from_music21_reads_drums_and_not_pitched_percussion_as_drums():
    score = music21.stream.Score()
    for instrument, element in [
        (music21.instrument.SnareDrum(), music21.note.Unpitched(displayName="E4")),
        (music21.instrument.Vibraphone(), music21.note.Note("E5")),
        (
            music21.instrument.UnpitchedPercussion(),
            music21.percussion.PercussionChord([music21.note.Unpitched("C4"), music21.note.Unpitched("F4")]),
        ),
    ]:
        part = music21.stream.Part([instrument, element])
        score.insert(0, part)
    music = from_music21(score)
    assert [(t.is_drum, [n.pitch for n in t.notes]) for t in music.tracks] == [
        (True, [64]),
        (False, [76]),
        (True, [60, 65]),
    ]


def test_from_music21_takes_the_marks_of_the_first_part_and_each_later_one():
    score = music21.stream.Score()
    for key, qpm in [(music21.key.Key("g"), 60), (music21.key.KeySignature(-2), 61), (music21.key.Key("F"), 62)]:
        part = music21.stream.Part([key, music21.tempo.MetronomeMark(number=qpm), music21.meter.TimeSignature("3/4")])
        part.append([music21.note.Note("C4", quarterLength=3), music21.meter.TimeSignature("4/4")])
        part.append([music21.key.Key("D"), music21.note.Note("C4", quarterLength=4)])
        score.insert(0, part)
    music = from_music21(score)
    assert [(k.time, k.root, k.mode, k.fifths) for k in music.key_signatures] == [
        (0, 7, "minor", -2),
        (3, 2, "major", 2),
    ]
    assert [(t.time, t.qpm) for t in music.tempos] == [(0, 60.0)]
    assert [(t.time, t.numerator) for t in music.time_signatures] == [(0, 3), (3, 4)]


def test_from_music21_rounds_times_that_no_resolution_holds():
    stream = music21.stream.Stream()
    denominators = (7, 9, 11, 13, 17, 19)  # least common multiple 2,909,907
    for i, denominator in enumerate(denominators):
        stream.insert(i, music21.note.Note("C4", quarterLength=Fraction(1, denominator)))
    music = from_music21(stream)
    assert music.resolution == 10_080
    assert notes_of(music) == [(10_080 * i, 60, round(10_080 / d)) for i, d in enumerate(denominators)]


@pytest.mark.parametrize("wrong", [None, "bwv66.6", 3, music21.note.Note("C4"), make_score([(0, 60, 4)])])
def test_from_music21_of_no_stream_is_an_error(wrong):
    with pytest.raises(ScoreReadError, match=f"cannot convert {type(wrong).__name__}: expected a music21 stream"):
        from_music21(wrong)


def test_from_music21_has_the_limits_of_files():
    stream = music21.stream.Stream()
    stream.insert(50_000, music21.note.Note("C4"))
    with pytest.raises(ScoreReadError, match="cannot convert the stream: a note or mark beyond 20,000 quarter notes"):
        from_music21(stream)


def test_from_music21_of_an_empty_stream_is_an_empty_score():
    assert [len(track.notes) for track in from_music21(music21.stream.Score()).tracks] == [0]


# --- unreadable MIDI --------------------------------------------------------------------------------------------------

WHOLE_MIDI = midi_bytes(NOTE * 20)
BAD_MIDI = {
    "empty": (b"", "EOFError"),
    "text": (b"This is a text and not music.\n" * 9, "MThd not found"),
    "random": (random.Random(0).randbytes(999), "MThd not found"),
    "truncated header": (WHOLE_MIDI[:10], "EOFError"),
    "truncated track": (WHOLE_MIDI[:60], "EOFError"),
    "type 2": (midi_bytes(NOTE, kind=2), "Type 2 MIDI file is not supported"),
    "SMPTE division": (midi_bytes(NOTE, division=0xE728), "`ticks_per_beat` must be positive"),
    "no ticks": (midi_bytes(NOTE, division=0), "`ticks_per_beat` must be positive"),
    "tempo 0": (midi_bytes(b"\x00\xff\x51\x03\x00\x00\x00", NOTE), "ZeroDivisionError"),
    "huge delta": (midi_bytes(b"\xff\xff\xff\x7f\x90\x3c\x40\x60\x80\x3c\x00"), "beyond 20,000 quarter notes"),
    "huge delta of a mark": (midi_bytes(NOTE, b"\xff\xff\xff\x7f\xff\x51\x03\x07\xa1\x20"), "beyond 20,000 quarter"),
    "huge announced length": (midi_bytes(NOTE, b"\x00\xff\x01\xff\xff\xff\x7f"), "exceeds maximum length"),
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
    """Return "read" or "refused"; any other exception comes through."""
    try:
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


# --- unreadable MusicXML ----------------------------------------------------------------------------------------------

LAUGHS = "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10 if i else 'ha' * 99}'>" for i in range(9))
BAD_MUSICXML = {
    "empty": ("", "no element found"),
    "text": ("This is a text and not music.", "not well-formed|syntax error"),
    "truncated": (musicxml(note_xml() * 9)[:400], "no element found|unclosed token"),
    "another document": ("<html><body/></html>", "a <html> document; expected <score-partwise>"),
    "timewise": ("<score-timewise/>", "a <score-timewise> document; expected <score-partwise>"),
    "no part": ("<score-partwise/>", "0 parts"),
    "too many parts": (musicxml("", parts=1001), "1,001 parts; expected 1 to 1,000"),
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
        "up to 1,000,001 measures",
    ),
    "huge divisions": (musicxml(note_xml(), divisions=10**12), "divisions .*1000000000000"),
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
    "huge backup": (musicxml("<backup><duration>4000000</duration></backup>", note_xml()), "ends 1,000,000.00 quarter"),
    "huge chord": (musicxml(note_xml() + note_xml(before="<chord/>", duration=4_000_000)), "1,000,000 quarter notes"),
    "huge numbers": (musicxml(note_xml(duration="9" * 200)), "quarter notes with all repeats"),
    "numbers of huge length": (musicxml(note_xml(duration="9" * 4000)), "<duration> holds 4,000 characters"),
    "shrinking divisions": (
        musicxml(
            "",
            "<barline><repeat direction='forward'/></barline>" + note_xml(duration=400_000),
            "<attributes><divisions>1</divisions></attributes><barline><repeat direction='backward'/></barline>",
            divisions=100_000,
        ),
        "400,004 quarter notes",
    ),
    "tiny beats": (
        musicxml("<attributes><time><beats>4</beats><beat-type>1000000000</beat-type></time></attributes>"),
        "a time signature 4/1000000000",
    ),
    "many beats": (
        musicxml("<attributes><time><beats>1000000</beats><beat-type>4</beat-type></time></attributes>"),
        "a time signature 1000000/4",
    ),
    "tempo 0": (musicxml("<sound tempo='0'/>" + note_xml()), "a tempo of 0.0 quarter notes per minute"),
    "tempo NaN": (musicxml("<sound tempo='nan'/>" + note_xml()), "a tempo of nan quarter notes per minute"),
    "pitch beyond MIDI": (musicxml(note_xml(octave=11)), "an impossible note: onset 0, pitch 144"),
    "note before the beginning": (
        musicxml("<backup><duration>4</duration></backup>" + note_xml()),
        "an impossible note: onset -4",
    ),
    "no pitch": (musicxml("<note><duration>4</duration></note>"), "`pitch` is required"),
    "deep": (musicxml("<a>" * 50_000 + "</a>" * 50_000), "100 in each other"),
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


# --- limits -----------------------------------------------------------------------------------------------------------


def zip_bomb(path):
    score = musicxml(note_xml()).encode().replace(b"</score-partwise>", b" " * 150_000_000 + b"</score-partwise>")
    return mxl_bytes(path, {"META-INF/container.xml": CONTAINER, "score.xml": score})


def repeat_bomb(path):
    path.write_text(musicxml(*[note_xml()] * 90, "<barline><repeat direction='backward' times='1000000'/></barline>"))
    return path


def laugh_bomb(path):
    path.write_text(BAD_MUSICXML["billion laughs"][0])
    return path


def beat_bomb(path):
    path.write_text(BAD_MUSICXML["many beats"][0])
    return path


def direction_bomb(path):
    """A hundred playings of one measure with 20,000 tempo marks: not many notes, but many elements."""
    marks = "<direction><sound tempo='60'/></direction>" * 20_000
    path.write_text(musicxml(marks + "<barline><repeat direction='backward' times='100'/></barline>"))
    return path


def midi_bomb(path):
    path.write_bytes(BAD_MIDI["huge delta"][0])
    return path


@pytest.mark.parametrize(
    ("bomb", "name", "reason"),
    [
        (zip_bomb, "x.mxl", "score.xml unpacks to 150,000,[0-9]+ bytes; at most 20,000,000 are read"),
        (repeat_bomb, "x.xml", "up to 91,000,091 measures with all repeats; at most 200,000 are read"),
        (laugh_bomb, "x.xml", "it declares the XML entity"),
        (beat_bomb, "x.xml", "a time signature 1000000/4"),
        (direction_bomb, "x.xml", "4,000,[0-9]+ XML elements with all repeats; at most 1,000,000 are read"),
        (midi_bomb, "x.mid", "beyond 20,000 quarter notes"),
    ],
)
def test_a_bomb_is_refused_in_bounded_memory(tmp_path, bomb, name, reason):
    path = bomb(tmp_path / name)
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    try:
        with pytest.raises(ScoreReadError, match=reason):
            read_music(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 50_000_000


@pytest.mark.parametrize("suffix", READABLE_SUFFIXES)
def test_too_large_a_file_is_an_error(tmp_path, monkeypatch, suffix):
    write_music(make_score(MELODY), tmp_path / f"x{suffix}")
    assert notes_of(read_music(tmp_path / f"x{suffix}"))
    monkeypatch.setattr(io._limits, "MAX_FILE_BYTES", 60)
    monkeypatch.setattr(io._limits, "MAX_MIDI_BYTES", 60)
    with pytest.raises(ScoreReadError, match=r"the file is larger than 60 bytes|unpacks to [0-9,]+ bytes; at most 60"):
        read_music(tmp_path / f"x{suffix}")


@pytest.mark.parametrize("suffix", [".mid", ".musicxml"])
def test_too_many_notes_are_an_error(tmp_path, monkeypatch, suffix):
    write_music(make_score(MELODY, MELODY), tmp_path / f"x{suffix}")
    monkeypatch.setattr(io._limits, "MAX_NOTES", 2 * len(MELODY))
    read_music(tmp_path / f"x{suffix}")
    monkeypatch.setattr(io._limits, "MAX_NOTES", 2 * len(MELODY) - 1)
    with pytest.raises(ScoreReadError, match="14 notes; at most 13 are read"):
        read_music(tmp_path / f"x{suffix}")


@pytest.mark.parametrize("suffix", [".mid", ".musicxml"])
def test_too_long_a_score_is_an_error(tmp_path, monkeypatch, suffix):
    write_music(make_score([(0, 60, 4), (28, 60, 4)]), tmp_path / f"x{suffix}")
    monkeypatch.setattr(io._limits, "MAX_QUARTERS", 8)
    read_music(tmp_path / f"x{suffix}")
    monkeypatch.setattr(io._limits, "MAX_QUARTERS", 7)
    with pytest.raises(ScoreReadError, match=r"a note or mark beyond 7 quarter notes|8 quarter notes .*; at most 7"):
        read_music(tmp_path / f"x{suffix}")


def test_too_many_measures_are_an_error(read_text, monkeypatch):
    repeat = "<barline><repeat direction='backward'/></barline>"
    monkeypatch.setattr(io._limits, "MAX_MEASURES", 6)
    assert len(notes_of(read_text(musicxml(note_xml(), note_xml() + repeat)))) == 4
    monkeypatch.setattr(io._limits, "MAX_MEASURES", 5)
    with pytest.raises(ScoreReadError, match="up to 6 measures with all repeats; at most 5 are read"):
        read_text(musicxml(note_xml(), note_xml() + repeat))


def test_too_many_elements_are_an_error(read_text, monkeypatch):
    monkeypatch.setattr(io._limits, "MAX_ELEMENTS", 50)
    read_text(musicxml(note_xml()))
    with pytest.raises(ScoreReadError, match="more than 50 XML elements"):
        read_text(musicxml(note_xml() * 20))


def test_too_fine_a_resolution_is_an_error(tmp_path, monkeypatch):
    write_music(make_score(MELODY, resolution=480), tmp_path / "x.mid")
    monkeypatch.setattr(io._limits, "MAX_RESOLUTION", 479)
    with pytest.raises(ScoreReadError, match="a resolution of 480; expected 1 to 479 steps a quarter note"):
        read_music(tmp_path / "x.mid")


# --- names and places -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x.txt", "x", "x.mid.gz", ".mid", "x.abc"])
def test_another_ending_is_refused_in_both_directions(tmp_path, name):
    (tmp_path / name).write_bytes(WHOLE_MIDI)
    expected = r"expected a file name ending in \.mid, \.midi, \.mxl, \.xml, \.musicxml"
    with pytest.raises(ScoreReadError, match=f"cannot read {tmp_path / name}: {expected}"):
        read_music(tmp_path / name)
    with pytest.raises(ValueError, match=f"cannot write {tmp_path / name}: {expected}"):
        write_music(make_score(MELODY), tmp_path / name)
    assert (tmp_path / name).read_bytes() == WHOLE_MIDI


@pytest.mark.parametrize("suffix", READABLE_SUFFIXES)
def test_a_missing_file_or_folder_is_an_oserror(tmp_path, suffix):
    with pytest.raises(FileNotFoundError, match=f"missing{suffix}"):
        read_music(tmp_path / f"missing{suffix}")
    with pytest.raises(FileNotFoundError, match="No such file"):
        write_music(make_score(MELODY), tmp_path / "missing" / f"x{suffix}")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "x.mid").mkdir()
    with pytest.raises(IsADirectoryError, match=r"x\.mid"):
        read_music(tmp_path / "x.mid")
    with pytest.raises(OSError, match=r"x\.mid"):
        write_music(make_score(MELODY), tmp_path / "x.mid")
    assert [p.name for p in tmp_path.iterdir()] == ["x.mid"]


def test_paths_may_be_text(tmp_path):
    write_music(make_score(MELODY), str(tmp_path / "x.mid"))
    assert notes_of(read_music(str(tmp_path / "x.mid"))) == MELODY


# --- writing whole or not at all --------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", READABLE_SUFFIXES)
def test_a_failure_leaves_the_older_file_and_no_temporary_one(tmp_path, monkeypatch, suffix):
    path = tmp_path / f"x{suffix}"
    write_music(make_score(MELODY), path)
    older = path.read_bytes()

    def save_half(_, file):
        file.write_bytes(b"half")
        raise OSError("no space left on device")

    def write_bytes_half(file, content):
        with open(file, "wb") as half:
            half.write(content[:10])
        raise OSError("no space left on device")

    if suffix in MIDI_SUFFIXES:
        monkeypatch.setattr(mido.MidiFile, "save", save_half)
    else:
        monkeypatch.setattr(Path, "write_bytes", write_bytes_half)
    with pytest.raises(OSError, match="no space left on device"):
        write_music(make_score([(0, 70, 4)]), path)
    assert path.read_bytes() == older
    assert list(tmp_path.iterdir()) == [path]


def test_interrupting_leaves_the_older_file_and_no_temporary_one(tmp_path):
    (tmp_path / "x.txt").write_text("older")

    def interrupted():
        with atomic_path(tmp_path / "x.txt") as temporary:
            temporary.write_text("half")
            raise KeyboardInterrupt("stop")

    with pytest.raises(KeyboardInterrupt, match="stop"):
        interrupted()
    assert (tmp_path / "x.txt").read_text() == "older"
    assert list(tmp_path.iterdir()) == [tmp_path / "x.txt"]


@pytest.mark.parametrize(
    ("music", "name", "reason"),
    [
        (make_score([(0, 60, 1), (1, 61, 4)], resolution=480), "x.musicxml", "Cannot convert inexpressible durations"),
        (make_score([(0, 60, 0)]), "x.mxl", "a note of length 0 at time 0; MusicXML has no such note"),
        (make_score([(0, 60, 4)], resolution=40_000), "x.mid", "'h' format requires"),
        (make_score([(0, 200, 4)]), "x.mid", "data byte must be in range 0..127"),
        (
            make_score([(0, 60, 4)], qpm=0),
            "x.mid",
            "a tempo of 0.0 quarter notes per minute; MIDI holds 3.58 to 60,000,000",
        ),
        (make_score([(0, 60, 4)], qpm=3.5), "x.mid", "a tempo of 3.5 quarter notes"),
        (make_score([(0, 60, 4)], qpm=2e8), "x.mid", "a tempo of 200000000.0 quarter notes"),
        (make_score([(0, 60, 4)], qpm=float("nan")), "x.mid", "a tempo of nan quarter notes"),
    ],
)
def test_a_score_that_the_format_cannot_hold_is_an_error_and_no_file(tmp_path, music, name, reason):
    with pytest.raises(ValueError, match=f"cannot write {tmp_path / name}: .*{reason}"):
        write_music(music, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_written_file_follows_the_umask(tmp_path, umask, mode):
    before = os.umask(umask)
    try:
        write_music(make_score(MELODY), tmp_path / "x.mid")
        assert os.umask(umask) == umask  # and the umask is left as it was
    finally:
        os.umask(before)
    assert (tmp_path / "x.mid").stat().st_mode & 0o777 == mode


def test_threads_that_write_at_the_same_time_leave_the_umask_as_it_was(tmp_path):
    before = os.umask(0o022)
    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda i: write_music(make_score([(0, 60, 4)]), tmp_path / f"{i % 3}.mid"), range(200)))
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.mid", "1.mid", "2.mid"]
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o644}
