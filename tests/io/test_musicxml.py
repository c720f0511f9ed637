"""Tests of reading MusicXML: notes, ties, bars, repeats, marks and instruments."""

import time

import pytest

from skemovae import io, read_music, write_music
from tests.conftest import notes_of
from tests.io.files import musicxml, note_xml


def test_grace_notes_are_dropped_and_cue_notes_are_rests(read_text):
    grace = note_xml("D", duration=None, before="<grace/>", extra="<type>eighth</type>")
    cue, cue_chord = note_xml("F", before="<cue/>"), note_xml("A", before="<cue/><chord/>")
    assert notes_of(read_text(musicxml(grace + note_xml("C") + cue + cue_chord + note_xml("E")))) == [
        (0, 60, 4),
        (8, 64, 4),
    ]


def test_ties_are_merged_and_ties_that_lead_nowhere_are_not(read_text):
    tied = note_xml("C", extra="<tie type='start'/>") + note_xml("C", extra="<tie type='stop'/><tie type='start'/>")
    assert notes_of(read_text(musicxml(tied, note_xml("C", extra="<tie type='stop'/>")))) == [(0, 60, 12)]
    unmarked_end = note_xml("C", extra="<tie type='start'/>") + note_xml("C")
    assert notes_of(read_text(musicxml(unmarked_end))) == [(0, 60, 8)]
    nowhere = note_xml("C", extra="<tie type='start'/>") + note_xml("D") + note_xml("C")
    assert notes_of(read_text(musicxml(nowhere))) == [(0, 60, 4), (4, 62, 4), (8, 60, 4)]


def test_a_track_has_the_name_of_its_part_and_midi_programs_count_from_0(read_text):
    part_list = (
        "<score-part id='P0'><part-name>Soprano</part-name>"
        "<score-instrument id='I1'><instrument-name>Instrument 1</instrument-name></score-instrument>"
        "<midi-instrument id='I1'><midi-program>53</midi-program></midi-instrument></score-part>"
    )
    (track,) = read_text(musicxml(note_xml(), part_list=part_list)).tracks
    assert (track.name, track.program) == ("Soprano", 52)  # choir aahs
    (track,) = read_text(musicxml(note_xml())).tracks
    assert track.program == 0


def test_notes_that_name_their_instrument_are_read(read_text):
    instruments = "".join(
        f"<score-instrument id='I{i}'><instrument-name>{name}</instrument-name></score-instrument>"
        for i, name in enumerate(["Snare", "Kick"])
    )
    channels = "".join(
        f"<midi-instrument id='I{i}'><midi-channel>10</midi-channel></midi-instrument>" for i in range(2)
    )
    part_list = f"<score-part id='P0'><part-name>Kit</part-name>{instruments}{channels}</score-part>"
    hit = "<note><unpitched><display-step>{}</display-step><display-octave>4</display-octave></unpitched>"
    hit += "<duration>4</duration><instrument id='{}'/></note>"
    music = read_text(musicxml(hit.format("C", "I0") + hit.format("F", "I1"), part_list=part_list))
    assert [(t.name, t.is_drum, [n.pitch for n in t.notes]) for t in music.tracks] == [
        ("Snare", True, [60]),
        ("Kick", True, [65]),
    ]


def test_modes_keys_meters_and_endings_that_muspy_refuses_are_read_without(read_text):
    odd = (
        "<attributes><key><fifths>2</fifths><mode>none</mode></key><key><key-step>B</key-step></key>"
        "<time><senza-misura/></time></attributes>"
    )
    music = read_text(musicxml(odd + note_xml() + "<barline><ending number='' type='stop'/></barline>"))
    assert [(k.fifths, k.mode) for k in music.key_signatures] == [(2, None)]
    assert music.time_signatures == []
    assert notes_of(music) == [(0, 60, 4)]


@pytest.mark.parametrize(
    ("chromatic", "written", "sounding"), [(-2, 0, -2), (-3, 0, 3), (-7, 0, -1), (-9, 0, -3), (-12, 2, 2), (-2, 2, 0)]
)
def test_a_transposing_first_part_gives_sounding_pitch_and_sounding_key(read_text, chromatic, written, sounding):
    attributes = (
        f"<attributes><key><fifths>{written}</fifths><mode>major</mode></key>"
        f"<transpose><chromatic>{chromatic}</chromatic></transpose></attributes>"
    )
    music = read_text(musicxml(attributes + note_xml("C", 5)))
    assert notes_of(music) == [(0, 72 + chromatic, 4)]
    assert music.key_signatures[0].fifths == sounding
    assert music.key_signatures[0].root == 7 * sounding % 12


