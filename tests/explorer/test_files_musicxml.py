"""Tests of MusicXML files in the explorer: it reads what the package reads, and writes what the package can read.

The explorer differs where a page has other needs. Its limits are lower, it refuses scores without notes, it recognizes
a file by its content rather than by its name, and it may refuse a damaged archive that the package reads, or the
reverse.
"""

import base64
import random
import warnings
import zipfile
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from xml.etree import ElementTree

import muspy
import pytest

from skemovae import load_bach_chorales, load_folk_tunes, read_music, write_music
from tests.conftest import make_score
from tests.io.files import CONTAINER, MELODY, musicxml, mxl_bytes, note_xml
from tests.io.test_damaged import BAD_MUSICXML
from tests.io.test_musicxml import ORDERS

from .javascript import run_module
from .score_json import differences, python_read, to_json
from .xml_damage import damaged_documents

READ = """
import { readScore } from "@/files/files.js";
import { ReadError } from "@/files/limits.js";
const found = [];
for (const [text, name] of data) {
  try {
    found.push(await readScore(new Uint8Array(Buffer.from(text, "base64")), name));
  } catch (error) {
    if (!(error instanceof ReadError) || !/^This [^]+[.]$/.test(error.message)) throw error;
    found.push(error.message);
  }
}
answer(found);
"""
WRITE = """
import { writeMusicXml } from "@/files/writeMusicxml.js";
answer(data.map(writeMusicXml));
"""


def read(files, name="x.musicxml"):
    """Return what JavaScript reads from the bytes or texts of files: scores, or error messages."""
    contents = (content.encode() if isinstance(content, str) else content for content in files)
    return run_module(READ, [[base64.b64encode(content).decode(), name] for content in contents])


def notes_of(score):
    """Return the notes of each track of a score in the explorer's form, with times in quarter notes."""
    steps = score["resolution"]
    return [sorted((n["time"] / steps, n["pitch"], n["duration"] / steps) for n in t["notes"]) for t in score["tracks"]]


def read_notes(content):
    """Return the notes of the only track, with times in steps."""
    (score,) = read([content])
    (track,) = score["tracks"]
    return [(note["time"], note["pitch"], note["duration"]) for note in track["notes"]]


def assert_read_alike(files, path, name="x.musicxml"):
    """Compare with Python, which reads or refuses each file; return how many files it reads and refuses."""
    n_read = 0
    for score, content in zip(read(files, name), files, strict=True):
        expected = python_read(path, content)
        if isinstance(score, str) and TOO_LONG in score:
            continue
        has_notes = expected is not None and any(track.notes for track in expected.tracks)
        assert has_notes != isinstance(score, str), (score, content)
        if has_notes:
            assert not differences(score, expected), content
            n_read += 1
    return n_read, len(files) - n_read


# --- the same as the package ------------------------------------------------------------------------------------------

TOO_LONG = "longer than 20,000 quarter notes"
BACK = "<backup><duration>4</duration></backup>"
REST = "<note><rest/><duration>4</duration></note>"
BACKWARD = "<barline><repeat direction='backward'/></barline>"
FORWARD = "<barline><repeat direction='forward'/></barline>"
ATTRIBUTES = "<attributes>{}</attributes>"
KEY = "<key><fifths>{}</fifths><mode>{}</mode></key>"
TIME = "<time><beats>{}</beats><beat-type>{}</beat-type></time>"
PART_LIST = (
    "<score-part id='P0'><part-name>A\nviolin</part-name>{}"
    "<midi-instrument id='I0'><midi-channel>{}</midi-channel><midi-program>{}</midi-program></midi-instrument>"
    "</score-part>"
)


def ending(number, repeat=""):
    return f"<barline><ending number='{number}' type='start'/>{repeat}</barline>"


def sound(**attributes):
    texts = " ".join(f"{name}='{value}'" for name, value in attributes.items())
    return f"<direction><sound {texts}/></direction>"


