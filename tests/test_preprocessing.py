"""The transformers from scores to scores, and the contract that they and PitchEncoder share."""

import copy
import pickle
import re
from fractions import Fraction

import muspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.utils.validation import check_is_fitted

from skemovae import Excerpt, KeyNormalizer, PitchEncoder, SopranoExtractor, TempoNormalizer, load_bach_chorales
from tests.conftest import make_score, notes_of

SCALE = [(4 * i, 60 + i, 4) for i in range(20)]  # five bars of quarter notes in steps of a sixteenth


def drums(*notes):
    return muspy.Track(is_drum=True, notes=[muspy.Note(*note) for note in notes])


def named(name, *notes):
    return muspy.Track(name=name, notes=[muspy.Note(*note) for note in notes])


# -- TempoNormalizer ---------------------------------------------------------------------------------------------------


def test_tempo_is_set_and_the_notes_stay():
    score = make_score(SCALE, qpm=60)
    score.tempos.append(muspy.Tempo(16, 200))
    (result,) = TempoNormalizer(qpm=100).transform([score])
    assert [(tempo.time, tempo.qpm) for tempo in result.tempos] == [(0, 100.0)]
    assert notes_of(result) == SCALE


@pytest.mark.parametrize(
    ("qpm", "factor"),
    # the boundary between two factors is the geometric mean: 120 / sqrt(2) = 84.85, 120 * sqrt(2) = 169.7
    [
        (60, 2),
        (61.5, 2),
        (84.8, 2),
        (84.9, 1),
        (120, 1),
        (169, 1),
        (170, 0.5),
        (240, 0.5),
        (30, 4),
        (15, 8),
        (480, 0.25),
    ],
)
def test_speed_is_kept_by_doubling_or_halving(qpm, factor):
    score = make_score([(0, 60, 16), (16, 62, 8)], qpm=qpm)
    (result,) = TempoNormalizer(keep_speed=True).transform([score])
    assert result.resolution == 4
    assert notes_of(result) == [(0, 60, 16 * factor), (16 * factor, 62, 8 * factor)]
    assert [tempo.qpm for tempo in result.tempos] == [120.0]


@pytest.mark.parametrize(("qpm", "length"), [(120, 4), (240, 8), (60, 2)])
def test_a_score_without_a_tempo_mark_counts_as_120(qpm, length):
    (result,) = TempoNormalizer(qpm=qpm, keep_speed=True).transform([make_score([(0, 60, 4)])])
    assert notes_of(result) == [(0, 60, length)]


def test_odd_durations_are_halved_exactly_by_a_finer_resolution():
    score = make_score([(0, 60, 3), (3, 62, 1)], qpm=240)
    (result,) = TempoNormalizer(keep_speed=True).transform([score])
    assert result.resolution == 8
    assert notes_of(result) == [(0, 60, 3), (3, 62, 1)]  # in steps of half the length


@pytest.mark.parametrize(("qpm", "time"), [(60, 32), (240, 8)])
def test_key_and_time_signatures_move_with_the_notes(qpm, time):
    score = make_score(SCALE, qpm=qpm)
    score.key_signatures.append(muspy.KeySignature(16, root=7, mode="major"))
    score.time_signatures.append(muspy.TimeSignature(16, 3, 4))
    (result,) = TempoNormalizer(keep_speed=True).transform([score])
    assert [mark.time for mark in result.key_signatures + result.time_signatures] == [time, time]


def test_an_odd_place_of_a_signature_also_makes_the_resolution_finer():
    score = make_score([(0, 60, 4)], qpm=240)
    score.time_signatures.append(muspy.TimeSignature(1, 3, 4))
    (result,) = TempoNormalizer(keep_speed=True).transform([score])
    assert (result.resolution, result.time_signatures[0].time, notes_of(result)) == (8, 1, [(0, 60, 4)])


