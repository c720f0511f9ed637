"""Damage to MusicXML: faults among its elements, numbers, attributes and declarations."""

import re
from xml.etree import ElementTree

from _mutations import INTERESTING, damage_bytes

WORDS = (
    *("", " ", "x", "0.5", "-0.0", "1e9", "1e308", "-1e308", "inf", "-inf", "nan", "1_000", "0x10", "٣", "²", "🎵" * 9),
    *("1, 2", "1,2,3", "1+2", "+1", "start", "stop", "forward", "backward", "yes", "no", "none", "major", "minor"),
    *("dorian", "P1", "I1", "C", "B", "H", "quarter", "10", "9" * 4000, "A" * 10_000, "../../x", "&#0;", "\n\t"),
)
TAGS = (
    *("note", "chord", "cue", "grace", "rest", "tie", "pitch", "unpitched", "duration", "instrument", "lyric", "text"),
    *("measure", "part", "attributes", "divisions", "key", "fifths", "mode", "time", "beats", "beat-type", "transpose"),
    *("chromatic", "octave-change", "barline", "repeat", "ending", "backup", "forward", "sound", "direction", "alter"),
    *("step", "octave", "score-part", "score-instrument", "midi-instrument", "midi-program", "part-list", "work"),
)
ATTRIBUTES = (
    *("number", "id", "type", "direction", "times", "after-jump", "tempo", "dynamics", "segno", "dalsegno", "dacapo"),
    *("coda", "tocoda", "fine", "full-path", "implicit"),
)
SNIPPETS = (
    "<barline><repeat direction='backward' times='{n}'/></barline>",
    "<barline><repeat direction='forward'/></barline>",
    "<barline><ending number='{n}' type='start'/><repeat direction='backward'/></barline>",
    "<barline><ending number='1, 2' type='start'/></barline>",
    "<sound dacapo='yes'/>",
    "<sound dalsegno='x' segno='x'/>",
    "<direction><sound tocoda='x' coda='x' fine='yes'/></direction>",
    "<sound tempo='{n}' dynamics='{n}'/>",
    "<direction><direction-type><metronome><beat-unit>quarter</beat-unit><per-minute>{n}</per-minute></metronome>"
    "</direction-type></direction>",
    "<backup><duration>{n}</duration></backup>",
    "<forward><duration>{n}</duration></forward>",
    "<attributes><divisions>{n}</divisions></attributes>",
    "<attributes><time><beats>{n}</beats><beat-type>{m}</beat-type></time></attributes>",
    "<attributes><key><fifths>{n}</fifths><mode>minor</mode></key></attributes>",
    "<attributes><transpose><chromatic>{n}</chromatic><octave-change>{m}</octave-change></transpose></attributes>",
    "<note><rest/><chord/><duration>{n}</duration></note>",
    "<note><cue/><pitch><step>C</step><octave>4</octave></pitch><duration>{n}</duration></note>",
    "<note><chord/><pitch><step>C</step><alter>{n}</alter><octave>4</octave></pitch><duration>4</duration></note>",
    "<note><pitch><step>C</step><octave>{m}</octave></pitch><duration>{n}</duration><tie type='start'/></note>",
    "<note><unpitched><display-step>E</display-step><display-octave>{m}</display-octave></unpitched>"
    "<duration>4</duration><instrument id='I1'/></note>",
)
DOCTYPES = (
    "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>",
    "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>",
    "<!DOCTYPE x [<!ENTITY % a SYSTEM 'http://127.0.0.1:9/x.dtd'> %a;]>",
    "<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>",
    "<!DOCTYPE x [<!ELEMENT note ANY><!ATTLIST note id CDATA 'x'>]>",
    "<!DOCTYPE x [<!ATTLIST note {}>]>".format(" ".join(f"a{i} CDATA '{'x' * 99}'" for i in range(99))),
)


def damage_xml(random, data, other):
    """Return an XML file with damaged bytes or, mostly, with faults among its elements, numbers and attributes."""
    if random.random() < 0.2:
        return damage_bytes(random, data, other)
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError:
        return damage_bytes(random, data, other)
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        random.choice(_XML_FAULTS)(random, root)
    try:
        text = ElementTree.tostring(root, encoding=random.choice(("utf-8", "utf-8", "utf-8", "utf-16", "latin-1")))
    except (RecursionError, ValueError):
        return damage_bytes(random, data, other)
    if random.random() < 0.1:
        doctype = random.choice(DOCTYPES).encode()
        text = re.sub(rb"^(<\?xml[^>]*>)?", lambda match: match[0] + doctype, text, count=1)
        text = text.replace(b"</step>", b"&a;</step>", random.randrange(3))
    return text


def _parent(random, root):
    """Return a random element that has children, or the root."""
    return random.choice([element for element in root.iter() if len(element)] or [root])


def _number_or_word(random):
    return str(random.choice(INTERESTING)) if random.random() < 0.7 else random.choice(WORDS)


def _delete_element(random, root):
    parent = _parent(random, root)
    if len(parent):
        del parent[random.randrange(len(parent))]


def _copy_element(random, root):
    parent, place = _parent(random, root), _parent(random, root)
    if len(parent):
        element = parent[random.randrange(len(parent))]
        if place not in element.iter():  # else the tree would be a circle
            for _ in range(random.choice((1, 1, 2, 9, 200))):
                place.insert(random.randrange(len(place) + 1), element)


def _shuffle_elements(random, root):
    parent = _parent(random, root)
    children = list(parent)
    random.shuffle(children)
    parent[:] = children


def _change_text(random, root):
    leaves = [element for element in root.iter() if not len(element)]
    numbers = [element for element in leaves if (element.text or "").strip("-").isdigit()]
    if leaves:
        random.choice(numbers or leaves if random.random() < 0.7 else leaves).text = _number_or_word(random)


def _change_attribute(random, root):
    element = random.choice(list(root.iter()))
    element.set(random.choice([*element.attrib, *ATTRIBUTES]), _number_or_word(random))


def _change_tag(random, root):
    random.choice(list(root.iter())).tag = random.choice(TAGS)


def _drop_attributes(random, root):
    random.choice(list(root.iter())).attrib.clear()


def _insert_snippet(random, root):
    measures = list(root.iter("measure")) or [root]
    text = random.choice(SNIPPETS).format(n=random.choice(INTERESTING), m=random.choice(INTERESTING[:24]))
    for _ in range(random.choice((1, 1, 1, 3, 30))):
        measure = random.choice(measures)
        measure.insert(random.randrange(len(measure) + 1), ElementTree.fromstring(text))


def _nest(random, root):
    element = random.choice(list(root.iter()))
    for _ in range(random.choice((1, 10, 2000))):
        element = ElementTree.SubElement(element, random.choice(TAGS))


_XML_FAULTS = (
    *(_delete_element, _copy_element, _shuffle_elements, _change_text, _change_text, _change_attribute, _change_tag),
    *(_drop_attributes, _insert_snippet, _insert_snippet, _nest),
)