LIKE_PYTHON = {
    "melody": musicxml(note_xml("E", 4, 2) + REST + note_xml("G", 5, 1), note_xml("A")),
    "backup": musicxml(note_xml(duration=8) + "<backup><duration>4</duration></backup>" + note_xml("E")),
    "forward": musicxml("<forward><duration>3</duration></forward>" + note_xml()),
    "chord": musicxml(note_xml() + note_xml("E", before="<chord/>") + note_xml("G")),
    "accidentals": musicxml(note_xml("B", extra="").replace("<octave>", "<alter>-1</alter><octave>")),
    "grace and cue": musicxml(
        note_xml("D", duration=None, before="<grace/>") + note_xml() + note_xml("F", before="<cue/>") + note_xml("E")
    ),
    "ties": musicxml(note_xml(extra="<tie type='start'/>"), note_xml(extra="<tie type='stop'/>"), note_xml()),
    "a tie without an end": musicxml(note_xml(extra="<tie type='start'/>") + note_xml("D") + note_xml()),
    "an end without a mark": musicxml(note_xml(extra="<tie type='start'/>") + note_xml()),
    "repeat": musicxml(note_xml(), note_xml("D") + BACKWARD, note_xml("E")),
    "repeat from": musicxml(note_xml(), FORWARD + note_xml("D"), note_xml("E") + BACKWARD, note_xml("F")),
    "endings": musicxml(note_xml(), note_xml("D") + ending(1, BACKWARD[9:-10]), note_xml("E") + ending("2")),
    "endings of three": musicxml(
        note_xml(),
        note_xml("D") + ending("1, 2", "<repeat direction='backward' times='3'/>"),
        note_xml("E") + ending(3),
    ),
    "a tie into an ending": musicxml(
        note_xml(extra="<tie type='start'/>"), note_xml() + ending(1, BACKWARD[9:-10]), note_xml() + ending(2)
    ),
    "da capo al fine": musicxml(note_xml(), note_xml("D") + sound(fine="yes"), note_xml("E") + sound(dacapo="yes")),
    "dal segno al coda": musicxml(
        note_xml("C"),
        sound(segno="1") + note_xml("D"),
        note_xml("E") + sound(tocoda="1"),
        note_xml("F") + sound(dalsegno="1"),
        sound(coda="1") + note_xml("G"),
    ),
    "keys": musicxml(*[ATTRIBUTES.format(KEY.format(n, "major")) + note_xml() for n in range(-14, 15)]),
    "modes": musicxml(
        *[
            ATTRIBUTES.format(KEY.format(n, mode)) + note_xml()
            for n in (-7, -2, 0, 3, 7)
            for mode in ("minor", "dorian", "phrygian", "lydian", "mixolydian", "aeolian", "ionian", "locrian", "none")
        ]
    ),
    "meters": musicxml(*[ATTRIBUTES.format(TIME.format(n, 8)) + note_xml() for n in (3, "3+2", 12)]),
    "tempos": musicxml(
        sound(tempo=70.5)
        + note_xml()
        + "<direction><direction-type><metronome><beat-unit>eighth</beat-unit><beat-unit-dot/>"
        "<per-minute>80</per-minute></metronome></direction-type></direction>" + note_xml() + "<sound tempo='55'/>"
    ),
    "loudness": musicxml(sound(dynamics=150) + note_xml(), sound(dynamics=0) + note_xml(), sound(dynamics=54.4)),
    "divisions": musicxml(note_xml() + ATTRIBUTES.format("<divisions>3</divisions>") + note_xml(duration=1)),
    "parts": musicxml(note_xml(), note_xml("D"), parts=3),
    "program": musicxml(
        note_xml(),
        part_list=PART_LIST.format(
            "<score-instrument id='I0'><instrument-name>Piano</instrument-name></score-instrument>", 10, 41
        ),
    ),
    "titles": musicxml(note_xml()).replace(
        "<part-list>", "<work><work-title>Work\nof mine</work-title></work><movement-title></movement-title><part-list>"
    ),
    "letters": musicxml(note_xml(extra="<lyric><text>la</text></lyric>")).replace(
        "Voice 0", "&#74;&amp;<![CDATA[<&>]]>"
    ),
    "comments": musicxml(
        "<!-- <note> -->" + note_xml() + "<?x y?>", doctype="<!DOCTYPE score-partwise SYSTEM 'x.dtd'>"
    ),
    "a part that is not listed": musicxml(note_xml(), parts=2).replace(
        "<score-part id='P1'><part-name>Voice 1</part-name></score-part>", ""
    ),
    "instruments": musicxml(
        note_xml(extra="<instrument id='B'/>") + note_xml(extra="<instrument id='?'/>"),
        part_list="<score-part id='P0'><part-name>Kit</part-name><score-instrument id='A'/><score-instrument id='B'>"
        "<instrument-name> Snare\tdrum </instrument-name></score-instrument><midi-instrument id='B'><midi-channel> 10 "
        "</midi-channel><midi-program>129</midi-program></midi-instrument></score-part>",
    ),
    "loudness after a repeat": musicxml(note_xml() + sound(dynamics=50) + note_xml() + BACKWARD),
    "tempo after a repeat": musicxml(
        sound(tempo=60) + note_xml(), FORWARD + note_xml(), sound(tempo=90) + note_xml() + BACKWARD
    ),
    "a chord without a first note": musicxml(note_xml(before="<chord/>") + REST + note_xml("D", before="<chord/>")),
    "no durations": musicxml(note_xml(duration=None) + "<forward/>" + note_xml("D")),
    "an empty bar of half a step": musicxml(ATTRIBUTES.format(TIME.format(3, 8)), note_xml(), divisions=1),
    "decimal durations": musicxml(note_xml(duration="341.333") * 3 + note_xml(duration=1), divisions=1024),
    "decimal divisions": musicxml(note_xml(duration=1) + note_xml(duration="0.5"), divisions="0.5"),
    "no octave for percussion": musicxml("<note><unpitched/><duration>4</duration></note>"),
    "keys of staves": musicxml(ATTRIBUTES.format(KEY.format(1, "minor") + KEY.format(2, "minor")) + note_xml()),
    "marks before others": musicxml(note_xml() + sound(tempo=60) + BACK + sound(tempo=90)),
    "no list of parts": musicxml(note_xml()).replace(
        "<score-part id='P0'><part-name>Voice 0</part-name></score-part>", ""
    ),
} | {
    f"transposed by {n}": musicxml(
        ATTRIBUTES.format(KEY.format(2, "minor") + f"<transpose><chromatic>{n}</chromatic>{octave}</transpose>")
        + note_xml("C", 5)
    )
    for n, octave in [(-2, ""), (-3, ""), (-7, ""), (-9, "<octave-change>-1</octave-change>"), (0, ""), (12, "")]
}
LIKE_PYTHON |= {
    name: musicxml(*[note_xml(step) + bar for step, bar in zip("CDEFGAB", bars, strict=False)])
    for name, (bars, _) in ORDERS.items()
}


