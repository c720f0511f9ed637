"""The contract of the transformers of scores, as strict as scikit-learn's check_estimator is for tables.

Every check runs for every estimator. If a check is about something that an estimator does not have (column names, a
table as output), it checks that the estimator does not have it.
"""

import copy
import dataclasses
import inspect
import io
import pickle
import random
import re
import warnings
from concurrent.futures import ThreadPoolExecutor

import joblib
import muspy
import numpy as np
import pandas
import pytest
import sklearn
from sklearn.base import TransformerMixin, clone
from sklearn.pipeline import make_pipeline
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted

from skemovae import Excerpt, KeyNormalizer, PitchEncoder, SopranoExtractor, TempoNormalizer
from tests.conftest import make_score, notes_of
from tests.preprocessing.conftest import drums

REPAIR = {"polyphony": "skyline", "off_grid": "round", "out_of_window": "clip"}
ESTIMATORS = [
    TempoNormalizer(),
    TempoNormalizer(np.float64(60.5)),
    TempoNormalizer(90, keep_speed=True),
    Excerpt(),
    Excerpt(np.int64(2), time_signature=np.str_("4/4")),
    Excerpt(n_bars=2),
    Excerpt(1, time_signature="3/4", mismatch="keep"),
    KeyNormalizer(),
    KeyNormalizer(direction="nearest", use_signature=np.bool_(True)),
    KeyNormalizer(use_signature=False, analysis="krumhansl"),
    SopranoExtractor(),
    SopranoExtractor("first"),
    SopranoExtractor(np.str_("Bass")),
    PitchEncoder(**REPAIR),
    PitchEncoder(7, 3, **REPAIR),
    PitchEncoder(n_steps=np.int32(200), resolution=np.uint8(16), **REPAIR),
]
# parameter -> values that are refused, and what the message says was expected
TEXTS = (None, 1, "", "x", b"error", ["error"])
INVALID = {
    TempoNormalizer: {
        "qpm": ((0, -1, np.nan, np.inf, "120", None, True, [120], 1j), "a positive number, e.g. 120"),
        "keep_speed": ((None, 0, 1, "yes", "False", []), "True or False"),
    },
    Excerpt: {
        "n_bars": ((0, -1, 4.0, "4", None, True, [4], np.nan), "a positive integer, e.g. 4"),
        "time_signature": (
            (None, 4, "", "4", "4/4/4", "0/4", "4/0", "4/5", "a/b", "-4/4", "²/4", " 4/4", (4, 4), b"4/4"),
            "two numbers such as '4/4' or '6/8'",
        ),
        "mismatch": (TEXTS, "one of 'error', 'keep'"),
    },
    KeyNormalizer: {
        "use_signature": ((None, 0, 1, "yes", []), "True or False"),
        "analysis": (TEXTS, "one of 'aarden', 'bellman', 'krumhansl', 'simple', 'temperley'"),
        "direction": (TEXTS, "one of 'down', 'nearest'"),
    },
    SopranoExtractor: {"part": ((None, 0, "", b"Bass", ["Bass"]), "'highest', 'first' or the name of a part")},
    PitchEncoder: {
        "n_steps": ((0, -1, 64.0, "64", None, True, [64], np.nan), "a positive integer, e.g. 64"),
        "resolution": ((0, -1, 4.0, "4", None, True, [4], np.nan), "a positive integer, e.g. 4"),
        "polyphony": ((*TEXTS, "round"), "one of 'error', 'warn', 'skyline'"),
        "off_grid": ((*TEXTS, "clip"), "one of 'error', 'warn', 'round'"),
        "out_of_window": ((*TEXTS, "skyline"), "one of 'error', 'warn', 'clip'"),
    },
}


# -- the scores, and how they are compared -----------------------------------------------------------------------------


