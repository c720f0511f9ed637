"""The methods of a fitted model; they need only NumPy."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from .._validation import check_bool, check_choice, check_number, check_point, check_positive_integer, make_generator
from ..plane import draw_paper, is_continuous
from ._fitted import fitted_distributions, fitted_layout, fitted_predictor
from ._symbols import to_symbols


class PlaneModel(TransformerMixin, BaseEstimator):
    """The part of :class:`skemovae.EmotionRegularizedVAE` that uses its fitted attributes and needs no training."""

    def transform(self, X, emotion=None, *, return_std=False):
        """Map rows of symbols to latent points: the means of their posteriors.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_steps)
            Rows of symbols.
        emotion : label or array-like of shape (n_samples,), default=None
            Only with ``condition="both"``: the label on which the encoder is conditioned, as in the paper's evaluation.
            None infers it: it takes the class with the highest evidence lower bound, computed at the latent mean with
            `kl_weight`.
        return_std : bool, default=False
            Whether to also return the standard deviation of each posterior, which is the uncertainty of the point.

        Returns
        -------
        Z : ndarray of shape (n_samples, n_components), float32
            Column 0 is the valence, column 1 the arousal.
        Z_std : ndarray of shape (n_samples, n_components), float32
            Standard deviations, above 0. Only returned if `return_std` is True.

        Raises
        ------
        ValueError
            If X has the wrong number of steps or contains an unknown symbol (with ``handle_unknown="error"``), or if
            `emotion` is unknown or cannot be used.
        """
        check_bool("return_std", return_std)
        mean, log_variance = self._posterior(X, emotion)
        return (mean, np.exp(0.5 * log_variance)) if return_std else mean

    def inverse_transform(self, X, emotion=None, context=None):
        """Map latent points to rows of symbols by argmax decoding: the likeliest symbol of every step.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_components)
            Latent points.
        emotion : label or array-like of shape (n_samples,), default=None
            The label on which the decoder is conditioned (ignored with ``condition=None``). None takes the class of the
            point's quadrant or, if the training data had no rows of that class, the trained class nearest in direction.
        context : array-like of shape (n_samples, n_context) or (n_context,), default=None
            The context of each row, or of all rows, if `fit` was given one; None stands for zeros.

        Returns
        -------
        ndarray of shape (n_samples, n_steps)
            Symbols of `vocabulary_`.
        """
        check_is_fitted(self)
        points, layout = self._check_points(X), self.layout_
        context = self._check_context(context, len(points))
        given = emotion is not None
        index = layout.trained_index_of(emotion, len(points)) if given else layout.nearest_trained(points)
        return self._decode(points, index, context)

    def sample(
        self,
        n_samples=1,
        *,
        emotion=None,
        at=None,
        context=None,
        temperature=0.0,
        method="class",
        intensity=1.0,
        prefix=None,
        return_points=False,
        random_state=None,
    ):
        """Sample new rows of symbols.

        Parameters
        ----------
        n_samples : int, default=1
            Number of rows.
        emotion : label or array-like of shape (n_samples,), default=None
            The requested emotion of all rows, or of each row. None draws one for each row, with equal probability, from
            the emotions that occur in the training data.
        at : (valence, arousal), default=None
            Decode this point of the plane instead of drawing one; any further latent dimensions are drawn. The decoder
            is conditioned on `emotion` or, if that is None, on the class that :meth:`inverse_transform` would take.
        context : array-like of shape (n_samples, n_context) or (n_context,), default=None
            The context of each row, or of all rows, if `fit` was given one; None stands for zeros.
        temperature : float, default=0.0
            0 takes the likeliest symbol of every step (argmax decoding). Above 0, symbols are sampled; the higher the
            temperature, the more varied they are.
        method : {"class", "paper"}, default="class"
            How points are drawn. "class": from a Gaussian fitted to the latent points of the emotion's training data
            and truncated to the quadrant (with `class_positions`, to the region in which the class is nearest in
            direction). "paper": from N((+-2, +-2), sigma 2); 29 % of these draws lie outside the quadrant.
        intensity : float, default=1.0
            Strength of the emotion, only with ``method="class"``: above 1, points are drawn farther from the origin;
            below 1, nearer to it.
        prefix : array-like of shape (n_samples, n_prefix) or (n_prefix,), default=None
            The symbols with which each row, or every row, begins; the model continues them. Only for architectures that
            write symbol by symbol (``architecture="autoregressive"``).
        return_points : bool, default=False
            Whether to also return the latent points that were decoded.
        random_state : int, numpy Generator, RandomState or None, default=None
            Seeds the draws; None gives different rows on every call.

        Returns
        -------
        X : ndarray of shape (n_samples, n_steps)
            Symbols of `vocabulary_`.
        emotions : ndarray of shape (n_samples,)
            The label of each row.
        points : ndarray of shape (n_samples, n_components)
            The decoded latent points. Only returned if `return_points` is True.

        Raises
        ------
        ValueError
            If a parameter is not valid, or the training data had no rows of the requested emotion.
        """
        check_is_fitted(self)
        check_positive_integer("n_samples", n_samples, 20)
        check_number("temperature", temperature, 0.5, zero=True)
        check_choice("method", method, ("class", "paper"))
        check_number("intensity", intensity, 1.3)
        if intensity != 1 and (at is not None or method != "class"):
            raise ValueError(
                f"intensity={intensity!r} with at={at!r} and method={method!r}: expected an intensity only when points "
                'are drawn, with at=None and method="class"'
            )
        check_bool("return_points", return_points)
        generator, layout, n_components = make_generator(random_state), self.layout_, self.latent_mean_.shape[1]
        context = self._check_context(context, n_samples)
        prefix = self._check_prefix(prefix, n_samples)
        if emotion is not None:
            index = layout.trained_index_of(emotion, n_samples)
        elif at is not None:
            index = layout.nearest_trained(np.tile(check_point("at", at), (n_samples, 1)))
        else:
            index = generator.choice(layout.trained, size=n_samples)
        if at is not None and n_components <= 2:
            points = np.empty((n_samples, n_components))
        elif method == "paper":
            points = draw_paper(index, layout, n_components, generator)
        else:
            points = fitted_distributions(self).with_intensity(intensity).draw(index, layout, generator)
        if at is not None:
            points[:, :2] = check_point("at", at)[:n_components]
        rows, labels = self._decode(points, index, context, temperature, generator, prefix), self.classes_[index]
        return (rows, labels, points) if return_points else (rows, labels)

    def predict(self, X):
        """Return the emotion of the quadrant in which each row lies.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_steps)
            Rows of symbols.

        Returns
        -------
        ndarray of shape (n_samples,)
            Labels of `classes_`. With `class_positions`, the class nearest in direction; with one component, the first
            class on the row's side.
        """
        points = self._encode(X)
        return self.classes_[self.layout_.class_of(points)]

    def score(self, X, y):
        """Return the mean quadrant accuracy: the paper's D_i (Table 2) averaged over the emotions, as a share.

        The encoder is never given the label; to compute the figure as the paper does, use ``transform(X, emotion=y)``.
        With `class_positions`, the score is the share of each class's rows that lie nearest in direction to it,
        averaged over the classes; with one component, the share of rows on the right side.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_steps)
            Rows of symbols.
        y : array-like of shape (n_samples,), or of shape (n_samples, 2)
            Their labels. For points (valence, arousal), the score is Spearman's rank correlation with the latent
            dimension, averaged over both.

        Returns
        -------
        float
            0 to 1; for points, -1 to 1.
        """
        points = self._encode(X)
        if is_continuous(y):
            from scipy.stats import spearmanr  # takes long to load, and only labels that are points need it

            pairs = zip(points.T[:2], np.asarray(y).T, strict=False)  # with one component valence alone
            return float(np.mean([spearmanr(latent, wanted).statistic for latent, wanted in pairs]))
        expected = self.layout_.index_of(y, len(points))
        right = self.layout_.contains(points, expected)
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

    @property
    def layout_(self):
        """The classes and their regions on the plane."""
        check_is_fitted(self)
        return fitted_layout(self)

    def __sklearn_is_fitted__(self):
        return hasattr(self, "latent_mean_")

    def _encode(self, X):
        """Return the latent points of rows as an array, whatever ``set_output`` asks of :meth:`transform`."""
        return self._posterior(X)[0]

    def _posterior(self, X, emotion=None):
        """Return the mean and the logarithm of the variance of each row's posterior."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False)
        symbols = to_symbols(X, self.vocabulary_, self.handle_unknown)
        if self.condition_ != "both" and emotion is not None:
            raise ValueError(
                f"emotion={emotion!r}: with condition={self.condition_!r} the encoder takes no label; leave it out"
            )
        if self.condition_ != "both":
            index = np.zeros(len(symbols), dtype=int)
        elif emotion is None:
            index = self._infer_class(symbols)
        else:
            index = self.layout_.trained_index_of(emotion, len(symbols))
        return fitted_predictor(self).encode(symbols, index)

    def _infer_class(self, symbols):
        """Return, for each row, the trained class under which the model explains it best."""
        trained = self.layout_.trained
        rows, labels = np.tile(symbols, (len(trained), 1)), np.repeat(trained, len(symbols))
        losses = fitted_predictor(self).negative_elbo(rows, labels, self.kl_weight).reshape(len(trained), -1)
        return trained[np.argmin(losses, axis=0)]

    def _decode(self, points, index, context, temperature=0.0, generator=None, prefix=None):
        """Return rows of symbols: the likeliest of every step, or drawn at a temperature."""
        return self.vocabulary_[fitted_predictor(self).decode(points, index, temperature, generator, context, prefix)]

    def _check_context(self, context, n_samples):
        """Return a context as an array of shape (n_samples, n_context), or None."""
        if context is None:
            return None
        n_context = self.n_context_
        if not n_context:
            raise ValueError(f"context={context!r}: this model was fitted without a context; leave it out")
        found = check_array(context, input_name="context", ensure_2d=False)
        if found.shape not in ((n_context,), (n_samples, n_context)):
            raise ValueError(
                f"context of shape {found.shape}: expected ({n_context},) for all rows, or ({n_samples}, {n_context})"
            )
        return np.broadcast_to(found, (n_samples, n_context))

    def _check_prefix(self, prefix, n_samples):
        """Return the prefixes as indices into the vocabulary, shape (n_samples, n_prefix), or None."""
        if prefix is None:
            return None
        if self.architecture_.one_shot:
            raise ValueError(
                f"prefix of shape {np.shape(prefix)}: {self.architecture_!r} writes all steps at once and cannot "
                'continue a prefix; leave it out, or use architecture="autoregressive"'
            )
        found = check_array(prefix, input_name="prefix", ensure_2d=False, ensure_min_samples=0, ensure_min_features=0)
        n_steps = self.n_features_in_
        if found.shape[:-1] not in ((), (n_samples,)) or not found.ndim or found.shape[-1] > n_steps:
            raise ValueError(
                f"prefix of shape {found.shape}: expected (n_prefix,) for all rows, or ({n_samples}, n_prefix), of at "
                f"most {n_steps} symbols"
            )
        symbols = to_symbols(np.atleast_2d(found), self.vocabulary_, self.handle_unknown)
        return np.broadcast_to(symbols, (n_samples, symbols.shape[1]))

    def _check_points(self, X):
        points = np.asarray(X, dtype=float)
        n_components = self.latent_mean_.shape[1]
        if points.ndim != 2 or points.shape[1] != n_components or not len(points):
            raise ValueError(
                f"points of shape {points.shape}: expected (n_samples, n_components={n_components}), "
                "with at least one sample"
            )
        if not np.isfinite(points).all():
            raise ValueError("points hold NaN or infinite values: expected finite numbers")
        return points
