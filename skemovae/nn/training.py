"""The training loop: history, early stopping, interruption, divergence, checkpoints."""

import signal
import threading
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field

import keras
import numpy as np
from tqdm import tqdm

from .backend import has_gpu
from .checkpoint import Checkpoint
from .epochs import Epochs, n_compilations

MAX_COMPILATIONS = 32  # by XLA in a process; TensorFlow keeps about 30 MiB of each, and nothing frees them
WARM_UP, LOWEST_RATE = 0.03, 0.03  # of the one-cycle schedule: share of the steps, and of the peak learning rate
KL_WARM_UP = 0.1  # the share of the steps after which the divergence has its full weight
MIN_STEPS_FOR_XLA = 200  # its compilation pays off after 40 (512 units) to 150 steps (128 units)


@dataclass(frozen=True)
class TrainingSettings:
    """The settings of a training run.

    Attributes
    ----------
    max_iter : int
        Number of epochs.
    batch_size : int
    tol : float
    n_iter_no_change : int
        With validation, training stops when the validation loss has not fallen by `tol` for this many epochs.
    jit_compile : bool or "auto"
        Compile with XLA; "auto" does if there are enough steps to make up for the compilation.
    seed : int
        Seeds the order of the rows and the latent noise.
    learning_rate : float
        The peak learning rate.
    schedule : {"constant", "one_cycle"}
        "one_cycle" lets the learning rate rise over the first 3 % of the steps and fall along a cosine to 3 % of its
        peak, and the weight of the divergence rise over the first 10 % of the steps.
    """

    max_iter: int
    batch_size: int
    tol: float
    n_iter_no_change: int
    jit_compile: bool | str
    seed: int
    learning_rate: float
    schedule: str


@dataclass(frozen=True)
class TrainingHooks:
    """The checkpoint, the progress bar and the callbacks of a training run.

    Attributes
    ----------
    checkpoint : Checkpoint or None
        Where to save the state, and where to continue from. It is deleted when training has finished.
    verbose : bool
        Whether to show a progress bar with the remaining time.
    on_epoch_begin : callable
    on_epoch_end : callable
        Is given the history, and returns whether to stop.
    """

    checkpoint: Checkpoint | None = None
    verbose: bool = False
    on_epoch_begin: Callable = lambda: None
    on_epoch_end: Callable = lambda history: False


def train(network, source, settings, hooks, validation=None):
    """Train a network and return its history.

    Parameters
    ----------
    network : Network
        With its variables set by ``start``, and with weights.
    source : callable
        Returns the :class:`Rows` of the next epoch, always the same number, given a generator.
    settings : TrainingSettings
    hooks : TrainingHooks
    validation : Rows, default=None
        Held-out rows. If given, the network ends with the weights of its best epoch.

    Returns
    -------
    dict of str to list of float
        One value per epoch of each term that the objective has: "loss", "reconstruction", "kl", "emotion_kl",
        "valence", "arousal"; with validation, also the same with the prefix "validation_".

    Raises
    ------
    DivergedError
        If the loss or the weights become NaN or infinite; the network then has the weights of the previous epoch or,
        with validation, of the best one.
    KeyboardInterrupt
        If interrupted before the end of the first epoch; a later interrupt ends training with a warning.
    OSError
        If the checkpoint cannot be written before training begins; a later failure is a warning.
    """
    checkpoint, generator, state = hooks.checkpoint, np.random.default_rng(settings.seed), _State()
    example = source(deepcopy(generator))
    jit_compile = _wants_xla(network, settings, len(example.symbols))
    epochs = Epochs(network, source, example, settings.batch_size, jit_compile, generator, settings.seed)
    held_out = validation and Epochs(
        network, lambda _: validation, validation, settings.batch_size, jit_compile, generator=None
    )
    rates, kl_scales = _schedule(settings, epochs.n_steps)
    if checkpoint is not None:
        _resume(checkpoint, network, generator, state)
    last_weights = network.export_weights()
    progress = tqdm(
        total=settings.max_iter, initial=state.n_epochs, unit="epoch", disable=not hooks.verbose, desc="training"
    )
    stop = False
    try:
        while state.n_epochs < settings.max_iter and state.waited < settings.n_iter_no_change and not stop:
            hooks.on_epoch_begin()
            steps = slice(state.n_epochs * epochs.n_steps, (state.n_epochs + 1) * epochs.n_steps)
            with interrupts_waiting():
                logs = epochs.run(steps.start, rates[steps], kl_scales[steps])
                weights = network.export_weights()
            _stop_if_diverged(network, logs["loss"], weights, state, last_weights, settings.learning_rate)
            last_weights = weights
            if held_out:
                with interrupts_waiting():
                    logs |= {f"validation_{name}": value for name, value in held_out.run().items()}
                state.judge(logs["validation_loss"], last_weights, settings.tol)
            for name, value in logs.items():
                state.history.setdefault(name, []).append(value)
            progress.set_postfix(loss=f"{logs['loss']:.2f}", refresh=False)
            progress.update()
            stop = hooks.on_epoch_end(state.history)
            if checkpoint is not None and state.n_epochs % checkpoint.every == 0:
                checkpoint.try_to_save(*_snapshot(network, generator, state))
    except DivergedError:
        if checkpoint is not None:
            checkpoint.delete()  # a run that continues from it would diverge again
        raise
    except KeyboardInterrupt:
        if not state.history:  # there is nothing to keep
            raise
        network.load_weights(last_weights)
        warnings.warn(
            f"training was interrupted after {state.n_epochs} of {settings.max_iter} epochs; what was learned is kept",
            stacklevel=3,
        )
    else:
        if checkpoint is not None:
            checkpoint.delete()
    finally:
        progress.close()
    if state.best_weights is not None:
        network.load_weights(state.best_weights)
    return state.history


