import muspy
import numpy as np
import pytest
from hypothesis import given, settings

from skemovae import PitchEncoder, melody_metrics
from skemovae.metrics import FURTHER_MELODY_METRICS, MELODY_METRICS
from tests.conftest import make_score
from tests.metrics.conftest import token_rows

ALL = [*MELODY_METRICS, *FURTHER_MELODY_METRICS]
REST, HOLD = 128, 129


def of(tokens, name):
    return melody_metrics([tokens], [name])[name].item()


def test_the_papers_four_of_known_melodies():
    scale = make_score([(i, p, 1) for i, p in enumerate((60, 62, 63, 65, 67, 68, 70, 72))])
    values = {name: value.item() for name, value in melody_metrics([scale]).items()}
    assert values == {"pitch_range": 12, "n_pitches_used": 8, "c_major_rate": 5 / 8, "c_minor_rate": 1.0}


@pytest.mark.parametrize(
    ("name", "tokens", "value"),
    [
        ("n_pitch_classes_used", [60, 72, 64, HOLD], 2),
        ("pitch_entropy", [60, 72, 64, 65], 2.0),
        ("pitch_class_entropy", [60, 72, 64, 64], 1.0),
        ("scale_consistency", [60, 61, 62, 63], 0.75),  # C sharp, D, D sharp: no scale has all four
        ("empty_beat_rate", [60, HOLD, HOLD, HOLD, REST, REST, REST, REST, 62, REST, REST, REST], 1 / 3),
        ("empty_beat_rate", [60, HOLD, HOLD, HOLD, HOLD, REST, REST, 62], 0.0),
        ("groove_consistency", ([60] + [HOLD] * 7 + [62] + [HOLD] * 7) * 2, 1.0),
        ("groove_consistency", [60] + [HOLD] * 15 + [60] + [HOLD] * 7 + [62] + [HOLD] * 7, 15 / 16),
    ],
)
def test_further_metrics_of_known_melodies(name, tokens, value):
    assert of(tokens, name) == pytest.approx(value)


def test_groove_needs_two_bars():
    assert np.isnan(of([60] + [HOLD] * 15, "groove_consistency"))


def test_groove_does_not_depend_on_the_resolution():
    notes = [(0, 60, 4), (4, 62, 8), (12, 64, 4), (16, 60, 8), (24, 62, 8)]
    values = [
        melody_metrics([make_score([(t * k, p, d * k) for t, p, d in notes], resolution=4 * k)], ["groove_consistency"])
        for k in (1, 6)
    ]
    assert values[0]["groove_consistency"] == values[1]["groove_consistency"] == [13 / 16]


def test_a_note_in_the_far_future_takes_no_memory():
    music = make_score([(0, 60, 4), (16, 60, 4), (2**40, 60, 4)])
    values = melody_metrics([music], ["empty_beat_rate", "groove_consistency"])
    assert values["empty_beat_rate"].item() == pytest.approx(1)
    assert values["groove_consistency"].item() == pytest.approx(1)


@pytest.mark.parametrize("name", ["n_pitch_classes_used", "pitch_entropy", "pitch_class_entropy", "scale_consistency"])
def test_published_melodies_have_muspys_values(musgenvae, name):
    expected = [getattr(muspy, name)(music) for music in musgenvae.data]
    assert melody_metrics(musgenvae.data, [name])[name].tolist() == expected


def test_groove_of_published_melodies_is_muspys_without_the_added_bar(musgenvae_tokens):
    # if a melody ends with a bar, MusPy's sum also counts how the last bar differs from an empty one
    melodies = PitchEncoder().inverse_transform(musgenvae_tokens)
    n_added = 0
    for ours, music, row in zip(
        melody_metrics(musgenvae_tokens, ["groove_consistency"])["groove_consistency"],
        melodies,
        musgenvae_tokens,
        strict=True,
    ):
        theirs, end = muspy.groove_consistency(music, 16), music.get_end_time()
        if end % 16 == 0:
            n_added += 1
            n_bars = end // 16
            differences = (1 - theirs) * 16 * n_bars - (row[end - 16 : end] < REST).sum()
            theirs = 1 - differences / (16 * (n_bars - 1))
        assert ours == pytest.approx(theirs)
    assert 0 < n_added < 344  # both cases occurred


def test_empty_beats_of_published_melodies_are_muspys_and_those_it_misses(musgenvae_tokens):
    melodies = PitchEncoder().inverse_transform(musgenvae_tokens)
    ours = melody_metrics(musgenvae_tokens, ["empty_beat_rate"])["empty_beat_rate"]
    for value, music in zip(ours, melodies, strict=True):
        sounds = np.zeros(music.get_end_time(), dtype=bool)
        for note in music.tracks[0].notes:
            sounds[note.time : note.end] = True
        beats = [sounds[i : i + 4].any() for i in range(0, len(sounds), 4)]
        assert value == pytest.approx(1 - np.mean(beats))
        if sounds.all():
            assert value == muspy.empty_beat_rate(music) == 0


def test_tokens_have_the_metrics_of_their_melodies(musgenvae, musgenvae_tokens):
    from_tokens, from_music = melody_metrics(musgenvae_tokens), melody_metrics(musgenvae.data)
    for metric in from_music:
        assert np.array_equal(from_tokens[metric], from_music[metric])


@settings(max_examples=40, deadline=None)
@given(token_rows())
def test_ranges_and_silence(X):
    values = melody_metrics(X, ALL)
    silent = ~(X < REST).any(axis=1)
    for name, value in values.items():
        undefined = np.isnan(value)
        # 16 steps are one bar, so there is no groove
        assert np.array_equal(undefined, np.ones(len(X), bool) if name == "groove_consistency" else silent)
        assert (value[~undefined] >= 0).all()
        if name.endswith(("_rate", "_consistency")):
            assert (value[~undefined] <= 1).all()
    assert (values["n_pitch_classes_used"] <= values["n_pitches_used"])[~silent].all()
    assert (values["scale_consistency"] >= np.maximum(values["c_major_rate"], values["c_minor_rate"]))[~silent].all()


def test_drums_do_not_count():
    drums = muspy.Track(is_drum=True, notes=[muspy.Note(0, 36, 1), muspy.Note(200, 36, 1)])
    tune = [(i, p, 1) for i, p in enumerate((60, 64, 67) * 8)]
    with_drums, alone = (melody_metrics([make_score(*tracks)], ALL) for tracks in ((tune, drums), (tune,)))
    assert with_drums == alone
    assert np.isnan(list(melody_metrics([make_score(drums)], ALL).values())).all()


def test_tokens_as_a_data_frame():
    pandas = pytest.importorskip("pandas")
    assert melody_metrics(pandas.DataFrame([[60, 129, 64]]))["pitch_range"].tolist() == [4.0]


@pytest.mark.parametrize(
    ("X", "metrics", "message"),
    [
        ([], None, r"X is empty: expected a list of muspy\.Music, or rows of tokens"),
        ([[60, 130]], None, "token 130 in row 0, step 1"),
        ([[60, 62], [60]], None, r"rows of different lengths: expected tokens of shape \(n_samples, n_steps\)"),
        ([[60, 62]], ["pitch_rang"], r"metrics=\['pitch_rang'\]: expected a list of some of pitch_range, n_pit"),
        ([[60, 62]], "pitch_range", "metrics='pitch_range': expected a list"),
        ([[60, 62]], [], r"metrics=\[\]: expected a list"),
    ],
)
def test_wrong_input(X, metrics, message):
    with pytest.raises(ValueError, match=message):
        melody_metrics(X, metrics)
