"""Scorers for cross-validation: ``scorer(estimator, X, y)``, higher is better.

All are module-level functions, so they can be pickled and work with ``n_jobs``. Scorers that sample always use the same
seed.
"""

from functools import partial

import numpy as np
from sklearn.utils.validation import check_is_fitted, column_or_1d

from .._pipelines import model_and_tokens
from ..emotion import EMOTIONS, label_spellings, quadrant_of
from ..plane import is_continuous
from ._control import emotion_control
from ._distance import muspy_distance
from ._judge import EmotionJudge
from ._quadrant import quadrant_accuracy
from ._reconstruction import reconstruction_quality
from ._separation import class_separation
from ._two_sample import two_sample_auc

SAMPLES_PER_EMOTION = 100  # the standard error of a share is then at most 0.025 over four emotions
N_SAMPLES = 400  # as many as for four emotions
SEED = 0


def quadrant_accuracy_scorer(estimator, X, y):
    """Return the mean quadrant accuracy of held-out melodies; the encoder is never given their labels.

    Parameters
    ----------
    estimator : EmotionRegularizedVAE, or a Pipeline that ends in one
    X : array-like of shape (n_samples, n_steps), or the input of the pipeline
    y : array-like of shape (n_samples,) or (n_samples, 2)
        Emotions; or points (valence, arousal), which count as the emotion of their quadrant.

    Returns
    -------
    float
        0 to 1: ``quadrant_accuracy(estimator.transform(X), y).mean``.

    See Also
    --------
    quadrant_accuracy

    Examples
    --------
    >>> from skemovae import EmotionRegularizedVAE
    >>> from skemovae.metrics import quadrant_accuracy, quadrant_accuracy_scorer
    >>> X = [[72, 74, 76, 79], [63, 65, 67, 68], [60, 129, 58, 129], [72, 129, 76, 129]] * 4
    >>> y = ["happy", "angry", "sad", "relaxed"] * 4
    >>> vae = EmotionRegularizedVAE(max_iter=1, random_state=0).fit(X, y)
    >>> quadrant_accuracy_scorer(vae, X, y) == quadrant_accuracy(vae.transform(X), y).mean
    True
    """
    model, tokens = model_and_tokens(estimator, X)
    return quadrant_accuracy(model.transform(tokens), _emotions(model, y)).mean


def class_separation_scorer(estimator, X, y):
    """Return how far apart the emotions of held-out melodies lie, on the axis on which they are closest.

    :func:`quadrant_accuracy_scorer` considers only signs; this scorer also detects a collapsed axis.

    Parameters
    ----------
    estimator : EmotionRegularizedVAE, or a Pipeline that ends in one
    X : array-like of shape (n_samples, n_steps), or the input of the pipeline
    y : array-like of shape (n_samples,) or (n_samples, 2)
        Emotions; or points (valence, arousal), which count as the emotion of their quadrant.

    Returns
    -------
    float
        0 or more, in posterior standard deviations: the `smallest` of :func:`class_separation`.

    See Also
    --------
    class_separation

    Examples
    --------
    >>> from skemovae import EmotionRegularizedVAE
    >>> from skemovae.metrics import class_separation, class_separation_scorer
    >>> X = [[72, 74, 76, 79], [63, 65, 67, 68], [60, 129, 58, 129], [72, 129, 76, 129]] * 4
    >>> y = ["happy", "angry", "sad", "relaxed"] * 4
    >>> vae = EmotionRegularizedVAE(max_iter=1, random_state=0).fit(X, y)
    >>> class_separation_scorer(vae, X, y) == class_separation(*vae.transform(X, return_std=True), y).smallest
    True
    """
    model, tokens = model_and_tokens(estimator, X)
    Z, Z_std = model.transform(tokens, return_std=True)
    return class_separation(Z, Z_std, _emotions(model, y)).smallest


def reconstruction_scorer(estimator, X, y=None):
    """Return the onset accuracy of held-out melodies that are encoded and decoded without their labels.

    Parameters
    ----------
    estimator : EmotionRegularizedVAE, or a Pipeline that ends in one
    X : array-like of shape (n_samples, n_steps), or the input of the pipeline
    y : ignored

    Returns
    -------
    float
        0 to 1: the `onset_accuracy` of :func:`reconstruction_quality`.

    See Also
    --------
    reconstruction_quality

    Examples
    --------
    >>> from skemovae import EmotionRegularizedVAE
    >>> from skemovae.metrics import reconstruction_quality, reconstruction_scorer
    >>> X = [[72, 74, 76, 79], [63, 65, 67, 68], [60, 129, 58, 129], [72, 129, 76, 129]] * 4
    >>> y = ["happy", "angry", "sad", "relaxed"] * 4
    >>> vae = EmotionRegularizedVAE(max_iter=1, random_state=0).fit(X, y)
    >>> quality = reconstruction_quality(X, vae.inverse_transform(vae.transform(X)))
    >>> reconstruction_scorer(vae, X, y) == quality.onset_accuracy
    True
    """
    model, tokens = model_and_tokens(estimator, X)
    return reconstruction_quality(tokens, model.inverse_transform(model.transform(tokens))).onset_accuracy


