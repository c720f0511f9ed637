"""The usual names of keys."""

# By pitch class of the tonic. MIDI knows no D sharp major, and MusPy's writers would make E flat major that.
KEY_NAMES = {
    "major": ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"),
    "minor": ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"),
}