def test_what_notation_can_say_is_read_as_python_reads_it(tmp_path):
    for score, (case, content) in zip(read(LIKE_PYTHON.values()), LIKE_PYTHON.items(), strict=True):
        assert not isinstance(score, str), (case, score)
        expected = python_read(tmp_path / "x.musicxml", content)
        assert expected is not None, case
        assert not differences(score, expected), case


def test_every_kind_of_file_is_read(tmp_path):
    text = musicxml(note_xml()).replace("Voice 0", "Příběh")
    mxl_bytes(tmp_path / "x.mxl", {"META-INF/container.xml": CONTAINER, "score.xml": text})
    head = "<?xml version='1.0' encoding='{}'?>"
    expected = python_read(tmp_path / "x.xml", text)
    contents = [
        (tmp_path / "x.mxl").read_bytes(),
        "\ufeff" + text,
        text.replace("<?xml version='1.0'?>", "").encode("utf-16"),
        ("\ufeff" + text.replace("<?xml version='1.0'?>", "")).encode("utf-16-be"),
        text.replace("<?xml version='1.0'?>", head.format("ISO-8859-2")).encode("iso-8859-2"),
    ]
    for score in read(contents):
        assert not isinstance(score, str), score
        assert not differences(score, expected)


def test_a_score_ordered_by_measures_is_read():
    part = "<part id='P0'>{}</part><part id='P1'>{}</part>"
    measures = [part.format(note_xml("C"), note_xml("E")), part.format(note_xml("D"), note_xml("F"))]
    measures[0] = measures[0].replace("'>", "'><attributes><divisions>4</divisions></attributes>")
    body = "".join(f"<measure>{measure}</measure>" for measure in measures)
    (score,) = read([f"<score-timewise><part-list/>{body}</score-timewise>"])
    assert notes_of(score) == [[(0, 60, 1), (1, 62, 1)], [(0, 64, 1), (1, 65, 1)]]


# --- known values -----------------------------------------------------------------------------------------------------


def voice(number):
    return f"<voice>{number}</voice>"