def neg_muspy_distance_scorer(estimator, X, y):
    """Return the negated distance of new melodies from held-out ones, in MusPy's metrics.

    For each emotion that occurs in y and that the model has learned, 100 melodies are sampled, at temperature 0 and
    always with the same seed.

    Parameters
    ----------
    estimator : EmotionRegularizedVAE, or a Pipeline that ends in one
    X : array-like of shape (n_samples, n_steps), or the input of the pipeline
        The reference; scores first pass through the earlier steps of the pipeline, like the training melodies.
    y : array-like of shape (n_samples,) or (n_samples, 2)
        Emotions; or points (valence, arousal), which count as the emotion of their quadrant.

    Returns
    -------
    float
        At most 0: the negated `mean` of :func:`muspy_distance`. NaN if all melodies of an emotion are silent; a search
        then ranks the candidate last.

    See Also
    --------
    muspy_distance

    Examples
    --------
    >>> import numpy as np
    >>> from skemovae import EmotionRegularizedVAE
    >>> from skemovae.metrics import muspy_distance, neg_muspy_distance_scorer
    >>> X = [[72, 74, 76, 79], [63, 65, 67, 68], [60, 129, 58, 129], [72, 129, 76, 129]] * 4
    >>> y = ["happy", "angry", "sad", "relaxed"] * 4
    >>> vae = EmotionRegularizedVAE(max_iter=1, random_state=0).fit(X, y)
    >>> new, emotions = vae.sample(400, emotion=np.repeat(y[:4], 100), random_state=0)
    >>> neg_muspy_distance_scorer(vae, X, y) == -muspy_distance(new, emotions, X, y).mean
    True
    """
    model, tokens = model_and_tokens(estimator, X)
    y = _emotions(model, y)
    melodies, wanted = _sample(model, y)
    return -muspy_distance(melodies, wanted, tokens, y).mean


