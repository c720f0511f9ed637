"""music21 streams to :class:`muspy.Music` and back."""

import re
from bisect import bisect_right
from fractions import Fraction
from math import inf, lcm
from typing import Any

import muspy

from .._scores import bars_of
from . import _limits as limits
from ._keys import KEY_NAMES
from ._limits import ScoreReadError, check_music
from ._notation import guess_fifths, rests_of, spell

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # MIDI texts may hold any bytes


def from_music21(stream):
    """Convert a music21 stream to :class:`muspy.Music` (muspy's own converter fails with music21 >= 10).

    Ties are merged, grace notes are dropped, transposing instruments give sounding pitch, chords become several notes,
    and the resolution is the smallest on which every onset and duration is exact (or 10,080 a quarter note, if that is
    beyond 1,000,000). Repeats are not played out, as :func:`read_music` does; ``stream.expandRepeats()`` does that.

    Parameters
    ----------
    stream : music21.stream.Stream
        A score, a part, or any stream of notes.

    Returns
    -------
    muspy.Music
        One track a part.

    Raises
    ------
    ScoreReadError
        If the object is not a stream or exceeds the limits of this module.

    Examples
    --------
    >>> import music21
    >>> from skemovae import from_music21
    >>> music = from_music21(music21.converter.parse("tinyNotation: 3/4 c4 d8 e8 f4"))
    >>> [(note.time, note.pitch, note.duration) for note in music.tracks[0].notes]
    [(0, 60, 2), (2, 62, 1), (3, 64, 1), (4, 65, 2)]
    """
    import music21

    if not isinstance(stream, music21.stream.Stream):
        raise ScoreReadError(f"cannot convert {type(stream).__name__}: expected a music21 stream")
    sounding = stream.toSoundingPitch()
    parts = [part.stripTies().flatten() for part in getattr(sounding, "parts", None) or [sounding]]
    notes = [_notes_of_part(part) for part in parts]
    resolution = lcm(*(t.denominator for part in notes for start, _, length, _ in part for t in (start, length)))
    if resolution > limits.MAX_RESOLUTION:
        resolution = 10_080  # divisible by 1 to 10, the finest that notation programs use
    tracks = [
        muspy.Track(
            program=getattr(part.getInstrument(), "midiProgram", None) or 0,
            is_drum=isinstance(part.getInstrument(), music21.instrument.UnpitchedPercussion),
            name=part.partName if hasattr(part, "partName") else None,
            notes=[
                muspy.Note(round(start * resolution), pitch, round(length * resolution), velocity)
                for start, pitch, length, velocity in part_notes
            ],
        )
        for part, part_notes in zip(parts, notes, strict=True)
    ]
    music = muspy.Music(resolution=resolution, tracks=tracks, **_marks_of_stream(sounding.flatten(), resolution))
    title = sounding.metadata.title if sounding.metadata else None
    music.metadata = muspy.Metadata(title=title, source_format="music21")
    try:
        check_music(music)
    except ValueError as error:
        raise ScoreReadError(f"cannot convert the stream: {error}") from error
    return music


def _notes_of_part(part):
    """Return the sounding notes of a flat stream as (onset, pitch, length, velocity), times in quarter notes."""
    notes = []
    for element in part.notes:
        length = Fraction(element.duration.quarterLength)
        if length == 0:  # a grace note
            continue
        velocity = element.volume.velocity or muspy.DEFAULT_VELOCITY
        # an unpitched note, alone or in a percussion chord, has only a place on the staff, which MusPy reads as pitch
        members = getattr(element, "notes", (element,))
        pitches = [m.pitch if hasattr(m, "pitch") else m.displayPitch() for m in members]
        notes += [(Fraction(element.offset), pitch.midi, length, velocity) for pitch in pitches]
    return sorted(notes)


