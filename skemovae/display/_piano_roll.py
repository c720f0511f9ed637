"""PianoRollDisplay: the notes of one melody."""

import numpy as np

from .._drawable import check_drawable
from .._scores import bars_of
from ..emotion import as_emotion
from ..preprocessing import PitchEncoder
from ._style import EMOTION_STYLES, one_panel

WHITE_KEYS = {0: "C", 2: "D", 4: "E", 5: "F", 7: "G", 9: "A", 11: "B"}
MOST_BAR_NUMBERS = 16
LEAST_ROWS = 15  # so that melodies of a few pitches are not drawn larger than others
MOST_NAMED_ROWS = 26  # with more rows, only the Cs are named


class PianoRollDisplay:
    """The notes of one melody: time to the right, pitch upward, the rows of black keys shaded.

    Use :meth:`from_music` or :meth:`from_tokens` to create a display.

    Parameters
    ----------
    notes : ndarray of shape (n_notes, 3)
        Onset and length in quarter notes, and MIDI pitch, of each note.
    bars : ndarray of shape (n_bars + 1,)
        The times, in quarter notes, at which the bars begin and the last one ends.
    emotion : label, default=None
        The emotion, in any spelling of :mod:`skemovae.emotion`; it determines the title and the color.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure

    See Also
    --------
    to_svg : Draws a score in notation.
    Melodies : Shows and plays melodies in a notebook.

    Examples
    --------
    >>> from skemovae import PianoRollDisplay
    >>> display = PianoRollDisplay.from_tokens([64, 129, 129, 129, 65, 129, 67, 129], emotion="happy")
    >>> display.notes.tolist()
    [[0.0, 1.0, 64.0], [1.0, 0.5, 65.0], [1.5, 0.5, 67.0]]
    >>> display.ax_.get_title(loc="left")
    'Q1 happiness'
    """

    def __init__(self, *, notes, bars, emotion=None):
        self.notes = notes
        self.bars = bars
        self.emotion = emotion

    @classmethod
    def from_music(cls, music, *, emotion=None, ax=None):
        """Draw a score; drums are left out.

        Parameters
        ----------
        music : muspy.Music
            The score; without a time signature, its meter is assumed to be 4/4.
        emotion : label, default=None
            Its emotion, in any spelling of :mod:`skemovae.emotion`.
        ax : matplotlib Axes, default=None
            The axes to plot on; None creates a figure.

        Returns
        -------
        PianoRollDisplay

        Raises
        ------
        TypeError
            If `music` is not a score.
        ValueError
            If the emotion is unknown, or the score is longer than 4,000 quarter notes or 20,000 notes.
        """
        notes, bars = notes_and_bars(music)
        return cls(notes=notes, bars=bars, emotion=emotion).plot(ax=ax)

    @classmethod
    def from_tokens(cls, tokens, *, resolution=4, emotion=None, ax=None):
        """Draw one row of tokens.

        Parameters
        ----------
        tokens : array-like of shape (n_steps,) or (1, n_steps), int
            Tokens of :class:`skemovae.PitchEncoder`.
        resolution : int, default=4
            Number of steps per quarter note.
        emotion : label, default=None
            Its emotion, in any spelling of :mod:`skemovae.emotion`.
        ax : matplotlib Axes, default=None
            The axes to plot on; None creates a figure.

        Returns
        -------
        PianoRollDisplay

        Raises
        ------
        ValueError
            If there are several rows, or anything other than tokens 0-129, or the emotion is unknown.
        """
        row = np.atleast_2d(tokens)
        if row.shape[0] != 1 or row.ndim != 2 or not row.size:
            raise ValueError(
                f"tokens of shape {np.shape(tokens)}: expected one row of shape (n_steps,); draw several one by one, "
                "each with an ax of its own"
            )
        (music,) = PitchEncoder(n_steps=row.shape[1], resolution=resolution).inverse_transform(row)
        return cls.from_music(music, emotion=emotion, ax=ax)

    def plot(self, ax=None):
        """Draw the notes.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            The axes to plot on; None creates a figure.

        Returns
        -------
        PianoRollDisplay
        """
        color, title = "#0072B2", ""
        if self.emotion is not None:
            emotion = as_emotion(self.emotion)
            color, title = EMOTION_STYLES[emotion.number - 1][0], f"{emotion.quadrant} {emotion.name}"
        ax = one_panel(ax, (8, 2.8))
        onsets, lengths, pitches = self.notes.T
        low, high = pitch_limits(pitches)
        for pitch in range(low, high + 1):
            if pitch % 12 not in WHITE_KEYS:
                ax.axhspan(pitch - 0.5, pitch + 0.5, color="0.95", linewidth=0, zorder=0)
        ax.vlines(self.bars, low - 0.5, high + 0.5, color="0.75", linewidth=0.8, zorder=1)
        ax.barh(pitches, lengths, left=onsets, height=0.8, color=color, edgecolor="white", linewidth=1, zorder=2)
        ax.set(xlim=(self.bars[0], self.bars[-1]), ylim=(low - 0.5, high + 0.5), xlabel="bar", ylabel="pitch")
        ax.set_title(title, loc="left", fontsize="medium")
        every = -(-(len(self.bars) - 1) // MOST_BAR_NUMBERS)
        ax.set_xticks(self.bars[:-1:every], [str(i + 1) for i in range(0, len(self.bars) - 1, every)])
        white_keys = [pitch for pitch in range(low, high + 1) if pitch % 12 in WHITE_KEYS]
        named = [pitch for pitch in white_keys if high - low < MOST_NAMED_ROWS or pitch % 12 == 0]
        ax.set_yticks(named, [f"{WHITE_KEYS[pitch % 12]}{pitch // 12 - 1}" for pitch in named], fontsize="small")
        self.ax_ = ax
        self.figure_ = ax.figure
        return self


def notes_and_bars(music):
    """Return the notes of a score except drums, and its bars, as :class:`PianoRollDisplay` describes both."""
    check_drawable(music)
    pitched = [note for track in music.tracks if not track.is_drum for note in track.notes]
    notes = np.array(
        [(note.time / music.resolution, note.duration / music.resolution, note.pitch) for note in pitched], dtype=float
    ).reshape(-1, 3)
    bars = bars_of(music, max((note.time + note.duration for note in pitched), default=0))
    return notes, np.array([float(start) for start, _ in bars] + [float(bars[-1][1])])


def pitch_limits(pitches):
    """Return the lowest and the highest pitch to show."""
    lowest, highest = (int(pitches.min()), int(pitches.max())) if len(pitches) else (60, 72)
    missing = max(0, LEAST_ROWS - (highest - lowest + 1))
    return lowest - 1 - missing // 2, highest + 1 + (missing + 1) // 2
