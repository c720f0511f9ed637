"""EmotionRegularizedVAE: the scikit-learn face of the network."""

import os
from collections.abc import Hashable
from contextlib import contextmanager, suppress
from dataclasses import is_dataclass
from numbers import Integral

import numpy as np
from scipy.stats import spearmanr
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.model_selection import train_test_split
from sklearn.utils.validation import check_is_fitted, validate_data

from ._callbacks import CallbackSupportMixin, FitTasks, with_callbacks
from ._labels import (
    check_positions,
    fit_symbol_attributes,
    index_labels,
    is_continuous,
    learn_classes,
    nearest_direction,
)
from ._validation import check_bool, check_choice, check_number, check_positive_integer, make_generator
from .emotion import quadrant_index
from .latent import draw_inside, fit_class_distributions
from .nn.checkpoint import Checkpoint, fingerprint
from .nn.network import NetworkSpec
from .nn.pool import borrowed_network
from .nn.regularizers import REGULARIZERS
from .nn.training import DivergedError, train

__all__ = ["PAPER_PRESET", "EmotionRegularizedVAE"]

#: The exact setting of the paper's CVAE-EmoReg; with ``regularizer=None`` it is CVAE-Base.
PAPER_PRESET = {
    "n_components": 2,
    "units": 512,
    "condition": "both",
    "regularizer": "cosine",
    "valence_weight": 4.375,
    "arousal_weight": 5.0,
    "kl_weight": 1 / 16,
    "max_iter": 700,
    "batch_size": 16,
    "learning_rate": 0.001,
}

PAPER_CENTRE = 2.0  # the paper samples N((+-2, +-2), sigma 2)
PAPER_SIGMA = 2.0


