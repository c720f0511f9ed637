"""Files and music21 streams to :class:`muspy.Music` and back, bounded and with one exception type.

Every reader here refuses what no score needs: a huge file, very many notes, a span of many hours. Three of the limits
are parameters of :func:`read_music`, the others are in ``skemovae/io/_limits.py``. A few bytes can ask a naive reader
for gigabytes (a huge delta time in MIDI; a repeat played a million times, an entity that expands or a zip bomb in
MusicXML); these files end in a :class:`ScoreReadError` like every other unreadable one.
"""

from ._abc import parse_abc as parse_abc  # what __all__ leaves out is for other rooms
from ._abc import read_tune_book as read_tune_book
from ._atomic import atomic_path
from ._files import READABLE_SUFFIXES, read_music, write_music
from ._keys import KEY_NAMES as KEY_NAMES
from ._limits import MAX_BYTES as MAX_BYTES
from ._limits import MAX_NOTES as MAX_NOTES
from ._limits import MAX_QUARTERS as MAX_QUARTERS
from ._limits import ScoreReadError
from ._music21 import from_music21
from ._notation import spell as spell

__all__ = ["READABLE_SUFFIXES", "ScoreReadError", "atomic_path", "from_music21", "read_music", "write_music"]