def score(number, key="major", start=60):
    """Return a score of six bars that has everything a score can hold."""
    steps = [0, 2, 4, 5, 7, 9, 11, 12] if key == "major" else [0, 2, 3, 5, 7, 8, 11, 12]
    root = (start + number) % 12
    melody = [(4 * i + number % 2, start + number + steps[i % 8], 4) for i in range(24)]
    bass = muspy.Track(32, False, "Bass", [muspy.Note(16 * i, 36 + root + steps[i], 16) for i in range(6)])
    bass.lyrics, bass.annotations = [muspy.Lyric(0, "Ah")], [muspy.Annotation(0, {"value": [1]}, "control_change")]
    drums = muspy.Track(0, True, "Drums", [muspy.Note(0, 36, 4)])
    music = make_score(melody, bass, drums, qpm=(60, 100, 240)[number % 3], key=(root, key), time_signature=(4, 4))
    music.metadata = muspy.Metadata(title="T", creators=["J. S. Bach"], source_filename=f"{number}.mid")
    music.tempos.append(muspy.Tempo(48, 77))
    music.barlines, music.beats = [muspy.Barline(0)], [muspy.Beat(0)]
    music.lyrics, music.annotations = [muspy.Lyric(0, "x")], [muspy.Annotation(0, ["mutable"])]
    return music


def scores(n_scores=4):
    return [score(i, "minor" if i % 2 else "major", 55 + i) for i in range(n_scores)]


def object_array(values):
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def plain(value):
    """Return the content of a value, including all attributes, as types that compare by value."""
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.tolist()
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if hasattr(value, "__dict__"):
        return type(value).__name__, plain(vars(value))
    return type(value).__name__, value


def mutable_parts(value):
    """Yield the id of every list, dict, array and object in a value."""
    if isinstance(value, list | dict | np.ndarray) or hasattr(value, "__dict__"):
        yield id(value)
        if not isinstance(value, np.ndarray):
            parts = value if isinstance(value, list) else (value if isinstance(value, dict) else vars(value)).values()
            for part in parts:
                yield from mutable_parts(part)


