"""The rows of a training: those of one epoch, and where they come from."""

from collections.abc import Callable
from typing import Any, NamedTuple


class PartnerRows(NamedTuple):
    """What the first rows of an epoch are decoded to, in place of themselves.

    Attributes
    ----------
    symbols : int array of shape (n_pairs, n_steps)
    label : int array of shape (n_pairs,)
    target : array of shape (n_pairs, 2)
    step_weight : array of shape (n_pairs, n_steps)
        1 for a step that counts in the reconstruction, else 0.
    """

    symbols: Any
    label: Any
    target: Any
    step_weight: Any


class Rows(NamedTuple):
    """The rows of one epoch.

    Attributes
    ----------
    symbols : int array of shape (n, n_steps)
    label : int array of shape (n,)
        The class of each row.
    target : array of shape (n, 2)
        The wanted valence and arousal.
    context : array of shape (n, n_context), or None
    partners : PartnerRows or None
    """

    symbols: Any
    label: Any
    target: Any
    context: Any = None
    partners: PartnerRows | None = None

    @property
    def n_pairs(self):
        """The number of rows that have a partner."""
        return 0 if self.partners is None else len(self.partners.symbols)


#: Gives the rows of the next epoch, always as many, from a generator.
RowSource = Callable[[Any], Rows]
