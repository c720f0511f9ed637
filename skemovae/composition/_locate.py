"""locate: where a tune lies on the plane."""

import numpy as np
from sklearn.utils import Bunch

from ._edit import encode_windows
from ._models import as_model
from ._readings import emotions_by_rule, key_name, places_of, spread
from ._windows import read_tune


def locate(music, *, model=None):
    """Find where a tune lies on the plane and which emotion it has, window by window.

    Parameters
    ----------
    music : muspy.Music, or str or path-like
        A score of any length, key and range, or the path of a MIDI or MusicXML file. The melody is the voice with the
        highest mean pitch.
    model : EmotionRegularizedVAE, Pipeline that ends in one, or str, default=None
        A fitted estimator, or the name of an included model; None takes the included "editor".

    Returns
    -------
    sklearn.utils.Bunch
        For each of the n windows, usually four bars of 4/4, in order:

        bar, start, stop : ndarray of shape (n,)
            Number of its first bar (an upbeat is bar 0), and its beginning and end in quarter notes.
        represented : ndarray of shape (n,), bool
            Whether the model can represent the window.
        reason : list of str
            Why the model cannot represent the window; "" if it can.
        points : ndarray of shape (n, n_components)
            The latent point: column 0 is the valence, column 1 the arousal. NaN if the window is not represented.
        emotion : ndarray of shape (n,)
            The emotion that the model finds; None if the window is not represented.
        rule : ndarray of shape (n,)
            The emotion according to the labeling rule, from the mode of the key and from whether the median note is
            shorter than a half note; None if the window is not represented.

        And for the whole tune:

        mean_point : ndarray of shape (n_components,)
            The mean of the points, weighted by the length of the windows; NaN if no window is represented.
        overall_emotion : label
            The emotion in whose region the mean point lies; None if no window is represented.
        key : str
            The key in which the tune begins, such as "G major".

    Raises
    ------
    ValueError
        If the score has no melody.
    TypeError, ScoreReadError, OSError
        If `music` is neither a score nor the path of a file that can be read.

    See Also
    --------
    reemote : Moves a tune to another emotion.

    Examples
    --------
    >>> from skemovae import generate, locate
    >>> (melody,) = generate(1, emotion="sad", random_state=0)
    >>> place = locate(melody)
    >>> place.overall_emotion, place.key
    ('sadness', 'C minor')
    >>> place.mean_point[:2].round()
    array([-1., -1.])
    """
    vae, encoder = as_model(model, "editor")
    tune = read_tune("music", music, vae, encoder)
    windows = tune.windows()
    held, rows, points = encode_windows(vae, windows)
    modes = [windows[i].section.mode for i in held]
    mean, overall = np.full(points.shape[1], np.nan), None
    if len(held):
        mean = np.average(points, axis=0, weights=[windows[i].stop - windows[i].start for i in held])
        overall = vae.classes_.tolist()[vae.layout_.class_of(mean[None])[0]]
    read = vae.classes_[vae.layout_.class_of(points)] if len(held) else []
    return Bunch(
        **places_of(tune, windows),
        points=spread(points, windows, held, np.nan),
        emotion=spread(read, windows, held, None),
        rule=spread(emotions_by_rule(rows, modes, tune.resolution), windows, held, None),
        mean_point=mean,
        overall_emotion=overall,
        key=key_name(windows[0].section.root, windows[0].section.mode),
    )