@contextmanager
def interrupts_waiting():
    """Raise the KeyboardInterrupt of a Ctrl-C after the block instead of within it.

    While TensorFlow converts an array, the interrupt would be lost and a SystemError raised instead. An epoch is a
    single call of compiled code, so this makes nobody wait longer.
    """
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return
    interrupts = []
    signal.signal(signal.SIGINT, lambda *arguments: interrupts.append(arguments))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if interrupts:
        handler(*interrupts[0])


def _schedule(settings, n_steps):
    """Return the learning rate of every training step, and the share of the divergence's weight that applies."""
    total = settings.max_iter * n_steps
    if settings.schedule == "constant":
        return np.full(total, settings.learning_rate), np.ones(total)
    progress = np.arange(total) / total
    rise = np.minimum(1, progress / WARM_UP + LOWEST_RATE)
    fall = LOWEST_RATE + (1 - LOWEST_RATE) * (1 + np.cos(np.pi * progress)) / 2
    return settings.learning_rate * rise * fall, np.minimum(1, progress / KL_WARM_UP)


def _wants_xla(network, settings, n_rows):
    if settings.jit_compile != "auto":
        return bool(settings.jit_compile)
    n_steps = settings.max_iter * -(-n_rows // settings.batch_size)
    pays = n_steps >= MIN_STEPS_FOR_XLA and network.architecture.use_xla and not has_gpu()
    return pays and n_compilations() < MAX_COMPILATIONS


class DivergedError(FloatingPointError):
    """The loss is NaN or infinite; `history` is that of the epochs before."""

    def __init__(self, message, history):
        super().__init__(message)
        self.history = history


@dataclass
class _State:
    """The state of a training run, apart from its network and its generator."""

    history: dict = field(default_factory=dict)
    best_loss: float = np.inf
    best_weights: dict | None = None
    waited: int = 0

    @property
    def n_epochs(self):
        return len(self.history.get("loss", []))

    def judge(self, loss, weights, tol):
        """Keep the weights if the held-out loss is the best so far; otherwise count an epoch without progress."""
        if loss < self.best_loss - tol:
            self.best_loss, self.best_weights, self.waited = loss, weights, 0
        else:
            self.waited += 1


def _stop_if_diverged(network, loss, weights, state, last_weights, learning_rate):
    """Raise if the loss or the weights of an epoch are NaN or infinite, with the best or last weights before it."""
    # after the last step, weights may be NaN or infinite although the loss is finite
    if np.isfinite(loss) and all(np.isfinite(array).all() for array in weights.values()):
        return
    network.load_weights(state.best_weights or last_weights)
    raise DivergedError(
        f"the loss is {loss} in epoch {state.n_epochs + 1} or the weights after it are NaN or infinite: "
        f"training has diverged; try a learning_rate below {learning_rate:g}",
        state.history,
    )


def _snapshot(network, generator, state):
    """Return what a checkpoint keeps: lists of arrays by name, and JSON values."""
    lists = {
        "weights": list(network.export_weights().values()),
        "optimizer": [keras.ops.convert_to_numpy(variable) for variable in network.optimizer.variables],
        "best_weights": list((state.best_weights or {}).values()),
    }
    kept = {name: getattr(state, name) for name in ("history", "best_loss", "waited")}
    return lists, kept | {"generator": generator.bit_generator.state}


def _resume(checkpoint, network, generator, state):
    """Continue from the checkpoint, or write the first one, so that a read-only folder is noticed at once."""
    found = checkpoint.load()
    if found is None:
        checkpoint.save(*_snapshot(network, generator, state))
        return
    lists, kept = found
    network.load_weights(dict(zip(network.weights, lists["weights"], strict=True)))
    for variable, array in zip(network.optimizer.variables, lists["optimizer"], strict=True):
        variable.assign(array)
    generator.bit_generator.state = kept["generator"]
    state.history, state.best_loss, state.waited = kept["history"], kept["best_loss"], kept["waited"]
    best = lists["best_weights"]
    state.best_weights = dict(zip(network.weights, best, strict=True)) if best else None
