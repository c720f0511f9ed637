"""The reports of the explorer's reemote and locate, compared with those of the package."""

import numpy as np

EMOTIONS = ("happy", "angry", "sad", "relaxed")
NAMES = {
    "bar": "bar",
    "start": "start",
    "stop": "stop",
    "represented": "represented",
    "reason": "reason",
    "changed_by": "changedBy",
    "points_before": "pointsBefore",
    "points_after": "pointsAfter",
    "emotion_before": "emotionBefore",
    "emotion_after": "emotionAfter",
    "rule_before": "ruleBefore",
    "rule_after": "ruleAfter",
    "onsets_kept": "onsetsKept",
    "notes_kept": "notesKept",
    "rows_before": "rowsBefore",
    "rows_after": "rowsAfter",
    "key_before": "keyBefore",
    "key_after": "keyAfter",
    "time_scale": "timeScale",
    "messages": "messages",
    "points": "points",
    "emotion": "emotion",
    "rule": "rule",
    "mean_point": "meanPoint",
    "overall_emotion": "overallEmotion",
    "key": "key",
}
WINDOW = ("points", "rows")  # null where the model cannot represent the window


def wanted_json(wanted):
    """Return a request in the page's form, with an emotion as its index."""
    return {name: EMOTIONS.index(value) if name == "emotion" else value for name, value in wanted.items()}


def check_report(found, expected, classes):
    """Assert that a report of the page says the same as one of the package."""
    assert set(found) == {NAMES[name] for name in expected}
    for name, value in expected.items():
        value, mine = value.tolist() if isinstance(value, np.ndarray) else value, found[NAMES[name]]
        if name.startswith("emotion"):
            mine = [None if index is None else classes[index] for index in mine]
        elif name == "overall_emotion":
            mine = None if mine is None else classes[mine]
        elif name.startswith(WINDOW):
            shown = expected["represented"].tolist()
            assert [each is not None for each in mine] == shown
            value, mine = ([row for row, is_held in zip(rows, shown, strict=True) if is_held] for rows in (value, mine))
            if name.startswith("points") and value:
                np.testing.assert_allclose(mine, value, atol=1e-3)
                continue
        elif name in ("onsets_kept", "notes_kept", "mean_point"):
            mine = np.nan if mine is None else [np.nan if each is None else each for each in mine]
            np.testing.assert_allclose(mine, value, atol=1e-3 if name == "mean_point" else 0)
            continue
        assert mine == value, name
