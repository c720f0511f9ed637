"""Tests of the key analysis: it finds the same key as music21."""

import music21
import muspy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skemovae import load_bach_chorales, load_folk_tunes
from skemovae.preprocessing import find_key
from skemovae.preprocessing._key_analysis import PROFILES, analyze_key

CLASSES = {
    "aarden": "AardenEssen",
    "bellman": "BellmanBudge",
    "krumhansl": "KrumhanslSchmuckler",
    "simple": "SimpleWeights",
    "temperley": "TemperleyKostkaPayne",
}
ANALYSES = sorted(CLASSES)
notes = st.builds(muspy.Note, st.integers(0, 40), st.integers(24, 107), st.integers(1, 60))
scores = st.tuples(st.sampled_from([1, 3, 4, 5, 12, 24, 480, 10080]), st.lists(notes, min_size=1, max_size=12))


def key_of_music21(notes, resolution, analysis):
    """Return the key that music21 finds in a stream of the notes."""
    stream = music21.stream.Stream()
    for note in notes:
        length = note.duration / resolution
        stream.insert(note.time / resolution, music21.note.Note(note.pitch, quarterLength=length))
    key = getattr(music21.analysis.discrete, CLASSES[analysis])().getSolution(stream)
    return key.tonic.pitchClass, key.mode


def notes_of(music):
    return [note for track in music.tracks for note in track.notes]


@pytest.mark.parametrize("analysis", ANALYSES)
def test_the_weights_are_music21s(analysis):
    finder = getattr(music21.analysis.discrete, CLASSES[analysis])()
    for mode, text in PROFILES[analysis].items():
        assert [float(weight) for weight in text.split()] == finder.getWeights(mode)
    assert set(PROFILES) == set(CLASSES)


@pytest.mark.parametrize("analysis", ANALYSES)
def test_a_profile_itself_has_its_own_key(analysis):
    for tonic in range(12):
        for mode, text in PROFILES[analysis].items():
            lengths = [round(1_000_000 * float(weight)) for weight in text.split()]
            own = [muspy.Note(0, 48 + tonic + i, length) for i, length in enumerate(lengths) if length]
            assert analyze_key(own, 10_000, analysis) == (tonic, mode)


@pytest.mark.parametrize("analysis", ANALYSES)
def test_of_equal_keys_the_one_with_the_highest_tonic_and_the_minor_one_is_taken(analysis):
    chromatic = [muspy.Note(4 * i, 60 + i, 4) for i in range(12)]  # correlates with nothing
    assert analyze_key(chromatic, 4, analysis) == key_of_music21(chromatic, 4, analysis) == (11, "minor")


@pytest.mark.slow
@pytest.mark.parametrize("analysis", ANALYSES)
@settings(max_examples=60, deadline=None)
@given(scores)
def test_random_scores_have_the_keys_that_music21_finds(analysis, score):
    resolution, notes = score
    assert analyze_key(notes, resolution, analysis) == key_of_music21(notes, resolution, analysis)


@pytest.mark.parametrize("analysis", ANALYSES)
def test_two_pitch_classes_have_the_keys_that_music21_finds(analysis):
    # Ties are most common with few notes of equal lengths; floats cannot represent thirds and fifths of a quarter note
    for resolution in (1, 3):
        for interval in range(12):
            pair = [muspy.Note(0, 65, 2), muspy.Note(1, 65 + interval, 2), muspy.Note(3, 65, 1)]
            assert analyze_key(pair, resolution, analysis) == key_of_music21(pair, resolution, analysis)


@pytest.mark.parametrize("analysis", ANALYSES)
def test_the_key_moves_with_the_notes(analysis):
    scale = [57, 59, 60, 62, 64, 65, 68, 69]
    for shift in range(12):
        moved = [muspy.Note(4 * i, pitch + shift, 4 + i) for i, pitch in enumerate(scale)]
        assert analyze_key(moved, 4, analysis) == ((9 + shift) % 12, "minor")


@pytest.mark.slow
@pytest.mark.parametrize("analysis", ANALYSES)
def test_melodies_have_the_keys_that_music21_finds(analysis):
    for score in [*load_bach_chorales().data[::50], *load_folk_tunes().data[::8000]]:
        expected = key_of_music21(notes_of(score), score.resolution, analysis)
        assert find_key(score, use_signature=False, analysis=analysis) == expected


@pytest.mark.slow
@pytest.mark.parametrize("analysis", ANALYSES)
def test_chorales_have_the_keys_that_music21_finds(analysis):
    for score in load_bach_chorales(form="scores").data[ANALYSES.index(analysis) :: 15]:
        expected = key_of_music21(notes_of(score), score.resolution, analysis)
        assert find_key(score, use_signature=False, analysis=analysis) == expected


@pytest.mark.parametrize("resolution", [7, 32768, 65537, 999_983])
def test_lengths_of_very_fine_time_steps_are_rounded_as_music21_rounds_them(resolution):
    short = [muspy.Note(0, 60, 1), muspy.Note(0, 66, 1), muspy.Note(0, 67, 5)]
    assert analyze_key(short, resolution, "aarden") == key_of_music21(short, resolution, "aarden")
