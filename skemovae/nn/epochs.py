"""One epoch over rows that lie on the device: dealt to batches of one size, in one compiled function."""

import numpy as np
import tensorflow as tf

from .architectures import Run
from .objective import Batch, loss_terms

BATCHES_MULTIPLE = 8  # folds of nearly the same size are filled up to one shape, so that they share a compiled graph
MAX_EPOCH_FUNCTIONS = 8  # kept for each network, so that regularizers of one's own, new for every fit, do not pile up

_n_compilations = [0]  # by XLA in this process


def n_compilations():
    """Return how many epochs XLA has compiled in this process; TensorFlow keeps about 30 MiB of each until its end."""
    return _n_compilations[0]


class Epochs:
    """Rows on the device, to run over again and again: with a generator to train, without one to validate.

    Rows are dealt to batches as evenly as possible, so that none is left with one or two rows, whose regularizer would
    say little; each batch is filled up to `batch_size` with rows of weight zero, so that the graph is traced once.

    Parameters
    ----------
    network : Network
    rows : (symbols, labels, targets)
        As :func:`skemovae.nn.training.train` takes them.
    batch_size : int
    jit_compile : bool
    generator : numpy.random.Generator or None
    """

    def __init__(self, network, rows, batch_size, jit_compile, generator):
        self.network = network
        self.n_rows = len(rows[0])
        self.batch_size = batch_size
        self.n_batches = -(-self.n_rows // batch_size)
        self.n_padded = -(-self.n_batches // BATCHES_MULTIPLE) * BATCHES_MULTIPLE
        self.generator = generator
        padded = np.resize(np.arange(self.n_rows), self.n_padded * batch_size)
        self.rows = [
            tf.constant(np.asarray(array)[padded], dtype)
            for array, dtype in zip(rows, ("int32", "int32", "float32"), strict=True)
        ]
        self.function = _epoch_function(network, generator is not None, jit_compile, self.n_padded, batch_size)

    def run(self):
        """Run over all rows and return the mean of every loss term."""
        totals = self.function(self.rows, *map(tf.constant, self._deal()), tf.constant(self.n_batches))
        return dict(zip(self.network.term_names, (np.asarray(totals) / self.n_rows).tolist(), strict=True))

    def _deal(self):
        """Return the rows of every batch, their weights and their noise; batches beyond `n_batches` are never run."""
        validate = self.generator is None
        order = np.arange(self.n_rows) if validate else self.generator.permutation(self.n_rows)
        rows = np.zeros((self.n_padded, self.batch_size), "int32")
        weight = np.zeros((self.n_padded, self.batch_size), "float32")
        for batch, dealt in enumerate(np.array_split(order, self.n_batches)):
            rows[batch, : len(dealt)] = dealt
            weight[batch, : len(dealt)] = 1
        shape = (self.n_padded, self.batch_size, self.network.sizes.n_components)
        noise = np.zeros(shape, "float32") if validate else self.generator.standard_normal(shape, dtype="float32")
        return rows, weight, noise


def _epoch_function(network, training, jit_compile, n_padded, batch_size):
    """Return a compiled function of (arrays, rows, weight, noise, n_batches) that sums the loss terms over all rows.

    Later fits of the same network and shapes use it again.
    """
    key = training, jit_compile, n_padded, batch_size, network.regularizer
    functions = network.epoch_functions
    if key in functions:
        return functions[key]
    while len(functions) >= MAX_EPOCH_FUNCTIONS:
        del functions[next(iter(functions))]  # the oldest

    def step(batch):
        if not training:
            return loss_terms(network, batch, Run(False, batch.row_weight, lambda name, value: None, jit_compile))
        state = {}  # assigned after the gradient, so that the pass sees one state throughout
        with tf.GradientTape() as tape:
            terms = loss_terms(network, batch, Run(True, batch.row_weight, state.__setitem__, jit_compile))
        network.apply(tape.gradient(terms["loss"], [variable.value for variable in network.trainable]))
        for name, value in state.items():
            network.weights[name].assign(value)
        return terms

    def epoch(arrays, rows, weight, noise, n_batches):
        def body(i, totals):
            symbols, label, target = (tf.gather(array, rows[i]) for array in arrays)
            terms = step(Batch(symbols, label, target, weight[i], noise[i]))
            return i + 1, totals + tf.reduce_sum(weight[i]) * tf.stack([terms[name] for name in network.term_names])

        state = tf.constant(0), tf.zeros(len(network.term_names))
        return tf.while_loop(lambda i, _: i < n_batches, body, state, parallel_iterations=1)[1]

    _n_compilations[0] += jit_compile
    sizes, batches, n_rows = network.sizes, (n_padded, batch_size), n_padded * batch_size
    arrays = [((n_rows, sizes.n_steps), "int32"), ((n_rows,), "int32"), ((n_rows, 2), "float32")]
    dealt = [(batches, "int32"), (batches, "float32"), ((*batches, sizes.n_components), "float32"), ((), "int32")]
    functions[key] = tf.function(epoch, jit_compile=jit_compile, autograph=False).get_concrete_function(
        [tf.TensorSpec(*array) for array in arrays], *(tf.TensorSpec(*array) for array in dealt)
    )
    return functions[key]