def test_a_measure_lasts_as_long_as_its_longest_voice():
    first = note_xml(duration=8, extra=voice(1)) + "<backup><duration>8</duration></backup>" + note_xml("E", duration=4)
    assert read_notes(musicxml(first, note_xml("D"))) == [(0, 60, 8), (0, 64, 4), (8, 62, 4)]


def test_measures_of_all_parts_begin_together():
    text = musicxml(note_xml("C", duration=8), note_xml("D"), parts=2)
    at = text.rindex("<duration>8")
    (score,) = read([text[:at] + "<duration>4" + text[at + 11 :]])
    assert notes_of(score) == [[(0, 60, 2), (2, 62, 1)], [(0, 60, 1), (2, 62, 1)]]


def test_a_part_that_only_rests_does_not_make_a_measure_longer():
    rest = "<note><rest/><duration>4</duration></note>"
    text = musicxml(note_xml(), note_xml("D"), rest, note_xml("E"), parts=2)
    at = text.index("<part id='P1'>") + text[text.index("<part id='P1'>") :].index("<note>")
    text = text[:at] + rest.replace(">4<", ">8<") + text[at + len(note_xml()) :]
    (score,) = read([text])
    assert notes_of(score) == [[(0, 60, 1), (1, 62, 1), (3, 64, 1)], [(1, 62, 1), (3, 64, 1)]]


def test_ties_stay_in_their_voice():
    held = note_xml(duration=8, extra="<tie type='start'/>" + voice(1))
    beats = note_xml(extra=voice(2)) + note_xml(extra=voice(2))
    back = "<backup><duration>8</duration></backup>"
    end = note_xml(duration=8, extra="<tie type='stop'/>" + voice(1)) + back + beats
    assert read_notes(musicxml(held + back + beats, end)) == [
        (0, 60, 4),
        (0, 60, 16),
        (4, 60, 4),
        (8, 60, 4),
        (12, 60, 4),
    ]


def test_a_tie_may_lead_into_another_voice_that_says_so():
    start = note_xml(extra="<tie type='start'/>" + voice(1))
    assert read_notes(musicxml(start, note_xml(extra="<tie type='stop'/>" + voice(2)))) == [(0, 60, 8)]
    assert read_notes(musicxml(start, note_xml(extra=voice(2)))) == [(0, 60, 4), (4, 60, 4)]
    assert read_notes(musicxml(start + BACKWARD)) == [(0, 60, 4), (4, 60, 4)]


def test_a_shorter_note_of_a_chord_does_not_end_it():
    assert read_notes(musicxml(note_xml(duration=8) + note_xml("E", before="<chord/>") + note_xml("G"))) == [
        (0, 60, 8),
        (0, 64, 4),
        (8, 67, 4),
    ]


def test_a_repeat_returns_to_the_key_the_meter_and_the_divisions_that_are_written_there():
    text = musicxml(
        ATTRIBUTES.format(KEY.format(1, "major") + TIME.format(1, 4)) + note_xml(),
        FORWARD + note_xml("D"),
        ATTRIBUTES.format("<divisions>2</divisions>" + KEY.format(-1, "major") + TIME.format(2, 4)) + note_xml("E"),
        note_xml("F") + BACKWARD,
    )
    (score,) = read([text])
    assert [(key["time"], key["fifths"]) for key in score["keySignatures"]] == [(0, 1), (8, -1), (24, 1), (28, -1)]
    meters = [(meter["time"], meter["numerator"]) for meter in score["timeSignatures"]]
    assert meters == [(0, 1), (8, 2), (24, 1), (28, 2)]
    assert [n[0] for n in notes_of(score)[0]] == [0, 1, 2, 4, 6, 7, 9]


