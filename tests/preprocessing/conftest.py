"""Tracks from which scores are made, and rows of tokens."""

import muspy
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skemovae.preprocessing import HOLD, REST

SCALE = [(4 * i, 60 + i, 4) for i in range(20)]  # five bars of quarter notes; a step is a sixteenth


def drums(*notes):
    return muspy.Track(is_drum=True, notes=[muspy.Note(*note) for note in notes])


def named(name, *notes):
    return muspy.Track(name=name, notes=[muspy.Note(*note) for note in notes])


# Some pitches of every degree, including the ends of MIDI's range; holds and rests as often as in music
MELODY_TOKENS = [0, 3, 4, *range(58, 75), 118, 119, 127, *[REST] * 4, *[HOLD] * 10]


@st.composite
def token_rows(draw, tokens=MELODY_TOKENS, max_rows=4):
    """Draw an array of tokens."""
    shape = draw(st.integers(1, max_rows)), draw(st.integers(1, 20))
    return draw(arrays(int, shape, elements=st.sampled_from(tokens)))
