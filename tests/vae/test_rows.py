"""Where the rows of a fit come from: variations, and the context."""

from dataclasses import dataclass

import numpy as np
import pytest

from skemovae import EmotionRegularizedVAE, load_model, save_model
from skemovae.nn.architectures import DenseArchitecture, register_architecture

SMALL = DenseArchitecture(hidden_layer_sizes=(6,))


@register_architecture("tests-context")
@dataclass(frozen=True)
class ContextArchitecture(DenseArchitecture):
    """Dense layers whose decoder gets the context as if it were further latent dimensions."""

    reads_context = True

    hidden_layer_sizes: tuple = (6,)

    def weights(self, sizes):
        # of the decoder's first layer; the encoder does not get the context
        wider = super().weights(sizes._replace(n_components=sizes.n_components + sizes.n_context))
        return [
            theirs if theirs.name.startswith("decoder") else mine
            for mine, theirs in zip(super().weights(sizes), wider, strict=True)
        ]

    def keras_decoder(self, sizes, weights, latent, label, context, symbols, run):
        from keras import ops

        point = latent if context is None else ops.concatenate([latent, context], axis=-1)
        return super().keras_decoder(sizes, weights, point, label, None, symbols, run)

    def numpy_decoder(self, sizes, weights, latent, label, context, symbols):
        point = latent if context is None else np.concatenate([latent, context], axis=-1)
        return super().numpy_decoder(sizes, weights, point, label, None, symbols)


def make_model(**changes):
    settings = {"architecture": SMALL, "max_iter": 2, "random_state": 0, "jit_compile": False}
    return EmotionRegularizedVAE(**settings | changes)


def shifted(X, y, context, generator):
    """Return the rows twice; the first half has partners with the next emotion, one semitone higher."""
    order = generator.permutation(len(X))
    twice = np.concatenate([order, order])
    return {
        "X": X[twice],
        "y": y[twice],
        "partners": X[order] + (X[order] < 100),
        "partner_y": np.roll(y, 1)[order],
        "step_weight": np.ones((len(X), X.shape[1])),
    }


def test_variations_are_the_rows_that_are_trained(tiny_data):
    calls = []

    def variations(X, y, context, generator):
        calls.append(len(X))
        return shifted(X, y, context, generator)

    X, y = tiny_data
    model = make_model(variations=variations, max_iter=3).fit(X, y)
    assert calls == [len(X)] * 4  # one of them to find the shapes
    assert model.history_ != make_model(max_iter=3).fit(X, y).history_
    assert make_model(variations=shifted, max_iter=3).fit(X, y).history_ == model.history_


def test_variations_that_return_the_rows_train_as_without(tiny_data):
    model = make_model(variations=lambda X, y, context, generator: {"X": X, "y": y}).fit(*tiny_data)
    assert model.history_ == make_model().fit(*tiny_data).history_


def test_variations_are_given_no_held_out_row(tiny_data):
    X, y = tiny_data
    given = []

    def variations(X, y, context, generator):
        given.append((X, y))
        return {"X": X, "y": y}

    make_model(variations=variations, early_stopping=True, validation_fraction=0.25).fit(X, y)
    assert {len(rows) for rows, _ in given} == {len(X) - int(np.ceil(0.25 * len(X)))}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"X": None}, r"variations returned \['y'\]: expected a dict with X and y"),
        ({"rows": 1}, r"variations returned \['X', 'rows', 'y'\]: expected a dict with X and y"),
        ({"X": lambda X: X[:, :1]}, r"variations returned X of shape \(\d+, 1\): expected \d+ columns"),
        ({"y": lambda y: y[:3]}, r"variations returned 3 labels in y for \d+ rows"),
        ({"partners": lambda X: X}, r"variations returned \['partners'\]: expected both of"),
        (
            {"partners": lambda X: X, "partner_y": lambda X: ["sad"] * len(X), "step_weight": lambda X: np.ones(3)},
            r"variations returned a step_weight of shape \(3,\): expected a number for each step",
        ),
        (
            {"partners": lambda X: np.tile(X, (2, 1)), "partner_y": lambda X: ["sad"] * 2 * len(X)},
            r"variations returned \d+ partners for \d+ rows: expected no more",
        ),
        ({"context": lambda X: np.ones((len(X), 2))}, r"variations returned a context of shape .*: expected None"),
    ],
)
def test_what_variations_must_not_return(tiny_data, changes, message):
    def variations(X, y, context, generator):
        made = {"X": X, "y": y}
        for name, change in changes.items():
            if change is None:
                del made[name]
            else:
                made[name] = change(made.get(name, X)) if callable(change) else change
        return made

    with pytest.raises(ValueError, match=message):
        make_model(variations=variations).fit(*tiny_data)


