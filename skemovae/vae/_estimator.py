"""EmotionRegularizedVAE: the scikit-learn face of the networks."""

from dataclasses import replace

import numpy as np
from sklearn.utils.validation import validate_data

from ..nn.architectures import Architecture, GRUArchitecture, registered_architectures
from ..nn.backend import start_backend
from ..plane import is_continuous
from ._callbacks import CallbackSupportMixin, with_callbacks
from ._fitted import keeping_what_is_fitted
from ._parameters import check_parameters
from ._use import PlaneModel

__all__ = ["PAPER_PRESET", "EmotionRegularizedVAE"]

#: The exact setting of the paper's CVAE-EmoReg; with ``regularizer=None`` it is CVAE-Base.
PAPER_PRESET = {
    "n_components": 2,
    "architecture": GRUArchitecture(units=512),
    "condition": "both",
    "regularizer": "cosine",
    "valence_weight": 4.375,
    "arousal_weight": 5.0,
    "kl_weight": 1 / 16,
    "max_iter": 700,
    "batch_size": 16,
    "learning_rate": 0.001,
}

OPTION = "architecture__"  # before the name of an option of the architecture, as a parameter


class EmotionRegularizedVAE(CallbackSupportMixin, PlaneModel):
    """Conditional variational autoencoder whose latent plane is the valence-arousal plane.

    The encoder maps a row of symbols to a latent point, whose column 0 is the valence and column 1 the arousal; the
    decoder maps a point back to a row of symbols. Per example the loss is ::

        L = L_R + kl_weight L_KLD + valence_weight L_EmoV + arousal_weight L_EmoA

    with the cross-entropy L_R summed over the steps, the Kullback-Leibler divergence L_KLD summed over the latent
    dimensions, and the regularizer's losses L_EmoV of the valence and L_EmoA of the arousal: by default the negative
    cosine similarities between the batch's wanted and actual values (equations 1-7 of the paper). Sums are averaged
    over the batch, so the weights do not depend on its size.

    Parameters
    ----------
    n_components : int, default=2
        Latent dimensions. The first two are valence and arousal, the others are free. With 1 there is only valence:
        its sign tells the happy and the relaxed from the angry and the sad.
    architecture : str or Architecture, default="gru"
        The network: "gru" (the paper's), "dense", "convolutional", or an object of :mod:`skemovae.nn.architectures`
        that says its options, such as ``GRUArchitecture(units=512)``. An option is also a parameter of its own, in a
        search, too: ``set_params(architecture__units=512)``.
    condition : {"decoder", "both", None}, default="decoder"
        Which halves are given the emotion: encoder and decoder ("both", as in the paper), the decoder, or none. With
        "both" the encoder knows the answer, so the quadrants of its training points say nothing about the music.
    regularizer : {"cosine", "pairwise", "pairwise_attribute", "latent_gradient", None} or callable, default="cosine"
        What L_EmoV and L_EmoA are: "cosine" pulls each emotion into its quadrant, as in the paper; "pairwise" is
        AR-VAE's order of all pairs by their labels, "pairwise_attribute" by what their symbols say of them;
        "latent_gradient" is GLSR-VAE's steady change of what is decoded; None is the paper's CVAE-Base. For a callable
        of your own, or other settings of these, see :mod:`skemovae.nn.regularizers`.
    valence_weight : float, default=8.75
        Weight of L_EmoV (4.375 in the paper, whose network knows the label and needs less).
    arousal_weight : float, default=10.0
        Weight of L_EmoA (5 in the paper).
    kl_weight : float, default=0.0625
        Weight of L_KLD (the paper's).
    max_iter : int, default=400
        Epochs of training (700 in the paper).
    batch_size : int, default=16
        Rows a training step.
    learning_rate : float, default=0.001
        Of RMSprop.
    early_stopping : bool, default=False
        If True, hold `validation_fraction` of the rows out, stop when their loss has not fallen by `tol` for
        `n_iter_no_change` epochs, and keep the weights of the best epoch. Rows are held out at random, stratified by
        class: where the data holds copies, as Bach's chorales do, it stops later than unseen tunes would tell.
    validation_fraction : float, default=0.1
        Used with `early_stopping`.
    n_iter_no_change : int, default=10
        Used with `early_stopping`.
    tol : float, default=1e-4
        Used with `early_stopping`.
    class_positions : dict, default=None
        ``{label: (valence, arousal)}`` with both in [-1, 1], for classes that :mod:`skemovae.emotion` does not know.
        None takes the four emotions in any of their spellings.
    handle_unknown : {"nearest", "error"}, default="nearest"
        What to do with a symbol that training did not hold: take the nearest number that it held, or raise an error.
        For a pitch that is a neighbouring pitch; one far above all that were learnt may come nearer to 128, a rest.
    warm_start : bool, default=False
        If True, `fit` goes on from the weights of the last fit, with the symbols that it learnt.
    jit_compile : bool or "auto", default="auto"
        Compile the training with XLA (on TensorFlow). "auto" does on a CPU where there are enough steps to pay for the
        compilation of some seconds. The results are the same but for rounding.
    checkpoint_path : str or path-like, default=None
        A file in which a training keeps its state, to go on from when `fit` is called again with the same data and
        parameters after it was interrupted or killed; it then ends with the same weights as without. A finished
        training deletes it. It takes an integer `random_state`. One file serves one fit: in a search leave it None.
    checkpoint_every : int, default=50
        Epochs between two checkpoints.
    verbose : bool, default=False
        Show a progress bar with the time left.
    random_state : int, numpy Generator, RandomState or None, default=None
        Seeds weights, latent noise and the order of the rows. Global generators are never touched.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, as `y` spells them; the four emotions Q1 to Q4 even where the training data lacks one.
    class_count_ : ndarray of shape (n_classes,), int
        Training rows of each class.
    class_positions_ : ndarray of shape (n_classes, 2)
        Valence and arousal of each class.
    vocabulary_ : ndarray of shape (n_symbols,)
        The symbols of the training data, ascending (31 in the paper).
    history_ : dict of str to list of float
        Mean of every loss term by epoch: "loss", "reconstruction", "kl", with a regularizer "valence" and (from two
        components on) "arousal", and with `early_stopping` the same of the held-out rows with the prefix
        ``validation_``. NaN for epochs of a warm start that had no such term.
    n_iter_ : int
        Epochs that the last fit ran.
    latent_mean_ : ndarray of shape (n_classes, n_components)
    latent_covariance_ : ndarray of shape (n_classes, n_components, n_components)
        Where each class lies: the distribution that :meth:`sample` draws from.
    architecture_ : Architecture
        The network that was trained, with its options.
    condition_ : {"decoder", "both", None}
        Which of its halves are given the emotion.
    weights_ : dict of str to ndarray
        The network's weights by name, read-only.
    layout_ : ClassLayout
        The classes and their regions on the plane, see :mod:`skemovae.plane`.
    n_features_in_ : int
        Number of steps.
    feature_names_in_ : ndarray of shape (n_steps,)
        Names of the steps, if X was a table with names.

    References
    ----------
    J. Grekow, "Regulation of the latent space of a variational autoencoder with respect to the emotions of generated
    music sequences". The exact setting is ``EmotionRegularizedVAE(**PAPER_PRESET)``.

    Examples
    --------
    >>> import numpy as np
    >>> from skemovae import EmotionRegularizedVAE
    >>> X = np.array([[72, 74, 76, 79], [72, 71, 70, 69], [60, 129, 58, 129], [60, 129, 64, 129]] * 8)
    >>> y = np.array(["happy", "angry", "sad", "relaxed"] * 8)
    >>> vae = EmotionRegularizedVAE(max_iter=2, random_state=0).fit(X, y)
    >>> vae.transform(X).shape
    (32, 2)
    >>> tokens, emotions = vae.sample(3, emotion="sad", random_state=1)
    >>> tokens.shape, emotions.tolist()
    ((3, 4), ['sad', 'sad', 'sad'])
    """

    def __init__(
        self,
        n_components=2,
        *,
        architecture="gru",
        condition="decoder",
        regularizer="cosine",
        valence_weight=8.75,
        arousal_weight=10.0,
        kl_weight=0.0625,
        max_iter=400,
        batch_size=16,
        learning_rate=0.001,
        early_stopping=False,
        validation_fraction=0.1,
        n_iter_no_change=10,
        tol=1e-4,
        class_positions=None,
        handle_unknown="nearest",
        warm_start=False,
        jit_compile="auto",
        checkpoint_path=None,
        checkpoint_every=50,
        verbose=False,
        random_state=None,
    ):
        self.n_components = n_components
        self.architecture = architecture
        self.condition = condition
        self.regularizer = regularizer
        self.valence_weight = valence_weight
        self.arousal_weight = arousal_weight
        self.kl_weight = kl_weight
        self.max_iter = max_iter
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.class_positions = class_positions
        self.handle_unknown = handle_unknown
        self.warm_start = warm_start
        self.jit_compile = jit_compile
        self.checkpoint_path = checkpoint_path
        self.checkpoint_every = checkpoint_every
        self.verbose = verbose
        self.random_state = random_state

    @with_callbacks
    def fit(self, X, y):
        """Train the model.

        Ctrl-C ends the training early with a warning and keeps what was learnt; before the first epoch is done it is a
        KeyboardInterrupt as usual. If a fit fails, what an earlier one learnt stays; but a fit whose loss
        becomes NaN leaves the model of its last good epoch.

        The callbacks of scikit-learn 1.9 and later (``set_callbacks``) are told of every epoch.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_steps)
            Rows of symbols (numbers), for music the tokens of :class:`PitchEncoder`.
        y : array-like of shape (n_samples,), or of shape (n_samples, 2)
            Emotions, in any spelling of :mod:`skemovae.emotion`, or the labels of `class_positions`. Or points
            (valence, arousal) in [-1, 1]: the regularizer then follows the points, and the classes, which condition
            the model and which :meth:`sample` draws from, are their quadrants.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter, X, a label or the checkpoint is not valid.
        FloatingPointError
            If the loss stops being a number.
        RuntimeError
            If Keras has another backend than TensorFlow, or this process was forked from one that has trained.
        OSError
            If the checkpoint cannot be written.
        """
        check_parameters(self)
        start_backend()
        from ._fit import Fit  # it loads Keras, which nothing else needs

        with keeping_what_is_fitted(self):
            resume = self.warm_start and hasattr(self, "weights_")
            X, y = validate_data(self, X, y, reset=not resume, multi_output=is_continuous(y))
            Fit(self, X, y, resume).run()
        return self

    def get_params(self, deep=True):
        """Return the parameters.

        Parameters
        ----------
        deep : bool, default=True
            Also the options of the architecture, as ``architecture__...``.

        Returns
        -------
        dict
        """
        params = super().get_params(deep=deep)
        if deep:
            params |= {f"{OPTION}{name}": value for name, value in _options(self.architecture).items()}
        return params

    def set_params(self, **params):
        """Set parameters, also the options of the architecture: ``set_params(architecture__units=64)``.

        An architecture does not change: an option is set by taking another one. A name stands for the one with the
        default options, and stays where no option changes.

        Parameters
        ----------
        **params

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If there is no such parameter or option.
        """
        options = {name.removeprefix(OPTION): params[name] for name in params if name.startswith(OPTION)}
        others = {name: value for name, value in params.items() if not name.startswith(OPTION)}
        architecture = others.get("architecture", self.architecture)
        known = _options(architecture)
        unknown = sorted(set(options) - set(known))
        if unknown:
            raise ValueError(f"architecture={architecture!r} has no options {unknown}: expected some of {list(known)}")
        super().set_params(**others)
        if not all(_is_same(known[name], value) for name, value in options.items()):
            self.architecture = replace(_resolve(architecture), **options)
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.target_tags.multi_output = True  # points (valence, arousal)
        tags.transformer_tags.preserves_dtype = []
        return tags


def _is_same(old, new):
    """Return whether an option stays what it is: True is not 1, and an array, which a fit will refuse, is compared."""
    return old is new or (type(old) is type(new) and np.array_equal(old, new))


def _resolve(architecture):
    """Return the object that a name stands for; anything else as it is."""
    known = registered_architectures()
    return known[architecture]() if isinstance(architecture, str) and architecture in known else architecture


def _options(architecture):
    """Return the options of an architecture, or of a name; none of anything else, which a fit will refuse."""
    architecture = _resolve(architecture)
    return architecture.options if isinstance(architecture, Architecture) else {}
