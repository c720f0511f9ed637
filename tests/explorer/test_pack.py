"""A model as the page holds it: its size, and which models are refused."""

import base64
import json
import zlib
from dataclasses import dataclass

import numpy as np
import pytest

from skemovae import load_pretrained
from skemovae.explorer._pack import pack
from skemovae.nn.architectures import DenseArchitecture, GRUArchitecture
from skemovae.nn.quantization import quantize

from .javascript import run_module
from .models import make_model, with_weights

MAX_BYTES = 2_700_000  # of both included models


def unpacked(packed):
    """Return the arrays of a packed model as the page unpacks them."""
    return run_module(
        """
import { bytesOfBase64, unpackArrays } from "@/numbers/unpack.js";
const arrays = await unpackArrays(bytesOfBase64(data.bytes), data.settings.arrays);
answer(Object.fromEntries(Object.entries(arrays).map(([name, { values }]) => [name, Array.from(values)])));
""",
        packed,
    )


def test_the_shipped_models_are_small():
    sizes = []
    for name in ("editor", "generator"):
        model = load_pretrained(name)
        model.weights_ = quantize(model.weights_)
        packed = pack(model, 4)
        json.dumps(packed)
        kinds = {entry["name"]: entry["kind"] for entry in packed["settings"]["arrays"]}
        assert all((kinds[n] == "int8") == (w.ndim > 1) for n, w in model.weights_.items() if n in kinds)
        assert "encoder/log_variance/kernel" not in kinds
        sizes.append(len(packed["bytes"]))
    assert sum(sizes) < MAX_BYTES


def test_weights_on_the_grid_lose_nothing():
    model = make_model(GRUArchitecture(8), condition="both")
    model.weights_ = quantize(model.weights_)
    found = unpacked(pack(model, 4))
    assert set(found) == {"factors", *model.weights_}
    for name, weight in model.weights_.items():
        assert np.array_equal(np.array(found[name], np.float32), weight.ravel())


def test_other_weights_become_half_precision():
    model = make_model(GRUArchitecture(8))
    model.weights_["encoder/gru/kernel"] *= 1e-5  # so that some are smaller than the smallest normal number
    found = unpacked(pack(model, 4))
    for name in set(model.weights_) & set(found):
        expected = model.weights_[name].astype(np.float16).astype(np.float32)
        assert np.array_equal(np.array(found[name], np.float32), expected.ravel())


def test_every_half_precision_number_is_read():
    numbers = np.arange(2**16, dtype=np.uint16).view(np.float16)
    numbers = numbers[np.isfinite(numbers)]
    source = 'import { fromHalf } from "@/numbers/unpack.js"; answer(Array.from(fromHalf(Uint16Array.from(data))));'
    assert np.array_equal(run_module(source, numbers.view(np.uint16).tolist()), numbers.astype(float))


def test_the_settings():
    model = make_model(DenseArchitecture((5,)), condition="decoder", positions=[(1, 0), (-1, 0.5)], n_steps=6)
    packed = pack(model, 12)
    settings = packed["settings"]
    assert settings["architecture"] == {"name": "dense", "options": {"hidden_layer_sizes": (5,)}}
    assert (settings["nSteps"], settings["nComponents"], settings["resolution"]) == (6, 2, 12)
    assert settings["condition"] == "decoder"
    assert settings["ownClasses"] is True
    assert settings["positions"] == [[1, 0], [-1, 0.5]]
    assert settings["means"] == model.latent_mean_.tolist()
    n_bytes = sum(
        {"float64": 8, "float16": 2}[entry["kind"]] * int(np.prod(entry["shape"])) for entry in settings["arrays"]
    )
    assert len(zlib.decompress(base64.b64decode(packed["bytes"]))) == n_bytes


def test_an_own_architecture_is_refused():
    @dataclass(frozen=True)
    class OwnArchitecture(DenseArchitecture):
        further: int = 1

    with pytest.raises(ValueError, match=r"architecture=.*OwnArchitecture\(.*: the page can run Autoregressive"):
        pack(make_model(OwnArchitecture((4,))), 4)


def test_a_weight_that_is_too_large():
    model = with_weights(make_model(DenseArchitecture((4,))), lambda weight: weight * 1e7)
    with pytest.raises(ValueError, match=r"holds \d+.*: expected numbers in the range of float16"):
        pack(model, 4)
