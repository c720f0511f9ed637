"""Checks for drawing and playing: that it is a score, and not so long that it would take minutes or gigabytes."""

import muspy

from ._scores import why_impossible

MAX_QUARTERS = 4_000  # a thousand bars of 4/4
MAX_NOTES = 20_000


def check_score(music):
    """Raise TypeError unless the argument is a score, ValueError if it is an impossible one."""
    if not isinstance(music, muspy.Music):
        raise TypeError(
            f"music is of type {type(music).__name__}: expected a muspy.Music; convert tokens with "
            "PitchEncoder().inverse_transform(tokens)[0]"
        )
    if problem := why_impossible(music):
        raise ValueError(f"the score has {problem}")


def check_drawable(music):
    """Do as :func:`check_score`, and raise ValueError also for a score too long to draw or with an invalid meter."""
    check_score(music)
    notes = [note for track in music.tracks for note in track.notes]
    quarters = max((note.time + note.duration for note in notes), default=0) / music.resolution
    if quarters > MAX_QUARTERS or len(notes) > MAX_NOTES:
        raise ValueError(
            f"a score of {quarters:,.0f} quarter notes and {len(notes):,} notes: expected at most {MAX_QUARTERS:,} and "
            f"{MAX_NOTES:,} to draw; cut it with Excerpt"
        )
    for signature in music.time_signatures:
        if not (signature.numerator > 0 and signature.denominator > 0):
            raise ValueError(
                f"a time signature of {signature.numerator}/{signature.denominator}: expected one such as 4/4"
            )