def test_loudness_beyond_midi_can_be_written(read_text, tmp_path):
    music = read_text(musicxml("<sound dynamics='150'/>" + note_xml()))
    assert music.tracks[0].notes[0].velocity == 127
    write_music(music, tmp_path / "x.mid")
    assert notes_of(read_music(tmp_path / "x.mid")) == [(0, 60, 4)]


def test_a_symphony_with_repeats_in_every_part_is_read(read_text, monkeypatch):
    """Repeats count once, not once per part: 5 parts of 100 measures with one repeat each are 200 measures."""
    monkeypatch.setattr(io._limits, "MAX_MEASURES", 500)
    measures = [note_xml(duration=16)] * 100
    measures[-1] += "<barline><repeat direction='backward'/></barline>"
    music = read_text(musicxml(*measures, parts=5))
    assert [len(track.notes) for track in music.tracks] == [200] * 5


BACK = "<backup><duration>{}</duration></backup>"
START, STOP = "<tie type='start'/>", "<tie type='stop'/>"


def voice(number, step, duration, extra=""):
    """Return a note in a voice."""
    return note_xml(step, 4, duration, f"{extra}<voice>{number}</voice>")


# --- bars -------------------------------------------------------------------------------------------------------------


def test_a_bar_ends_where_its_longest_voice_ends(read_text):
    """The last voice is short; nevertheless the D begins at 4, not at 2."""
    first = note_xml("C", 4, 16) + BACK.format(16) + note_xml("E", 3, 8)
    music = read_text(musicxml(first, note_xml("D")))
    assert notes_of(music) == [(0, 52, 8), (0, 60, 16), (16, 62, 4)]
    assert [line.time for line in music.barlines] == [0, 16]


def test_a_bar_is_as_long_in_all_parts(read_text):
    text = musicxml(note_xml("C", 4, 16), note_xml("D"), parts=2)
    head, _, tail = text.rpartition("<duration>16</duration>")  # that of the second part
    music = read_text(f"{head}<duration>8</duration>{tail}")
    assert [[note.time for note in track.notes] for track in music.tracks] == [[0, 16], [0, 16]]


METER = "<attributes><time><beats>3</beats><beat-type>4</beat-type></time></attributes>"


def test_an_empty_bar_has_the_length_of_its_meter(read_text):
    assert notes_of(read_text(musicxml(METER + note_xml("C", 4, 12), "", note_xml("D")))) == [(0, 60, 12), (24, 62, 4)]
    assert notes_of(read_text(musicxml("", note_xml("D")))) == [(0, 62, 4)]  # without a meter


def test_a_rest_for_a_bar_does_not_lengthen_it(read_text):
    """In Monteverdi's madrigals (in music21's corpus), bars of four quarter notes have rests of eight."""
    text = musicxml(METER + note_xml("C", 4, 12), note_xml("D"), parts=2)
    head, _, tail = text.rpartition(note_xml("C", 4, 12))
    rest = "<note><rest/><duration>24</duration></note>"
    music = read_text(head + rest + tail)
    assert [[note.time for note in track.notes] for track in music.tracks] == [[0, 12], [12]]
    music = read_text(musicxml(METER + rest, note_xml("D")))
    assert notes_of(music) == [(12, 62, 4)]


def test_going_back_too_far_is_told(read_text):
    with pytest.warns(UserWarning, match=r"score.musicxml: what goes back beyond the beginning"):
        music = read_text(musicxml(note_xml("C") + BACK.format(8) + note_xml("E")))
    assert notes_of(music) == [(0, 60, 4), (0, 64, 4)]


# --- ties -------------------------------------------------------------------------------------------------------------


def test_ties_of_two_voices_on_one_pitch(read_text):
    """The notes are two of length 8, not one of 8 and two of 4."""
    first = voice(1, "C", 4, START) + BACK.format(4) + voice(2, "C", 4, START)
    second = voice(1, "C", 4, STOP) + BACK.format(4) + voice(2, "C", 4, STOP)
    assert notes_of(read_text(musicxml(first, second))) == [(0, 60, 8), (0, 60, 8)]


