"""MusicXML rewritten without one construct: if that makes two readers agree, the construct is the cause."""

import copy
import zipfile
from math import ceil
from xml.etree import ElementTree

UNEQUAL_BARS = "bars that the parts do not fill alike"
JUMPS = ("dacapo", "dalsegno", "segno", "tocoda", "coda", "fine")


def load(path):
    """Return the root element of a score of music21's corpus."""
    if path.suffix != ".mxl":
        return ElementTree.parse(path).getroot()
    with zipfile.ZipFile(path) as archive:
        container = ElementTree.fromstring(archive.read("META-INF/container.xml"))
        return ElementTree.fromstring(archive.read(container.find("rootfiles/rootfile").get("full-path")))


def without(*names):
    """Return a function that removes all elements with these names."""

    def rewrite(root):
        for parent in list(root.iter()):
            parent[:] = [element for element in parent if element.tag not in names]

    return rewrite


def without_repeats(root):
    """Make every barline plain and remove all jumps."""
    without("repeat", "ending", "segno", "coda")(root)
    for sound in root.iter("sound"):
        for name in JUMPS:
            sound.attrib.pop(name, None)
    for direction in root.iter("direction"):  # music21 reads the words, too
        direction[:] = [e for e in direction if e.tag != "direction-type" or e.find("words") is None]
    for measure in root.iter("measure"):
        measure[:] = [e for e in measure if e.tag != "direction" or e.find("direction-type") is not None]


def without_notes(name):
    """Return a function that removes the notes that have an element with this name."""

    def rewrite(root):
        for measure in root.iter("measure"):
            measure[:] = [e for e in measure if e.tag != "note" or e.find(name) is None]

    return rewrite


def without_ties_in_chords(root):
    """Untie all notes of each chord."""
    for measure in root.iter("measure"):
        notes = measure.findall("note")
        for note, following in zip(notes, [*notes, None][1:], strict=True):
            if note.find("chord") is not None or (following is not None and following.find("chord") is not None):
                note[:] = [e for e in note if e.tag != "tie"]
                for notations in note.findall("notations"):
                    notations[:] = [e for e in notations if e.tag != "tied"]


def without_unequal_bars(root):
    """Fill bars that end at different times in different parts with one note, in all parts, to a whole quarter note.

    A rest would not do: its length is not always taken at its word.
    """
    parts = [part.findall("measure") for part in root.findall("part")]
    divisions = [1.0] * len(parts)
    for measures in zip(*parts, strict=True):
        reached = []
        for number, measure in enumerate(measures):
            now = end = onset = 0.0
            for element in measure:
                if element.tag == "attributes" and element.find("divisions") is not None:
                    divisions[number] = float(element.findtext("divisions"))
                length = float(element.findtext("duration") or 0) / divisions[number]
                if element.tag == "note" and element.find("chord") is None:
                    onset, now = now, now + length
                elif element.tag in ("forward", "backup"):
                    now += length if element.tag == "forward" else -length
                end = max(end, now, onset + length if element.tag == "note" else 0)
            reached.append(end)
        if max(reached) - min(reached) > 1e-3:
            for number, measure in enumerate(measures):
                measure[:] = [e for e in measure if e.tag not in ("note", "forward", "backup", "direction")]
                note = ElementTree.SubElement(measure, "note")
                pitch = ElementTree.SubElement(note, "pitch")
                ElementTree.SubElement(pitch, "step").text = "C"
                ElementTree.SubElement(pitch, "octave").text = "4"
                ElementTree.SubElement(note, "duration").text = str(round(ceil(max(reached)) * divisions[number]))
                ElementTree.SubElement(note, "staff").text = "1"  # else music21 takes it for two notes on two staves
            _untie(root)


def _untie(root):
    """Remove the ties, whose ends may have been removed."""
    without("tie", "tied")(root)


def without_second_voices(root):
    """Remove what follows the first <backup> of each bar."""
    for measure in root.iter("measure"):
        goes_back = next((i for i, e in enumerate(measure) if e.tag == "backup"), len(measure))
        late = [e for e in measure[goes_back:] if e.tag in ("note", "forward", "backup")]
        measure[:] = [e for e in measure if e not in late]


REWRITES = {
    "repeats": without_repeats,
    UNEQUAL_BARS: without_unequal_bars,
    "ties in chords": without_ties_in_chords,
    "ties": without("tie", "tied"),
    "second voices": without_second_voices,
    "transposition": without("transpose"),
    "grace notes": without_notes("grace"),
    "cue notes": without_notes("cue"),
    "unpitched notes": without_notes("unpitched"),
    "chord symbols": without("harmony", "figured-bass"),
    "tremolos": without("tremolo"),
    "other chords": without_notes("chord"),
    "octave lines": without("octave-shift"),
    "offsets of directions": without("offset"),
    "accidentals": without("accidental"),
}


def rewritten(root, names):
    """Return a copy of a tree without some constructs."""
    changed = copy.deepcopy(root)
    for name in sorted(names, key=UNEQUAL_BARS.__eq__):  # these last, for the others can make bars unequal
        REWRITES[name](changed)
    return changed
