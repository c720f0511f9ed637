"""Tests of all steps together, with chorales."""

import copy
import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from skemovae import Excerpt, KeyNormalizer, PitchEncoder, SopranoExtractor, TempoNormalizer, load_bach_chorales


def all_steps():
    return [
        TempoNormalizer(),
        KeyNormalizer(),
        Excerpt(),
        SopranoExtractor("first"),
        PitchEncoder(off_grid="round", out_of_window="error"),
    ]


@pytest.fixture(scope="module")
def chorales(data_home):
    return load_bach_chorales(form="scores", data_home=data_home).data[:5]


def test_a_pipeline_of_all_steps_gives_the_melodies_of_the_data_set(chorales, data_home):
    expected = PitchEncoder().transform(load_bach_chorales(data_home=data_home).data[:5])
    pipeline = make_pipeline(*all_steps())
    before = copy.deepcopy(chorales)
    tokens = pipeline.fit_transform(chorales)
    assert tokens.shape == (5, 64)
    assert (tokens < 128).any(axis=1).all()
    np.testing.assert_array_equal(tokens, expected)
    assert chorales == before
    for twin in (clone(pipeline), pickle.loads(pickle.dumps(pipeline))):
        np.testing.assert_array_equal(twin.fit(chorales).transform(chorales), tokens)
    assert "PitchEncoder" in pipeline._repr_html_()


def test_each_step_can_be_used_alone(chorales):
    result = chorales
    for step in all_steps():
        result = step.transform(result)
        assert len(result) == 5
    np.testing.assert_array_equal(result, make_pipeline(*all_steps()).fit_transform(chorales))


def test_a_pipeline_with_a_table_as_output(chorales):
    pandas = pytest.importorskip("pandas")
    expected = make_pipeline(*all_steps()).fit_transform(chorales)
    table = make_pipeline(*all_steps()).set_output(transform="pandas").fit_transform(chorales)
    assert isinstance(table, pandas.DataFrame)
    assert table.columns.tolist() == [f"step{i}" for i in range(64)]
    np.testing.assert_array_equal(table.to_numpy(), expected)