@given(
    st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 127), st.integers(0, 10**6)), max_size=8),
    st.sampled_from([1, 3, 4, 24, 480, 10080]),
    st.integers(-6, 6),
)
@settings(deadline=None)
def test_keep_speed_scales_every_time_exactly(notes, resolution, doublings):
    factor = Fraction(2) ** doublings
    score = make_score(notes, resolution=resolution, qpm=float(120 / factor))
    (result,) = TempoNormalizer(keep_speed=True).transform([score])

    def in_quarters(music):
        return [[Fraction(value, music.resolution) for value in (time, length)] for time, _, length in notes_of(music)]

    assert in_quarters(result) == [[value * factor for value in values] for values in in_quarters(score)]
    assert [pitch for _, pitch, _ in notes_of(result)] == [pitch for _, pitch, _ in notes]


@pytest.mark.parametrize("qpm", [0.0, -60.0, float("nan"), float("inf"), 60_000_000.0, 1e-300])
def test_an_impossible_tempo_is_an_error_only_where_it_is_needed(qpm):
    score = make_score(SCALE, qpm=qpm)
    expected = re.escape(
        f"score 0 ('x.mid'): has a tempo of {qpm} quarter notes per minute; expected 0.117 to 1.23e+05"
    )
    with pytest.raises(ValueError, match=expected):
        TempoNormalizer(keep_speed=True).transform([score])
    assert notes_of(TempoNormalizer().transform([score])[0]) == SCALE


# -- Excerpt -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n_bars", "time_signature", "n_notes"),
    [(1, "4/4", 4), (4, "4/4", 16), (2, "3/4", 6), (1, "6/8", 3), (3, "2/2", 12)],
)
def test_the_first_bars_are_kept(n_bars, time_signature, n_notes):
    metre = tuple(map(int, time_signature.split("/")))
    score = make_score(SCALE, time_signature=metre)
    (result,) = Excerpt(n_bars, time_signature=time_signature).transform([score])
    assert notes_of(result) == SCALE[:n_notes]
    assert [(t.time, t.numerator, t.denominator) for t in result.time_signatures] == [(0, *metre)]


def test_a_note_is_cut_at_the_end_and_dropped_beyond_it():
    score = make_score([(0, 60, 14), (14, 62, 2), (15, 64, 8), (16, 65, 4)])
    assert notes_of(Excerpt(1).transform([score])[0]) == [(0, 60, 14), (14, 62, 2), (15, 64, 1)]


def test_a_pickup_belongs_to_the_first_bar():
    pickup = make_score([(0, 67, 4), *((4 + 4 * i, 60 + i, 4) for i in range(16))])
    assert notes_of(Excerpt().transform([pickup])[0]) == notes_of(pickup)[:16]


def test_every_track_is_cut_drums_too():
    score = make_score(SCALE, drums((0, 36, 4), (20, 38, 4)), named("Bass", (12, 40, 8)))
    melody, drum, bass = Excerpt(1).transform([score])[0].tracks
    assert [len(track.notes) for track in (melody, drum, bass)] == [4, 1, 1]
    assert (drum.is_drum, bass.name, bass.notes[0].duration) == (True, "Bass", 4)


def test_marks_beyond_the_end_are_dropped():
    score = make_score(SCALE, qpm=90, key=(0, "major"), time_signature=(4, 4))
    score.tempos.append(muspy.Tempo(16, 60))
    score.key_signatures.append(muspy.KeySignature(16, root=7, mode="major"))
    score.time_signatures.append(muspy.TimeSignature(8, 3, 4))
    (result,) = Excerpt(1).transform([score])
    assert [(tempo.time, tempo.qpm) for tempo in result.tempos] == [(0, 90)]
    assert [(key.time, key.root) for key in result.key_signatures] == [(0, 0)]
    assert [(t.time, t.numerator) for t in result.time_signatures] == [(0, 4)]


