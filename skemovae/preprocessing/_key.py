"""KeyNormalizer: transpose scores to C major or C minor."""

import muspy

from .._validation import check_bool, check_choice
from ..io import KEY_NAMES
from ._base import ScoreTransformer, UnsuitableScoreError, copy_score, map_scores
from ._key_analysis import PROFILES, analyze_key

# mode -> (pitch class of the tonic without sharps and flats, "major" or "minor" by the third, which is what we hear)
MODES = {
    "major": (0, "major"),
    "ionian": (0, "major"),
    "dorian": (2, "minor"),
    "phrygian": (4, "minor"),
    "lydian": (5, "major"),
    "mixolydian": (7, "major"),
    "minor": (9, "minor"),
    "aeolian": (9, "minor"),
    "locrian": (11, "minor"),
}


def find_key(music, *, use_signature=True, analysis="aarden"):
    """Return (pitch class of the tonic, "major" or "minor") of a score.

    Raises UnsuitableScoreError if the key must be found by analysis and there are no pitched notes.
    """
    stated = stated_key(music.key_signatures[0]) if use_signature and music.key_signatures else None
    if stated:
        return stated
    notes = [note for track in music.tracks if not track.is_drum for note in track.notes if note.duration > 0]
    if not notes:
        raise UnsuitableScoreError("has no pitched notes, so it has no key (leave it out)")
    return analyze_key(notes, music.resolution, analysis)


def stated_key(signature):
    """Return (pitch class of the tonic, "major" or "minor") of a key signature; None if it does not state a mode."""
    if signature.mode not in MODES or (signature.root is None and signature.fifths is None):
        return None
    tonic, mode = MODES[signature.mode]
    return (tonic + 7 * signature.fifths if signature.root is None else signature.root) % 12, mode


def make_key_signature(root, mode):
    """Return the key signature of a tonic and a mode, "major" or "minor", at time 0."""
    name = KEY_NAMES[mode][root]
    sharps = {letter: n for n, letter in enumerate("FCGDAEB", start=-1)}[name[0]]
    sharps += {"": 0, "#": 7, "b": -7}[name[1:]] - (3 if mode == "minor" else 0)
    return muspy.KeySignature(0, root=root, mode=mode, fifths=sharps, root_str=name)


class KeyNormalizer(ScoreTransformer):
    """Transpose each score to C major or C minor.

    Parameters
    ----------
    use_signature : bool, default=True
        If True, the key is that of the score's first key signature, provided that it states a mode (in MusicXML and
        MIDI it can); church modes count as major or minor according to their third. Scores without such a signature are
        analyzed. If False, all scores are analyzed.
    analysis : {"aarden", "bellman", "krumhansl", "simple", "temperley"}, default="aarden"
        The key profile for the analysis, by its name in music21.
    direction : {"down", "nearest"}, default="down"
        "down" transposes down by 0 to 11 semitones, as for the paper's data; "nearest" transposes by -5 to +6
        semitones.

    See Also
    --------
    TempoNormalizer, Excerpt, SopranoExtractor : The other steps from whole scores to melodies.
    skemovae.preprocessing.to_parallel_mode : Exchanges major and minor in tokens.

    Notes
    -----
    This is step 3 of the paper's data preparation. On the paper's melodies, the stated keys reproduce 343 of the 344
    published files; the best analysis (with the Aarden, Bellman or simple profiles) reproduces 269, and Krumhansl's
    235.

    Examples
    --------
    >>> import muspy
    >>> from skemovae import KeyNormalizer
    >>> in_g = muspy.Music(
    ...     resolution=4,
    ...     key_signatures=[muspy.KeySignature(0, root=7, mode="major")],
    ...     tracks=[muspy.Track(notes=[muspy.Note(0, 67, 4), muspy.Note(4, 71, 4)])],
    ... )
    >>> KeyNormalizer().detect([in_g])
    ['G major']
    >>> [note.pitch for note in KeyNormalizer().fit_transform([in_g])[0].tracks[0].notes]
    [60, 64]
    """

    def __init__(self, *, use_signature=True, analysis="aarden", direction="down"):
        self.use_signature = use_signature
        self.analysis = analysis
        self.direction = direction

    def detect(self, X):
        """Return the key of each score.

        Parameters
        ----------
        X : list or 1-D array of muspy.Music

        Returns
        -------
        list of str
            For example ``["G major", "F# minor"]``.
        """
        self.check_parameters()
        return [f"{KEY_NAMES[mode][tonic]} {mode}" for tonic, mode in map_scores(self._find_key, X)]

    def check_parameters(self):
        check_bool("use_signature", self.use_signature)
        check_choice("analysis", self.analysis, tuple(PROFILES))
        check_choice("direction", self.direction, ("down", "nearest"))

    def _find_key(self, music):
        return find_key(music, use_signature=self.use_signature, analysis=self.analysis)

    def _transform_one(self, music):
        tonic, mode = self._find_key(music)
        shift = -tonic if self.direction == "down" or tonic <= 5 else 12 - tonic
        pitches = [int(note.pitch) for track in music.tracks if not track.is_drum for note in track.notes]
        if pitches and not 0 <= min(pitches) + shift <= max(pitches) + shift <= 127:
            raise UnsuitableScoreError(
                f"cannot be transposed by {shift} semitones: a note would leave the MIDI range 0 to 127 "
                "(leave it out, or choose another direction)"
            )
        result = copy_score(music, key_signatures=[make_key_signature(0, mode)])
        for track in result.tracks:
            if not track.is_drum:
                for note in track.notes:
                    note.pitch = int(note.pitch) + shift  # an unsigned byte would not go below 0
        return result
