"""quadrant_accuracy and its label-fed variant: whether points lie in the quadrant of their emotion."""

import numpy as np
from sklearn.metrics import confusion_matrix
from sklearn.utils import Bunch

from .._pipelines import model_and_tokens
from ..emotion import EMOTIONS, quadrant_index
from ._inputs import emotion_index, share_by_quadrant


def quadrant_accuracy(Z, y):
    """Return the share of each emotion's points that lie in its quadrant.

    D_i = (points of emotion i in quadrant i) / (points of emotion i), the paper's Table 2. A point on an axis counts
    as positive.

    Parameters
    ----------
    Z : array-like of shape (n_samples, n_components)
        Latent points; column 0 is the valence, column 1 the arousal.
    y : array-like of shape (n_samples,)
        Emotions.

    Returns
    -------
    sklearn.utils.Bunch
        per_quadrant : dict
            The share for "Q1" to "Q4"; NaN for an emotion without points.
        mean : float
            Mean of the shares that are not NaN.
        confusion : ndarray of shape (4, 4), int
            Number of points of the emotion (row, Q1 to Q4) that lie in the quadrant (column).

    Raises
    ------
    ValueError
        If Z and y have different lengths, are empty, or contain NaN or unknown labels.

    See Also
    --------
    label_fed_quadrant_accuracy : The same with an encoder conditioned on the label.
    class_separation : How far apart the emotions lie.
    quadrant_accuracy_scorer : For cross-validation.

    Examples
    --------
    >>> from skemovae.metrics import quadrant_accuracy
    >>> result = quadrant_accuracy([[1, 1], [-1, 1], [-1, -1]], ["happy", "happy", "sad"])
    >>> result.per_quadrant
    {'Q1': 0.5, 'Q2': nan, 'Q3': 1.0, 'Q4': nan}
    >>> result.mean
    0.75
    >>> result.confusion
    array([[1, 1, 0, 0],
           [0, 0, 0, 0],
           [0, 0, 1, 0],
           [0, 0, 0, 0]])
    """
    found = quadrant_index(Z)
    expected = emotion_index(y, len(found), "points")
    per_quadrant = share_by_quadrant(found == expected, expected)
    return Bunch(
        per_quadrant=per_quadrant,
        mean=float(np.nanmean(list(per_quadrant.values()))),
        confusion=confusion_matrix(expected, found, labels=range(len(EMOTIONS))),
    )


def label_fed_quadrant_accuracy(estimator, X, y):
    """Return the quadrant accuracy with an encoder conditioned on the true label, as the paper measured it.

    An encoder that is conditioned on the emotion can put a point into its quadrant whatever the music is, even for
    unseen melodies. Use this figure only for comparison with the paper's Table 2. For a figure that depends on the
    music, use :func:`quadrant_accuracy` with ``estimator.transform(X)``, which never uses the label.

    Parameters
    ----------
    estimator : EmotionRegularizedVAE fitted with ``condition="both"``, or a fitted Pipeline that ends in one
    X : array-like of shape (n_samples, n_steps), or the input of the pipeline
    y : array-like of shape (n_samples,)
        Emotions.

    Returns
    -------
    sklearn.utils.Bunch
        The same as for :func:`quadrant_accuracy`.

    Raises
    ------
    ValueError
        If the encoder takes no label.
    TypeError
        If the estimator is neither such a model nor a pipeline that ends in one.

    See Also
    --------
    quadrant_accuracy : The same for points found without the label.

    Examples
    --------
    >>> import numpy as np
    >>> from skemovae import EmotionRegularizedVAE
    >>> from skemovae.metrics import label_fed_quadrant_accuracy
    >>> X = np.array([[72, 74, 76, 79], [72, 71, 70, 69], [60, 129, 58, 129], [60, 129, 64, 129]] * 8)
    >>> y = np.array(["happy", "angry", "sad", "relaxed"] * 8)
    >>> vae = EmotionRegularizedVAE(condition="both", max_iter=2, random_state=0).fit(X, y)
    >>> label_fed_quadrant_accuracy(vae, X, y).confusion.sum(axis=1)
    array([8, 8, 8, 8])
    """
    model, tokens = model_and_tokens(estimator, X)
    if model.condition_ != "both":
        raise ValueError(
            f"the model was fitted with condition={model.condition_!r}, so its encoder takes no label: expected "
            "condition='both'; for this model use quadrant_accuracy(estimator.transform(X), y)"
        )
    return quadrant_accuracy(model.transform(tokens, emotion=y), y)
