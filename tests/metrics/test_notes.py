import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skemovae import PitchEncoder, melody_metrics
from skemovae.metrics import NOTE_METRICS
from tests.conftest import make_score
from tests.metrics.conftest import token_rows

NAMES = list(NOTE_METRICS)
REST, HOLD = 128, 129
QUARTERS = [60, 129, 129, 129, 62, 129, 129, 129, 64, 129, 129, 129, 60, 129, 129, 129]
WHOLE = [67] + [HOLD] * 15


def of(tokens, name):
    return melody_metrics([tokens], [name])[name].item()


@pytest.mark.parametrize(
    ("name", "tokens", "value"),
    [
        ("repeat_rate", [60, 60, 61, 63, 63, 55], 2 / 5),
        ("step_rate", [60, 60, 61, 63, 66, 55], 2 / 5),
        ("leap_rate", [60, 67, 59, 71, 60], 3 / 4),  # a fifth is not a leap
        ("ends_by_step", [60, 70, 72], 1),
        ("ends_by_step", [60, 60], 1),
        ("ends_by_step", [60, 62, 65, REST], 0),
        ("ends_on_tonic", [62, 48, HOLD, REST], 1),
        ("ends_on_tonic", [60, 69], 0),
        ("longest_run", [60, 60, REST, 60, 62, 62, 60], 3),
        ("longest_run", [60], 1),
        ("notes_per_bar", [60, 62, 64, 65], 4),  # a bar counts once it has begun
        ("notes_per_bar", WHOLE + QUARTERS + [REST] * 32, 5 / 2),
        ("figure_return", QUARTERS + [p + 7 if p < REST else p for p in QUARTERS], 1),
        ("figure_return", [*QUARTERS, 60, 129, 129, 129, 62, 129, 129, 129, 64, 129, 60, 129, 129, 129, 129, 129], 0),
        ("figure_return", [60, 62, 64, 65, 60, 62, 64, 65] + [HOLD] * 8, 0),  # both in the first half
        ("figure_return", [60, 62, 64], 0),
        ("bar_rhythm_return", QUARTERS + [p + 7 if p < REST else p for p in QUARTERS], 1),
        ("bar_rhythm_return", WHOLE + QUARTERS, 0),
        ("bar_rhythm_return", WHOLE + [HOLD] * 32 + QUARTERS, 1),  # two bars in which no note begins
    ],
)
def test_known_melodies(name, tokens, value):
    assert of(tokens, name) == pytest.approx(value)


@pytest.mark.parametrize("name", ["repeat_rate", "step_rate", "leap_rate", "ends_by_step"])
def test_a_single_note_has_no_interval(name):
    assert np.isnan(of([REST, 60, HOLD], name))


def test_a_single_bar_has_no_rhythm_that_could_return():
    assert np.isnan(of(QUARTERS, "bar_rhythm_return"))


def test_the_highest_voice_of_a_score_is_heard_on_the_grid_of_sixteenths():
    upper, lower = [(0, 60, 24), (25, 67, 23)], [(0, 48, 24), (24, 49, 24)]
    values = melody_metrics([make_score(upper, lower, resolution=24)], ["leap_rate", "notes_per_bar"])
    assert values["leap_rate"].item() == 0
    assert values["notes_per_bar"].item() == 2


def test_a_note_in_the_far_future_takes_no_memory():
    values = melody_metrics([make_score([(0, 60, 4), (16, 60, 4), (2**40, 60, 4)])], NAMES)
    assert values["bar_rhythm_return"].item() == 1
    assert values["notes_per_bar"].item() == pytest.approx(0, abs=1e-9)


def test_published_melodies_move_by_steps_and_rarely_leap(musgenvae_tokens):
    means = {name: values.mean() for name, values in melody_metrics(musgenvae_tokens, NAMES[:7]).items()}
    expected = {
        "repeat_rate": 0.14,
        "step_rate": 0.70,
        "leap_rate": 0.004,
        "ends_by_step": 0.89,
        "ends_on_tonic": 0.29,
        "longest_run": 2.0,
        "figure_return": 0.06,
    }
    assert means == pytest.approx(expected, abs=0.05)


def test_tokens_have_the_metrics_of_their_melodies(musgenvae_tokens):
    from_scores = melody_metrics(PitchEncoder().inverse_transform(musgenvae_tokens[:60]), NAMES)
    for name, values in melody_metrics(musgenvae_tokens[:60], NAMES).items():
        assert np.array_equal(values, from_scores[name], equal_nan=True)


@settings(max_examples=40, deadline=None)
@given(token_rows(), st.integers(-12, 12))
def test_ranges_silence_and_other_keys(X, semitones):
    values = melody_metrics(X, NAMES)
    n_notes = (X < REST).sum(axis=1)
    moved = melody_metrics(np.where(X < REST, X + semitones, X), NAMES)
    for name, value in values.items():
        undefined = np.isnan(value)
        if name.startswith(("repeat", "step", "leap", "ends_by")):
            assert np.array_equal(undefined, n_notes < 2)
        elif name != "bar_rhythm_return":  # a row has only one bar
            assert np.array_equal(undefined, n_notes == 0)
        if name.endswith("_rate"):
            assert (value[~undefined] <= 1).all()
        if name != "ends_on_tonic" or semitones in (-12, 0, 12):
            assert np.array_equal(moved[name], value, equal_nan=True)
    total = values["repeat_rate"] + values["step_rate"] + values["leap_rate"]
    assert (total[n_notes > 1] <= 1 + 1e-9).all()