def _marks_of_stream(flat, resolution):
    """Return tempos, key and time signatures of a flat music21 stream as muspy objects, of each time the first."""
    tempos, keys, times = {}, {}, {}
    for element in flat.getElementsByClass(("MetronomeMark", "KeySignature", "TimeSignature")):
        time = round(Fraction(element.offset) * resolution)
        if "MetronomeMark" in element.classes:
            if element.getQuarterBPM():
                tempos.setdefault(time, muspy.Tempo(time, float(element.getQuarterBPM())))
        elif "TimeSignature" in element.classes:
            times.setdefault(time, muspy.TimeSignature(time, element.numerator, element.denominator))
        else:  # music21.key.Key, where the mode is known, is a KeySignature
            mode = getattr(element, "mode", None)
            root = element.tonic.pitchClass if mode else None
            keys.setdefault(time, muspy.KeySignature(time, root=root, mode=mode, fifths=element.sharps))
    return {
        "tempos": list(tempos.values()),
        "key_signatures": list(keys.values()),
        "time_signatures": list(times.values()),
    }


def to_music21(music):
    """Return a score as a music21 stream; MusPy's converter puts marks at wrong times and lifts the lowest octave.

    All parts reach to the end of the last bar. Their rests are seen: those that music21 fills gaps with are hidden, and
    notation programs show holes instead.
    """
    import music21

    score = music21.stream.Score()
    title = NOT_IN_XML.sub("", music.metadata.title or "") if music.metadata else ""
    score.metadata = music21.metadata.Metadata(movementName=title or None)
    tracks = music.tracks or [muspy.Track()]
    parts = [_to_music21_part(track, number, music) for number, track in enumerate(tracks, start=1)]
    bars = bars_of(music)
    for part, track in zip(parts, tracks, strict=True):
        for start, length in rests_of(track, bars, music.resolution):
            rest = music21.note.Rest(quarterLength=length)
            if rest.duration.type != "inexpressible":  # else music21 moves on without a sign
                part.insert(start, rest)
        score.insert(0, part)
    return score


def _to_music21_part(track, number, music):
    """Return a track, the first of which is number 1, with its marks and without rests."""
    import music21

    part = music21.stream.Part()
    part.partName = NOT_IN_XML.sub("", track.name or "")  # with None music21 would take the instrument's
    instrument = music21.instrument.Instrument(_instrument_name(track))
    instrument.midiProgram, instrument.midiChannel = track.program, 9 if track.is_drum else None
    instrument.partId, instrument.instrumentId = f"P{number}", f"P{number}-I1"  # music21's are drawn at random
    part.insert(0, instrument)
    marks: list = [
        (time.time, music21.meter.TimeSignature(f"{time.numerator}/{time.denominator}"))
        for time in music.time_signatures
    ]
    keys = [(key.time, _to_music21_key(key)) for key in sorted(music.key_signatures, key=lambda key: key.time)]
    keys = [(time, key) for time, key in keys if key is not None]
    marks += keys
    if number == 1:
        marks += [(tempo.time, _to_music21_tempo(tempo)) for tempo in music.tempos]
    fifths = [(-inf, guess_fifths(music)), *((time, key.sharps) for time, key in keys)]
    for note in track.notes:
        if note.duration <= 0:
            raise ValueError(f"a note of length {note.duration} at time {note.time}; MusicXML has no such note")
        pitch = _to_music21_pitch(note.pitch, fifths[bisect_right(fifths, (note.time, inf)) - 1][1])
        marks.append((note.time, music21.note.Note(pitch, quarterLength=Fraction(note.duration, music.resolution))))
    for time, mark in marks:
        part.insert(Fraction(time, music.resolution), mark)
    return part


def _to_music21_pitch(pitch, fifths):
    import music21

    letter, alter, octave = spell(int(pitch), fifths)
    return music21.pitch.Pitch(step=letter, octave=octave, accidental=alter or None)


def _to_music21_tempo(tempo):
    import music21

    mark: Any = music21.tempo.MetronomeMark(number=tempo.qpm)
    mark.placement = "above"  # MuseScore puts it below otherwise
    return mark


def _instrument_name(track):
    """Return what music21 calls the instrument of a track; notation programs show and choose by it."""
    import music21

    if track.is_drum:
        return "Percussion"
    return music21.instrument.instrumentFromMidiProgram(track.program).instrumentName


def _to_music21_key(key):
    """Return a key signature for music21, or None for one without a mode and without a number of fifths."""
    import music21

    if key.root is None or key.mode is None:
        return None if key.fifths is None else music21.key.KeySignature(key.fifths)
    name = key.root_str or KEY_NAMES.get(key.mode, KEY_NAMES["major"])[key.root]
    return music21.key.Key(name[0] + name[1:].replace("b", "-"), key.mode)
