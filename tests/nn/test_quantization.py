import numpy as np
import pytest

from skemovae import load_pretrained
from skemovae.nn.quantization import LARGEST, quantize, split


def some_matrix(generator):
    """Return a matrix whose channels have very different sizes, from almost nothing to hundreds."""
    shape = (*generator.integers(1, 12, generator.integers(1, 4)), 40)
    return (generator.normal(size=shape) * 2.0 ** generator.uniform(-32, 8, 40)).astype(np.float32)


@pytest.fixture(scope="module")
def matrices():
    generator = np.random.default_rng(0)
    return [some_matrix(generator) for _ in range(500)]


def rounded(matrix):
    return quantize({"kernel": matrix})["kernel"]


def test_what_has_been_rounded_stays_as_it_is(matrices):
    for matrix in map(rounded, matrices):
        assert np.array_equal(rounded(matrix), matrix)


def test_half_precision_holds_the_numbers_and_the_scales(matrices):
    for matrix in map(rounded, matrices):
        whole, scales = split(matrix)
        assert whole.dtype == np.int8
        assert np.abs(whole.astype(int)).max() <= LARGEST
        assert np.array_equal(whole * scales, matrix)
        for array in (matrix, scales):
            assert np.array_equal(array.astype(np.float16).astype(np.float32), array)


def test_an_error_is_at_most_half_a_step(matrices):
    for matrix in matrices:
        channels = np.abs(matrix.reshape(-1, matrix.shape[-1])).max(axis=0)
        step = channels / LARGEST * (1 + 1 / 8) + 2.0**-24  # four bits of it, or fewer below 2**-21
        assert (np.abs(rounded(matrix) - matrix) <= step / 2).all()


def test_known_numbers():
    matrix = np.array([[127.0, 0.0, 1.0], [-63.4, 0.0, 0.501]])
    assert rounded(matrix).tolist() == [[127, 0, 114 * 9 / 1024], [-63, 0, 57 * 9 / 1024]]


def test_an_array_of_one_dimension_becomes_half_precision():
    bias = np.random.default_rng(0).normal(size=50).astype(np.float32)
    found = quantize({"bias": bias})["bias"]
    assert found.dtype == np.float32
    assert np.array_equal(found, bias.astype(np.float16))


def test_what_lies_on_no_grid_cannot_be_split():
    generator = np.random.default_rng(0)
    assert split(generator.normal(size=(20, 3)).astype(np.float32)) is None
    assert split(np.arange(5.0)) is None
    almost = rounded(generator.normal(size=(20, 3)).astype(np.float32))
    almost[3, 1] = np.nextafter(almost[3, 1], np.float32(9), dtype=np.float32)
    assert split(almost) is None


def test_the_shipped_models_decode_as_before():
    model = load_pretrained("editor")
    points = np.random.default_rng(0).normal(0, 1, (200, 64))
    before = model.inverse_transform(points)
    model.weights_ = quantize(model.weights_)
    assert (model.inverse_transform(points) == before).mean() > 0.97