GENEROUS = {
    "quarter tones": (musicxml(note_xml().replace("<octave>", "<alter>0.5</alter><octave>")), [(0, 60, 4)]),
    "approximate tempo": (
        musicxml(
            "<direction><direction-type><metronome><beat-unit>half</beat-unit><per-minute>ca. 60</per-minute>"
            "</metronome></direction-type></direction>" + note_xml()
        ),
        [(0, 60, 4)],
    ),
    "tempo 0": (musicxml("<sound tempo='0'/>" + note_xml()), [(0, 60, 4)]),
    "meter of two fractions": (
        musicxml(
            "<attributes><time><beats>3</beats><beat-type>8</beat-type><beats>1</beats><beat-type>4</beat-type></time>"
            "</attributes>" + note_xml()
        ),
        [(0, 60, 4)],
    ),
    "meter that no score has": (musicxml(ATTRIBUTES.format(TIME.format(4, 1000)) + note_xml()), [(0, 60, 4)]),
    "backup before the measure": (
        musicxml(note_xml(), "<backup><duration>9</duration></backup>" + note_xml("D")),
        [(0, 60, 4), (4, 62, 4)],
    ),
    "unknown instrument": (musicxml(note_xml(extra="<instrument id='I9'/>")), [(0, 60, 4)]),
    "rest in a chord": (
        musicxml(note_xml() + "<note><chord/><rest/><duration>4</duration></note>" + note_xml("D")),
        [(0, 60, 4), (4, 62, 4)],
    ),
    "fractions of a division": (musicxml(note_xml(duration="1.5") + note_xml("D", duration="2.5")), None),
}


def test_what_is_odd_is_read_where_it_has_a_meaning(tmp_path):
    contents = [content for content, _ in GENEROUS.values()]
    assert_read_alike(contents, tmp_path / "x.musicxml")
    scores = dict(zip(GENEROUS, read(content for content, _ in GENEROUS.values()), strict=True))
    for case, (_, notes) in GENEROUS.items():
        assert not isinstance(scores[case], str), (case, scores[case])
        found = [(n["time"], n["pitch"], n["duration"]) for n in scores[case]["tracks"][0]["notes"]]
        assert notes is None or found == notes, case
    assert [tempo["qpm"] for tempo in scores["approximate tempo"]["tempos"]] == [120]
    assert scores["tempo 0"]["tempos"] == scores["meter that no score has"]["timeSignatures"] == []
    assert scores["meter of two fractions"]["timeSignatures"] == [{"time": 0, "numerator": 5, "denominator": 8}]


# --- real files -------------------------------------------------------------------------------------------------------

SAMPLE = 23  # unless slow tests are asked for, one file in this many is read


def corpus():
    """Return music21's MusicXML files by their names without suffix."""
    import music21

    folder = Path(music21.__file__).parent / "corpus"
    paths = music21.corpus.getCorePaths(fileExtensions=["xml", "musicxml", "mxl"])
    return {
        str(path.relative_to(folder).with_suffix("")).replace(" ", "_"): path for path in sorted(set(map(Path, paths)))
    }


def assert_corpus_is_read_alike(paths):
    scores = read(path.read_bytes() for path in paths.values())
    for score, (name, path) in zip(scores, paths.items(), strict=True):
        assert not isinstance(score, str), (name, score)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert not differences(score, read_music(path)), name


def test_a_sample_of_the_corpus_is_read_as_python_reads_it():
    paths = corpus()
    small = [name for name in paths if paths[name].stat().st_size < 20_000]
    names = [*small[::SAMPLE], "monteverdi/madrigal.4.16", "mozart/k156/movement2", "schumann_clara/polonaise_op1n3"]
    assert_corpus_is_read_alike({name: paths[name] for name in names})


@pytest.mark.slow
def test_the_corpus_is_read_as_python_reads_it():
    paths = corpus()
    assert len(paths) > 600
    assert_corpus_is_read_alike(paths)


@pytest.mark.slow  # the chorales take many seconds to load, and writing takes longer
def test_chorales_and_folk_tunes_that_python_writes_are_read(data_home, tmp_path):
    scores = [
        *load_bach_chorales(form="scores", data_home=data_home).data[::12],
        *load_folk_tunes(data_home=data_home).data[:60],
    ]
    files = []
    for music in scores:
        write_music(music, tmp_path / "x.musicxml")
        files.append((tmp_path / "x.musicxml").read_bytes())
    for score, content, music in zip(read(files), files, scores, strict=True):
        assert notes_of(score) == notes_of(to_json(music))
        assert not differences(score, python_read(tmp_path / "y.musicxml", content))


# --- writing ----------------------------------------------------------------------------------------------------------


def written(scores):
    """Return the MusicXML that JavaScript writes for scores."""
    return run_module(WRITE, [to_json(music) for music in scores])


