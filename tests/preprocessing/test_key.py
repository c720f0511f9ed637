"""Tests of KeyNormalizer: it moves the tonic to C."""

import re

import muspy
import numpy as np
import pytest

from skemovae import KeyNormalizer
from tests.conftest import make_score, notes_of
from tests.preprocessing.conftest import drums

C_MINOR = [60, 62, 63, 65, 67, 68, 67, 65, 63, 62, 60, 59, 60]
G_MAJOR = [67, 69, 71, 72, 74, 76, 78, 79, 78, 74, 71, 69, 67]


def melody(pitches, **marks):
    return make_score([(4 * i, pitch, 4) for i, pitch in enumerate(pitches)], **marks)


def pitches_of(music):
    return [pitch for _, pitch, _ in notes_of(music)]


@pytest.mark.parametrize(
    ("direction", "shifts"),
    [
        ("down", [0, -1, -2, -3, -4, -5, -6, -7, -8, -9, -10, -11]),
        ("nearest", [0, -1, -2, -3, -4, -5, 6, 5, 4, 3, 2, 1]),
    ],
)
@pytest.mark.parametrize("mode", ["major", "minor"])
def test_transposition_of_all_twelve_tonics(direction, shifts, mode):
    scores = [melody([60, 67, 72], key=(tonic, mode)) for tonic in range(12)]
    results = KeyNormalizer(direction=direction).transform(scores)
    assert [pitches_of(result)[0] - 60 for result in results] == shifts
    assert all(np.diff(pitches_of(result)).tolist() == [7, 5] for result in results)
    assert {(k.time, k.root, k.mode, k.root_str) for r in results for k in r.key_signatures} == {(0, 0, mode, "C")}
    assert {key.fifths for result in results for key in result.key_signatures} == {0 if mode == "major" else -3}


def test_the_tonic_lands_on_c():
    results = KeyNormalizer().transform([melody([60 + t], key=(t, "minor")) for t in range(12)])
    assert [pitches_of(result) for result in results] == [[60]] * 12


@pytest.mark.parametrize(
    ("mode", "tonic", "name"),
    # the white keys: the tonic of each mode without accidentals, and its third
    [
        ("major", 0, "C major"),
        ("ionian", 0, "C major"),
        ("dorian", 2, "D minor"),
        ("phrygian", 4, "E minor"),
        ("lydian", 5, "F major"),
        ("mixolydian", 7, "G major"),
        ("minor", 9, "A minor"),
        ("aeolian", 9, "A minor"),
        ("locrian", 11, "B minor"),
    ],
)
def test_church_modes_count_by_their_third(mode, tonic, name):
    by_root, by_fifths = melody([72], key=(tonic, mode)), melody([72])
    by_fifths.key_signatures = [muspy.KeySignature(0, mode=mode, fifths=0)]
    assert KeyNormalizer().detect([by_root, by_fifths]) == [name, name]
    for result in KeyNormalizer().transform([by_root, by_fifths]):
        assert pitches_of(result) == [72 - tonic]
        assert result.key_signatures[0].mode == name.split()[1]


@pytest.mark.parametrize(("fifths", "name"), [(1, "G major"), (-1, "F major"), (7, "Db major"), (-7, "B major")])
def test_a_signature_may_state_its_fifths_instead_of_its_root(fifths, name):
    score = melody([60])
    score.key_signatures = [muspy.KeySignature(0, mode="major", fifths=fifths)]
    assert KeyNormalizer().detect([score]) == [name]


def test_the_first_signature_counts():
    score = melody(G_MAJOR, key=(5, "major"))
    score.key_signatures.append(muspy.KeySignature(16, root=2, mode="minor"))
    assert KeyNormalizer().detect([score]) == ["F major"]


