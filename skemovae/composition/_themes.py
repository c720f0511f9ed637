"""The phrases of a piece, one after another: new themes, returning themes, and variations."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..preprocessing import SHORT_NOTE_STEPS, is_onset, median_note_length, rest_empty_holds
from ._phrases import (
    FINAL,
    FIRST,
    INNER,
    context_of,
    continued_phrases,
    ends_on_tonic,
    first_pitches,
    last_pitches,
)

CANDIDATES = 16  # number of phrases of which one is chosen
FIFTH = 7  # semitones; larger intervals from phrase to phrase are avoided if possible
#: About how many of a hundred phrases of folk tunes begin 0, 1, ..., 7 semitones above or below the end of the phrase
#: before (``benchmarks/pieces.py`` counts them).
SEAMS = np.array([5, 23, 37, 7, 6, 12, 1, 3])
MUST = 100.0  # outweighs everything else
# Weights: of a semitone of distance from the drawn interval, of a unit of distance from the curve on the plane, and of
# a note of difference from the mean number of notes.
SEMITONE, PLANE, NOTE = 0.2, 2.0, 0.2


class Theme(NamedTuple):
    """A theme as it first sounds.

    Parameters
    ----------
    row : int ndarray of shape (n_steps,)
    asked : ndarray of shape (2,)
        The requested point on the editor's plane.
    """

    row: np.ndarray
    asked: np.ndarray


class PhraseWriter:
    """Writes the phrases of a piece in their order.

    Parameters
    ----------
    model, editor : EmotionRegularizedVAE
        The models that write new phrases and that change the emotion of a phrase.
    names : list of str
        The theme of each phrase.
    points, editor_points : ndarray of shape (n_phrases, 2)
        The requested point of each phrase, on the plane of the model and on that of the editor.
    temperature : float
    generator : numpy.random.Generator
    """

    def __init__(self, model, editor, names, points, editor_points, temperature, generator):
        self.model, self.editor, self.names = model, editor, names
        self.points, self.editor_points = points, editor_points
        self.temperature, self.generator = temperature, generator
        self.themes: dict[str, Theme] = {}
        self.rows: list[np.ndarray] = []

    def write(self):
        """Return the phrases, shape (n_phrases, n_steps)."""
        for place, name in enumerate(self.names):
            row = self._best(self._candidates(place), place)
            self.themes.setdefault(name, Theme(row, self.editor_points[place]))
            self.rows.append(row)
        return np.array(self.rows)

    def _candidates(self, place):
        """Return the candidates of which one is taken, shape (n, n_steps)."""
        name, n_steps = self.names[place], self.model.n_features_in_
        theme = self._theme_of(name)
        if theme is None:
            return self._continued(place, [])
        row = self._moved(theme, place)
        is_fast = median_note_length([theme.row, row]) < SHORT_NOTE_STEPS
        becomes_fast = is_fast.tolist() == [False, True]
        if becomes_fast or name not in self.themes:
            # A slow theme at double speed fills half a phrase: the editor learned nothing about what follows. A
            # variation is made in the same way, because a theme is recognized by its beginning.
            return self._continued(place, row[: n_steps // 2])
        if self._is_last(place) and not ends_on_tonic(row[None])[0]:
            # The last bar is rewritten or, in case its only note begins before it, the second half
            return np.concatenate([self._continued(place, row[: n_steps * kept // 4]) for kept in (3, 2)])
        return row[None]

    def _theme_of(self, name):
        """Return the theme that a phrase repeats or, if none has its name, varies; None for a new theme."""
        first = next((theme for known, theme in self.themes.items() if known[0] == name[0]), None)
        return self.themes.get(name, first)

    def _moved(self, theme, place):
        """Return a theme with its valence and arousal moved by as much as the curve has moved since it first sounded.

        Steps that the editor decodes to the same symbol with and without the move stay as they were in the theme. So
        errors of reconstruction that have nothing to do with the move are not heard, and without a move the theme is
        unchanged.
        """
        points = np.repeat(self.editor.transform(theme.row[None]), 2, axis=0)
        points[1, :2] += self.editor_points[place] - theme.asked
        before, after = self.editor.inverse_transform(points)
        return rest_empty_holds(np.where(before == after, theme.row, after)[None])[0]

    def _continued(self, place, beginning):
        """Return new phrases with the given beginning."""
        rows = continued_phrases(
            self.model,
            np.asarray(beginning, int),
            CANDIDATES,
            at=self.points[place],
            context=context_of(self.model, self._context(place)),
            temperature=self.temperature,
            random_state=self.generator,
        )
        return rest_empty_holds(rows)

    def _context(self, place):
        if self._closes(place):
            return FINAL
        return FIRST if place == 0 else INNER

    def _closes(self, place):
        """Return whether a phrase ends the piece, now or when its theme returns."""
        return self.names[place] == self.names[-1]

    def _is_last(self, place):
        return place == len(self.names) - 1

    def _best(self, rows, place):
        """Return the phrase that best fits its neighbors, ends the piece if it has to, and follows the request."""
        if len(rows) == 1:
            return rows[0]
        n_notes = is_onset(rows).sum(axis=1)
        worth = -PLANE * np.linalg.norm(self.model.transform(rows)[:, :2] - self.points[place], axis=1)
        worth -= NOTE * np.abs(n_notes - n_notes.mean())
        if self._closes(place):
            worth += MUST * ends_on_tonic(rows)
        for before, after in self._seams(rows, place):
            interval = np.abs(np.nan_to_num(after - before))
            wanted = self.generator.choice(len(SEAMS), p=SEAMS / SEAMS.sum())
            worth -= SEMITONE * np.abs(interval - wanted) + MUST * (interval > FIFTH)
        return rows[worth.argmax()]

    def _seams(self, rows, place):
        """Yield the pitches before and after each border between phrases that depends on the choice.

        These are the border to the phrase before, and all borders at which the theme will be next to itself or to a
        known theme.
        """
        name, first, last = self.names[place], first_pitches(rows), last_pitches(rows)
        if place:
            yield last_pitches(self.rows[-1][None]), first
        for left, right in dict.fromkeys(pairwise(self.names[place:])):
            before = last if left == name else self._known(left, last_pitches)
            after = first if right[0] == name[0] else self._known(right, first_pitches)
            if name in (left, right) and before is not None and after is not None:
                yield before, after

    def _known(self, name, pitches):
        """Return a pitch of a theme, shape (1,); None if it is not known yet."""
        return pitches(self.themes[name].row[None]) if name in self.themes else None
