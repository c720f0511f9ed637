import base64
import json
import re
from contextlib import suppress
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path

import music21
import muspy
import numpy as np
import pytest

from skemovae.explorer._bundle import _read, bundle
from skemovae.io import ScoreReadError, parse_abc, read_music, read_tune_book, write_music
from skemovae.io._notation import guess_fifths, spell

from .javascript import run_module

DESCRIBE = """
import { describe } from "@/score/describe.js";
answer(data.map((melody) => describe(melody)));
"""
READY = """
import { ready } from "@/score/melody.js";
answer(data.map((melody) => {
  const { bars, notes, ticks } = ready(melody);
  return bars.map(({ bar, signs }) => ({ ...bar, signs, ticks, notes: notes.map(({ source }) => source) }));
}));
"""
DESCRIBE_FILES = """
import { readScore } from "@/files/files.js";
import { melodyOf } from "@/page/heard.js";
import { describe } from "@/score/describe.js";
const found = [];
for (const [content, name] of data) {
  const score = await readScore(new Uint8Array(Buffer.from(content, "base64")), name);
  found.push(describe(melodyOf({ score, track: 0 })));
}
answer(found);
"""
# Draws the melodies given to the page, one below the other.
DRAW = """
import { engrave, highlight } from "./score/engraving.js";
import { drawRoll, markRoll, stepAt } from "./score/roll.js";
window.engrave = engrave;
Object.assign(window, { highlight, drawRoll, markRoll, stepAt });
document.documentElement.dataset.ready = "";
"""


def melody(*lengths_and_pitches, resolution=4, **settings):
    """Return a melody from (length, pitch) pairs; None is a rest."""
    notes, time = [], 0
    for length, pitch in lengths_and_pitches:
        if pitch is not None:
            notes.append({"onset": time, "length": length, "pitch": pitch})
        time += length
    return {"notes": notes, "resolution": resolution, "end": time, **settings}


def meter(numerator, denominator, time=0):
    return {"time": time, "numerator": numerator, "denominator": denominator}


