"""PitchEncoder: the paper's Figure 2, MusPy where it is right, every repair by hand, and both round trips."""

import copy
import math
import re
import tempfile
import tracemalloc
import warnings
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import muspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skemovae import PitchEncoder, read_music, write_music
from skemovae.preprocessing import HOLD, REST
from tests.conftest import make_score, notes_of

STRICT = {"polyphony": "error", "off_grid": "error", "out_of_window": "error"}
REPAIR = {"polyphony": "skyline", "off_grid": "round", "out_of_window": "clip"}


def encode(*tracks, n_steps=8, resolution=4, **options):
    """Return the tokens of one score as a list; any need for a repair is an error unless `options` say otherwise."""
    encoder = PitchEncoder(n_steps=n_steps, **{**STRICT, **options})
    return encoder.transform([make_score(*tracks, resolution=resolution)])[0].tolist()


def rest_is(tokens, n_steps=8):
    return tokens + [REST] * (n_steps - len(tokens))


def decode(tokens, resolution=4):
    return notes_of(PitchEncoder(n_steps=len(tokens), resolution=resolution).inverse_transform([tokens])[0])


# -- Known values ------------------------------------------------------------------------------------------------------


def test_figure_2_of_the_paper():
    quarter_e4_eighth_f4 = [64, 129, 129, 129, 65, 129]
    assert encode([(0, 64, 4), (4, 65, 2)], n_steps=6) == quarter_e4_eighth_f4
    assert decode(quarter_e4_eighth_f4) == [(0, 64, 4), (4, 65, 2)]


@pytest.mark.parametrize(
    ("tokens", "notes"),
    [
        ([60, 60, 60, 60], [(0, 60, 1), (1, 60, 1), (2, 60, 1), (3, 60, 1)]),  # repeated notes of one step
        ([60, 129, 60, 129], [(0, 60, 2), (2, 60, 2)]),
        ([128, 60, 128, 61], [(1, 60, 1), (3, 61, 1)]),
        ([60, 129, 128, 128], [(0, 60, 2)]),  # trailing rests
        ([128, 128, 128, 128], []),
        ([0, 127, 129, 129], [(0, 0, 1), (1, 127, 3)]),  # the ends of the MIDI range
    ],
)
def test_tokens_and_notes(tokens, notes):
    assert decode(tokens) == notes
    assert encode(notes, n_steps=4) == tokens


@pytest.mark.parametrize(
    ("tokens", "notes"),
    [
        ([129, 129, 60, 129], [(2, 60, 2)]),
        ([129, 129, 129, 129], []),
        ([60, 128, 129, 61], [(0, 60, 1), (3, 61, 1)]),
    ],
)
def test_a_hold_with_nothing_to_hold_is_a_rest(tokens, notes):
    assert decode(tokens) == notes


def test_what_is_decoded_is_a_complete_score():
    (music,) = PitchEncoder(n_steps=4, resolution=2).inverse_transform([[60, 129, 129, 129]])
    assert music.resolution == 2
    assert [(tempo.time, tempo.qpm) for tempo in music.tempos] == [(0, 120.0)]
    assert [(t.time, t.numerator, t.denominator) for t in music.time_signatures] == [(0, 4, 4)]
    assert [(track.is_drum, len(track.notes)) for track in music.tracks] == [(False, 1)]
    (note,) = music.tracks[0].notes
    assert {type(value) for value in vars(note).values()} <= {int, type(None)}  # plain integers, which JSON can hold


def test_the_result_is_an_array_of_rows():
    tokens = PitchEncoder(n_steps=4).fit_transform([make_score([(0, 60, 4)]), make_score([(0, 62, 1)])])
    assert tokens.shape == (2, 4)
    assert np.issubdtype(tokens.dtype, np.integer)
    assert tokens.tolist() == [[60, 129, 129, 129], [62, 128, 128, 128]]


@pytest.mark.parametrize("resolution", [10080, 480, 24, 8, 4])
def test_sixteenths_at_every_fine_resolution(resolution):
    sixteenth = resolution // 4
    notes = [(0, 60, sixteenth), (sixteenth, 62, 3 * sixteenth), (6 * sixteenth, 64, 2 * sixteenth)]
    assert encode(notes, resolution=resolution) == [60, 62, 129, 129, 128, 128, 64, 129]


