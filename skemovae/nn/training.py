"""The training loop: seeded batches of one size, history, early stopping, interruption, checkpoints."""

import warnings
from dataclasses import dataclass, field

import keras
import numpy as np
from tqdm import tqdm

from .device import tensorflow_has_gpu

BATCHES_MULTIPLE = 8  # folds of nearly the same size are filled up to one shape, so that they share a compiled graph
MAX_EPOCH_FUNCTIONS = 8  # kept for each network, so that regularisers of one's own, new for every fit, do not pile up
MIN_STEPS_FOR_XLA = 200  # its compilation pays back after 40 (512 units) to 150 steps (128 units)


def train(
    network,
    symbols,
    labels,
    targets,
    *,
    validation=None,
    max_iter,
    batch_size,
    tol,
    n_iter_no_change,
    jit_compile,
    verbose,
    seed,
    checkpoint=None,
    on_epoch_begin=lambda: None,
    on_epoch_end=lambda history: False,
):
    """Train a network and return its history.

    Parameters
    ----------
    network : VAENetwork
        With its variables set by ``start`` and with weights.
    symbols : int array of shape (n, n_steps)
    labels : int array of shape (n,)
    targets : array of shape (n, 2)
        Wanted valence and arousal.
    validation : (symbols, labels, targets) or None
        Held-out rows. With them, training stops when their loss has not fallen by `tol` for `n_iter_no_change` epochs,
        and the network ends with the weights of its best epoch.
    max_iter : int
        Number of epochs.
    batch_size : int
        Rows are dealt to batches as evenly as possible, so that none is left with one or two rows, whose regulariser
        would say little; each batch is filled up to `batch_size` with rows of weight zero, so that the graph is traced
        once.
    tol : float
    n_iter_no_change : int
    jit_compile : bool or "auto"
        Compile with XLA; "auto" does where the number of steps warrants the time to compile.
    verbose : bool
        Show a progress bar with the time left.
    seed : int
        Seeds the order of the rows and the latent noise.
    checkpoint : Checkpoint, default=None
        Where to keep the state and to go on from. It is deleted when the training is finished.
    on_epoch_begin : callable, optional
    on_epoch_end : callable, optional
        Is given the history, and returns whether to stop.

    Returns
    -------
    dict of str to list of float
        One value an epoch: "loss", "reconstruction", "kl", "valence", "arousal", and with validation the same with the
        prefix "validation_".

    Raises
    ------
    DivergedError
        If the loss or the weights stop being numbers; the network then has the weights of the epoch before, or with
        validation of the best one.
    KeyboardInterrupt
        If it comes before the first epoch is done; later it ends the training with a warning.
    OSError
        If the checkpoint cannot be written before the training begins; later that is a warning.
    """
    if jit_compile == "auto":
        jit_compile = max_iter * -(-len(symbols) // batch_size) >= MIN_STEPS_FOR_XLA and not tensorflow_has_gpu()
    rows = symbols, labels, targets
    generator = np.random.default_rng(seed)
    epochs = _Epochs(network, rows, batch_size, jit_compile, generator)
    held_out = validation and _Epochs(network, validation, batch_size, jit_compile, generator=None)
    state = _State()
    if checkpoint is not None:
        _resume(checkpoint, network, generator, state)
    last_weights = network.export_weights()
    progress = tqdm(total=max_iter, initial=state.n_epochs, unit="epoch", disable=not verbose, desc="training")
    stop = False
    try:
        while state.n_epochs < max_iter and state.waited < n_iter_no_change and not stop:
            on_epoch_begin()
            logs = epochs.run()
            weights = network.export_weights()
            _stop_if_astray(network, logs["loss"], weights, state, last_weights)
            last_weights = weights
            if held_out:
                logs |= {f"validation_{name}": value for name, value in held_out.run().items()}
                state.judge(logs["validation_loss"], last_weights, tol)
            for name, value in logs.items():
                state.history.setdefault(name, []).append(value)
            progress.set_postfix(loss=f"{logs['loss']:.2f}", refresh=False)
            progress.update()
            stop = on_epoch_end(state.history)
            if checkpoint is not None and state.n_epochs % checkpoint.every == 0:
                checkpoint.try_to_save(*_snapshot(network, generator, state))
    except DivergedError:
        if checkpoint is not None:
            checkpoint.delete()  # going on from it would go astray again
        raise
    except KeyboardInterrupt:
        if not state.history:  # nothing was learnt that could be kept
            raise
        network.load_weights_from(last_weights)
        warnings.warn(
            f"training was interrupted after {state.n_epochs} of {max_iter} epochs; what was learnt is kept",
            stacklevel=3,
        )
    else:
        if checkpoint is not None:
            checkpoint.delete()
    finally:
        progress.close()
    if state.best_weights is not None:
        network.load_weights_from(state.best_weights)
    return state.history


class DivergedError(FloatingPointError):
    """The loss is no number any more; `history` is that of the epochs before."""

    def __init__(self, message, history):
        super().__init__(message)
        self.history = history


@dataclass
class _State:
    """What a training knows besides its network and its generator."""

    history: dict = field(default_factory=dict)
    best_loss: float = np.inf
    best_weights: list | None = None
    waited: int = 0

    @property
    def n_epochs(self):
        return len(self.history.get("loss", []))

    def judge(self, loss, weights, tol):
        """Keep the weights if the held-out loss is the best so far, else count the epoch as one without progress."""
        if loss < self.best_loss - tol:
            self.best_loss, self.best_weights, self.waited = loss, weights, 0
        else:
            self.waited += 1


def _stop_if_astray(network, loss, weights, state, last_weights):
    """Raise if the loss or the weights of an epoch are no numbers, with the weights of the best or last one before."""
    # the last step may leave weights that are no numbers behind a loss that still is one
    if np.isfinite(loss) and all(np.isfinite(array).all() for array in weights):
        return
    network.load_weights_from(state.best_weights or last_weights)
    rate = float(network.optimizer.learning_rate)
    raise DivergedError(
        f"the loss is {loss} in epoch {state.n_epochs + 1} or the weights after it are no numbers: "
        f"training has gone astray; try a learning_rate below {rate:g}",
        state.history,
    )


def _snapshot(network, generator, state):
    """Return what a checkpoint keeps: lists of arrays by name, and JSON values."""
    lists = {
        "weights": network.export_weights(),
        "optimizer": [keras.ops.convert_to_numpy(variable) for variable in network.optimizer.variables],
        "best_weights": state.best_weights or [],
    }
    kept = {name: getattr(state, name) for name in ("history", "best_loss", "waited")}
    return lists, kept | {"generator": generator.bit_generator.state}


def _resume(checkpoint, network, generator, state):
    """Go on from the checkpoint, or write the first one, so that a folder that cannot be written shows at once."""
    found = checkpoint.load()
    if found is None:
        checkpoint.save(*_snapshot(network, generator, state))
        return
    lists, kept = found
    network.load_weights_from(lists["weights"])
    for variable, array in zip(network.optimizer.variables, lists["optimizer"], strict=True):
        variable.assign(array)
    generator.bit_generator.state = kept["generator"]
    state.history, state.best_loss, state.waited = kept["history"], kept["best_loss"], kept["waited"]
    state.best_weights = lists["best_weights"] or None


class _Epochs:
    """Rows on the device, to run over again and again: with a generator to train, without one to validate."""

    def __init__(self, network, arrays, batch_size, jit_compile, generator):
        self.network = network
        self.n_rows = len(arrays[0])
        self.batch_size = batch_size
        self.n_batches = -(-self.n_rows // batch_size)
        self.n_padded = -(-self.n_batches // BATCHES_MULTIPLE) * BATCHES_MULTIPLE
        self.generator = generator
        padded = np.resize(np.arange(self.n_rows), self.n_padded * batch_size)
        self.arrays = [
            keras.ops.convert_to_tensor(np.asarray(array)[padded], dtype)
            for array, dtype in zip(arrays, ("int32", "int32", "float32"), strict=True)
        ]
        self.function = _epoch_function(network, generator is not None, jit_compile, self.n_padded, batch_size)

    def run(self):
        """Run over all rows and return the mean of every loss term."""
        if self.generator is not None:
            self.network.loaded.arrays = None
        totals = self.function(self.arrays, *self._deal(), self.n_batches)
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
        shape = (self.n_padded, self.batch_size, self.network.spec.n_components)
        noise = np.zeros(shape, "float32") if validate else self.generator.standard_normal(shape, dtype="float32")
        return rows, weight, noise


def _epoch_function(network, training, jit_compile, n_padded, batch_size):
    """Return a function of (arrays, rows, weight, noise, n_batches) that sums the loss terms over all rows."""
    if keras.backend.backend() == "tensorflow":
        return _tensorflow_epoch_function(network, training, jit_compile, n_padded, batch_size)
    on_batch = network.train_on_batch if training else network.test_on_batch

    def epoch(arrays, rows, weight, noise, n_batches):
        totals = np.zeros(len(network.term_names))
        for r, w, z in zip(rows[:n_batches], weight, noise, strict=False):
            network.reset_metrics()
            batch = [keras.ops.take(array, r, axis=0) for array in arrays]
            batch += [keras.ops.convert_to_tensor(w), keras.ops.convert_to_tensor(z)]
            logs = on_batch(tuple(batch), return_dict=True)
            totals += w.sum() * np.array([float(logs[name]) for name in network.term_names])
        return totals

    return epoch


def _tensorflow_epoch_function(network, training, jit_compile, n_padded, batch_size):
    """Return a whole epoch as one compiled function, which later fits of the same network and shapes use again."""
    import tensorflow as tf

    key = training, jit_compile, n_padded, batch_size, network.loaded.regularizer
    functions = network.epoch_functions
    if key in functions:
        return functions[key]
    while len(functions) >= MAX_EPOCH_FUNCTIONS:
        del functions[next(iter(functions))]  # the oldest

    def step(batch):
        if not training:
            return network.loss_terms(batch, network(batch, training=False))
        with tf.GradientTape() as tape:
            terms = network.loss_terms(batch, network(batch, training=True))
        gradients = tape.gradient(terms["loss"], [variable.value for variable in network.trainable_variables])
        network.optimizer.apply(gradients, network.trainable_variables)
        return terms

    def epoch(arrays, rows, weight, noise, n_batches):
        def body(i, totals):
            terms = step((*(tf.gather(array, rows[i]) for array in arrays), weight[i], noise[i]))
            return i + 1, totals + tf.reduce_sum(weight[i]) * tf.stack([terms[name] for name in network.term_names])

        state = tf.constant(0), tf.zeros(len(network.term_names))
        return tf.while_loop(lambda i, _: i < n_batches, body, state, parallel_iterations=1)[1]

    spec, batches, n_rows = network.spec, (n_padded, batch_size), n_padded * batch_size
    arrays = [((n_rows, spec.n_steps), "int32"), ((n_rows,), "int32"), ((n_rows, 2), "float32")]
    dealt = [(batches, "int32"), (batches, "float32"), ((*batches, spec.n_components), "float32"), ((), "int32")]
    network.use_xla(jit_compile)
    compiled = tf.function(epoch, jit_compile=jit_compile, autograph=False).get_concrete_function(
        [tf.TensorSpec(*array) for array in arrays], *(tf.TensorSpec(*array) for array in dealt)
    )
    functions[key] = lambda arrays, *dealt: compiled(arrays, *map(tf.constant, dealt))
    return functions[key]
