"""What reemote did: to each window, and to what the rows do not contain."""

from itertools import groupby

import numpy as np
from sklearn.utils import Bunch

from ..preprocessing import REST
from ._move import CONTRARY
from ._readings import emotions_by_rule, key_name, places_of, spread
from ._windows import SILENT


def make_report(vae, tune, edit, scale, new_modes, unsupported, accompaniment):
    """Return the report of :func:`reemote`."""
    windows, held = edit.windows, edit.held
    before = [section.mode for section in edit.sections]
    after = _modes_after(edit, new_modes)
    changed_by = ["nothing" if w.reason == SILENT or unsupported == "keep" else "rule" for w in windows]
    for i, each in zip(edit.held, edit.scales, strict=True):
        changed_by[i] = "model" if each == scale else "model and rule"
    first = windows[0].section
    return Bunch(
        **places_of(tune, windows),
        changed_by=changed_by,
        points_before=spread(edit.points, windows, held, np.nan),
        points_after=spread(edit.moved, windows, held, np.nan),
        emotion_before=spread(vae.predict(edit.rows) if len(held) else [], windows, held, None),
        emotion_after=spread(vae.predict(edit.at_scale) if len(held) else [], windows, held, None),
        rule_before=spread(emotions_by_rule(edit.rows, before, tune.resolution), windows, held, None),
        rule_after=spread(emotions_by_rule(edit.at_scale, after, tune.resolution), windows, held, None),
        onsets_kept=spread(edit.onsets_kept, windows, held, np.nan),
        notes_kept=spread(edit.notes_kept, windows, held, np.nan),
        rows_before=spread(edit.rows, windows, held, REST),
        rows_after=spread(edit.at_scale, windows, held, REST),
        key_before=key_name(first.root, first.mode),
        key_after=key_name(first.root, new_modes[first.root, first.mode]),
        time_scale=float(scale),
        messages=_messages(tune, windows, changed_by, accompaniment),
    )


def _modes_after(edit, new_modes):
    """Return the mode of each changed row: by majority of the notes in which the modes differ, otherwise its key's."""
    return [
        new_modes[section.root, section.mode] if lean == 0 else CONTRARY[section.mode] if lean > 0 else section.mode
        for section, lean in zip(edit.sections, edit.leaning, strict=True)
    ]


def _messages(tune, windows, changed_by, accompaniment):
    """Return a sentence for everything that was not done by the model alone."""
    messages = []
    done = {
        "rule": "changed by the plain rules",
        "nothing": "kept as it is",
        "model and rule": "the mode is the model's, the speed by the plain rules",
    }
    pairs = zip(windows, changed_by, strict=True)
    for (reason, by), group in groupby(pairs, key=lambda pair: (pair[0].reason, pair[1])):
        first, *_, last = [window for window, _ in group] * 2
        if by != "model" and reason != SILENT:
            bars = f"bars {tune.bar_number(first.start)} to {tune.bar_number(last.stop - 1)}"
            messages.append(f"{bars}: {reason}{': ' if reason else ''}{done[by]}")
    music = tune.music
    voices = sum(1 for track in music.tracks if track.notes) - 1
    what = {"keep": "moved with the melody by the plain rules", "drop": "left out"}[accompaniment]
    if voices:
        messages.append(f"{voices} other voice{'s' if voices > 1 else ''}: {what}")
    if tune.others:
        messages.append(f"{len(tune.others)} notes that sound with the melody in its own voice: {what}")
    texts = [name for name in ("lyrics", "annotations") if getattr(music, name)]
    texts += [name for name in ("lyrics", "annotations") if any(getattr(track, name) for track in music.tracks)]
    messages += [f"{name}: left out" for name in dict.fromkeys(texts)]
    return messages