def test_another_metre_is_an_error_or_kept():
    score = make_score(SCALE, time_signature=(3, 4))
    expected = re.escape("score 0 ('x.mid'): begins in 3/4; expected 4/4 (leave it out, or set mismatch='keep')")
    with pytest.raises(ValueError, match=expected):
        Excerpt().transform([score])
    (result,) = Excerpt(mismatch="keep").transform([score])
    assert notes_of(result) == SCALE[:16]
    assert [(t.numerator, t.denominator) for t in result.time_signatures] == [(4, 4)]


def test_a_score_without_a_time_signature_counts_as_4_4():
    assert notes_of(Excerpt(1).transform([make_score(SCALE)])[0]) == SCALE[:4]
    with pytest.raises(ValueError, match=re.escape("begins in 4/4; expected 3/4")):
        Excerpt(time_signature="3/4").transform([make_score(SCALE)])


def test_a_time_signature_is_compared_as_numbers():
    score = make_score(SCALE, time_signature=(4, 4))
    assert notes_of(Excerpt(1, time_signature="04/4").transform([score])[0]) == SCALE[:4]


def test_a_score_that_ends_before_the_last_bar_begins_is_too_short():
    with pytest.raises(ValueError, match=re.escape("'x.mid'): is shorter than 2 bars of 4/4 (leave it out, or set")):
        Excerpt(2).transform([make_score([(0, 60, 16)])])
    assert notes_of(Excerpt(2).transform([make_score([(0, 60, 17)])])[0]) == [(0, 60, 17)]


def test_a_short_score_is_kept_on_request():
    score = make_score([(0, 60, 3)])
    assert notes_of(Excerpt(mismatch="keep").transform([score])[0]) == [(0, 60, 3)]


def test_a_score_without_notes():
    with pytest.raises(ValueError, match=re.escape("'x.mid'): has no notes (leave it out, or set mismatch='keep')")):
        Excerpt().transform([make_score([])])
    assert notes_of(Excerpt(mismatch="keep").transform([make_score([])])[0]) == []


def test_an_end_between_two_time_steps_keeps_the_note_that_begins_before_it():
    # three bars of 3/8 are 4.5 quarters; the time steps are quarters
    score = make_score([(t, 60, 1) for t in range(8)], resolution=1, time_signature=(3, 8))
    assert [time for time, _, _ in notes_of(Excerpt(3, time_signature="3/8").transform([score])[0])] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("resolution", "time_signature", "end"), [(10, "3/8", 15), (10080, "7/32", 8820), (3, "4/4", 12)]
)
def test_the_end_at_other_resolutions(resolution, time_signature, end):
    metre = tuple(map(int, time_signature.split("/")))
    score = make_score([(0, 60, 10**6)], resolution=resolution, time_signature=metre)
    assert notes_of(Excerpt(1, time_signature=time_signature).transform([score])[0]) == [(0, 60, end)]


def test_a_huge_number_of_bars_is_exact():
    score = make_score([(0, 60, 10**18)], resolution=1)
    assert notes_of(Excerpt(10**17, mismatch="keep").transform([score])[0]) == [(0, 60, 4 * 10**17)]


# -- KeyNormalizer -----------------------------------------------------------------------------------------------------

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
    # the white keys: the tonic of each mode without sharps and flats, and its third
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


# -- SopranoExtractor --------------------------------------------------------------------------------------------------


def quartet():
    return make_score(
        named("Horn", (0, 60, 4), (4, 62, 4)),
        drums((0, 100, 4)),
        named("Soprano", (0, 50, 4), (4, 90, 4)),  # the highest on the whole, not at every onset
        named("Bass", (0, 55, 4)),
        named("Silent"),
    )


@pytest.mark.parametrize(
    ("part", "name"), [("highest", "Soprano"), ("first", "Horn"), ("Bass", "Bass"), (np.str_("Horn"), "Horn")]
)
def test_one_part_is_kept(part, name):
    (result,) = SopranoExtractor(part).transform([quartet()])
    assert [track.name for track in result.tracks] == [name]
    assert notes_of(result) == [
        (note.time, note.pitch, note.duration) for t in quartet().tracks if t.name == name for note in t.notes
    ]


