"""A GRU that writes symbol by symbol and reads the latent point at every step: the network of the generator."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..._validation import check_bool, check_number
from .._numpy import gru_step
from . import _beats, _history
from ._base import Architecture, Weight, check_option, dense, keras_dense, numpy_dense
from ._registry import register_architecture

FILTERS = 128  # of the encoder's convolutions
READ_IN = (64, 32)  # units of the two layers that read the latent point
POSITION = 12  # numbers for the place in the row
NO_HOLD = -100.0  # added to the logit of a hold at the first step, where there is no note to hold


@register_architecture("autoregressive")
@dataclass(frozen=True)
class AutoregressiveArchitecture(Architecture):
    """A recurrent network that writes a melody symbol by symbol, for latent points of few dimensions.

    The encoder is that of :class:`BeatArchitecture`. In the decoder, two layers read the latent point and, if there are
    any, the one-hot class and the context; their output determines the initial state of a GRU. At every step, the GRU
    reads

    - the previous symbol and the position in the row,
    - the output of the two layers,
    - the symbols one, two and three bars ago (16, 32 and 48 steps),
    - if `melodic`, the last two pitches and for how many steps the last symbol has been held.

    The softmax reads the state and, again, the last three of these. In training, a share `word_dropout` of the previous
    symbols is hidden, so that the latent point has to carry more information [1]_.

    Parameters
    ----------
    units : int, default=256
        Number of GRU units.
    hidden_units : int, default=256
        Number of units in the encoder's dense layer.
    word_dropout : float, default=0.1
        Share of the steps at which the previous symbol and the last pitch are hidden in training.
    melodic : bool, default=True
        Whether the last two symbols of the vocabulary are a rest and a hold, and all others pitches, as in the tokens
        of :class:`skemovae.PitchEncoder`. If so, the first step is never a hold. Set it to False for other sequences.

    See Also
    --------
    BeatArchitecture : Decodes all steps at once, to reconstruct melodies from latent points of many dimensions.

    References
    ----------
    .. [1] S. R. Bowman et al., "Generating Sentences from a Continuous Space", CoNLL 2016.

    Examples
    --------
    >>> from skemovae import EmotionRegularizedVAE
    >>> from skemovae.nn.architectures import AutoregressiveArchitecture
    >>> vae = EmotionRegularizedVAE(architecture=AutoregressiveArchitecture(units=128))
    >>> vae.set_params(architecture__word_dropout=0.2).architecture
    AutoregressiveArchitecture(units=128, hidden_units=256, word_dropout=0.2, melodic=True)
    """

    one_shot = False
    reads_context = True

    units: int = 256
    hidden_units: int = 256
    word_dropout: float = 0.1
    melodic: bool = True

    def check(self):
        """Raise ValueError unless the options are valid."""
        check_option("units", self.units)
        check_option("hidden_units", self.hidden_units)
        check_number("word_dropout", self.word_dropout, 0.1, zero=True, below=1)
        check_bool("melodic", self.melodic)

    def weights(self, sizes):
        """Return the table of all weights."""
        first, read_in = READ_IN
        n_repeated = read_in + _history.width(self.melodic)  # what both the GRU and the softmax read
        n_inputs = _beats.EMBEDDING + POSITION + n_repeated
        return [
            *_beats.encoder_weights(sizes, FILTERS, self.hidden_units),
            *dense("decoder/hidden", sizes.n_components + sizes.n_decoder_classes + sizes.n_context, first),
            *dense("decoder/latent", first, read_in),
            *dense("decoder/state", read_in, self.units),
            Weight("decoder/previous", (sizes.n_symbols + 2, _beats.EMBEDDING), "standard_normal"),
            Weight("decoder/position", (sizes.n_steps, POSITION), "standard_normal"),
            *_history.history_weights(sizes, self.melodic),
            Weight("decoder/gru/kernel", (n_inputs, 3 * self.units), "glorot_uniform"),
            Weight("decoder/gru/recurrent_kernel", (self.units, 3 * self.units), "orthogonal"),
            Weight("decoder/gru/bias", (2, 3 * self.units)),
            *dense("decoder/symbols", self.units + n_repeated, sizes.n_symbols),
        ]

    def keras_encoder(self, sizes, weights, symbols, label, run):
        """Return the mean and the logarithm of the variance of the latent points."""
        return _beats.keras_encoder(sizes, weights, symbols, label)

    def numpy_encoder(self, sizes, weights, symbols, label):
        """Return the mean and the logarithm of the variance of the latent points."""
        return _beats.numpy_encoder(sizes, weights, symbols, label)

    def keras_decoder(self, sizes, weights, latent, label, context, symbols, run):
        """Return the logits of every step."""
        from keras import ops

        from ..gru import gru

        point = ops.concatenate([part for part in (latent, label, context) if part is not None], axis=-1)
        point = ops.tanh(keras_dense(weights, "decoder/hidden", point))
        point = ops.tanh(keras_dense(weights, "decoder/latent", point))
        shape = ops.shape(symbols)
        hidden = run.uniform(shape) < self.word_dropout if run.training and self.word_dropout else None
        previous = _history.keras_previous(sizes, symbols, hidden)
        repeated = [
            ops.repeat(point[:, None], sizes.n_steps, axis=1),
            *_history.keras_history(sizes, weights, symbols, hidden, self.melodic),
        ]
        position = ops.convert_to_tensor(weights["decoder/position"])
        inputs = [
            _beats.keras_embed(weights["decoder/previous"], previous),
            ops.broadcast_to(position, (shape[0], *position.shape)),
            *repeated,
        ]
        states = gru(
            ops.concatenate(inputs, axis=-1),
            *(weights[f"decoder/gru/{kind}"] for kind in ("kernel", "recurrent_kernel", "bias")),
            initial_state=ops.tanh(keras_dense(weights, "decoder/state", point)),
            return_sequences=True,
            jit_compile=run.jit_compile,
        )
        logits = keras_dense(weights, "decoder/symbols", ops.concatenate([states, *repeated], axis=-1))
        return logits + _no_hold(sizes) if self.melodic else logits

    def numpy_decoder(self, sizes, weights, latent, label, context, symbols):
        """Return the logits of every step."""
        logits = np.empty((len(latent), sizes.n_steps, sizes.n_symbols), np.float32)
        state = self.numpy_start(sizes, weights, latent, label, context)
        for step in range(sizes.n_steps):
            previous = symbols[:, step - 1] if step else None
            logits[:, step], state = self.numpy_step(sizes, weights, state, previous, step)
        return logits

    def numpy_start(self, sizes, weights, latent, label, context):
        """Return the state before the first step, with all embeddings multiplied by the kernels that read them."""
        point = np.concatenate([part for part in (latent, label, context) if part is not None], axis=-1)
        point = np.tanh(numpy_dense(weights, "decoder/hidden", point))
        point = np.tanh(numpy_dense(weights, "decoder/latent", point))
        tables = _make_tables(weights, self.units, self.melodic)
        return _Writing(
            tables=tables,
            of_point=point @ tables.point + tables.bias,
            state=np.tanh(numpy_dense(weights, "decoder/state", point)),
            history=_history.NumpyHistory.start(sizes, len(latent), self.melodic),
        )

    def numpy_step(self, sizes, weights, state, previous, step):
        """Return the logits of a step and the next state."""
        tables, n_gates = state.tables, 3 * self.units
        history = state.history if previous is None else state.history.append(previous)
        both = tables.rows.take(history.indices() + tables.offsets, axis=0).sum(axis=1)
        both += state.of_point
        projected = both[:, :n_gates]
        projected += tables.position[step]
        after = gru_step(projected, tables.recurrent_kernel, tables.recurrent_bias, state.state)
        logits = after @ tables.symbols
        logits += both[:, n_gates:]
        if self.melodic and step == 0:
            logits[:, -1] += np.float32(NO_HOLD)
        return logits, _Writing(tables, state.of_point, after, history)


class _Tables(NamedTuple):
    """Weights in a form in which a step takes a few rows of a table and two matrix products.

    `rows` stacks the embedding tables, multiplied by the kernels that read them: that of the GRU and, beside it, that
    of the softmax; `offsets` says where each table begins. `point` reads the latent point in the same way, and `bias`
    is the bias of both.
    """

    rows: np.ndarray
    offsets: np.ndarray
    point: np.ndarray
    bias: np.ndarray
    position: np.ndarray
    recurrent_kernel: np.ndarray
    recurrent_bias: np.ndarray
    symbols: np.ndarray


class _Writing(NamedTuple):
    """Rows that are being written."""

    tables: _Tables
    of_point: np.ndarray
    state: np.ndarray
    history: _history.NumpyHistory


def _make_tables(weights, units, melodic):
    kernel, bias = weights["decoder/gru/kernel"], weights["decoder/gru/bias"]
    to_symbols = weights["decoder/symbols/kernel"]
    of_previous, of_position, repeated = np.split(kernel, [_beats.EMBEDDING, _beats.EMBEDDING + POSITION])
    both = np.concatenate([repeated, to_symbols[units:]], axis=1)
    previous = weights["decoder/previous"] @ of_previous
    previous = np.pad(previous, [(0, 0), (0, to_symbols.shape[1])])  # the softmax does not read it
    tables = [previous, *_history.numpy_tables(weights, both[READ_IN[1] :], melodic)]
    n_rows = [len(table) for table in tables]
    of_gates = bias[0] + np.pad(bias[1, : 2 * units], (0, units))
    return _Tables(
        rows=np.concatenate(tables),
        offsets=np.cumsum([0, *n_rows[:-1]]),
        point=both[: READ_IN[1]],
        bias=np.concatenate([of_gates, weights["decoder/symbols/bias"]]),
        position=weights["decoder/position"] @ of_position,
        recurrent_kernel=weights["decoder/gru/recurrent_kernel"],
        recurrent_bias=bias[1, 2 * units :],
        symbols=to_symbols[:units],
    )


def _no_hold(sizes):
    """Return what is added to all logits of rows: nothing, except for the hold at the first step."""
    added = np.zeros((sizes.n_steps, sizes.n_symbols), np.float32)
    added[0, -1] = NO_HOLD
    return added
