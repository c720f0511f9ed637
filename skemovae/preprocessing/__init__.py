"""Transformers of scores, :class:`PitchEncoder` from scores to tokens and back, and variations of melodies."""

from ._base import check_scores as check_scores  # what __all__ leaves out is for other subpackages
from ._durations import SHORT_NOTE_STEPS as SHORT_NOTE_STEPS
from ._durations import double_durations, halve_durations, median_note_length
from ._excerpt import Excerpt
from ._key import KeyNormalizer
from ._key import find_key as find_key
from ._key import make_key_signature as make_key_signature
from ._key import stated_key as stated_key
from ._melody import melody_on_grid as melody_on_grid
from ._melody import skyline as skyline
from ._mode import to_parallel_mode
from ._pitch import PitchEncoder
from ._soprano import SopranoExtractor
from ._soprano import highest_track as highest_track
from ._splice import splice_bars
from ._tempo import TempoNormalizer
from ._tempo import scale_time as scale_time
from ._tokens import HOLD, REST
from ._tokens import are_tokens as are_tokens
from ._tokens import is_onset as is_onset
from ._tokens import notes_of_row as notes_of_row
from ._tokens import rest_empty_holds as rest_empty_holds
from ._tokens import row_of_notes as row_of_notes
from ._variations import MelodyVariations

__all__ = [
    "HOLD",
    "REST",
    "Excerpt",
    "KeyNormalizer",
    "MelodyVariations",
    "PitchEncoder",
    "SopranoExtractor",
    "TempoNormalizer",
    "double_durations",
    "halve_durations",
    "median_note_length",
    "splice_bars",
    "to_parallel_mode",
]
