"""EmotionRegularizedVAE: the scikit-learn interface to the networks."""

import warnings

from sklearn.utils.validation import validate_data

from ..nn.architectures import GRUArchitecture, as_architecture
from ..nn.backend import start_backend
from ..plane import is_continuous
from ._callbacks import N_WRAPPERS, CallbackSupportMixin, with_callbacks
from ._fitted import keeping_what_is_fitted
from ._options import ArchitectureOptionsMixin
from ._parameters import check_parameters
from ._rows import check_context, what_is_untrained
from ._use import PlaneModel

__all__ = ["PAPER_PRESET", "EmotionRegularizedVAE"]

#: The exact settings of the paper's CVAE-EmoReg; with ``regularizer=None``, those of CVAE-Base.
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


class EmotionRegularizedVAE(CallbackSupportMixin, ArchitectureOptionsMixin, PlaneModel):
    r"""Conditional variational autoencoder whose latent plane is the valence-arousal plane.

    The encoder maps a row of symbols to a latent point: column 0 is the valence, column 1 the arousal. The decoder maps
    a point back to a row of symbols. The loss per example is

    .. math:: L = L_R + w_{KL} L_{KLD} + w_V L_{EmoV} + w_A L_{EmoA}

    with the cross-entropy L_R summed over the steps, the Kullback-Leibler divergence L_KLD summed over the latent
    dimensions, and the regularizer's losses L_EmoV for valence and L_EmoA for arousal. The weights are the parameters
    `kl_weight`, `valence_weight` and `arousal_weight`. By default the regularizer's losses are the negative cosine
    similarities between the batch's target and actual values (equations 1-7 of the paper). Sums are averaged over the
    batch, so the weights do not depend on its size.

    Parameters
    ----------
    n_components : int, default=2
        Number of latent dimensions. The first two are valence and arousal; the others are free. With 1, there is only
        valence, whose sign separates happy and relaxed from angry and sad.
    architecture : str or Architecture, default="gru"
        The network: "gru" (as in the paper), "dense", "convolutional", "beat", "autoregressive", or an instance of a
        class of :mod:`skemovae.nn.architectures`, such as ``GRUArchitecture(units=512)``. The options of an
        architecture are also parameters of the model, so that a search can set them:
        ``set_params(architecture__units=512)``.
    condition : {"decoder", "both", None}, default="decoder"
        Which parts are conditioned on the emotion: encoder and decoder ("both", as in the paper), the decoder alone, or
        neither. With "both", the encoder is given the label, so the quadrants of the training points say nothing about
        the music.
    regularizer : {"cosine", "pairwise", "pairwise_attribute", "latent_gradient", None} or callable, default="cosine"
        Defines L_EmoV and L_EmoA. "cosine" pulls each emotion into its quadrant, as in the paper. "pairwise" orders all
        pairs of rows by their labels, as AR-VAE does; "pairwise_attribute" orders them by an estimate of the label from
        the symbols. "latent_gradient" makes the decoder's output change at a steady rate, as GLSR-VAE does. None gives
        the paper's CVAE-Base. To use a callable of your own, or other settings of these regularizers, see
        :mod:`skemovae.nn.regularizers`.
    valence_weight : float, default=8.75
        Weight of L_EmoV (4.375 in the paper, whose encoder is conditioned on the label and needs less).
    arousal_weight : float, default=10.0
        Weight of L_EmoA (5 in the paper).
    kl_weight : float, default=0.0625
        Weight of L_KLD (the same as in the paper).
    emotion_prior_scale : float, default=None
        If a number s, the prior of valence and arousal is N(target value, s^2) instead of N(0, 1), and the divergence
        from it has weight 1; `kl_weight` then applies only to the free dimensions. This keeps the classes apart even if
        a strong decoder ignores the emotion.
    max_iter : int, default=400
        Number of training epochs (700 in the paper).
    batch_size : int, default=16
        Number of rows per training step.
    learning_rate : float, default=0.001
        Learning rate of the optimizer; with "one_cycle", its peak.
    optimizer : {"rmsprop", "adam"}, default="rmsprop"
        The paper uses RMSprop.
    schedule : {"constant", "one_cycle"}, default="constant"
        With "one_cycle", the learning rate rises over the first 3 % of the steps and then falls along a cosine to 3 %
        of its peak, and `kl_weight` rises from 0 over the first 10 % of the steps. It is meant for a single fit of
        `max_iter` epochs.
    max_gradient_norm : float, default=None
        If a number, the gradient is clipped so that its norm over all weights does not exceed it.
    variations : callable, default=None
        Makes new rows from the training rows in every epoch, see :ref:`variations`; for melodies, use
        :class:`skemovae.preprocessing.MelodyVariations`.
    early_stopping : bool, default=False
        If True, hold out `validation_fraction` of the rows, stop when their loss has not fallen by `tol` for
        `n_iter_no_change` epochs, and keep the weights of the best epoch. Rows are held out at random, stratified by
        class. If the data contains several copies of a tune, as Bach's chorales do, training stops later than it would
        if unseen tunes were held out.
    validation_fraction : float, default=0.1
        Used with `early_stopping`.
    n_iter_no_change : int, default=10
        Used with `early_stopping`.
    tol : float, default=1e-4
        Used with `early_stopping`.
    class_positions : dict, default=None
        ``{label: (valence, arousal)}`` with both in [-1, 1], for classes that :mod:`skemovae.emotion` does not know.
        None means the four emotions, in any of their spellings.
    handle_unknown : {"nearest", "error"}, default="nearest"
        What to do with a symbol that does not occur in the training data: replace it with the nearest one that does, or
        raise an error. The nearest symbol of a pitch is a neighboring pitch, except that a pitch far above all learned
        ones may be nearer to 128, a rest.
    warm_start : bool, default=False
        If True, `fit` continues from the weights of the last fit, with the symbols that it learned.
    jit_compile : bool or "auto", default="auto"
        Compile the training with XLA (on TensorFlow). "auto" does so on a CPU if there are enough training steps to
        make up for the compilation, which takes a few seconds. The results are the same except for rounding.
    checkpoint_path : str or path-like, default=None
        File in which `fit` saves its progress. After a fit that was interrupted or killed, calling `fit` again with the
        same data and parameters continues it, and ends with the same weights as an uninterrupted fit. The file is
        deleted when training finishes. It requires an integer `random_state`. Each fit needs a file of its own, so
        leave this at None in a search.
    checkpoint_every : int, default=50
        Number of epochs between checkpoints.
    verbose : bool, default=False
        Whether to show a progress bar with the remaining time.
    random_state : int, numpy Generator, RandomState or None, default=None
        Seeds the initial weights, the latent noise and the order of the rows. Global random generators are never used.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, as `y` spells them: always all four emotions, Q1 to Q4, even if the training data lacks one, or the
        labels of `class_positions`.
    class_count_ : ndarray of shape (n_classes,), int
        Number of training rows of each class.
    class_positions_ : ndarray of shape (n_classes, 2)
        Valence and arousal of each class.
    vocabulary_ : ndarray of shape (n_symbols,)
        The symbols of the training data, in ascending order (31 in the paper).
    history_ : dict of str to list of float
        Mean of each loss term in each epoch: "loss", "reconstruction" and "kl"; with `emotion_prior_scale`,
        "emotion_kl"; with a regularizer, "valence" and (with two or more components) "arousal"; with `early_stopping`,
        the same terms for the held-out rows, with the prefix ``validation_``. After a warm start, NaN for earlier
        epochs that did not have the term.
    n_iter_ : int
        Number of epochs that the last fit ran.
    latent_mean_ : ndarray of shape (n_classes, n_components)
    latent_covariance_ : ndarray of shape (n_classes, n_components, n_components)
        Mean and covariance of the Gaussian of each class, from which :meth:`sample` draws latent points.
    architecture_ : Architecture
        The architecture of the trained network, with its options.
    condition_ : {"decoder", "both", None}
        Which parts of the network are conditioned on the emotion.
    weights_ : dict of str to ndarray
        The network's weights by name, read-only.
    layout_ : ClassLayout
        The classes and their regions on the plane, see :mod:`skemovae.plane`.
    n_features_in_ : int
        Number of steps.
    feature_names_in_ : ndarray of shape (n_steps,)
        Names of the steps, if X was a table with column names.

    See Also
    --------
    PitchEncoder : Encodes melodies as the tokens that this model learns from.
    load_pretrained : Loads a model that is already trained.
    save_model, load_model : Save a fitted model to a file, and load it.
    generate, reemote : Write scores with a fitted model, and change the emotion of scores.

    References
    ----------
    J. Grekow, "Regulation of the latent space of a variational autoencoder with respect to the emotions of generated
    music sequences". The exact settings are ``EmotionRegularizedVAE(**PAPER_PRESET)``.

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
        emotion_prior_scale=None,
        max_iter=400,
        batch_size=16,
        learning_rate=0.001,
        optimizer="rmsprop",
        schedule="constant",
        max_gradient_norm=None,
        variations=None,
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
        self.emotion_prior_scale = emotion_prior_scale
        self.max_iter = max_iter
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.optimizer = optimizer
        self.schedule = schedule
        self.max_gradient_norm = max_gradient_norm
        self.variations = variations
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
    def fit(self, X, y, context=None):
        """Train the model.

        Ctrl-C ends training early, with a warning, and keeps what was learned; before the end of the first epoch, it
        raises KeyboardInterrupt as usual. If a fit fails, the fitted attributes of an earlier fit are kept, except
        that after a NaN or infinite loss, the model of the last good epoch is kept.

        With scikit-learn 1.9 or later, callbacks set with ``set_callbacks`` are called in every epoch.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_steps)
            Rows of symbols (numbers), for music the tokens of :class:`PitchEncoder`.
        y : array-like of shape (n_samples,), or of shape (n_samples, 2)
            Emotions in any spelling of :mod:`skemovae.emotion`, labels of `class_positions`, or points (valence,
            arousal) in [-1, 1]. Points are the targets of the regularizer; their quadrants are the classes on which the
            model is conditioned and from which :meth:`sample` draws.
        context : array-like of shape (n_samples, n_context), default=None
            Further facts about each row, for a decoder that reads them (``architecture="autoregressive"``). Zeros mean
            that they are unknown.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter, X, a label, the context, the result of `variations` or the checkpoint is not valid.
        FloatingPointError
            If the loss becomes NaN or infinite.
        RuntimeError
            If Keras uses a backend other than TensorFlow, or this process was forked from one in which a model was
            trained.
        OSError
            If the checkpoint cannot be written before the training begins; later this is a warning.

        Warns
        -----
        UserWarning
            If `y` has no rows of one of the four emotions, about which the model then learns nothing; if training is
            interrupted; or if a checkpoint cannot be written.
        """
        check_parameters(self)
        start_backend()
        from ._fit import Fit  # it loads Keras, which nothing else needs

        with keeping_what_is_fitted(self):
            resume = self.warm_start and hasattr(self, "weights_")
            X, y = validate_data(self, X, y, reset=not resume, multi_output=is_continuous(y))
            context = check_context(
                context, as_architecture(self.architecture), len(X), self.n_context_ if resume else 0
            )
            task = Fit(self, X, y, context, resume)
            if untrained := what_is_untrained(task.layout):
                warnings.warn(untrained, stacklevel=2 + N_WRAPPERS)
            task.run()
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.target_tags.multi_output = True  # points (valence, arousal)
        tags.transformer_tags.preserves_dtype = []
        return tags