def test_another_voice_does_not_end_a_tie(read_text):
    first = voice(1, "C", 8, START) + BACK.format(4) + voice(2, "C", 4)
    second = voice(1, "C", 4, STOP) + BACK.format(4) + voice(2, "C", 4)
    assert notes_of(read_text(musicxml(first, second))) == [(0, 60, 12), (4, 60, 4), (8, 60, 4)]


def test_a_tie_may_lead_into_another_voice(read_text):
    first = voice(1, "C", 4, START) + BACK.format(4) + voice(2, "E", 4)
    assert notes_of(read_text(musicxml(first, voice(2, "C", 4, STOP)))) == [(0, 60, 8), (0, 64, 4)]


def test_a_tie_leads_back_only_where_its_end_is_marked(read_text):
    tied = note_xml("C", extra=START) + RIGHT.format("")
    assert notes_of(read_text(musicxml(tied))) == [(0, 60, 4), (4, 60, 4)]
    assert notes_of(read_text(musicxml(note_xml("C", extra=START + STOP) + RIGHT.format("")))) == [(0, 60, 8)]


def test_very_many_ties_of_one_pitch_take_no_longer_than_others(read_text):
    start = time.process_time()
    ends = [
        "".join(note_xml("C", before="<chord/>", extra=f"{tie}<voice>{side}{i}</voice>") for i in range(20_000))
        for side, tie in [("a", START), ("b", STOP)]
    ]
    music = read_text(musicxml(note_xml("D") + ends[0], note_xml("D") + ends[1]))
    assert len(music.tracks[0].notes) == 20_002
    assert time.process_time() - start < 20  # a guard against searching all open ties for each note


# --- repeats ----------------------------------------------------------------------------------------------------------

LEFT, RIGHT = "<barline><repeat direction='forward'/></barline>", "<barline><repeat direction='backward'{}/></barline>"


def ending(numbers, first=True, last=True):
    start = f"<barline><ending number='{numbers}' type='start'/></barline>" if first else ""
    return start + (f"<barline><ending number='{numbers}' type='stop'/></barline>" if last else "")


def jump(**marks):
    return f"<sound {' '.join(f'{name}={value!r}' for name, value in marks.items())}/>"


REPEAT = RIGHT.format("")
ORDERS = {
    "a repeat goes back to the end of the last one": (["", REPEAT, "", REPEAT], "01012323"),
    "a repeat of one bar": (["", LEFT + REPEAT, ""], "0112"),
    "three times": (["", RIGHT.format(" times='3'"), ""], "0101012"),
    "endings of several bars": (
        ["", ending(1, last=False), ending(1, first=False) + REPEAT, ending(2, last=False), ending(2, first=False), ""],
        "0120345",
    ),
    "an ending for two passes": (["", ending("1, 2") + REPEAT, ending(3), ""], "0101023"),
    "only a first ending": (["", ending(1) + REPEAT, "", REPEAT], "0102323"),
    "a first ending without a beginning": (
        ["", "<barline><ending number='' type='stop'/><repeat direction='backward'/></barline>", ending(2), ""],
        "01023",
    ),
    "endings without a repeat": (["", ending(1), ending(2)], "012"),
    "a repeat after endings": (["", ending(1) + REPEAT, ending(2), "", REPEAT], "01023434"),
    "da capo al fine without repeats": (["", REPEAT, jump(fine="yes"), jump(dacapo="yes"), ""], "0101230" + "12"),
    "da capo takes the last ending": (["", ending(1) + REPEAT, ending(2), jump(dacapo="yes")], "0102" + "3" + "023"),
    "dal segno al coda": (
        ["", jump(segno="s"), jump(tocoda="c"), "", jump(dalsegno="s"), jump(coda="c"), ""],
        "01234" + "12" + "56",
    ),
    "a jump that is none": (["", jump(dacapo="no"), ""], "012"),
}


@pytest.mark.parametrize("name", ORDERS)
def test_the_order_of_bars(read_text, name):
    bars, expected = ORDERS[name]
    letters = "CDEFGAB"
    music = read_text(musicxml(*[note_xml(letters[i]) + bar for i, bar in enumerate(bars)]))
    pitches = [60, 62, 64, 65, 67, 69, 71]
    assert "".join(str(pitches.index(note.pitch)) for note in music.tracks[0].notes) == expected


