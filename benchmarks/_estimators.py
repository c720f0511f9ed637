"""What the workers that compare checkouts need from an estimator, through each checkout's own interface."""

import inspect
from pathlib import Path


def make_vae(units, **parameters):
    """Return an EmotionRegularizedVAE with a GRU of the given number of units."""
    from skemovae import EmotionRegularizedVAE

    if "architecture" not in inspect.signature(EmotionRegularizedVAE).parameters:  # before architectures had names
        return EmotionRegularizedVAE(units=units, **parameters)
    from skemovae.nn.architectures import GRUArchitecture

    return EmotionRegularizedVAE(architecture=GRUArchitecture(units=units), **parameters)


def condition_of(units):
    """Return which halves are conditioned on the emotion: both with the paper's 512 units, else as by default."""
    return "both" if units == 512 else "decoder"


def weights_of(vae):
    """Return the fitted weights as a list of arrays, from the encoder to the logits."""
    return list(vae.weights_.values() if isinstance(vae.weights_, dict) else vae.weights_)


def package_folder():
    """Return the folder from which skemovae is imported."""
    import skemovae

    return str(Path(skemovae.__file__).resolve().parent)
