"""Tests of load_folk_tunes: known melodies, the facts about each, its cache, and tunes made to show each rule."""

import muspy
import numpy as np
import pytest

from skemovae import PitchEncoder
from skemovae._scores import regular_stretches
from skemovae.datasets import _folk, _folk_collection, load_folk_tunes
from skemovae.emotion import as_emotion
from tests.datasets.conftest import NAMES, plain, refuse

HOLD, REST = 129, 128
STRICT = PitchEncoder(polyphony="error", off_grid="error", out_of_window="error")


@pytest.fixture(scope="module")
def folk(data_home):
    """The two small collections."""
    return load_folk_tunes(collections=["nottingham", "miscellaneous"], data_home=data_home)


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Return a function that loads your own tunes as a collection."""
    folder = tmp_path / "tunes"
    folder.mkdir()
    monkeypatch.setattr(_folk_collection, "corpus_folder", lambda name: folder)

    def load(*tunes, collections="aird"):
        (folder / "book.abc").write_text("\n\n".join(tunes))
        for cache in tmp_path.glob("*.npz"):
            cache.unlink()
        return load_folk_tunes(collections=collections, data_home=tmp_path)

    return load


def tune(music, key="C", meter="4/4"):
    return f"X:1\nT:Mine\nM:{meter}\nL:1/8\nK:{key}\n{music}"


FIRST = "CDEF GABc|cBAG FEDC|E2G2 c2G2|E2D2 C2z2|"
SECOND = "cBcB GFGF|EDED C2E2|DEFG A2B2|c2G2 C4|"
LEFT_OUT = "tunes: not one readable voice"


def at_speed(bunch, speed=1.0):
    return np.flatnonzero(bunch.speeds == speed)


def rows(bunch, speed=1.0):
    return STRICT.transform([bunch.data[i] for i in at_speed(bunch, speed)])


def test_a_known_melody(folk):
    # D major, from the first whole bar: A/2d/2d/2c/2 d/2e/2f/2d/2 | e/2d/2c/2B/2 AA/2B/2 | =c/2B/2A/2B/2 c/2e/2d/2c/2 |
    # B/2A/2G/2F/2 GA/2G/2; the tune begins with the upbeat A
    (place,) = np.flatnonzero((folk.tunes == "nottingham-dataset/reelsa-c.abc#1") & (folk.speeds == 1) & folk.is_first)
    melody = folk.data[place]
    assert melody.metadata.title == "Cuckoo's Nest"
    in_d = [69, 74, 74, 73, 74, 76, 78, 74, 76, 74, 73, 71, 69, 69, 71]
    in_d += [72, 71, 69, 71, 72, 76, 74, 72, 71, 69, 67, 66, 67, 69, 67]
    lengths = [2] * 12 + [4] + [2] * 14 + [4] + [2] * 2
    assert [note.pitch for note in melody.tracks[0].notes] == [pitch - 2 for pitch in in_d]
    assert [note.duration for note in melody.tracks[0].notes] == lengths
    assert folk.target[place] == "happiness"
    assert folk.bars[place] == 0


def test_all_are_encoded_without_loss(folk):
    tokens = STRICT.fit_transform(folk.data)
    assert plain_notes(STRICT.inverse_transform(tokens)) == plain_notes(folk.data)
    assert len(np.unique(tokens, axis=0)) == len(tokens)
    assert tokens[tokens < REST].min() >= 48
    assert tokens[tokens < REST].max() <= 84
    assert (tokens[:, 0] != HOLD).all()
    assert ((tokens < REST).sum(axis=1) >= 5).all()
    assert ((tokens == REST).sum(axis=1) <= 16).all()


def plain_notes(scores):
    return [[(n.time, n.pitch, n.duration) for n in score.tracks[0].notes] for score in scores]


def test_the_bunch(folk):
    n_melodies = len(folk.data)
    for name in ("target", "groups", "collections", "tunes", "bars", "speeds", "is_first", "is_final"):
        assert folk[name].shape == (n_melodies,), name
    assert len(folk.filenames) == n_melodies
    assert all(isinstance(melody, muspy.Music) for melody in folk.data)
    assert folk.target_names == NAMES
    assert set(folk.target) == set(NAMES)
    assert list(dict.fromkeys(folk.collections)) == ["miscellaneous", "nottingham"]  # in the order of the default
    assert {name.partition("/")[0] for name in folk.filenames} == {"miscFolk", "nottingham-dataset"}
    assert [melody.metadata.source_filename for melody in folk.data] == folk.filenames
    assert {(k.root, k.mode) for melody in folk.data for k in melody.key_signatures} == {(0, "major"), (0, "minor")}
    assert folk.is_first.dtype == folk.is_final.dtype == bool
    assert "non-commercial" in folk.DESCR
    assert "by rule" in folk.DESCR


def test_counts_are_complete(folk):
    for counts in folk.counts.values():
        left_out = sum(count for reason, count in counts.items() if reason.startswith("tunes: "))
        assert counts["tunes"] == counts["tunes used"] + left_out
    assert folk.counts["nottingham"]["tunes"] == 2
    assert folk.counts["miscellaneous"]["tunes"] == 185
    assert sum(counts["windows"] for counts in folk.counts.values()) > len(folk.data)  # including those that recur


def test_labels_follow_the_rule(folk):
    for melody, emotion in zip(folk.data, folk.target, strict=True):
        median = np.median([note.duration for note in melody.tracks[0].notes])
        assert as_emotion(emotion).valence == (1 if melody.key_signatures[0].mode == "major" else -1)
        assert as_emotion(emotion).arousal == (1 if median < 8 else -1)


def test_data_and_target(folk):
    data, target = load_folk_tunes(collections=("miscellaneous", "nottingham"), return_X_y=True)
    assert plain(data) == plain(folk.data)
    assert target.tolist() == folk.target.tolist()


def test_one_collection_by_its_name():
    one = load_folk_tunes(collections="nottingham")
    assert set(one.collections) == {"nottingham"}
    assert list(one.counts) == ["nottingham"]


def test_windows_follow_each_other_and_know_their_place(load):
    own = load(tune(FIRST + SECOND + "C8|"))
    first, second = at_speed(own)
    assert own.bars[[first, second]].tolist() == [0, 4]
    assert own.is_first[[first, second]].tolist() == [True, False]
    assert own.is_final[[first, second]].tolist() == [False, False]  # one bar is left over after it
    assert [first, second] in own.continuations.tolist()
    assert rows(own)[0, :16].tolist() == [
        60,
        HOLD,
        62,
        HOLD,
        64,
        HOLD,
        65,
        HOLD,
        67,
        HOLD,
        69,
        HOLD,
        71,
        HOLD,
        72,
        HOLD,
    ]
    assert rows(own)[0, -4:].tolist() == [REST] * 4


def test_each_speed_has_windows_of_its_own(load):
    own = load(tune(FIRST + SECOND))
    assert set(own.speeds) == {1, 2, 4}  # the median note is an eighth: 2, 4 and 8 sixteenths
    at_two = at_speed(own, 2)
    assert own.bars[at_two].tolist() == [0, 4, 8, 12]
    assert rows(own, 2)[0, :8].tolist() == [60, HOLD, HOLD, HOLD, 62, HOLD, HOLD, HOLD]
    assert own.is_final[at_two].tolist() == [False, False, False, True]
    assert own.target[at_speed(own, 1)].tolist() == ["happiness"] * 2
    assert own.target[at_speed(own, 4)].tolist()[0] == "relaxation"


def test_repeats_are_played_and_equal_melodies_kept_once(load):
    own = load(tune(f"|:{FIRST[:-1]}:|{SECOND}"))
    first, second = at_speed(own)
    assert own.bars[[first, second]].tolist() == [0, 8]
    of_these = [pair for pair in own.continuations.tolist() if set(pair) <= {first, second}]
    assert of_these == [[first, first], [first, second]]
    assert own.is_first[[first, second]].tolist() == [True, False]
    assert own.is_final[[first, second]].tolist() == [False, True]


def test_an_upbeat_is_left_out_and_the_last_bar_completed(load):
    own = load(tune("GA|" + FIRST + SECOND.removesuffix("C4|") + "C2|"))
    plain_tune = load(tune(FIRST + SECOND.replace("C4|", "C2z2|")))
    assert rows(own).tolist() == rows(plain_tune).tolist()
    assert own.is_first.tolist() == plain_tune.is_first.tolist()
    assert own.is_final.tolist() == plain_tune.is_final.tolist()
    assert own.is_final[at_speed(own)].tolist() == [False, True]


def test_a_bar_of_a_wrong_length_begins_windows_anew(load):
    own = load(tune(FIRST + "CDE|" + SECOND))
    assert rows(own).tolist() == rows(load(tune(FIRST + SECOND))).tolist()
    first, second = at_speed(own)
    assert [first, second] not in own.continuations.tolist()


def test_two_quarters_fill_a_window_by_eight_bars_or_at_half_the_speed(load):
    own = load(tune("CDEF|GABc|cBAG|FEDC|E2G2|c2G2|E2D2|C2z2|", meter="2/4"))
    assert rows(own).tolist() == rows(load(tune(FIRST))).tolist()


@pytest.mark.parametrize("key", ["D", "Eb", "Bb"])
def test_a_tune_in_any_key_is_one_group_and_kept_once(load, key):
    in_c, other = tune(FIRST + SECOND), tune(transposed(FIRST + SECOND, key), key=key)
    own = load(in_c, other, tune("GECE GECE|DFAF DFAF|ceGe ceGe|cBcd c2G2|"))
    assert set(own.groups) == {"airdsAirs/book.abc#1", "airdsAirs/book.abc#3"}
    assert set(own.tunes) == {"airdsAirs/book.abc#1", "airdsAirs/book.abc#3"}
    assert own.counts["aird"]["tunes used"] == 3


def transposed(music, key):
    """Return music in C with each letter transposed up to the tonic of a key."""
    steps = "CDEFGABcdefgab"
    by = "CDEFGAB".index(key[0])
    return "".join(steps[steps.index(letter) + by] if letter in steps else letter for letter in music)


def test_tunes_that_share_a_melody_of_many_notes_are_one_group(load):
    other = "EGEG FAFA|GBGB Acec|BdBd cAcA|GFED C4|"
    own = load(tune(FIRST + SECOND), tune(other + SECOND), tune("edcB AGFE|DEFG ABcd|e2c2 A2F2|E2D2 C4|"))
    assert set(own.groups) == {"airdsAirs/book.abc#1", "airdsAirs/book.abc#3"}
    assert set(own.groups[own.tunes == "airdsAirs/book.abc#2"]) == {"airdsAirs/book.abc#1"}


@pytest.mark.parametrize(
    ("key", "mode"), [("Am", "minor"), ("Ador", "minor"), ("Aphr", "minor"), ("Amix", "major"), ("Alyd", "major")]
)
def test_modes_are_major_or_minor(load, key, mode):
    own = load(tune("ABcd efga|agfe dcBA|c2e2 a2e2|c2B2 A4|", key=key))
    assert {melody.key_signatures[0].mode for melody in own.data} == {mode}
    assert rows(own)[0, 0] % 12 == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (tune("[CE]" + FIRST), LEFT_OUT),
        (tune(FIRST, meter="3/4"), "tunes: another meter"),
        (tune(FIRST, meter="none"), "tunes: another meter"),
        (tune(FIRST + "[M:2/4]" + FIRST), "tunes: another meter"),
        (tune(FIRST + "[K:D]" + SECOND), "tunes: a change of key"),
        (tune(FIRST + "[K:Cm]" + SECOND), "tunes: a change of key"),
        (tune("CDEF GABc|"), "tunes: few notes"),
        (tune("CDE|FGA|Bcd|cBA|GFE|DCD|"), "tunes: no such window"),
    ],
)
def test_tunes_that_are_left_out_are_counted(load, text, reason):
    own = load(text, tune(FIRST))
    assert own.counts["aird"][reason] == 1
    assert own.counts["aird"]["tunes used"] == 1
    assert set(own.tunes) == {"airdsAirs/book.abc#2"}


@pytest.mark.parametrize(
    ("music", "reason"),
    [
        ("(3CDE CDEF GA|" + FIRST[10:], "windows: off the grid"),
        ("CDEF GABc|cBAG z4|z8|E2D2 C2z2|", "windows: many rests"),
        (FIRST[:-5] + "C4-|" + "C2" + SECOND[2:], "windows: begin in the midst of a note"),
        ("CDEF GABc''''|" + FIRST[10:], "windows: out of range"),
        (FIRST + "C4 D4|E8|F8|G8|", "windows: few notes"),
    ],
)
def test_windows_that_are_left_out_are_counted(load, music, reason):
    own = load(tune(music), tune(FIRST))
    assert own.counts["aird"][reason] >= 1


def test_essen_warns_of_its_license_and_takes_the_mode_from_the_third(load):
    with pytest.warns(UserWarning, match="Essen.*non-commercial use only, and its legal status is unclear") as caught:
        own = load(tune(FIRST.replace("E", "_E")), collections="essen")
    assert caught[0].filename == __file__
    assert {melody.key_signatures[0].mode for melody in own.data} == {"minor"}


def test_essen_leaves_out_tunes_without_a_third(load):
    with pytest.warns(UserWarning, match="non-commercial"):
        own = load(tune(FIRST), tune(FIRST.replace("E", "D")), collections="essen")
    assert own.counts["essen"]["tunes: no clear third"] == 1


@pytest.mark.parametrize(
    ("collections", "message"),
    [
        (
            "bach",
            "collections='bach': expected one of 'aird', 'oneill', 'ryan', 'miscellaneous', 'nottingham', 'essen'",
        ),
        (["aird", "Ryan"], "collections='Ryan': expected one of"),
        ([], r"collections=\[\]: expected one or more of 'aird'"),
    ],
)
def test_wrong_collections(collections, message):
    with pytest.raises(ValueError, match=message):
        load_folk_tunes(collections=collections)


def test_a_rebuild_is_the_same_to_the_byte(folk, data_home, tmp_path):
    again = load_folk_tunes(collections=["nottingham", "miscellaneous"], data_home=tmp_path)
    assert plain(again.data) == plain(folk.data)
    assert again.continuations.tolist() == folk.continuations.tolist()
    caches = sorted(path.name for path in tmp_path.iterdir())
    assert caches == [f"folk-{name}-v{_folk.CACHE_VERSION}.npz" for name in ("miscellaneous", "nottingham")]
    for name in caches:
        with np.load(tmp_path / name) as new, np.load(data_home / name) as old:
            assert all(new[key].tobytes() == old[key].tobytes() for key in old.files)


def test_the_second_call_reads_only_the_cache(folk, monkeypatch):
    monkeypatch.setattr(_folk_collection, "read_tune_book", refuse)
    again = load_folk_tunes(collections=["nottingham", "miscellaneous"])
    assert plain(again.data) == plain(folk.data)
    with pytest.raises(AssertionError, match="this must not be called"):
        _folk_collection.read_collection("nottingham")  # shows that the replacement works


@pytest.mark.usefixtures("folk")
def test_a_damaged_cache_is_made_anew(data_home, tmp_path):
    name = f"folk-nottingham-v{_folk.CACHE_VERSION}.npz"
    whole = (data_home / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    assert len(load_folk_tunes(collections="nottingham", data_home=tmp_path).data) == 42
    np.savez(tmp_path / name, something=np.arange(3))
    assert len(load_folk_tunes(collections="nottingham", data_home=tmp_path).data) == 42


def test_a_data_home_that_cannot_be_written_is_a_warning(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.warns(UserWarning, match="could not be cached, so the next call will be slow again") as caught:
        own = load_folk_tunes(collections="nottingham", data_home=tmp_path / "file" / "home")
    assert len(own.data) == 42
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([0, 4, 8, 12], [(0, 12)]),
        ([0, 1, 5, 9, 12], [(1, 12)]),  # an upbeat, and a last bar that completes it
        ([0, 1, 5, 8, 9, 13, 16], [(1, 16)]),  # a repeated section with an upbeat of its own
        ([0, 4, 12, 16], [(0, 16)]),  # a bar line is missing
        ([0, 4, 9, 13, 17], [(0, 4), (9, 17)]),  # a long bar
        ([0, 4, 7, 11, 15], [(0, 4), (7, 15)]),  # a short bar
        ([0, 3, 6, 9], []),  # another meter
        ([0, 0, 4], [(0, 4)]),
        ([0, 2], []),
    ],
)
def test_regular_stretches(lines, expected):
    assert regular_stretches(lines, bar=4) == expected


@pytest.mark.slow
def test_all_collections():
    folk = load_folk_tunes()
    assert {name: counts["tunes"] for name, counts in folk.counts.items()} == {
        "aird": 1180,
        "oneill": 2009,
        "ryan": 1059,
        "miscellaneous": 185,
        "nottingham": 2,
    }
    tokens = STRICT.fit_transform(folk.data)
    assert len(np.unique(tokens, axis=0)) == len(tokens) == 41_086
    assert len(np.unique(tokens)) == 39
    assert len(set(folk.groups)) == 2_051
    first, second = folk.continuations.T
    assert (folk.groups[first] == folk.groups[second]).mean() > 0.8
