import muspy
import numpy as np
import pytest
from matplotlib.colors import to_hex

from skemovae import PianoRollDisplay

from ..conftest import make_score

MELODY = [64, 129, 129, 129, 65, 129, 128, 129]


def bars_of(display):
    """Return how each note is drawn: (left, width, middle)."""
    return [(p.get_x(), p.get_width(), p.get_y() + p.get_height() / 2) for p in notes_in(display)]


def notes_in(display):
    return display.ax_.containers[0].patches


def test_notes_are_drawn_where_they_sound():
    display = PianoRollDisplay.from_tokens(MELODY)
    assert np.allclose(bars_of(display), [(0, 1, 64), (1, 0.5, 65)])
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("bar", "pitch")
    assert display.figure_ is display.ax_.figure


def test_tokens_and_the_score_they_stand_for_look_the_same():
    score = make_score([(0, 64, 4), (4, 65, 2)])
    assert bars_of(PianoRollDisplay.from_music(score)) == bars_of(PianoRollDisplay.from_tokens([MELODY]))


def test_the_resolution_of_tokens():
    assert np.allclose(bars_of(PianoRollDisplay.from_tokens(MELODY, resolution=2))[0], (0, 2, 64))


def test_all_tracks_but_drums():
    drums = muspy.Track(is_drum=True, notes=[muspy.Note(0, 36, 4)])
    display = PianoRollDisplay.from_music(make_score([(0, 60, 4)], [(0, 48, 8)], drums))
    assert [pitch for *_, pitch in bars_of(display)] == [60, 48]


@pytest.mark.parametrize(
    ("signatures", "expected"),
    [
        ([], [0, 4, 8]),
        ([(0, 3, 4)], [0, 3, 6, 9]),
        ([(0, 6, 8)], [0, 3, 6, 9]),
        ([(0, 2, 4), (16, 4, 4)], [0, 2, 4, 8]),
        ([(16, 2, 4)], [0, 4, 6, 8]),
        ([(0, 4, 4), (400, 3, 4)], [0, 4, 8]),
    ],
)
def test_bars_follow_the_time_signatures(signatures, expected):
    score = make_score([(0, 60, 28)])  # seven quarter notes
    score.time_signatures = [muspy.TimeSignature(*signature) for signature in signatures]
    display = PianoRollDisplay.from_music(score)
    assert display.bars.tolist() == expected
    assert display.ax_.get_xticks().tolist() == expected[:-1]
    assert display.ax_.get_xlim() == (0, expected[-1])


def test_a_long_score_has_few_bar_numbers():
    display = PianoRollDisplay.from_music(make_score([(0, 60, 16 * 100)]))
    labels = [label.get_text() for label in display.ax_.get_xticklabels()]
    assert labels[:3] == ["1", "8", "15"]
    assert len(labels) <= 16


def test_rows_have_the_names_of_their_pitches():
    names = {t.get_text(): y for t, y in zip(*axis_labels(PianoRollDisplay.from_tokens([60, 62, 72])), strict=True)}
    assert names["C4"] == 60
    assert names["D4"] == 62
    assert names["C5"] == 72
    wide = PianoRollDisplay.from_tokens([24, 60, 96])
    assert [t.get_text() for t in axis_labels(wide)[0]] == ["C1", "C2", "C3", "C4", "C5", "C6", "C7"]


def axis_labels(display):
    return display.ax_.get_yticklabels(), display.ax_.get_yticks()


def test_the_emotion_gives_title_and_color():
    display = PianoRollDisplay.from_tokens(MELODY, emotion="sad")
    assert display.ax_.get_title(loc="left") == "Q3 sadness"
    assert to_hex(notes_in(display)[0].get_facecolor()) == "#0072b2"
    with pytest.raises(ValueError, match="unknown emotion 'joyful'"):
        PianoRollDisplay.from_tokens(MELODY, emotion="joyful")


def test_a_score_without_notes():
    assert bars_of(PianoRollDisplay.from_tokens([128] * 16)) == []
    assert PianoRollDisplay.from_music(make_score()).bars.tolist() == [0, 4]


def test_plot_again_on_other_axes():
    display = PianoRollDisplay.from_tokens(MELODY)
    ax = display.figure_.add_subplot()
    assert display.plot(ax=ax).ax_ is ax
    assert len(bars_of(display)) == 2


def test_what_is_no_melody():
    with pytest.raises(TypeError, match=r"music is of type list: expected a muspy.Music; convert tokens with"):
        PianoRollDisplay.from_music(MELODY)
    with pytest.raises(ValueError, match=r"tokens of shape \(2, 8\): expected one row"):
        PianoRollDisplay.from_tokens([MELODY, MELODY])
    with pytest.raises(ValueError, match=r"a score of 1,000,000 quarter notes and 1 notes: expected at most 4,000 and"):
        PianoRollDisplay.from_music(make_score([(0, 60, 4_000_000)]))
    with pytest.raises(ValueError, match=r"a time signature of 0/4: expected one such as 4/4"):
        PianoRollDisplay.from_music(make_score([(0, 60, 4)], time_signature=(0, 4)))
    with pytest.raises(ValueError, match=r"token 130 in row 0"):
        PianoRollDisplay.from_tokens([130])
