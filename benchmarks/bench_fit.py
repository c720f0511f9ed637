"""Time one training step against plain Keras, torch and the matrix products alone.

All variants train the same network (the script checks that they agree on the loss for the same weights) on the same
batches, side by side in one process with the same number of threads:

- skemovae: the loop of ``EmotionRegularizedVAE.fit``, a whole epoch in one compiled function, with and without XLA;
- plain ``keras.layers.GRU``: the step in a ``tf.function``, Keras' ``train_on_batch``, and the same with
  ``jit_compile=True``;
- ``torch.nn.GRU`` where torch is installed, also with one thread, which may be faster where the cores are shared;
- the limit: only the products that no implementation can avoid, each over all time steps at once, by the fastest of
  the libraries at hand.
"""

import os
from importlib.util import find_spec

import numpy as np
from _report import Report, add_threads_option, fastest, interleave, make_parser, ratio, seconds, set_threads

N_STEPS, N_SYMBOLS, N_COMPONENTS = 64, 31, 2
WEIGHTS = {"valence_weight": 4.375, "arousal_weight": 5.0, "kl_weight": 1 / 16}
OURS, OURS_PLAIN = "skemovae", "skemovae, no XLA"
KERAS, KERAS_BATCH, KERAS_XLA = "Keras, tf.function", "Keras, train_on_batch", "Keras, train_on_batch, XLA"
TORCH, TORCH_ONE = "torch", "torch, 1 thread"


def main():
    """Time all sizes and write the report."""
    arguments = parse()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if find_spec("torch"):
        import torch  # noqa: F401  # before the threads are set
    set_threads(arguments.threads)
    report = Report("fit", "How long is one training step?", arguments)
    summary, times = [], {}
    for units in arguments.units:
        for batch_size in arguments.batch:
            heading = f"{units} units, batch {batch_size}"
            cases, losses = make_cases(units, batch_size, arguments)
            check_losses(heading, losses)
            times[heading], rows, short = measure(cases, units, batch_size, arguments)
            report.add(heading, rows)
            summary.append({"network": heading, **short})
    report.add("How many times faster is skemovae?", summary)
    report.write(seconds_a_step=times)


def parse():
    """Return the arguments."""
    parser = make_parser(
        __doc__, "python benchmarks/bench_fit.py --units 128 --batch 16 --rounds 3 --steps 4 --out /tmp/results"
    )
    add_threads_option(parser)
    parser.add_argument("--units", type=int, nargs="+", default=[512, 128], help="(%(default)s)")
    parser.add_argument("--batch", type=int, nargs="+", default=[16, 64], help="(%(default)s)")
    parser.add_argument("--rounds", type=int, default=9, help="interleaved rounds (%(default)s)")
    parser.add_argument("--steps", type=int, default=8, help="training steps of each variant a round (%(default)s)")
    return parser.parse_args()


def make_cases(units, batch_size, arguments):
    """Return {variant: function that does `steps` steps} and {variant: loss of one batch with the same weights}."""
    condition = "both" if units == 512 else "decoder"  # as in the paper, as by default
    rng = np.random.default_rng(0)
    symbols = rng.integers(N_SYMBOLS, size=(arguments.steps * batch_size, N_STEPS)).astype("int32")
    labels = rng.integers(4, size=len(symbols)).astype("int32")
    cases, losses, weights = skemovae_cases(units, condition, symbols, labels, batch_size)
    more = [keras_cases(units, condition, symbols, labels, batch_size, weights)]
    if find_spec("torch"):
        more.append(torch_cases(units, condition, symbols, labels, batch_size, weights, arguments.threads))
    for more_cases, more_losses in more:
        cases, losses = cases | more_cases, losses | more_losses
    return cases | limit_cases(units, batch_size, arguments.steps), losses


def skemovae_cases(units, condition, symbols, labels, batch_size):
    """Return the cases of this project, the loss of a batch and the weights that it was taken with."""
    from skemovae.emotion import valence_arousal
    from skemovae.nn.network import NetworkSpec, VAENetwork
    from skemovae.nn.regularizers import REGULARIZERS
    from skemovae.nn.training import _Epochs

    cases, rows = {}, (symbols, labels, valence_arousal(labels + 1).astype("float32"))
    for name, jit_compile in ((OURS_PLAIN, False), (OURS, True)):
        network = VAENetwork(NetworkSpec(N_STEPS, N_SYMBOLS, 4, N_COMPONENTS, units, condition))
        network.initialize_weights(0)
        network.start(
            regularizer=REGULARIZERS["cosine"],
            symbol_attributes=np.zeros((N_SYMBOLS, 2)),  # which the cosine does not ask for
            learning_rate=0.001,
            **WEIGHTS,
        )
        first = [array[:batch_size] for array in rows]
        batch = *first, np.ones(batch_size, "float32"), noise(batch_size)
        loss, weights = float(network.loss_terms(batch, network(batch))["loss"]), network.export_weights()
        cases[name] = _Epochs(network, rows, batch_size, jit_compile, np.random.default_rng(0)).run
    return dict(reversed(cases.items())), {OURS: loss}, weights


