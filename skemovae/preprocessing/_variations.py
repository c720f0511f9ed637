"""MelodyVariations: new rows for each training epoch, made from the training rows by musical rules."""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import Bunch

from .._validation import check_positive_integer, check_share, make_generator
from ..emotion import label_spellings, quadrant_index, valence_arousal
from ._durations import SHORT_NOTE_STEPS, double_durations, median_note_length
from ._mode import parallel_pitches, to_parallel_mode
from ._splice import splice_bars
from ._tokens import HOLD, REST, check_tokens

MODE, SPEED, BOTH = range(3)  # how a partner differs from its row


class MelodyVariations(BaseEstimator):
    """Make new rows for each training epoch: drawn with replacement, spliced, in the parallel mode, with partners.

    It is called before every epoch. Rows are drawn with replacement, so that a quadrant of n rows has the weight
    sqrt(n). Then each of the following is applied to its own share of the rows:

    - Rows are *spliced* with other rows of their quadrant (:func:`splice_bars`), so that a model learns to encode each
      bar instead of memorizing whole tunes.
    - Rows are moved to the *parallel mode* (:func:`to_parallel_mode`), which changes the sign of their valence.
    - Rows are given a *partner*: the same melody with another emotion, in the parallel mode, at another speed, or both.
      A model that decodes the partner from the row's free coordinates and the partner's valence and arousal learns to
      change the emotion of a melody while keeping the melody.

    Partners at another speed are only for rows of high arousal whose median note is shorter than a half note, and whose
    first half at half speed (:func:`double_durations`) has a median note of a half note or more. Half of these pairs go
    from fast to slow, the others from slow to fast. In the latter, only the first half of the partner counts, because
    the slow row does not determine the second. Rows whose speed cannot change are given a partner in the parallel mode.

    Parameters
    ----------
    spliced : float, default=0.8
        Share of the rows that are spliced.
    parallel : float, default=0.3
        Share of the rows that are moved to the parallel mode.
    paired : float, default=0.5
        Share of the rows that have a partner.
    hidden_context : float, default=0.3
        Share of the rows whose context is hidden: all its columns are 0, which a model learns to treat as "unknown".
    resolution : int, default=4
        Number of time steps per quarter note, as in :class:`skemovae.PitchEncoder`. A bar has four quarter notes.

    See Also
    --------
    splice_bars, to_parallel_mode, double_durations : The individual variations.

    Notes
    -----
    Rows should be in C major or C minor (:class:`skemovae.KeyNormalizer`), and labeled by mode and speed, or by people
    who heard them. The context of a row is that of the training row from which it was made. If splicing or another
    speed makes the context wrong (for example, the fact that the row ends its tune), set `spliced` and `paired` to 0.
    Two calls with the same rows and with generators in the same state return the same result.

    Examples
    --------
    >>> from skemovae.preprocessing import MelodyVariations
    >>> variations = MelodyVariations(spliced=0, parallel=0, paired=1, resolution=2)
    >>> epoch = variations([[60, 129, 64, 129, 67, 129, 64, 129]], ["happy"], generator=4)
    >>> epoch.X, epoch.y.tolist()
    (array([[ 60, 129,  64, 129,  67, 129,  64, 129]]), ['happy'])
    >>> epoch.partners, epoch.partner_y.tolist()  # in minor, and slow
    (array([[ 60, 129, 129, 129,  63, 129, 129, 129]]), ['sad'])
    """

    def __init__(self, *, spliced=0.8, parallel=0.3, paired=0.5, hidden_context=0.3, resolution=4):
        self.spliced = spliced
        self.parallel = parallel
        self.paired = paired
        self.hidden_context = hidden_context
        self.resolution = resolution

    def __call__(self, X, y, context=None, generator=None):
        """Return the rows of one epoch.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_steps), int
            Tokens 0-129 of the training rows.
        y : array-like of shape (n_samples,), or of shape (n_samples, 2)
            Emotions in any spelling, or points (valence, arousal). Rows with a valence of 0 do not change their mode.
        context : array-like of shape (n_samples, n_context), default=None
            What the decoder is given about each row besides its emotion.
        generator : None, int, numpy.random.Generator or numpy.random.RandomState, default=None
            The source of all randomness.

        Returns
        -------
        sklearn.utils.Bunch
            New arrays, of the same shapes in every call:

            X : int ndarray of shape (n_samples, n_steps)
                The rows; those with a partner come first.
            y : ndarray of shape (n_samples,), or of shape (n_samples, 2)
                Their labels, spelled as `y` spells them, or their points.
            context : float ndarray of shape (n_samples, n_context)
                Only if `context` is given.
            partners : int ndarray of shape (n_pairs, n_steps)
                What the first rows are to be decoded to. This entry and the next two exist only if rows have partners.
            partner_y : ndarray of shape (n_pairs,), or of shape (n_pairs, 2)
                The labels of the partners.
            step_weight : float ndarray of shape (n_pairs, n_steps)
                0 for steps of a partner that do not count, otherwise 1.

        Raises
        ------
        ValueError
            If a parameter or the tokens are not valid, a label is unknown, or the lengths differ.
        """
        self._check_parameters()
        tokens = check_tokens(X)
        points, as_labels = _read_labels(y)
        context = _check_lengths(tokens, points, context)
        generator = make_generator(generator)
        drawn = _draw(quadrant_index(points), generator)
        rows, points = tokens[drawn], points[drawn]
        chosen = generator.random(len(rows)) < self.spliced
        rows[chosen] = splice_bars(
            rows[chosen], quadrant_index(points[chosen]), bar_steps=4 * self.resolution, random_state=generator
        )
        rows, points = _to_other_mode(rows, points, generator.random(len(rows)) < self.parallel)
        n_pairs = round(self.paired * len(rows))
        partners = {}
        if n_pairs:
            (rows[:n_pairs], points[:n_pairs]), (others, other_points), step_weight = self._pair(
                rows[:n_pairs], points[:n_pairs], generator
            )
            partners = dict(partners=others, partner_y=as_labels(other_points), step_weight=step_weight)
        epoch = Bunch(X=rows, y=as_labels(points), **partners)
        if context is not None:
            hidden = generator.random((len(rows), 1)) < self.hidden_context
            epoch.context = np.where(hidden, 0.0, context[drawn])
        return epoch

    def vocabulary(self, X):
        """Return all tokens that variations of the rows can contain, so that the model knows them before training.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_steps), int
            Tokens 0-129.

        Returns
        -------
        int ndarray of shape (n_tokens,)
            Ascending: the tokens of X, their pitches in both modes, rest and hold.

        Examples
        --------
        >>> from skemovae.preprocessing import MelodyVariations
        >>> MelodyVariations().vocabulary([[60, 64], [60, 67]])
        array([ 60,  63,  64,  67, 128, 129])
        """
        return np.union1d(parallel_pitches(check_tokens(X)), [REST, HOLD])

    def _check_parameters(self):
        for name, usual in (("spliced", 0.8), ("parallel", 0.3), ("paired", 0.5), ("hidden_context", 0.3)):
            check_share(name, getattr(self, name), usual)
        check_positive_integer("resolution", self.resolution, "4 for sixteenths")

    def _pair(self, rows, points, generator):
        """Return rows and their points, partners and their points, and which steps of the partners count."""
        n_pairs, n_steps = rows.shape
        slow, slow_points = double_durations(rows), points * [1, -1]
        short = SHORT_NOTE_STEPS / 4 * self.resolution
        has_other_speed = (points[:, 1] > 0) & (median_note_length(rows) < short) & (median_note_length(slow) >= short)
        kind = np.where(has_other_speed, generator.integers(3, size=n_pairs), MODE)
        to_fast = generator.random(n_pairs) < 0.5
        to_slow, to_fast = (kind != MODE) & ~to_fast, (kind != MODE) & to_fast
        sources = np.where(to_fast[:, None], slow, rows), np.where(to_fast[:, None], slow_points, points)
        partners = np.where(to_slow[:, None], slow, rows), np.where(to_slow[:, None], slow_points, points)
        known = np.arange(n_steps) < (n_steps + 1) // 2  # the steps of a fast row that its slow version represents
        step_weight = np.where(to_fast[:, None], known, True).astype(float)
        return sources, _to_other_mode(*partners, kind != SPEED), step_weight


