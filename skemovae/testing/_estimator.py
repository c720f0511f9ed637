"""What an EmotionRegularizedVAE with an architecture must be able to do."""

import pickle
import sys
import tempfile
from pathlib import Path

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from ..nn.architectures import architecture_name
from ..persistence import load_model, save_model
from ..vae import EmotionRegularizedVAE
from ._common import require


def check_estimator(architecture):
    """Check that a model with the architecture can do everything that models do."""
    X, y = _make_data()
    model = EmotionRegularizedVAE(
        architecture=architecture,
        condition="both",
        max_iter=15,
        batch_size=8,
        learning_rate=0.005,
        jit_compile=False,
        random_state=0,
    ).fit(X, y)
    loss = model.history_["loss"]
    require(
        loss[-1] < loss[0],
        f"{architecture!r}: the loss is {loss[0]:.3f} in the first epoch and {loss[-1]:.3f} in the last of "
        f"{len(loss)}: expected that it falls; check how the weights are initialized",
    )
    if architecture.use_xla:
        _check_compiles(clone(model), X, y)
    tokens = _sample(model)
    again = clone(model)
    require(
        again.architecture == architecture and np.array_equal(_sample(again.fit(X, y)), tokens),
        f"{architecture!r}: a clone that is fitted with the same seed writes other rows: expected the same; use no "
        "random numbers except in the initializers",
    )
    found = sys.modules.get(type(architecture).__module__)
    if getattr(found, type(architecture).__qualname__, None) is type(architecture):
        _require_same(architecture, "pickled", pickle.loads(pickle.dumps(model)), model)
    if architecture_name(architecture) is not None:
        with tempfile.TemporaryDirectory() as folder:
            save_model(model, Path(folder, "model.safetensors"))
            _require_same(architecture, "saved", load_model(Path(folder, "model.safetensors")), model)
    if architecture.options:
        grid = {f"architecture__{name}": [value] for name, value in architecture.options.items()}
        search = GridSearchCV(clone(model).set_params(max_iter=1), grid, cv=StratifiedKFold(2), error_score="raise")
        require(
            search.fit(X, y).best_estimator_.architecture_ == architecture,
            f"{architecture!r}: a search over its options ends with {search.best_estimator_.architecture_!r}",
        )


def _check_compiles(model, X, y):
    try:
        model.set_params(jit_compile=True, max_iter=1).fit(X, y)
    except Exception as error:  # TensorFlow raises errors of various types
        raise AssertionError(
            f"{model.architecture!r} cannot be trained with XLA ({error}): expected that it can, or use_xla = False in "
            "its class"
        ) from error


def _make_data():
    """Return rows of four symbols and a fifth, with classes that are easy to distinguish."""
    generator = np.random.default_rng(0)
    index = np.arange(32) % 4
    X = np.where(generator.random((32, 7)) < 0.8, index[:, None], 4)
    X[:, 0], X[:, 1] = index, 4  # every fold holds every symbol
    return X, np.array(["happy", "angry", "sad", "relaxed"])[index]


def _sample(model):
    return np.concatenate([model.sample(8, temperature=t, random_state=0)[0] for t in (0.0, 1.0)])


def _require_same(architecture, how, mine, theirs):
    require(
        mine.architecture_ == architecture
        and all(np.array_equal(mine.weights_[name], weight) for name, weight in theirs.weights_.items())
        and np.array_equal(_sample(mine), _sample(theirs)),
        f"{architecture!r}: a model that was {how} is restored with other options or weights, or writes other rows: "
        "expected the same; store nothing but options on the object",
    )