class EmotionRegularizedVAE(CallbackSupportMixin, TransformerMixin, BaseEstimator):
    """Conditional GRU variational autoencoder whose latent plane is the valence-arousal plane.

    The encoder maps a row of symbols to a latent point, whose column 0 is the valence and column 1 the arousal; the
    decoder maps a point back to a row of symbols. Per example the loss is ::

        L = L_R + kl_weight L_KLD + valence_weight L_EmoV + arousal_weight L_EmoA

    with the cross-entropy L_R summed over the steps, the Kullback-Leibler divergence L_KLD summed over the latent
    dimensions, and the regulariser's losses L_EmoV of the valence and L_EmoA of the arousal: by default the negative
    cosine similarities between the batch's wanted and actual values (equations 1-7 of the paper). Sums are averaged
    over the batch, so the weights do not depend on its size.

    Parameters
    ----------
    n_components : int, default=2
        Latent dimensions. The first two are valence and arousal, the others are free. With 1 there is only valence:
        its sign tells the happy and the relaxed from the angry and the sad.
    units : int, default=128
        GRU units of the encoder and of the decoder (512 in the paper).
    condition : {"decoder", "both", None}, default="decoder"
        Who is told the emotion: encoder and decoder ("both", as in the paper), the decoder, or nobody. With "both" the
        encoder knows the answer, so the quadrants of its training points say nothing about the music.
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
        Mean of every loss term by epoch: "loss", "reconstruction", "kl", with a regulariser "valence" and (from two
        components on) "arousal", and with `early_stopping` the same of the held-out rows with the prefix
        ``validation_``. NaN for epochs of a warm start that had no such term.
    n_iter_ : int
        Epochs that the last fit ran.
    latent_mean_ : ndarray of shape (n_classes, n_components)
    latent_covariance_ : ndarray of shape (n_classes, n_components, n_components)
        Where each class lies: the distribution that :meth:`sample` draws from.
    architecture_ : dict
        The sizes and options of the network.
    weights_ : list of ndarray
        The network's weights, read-only.
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
    >>> vae = EmotionRegularizedVAE(units=8, max_iter=2, random_state=0).fit(X, y)
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
        units=128,
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
        self.units = units
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
            (valence, arousal) in [-1, 1]: the regulariser then follows the points, and the classes, which condition
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
        OSError
            If the checkpoint cannot be written.
        """
        self._check_parameters()
        with self._keeping_what_is_fitted():
            return self._fit(X, y)

    def _fit(self, X, y):
        resume = self.warm_start and hasattr(self, "weights_")
        X, y = validate_data(self, X, y, reset=not resume, multi_output=is_continuous(y))
        classes, positions, index, targets = learn_classes(y, self.class_positions)
        vocabulary = self.vocabulary_ if resume else np.unique(X)
        symbols = _to_symbols(X, vocabulary, self.handle_unknown)
        spec = self._make_spec(X.shape[1], len(vocabulary), len(classes))
        if resume:
            self._check_resumable(spec, classes)
        generator = make_generator(self.random_state)
        weights_seed, split_seed, order_seed = (int(s) for s in generator.integers(2**31, size=3))
        training, validation = self._split(symbols, index, targets, split_seed)
        tasks = FitTasks(self, X, y)
        with borrowed_network(spec) as network:
            self._start(network, training, weights_seed, resume)

            def attributes(history):
                return self._attributes(network, symbols, index, classes, positions, vocabulary, history, resume)

            try:
                history = train(
                    network,
                    *training,
                    validation=validation,
                    max_iter=self.max_iter,
                    batch_size=self.batch_size,
                    tol=self.tol,
                    n_iter_no_change=self.n_iter_no_change,
                    jit_compile=self.jit_compile,
                    verbose=self.verbose,
                    seed=order_seed,
                    checkpoint=self._make_checkpoint([X, index, targets]),
                    on_epoch_begin=tasks.begin_epoch,
                    on_epoch_end=lambda history: tasks.end_epoch(lambda: attributes(history)),
                )
            except DivergedError as error:
                if error.history:
                    with suppress(FloatingPointError):  # this error, not one of the rescue
                        self._publish(attributes(error.history))
                raise
            self._publish(attributes(history))
        tasks.end()
        return self

    def transform(self, X, emotion=None):
        """Map rows of symbols to latent points.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_steps)
            Rows of symbols.
        emotion : label or array-like of shape (n_samples,), default=None
            Only with ``condition="both"``: the label to feed to the encoder, which makes this the paper's label-fed
            measure. None infers it as the class with the highest evidence lower bound, taken at the latent mean and
            with `kl_weight`.

        Returns
        -------
        ndarray of shape (n_samples, n_components), float32
            Column 0 is the valence, column 1 the arousal.

        Raises
        ------
        ValueError
            If X has another number of steps, holds an unknown symbol (``handle_unknown="error"``), or `emotion` is
            unknown or of no use.
        """
        return self._encode(X, emotion)

    def inverse_transform(self, X, emotion=None):
        """Map latent points to rows of symbols: the most likely symbol of every step.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_components)
            Latent points.
        emotion : label or array-like of shape (n_samples,), default=None
            The label to feed to the decoder (without effect if ``condition=None``); None takes the class of the
            quadrant in which the point lies, or the trained class nearest in direction if the training data held none
            of it.

        Returns
        -------
        ndarray of shape (n_samples, n_steps)
            Symbols of `vocabulary_`.
        """
        check_is_fitted(self)
        points = self._check_points(X)
        index = self._nearest_trained_class(points) if emotion is None else self._trained_class(emotion, len(points))
        return self._decode(points, index)

    def sample(self, n_samples=1, *, emotion=None, at=None, temperature=0.0, method="class", random_state=None):
        """Make new rows of symbols.

        Parameters
        ----------
        n_samples : int, default=1
            Number of rows.
        emotion : label or array-like of shape (n_samples,), default=None
            The wanted emotion, of all rows or of each; None draws one for each row from those of the training data, all
            equally likely.
        at : (valence, arousal), default=None
            Decode this point of the plane instead of drawing it; further latent dimensions are drawn. The decoder is
            given `emotion`, or else the class that :meth:`inverse_transform` takes.
        temperature : float, default=0.0
            0 takes the most likely symbol of every step; above 0 symbols are drawn, more freely the higher it is.
        method : {"class", "paper"}, default="class"
            Where points are drawn: "class" from the training data's own distribution in the emotion's quadrant, kept
            inside the quadrant (with `class_positions`, where its class is the nearest in direction); "paper" from
            N((+-2, +-2), sigma 2), which misses the quadrant in 29 % of draws.
        random_state : int, numpy Generator, RandomState or None, default=None
            Seeds the draws; None gives other rows on every call.

        Returns
        -------
        X : ndarray of shape (n_samples, n_steps)
            Symbols of `vocabulary_`.
        emotions : ndarray of shape (n_samples,)
            The label of each row.

        Raises
        ------
        ValueError
            If a parameter is not valid, or the training data held no such emotion.
        """
        check_is_fitted(self)
        check_positive_integer("n_samples", n_samples, 20)
        check_number("temperature", temperature, 0.5, zero=True)
        check_choice("method", method, ("class", "paper"))
        generator = make_generator(random_state)
        if emotion is not None:
            index = self._trained_class(emotion, n_samples)
        elif at is not None:
            index = self._nearest_trained_class(np.tile(_check_at(at), (n_samples, 1)))
        else:
            index = generator.choice(np.flatnonzero(self.class_count_), size=n_samples)
        n_components = self.latent_mean_.shape[1]
        if at is not None and n_components <= 2:
            points = np.tile(_check_at(at)[:n_components], (n_samples, 1))
        else:
            points = self._draw_points(index, method, generator)
        if at is not None:
            points[:, :2] = _check_at(at)[:n_components]
        return self._decode(points, index, temperature, generator), self.classes_[index]

    def predict(self, X):
        """Return the emotion of the quadrant in which each row lies.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_steps)
            Rows of symbols.

        Returns
        -------
        ndarray of shape (n_samples,)
            Labels of `classes_`. With `class_positions` it is the class nearest in direction; with one component the
            first class of the side on which the row lies.
        """
        points = self._encode(X)
        return self.classes_[self._class_of_points(points)]

    def score(self, X, y):
        """Return the mean quadrant accuracy: the paper's D_i (Table 2) averaged over the emotions, as a share.

        The label is never given to the encoder; the paper's own figure is that of ``transform(X, emotion=y)``. With
        `class_positions` it is the mean share of each class's rows that lie nearest in direction to the class; with
        one component that of the rows on its side.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_steps)
            Rows of symbols.
        y : array-like of shape (n_samples,), or of shape (n_samples, 2)
            Their labels; of points (valence, arousal) the score is Spearman's rank correlation with the latent
            dimension, averaged over both.

        Returns
        -------
        float
            0 to 1; of points -1 to 1.
        """
        points = self._encode(X)
        if is_continuous(y):
            pairs = zip(points.T[:2], np.asarray(y).T, strict=False)  # with one component valence alone
            return float(np.mean([spearmanr(latent, wanted).statistic for latent, wanted in pairs]))
        expected = index_labels(y, len(points), self.class_positions)
        right = self._in_own_place(points, expected, self.class_positions_)
        return float(np.mean([right[expected == c].mean() for c in np.unique(expected)]))

    def get_feature_names_out(self, input_features=None):
        """Return the names of the latent dimensions: "valence", "arousal", "latent2", ...

        Parameters
        ----------
        input_features : ignored

        Returns
        -------
        ndarray of str
        """
        check_is_fitted(self)
        n_components = self.latent_mean_.shape[1]
        further = [f"latent{i}" for i in range(2, n_components)]
        return np.array(["valence", "arousal", *further][:n_components], dtype=object)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.target_tags.multi_output = True  # points (valence, arousal)
        tags.transformer_tags.preserves_dtype = []
        return tags

    def __sklearn_is_fitted__(self):
        return hasattr(self, "latent_mean_")

    def _check_parameters(self):
        usual_counts = {"units": 128, "max_iter": 400, "batch_size": 16, "n_iter_no_change": 10, "checkpoint_every": 50}
        for name, usual in usual_counts.items():
            check_positive_integer(name, getattr(self, name), usual)
        check_positive_integer("n_components", self.n_components, 2)
        check_choice("condition", self.condition, ("both", "decoder", None))
        if not callable(self.regularizer) or isinstance(self.regularizer, type):  # a class is no regulariser yet
            check_choice("regularizer", self.regularizer, (*REGULARIZERS, None))
        elif not isinstance(self.regularizer, Hashable):
            raise ValueError(
                f"regularizer={self.regularizer!r}: expected a callable that can be hashed, so that fits with equal "
                "ones share a compiled graph; make its class a @dataclass(frozen=True)"
            )
        check_choice("handle_unknown", self.handle_unknown, ("nearest", "error"))
        check_choice("jit_compile", self.jit_compile, ("auto", True, False))
        for name in ("early_stopping", "warm_start", "verbose"):
            check_bool(name, getattr(self, name))
        if self.checkpoint_path is not None:
            self._check_checkpoint()
        if self.class_positions is not None:
            check_positions(self.class_positions)
        usual_numbers = {"valence_weight": 8.75, "arousal_weight": 10.0, "kl_weight": 0.0625, "tol": 1e-4}
        for name, number in usual_numbers.items():
            check_number(name, getattr(self, name), number, zero=True)
        check_number("learning_rate", self.learning_rate, 0.001)
        check_number("validation_fraction", self.validation_fraction, 0.1, below=1)

    def _check_checkpoint(self):
        path = self.checkpoint_path
        if not isinstance(path, str | os.PathLike):
            raise ValueError(f"checkpoint_path={path!r}: expected a path, or None")
        if not isinstance(self.random_state, Integral):
            raise ValueError(
                f"random_state={self.random_state!r} with checkpoint_path={str(path)!r}: expected an integer, so that "
                "a training which goes on draws the same numbers"
            )
        if self.warm_start:
            raise ValueError(
                f"warm_start=True with checkpoint_path={str(path)!r}: expected one of them; each says where a training "
                "goes on from"
            )
        if callable(self.regularizer) and not is_dataclass(self.regularizer):
            raise ValueError(
                f"regularizer={self.regularizer!r} with checkpoint_path={str(path)!r}: expected a name, None or a "
                "dataclass, which tells after a restart whether it is the same; make its class a "
                "@dataclass(frozen=True)"
            )

    def _make_spec(self, n_steps, n_symbols, n_classes):
        return NetworkSpec(
            n_steps=n_steps,
            n_symbols=n_symbols,
            n_classes=n_classes,
            n_components=self.n_components,
            units=self.units,
            condition=self.condition,
        )

    @contextmanager
    def _keeping_what_is_fitted(self):
        """Undo what validation noted of a new input where a fit fails before it has published anything."""
        before = {name: value for name, value in vars(self).items() if name in ("n_features_in_", "feature_names_in_")}
        weights = vars(self).get("weights_")
        try:
            yield
        except BaseException:
            if weights is not None and self.weights_ is weights:
                self.__dict__.pop("feature_names_in_", None)
                self.__dict__.update(before)
            raise

    def _start(self, network, training, seed, resume):
        """Set a network's weights and all else that its training depends on."""
        if resume:
            network.load_weights_from(self.weights_)
        else:
            network.initialize_weights(seed)
        network.start(
            regularizer=REGULARIZERS.get(self.regularizer, self.regularizer),
            symbol_attributes=fit_symbol_attributes(training[0], training[2], network.spec.n_symbols),
            kl_weight=self.kl_weight,
            valence_weight=self.valence_weight,
            arousal_weight=self.arousal_weight,
            learning_rate=self.learning_rate,
        )

    def _attributes(self, network, symbols, index, classes, positions, vocabulary, history, resume):
        """Return the fitted attributes as a dict."""
        mean, log_variance = network.encode(symbols, index)
        if not np.isfinite(mean).all() or not np.isfinite(np.exp(log_variance, dtype=float)).all():
            raise FloatingPointError(
                "the latent points of the training data are no finite numbers: training has gone astray; "
                f"try a learning_rate below {self.learning_rate:g}"
            )
        latent_mean, latent_covariance = fit_class_distributions(
            mean.astype(float),
            np.exp(log_variance, dtype=float),
            index,
            self._in_own_place(mean, index, positions),
            len(classes),
        )
        earlier, n_epochs = (self.history_, len(self.history_["loss"])) if resume else ({}, 0)
        new = dict.fromkeys(earlier, [np.nan] * len(history["loss"])) | history
        return {
            "classes_": classes,
            "class_positions_": positions,
            "vocabulary_": vocabulary,
            "class_count_": np.bincount(index, minlength=len(classes)),
            "architecture_": network.spec._asdict(),
            "weights_": network.export_weights(),
            "n_iter_": len(history["loss"]),
            "history_": {name: earlier.get(name, [np.nan] * n_epochs) + values for name, values in new.items()},
            "latent_mean_": latent_mean,
            "latent_covariance_": latent_covariance,
        }

    def _publish(self, attributes):
        """Set all fitted attributes together, so that a fit that fails before leaves an earlier one whole."""
        for name, value in attributes.items():
            setattr(self, name, value)

    def _check_resumable(self, spec, classes):
        """Raise unless the fitted weights fit a network of the given spec, and its classes."""
        for name, fitted in self.architecture_.items():
            if getattr(spec, name) != fitted:
                raise ValueError(
                    f"{name}={getattr(spec, name)!r}: the fitted weights have {name}={fitted!r}; "
                    "set warm_start=False to start anew"
                )
        if self.class_positions is not None and list(classes) != list(self.classes_):
            raise ValueError(
                f"class_positions={self.class_positions!r}: the fitted weights have the classes "
                f"{self.classes_.tolist()}, in this order; set warm_start=False to start anew"
            )

    def _make_checkpoint(self, arrays):
        """Return where the training keeps its state, or None."""
        if self.checkpoint_path is None:
            return None
        irrelevant = {"verbose", "checkpoint_path", "checkpoint_every"}
        settings = {name: value for name, value in self.get_params(deep=False).items() if name not in irrelevant}
        return Checkpoint(self.checkpoint_path, self.checkpoint_every, fingerprint(arrays, settings))

    def _split(self, symbols, index, targets, seed):
        """Return (symbols, classes, targets) for training and, with early stopping, for validation."""
        if not self.early_stopping:
            return (symbols, index, targets), None
        counts = np.bincount(index)
        n_held_out = int(np.ceil(self.validation_fraction * len(index)))
        if n_held_out >= len(index):
            raise ValueError(
                f"validation_fraction={self.validation_fraction} of {len(index)} rows leaves none to train on: "
                "expected more rows, or early_stopping=False"
            )
        enough = counts[counts > 0].min() > 1 and min(n_held_out, len(index) - n_held_out) >= (counts > 0).sum()
        parts = train_test_split(
            symbols, index, targets, test_size=n_held_out, stratify=index if enough else None, random_state=seed
        )
        return parts[::2], parts[1::2]

    @contextmanager
    def _network(self):
        """Lend a network with the fitted weights."""
        with borrowed_network(NetworkSpec(**self.architecture_)) as network:
            network.load_weights_from(self.weights_)
            yield network

    def _encode(self, X, emotion=None):
        """Return the latent points of rows as an array, whatever ``set_output`` asks of :meth:`transform`."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False)
        symbols = _to_symbols(X, self.vocabulary_, self.handle_unknown)
        condition = self.architecture_["condition"]
        if condition != "both" and emotion is not None:
            raise ValueError(
                f"emotion={emotion!r}: the encoder takes no label with condition={condition!r}; leave it out"
            )
        with self._network() as network:
            if condition != "both":
                index = np.zeros(len(symbols), dtype=int)
            elif emotion is None:
                index = self._infer_class(network, symbols)
            else:
                index = self._trained_class(emotion, len(symbols))
            return network.encode(symbols, index)[0]

    def _infer_class(self, network, symbols):
        """Return for each row the trained class with which the model explains it best."""
        trained = np.flatnonzero(self.class_count_)
        rows, labels = np.tile(symbols, (len(trained), 1)), np.repeat(trained, len(symbols))
        losses = network.negative_elbo(rows, labels, self.kl_weight).reshape(len(trained), -1)
        return trained[np.argmin(losses, axis=0)]

    def _decode(self, points, index, temperature=0.0, generator=None):
        """Return rows of symbols: the likeliest of every step, or drawn at a temperature."""
        with self._network() as network:
            return self.vocabulary_[network.decode(points, index, temperature, generator)]

    def _draw_points(self, index, method, generator):
        """Return a latent point for each wanted class."""
        points = np.empty((len(index), self.latent_mean_.shape[1]))
        for c in np.unique(index):
            rows = np.flatnonzero(index == c)
            if method == "paper":
                points[rows] = generator.normal(size=(len(rows), points.shape[1]))
                plane = points[rows, :2]
                centre = PAPER_CENTRE * np.sign(self.class_positions_[c])
                points[rows, :2] = PAPER_SIGMA * plane + centre[: plane.shape[1]]
            else:
                points[rows] = draw_inside(
                    self.latent_mean_[c],
                    self.latent_covariance_[c],
                    lambda draws, c=c: self._in_own_place(draws, np.full(len(draws), c), self.class_positions_),
                    len(rows),
                    generator,
                )
        return points

    def _class_of_points(self, points, positions=None):
        """Return the index of the class in whose quadrant, or nearest to whose direction, each point lies."""
        if self.class_positions is None and points.shape[1] > 1:
            return quadrant_index(points)
        return nearest_direction(points, self.class_positions_ if positions is None else positions)

    def _in_own_place(self, points, index, positions):
        """Return whether each point lies where its class does: with valence alone, on that side."""
        if points.shape[1] == 1:
            return points[:, 0] * positions[index, 0] >= 0
        return self._class_of_points(points, positions) == index

    def _nearest_trained_class(self, points):
        """Return the class of each point, or the trained one nearest in direction where that one has no rows."""
        index = self._class_of_points(points)
        missing = self.class_count_[index] == 0
        if missing.any():
            trained = np.flatnonzero(self.class_count_)
            index[missing] = trained[nearest_direction(points[missing], self.class_positions_[trained])]
        return index

    def _trained_class(self, labels, n_samples):
        """Return the class index of labels, or raise an error for a class of which the training data held no row."""
        index = index_labels(labels, n_samples, self.class_positions)
        missing = np.unique(index[self.class_count_[index] == 0])
        if missing.size:
            trained = self.classes_[self.class_count_ > 0].tolist()
            raise ValueError(
                f"emotion {self.classes_[missing].tolist()[0]!r}: the training data held no row of it; "
                f"expected one of {trained}"
            )
        return index

    def _check_points(self, X):
        points = np.asarray(X, dtype=float)
        n_components = self.latent_mean_.shape[1]
        if points.ndim != 2 or points.shape[1] != n_components or not len(points):
            raise ValueError(
                f"points of shape {points.shape}: expected (n_samples, n_components={n_components}), "
                "with at least one sample"
            )
        if not np.isfinite(points).all():
            raise ValueError("points hold NaN or infinity: expected numbers")
        return points


def _to_symbols(X, vocabulary, handle_unknown):
    """Return the index into the vocabulary of every symbol, or of the nearest one."""
    if handle_unknown == "error" and not np.isin(X, vocabulary).all():
        unknown = np.setdiff1d(X, vocabulary).tolist()
        raise ValueError(
            f"unknown symbols {unknown[:10]}: the training data did not hold them; "
            "set handle_unknown='nearest' to take the nearest one that it held"
        )
    known = vocabulary.astype(float)  # a sum of two uint8 tokens would overflow
    return np.searchsorted((known[1:] + known[:-1]) / 2, X).astype("int32")


def _check_at(at):
    """Return a point (valence, arousal) as an array."""
    try:
        point = np.asarray(at, dtype=float)
    except (TypeError, ValueError):
        point = np.empty(0)
    if point.shape != (2,) or not np.isfinite(point).all():
        raise ValueError(f"at={at!r}: expected one point (valence, arousal), e.g. (0.5, -1.0)")
    return point
