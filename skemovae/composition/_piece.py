"""compose_piece: a piece of many phrases whose emotion moves."""

import numpy as np
from sklearn.utils import Bunch

from .._validation import check_number, make_generator
from ..preprocessing import PitchEncoder, make_key_signature
from ._curve import read_curve, words_of
from ._form import read_form
from ._generate import TEMPERATURE
from ._models import as_model
from ._themes import PhraseWriter

BAR = 4  # quarter notes


def compose_piece(curve, form="AABA", n_phrases=None, *, temperature=TEMPERATURE, model=None, random_state=None):
    """Compose a piece of any number of four-bar phrases, whose emotion moves and whose themes return.

    Parameters
    ----------
    curve : label, (valence, arousal), or dict of float to label or (valence, arousal)
        The emotion over time: one throughout, such as "sad", or a dict by the bar, counted from 0, at which each is
        reached: ``{0: "sad", 32: "happy"}``. Between two bars it moves on a straight line through the plane; before
        the first and after the last it stays.
    form : str, default="AABA"
        A capital letter for each phrase. Equal letters are the same theme. A prime, as in "AA'BA", varies it: it begins
        as the theme does and goes on in another way.
    n_phrases : int, default=None
        The form is repeated, or cut, to so many phrases; None takes it as it is.
    temperature : float, default=0.95
        How freely notes are drawn; 0 takes the likeliest.
    model : EmotionRegularizedVAE, Pipeline that ends in one, or str, default=None
        What makes new themes: a model of the four emotions, of melodies of four bars, or the name of one that comes
        with the package; None is the shipped "generator". A theme that returns with another emotion is always moved by
        the shipped "editor".
    random_state : int, numpy Generator, RandomState or None, default=None
        The same seed gives the same piece.

    Returns
    -------
    sklearn.utils.Bunch
        music : muspy.Music
            The piece, at 120 quarter notes per minute, with a title such as "sad to happy, AABA". It is in C; the key
            signature is major or minor as the valence of the curve is.
        form : list of str
            The theme of each phrase.
        bars : int ndarray of shape (n_phrases,)
            Where each begins, in bars from 0.
        asked : ndarray of shape (n_phrases, 2)
            Valence and arousal of the curve in the middle of each phrase, on the plane of the model.
        read : ndarray of shape (n_phrases, 2)
            Where the model itself places each phrase.
        tokens : int ndarray of shape (n_phrases, n_steps)
            The phrases as rows of tokens.

    Raises
    ------
    ValueError
        If a parameter is not valid, or the model is not of four-bar melodies with the four emotions.

    See Also
    --------
    generate : Single melodies.
    skemovae.metrics.curve_correlation : How well a piece follows its curve.

    Notes
    -----
    Every phrase is the best of 16: the nearest to the curve by the model's own reading of it, at an interval from the
    phrase before, and to a phrase after it that is known, as it occurs in folk tunes; larger than a fifth only where
    all are. What ends the piece is chosen to end on the tonic.

    A theme that returns is encoded by the editor, moved by as much as the curve has moved since it first sounded, and
    decoded. Where a fast theme becomes slow, it is its first two bars at half speed. Where a slow theme becomes fast,
    two bars hold all of it, and the other two are new: the model goes on from the first two. So it does for the second
    half of a variation, and for the last bar where a theme at the end of the piece, moved, would not end on the tonic.

    Examples
    --------
    >>> from skemovae import compose_piece, write_music
    >>> piece = compose_piece({0: "sad", 16: "happy"}, "AABA", random_state=0)
    >>> piece.music.metadata.title
    'sad to happy, AABA'
    >>> piece.bars
    array([ 0,  4,  8, 12])
    >>> piece.asked.shape
    (4, 2)
    >>> write_music(piece.music, "piece.mid")  # doctest: +SKIP
    """
    vae, encoder = as_model(model, "generator")
    editor, editor_encoder = as_model(None, "editor")
    _check_model(vae, encoder, editor, editor_encoder)
    check_number("temperature", temperature, TEMPERATURE, zero=True)
    names = read_form(form, n_phrases)
    n_bars = vae.n_features_in_ // (BAR * encoder.resolution)
    bars = n_bars * np.arange(len(names))
    points, editor_points = (read_curve(curve, of).at(bars + n_bars / 2) for of in (vae, editor))
    writer = PhraseWriter(vae, editor, names, points, editor_points, temperature, make_generator(random_state))
    tokens = writer.write()
    music = _as_music(tokens, points[:, 0] >= 0)
    music.metadata.title = f"{words_of(curve)}, {''.join(names)}"
    return Bunch(music=music, form=names, bars=bars, asked=points, read=vae.transform(tokens)[:, :2], tokens=tokens)


def _check_model(model, encoder, editor, editor_encoder):
    """Raise ValueError unless the editor can move what the model makes."""
    if model.layout_.own_classes:
        raise ValueError(
            f"model with the classes {model.classes_.tolist()}: expected one of the four emotions, fitted without "
            "class_positions"
        )
    shape, expected = ((e.n_steps, e.resolution) for e in (encoder, editor_encoder))
    if shape != expected:
        raise ValueError(
            f"model of melodies of {shape[0]} steps, {shape[1]} to a quarter note: expected {expected[0]} steps, "
            f"{expected[1]} to a quarter note, as of PitchEncoder()"
        )


def _as_music(tokens, is_major):
    """Return phrases as one score, with a key signature wherever the mode changes."""
    n_steps = tokens.shape[1]
    (music,) = PitchEncoder(n_steps=tokens.size).inverse_transform(tokens.reshape(1, -1))
    for i, major in enumerate(is_major):
        if i == 0 or major != is_major[i - 1]:
            key = make_key_signature(0, "major" if major else "minor")
            key.time = i * n_steps
            music.key_signatures.append(key)
    music.tracks[0].name = "Melody"
    return music
