"""The use of a fitted network, in NumPy alone: encode rows, decode points, compute how well it explains rows."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import joblib
import numpy as np
from threadpoolctl import ThreadpoolController

from ._numpy import choose_symbols, cross_entropy, kl_divergence, one_hot

BLOCK = 128  # rows that one core works on at a time, few enough to stay in its cache

_blas_lock = threading.Lock()  # BLAS is limited for the whole process


def _renew_lock():
    """Replace the lock in a forked child, in which no thread is left to release it."""
    global _blas_lock
    _blas_lock = threading.Lock()


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_renew_lock)


class Predictor:
    """A network with its weights, for use.

    Rows are processed in blocks, in parallel on the cores, and each block's matrix products use one thread. A row gives
    the same numbers alone as among thousands, except for the rounding of float32.

    Parameters
    ----------
    architecture : Architecture
    sizes : Sizes
    weights : dict of str to float32 array
    """

    def __init__(self, architecture, sizes, weights):
        self.architecture, self.sizes, self.weights = architecture, sizes, weights

    def encode(self, symbols, index):
        """Return the mean and the logarithm of the variance of the latent points, two arrays (n, n_components).

        Parameters
        ----------
        symbols : int array of shape (n, n_steps)
        index : int array of shape (n,)
            The classes, which only a conditioned encoder looks at.
        """
        return _in_blocks(self._encode, symbols, index)

    def decode(self, latent, index, temperature=0.0, generator=None, context=None, prefix=None):
        """Return new rows of symbols, int array of shape (n, n_steps).

        Parameters
        ----------
        latent : array of shape (n, n_components)
        index : int array of shape (n,)
            The classes, which only a conditioned decoder looks at.
        temperature : float, default=0.0
            0 takes the likeliest symbol of every step; above 0, symbols are sampled.
        generator : numpy.random.Generator, default=None
            For the draws.
        context : array of shape (n, n_context), default=None
            The context, for a decoder that reads one; None means zeros.
        prefix : int array of shape (n, n_prefix), default=None
            The first symbols of the rows, for an architecture that writes symbol by symbol.
        """
        latent = np.asarray(latent, np.float32)
        prefix = np.zeros((len(latent), 0), int) if prefix is None else prefix
        uniform = np.zeros((len(latent), 0), np.float32)
        if temperature > 0:
            uniform = 1 - generator.random((len(latent), self.sizes.n_steps), dtype=np.float32)  # in (0, 1]

        def decode(latent, index, uniform, context, prefix):
            label = self._label(index, self.sizes.n_decoder_classes)
            return (self._generate(latent, label, self._given(context), temperature, uniform, prefix),)

        return _in_blocks(decode, latent, index, uniform, self._context(context, len(latent)), prefix)[0]

    def negative_elbo(self, symbols, index, kl_weight, context=None):
        """Return each row's reconstruction loss plus weighted KL divergence, at the latent mean, shape (n,)."""

        def judge(symbols, index, context):
            mean, log_variance = self._encode(symbols, index)
            given = self._label(index, self.sizes.n_decoder_classes), self._given(context)
            logits = self.architecture.numpy_decoder(self.sizes, self.weights, mean, *given, symbols)
            return cross_entropy(logits, symbols).sum(axis=1), kl_divergence(mean, log_variance)

        entropy, divergence = _in_blocks(judge, symbols, index, self._context(context, len(symbols)))
        return entropy + kl_weight * divergence

    def _encode(self, symbols, index):
        label = self._label(index, self.sizes.n_encoder_classes)
        return self.architecture.numpy_encoder(self.sizes, self.weights, symbols, label)

    def _context(self, context, n_rows):
        """Return the context of every row, without columns if the network has none."""
        zeros = np.zeros((n_rows, self.sizes.n_context), np.float32)
        return zeros if context is None else np.asarray(context, np.float32)

    def _given(self, context):
        return context if self.sizes.n_context else None

    def _generate(self, latent, label, context, temperature, uniform, prefix):
        architecture, sizes, weights = self.architecture, self.sizes, self.weights
        if architecture.one_shot:
            logits = architecture.numpy_decoder(sizes, weights, latent, label, context, None)
            return choose_symbols(logits, temperature, uniform)
        state, chosen = architecture.numpy_start(sizes, weights, latent, label, context), []
        for step in range(sizes.n_steps):
            logits, state = architecture.numpy_step(sizes, weights, state, chosen[-1] if chosen else None, step)
            if step < prefix.shape[1]:
                chosen.append(prefix[:, step])
            else:
                chosen.append(choose_symbols(logits, temperature, uniform[:, step] if temperature > 0 else None))
        return np.stack(chosen, axis=1)

    @staticmethod
    def _label(index, n_classes):
        return one_hot(index, n_classes) if n_classes else None


def _in_blocks(function, *arrays):
    """Apply a function to blocks of rows, and return its arrays with the blocks joined."""
    n_rows = len(arrays[0])

    def run(start):
        return function(*(array[start : start + BLOCK] for array in arrays))

    with _blas_lock, _blas().limit(limits=1):
        starts = range(0, n_rows, BLOCK)
        if len(starts) == 1:
            return run(0)
        # A new pool for each call: threads of an old one would be missing in a forked child.
        with ThreadPoolExecutor(min(len(starts), _granted_cores())) as pool:
            blocks = list(pool.map(run, starts))
    return [np.concatenate(parts) for parts in zip(*blocks, strict=True)]


@cache
def _blas():
    """Return what sets the number of BLAS threads; finding it takes longer than decoding a melody."""
    return ThreadpoolController().select(user_api="blas")


def _granted_cores():
    """Return the number of cores to use; joblib and Dask tell their workers in OMP_NUM_THREADS."""
    granted = os.environ.get("OMP_NUM_THREADS", "")
    return int(granted) if granted.isdigit() and int(granted) > 0 else joblib.cpu_count()
