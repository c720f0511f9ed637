"""generate: new melodies of an emotion, as scores."""

import numpy as np

from .._validation import check_bool, check_point, check_positive_integer, make_generator
from ..emotion import as_emotion
from ..preprocessing import make_key_signature
from ._models import as_model, word_of
from ._phrases import phrases_of

TEMPERATURE = 0.95  # with this, the melodies of the included generator are hardest to tell from real ones


def generate(
    n=1,
    *,
    emotion=None,
    at=None,
    intensity=1.0,
    temperature=TEMPERATURE,
    closed=True,
    model=None,
    random_state=None,
    verbose=False,
):
    """Write new melodies.

    Parameters
    ----------
    n : int, default=1
        Number of melodies.
    emotion : label or array-like of shape (n,), default=None
        The emotion of all melodies, or of each, such as "sad"; None draws one at random for each melody.
    at : (valence, arousal), default=None
        Write melodies for this point of the plane instead, such as (0.5, -1.0).
    intensity : float, default=1.0
        Strength of the emotion: stronger above 1, weaker below 1.
    temperature : float, default=0.95
        Sampling temperature: the higher, the more varied the melodies; 0 takes the likeliest symbol of every step.
    closed : bool, default=True
        Whether melodies should end like the last phrase of a tune. If True, each is the best of eight, judged first by
        whether it ends on the tonic, then by whether the model finds the requested emotion in it, and then by whether
        it has the third of the emotion's mode (major for happy and relaxed). If False, melodies are returned as they
        are sampled.
    model : EmotionRegularizedVAE, Pipeline that ends in one, or str, default=None
        A fitted estimator, or the name of an included model; None takes the included "generator".
    random_state : int, numpy Generator, RandomState or None, default=None
        Seeds the melodies; an int gives the same melodies in every call.
    verbose : bool, default=False
        On a terminal, show a progress bar if it takes more than two seconds.

    Returns
    -------
    list of muspy.Music
        The melodies, in C major or C minor at 120 quarter notes per minute, with titles such as "sad 1".

    Raises
    ------
    ValueError
        If a parameter is not valid, or the model's training data had no melodies of the requested emotion.

    See Also
    --------
    skemovae.EmotionRegularizedVAE.sample : Samples melodies as tokens.
    skemovae.write_music : Writes a melody as MIDI or MusicXML.

    Examples
    --------
    >>> from skemovae import generate, write_music
    >>> melodies = generate(2, emotion="sad", random_state=0)
    >>> [melody.metadata.title for melody in melodies]
    ['sad 1', 'sad 2']
    >>> write_music(melodies[0], "sad.mid")  # doctest: +SKIP
    """
    check_positive_integer("n", n, 5)
    check_bool("closed", closed)
    check_bool("verbose", verbose)
    vae, encoder = as_model(model, "generator")
    generator = make_generator(random_state)
    labels = _wanted_labels(vae.layout_, n, emotion, at, generator)
    settings = {"at": at, "intensity": intensity, "temperature": temperature}
    rows = phrases_of(vae, labels, generator, closed, verbose, **settings)
    melodies = encoder.inverse_transform(rows)
    for number, (melody, label) in enumerate(zip(melodies, labels, strict=True), start=1):
        melody.metadata.title = f"{word_of(label, vae.layout_)} {number}"
        melody.tracks[0].name = "Melody"
        if not vae.layout_.own_classes:
            mode = "major" if as_emotion(label).valence > 0 else "minor"
            melody.key_signatures = [make_key_signature(0, mode)]
    return melodies


def _wanted_labels(layout, n, emotion, at, generator):
    """Return the label of each melody."""
    if emotion is not None:
        index = layout.trained_index_of(emotion, n)
    elif at is not None:
        index = layout.nearest_trained(np.tile(check_point("at", at), (n, 1)))
    else:
        index = generator.choice(layout.trained, size=n)
    return layout.labels[index]
