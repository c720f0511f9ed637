"""The networks: one class each, with its options, its table of weights, and encoder and decoder in Keras and in NumPy.

``EmotionRegularizedVAE(architecture=...)`` takes a name or an object. Importing this package does not load Keras.
"""

from ._autoregressive import AutoregressiveArchitecture
from ._base import Architecture, Run, Sizes, Weight, dense, keras_dense, numpy_dense
from ._beat import BeatArchitecture
from ._convolutional import ConvolutionalArchitecture
from ._dense import DenseArchitecture
from ._gru import GRUArchitecture
from ._registry import (
    architecture_name,
    as_architecture,
    make_architecture,
    register_architecture,
    registered_architectures,
)

__all__ = [
    "Architecture",
    "AutoregressiveArchitecture",
    "BeatArchitecture",
    "ConvolutionalArchitecture",
    "DenseArchitecture",
    "GRUArchitecture",
    "Run",
    "Sizes",
    "Weight",
    "architecture_name",
    "as_architecture",
    "dense",
    "keras_dense",
    "make_architecture",
    "numpy_dense",
    "register_architecture",
    "registered_architectures",
]