def test_resolutions_that_are_no_multiple():
    assert encode([(0, 60, 1), (1, 62, 1)], resolution=1) == [60, 129, 129, 129, 62, 129, 129, 129]
    assert encode([(0, 60, 5), (5, 62, 10)], resolution=10) == rest_is([60, 129, 62, 129, 129, 129])
    assert encode([(0, 60, 3)], resolution=3, n_steps=4) == [60, 129, 129, 129]
    with pytest.raises(ValueError, match="has notes off the grid of 4 steps per quarter note"):
        encode([(0, 60, 1)], resolution=3, n_steps=4)


@pytest.mark.parametrize(
    ("resolution", "tokens"), [(1, [60, 62]), (2, [60, 129, 62, 129]), (3, [60, 129, 129, 62, 129, 129])]
)
def test_the_resolution_of_the_encoder(resolution, tokens):
    encoder = PitchEncoder(n_steps=len(tokens), resolution=resolution, **STRICT)
    assert encoder.transform([make_score([(0, 60, 480), (480, 62, 480)], resolution=480)]).tolist() == [tokens]


def test_the_order_of_notes_and_tracks_does_not_matter():
    expected = rest_is([60, 129, 62, 64, 128, 65])
    assert encode([(5, 65, 1), (0, 60, 2), (3, 64, 1), (2, 62, 1)]) == expected
    assert encode([(5, 65, 1), (2, 62, 1)], [], [(3, 64, 1), (0, 60, 2)]) == expected


def test_parameters_and_notes_may_be_numpy_integers():
    encoder = PitchEncoder(n_steps=np.int64(4), resolution=np.uint8(4), **STRICT)
    score = make_score([(np.int64(0), np.uint8(60), np.int32(240))], resolution=np.int64(480))
    assert encoder.transform([score]).tolist() == [[60, 129, 128, 128]]
    assert notes_of(encoder.inverse_transform([[60, 129, 128, 128]])[0]) == [(0, 60, 2)]


def test_the_type_of_the_pitches_does_not_reach_the_tokens():
    score = make_score([(0, np.uint8(60), 1), (np.uint8(1), np.uint8(61), np.uint8(1))], resolution=np.uint8(4))
    tokens = PitchEncoder(n_steps=2, **STRICT).transform([score])
    assert tokens.dtype == int
    assert tokens.tolist() == [[60, 61]]
    assert encode([(False, True, True)]) == rest_is([1])  # Python's bool is an integer


# -- The published melodies --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published_music(published):
    return [read_music(path) for path in sorted(published.glob("e?/*.mid"))]


@pytest.fixture(scope="module")
def published_tokens(published_music):
    return PitchEncoder(out_of_window="clip", polyphony="skyline").fit_transform(published_music)


def test_the_one_hot_tensor_of_the_paper(published_tokens):
    encoder = PitchEncoder()
    tensor = encoder.to_one_hot(published_tokens)
    assert tensor.shape == (344, 64, 31)
    assert tensor.dtype == np.float32
    assert (tensor.sum(axis=2) == 1).all()
    assert (tensor.max(axis=2) == 1).all()
    np.testing.assert_array_equal(np.unique(published_tokens)[tensor.argmax(axis=2)], published_tokens)


def test_statistics_of_the_published_melodies(published_tokens):
    assert published_tokens.shape == (344, 64)
    assert round(100 * (published_tokens == HOLD).mean(), 1) == 80.9
    assert len(np.unique(published_tokens, axis=0)) == 293
    assert len(np.unique(published_tokens[published_tokens < REST])) == 29


def test_encoding_equals_muspy_on_the_published_melodies(published_music, published_tokens):
    for music, tokens in zip(published_music, published_tokens, strict=True):
        music = copy.deepcopy(music)
        music.adjust_resolution(4)
        theirs = muspy.to_pitch_representation(music, use_hold_state=True).ravel()[:64]
        assert rest_is(theirs.tolist(), 64) == tokens.tolist()


