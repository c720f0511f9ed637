"""What the autoregressive network reads of the symbols before a step, besides the last one.

These are the symbols one, two and three bars ago and, if the symbols are those of a melody, the last two pitches and
for how many steps the last symbol has been held. The Keras code finds them for all steps of whole rows at once, the
NumPy code step by step.
"""

from typing import Any, NamedTuple

import numpy as np

from ._base import Weight
from ._beats import keras_embed

BARS = (16, 32, 48)  # steps ago
WIDTH = 16  # numbers for a symbol, or a pitch
N_PITCHES = 2
MAX_HELD, HELD_WIDTH = 15, 8  # longer holds count as this many steps; dimensions of the embedding of this number


def width(melodic):
    """Return the number of dimensions in which the history of a step is embedded."""
    return len(BARS) * WIDTH + (N_PITCHES * WIDTH + HELD_WIDTH if melodic else 0)


def history_weights(sizes, melodic):
    """Return the rows of the table: embeddings of all symbols, of the time before the row, and of hidden symbols."""
    return [
        Weight("decoder/bars", (sizes.n_symbols + 1, WIDTH), "standard_normal"),
        *([Weight("decoder/pitches", (sizes.n_symbols + 2, WIDTH), "standard_normal")] if melodic else []),
        *([Weight("decoder/held", (MAX_HELD + 1, HELD_WIDTH), "standard_normal")] if melodic else []),
    ]


def keras_history(sizes, weights, symbols, hidden, melodic):
    """Return the embeddings of every step's history, a list of tensors of shape (batch, n_steps, ...).

    Parameters
    ----------
    sizes : Sizes
    weights : dict of str to keras.Variable
    symbols : int32 tensor of shape (batch, n_steps)
    hidden : bool tensor of shape (batch, n_steps), or None
        The steps at which the last pitch is hidden.
    melodic : bool
    """
    n_steps, longest = sizes.n_steps, max(BARS)
    embedded = keras_embed(weights["decoder/bars"], _shift(symbols, longest, sizes.n_symbols))
    found = [embedded[:, longest - bar : longest - bar + n_steps] for bar in BARS]
    if not melodic:
        return found
    last, second, held = _keras_melody(sizes, symbols)
    pitches, of_held = weights["decoder/pitches"], weights["decoder/held"]
    last = keras_hide(sizes, last, hidden)
    return [*found, keras_embed(pitches, last), keras_embed(pitches, second), keras_embed(of_held, held)]


def keras_previous(sizes, symbols, hidden):
    """Return the symbol before every step."""
    return keras_hide(sizes, _shift(symbols, 1, sizes.n_symbols)[:, :-1], hidden)


def keras_hide(sizes, symbols, hidden):
    """Return the symbols with a special symbol in place of those that are hidden."""
    from keras import ops

    return symbols if hidden is None else ops.where(hidden, sizes.n_symbols + 1, symbols)


def _keras_melody(sizes, symbols):
    """Return the last pitch before every step, the one before that, and how long the last symbol has been held.

    Places are counted from 1, so that 0 stands for "none yet".
    """
    from keras import ops

    places = ops.arange(1, sizes.n_steps + 1, dtype="int32")
    last = _shift(_running_maximum(ops.where(_is_pitch(sizes, symbols), places, 0)), 1, 0)[:, :-1]
    second = ops.take_along_axis(_shift(last, 1, 0), last, axis=1)
    shifted = _shift(symbols, 1, sizes.n_symbols)
    pitches = [ops.take_along_axis(shifted, place, axis=1) for place in (last, second)]
    begun = _running_maximum(ops.where(symbols == sizes.n_symbols - 1, -MAX_HELD, places))
    held = ops.minimum(places - 1 - _shift(begun, 1, -MAX_HELD)[:, :-1], MAX_HELD)
    return *pitches, held


def _running_maximum(x):
    """Return the largest number up to every step, in so few operations that XLA unrolls them at no cost."""
    from keras import ops

    distance = 1
    while distance < x.shape[1]:
        x = ops.maximum(x, ops.concatenate([x[:, :distance], x[:, :-distance]], axis=1))
        distance *= 2
    return x


def _shift(x, distance, filling):
    """Return a tensor with a number of constant steps prepended."""
    from keras import ops

    return ops.pad(x, [(0, 0), (distance, 0)], constant_values=filling)


def _is_pitch(sizes, symbols):
    return symbols < sizes.n_symbols - 2  # the last two are a rest and a hold


class NumpyHistory(NamedTuple):
    """The symbols of some rows so far, and what a step reads of them.

    Attributes
    ----------
    sizes : Sizes
    written : tuple of int arrays of shape (n,)
        The symbols of every step.
    pitches : tuple of int arrays of shape (n,)
        The last pitch and the one before it; empty if the symbols are not a melody's.
    held : int array of shape (n,)
        For how many steps the last symbol has been held.
    """

    sizes: Any
    written: tuple
    pitches: tuple
    held: Any

    @classmethod
    def start(cls, sizes, n_rows, melodic):
        """Return the history of rows that are empty."""
        nothing = np.full(n_rows, sizes.n_symbols)
        return cls(sizes, (), (nothing,) * N_PITCHES if melodic else (), np.full(n_rows, MAX_HELD))

    def append(self, symbols):
        """Return the history one step later."""
        written, (sizes, _, pitches, held) = (*self.written, symbols), self
        if pitches:
            last, second = pitches
            sounds = _is_pitch(sizes, symbols)
            pitches = np.where(sounds, symbols, last), np.where(sounds, last, second)
            held = np.minimum(held + 1, MAX_HELD) * (symbols == sizes.n_symbols - 1)
        return NumpyHistory(sizes, written, pitches, held)

    def indices(self):
        """Return the last symbol, those of the bars, the pitches and the steps held, an array of shape (n, columns)."""
        read = [*self.pitches, self.held] if self.pitches else []
        index = np.full((len(self.held), 1 + len(BARS) + len(read)), self.sizes.n_symbols)  # nothing before the row
        for column, distance in enumerate((1, *BARS)):
            if distance <= len(self.written):
                index[:, column] = self.written[-distance]
        for column, values in enumerate(read, 1 + len(BARS)):
            index[:, column] = values
        return index


def numpy_tables(weights, kernel, melodic):
    """Return the products of the embeddings with the rows of a kernel that read them, in the order of `indices`.

    Parameters
    ----------
    weights : dict of str to ndarray
    kernel : array of shape (width(melodic), n)
    melodic : bool

    Returns
    -------
    list of arrays of shape (..., n)
    """
    names = ["decoder/bars"] * len(BARS)
    if melodic:
        names += ["decoder/pitches"] * N_PITCHES + ["decoder/held"]
    tables = [weights[name] for name in names]
    parts = np.split(kernel, np.cumsum([table.shape[1] for table in tables])[:-1])
    return [table @ part for table, part in zip(tables, parts, strict=True)]
