"""Scores that the model cannot represent as they are: other voices, triplets, other meters, files of all kinds."""

import muspy
import numpy as np
import pytest

from skemovae import locate, reemote, write_music

from ..conftest import make_score
from ..io.files import midi_bytes, musicxml, note_xml
from .tunes import TWINKLE, as_lists, score_of

TRIPLETS = [(0, 1), (2, 1), *[(4, 1 / 3), (5, 1 / 3), (7, 1 / 3)], (4, 1), *[(2, 1), (0, 1), (-1, 1), (0, 1)], (0, 8)]


def four_voices():
    """Return a tune above three accompanying voices and drums."""
    music = score_of(TWINKLE)
    for name, down in [("Alto", 12), ("Tenor", 19), ("Bass", 24)]:
        notes = [muspy.Note(n.time, n.pitch - down, n.duration, 60) for n in music.tracks[0].notes]
        music.tracks.append(muspy.Track(program=19, name=name, notes=notes))
    music.tracks.append(muspy.Track(is_drum=True, name="Drums", notes=[muspy.Note(0, 36, 2), muspy.Note(16, 38, 2)]))
    return music


def test_other_voices_follow_the_melody_by_rule():
    music = four_voices()
    angry = reemote(music, emotion="angry")
    assert [track.name for track in angry.music.tracks] == ["Violin", "Alto", "Tenor", "Bass", "Drums"]
    melody, _, tenor, bass, drums = as_lists(angry.music)
    assert bass == [(time, pitch - 24, length) for time, pitch, length in melody]
    assert [pitch for _, pitch, _ in tenor[:3]] == [48, 48, 55]
    assert drums == as_lists(music)[4]
    assert angry.report.messages == ["4 other voices: moved with the melody by the plain rules"]
    sad = reemote(music, emotion="sad")
    assert as_lists(sad.music)[4] == [(0, 36, 1), (8, 38, 1)]
    assert as_lists(sad.music)[3][:2] == [(0, 43, 2), (2, 43, 2)]


def test_other_voices_are_left_out():
    result = reemote(four_voices(), emotion="sad", accompaniment="drop")
    assert [track.name for track in result.music.tracks] == ["Violin"]
    assert result.report.messages == ["4 other voices: left out"]


def test_the_melody_is_the_top_of_a_voice_with_chords():
    music = score_of(TWINKLE)
    music.tracks[0].notes += [muspy.Note(n.time, n.pitch - 4, n.duration) for n in music.tracks[0].notes[:5]]
    assert np.array_equal(locate(music).points, locate(score_of(TWINKLE)).points)
    result = reemote(music, emotion="angry", amount=0)
    assert sorted(as_lists(result.music)[0]) == sorted(as_lists(music)[0])
    assert result.report.messages == [
        "5 notes that sound with the melody in its own voice: moved with the melody by the plain rules"
    ]
    assert len(reemote(music, emotion="angry", accompaniment="drop").music.tracks[0].notes) == len(TWINKLE)


@pytest.mark.parametrize("unsupported", ["rule", "keep"])
def test_triplets_follow_the_rules_or_stay(unsupported):
    music = score_of(TWINKLE[:14] + TRIPLETS + TWINKLE[:14], resolution=12)
    result = reemote(music, emotion="angry", unsupported=unsupported)
    by = {"rule": "rule", "keep": "nothing"}[unsupported]
    assert result.report.reason == ["", "notes between the steps of 4 per quarter note", ""]
    assert result.report.changed_by == ["model", by, "model"]
    done = {"rule": "changed by the plain rules", "keep": "kept as it is"}[unsupported]
    assert result.report.messages == [f"bars 5 to 8: notes between the steps of 4 per quarter note: {done}"]
    assert np.isnan(result.report.points_after[1]).all()
    (before,), (after,) = as_lists(music), as_lists(result.music)
    assert [note[::2] for note in after] == [note[::2] for note in before]
    third = {"rule": 70, "keep": 71}[unsupported]
    assert after[16][1] == third


