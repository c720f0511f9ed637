"""What transformers of scores have in common: input checks, copies, and errors that name the score."""

from collections.abc import Collection

import muspy
from sklearn.base import BaseEstimator, TransformerMixin

from .._scores import why_impossible

MAX_PROBLEMS_SHOWN = 5


class UnsuitableScoreError(ValueError):
    """Why a score cannot be transformed; caught by :func:`map_scores`, which adds the score's position and name."""


def check_scores(X):
    """Return X as a list of :class:`muspy.Music`; otherwise raise an error that says what it is."""
    if isinstance(X, muspy.Music):
        raise ValueError("X is a single muspy.Music: expected a list of them; pass [music]")
    if not isinstance(X, Collection) or isinstance(X, str | bytes):
        raise ValueError(f"X is {type(X).__name__}: expected a list or 1-D array of muspy.Music")
    shape = getattr(X, "shape", None)
    if getattr(X, "ndim", 1) != 1:  # an array or a table, whose columns would count as scores
        raise ValueError(
            f"X is an array of shape {shape}: expected a list or 1-D array of muspy.Music (numpy.array splits a list "
            "of scores into tracks and notes; pass the list itself)"
        )
    scores = list(X)
    if not scores:
        raise ValueError(
            "X is empty: expected at least one muspy.Music (0 sample(s) were given, minimum of 1 is required)"
        )
    for position, music in enumerate(scores):
        if not isinstance(music, muspy.Music):
            raise ValueError(
                f"score {position} is {type(music).__name__}: expected muspy.Music; "
                "read files with skemovae.read_music, convert music21 streams with skemovae.from_music21"
            )
    return scores


def describe_score(position, music):
    """Return how messages name a score: ``score 3 ('x.mid')``."""
    name = music.metadata.source_filename or music.metadata.title if music.metadata else None
    return f"score {position} ({name!r})" if name else f"score {position}"


def map_scores(function, X):
    """Return ``[function(music) for music in X]``, or raise a single error that names all scores that fail."""
    scores = check_scores(X)
    results, problems = [], []
    for position, music in enumerate(scores):
        try:
            if problem := why_impossible(music):
                raise UnsuitableScoreError(f"has {problem}")
            results.append(function(music))
        except UnsuitableScoreError as error:
            problems.append(f"{describe_score(position, music)}: {error}")
    if problems:
        shown = "\n  ".join(problems[:MAX_PROBLEMS_SHOWN])
        more = f"\n  and {len(problems) - MAX_PROBLEMS_SHOWN} more" if len(problems) > MAX_PROBLEMS_SHOWN else ""
        raise ValueError(shown if len(problems) == 1 else f"{len(problems)} of {len(scores)} scores:\n  {shown}{more}")
    return results


def copy_score(music, *, move_note=None, tracks=None, tempos=None, key_signatures=None, time_signatures=None):
    """Return a score that shares nothing mutable with `music`, with the named parts replaced.

    Lyrics, bar lines, beats, annotations and spelled pitch names are not copied: they would be wrong after a change of
    time or pitch.
    """
    move_note = move_note or (lambda note: muspy.Note(note.time, note.pitch, note.duration, note.velocity))
    return muspy.Music(
        metadata=music.metadata.deepcopy() if music.metadata else None,
        resolution=music.resolution,
        tempos=[t.deepcopy() for t in music.tempos] if tempos is None else tempos,
        key_signatures=[k.deepcopy() for k in music.key_signatures] if key_signatures is None else key_signatures,
        time_signatures=[t.deepcopy() for t in music.time_signatures] if time_signatures is None else time_signatures,
        tracks=[
            muspy.Track(
                program=track.program,
                is_drum=track.is_drum,
                name=track.name,
                notes=[moved for moved in map(move_note, track.notes) if moved is not None],
            )
            for track in (music.tracks if tracks is None else tracks)
        ],
    )


class ScoreTransformer(TransformerMixin, BaseEstimator):
    """Base class of the stateless transformers of scores.

    A subclass checks its parameters in ``check_parameters`` and transforms one score in ``_transform_one``.
    """

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
        """Transform the scores; the input is not modified and no score is dropped.

        Parameters
        ----------
        X : list or 1-D array of muspy.Music

        Returns
        -------
        list of muspy.Music, of the same length

        Raises
        ------
        ValueError
            If X is not a list of scores, or some scores are unsuitable; the message names each by its position and
            file.
        """
        self.check_parameters()
        return map_scores(self._transform_one, X)

    def set_output(self, *, transform=None):
        """Do nothing, because scores cannot be a table; a pipeline calls this method of all its steps.

        Parameters
        ----------
        transform : ignored

        Returns
        -------
        self
        """
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.one_d_array, tags.input_tags.two_d_array = True, False
        tags.transformer_tags.preserves_dtype = []
        return tags
