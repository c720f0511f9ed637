"""MIDI files, by way of MusPy and mido."""

import copy
import re
from collections import Counter
from contextlib import suppress
from io import BytesIO

import mido
import muspy

from . import _limits as limits
from ._keys import KEY_NAMES

# Of all bytes, those above 127 go on a number. The look behind lets the search begin nowhere within such a row again.
LONG_NUMBER = re.compile(rb"(?<![\x80-\xff])[\x80-\xff]{%d}" % limits.MAX_MIDI_NUMBER_BYTES)
LONG_TRACK = 20_000  # messages; in shorter ones no pile of notes takes long


def read_midi(path, bounds, left_out):
    """Return the score of a MIDI file."""
    limits.check_size(path, bounds.max_bytes)
    data = path.read_bytes()
    if LONG_NUMBER.search(data):  # mido's time for a number grows with the square of its length
        raise ValueError(f"a number of more than {limits.MAX_MIDI_NUMBER_BYTES:,} bytes")
    midi = mido.MidiFile(file=BytesIO(data))
    for track in midi.tracks:
        if len(track) > LONG_TRACK:
            _check_piles(track)
    music = muspy.from_mido(midi)
    if music.metadata.title == "None":  # MusPy's text for a file without a title
        music.metadata.title = None
    for named, attribute in [(music.metadata, "title"), *((track, "name") for track in music.tracks)]:
        name = getattr(named, attribute) or ""
        with suppress(UnicodeError):  # MusPy reads every name as Latin-1; most programs today write UTF-8, and so do we
            setattr(named, attribute, name.encode("latin-1").decode("utf-8") or None)
    return music


def _check_piles(track):
    """Raise ValueError if very many notes of one pitch sound at once: MusPy's time for each grows with their number."""
    sounding = Counter()
    for message in track:
        if message.type in ("note_on", "note_off"):
            key = message.channel, message.note
            sounding[key] += 1 if message.type == "note_on" and message.velocity else -1 if sounding[key] else 0
            if sounding[key] > limits.MAX_NOTES_OF_ONE_PITCH:
                raise ValueError(f"more than {limits.MAX_NOTES_OF_ONE_PITCH:,} notes of one pitch that sound at once")


def to_midi(music):
    """Return a score as a mido.MidiFile."""
    for tempo in music.tempos:
        if not (tempo.qpm > 0 and 1 <= 60_000_000 / tempo.qpm < 2**24):  # microseconds of a quarter note in three bytes
            raise ValueError(f"a tempo of {tempo.qpm} quarter notes per minute; MIDI holds 3.58 to 60,000,000")
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
