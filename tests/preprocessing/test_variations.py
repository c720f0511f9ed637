"""MelodyVariations: what an epoch is made of, partners worked out by hand, shares, labels, and what stays the same."""

import copy
import pickle
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone

from skemovae import PitchEncoder
from skemovae.emotion import EMOTIONS, quadrant_index, valence_arousal
from skemovae.preprocessing import (
    HOLD,
    REST,
    MelodyVariations,
    double_durations,
    is_onset,
    median_note_length,
    to_parallel_mode,
)
from tests.preprocessing.conftest import token_rows

AS_THEY_ARE = dict(spliced=0, parallel=0, paired=0, hidden_context=0)
QUARTERS = [60, 129, 129, 129, 64, 129, 129, 129, 67, 129, 129, 129, 64, 129, 129, 129]
QUARTERS_MINOR = [60, 129, 129, 129, 63, 129, 129, 129, 67, 129, 129, 129, 63, 129, 129, 129]
HALVES = [60, *[129] * 7, 64, *[129] * 7]
HALVES_MINOR = [60, *[129] * 7, 63, *[129] * 7]
WHOLE = [64, *[129] * 15]
SIXTEENTHS = [60, 64] * 8


def epoch_of(row, label, seed, **parameters):
    """Return the epoch made from one row, as lists."""
    epoch = MelodyVariations(**AS_THEY_ARE | parameters)([row], [label], generator=seed)
    return {name: values[0].tolist() for name, values in epoch.items()}


def rows_of(n_rows, seed=0):
    """Return rows of all emotions by the rule, with 4 bars of 4 quarter notes, at one step per quarter note."""
    generator = np.random.default_rng(seed)
    labels = generator.choice(["happy", "angry", "sad", "relaxed"], size=n_rows, p=[0.6, 0.1, 0.25, 0.05])
    minor = np.isin(labels, ["angry", "sad"])[:, None]
    pitches = np.where(minor, [60, 62, 63, 65, 67, 68], [60, 62, 64, 65, 67, 69])
    tokens = np.take_along_axis(pitches, generator.integers(6, size=(n_rows, 16)), axis=1)
    slow = np.isin(labels, ["sad", "relaxed"])[:, None]
    return np.where(slow & (np.arange(16) % 4 > 0), HOLD, tokens), labels


# -- Known values ------------------------------------------------------------------------------------------------------


def test_nothing_but_drawing():
    X, y = rows_of(50)
    epoch = MelodyVariations(**AS_THEY_ARE)(X, y, generator=0)
    known = {(tuple(row), label) for row, label in zip(X.tolist(), y.tolist(), strict=True)}
    assert {(tuple(row), label) for row, label in zip(epoch.X.tolist(), epoch.y.tolist(), strict=True)} <= known
    assert sorted(epoch) == ["X", "y"]


@pytest.mark.parametrize(("row", "label"), [(QUARTERS, "happy"), (HALVES_MINOR, "sad")])
def test_all_rows_in_the_parallel_mode(row, label):
    epoch = epoch_of(row, label, 0, parallel=1)
    expected = {"happy": (QUARTERS_MINOR, "angry"), "sad": (HALVES, "relaxed")}[label]
    assert (epoch["X"], epoch["y"]) == expected


def test_the_partners_of_a_fast_row():
    seen = {}
    for seed in range(60):
        epoch = epoch_of(QUARTERS, "happy", seed, paired=1)
        source, target = (tuple(epoch["X"]), epoch["y"]), (tuple(epoch["partners"]), epoch["partner_y"])
        seen.setdefault((source, target), set()).add(tuple(epoch["step_weight"]))
    happy, angry = (tuple(QUARTERS), "happy"), (tuple(QUARTERS_MINOR), "angry")
    relaxed, sad = (tuple(HALVES), "relaxed"), (tuple(HALVES_MINOR), "sad")
    all_count, first_half_counts = {(1.0,) * 16}, {(1.0,) * 8 + (0.0,) * 8}
    assert seen == {
        (happy, angry): all_count,
        (happy, relaxed): all_count,
        (happy, sad): all_count,
        (relaxed, happy): first_half_counts,
        (relaxed, angry): first_half_counts,
    }


