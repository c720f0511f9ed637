"""The architecture as a parameter, and its options as parameters of their own, alone and in searches."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, StratifiedKFold
from sklearn.pipeline import make_pipeline

from skemovae import EmotionRegularizedVAE, load_model, save_model
from skemovae.nn.architectures import Architecture, ConvolutionalArchitecture, DenseArchitecture, GRUArchitecture

from .settings import TINY

SEARCH = {"cv": StratifiedKFold(2), "error_score": "raise", "refit": False}


def model(**changes):
    return EmotionRegularizedVAE(**TINY | {"architecture": GRUArchitecture(units=4)} | changes)


# names, objects and options ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("gru", {"units": 128}),
        ("dense", {"hidden_layer_sizes": (512, 256)}),
        ("convolutional", {"kernels": "square", "filters": (128, 256)}),
    ],
)
def test_the_options_of_a_name_are_parameters(name, options):
    parameters = EmotionRegularizedVAE(architecture=name).get_params()
    assert parameters["architecture"] == name
    assert {key: value for key, value in parameters.items() if "__" in key} == {
        f"architecture__{key}": value for key, value in options.items()
    }


def test_the_options_of_an_object_are_parameters():
    assert model(architecture=GRUArchitecture(units=7)).get_params()["architecture__units"] == 7


def test_shallow_parameters_are_those_of_the_model():
    assert [name for name in EmotionRegularizedVAE().get_params(deep=False) if "__" in name] == []


@pytest.mark.parametrize("architecture", [5, "lstm", GRUArchitecture, None])
def test_what_is_no_architecture_has_no_options(architecture, tiny_data):
    vae = model(architecture=architecture)
    assert [name for name in vae.get_params() if "__" in name] == []
    with pytest.raises(ValueError, match=r"architecture=.*: expected one of .*'gru'.*, or an object such as GRU"):
        vae.fit(*tiny_data)


def test_setting_an_option_takes_another_architecture():
    small = GRUArchitecture(units=4)
    vae = model(architecture=small)
    assert vae.set_params(architecture__units=6) is vae
    assert vae.architecture == GRUArchitecture(units=6)
    assert small.units == 4


def test_options_and_other_parameters_are_set_together():
    vae = EmotionRegularizedVAE().set_params(architecture="dense", architecture__hidden_layer_sizes=(3,), max_iter=2)
    assert vae.architecture == DenseArchitecture(hidden_layer_sizes=(3,))
    assert vae.max_iter == 2


def test_options_that_are_not_set_stay():
    vae = EmotionRegularizedVAE(architecture=ConvolutionalArchitecture(kernels="musical", filters=(2, 4)))
    assert vae.set_params(architecture__filters=(6, 8)).architecture.kernels == "musical"


@pytest.mark.parametrize("architecture", ["gru", "dense", "convolutional"])
def test_a_name_stays_a_name_where_no_option_changes(architecture):
    vae = EmotionRegularizedVAE(architecture=architecture)
    vae.set_params(**vae.get_params())
    assert vae.architecture == architecture
    assert clone(vae).architecture == architecture


def test_a_name_whose_option_changes_is_an_object():
    assert EmotionRegularizedVAE().set_params(architecture__units=64).architecture == GRUArchitecture(units=64)


def test_parameters_come_back_as_they_were_set():
    vae = model(architecture=DenseArchitecture(hidden_layer_sizes=(3, 2)))
    again = EmotionRegularizedVAE().set_params(**vae.get_params())
    assert again.get_params() == vae.get_params()
    assert clone(vae).get_params() == vae.get_params()


def test_repr_names_the_options():
    assert repr(EmotionRegularizedVAE()) == "EmotionRegularizedVAE()"
    assert repr(EmotionRegularizedVAE(architecture="dense")) == "EmotionRegularizedVAE(architecture='dense')"
    shown = repr(EmotionRegularizedVAE().set_params(architecture__units=64))
    assert shown == "EmotionRegularizedVAE(architecture=GRUArchitecture(units=64))"


def test_html_shows_the_options():
    shown = EmotionRegularizedVAE(architecture=GRUArchitecture(units=77))._repr_html_()
    assert "GRUArchitecture(units=77)" in shown


# wrong options -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["unit", "units__x", "", "hidden_layer_sizes"])
def test_an_unknown_option(name):
    with pytest.raises(ValueError, match=r"architecture='gru' has no options \['.*'\]: expected some of \['units'\]"):
        EmotionRegularizedVAE().set_params(**{f"architecture__{name}": 3})


def test_an_unknown_option_of_another_architecture_changes_nothing():
    vae = EmotionRegularizedVAE()
    with pytest.raises(ValueError, match=r"architecture='dense' has no options \['units'\]: expected some of \['hidd"):
        vae.set_params(architecture="dense", architecture__units=3)
    assert vae.architecture == "gru"


def test_an_option_of_no_architecture():
    with pytest.raises(ValueError, match=r"architecture=5 has no options \['units'\]"):
        EmotionRegularizedVAE(architecture=5).set_params(architecture__units=3)


def test_an_unknown_parameter_of_the_model():
    with pytest.raises(ValueError, match="Invalid parameter 'units' for estimator"):
        EmotionRegularizedVAE().set_params(units=3)


@pytest.mark.parametrize(
    ("architecture", "option", "value", "message"),
    [
        ("gru", "units", 0, "units=0: expected a positive integer, e.g. 128"),
        ("gru", "units", True, "units=True: expected a positive integer"),
        ("gru", "units", 128.0, r"units=128\.0: expected a positive integer"),  # equals the default, but is no integer
        ("dense", "hidden_layer_sizes", (), r"hidden_layer_sizes=\(\): expected a tuple of positive integers"),
        ("dense", "hidden_layer_sizes", [4], r"hidden_layer_sizes=\[4\]: expected a tuple"),
        ("dense", "hidden_layer_sizes", (4, 0), r"hidden_layer_sizes\[1\]=0: expected a positive integer"),
        ("dense", "hidden_layer_sizes", np.array([4, 3]), r"hidden_layer_sizes=array\(\[4, 3\]\): expected a tuple"),
        ("convolutional", "kernels", "round", "kernels='round': expected one of 'square', 'musical'"),
        ("convolutional", "filters", (4,), r"filters=\(4,\): expected a tuple of 2 positive integers"),
    ],
)
def test_options_are_checked_in_fit(tiny_data, architecture, option, value, message):
    vae = EmotionRegularizedVAE(architecture=architecture).set_params(**{f"architecture__{option}": value})
    with pytest.raises(ValueError, match=message):
        vae.fit(*tiny_data)


# fits --------------------------------------------------------------------------------------------------------------


def test_the_options_reach_the_weights(tiny_data):
    vae = model().set_params(architecture__units=3).fit(*tiny_data)
    assert vae.architecture_ == GRUArchitecture(units=3)
    assert vae.weights_["decoder/gru/recurrent_kernel"].shape == (3, 9)


class NoDataclass(GRUArchitecture):
    """Ignores that an architecture must be a frozen dataclass."""


def test_a_class_without_the_decorator_is_refused(tiny_data):
    assert isinstance(NoDataclass(), Architecture)
    with pytest.raises(ValueError, match=r"of a class derived from Architecture under @dataclass\(frozen=True\)"):
        model(architecture=NoDataclass()).fit(*tiny_data)


# searches ----------------------------------------------------------------------------------------------------------


def test_a_search_over_an_option(tiny_data):
    search = GridSearchCV(model(), {"architecture__units": [2, 3]}, **SEARCH | {"refit": True}).fit(*tiny_data)
    assert search.cv_results_["param_architecture__units"].tolist() == [2, 3]
    assert search.best_estimator_.architecture_ == GRUArchitecture(**{"units": search.best_params_.popitem()[1]})


def test_a_search_is_the_fits_one_by_one(tiny_data):
    X, y = tiny_data
    search = GridSearchCV(model(max_iter=3), {"architecture__units": [2, 3]}, **SEARCH).fit(X, y)
    for i, units in enumerate((2, 3)):
        vae = model(max_iter=3, architecture=GRUArchitecture(units=units))
        scores = [vae.fit(X[a], y[a]).score(X[b], y[b]) for a, b in SEARCH["cv"].split(X, y)]
        assert search.cv_results_["mean_test_score"][i] == np.mean(scores)


def test_a_search_over_architectures(tiny_data):
    small = DenseArchitecture(hidden_layer_sizes=(3,))
    search = GridSearchCV(model(), {"architecture": ["gru", small]}, **SEARCH).fit(*tiny_data)
    assert search.cv_results_["param_architecture"].tolist() == ["gru", small]
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_a_search_over_architectures_with_their_own_options(tiny_data):
    grid = [
        {"architecture": ["gru"], "architecture__units": [2, 3]},
        {"architecture": ["dense"], "architecture__hidden_layer_sizes": [(3,), (3, 2)]},
    ]
    search = GridSearchCV(model(), grid, **SEARCH).fit(*tiny_data)
    assert len(search.cv_results_["params"]) == 4
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_a_search_over_an_option_in_a_pipeline(tiny_data):
    path = make_pipeline(model())
    grid = {"emotionregularizedvae__architecture__units": [2, 3]}
    search = GridSearchCV(path, grid, **SEARCH | {"refit": True}).fit(*tiny_data)
    units = search.best_params_["emotionregularizedvae__architecture__units"]
    assert search.best_estimator_[-1].architecture_ == GRUArchitecture(units=units)


def test_a_random_search_over_an_option(tiny_data, tmp_path):
    units = {"architecture__units": np.arange(2, 4)}  # NumPy integers
    search = RandomizedSearchCV(model(), units, n_iter=2, random_state=0, **SEARCH | {"refit": True}).fit(*tiny_data)
    assert sorted(search.cv_results_["param_architecture__units"].tolist()) == [2, 3]
    save_model(search.best_estimator_, tmp_path / "best.safetensors")
    assert load_model(tmp_path / "best.safetensors").architecture_ == search.best_estimator_.architecture_


def test_a_wrong_value_in_a_search_is_a_failed_fit(tiny_data):
    search = GridSearchCV(model(), {"architecture__units": [0, 2]}, **SEARCH | {"error_score": -1.0})
    with pytest.warns(FitFailedWarning, match="units=0: expected a positive integer"):
        search.fit(*tiny_data)
    assert search.cv_results_["mean_test_score"][0] == -1
    assert 0 <= search.cv_results_["mean_test_score"][1] <= 1


def test_a_wrong_architecture_in_a_search_is_a_failed_fit(tiny_data):
    search = GridSearchCV(model(), {"architecture": ["lstm", "gru"]}, **SEARCH | {"error_score": -1.0})
    with pytest.warns(FitFailedWarning, match="architecture='lstm': expected one of"):
        search.fit(*tiny_data)
    assert search.cv_results_["mean_test_score"][0] == -1
    assert 0 <= search.cv_results_["mean_test_score"][1] <= 1


def test_an_unknown_option_in_a_search_is_an_error(tiny_data):
    search = GridSearchCV(model(), {"architecture__layers": [1]}, **SEARCH | {"error_score": np.nan})
    with pytest.raises(ValueError, match=r"has no options \['layers'\]: expected some of \['units'\]"):
        search.fit(*tiny_data)
