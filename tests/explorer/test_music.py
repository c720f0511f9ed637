"""The explorer's scores, tokens, modes, durations and keys: exactly those of the package."""

import itertools
from fractions import Fraction

import muspy
import numpy as np
import pytest

from skemovae import load_bach_chorales, read_music
from skemovae._scores import bars_of, regular_stretches, why_impossible
from skemovae.emotion import EMOTIONS, as_emotion, quadrant_index
from skemovae.io import KEY_NAMES
from skemovae.preprocessing import (
    double_durations,
    find_key,
    halve_durations,
    highest_track,
    make_key_signature,
    median_note_length,
    row_of_notes,
    skyline,
    stated_key,
    to_parallel_mode,
)
from skemovae.preprocessing._tokens import rest_empty_holds

from .javascript import run_module
from .score_json import differences, from_json, to_json

KEYS = """
import { findKey } from "@/music/key.js";
answer(data.map((score) => {
  const { root, mode } = findKey(score, { useSignature: false });
  return [root, mode];
}));
"""


def random_rows(n=300, n_steps=64, seed=0):
    generator = np.random.default_rng(seed)
    rows = generator.choice(np.arange(130), size=(n, n_steps))
    few = generator.choice([57, 59, 60, 62, 69, 71, 72, 128, 129, 129], size=(n, n_steps))
    return np.where(generator.random((n, 1)) < 0.3, rows, few)


def random_score(generator):
    """Return a score with chords, notes of no length, drums, triplets and unsorted marks."""
    resolution = int(generator.choice([1, 3, 4, 12, 24, 480, 1000]))
    tracks = []
    for _ in range(generator.integers(1, 4)):
        n = int(generator.integers(1, 40))
        times = generator.integers(0, 16 * resolution, n)
        pitches, lengths = generator.integers(0, 128, n), generator.integers(0, 3 * resolution, n)
        notes = [muspy.Note(*map(int, each)) for each in zip(times, pitches, lengths, strict=True)]
        tracks.append(muspy.Track(is_drum=bool(generator.random() < 0.2), notes=notes))
    meters = [
        muspy.TimeSignature(int(generator.integers(20)) * resolution, *map(int, generator.choice([2, 3, 4, 6, 7], 2)))
        for _ in range(generator.integers(4))
    ]
    return muspy.Music(resolution=resolution, tracks=tracks, time_signatures=meters)


def random_scores(n=200, seed=0):
    generator = np.random.default_rng(seed)
    return [random_score(generator) for _ in range(n)]


def test_a_score_comes_back_from_json():
    for music in random_scores(20):
        music.barlines = [muspy.Barline(0), muspy.Barline(7)]
        music.key_signatures = [muspy.KeySignature(3, root=7, mode="minor"), muspy.KeySignature(5, fifths=-3)]
        score = to_json(music)
        assert differences(score, from_json(score)) == []
    other = to_json(music)
    other["tracks"][0]["notes"][0]["pitch"] += 1
    other["resolution"] += 1
    assert len(differences(other, music)) == 2


def test_bars_and_stretches_are_those_of_the_package():
    scores = random_scores()
    ends = [None if i % 3 else 5 * i for i in range(len(scores))]
    generator = np.random.default_rng(1)
    lines = [np.cumsum([0, *generator.choice([1, 2, 3, 4, 4, 4, 8, 9], 12)]).tolist() for _ in range(300)]
    found = run_module(
        """
import { barsOf, regularStretches, whyImpossible } from "@/music/score.js";
answer({
  bars: data.scores.map((score, i) => barsOf(score, data.ends[i], data.units)),
  stretches: data.lines.map((lines) => regularStretches(lines, 4)),
  impossible: data.scores.map(whyImpossible),
});
""",
        {"scores": [to_json(music) for music in scores], "ends": ends, "units": 8, "lines": lines},
    )
    assert found["bars"] == [
        [[int(time * music.resolution * 8) for time in bar] for bar in bars_of(music, end)]
        for music, end in zip(scores, ends, strict=True)
    ]
    assert found["stretches"] == [[list(each) for each in regular_stretches(each, 4)] for each in lines]
    assert set(found["impossible"]) == {None}


@pytest.mark.parametrize(
    ("resolution", "note"), [(0, (0, 60, 1)), (4, (-1, 60, 1)), (4, (0, 128, 1)), (4, (0, 60, -1)), (4, (0.5, 60, 1))]
)
def test_an_impossible_score_is_said(resolution, note):
    time, pitch, duration = note
    notes = [{"time": time, "pitch": pitch, "duration": duration, "velocity": 64}]
    score = to_json(muspy.Music(resolution=4)) | {
        "resolution": resolution,
        "tracks": [{"program": 0, "isDrum": False, "name": None, "notes": notes}],
    }
    source = 'import { whyImpossible } from "@/music/score.js";\nanswer(whyImpossible(data));'
    assert run_module(source, score)
    assert why_impossible(from_json(score))


