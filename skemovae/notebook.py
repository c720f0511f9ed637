"""Melodies to see and hear in a notebook."""

import base64
from html import escape

import muspy

from ._drawable import check_drawable
from .display import WHITE_KEYS, notes_and_bars, pitch_limits
from .emotion import as_emotion
from .metrics import as_melodies
from .score import to_svg
from .sound import to_wav

__all__ = ["Melodies"]

MAX_SHOWN = 12  # a page with many scores and sounds is slow to open
MAX_WAV_BYTES = 8_000_000  # four minutes
SAMPLE_RATE = 16_000  # a third of the bytes of a CD; up to B6 it holds the first four harmonics


class Melodies:
    """Melodies that a notebook displays, each as a score (or piano roll) with a player.

    Make it the last line of a cell. The output is self-contained: it includes the images and sounds, has no scripts,
    and shows titles and labels as plain text. Scores need Verovio (the extra ``[score]``); without it, or if a score
    cannot be written in notation, a piano roll is shown.

    Parameters
    ----------
    X : muspy.Music, list of muspy.Music, or array-like of shape (n_samples, n_steps), int
        Melodies, or their tokens in sixteenths. The first 12 are shown.
    emotions : array-like of shape (n_samples,), default=None
        A label for each melody, shown with it.

    Attributes
    ----------
    music : list of muspy.Music
    emotions : list of str
        "Q3 sadness" for a label that :mod:`skemovae.emotion` knows, otherwise the label itself; "" without labels.

    Raises
    ------
    ValueError
        If X holds neither scores nor tokens, or the numbers of melodies and labels differ.

    See Also
    --------
    to_svg : Draws a score in notation.
    to_wav : Renders a score as a WAV file.
    PianoRollDisplay : Draws a piano roll with Matplotlib.

    Examples
    --------
    >>> from skemovae import Melodies
    >>> melodies = Melodies([[64, 129, 129, 129, 65, 129, 67, 129]], ["sad"])
    >>> melodies
    Melodies(1 melody: Q3 sadness)
    >>> "<audio" in melodies._repr_html_()
    True
    """

    def __init__(self, X, emotions=None):
        self.music = as_melodies([X] if isinstance(X, muspy.Music) else X)
        self.emotions = [""] * len(self.music) if emotions is None else [_emotion_text(label) for label in emotions]
        if len(self.emotions) != len(self.music):
            raise ValueError(
                f"{len(self.music)} melodies and {len(self.emotions)} emotions: expected one for each, or emotions=None"
            )

    def __repr__(self):
        count = f"{len(self.music)} melod{'y' if len(self.music) == 1 else 'ies'}"
        known = ", ".join(dict.fromkeys(filter(None, self.emotions)))
        return f"Melodies({count}: {known})" if known else f"Melodies({count})"

    def _repr_html_(self):
        """Return the HTML that a notebook displays."""
        figures = [
            _figure(number, music, emotion)
            for number, (music, emotion) in enumerate(
                zip(self.music[:MAX_SHOWN], self.emotions[:MAX_SHOWN], strict=True), start=1
            )
        ]
        hidden = len(self.music) - len(figures)
        if hidden:
            figures.append(f"<p>... and {hidden} more</p>")
        return f'<div style="background:white;color:black;padding:0.5em">{"".join(figures)}</div>'


def _emotion_text(label):
    try:
        emotion = as_emotion(label)
    except ValueError:  # a label of a user's own classes
        return str(label)
    return f"{emotion.quadrant} {emotion.name}"


def _figure(number, music, emotion):
    """Return the HTML of one melody."""
    title = (music.metadata.title if music.metadata else None) or f"melody {number}"
    caption = escape(f"{title} ({emotion})" if emotion else title)
    try:
        check_drawable(music)
        # As an image, an SVG runs no scripts, fetches nothing, and its ids and styles cannot clash with others.
        picture = base64.b64encode(_picture(music).encode()).decode()
        content = f'<img style="max-width:100%" alt="{caption}" src="data:image/svg+xml;base64,{picture}"><br>'
        content += _player(music)
    except ValueError as error:  # too long, or invalid: the other melodies are still shown
        content = f"<p>{escape(str(error))}</p>"
    return (
        '<figure style="margin:0 0 1.5em">'
        f'<figcaption style="font-weight:bold">{caption}</figcaption>{content}</figure>'
    )


def _picture(music):
    """Return the SVG of a melody without its title, which is in the caption."""
    untitled = music.deepcopy()
    untitled.metadata = muspy.Metadata()
    try:
        return to_svg(untitled)
    except (ImportError, ValueError):  # Verovio is missing, or the score cannot be written in notation
        return piano_roll_svg(music)


def _player(music):
    wav = to_wav(music, sample_rate=SAMPLE_RATE)
    if len(wav) > MAX_WAV_BYTES:
        return "<p>too long for a notebook; write the sound to a file with to_wav(music, path)</p>"
    return f'<audio controls src="data:audio/wav;base64,{base64.b64encode(wav).decode()}"></audio>'


def piano_roll_svg(music):
    """Return the piano roll of a score as the text of an SVG, without Verovio or Matplotlib.

    Parameters
    ----------
    music : muspy.Music

    Returns
    -------
    str

    Examples
    --------
    >>> from skemovae import PitchEncoder
    >>> from skemovae.notebook import piano_roll_svg
    >>> piano_roll_svg(PitchEncoder(n_steps=8).inverse_transform([[64, 129, 129, 129, 65, 129, 67, 129]])[0])[:4]
    '<svg'
    """
    notes, bars = notes_and_bars(music)
    low, high = pitch_limits(notes[:, 2])
    row, margin = 8, 30  # pixels
    width, height = 640, row * (high - low + 1)
    scale = width / bars[-1]
    parts = [
        f'<rect x="{margin}" y="{row * (high - pitch)}" width="{width}" height="{row}" fill="#f2f2f2"/>'
        for pitch in range(low, high + 1)
        if pitch % 12 not in WHITE_KEYS
    ]
    parts += [f'<path d="M{margin + scale * bar:.1f} 0v{height}" stroke="#bbbbbb"/>' for bar in bars]
    parts += [
        f'<text x="{margin - 4}" y="{row * (high - pitch) + row}" text-anchor="end">C{pitch // 12 - 1}</text>'
        for pitch in range(low, high + 1)
        if pitch % 12 == 0
    ]
    parts += [
        f'<rect x="{margin + scale * onset + 0.5:.1f}" y="{row * (high - pitch) + 0.5:.1f}" '
        f'width="{max(scale * length - 1, 1):.1f}" height="{row - 1}" fill="#0072B2"/>'
        for onset, length, pitch in notes
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width + margin + 1}" height="{height}" '
        f'viewBox="0 0 {width + margin + 1} {height}" font-family="sans-serif" font-size="10">{"".join(parts)}</svg>'
    )
