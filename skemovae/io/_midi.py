"""MIDI files, by way of MusPy and mido."""

import copy
from contextlib import suppress

import mido
import muspy

from . import _limits as limits
from ._keys import KEY_NAMES


def read_midi(path):
    """Return the score of a MIDI file."""
    if path.stat().st_size > limits.MAX_MIDI_BYTES:
        raise ValueError(f"the file is larger than {limits.MAX_MIDI_BYTES:,} bytes")
    music = muspy.read_midi(path)
    if music.metadata.title == "None":  # MusPy's text for a file without a title
        music.metadata.title = None
    for named, attribute in [(music.metadata, "title"), *((track, "name") for track in music.tracks)]:
        name = getattr(named, attribute) or ""
        with suppress(UnicodeError):  # MusPy reads every name as Latin-1; most programs today write UTF-8, and so do we
            setattr(named, attribute, name.encode("latin-1").decode("utf-8") or None)
    return music


def to_midi(music):
    """Return a score as a mido.MidiFile."""
    plain = copy.copy(music)
    plain.key_signatures = []  # MusPy spells all with sharps, which fails for E flat, A flat and B flat major
    midi = muspy.to_mido(plain)
    midi.charset = "utf-8"  # Latin-1, the default, lacks most of the world's letters
    keys, now = mido.MidiTrack(), 0
    for key in sorted(music.key_signatures, key=lambda key: key.time):
        if key.root is not None and key.mode in KEY_NAMES:
            name = KEY_NAMES[key.mode][key.root] + ("m" if key.mode == "minor" else "")
            keys.append(mido.MetaMessage("key_signature", key=name, time=key.time - now))
            now = key.time
    midi.tracks[0] = mido.merge_tracks([midi.tracks[0], keys])
    return midi
