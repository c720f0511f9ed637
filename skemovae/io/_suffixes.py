"""The endings of the names of files that can be read and written."""

MIDI_SUFFIXES = (".mid", ".midi")
MUSICXML_SUFFIXES = (".mxl", ".xml", ".musicxml")
READABLE_SUFFIXES = MIDI_SUFFIXES + MUSICXML_SUFFIXES
