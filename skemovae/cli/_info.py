"""info: describe a saved model."""

from math import isfinite

from .._pipelines import earlier_steps, fitted_model
from ._estimators import load_estimator, plain_parameters
from ._options import add_command, add_model
from ._terminal import say


def add_to(add_parser, name):
    """Add the command to the command line."""
    parser = add_command(
        add_parser,
        name,
        run,
        "describe a saved model: its settings, what it was trained on and for how long",
        "melodies/model.safetensors",
        "--json melodies/model.safetensors",
    )
    add_model(parser)


def run(options):
    """Describe the file; return the same as a dict."""
    from ..persistence import read_header

    estimator = load_estimator(options.model)
    model = fitted_model(estimator)
    size = options.model.stat().st_size
    facts = {
        "file": str(options.model),
        "bytes": size,
        "saved_by": read_header(options.model)["package_version"],
        "steps": [[name, type(step).__name__, _changed(step)] for name, step in earlier_steps(estimator)],
        "parameters": _changed(model),
        "classes": {str(label): int(count) for label, count in zip(model.classes_, model.class_count_, strict=True)},
        "n_symbols": len(model.vocabulary_),
        "pitches": _pitches(model),
        "n_steps": model.n_features_in_,
        "epochs": len(model.history_["loss"]),
        "losses": {name: values[-1] for name, values in model.history_.items() if isfinite(values[-1])},
        "n_weights": sum(weight.size for weight in model.weights_.values()),
    }
    if not options.json:  # it would print the same twice
        say(*(f"{name + ':':12} {text}" for name, text in _lines(facts)))
    return facts


def _changed(step):
    """Return the parameters that differ from the defaults, as JSON can hold them."""
    parameters, default = plain_parameters(step), type(step)()
    usual = default.get_params()
    if "architecture" in parameters:  # its options are shown if they differ from the defaults of this architecture
        usual = default.set_params(architecture=parameters["architecture"]).get_params() | {
            "architecture": usual["architecture"]
        }
    changed = {name: value for name, value in parameters.items() if value != usual[name]}
    if "class_positions" in changed:  # the labels may be numbers, which cannot be keys in JSON
        changed["class_positions"] = {str(label): place for label, place in changed["class_positions"].items()}
    return changed


def _pitches(model):
    """Return the lowest and the highest pitch of a model of melodies, or None for other models."""
    from ..preprocessing import are_tokens, is_onset

    symbols = model.vocabulary_
    pitches = symbols[is_onset(symbols)]
    if not pitches.size or not are_tokens(symbols).all():
        return None
    return [int(pitches.min()), int(pitches.max())]


def _lines(facts):
    """Return what is printed, as pairs of strings."""
    yield "file", f"{facts['file']}, {_size(facts['bytes'])}, saved by skemovae {facts['saved_by']}"
    for name, step, changed in facts["steps"]:
        yield "step", f"{name}, {step}({_arguments(changed)})"
    changed = _arguments(facts["parameters"])
    yield "parameters", f"{changed} (all others: defaults)" if changed else "all defaults"
    yield "classes", ", ".join(f"{label} {count}" for label, count in facts["classes"].items())
    pitches = facts["pitches"]
    yield (
        "symbols",
        f"{facts['n_symbols']}" + (f", pitches {' to '.join(map(_pitch_name, pitches))}" if pitches else ""),
    )
    yield "steps", f"{facts['n_steps']} per melody"
    yield "training", f"{facts['epochs']} epochs"
    yield "losses", ", ".join(f"{name} {value:.2f}" for name, value in facts["losses"].items())
    yield "weights", f"{facts['n_weights']:,}"


def _arguments(parameters):
    return ", ".join(f"{name}={value!r}" for name, value in parameters.items())


def _size(n_bytes):
    return f"{n_bytes / 1e6:.1f} MB" if n_bytes >= 1e6 else f"{n_bytes / 1e3:.0f} kB"


def _pitch_name(pitch):
    from ..io import spell

    letter, alter, octave = spell(pitch, 0)
    return f"{letter}{'#' * alter}{'b' * -alter}{octave} ({pitch})"