def test_triplets_get_slower_with_the_tune():
    music = score_of(TWINKLE[:14] + TRIPLETS + TWINKLE[:14], resolution=12)
    (notes,) = as_lists(reemote(music, emotion="sad").music)
    assert [length for _, _, length in notes[16:19]] == pytest.approx([2 / 3] * 3)
    (kept,) = as_lists(reemote(music, emotion="sad", unsupported="keep").music)
    assert [length for _, _, length in kept[16:19]] == pytest.approx([1 / 3] * 3)
    assert kept[14][0] == 32


def test_what_the_model_cannot_hold_is_refused_if_it_shall_be():
    music = score_of(TWINKLE[:14] + TRIPLETS, resolution=12)
    with pytest.raises(ValueError, match="from bar 5 on: notes between the steps of 4 per quarter note, which the"):
        reemote(music, emotion="sad", unsupported="error")


def test_another_meter_is_changed_by_the_rules():
    waltz = score_of(TWINKLE, meter=(3, 4))
    result = reemote(waltz, emotion="sad")
    assert set(result.report.reason) == {"3/4 time"}
    assert (result.report.key_after, result.report.time_scale) == ("G minor", 2)
    assert as_lists(result.music)[0][:5] == [(0, 67, 2), (2, 67, 2), (4, 74, 2), (6, 74, 2), (8, 75, 2)]
    assert as_lists(reemote(waltz, emotion="sad", amount=0).music) == as_lists(waltz)
    assert reemote(waltz, emotion="happy").report.time_scale == 1


def test_each_key_of_a_tune_is_changed_on_its_own():
    music = score_of(TWINKLE[:14])
    minor = score_of([(degree - (degree in (4, 9)), length) for degree, length in TWINKLE[:14]], 69, "minor")
    for note in minor.tracks[0].notes:
        note.time += 16 * 4
    music.tracks[0].notes += minor.tracks[0].notes
    music.key_signatures.append(muspy.KeySignature(16 * 4, root=9, mode="minor"))
    result = reemote(music, emotion="angry")
    assert [(key.time, key.root, key.mode) for key in result.music.key_signatures] == [
        (0, 7, "minor"),
        (64, 9, "minor"),
    ]
    after = as_lists(result.music)[0]
    assert [pitch for _, pitch, _ in after[14:]] == [pitch for _, pitch, _ in as_lists(minor)[0]]
    assert after[4][1] == 75


def test_a_later_key_stays_where_it_is_when_its_mode_changes():
    music = score_of(TWINKLE[:14])
    for note in score_of(TWINKLE[:14], 69).tracks[0].notes:
        note.time += 16 * 4
        music.tracks[0].notes.append(note)
    music.key_signatures.append(muspy.KeySignature(16 * 4, root=9, mode="major"))
    result = reemote(music, emotion="angry")
    assert [(key.time, key.root, key.mode) for key in result.music.key_signatures] == [
        (0, 7, "minor"),
        (64, 9, "minor"),
    ]


def test_a_note_out_of_range_is_said():
    music = score_of([(0, 1), (48, 1), *TWINKLE[2:14]])
    place = locate(music)
    assert place.reason == ["a note out of range (MIDI pitch 115)"]
    assert reemote(music, emotion="angry").music.tracks[0].notes[1].pitch == 115


def test_notes_a_little_shorter_than_written_are_as_long_as_written():
    music = score_of(TWINKLE, resolution=480)
    for note in music.tracks[0].notes:
        note.duration = note.duration * 19 // 20
    assert locate(music).represented.all()
    full, short = (as_lists(reemote(each, emotion="sad").music)[0] for each in (score_of(TWINKLE), music))
    assert [note[:2] for note in short] == [note[:2] for note in full]
    assert short[:40] == full[:40]


def test_a_type_0_midi_file(tmp_path):
    notes = b"".join(b"\x00\x90%c\x40\x83\x60\x80%c\x00" % (60 + d, 60 + d) for d in (0, 4, 7, 4, 5, 2, 4, 0) * 2)
    (tmp_path / "tune.mid").write_bytes(midi_bytes(notes, kind=0))
    result = reemote(tmp_path / "tune.mid", emotion="angry")
    assert result.report.key_after == "C minor"
    assert result.report.emotion_after.tolist() == ["anger"]


