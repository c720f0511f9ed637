"""The training loop: seeded batches of one size, history, early stopping, interruption."""

import warnings

import keras
import numpy as np
from tqdm import tqdm


def train(
    network,
    symbols,
    labels,
    *,
    validation=None,
    max_iter,
    batch_size,
    learning_rate,
    tol,
    n_iter_no_change,
    verbose,
    seed,
):
    """Train a network and return its history.

    Parameters
    ----------
    network : VAENetwork
    symbols : int array of shape (n, n_steps)
    labels : int array of shape (n,)
    validation : (symbols, labels) or None
        Held-out rows. With them, training stops when their loss has not fallen by `tol` for `n_iter_no_change` epochs,
        and the network ends with the weights of its best epoch.
    max_iter : int
        Number of epochs.
    batch_size : int
        Rows are dealt to batches as evenly as possible, so that none is left with one or two rows, whose regulariser
        would say little; each batch is filled up to `batch_size` with rows of weight zero, so that the graph is traced
        once.
    learning_rate : float
        Of RMSprop.
    tol : float
    n_iter_no_change : int
    verbose : bool
        Show a progress bar with the time left.
    seed : int
        Seeds the order of the rows.

    Returns
    -------
    dict of str to list of float
        One value an epoch: "loss", "reconstruction", "kl", "valence", "arousal", and with validation the same with the
        prefix "validation_".

    Raises
    ------
    FloatingPointError
        If the loss stops being a number; the network keeps the weights of the last good epoch.
    """
    network.compile(optimizer=keras.optimizers.RMSprop(learning_rate))
    generator = np.random.default_rng(seed)
    history = {}
    best_loss, best_weights, last_weights, waited = np.inf, None, network.get_weights(), 0
    progress = tqdm(total=max_iter, unit="epoch", disable=not verbose, desc="training")
    try:
        for epoch in range(1, max_iter + 1):
            logs = _run_epoch(network, network.train_on_batch, symbols, labels, batch_size, generator)
            if not np.isfinite(logs["loss"]):
                network.set_weights(last_weights)
                raise FloatingPointError(
                    f"the loss is {logs['loss']} in epoch {epoch}: the weights of epoch {epoch - 1} are kept; "
                    f"try a learning_rate below {learning_rate:g}"
                )
            last_weights = network.get_weights()
            if validation is not None:
                held_out = _run_epoch(network, network.test_on_batch, *validation, batch_size)
                logs |= {f"validation_{name}": value for name, value in held_out.items()}
                if held_out["loss"] < best_loss - tol:
                    best_loss, best_weights, waited = held_out["loss"], last_weights, 0
                else:
                    waited += 1
            for name, value in logs.items():
                history.setdefault(name, []).append(value)
            progress.set_postfix(loss=f"{logs['loss']:.2f}", refresh=False)
            progress.update()
            if waited >= n_iter_no_change:
                break
    except KeyboardInterrupt:
        done = len(history.get("loss", []))
        warnings.warn(
            f"training was interrupted after {done} of {max_iter} epochs; what was learnt is kept", stacklevel=3
        )
    finally:
        progress.close()
    if best_weights is not None:
        network.set_weights(best_weights)
    return history


def _run_epoch(network, on_batch, symbols, labels, batch_size, generator=None):
    """Run `on_batch` over all rows, in random order if there is a generator, and return the mean of every loss term."""
    n_rows = len(symbols)
    order = np.arange(n_rows) if generator is None else generator.permutation(n_rows)
    total = {}
    for rows in np.array_split(order, -(-n_rows // batch_size)):
        weight = np.zeros(batch_size, "float32")
        weight[: len(rows)] = 1
        padded = np.resize(rows, batch_size)
        network.reset_metrics()
        logs = on_batch((symbols[padded], labels[padded], weight), return_dict=True)
        for name, value in logs.items():
            total[name] = total.get(name, 0.0) + float(value) * len(rows)
    return {name: value / n_rows for name, value in total.items()}
