"""One epoch over the rows on the device: divided into batches of equal size, run by one compiled function."""

from itertools import count
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from .architectures import Run
from .objective import Batch, loss_terms
from .rows import Partners

BATCHES_MULTIPLE = 8  # folds of nearly equal size are padded to one shape, so that they share a compiled graph
MAX_EPOCH_FUNCTIONS = 8  # kept per network, so that a user's own regularizers, if new in every fit, do not accumulate
DTYPES = {"symbols": "int32", "label": "int32"}  # of the rows; the rest is float32

_n_compilations = [0]  # by XLA in this process


def n_compilations():
    """Return how many epochs XLA has compiled in this process; TensorFlow keeps about 30 MiB of each until it ends."""
    return _n_compilations[0]


class Deal(NamedTuple):
    """How the rows of an epoch are divided into batches.

    Attributes
    ----------
    n_batches, n_padded : int
        The number of batches, without and with those that are never run.
    n_pairs, n_single : int
        The number of places in a batch for rows with a partner, which come first, and for the others.
    """

    n_batches: int
    n_padded: int
    n_pairs: int
    n_single: int

    @property
    def batch_size(self):
        """The rows of a batch."""
        return self.n_pairs + self.n_single


class Epochs:
    """Rows on the device, for one pass after another: with a generator for training, without one for validation.

    Rows are divided into batches as evenly as possible, so that no batch has only one or two rows, for which the
    regularizer would mean little. Each batch is padded to the same size with rows of weight zero, so that the graph is
    traced once. Rows with a partner are shared equally among the batches.

    Parameters
    ----------
    network : Network
    source : callable
        Returns the :class:`Rows` of the next epoch, always the same number, given the generator.
    example : Rows
        Rows such as the source returns, for their shapes.
    batch_size : int
    jit_compile : bool
    generator : numpy.random.Generator or None
    seed : int, default=0
        Seeds what the architecture drops at random.
    """

    def __init__(self, network, source, example, batch_size, jit_compile, generator, seed=0):
        self.network, self.source, self.generator, self.seed = network, source, generator, seed
        self.n_rows, self.n_in_pairs = len(example.symbols), example.n_pairs
        self.deal = _plan(self.n_rows, self.n_in_pairs, batch_size)
        self._on_device: tuple = None, None
        arrays = self._to_device(example)
        self.function = _epoch_function(network, generator is not None, jit_compile, self.deal, arrays)

    @property
    def n_steps(self):
        """The number of training steps in an epoch."""
        return self.deal.n_batches

    def run(self, step=0, learning_rate=(), kl_scale=()):
        """Run over all rows and return the mean of each loss term.

        Parameters
        ----------
        step : int
            The number of earlier training steps.
        learning_rate, kl_scale : array of shape (n_steps,)
            Of each training step; validation has none and counts the whole divergence.
        """
        arrays = self._to_device(self.source(self.generator))
        dealt = self._deal()
        schedule = np.ones((2, self.deal.n_padded), "float32")
        if self.generator is not None:
            schedule[:, : self.n_steps] = learning_rate, kl_scale
        seeds = np.stack([np.full(self.deal.n_padded, self.seed), step + np.arange(self.deal.n_padded)], 1)
        totals = self.function(arrays, *map(tf.constant, (*dealt, *schedule, seeds.astype("int32"), self.n_steps)))
        return dict(zip(self.network.term_names, (np.asarray(totals) / self.n_rows).tolist(), strict=True))

    def _to_device(self, rows):
        """Return the arrays of rows as tensors, padded to whole batches; the same rows are not copied again."""
        if self._on_device[0] is not rows:
            deal = self.deal
            arrays = _fill_up(rows, deal.n_padded * deal.batch_size)
            if rows.partners is not None:
                of_partners = _fill_up(rows.partners, deal.n_padded * deal.n_pairs)
                arrays |= {f"partner_{name}": array for name, array in of_partners.items()}
            self._on_device = rows, arrays
        return self._on_device[1]

    def _deal(self):
        """Return the rows of each batch, their weights and their noise; batches beyond `n_batches` are never run."""
        deal, validate = self.deal, self.generator is None
        rows = np.zeros((deal.n_padded, deal.batch_size), "int32")
        weight = np.zeros((deal.n_padded, deal.batch_size), "float32")
        for start, stop, place in ((0, self.n_in_pairs, 0), (self.n_in_pairs, self.n_rows, deal.n_pairs)):
            order = np.arange(start, stop) if validate else start + self.generator.permutation(stop - start)
            for batch, dealt in enumerate(np.array_split(order, deal.n_batches)):
                rows[batch, place : place + len(dealt)] = dealt
                weight[batch, place : place + len(dealt)] = 1
        shape = (deal.n_padded, deal.batch_size + deal.n_pairs, self.network.sizes.n_components)
        noise = np.zeros(shape, "float32") if validate else self.generator.standard_normal(shape, dtype="float32")
        return rows, weight, noise


