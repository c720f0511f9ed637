"""Which model an estimator contains, which encoder made its tokens, and which tokens it gets."""

import re
import subprocess
import sys

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skemovae import EmotionRegularizedVAE, Excerpt, PitchEncoder, TempoNormalizer
from skemovae._pipelines import (
    earlier_steps,
    encoder_of,
    fitted_model,
    model_and_tokens,
    steps_per_quarter,
    takes_scores,
)

ENCODER = PitchEncoder(8, resolution=2)


def wrap(kind, model):
    """Return the same model in a pipeline of another structure."""
    return {
        "model": model,
        "one step": make_pipeline(model),
        "encoder": make_pipeline(ENCODER, model),
        "encoder first": make_pipeline(ENCODER, FunctionTransformer(), "passthrough", model),
        "nested before": make_pipeline(make_pipeline(TempoNormalizer(), ENCODER), model),
        "nested after": make_pipeline(TempoNormalizer(), make_pipeline(ENCODER, model)),
    }[kind]


WITHOUT = ("model", "one step")
WITH = ("encoder", "encoder first", "nested before", "nested after")


@pytest.mark.parametrize("kind", [*WITHOUT, *WITH])
def test_the_model_is_found_wherever_it_is(fitted, kind):
    assert fitted_model(wrap(kind, fitted)) is fitted


@pytest.mark.parametrize("kind", WITHOUT)
def test_a_model_alone_has_the_encoder_of_sixteenths(fitted, kind):
    estimator = wrap(kind, fitted)
    assert not takes_scores(estimator)
    assert encoder_of(estimator).get_params() == PitchEncoder(n_steps=8).get_params()
    assert steps_per_quarter(estimator) == 4


@pytest.mark.parametrize("kind", WITH)
def test_a_pipelines_encoder_is_found_wherever_it_is(fitted, kind):
    estimator = wrap(kind, fitted)
    assert takes_scores(estimator)
    assert encoder_of(estimator) is ENCODER
    assert steps_per_quarter(estimator) == 2


def test_of_two_encoders_the_one_whose_tokens_reach_the_model_counts(fitted):
    finer = PitchEncoder(8, resolution=4)
    estimator = make_pipeline(finer, FunctionTransformer(finer.inverse_transform), ENCODER, fitted)
    assert encoder_of(estimator) is ENCODER


@pytest.mark.parametrize("kind", WITHOUT)
def test_without_steps_the_tokens_are_what_was_given(fitted, tiny_data, kind):
    model, tokens = model_and_tokens(wrap(kind, fitted), tiny_data[0])
    assert model is fitted
    assert tokens is tiny_data[0]


@pytest.mark.parametrize("kind", WITH)
def test_the_tokens_are_those_that_reach_the_model(fitted, tiny_data, kind):
    estimator, scores = wrap(kind, fitted), ENCODER.inverse_transform(tiny_data[0])
    model, tokens = model_and_tokens(estimator, scores)
    assert model is fitted
    assert tokens.tolist() == tiny_data[0].tolist()
    assert np.array_equal(model.transform(tokens), estimator.transform(scores))


def test_the_steps_before_the_model_are_in_order_and_flat(fitted):
    assert earlier_steps(fitted) == []
    inner = Pipeline([("cut", Excerpt()), ("encode", ENCODER)])
    estimator = Pipeline([("tempo", TempoNormalizer()), ("inner", inner), ("model", fitted)])
    assert [name for name, _ in earlier_steps(estimator)] == ["tempo", "cut", "encode"]


@pytest.mark.parametrize("function", [fitted_model, lambda estimator: model_and_tokens(estimator, [[60]])])
@pytest.mark.parametrize(
    ("estimator", "found"),
    [
        (LogisticRegression(), "LogisticRegression"),
        (make_pipeline(ENCODER), "PitchEncoder"),  # it has inverse_transform, but not sample
        (make_pipeline(ENCODER, make_pipeline(LogisticRegression())), "LogisticRegression"),
        (GridSearchCV(EmotionRegularizedVAE(), {"architecture__units": [4]}), "GridSearchCV"),
        (None, "NoneType"),
    ],
)
def test_what_is_no_model_is_an_error_that_says_what_is(function, estimator, found):
    message = re.escape(f"the estimator is or ends in {found}: expected a fitted EmotionRegularizedVAE, or a Pipeline")
    with pytest.raises(TypeError, match=message):
        function(estimator)


@pytest.mark.parametrize("function", [fitted_model, encoder_of, steps_per_quarter])
def test_a_model_that_is_not_fitted_is_an_error(function):
    with pytest.raises(NotFittedError, match="This EmotionRegularizedVAE instance is not fitted yet"):
        function(make_pipeline(EmotionRegularizedVAE()))


@pytest.mark.slow
def test_looking_into_a_pipeline_loads_no_deep_learning_framework():
    code = (
        "import sys\n"
        "import skemovae._pipelines as pipelines\n"
        "assert not {'sklearn', 'muspy'} & set(sys.modules)\n"
        "from sklearn.pipeline import make_pipeline\n"
        "from skemovae.preprocessing import PitchEncoder\n"
        "assert pipelines.steps_per_quarter(make_pipeline(PitchEncoder(resolution=3), PitchEncoder())) == 3\n"
        "print(sorted({'tensorflow', 'keras', 'torch'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"
