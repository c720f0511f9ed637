"""Tests of what every transformer of scores promises: cloning, no change of the input, errors that name the score."""

import copy
import pickle
import re

import muspy
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from skemovae import Excerpt, KeyNormalizer, PitchEncoder, SopranoExtractor, TempoNormalizer
from tests.conftest import make_score, notes_of
from tests.preprocessing.conftest import drums, named

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