def test_decoding_equals_muspy_on_the_published_melodies(published_tokens):
    n_equal = 0
    for tokens, music in zip(published_tokens, PitchEncoder().inverse_transform(published_tokens), strict=True):
        theirs = muspy.from_pitch_representation(tokens, resolution=4, use_hold_state=True)
        repeats = (tokens[1:] == tokens[:-1]) & (tokens[1:] < REST)
        if repeats.any():  # MusPy joins them into one note
            assert len(theirs.tracks[0].notes) == len(music.tracks[0].notes) - repeats.sum()
        else:
            assert notes_of(theirs) == notes_of(music)
            n_equal += 1
    assert n_equal == 342


def test_decoded_and_encoded_the_published_melodies_are_the_same(published_tokens):
    encoder = PitchEncoder(**STRICT)
    np.testing.assert_array_equal(encoder.fit_transform(encoder.inverse_transform(published_tokens)), published_tokens)


# -- Invalid tokens ----------------------------------------------------------------------------------------------------


def test_a_column_as_muspy_returns_it_is_one_row():
    music = make_score([(0, 60, 2), (2, 62, 2)])
    column = muspy.to_pitch_representation(music, use_hold_state=True)
    assert column.shape == (4, 1)
    encoder = PitchEncoder(n_steps=4)
    assert notes_of(encoder.inverse_transform(column)[0]) == notes_of(music)
    assert encoder.to_one_hot(column).shape == (1, 4, 3)


def test_rows_of_one_step():
    decoded = PitchEncoder(n_steps=1).inverse_transform([[60], [128], [62]])
    assert [notes_of(music) for music in decoded] == [[(0, 60, 1)], [], [(0, 62, 1)]]


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int64, np.float32, float])
def test_whole_numbers_of_any_type_are_tokens(dtype):
    tokens = np.array([[60, 129, 128, 62]], dtype=dtype)
    assert notes_of(PitchEncoder(n_steps=4).inverse_transform(tokens)[0]) == [(0, 60, 2), (3, 62, 1)]


