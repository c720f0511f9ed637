"""Files and music21 streams to :class:`muspy.Music` and back, with limits and a single exception type.

Every reader here refuses what no real score contains: a huge file, very many notes, a span of many hours. Three of the
limits are parameters of :func:`read_music`; the others are in ``skemovae/io/_limits.py``. A few bytes can make a naive
reader use gigabytes (a huge delta time in MIDI; in MusicXML, a repeat played a million times, an entity that expands,
or a zip bomb). Such files raise a :class:`ScoreReadError`, like any other unreadable file.
"""

import lazy_loader

# The endings of file names and the limits are imported at once; reading and writing need MusPy.
__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "_abc": ["parse_abc", "read_tune_book"],
        "_atomic": ["atomic_path"],
        "_files": ["read_music", "write_music"],
        "_keys": ["KEY_NAMES"],
        "_limits": ["MAX_BYTES", "MAX_NOTES", "MAX_QUARTERS", "ScoreReadError"],
        "_music21": ["from_music21"],
        "_notation": ["spell"],
        "_suffixes": ["READABLE_SUFFIXES"],
    },
)
# names that are missing from it are for the package's other modules
__all__ = ["READABLE_SUFFIXES", "ScoreReadError", "atomic_path", "from_music21", "read_music", "write_music"]
