"""What the text of an argument means; no heavy library is loaded, so that a typo is found at once."""

import argparse
import math
from difflib import get_close_matches

from ..emotion import EMOTIONS, as_emotion, quadrant_of


def did_you_mean(text, known, expected):
    """Return "did you mean ...?" with the nearest known text, or "expected ..." if none is near."""
    near = get_close_matches(text.lower(), list(known), n=1)
    return f"did you mean {near[0]}?" if near else f"expected {expected}"


def positive(text):
    """Return a positive integer."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text}: expected a positive integer")
    return int(text)


def natural(text):
    """Return an integer, at least 0."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text}: expected an integer, 0 or above")
    return int(text)


def temperature(text):
    """Return a finite number, at least 0."""
    return _number(text, 0, math.inf, "0 or above")


def intensity(text):
    """Return a finite number above 0."""
    return _number(text, math.ulp(0), math.inf, "above 0")


def share(text):
    """Return a number from 0 to 1."""
    return _number(text, 0, 1, "from 0 to 1")


def tempo(text):
    """Return a tempo in quarter notes per minute that every format can represent."""
    return _number(text, 5, 1000, "of quarter notes per minute, 5 to 1000")


def point(text):
    """Return (valence, arousal)."""
    try:
        valence, arousal = map(float, text.split(","))
    except ValueError:
        valence = arousal = math.nan
    if not (math.isfinite(valence) and math.isfinite(arousal)):
        raise argparse.ArgumentTypeError(f"{text}: expected VALENCE,AROUSAL, such as 0.5,-1")
    return valence, arousal


def emotion(text):
    """Return the adjective of an emotion in any spelling."""
    try:
        return as_emotion(int(text) if text.isdecimal() else text).adjective
    except ValueError:
        known = [text for emotion in EMOTIONS for text in (emotion.adjective, emotion.name)]
        expected = "happy, angry, sad, relaxed, or Q1 to Q4"
        raise argparse.ArgumentTypeError(f"unknown emotion {text}: {did_you_mean(text, known, expected)}") from None


def word_at(point):
    """Return the adjective of the emotion in whose quadrant a point lies."""
    return as_emotion(quadrant_of([point])[0]).adjective


def _number(text, low, high, expected):
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (low <= value <= high and value < math.inf):
        raise argparse.ArgumentTypeError(f"{text}: expected a number{',' if expected[0] == '0' else ''} {expected}")
    return value
