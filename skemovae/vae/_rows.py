"""Where the rows of a fit come from: the training rows themselves, or what `variations` makes of them."""

from collections.abc import Mapping

import numpy as np
from sklearn.utils.validation import check_array

from ..nn.rows import Partners, Rows
from ..plane import learn_layout
from ._symbols import to_symbols

REQUIRED, OF_PARTNERS = {"X", "y"}, {"partners", "partner_y"}
KNOWN = REQUIRED | OF_PARTNERS | {"context", "step_weight"}


class VariedRows:
    """The rows that `variations` makes of the training rows, different in every epoch.

    Parameters
    ----------
    model : EmotionRegularizedVAE
    X, y, context : arrays
        The training rows; `context` may be None.
    vocabulary : ndarray
        The symbols that the network knows.
    """

    def __init__(self, model, X, y, context, vocabulary):
        self.model, self.X, self.y, self.context, self.vocabulary = model, X, y, context, vocabulary
        self.counts = None  # of rows and of pairs

    def __call__(self, generator):
        """Return the :class:`Rows` of the next epoch."""
        made = self.model.variations(self.X, self.y, self.context, generator)
        if not isinstance(made, Mapping) or not REQUIRED <= set(made) <= KNOWN:
            found = sorted(map(str, made)) if isinstance(made, Mapping) else repr(made)
            raise ValueError(
                f"variations returned {found}: expected a dict with X and y, and otherwise only "
                f"{sorted(KNOWN - REQUIRED)}"
            )
        symbols = self._symbols("X", made["X"])
        label, target = self._labels("y", made["y"], len(symbols))
        partners = self._partners(made, len(symbols))
        rows = Rows(symbols, label, target, self._context(made.get("context"), len(symbols)), partners)
        counts = len(symbols), rows.n_pairs
        if self.counts not in (None, counts):
            raise ValueError(
                f"variations returned {counts[0]} rows and {counts[1]} partners, and {self.counts[0]} and "
                f"{self.counts[1]} before: expected the same number in every epoch"
            )
        self.counts = counts
        return rows

    def _partners(self, made, n_rows):
        given = OF_PARTNERS & set(made)
        if not given:
            return None
        if given != OF_PARTNERS:
            raise ValueError(f"variations returned {sorted(given)}: expected both of {sorted(OF_PARTNERS)}, or neither")
        symbols = self._symbols("partners", made["partners"])
        if len(symbols) > n_rows:
            raise ValueError(f"variations returned {len(symbols)} partners for {n_rows} rows: expected no more")
        label, target = self._labels("partner_y", made["partner_y"], len(symbols))
        step_weight = np.asarray(made.get("step_weight", np.ones(symbols.shape)), dtype=float)
        if step_weight.shape != symbols.shape or not np.isfinite(step_weight).all():
            raise ValueError(
                f"variations returned a step_weight of shape {step_weight.shape}: expected a number for each step of "
                f"the partners, {symbols.shape}"
            )
        return Partners(symbols, label, target, step_weight)

    def _symbols(self, name, X):
        X = check_array(X, input_name=name)
        if X.shape[1] != self.X.shape[1]:
            raise ValueError(f"variations returned {name} of shape {X.shape}: expected {self.X.shape[1]} columns")
        return to_symbols(X, self.vocabulary, self.model.handle_unknown)

    def _labels(self, name, y, n_rows):
        _, index, targets = learn_layout(y, self.model.class_positions)
        if len(index) != n_rows:
            raise ValueError(f"variations returned {len(index)} labels in {name} for {n_rows} rows: expected as many")
        return index, targets

    def _context(self, context, n_rows):
        if self.context is None and context is None:
            return None
        wanted = None if self.context is None else (n_rows, self.context.shape[1])
        if wanted is None or context is None or np.shape(context) != wanted:
            raise ValueError(
                f"variations returned a context of shape {np.shape(context)}: expected {wanted}, as passed to fit"
            )
        return np.asarray(context, dtype=float)


def learn_vocabulary(X, variations):
    """Return the symbols of the rows and those that `variations` says it may add, in ascending order."""
    further = getattr(variations, "vocabulary", None)
    return np.unique(X) if further is None else np.union1d(X, further(X))


def check_context(context, architecture, n_rows, n_known=0):
    """Return the context of a fit as an array of shape (n_rows, n_context), or None.

    If there is none, a fit that continues from weights with `n_known` columns of context gets zeros.

    Raises
    ------
    ValueError
        If the architecture reads no context, or the context is not a table of numbers with one row for each sample.
    """
    if context is None:
        return np.zeros((n_rows, n_known)) if n_known else None
    if not architecture.reads_context:
        raise ValueError(
            f"context of shape {np.shape(context)}: architecture={architecture!r} reads no context; leave it out, or "
            'use one that does, such as architecture="autoregressive"'
        )
    context = check_array(context, input_name="context")
    if len(context) != n_rows:
        raise ValueError(f"context of {len(context)} rows: expected one for each of the {n_rows} rows")
    return context


def what_is_untrained(layout):
    """Return a warning about emotions without rows, or None; a user's own classes may have no rows."""
    lacking = [str(label) for label in np.delete(layout.labels, layout.trained)]
    if layout.own_classes or not lacking:
        return None
    it, its = ("it", "its") if len(lacking) == 1 else ("them", "their")
    return (
        f"y has no rows of {' and '.join(lacking)}: the model learns nothing about {it}, {its} part of the plane means "
        f"nothing, and sample refuses {it}. Add rows of {it}, or use the model for the other emotions alone"
    )
