"""Worker: training steps of a network of the included models, in skemovae or in torch.

Arguments: "skemovae" or "torch"; the name of the model; a dict of batch_size, steps (batches per epoch), epochs and
threads; the file of the weights with which the losses are compared, which "skemovae" writes and "torch" reads.

Both are timed as in _fit_worker.py. The rows are random; the compared loss is that of held-out rows, without noise.
"""

import numpy as np
from _fit_worker import N_STEPS, over
from _report import seconds
from _workers import arguments, serve
from pretrain import COMMON, MODELS

N_SYMBOLS = 40
COMPARED = 64  # rows
#: What differs from the pretraining: no cosines, and no word dropout, for which torch would need the same draws.
PLAIN = {"regularizer": None, "schedule": "constant", "random_state": 0}


def main():
    """Prepare the implementation and serve the case "run"."""
    library, model, settings, weights = arguments()
    parameters = COMMON | MODELS[model]["parameters"] | PLAIN
    if model == "generator":
        parameters["architecture__word_dropout"] = 0.0
    run, loss = {"skemovae": time_skemovae, "torch": run_torch}[library](parameters, settings, weights)
    serve({"run": run}, loss=loss, first=seconds(run))


def time_skemovae(parameters, settings, weights):
    """Return a function that times a step, and the loss of the compared rows with the weights that it writes."""
    from skemovae import EmotionRegularizedVAE

    rows, labels = compared_rows()
    still = {"learning_rate": 1e-30, "early_stopping": True, "validation_fraction": 0.5, "max_iter": 1}
    vae = EmotionRegularizedVAE().set_params(**parameters | still, jit_compile=False)
    vae.fit(np.tile(rows, (2, 1)), np.tile(labels, 2))
    np.savez(weights, **vae.weights_)
    loss = vae.history_["validation_loss"][-1]
    vae = EmotionRegularizedVAE().set_params(**parameters | {"batch_size": settings["batch_size"]}, jit_compile=True)
    symbols, labels = training_rows(settings)

    def fit(n_epochs):
        return seconds(lambda: vae.set_params(max_iter=n_epochs).fit(symbols, labels))

    def run():
        short = fit(1)
        vae.set_params(warm_start=True)  # from the second fit on
        return (fit(1 + settings["epochs"]) - short) / settings["epochs"] / settings["steps"]

    return run, loss


def run_torch(parameters, settings, weights):
    """Return a function that times a step in torch, and the loss of the compared rows."""
    import torch
    from _torch_melodies import TorchMelodies

    from skemovae.emotion import valence_arousal

    torch.manual_seed(0)
    torch.set_num_threads(settings["threads"])
    with np.load(weights) as arrays:
        table = {name: arrays[name] for name in arrays.files}
    names = ("kl_weight", "learning_rate", "max_gradient_norm")
    model = TorchMelodies(table, N_SYMBOLS, **{name: parameters[name] for name in names})

    def convert(symbols, labels):
        targets = np.asarray(valence_arousal(labels), "float32")
        return torch.tensor(symbols, dtype=torch.int64), torch.tensor(targets)

    with torch.no_grad():
        loss = float(model.loss_of(*convert(*compared_rows()), torch.zeros(COMPARED, parameters["n_components"])))
    symbols, labels = training_rows(settings)
    size = settings["batch_size"]
    batches = [convert(symbols[i : i + size], labels[i : i + size]) for i in range(0, len(symbols), size)]
    epoch = over(batches, model.step, float)
    return lambda: seconds(epoch) / settings["steps"], loss


def training_rows(settings):
    """Return random symbols and labels."""
    generator = np.random.default_rng(0)
    symbols = generator.integers(N_SYMBOLS, size=(settings["steps"] * settings["batch_size"], N_STEPS))
    return symbols, generator.integers(1, 5, size=len(symbols))


def compared_rows():
    """Return four rows with all symbols, repeated, and their labels: any half that is held out is the same."""
    rows = np.random.default_rng(1).permutation(4 * N_STEPS).reshape(4, N_STEPS) % N_SYMBOLS
    return np.tile(rows, (COMPARED // 4, 1)), np.tile(np.arange(1, 5), COMPARED // 4)


if __name__ == "__main__":
    main()