def test_rows_modes_and_durations_are_those_of_the_package():
    rows = random_rows()
    found = run_module(
        """
import { doubleDurations, halveDurations, medianNoteLength } from "@/music/durations.js";
import { toParallelMode } from "@/music/mode.js";
import { notesOfRow, restEmptyHolds, rowOfNotes } from "@/music/tokens.js";
const span = ({ onset, length, pitch }) => ({ start: onset, end: onset + length, pitch });
answer({
  major: data.map((row) => toParallelMode(row, "major")),
  minor: data.map((row) => toParallelMode(row, "minor")),
  double: data.map(doubleDurations),
  halve: data.map(halveDurations),
  odd: data.map((row) => halveDurations(row.slice(0, 31))),
  rests: data.map(restEmptyHolds),
  median: data.map(medianNoteLength),
  again: data.map((row) => rowOfNotes(notesOfRow(row).map(span), row.length)),
});
""",
        rows.tolist(),
    )
    assert found["major"] == to_parallel_mode(rows, "major").tolist()
    assert found["minor"] == to_parallel_mode(rows, "minor").tolist()
    assert found["double"] == double_durations(rows).tolist()
    assert found["halve"] == halve_durations(rows).tolist()
    assert found["odd"] == halve_durations(rows[:, :31]).tolist()
    assert found["rests"] == found["again"] == rest_empty_holds(rows).tolist()
    assert found["median"] == median_note_length(rows).tolist()


def test_skylines_rows_and_tracks_are_those_of_the_package():
    scores = [music for music in random_scores() if any(not track.is_drum for track in music.tracks)]
    notes = [
        sorted((n.time, n.time + n.duration, n.pitch) for track in music.tracks for n in track.notes)
        for music in scores
    ]
    tunes = [[(2, 5, 60), (5, 6, 62), (9, 16, 64)], [], [(0, 16, 3)]]
    found = run_module(
        """
import { highestTrack, rowOfNotes, skyline } from "@/music/tokens.js";
const spans = (notes) => notes.map(([start, end, pitch]) => ({ start, end, pitch }));
answer({
  skylines: data.notes.map((notes) => skyline(spans(notes)).map(({ start, end, pitch }) => [start, end, pitch])),
  rows: data.tunes.map((tune) => rowOfNotes(spans(tune), 16)),
  highest: data.scores.map(({ tracks }) => tracks.indexOf(highestTrack(tracks))),
});
""",
        {"notes": notes, "tunes": tunes, "scores": [to_json(music) for music in scores]},
    )
    assert found["skylines"] == [[list(note) for note in skyline(each)] for each in notes]
    assert found["rows"] == [list(row_of_notes(tune, 16)) for tune in tunes]
    assert found["highest"] == [
        next(i for i, track in enumerate(music.tracks) if track is highest_track(music.tracks)) for music in scores
    ]