def expect(message, function, *arguments):
    """Fail unless a call raises a ValueError whose message begins with a text."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        function(*arguments)


# -- the checks --------------------------------------------------------------------------------------------------------


def check_init_only_assigns(estimator):
    cls = type(estimator)
    names = list(inspect.signature(cls).parameters)
    kinds = {parameter.kind for parameter in inspect.signature(cls).parameters.values()}
    assert kinds <= {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}
    anything = {name: object() for name in names}
    made = cls(**anything)
    assert list(vars(made)) == names
    assert all(getattr(made, name) is value for name, value in anything.items())
    for parameter in inspect.signature(cls).parameters.values():
        assert isinstance(parameter.default, int | float | str | bool)  # no instance can change it for others


def check_parameters_are_documented(estimator):
    section = inspect.getdoc(type(estimator)).split("\nParameters\n")[1].split("\nSee Also\n")[0]
    parameters = dict(re.findall(r"^(\w+) : (.+)$", section, re.MULTILINE))
    defaults = {name: p.default for name, p in inspect.signature(type(estimator)).parameters.items()}
    assert list(parameters) == list(defaults)
    for name, default in defaults.items():
        shown = f'"{default}"' if isinstance(default, str) else str(default)
        assert parameters[name].endswith(f"default={shown}")


def check_parameters_can_be_read_and_set(estimator):
    parameters = estimator.get_params()
    fresh = type(estimator)()
    assert fresh.set_params(**parameters) is fresh
    assert all(fresh.get_params()[name] is value for name, value in parameters.items())
    assert plain(fresh.transform(scores())) == plain(estimator.transform(scores()))
    assert fresh.set_params() is fresh
    expect("Invalid parameter 'nothing' for estimator", lambda: fresh.set_params(nothing=1))


def check_a_clone_does_the_same(estimator):
    twin = clone(clone(estimator).fit(scores(1)))
    assert set(vars(twin)) == set(estimator.get_params())
    assert plain(twin.get_params()) == plain(estimator.get_params())
    assert plain(twin.transform(scores())) == plain(estimator.transform(scores()))


def check_fit_returns_self_and_changes_nothing(estimator):
    before = dict(vars(estimator))
    expected = plain(estimator.transform(scores()))
    assert estimator.fit(scores(2)) is estimator
    assert estimator.fit(scores(3), y=["sad"] * 3) is estimator
    assert estimator.fit(scores(1), None) is estimator
    assert plain(estimator.transform(scores())) == expected
    assert list(vars(estimator)) == list(before)
    assert all(vars(estimator)[name] is value for name, value in before.items())


def check_fit_transform_is_fit_and_transform(estimator):
    expected = plain(clone(estimator).fit(scores()).transform(scores()))
    assert plain(estimator.fit_transform(scores())) == expected
    assert plain(estimator.fit_transform(scores(), ["sad"] * 4)) == expected
    assert plain(estimator.transform(scores())) == expected  # and again


def check_no_fit_is_needed(estimator):
    assert check_is_fitted(clone(estimator)) is None  # raises NotFittedError otherwise


def check_the_input_is_not_changed(estimator):
    for X in (scores(), object_array(scores()), tuple(scores())):
        before, members = plain(list(X)), list(X)
        estimator.fit(X)
        estimator.transform(X)
        estimator.fit_transform(X)
        assert plain(list(X)) == before
        assert all(a is b for a, b in zip(X, members, strict=True))


def check_a_failure_changes_no_input(estimator):
    X = scores()
    X[2].resolution = 0  # noticed after two scores have been processed
    before = plain(X)
    expect("score 2 ('2.mid'): has a resolution of 0", estimator.transform, X)
    assert plain(X) == before


def check_the_result_shares_nothing_with_the_input(estimator):
    X = scores()
    result = estimator.transform(X)
    assert set(mutable_parts(X)).isdisjoint(mutable_parts(result))
    assert set(mutable_parts(result)).isdisjoint(mutable_parts(estimator.transform(X)))


def check_the_members_of_the_result_share_nothing(estimator):
    twice = scores(1) * 2
    first, second = estimator.transform(twice)
    assert set(mutable_parts(first)).isdisjoint(mutable_parts(second))


def check_order_and_subsets(estimator):
    X = scores(5)
    one_by_one = [plain(estimator.transform([music])[0]) for music in X]
    for places in ([0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2], [1, 3], [0, 0, 4, 0]):
        chosen = [X[i] for i in places]
        assert [plain(row) for row in estimator.transform(chosen)] == [one_by_one[i] for i in places]


def check_kinds_of_lists(estimator):
    X = scores()
    expected = plain(estimator.transform(X))
    series = pandas.Series(object_array(X), index=[7, 5, 5, 1])
    for same in (tuple(X), object_array(X), series, object_array(X)[::1], object_array([*X, *X])[4:]):
        assert plain(estimator.fit(same).transform(same)) == expected
        assert plain(estimator.fit_transform(same)) == expected
    backwards = estimator.transform(object_array(X)[::-1])
    assert [plain(row) for row in backwards] == [plain(row) for row in estimator.transform(X[::-1])]
    for one in (X[:1], tuple(X[:1]), object_array(X)[:1], series[:1]):
        assert len(estimator.transform(one)) == 1


def check_the_kind_of_the_result(estimator):
    result = estimator.transform(scores())
    assert len(result) == 4
    if isinstance(estimator, PitchEncoder):
        assert result.dtype == np.dtype(int)
        assert result.shape == (4, estimator.n_steps)
        assert result.flags.owndata
        assert result.flags.writeable
    else:
        assert type(result) is list
        assert all(type(music) is muspy.Music for music in result)


def check_what_is_no_list_of_scores_is_an_error(estimator):
    wrong = {
        "X is a single muspy.Music: expected a list of them; pass [music]": score(0),
        "X is NoneType: expected a list": None,
        "X is int: expected a list": 3,
        "X is str: expected a list": "x.mid",
        "X is bytes: expected a list": b"MThd",
        "X is generator: expected a list": (music for music in scores()),
        "X is empty: expected at least one muspy.Music": [],
        "X is an array of shape (): expected a list": np.array(None),
        "X is an array of shape (2, 1): expected a list": object_array(scores(2)).reshape(2, 1),
        "X is an array of shape (2, 3): expected a list": np.zeros((2, 3)),
        "X is an array of shape (4, 1): expected a list": pandas.DataFrame({"score": object_array(scores())}),
        "score 0 is float64: expected muspy.Music": np.zeros(2),
        "score 0 is list: expected muspy.Music": [scores()],
        "score 0 is str: expected muspy.Music": {"a": score(0)},
        "score 1 is NoneType: expected muspy.Music": [score(0), None],
        "score 2 is str: expected muspy.Music": object_array([score(0), score(1), "x.mid"]),
        "score 1 is Track: expected muspy.Music": [score(0), score(1).tracks[0]],
        "score 1 is float: expected muspy.Music": pandas.Series([score(0), np.nan]),
        "score 0 is type: expected muspy.Music": [muspy.Music],
    }
    for message, X in wrong.items():
        for function in (estimator.fit, estimator.transform, estimator.fit_transform):
            expect(message, function, X)
    for empty in ((), {}, np.empty(0), pandas.Series([], dtype=object)):
        expect("X is empty: expected at least one muspy.Music", estimator.transform, empty)


def check_a_bad_score_is_named_by_position_and_file(estimator):
    for break_it, problem in (
        (lambda music: setattr(music, "resolution", 0), "has a resolution of 0 time steps"),
        (lambda music: setattr(music.tracks[0].notes[2], "pitch", 128), "has an impossible note (onset"),
        (lambda music: setattr(music.tracks[0].notes[0], "time", -1), "has an impossible note (onset -1"),
        (lambda music: setattr(music.tracks[1].notes[0], "duration", 0.5), "has an impossible note (onset"),
    ):
        bad = score(3)
        break_it(bad)
        for X in ([*scores(3), bad], object_array([*scores(3), bad])):
            expect(f"score 3 ('3.mid'): {problem}", estimator.transform, X)
            expect(f"score 3 ('3.mid'): {problem}", estimator.fit_transform, X)
        both = f"2 of 3 scores:\n  score 0 ('3.mid'): {re.escape(problem)}.*\n  score 2 ('3.mid'): {re.escape(problem)}"
        with pytest.raises(ValueError, match=both.replace("('3.mid')", r"\('3\.mid'\)")):
            estimator.transform([bad, *scores(1), bad])


def check_wrong_parameters_raise_in_every_method_but_init(estimator):
    table = INVALID[type(estimator)]
    assert set(table) == set(estimator.get_params())  # every parameter is in the table
    for name, (values, expected) in table.items():
        for value in values:
            wrong = clone(estimator).set_params(**{name: value})
            for function in (wrong.fit, wrong.transform, wrong.fit_transform):
                expect(f"{name}={value!r}: expected {expected}", function, scores(1))
            if isinstance(estimator, KeyNormalizer):
                expect(f"{name}={value!r}: expected {expected}", wrong.detect, scores(1))
            if isinstance(estimator, PitchEncoder):
                for function in (wrong.inverse_transform, wrong.to_one_hot):
                    expect(f"{name}={value!r}: expected {expected}", function, [[60] * int(estimator.n_steps)])


def check_parameters_are_looked_at_before_the_data(estimator):
    for name, (values, expected) in INVALID[type(estimator)].items():
        wrong = clone(estimator).set_params(**{name: values[0]})
        expect(f"{name}={values[0]!r}: expected {expected}", wrong.transform, None)


def check_feature_names(estimator):
    if isinstance(estimator, PitchEncoder):
        names = clone(estimator).get_feature_names_out()
        assert names.dtype == object
        assert names.tolist() == [f"step{i}" for i in range(estimator.n_steps)]
        assert estimator.get_feature_names_out(["ignored"]).tolist() == names.tolist()
    else:
        assert not hasattr(estimator, "get_feature_names_out")
    fitted = estimator.fit(scores(1))
    assert not hasattr(fitted, "feature_names_in_")
    assert not hasattr(fitted, "n_features_in_")


def check_a_table_as_output(estimator):
    expected = estimator.transform(scores())
    told = clone(estimator)
    assert told.set_output(transform="pandas") is told
    with sklearn.config_context(transform_output="pandas"):
        results = [told.fit_transform(scores()), told.transform(object_array(scores())), estimator.transform(scores())]
    for result in results:
        if isinstance(estimator, PitchEncoder):
            assert isinstance(result, pandas.DataFrame)
            assert result.columns.tolist() == estimator.get_feature_names_out().tolist()
            assert result.index.tolist() == [0, 1, 2, 3]
            assert (result.to_numpy() == expected).all()
            decoded = estimator.inverse_transform(result)
            assert plain(decoded) == plain(estimator.inverse_transform(expected))
        else:
            assert plain(result) == plain(expected)
    assert plain(told.set_output(transform="default").transform(scores())) == plain(expected)


def check_tags(estimator):
    tags = get_tags(estimator)
    assert not tags.requires_fit
    assert not tags.no_validation
    assert not tags.non_deterministic
    assert not tags.target_tags.required
    assert tags.estimator_type is None
    assert tags.transformer_tags.preserves_dtype == []
    accepted = {name for name, value in dataclasses.asdict(tags.input_tags).items() if value}
    assert accepted == {"one_d_array"}  # of objects: no table, strings or numbers


def check_repr(estimator):
    for shown in (repr(estimator), repr(clone(estimator))):
        again = eval(shown, {**globals(), "np": np})
        assert again.get_params() == estimator.get_params()  # NumPy 1 prints its numbers and strings like Python's
    assert repr(type(estimator)()) == f"{type(estimator).__name__}()"
    assert type(estimator).__name__ in estimator._repr_html_()
    assert "text/html" in estimator._repr_mimebundle_()


def check_copies_do_the_same(estimator):
    expected = plain(estimator.transform(scores()))
    for original in (clone(estimator), clone(estimator).fit(scores())):
        copies = [copy.copy(original), copy.deepcopy(original)]
        copies += [pickle.loads(pickle.dumps(original, protocol)) for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)]
        buffer = io.BytesIO()
        joblib.dump(original, buffer)
        buffer.seek(0)
        for twin in [*copies, joblib.load(buffer)]:
            assert type(twin) is type(estimator)
            assert plain(twin.get_params()) == plain(estimator.get_params())
            assert plain(twin.transform(scores())) == expected


def check_threads(estimator):
    X = scores()
    before, expected = plain(X), plain(estimator.transform(X))
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: plain(estimator.fit_transform(X)), range(16)))
    assert results == [expected] * 16
    assert plain(X) == before


def check_randomness_and_warnings(estimator):
    python_state, numpy_state = random.getstate(), plain(list(np.random.get_state()))  # noqa: NPY002
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        estimator.fit(scores())
        estimator.transform(scores())
    assert random.getstate() == python_state
    assert plain(list(np.random.get_state())) == numpy_state  # noqa: NPY002


def check_in_a_pipeline(estimator):
    pipeline = make_pipeline(clone(estimator))
    assert plain(pipeline.fit_transform(scores())) == plain(estimator.transform(scores()))
    name = type(estimator).__name__.lower()
    parameters = {f"{name}__{key}": value for key, value in estimator.get_params().items()}
    twin = make_pipeline(type(estimator)()).set_params(**parameters)
    assert plain(twin.transform(scores())) == plain(estimator.transform(scores()))


def check_what_is_not_its_business_stays(estimator):
    if isinstance(estimator, PitchEncoder):
        return  # tokens hold nothing of this
    before = score(0)
    before.tracks[0].notes[0].velocity = 99
    source = {(track.name, track.is_drum): track for track in before.tracks}
    result = estimator.transform([before])[0]
    assert plain(result.metadata) == plain(before.metadata)
    for track in result.tracks:
        same = source[track.name, track.is_drum]
        assert track.program == same.program
        assert [note.velocity for note in track.notes] == [note.velocity for note in same.notes[: len(track.notes)]]
        assert (track.lyrics, track.annotations) == ([], [])  # their times would be wrong
    assert (result.lyrics, result.annotations, result.beats, result.barlines) == ([], [], [], [])


def check_a_second_time_changes_nothing_more(estimator):
    if isinstance(estimator, PitchEncoder):
        tokens = estimator.transform(scores())
        again = estimator.transform(estimator.inverse_transform(tokens))
        assert plain(again) == plain(tokens)
    else:
        once = estimator.transform(scores())
        assert plain(estimator.transform(once)) == plain(once)


CHECKS = [
    value for name, value in list(globals().items()) if name.startswith("check_") and value.__module__ == __name__
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("check_"))
@pytest.mark.parametrize("estimator", ESTIMATORS, ids=repr)
def test_contract(estimator, check):
    parameters = dict(vars(estimator))
    check(estimator)
    assert vars(estimator) == parameters  # no check may affect the next one


def test_the_contract_is_about_every_transformer_and_every_parameter():
    from skemovae import preprocessing

    public = map(preprocessing.__dict__.get, preprocessing.__all__)
    classes = {value for value in public if isinstance(value, type) and issubclass(value, TransformerMixin)}
    assert {type(estimator) for estimator in ESTIMATORS} == classes
    assert set(INVALID) == classes


def transform_in_another_process(estimator):
    return plain(estimator.fit_transform(scores()))


@pytest.mark.slow
def test_other_processes_do_the_same():
    results = joblib.Parallel(n_jobs=2)(
        joblib.delayed(transform_in_another_process)(estimator) for estimator in ESTIMATORS
    )
    assert results == [plain(estimator.transform(scores())) for estimator in ESTIMATORS]


def test_a_pipeline_with_a_memory_does_the_same(tmp_path):
    steps = [TempoNormalizer(), Excerpt(), KeyNormalizer(), SopranoExtractor(), PitchEncoder(**REPAIR)]
    expected = make_pipeline(*steps).fit_transform(scores())
    pipeline = make_pipeline(*steps, memory=joblib.Memory(tmp_path, verbose=0))
    for _ in range(2):  # the second time from the cache
        assert plain(pipeline.fit_transform(scores())) == plain(expected)


# -- messages about unusable scores, tested with one transformer for all
# -------------------------------------------------


def test_an_array_that_numpy_made_of_scores_is_an_error_that_says_so():
    taken_apart = np.array([make_score([(0, 60, 1)]), make_score([(0, 60, 1)])], dtype=object)
    expect("X is an array of shape (2, 1, 1): expected a list or 1-D array", Excerpt().transform, taken_apart)


def test_numpy_integers_are_integers():
    music = make_score([(np.int64(0), np.uint8(67), np.int32(4))], resolution=np.int64(4), key=(7, "major"))
    assert notes_of(KeyNormalizer().transform([music])[0]) == [(0, 60, 4)]


def test_of_many_bad_scores_the_first_are_named_and_the_rest_are_counted():
    bad = [make_score(drums((0, 36, 4)), name=f"{i}.mid") for i in range(8)]
    with pytest.raises(ValueError, match=r"^8 of 8 scores:(\n  score \d \('\d\.mid'\): has no .*){5}\n  and 3 more$"):
        SopranoExtractor().transform(bad)


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
    music = make_score([])
    music.metadata = metadata
    expect(f"{name}: has no notes", Excerpt().transform, [music])


def test_a_slip_in_the_number_of_steps_is_an_error_and_not_gigabytes():
    expect("n_steps=10000000: expected at most 1,000,000", PitchEncoder(n_steps=10**7).transform, scores(1))
