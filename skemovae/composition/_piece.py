"""compose_piece: a piece of many phrases with a changing emotion."""

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
    """Compose a piece of any number of four-bar phrases, whose emotion changes and whose themes return.

    Parameters
    ----------
    curve : label, (valence, arousal), or dict of float to label or (valence, arousal)
        The emotion over time: a single emotion throughout, such as "sad", or a dict that maps bars, counted from 0, to
        the emotions that are reached there: ``{0: "sad", 32: "happy"}``. Between these bars, the emotion moves along a
        straight line on the plane; before the first and after the last, it does not change.
    form : str, default="AABA"
        A capital letter for each phrase; the same letter means the same theme. A prime, as in "AA'BA", marks a
        variation, which begins like the theme and continues differently.
    n_phrases : int, default=None
        The number of phrases to which the form is repeated or cut; None leaves it as it is.
    temperature : float, default=0.95
        Sampling temperature: the higher, the more varied the themes; 0 takes the likeliest symbol of every step.
    model : EmotionRegularizedVAE, Pipeline that ends in one, or str, default=None
        The model that writes new themes: an estimator fitted on four-bar melodies with the four emotions, or the name
        of an included model; None takes the included "generator". The model that changes the emotion of returning
        themes is always the included "editor".
    random_state : int, numpy Generator, RandomState or None, default=None
        Seeds the piece; an int gives the same piece in every call.

    Returns
    -------
    sklearn.utils.Bunch
        music : muspy.Music
            The piece, at 120 quarter notes per minute, with a title such as "sad to happy, AABA". It is in C major
            where the valence of the curve is positive, and elsewhere in C minor.
        form : list of str
            The theme of each phrase.
        bars : int ndarray of shape (n_phrases,)
            The bar at which each phrase begins, counted from 0.
        asked : ndarray of shape (n_phrases, 2)
            Valence and arousal of the curve in the middle of each phrase, on the plane of the model.
        read : ndarray of shape (n_phrases, 2)
            Valence and arousal that the model finds in each phrase.
        tokens : int ndarray of shape (n_phrases, n_steps)
            The phrases as rows of tokens.

    Raises
    ------
    ValueError
        If a parameter is not valid, or the model was not fitted on four-bar melodies with the four emotions.

    See Also
    --------
    generate : Writes single melodies.
    skemovae.metrics.curve_correlation : How well a piece follows its curve.

    Notes
    -----
    Each new phrase is the best of 16: its emotion, as the model finds it, should be near the curve, and its intervals
    to the phrase before (and to the phrase after, if that is known) should be typical of folk tunes. Intervals larger
    than a fifth are avoided unless all candidates have them. The last phrase is chosen to end on the tonic.

    To return with another emotion, a theme is encoded by the editor, moved by as much as the curve has moved since the
    theme first sounded, and decoded. A fast theme that becomes slow is reduced to its first two bars at half speed. A
    slow theme that becomes fast fills two bars, and the model continues it for two more. The model also continues the
    first half of a variation, and rewrites the last bar if a moved theme at the end of the piece would not end on the
    tonic.

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
            f"a model with the classes {model.classes_.tolist()}: expected a model of the four emotions, fitted "
            "without class_positions"
        )
    shape, expected = ((e.n_steps, e.resolution) for e in (encoder, editor_encoder))
    if shape != expected:
        raise ValueError(
            f"a model of melodies of {shape[0]} steps, {shape[1]} per quarter note: expected {expected[0]} steps, "
            f"{expected[1]} per quarter note, as from PitchEncoder()"
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
