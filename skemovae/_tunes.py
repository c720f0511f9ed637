"""Which scores are the same tune, so that cross-validation does not test on tunes it has trained on."""

from statistics import fmean

INCIPIT_QUARTERS = 8


def tune_incipit(music, part="highest"):
    """Return the first 8 quarter notes of a melody in any key, as (onset in quarters, interval to the first note).

    Parameters
    ----------
    music : muspy.Music
    part : {"highest", "first"}, default="highest"
        Which track is the melody, of the pitched tracks that play in these 8 quarter notes: the one with the highest
        mean pitch, or the first.

    Returns
    -------
    tuple of (float, int)
    """
    end = INCIPIT_QUARTERS * music.resolution
    tracks = [track for track in music.tracks if track.notes and track.notes[0].time < end and not track.is_drum]
    if not tracks:
        return ()
    melody = tracks[0] if part == "first" else max(tracks, key=lambda track: fmean(n.pitch for n in track.notes))
    notes = [note for note in melody.notes if note.time < end]
    return tuple((note.time / music.resolution, note.pitch - melody.notes[0].pitch) for note in notes)


def group_by_tune(incipits, names):
    """Return for each score the name of the first score with the same incipit.

    Bach set many hymn tunes more than once, so that different files can be the same melody.
    """
    first = {}
    return [first.setdefault(incipit, name) for incipit, name in zip(incipits, names, strict=True)]
