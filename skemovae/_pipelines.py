"""The model in an estimator, the encoder that made its tokens, and the tokens that the model is given.

An estimator is a model or a Pipeline that ends in one; pipelines may be nested. Nothing heavy is loaded before it is
needed, so that the command line can print its help at once.
"""


def fitted_model(estimator):
    """Return the fitted model of an estimator: the estimator itself, or the last step of a pipeline.

    Parameters
    ----------
    estimator : EmotionRegularizedVAE, or a Pipeline that ends in one

    Returns
    -------
    EmotionRegularizedVAE

    Raises
    ------
    TypeError
        If there is no model at the end.
    sklearn.exceptions.NotFittedError
        If it is not fitted.
    """
    from sklearn.utils.validation import check_is_fitted

    _, model = _flat(estimator)[-1]
    if not hasattr(model, "inverse_transform") or not hasattr(model, "sample"):
        raise TypeError(
            f"the estimator is or ends in {type(model).__name__}: expected a fitted EmotionRegularizedVAE, or a "
            "Pipeline that ends in one; for a search, pass search.best_estimator_"
        )
    check_is_fitted(model)
    return model


def earlier_steps(estimator):
    """Return the (name, step) pairs of a pipeline before its model, in order; none for a model alone."""
    return _flat(estimator)[:-1]


def takes_scores(estimator):
    """Return whether an estimator encodes scores itself; others take tokens."""
    return _own_encoder(estimator) is not None


def encoder_of(estimator):
    """Return the encoder whose tokens the model knows: a pipeline's own, or, for a model alone, one of sixteenths.

    Parameters
    ----------
    estimator : EmotionRegularizedVAE, or a Pipeline that ends in one
        Fitted.

    Returns
    -------
    PitchEncoder
        If there are several, the last one, whose tokens reach the model.
    """
    from .preprocessing import PitchEncoder

    return _own_encoder(estimator) or PitchEncoder(n_steps=int(fitted_model(estimator).n_features_in_))


def steps_per_quarter(estimator):
    """Return the number of steps per quarter note of the estimator's encoder."""
    return int(encoder_of(estimator).resolution)


def model_and_tokens(estimator, X):
    """Return the fitted model of an estimator, and X as transformed by the steps before it, if any.

    Parameters
    ----------
    estimator : EmotionRegularizedVAE, or a Pipeline that ends in one
    X : input of the estimator's transform

    Returns
    -------
    model : EmotionRegularizedVAE
    tokens : ndarray of shape (n_samples, n_steps), or X

    Raises
    ------
    TypeError, sklearn.exceptions.NotFittedError
        As in :func:`fitted_model`.
    """
    model = fitted_model(estimator)
    while _is_pipeline(estimator):
        X = estimator[:-1].transform(X) if len(estimator) > 1 else X
        estimator = estimator[-1]
    return model, X


def _is_pipeline(estimator):
    from sklearn.pipeline import Pipeline

    return isinstance(estimator, Pipeline)


def _flat(estimator, name=None):
    """Return the (name, step) pairs of an estimator, with nested pipelines flattened; a model alone has no name."""
    if not _is_pipeline(estimator):
        return [(name, estimator)]
    return [pair for inner, step in estimator.steps for pair in _flat(step, inner)]


def _own_encoder(estimator):
    from .preprocessing import PitchEncoder

    encoders = [step for _, step in earlier_steps(estimator) if isinstance(step, PitchEncoder)]
    return encoders[-1] if encoders else None
