"""Tests of from_music21: the same score as from a file."""

from fractions import Fraction
from pathlib import Path

import music21
import pytest

from skemovae import from_music21, read_music
from skemovae.io import ScoreReadError
from tests.conftest import make_score, notes_of
from tests.io.files import musicxml, note_xml, quarters_of

CORPUS = Path(music21.common.getCorpusFilePath())


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


def test_from_music21_merges_the_ties_of_each_inner_stream():
    lines = []
    for pitch in ("C4", "G4"):
        first, second = (music21.note.Note(pitch, quarterLength=2) for _ in range(2))
        first.tie, second.tie = music21.tie.Tie("start"), music21.tie.Tie("stop")
        lines.append(music21.stream.Stream([first, second]))
    together = music21.stream.Stream()
    for line in lines:
        together.insert(0, line)
    assert notes_of(from_music21(together)) == [(0, 60, 4), (0, 67, 4)]


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
    assert stream.recurse().notes.first().pitch.midi == 74  # the stream itself is unchanged


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
    stream.insert(150_000, music21.note.Note("C4"))
    with pytest.raises(ScoreReadError, match="cannot convert the stream: a note or mark beyond 100,000 quarter notes"):
        from_music21(stream)


def test_from_music21_of_an_empty_stream_is_an_empty_score():
    assert [len(track.notes) for track in from_music21(music21.stream.Score()).tracks] == [0]