def _read_labels(y):
    """Return the points of labels, and a function from points to labels of the same kind."""
    if np.ndim(y) == 2:
        return np.array(y, dtype=float), np.copy
    spellings, index = label_spellings(y)
    points = valence_arousal(range(1, len(spellings) + 1))
    return points[index], lambda points: spellings[quadrant_index(points)]


def _check_lengths(tokens, points, context):
    """Return the context as an array or None; raise ValueError unless everything has as many rows as the tokens."""
    if len(points) != len(tokens) or not len(tokens):
        raise ValueError(f"{len(tokens)} rows and {len(points)} labels: expected the same number, at least one")
    if context is None:
        return None
    context = np.asarray(context, dtype=float)
    if context.ndim != 2 or len(context) != len(tokens):
        raise ValueError(f"context of shape {context.shape}: expected (n_samples={len(tokens)}, n_context)")
    return context


def _draw(quadrants, generator):
    """Draw as many row numbers as there are rows, so that a quadrant of n rows has the weight sqrt(n)."""
    weight = 1 / np.sqrt(np.bincount(quadrants))[quadrants]
    return generator.choice(len(quadrants), size=len(quadrants), p=weight / weight.sum())


def _to_other_mode(rows, points, chosen):
    """Return the rows with the chosen ones moved to the parallel mode, and their points."""
    chosen = chosen & (points[:, 0] != 0)
    moved, moved_points = rows.copy(), points.copy()
    moved[chosen] = to_parallel_mode(rows[chosen], np.where(points[chosen, 0] > 0, "minor", "major"))
    moved_points[chosen, 0] *= -1
    return moved, moved_points
