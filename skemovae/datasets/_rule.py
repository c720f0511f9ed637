"""The emotion of a melody by rule, as the loaders of unlabeled music give it."""

from statistics import median

from ..emotion import EMOTIONS
from ..preprocessing import SHORT_NOTE_STEPS


def emotion_by_rule(melody):
    """Return the name of the emotion by rule: the key's mode is the valence, short notes are the arousal."""
    valence = 1 if melody.key_signatures[0].mode == "major" else -1
    steps = median(4 * note.duration / melody.resolution for note in melody.tracks[0].notes)
    arousal = 1 if steps < SHORT_NOTE_STEPS else -1
    return next(e.name for e in EMOTIONS if (e.valence, e.arousal) == (valence, arousal))