def test_musicxml_with_an_upbeat_and_two_voices(tmp_path):
    attributes = (
        "<attributes><key><fifths>-1</fifths><mode>major</mode></key>"
        "<time><beats>4</beats><beat-type>4</beat-type></time></attributes>"
    )
    bar = "".join(note_xml(step, 4, 4, "<voice>1</voice>") for step in "FAGA")
    low = "".join(note_xml(step, 3, 8, "<voice>2</voice>") for step in "FC")
    text = musicxml(
        attributes + note_xml("C", 4, 4), *[f"{bar}<backup><duration>16</duration></backup>{low}"] * 8, parts=1
    )
    path = tmp_path / "tune.musicxml"
    path.write_text(text)
    result = reemote(path, emotion="angry")
    assert result.report.bar.tolist() == [0, 1, 5]
    assert result.report.represented.all()
    assert key_text(result) == ("F major", "F minor")
    assert result.report.messages[-1].startswith("16 notes that sound with the melody")
    top = [pitch for time, pitch, _ in as_lists(result.music)[0] if pitch >= 60]
    assert top[:5] == [60, 65, 68, 67, 68]
    write_music(result.music, tmp_path / "again.musicxml")
    assert locate(tmp_path / "again.musicxml").bar.tolist() == [0, 1, 5]


def key_text(result):
    return result.report.key_before, result.report.key_after


def test_two_hundred_bars():
    result = reemote(score_of((TWINKLE[:14] + TWINKLE[14:28]) * 25, tonic=62), emotion="sad")
    assert len(result.report.bar) == 100
    assert result.report.bar[-1] == 199
    assert (result.report.emotion_after == "sadness").mean() > 0.9


@pytest.mark.parametrize("function", [locate, lambda music: reemote(music, emotion="sad")], ids=["locate", "reemote"])
@pytest.mark.parametrize(
    ("music", "message"),
    [
        (muspy.Music(resolution=4), "music has no notes: expected a score with a melody"),
        (make_score([]), "music has no notes"),
        (make_score(muspy.Track(is_drum=True, notes=[muspy.Note(0, 36, 1)])), "music has only drums"),
        (make_score([(0, 60, 0), (4, 62, 0)]), "music has only notes of length zero in its melody"),
        (make_score([(0, 60, 4), (10**6, 62, 4)]), "music lasts 250,001 quarter notes: expected at most 40,000"),
        (
            make_score([(0, 60, 4)], time_signature=(0, 4)),
            "music has a time signature of 0/4: expected one such as 4/4",
        ),
    ],
    ids=["empty", "no notes", "drums", "no length", "long", "meter"],
)
def test_what_has_no_melody_is_said(function, music, message):
    with pytest.raises(ValueError, match=message):
        function(music)


def test_silence_stays_silent():
    music = score_of(TWINKLE[:14])
    later = score_of(TWINKLE[:14]).tracks[0].notes
    for note in later:
        note.time += 32 * 4
    music.tracks[0].notes += later
    result = reemote(music, emotion="angry")
    assert result.report.reason == ["", "no notes", ""]
    assert result.report.messages == []
    assert not [note for note in as_lists(result.music)[0] if 16 <= note[0] < 32]


def test_a_score_without_a_key_signature_gets_one_where_the_mode_changes():
    music = score_of(TWINKLE)
    music.key_signatures = []
    assert reemote(music, emotion="relaxed").music.key_signatures == []
    (key,) = reemote(music, emotion="angry").music.key_signatures
    assert (key.root, key.mode, key.fifths, key.root_str) == (7, "minor", -2, "G")


def test_a_symbol_model_is_no_model_of_melodies():
    from skemovae import load_pretrained

    model = load_pretrained("editor")
    model.vocabulary_ = model.vocabulary_ + 1000
    with pytest.raises(ValueError, match="symbols that are not tokens of a PitchEncoder"):
        locate(score_of(TWINKLE), model=model)
