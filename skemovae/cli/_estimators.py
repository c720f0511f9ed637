"""Models, and pipelines that end in one: from files and from training."""

import gc
import os
import sys
import warnings
from contextlib import contextmanager

from ..emotion import EMOTIONS
from ._terminal import say
from ._values import did_you_mean, emotion

# After these, the generator has the style of a few hundred melodies, and one melody in fifty is a copy of one of them
# (benchmarks/results/fine_tune.md).
FINE_TUNING_EPOCHS = 12
FINE_TUNING = {"warm_start": True, "learning_rate": 0.001, "schedule": "constant"}


def load_estimator(path):
    """Return the model or the pipeline in a file."""
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

        read_header(path)  # so that heavy libraries are not loaded for a file that is not a model
        from ..persistence import load_model
    return load_model(path)


def save_estimator(estimator, path):
    """Save a model; an existing file is replaced."""
    from ..persistence import save_model

    save_model(estimator, path)


def fit_model(tokens, labels, options):
    """Return the fine-tuned generator, or a network of the requested size trained from scratch; show a progress bar."""
    say("loading TensorFlow", flush=True)  # which takes seconds and shows nothing
    from ..pretrained import load_pretrained
    from ..vae import EmotionRegularizedVAE

    os.environ["KERAS_BACKEND"] = "tensorflow"  # whichever backend the user has set for Keras
    if options.units is None:
        model = load_pretrained("generator").set_params(**FINE_TUNING, max_iter=FINE_TUNING_EPOCHS)
    else:
        model = EmotionRegularizedVAE().set_params(architecture__units=options.units)
    if options.epochs is not None:
        model.set_params(max_iter=options.epochs)
    model.set_params(verbose=True, random_state=options.seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "y has no rows of")  # a message already says which labels the folder lacks
        return model.fit(tokens, labels)


def plain_parameters(step):
    """Return the parameters of a step as JSON can hold them: an architecture is its name, followed by its options."""
    from ..nn.architectures import architecture_name, as_architecture

    parameters = step.get_params()
    if "architecture" in parameters:
        parameters["architecture"] = architecture_name(as_architecture(parameters["architecture"]))
    return dict(sorted(parameters.items()))


def label_of(text, model):
    """Return the label that an argument means: an emotion in any spelling, or one of the model's own classes."""
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
    """Import libraries without garbage collection, and exclude the objects that they create from later collections.

    None of these objects is garbage, and collecting at the end of a process with the libraries loaded takes half a
    second. If NumPy is already loaded, the process belongs to someone else and may hold garbage. Then collection is
    only switched off during the import.
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