def marks_of(music):
    """Return keys, meters and tempos; what does not change is not written again."""
    steps = music.resolution
    keys = {key.time / steps: (key.root, key.mode) for key in music.key_signatures}
    meters = {time.time / steps: (time.numerator, time.denominator) for time in music.time_signatures}
    keys, meters = ([next(same) for _, same in groupby(marks.items(), itemgetter(1))] for marks in (keys, meters))
    return keys, meters, [(tempo.time / steps, pytest.approx(tempo.qpm)) for tempo in music.tempos]


def assert_survives(scores, path):
    for music, text in zip(scores, written(scores), strict=True):
        back = python_read(path, text)
        assert back is not None, text[:2000]
        assert notes_of(to_json(back)) == notes_of(to_json(music))
        assert marks_of(back) == marks_of(music)
        assert [(t.program, t.is_drum, t.name or None) for t in back.tracks] == [
            (t.program, t.is_drum, t.name or None) for t in music.tracks
        ]
        assert (back.metadata.title or None) == (music.metadata.title or None)


def test_published_melodies_survive_being_written(published, tmp_path):
    assert_survives([read_music(path) for path in sorted(published.rglob("*.mid"))[::4]], tmp_path / "x.musicxml")


def test_scores_of_all_kinds_survive_being_written(tmp_path):
    chord = [(0, 60, 4), (0, 64, 4), (2, 67, 8), (12, 67, 1)]
    kinds = [
        make_score(MELODY, qpm=90.25, key=(9, "minor"), time_signature=(3, 4)),
        make_score([(4 * p, p, 4) for p in (0, 1, 11, 12, 127)], chord, [(3, 50, 5)]),
        make_score([(0, 60, 1), (1, 62, 2), (3, 64, 7), (11, 65, 19)], resolution=3, time_signature=(6, 8)),
        make_score([(i * n, 60 + i, n) for i, n in enumerate([1, 2, 5, 11, 13, 60, 7])], resolution=60),
        make_score([(1, 60, 1000)], resolution=7, time_signature=(5, 16)),
        make_score([(5, 60, 3), (10, 62, 2)], resolution=1, time_signature=(7, 32)),
        make_score([], resolution=1, time_signature=(2, 2)),
        *[make_score(MELODY, key=(root, mode)) for root in range(12) for mode in ("major", "minor", "dorian")],
    ]
    music = make_score(
        muspy.Track(program=40, name="Dvořák <弦> & \x07", notes=[muspy.Note(0, 60, 16), muspy.Note(16, 62, 18)]),
        muspy.Track(is_drum=True, name="Drums", notes=[muspy.Note(0, 36, 4)]),
        qpm=100,
    )
    music.tracks[0].name = "Dvořák <弦> & x"
    music.metadata.title = "Příběh"
    music.tempos += [muspy.Tempo(18, 50), muspy.Tempo(18, 60)]
    music.time_signatures = [muspy.TimeSignature(0, 4, 4), muspy.TimeSignature(21, 2, 4)]
    music.key_signatures = [muspy.KeySignature(0, root=3, mode="major"), muspy.KeySignature(17, root=0, mode="minor")]
    assert_survives([*kinds, music], tmp_path / "x.musicxml")


MARKS = ("key/fifths", "time/beats", "clef/sign", "clef/clef-octave-change")


def test_notes_are_spelled_and_cut_as_the_package_does_it(tmp_path):
    """Read by music21, JavaScript's file has the same pitches, values, rests, bars and clefs as Python's."""
    import music21

    scores = [
        make_score(MELODY, qpm=90, key=(root, mode), time_signature=meter)
        for root, mode, meter in [
            (0, "major", (4, 4)),
            (3, "major", (3, 4)),
            (6, "minor", (6, 8)),
            (8, "major", (2, 4)),
        ]
    ]
    scores.append(make_score([(1, 61, 2), (5, 63, 1), (13, 66, 2)], resolution=3, time_signature=(4, 4)))
    scores.append(make_score([(i, 60 + i % 9, 7) for i in range(0, 90, 9)], qpm=90, time_signature=(9, 8)))
    scores.append(make_score([(i, 50 - i % 9, 5) for i in range(0, 90, 7)], time_signature=(5, 4)))
    scores.append(make_score(MELODY, MELODY[:2], time_signature=(4, 4)))
    upbeat = make_score(MELODY, time_signature=(3, 4))
    upbeat.barlines = [muspy.Barline(time) for time in (0, 4, 16)]
    scores.append(upbeat)
    upbeat = make_score(MELODY)
    upbeat.time_signatures = [muspy.TimeSignature(0, 2, 4), muspy.TimeSignature(8, 4, 4)]
    scores.append(upbeat)
    for music, text in zip(scores, written(scores), strict=True):
        write_music(music, tmp_path / "x.musicxml")
        ours, theirs = (
            [(n.offset, n.quarterLength, n.isRest or n.pitch.nameWithOctave) for n in score.flatten().notesAndRests]
            for score in (
                music21.converter.parseData(text, format="musicxml"),
                music21.converter.parse(tmp_path / "x.musicxml"),
            )
        )
        assert ours == theirs
        measures, expected = (
            [
                (m.get("number"), m.get("implicit") == "yes", *(m.findtext(f"attributes/{mark}") for mark in MARKS))
                for m in root.iter("measure")
            ]
            for root in (ElementTree.fromstring(text), ElementTree.parse(tmp_path / "x.musicxml").getroot())
        )
        assert measures == expected


