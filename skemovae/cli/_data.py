"""The data sets, in the form that an estimator takes."""

from pathlib import Path

from .._pipelines import fitted_model, takes_scores
from ..emotion import EMOTIONS
from ._estimators import uncollected
from ._terminal import say
from ._values import did_you_mean


def check_data(options):
    """Raise NotADirectoryError if a data set is neither a known one nor a folder, before any work is done."""
    known = ("bach", "musgenvae")
    if options.data not in known and not Path(options.data).expanduser().is_dir():
        expected = "bach, musgenvae, or a folder with subfolders named by emotion, e.g. 'sad'"
        raise NotADirectoryError(f"{options.data} is not a folder: {did_you_mean(options.data, known, expected)}")


def load_data(options, estimator=None):
    """Return the data set that was asked for and its labels.

    Parameters
    ----------
    options : argparse.Namespace
        With `data` and `keep_key`.
    estimator : EmotionRegularizedVAE or Pipeline, default=None
        If it encodes scores itself, it gets them as they are; otherwise they are encoded as tokens.

    Returns
    -------
    X : list of muspy.Music, or ndarray of shape (n_samples, 64)
    y : ndarray of shape (n_samples,), str
    """
    check_data(options)
    with uncollected():
        from sklearn.pipeline import make_pipeline

        from ..datasets import fetch_musgenvae, load_bach_chorales, load_music_folder
        from ..preprocessing import Excerpt, KeyNormalizer, PitchEncoder, SopranoExtractor, TempoNormalizer

    prepare = estimator is None or not takes_scores(estimator)
    if options.data == "bach":
        X, y = load_bach_chorales(return_X_y=True, verbose=True)
        steps = []
    elif options.data == "musgenvae":
        X, y = fetch_musgenvae(return_X_y=True, verbose=True)
        steps = [Excerpt(mismatch="keep")]
    else:
        steps, preparation = [], None
        if prepare:
            say("reading the first four bars of the highest part of each score, one note at a time, in sixteenths")
            keys = [] if options.keep_key else [KeyNormalizer()]
            preparation = make_pipeline(
                *keys, TempoNormalizer(keep_speed=True), Excerpt(mismatch="keep"), SopranoExtractor()
            )
        folder = Path(options.data).expanduser()
        X, y = load_music_folder(folder, return_X_y=True, transform=preparation, verbose=True)
    if prepare:
        steps.append(PitchEncoder(polyphony="skyline", off_grid="round", out_of_window="clip"))
        for step in steps:
            X = step.fit_transform(X)
    counts = ", ".join(f"{(y == e.name).sum()} {e.name}" for e in EMOTIONS)
    say(f"data: {len(X)} melodies ({counts})")
    return X, y


def misfit(estimator, X):
    """Return why an estimator cannot place a data set on its plane, or None."""
    n_steps = fitted_model(estimator).n_features_in_
    if not takes_scores(estimator) and X.shape[1] != n_steps:
        return f"the model's melodies have {n_steps} steps, but those of the data have {X.shape[1]}"
    return None