@pytest.mark.parametrize(
    ("row", "label", "partner", "partner_label"),
    [
        (HALVES_MINOR, "sad", HALVES, "relaxed"),  # slow already
        (SIXTEENTHS, "happy", [60, 63] * 8, "angry"),  # at half speed it is still fast
        (WHOLE, "happy", [63, *[129] * 15], "angry"),  # people may consider fast what the rule considers slow
        ([128] * 16, "happy", [128] * 16, "angry"),
    ],
)
def test_a_row_that_cannot_change_its_speed_changes_its_mode(row, label, partner, partner_label):
    for seed in range(20):
        epoch = epoch_of(row, label, seed, paired=1)
        assert (epoch["X"], epoch["y"], epoch["partners"], epoch["partner_y"]) == (row, label, partner, partner_label)
        assert epoch["step_weight"] == [1] * 16


def test_the_resolution_says_what_is_short_and_what_is_a_bar():
    eighths = [60, 129, 64, 129, 67, 129, 64, 129]
    assert {epoch_of(eighths, "happy", seed, paired=1)["partner_y"] for seed in range(20)} == {"angry"}
    of_resolution_2 = {epoch_of(eighths, "happy", seed, paired=1, resolution=2)["partner_y"] for seed in range(40)}
    assert of_resolution_2 == {"happy", "angry", "sad", "relaxed"}
    rows = np.repeat(60 + np.arange(8).reshape(2, 4), 8, axis=1)
    spliced = MelodyVariations(**AS_THEY_ARE | {"spliced": 1}, resolution=2)(rows, [1, 1], generator=0).X
    assert (spliced.reshape(2, 4, 8) == spliced.reshape(2, 4, 8)[..., :1]).all()  # bars of 8 steps


# -- Shares ------------------------------------------------------------------------------------------------------------


def test_a_quadrant_is_drawn_with_the_root_of_its_rows():
    X, y = np.full((1000, 4), 60), np.repeat(["happy", "angry", "sad", "relaxed"], [640, 250, 90, 20])
    drawn = np.concatenate([MelodyVariations(**AS_THEY_ARE)(X, y, generator=seed).y for seed in range(10)])
    share = [(drawn == label).mean() for label in ("happy", "angry", "sad", "relaxed")]
    roots = np.sqrt([640, 250, 90, 20])
    np.testing.assert_allclose(share, roots / roots.sum(), atol=0.02)  # 4 standard deviations


@pytest.mark.parametrize("share", [0.3, 0.8])
def test_shares(share):
    X, y = rows_of(4000)
    mode = valence_arousal(y)[:, 0]
    unlike = np.random.default_rng(0).integers(128, size=(4000, 16))  # no two bars of these are alike
    spliced = MelodyVariations(**AS_THEY_ARE | {"spliced": share}, resolution=1)(unlike, y, generator=0).X
    known = {tuple(row) for row in unlike.tolist()}
    assert np.mean([tuple(row) not in known for row in spliced.tolist()]) == pytest.approx(share * 15 / 16, abs=0.03)
    moved = MelodyVariations(**AS_THEY_ARE | {"parallel": share})(X, np.where(mode > 0, 1, 2), generator=0)
    unmoved = MelodyVariations(**AS_THEY_ARE)(X, np.where(mode > 0, 1, 2), generator=0)
    assert (moved.y != unmoved.y).mean() == pytest.approx(share, abs=0.03)
    assert len(MelodyVariations(**AS_THEY_ARE | {"paired": share})(X, y, generator=0).partners) == 4000 * share
    context = MelodyVariations(**AS_THEY_ARE | {"hidden_context": share})(X, y, np.ones((4000, 3)), 0).context
    assert set(context.sum(axis=1).tolist()) == {0, 3}  # whole rows
    assert (context[:, 0] == 0).mean() == pytest.approx(share, abs=0.03)


def test_the_three_kinds_of_partners_are_as_frequent_and_so_are_both_directions():
    X, y = np.tile(QUARTERS, (6000, 1)), ["happy"] * 6000
    epoch = MelodyVariations(**AS_THEY_ARE | {"paired": 1})(X, y, generator=0)
    changed = valence_arousal(epoch.y) != valence_arousal(epoch.partner_y)
    for kind in ([True, False], [False, True], [True, True]):
        assert (changed == kind).all(axis=1).mean() == pytest.approx(1 / 3, abs=0.03)
    to_fast = (epoch.step_weight == 0).any(axis=1)
    assert to_fast.sum() / changed[:, 1].sum() == pytest.approx(1 / 2, abs=0.03)


