"""What is in a model file, and files that claim something else with a correct sha256."""

import json
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

from skemovae import PitchEncoder, load_model
from skemovae.persistence._header import digest

DATA = Path(__file__).parents[1] / "data"


def parts_of(path):
    """Return the header and the arrays of a saved model."""
    with safe_open(path, framework="np") as file:
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return json.loads(file.metadata()["skemovae"]), arrays


def forge(path, header, arrays):
    """Write a file with a correct sha256, whatever its content."""
    header = header | {"sha256": digest(header, arrays)}
    save_file(arrays, path, metadata={"skemovae": json.dumps(header)})


def set_in(value, keys, new):
    """Set the value at the end of a path of keys."""
    *outer, last = keys
    for key in outer:
        value = value[key]
    value[last] = new


def assert_as_kept(name):
    """Check that a kept file gives the results that its own version gave."""
    estimator = load_model(DATA / f"{name}.safetensors")
    expected = json.loads((DATA / f"{name}.json").read_text())
    model, X = estimator, np.array(expected["X"])
    if name.startswith("pipeline"):
        model = estimator[-1]
        scores = PitchEncoder(n_steps=8, resolution=2).inverse_transform(X)
        assert np.array_equal(estimator.transform(scores), model.transform(X))
    assert np.allclose(model.transform(X), expected["points"], rtol=0, atol=1e-5)
    assert model.predict(X).tolist() == expected["predictions"]
    assert len(expected["at"]) > 10
    assert len({tuple(sample) for sample in expected["samples"]}) > 3
    assert [model.sample(at=at)[0][0].tolist() for at in expected["at"]] == expected["samples"]
