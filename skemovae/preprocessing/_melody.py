"""Notes as one melody, one note at a time: the repairs of :class:`PitchEncoder`, with times as Python integers."""

import math
from itertools import groupby
from operator import itemgetter


def notes_of(tracks, resolution):
    """Return the notes as (onset, end, pitch), in order.

    Times are in units that divide both the score's time step and ours, so that everything stays exact. They are Python
    integers, which cannot overflow.
    """
    return sorted(
        [
            (start := int(note.time) * resolution, start + int(note.duration) * resolution, note.pitch)
            for track in tracks
            for note in track.notes
        ]
    )


def melody_on_grid(music, resolution):
    """Return the notes of a score's pitched tracks as one melody, with the repairs of :class:`PitchEncoder`.

    Unlike its tokens, the melody is not limited to a window, and takes memory in proportion to the number of notes, not
    to the time of the last one.

    Parameters
    ----------
    music : muspy.Music
    resolution : int
        Number of steps per quarter note.

    Returns
    -------
    list of (int, int, int)
        First step, end step, and pitch.
    """
    step = int(music.resolution)
    notes = notes_of([track for track in music.tracks if not track.is_drum], resolution)
    melody = as_melody(notes, step, math.inf)
    return one_note_a_step(skyline(notes), step, math.inf) if melody is None else melody


def as_melody(notes, step, n_steps):
    """Return the notes as [(first step, end step, pitch), ...], or None if a repair is needed.

    A repair is needed if a note is off the grid, has no length, reaches beyond the window or begins while another
    sounds. Most scores have no such note, so this is tried first (2 us for 12 notes), before :class:`PitchEncoder`
    looks for what is wrong (10 us).
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
    """Return the highest note of each onset, cut at the next onset; one without length only if it is the only one."""
    highest = []
    for start, chord in groupby(notes, key=itemgetter(0)):
        _, pitch, end = max((end > start, pitch, end) for _, end, pitch in chord)
        highest.append((start, end, pitch))
    following = [start for start, _, _ in highest[1:]] + [math.inf]
    return [(start, min(end, cut), pitch) for (start, end, pitch), cut in zip(highest, following, strict=True)]


def one_note_a_step(notes, step, n_steps):
    """Round all notes to steps, and return the melody that keeps one of the notes that begin on each step.

    It keeps the longest (shorter ones are ornaments), or of several the nearest to the step, and then the highest.
    """
    melody = []
    for first, meeting in groupby(notes, key=lambda note: _nearest(note[0], step)):
        if first < n_steps:  # otherwise it was rounded out of the window
            _, end, pitch = max(meeting, key=lambda note: (note[1] - note[0], -abs(first * step - note[0]), note[2]))
            melody.append((first, max(_nearest(end, step), first + 1), pitch))
    return melody