def test_signatures_are_those_of_the_package():
    modes = ["major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "aeolian", "ionian", "locrian", "none"]
    marks = [
        muspy.KeySignature(0, root=root, mode=mode, fifths=fifths)
        for mode, root, fifths in itertools.product([None, *modes], [None, 0, 6, 11], [None, -7, 0, 5])
    ]
    keys = [(root, mode) for mode in KEY_NAMES for root in range(12)]
    found = run_module(
        """
import { keyName, makeKeySignature, statedKey } from "@/music/key.js";
answer({
  stated: data.marks.map(statedKey),
  made: data.keys.map(makeKeySignature),
  names: data.keys.map(keyName),
});
""",
        {
            "marks": [vars(mark) for mark in marks],
            "keys": [{"root": root, "mode": mode} for root, mode in keys],
        },
    )
    stated = [stated_key(mark) for mark in marks]
    assert found["stated"] == [key and {"root": key[0], "mode": key[1]} for key in stated]
    made = muspy.Music(key_signatures=[make_key_signature(*key) for key in keys])
    assert found["made"] == to_json(made)["keySignatures"]
    assert found["names"] == [f"{KEY_NAMES[mode][root]} {mode}" for root, mode in keys]


def test_emotions_are_those_of_the_package():
    points = [[v, a] for v in (-1.0, -0.0, 0.0, 0.5) for a in (-0.1, 0.0, 2.0)]
    spellings = [spelling for emotion in EMOTIONS for spelling in emotion.spellings]
    found = run_module(
        """
import { asEmotion, EMOTIONS, quadrantIndex } from "@/music/emotion.js";
answer({
  emotions: EMOTIONS,
  quadrants: data.points.map(quadrantIndex),
  spelled: data.spellings.map((label) => asEmotion(label).number),
  unknown: asEmotion("joyful"),
});
""",
        {"points": points, "spellings": [f" {s.upper()} " if isinstance(s, str) else s for s in spellings]},
    )
    assert found["emotions"] == [emotion._asdict() for emotion in EMOTIONS]
    assert found["quadrants"] == quadrant_index(points).tolist()
    assert found["spelled"] == [as_emotion(spelling).number for spelling in spellings]
    assert found["unknown"] is None


def lengths_score(lengths, resolution):
    """Return a score in which each pitch class sounds for a given length."""
    notes = [muspy.Note(0, 60 + pitch, length) for pitch, length in lengths if length]
    return muspy.Music(resolution=resolution, tracks=[muspy.Track(notes=notes)])


def keys_by_both(scores):
    expected = [list(find_key(music, use_signature=False)) for music in scores]
    return run_module(KEYS, [to_json(music) for music in scores]), expected


def test_found_keys_are_music21s():
    pitched = [m for m in random_scores(120) if any(n.duration for t in m.tracks if not t.is_drum for n in t.notes)]
    found, expected = keys_by_both(pitched)
    assert found == expected


def test_found_keys_are_music21s_where_several_fit_equally_well():
    even = [[(pitch, 4) for pitch in range(12)], [(0, 4)], [(3, 4), (9, 4)], [(0, 4), (4, 4), (8, 4)]]
    even += [[(pitch + first, 4) for pitch in range(0, 12, step)] for step in (1, 2, 3, 4, 6) for first in range(12)]
    scores = [lengths_score(lengths, resolution) for lengths in even for resolution in (4, 3)]
    scores += [lengths_score([(0, 1), (6, 1), (7, 5)], resolution) for resolution in (1, 7, 32768, 65537, 999_983)]
    found, expected = keys_by_both(scores)
    assert found == expected


def test_found_keys_of_published_melodies_are_music21s(published):
    found, expected = keys_by_both([read_music(path) for path in sorted(published.rglob("*.mid"))[::4]])
    assert found == expected


@pytest.mark.slow
def test_found_keys_of_all_melodies_and_chorales_are_music21s(published, data_home):
    scores = [read_music(path) for path in sorted(published.rglob("*.mid"))]
    scores += load_bach_chorales(subset="all", form="scores", data_home=data_home).data
    found, expected = keys_by_both(scores)
    assert found == expected
    assert len(found) == 344 + 364


def test_fractions_are_pythons():
    generator = np.random.default_rng(0)
    pairs = [(int(a), int(b)) for a, b in generator.integers(1, 2**62, (200, 2))]
    pairs += [(3**80, 7**60), (1, 3), (5, 2), (2**54 + 1, 1), (2**55 + 6, 2)]
    values = [*generator.random(50).tolist(), 1 / 3, 4.5, 39999 + 1 / 7]
    found = run_module(
        """
import { add, exactly, fraction, limitDenominator, multiply, toNumber } from "@/numbers/fraction.js";
const text = ({ numerator, denominator }) => `${numerator}/${denominator}`;
const third = fraction(-2n, -3n);
const of = ([a, b]) => fraction(BigInt(a), BigInt(b));
answer({
  numbers: data.pairs.map((pair) => toNumber(of(pair))),
  negative: toNumber(fraction(-1n, 3n)),
  sums: data.pairs.map((pair) => text(multiply(add(of(pair), third), third))),
  limited: data.values.map((value) => text(limitDenominator(exactly(value), 65535n))),
});
""",
        {"pairs": [[str(a), str(b)] for a, b in pairs], "values": values},
    )
    assert found["numbers"] == [a / b for a, b in pairs]
    assert found["negative"] == -1 / 3
    third = Fraction(2, 3)
    sums = [(Fraction(a, b) + third) * third for a, b in pairs]
    assert found["sums"] == [f"{s.numerator}/{s.denominator}" for s in sums]
    limited = [Fraction(value).limit_denominator(65535) for value in values]
    assert found["limited"] == [f"{value.numerator}/{value.denominator}" for value in limited]


def test_integers_are_divided_as_in_python():
    pairs = [(a, b) for a in range(-12, 13) for b in (-5, -2, 1, 2, 3, 8)]
    found = run_module(
        """
import { ceilDivide, floorDivide, greatestCommonDivisor, remainder, roundDivide } from "@/numbers/integers.js";
answer(data.map(([a, b]) => [
  floorDivide(a, b), ceilDivide(a, b), remainder(a, b), greatestCommonDivisor(a, b), b > 0 ? roundDivide(a, b) : null,
]));
""",
        pairs,
    )
    assert found == [
        [a // b, -(-a // b), a % b, int(np.gcd(a, b)), round(Fraction(a, b)) if b > 0 else None] for a, b in pairs
    ]
