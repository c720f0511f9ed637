"""Models as the page holds them, what it computes with them, and how far that may differ from Python's results."""

import copy

import numpy as np

from skemovae import EmotionRegularizedVAE
from skemovae.explorer._pack import pack
from skemovae.nn._numpy import one_hot
from skemovae.nn.architectures import Sizes
from skemovae.nn.quantization import split

from .javascript import run_module

POINT_TOLERANCE = 1e-4  # as a multiple of a point's size, or of 1 if that is larger; measured: 1e-6
TIE = 1e-4  # between the logits of two symbols that are almost equally likely

CALLS = """
import { Model } from "@/model/model.js";
import { Generator } from "@/numbers/random.js";
import { bytesOfBase64 } from "@/numbers/unpack.js";

const { settings, bytes } = data.packed;
const model = await Model.unpack(settings, bytesOfBase64(bytes));
const plain = (rows) => rows.map((row) => Array.from(row));
const call = {
  transform: (rows) => plain(model.transform(rows)),
  inverseTransform: (points, told) => plain(model.inverseTransform(points, told)),
  classOf: (points) => Array.from(model.classOf(points)),
  sample: (n, { seed, ...wish }) => {
    const generator = new Generator(seed);
    const { rows, index, points } = model.sample(n, { ...wish, generator });
    return { rows: plain(rows), index: Array.from(index), points: plain(points), next: generator.random() };
  },
};
answer(data.calls.map(([name, ...args]) => call[name](...args)));
"""


def in_page(model, *calls):
    """Return the results of the page's model for calls such as ``("transform", rows)``."""
    return run_module(CALLS, {"packed": pack(model, 4), "calls": [[as_json(part) for part in call] for call in calls]})


def as_json(value):
    """Return arrays as lists."""
    if isinstance(value, dict):
        return {name: as_json(part) for name, part in value.items()}
    return value.tolist() if isinstance(value, np.ndarray) else value


def with_weights(model, change):
    """Return a copy of a fitted model with weights changed by a function."""
    other = copy.copy(model)
    other.weights_ = {name: change(weight) for name, weight in model.weights_.items()}
    return other


def as_packed(model):
    """Return a copy of a model with the weights as the page holds them."""
    return with_weights(model, lambda w: w if split(w) is not None else w.astype(np.float16).astype(np.float32))


def make_model(architecture, *, condition=None, n_steps=64, n_components=2, n_context=0, positions=None, seed=0):
    """Return a fitted model without training: its weights are random numbers of the size of trained ones."""
    generator = np.random.default_rng(seed)
    model = EmotionRegularizedVAE(architecture=architecture, handle_unknown="nearest")
    model.architecture_, model.condition_, model.n_context_ = architecture, condition, n_context
    emotions = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)], dtype=float)
    model.class_positions_ = emotions if positions is None else np.array(positions, dtype=float)
    n_classes = len(model.class_positions_)
    names = ["happy", "angry", "sad", "relaxed"] if positions is None else [f"class {i}" for i in range(n_classes)]
    model.classes_ = np.array(names)
    model.class_count_ = np.full(n_classes, 10)
    model.vocabulary_ = np.array([*range(55, 80, 2), 128, 129])
    model.n_features_in_ = n_steps
    model.latent_mean_ = generator.normal(0, 0.1, (n_classes, n_components))
    model.latent_mean_[:, :2] += model.class_positions_[:, :n_components]
    spread = generator.normal(0, 0.5, (n_classes, n_components, n_components))
    model.latent_covariance_ = spread @ spread.transpose(0, 2, 1) + 0.1 * np.eye(n_components)
    table = architecture.weights(sizes_of(model))
    model.weights_ = {
        w.name: (generator.normal(size=w.shape) * min(1, 2 / np.sqrt(np.prod(w.shape[:-1])))).astype(np.float32)
        for w in table
    }
    return model


def sizes_of(model):
    n_classes, n_components = model.latent_mean_.shape
    return Sizes(
        model.n_features_in_, len(model.vocabulary_), n_classes, n_components, model.condition_, model.n_context_
    )


def random_rows(model, n, seed=1):
    """Return rows of the model's symbols, most of which are holds."""
    generator = np.random.default_rng(seed)
    rows = generator.choice(model.vocabulary_, size=(n, model.n_features_in_))
    return np.where(generator.random(rows.shape) < 0.5, model.vocabulary_[-1], rows)


def assert_same_points(found, expected):
    found, expected = np.array(found), np.asarray(expected)
    assert found.shape == expected.shape
    assert (np.abs(found - expected) <= POINT_TOLERANCE * np.maximum(np.abs(expected), 1)).all()


def count_ties(model, points, found, expected, index, context=None):
    """Return the number of rows that differ; each must first differ where two symbols are almost equally likely."""
    found, expected, points = np.array(found), np.asarray(expected), np.asarray(points)
    differ = np.flatnonzero((found != expected).any(axis=1))
    if not differ.size:
        return 0
    sizes, latent = sizes_of(model), points[differ].astype(np.float32)
    label = one_hot(index[differ], sizes.n_classes) if model.condition_ else None
    if sizes.n_context:
        context = np.zeros((len(differ), sizes.n_context)) if context is None else np.tile(context, (len(differ), 1))
        context = context.astype(np.float32)
    symbols = np.searchsorted(model.vocabulary_, expected[differ])
    logits = model.architecture_.numpy_decoder(sizes, model.weights_, latent, label, context, symbols)
    first = (found[differ] != expected[differ]).argmax(axis=1)
    likeliest = np.sort(logits[np.arange(len(differ)), first], axis=1)[:, -2:]
    assert (likeliest[:, 1] - likeliest[:, 0] < TIE).all()
    return len(differ)
