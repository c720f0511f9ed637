"""NGramModel: how likely melodies are, note by note, given other melodies."""

from collections import Counter

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from .._validation import check_positive_integer
from ..preprocessing import REST
from ._inputs import STEPS_PER_BAR, as_notes, mean_of_known

MAX_LENGTH = 4 * STEPS_PER_BAR  # longer notes and rests count as four bars long, so that the alphabet is finite
N_PITCHES = REST + 1  # pitches 0 to 127, and the rest


class NGramModel(BaseEstimator):
    r"""n-gram model of melodies: the probability of each note given those before it.

    A melody is a sequence of notes and of the rests between them. The pitch of each (a rest counts as one more pitch)
    is predicted from the ``order - 1`` pitches before it; its length in sixteenths is predicted from the ``order - 1``
    lengths before it and its position in the bar. Both are interpolated with shorter and shorter contexts c by the
    method of Witten and Bell,

    .. math:: p(x | c) = \frac{n(c, x) + t(c) \, p(x | c')}{n(c) + t(c)}

    where n(c, x) is how often x followed c in training, n(c) how often anything followed c, t(c) the number of
    different symbols that followed c, and c' is c without its earliest element. The shortest context (for a length, the
    position in the bar) is interpolated with the uniform distribution, so that nothing is impossible.

    Parameters
    ----------
    order : int, default=3
        The n of the n-gram; with 1, the model only knows how often each pitch occurs, and each length at each position
        in the bar.

    Attributes
    ----------
    pitch_counts_ : list of dict, length order
        For each number of preceding pitches, {context: Counter of what followed}.
    length_counts_ : list of dict, length order
        The same for the lengths.

    See Also
    --------
    melodic_quality : Many comparisons with real melodies at once.

    Notes
    -----
    All melodies should be in the same key (:class:`skemovae.KeyNormalizer`). A model fitted on a few hundred melodies
    can rank generators, but predicts real tunes less well than a model fitted on many thousands, so compare only scores
    of the same model.

    References
    ----------
    I. Witten and T. Bell, "The zero-frequency problem: estimating the probabilities of novel events in adaptive text
    compression", IEEE Transactions on Information Theory 37 (1991), method C.
    S. Chen and J. Goodman, "An empirical study of smoothing techniques for language modeling", Computer Speech and
    Language 13 (1999), section 2.5.
    M. Pearce, "The construction and evaluation of statistical models of melodic structure in music perception and
    composition", PhD thesis, City University London, 2005.

    Examples
    --------
    >>> from skemovae.metrics import NGramModel
    >>> scale, leaps = [[60, 62, 64, 65, 67, 69, 71, 72]], [[60, 71, 62, 69, 65, 72, 64, 67]]
    >>> model = NGramModel(order=2).fit(scale)
    >>> model.score(scale) > model.score(leaps)
    True
    """

    def __init__(self, order=3):
        self.order = order

    def fit(self, X, y=None):
        """Count which notes follow which contexts.

        Parameters
        ----------
        X : list of muspy.Music, or array-like of shape (n_samples, n_steps), int
            Melodies, or their tokens; for example held-out melodies, which the generator was not trained on.
        y : ignored

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If X holds neither scores nor valid tokens, or has no notes, or `order` is not a positive integer.
        """
        check_positive_integer("order", self.order, 3)
        events = [event for notes in as_notes(X) for event in _events(notes, self.order)]
        if not events:
            raise ValueError("X has no notes: expected melodies")
        self.pitch_counts_: list[dict] = [{} for _ in range(self.order)]
        self.length_counts_: list[dict] = [{} for _ in range(self.order)]
        for event in events:
            for counts, contexts, what in zip((self.pitch_counts_, self.length_counts_), *event, strict=True):
                for table, context in zip(counts, contexts, strict=True):
                    table.setdefault(context, Counter())[what] += 1
        return self

    def score_samples(self, X):
        """Return the log-likelihood per note of each melody.

        Parameters
        ----------
        X : list of muspy.Music, or array-like of shape (n_samples, n_steps), int
            Melodies, or their tokens.

        Returns
        -------
        ndarray of shape (n_samples,)
            Mean log-probability of the notes and rests, in nats: below 0, and the higher the likelier. NaN for a melody
            without notes. A rest after the last note does not count.
        """
        check_is_fitted(self)
        return np.array([self._score_notes(notes) for notes in as_notes(X)])

    def score(self, X, y=None):
        """Return the mean of :meth:`score_samples`, the negative of the cross-entropy per note.

        Parameters
        ----------
        X : list of muspy.Music, or array-like of shape (n_samples, n_steps), int
            Melodies, or their tokens.
        y : ignored

        Returns
        -------
        float
            In nats. Every melody has the same weight, however many notes it has; melodies without notes do not count.
            NaN if none has notes.
        """
        return mean_of_known(self.score_samples(X))

    def _score_notes(self, notes):
        logs = [
            np.log(_probability(self.pitch_counts_, pitch_contexts, pitch, N_PITCHES))
            + np.log(_probability(self.length_counts_, length_contexts, length, MAX_LENGTH))
            for (pitch_contexts, length_contexts), (pitch, length) in _events(notes, self.order)
        ]
        return np.mean(logs) if logs else np.nan


def _events(notes, order):
    """Yield the contexts (shortest first) and the (pitch, length) of each note, and of each rest before a note."""
    pitches, lengths, reached = [None] * (order - 1), [None] * (order - 1), 0
    for onset, length, pitch in notes.tolist():
        both = [(reached, onset - reached, REST), (onset, length, pitch)]
        for start, steps, symbol in both if onset > reached else both[1:]:
            steps, place, n = min(steps, MAX_LENGTH), start % STEPS_PER_BAR, len(pitches)
            before = [(tuple(pitches[n - k :]), (place, *lengths[n - k :])) for k in range(order)]
            yield tuple(zip(*before, strict=True)), (symbol, steps)
            pitches.append(symbol)
            lengths.append(steps)
        reached = onset + length


def _probability(counts, contexts, what, n_possible):
    """Return the interpolated probability of what follows, from the shortest context to the longest."""
    probability = 1 / n_possible
    for table, context in zip(counts, contexts, strict=True):
        followers = table.get(context)
        if followers:  # otherwise, all weight is on the shorter context
            kinds = len(followers)
            probability = (followers[what] + kinds * probability) / (followers.total() + kinds)
    return probability
