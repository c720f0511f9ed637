"""Measures of MusicXML as they are played: repeats, endings, jumps, and ties."""

from collections import Counter
from fractions import Fraction
from functools import cache
from itertools import groupby, pairwise
from math import lcm

import muspy

from . import _limits as limits

JUMPS_BACK = {"dacapo", "dalsegno"}


def order_of(measures):
    """Return the numbers of the measures of a part in the order in which they are played."""
    endings, last = _endings(measures)
    order: list[int] = []
    place = beginning = 0  # of the repeated section
    passing, is_after_jump = 1, False

    @cache  # repeats may ask for the same mark several times
    def find(name, start, default):
        """Return the number of the first measure from `start` on with a mark; a <sound> has priority over a sign."""
        for mark in (name, f"{name} sign"):
            for place in range(start, len(measures)):
                if mark in measures[place].jumps:
                    return place
        return default

    for _ in range(limits.MAX_MEASURES + 1):
        if place >= len(measures):
            return order
        measure = measures[place]
        if measure.begins_repeat and place != beginning:
            beginning, passing = place, 1
        closes = bool(endings[place]) and (place + 1 == len(measures) or last[place + 1] != last[place])
        is_skipped = endings[place] and (last[place][1] if is_after_jump else passing) not in endings[place]
        following = place + 1
        if not is_skipped:
            order.append(place)
            if is_after_jump and "fine" in measure.jumps:
                return order
            times = max(measure.repeat_times, last[place][1] if endings[place] else 0)
            if measure.repeat_times and passing < times and (not is_after_jump or measure.is_repeated_after_jump):
                place, passing = beginning, passing + 1
                continue
            if is_after_jump and "tocoda" in measure.jumps:
                following = find("coda", place + 1, len(measures))
            elif not is_after_jump and measure.jumps & JUMPS_BACK:
                is_after_jump = True
                place = beginning = find("segno", 0, 0) if "dalsegno" in measure.jumps else 0
                passing = 1
                continue
        if closes or (measure.repeat_times and not is_skipped):
            beginning, passing = following, 1
        place = following
    raise ValueError(f"more than {limits.MAX_MEASURES:,} measures with all repeats")


def _endings(measures):
    """Return each measure's ending numbers, and (an id, the last number) of its group of endings.

    Endings are not alternatives if no repeat goes back; they are played one after another.
    """
    endings: list[frozenset] = []
    now: frozenset = frozenset()
    for measure in measures:
        unnumbered = {1} if measure.ends_ending and measure.repeat_times else ()
        now = measure.endings or now or frozenset(unnumbered)
        endings.append(now)
        if measure.ends_ending or (now and measure.repeat_times):
            now = frozenset()
    last: list = [None] * len(measures)
    for _, group in groupby(range(len(measures)), key=lambda place: bool(endings[place])):
        places = list(group)
        if endings[places[0]]:
            goes_back = any(measures[i].repeat_times or measures[i].jumps & JUMPS_BACK for i in places)
            most = max(max(endings[i]) for i in places)
            for i in places:
                endings[i] = endings[i] if goes_back else frozenset()
                last[i] = places[0], most
    return endings, last


def play(parts, max_notes, max_quarters):
    """Return the score of some parts, as :class:`muspy.Music` without tracks, and the notes and lyrics of each part.

    Parameters
    ----------
    parts : list of PartReader
    max_notes, max_quarters : int

    Returns
    -------
    music : muspy.Music
    played : list of (list of (str or None, muspy.Note), list of muspy.Lyric)
        One per part, each note with its instrument.
    """
    n_measures = [len(part.measures) for part in parts]
    if min(n_measures) < max(n_measures):
        raise ValueError(f"parts of {min(n_measures)} to {max(n_measures)} measures; expected the same number")
    order = order_of(parts[0].measures)
    times_played = Counter(order)
    n_notes = sum(n * len(part.measures[place].notes) for part in parts for place, n in times_played.items())
    n_marks = sum(n * len(parts[0].measures[place].marks) for place, n in times_played.items())
    if n_notes + n_marks > max_notes:
        raise ValueError(
            f"{n_notes + n_marks:,} notes and marks with all repeats; at most max_notes={max_notes:,} are read"
        )
    quarters = _lengths(parts)
    resolution = lcm(*{m.steps for part in parts for m in part.measures}, *{q.denominator for q in quarters})
    if resolution > limits.MAX_RESOLUTION:
        raise ValueError(f"divisions whose common multiple is not 1 to {limits.MAX_RESOLUTION:,}: {resolution}")
    length = sum(n * quarters[place] for place, n in times_played.items())
    if length > max_quarters:
        raise ValueError(
            f"{float(length):,.0f} quarter notes with all repeats; at most max_quarters={max_quarters:,} are read"
        )
    starts, time = [], 0
    for place in order:
        starts.append(time)
        time += int(quarters[place] * resolution)
    music = muspy.Music(resolution=resolution, barlines=[muspy.Barline(start) for start in starts])
    _play_marks(parts[0], order, starts, music)
    return music, [_play_part(part, order, starts, resolution) for part in parts]