def neg_two_sample_auc_scorer(estimator, X, y):
    """Return the negated AUC with which a classifier tells new melodies from held-out ones.

    For each held-out melody, the same number of melodies of its emotion is sampled, about 400 in all and always with
    the same seed. Emotions that the model has not learned are left out.

    Parameters
    ----------
    estimator : EmotionRegularizedVAE, or a Pipeline that ends in one
    X : array-like of shape (n_samples, n_steps), or the input of the pipeline
        The reference, at least 20 melodies; scores first pass through the earlier steps of the pipeline, like the
        training melodies.
    y : array-like of shape (n_samples,) or (n_samples, 2)
        Emotions; or points (valence, arousal), which count as the emotion of their quadrant.

    Returns
    -------
    float
        -1 (always told apart) to about -0.5 (chance): the negated :func:`two_sample_auc`.

    See Also
    --------
    two_sample_auc

    Examples
    --------
    >>> from skemovae import EmotionRegularizedVAE
    >>> from skemovae.metrics import neg_two_sample_auc_scorer, two_sample_auc
    >>> X = [[72, 74, 76, 79], [63, 65, 67, 68], [60, 129, 58, 129], [72, 129, 76, 129]] * 5
    >>> y = ["happy", "angry", "sad", "relaxed"] * 5
    >>> vae = EmotionRegularizedVAE(max_iter=1, random_state=0).fit(X, y)
    >>> new, _ = vae.sample(400, emotion=y * 20, random_state=0)
    >>> neg_two_sample_auc_scorer(vae, X, y) == -two_sample_auc(new, X)
    True
    """
    model, tokens = model_and_tokens(estimator, X)
    y = _emotions(model, y)
    index = label_spellings(y)[1]
    rows = np.flatnonzero(np.isin(index, _learned(model, y)))
    wanted = np.tile(np.array([emotion.name for emotion in EMOTIONS])[index[rows]], -(-N_SAMPLES // len(rows)))
    new = model.sample(len(wanted), emotion=wanted, random_state=SEED)[0]
    return -two_sample_auc(new, np.asarray(tokens)[rows])


def emotion_control_scorer(estimator, X, y, *, judge=None):
    """Return the share of new melodies in which a judge recognizes the requested emotion.

    For each emotion that occurs in y and that the model has learned, 100 melodies are sampled, at temperature 0 and
    always with the same seed.

    The judge is fitted on the held-out melodies, which the model has not seen. It is therefore independent of the model
    and does not reward copies of training melodies; within a fold, it is the same for all candidates of a search.
    Trained on a fifth of the published melodies, its accuracy on the others is 0.89, the same as after training on four
    fifths. It needs two tunes of each emotion; if folds are too small for this, fit a judge yourself and pass it to
    :func:`make_emotion_control_scorer`.

    Parameters
    ----------
    estimator : EmotionRegularizedVAE, or a Pipeline that ends in one
    X : array-like of shape (n_samples, n_steps), or the input of the pipeline
        Scores pass through the earlier steps of the pipeline before they are judged.
    y : array-like of shape (n_samples,) or (n_samples, 2)
        Emotions; or points (valence, arousal), which count as the emotion of their quadrant.
    judge : EmotionJudge, default=None
        A fitted judge; None fits one on the held-out melodies.

    Returns
    -------
    float
        0 to 1: the `accuracy` of :func:`emotion_control`.

    See Also
    --------
    emotion_control, make_emotion_control_scorer

    Examples
    --------
    >>> import numpy as np
    >>> from skemovae import EmotionRegularizedVAE
    >>> from skemovae.metrics import EmotionJudge, emotion_control, emotion_control_scorer
    >>> X = [[72, 74, 76, 79], [72, 76, 74, 79], [63, 65, 67, 68], [63, 67, 65, 68]]
    >>> X = [*X, [60, 129, 58, 129], [60, 129, 63, 129], [72, 129, 76, 129], [76, 129, 72, 129]] * 4
    >>> y = ["happy", "happy", "angry", "angry", "sad", "sad", "relaxed", "relaxed"] * 4
    >>> vae = EmotionRegularizedVAE(max_iter=1, random_state=0).fit(X, y)
    >>> new, emotions = vae.sample(400, emotion=np.repeat(y[::2][:4], 100), random_state=0)
    >>> emotion_control_scorer(vae, X, y) == emotion_control(EmotionJudge().fit(X, y), new, emotions).accuracy
    True
    """
    model, tokens = model_and_tokens(estimator, X)
    y = _emotions(model, y)
    judge = EmotionJudge().fit(tokens, y) if judge is None else judge
    return emotion_control(judge, *_sample(model, y)).accuracy


def make_emotion_control_scorer(judge):
    """Return :func:`emotion_control_scorer` with a judge of your own, the same in every fold.

    Fit the judge on melodies that were preprocessed in the same way as the model's tokens. It may be fitted on the
    melodies of all folds, because it judges new ones. But then it is not independent of the model's training data:
    copies of training melodies are judged by the labels with which it learned them.

    Parameters
    ----------
    judge : EmotionJudge
        Fitted.

    Returns
    -------
    callable
        ``scorer(estimator, X, y)``.

    Raises
    ------
    sklearn.exceptions.NotFittedError
        If the judge is not fitted.

    See Also
    --------
    emotion_control_scorer : The same with a judge fitted in each fold.
    EmotionJudge : The classifier that recognizes emotions.

    Examples
    --------
    >>> from skemovae import load_bach_chorales
    >>> from skemovae.metrics import EmotionJudge, make_emotion_control_scorer
    >>> scorer = make_emotion_control_scorer(EmotionJudge().fit(*load_bach_chorales(return_X_y=True)))
    >>> scorer.keywords
    {'judge': EmotionJudge()}
    """
    check_is_fitted(judge)
    return partial(emotion_control_scorer, judge=judge)


def _emotions(model, y):
    """Return the labels; for points (valence, arousal), those of their quadrants."""
    if model.layout_.own_classes:
        raise ValueError(
            "this scorer is for the four emotions, and the model has class_positions: expected class_positions=None; "
            "search with scoring=None, which is the model's own score"
        )
    return quadrant_of(y) if is_continuous(y) else column_or_1d(y)


def _sample(model, y):
    """Return (tokens, emotions) of new melodies of every emotion that is in y and that the model has learned."""
    emotions = [EMOTIONS[i].name for i in _learned(model, y)]
    wanted = np.repeat(emotions, SAMPLES_PER_EMOTION)
    return model.sample(len(wanted), emotion=wanted, random_state=SEED)[0], wanted


def _learned(model, y):
    """Return which of the emotions in y the model has learned, as indices into EMOTIONS."""
    learned = np.intersect1d(label_spellings(y)[1], np.flatnonzero(model.class_count_))
    if not learned.size:
        raise ValueError(
            f"the model was trained on none of the emotions {sorted(set(map(str, y)))}: expected folds that "
            "share some, e.g. StratifiedGroupKFold"
        )
    return learned