def _plan(n_rows, n_in_pairs, batch_size):
    n_batches = -(-n_rows // batch_size)
    n_padded = -(-n_batches // BATCHES_MULTIPLE) * BATCHES_MULTIPLE
    if not n_in_pairs:
        return Deal(n_batches, n_padded, 0, batch_size)
    return Deal(n_batches, n_padded, -(-n_in_pairs // n_batches), -(-(n_rows - n_in_pairs) // n_batches))


def _fill_up(rows, n):
    """Return the arrays of rows by name, repeated up to a length of `n`."""
    fields = {name: array for name, array in rows._asdict().items() if name != "partners" and array is not None}
    return {
        name: tf.constant(np.asarray(array)[np.resize(np.arange(len(array)), n)], DTYPES.get(name, "float32"))
        for name, array in fields.items()
    }


def _epoch_function(network, training, jit_compile, deal, arrays):
    """Return a compiled function of (arrays, rows, weight, noise, rate, kl, seeds, n_batches) that sums the loss terms.

    Later fits of the same network and shapes reuse it.
    """
    key = training, jit_compile, deal[1:], tuple(arrays), network.objective
    functions = network.epoch_functions
    if key in functions:
        return functions[key]
    while len(functions) >= MAX_EPOCH_FUNCTIONS:
        del functions[next(iter(functions))]  # the oldest

    def step(batch, learning_rate, seed):
        if not training:
            run = Run(False, batch.row_weight, lambda name, value: None, jit_compile, tf.ones)
            return loss_terms(network, batch, run)
        state = {}  # assigned after the gradient, so that the pass sees one state throughout
        run = Run(True, batch.row_weight, state.__setitem__, jit_compile, _uniform(seed))
        with tf.GradientTape() as tape:
            terms = loss_terms(network, batch, run)
        gradients = tape.gradient(terms["loss"], [variable.value for variable in network.trainable])
        network.apply(gradients, learning_rate)
        for name, value in state.items():
            network.weights[name].assign(value)
        return terms

    def epoch(arrays, rows, weight, noise, rate, kl_scale, seeds, n_batches):
        def body(i, totals):
            batch = _take_batch(arrays, rows[i], deal.n_pairs)
            batch = batch._replace(row_weight=weight[i], noise=noise[i], kl_scale=kl_scale[i])
            terms = step(batch, rate[i], seeds[i])
            return i + 1, totals + tf.reduce_sum(weight[i]) * tf.stack([terms[name] for name in network.term_names])

        state = tf.constant(0), tf.zeros(len(network.term_names))
        return tf.while_loop(lambda i, _: i < n_batches, body, state, parallel_iterations=1)[1]

    _n_compilations[0] += jit_compile
    n, batches = deal.n_padded, (deal.n_padded, deal.batch_size)
    dealt = [
        (batches, "int32"),
        (batches, "float32"),
        ((n, deal.batch_size + deal.n_pairs, network.sizes.n_components), "float32"),
        ((n,), "float32"),
        ((n,), "float32"),
        ((n, 2), "int32"),
        ((), "int32"),
    ]
    functions[key] = tf.function(epoch, jit_compile=jit_compile, autograph=False).get_concrete_function(
        {name: tf.TensorSpec(array.shape, array.dtype) for name, array in arrays.items()},
        *(tf.TensorSpec(*array) for array in dealt),
    )
    return functions[key]


def _take_batch(arrays, rows, n_pairs):
    """Return the batch of some rows, without its weight and noise."""
    partners = None
    if n_pairs:
        partners = Partners(*(tf.gather(arrays[f"partner_{name}"], rows[:n_pairs]) for name in Partners._fields))
    taken = {name: tf.gather(array, rows) for name, array in arrays.items() if not name.startswith("partner_")}
    return Batch(**taken, row_weight=None, noise=None, partners=partners)


def _uniform(seed):
    """Return a function of a shape that draws from [0, 1), different numbers in every call and for every seed."""
    calls = count()
    return lambda shape: tf.random.stateless_uniform(shape, tf.random.fold_in(seed, next(calls)))
