"""What an architecture is: its options, a table of its weights, and encoder and decoder in Keras and in NumPy."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, NamedTuple

from ..._validation import check_positive_integer

MAX_LAYERS = 100  # of a stack; a file could ask for millions


class Weight(NamedTuple):
    """One row of an architecture's table of weights.

    Attributes
    ----------
    name : str
        Where it belongs, by convention ``part/layer/kind``, for example ``"encoder/hidden/kernel"``.
    shape : tuple of int
    initializer : str
        The name of one of Keras's initializers, or "standard_normal": N(0, 1), with which embeddings learn faster.
    trainable : bool
        False for state that training updates without a gradient, such as the moving mean of a batch normalization.

    See Also
    --------
    Architecture : Its method ``weights`` returns the table.
    """

    name: str
    shape: tuple
    initializer: str = "zeros"
    trainable: bool = True


class Sizes(NamedTuple):
    """What a network's weights depend on besides its architecture.

    Attributes
    ----------
    n_steps, n_symbols, n_classes, n_components : int
    condition : {"both", "decoder", None}
        Which parts are conditioned on the class.
    n_context : int, default=0
        Number of columns of the context, the further facts that the decoder is given about each row.

    See Also
    --------
    Architecture : Its functions are given the sizes.
    """

    n_steps: int
    n_symbols: int
    n_classes: int
    n_components: int
    condition: str | None
    n_context: int = 0

    @property
    def n_encoder_classes(self):
        """Number of columns of the one-hot class that the encoder is given; 0 if it is not conditioned."""
        return self.n_classes if self.condition == "both" else 0

    @property
    def n_decoder_classes(self):
        """Number of columns of the one-hot class that the decoder is given; 0 if it is not conditioned."""
        return 0 if self.condition is None else self.n_classes


class Run(NamedTuple):
    """What the Keras encoder and decoder are told about the pass that they are part of.

    Attributes
    ----------
    training : bool
        Whether a gradient is computed; False in validation.
    row_weight : float32 tensor of shape (batch,)
        1 for an example, 0 for a filler row, which must not count in any statistic over the batch.
    update : callable
        ``update(name, value)`` sets the next value of non-trainable state (a :class:`Weight` with ``trainable=False``).
        It does nothing in validation, or when a regularizer decodes shifted points.
    jit_compile : bool
        Whether the pass is compiled with XLA.
    uniform : callable
        ``uniform(shape)`` returns random numbers in [0, 1), different in every call and every step, for what is dropped
        at random in training.

    See Also
    --------
    Architecture : Its Keras encoder and decoder are given the run.
    """

    training: bool
    row_weight: Any
    update: Callable
    jit_compile: bool
    uniform: Callable


@dataclass(frozen=True)
class Architecture:
    """Base class of the architectures: a frozen dataclass whose fields are its options.

    A subclass defines a table of its weights and four functions. The two Keras functions work on tensors, with
    ``keras.ops``, and are used for training. The two NumPy functions do the same with arrays and are used otherwise, so
    that a fitted model needs no deep-learning framework. Import Keras inside the methods that use it. Options need
    defaults, and values that JSON can represent: numbers, strings, True, False, None and tuples of these.
    :func:`skemovae.testing.check_architecture` checks a subclass.

    In all four functions, `sizes` is a :class:`Sizes`, and `weights` maps the names listed by :meth:`weights` to Keras
    variables in training and to float32 arrays otherwise.

    Attributes
    ----------
    one_shot : bool
        Whether all steps are decoded at once from the latent point. An architecture that also reads earlier symbols
        sets it to False and defines :meth:`numpy_start` and :meth:`numpy_step`; no regularizer can then use its
        decoder's output.
    reads_context : bool
        Whether the decoder reads a context. If it does not, `fit` refuses one.
    use_xla : bool
        Whether ``jit_compile="auto"`` may compile training with XLA.

    See Also
    --------
    register_architecture : Gives an architecture a name.
    skemovae.testing.check_architecture : Tests an architecture.
    DenseArchitecture : A short example.
    """

    one_shot: ClassVar[bool] = True
    reads_context: ClassVar[bool] = False
    use_xla: ClassVar[bool] = True

    def check(self):
        """Raise ValueError unless the options are valid; called when a fit begins and when a file is loaded."""

    def weights(self, sizes):
        """Return the table of all weights, a list of :class:`Weight`, by plain arithmetic."""
        raise NotImplementedError

    def keras_encoder(self, sizes, weights, symbols, label, run):
        """Return the mean and the logarithm of the variance of the latent points, both of shape (batch, n_components).

        Parameters
        ----------
        sizes : Sizes
        weights : dict of str to keras.Variable
        symbols : int32 tensor of shape (batch, n_steps)
        label : float32 tensor of shape (batch, n_classes), or None
            The one-hot class if ``condition="both"``, otherwise None.
        run : Run
        """
        raise NotImplementedError

    def keras_decoder(self, sizes, weights, latent, label, context, symbols, run):
        """Return the logits of every step, of shape (batch, n_steps, n_symbols).

        Parameters
        ----------
        sizes : Sizes
        weights : dict of str to keras.Variable
        latent : float32 tensor of shape (batch, n_components)
        label : float32 tensor of shape (batch, n_classes), or None
            The one-hot class, or None if ``condition=None``.
        context : float32 tensor of shape (batch, n_context), or None
            The context if `reads_context` is True and ``n_context`` is not 0, otherwise None.
        symbols : int32 tensor of shape (batch, n_steps)
            The rows themselves. Only an architecture that is not `one_shot` may use them, and only the steps before the
            one that it predicts.
        run : Run
        """
        raise NotImplementedError

    def numpy_encoder(self, sizes, weights, symbols, label):
        """Do the same as :meth:`keras_encoder` with arrays, outside training."""
        raise NotImplementedError

    def numpy_decoder(self, sizes, weights, latent, label, context, symbols):
        """Do the same as :meth:`keras_decoder` with arrays, outside training."""
        raise NotImplementedError

    def numpy_start(self, sizes, weights, latent, label, context):
        """Return the state, any object, from which new rows are written; only needed if not `one_shot`."""
        raise NotImplementedError

    def numpy_step(self, sizes, weights, state, previous, step):
        """Return the logits of a step, shape (n, n_symbols), and the next state; only needed if not `one_shot`.

        Parameters
        ----------
        sizes : Sizes
        weights : dict of str to ndarray
        state : what :meth:`numpy_start` or the previous step returned
        previous : int array of shape (n,), or None
            The symbols that were chosen at the previous step; None at the first step.
        step : int
        """
        raise NotImplementedError

    @property
    def options(self):
        """The options as a dict, in the order of the fields."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def check_option(name, value):
    """Raise ValueError unless an option that is a number of units is a positive integer."""
    check_positive_integer(name, value, 128)


def check_options(name, values, length=None):
    """Raise ValueError unless an option is a tuple of positive integers, of the given length if any."""
    if not isinstance(values, tuple) or not 1 <= len(values) <= MAX_LAYERS or length not in (None, len(values)):
        what = "a tuple of positive integers" if length is None else f"a tuple of {length} positive integers"
        raise ValueError(f"{name}={values!r}: expected {what}, e.g. (128, 256)")
    for i, value in enumerate(values):
        check_option(f"{name}[{i}]", value)


def dense(name, n_inputs, n_outputs):
    """Return the rows of the table for a dense layer."""
    return [Weight(f"{name}/kernel", (n_inputs, n_outputs), "glorot_uniform"), Weight(f"{name}/bias", (n_outputs,))]


def keras_dense(weights, name, x):
    """Return the output of a dense layer for a tensor whose last axis holds its inputs."""
    from keras import ops

    return ops.add(ops.matmul(x, weights[f"{name}/kernel"]), weights[f"{name}/bias"])


def numpy_dense(weights, name, x):
    """Return the output of a dense layer for an array whose last axis holds its inputs."""
    return x @ weights[f"{name}/kernel"] + weights[f"{name}/bias"]
