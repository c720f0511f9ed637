"""Models with a user's own architecture."""

from dataclasses import dataclass

import numpy as np
import pytest

from skemovae import EmotionRegularizedVAE, ModelFileError, load_model, save_model
from skemovae.nn.architectures import DenseArchitecture, register_architecture


@dataclass(frozen=True)
class Own(DenseArchitecture):
    """Dense layers, with options of every kind that a file can hold."""

    hidden_layer_sizes: tuple = (5,)
    pairs: tuple = ((1, 2), (3, 4))
    text: str = "☺"
    share: float = 0.5
    flag: bool = True
    nothing: None = None


@pytest.fixture(scope="module")
def own_model(tiny_data):
    return EmotionRegularizedVAE(
        architecture=Own(hidden_layer_sizes=(4,), share=0.25), max_iter=1, jit_compile=False, random_state=0
    ).fit(*tiny_data)


def test_a_registered_one_is_saved_and_loaded(own_model, own_names, tiny_data, tmp_path):
    register_architecture("own")(Own)
    save_model(own_model, tmp_path / "m")
    again = load_model(tmp_path / "m")
    assert again.architecture_ == Own(hidden_layer_sizes=(4,), share=0.25)
    assert again.get_params() == own_model.get_params()
    assert np.array_equal(again.transform(tiny_data[0]), own_model.transform(tiny_data[0]))


def test_loading_needs_its_registration(own_model, own_names, tmp_path):
    register_architecture("own")(Own)
    save_model(own_model, tmp_path / "m")
    own_names()
    message = "its architecture is 'own': expected one of .*'gru'.*; first import the module that registers it"
    with pytest.raises(ModelFileError, match=message):
        load_model(tmp_path / "m")


def test_saving_needs_a_name(own_model, tmp_path):
    message = r"cannot save architecture=Own\(.*: put @register_architecture\(\"\.\.\.\"\) before it"
    with pytest.raises(TypeError, match=message):
        save_model(own_model, tmp_path / "m")
    assert list(tmp_path.iterdir()) == []


def test_a_subclass_does_not_pass_for_the_registered_class(own_model, own_names, tmp_path):
    @register_architecture("base")
    @dataclass(frozen=True)
    class Base(DenseArchitecture):
        pass

    assert issubclass(Own, DenseArchitecture)
    with pytest.raises(TypeError, match="cannot save architecture=Own"):
        save_model(own_model, tmp_path / "m")


def test_a_parameter_without_a_name_is_not_saved(fitted, tiny_data, tmp_path):
    model = EmotionRegularizedVAE().set_params(**fitted.get_params(deep=False))
    vars(model).update({name: value for name, value in vars(fitted).items() if name.endswith("_")})
    model.set_params(architecture=Own())
    with pytest.raises(TypeError, match="cannot save architecture=Own"):
        save_model(model, tmp_path / "m")


def test_an_option_that_json_does_not_know(own_model, own_names, tmp_path):
    register_architecture("own")(Own)
    model = EmotionRegularizedVAE()
    vars(model).update(vars(own_model) | {"architecture_": Own(hidden_layer_sizes=(4,), nothing=frozenset())})
    with pytest.raises(TypeError, match=r"cannot save nothing=frozenset\(\): expected a string, a number"):
        save_model(model, tmp_path / "m")
    assert list(tmp_path.iterdir()) == []
