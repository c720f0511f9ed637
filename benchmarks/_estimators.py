"""What the workers that compare checkouts ask of an estimator, in the words of each checkout's interface."""

import inspect
from pathlib import Path


def make_vae(units, **parameters):
    """Return an EmotionRegularizedVAE with a GRU of so many units."""
    from skemovae import EmotionRegularizedVAE

    if "architecture" not in inspect.signature(EmotionRegularizedVAE).parameters:  # before architectures had names
        return EmotionRegularizedVAE(units=units, **parameters)
    from skemovae.nn.architectures import GRUArchitecture

    return EmotionRegularizedVAE(architecture=GRUArchitecture(units=units), **parameters)


def condition_of(units):
    """Return which halves are given the emotion: as in the paper with its 512 units, as by default with others."""
    return "both" if units == 512 else "decoder"


def weights_of(vae):
    """Return the fitted weights as a list of arrays, from the encoder to the logits."""
    return list(vae.weights_.values() if isinstance(vae.weights_, dict) else vae.weights_)


def package_folder():
    """Return the folder from which skemovae is imported."""
    import skemovae

    return str(Path(skemovae.__file__).resolve().parent)
