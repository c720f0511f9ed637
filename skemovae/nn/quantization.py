"""Weights on a grid of eight bits: a network with such weights can be stored without loss in a byte per weight."""

import numpy as np

LARGEST = 127  # of the whole numbers
SCALE_BITS = 4  # with seven bits of the whole number there are eleven, as many as float16 has
MIN_EXPONENT = -24  # of the smallest float16


def quantize(weights):
    """Round weights to numbers that a page or a file can store in few bytes.

    In an array of two or more dimensions, each channel (along the last axis) becomes integers from -127 to 127 times a
    scale of its own. The scale is the channel's largest absolute value divided by 127, rounded up to four significant
    bits or, if it is too small for that, to a multiple of 2**-24; float16 thus holds the scales and the products
    exactly. Arrays of one dimension are rounded to float16. Rounding twice is the same as rounding once.

    Parameters
    ----------
    weights : dict of str to array
        Values within the range of float16: up to 65,504 in size.

    Returns
    -------
    dict of str to float32 ndarray

    Examples
    --------
    >>> import numpy as np
    >>> from skemovae.nn.quantization import quantize
    >>> quantize({"kernel": np.array([[1.0, 0.0], [-0.3, 0.0]])})["kernel"].tolist()
    [[1.001953125, 0.0], [-0.298828125, 0.0]]
    """
    return {name: _rounded(np.asarray(array)) for name, array in weights.items()}


def split(array):
    """Split an array into integers (int8) and a scale for each channel (float32), whose products it is.

    Returns
    -------
    tuple of ndarray, or None
        None if the array does not lie on the grid of :func:`quantize`.
    """
    if array.ndim < 2:
        return None
    channels = _channels(array)
    scales, on_grid = _find_scales(channels)
    if not on_grid.all():
        return None
    return (channels / scales).astype(np.int8).reshape(array.shape), scales.astype(np.float32)


def _rounded(array):
    if array.ndim < 2:
        return array.astype(np.float16).astype(np.float32)
    channels = _channels(array)
    scales, _ = _find_scales(channels)
    return (np.round(channels / scales) * scales).astype(np.float32).reshape(array.shape)


def _channels(array):
    return array.reshape(-1, array.shape[-1]).astype(float)


def _find_scales(channels):
    """Return the scale of each channel, and whether all its numbers are multiples of it.

    Rounding may make the largest number of a channel so much smaller that a finer scale would be computed from it.
    Therefore the next coarser scale is returned if all numbers are multiples of that one alone.
    """
    fine = _round_up(np.abs(channels).max(axis=0, initial=0) / LARGEST)
    fine[fine == 0] = 1.0  # a channel of zeros
    coarse = _round_up(fine * (1 + 2.0 ** -(SCALE_BITS + 2)))
    on_fine, on_coarse = ((np.fmod(channels, scales) == 0).all(axis=0) for scales in (fine, coarse))
    return np.where(on_coarse & ~on_fine, coarse, fine), on_fine | on_coarse


def _round_up(x):
    """Return positive numbers rounded up to four significant bits that float16 holds."""
    exponent = np.maximum(np.frexp(x)[1] - SCALE_BITS, MIN_EXPONENT)
    return np.ldexp(np.ceil(np.ldexp(x, -exponent)), exponent)
