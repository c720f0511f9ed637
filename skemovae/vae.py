"""EmotionRegularizedVAE: the scikit-learn face of the network."""

from contextlib import contextmanager

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.metrics import recall_score
from sklearn.model_selection import train_test_split
from sklearn.utils.validation import check_is_fitted, validate_data

from ._validation import check_choice, check_number, check_positive_integer, make_generator
from .emotion import EMOTIONS, label_spellings, quadrant_index, valence_arousal
from .latent import draw_in_quadrant, fit_class_distributions
from .nn.network import NetworkSpec
from .nn.pool import borrowed_network
from .nn.training import train

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


class EmotionRegularizedVAE(TransformerMixin, BaseEstimator):
    """Conditional GRU variational autoencoder whose latent plane is the valence-arousal plane.

    The encoder maps a row of symbols to a latent point, whose column 0 is the valence and column 1 the arousal; the
    decoder maps a point back to a row of symbols. Per example the loss is

        L = L_R + kl_weight L_KLD + valence_weight L_EmoV + arousal_weight L_EmoA

    with the cross-entropy L_R summed over the steps, the Kullback-Leibler divergence L_KLD summed over the latent
    dimensions, and the negative cosine similarities L_EmoV and L_EmoA between the batch's wanted and actual valence and
    arousal (equations 1-7 of the paper). Sums are averaged over the batch, so the weights do not depend on its size.

    Parameters
    ----------
    n_components : int, default=2
        Latent dimensions. The first two are valence and arousal, the others are free.
    units : int, default=128
        GRU units of the encoder and of the decoder (512 in the paper).
    condition : {"decoder", "both", None}, default="decoder"
        Who is told the emotion: encoder and decoder ("both", as in the paper), the decoder, or nobody. With "both" the
        encoder knows the answer, so the quadrants of its training points say nothing about the music.
    regularizer : {"cosine", None}, default="cosine"
        "cosine" pulls each emotion into its quadrant; None is the paper's CVAE-Base.
    valence_weight : float, default=4.375
        Weight of L_EmoV (the paper's).
    arousal_weight : float, default=5.0
        Weight of L_EmoA (the paper's).
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
        `n_iter_no_change` epochs, and keep the weights of the best epoch.
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
        What to do with a symbol that training did not hold: take the nearest that it held (a neighbouring pitch), or
        raise an error.
    warm_start : bool, default=False
        If True, `fit` goes on from the weights of the last fit, with the symbols that it learnt.
    jit_compile : bool or "auto", default="auto"
        Compile the training with XLA. "auto" does on a CPU where there are enough steps to pay for the compilation of
        some seconds. The results are the same but for rounding.
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
        Mean of every loss term by epoch: "loss", "reconstruction", "kl", "valence", "arousal", and with
        `early_stopping` the same of the held-out rows with the prefix "validation_".
    n_iter_ : int
        Epochs that the last fit ran.
    latent_mean_ : ndarray of shape (n_classes, n_components)
    latent_covariance_ : ndarray of shape (n_classes, n_components, n_components)
        Where each class lies: the distribution that :meth:`sample` draws from.
    weights_ : list of ndarray
        The network's weights.
    n_features_in_ : int
        Number of steps.

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
        valence_weight=4.375,
        arousal_weight=5.0,
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
        self.verbose = verbose
        self.random_state = random_state

    def fit(self, X, y):
        """Train the model.

        Ctrl-C ends the training early with a warning and keeps what was learnt.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_steps)
            Rows of symbols (numbers), for music the tokens of :class:`PitchEncoder`.
        y : array-like of shape (n_samples,)
            Emotions, in any spelling of :mod:`skemovae.emotion`, or the labels of `class_positions`.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter, X or a label is not valid.
        FloatingPointError
            If the loss stops being a number.
        """
        self._check_parameters()
        resume = self.warm_start and hasattr(self, "weights_")
        X, y = validate_data(self, X, y, reset=not resume)
        index = self._learn_classes(y)
        if not resume:
            self.vocabulary_ = np.unique(X)
        symbols = self._to_symbols(X)
        generator = make_generator(self.random_state)
        weights_seed, split_seed, order_seed = (int(s) for s in generator.integers(2**31, size=3))
        training, validation = self._split(symbols, index, split_seed)
        with borrowed_network(self._network_spec()) as network:
            if resume:
                network.load_weights_from(self.weights_)
            else:
                network.initialize_weights(weights_seed)
            network.start(
                class_positions=self.class_positions_,
                kl_weight=self.kl_weight,
                valence_weight=self.valence_weight,
                arousal_weight=self.arousal_weight,
                learning_rate=self.learning_rate,
            )
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
            )
            self.weights_ = network.export_weights()
            mean, log_variance = network.encode(symbols, index)
        self.n_iter_ = len(history.get("loss", []))
        earlier = self.history_ if resume else {}
        self.history_ = {name: earlier.get(name, []) + values for name, values in history.items()}
        self.latent_mean_, self.latent_covariance_ = fit_class_distributions(
            mean.astype(float), np.exp(log_variance, dtype=float), index, quadrant_index(self.class_positions_)
        )
        return self

    def transform(self, X, emotion=None):
        """Map rows of symbols to latent points.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_steps)
            Rows of symbols.
        emotion : label or array-like of shape (n_samples,), default=None
            Only with ``condition="both"``: the label to feed to the encoder, which makes this the paper's label-fed
            measure. None infers it as the class with the highest evidence lower bound.

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
        check_is_fitted(self)
        symbols = self._to_symbols(validate_data(self, X, reset=False))
        if self.condition != "both":
            if emotion is not None:
                raise ValueError(
                    f"emotion={emotion!r}: the encoder takes no label with condition={self.condition!r}; leave it out"
                )
            index = np.zeros(len(symbols), dtype=int)
        elif emotion is None:
            index = self._infer_class(symbols)
        else:
            index = self._trained_class_index(emotion, len(symbols))
        with self._network() as network:
            return network.encode(symbols, index)[0]

    def inverse_transform(self, X, emotion=None):
        """Map latent points to rows of symbols: the most likely symbol of every step.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_components)
            Latent points.
        emotion : label or array-like of shape (n_samples,), default=None
            The label to feed to the decoder; None takes the class of the quadrant in which the point lies.

        Returns
        -------
        ndarray of shape (n_samples, n_steps)
            Symbols of `vocabulary_`.
        """
        check_is_fitted(self)
        points = self._check_points(X)
        index = self._class_of_points(points) if emotion is None else self._trained_class_index(emotion, len(points))
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
            given `emotion` or else the class of the point's quadrant.
        temperature : float, default=0.0
            0 takes the most likely symbol of every step; above 0 symbols are drawn, more freely the higher it is.
        method : {"class", "paper"}, default="class"
            Where points are drawn: "class" from the training data's own distribution in the emotion's quadrant, kept
            inside the quadrant; "paper" from N((+-2, +-2), sigma 2), which misses the quadrant in 29 % of draws.
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
            If an emotion is unknown, or the training data held none of it.
        """
        check_is_fitted(self)
        check_positive_integer("n_samples", n_samples, 20)
        check_number("temperature", temperature, 0.5, zero=True)
        check_choice("method", method, ("class", "paper"))
        generator = make_generator(random_state)
        if emotion is not None:
            index = self._trained_class_index(emotion, n_samples)
        elif at is not None:
            index = self._class_of_points(np.tile(self._check_at(at), (n_samples, 1)))
        else:
            index = generator.choice(np.flatnonzero(self.class_count_), size=n_samples)
        points = self._draw_points(index, method, generator)
        if at is not None:
            points[:, :2] = self._check_at(at)
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
            Labels of `classes_`. With `class_positions` it is the class nearest in direction.
        """
        return self.classes_[self._class_of_points(self.transform(X))]

    def score(self, X, y):
        """Return the mean quadrant accuracy: the paper's D_i (Table 2) averaged over the quadrants, as a share.

        The label is never given to the encoder; the paper's own figure is that of ``transform(X, emotion=y)``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_steps)
            Rows of symbols.
        y : array-like of shape (n_samples,)
            Their labels.

        Returns
        -------
        float
            0 to 1.
        """
        points = self.transform(X)
        index = self._class_index(y, len(points))
        expected = quadrant_index(self.class_positions_)[index]
        return float(recall_score(expected, quadrant_index(points), labels=np.unique(expected), average="macro"))

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
        further = [f"latent{i}" for i in range(2, self.latent_mean_.shape[1])]
        return np.array(["valence", "arousal", *further], dtype=object)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.transformer_tags.preserves_dtype = []
        return tags

    def _check_parameters(self):
        for name, usual in (("units", 128), ("max_iter", 400), ("batch_size", 16), ("n_iter_no_change", 10)):
            check_positive_integer(name, getattr(self, name), usual)
        check_positive_integer("n_components", self.n_components, 2)
        if self.n_components < 2:
            raise ValueError("n_components=1: expected at least 2, for valence and arousal")
        check_choice("condition", self.condition, ("both", "decoder", None))
        check_choice("regularizer", self.regularizer, ("cosine", None))
        check_choice("handle_unknown", self.handle_unknown, ("nearest", "error"))
        check_choice("jit_compile", self.jit_compile, ("auto", True, False))
        for name, usual in (("valence_weight", 4.375), ("arousal_weight", 5.0), ("kl_weight", 0.0625), ("tol", 1e-4)):
            check_number(name, getattr(self, name), usual, zero=True)
        check_number("learning_rate", self.learning_rate, 0.001)
        check_number("validation_fraction", self.validation_fraction, 0.1, below=1)

    def _learn_classes(self, y):
        """Publish the classes and return the class index of every label."""
        if self.class_positions is None:
            try:
                self.classes_, index = label_spellings(y)
            except ValueError as error:
                raise ValueError(
                    f"{error}. For labels of your own pass class_positions={{label: (valence, arousal)}}"
                ) from None
            self.class_positions_ = valence_arousal(range(1, len(EMOTIONS) + 1))
        else:
            self.classes_ = np.array(list(self.class_positions))
            self.class_positions_ = _check_positions(self.class_positions)
            index = self._class_index(y, len(y))
        self.class_count_ = np.bincount(index, minlength=len(self.classes_))
        return index

    def _class_index(self, labels, n_samples):
        """Return the class index of one label (repeated) or of `n_samples` labels."""
        labels = [labels] * n_samples if isinstance(labels, str) or np.ndim(labels) == 0 else list(labels)
        if len(labels) != n_samples:
            raise ValueError(f"{len(labels)} labels for {n_samples} rows: expected one label, or one a row")
        if self.class_positions is None:
            return label_spellings(labels)[1]
        known = {label: i for i, label in enumerate(self.class_positions)}
        unknown = sorted({str(label) for label in labels if label not in known})
        if unknown:
            raise ValueError(f"unknown labels {unknown}: class_positions knows {list(known)}")
        return np.array([known[label] for label in labels], dtype=int)

    def _trained_class_index(self, labels, n_samples):
        """Return the class index of labels, or raise an error for a class of which the training data held no row."""
        index = self._class_index(labels, n_samples)
        missing = np.unique(index[self.class_count_[index] == 0])
        if missing.size:
            trained = self.classes_[self.class_count_ > 0].tolist()
            raise ValueError(
                f"emotion {self.classes_[missing].tolist()[0]!r}: the training data held no row of it; "
                f"expected one of {trained}"
            )
        return index

    def _class_of_points(self, points):
        """Return the index of the class in whose quadrant (or nearest to whose direction) each point lies."""
        if self.class_positions is None:
            return quadrant_index(points)
        lengths = np.linalg.norm(self.class_positions_, axis=1)
        return np.argmax(points[:, :2] @ (self.class_positions_ / lengths[:, None]).T, axis=1)

    def _to_symbols(self, X):
        """Return the index into the vocabulary of every symbol."""
        if self.handle_unknown == "error" and not np.isin(X, self.vocabulary_).all():
            unknown = np.setdiff1d(X, self.vocabulary_).tolist()
            raise ValueError(
                f"unknown symbols {unknown[:10]}: the training data did not hold them; "
                "set handle_unknown='nearest' to take the nearest one that it held"
            )
        between = (self.vocabulary_[1:] + self.vocabulary_[:-1]) / 2
        return np.searchsorted(between, X).astype("int32")

    def _split(self, symbols, index, seed):
        """Return (symbols, classes) for training and, with early stopping, for validation."""
        if not self.early_stopping:
            return (symbols, index), None
        stratify = index if np.bincount(index)[np.unique(index)].min() > 1 else None
        split = train_test_split(
            symbols, index, test_size=self.validation_fraction, stratify=stratify, random_state=seed
        )
        return (split[0], split[2]), (split[1], split[3])

    def _network_spec(self):
        return NetworkSpec(
            n_steps=self.n_features_in_,
            n_symbols=len(self.vocabulary_),
            n_classes=len(self.classes_),
            n_components=self.n_components,
            units=self.units,
            condition=self.condition,
            regularizer=self.regularizer,
        )

    @contextmanager
    def _network(self):
        """Lend a network with the fitted weights."""
        with borrowed_network(self._network_spec()) as network:
            network.load_weights_from(self.weights_)
            yield network

    def _infer_class(self, symbols):
        """Return for each row the trained class with the highest evidence lower bound."""
        trained = np.flatnonzero(self.class_count_)
        with self._network() as network:
            losses = [network.negative_elbo(symbols, np.full(len(symbols), c), self.kl_weight) for c in trained]
        return trained[np.argmin(losses, axis=0)]

    def _draw_points(self, index, method, generator):
        """Return a latent point for each wanted class."""
        points = np.empty((len(index), self.latent_mean_.shape[1]))
        for c in np.unique(index):
            rows = np.flatnonzero(index == c)
            if method == "paper":
                points[rows] = generator.normal(size=(len(rows), points.shape[1]))
                points[rows, :2] = PAPER_SIGMA * points[rows, :2] + PAPER_CENTRE * np.sign(self.class_positions_[c])
            else:
                quadrant = quadrant_index(self.class_positions_[[c]])[0]
                points[rows] = draw_in_quadrant(
                    self.latent_mean_[c], self.latent_covariance_[c], quadrant, len(rows), generator
                )
        return points

    def _decode(self, points, index, temperature=0.0, generator=None):
        with self._network() as network:
            logits = network.decode(points, index)
        if temperature > 0:  # the Gumbel-max trick draws from softmax(logits / temperature)
            logits = logits + temperature * generator.gumbel(size=logits.shape)
        return self.vocabulary_[logits.argmax(axis=-1)]

    def _check_points(self, X):
        points = np.asarray(X, dtype=float)
        n_components = self.latent_mean_.shape[1]
        if points.ndim != 2 or points.shape[1] != n_components:
            raise ValueError(f"points of shape {points.shape}: expected (n_samples, n_components={n_components})")
        if not np.isfinite(points).all():
            raise ValueError("points hold NaN or infinity: expected numbers")
        return points

    @staticmethod
    def _check_at(at):
        point = np.asarray(at, dtype=float)
        if point.shape != (2,) or not np.isfinite(point).all():
            raise ValueError(f"at={at!r}: expected one point (valence, arousal), e.g. (0.5, -1.0)")
        return point


def _check_positions(class_positions):
    """Return the positions of a dict {label: (valence, arousal)} as an array."""
    positions = np.array(list(class_positions.values()), dtype=float).reshape(-1, 2)
    outside = np.abs(positions).max(axis=1, initial=0) > 1
    if not len(positions) or outside.any() or (positions == 0).all(axis=1).any() or np.isnan(positions).any():
        raise ValueError(
            f"class_positions={class_positions!r}: expected {{label: (valence, arousal)}} with both in [-1, 1] and not "
            "both 0, e.g. {'calm': (1, -1)}"
        )
    return positions