def test_a_coda_that_is_far_away_is_looked_for_once(read_text):
    start = time.process_time()
    far = [""] * 30_000
    back = "<barline><repeat direction='backward' times='30000' after-jump='yes'/></barline>"
    music = read_text(musicxml(jump(tocoda="c") + note_xml(), jump(dacapo="yes"), *far, jump(coda="c") + back))
    assert len(music.tracks[0].notes) == 30_001
    assert time.process_time() - start < 20  # a guard against searching all bars in each pass


def test_marks_hold_again_after_a_jump_and_stand_once_otherwise(read_text):
    key = "<attributes><key><fifths>{}</fifths><mode>major</mode></key></attributes>"
    music = read_text(
        musicxml(key.format(1) + note_xml(), note_xml(), LEFT + note_xml(), key.format(2) + note_xml() + REPEAT)
    )
    assert [(key.time, key.fifths) for key in music.key_signatures] == [(0, 1), (12, 2), (16, 1), (20, 2)]


def test_a_tie_that_leads_into_both_endings(read_text):
    text = musicxml(
        note_xml("C", extra=START),
        ending(1) + note_xml("C", extra=STOP) + REPEAT,
        ending(2) + note_xml("C", extra=STOP),
    )
    assert notes_of(read_text(text)) == [(0, 60, 8), (8, 60, 8)]


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_a_member_of_a_chord_moves_nothing(read_text):
    chord = note_xml("C", 4, 4) + note_xml("E", 4, 8, before="<chord/>") + note_xml("G", 4, 2, before="<chord/>")
    assert notes_of(read_text(musicxml(chord + note_xml("D")))) == [(0, 60, 4), (0, 64, 8), (0, 67, 2), (4, 62, 4)]


def test_divisions_hold_from_where_they_stand(read_text):
    """They do not follow the order in which bars are played."""
    finer = "<attributes><divisions>12</divisions></attributes>"
    music = read_text(musicxml(note_xml("C"), note_xml("D") + finer + note_xml("E") + REPEAT))
    assert music.resolution == 12
    assert notes_of(music) == [(0, 60, 12), (12, 62, 12), (24, 64, 4), (28, 60, 12), (40, 62, 12), (52, 64, 4)]


def test_decimal_durations_and_divisions_are_read(read_text):
    assert notes_of(read_text(musicxml(note_xml("C", 4, "1.5") + note_xml("D", 4, "2.5")))) == [(0, 60, 3), (3, 62, 5)]
    music = read_text(musicxml("".join(note_xml("C", 4, "341.333") for _ in range(3)) + note_xml("D"), divisions=1024))
    assert music.tracks[0].notes[-1].time == music.resolution
    assert notes_of(read_text(musicxml(note_xml("C", 4, 1), divisions="0.5"))) == [(0, 60, 2)]


def test_quarter_tones_are_read_without_the_quarter_and_told(read_text):
    sharp = "<note><pitch><step>C</step><alter>{}</alter><octave>4</octave></pitch><duration>4</duration></note>"
    with pytest.warns(UserWarning, match=r"score.musicxml: quarter tones are read without the quarter"):
        music = read_text(musicxml("".join(map(sharp.format, ("0.5", "-0.5", "1.5", "-2")))))
    assert [note.pitch for note in music.tracks[0].notes] == [60, 60, 61, 58]


def test_meters_that_are_added(read_text):
    time = "<beats>{}</beats><beat-type>{}</beat-type>"
    meter = f"<attributes><time>{time.format('3+2', 8)}{time.format(1, 4)}</time></attributes>"
    (signature,) = read_text(musicxml(meter + note_xml())).time_signatures
    assert (signature.numerator, signature.denominator) == (7, 8)


def test_loudness_is_a_percentage_of_forte(read_text):
    music = read_text(musicxml(note_xml() + "<sound dynamics='50'/>" + note_xml()))
    assert [note.velocity for note in music.tracks[0].notes] == [64, 45]


METRONOME = """<direction><direction-type><metronome><beat-unit>{}</beat-unit>{}<per-minute>{}</per-minute></metronome>
    </direction-type></direction>"""


