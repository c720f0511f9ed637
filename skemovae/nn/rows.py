"""The rows of one epoch of a training run, and what some of them are decoded to."""

from typing import Any, NamedTuple


class Partners(NamedTuple):
    """What the first rows of an epoch, or of a batch, are decoded to instead of themselves.

    Attributes
    ----------
    symbols : int array or tensor of shape (n_pairs, n_steps)
    label : int array or tensor of shape (n_pairs,)
        The class of each partner.
    target : array or tensor of shape (n_pairs, 2)
        The target valence and arousal.
    step_weight : array or tensor of shape (n_pairs, n_steps)
        1 for a step that counts in the reconstruction, 0 for one about which the row says nothing.
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
        The target valence and arousal.
    context : array of shape (n, n_context), or None
    partners : Partners or None
    """

    symbols: Any
    label: Any
    target: Any
    context: Any = None
    partners: Partners | None = None

    @property
    def n_pairs(self):
        """The number of rows that have a partner."""
        return 0 if self.partners is None else len(self.partners.symbols)