@pytest.mark.slow
def test_chorales_and_folk_tunes_survive_being_written(data_home, tmp_path):
    scores = load_bach_chorales(form="scores", data_home=data_home).data[::6]
    assert_survives([*scores, *load_folk_tunes(data_home=data_home).data[:200]], tmp_path / "x.musicxml")


# --- broken files -----------------------------------------------------------------------------------------------------


def test_unreadable_files_are_one_sentence():
    sentences = dict(zip(BAD_MUSICXML, read(content for content, _ in BAD_MUSICXML.values()), strict=True))
    assert [case for case, sentence in sentences.items() if not isinstance(sentence, str)] == []
    assert sentences["empty"] == "This file is empty."
    assert sentences["text"] == "This file is not MIDI or MusicXML."
    assert sentences["another document"] == "This XML file is not a MusicXML score."
    assert sentences["billion laughs"] == "This XML file declares entities, as no score does."
    assert sentences["a million repeats"] == "This file plays more than 200,000 measures."
    assert sentences["huge duration"] == "This file is longer than 20,000 quarter notes."


def test_hostile_files_are_read_or_refused():
    folder = Path(__file__).parents[1] / "hostile"
    paths = sorted(folder.iterdir())
    assert paths
    for path in paths:
        read([path.read_bytes()], path.name)


def test_archives_that_hold_no_score_are_one_sentence(tmp_path):
    laughs = BAD_MUSICXML["billion laughs"][0]
    members = [
        {"META-INF/container.xml": CONTAINER},
        {"META-INF/container.xml": "<container/>"},
        {"META-INF/container.xml": "no XML", "score.xml": musicxml(note_xml())},
        {"META-INF/container.xml": laughs},
        {"song.musicxml": musicxml(note_xml())},
        {"META-INF/container.xml": CONTAINER, "score.xml": musicxml(note_xml()) + " " * 30_000_000},
    ]
    contents = [mxl_bytes(tmp_path / "x.mxl", files).read_bytes() for files in members]
    contents += [b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"PK\x03\x04" + random.Random(0).randbytes(999)]
    sentences = read(contents, "x.mxl")
    assert all(isinstance(sentence, str) for sentence in sentences)
    assert sentences[0] == "This compressed file holds no MusicXML score."
    assert sentences[5] == "This file unpacks to more than 20,000,000 bytes."


def test_files_of_other_kinds_are_named():
    assert read([b"ID3 mp3"], "song.MP3") == ["This is a recording; this page reads MIDI and MusicXML."]
    assert read([b"PK\x03\x04"], "song.mscz")[0].startswith("This is MuseScore's own format")
    assert read([b"MThd"], "song.txt") == ["This MIDI file is damaged: it ends before any music."]
    assert read([bytes(10_000_001)]) == ["This file is larger than 10,000,000 bytes."]
    assert read([musicxml(REST)]) == ["This file holds no notes."]


def damaged_files(whole, count, seed):
    generator = random.Random(seed)
    for i in range(count):
        damaged = bytearray(whole)
        for _ in range(generator.randint(1, 4)):
            at = generator.randrange(len(damaged))
            damaged[at] = generator.choice([generator.randrange(256), *b"<>/&'09-", damaged[at - 1]])
            if generator.random() < 0.2:  # some bytes are deleted or doubled
                length = generator.randrange(60)
                damaged[at : at + length] = generator.choice([b"", damaged[at : at + length] * 2])
        yield bytes(damaged[: i % len(whole)] if i % 8 == 0 else damaged)