@pytest.mark.parametrize(
    ("unit", "dots", "text", "qpm"), [("half", 0, "60", 120), ("half", 0, "ca. 60-72", 120), ("eighth", 2, "80", 70)]
)
def test_metronome_marks_are_tempos(read_text, unit, dots, text, qpm):
    music = read_text(musicxml(METRONOME.format(unit, "<beat-unit-dot/>" * dots, text) + note_xml()))
    assert [tempo.qpm for tempo in music.tempos] == [qpm]


@pytest.mark.parametrize(
    ("mark", "what"),
    [
        (METRONOME.format("half", "", "Allegro"), "tempos"),
        ("<sound tempo='0'/>", "tempos"),
        ("<sound tempo='nan'/>", "tempos"),
        ("<attributes><time><beats>4</beats><beat-type>1000000000</beat-type></time></attributes>", "time signatures"),
        ("<attributes><time><beats>1000000</beats><beat-type>4</beat-type></time></attributes>", "time signatures"),
        ("<attributes><time><beats>x</beats><beat-type>4</beat-type></time></attributes>", "time signatures"),
        ("<attributes><key><fifths>15</fifths></key></attributes>", "key signatures"),
        ("<attributes><key><fifths>C</fifths></key></attributes>", "key signatures"),
    ],
)
def test_impossible_marks_are_left_out_and_told(read_text, mark, what):
    with pytest.warns(UserWarning, match=rf"score\.musicxml: impossible {what} are left out"):
        music = read_text(musicxml(mark + note_xml()))
    assert notes_of(music) == [(0, 60, 4)]
    assert music.key_signatures == music.tempos == music.time_signatures == []


def test_of_keys_and_meters_of_several_staves_the_first_counts(read_text):
    keys = "".join(f"<key number='{n}'><fifths>{n}</fifths></key>" for n in (1, 2))
    meters = "".join(f"<time number='{n}'><beats>{n}</beats><beat-type>4</beat-type></time>" for n in (1, 2))
    music = read_text(musicxml(f"<attributes>{keys}{meters}</attributes>" + note_xml()))
    assert [key.fifths for key in music.key_signatures] == [1]
    assert [meter.numerator for meter in music.time_signatures] == [1]


def test_marks_are_in_the_order_of_time(read_text):
    music = read_text(musicxml(note_xml() + "<sound tempo='60'/>" + BACK.format(4) + "<sound tempo='90'/>", note_xml()))
    assert [(tempo.time, tempo.qpm) for tempo in music.tempos] == [(0, 90), (4, 60)]


def test_a_document_that_is_ordered_by_measures(read_text):
    divisions = "<attributes><divisions>4</divisions></attributes>"
    measures = ""
    for steps, attributes in [("CE", divisions), ("DF", "")]:
        parts = [f"<part id='P{i}'>{attributes}{note_xml(step)}</part>" for i, step in enumerate(steps)]
        measures += f"<measure>{''.join(parts)}</measure>"
    part_list = "<part-list><score-part id='P0'><part-name>A</part-name></score-part></part-list>"
    music = read_text(f"<score-timewise>{part_list}{measures}</score-timewise>")
    assert [track.name for track in music.tracks] == ["A", None]
    assert [[(note.time, note.pitch) for note in track.notes] for track in music.tracks] == [
        [(0, 60), (4, 62)],
        [(0, 64), (4, 65)],
    ]


def test_words_are_lyrics(read_text):
    lyric = "<lyric><syllabic>begin</syllabic><text>A</text></lyric><lyric><text>B</text></lyric>"
    (track,) = read_text(musicxml(note_xml() + note_xml(extra=lyric))).tracks
    assert [(lyric.time, lyric.lyric) for lyric in track.lyrics] == [(4, "A -")]


def test_a_byte_order_mark_says_more_than_the_declaration(tmp_path):
    """Programs convert files without changing the first line; one of MusicXML's official samples is like this."""
    text = musicxml(note_xml()).replace("<?xml version='1.0'?>", "<?xml version='1.0' encoding='UTF-16'?>")
    (tmp_path / "x.xml").write_text(text, encoding="utf-8-sig")
    assert notes_of(read_music(tmp_path / "x.xml")) == [(0, 60, 4)]