def of_score(music):
    """Return a score's notes as a melody."""
    return {
        "notes": [
            {"onset": int(note.time), "length": int(note.duration), "pitch": int(note.pitch)}
            for track in music.tracks
            for note in track.notes
        ],
        "resolution": int(music.resolution),
        "timeSignatures": [meter(sign.numerator, sign.denominator, int(sign.time)) for sign in music.time_signatures],
        "barlines": [{"time": int(line.time)} for line in music.barlines],
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # 4/4: the middle of the bar shows; a quarter note between eighths needs no tie.
        (melody((2, 60), (4, 62), (2, 64), (8, 65)), "C 4 eighth, D 4 quarter, E 4 eighth, F 4 half"),
        (melody((4, 60), (8, 62), (4, 64)), "C 4 quarter, D 4 half, E 4 quarter"),
        (melody((6, 60), (4, 62), (6, 64)), "C 4 dotted quarter, D 4 eighth tied to eighth, E 4 dotted quarter"),
        (melody((12, 60), (4, None)), "C 4 dotted half, rest quarter"),
        (melody((4, None), (12, 60)), "rest quarter, C 4 dotted half"),
        # Sixteenths: no double dots; each beat shows.
        (
            melody((3, 60), (1, 62), (7, 64), (5, 65)),
            "C 4 dotted eighth, D 4 sixteenth, E 4 quarter tied to dotted eighth, F 4 sixteenth tied to quarter",
        ),
        (
            melody((1, 60), (2, 62), (1, 64), (12, None)),
            "C 4 sixteenth, D 4 eighth, E 4 sixteenth, rest quarter, rest half",
        ),
        (melody((15, 60), (1, 62)), "C 4 dotted half tied to dotted eighth, D 4 sixteenth"),
        (melody((5, 60), (11, None)), "C 4 quarter tied to sixteenth, rest sixteenth, rest eighth, rest half"),
        # Rests are not dotted, and show the beats.
        (melody((2, 60), (6, None), (8, 62)), "C 4 eighth, rest eighth, rest quarter, D 4 half"),
        (melody((16, None)), "rest for the whole bar"),
        (melody((16, 60)), "C 4 whole"),
        # 3/4.
        (melody((12, 60), timeSignatures=[meter(3, 4)]), "C 4 dotted half"),
        (melody((4, 60), (8, 62), timeSignatures=[meter(3, 4)]), "C 4 quarter, D 4 half"),
        (
            melody((2, 60), (8, 62), (2, 64), timeSignatures=[meter(3, 4)]),
            "C 4 eighth, D 4 eighth tied to dotted quarter, E 4 eighth",
        ),
        (melody((4, 60), (8, None), timeSignatures=[meter(3, 4)]), "C 4 quarter, rest quarter, rest quarter"),
        # 6/8: the beats are dotted quarter notes.
        (
            melody((4, 60), (2, 62), (6, 64), timeSignatures=[meter(6, 8)]),
            "C 4 quarter, D 4 eighth, E 4 dotted quarter",
        ),
        (
            melody((3, 60), (1, 62), (2, 64), (6, None), timeSignatures=[meter(6, 8)]),
            "C 4 dotted eighth, D 4 sixteenth, E 4 eighth, rest dotted quarter",
        ),
        (
            melody((4, 60), (4, 62), (4, 64), timeSignatures=[meter(6, 8)]),
            "C 4 quarter, D 4 eighth tied to eighth, E 4 quarter",
        ),
        (melody((12, 60), timeSignatures=[meter(6, 8)]), "C 4 dotted half"),
        (
            melody((2, 60), (10, None), timeSignatures=[meter(6, 8)]),
            "C 4 eighth, rest eighth, rest eighth, rest dotted quarter",
        ),
        # Triplets, within a beat and within half a bar.
        (
            melody((4, 60), (4, 62), (4, 64), (36, 65), resolution=12),
            "C 4 triplet eighth, D 4 triplet eighth, E 4 triplet eighth, F 4 dotted half",
        ),
        (
            melody((8, 60), (8, 62), (8, 64), (24, 65), resolution=12),
            "C 4 triplet quarter, D 4 triplet quarter, E 4 triplet quarter, F 4 half",
        ),
        (
            melody((8, 60), (16, 62), (24, None), resolution=12),
            "C 4 triplet quarter, D 4 triplet half, rest half",
        ),
        # The notes of a player, slightly off the beat.
        (
            melody((238, 60), (244, 62), (470, 64), (968, 65), resolution=480),
            "C 4 eighth, D 4 eighth, E 4 quarter, F 4 half",
        ),
    ],
)
def test_a_bar_is_written_as_it_is_read_best(given, expected):
    signature = given.get("timeSignatures", [meter(4, 4)])[0]
    (found,) = run_module(DESCRIBE, [given])
    assert found == [f"No sharps or flats, {signature['numerator']}/{signature['denominator']}.", f"Bar 1: {expected}."]


def test_a_description_names_upbeats_keys_meters_and_notes_that_are_held():
    keys = [{"time": 0, "fifths": -3, "mode": "minor"}, {"time": 22, "root": 9, "mode": "major"}]
    upbeat = melody(
        (2, 67), (4, 72), (4, 71), (4, 66), (8, 61), (4, 62), (4, 64), (4, 69),
        keySignatures=keys, timeSignatures=[meter(4, 4), meter(3, 4, 18)],
        barlines=[{"time": time} for time in (0, 2, 18)],
    )  # fmt: skip
    (found,) = run_module(DESCRIBE, [upbeat])
    assert found == [
        "C minor, 4/4.",
        "Upbeat: G 4 eighth.",
        "Bar 1: C 5 quarter, B 4 quarter, F sharp 4 quarter, D flat 4 quarter.",
        "3/4.",
        "Bar 2: D flat 4 held quarter, D 4 quarter, E 4 quarter.",
        "A major.",
        "Bar 3: A 4 quarter, rest quarter, rest quarter.",
    ]


