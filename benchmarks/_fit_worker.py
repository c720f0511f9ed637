"""Worker: training steps of one implementation of the network.

Arguments: the implementation; a dict of units, batch_size, steps (batches per epoch), epochs and threads; the file of
the weights with which the losses are compared, which "skemovae" writes and the others read.

The step of skemovae is timed through its public interface, so that the script works with any version: a fit of 1 epoch
and one of several, both from the weights of the previous fit. The difference is the time of the steps, because both
contain what a fit does before and after its epochs. The losses that are compared are those of held-out rows, without
noise: half of the rows. The rows are four different ones, repeated, so that any held-out half is the same.
"""

import numpy as np
from _estimators import condition_of, make_vae, package_folder, weights_of
from _report import seconds, set_threads
from _workers import arguments, serve

N_STEPS, N_SYMBOLS, N_COMPONENTS = 64, 31, 2
LOSS_ROWS = 16
WEIGHTS = {"valence_weight": 4.375, "arousal_weight": 5.0, "kl_weight": 1 / 16}


def main():
    """Prepare the implementation and serve the case "run"."""
    name, settings, weights = arguments()
    make = {"skemovae": time_skemovae, "keras": run_keras, "torch": run_torch}
    run, loss = make[name.split()[0]](name.split()[1:], settings, weights)
    serve({"run": run}, loss=loss, first=seconds(run), package=package_folder())


def time_skemovae(options, settings, weights):
    """Return a function that times a step, and the loss of the compared rows; "plain" means without XLA."""
    symbols, labels = training_rows(settings)
    vae = make_vae(
        settings["units"],
        n_components=N_COMPONENTS,
        condition=condition_of(settings["units"]),
        batch_size=settings["batch_size"],
        jit_compile="plain" not in options,
        random_state=0,
        max_iter=1,
        **WEIGHTS,
    )
    loss = loss_of_held_out_rows(vae, weights) if weights is not None else None

    def fit(n_epochs):
        return seconds(lambda: vae.set_params(max_iter=n_epochs).fit(symbols, labels + 1))

    def run():
        short = fit(1)
        vae.set_params(warm_start=True)  # from the second fit on
        return (fit(1 + settings["epochs"]) - short) / settings["epochs"] / settings["steps"]

    return run, loss


def loss_of_held_out_rows(vae, weights):
    """Return the loss of the compared rows with fresh weights, and write the weights to the file."""
    from sklearn.base import clone

    symbols, labels = compared_rows()
    still = {"learning_rate": 1e-30, "early_stopping": True, "validation_fraction": 0.5, "batch_size": LOSS_ROWS}
    vae = clone(vae).set_params(jit_compile=False, **still).fit(np.tile(symbols, (2, 1)), np.tile(labels + 1, 2))
    np.savez(weights, *weights_of(vae))
    return vae.history_["validation_loss"][-1]


def run_keras(options, settings, weights):
    """Return a function that does an epoch in plain Keras ("function", "batch" or "xla"), and the compared loss."""
    set_threads(settings["threads"])
    import keras
    import tensorflow as tf
    from _keras_network import KerasVAE

    xla = "xla" in options
    keras.utils.set_random_seed(0)
    units = settings["units"]
    model = KerasVAE(N_STEPS, N_SYMBOLS, N_COMPONENTS, units, condition_of(units), **WEIGHTS, cudnn=not xla)
    model.compile(optimizer=keras.optimizers.RMSprop(0.001), jit_compile=xla)
    model.optimizer.build(model.trainable_variables)
    for variable, array in zip(model.trainable_variables, read(weights), strict=True):
        variable.assign(array)
    loss = float(model.loss_of(*map(tf.constant, compared_rows()), np.zeros((LOSS_ROWS, N_COMPONENTS), "float32")))
    batches = batches_of(settings, tf.constant)
    if "function" in options:
        step = tf.function(model.step, autograph=False)
        return over(batches, step, float), loss
    return over(batches, model.train_on_batch), loss


def run_torch(options, settings, weights):
    """Return a function that does an epoch in torch, and the loss of the compared rows."""
    import torch
    from _torch_network import TorchVAE

    torch.manual_seed(0)
    torch.set_num_threads(settings["threads"])
    units = settings["units"]
    model = TorchVAE(N_STEPS, N_SYMBOLS, N_COMPONENTS, units, condition_of(units), **WEIGHTS)
    model.load(read(weights))

    def convert(array):
        return torch.tensor(array, dtype=torch.int64)

    with torch.no_grad():
        loss = float(model.loss_of(*map(convert, compared_rows()), torch.zeros((LOSS_ROWS, N_COMPONENTS))))
    batches = batches_of(settings, convert)
    return over(batches, model.step, float), loss


def over(batches, step, wait=id):
    """Return a function that does a step for each batch and waits for the last result."""

    def run():
        for batch in batches:
            last = step(*batch)
        wait(last)

    return run


def training_rows(settings):
    """Return random symbols and labels."""
    rng = np.random.default_rng(0)
    symbols = rng.integers(N_SYMBOLS, size=(settings["steps"] * settings["batch_size"], N_STEPS)).astype("int32")
    return symbols, rng.integers(4, size=len(symbols)).astype("int32")


def compared_rows():
    """Return the symbols and labels of the rows whose loss is compared: a row of each label, repeated."""
    rows = np.random.default_rng(1).permutation(4 * N_STEPS).reshape(4, N_STEPS) % N_SYMBOLS
    repeats = LOSS_ROWS // 4
    return np.tile(rows, (repeats, 1)).astype("int32"), np.tile(np.arange(4), repeats).astype("int32")


def batches_of(settings, convert):
    """Return the batches of an epoch as a list of (symbols, labels)."""
    symbols, labels = training_rows(settings)
    size = settings["batch_size"]
    starts = range(0, len(symbols), size)
    return [(convert(symbols[i : i + size]), convert(labels[i : i + size])) for i in starts]


def read(weights):
    """Return the arrays of a file of weights."""
    with np.load(weights) as arrays:
        return [arrays[name] for name in arrays.files]


if __name__ == "__main__":
    main()
