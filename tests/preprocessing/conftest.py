"""Tracks of which scores are made."""

import muspy

SCALE = [(4 * i, 60 + i, 4) for i in range(20)]  # five bars of quarter notes in steps of a sixteenth


def drums(*notes):
    return muspy.Track(is_drum=True, notes=[muspy.Note(*note) for note in notes])


def named(name, *notes):
    return muspy.Track(name=name, notes=[muspy.Note(*note) for note in notes])
