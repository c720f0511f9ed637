"""PitchEncoder: scores to tokens and back, in MusPy's pitch representation with a hold state."""

import warnings
from itertools import pairwise

import muspy
import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from .._validation import check_choice, check_positive_integer
from ._base import UnsuitableScoreError, check_scores, describe_score, map_scores
from ._melody import as_melody, notes_of, one_note_a_step, skyline
from ._tokens import check_tokens, notes_of_row, row_of_notes

# General MIDI's grand piano: it has every pitch of the data (C3 to A5 in the chorales), sixteenths are clear on it, and
# it does not add a mood of its own.
PROGRAM = 0
MAX_STEPS = 1_000_000  # so that a typo in n_steps is an error and does not take gigabytes

_REPAIRS = {
    "polyphony": "skyline",
    "off_grid": "round",
    "out_of_window": "clip",
}
_DONE = {
    "polyphony": "the highest note of each onset was kept, cut at the next onset",
    "off_grid": "they were rounded to the nearest step",
    "out_of_window": "they were cut at the end of the window",
}


class PitchEncoder(TransformerMixin, BaseEstimator):
    """Encode melodies as tokens, one per time step: a MIDI pitch 0-127, 128 for a rest, 129 to hold the last pitch.

    This is MusPy's pitch representation with hold state, as in the paper: in steps of a sixteenth, a quarter note E4 is
    ``64 129 129 129`` and an eighth note F4 is ``65 129`` (Figure 2). ``transform(inverse_transform(tokens))`` returns
    the same tokens for every valid row, and ``inverse_transform(transform(scores))`` keeps all onsets, pitches and
    durations that lie on the grid and in the window.

    Parameters
    ----------
    n_steps : int, default=64
        Number of steps in a row; 64 is four bars of 4/4 in sixteenths. Shorter music is padded with rests.
    resolution : int, default=4
        Number of time steps per quarter note; 4 is a grid of sixteenths.
    polyphony : {"error", "warn", "skyline"}, default="error"
        What to do if notes sound together: raise an error that names the score, or use the skyline, with or without a
        warning. The skyline keeps the highest note of each onset and cuts it at the next onset (Uitdenbogerd and Zobel,
        1999).
    off_grid : {"error", "warn", "round"}, default="warn"
        What to do with onsets and ends between two steps: raise an error, or round to the nearest step, with or without
        a warning. Each note keeps at least one step. If several notes round to the same step, the longest is kept; in
        case of ties, the one nearest to the step, and then the highest. A note without length counts as off the grid; a
        note whose onset rounds to the end of the window is left out.
    out_of_window : {"error", "warn", "clip"}, default="warn"
        What to do with notes that reach beyond `n_steps`: raise an error, or cut them off, with or without a warning.

    See Also
    --------
    EmotionRegularizedVAE : Learns from tokens and writes new ones.
    KeyNormalizer, TempoNormalizer, Excerpt, SopranoExtractor : Steps from whole scores to melodies.

    Notes
    -----
    The notes of all tracks except drums are encoded; if there are several tracks, use :class:`SopranoExtractor` first.
    A score without a pitched track is an error; if its pitched track has no notes, it becomes all rests. The encoder
    agrees with ``muspy.to_pitch_representation`` with ``use_hold_state=True`` where that is correct. Unlike MusPy
    0.5.0, it limits its memory by `n_steps`, separates repeated notes of one step, keeps trailing rests, and refuses
    tokens out of range.

    References
    ----------
    H.-W. Dong et al., "MusPy: a toolkit for symbolic music generation", ISMIR 2020.
    A. Uitdenbogerd and J. Zobel, "Melodic matching techniques for large music databases", ACM Multimedia 1999.

    Examples
    --------
    >>> from skemovae import PitchEncoder
    >>> encoder = PitchEncoder(n_steps=8)
    >>> melodies = encoder.inverse_transform([[64, 129, 129, 129, 65, 129, 67, 129]])
    >>> [(note.time, note.pitch, note.duration) for note in melodies[0].tracks[0].notes]
    [(0, 64, 4), (4, 65, 2), (6, 67, 2)]
    >>> encoder.fit_transform(melodies)
    array([[ 64, 129, 129, 129,  65, 129,  67, 129]])
    """

    def __init__(self, n_steps=64, resolution=4, *, polyphony="error", off_grid="warn", out_of_window="warn"):
        self.n_steps = n_steps
        self.resolution = resolution
        self.polyphony = polyphony
        self.off_grid = off_grid
        self.out_of_window = out_of_window

    def fit(self, X, y=None):
        """Check the parameters and the input; nothing is learned.

        Parameters
        ----------
        X : list or 1-D array of muspy.Music
        y : ignored

        Returns
        -------
        self
        """
        self.check_parameters()
        check_scores(X)
        return self

    def transform(self, X):
        """Encode scores as tokens.

        Parameters
        ----------
        X : list or 1-D array of muspy.Music

        Returns
        -------
        ndarray of shape (n_samples, n_steps), int
            Tokens 0-129.

        Raises
        ------
        ValueError
            If X is not a list of scores, a score has no pitched track or an impossible note, or needs a repair for
            which the parameter is "error"; the message names each score by its position and file.
        """
        self.check_parameters()
        scores = check_scores(X)
        encoded = map_scores(self._encode, scores)
        for name, repair in _REPAIRS.items():
            repaired = [i for i, (_, found) in enumerate(encoded) if name in found]
            if repaired and getattr(self, name) == "warn":
                first = describe_score(repaired[0], scores[repaired[0]])
                warnings.warn(
                    f"{len(repaired)} of {len(encoded)} scores have {encoded[repaired[0]][1][name]} (the first is "
                    f"{first}); {_DONE[name]}. Set {name}={repair!r} to accept this or {name}='error' to refuse it",
                    UserWarning,
                    stacklevel=3,  # also skips the wrapper that scikit-learn's set_output puts around this method
                )
        return np.array([tokens for tokens, _ in encoded], dtype=int)

    def inverse_transform(self, X):
        """Decode tokens to scores.

        A hold with nothing to hold, at the beginning or after a rest, counts as a rest.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_steps), int
            Tokens 0-129. A column of shape (n_steps, 1), as returned by MusPy, counts as one row.

        Returns
        -------
        list of muspy.Music
            Scores with a single piano track, in 4/4 at 120 quarter notes per minute.

        Raises
        ------
        ValueError
            If X is not 2-D with `n_steps` columns, or contains anything other than integers 0-129.
        """
        self.check_parameters()
        return [self._decode(row) for row in check_tokens(X, self.n_steps)]

    def to_one_hot(self, X, vocabulary=None):
        """Return tokens as a one-hot tensor, as in the paper.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_steps), int
            Tokens 0-129.
        vocabulary : array-like of shape (n_symbols,), default=None
            The tokens that have a column; None means those that occur in X (31 in the paper's data). Columns are in
            ascending order of tokens.

        Returns
        -------
        ndarray of shape (n_samples, n_steps, n_symbols), float32

        Raises
        ------
        ValueError
            If X is not valid (see :meth:`inverse_transform`) or contains a token that is not in `vocabulary`.

        Examples
        --------
        >>> PitchEncoder(n_steps=4).to_one_hot([[64, 129, 128, 64]])[0]
        array([[1., 0., 0.],
               [0., 0., 1.],
               [0., 1., 0.],
               [1., 0., 0.]], dtype=float32)
        """
        self.check_parameters()
        tokens = check_tokens(X, self.n_steps)
        vocabulary = np.unique(tokens if vocabulary is None else vocabulary)
        unknown = np.setdiff1d(tokens, vocabulary)
        if unknown.size:
            raise ValueError(
                f"tokens {unknown.tolist()} are not in the vocabulary {vocabulary.tolist()}: "
                "expected only those; add them to it"
            )
        return np.eye(len(vocabulary), dtype=np.float32)[np.searchsorted(vocabulary, tokens)]

    def get_feature_names_out(self, input_features=None):
        """Return the names of the columns: "step0" to "step63".

        Parameters
        ----------
        input_features : ignored

        Returns
        -------
        ndarray of str
        """
        return np.array([f"step{i}" for i in range(self.n_steps)], dtype=object)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.one_d_array, tags.input_tags.two_d_array = True, False
        tags.transformer_tags.preserves_dtype = []
        return tags

    def check_parameters(self):
        check_positive_integer("n_steps", self.n_steps, "64 for four 4/4 bars of sixteenths")
        if self.n_steps > MAX_STEPS:
            raise ValueError(f"n_steps={self.n_steps!r}: expected at most {MAX_STEPS:,}")
        check_positive_integer("resolution", self.resolution, "4 for sixteenths")
        for name, repair in _REPAIRS.items():
            check_choice(name, getattr(self, name), ("error", "warn", repair))

    def _encode(self, music):
        """Return the tokens of one score, and a dict of what had to be repaired: parameter -> what was found."""
        tracks = [track for track in music.tracks if not track.is_drum]
        if not tracks:
            raise UnsuitableScoreError("has no pitched track; expected one with a melody (leave it out)")
        step, n_steps = int(music.resolution), int(self.n_steps)
        notes = notes_of(tracks, int(self.resolution))
        melody, found = as_melody(notes, step, n_steps), {}
        if melody is None:
            melody, found = self._repair(notes, step, n_steps)
        return row_of_notes(melody, n_steps), found

    def _repair(self, notes, step, n_steps):
        """Return the repaired melody and what was found; raise an error where a parameter is "error"."""
        limit = n_steps * step
        found = {}
        inside = [(start, min(end, limit), pitch) for start, end, pitch in notes if start < limit]
        if inside != notes:
            found["out_of_window"] = f"notes beyond {n_steps} steps"
        if any(following < end for (_, end, _), (following, _, _) in pairwise(inside)):
            found["polyphony"] = "notes that sound together"
            inside = skyline(inside)
        melody = as_melody(inside, step, n_steps)
        if melody is None:  # they are now one after another and in the window
            found["off_grid"] = f"notes off the grid of {self.resolution} steps per quarter note"
            melody = one_note_a_step(inside, step, n_steps)
        refused = [
            f"{found[name]} (set {name}={_REPAIRS[name]!r} to repair it)"
            for name in found
            if getattr(self, name) == "error"
        ]
        if refused:
            raise UnsuitableScoreError(f"has {' and '.join(refused)}")
        return melody, found

    def _decode(self, tokens):
        """Return the score of one row of tokens."""
        notes = [muspy.Note(*note) for note in notes_of_row(tokens)]
        return muspy.Music(
            metadata=muspy.Metadata(),
            resolution=int(self.resolution),
            tempos=[muspy.Tempo(0, 120.0)],
            time_signatures=[muspy.TimeSignature(0, 4, 4)],
            tracks=[muspy.Track(program=PROGRAM, notes=notes)],
        )
