"""The checks of the model's parameters."""

import os
from collections.abc import Hashable
from dataclasses import is_dataclass
from numbers import Integral

from .._validation import check_bool, check_choice, check_number, check_positive_integer
from ..nn.architectures import as_architecture
from ..nn.regularizers import REGULARIZERS
from ..plane import check_positions

USUAL_COUNTS = {"n_components": 2, "max_iter": 400, "batch_size": 16, "n_iter_no_change": 10, "checkpoint_every": 50}
USUAL_NUMBERS = {"valence_weight": 8.75, "arousal_weight": 10.0, "kl_weight": 0.0625, "tol": 1e-4}


def check_parameters(model):
    """Raise ValueError unless the parameters of a model are valid."""
    for name, usual in USUAL_COUNTS.items():
        check_positive_integer(name, getattr(model, name), usual)
    as_architecture(model.architecture)
    check_choice("condition", model.condition, ("both", "decoder", None))
    _check_regularizer(model.regularizer)
    check_choice("handle_unknown", model.handle_unknown, ("nearest", "error"))
    check_choice("jit_compile", model.jit_compile, ("auto", True, False))
    for name in ("early_stopping", "warm_start", "verbose"):
        check_bool(name, getattr(model, name))
    if model.checkpoint_path is not None:
        _check_checkpoint(model)
    if model.class_positions is not None:
        check_positions(model.class_positions)
    for name, number in USUAL_NUMBERS.items():
        check_number(name, getattr(model, name), number, zero=True)
    check_number("learning_rate", model.learning_rate, 0.001)
    check_choice("optimizer", model.optimizer, ("rmsprop", "adam"))
    check_choice("schedule", model.schedule, ("constant", "one_cycle"))
    for name, common in {"emotion_prior_scale": 0.4, "max_gradient_norm": 5.0}.items():
        if getattr(model, name) is not None:
            check_number(name, getattr(model, name), common)
    if model.variations is not None and not callable(model.variations):
        raise ValueError(
            f"variations={model.variations!r}: expected a callable of (X, y, context, generator), such as "
            "MelodyVariations(), or None"
        )
    check_number("validation_fraction", model.validation_fraction, 0.1, below=1)


def _check_regularizer(regularizer):
    if not callable(regularizer) or isinstance(regularizer, type):  # a class has to be instantiated first
        check_choice("regularizer", regularizer, (*REGULARIZERS, None))
    elif not isinstance(regularizer, Hashable):
        raise ValueError(
            f"regularizer={regularizer!r}: expected a hashable callable, so that fits with equal "
            "ones share a compiled graph; make its class a @dataclass(frozen=True)"
        )


def _check_checkpoint(model):
    path = model.checkpoint_path
    if not isinstance(path, str | os.PathLike):
        raise ValueError(f"checkpoint_path={path!r}: expected a path, or None")
    if not isinstance(model.random_state, Integral):
        raise ValueError(
            f"random_state={model.random_state!r} with checkpoint_path={str(path)!r}: expected an integer, so that "
            "a training run that is continued draws the same numbers"
        )
    if model.warm_start:
        raise ValueError(
            f"warm_start=True with checkpoint_path={str(path)!r}: expected only one of them, as each names the "
            "state from which a training continues"
        )
    if callable(model.regularizer) and not is_dataclass(model.regularizer):
        raise ValueError(
            f"regularizer={model.regularizer!r} with checkpoint_path={str(path)!r}: expected a name, None or a "
            "dataclass, which can be compared after a restart; make its class a "
            "@dataclass(frozen=True)"
        )
