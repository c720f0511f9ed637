"""The key of a score from its pitch classes: the result of music21's key analysis, without converting to music21.

The key is the one whose profile (a weight for each pitch class, counted from the tonic) correlates best with the total
lengths of the pitch classes. The results equal music21's, ties included: two keys can correlate equally well, and then
the last bit of a sum decides. Therefore lengths are the same mixture of floats and fractions as in music21, and are
added up in the same order.
"""

from fractions import Fraction
from functools import cache
from operator import attrgetter

import numpy as np

LARGEST_DENOMINATOR = 65535  # in music21's lengths
# Weights from C upward, from music21.analysis.discrete, which took them from https://extras.humdrum.org/man/keycor/
PROFILES = {
    "aarden": {  # AardenEssen
        "major": "17.7661 0.145624 14.9265 0.160186 19.8049 11.3587 0.291248 22.062 0.145624 8.15494 0.232998 4.95122",
        "minor": "18.2648 0.737619 14.0499 16.8599 0.702494 14.4362 0.702494 18.6161 4.56621 1.93186 7.37619 1.75623",
    },
    "bellman": {  # BellmanBudge
        "major": "16.8 0.86 12.95 1.41 13.49 11.93 1.25 20.28 1.8 8.04 0.62 10.57",
        "minor": "18.16 0.69 12.99 13.34 1.07 11.15 1.38 21.07 7.49 1.53 0.92 10.21",
    },
    "krumhansl": {  # KrumhanslSchmuckler
        "major": "6.35 2.23 3.48 2.33 4.38 4.09 2.52 5.19 2.39 3.66 2.29 2.88",
        "minor": "6.33 2.68 3.52 5.38 2.6 3.53 2.54 4.75 3.98 2.69 3.34 3.17",
    },
    "simple": {  # SimpleWeights
        "major": "2 0 1 0 1 1 0 2 0 1 0 1",
        "minor": "2 0 1 1 0 1 0 2 1 0 0.5 0.5",
    },
    "temperley": {  # TemperleyKostkaPayne
        "major": "0.748 0.06 0.488 0.082 0.67 0.46 0.096 0.715 0.104 0.366 0.057 0.4",
        "minor": "0.712 0.084 0.474 0.618 0.049 0.46 0.105 0.747 0.404 0.067 0.133 0.33",
    },
}


def analyze_key(notes, resolution, analysis):
    """Return the key whose profile correlates best with the lengths of the pitch classes.

    If keys correlate equally well, it is the one with the highest pitch class as its tonic, and then the minor key.

    Parameters
    ----------
    notes : iterable of muspy.Note
        At least one, in any order.
    resolution : int
        Time steps per quarter note.
    analysis : str
        One of the names in `PROFILES`.

    Returns
    -------
    (int, str)
        Pitch class of the tonic, and "major" or "minor".
    """
    lengths = _lengths_of_pitch_classes(notes, resolution)
    mean = sum(lengths) / 12
    deviations = [length - mean for length in lengths]
    spread = 0.0
    for deviation in deviations:
        spread += deviation**2
    keys, profiles, spreads = _rotated_profiles(analysis)
    # Not np.dot or np.sum, which add up in another order.
    products = np.cumsum(profiles * np.array(deviations, dtype=float), axis=1)[:, -1].tolist()
    coefficients = [
        product / (of_profile * spread) ** 0.5 if spread else 0.0
        for product, of_profile in zip(products, spreads, strict=True)
    ]
    _, (tonic, mode) = max(zip(coefficients, keys, strict=True))
    return tonic, mode


def _lengths_of_pitch_classes(notes, resolution):
    """Return for how many quarter notes each of the 12 pitch classes sounds."""
    lengths, in_quarters = [0] * 12, {}
    for note in sorted(notes, key=attrgetter("time")):
        duration = note.duration
        if duration not in in_quarters:
            in_quarters[duration] = _as_music21(int(duration) / int(resolution))
        lengths[note.pitch % 12] += in_quarters[duration]
    return lengths


def _as_music21(length):
    """Return a length in quarter notes as music21 stores it: a fraction, or a float if that is exact."""
    if length.as_integer_ratio()[1] <= LARGEST_DENOMINATOR:
        return length
    fraction = Fraction(length).limit_denominator(LARGEST_DENOMINATOR)
    if not fraction:
        return 1.0  # music21 treats a length that rounds to zero as unstated
    return fraction if fraction.denominator & (fraction.denominator - 1) else float(fraction)


@cache
def _rotated_profiles(analysis):
    """Return the 24 keys, their weights from C upward less their mean, shape (24, 12), and the sums of squares."""
    keys, profiles, spreads = [], [], []
    for mode, text in PROFILES[analysis].items():
        weights = [float(weight) for weight in text.split()]
        mean = sum(weights) / 12
        for tonic in range(12):
            profile = [weights[(pitch_class - tonic) % 12] - mean for pitch_class in range(12)]
            spread = 0.0
            for deviation in profile:
                spread += deviation**2
            keys.append((tonic, mode))
            profiles.append(profile)
            spreads.append(spread)
    return keys, np.array(profiles), spreads
