"""XML, parsed once and with limits: no entities, no deep or endless trees, and one measure at a time."""

import re
from codecs import BOM_UTF8
from xml.etree.ElementTree import TreeBuilder
from xml.parsers import expat

from . import _limits as limits

LONG_TAG = re.compile(rb"<[^<]{%d}" % limits.MAX_TAG_BYTES)  # including the text after it


def parse_xml(data, wanted=None, on_part=None, on_measure=None):
    """Return the root element of XML.

    Parameters
    ----------
    data : bytes
    Names of the elements to keep; others are ignored, with everything that they contain.
        Names of the elements that are kept; others are ignored with all that they contain.
    on_part : callable, default=None
        Called with the attributes of each ``part`` element in the root, when it begins.
    on_measure : callable, default=None
        Called at the end of each ``measure`` element in a part, or ``part`` element in a measure if the document is
        ordered by measures. The element is then emptied, so that only one at a time takes memory.

    Raises
    ------
    ValueError
        If the XML has entities, before any of them could be expanded or fetched, or more elements than any score needs.
    """
    if LONG_TAG.search(data):  # the time for a tag grows faster than the number of its attributes
        raise ValueError(f"an XML tag or text of more than {limits.MAX_TAG_BYTES:,} bytes")
    builder = TreeBuilder()
    depth = n_kept = kept_before = skipped_at = 0
    outer, inner = "part", "measure"  # elements of one kind, in the root, contain those of the other
    is_outer = False

    def refuse(name, *_):
        raise ValueError(f"it declares the XML entity {name!r}; files with entities are not read")

    def start(tag, attributes):
        nonlocal depth, n_kept, kept_before, skipped_at, outer, inner, is_outer
        depth += 1
        if depth == 1 and tag == "score-timewise":
            outer, inner = inner, outer
        elif depth == 2:
            is_outer = tag == outer
        if depth > limits.MAX_DEPTH:
            raise ValueError(f"more than {limits.MAX_DEPTH:,} XML elements in each other")
        if skipped_at:
            return
        if wanted is not None and tag not in wanted:
            if depth == 1:
                raise ValueError(
                    f"a <{tag}> document; expected <score-partwise> (export it so from a notation program)"
                )
            skipped_at = depth
            return
        if depth == 2 and tag == outer == "part" and on_part:
            on_part(attributes)
        elif depth == 3 and tag == inner and is_outer:
            kept_before = n_kept
        n_kept += 1
        if n_kept > limits.MAX_ELEMENTS:
            raise ValueError(f"more than {limits.MAX_ELEMENTS:,} XML elements in a measure or outside all measures")
        builder.start(tag, attributes)

    def end(tag):
        nonlocal depth, n_kept, skipped_at
        depth -= 1
        if skipped_at:
            skipped_at = skipped_at if depth >= skipped_at else 0
            return
        element = builder.end(tag)
        if depth == 2 and tag == inner and is_outer and on_measure:
            on_measure(element)
            element.clear()
            n_kept = kept_before

    def data_between(text):
        if not skipped_at:
            builder.data(text)

    # a byte order mark counts more than the declaration, which is left unchanged when a program converts a file
    parser = expat.ParserCreate("utf-8" if data.startswith(BOM_UTF8) else None)
    parser.buffer_text = True
    parser.EntityDeclHandler, parser.CharacterDataHandler = refuse, data_between
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(data, True)
    return builder.close()
