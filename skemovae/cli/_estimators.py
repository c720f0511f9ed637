"""Models, and pipelines that end with one: from files and from training runs."""

import gc
import os
import sys
import warnings
from contextlib import contextmanager

from ..emotion import EMOTIONS
from ._terminal import say
from ._values import did_you_mean, emotion

# After these the generator has the manner of a few hundred melodies, and one melody in fifty is a copy of one of them
# (benchmarks/results/fine_tune.md).
FINE_TUNING_EPOCHS = 12
FINE_TUNING = {"warm_start": True, "learning_rate": 0.001, "schedule": "constant"}


def load_estimator(path):
    """Return the model or the pipeline of a file."""
    if path.is_dir():
        inside = path / "model.safetensors"
        raise IsADirectoryError(
            f"{path} is a folder: "
            + (f"did you mean {inside}?" if inside.is_file() else "expected a file written by compose or train")
        )
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist: expected a file written by compose or train")
    with uncollected():
        from ..persistence import read_header

        read_header(path)  # nothing heavy is loaded for a file that is not a model
        from ..persistence import load_model
    return load_model(path)


def save_estimator(estimator, path):
    """Save a model; an existing file is replaced."""
    from ..persistence import save_model

    save_model(estimator, path)


def fit_model(tokens, labels, options):
    """Return the shipped generator trained on, or a network of the wanted size from nothing; with a progress bar."""
    say("loading TensorFlow", flush=True)  # which takes seconds and shows nothing
    from ..pretrained import load_pretrained
    from ..vae import EmotionRegularizedVAE

    os.environ["KERAS_BACKEND"] = "tensorflow"  # whatever else the user does with Keras
    if options.units is None:
        model = load_pretrained("generator").set_params(**FINE_TUNING, max_iter=FINE_TUNING_EPOCHS)
    else:
        model = EmotionRegularizedVAE().set_params(architecture__units=options.units)
    if options.epochs is not None:
        model.set_params(max_iter=options.epochs)
    model.set_params(verbose=True, random_state=options.seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "y has no rows of")  # the folder that was read lacks them, and a note says so
        return model.fit(tokens, labels)


def plain_parameters(step):
    """Return the parameters of a step as JSON knows them: an architecture is its name, and its options follow."""
    from ..nn.architectures import architecture_name, as_architecture

    parameters = step.get_params()
    if "architecture" in parameters:
        parameters["architecture"] = architecture_name(as_architecture(parameters["architecture"]))
    return dict(sorted(parameters.items()))


def label_of(text, model):
    """Return the label that an argument means, in any spelling of the emotions or as one of the model's own classes."""
    if model.layout_.own_classes:
        own = {str(label): label for label in model.classes_.tolist()}
        if text not in own:
            raise ValueError(f"unknown emotion {text}: {did_you_mean(text, own, ', '.join(own))}")
        return own[text]
    return emotion(text)


def trained_labels(model):
    """Return the labels that occurred in the training data: the emotions' adjectives, or the user's own classes."""
    known = model.classes_.tolist() if model.layout_.own_classes else [emotion.adjective for emotion in EMOTIONS]
    return [label for label, count in zip(known, model.class_count_, strict=True) if count]


@contextmanager
def uncollected():
    """Load libraries without a search for garbage, and leave what they made out of every later one.

    There is none in it, and a search at the end of a process that has loaded them takes half a second. Where NumPy is
    loaded before, the process is somebody's own and may hold garbage, so only the time of loading is spared.
    """
    ours, enabled = "numpy" not in sys.modules, gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if ours:
            gc.freeze()
        if enabled:
            gc.enable()
