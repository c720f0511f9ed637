"""MIDI and MusicXML files written by hand, and how files are compared."""

import struct
import zipfile

MELODY = [(0, 60, 4), (4, 62, 2), (6, 62, 1), (7, 62, 1), (9, 64, 1), (12, 59, 8), (24, 72, 6)]


def quarters_of(music):
    """Return the notes of every track as sorted (onset, pitch, length), with times in quarter notes."""
    steps = music.resolution
    return [sorted((n.time / steps, n.pitch, n.duration / steps) for n in track.notes) for track in music.tracks]


def midi_bytes(*events, kind=1, division=480):
    """Return a MIDI file with one track of raw events (delta time and message)."""
    events = b"".join((*events, b"\x00\xff\x2f\x00"))
    return struct.pack(">4sIHHH4sI", b"MThd", 6, kind, 1, division, b"MTrk", len(events)) + events


NOTE = b"\x00\x90\x3c\x40\x60\x80\x3c\x00"  # middle C, 96 ticks long


def musicxml(*measures, parts=1, part_list="", doctype="", divisions=4):
    """Return MusicXML text; `measures` are the texts inside the measures, the same in every part."""
    inside = "".join(f"<measure number='{i}'>{measure}</measure>" for i, measure in enumerate(measures))
    inside = inside.replace(">", f"><attributes><divisions>{divisions}</divisions></attributes>", 1)
    names = part_list or "".join(
        f"<score-part id='P{i}'><part-name>Voice {i}</part-name></score-part>" for i in range(parts)
    )
    body = "".join(f"<part id='P{i}'>{inside}</part>" for i in range(parts))
    return f"<?xml version='1.0'?>{doctype}<score-partwise><part-list>{names}</part-list>{body}</score-partwise>"


def note_xml(step="C", octave=4, duration=4, extra="", before=""):
    """Return a note element; `before` goes before the pitch (grace, cue, chord), `extra` after the duration."""
    length = "" if duration is None else f"<duration>{duration}</duration>"
    return f"<note>{before}<pitch><step>{step}</step><octave>{octave}</octave></pitch>{length}{extra}</note>"


def mxl_bytes(path, members):
    """Write a compressed MusicXML archive and return its path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


CONTAINER = "<container><rootfiles><rootfile full-path='score.xml'/></rootfiles></container>"


WHOLE_MIDI = midi_bytes(NOTE * 20)