def test_variations_return_as_many_rows_in_every_epoch(tiny_data):
    calls = []

    def variations(X, y, context, generator):
        calls.append(1)
        return {"X": X[len(calls) :], "y": y[len(calls) :]}

    with pytest.raises(
        ValueError, match=r"variations returned \d+ rows and 0 partners, and .* expected the same number"
    ):
        make_model(variations=variations).fit(*tiny_data)


def test_variations_that_are_no_callable():
    with pytest.raises(ValueError, match=r"variations='all': expected a callable of \(X, y, context, generator\)"):
        make_model(variations="all").fit(np.zeros((8, 2)), [1, 2, 3, 4] * 2)


def test_a_model_file_holds_no_variations(tiny_data, tmp_path):
    model = make_model(variations=shifted).fit(*tiny_data)
    with pytest.raises(TypeError, match=r"cannot save variations=.*set_params\(variations=None\)"):
        save_model(model, tmp_path / "model.safetensors")
    save_model(model.set_params(variations=None), tmp_path / "model.safetensors")
    assert np.array_equal(
        load_model(tmp_path / "model.safetensors").transform(tiny_data[0]), model.transform(tiny_data[0])
    )


@pytest.fixture(scope="module")
def with_context(tiny_data):
    X, y = tiny_data
    context = np.stack([np.arange(len(X)) % 2, np.ones(len(X))], axis=1)
    return make_model(architecture=ContextArchitecture(), max_iter=3).fit(X, y, context=context)


def test_a_context_is_read(with_context):
    points = np.full((3, 2), 0.5)
    rows = with_context.inverse_transform(points, context=[5.0, -5.0])
    assert np.array_equal(
        with_context.inverse_transform(points), with_context.inverse_transform(points, context=[0, 0])
    )
    assert not np.array_equal(rows, with_context.inverse_transform(points))
    each = with_context.inverse_transform(points, context=[[0, 0], [5, -5], [0, 0]])
    assert np.array_equal(each[1], rows[1])
    drawn = with_context.sample(3, at=(0.5, 0.5), emotion="happy", context=[5.0, -5.0], random_state=0)[0]
    assert np.array_equal(drawn, with_context.inverse_transform(points, emotion="happy", context=[5.0, -5.0]))


def test_a_context_survives_saving(with_context, tmp_path):
    save_model(with_context, tmp_path / "model.safetensors")
    again = load_model(tmp_path / "model.safetensors")
    expected = with_context.sample(5, context=[1, 1], random_state=0)[0]
    assert np.array_equal(again.sample(5, context=[1, 1], random_state=0)[0], expected)


def test_contexts_that_are_refused(with_context, tiny_data):
    X, y = tiny_data
    with pytest.raises(ValueError, match="reads no context; leave it out, or use one that does"):
        make_model().fit(X, y, context=np.ones((len(X), 2)))
    with pytest.raises(ValueError, match=r"context of 3 rows: expected one for each of the \d+ rows"):
        make_model(architecture=ContextArchitecture()).fit(X, y, context=np.ones((3, 2)))
    with pytest.raises(ValueError, match=r"context of shape \(3,\): expected \(2,\) for all rows, or \(4, 2\)"):
        with_context.sample(4, context=[1, 2, 3])
    plain = make_model().fit(X, y)
    with pytest.raises(ValueError, match="was fitted without a context; leave it out"):
        plain.sample(4, context=[1, 2])


def test_variations_keep_the_context(tiny_data):
    X, y = tiny_data
    context = np.ones((len(X), 2))
    model = make_model(architecture=ContextArchitecture(), variations=lambda X, y, context, generator: {"X": X, "y": y})
    with pytest.raises(ValueError, match=r"variations returned a context of shape \(\): expected \(\d+, 2\)"):
        model.fit(X, y, context=context)
    model.set_params(variations=lambda X, y, context, generator: {"X": X, "y": y, "context": context}).fit(
        X, y, context=context
    )
    expected = make_model(architecture=ContextArchitecture()).fit(X, y, context=context)
    assert model.history_ == expected.history_
