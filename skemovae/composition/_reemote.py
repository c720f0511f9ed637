"""reemote: a tune with another emotion, in its own key, octave and tempo."""

from collections import Counter

import numpy as np
from sklearn.utils import Bunch

from .._validation import check_choice, check_share
from ..preprocessing import SHORT_NOTE_STEPS, notes_of_row
from ._edit import edit_windows, with_one_scale
from ._models import as_model
from ._move import CONTRARY, target_of
from ._report import make_report
from ._restore import Part, restore, to_modes
from ._windows import SILENT, Note, read_tune

HALF = 0.5  # the amount from which the plain rules change a tune, because they cannot change it partly


def reemote(music, *, emotion=None, at=None, amount=1.0, accompaniment="keep", unsupported="rule", model=None):
    """Change the emotion of a tune while keeping the tune.

    The melody is transposed to C and cut into windows at bar lines. The model encodes each window as a latent point,
    whose valence and arousal are moved. The decoded windows are joined and returned to the key, octave, tempo and meter
    of the tune.

    Parameters
    ----------
    music : muspy.Music, or str or path-like
        A score of any length, key and range, or the path of a MIDI or MusicXML file. The melody is the voice with the
        highest mean pitch.
    emotion : label, default=None
        The requested emotion, such as "sad": points move toward the mean of its training data.
    at : (valence, arousal), default=None
        Move toward this point of the plane instead, such as (0.5, -1.0).
    amount : float, default=1.0
        How far the points move, from 0 to 1; 0 returns the melody as the model reconstructs it.
    accompaniment : {"keep", "drop"}, default="keep"
        What to do with the other voices: let them follow the melody by the plain rules (change to the parallel mode,
        double or halve durations), or leave them out.
    unsupported : {"rule", "keep", "error"}, default="rule"
        What to do with windows that the model cannot represent, such as those with triplets or in 3/4: change them by
        the plain rules, leave them unchanged, or raise an error that names the first of them.
    model : EmotionRegularizedVAE, Pipeline that ends in one, or str, default=None
        A fitted estimator, or the name of an included model; None takes the included "editor". The model should be
        trained with partners (:class:`skemovae.preprocessing.MelodyVariations`); otherwise it tends to keep what it
        should change.

    Returns
    -------
    sklearn.utils.Bunch
        music : muspy.Music
            The changed score, with the title, instruments and tempo of the original. If the tune becomes slower, its
            notes last twice as long and it has twice as many bars; if it becomes faster, half.
        report : sklearn.utils.Bunch
            What was done. For each of the n windows, in order:

            bar, start, stop : ndarray of shape (n,)
                Number of its first bar (an upbeat is bar 0), and its beginning and end in quarter notes, in the
                original.
            represented : ndarray of shape (n,), bool
                Whether the model can represent the window.
            reason : list of str
                Why the model cannot represent the window; "" if it can.
            changed_by : list of str
                "model", "model and rule" (the mode by the model, the speed by the plain rules), "rule" or "nothing".
            points_before, points_after : ndarray of shape (n, n_components)
                Its latent point, and the point to which it was moved; NaN if the window is not represented.
            emotion_before, emotion_after : ndarray of shape (n,)
                The emotion that the model finds before and after; None if the window is not represented.
            rule_before, rule_after : ndarray of shape (n,)
                The emotion according to the labeling rule, from the mode and from whether the median note is shorter
                than a half note; None if the window is not represented.
            onsets_kept : ndarray of shape (n,)
                Share of the onsets that are kept at their time (twice or half as late if the speed changed); NaN if the
                window is not represented.
            notes_kept : ndarray of shape (n,)
                Share of the notes that are kept with their pitch, or with that of the parallel mode; NaN if the window
                is not represented.
            rows_before, rows_after : int ndarray of shape (n, n_steps)
                Tokens, in C; all rests if the window is not represented.

            And for the whole tune:

            key_before, key_after : str
                The key at its beginning, such as "G major" and "G minor".
            time_scale : float
                The factor by which notes last longer: 1, 2 or 0.5.
            messages : list of str
                What was changed by the plain rules, kept or left out.

    Raises
    ------
    ValueError
        If a parameter is not valid, the score has no melody, or a window cannot be represented and
        ``unsupported="error"``.
    TypeError, ScoreReadError, OSError
        If `music` is neither a score nor the path of a file that can be read.

    See Also
    --------
    locate : Finds where a tune lies on the plane.
    interpolate : Writes melodies between two tunes.

    Notes
    -----
    The whole tune has one time scale: the one that most windows have after decoding, according to their onsets. Windows
    with another time scale are decoded with their own arousal, and their speed is changed by the plain rules. Likewise,
    all windows in the same key have one mode: that of most of the notes in which the two modes differ.

    Examples
    --------
    >>> from skemovae import generate, reemote
    >>> (happy,) = generate(1, emotion="happy", random_state=0)
    >>> sad = reemote(happy, emotion="sad")
    >>> sad.report.key_before, sad.report.key_after, sad.report.time_scale
    ('C major', 'C minor', 2.0)
    """
    check_share("amount", amount, 0.7)
    check_choice("accompaniment", accompaniment, ("keep", "drop"))
    check_choice("unsupported", unsupported, ("rule", "keep", "error"))
    vae, encoder = as_model(model, "editor")
    target = target_of(vae, emotion, at)
    tune = read_tune("music", music, vae, encoder)
    if unsupported == "error":
        _refuse(tune)
    edit = edit_windows(vae, tune.windows(), target, amount)
    scale = _scale_of_all(tune, edit, target, amount)
    if scale == 2:  # a decoded row is the first half of its window
        edit = edit_windows(vae, tune.windows(tune.n_steps // 2), target, amount)
    edit = with_one_scale(vae, edit, scale)
    new_modes = _new_modes(edit, target, amount)
    parts = _parts(tune, edit, scale, new_modes, unsupported)
    return Bunch(
        music=restore(tune, parts, new_modes, accompaniment == "keep"),
        report=make_report(vae, tune, edit, scale, new_modes, unsupported, accompaniment),
    )


def _refuse(tune):
    for window in tune.windows():
        if window.reason and window.reason != SILENT:
            raise ValueError(
                f"music from bar {tune.bar_number(window.start)} on: {window.reason}, which the model cannot "
                "represent; set unsupported='rule' to change it by the plain rules, or 'keep' to leave it unchanged"
            )


def _scale_of_all(tune, edit, target, amount):
    """Return the time scale of most rows; in a tie, the one nearest to 1; without rows, that of the plain rules."""
    if len(edit.held):
        votes = Counter(edit.scales.tolist())
        return max((1.0, 2.0, 0.5), key=lambda scale: votes[scale])
    lengths = [note.end - note.start for note in tune.notes]
    is_fast = np.median(lengths) < SHORT_NOTE_STEPS / 4 * tune.quarter
    if amount < HALF or is_fast == (target[1] >= 0):
        return 1.0
    return 2.0 if is_fast else 0.5


def _new_modes(edit, target, amount):
    """Return the new mode of each key: by majority of the notes in which the modes differ, otherwise by the rules."""
    by_key: Counter = Counter()
    for i, lean in zip(edit.held, edit.leaning, strict=True):
        section = edit.windows[i].section
        by_key[section.root, section.mode] += lean
    new_modes = {}
    for section in {window.section for window in edit.windows}:
        key, wanted = (section.root, section.mode), "major" if target[0] >= 0 else "minor"
        by_rule = amount >= HALF and wanted != section.mode
        changes = by_key[key] > 0 if by_key[key] else by_rule
        new_modes[key] = CONTRARY[section.mode] if changes else section.mode
    return new_modes


def _parts(tune, edit, scale, new_modes, unsupported):
    """Return what becomes of each window."""
    row_of = {int(i): row for row, i in enumerate(edit.held)}
    parts = []
    for i, window in enumerate(edit.windows):
        key = window.section.root, window.section.mode
        if i in row_of:
            notes = _decoded_notes(tune, window, edit.decoded[row_of[i]], edit.scales[row_of[i]], scale)
            parts.append(Part(window, scale, new_modes[key], notes))
        elif unsupported == "keep" and window.reason != SILENT:
            parts.append(Part(window, 1, window.section.mode, _own_notes(tune, window, 1, new_modes | {key: key[1]})))
        else:
            parts.append(Part(window, scale, new_modes[key], _own_notes(tune, window, scale, new_modes)))
    return parts


def _decoded_notes(tune, window, row, row_scale, scale):
    """Return the notes of a window from its decoded row, which last `row_scale` times as long as in the window."""
    stretch = scale / row_scale
    offset, stop = (window.start - window.begin) * scale, (window.stop - window.begin) * scale
    notes = []
    for first, token, length in notes_of_row(row):
        start, end = first * tune.step * stretch, (first + length) * tune.step * stretch
        if end > offset and start < stop:
            pitch = token - window.shift
            pitch += -12 if pitch > 127 else 12 if pitch < 0 else 0
            notes.append(Note(int(max(start, offset) - offset), int(min(end, stop) - offset), int(pitch)))
    return notes


def _own_notes(tune, window, scale, new_modes):
    """Return the notes of a window with their speed and mode changed by the plain rules."""
    section = window.section
    mode = new_modes[section.root, section.mode]
    notes = tune.notes_in(section.start, section.stop)
    spans = [(section.start, section.stop, section.root, mode)] if mode != section.mode else []
    return [
        Note(
            int((max(note.start, window.start) - window.start) * scale),
            int((min(note.end, window.stop) - window.start) * scale),
            pitch,
        )
        for note, pitch in zip(notes, to_modes(notes, spans), strict=True)
        if note.end > window.start and note.start < window.stop
    ]
