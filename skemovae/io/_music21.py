"""music21 streams to :class:`muspy.Music` and back."""

import re
from bisect import bisect_right
from collections import deque
from fractions import Fraction
from math import inf, lcm
from typing import Any

import muspy

from . import _limits as limits
from ._keys import KEY_NAMES
from ._limits import ScoreReadError, check_music
from ._measures import measures_of
from ._notation import chords_of, clef_of, gaps_of, guess_fifths, signs_of, spell

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # MIDI texts may contain any bytes


def from_music21(stream):
    """Convert a music21 stream to :class:`muspy.Music` (muspy's own converter fails with music21 >= 10).

    Ties are merged, grace notes are dropped, transposing instruments are read at sounding pitch, and chords become
    several notes. The resolution is the smallest at which every onset and duration is exact, or 10,080 steps per
    quarter note if that would be above 1,000,000. Unlike in :func:`read_music`, repeats are not played out;
    ``stream.expandRepeats()`` does that.

    Parameters
    ----------
    stream : music21.stream.Stream
        A score, a part, or any stream of notes.

    Returns
    -------
    muspy.Music
        One track per part.

    Raises
    ------
    ScoreReadError
        If the object is not a stream or exceeds this module's limits.

    See Also
    --------
    read_music : Reads a MIDI or MusicXML file without music21.

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
    parts = [_without_ties(part) for part in getattr(sounding, "parts", None) or [sounding]]
    notes = [_notes_of_part(part) for part in parts]
    resolution = lcm(*(t.denominator for part in notes for start, _, length, _ in part for t in (start, length)))
    if resolution > limits.MAX_RESOLUTION:
        resolution = 10_080  # divisible by 1 to 10, and the finest that notation programs use
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


def _without_ties(part):
    """Return the elements of a part, in which tied notes are one note; the notes of the part itself change, too.

    ``part.stripTies().flatten()`` does the same, but sorts the whole part again after each tie.
    """
    if part.hasVoices() or part.hasPartLikeStreams():  # which are tied one by one
        return part.stripTies().flatten()
    flat = part.flatten()
    flat.autoSort = False
    flat.stripTies(inPlace=True)
    flat.autoSort = True
    return flat


def _notes_of_part(part):
    """Return the sounding notes of a flat stream as (onset, pitch, length, velocity), with times in quarter notes."""
    notes = []
    for element in part.notes:
        length = Fraction(element.duration.quarterLength)
        if length == 0:  # a grace note
            continue
        velocity = element.volume.velocity or muspy.DEFAULT_VELOCITY
        # an unpitched note, alone or in a percussion chord, has only a position on the staff, which MusPy reads as a
        # pitch
        members = getattr(element, "notes", (element,))
        pitches = [m.pitch if hasattr(m, "pitch") else m.displayPitch() for m in members]
        notes += [(Fraction(element.offset), pitch.midi, length, velocity) for pitch in pitches]
    return sorted(notes)


def _marks_of_stream(flat, resolution):
    """Return the tempos, keys and meters of a flat music21 stream as muspy objects: the first of each at each time."""
    tempos, keys, times = {}, {}, {}
    for element in flat.getElementsByClass(("MetronomeMark", "KeySignature", "TimeSignature")):
        time = round(Fraction(element.offset) * resolution)
        if "MetronomeMark" in element.classes:
            if element.getQuarterBPM():
                tempos.setdefault(time, muspy.Tempo(time, float(element.getQuarterBPM())))
        elif "TimeSignature" in element.classes:
            times.setdefault(time, muspy.TimeSignature(time, element.numerator, element.denominator))
        else:  # music21.key.Key, for keys with a known mode, is a subclass of KeySignature
            mode = getattr(element, "mode", None)
            root = element.tonic.pitchClass if mode else None
            keys.setdefault(time, muspy.KeySignature(time, root=root, mode=mode, fifths=element.sharps))
    return {
        "tempos": list(tempos.values()),
        "key_signatures": list(keys.values()),
        "time_signatures": list(times.values()),
    }


def to_music21(music):
    """Return a score as a music21 stream; MusPy's converter misplaces marks and raises the lowest octave.

    The measures are made here and not by music21, which does not support upbeats and writes notes with as few values as
    it can. All parts extend to the end of the last bar. Their rests are visible; the rests with which music21 fills
    gaps are hidden, so that notation programs show empty space instead.
    """
    import music21

    score = music21.stream.Score()
    title = NOT_IN_XML.sub("", music.metadata.title or "") if music.metadata else ""
    score.metadata = music21.metadata.Metadata(movementName=title or None)
    bars = measures_of(music)
    for number, track in enumerate(music.tracks or [muspy.Track()], start=1):
        score.insert(0, _to_music21_part(track, number, music, bars))
    return score


def _to_music21_part(track, number, music, bars):
    """Return a track as a part; the first track has number 1."""
    import music21

    part = music21.stream.Part()
    part.partName = NOT_IN_XML.sub("", track.name or "")  # for None, music21 would use the name of the instrument
    instrument = music21.instrument.Instrument(_instrument_name(track))
    instrument.midiProgram, instrument.midiChannel = track.program, 9 if track.is_drum else None
    instrument.partId, instrument.instrumentId = f"P{number}", f"P{number}-I1"  # music21 draws these at random
    part.insert(0, instrument)
    keys = _changes_of_key(music)
    marks: Any = list(keys)
    if number == 1:
        marks += [(Fraction(int(t.time), int(music.resolution)), _to_music21_tempo(t)) for t in music.tempos]
    fifths = [(-inf, guess_fifths(music)), *((time, key.sharps) for time, key in keys)]
    chords = chords_of(track, music.resolution)
    rests = [(*gap, None) for gap in gaps_of(chords, bars[-1].end)]
    sounding = deque(sorted([*chords, *rests], key=lambda chord: chord[0]))
    marks = deque(sorted(marks, key=lambda mark: mark[0]))
    open_chords: list = []
    for before, bar in zip([None, *bars], bars, strict=False):
        measure = music21.stream.Measure(number=bar.number)
        if before is None:
            measure.insert(0, _to_music21_clef(track, is_alone=len(music.tracks) < 2))
        meter = bar.meter
        if before is None or meter != before.meter:
            measure.insert(0, music21.meter.TimeSignature(f"{meter.numerator}/{meter.denominator}"))
        measure.paddingLeft, measure.paddingRight = bar.offset, meter.length - bar.offset - (bar.end - bar.start)
        if not bar.is_counted:
            measure.showNumber = music21.stream.enums.ShowNumber.NEVER
        while marks and (marks[0][0] < bar.end or bar is bars[-1]):
            time, mark = marks.popleft()
            measure.insert(time - bar.start, mark)
        while sounding and sounding[0][0] < bar.end:
            open_chords.append(sounding.popleft())
        _fill(measure, bar, open_chords, fifths)
        open_chords = [chord for chord in open_chords if chord[1] > bar.end]
        part.append(measure)
    measure.rightBarline = "final"
    return part


def _fill(measure, bar, chords, fifths):
    """Put the notes and rests of a bar into a measure; notes that overlap go into different voices."""
    import music21

    signs = signs_of(chords, bar)
    voices = {chord.voice for _, _, chord in signs if chord}
    streams = {0: measure}
    if len(voices) > 1 or max(voices, default=0) > 0:
        streams = {voice: music21.stream.Voice(id=str(voice + 1)) for voice in sorted({0, *voices})}
    for start, end, chord in signs:
        element = _to_music21_sign(start, end, chord, fifths)
        if chord is None:
            if element.duration.type == "inexpressible":  # music21 advances without writing anything
                continue
            element.fullMeasure = (start, end) == (bar.start, bar.end)
        streams[chord.voice if chord else 0].insert(start - bar.start, element)
    if len(streams) > 1:
        for voice in streams.values():
            measure.insert(0, voice)


def _to_music21_sign(start, end, chord, fifths):
    """Return a rest, a note or a chord; if it takes several values, they are tied."""
    import music21

    length = end - start
    if chord is None:
        return music21.note.Rest(quarterLength=length)
    sharps = fifths[bisect_right(fifths, (chord.start, inf)) - 1][1]
    pitches = [_to_music21_pitch(pitch, sharps) for pitch in chord.pitches]
    sign: Any = (
        music21.note.Note(pitches[0], quarterLength=length)
        if len(pitches) == 1
        else music21.chord.Chord(pitches, quarterLength=length)
    )
    if (start, end) != chord[:2]:
        kind = "start" if start == chord.start else "stop" if end == chord.end else "continue"
        sign.tie = music21.tie.Tie(kind)
    return sign


def _changes_of_key(music):
    """Return [(time in quarter notes, music21's key signature), ...]: the last at each time, if it is new."""
    keys: dict = {}
    for key in sorted(music.key_signatures, key=lambda key: key.time):
        written = _to_music21_key(key)
        if written is not None:
            keys[Fraction(int(key.time), int(music.resolution))] = written
    changes: list = []
    for time, key in keys.items():
        if not changes or _meaning_of(key) != _meaning_of(changes[-1][1]):
            changes.append((time, key))
    return changes


def _meaning_of(key):
    return key.sharps, getattr(key, "mode", None)


def _to_music21_clef(track, is_alone):
    import music21

    return {
        "treble": music21.clef.TrebleClef,
        "treble8vb": music21.clef.Treble8vbClef,
        "bass": music21.clef.BassClef,
        "percussion": music21.clef.PercussionClef,
    }[clef_of(track, is_alone)]()


def _to_music21_pitch(pitch, fifths):
    import music21

    letter, alter, octave = spell(int(pitch), fifths)
    return music21.pitch.Pitch(step=letter, octave=octave, accidental=alter or None)


def _to_music21_tempo(tempo):
    import music21

    mark: Any = music21.tempo.MetronomeMark(number=tempo.qpm)
    mark.placement = "above"  # MuseScore would put it below
    return mark


def _instrument_name(track):
    """Return the music21 instrument for a track, which notation programs show and play."""
    import music21

    if track.is_drum:
        return "Percussion"
    return music21.instrument.instrumentFromMidiProgram(track.program).instrumentName


def _to_music21_key(key):
    """Return a key signature for music21, or None if it has neither a mode nor a number of fifths."""
    import music21

    if key.root is None or key.mode is None:
        return None if key.fifths is None else music21.key.KeySignature(key.fifths)
    name = key.root_str or KEY_NAMES.get(key.mode, KEY_NAMES["major"])[key.root]
    return music21.key.Key(name[0] + name[1:].replace("b", "-"), key.mode)
