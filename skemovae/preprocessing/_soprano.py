"""SopranoExtractor: one voice of each score."""

from statistics import fmean

from ._base import ScoreTransformer, UnsuitableScoreError, copy_score


def highest_track(tracks):
    """Return the track with the highest mean pitch; all have notes."""
    return max(tracks, key=lambda track: fmean(note.pitch for note in track.notes))


class SopranoExtractor(ScoreTransformer):
    """Keep one voice of each score, by default the soprano; drums are never chosen.

    Parameters
    ----------
    part : str, default="highest"
        "highest" is the pitched part with the highest mean pitch, "first" the first pitched part of the file (as in the
        published training data). Any other string is the name of a part, such as "Soprano" or "Violin I".

    See Also
    --------
    TempoNormalizer, Excerpt, KeyNormalizer : The other steps from whole scores to melodies.
    PitchEncoder : Encodes the melodies as tokens.

    Notes
    -----
    This is step 4 of the paper's data preparation. In 340 of the 344 chorales, the first part is also the highest.

    Examples
    --------
    >>> import muspy
    >>> from skemovae import SopranoExtractor
    >>> bass, soprano = (muspy.Track(name=n, notes=[muspy.Note(0, p, 4)]) for n, p in [("Bass", 48), ("Soprano", 72)])
    >>> score = muspy.Music(resolution=4, tracks=[bass, soprano])
    >>> [track.name for track in SopranoExtractor().fit_transform([score])[0].tracks]
    ['Soprano']
    """

    def __init__(self, part="highest"):
        self.part = part

    def check_parameters(self):
        if not isinstance(self.part, str) or not self.part:
            raise ValueError(f"part={self.part!r}: expected 'highest', 'first' or the name of a part")

    def _transform_one(self, music):
        pitched = [track for track in music.tracks if not track.is_drum and track.notes]
        if not pitched:
            raise UnsuitableScoreError("has no pitched track with notes (leave it out)")
        if self.part == "first":
            chosen = pitched[0]
        elif self.part == "highest":
            chosen = highest_track(pitched)
        else:
            named = [track for track in pitched if track.name == self.part]
            if not named:
                names = ", ".join(repr(track.name) for track in pitched)
                raise UnsuitableScoreError(
                    f"has no pitched part with notes named {self.part!r}; expected one of {names}"
                )
            chosen = named[0]
        return copy_score(music, tracks=[chosen])