def _lengths(parts):
    """Return the length of each measure in quarter notes: up to the latest time that a part with notes reaches.

    A rest that fills a measure is often written longer than the measure. So rests count only if no part has notes, and
    only up to the length of the meter. An empty measure has the length of the meter.
    """
    lengths = []
    for measures in zip(*(part.measures for part in parts), strict=True):
        reached = max(Fraction(measure.length, measure.steps) for measure in measures)
        with_notes = [Fraction(measure.length, measure.steps) for measure in measures if measure.notes]
        meters = [values for _, kind, values in measures[0].marks if kind is muspy.TimeSignature]
        meter = meters[-1] if meters else measures[0].before.get(muspy.TimeSignature)
        whole = Fraction(4 * meter[0], meter[1]) if meter else reached
        lengths.append(max(with_notes, default=min(reached or whole, whole)))
    return lengths


def _play_marks(part, order, starts, music):
    """Put keys, meters and tempos into a score, including those that are in effect again after a jump."""
    lists = {
        muspy.KeySignature: music.key_signatures,
        muspy.TimeSignature: music.time_signatures,
        muspy.Tempo: music.tempos,
    }
    sounding: dict = {}
    for (before, place), start in zip(pairwise([-1, *order]), starts, strict=True):
        measure = part.measures[place]
        marks = measure.marks
        if place != before + 1:
            first = {kind for time, kind, _ in marks if time == 0}
            again = [(0, kind, values) for kind, values in measure.before.items() if kind not in first]
            marks = [mark for mark in again if sounding.get(mark[1]) != mark[2]] + marks
        for time, kind, values in marks:
            lists[kind].append(kind(start + time * music.resolution // measure.steps, *values))
            sounding[kind] = values


def _play_part(part, order, starts, resolution):
    """Return the notes of a part with their instruments, sorted and with ties merged, and its lyrics."""
    notes: list = []
    lyrics: list = []
    waiting: dict = {}  # (pitch, time at which it continues) -> {voice: [note, ...]}
    for (before, place), start in zip(pairwise([-1, *order]), starts, strict=True):
        measure = part.measures[place]
        factor = resolution // measure.steps
        lyrics += [muspy.Lyric(start + time * factor, text) for time, text in measure.lyrics]
        for onset, pitch, length, velocity, name, voice, instrument, is_tied_on, is_tied_back in measure.notes:
            time, duration = start + onset * factor, length * factor
            note = None
            if waiting and (is_tied_back or onset or place > before):  # after a jump back, its end must be marked
                note = _continued(waiting.get((pitch, time), {}), voice, is_tied_back)
            if note is None:
                note = muspy.Note(time, pitch, duration, velocity, name)
                notes.append((instrument, note))
            else:
                note.duration += duration
            if is_tied_on:
                waiting.setdefault((pitch, time + duration), {}).setdefault(voice, []).append(note)
    notes.sort(key=lambda item: (item[1].time, item[1].pitch, item[1].duration, item[1].velocity))
    return notes, lyrics


def _continued(waiting, voice, is_tied_back):
    """Return the note that a note of some pitch and time continues, or None.

    It is in the same voice or, if the end of the tie is marked, in another voice, because voices may cross.
    """
    if voice not in waiting:
        voice = next(iter(waiting), None) if is_tied_back else None
    if voice is None:
        return None
    note = waiting[voice].pop()
    if not waiting[voice]:
        del waiting[voice]
    return note
