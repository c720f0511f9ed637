"""Data sets of melodies with emotion labels, in the style of scikit-learn."""

from ._bach import load_bach_chorales
from ._cache import get_data_home
from ._folder import load_music_folder
from ._folk import load_folk_tunes
from ._musgenvae import fetch_musgenvae

__all__ = ["fetch_musgenvae", "get_data_home", "load_bach_chorales", "load_folk_tunes", "load_music_folder"]