WHOLE = musicxml(
    ATTRIBUTES.format(KEY.format(-2, "minor") + TIME.format(3, 4)) + sound(tempo=70) + note_xml("E", 4, 2) + REST,
    note_xml(extra="<tie type='start'/>" + voice(1)) + note_xml("E", before="<chord/>") + BACKWARD,
    ending(1) + note_xml(extra="<tie type='stop'/>"),
    parts=2,
).encode()


def test_damaged_files_are_read_as_python_does_or_refused_with_a_sentence(tmp_path):
    files = [*damaged_files(WHOLE, 1500, 0), *damaged_documents(WHOLE, 500, 0)]
    for seed, content in enumerate(LIKE_PYTHON.values()):
        files += damaged_documents(content, 3, seed)
    assert min(assert_read_alike(files, tmp_path / "x.musicxml")) > 100


def assert_archives_are_read_alike(whole, count, seed, path):
    """Assert that archives that both read give the same score, and return how many these are.

    Each reads some damaged archives that the other refuses, because only the checksum is checked by both.
    """
    files = list(damaged_files(whole, count, seed))
    read_by_both = 0
    for score, content in zip(read(files, "x.mxl"), files, strict=True):
        expected = python_read(path, content)
        if expected is not None and not isinstance(score, str):
            assert not differences(score, expected)
            read_by_both += 1
    return read_by_both


def test_damaged_archives_are_read_or_refused_with_a_sentence(tmp_path):
    whole = mxl_bytes(tmp_path / "x.mxl", {"META-INF/container.xml": CONTAINER, "score.xml": WHOLE}).read_bytes()
    assert 0 < assert_archives_are_read_alike(whole, 500, 1, tmp_path / "y.mxl") < 500


@pytest.mark.slow
def test_thousands_of_damaged_files_are_read_as_python_does_or_refused(tmp_path):
    paths = corpus()
    for seed, name in enumerate(["bach/bwv66.6", "joplin/maple_leaf_rag", "mozart/k156/movement2"]):
        assert_archives_are_read_alike(paths[name].read_bytes(), 300, seed, tmp_path / "y.mxl")
        with zipfile.ZipFile(paths[name]) as archive:
            (score,) = (member for member in archive.namelist() if "META-INF" not in member)
            text = archive.read(score)
        files = [*damaged_files(text, 60, seed), *damaged_documents(text, 30, seed)]
        assert_read_alike(files, tmp_path / "x.musicxml")
    files = [*damaged_files(WHOLE, 5000, 9), *damaged_documents(WHOLE, 2000, 9)]
    for seed, content in enumerate([*LIKE_PYTHON.values(), *(content for content, _ in GENEROUS.values())]):
        files += damaged_documents(content, 100, seed)
    assert min(assert_read_alike(files, tmp_path / "x.musicxml")) > 1000


def test_a_large_file_takes_time_in_proportion():
    tied = note_xml(extra="<tie type='start'/>") + note_xml(before="<chord/>", extra="<tie type='start'/>") * 40_000
    back = "<barline><repeat direction='backward' times='50000' after-jump='yes'/></barline>"
    files = [
        musicxml(tied, tied),  # many notes of one pitch that are tied at the same time
        # a coda that is far away
        musicxml(note_xml() + "<sound tocoda='1'/>", "<sound dacapo='1'/>", *[""] * 9_000, "<sound coda='1'/>" + back),
        "<score-partwise " + " ".join(f"a{i}='{i}'" for i in range(200_000)) + "/>",
        "<!-- " * 500_000,
        "<a>" * 900_000,
        "<a " * 900_000,
        "<a b=" + " " * 5_000_000,
        musicxml("&" * 1_000_000),
        musicxml("&#" * 1_000_000),
        musicxml("<!DOCTYPE [" * 200_000),
        musicxml("<sound/>" * 900_000),
        musicxml(*["<barline><repeat direction='backward' times='9999'/></barline>"] * 2000),
    ]
    ties, jumps, *others = read(files)
    assert len(ties["tracks"][0]["notes"]) == 40_001
    assert isinstance(jumps, str) or len(jumps["tracks"][0]["notes"]) == 50_001
    assert all(isinstance(other, str) for other in others)