@pytest.mark.parametrize("method", ["inverse_transform", "to_one_hot"])
@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([[60, 129], [60, -1]], "token -1 in row 1, step 1: expected a whole number 0 to 129 (0-127 pitch, 128 rest"),
        ([[60, 129], [130, 60]], "token 130 in row 1, step 0: expected a whole number 0 to 129"),
        ([[60, np.nan]], "token nan in row 0, step 1: expected a whole number 0 to 129"),
        ([[60, np.inf]], "token inf in row 0, step 1: expected a whole number 0 to 129"),
        ([[60.5, 129]], "token 60.5 in row 0, step 0: expected a whole number 0 to 129"),
        ([["60", "129"]], "tokens of type <U3: expected whole numbers 0 to 129"),
        ([[True, False]], "tokens of type bool: expected whole numbers 0 to 129"),
        ([[60, None]], "tokens of type object: expected whole numbers 0 to 129"),
        ([[60 + 0j, 129]], "tokens of type complex128: expected whole numbers 0 to 129"),
        ([60, 129], "tokens of shape (2,): expected (n_samples, n_steps=2); pass one row as [row]"),
        ([[60, 129, 129]], "tokens of shape (1, 3): expected (n_samples, n_steps=2)"),
        ([[60], [129], [60]], "tokens of shape (3, 1): expected (n_samples, n_steps=2)"),
        (np.zeros((3, 2, 31)), "tokens of shape (3, 2, 31): expected (n_samples, n_steps=2)"),
        ([], "tokens of shape (0,): expected (n_samples, n_steps=2)"),
        (60, "tokens of shape (): expected (n_samples, n_steps=2)"),
        ([[60, 129], [60]], "rows of different lengths: expected (n_samples, n_steps=2)"),
    ],
    ids=lambda value: re.sub(r"\W+", " ", value) if isinstance(value, str) else "",
)
def test_what_are_no_tokens_is_an_error(method, X, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        getattr(PitchEncoder(n_steps=2), method)(X)


def test_one_hot_with_a_given_vocabulary():
    encoder = PitchEncoder(n_steps=3)
    tensor = encoder.to_one_hot([[64, 129, 60]], vocabulary=[129, 60, 62, 64])
    assert tensor.tolist() == [[[0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0]]]  # in ascending order
    expected = re.escape("tokens [60, 64] are not in the vocabulary [62, 129]: expected only those; add them to it")
    with pytest.raises(ValueError, match=expected):
        encoder.to_one_hot([[64, 129, 60]], vocabulary=[62, 129])


# -- Scores without a melody -------------------------------------------------------------------------------------------


def kit(*notes):
    return muspy.Track(is_drum=True, notes=[muspy.Note(*note) for note in notes])


def test_drums_are_not_heard():
    assert encode([(0, 60, 2)], kit((0, 36, 8), (4, 38, 1), (10**6, 38, 1))) == rest_is([60, 129])


@pytest.mark.parametrize("tracks", [[], [kit((0, 36, 4))], [kit(), kit()]])
def test_no_pitched_track_is_an_error(tracks):
    expected = re.escape("score 1 ('x.mid'): has no pitched track; expected one with a melody (leave it out)")
    with pytest.raises(ValueError, match=expected):
        PitchEncoder().transform([make_score([(0, 60, 4)]), make_score(*tracks)])


def test_a_pitched_track_without_notes_is_all_rests():
    assert encode([]) == [REST] * 8
    assert encode([], kit((0, 36, 4))) == [REST] * 8


# -- Repairs -----------------------------------------------------------------------------------------------------------

REPAIRS = {
    "a chord: its highest note": ("polyphony", 4, [(0, 60, 4), (0, 67, 2), (0, 64, 4)], [67, 129]),
    "legato overlap: the first is cut": ("polyphony", 4, [(0, 60, 3), (2, 62, 4)], [60, 129, 62, 129, 129, 129]),
    "a lower voice cuts too": ("polyphony", 4, [(0, 72, 8), (4, 48, 2)], [72, 129, 129, 129, 48, 129]),
    "a chord with a grace note of no length": ("polyphony", 4, [(0, 60, 4), (0, 64, 3), (0, 72, 0)], [64, 129, 129]),
    "the same note twice": ("polyphony", 4, [(0, 60, 2), (0, 60, 4)], [60, 129, 129, 129]),
    "two voices": (
        "polyphony",
        4,
        [(0, 72, 4), (0, 60, 2), (2, 59, 2), (4, 74, 2), (4, 62, 4)],
        [72, 129, 59, 129, 74, 129],
    ),
    # resolution 8: a step is 2 ticks and these are 32nds, at 0, 0.5 (rounded up), 1 and 1.5 steps; 61 and 62 collide
    "32nd notes": ("off_grid", 8, [(0, 60, 1), (1, 61, 1), (2, 62, 1), (3, 63, 1)], [60, 62, 63]),
    # resolution 12: a step is 3 ticks; eighth-note triplets begin at 0, 1.33 and 2.67 steps
    "triplets": ("off_grid", 12, [(0, 60, 4), (4, 61, 4), (8, 62, 4)], [60, 61, 129, 62]),
    "quintuplets": ("off_grid", 5, [(i, 60 + i, 1) for i in range(5)], [60, 61, 63, 64]),  # 62 and 63 are as near to 2
    "a swung eighth": ("off_grid", 480, [(0, 60, 320), (320, 62, 160)], [60, 129, 129, 62]),
    "early and late notes": ("off_grid", 480, [(3, 60, 230), (236, 62, 250)], [60, 129, 62, 129]),
    "a short note keeps a step": ("off_grid", 480, [(0, 60, 10), (120, 62, 10)], [60, 62]),
    "a note of no length": ("off_grid", 4, [(0, 60, 0), (2, 62, 2)], [60, 128, 62, 129]),
    "a grace note of no length on the beat": ("off_grid", 4, [(0, 72, 0), (0, 60, 4)], [60, 129, 129, 129]),
    "a short ornament before its note": ("off_grid", 480, [(0, 62, 30), (30, 60, 450)], [60, 129, 129, 129]),
    "two equally long on one step: the nearer": ("off_grid", 480, [(90, 72, 20), (115, 60, 20)], [128, 60]),
    "an end is rounded too": ("off_grid", 480, [(0, 60, 290), (480, 62, 310)], [60, 129, 128, 128, 62, 129, 129]),
    "a note that overhangs": ("out_of_window", 4, [(6, 60, 4)], [128, 128, 128, 128, 128, 128, 60, 129]),
    "a note that begins at the end": ("out_of_window", 4, [(0, 60, 1), (8, 62, 4)], [60]),
    "a note of no length at the end": ("out_of_window", 4, [(0, 60, 1), (8, 62, 0)], [60]),
    "only notes beyond": ("out_of_window", 4, [(9, 60, 4), (9, 64, 4)], []),
    "an overhang at another resolution": ("out_of_window", 10, [(15, 60, 10)], [128, 128, 128, 128, 128, 128, 60, 129]),
}
FOUND = {
    "polyphony": "notes that sound together",
    "off_grid": "notes off the grid of 4 steps per quarter note",
    "out_of_window": "notes beyond 8 steps",
}


@pytest.mark.parametrize(("parameter", "resolution", "notes", "expected"), REPAIRS.values(), ids=REPAIRS)
def test_each_repair_by_hand(parameter, resolution, notes, expected):
    repair = {parameter: REPAIR[parameter]}
    assert encode(notes, resolution=resolution, **repair) == rest_is(expected)
    with pytest.warns(UserWarning, match=f"have {FOUND[parameter]}"):
        assert encode(notes, resolution=resolution, **{parameter: "warn"}) == rest_is(expected)
    message = f"score 0 ('x.mid'): has {FOUND[parameter]} (set {parameter}='{REPAIR[parameter]}' to repair it)"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        encode(notes, resolution=resolution)


def test_a_note_that_rounds_to_the_end_of_the_window_is_left_out():
    assert encode([(0, 60, 2), (15, 62, 1)], resolution=8, off_grid="round") == rest_is([60])  # 7.5 steps


def test_all_that_a_score_needs_is_named_at_once():
    with pytest.raises(ValueError, match=r"notes beyond 8 steps \(set .*\) and notes that .* and notes off the grid"):
        encode([(0, 60, 5), (1, 62, 4), (100, 60, 1)], resolution=8)


def test_repairs_combine():
    # clipped at 8 steps; the highest note of each onset, cut at the next one; onsets rounded to 0, 2 and 6 steps of 4
    notes = [(0, 60, 30), (9, 64, 30), (9, 67, 3), (25, 62, 40), (32, 50, 4)]
    assert encode(notes, resolution=16, **REPAIR) == [60, 129, 67, 128, 128, 128, 62, 129]


@pytest.mark.parametrize("parameter", REPAIR)
def test_one_warning_names_the_first_score_and_the_parameter(parameter):
    notes = {"polyphony": [(0, 60, 4), (0, 64, 4)], "off_grid": [(0, 60, 0)], "out_of_window": [(6, 60, 4)]}[parameter]
    scores = [make_score([(0, 60, 4)], name="a.mid")] + [make_score(notes, name=f"{c}.mid") for c in "bc"]
    encoder = PitchEncoder(n_steps=8, **{**STRICT, parameter: "warn"})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        encoder.transform(scores)
    (warning,) = caught
    assert warning.category is UserWarning
    assert warning.filename == __file__  # the caller's line, not one in skemovae or scikit-learn
    text = str(warning.message)
    assert text.startswith(f"2 of 3 scores have {FOUND[parameter]} (the first is score 1 ('b.mid')); ")
    assert text.endswith(f"Set {parameter}='{REPAIR[parameter]}' to accept this or {parameter}='error' to refuse it")


def test_each_parameter_has_its_own_warning():
    encoder = PitchEncoder(n_steps=4, polyphony="warn")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        encoder.transform([make_score([(0, 60, 4), (0, 62, 4)]), make_score([(3, 60, 4)]), make_score([(0, 60, 0)])])
    named = [str(warning.message).split(" Set ")[1].split("=")[0] for warning in caught]
    assert named == ["polyphony", "off_grid", "out_of_window"]


def test_by_default_polyphony_is_refused_and_the_rest_is_warned_of():
    encoder = PitchEncoder(n_steps=4)
    with pytest.raises(ValueError, match=re.escape("has notes that sound together (set polyphony='skyline'")):
        encoder.transform([make_score([(0, 60, 4), (0, 62, 4)])])
    with pytest.warns(UserWarning, match="off_grid='round' to accept"):
        encoder.transform([make_score([(0, 60, 0)])])
    with pytest.warns(UserWarning, match="out_of_window='clip' to accept"):
        encoder.transform([make_score([(0, 60, 5)])])


def test_no_warning_where_nothing_was_repaired():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tokens = PitchEncoder(n_steps=4, polyphony="warn").transform([make_score([(0, 60, 2), (2, 62, 2)])])
    assert tokens.tolist() == [[60, 129, 62, 129]]


@pytest.mark.parametrize("far", [10**12, 2**63 - 1, 10**30, np.int64(2**62)])
def test_a_note_far_beyond_the_window_takes_no_memory(far):
    score = make_score([(0, 62, 4), (far, 60, far)], [(4, 64, far)])
    encoder = PitchEncoder(n_steps=8, out_of_window="clip")
    tracemalloc.start()
    try:
        tokens = encoder.transform([score])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert tokens.tolist() == [[62, 129, 129, 129, 64, 129, 129, 129]]
    assert peak < 1_000_000  # bytes; one byte per step up to the last note would be 10**12


@pytest.mark.parametrize("resolution", [2**62, 10**30])
def test_no_resolution_is_too_fine(resolution):
    assert encode([(0, 60, resolution)], resolution=resolution) == rest_is([60, 129, 129, 129])
    assert encode([(1, 60, resolution)], resolution=resolution, off_grid="round") == rest_is([60, 129, 129, 129])


# -- Properties --------------------------------------------------------------------------------------------------------

N_STEPS = 16
quick = settings(deadline=None, max_examples=200)


def is_valid(tokens):
    """Return whether a row has only tokens 0-129, and holds only while a pitch sounds."""
    sounding = False
    for token in tokens:
        if not 0 <= token <= HOLD or (token == HOLD and not sounding):
            return False
        sounding = token != REST
    return True


def make_valid(tokens):
    """Return a row in which holds without a note to hold are replaced by rests."""
    valid = []
    for token in tokens:
        valid.append(REST if token == HOLD and (not valid or valid[-1] == REST) else token)
    return valid


any_row = st.lists(
    st.one_of(st.integers(0, 127), st.just(60), st.just(REST), st.just(HOLD), st.just(HOLD)),
    min_size=N_STEPS,
    max_size=N_STEPS,
)
valid_rows = any_row.map(make_valid)


@st.composite
def melodies(draw, longest_gap=3, longest_note=5, shortest_note=1):
    """Draw notes that follow one another, as (onset, pitch, length) in some unit."""
    notes, time = [], 0
    for gap, pitch, length in draw(
        st.lists(
            st.tuples(st.integers(0, longest_gap), st.integers(0, 127), st.integers(shortest_note, longest_note)),
            max_size=12,
        )
    ):
        notes.append((time + gap, pitch, length))
        time += gap + length
    return notes


def cut(notes, end):
    """Return the notes that end by `end`."""
    return [note for note in notes if note[0] + note[2] <= end]


@given(st.lists(valid_rows, min_size=1, max_size=4), st.sampled_from([1, 3, 4, 24]))
@quick
def test_encoding_undoes_decoding(rows, resolution):
    encoder = PitchEncoder(N_STEPS, resolution, **STRICT)
    tokens = np.array(rows)
    before = tokens.copy()
    assert all(map(is_valid, rows))
    np.testing.assert_array_equal(encoder.transform(encoder.inverse_transform(tokens)), tokens)
    np.testing.assert_array_equal(tokens, before)


@given(any_row)
@quick
def test_any_row_decodes_as_its_valid_form(row):
    encoder = PitchEncoder(N_STEPS, **STRICT)
    assert encoder.transform(encoder.inverse_transform([row])).tolist() == [make_valid(row)]


@given(
    melodies(),
    st.sampled_from([1, 2, 3, 4, 10, 24, 480, 10080]),
    st.sampled_from([1, 2, 3, 4, 6, 12]),
)
@quick
def test_decoding_undoes_encoding(notes, score_resolution, resolution):
    unit = math.gcd(score_resolution, resolution)  # a unit of which both grids' steps are multiples
    ticks, steps = score_resolution // unit, resolution // unit
    notes = cut(notes, 40 // steps)
    score = make_score([(t * ticks, p, d * ticks) for t, p, d in notes], resolution=score_resolution)
    before = copy.deepcopy(score)
    encoder = PitchEncoder(40, resolution, **STRICT)
    (decoded,) = encoder.inverse_transform(encoder.transform([score]))
    assert notes_of(decoded) == [(t * steps, p, d * steps) for t, p, d in notes]
    assert decoded.resolution == resolution
    assert score == before


@given(melodies().filter(bool))
@quick
def test_encoding_equals_muspy_where_that_is_right(notes):
    theirs = muspy.to_pitch_representation(make_score(notes), use_hold_state=True).ravel().tolist()
    assert encode(notes, n_steps=200) == rest_is(theirs, 200)


@given(valid_rows)
@quick
def test_decoding_equals_muspy_where_that_is_right(row):
    for i in range(1, N_STEPS):
        if row[i] == row[i - 1] < REST:  # repeated notes of one step, which MusPy joins
            row[i] = REST
    row = make_valid(row)
    theirs = muspy.from_pitch_representation(np.array(row), resolution=4, use_hold_state=True)
    assert decode(row) == notes_of(theirs)


@given(melodies(longest_gap=40, longest_note=60, shortest_note=0), st.sampled_from([5, 7, 24, 480]))
@quick
def test_off_grid_melodies_round_to_valid_tokens(notes, resolution):
    tokens = encode(notes, n_steps=N_STEPS, resolution=resolution, off_grid="round", out_of_window="clip")
    assert is_valid(tokens)
    at_step = {}
    for time, pitch, length in notes:
        if 4 * time < N_STEPS * resolution:
            at_step.setdefault(math.floor(4 * time / resolution + 0.5), []).append((length, pitch))
    at_step.pop(N_STEPS, None)
    assert [step for step in range(N_STEPS) if tokens[step] < REST] == sorted(at_step)
    if not any(time * 4 > (N_STEPS - 1) * resolution for time, _, _ in notes):  # the window cuts no length
        for step, meeting in at_step.items():
            assert tokens[step] in [pitch for length, pitch in meeting if length == max(meeting)[0]]


@st.composite
def polyphonic(draw, shortest_note=1):
    note = st.tuples(st.integers(0, 30), st.integers(0, 127), st.integers(shortest_note, 20))
    return draw(st.lists(st.lists(note, max_size=8), min_size=1, max_size=3))


@given(polyphonic())
@quick
def test_skyline_keeps_the_highest_note_of_each_onset(tracks):
    tokens = encode(*tracks, n_steps=N_STEPS, polyphony="skyline", out_of_window="clip")
    expected = [REST] * N_STEPS
    notes = [note for track in tracks for note in track]
    for onset in {time for time, _, _ in notes}:
        following = min((time for time, _, _ in notes if time > onset), default=N_STEPS)
        pitch = max(pitch for time, pitch, _ in notes if time == onset)
        length = max(length for time, p, length in notes if (time, p) == (onset, pitch))
        for step in range(onset, min(onset + length, following, N_STEPS)):
            expected[step] = pitch if step == onset else HOLD
    assert tokens == expected


@given(polyphonic(shortest_note=0), st.sampled_from([1, 5, 8, 24]))
@quick
def test_any_score_encodes_to_valid_tokens_with_all_repairs(tracks, resolution):
    tokens = encode(*tracks, n_steps=N_STEPS, resolution=resolution, **REPAIR)
    assert is_valid(tokens)
    assert {token for token in tokens if token < REST} <= {pitch for track in tracks for _, pitch, _ in track}


def encode_by_definition(score, n_steps, resolution):
    """Return the tokens of a score and its repairs, as the documentation defines them: slowly, in fractions."""
    scale = Fraction(resolution, int(score.resolution))
    pitched = [track for track in score.tracks if not track.is_drum]
    notes = [(int(n.time) * scale, int(n.duration) * scale, int(n.pitch)) for track in pitched for n in track.notes]
    notes = sorted((time, time + length, pitch) for time, length, pitch in notes)
    needed = set()
    inside = [(start, min(end, n_steps), pitch) for start, end, pitch in notes if start < n_steps]
    if inside != notes:
        needed.add("out_of_window")
    if any(second[0] < first[1] for first, second in combinations(inside, 2)):
        needed.add("polyphony")
        chords = {onset: [note for note in inside if note[0] == onset] for onset, _, _ in inside}
        inside = []
        for onset, chord in chords.items():
            sounding = [note for note in chord if note[1] > onset] or chord
            highest = max(pitch for _, _, pitch in sounding)
            end = max(end for _, end, pitch in sounding if pitch == highest)
            inside.append((onset, min([end, *(other for other in chords if other > onset)]), highest))
    at_step = {}
    for start, end, pitch in inside:
        first, last = (math.floor(time + Fraction(1, 2)) for time in (start, end))
        if (first, last) != (start, end) or first == last:
            needed.add("off_grid")
        at_step.setdefault(first, []).append((end - start, -abs(first - start), pitch, -start, last))
    tokens = [REST] * n_steps
    for first in sorted(at_step.keys() - {n_steps}):
        _, _, pitch, _, last = max(at_step[first])
        tokens[first:last] = [HOLD] * (last - first)
        tokens[first] = pitch
    return tokens, needed


def smallest(value):
    """Return an integer in the smallest type that holds it, so that arithmetic in that type would overflow."""
    return np.min_scalar_type(value).type(value)


@st.composite
def any_score(draw):
    """Draw a score of any kind: melodies on the grid, polyphony, drums, notes far away, numbers of other types."""
    resolution = draw(st.sampled_from([4, 8, 12, 5]))
    unit = draw(st.sampled_from([1, max(resolution // 4, 1)]))
    number = draw(st.sampled_from([int, smallest]))
    tracks = [*draw(polyphonic(shortest_note=0)), draw(melodies())] if draw(st.booleans()) else [draw(melodies())]
    tracks[0] += draw(st.sampled_from([[], [], [tracks[0][-1]] if tracks[0] else [], [(10**30, 60, 1)]]))
    return make_score(
        *(
            muspy.Track(
                is_drum=i > 0 and draw(st.booleans()),
                notes=[
                    muspy.Note(number(t * unit), number(p), number(d * unit))
                    for t, p, d in draw(st.permutations(track))
                ],
            )
            for i, track in enumerate(tracks)
        ),
        resolution=number(resolution),
    )


@given(any_score(), st.fixed_dictionaries({n: st.sampled_from(["error", "warn", r]) for n, r in REPAIR.items()}))
@settings(deadline=None, max_examples=500)
def test_any_score_is_encoded_repaired_warned_of_or_refused_by_definition(score, options):
    tokens, needed = encode_by_definition(score, N_STEPS, 4)
    encoder = PitchEncoder(N_STEPS, **options)
    refused = {name for name in needed if options[name] == "error"}
    if refused:
        with pytest.raises(ValueError, match=r"^score 0 \('x\.mid'\): has notes") as caught:
            encoder.transform([score])
        assert set(re.findall(r"\(set (\w+)=", str(caught.value))) == refused
        return
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert encoder.transform([score]).tolist() == [tokens]
    warned = {re.search(r" Set (\w+)=", str(warning.message))[1] for warning in caught}
    assert warned == {name for name in needed if options[name] == "warn"}


# -- Through files -----------------------------------------------------------------------------------------------------


@given(valid_rows.filter(lambda row: min(row) < REST))
@settings(deadline=None, max_examples=40)
def test_tokens_survive_midi(row):
    encoder = PitchEncoder(N_STEPS, **STRICT)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "melody.mid")
        write_music(encoder.inverse_transform([row])[0], path)
        assert encoder.transform([read_music(path)]).tolist() == [row]
