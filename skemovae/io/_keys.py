"""The usual names of keys."""

# By pitch class of the tonic. MIDI has no D sharp major, which MusPy's writers would make of E flat major.
KEY_NAMES = {
    "major": ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"),
    "minor": ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"),
}