@pytest.mark.parametrize("analysis", ["aarden", "bellman", "krumhansl", "simple", "temperley"])
@pytest.mark.parametrize("direction", ["down", "nearest"])
def test_every_analysis_finds_a_clear_key(analysis, direction):
    normalizer = KeyNormalizer(analysis=analysis, direction=direction)
    scores = [melody(C_MINOR), melody(G_MAJOR)]
    assert normalizer.detect(scores) == ["C minor", "G major"]
    in_minor, in_major = normalizer.transform(scores)
    assert pitches_of(in_minor) == C_MINOR
    assert pitches_of(in_major) == [pitch + (-7 if direction == "down" else 5) for pitch in G_MAJOR]


@pytest.mark.parametrize("key", [(5, None), (5, "blues"), (None, "major")])
def test_a_signature_without_a_known_mode_and_tonic_is_not_used(key):
    assert KeyNormalizer().detect([melody(G_MAJOR, key=key)]) == ["G major"]


def test_the_signature_is_not_used_on_request():
    score = melody(G_MAJOR, key=(5, "major"))
    assert KeyNormalizer().detect([score]) == ["F major"]
    assert KeyNormalizer(use_signature=False).detect([score]) == ["G major"]


def test_the_analysis_of_a_symphony_is_soon_done():
    """For 65,000 notes, music21 alone would take half an hour."""
    notes = [muspy.Note(4 * i, pitch, 4) for i in range(5_000) for pitch in G_MAJOR]
    music = muspy.Music(resolution=4, tracks=[muspy.Track(notes=notes)])
    (found,) = KeyNormalizer().fit_transform([music])
    assert found.tracks[0].notes[0].pitch == G_MAJOR[0] - 7


def test_analysis_hears_every_pitched_track_and_no_drums():
    halves = make_score(
        [(4 * i, pitch, 4) for i, pitch in enumerate(G_MAJOR)],
        drums(*((4 * i, pitch, 4) for i, pitch in enumerate(C_MINOR * 3))),
    )
    assert KeyNormalizer().detect([halves]) == ["G major"]
    halves.tracks[1].is_drum = False
    assert KeyNormalizer().detect([halves]) == ["C minor"]


def test_drums_are_not_transposed():
    score = make_score([(0, 67, 4)], drums((0, 36, 4), (4, 42, 4)), key=(7, "major"))
    melody_track, drum_track = KeyNormalizer().transform([score])[0].tracks
    assert [note.pitch for note in melody_track.notes] == [60]
    assert [note.pitch for note in drum_track.notes] == [36, 42]


def test_drums_alone_have_a_key_only_by_their_signature():
    score = make_score(drums((0, 36, 4)), key=(7, "major"))
    assert notes_of(KeyNormalizer().transform([score])[0]) == [(0, 36, 4)]
    expected = re.escape("score 0 ('x.mid'): has no pitched notes, so it has no key (leave it out)")
    with pytest.raises(ValueError, match=expected):
        KeyNormalizer(use_signature=False).transform([score])
    with pytest.raises(ValueError, match=expected):
        KeyNormalizer().detect([make_score([(0, 60, 0)])])  # a note of no length does not sound


@pytest.mark.parametrize(("pitch", "direction", "shift"), [(10, "down", -11), (122, "nearest", 6)])
def test_a_note_beyond_the_midi_range_is_an_error(pitch, direction, shift):
    low_or_high = melody([pitch, 60], key=(-shift % 12, "major"))
    expected = re.escape(f"score 0 ('x.mid'): cannot be transposed by {shift} semitones: a note would leave the MIDI")
    with pytest.raises(ValueError, match=expected):
        KeyNormalizer(direction=direction).transform([low_or_high])
    just_inside = melody([pitch - int(np.sign(shift)), 60], key=(-shift % 12, "major"))
    assert pitches_of(KeyNormalizer(direction=direction).transform([just_inside])[0])[0] in (0, 127)


def test_what_was_normalized_is_in_c():
    results = KeyNormalizer().transform([melody(G_MAJOR), melody(C_MINOR, key=(9, "minor"))])
    assert KeyNormalizer().detect(results) == ["C major", "C minor"]