def test_an_upbeat_may_be_a_bar_of_its_own_meter_and_a_bar_may_be_written_in_two_parts():
    own = melody((4, 60), *[(4, 62)] * 8, timeSignatures=[meter(1, 4), meter(4, 4, 4)])
    parts = melody(*[(4, 60)] * 12, barlines=[{"time": time} for time in (0, 4, 20, 32, 36, 48)])
    found = run_module(READY, [own, parts])
    assert [[(bar["number"], bar["offset"] // 48) for bar in bars] for bars in found] == [
        [(0, 3), (1, 0), (2, 0)],
        [(0, 3), (1, 0), (2, 0), (2, 3), (3, 0)],
    ]


@pytest.mark.parametrize("resolution", [4, 24, 480, 960, 1000, 5040, 10080])
@pytest.mark.parametrize(
    ("abc", "expected"),
    [
        (
            "M:3/4\nL:1/4\nK:G\nD | G2 B/2G/2 | B2 A | G2 E | D2 D | G2 B/2G/2 | B2 A | d3 | d2 |]",
            """G major, 3/4.
            Upbeat: D 4 quarter.
            Bar 1: G 4 half, B 4 eighth, G 4 eighth.
            Bar 2: B 4 half, A 4 quarter.
            Bar 3: G 4 half, E 4 quarter.
            Bar 4: D 4 half, D 4 quarter.
            Bar 5: G 4 half, B 4 eighth, G 4 eighth.
            Bar 6: B 4 half, A 4 quarter.
            Bar 7: D 5 dotted half.
            Bar 8: D 5 half, rest quarter.""",
        ),
        (
            "M:6/8\nL:1/8\nK:G\nD | G2A B2G | ABA G2E | D2G Bcd | A3 G2 |]",
            """G major, 6/8.
            Upbeat: D 4 eighth.
            Bar 1: G 4 quarter, A 4 eighth, B 4 quarter, G 4 eighth.
            Bar 2: A 4 eighth, B 4 eighth, A 4 eighth, G 4 quarter, E 4 eighth.
            Bar 3: D 4 quarter, G 4 eighth, B 4 eighth, C 5 eighth, D 5 eighth.
            Bar 4: A 4 dotted quarter, G 4 quarter, rest eighth.""",
        ),
    ],
    ids=["three-four", "six-eight"],
)
def test_a_tune_with_an_upbeat_is_written_the_same_at_any_resolution(tmp_path, abc, expected, resolution):
    tune = parse_abc(f"X:1\nT:Tune\n{abc}\n")
    write_music(tune, tmp_path / "tune.musicxml")
    text = (tmp_path / "tune.musicxml").read_text("utf-8")
    assert "<divisions>10080</divisions>" in text
    times = r"(?<=<divisions>)\d+|(?<=<duration>)\d+"
    text = re.sub(times, lambda found: str(int(found[0]) * resolution // 10080), text)
    (tmp_path / "tune.musicxml").write_text(text, "utf-8")
    tune.adjust_resolution(resolution)
    (sign,) = tune.time_signatures
    first = tune.barlines[1].time  # MIDI has no bar lines: an upbeat is a bar in a meter of its own
    tune.time_signatures = [
        muspy.TimeSignature(0, first * sign.denominator // (4 * resolution), sign.denominator),
        muspy.TimeSignature(first, sign.numerator, sign.denominator),
    ]
    write_music(tune, tmp_path / "tune.mid")
    paths = [tmp_path / "tune.musicxml", tmp_path / "tune.mid"]
    files = [[base64.b64encode(path.read_bytes()).decode(), path.name] for path in paths]
    lines = [line.strip() for line in expected.splitlines()]
    assert run_module(DESCRIBE_FILES, files) == [lines, lines]


def test_names_are_those_of_the_package_where_neither_mode_nor_the_next_note_says_more():
    cases = [[pitch, fifths] for pitch in range(128) for fifths in range(-7, 8)]
    found = run_module(
        """
import { spell } from "@/score/spelling.js";
answer(data.map(([pitch, fifths]) => Object.values(spell(pitch, fifths, null, null))));
""",
        cases,
    )
    expected = [spell(pitch, fifths) for pitch, fifths in cases]
    assert found == [["CDEFGAB".index(letter), alter, octave] for letter, alter, octave in expected]


def test_where_no_key_is_stated_notes_are_spelled_by_the_same_scale_as_in_the_package():
    generator = np.random.default_rng(0)
    tunes = [generator.integers(36, 96, size=8).tolist() for _ in range(300)]
    scores = [
        muspy.Music(tracks=[muspy.Track(notes=[muspy.Note(time, pitch, 1) for time, pitch in enumerate(tune)])])
        for tune in tunes
    ]
    found = run_module(
        """
import { guessFifths } from "@/score/spelling.js";
answer(data.map((tune) => guessFifths(tune.map((pitch) => ({ pitch })))));
""",
        tunes,
    )
    assert found == [guess_fifths(score) for score in scores]


def test_accidentals_hold_for_their_bar_and_a_tie_carries_them_no_further_than_its_note():
    bar = [(4, 66), (4, 66), (4, 65), (4, 77)]
    plain = [{"time": 0, "fifths": 0}]
    tune = melody(*bar, (4, 66), (8, None), (8, 66), (4, 66), (4, 65), (4, 65), keySignatures=plain)
    (bars,) = run_module(READY, [tune])
    assert [[sign["accidental"] for sign in bar["signs"] if sign["note"] is not None] for bar in bars] == [
        [1, None, 0, None],
        [1, None],  # F sharp, and again after the rest
        [None, 1, 0, None],  # held over the bar line, so written anew
    ]


def test_notes_of_major_lead_up_as_sharps_and_down_as_flats():
    tune = melody(
        (4, 61), (4, 62), (4, 61), (4, 60), (4, 68), (4, 69), (4, 68), (4, 67), keySignatures=[{"time": 0, "fifths": 0}]
    )
    (found,) = run_module(DESCRIBE, [tune])
    assert [line.split(": ")[1].replace(" quarter", "") for line in found[1:]] == [
        "C sharp 4, D 4, D flat 4, C 4.",
        "G sharp 4, A 4, A flat 4, G 4.",
    ]


@pytest.mark.parametrize(
    ("given", "groups"),
    [
        (melody(*[(2, 60)] * 8), [4, 4]),
        (melody(*[(2, 60)] * 3, (1, 60), (1, 60), *[(2, 60)] * 4), [2, 3, 4]),
        (melody(*[(1, 60)] * 16), [4, 4, 4, 4]),
        (melody(*[(2, 60)] * 6, timeSignatures=[meter(3, 4)]), [6]),
        (melody((4, 60), *[(2, 60)] * 4, timeSignatures=[meter(3, 4)]), [2, 2]),
        (melody(*[(2, 60)] * 6, timeSignatures=[meter(6, 8)]), [3, 3]),
        (melody(*[(2, 60)] * 7, timeSignatures=[meter(7, 8)]), [2, 2, 3]),
        (melody((2, 60), (4, 60), (2, 60), (2, 60), (2, None), (4, 60)), []),
        (melody((4, 60), (4, 60), (4, 60), (12, 60), (24, 60), resolution=12), [3]),
    ],
)
def test_beams_join_the_notes_of_a_beat(given, groups):
    source = """
import { ready } from "@/score/melody.js";
import { beamGroups } from "@/score/beams.js";
const [{ bar, signs }] = ready(data).bars;
answer(beamGroups(bar, signs).map((group) => group.length));
"""
    assert run_module(source, given) == groups


def test_any_melody_is_written_in_single_values_that_add_up(folk_tunes):
    generator = np.random.default_rng(0)
    melodies = [of_score(tune) for tune in folk_tunes]
    for numerator, denominator in [
        (4, 4),
        (3, 4),
        (2, 4),
        (6, 8),
        (9, 8),
        (12, 8),
        (5, 8),
        (7, 8),
        (3, 8),
        (2, 2),
        (5, 4),
        (6, 4),
    ]:
        for _ in range(20):
            lengths = generator.integers(1, 14, size=24)
            pitches = [
                None if generator.random() < 0.25 else int(pitch) for pitch in generator.integers(40, 90, size=24)
            ]
            tune = [(int(length), pitch) for length, pitch in zip(lengths, pitches, strict=True)]
            melodies.append(melody(*tune, timeSignatures=[meter(numerator, denominator)]))
    for given, bars in zip(melodies, run_module(READY, melodies), strict=True):
        written = {}
        for bar in bars:
            time = bar["start"]
            for sign in bar["signs"]:
                assert sign["start"] == pytest.approx(time)
                value = sign["base"] * (1.5 if sign["dots"] else 1) * (2 / 3 if sign["tuplet"] else 1)
                assert sign["wholeBar"] or value == pytest.approx(sign["length"])
                time += sign["length"]
                if sign["note"] is not None:
                    source = bar["notes"][sign["note"]]
                    parts = written.setdefault(source, [])
                    assert sign["tiedFrom"] == bool(parts)
                    parts.append((sign["start"] / bar["ticks"], sign["length"] / bar["ticks"], sign["tiedTo"]))
            assert time == pytest.approx(bar["end"])
        assert len(written) == len(given["notes"])
        for source, parts in written.items():
            note = given["notes"][source]
            assert parts[0][0] == pytest.approx(note["onset"])
            assert sum(length for _, length, _ in parts) == pytest.approx(note["length"])
            assert [tied for _, _, tied in parts] == [True] * (len(parts) - 1) + [False]


@pytest.fixture(scope="module")
def folk_tunes():
    """Return folk tunes with their upbeats, repeats, and bars in two parts."""
    corpus = Path(music21.__file__).parent / "corpus"
    tunes = []
    for book in ("oneills1850/0001-0050.abc", "airdsAirs/book1.abc"):
        for text in read_tune_book(corpus / book)[:40]:
            with suppress(ScoreReadError):
                tunes.append(parse_abc(text))
    # One of them has a run of notes that are shorter than any note value
    return [tune for tune in tunes if all(16 * note.duration >= tune.resolution for note in tune.tracks[0].notes)]


@pytest.fixture(scope="module")
def easel(tmp_path_factory):
    """Return the path of a page that draws melodies."""
    path = tmp_path_factory.mktemp("engraving") / "easel.html"
    script = bundle("easel.js", lambda name: DRAW if name == "easel.js" else _read(name))
    path.write_text(f"<!doctype html><meta charset=utf-8><title>Easel</title><body><script>{script}</script>", "utf-8")
    return path


MEASURE = """([melody, width]) => {
  const svg = engrave(melody, { width });
  document.body.replaceChildren(svg);
  const box = svg.getBoundingClientRect();
  const middle = (element) => { const { top, bottom } = element.getBoundingClientRect(); return (top + bottom) / 2; };
  const inside = (element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return left >= box.left - 0.5 && right <= box.right + 0.5 && top >= box.top - 0.5 && bottom <= box.bottom + 0.5;
  };
  return {
    sign: svg.querySelector(".clef").dataset.clef,
    clefs: svg.querySelectorAll(".clef").length,
    systems: svg.querySelectorAll(".system").length,
    spills: [...svg.querySelectorAll("path, rect, text")].filter((element) => !inside(element)).map(
      (element) => `${element.getAttribute("class")} of ${element.parentNode.getAttribute("class")}`,
    ),
    rests: [...svg.querySelectorAll(".rest")].map((rest) => Number(rest.dataset.value)),
    notes: [...svg.querySelectorAll(".note")].map((note) => {
      const lines = [...note.closest(".system").querySelectorAll(".staff .line")].map(middle).sort((a, b) => a - b);
      const head = note.querySelector(".head");
      const { left, right } = head.getBoundingClientRect();
      return {
        ...Object.fromEntries(Object.entries(note.dataset).map(([name, value]) => [name, Number(value)])),
        position: (8 * (lines[2] - middle(head))) / (lines[4] - lines[0]), left, right,
        accidentals: note.querySelectorAll(".accidental").length,
        ledgers: note.querySelectorAll(".ledger").length,
        system: [...svg.children].indexOf(note.closest(".system")),
      };
    }),
  };
}"""


def check_drawing(given, drawn, middle):
    """Check that every note is drawn where it belongs; `middle` is 7 * octave + step of the middle line."""
    assert drawn["spills"] == []
    by_note = {}
    for head in drawn["notes"]:
        by_note.setdefault(head["note"], []).append(head)
    assert sorted(by_note) == list(range(len(given["notes"])))
    fifths = [sign.get("fifths") for sign in given.get("keySignatures", [])] or [
        guess_fifths(
            muspy.Music(tracks=[muspy.Track(notes=[muspy.Note(0, note["pitch"], 1) for note in given["notes"]])])
        )
    ]
    for index, heads in by_note.items():
        note = given["notes"][index]
        assert sum(head["value"] for head in heads) == pytest.approx(note["length"])
        assert min(head["start"] for head in heads) == pytest.approx(note["onset"])
        letter, _, octave = spell(note["pitch"], fifths[0])
        place = 7 * octave + "CDEFGAB".index(letter) - middle
        for head in heads:
            assert (head["onset"], head["length"], head["pitch"]) == (note["onset"], note["length"], note["pitch"])
            assert head["position"] == pytest.approx(place, abs=1.3)  # another spelling is one position off
            assert head["position"] == pytest.approx(round(head["position"]), abs=0.2)
            assert head["ledgers"] == max(0, abs(round(head["position"])) // 2 - 2)
    ordered = sorted(drawn["notes"], key=lambda head: head["start"])
    for before, after in pairwise(ordered):
        assert before["system"] < after["system"] or before["right"] < after["left"]


@pytest.mark.slow
def test_the_published_melodies_are_drawn_whole(visit, easel, published):
    melodies = [of_score(read_music(path)) for path in sorted(published.glob("e*/*.mid"))]
    assert len(melodies) == 344
    for given in melodies:  # one of them has chords; the highest notes are the melody
        given["notes"].sort(key=lambda note: (note["onset"], -note["pitch"]))
        given["notes"] = [next(chord) for _, chord in groupby(given["notes"], key=itemgetter("onset"))]
        for before, after in pairwise(given["notes"]):
            before["length"] = min(before["length"], after["onset"] - before["onset"])
    with visit(easel) as page:
        for i, given in enumerate(melodies):
            drawn = page.evaluate(MEASURE, [given, (320, 700, 1200)[i % 3]])
            assert drawn["clefs"] == drawn["systems"]
            check_drawing(given, drawn, 34 if drawn["sign"] == "treble" else 22)
            end = max(note["onset"] + note["length"] for note in given["notes"])
            bars = np.ceil(end / given["resolution"] / 4)
            sounding = sum(note["length"] for note in given["notes"])
            assert sum(drawn["rests"]) + sounding == pytest.approx(4 * bars * given["resolution"])


@pytest.mark.slow
def test_a_melody_is_drawn_whole_at_any_width(visit, easel):
    tune = melody(*[(2, 60 + 5 * i % 17) for i in range(30)], (1, 61), (3, 84), (7, 55), (5, None), (8, 66))
    tune["keySignatures"] = [{"time": 0, "fifths": 0}]
    with visit(easel) as page:
        for width, most in ((240, 9), (320, 9), (700, 3), (1200, 2)):
            drawn = page.evaluate(MEASURE, [tune, width])
            check_drawing(tune, drawn, 34)
            assert drawn["clefs"] == drawn["systems"] <= most


@pytest.mark.slow
def test_clefs_follow_the_music(visit, easel):
    with visit(easel) as page:
        for pitch, middle in ((72, 34), (60, 34), (40, 22), (104, 41), (24, 15)):
            tune = melody((4, pitch), (4, pitch + 2), (8, pitch))
            check_drawing(tune, page.evaluate(MEASURE, [tune, 400]), middle)


@pytest.mark.slow
def test_what_sounds_is_marked_in_notes_and_in_the_roll(visit, easel):
    tune = melody((4, 60), (8, 62), (12, 64), (8, 65))
    source = """([melody, step]) => {
      const score = engrave(melody, { width: 300, colorOf: (bar, start) => (bar ? `rgb(${start} 0 0)` : null) });
      const roll = drawRoll([melody, { ...melody, resolution: 8 }], { width: 300, height: 80 });
      document.body.replaceChildren(score, roll);
      highlight(score, step);
      markRoll(roll, step);
      const sounding = (svg) => [...svg.querySelectorAll(".sounding")].map(({ dataset }) => Number(dataset.pitch));
      return {
        score: sounding(score), roll: sounding(roll), head: roll.querySelector(".playhead").getAttribute("d"),
        grounds: [...score.querySelectorAll(".ground")].map(({ style }) => style.fill), step: stepAt(roll, 163),
      };
    }"""
    with visit(easel) as page:
        found = page.evaluate(source, [tune, 13])
        assert found["score"] == [64, 64]  # both heads of a tied note
        assert found["roll"] == [64, 65]  # the second melody is twice as fast
        assert found["head"].startswith("M138.06 0V")
        assert found["grounds"] == ["rgb(16, 0, 0)"]
        assert found["step"] == pytest.approx(16)
        assert page.evaluate(source, [tune, None])["score"] == []


@pytest.mark.slow
def test_a_roll_has_the_bars_of_the_score_at_any_resolution(visit, easel):
    source = """(melody) => {
      const starts = [];
      const roll = drawRoll([{ ...melody, colorOf: (bar, start) => { starts.push([bar, start]); return null; } }],
        { width: 300, height: 80 });
      return [roll.querySelectorAll(".barline").length, starts];
    }"""
    with visit(easel) as page:
        for steps in (4, 960, 5040, 10080):
            bars = [0, *range(steps, 20 * steps, 4 * steps)]
            tune = melody((steps, 60), *[(4 * steps, 62)] * 4, resolution=steps, barlines=[{"time": t} for t in bars])
            starts = [[bar, start] for bar, start in enumerate(bars[:-1])]
            assert page.evaluate(source, tune) == [6, starts]


@pytest.mark.slow
def test_what_a_listener_never_hears_draws_nothing_wrong(visit, easel):
    silent = {"notes": [], "resolution": 4, "end": 32}
    with visit(easel) as page:
        drawn = page.evaluate(MEASURE, [silent, 300])
        assert drawn["notes"] == []
        assert drawn["rests"] == [16, 16]
        roll = page.evaluate("(melody) => drawRoll([melody], { width: 300, height: 80 }).textContent", silent)
        assert "all rests" in roll
        assert json.dumps(drawn)