def test_a_row_keeps_its_context():
    X, y = rows_of(200)
    context = np.column_stack([X[:, 0], X[:, 1]])
    epoch = MelodyVariations(**AS_THEY_ARE)(X, y, context, 0)
    assert (epoch.context == epoch.X[:, :2]).all()


# -- Properties --------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(token_rows(max_rows=6), st.data())
def test_an_epoch_of_any_rows(rows, data):
    y = np.array(data.draw(st.lists(st.sampled_from(["Q1", "Q2", "Q3", "Q4"]), min_size=len(rows), max_size=len(rows))))
    shares = {name: data.draw(st.sampled_from([0, 0.5, 1])) for name in ("spliced", "parallel", "paired")}
    variations = MelodyVariations(**shares, resolution=data.draw(st.sampled_from([1, 2, 4])))
    context, seed = np.ones((len(rows), 2)), data.draw(st.integers(0, 1000))
    given_arrays = rows.copy(), y.copy(), context.copy()
    epoch = variations(rows, y, context, np.random.default_rng(seed))

    assert all((now == then).all() for now, then in zip((rows, y, context), given_arrays, strict=True))
    again = variations(rows, y, context, np.random.default_rng(seed))
    assert epoch.keys() == again.keys()
    assert all((epoch[name] == again[name]).all() for name in epoch)

    n_pairs = round(shares["paired"] * len(rows))
    assert (epoch.X.shape, epoch.y.shape, epoch.context.shape) == (rows.shape, y.shape, context.shape)
    assert (epoch.X.dtype, epoch.y.dtype) == (int, y.dtype)
    assert set(epoch.y.tolist()) <= {emotion.quadrant for emotion in EMOTIONS}
    assert set(np.unique(epoch.X)) <= set(variations.vocabulary(rows))
    assert ("partners" in epoch) == (n_pairs > 0)
    if n_pairs:
        assert len(epoch.partners) == len(epoch.partner_y) == len(epoch.step_weight) == n_pairs
        assert set(np.unique(epoch.partners)) <= set(variations.vocabulary(rows))
        check_partners(epoch, n_pairs, 2 * variations.resolution)


def check_partners(epoch, n_pairs, short):
    """Assert that each partner differs from its row exactly as the labels say."""
    half = (epoch.X.shape[1] + 1) // 2
    points, others = valence_arousal(epoch.y[:n_pairs]), valence_arousal(epoch.partner_y)
    for row, partner, weight, (valence, arousal), (other_valence, other_arousal) in zip(
        epoch.X[:n_pairs], epoch.partners, epoch.step_weight, points, others, strict=True
    ):
        assert (valence, arousal) != (other_valence, other_arousal)
        assert weight.tolist() == ([1] * half + [0] * (len(row) - half) if arousal < other_arousal else [1] * len(row))
        if arousal == other_arousal:
            same_speed = row
        elif arousal > other_arousal:
            assert median_note_length([row])[0] < short
            same_speed = double_durations([row])[0]
            assert median_note_length([same_speed])[0] >= short
        else:
            assert median_note_length([row])[0] >= short
            partner = double_durations([partner])[0]
            same_speed = row
        if valence == other_valence:
            assert (partner == same_speed).all()
        else:
            assert (is_onset(partner) == is_onset(same_speed)).all()
            assert ((partner == HOLD) == (same_speed == HOLD)).all()
            to_major = to_parallel_mode([partner, same_speed], "major")
            assert (to_major[0] == to_major[1]).all()


def test_rows_stay_rows_that_the_encoder_gives_back():
    X, y = rows_of(300)
    X[::3, 5] = REST
    encoder = PitchEncoder(n_steps=16, resolution=1)
    X = encoder.transform(encoder.inverse_transform(X))
    epoch = MelodyVariations(resolution=1)(X, y, generator=0)
    for rows in (epoch.X, epoch.partners):
        assert (encoder.transform(encoder.inverse_transform(rows)) == rows).all()


@pytest.mark.parametrize(
    "labels", [["Q1", "Q2", "Q3", "Q4"], ["e1", "e2", "e3", "e4"], ["Happy", "Angry", "SAD", "relaxed"]]
)
def test_labels_stay_spelled_as_they_were(labels):
    X = [QUARTERS, QUARTERS_MINOR, HALVES_MINOR, HALVES] * 20
    epoch = MelodyVariations()(X, labels * 20, generator=0)
    assert set(epoch.y.tolist()) == set(epoch.partner_y.tolist()) == set(labels)


