"""Worker: matrix products alone, the least that any implementation of a network has to do.

Arguments: "numpy", "tensorflow", "xla" or "torch"; the (m, k, n) of the products; how often to compute them; threads.
"""

import numpy as np
from _report import set_threads
from _workers import arguments, serve


def main():
    """Prepare the arrays and serve the case "run"."""
    library, shapes, repeats, threads = arguments()
    rng = np.random.default_rng(0)
    pairs = [[rng.standard_normal(s, dtype="float32") for s in ((m, k), (k, n))] for m, k, n in shapes]
    products = {"numpy": numpy_products, "torch": torch_products}.get(library, tensorflow_products)
    serve({"run": products(pairs, repeats, threads, library == "xla")})


def numpy_products(pairs, repeats, threads, xla):
    """Return a function that does the products."""
    import threadpoolctl

    threadpoolctl.threadpool_limits(threads)
    return lambda: do([lambda: [a @ b for a, b in pairs]] * repeats)


def tensorflow_products(pairs, repeats, threads, xla):
    """Return a function that does the products."""
    set_threads(threads)
    import tensorflow as tf

    tensors = [[tf.constant(array) for array in pair] for pair in pairs]
    all_of = tf.function(lambda pairs: [a @ b for a, b in pairs], jit_compile=xla, autograph=False)
    return lambda: do([lambda: all_of(tensors)[-1].numpy()] * repeats)


def torch_products(pairs, repeats, threads, xla):
    """Return a function that does the products."""
    import torch

    torch.set_num_threads(threads)
    tensors = [[torch.tensor(array) for array in pair] for pair in pairs]
    return lambda: do([lambda: [a @ b for a, b in tensors]] * repeats)


def do(functions):
    """Call all functions."""
    for function in functions:
        function()


if __name__ == "__main__":
    main()
