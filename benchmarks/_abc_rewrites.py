"""ABC tunes rewritten without one construct: if that makes two readers agree, the construct is the cause."""

import re

FIELD = re.compile(r"[A-Za-z]:(?![|:])")
NOTE = re.compile(r'"[^"\n]*"|\{[^}\n]*\}|!\S*?!|(\^\^|\^|__|_|=)?([A-Ga-g])([,\']*)|\||:')


def on_music(change):
    """Return a function that changes the music lines of a tune and leaves its fields as they are."""

    def rewrite(text):
        header, key, body = re.split(r"(?m)^(K:.*)$", text, maxsplit=1)
        lines = [line if FIELD.match(line) else change(line) for line in body.split("\n")]
        return header + key + "\n".join(lines)

    return rewrite


def sub(pattern, replacement=""):
    """Return a function that rewrites the music by a regular expression."""
    return on_music(lambda line: re.sub(pattern, replacement, line))


def write_accidentals(text, in_all_octaves=True):
    """Write every accidental at each note for which it holds, in its octave or in all, up to the bar line."""
    altered: dict[str, str] = {}

    def explicit(match):
        accidental, letter, octave = match.groups()
        if match[0] in "|:":
            altered.clear()
        if letter is None:
            return match[0]
        place = letter.upper() if in_all_octaves else letter + octave
        if accidental:
            altered[place] = accidental
        return altered.get(place, "") + letter + octave

    return on_music(lambda line: NOTE.sub(explicit, line.partition("%")[0]))(text)


def without_repeats(text):
    """Replace every repeat sign by a plain bar line."""
    text = re.sub(r"(?m)^P:.*\n", "", text)
    return on_music(lambda line: re.sub(r"\[\d[\d,-]*|:*\|[|:\]]*\d?[\d,-]*|::+|\[\|\]?", "|", line))(text)


REWRITES = {
    "repeats": without_repeats,
    "grace notes": sub(r"\{[^}\n]*\}"),
    "accidentals in the bar": write_accidentals,
    "slurs": sub(r"\((?!\d)|\)"),
    "ties": sub(r"-"),
    "rhythm (R:)": lambda text: re.sub(r"(?m)^R:.*\n", "", text),
    "decorations": sub(r"![^!\s|]*!|[~.HuvkTMPS]"),
    "texts and chord names": sub(r'"[^"\n]*"'),
    "tuplets": sub(r"\([2-9](:\d*)*"),
    "broken rhythm": sub(r"[<>]+"),
    "backquotes": sub(r"`"),
    "lines joined by a backslash": lambda text: re.sub(r"\\[ \t]*\n", "", text),
    "comments": lambda text: re.sub(r"(?m)^%.*\n", "", re.sub(r"[ \t]*(?<!\\)%.*", "", text)),
    "invisible bar lines": sub(r"\[\|\]", "|"),
}
