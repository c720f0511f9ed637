"""Notes as one melody, a note at a time: the repairs of :class:`PitchEncoder`; times are Python's integers."""

import math
from itertools import groupby
from operator import itemgetter


def notes_of(tracks, resolution):
    """Return the notes as (onset, end, pitch), in order.

    Times are in units of which both the score's time step and ours are a whole number, so that all stays exact. They
    are Python's integers, which no onset overflows.
    """
    return sorted(
        [
            (start := int(note.time) * resolution, start + int(note.duration) * resolution, note.pitch)
            for track in tracks
            for note in track.notes
        ]
    )


def melody_on_grid(music, resolution):
    """Return the notes of a score's pitched tracks as one melody, repaired as :class:`PitchEncoder` repairs it.

    Unlike its tokens they have no window, and take memory by the number of notes, not by how late the last one is.

    Parameters
    ----------
    music : muspy.Music
    resolution : int
        Steps per quarter note.

    Returns
    -------
    list of (int, int, int)
        First step, step of the end, and pitch.
    """
    step = int(music.resolution)
    notes = notes_of([track for track in music.tracks if not track.is_drum], resolution)
    melody = as_melody(notes, step, math.inf)
    return one_note_a_step(skyline(notes), step, math.inf) if melody is None else melody


def as_melody(notes, step, n_steps):
    """Return the notes as [(first step, step of the end, pitch), ...], or None where that takes a repair.

    That is where one is off the grid, of no length, beyond the window or begins while another sounds. Most scores have
    none: so all are tried, in 2 us for 12 notes, before :class:`PitchEncoder` looks for what is wrong in 10 us.
    """
    melody, free = [], 0
    for start, end, pitch in notes:
        first, last = start // step, end // step
        if start % step or end % step or not free <= first < last <= n_steps:
            return None
        melody.append((first, last, pitch))
        free = last
    return melody


def _nearest(time, step):
    """Return time / step rounded to the nearest integer, halves upward, in exact integer arithmetic."""
    return (2 * time + step) // (2 * step)


def skyline(notes):
    """Return the highest note of each onset, cut at the next onset; one of no length counts where no other begins."""
    highest = []
    for start, chord in groupby(notes, key=itemgetter(0)):
        _, pitch, end = max((end > start, pitch, end) for _, end, pitch in chord)
        highest.append((start, end, pitch))
    following = [start for start, _, _ in highest[1:]] + [math.inf]
    return [(start, min(end, cut), pitch) for (start, end, pitch), cut in zip(highest, following, strict=True)]


def one_note_a_step(notes, step, n_steps):
    """Return the melody, all rounded, of the note to keep of those that begin on each step.

    That is the longest (the shorter are its ornaments), of these the nearest to the step, of these the highest.
    """
    melody = []
    for first, meeting in groupby(notes, key=lambda note: _nearest(note[0], step)):
        if first < n_steps:  # else it was rounded out of the window
            _, end, pitch = max(meeting, key=lambda note: (note[1] - note[0], -abs(first * step - note[0]), note[2]))
            melody.append((first, max(_nearest(end, step), first + 1), pitch))
    return melody