def test_drums_are_never_chosen():
    score = make_score(muspy.Track(name="Kit", is_drum=True, notes=[muspy.Note(0, 100, 4)]), named("Bass", (0, 40, 4)))
    for part in ("highest", "first"):
        assert [track.name for track in SopranoExtractor(part).transform([score])[0].tracks] == ["Bass"]
    with pytest.raises(ValueError, match="has no pitched part with notes named 'Kit'; expected one of 'Bass'"):
        SopranoExtractor("Kit").transform([score])


@pytest.mark.parametrize("part", ["Alto", "soprano", "Silent"])
def test_an_unknown_part_is_an_error_that_lists_the_parts(part):
    expected = (
        f"score 0 ('x.mid'): has no pitched part with notes named '{part}'; expected one of 'Horn', 'Soprano', 'Bass'"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        SopranoExtractor(part).transform([quartet()])


@pytest.mark.parametrize("tracks", [[], [[]], [drums((0, 36, 4))]])
@pytest.mark.parametrize("part", ["highest", "first", "Soprano"])
def test_no_pitched_notes_is_an_error(part, tracks):
    with pytest.raises(ValueError, match=re.escape("'x.mid'): has no pitched track with notes (leave it out)")):
        SopranoExtractor(part).transform([make_score(*tracks)])


def test_of_equally_high_parts_the_first_is_kept():
    score = make_score(named("One", (0, 60, 4)), named("Two", (0, 59, 4), (4, 61, 4)))
    assert [track.name for track in SopranoExtractor().transform([score])[0].tracks] == ["One"]


# -- The contract of every transformer ---------------------------------------------------------------------------------

TRANSFORMERS = [
    TempoNormalizer(),
    TempoNormalizer(qpm=100, keep_speed=True),
    Excerpt(n_bars=2),
    KeyNormalizer(),
    KeyNormalizer(use_signature=False, direction="nearest"),
    SopranoExtractor(),
    SopranoExtractor("Bass"),
    PitchEncoder(n_steps=16, polyphony="skyline", out_of_window="clip"),
]
every_transformer = pytest.mark.parametrize("transformer", TRANSFORMERS, ids=repr)


def full_score(name="x.mid", root=7):
    """Return a score in which everything that a score can hold is there."""
    bass = named("Bass", *((8 * i, 43 + i, 8) for i in range(4)))
    bass.program = 32
    bass.lyrics.append(muspy.Lyric(0, "Ah"))
    bass.annotations.append(muspy.Annotation(0, {"number": 7, "value": 100}, "control_change"))
    score = make_score([(4 * i, p, 4) for i, p in enumerate([67, 71, 74, 79, 78, 74, 71, 67])], bass, drums((0, 36, 4)))
    score.metadata = muspy.Metadata(title="T", creators=["J. S. Bach"], source_filename=name)
    score.tempos = [muspy.Tempo(0, 240), muspy.Tempo(16, 60)]
    score.key_signatures = [muspy.KeySignature(0, root=root, mode="major", fifths=1, root_str="G")]
    score.time_signatures = [muspy.TimeSignature(0, 4, 4)]
    score.barlines, score.beats = [muspy.Barline(0)], [muspy.Beat(0)]
    score.lyrics, score.annotations = [muspy.Lyric(0, "x")], [muspy.Annotation(0, ["mutable"])]
    score.tracks[0].notes[0].velocity = 99
    return score


def full_scores():
    return [full_score(), full_score("y.mid", root=2), full_score("z.mid", root=0)]


def same(first, second):
    if isinstance(first, np.ndarray):
        return isinstance(second, np.ndarray) and first.dtype == second.dtype and np.array_equal(first, second)
    return isinstance(second, list) and first == second


def mutable_parts(value):
    """Yield the id of every list, dict and MusPy object that a value is made of."""
    if isinstance(value, list | dict) or hasattr(value, "__dict__"):
        yield id(value)
        parts = value if isinstance(value, list) else (value if isinstance(value, dict) else vars(value)).values()
        for part in parts:
            yield from mutable_parts(part)


@every_transformer
def test_parameters_can_be_read_and_set(transformer):
    parameters = transformer.get_params()
    assert parameters
    fresh = type(transformer)()
    assert fresh.set_params(**parameters) is fresh
    assert fresh.get_params() == parameters
    assert type(transformer)(**parameters).get_params() == parameters


@every_transformer
def test_a_clone_does_the_same(transformer):
    twin = clone(transformer)
    assert twin is not transformer
    assert twin.get_params() == transformer.get_params()
    assert same(transformer.transform(full_scores()), twin.transform(full_scores()))


@every_transformer
def test_a_pickle_does_the_same(transformer):
    fitted = clone(transformer).fit(full_scores())
    restored = pickle.loads(pickle.dumps(fitted))
    assert same(fitted.transform(full_scores()), restored.transform(full_scores()))


@every_transformer
def test_the_input_is_not_changed(transformer):
    scores = full_scores()
    before = copy.deepcopy(scores)
    transformer.fit(scores)
    transformer.transform(scores)
    assert scores == before
    assert [vars(note) for note in scores[0].tracks[0].notes] == [vars(note) for note in before[0].tracks[0].notes]


@every_transformer
def test_the_result_shares_nothing_mutable_with_the_input(transformer):
    scores = full_scores()
    result = transformer.transform(scores)
    assert set(mutable_parts(scores)).isdisjoint(mutable_parts(result))


@every_transformer
def test_fit_returns_self_and_learns_nothing(transformer):
    transformer = clone(transformer)
    before, expected = dict(vars(transformer)), transformer.transform(full_scores())
    assert transformer.fit(full_scores()) is transformer
    assert transformer.fit([full_score(root=11)], y=["happy"]) is transformer
    assert vars(transformer) == before
    assert same(transformer.transform(full_scores()), expected)
    assert same(transformer.fit_transform(full_scores(), ["happy", "sad", "sad"]), expected)


@every_transformer
def test_no_fit_is_needed(transformer):
    assert check_is_fitted(clone(transformer)) is None  # raises NotFittedError otherwise


@every_transformer
def test_lists_tuples_and_object_arrays_are_the_same(transformer):
    scores = full_scores()
    array = np.empty(len(scores), dtype=object)
    for i, score in enumerate(scores):
        array[i] = score
    expected = transformer.transform(scores)
    assert same(transformer.fit_transform(tuple(scores)), expected)
    assert same(transformer.fit_transform(array), expected)


@every_transformer
@pytest.mark.parametrize("n_scores", [1, 2, 7])
def test_no_score_is_dropped(transformer, n_scores):
    scores = [full_score()] * n_scores
    result = transformer.fit_transform(scores)
    assert len(result) == n_scores
    assert all(same(transformer.transform([full_score()]), result[i : i + 1]) for i in range(n_scores))


@pytest.mark.parametrize("transformer", TRANSFORMERS[:-1], ids=repr)
def test_what_is_not_the_step_s_business_stays(transformer):
    result = transformer.transform([full_score()])[0]
    source = {(track.name, track.is_drum): track for track in full_score().tracks}
    assert result.metadata == full_score().metadata
    for track in result.tracks:
        before = source[track.name, track.is_drum]
        assert track.program == before.program
        assert [note.velocity for note in track.notes] == [note.velocity for note in before.notes]
        assert (track.lyrics, track.annotations) == ([], [])  # their times would be wrong
    assert (result.lyrics, result.annotations, result.beats, result.barlines) == ([], [], [], [])


@pytest.mark.parametrize("method", ["fit", "transform", "fit_transform"])
@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([], "X is empty: expected at least one muspy.Music"),
        (np.empty(0, dtype=object), "X is empty: expected at least one muspy.Music"),
        (None, "X is NoneType: expected a list or 1-D array of muspy.Music"),
        (3, "X is int: expected a list or 1-D array of muspy.Music"),
        ("x.mid", "X is str: expected a list or 1-D array of muspy.Music"),
        (b"MThd", "X is bytes: expected a list or 1-D array of muspy.Music"),
        (full_score(), "X is a single muspy.Music: expected a list of them; pass [music]"),
        ((s for s in full_scores()), "X is generator: expected a list or 1-D array of muspy.Music"),
        (np.array(0), "X is an array of shape (): expected a list or 1-D array of muspy.Music"),
        (np.zeros((2, 64)), "X is an array of shape (2, 64): expected a list or 1-D array of muspy.Music"),
        (np.zeros(2), "score 0 is float64: expected muspy.Music; read files with skemovae.read_music"),
        ([full_score(), "y.mid"], "score 1 is str: expected muspy.Music; read files with skemovae.read_music"),
        ([full_score(), full_score(), None], "score 2 is NoneType: expected muspy.Music; read files with"),
        ([[full_score()]], "score 0 is list: expected muspy.Music; read files with skemovae.read_music"),
    ],
    ids=lambda value: re.sub(r"\W+", " ", value) if isinstance(value, str) else type(value).__name__,
)
@every_transformer
def test_what_is_not_a_list_of_scores_is_an_error(transformer, method, X, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        getattr(transformer, method)(X)


def test_an_array_that_numpy_made_of_scores_is_an_error_that_says_so():
    taken_apart = np.array([make_score([(0, 60, 1)]), make_score([(0, 60, 1)])], dtype=object)
    with pytest.raises(ValueError, match=re.escape("X is an array of shape (2, 1, 1): expected a list or 1-D array")):
        Excerpt().transform(taken_apart)


IMPOSSIBLE = {
    "onset": ((-1, 60, 4), "(onset -1, pitch 60, length 4)"),
    "length": ((0, 60, -4), "(onset 0, pitch 60, length -4)"),
    "low pitch": ((0, -1, 4), "(onset 0, pitch -1, length 4)"),
    "high pitch": ((0, 128, 4), "(onset 0, pitch 128, length 4)"),
    "broken onset": ((0.5, 60, 4), "(onset 0.5, pitch 60, length 4)"),
    "NaN": ((0, 60, float("nan")), "(onset 0, pitch 60, length nan)"),
    "text": ((0, "C4", 4), "(onset 0, pitch 'C4', length 4)"),
    "nothing": ((None, 60, 4), "(onset None, pitch 60, length 4)"),
}


@pytest.mark.parametrize(("note", "shown"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
@every_transformer
def test_an_impossible_note_is_an_error_that_shows_it(transformer, note, shown):
    score = full_score()
    score.tracks[0].notes[3] = muspy.Note(*note)
    expected = re.escape(f"score 1 ('x.mid'): has an impossible note {shown}; expected integers, onset and length >= 0")
    with pytest.raises(ValueError, match=expected):
        transformer.transform([full_score(), score])


@pytest.mark.parametrize("resolution", [0, -4, 4.0, None, "4"])
@every_transformer
def test_an_impossible_resolution_is_an_error(transformer, resolution):
    score = full_score()
    score.resolution = resolution
    expected = re.escape(f"score 0 ('x.mid'): has a resolution of {resolution!r} time steps a quarter note; expected a")
    with pytest.raises(ValueError, match=expected):
        transformer.transform([score])


def test_numpy_integers_are_integers():
    score = make_score([(np.int64(0), np.uint8(67), np.int32(4))], resolution=np.int64(4), key=(7, "major"))
    assert notes_of(KeyNormalizer().transform([score])[0]) == [(0, 60, 4)]


@every_transformer
def test_all_bad_scores_are_named_in_one_error(transformer):
    bad = [full_score("a.mid"), full_score("b.mid")]
    for score in bad:
        score.resolution = 0
    expected = (
        "2 of 3 scores:\n  score 0 ('a.mid'): has a resolution of 0 .*\n  score 2 ('b.mid'): has a resolution of 0"
    )
    with pytest.raises(ValueError, match="^" + expected.replace("(", r"\(").replace(")", r"\)")):
        transformer.transform([bad[0], full_score(), bad[1]])


def test_of_many_bad_scores_the_first_are_named_and_the_rest_are_counted():
    scores = [make_score(drums((0, 36, 4)), name=f"{i}.mid") for i in range(8)]
    with pytest.raises(ValueError, match=r"^8 of 8 scores:(\n  score \d \('\d\.mid'\): has no .*){5}\n  and 3 more$"):
        SopranoExtractor().transform(scores)


@pytest.mark.parametrize(
    ("metadata", "name"),
    [
        (muspy.Metadata(source_filename="x.mid", title="Aria"), "score 0 ('x.mid')"),
        (muspy.Metadata(title="Aria"), "score 0 ('Aria')"),
        (muspy.Metadata(), "score 0"),
        (None, "score 0"),
    ],
)
def test_a_score_is_named_by_file_or_title_or_position(metadata, name):
    score = make_score([])
    score.metadata = metadata
    with pytest.raises(ValueError, match=f"^{re.escape(name)}: has no notes"):
        Excerpt().transform([score])


WRONG_PARAMETERS = [
    (TempoNormalizer(qpm=0), "qpm=0: expected a positive number, e.g. 120 quarter notes per minute"),
    (TempoNormalizer(qpm="fast"), "qpm='fast': expected a positive number, e.g. 120"),
    (TempoNormalizer(qpm=float("nan")), "qpm=nan: expected a positive number, e.g. 120"),
    (TempoNormalizer(keep_speed="no"), "keep_speed='no': expected True or False"),
    (Excerpt(n_bars=0), "n_bars=0: expected a positive integer, e.g. 4"),
    (Excerpt(n_bars=1.5), "n_bars=1.5: expected a positive integer, e.g. 4"),
    (Excerpt(time_signature="4"), "time_signature='4': expected two numbers such as '4/4' or '6/8'"),
    (Excerpt(time_signature="4/4/4"), "time_signature='4/4/4': expected two numbers such as"),
    (Excerpt(time_signature="0/4"), "time_signature='0/4': expected two numbers such as"),
    (Excerpt(time_signature="4/3"), "time_signature='4/3': expected two numbers such as"),
    (Excerpt(time_signature="-4/4"), "time_signature='-4/4': expected two numbers such as"),
    (Excerpt(time_signature="²/4"), "time_signature='²/4': expected two numbers such as"),
    (Excerpt(time_signature=(4, 4)), "time_signature=(4, 4): expected two numbers such as"),
    (Excerpt(mismatch="drop"), "mismatch='drop': expected one of 'error', 'keep'"),
    (KeyNormalizer(use_signature="yes"), "use_signature='yes': expected True or False"),
    (KeyNormalizer(analysis="ear"), "analysis='ear': expected one of 'aarden', 'bellman', 'krumhansl', 'simple', 'tem"),
    (KeyNormalizer(direction="up"), "direction='up': expected one of 'down', 'nearest'"),
    (SopranoExtractor(part=""), "part='': expected 'highest', 'first' or the name of a part"),
    (SopranoExtractor(part=None), "part=None: expected 'highest', 'first' or the name of a part"),
    (SopranoExtractor(part=0), "part=0: expected 'highest', 'first' or the name of a part"),
    (PitchEncoder(n_steps=0), "n_steps=0: expected a positive integer, e.g. 64 for four 4/4 bars of sixteenths"),
    (PitchEncoder(n_steps=64.0), "n_steps=64.0: expected a positive integer, e.g. 64"),
    (PitchEncoder(n_steps=True), "n_steps=True: expected a positive integer, e.g. 64"),
    (PitchEncoder(n_steps=10**7), "n_steps=10000000: expected at most 1,000,000"),
    (PitchEncoder(resolution=0), "resolution=0: expected a positive integer, e.g. 4 for sixteenths"),
    (PitchEncoder(resolution=None), "resolution=None: expected a positive integer, e.g. 4 for sixteenths"),
    (PitchEncoder(polyphony="highest"), "polyphony='highest': expected one of 'error', 'warn', 'skyline'"),
    (PitchEncoder(off_grid="skyline"), "off_grid='skyline': expected one of 'error', 'warn', 'round'"),
    (PitchEncoder(out_of_window=None), "out_of_window=None: expected one of 'error', 'warn', 'clip'"),
]


@pytest.mark.parametrize(
    ("transformer", "message"), WRONG_PARAMETERS, ids=lambda value: re.sub(r"\W+", " ", str(value))
)
@pytest.mark.parametrize("method", ["fit", "transform"])
def test_a_wrong_parameter_is_named_with_what_was_expected(transformer, message, method):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        getattr(transformer, method)(full_scores())


def test_the_other_methods_check_the_parameters_too():
    with pytest.raises(ValueError, match="analysis='ear': expected one of 'aarden'"):
        KeyNormalizer(analysis="ear").detect(full_scores())
    for method in ("inverse_transform", "to_one_hot"):
        with pytest.raises(ValueError, match="n_steps=0: expected a positive integer"):
            getattr(PitchEncoder(n_steps=0), method)([[60]])


@every_transformer
def test_the_html_picture_names_the_transformer(transformer):
    assert type(transformer).__name__ in transformer._repr_html_()


# -- All steps together ------------------------------------------------------------------------------------------------


def all_steps():
    return [
        TempoNormalizer(),
        KeyNormalizer(),
        Excerpt(),
        SopranoExtractor("first"),
        PitchEncoder(off_grid="round", out_of_window="error"),
    ]


@pytest.fixture(scope="module")
def chorales(data_home):
    return load_bach_chorales(form="scores", data_home=data_home).data[:5]


def test_a_pipeline_of_all_steps_gives_the_melodies_of_the_data_set(chorales, data_home):
    expected = PitchEncoder().transform(load_bach_chorales(data_home=data_home).data[:5])
    pipeline = make_pipeline(*all_steps())
    before = copy.deepcopy(chorales)
    tokens = pipeline.fit_transform(chorales)
    assert tokens.shape == (5, 64)
    assert (tokens < 128).any(axis=1).all()
    np.testing.assert_array_equal(tokens, expected)
    assert chorales == before
    for twin in (clone(pipeline), pickle.loads(pickle.dumps(pipeline))):
        np.testing.assert_array_equal(twin.fit(chorales).transform(chorales), tokens)
    assert "PitchEncoder" in pipeline._repr_html_()


def test_each_step_can_be_used_alone(chorales):
    result = chorales
    for step in all_steps():
        result = step.transform(result)
        assert len(result) == 5
    np.testing.assert_array_equal(result, make_pipeline(*all_steps()).fit_transform(chorales))


def test_a_pipeline_with_a_table_as_output(chorales):
    pandas = pytest.importorskip("pandas")
    expected = make_pipeline(*all_steps()).fit_transform(chorales)
    table = make_pipeline(*all_steps()).set_output(transform="pandas").fit_transform(chorales)
    assert isinstance(table, pandas.DataFrame)
    assert table.columns.tolist() == [f"step{i}" for i in range(64)]
    np.testing.assert_array_equal(table.to_numpy(), expected)