def keras_cases(units, condition, symbols, labels, batch_size, weights):
    """Return the cases of plain Keras and the loss of a batch."""
    import keras
    import tensorflow as tf
    from _keras_network import KerasVAE

    def make(jit_compile):
        keras.utils.set_random_seed(0)
        model = KerasVAE(N_STEPS, N_SYMBOLS, N_COMPONENTS, units, condition, **WEIGHTS, cudnn=not jit_compile)
        model.compile(optimizer=keras.optimizers.RMSprop(0.001), jit_compile=jit_compile)
        model.optimizer.build(model.trainable_variables)
        return model

    batches = batches_of(symbols, labels, batch_size, tf.constant)
    model = make(False)
    for variable, array in zip(model.trainable_variables, weights, strict=True):
        variable.assign(array)
    loss = float(model.loss_of(*batches[0], noise(batch_size)))
    step = tf.function(model.step, autograph=False)
    cases = {KERAS: lambda: float([step(*batch) for batch in batches][-1])}
    for name, jit_compile in ((KERAS_BATCH, False), (KERAS_XLA, True)):
        on_batch = make(jit_compile).train_on_batch
        cases[name] = lambda on_batch=on_batch: [on_batch(*batch) for batch in batches]
    return cases, {KERAS: loss}


def torch_cases(units, condition, symbols, labels, batch_size, weights, threads):
    """Return the cases of torch and the loss of a batch."""
    import torch
    from _torch_network import TorchVAE

    torch.manual_seed(0)
    model = TorchVAE(N_STEPS, N_SYMBOLS, N_COMPONENTS, units, condition, **WEIGHTS)
    model.load(weights)
    batches = batches_of(symbols, labels, batch_size, lambda array: torch.tensor(array, dtype=torch.int64))
    with torch.no_grad():
        loss = float(model.loss_of(*batches[0], torch.tensor(noise(batch_size))))

    def run(threads):
        torch.set_num_threads(threads)
        return float([model.step(*batch) for batch in batches][-1])

    cases = {TORCH: lambda: run(threads)}
    if threads > 1:
        cases[TORCH_ONE] = lambda: run(1)
    return cases, {TORCH: loss}


def limit_cases(units, batch_size, steps):
    """Return the cases that do the products of a step, but each over all time steps at once."""
    import tensorflow as tf

    rng = np.random.default_rng(0)
    shapes = step_products(units, batch_size)
    arrays = [[rng.standard_normal(s, dtype="float32") for s in ((m, k), (k, n))] for m, k, n in shapes]
    tensors = [[tf.constant(array) for array in pair] for pair in arrays]
    cases = {"limit, NumPy": lambda: [a @ b for _ in range(steps) for a, b in arrays]}
    for name, jit_compile in (("limit, TensorFlow", False), ("limit, XLA", True)):
        all_of = tf.function(lambda pairs: [a @ b for a, b in pairs], jit_compile=jit_compile, autograph=False)
        cases[name] = lambda all_of=all_of: [all_of(tensors)[-1].numpy() for _ in range(steps)]
    if find_spec("torch"):
        import torch

        pairs = [[torch.tensor(array) for array in pair] for pair in arrays]
        cases["limit, torch"] = lambda: [a @ b for _ in range(steps) for a, b in pairs]
    return cases


def step_products(units, batch_size):
    """Return the (m, k, n) of a step's products: two recurrences and the output, forward and both gradients.

    Products with one-hot symbols are look-ups, and those done once a row instead of once a time step are too small to
    count.
    """
    rows = N_STEPS * batch_size
    pairs = [(units, 3 * units)] * 2 + [(units, N_SYMBOLS)]
    return [shape for i, o in pairs for shape in ((rows, i, o), (rows, o, i), (i, rows, o))]


def batches_of(symbols, labels, batch_size, convert):
    """Return the batches as a list of (symbols, labels)."""
    starts = range(0, len(symbols), batch_size)
    return [(convert(symbols[i : i + batch_size]), convert(labels[i : i + batch_size])) for i in starts]


def noise(batch_size):
    """Return the latent noise with which the losses are compared."""
    return np.random.default_rng(1).standard_normal((batch_size, N_COMPONENTS), dtype="float32")


def check_losses(heading, losses):
    """Stop if the variants are not the same network."""
    if np.ptp(list(losses.values())) > 1e-4 * abs(losses[OURS]):
        raise SystemExit(f"{heading}: the networks differ, their losses for the same weights and batch are {losses}")


def measure(cases, units, batch_size, arguments):
    """Return all times, the rows of the table and the row of the summary."""
    first = {name: seconds(function) for name, function in cases.items()}
    interleave(cases, 1)  # buffers and thread pools
    times = interleave(cases, arguments.rounds, dict.fromkeys(cases, arguments.steps))
    limit = fastest(times, [name for name in cases if name.startswith("limit")])
    best = fastest(times, [KERAS, KERAS_BATCH, KERAS_XLA])
    torch = fastest(times, [name for name in cases if name.startswith(TORCH)]) if TORCH in cases else None
    rows = [
        {
            "variant": name,
            "ms a step": 1e3 * float(np.median(values)),
            "least": 1e3 * float(values.min()),
            f"{KERAS} / it": ratio(times[KERAS], values),
            "fastest Keras / it": ratio(times[best], values),
            "it / limit": ratio(values, times[limit]),
            "first call, s": first[name],
        }
        for name, values in times.items()
    ]
    flops = 2 * sum(m * k * n for m, k, n in step_products(units, batch_size))
    summary = {
        "ms a step": 1e3 * float(np.median(times[OURS])),
        f"than {KERAS}": ratio(times[KERAS], times[OURS]),
        "than the fastest Keras": ratio(times[best], times[OURS]),
        "which is": best,
        "than the fastest torch": ratio(times[torch], times[OURS]) if torch else None,
        "its time / limit": ratio(times[OURS], times[limit]),
        "limit, GFLOP/s": flops / float(np.median(times[limit])) / 1e9,
    }
    return times, rows, summary


if __name__ == "__main__":
    main()
