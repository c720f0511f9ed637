"""Damaged XML documents that are still well-formed: values are changed, elements are lost, doubled or renamed."""

import copy
import random
from xml.etree import ElementTree as ET

VALUES = (
    "", "0", "1", "2", "3", "4", "8", "-1", "+3", "12", "10", "99", " 2 ", "1.5", "0.25", "341.333", "2.", "x", "nan",
    "1e2", "0x4", "3+2", "1, 2", "ca. 60", "\u0663", "yes", "no", "start", "stop", "forward", "backward", "major",
    "dorian", "none", "C", "B", "P0", "P1", "I0", "quarter",
)  # fmt: skip
NAMES = (
    "note", "rest", "chord", "cue", "grace", "pitch", "unpitched", "forward", "backup", "barline", "attributes",
    "direction", "sound", "repeat", "ending", "tie", "voice", "duration", "divisions", "key", "time", "transpose",
    "lyric", "text", "alter", "step", "octave", "beats", "beat-type", "fifths", "mode", "chromatic", "octave-change",
    "part", "measure", "instrument", "display-step", "metronome",
)  # fmt: skip
ATTRIBUTES = (
    "type", "number", "times", "direction", "tempo", "dynamics", "segno", "dalsegno", "dacapo", "tocoda", "coda",
    "fine", "after-jump", "id",
)  # fmt: skip


def damaged_documents(whole, count, seed):
    """Yield copies of a document with one to four changes each.

    Parameters
    ----------
    whole : str or bytes
    count : int
    seed : int
    """
    generator = random.Random(seed)
    root = ET.fromstring(whole)
    for _ in range(count):
        damaged = copy.deepcopy(root)
        for _ in range(generator.randint(1, 4)):
            _damage(damaged, generator)
        yield ET.tostring(damaged)


def _damage(root, generator):
    parent, element = generator.choice(
        [(parent, child) for parent in root.iter() for child in parent] or [(None, None)]
    )
    if parent is None:  # everything in the document is lost
        return
    kind = generator.choices(["text", "attribute", "lost", "twice", "name", "more"], [35, 25, 10, 10, 10, 10])[0]
    if kind == "text":
        element.text = generator.choice(VALUES)
    elif kind == "attribute":
        element.set(generator.choice([*element.attrib, generator.choice(ATTRIBUTES)]), generator.choice(VALUES))
    elif kind == "lost":
        parent.remove(element)
    elif kind == "twice":
        parent.insert(generator.randrange(len(parent) + 1), copy.deepcopy(element))
    elif kind == "name":
        element.tag = generator.choice(NAMES)
    else:
        added = ET.Element(generator.choice(NAMES))
        added.text = generator.choice(VALUES)
        element.insert(generator.randrange(len(element) + 1), added)