def test_labels_that_are_numbers():
    epoch = MelodyVariations(paired=1)([QUARTERS, HALVES] * 20, [1, 4] * 20, generator=0)
    assert set(epoch.partner_y.tolist()) == {1, 2, 3, 4}
    assert np.issubdtype(epoch.y.dtype, np.integer)


def test_points_of_the_plane():
    X, y = [QUARTERS, HALVES_MINOR, WHOLE] * 30, np.array([[0.5, 0.25], [-0.75, -1], [0, 0.5]] * 30)
    epoch = MelodyVariations(spliced=0, paired=1)(X, y, generator=0)
    assert np.unique(np.abs(epoch.partner_y), axis=0).tolist() == [[0, 0.5], [0.5, 0.25], [0.75, 1]]
    assert set(quadrant_index(epoch.partner_y).tolist()) == {0, 1, 2, 3}
    neither = epoch.y[:, 0] == 0
    assert (epoch.X[neither] == WHOLE).all()
    assert (epoch.partners[neither] == WHOLE).all()
    of_labels = MelodyVariations()(X, ["happy", "sad", "happy"] * 30, generator=3)
    of_points = MelodyVariations()(X, [[0.1, 0.2], [-0.3, -0.4], [0.5, 0.6]] * 30, generator=3)
    assert (of_labels.X == of_points.X).all()
    assert (of_labels.partners == of_points.partners).all()


# -- Contract ----------------------------------------------------------------------------------------------------------


def test_every_epoch_is_another_one():
    X, y = rows_of(40)
    generator, variations = np.random.default_rng(0), MelodyVariations()
    first, second = (variations(X, y, generator=generator) for _ in range(2))
    assert (first.X != second.X).any()
    assert {name: values.shape for name, values in first.items()} == {n: v.shape for n, v in second.items()}


def test_it_is_an_object_with_parameters():
    variations = MelodyVariations(spliced=0.5, resolution=6)
    expected = dict(spliced=0.5, parallel=0.3, paired=0.5, hidden_context=0.3, resolution=6)
    assert variations.get_params() == expected
    assert repr(variations) == "MelodyVariations(resolution=6, spliced=0.5)"
    assert repr(MelodyVariations()) == "MelodyVariations()"
    X, y = rows_of(40)
    for other in (clone(variations), copy.deepcopy(variations), pickle.loads(pickle.dumps(variations))):
        assert other.get_params() == expected
        assert (other(X, y, generator=1).X == variations(X, y, generator=1).X).all()
    assert variations.set_params(paired=0).paired == 0
    assert sorted(vars(variations)) == sorted(expected)  # a call leaves nothing behind


@pytest.mark.parametrize("name", ["spliced", "parallel", "paired", "hidden_context"])
def test_wrong_shares(name):
    for value in (-0.1, 1.5, None, "0.5", True):
        with pytest.raises(ValueError, match=re.escape(f"{name}={value!r}: expected a share from 0 to 1")):
            MelodyVariations(**{name: value})([QUARTERS], ["sad"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([QUARTERS], ["sad", "happy"]), "1 rows and 2 labels: expected the same number, at least one"),
        ((np.empty((0, 4), dtype=int), []), "0 rows and 0 labels: expected the same number, at least one"),
        (([QUARTERS], ["joyful"]), "unknown emotion 'joyful'"),
        (([[60, 130]], ["sad"]), "token 130 in row 0, step 1"),
        (([QUARTERS], ["sad"], [1.0]), "context of shape (1,): expected (n_samples=1, n_context)"),
        (([QUARTERS], ["sad"], [[1.0], [0.0]]), "context of shape (2, 1): expected (n_samples=1, n_context)"),
    ],
)
def test_wrong_input(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        MelodyVariations()(*arguments)


def test_wrong_resolution():
    with pytest.raises(ValueError, match=r"resolution=0: expected a positive integer, e\.g\. 4 for sixteenths"):
        MelodyVariations(resolution=0)([QUARTERS], ["sad"])


def test_the_vocabulary_of_all_that_can_come():
    assert MelodyVariations().vocabulary([[60, 64], [60, 67]]).tolist() == [60, 63, 64, 67, REST, HOLD]
    assert MelodyVariations().vocabulary([[58, REST], [58, 59]]).tolist() == [58, 59, REST, HOLD]
