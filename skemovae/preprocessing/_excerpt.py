"""Excerpt: the first bars of every score."""

import muspy

from .._validation import check_choice, check_positive_integer
from ._base import ScoreTransformer, UnsuitableScoreError, copy_score


def parse_time_signature(text):
    """Return (numerator, denominator) of a time signature such as "4/4"."""
    parts = text.split("/") if isinstance(text, str) else []
    if len(parts) == 2 and all(p.isascii() and p.isdigit() for p in parts):
        numerator, denominator = map(int, parts)
        if numerator > 0 and denominator in (1, 2, 4, 8, 16, 32):
            return numerator, denominator
    raise ValueError(f"time_signature={text!r}: expected two numbers such as '4/4' or '6/8'")


class Excerpt(ScoreTransformer):
    """Keep the first bars of each score, counted from its beginning (an upbeat belongs to the first bar).

    A note that begins in the excerpt and lasts beyond it is cut off at the end of the excerpt.

    Parameters
    ----------
    n_bars : int, default=4
        Number of bars.
    time_signature : str, default="4/4"
        The meter; four bars of 4/4 are 16 quarter notes.
    mismatch : {"error", "keep"}, default="error"
        What to do with a score that begins in another meter, or ends before the last bar begins: raise an error that
        names it, or keep it, with rests in place of missing bars. A score without a time signature counts as 4/4 (the
        MIDI default).

    See Also
    --------
    TempoNormalizer, KeyNormalizer, SopranoExtractor : The other steps from whole scores to melodies.
    PitchEncoder : Encodes the melodies as tokens.

    Notes
    -----
    This is step 2 of the paper's data preparation: only pieces in 4/4, and only their first four bars.

    Examples
    --------
    >>> import muspy
    >>> from skemovae import Excerpt
    >>> notes = [muspy.Note(time, 60, 4) for time in range(0, 20, 4)]
    >>> piece = muspy.Music(resolution=4, tracks=[muspy.Track(notes=notes)])
    >>> len(Excerpt(n_bars=1).fit_transform([piece])[0].tracks[0].notes)
    4
    """

    def __init__(self, n_bars=4, *, time_signature="4/4", mismatch="error"):
        self.n_bars = n_bars
        self.time_signature = time_signature
        self.mismatch = mismatch

    def check_parameters(self):
        check_positive_integer("n_bars", self.n_bars, 4)
        parse_time_signature(self.time_signature)
        check_choice("mismatch", self.mismatch, ("error", "keep"))

    def _transform_one(self, music):
        numerator, denominator = parse_time_signature(self.time_signature)
        whole = 4 * music.resolution
        # Rounded up, to include notes that begin in a last bar of fractional length (3/8 with time steps of a quarter).
        end = -(-whole * numerator * self.n_bars // denominator)
        if self.mismatch == "error":
            self._check_suitable(music, whole * numerator * (self.n_bars - 1) / denominator)

        def cut(note):
            if note.time >= end:
                return None
            return muspy.Note(note.time, note.pitch, min(note.duration, end - note.time), note.velocity)

        return copy_score(
            music,
            move_note=cut,
            tempos=[tempo.deepcopy() for tempo in music.tempos if tempo.time < end],
            key_signatures=[key.deepcopy() for key in music.key_signatures if key.time < end],
            time_signatures=[muspy.TimeSignature(0, numerator, denominator)],
        )

    def _check_suitable(self, music, last_bar):
        first = music.time_signatures[0] if music.time_signatures else muspy.TimeSignature(0, 4, 4)
        if (first.numerator, first.denominator) != parse_time_signature(self.time_signature):
            raise UnsuitableScoreError(
                f"begins in {first.numerator}/{first.denominator}; expected {self.time_signature} "
                "(leave it out, or set mismatch='keep')"
            )
        notes = [note for track in music.tracks for note in track.notes]
        if not notes:
            raise UnsuitableScoreError("has no notes (leave it out, or set mismatch='keep')")
        if max(note.time + note.duration for note in notes) <= last_bar:
            raise UnsuitableScoreError(
                f"is shorter than {self.n_bars} bars of {self.time_signature} (leave it out, or set mismatch='keep')"
            )
