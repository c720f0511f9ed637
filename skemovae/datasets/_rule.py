"""The labeling rule: the emotion of a melody, for loaders of unlabeled music."""

from statistics import median

from ..emotion import EMOTIONS
from ..preprocessing import SHORT_NOTE_STEPS


def emotion_by_rule(melody):
    """Return the name of the emotion by rule: a major key means positive valence, short notes mean high arousal."""
    valence = 1 if melody.key_signatures[0].mode == "major" else -1
    steps = median(4 * note.duration / melody.resolution for note in melody.tracks[0].notes)
    arousal = 1 if steps < SHORT_NOTE_STEPS else -1
    return next(e.name for e in EMOTIONS if (e.valence, e.arousal) == (valence, arousal))
