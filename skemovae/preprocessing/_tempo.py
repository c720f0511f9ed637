"""TempoNormalizer: the same tempo for every score."""

import math

import muspy

from .._validation import check_bool, check_number
from ._base import ScoreTransformer, UnsuitableScoreError, copy_score

DEFAULT_QPM = 120  # of a score without a tempo mark, as in MIDI
MAX_STRETCH = 1024  # beyond it, a tempo mark must be an error (MIDI allows 60,000,000), and so would be the result


def scale_time(music, factor):
    """Return a copy of a score with every onset, duration and mark multiplied by `factor`, a power of two."""
    times = [t for track in music.tracks for note in track.notes for t in (note.time, note.duration)]
    times += [mark.time for mark in (*music.tempos, *music.key_signatures, *music.time_signatures)]
    multiplier, divisor, resolution = max(round(factor), 1), max(round(1 / factor), 1), 1
    if divisor > 1 and any(time % divisor for time in times):
        divisor, resolution = 1, divisor  # finer time steps instead of rounded notes

    def scaled(time):
        return int(time) * multiplier // divisor

    result = copy_score(
        music,
        move_note=lambda n: muspy.Note(scaled(n.time), n.pitch, scaled(n.duration), n.velocity),
    )
    for mark in [*result.tempos, *result.key_signatures, *result.time_signatures]:
        mark.time = scaled(mark.time)
    result.resolution *= resolution
    return result


class TempoNormalizer(ScoreTransformer):
    """Set the tempo of each score.

    Parameters
    ----------
    qpm : float, default=120
        The tempo in quarter notes per minute.
    keep_speed : bool, default=False
        If True, durations are doubled or halved until the music is as near as possible to its original speed: with
        `qpm` at 120, the durations of a piece marked 60 are doubled. The published training data was made in this way,
        so that slow music has long notes. A score without a tempo mark counts as 120 (the MIDI default).

    See Also
    --------
    Excerpt, KeyNormalizer, SopranoExtractor : The other steps from whole scores to melodies.
    PitchEncoder : Encodes the melodies as tokens.

    Notes
    -----
    This is step 1 of the paper's data preparation. The first tempo mark applies to the whole piece; later changes of
    tempo are dropped. Lyrics, bar lines, beats and annotations are not kept.

    Examples
    --------
    >>> import muspy
    >>> from skemovae import TempoNormalizer
    >>> melody = muspy.Track(notes=[muspy.Note(0, 60, 4)])
    >>> slow = muspy.Music(resolution=4, tempos=[muspy.Tempo(0, 60)], tracks=[melody])
    >>> TempoNormalizer(keep_speed=True).fit_transform([slow])[0].tracks[0].notes[0].duration
    8
    """

    def __init__(self, qpm=120, *, keep_speed=False):
        self.qpm = qpm
        self.keep_speed = keep_speed

    def check_parameters(self):
        check_number("qpm", self.qpm, "120 quarter notes per minute")
        check_bool("keep_speed", self.keep_speed)

    def _transform_one(self, music):
        tempos = [muspy.Tempo(0, float(self.qpm))]
        if not self.keep_speed:
            return copy_score(music, tempos=tempos)
        before = music.tempos[0].qpm if music.tempos else DEFAULT_QPM
        slowest, fastest = self.qpm / MAX_STRETCH, self.qpm * MAX_STRETCH
        if not slowest <= before <= fastest:  # NaN fails every comparison
            raise UnsuitableScoreError(
                f"has a tempo of {before} quarter notes per minute; expected {slowest:.3g} to {fastest:.3g} "
                "(correct it, or set keep_speed=False)"
            )
        factor = 2.0 ** round(math.log2(self.qpm / before))
        result = scale_time(music, factor)
        result.tempos = tempos
        return result
