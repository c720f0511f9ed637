"""Files of format version 1, which has only the paper's network; load_model will always read them."""

import numpy as np
import pytest

from skemovae import ModelFileError, load_model, save_model
from skemovae.nn.architectures import GRUArchitecture
from skemovae.persistence import read_header

from .files import DATA, assert_as_kept, forge, parts_of, set_in

PARAMETERS = ("steps", 0, 2)


@pytest.mark.parametrize("name", ["model_v1", "pipeline_v1"])
def test_kept_files_give_the_same_points_and_samples(name):
    assert_as_kept(name)


def test_the_header_is_as_it_was_saved():
    header = read_header(DATA / "model_v1.safetensors")
    assert header["format_version"] == 1
    assert header["architecture"]["units"] == 4


@pytest.mark.parametrize("name", ["model_v1", "pipeline_v1"])
def test_units_have_become_an_option_of_the_architecture(name):
    estimator = load_model(DATA / f"{name}.safetensors")
    model = estimator[-1] if name == "pipeline_v1" else estimator
    assert model.architecture_ == GRUArchitecture(units=4)
    assert model.get_params()["architecture__units"] == 4
    assert "units" not in model.get_params()


@pytest.mark.parametrize("name", ["model_v1", "pipeline_v1"])
def test_saved_again_it_is_the_same_in_format_2(name, tmp_path):
    estimator = load_model(DATA / f"{name}.safetensors")
    save_model(estimator, tmp_path / "m")
    assert read_header(tmp_path / "m")["format_version"] == 2
    again = load_model(tmp_path / "m")
    model, old = (again[-1], estimator[-1]) if name == "pipeline_v1" else (again, estimator)
    assert list(model.weights_) == list(old.weights_)
    assert all(np.array_equal(model.weights_[name], old.weights_[name]) for name in old.weights_)
    assert model.history_ == old.history_
    assert model.get_params() == old.get_params()


def test_without_the_parameter_units_it_is_the_default(first_parts, tmp_path):
    header, arrays = first_parts
    del header["steps"][0][2]["units"]
    forge(tmp_path / "m", header, arrays)
    model = load_model(tmp_path / "m")
    assert model.get_params()["architecture__units"] == 128
    assert model.architecture_ == GRUArchitecture(units=4)


@pytest.mark.parametrize(
    ("keys", "new", "message"),
    [
        ((*PARAMETERS, "architecture"), "gru", "format 1 has no parameter architecture: expected units"),
        ((*PARAMETERS, "units"), "a", "units='a': expected a positive integer"),
        ((*PARAMETERS, "units"), -1, "units=-1: expected a positive integer"),
        (("architecture",), "gru", "architecture is 'gru': expected one of type dict"),
        (("architecture", "units"), 10**12, "weights_2 is F32 of shape"),
        (("architecture", "units"), 8.0, "units is 8.0: expected one of type int"),
        (("architecture", "units"), "8", "units is '8': expected one of type int"),
        (("architecture", "units"), True, "units is True: expected one of type int"),
        (("architecture", "units"), 0, "units=0: expected a positive integer"),
        (("architecture", "condition"), "x", "condition='x': expected one of"),
        (("architecture", "condition"), None, r"lacks, or should not have, the arrays \['weights_14', 'weights_15'\]"),
        (("architecture", "depth"), 2, "sizes has .*'depth'.*: expected"),
        (("architecture", "n_components"), 1, r"latent_mean_ is F64 of shape \(4, 2\): expected F64 of shape \(4, 1\)"),
        (("steps",), 7, "steps is 7: expected one of type list"),
        (("steps",), [], "its steps have the names"),
        (("steps", 0), 7, r"step 1 is 7: expected \[name, class, parameters\]"),
        (("steps", 0, 2), [], r"step 1 is \[None, 'EmotionRegularizedVAE', \[\]\]: expected"),
    ],
)
def test_forged_headers_are_refused(keys, new, message, first_parts, tmp_path):
    header, arrays = first_parts
    set_in(header, keys, new)
    forge(tmp_path / "m", header, arrays)
    with pytest.raises(ModelFileError, match=f"cannot load .*: .*{message}"):
        load_model(tmp_path / "m")


def test_arrays_have_the_names_of_their_format(parts, first_parts, tmp_path):
    (header, arrays), (first_header, first_arrays) = parts, first_parts
    forge(tmp_path / "m", first_header | {"format_version": 2}, first_arrays)
    with pytest.raises(ModelFileError, match=r"EmotionRegularizedVAE has the parameters .*'units'"):
        load_model(tmp_path / "m")
    renamed = {name: array for name, array in arrays.items() if not name.startswith("weights/")}
    renamed |= {
        f"weights_{i}": array for i, array in enumerate(a for n, a in arrays.items() if n.startswith("weights/"))
    }
    forge(tmp_path / "m", header, renamed)
    with pytest.raises(ModelFileError, match=r"it lacks, or should not have, the arrays .*'weights/decoder/gru/bias'"):
        load_model(tmp_path / "m")


def test_weights_are_in_the_order_of_format_1(first_parts, tmp_path):
    _, arrays = first_parts
    model = load_model(DATA / "model_v1.safetensors")
    assert len(model.weights_) == sum(name.startswith("weights_") for name in arrays)
    save_model(model, tmp_path / "m")
    again = parts_of(tmp_path / "m")[1]
    assert np.array_equal(again["weights/encoder/label/kernel"], arrays["weights_0"])
    assert np.array_equal(again["weights/decoder/symbols/bias"], arrays["weights_15"])
