"""Tests of skemovae.datasets: the paper's melodies exactly, its labels nearly, nothing left half done."""

import csv
import hashlib
import http.server
import importlib.util
import io
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import warnings
import zipfile
from contextlib import redirect_stderr
from pathlib import Path

import muspy
import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skemovae import PitchEncoder, read_music, write_music
from skemovae._tunes import group_by_tune, tune_incipit
from skemovae.datasets import _bach, _musgenvae, fetch_musgenvae, get_data_home, load_bach_chorales, load_music_folder
from skemovae.datasets._cache import cached_scores
from skemovae.emotion import EMOTIONS, as_emotion
from skemovae.io import ScoreReadError
from skemovae.preprocessing import Excerpt, KeyNormalizer, SopranoExtractor
from skemovae.preprocessing._tempo import scale_time
from tests.conftest import make_score, notes_of

NAMES = ["happiness", "anger", "sadness", "relaxation"]


def plain(scores):
    """Return what a cache keeps of scores, comparable."""
    return [
        (
            score.metadata.source_filename,
            score.metadata.title,
            score.resolution,
            [(t.time, t.qpm) for t in score.tempos],
            [(k.time, k.root, k.mode, k.fifths) for k in score.key_signatures],
            [(t.time, t.numerator, t.denominator) for t in score.time_signatures],
            [
                (t.program, t.is_drum, t.name, [(n.time, n.pitch, n.duration, n.velocity) for n in t.notes])
                for t in score.tracks
            ],
        )
        for score in scores
    ]


# --- load_bach_chorales -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bach(data_home):
    return load_bach_chorales(data_home=data_home)


@pytest.fixture(scope="module")
def all_scores(data_home):
    return load_bach_chorales(subset="all", form="scores", data_home=data_home)


@pytest.fixture(scope="module")
def paper(published):
    """Return {file of the corpus: (tokens, emotion)} of the published melodies."""
    paths = sorted(published.glob("e?/*.mid"))
    encoder = PitchEncoder(out_of_window="clip", polyphony="skyline")
    rows = encoder.transform([read_music(path) for path in paths])
    return {
        path.stem.rsplit(".", 1)[0]: (row, as_emotion(path.parent.name).name)
        for path, row in zip(paths, rows, strict=True)
    }


def stems(bunch):
    return [name.rsplit(".", 1)[0] for name in bunch.filenames]


def test_bach_melodies_are_the_published_ones(bach, paper):
    assert sorted(stems(bach)) == sorted(paper)
    rows = PitchEncoder().fit_transform(bach.data)
    different = [name for name, row in zip(stems(bach), rows, strict=True) if (row != paper[name][0]).any()]
    assert different == ["bwv424"]  # 343 of 344


def test_bach_doubled_pieces_are_as_many_as_the_documentation_says():
    with _bach.TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sum(row["in_paper"] == row["doubled"] == "1" for row in rows) == 196


def test_bach_labels_by_rule_agree_with_people(bach, paper):
    people = [paper[name][1] for name in stems(bach)]
    assert np.mean(bach.target == people) == pytest.approx(0.887, abs=0.001)


def test_bach_scores_through_the_pipeline_are_the_published_melodies(all_scores, paper):
    scores = [score for name, score in zip(stems(all_scores), all_scores.data, strict=True) if name in paper]
    names = [name for name in stems(all_scores) if name in paper]
    encoder = PitchEncoder(polyphony="skyline")  # bwv846 holds bass notes under its melody
    pipeline = make_pipeline(Excerpt(), KeyNormalizer(), SopranoExtractor(part="first"), encoder)
    rows = pipeline.fit_transform(scores)
    different = [name for name, row in zip(names, rows, strict=True) if (row != paper[name][0]).any()]
    assert different == ["bwv424", "bwv62.6"]  # the latter states no mode, so that its key is found by analysis


def test_bach_known_melody(bach):
    tokens = PitchEncoder().transform([bach.data[bach.filenames.index("bwv66.6.mxl")]])[0]
    # F sharp minor, c#" b' | a' b' c#" e", transposed down by 6 semitones; unmarked and at an odd place: not doubled
    melody = read_music(_bach.corpus_folder() / "bwv66.6.mxl").tracks[0]
    expected = [n.pitch - 6 for n in melody.notes if n.time < 32]
    assert [t for t in tokens if t < 128][: len(expected)] == expected[: sum(t < 128 for t in tokens)]
    assert expected[:6] == [67, 65, 63, 65, 67, 70]


def test_bach_bunch(bach):
    assert set(bach) == {"data", "target", "target_names", "groups", "filenames", "DESCR"}
    assert len(bach.data) == len(bach.target) == len(bach.groups) == len(bach.filenames) == 344
    assert all(isinstance(melody, muspy.Music) and len(melody.tracks) == 1 for melody in bach.data)
    assert [melody.metadata.source_filename for melody in bach.data] == bach.filenames == sorted(bach.filenames)
    assert bach.target_names == NAMES
    assert dict(zip(*np.unique(bach.target, return_counts=True), strict=True)) == {
        "anger": 77,
        "happiness": 81,
        "relaxation": 101,
        "sadness": 85,
    }
    assert {(k.root, k.mode) for melody in bach.data for k in melody.key_signatures} == {(0, "major"), (0, "minor")}
    assert {t.qpm for melody in bach.data for t in melody.tempos} == {120}
    assert "by rule" in bach.DESCR
    assert "88.7 %" in bach.DESCR


def test_bach_labels_follow_the_rule(bach):
    for melody, emotion in zip(bach.data, bach.target, strict=True):
        median = np.median([note.duration for note in melody.tracks[0].notes])  # in sixteenths
        assert as_emotion(emotion).valence == (1 if melody.key_signatures[0].mode == "major" else -1)
        assert as_emotion(emotion).arousal == (1 if median < 8 else -1)


def test_bach_data_and_target(bach):
    data, target = load_bach_chorales(return_X_y=True)
    assert plain(data) == plain(bach.data)
    assert target.tolist() == bach.target.tolist()


def test_bach_subset_all_holds_the_paper_ones_unchanged(bach):
    everything = load_bach_chorales(subset="all")
    assert len(everything.data) == len(everything.target) == len(everything.groups) == len(everything.filenames) == 364
    place = [everything.filenames.index(name) for name in bach.filenames]
    assert everything.target[place].tolist() == bach.target.tolist()
    assert everything.groups[place].tolist() == bach.groups.tolist()
    assert plain([everything.data[i] for i in place]) == plain(bach.data)


def test_bach_scores_are_whole_pieces_in_their_own_key(all_scores, bach):
    score = all_scores.data[all_scores.filenames.index("bwv66.6.mxl")]
    assert [track.name for track in score.tracks] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert score.key_signatures[0].root == 6
    assert {t.qpm for s in all_scores.data for t in s.tempos} == {120}
    paper_only = load_bach_chorales(form="scores")
    assert paper_only.filenames == bach.filenames
    assert paper_only.target.tolist() == bach.target.tolist()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"subset": "test"}, "subset='test': expected one of 'paper', 'all'"),
        ({"subset": None}, "subset=None: expected one of 'paper', 'all'"),
        ({"form": "tokens"}, "form='tokens': expected one of 'melodies', 'scores'"),
    ],
)
@pytest.mark.usefixtures("bach")
def test_bach_wrong_parameter(parameters, message):
    with pytest.raises(ValueError, match=message):
        load_bach_chorales(**parameters)


def test_bach_groups_hold_equal_melodies_together():
    everything = load_bach_chorales(subset="all")
    groups_of_row = {}
    for row, group in zip(PitchEncoder().transform(everything.data), everything.groups, strict=True):
        groups_of_row.setdefault(row.tobytes(), set()).add(group)
    assert len(groups_of_row) < 364  # there are equal ones
    assert all(len(groups) == 1 for groups in groups_of_row.values())


def test_bach_groups_are_the_tunes_of_the_scores(all_scores):
    with _bach.TABLE.open(encoding="utf-8") as file:
        doubled = [row["doubled"] == "1" for row in csv.DictReader(file)]
    originals = [scale_time(s, 0.5 if twice else 1) for s, twice in zip(all_scores.data, doubled, strict=True)]
    incipits = [tune_incipit(score, part="first") for score in originals]
    assert group_by_tune(incipits, stems(all_scores)) == all_scores.groups.tolist()
    assert len(set(all_scores.groups)) == 239


def test_bach_table_follows_from_the_corpus():
    path = Path(__file__).parents[1] / "benchmarks" / "derive_bach_table.py"
    spec = importlib.util.spec_from_file_location("derive_bach_table", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    with _bach.TABLE.open(encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header == ["file", "in_paper", "doubled", "tune"]
    assert [list(map(str, row)) for row in script.derive()] == rows


# --- the cache --------------------------------------------------------------------------------------------------------


def refuse(*args, **kwargs):
    """Stand in for what must not be called."""
    raise AssertionError("this must not be called")


def test_bach_second_call_reads_only_the_cache(bach, monkeypatch):
    monkeypatch.setattr(_bach, "read_music", refuse)
    monkeypatch.setattr(_bach, "_melodies", refuse)
    assert plain(load_bach_chorales().data) == plain(bach.data)
    with pytest.raises(AssertionError, match="this must not be called"):
        _bach._read_scores([{"file": "bwv66.6.mxl"}])  # the stand-in is in place


@pytest.mark.usefixtures("bach")
def test_bach_reading_needs_no_pickles_and_not_music21s_cache(data_home, monkeypatch):
    import music21

    for module, name in [(pickle, "load"), (pickle, "loads"), (music21.converter, "parse"), (music21.corpus, "parse")]:
        monkeypatch.setattr(module, name, refuse)
    rows = [{"file": "bwv66.6.mxl", "doubled": "1"}]
    assert len(_bach._read_scores(rows)[0].tracks) == 4
    load_bach_chorales()
    files = sorted(data_home.glob("bach-*"))
    assert [file.suffix for file in files] == [".npz", ".npz"]
    for file in files:
        with np.load(file, allow_pickle=False) as arrays:
            assert not any(arrays[name].dtype.hasobject for name in arrays.files)


@pytest.mark.parametrize("damage", ["truncated", "bit", "foreign"])
def test_bach_damaged_cache_is_made_anew(bach, data_home, tmp_path, damage):
    for file in data_home.glob("bach-*"):
        shutil.copy(file, tmp_path)
    (melodies,) = tmp_path.glob("bach-melodies-*")
    whole = melodies.read_bytes()
    if damage == "foreign":
        np.savez(melodies, something=np.arange(3))
    else:
        flipped = bytearray(whole)
        flipped[len(whole) // 2] ^= 255
        melodies.write_bytes(whole[:-100] if damage == "truncated" else flipped)
    assert plain(load_bach_chorales(data_home=tmp_path).data) == plain(bach.data)
    with np.load(melodies, allow_pickle=False) as arrays:  # it is whole again
        assert len(arrays["filename"]) == 364


def test_bach_data_home_that_cannot_be_written_is_a_warning(bach, all_scores, tmp_path, monkeypatch):
    monkeypatch.setattr(_bach, "_read_scores", lambda rows: all_scores.data)
    (tmp_path / "file").write_text("not a folder")
    with pytest.warns(UserWarning, match="could not be cached, so the next call is slow again") as caught:
        data, _ = load_bach_chorales(data_home=tmp_path / "file" / "home", return_X_y=True)
    assert plain(data) == plain(bach.data)
    assert caught[-1].filename == __file__  # it points to the user's line
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def several_scores():
    """Return scores with everything that a cache keeps, and with little."""
    rich = make_score(
        muspy.Track(program=40, name="Violin", notes=[muspy.Note(0, 60, 4, 33), muspy.Note(4, 127, 1, 1)]),
        muspy.Track(is_drum=True, notes=[muspy.Note(0, 36, 2)]),
        muspy.Track(),
        resolution=24,
        qpm=97.5,
        key=(9, "minor"),
        time_signature=(3, 8),
        name="größer.mid",
    )
    rich.metadata.title = "Title"
    rich.tempos.append(muspy.Tempo(48, 60.0))
    rich.key_signatures.append(muspy.KeySignature(48, fifths=-3))
    rich.key_signatures.append(muspy.KeySignature(96, fifths=0, mode="dorian", root=2))
    return [rich, make_score(name="empty.mid"), make_score([(0, 60, 4)])]


def test_a_cache_keeps_everything(tmp_path):
    made = cached_scores("x.npz", tmp_path, several_scores)
    assert plain(made) == plain(several_scores())
    assert plain(cached_scores("x.npz", tmp_path, refuse)) == plain(made)
    assert [p.name for p in tmp_path.iterdir()] == ["x.npz"]


def test_the_call_that_makes_a_cache_returns_what_later_ones_do(tmp_path):
    def build():
        score = make_score([(0, 60, 4)])
        score.metadata.creators, score.lyrics = ["J. S. Bach"], [muspy.Lyric(0, "Ah")]
        return [score]

    assert cached_scores("x.npz", tmp_path, build) == cached_scores("x.npz", tmp_path, refuse)


def test_a_cache_of_empty_scores(tmp_path):
    cached_scores("x.npz", tmp_path, lambda: [make_score(), make_score()])
    assert plain(cached_scores("x.npz", tmp_path, refuse)) == plain([make_score(), make_score()])


def test_no_damage_at_all_stops_a_cache(tmp_path):
    cached_scores("x.npz", tmp_path, several_scores)
    whole = (tmp_path / "x.npz").read_bytes()
    generator = np.random.default_rng(0)
    made_anew = 0

    def build():
        nonlocal made_anew
        made_anew += 1
        return several_scores()

    for _ in range(150):
        damaged = bytearray(whole)
        for place in generator.integers(len(whole), size=3):
            damaged[place] ^= int(generator.integers(1, 256))
        (tmp_path / "x.npz").write_bytes(damaged)
        assert len(cached_scores("x.npz", tmp_path, build)) == 3
    assert made_anew > 50


def test_a_cache_that_fails_while_it_is_written_leaves_nothing(tmp_path, monkeypatch):
    def savez(path, **arrays):
        Path(path).write_bytes(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez_compressed", savez)
    with pytest.warns(UserWarning, match="could not be cached.*no space left on device"):
        assert len(cached_scores("x.npz", tmp_path, several_scores)) == 3
    assert list(tmp_path.iterdir()) == []


# A process that answers each folder that comes in with the tokens of the chorales in it; of the chorales only four, so
# that a round takes a moment. "refill" removes the cache first; "die" ends the process in the midst of writing it.
LOADER = """
import hashlib, os, pathlib, signal, sys
import numpy as np
from skemovae import PitchEncoder, load_bach_chorales
from skemovae.datasets import _bach

def die_half_way(path, **arrays):
    pathlib.Path(path).write_bytes(b"PK half of an archive")
    os.kill(os.getpid(), signal.SIGKILL)

_bach.TABLE = pathlib.Path(sys.argv[1])
print("ready", flush=True)
for line in sys.stdin:
    task, folder = line.rstrip("\\n").split(" ", 1)
    if task == "die":
        np.savez_compressed = die_half_way
    if task == "refill":
        for cache in pathlib.Path(folder).glob("bach-*"):
            cache.unlink(missing_ok=True)
    os.environ["SKEMOVAE_DATA"] = folder
    melodies, scores = load_bach_chorales(), load_bach_chorales(form="scores")
    notes = [[(n.time, n.pitch, n.duration) for t in music.tracks for n in t.notes] for music in scores.data]
    text = repr((PitchEncoder().transform(melodies.data).tolist(), melodies.target.tolist(), notes))
    print(hashlib.sha256(text.encode()).hexdigest(), flush=True)
"""


@pytest.fixture(scope="module")
def loaders(tmp_path_factory):
    """Two processes of LOADER, ready."""
    table = tmp_path_factory.mktemp("table") / "chorales.csv"
    rows = [f"bwv{number}.mxl,1,{i % 2},bwv{number}" for i, number in enumerate(("1.6", "10.7", "66.6", "269"))]
    table.write_text("\n".join(["file,in_paper,doubled,tune", *rows]))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    started = [subprocess.Popen([sys.executable, "-c", LOADER, str(table)], **pipes) for _ in range(2)]
    for process in started:
        assert process.stdout.readline() == "ready\n"
    yield started
    for process in started:
        process.stdin.close()
        process.wait(timeout=60)
        process.stdout.close()


def ask(process, task, folder):
    process.stdin.write(f"{task} {folder}\n")
    process.stdin.flush()


def test_processes_that_fill_the_same_cache_and_one_that_is_killed(loaders, tmp_path):
    first, second = loaders
    ask(first, "load", tmp_path / "alone")
    right = first.stdout.readline()
    assert len(right) == 65
    for i in range(10):  # both together on an empty folder, which does not exist yet
        for process in loaders:
            ask(process, "load", tmp_path / f"together {i}")
        assert [process.stdout.readline() for process in loaders] == [right, right]
        assert sorted(path.suffix for path in (tmp_path / f"together {i}").iterdir()) == [".npz", ".npz"]
    for _ in range(10):  # one removes and writes the cache while the other reads it
        ask(first, "refill", tmp_path / "alone")
        for _ in range(5):
            ask(second, "load", tmp_path / "alone")
        assert first.stdout.readline() == right
        assert [second.stdout.readline() for _ in range(5)] == [right] * 5
    ask(second, "die", tmp_path / "killed")
    assert second.wait(timeout=60) == -signal.SIGKILL
    assert [path.name[:9] for path in (tmp_path / "killed").iterdir()] == [".writing-"]  # no name that is ever read
    ask(first, "load", tmp_path / "killed")
    assert first.stdout.readline() == right
    assert len(list((tmp_path / "killed").glob("bach-*.npz"))) == 2


def test_an_error_while_the_data_is_made_comes_through(tmp_path):
    with pytest.raises(AssertionError, match="this must not be called"):
        cached_scores("x.npz", tmp_path, refuse)
    assert list(tmp_path.iterdir()) == []


def test_data_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SKEMOVAE_DATA", str(tmp_path / "from environment"))
    assert get_data_home(tmp_path / "a" / "b") == tmp_path / "a" / "b"
    assert get_data_home("~/c") == tmp_path / "c"
    assert get_data_home() == tmp_path / "from environment"
    monkeypatch.delenv("SKEMOVAE_DATA")
    assert get_data_home() == tmp_path / "skemovae_data"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "c", "from environment", "skemovae_data"]


# --- fetch_musgenvae --------------------------------------------------------------------------------------------------

MANIFEST = _musgenvae._read_manifest()
PREFIX = f"musgenvae_lsreg-{_musgenvae.COMMIT}/public_html/training_dataset"


def archive_of(members):
    """Return the bytes of a zip archive with the given members, as GitHub makes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def members(published):
    """Return {member of the archive: content} of the published melodies and a few files that lie beside them."""
    melodies = {f"{PREFIX}/{name}": (published / name).read_bytes() for name in MANIFEST}
    return {f"{PREFIX.split('/')[0]}/README.md": b"MusGenVAE", **melodies, f"{PREFIX}/e1/notes.txt": b"other"}


class Server:
    """A loopback server whose answers are set by its attributes."""

    def __init__(self):
        self.content, self.status, self.length, self.failures, self.calls = b"", 200, None, 0, 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.calls += 1
                self.send_response(503 if outer.calls <= outer.failures else outer.status)
                self.send_header("Content-Length", str(outer.length or len(outer.content)))
                self.end_headers()
                self.wfile.write(outer.content)

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/archive.zip"

    def close(self):
        if self.thread.is_alive():
            self.server.shutdown()
            self.server.server_close()
            self.thread.join()


@pytest.fixture
def pauses(monkeypatch):
    """Return the list of the pauses between tries, which take no time."""
    pauses = []
    monkeypatch.setattr(_musgenvae.time, "sleep", pauses.append)
    return pauses


@pytest.fixture
def server(monkeypatch, pauses):
    server = Server()
    monkeypatch.setattr(_musgenvae, "ARCHIVE_URL", server.url)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield server
    server.close()


BY_HAND = r"To place the files by hand, download http\S+, and copy the folders e1, e2, e3 and e4 from its public_html/"


def test_musgenvae_is_downloaded_once(server, members, tmp_path):
    server.content = archive_of(members)
    first = fetch_musgenvae(data_home=tmp_path)
    server.close()
    second = fetch_musgenvae(data_home=tmp_path)
    assert server.calls == 1
    assert plain(first.data) == plain(second.data)
    data, target = fetch_musgenvae(data_home=tmp_path, return_X_y=True, download_if_missing=False)
    assert plain(data) == plain(first.data)
    assert target.tolist() == first.target.tolist()
    assert [p.name for p in tmp_path.iterdir()] == ["musgenvae"]
    written = {str(p.relative_to(tmp_path / "musgenvae")) for p in tmp_path.rglob("*") if p.is_file()}
    assert written == set(MANIFEST)


def test_musgenvae_bunch(server, members, tmp_path, bach, paper):
    server.content = archive_of(members)
    bunch = fetch_musgenvae(data_home=tmp_path)
    assert set(bunch) == {"data", "target", "target_names", "groups", "filenames", "DESCR"}
    assert len(bunch.data) == len(bunch.groups) == 344
    assert bunch.target_names == NAMES
    assert [int(np.sum(bunch.target == name)) for name in NAMES] == [80, 79, 93, 92]
    assert "CC BY-NC" in bunch.DESCR
    files = [Path(name).name.removesuffix(".mid").rsplit(".", 1)[0] for name in bunch.filenames]
    assert all(Path(name).is_relative_to(tmp_path / "musgenvae") for name in bunch.filenames)
    assert bunch.groups.tolist() == [dict(zip(stems(bach), bach.groups, strict=True))[name] for name in files]
    rows = PitchEncoder(out_of_window="clip", polyphony="skyline").transform(bunch.data)
    for name, row, emotion in zip(files, rows, bunch.target, strict=True):
        assert (row == paper[name][0]).all()
        assert emotion == paper[name][1]


def test_musgenvae_placed_by_hand(published, tmp_path, monkeypatch):
    monkeypatch.setattr(_musgenvae.urllib.request, "urlopen", refuse)
    for emotion in ("e1", "e2", "e3", "e4"):
        shutil.copytree(published / emotion, tmp_path / "musgenvae" / emotion)
    (tmp_path / "musgenvae" / "e1" / "mine.txt").write_text("passed over")
    assert len(fetch_musgenvae(data_home=tmp_path).data) == 344


def test_musgenvae_placed_by_hand_but_not_all(published, tmp_path, monkeypatch):
    monkeypatch.setattr(_musgenvae.urllib.request, "urlopen", refuse)
    for emotion in ("e1", "e2", "e3"):
        shutil.copytree(published / emotion, tmp_path / "musgenvae" / emotion)
    with pytest.raises(OSError, match=rf"92 of 344 melodies are missing in {tmp_path}\S+, e.g. e4/.*{BY_HAND}"):
        fetch_musgenvae(data_home=tmp_path)


def test_musgenvae_placed_by_hand_but_changed(published, tmp_path):
    for emotion in ("e1", "e2", "e3", "e4"):
        shutil.copytree(published / emotion, tmp_path / "musgenvae" / emotion)
    changed = next(name for name in MANIFEST if name.startswith("e2/"))
    write_music(make_score([(0, 60, 4)]), tmp_path / "musgenvae" / changed)
    message = rf"1 of 344 melodies .* not the published ones \(sha256 differs\), e.g. {changed}. Remove"
    with pytest.raises(ValueError, match=message):
        fetch_musgenvae(data_home=tmp_path)


def test_musgenvae_without_download(tmp_path, monkeypatch):
    monkeypatch.setattr(_musgenvae.urllib.request, "urlopen", refuse)
    with pytest.raises(OSError, match=rf"not in {tmp_path}/musgenvae and download_if_missing=False. {BY_HAND}"):
        fetch_musgenvae(data_home=tmp_path, download_if_missing=False)
    assert list(tmp_path.iterdir()) == []


def test_musgenvae_offline_says_how_to_place_the_files(server, tmp_path, pauses):
    server.close()
    message = rf"cannot download {server.url}: .*refused.*{BY_HAND}training_dataset into {tmp_path}/musgenvae"
    with pytest.raises(OSError, match=message):
        fetch_musgenvae(data_home=tmp_path)
    assert len(pauses) == _musgenvae.N_TRIES - 1
    assert list(tmp_path.iterdir()) == []


def test_musgenvae_server_error(server, tmp_path):
    server.status = 404
    with pytest.raises(OSError, match=rf"cannot download {server.url}: HTTP Error 404: Not Found. {BY_HAND}"):
        fetch_musgenvae(data_home=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_musgenvae_tries_again(server, members, tmp_path, pauses):
    server.content, server.failures = archive_of(members), 2
    assert len(fetch_musgenvae(data_home=tmp_path).data) == 344
    assert server.calls == 3
    assert pauses == [1, 2]


def test_musgenvae_connection_that_ends_too_early(server, tmp_path):
    server.content, server.length = b"PK\x03\x04 half", 999
    with pytest.raises(OSError, match=rf"cannot download .*the connection ended 990 bytes too early. {BY_HAND}"):
        fetch_musgenvae(data_home=tmp_path)
    assert server.calls == _musgenvae.N_TRIES
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content", [b"", b"<html>Not here</html>", archive_of({f"{PREFIX}/e1/x.mid": b"x" * 999})[:-50]]
)
def test_musgenvae_of_no_whole_archive(server, tmp_path, content):
    server.content = content
    with pytest.raises(ValueError, match=f"what {server.url} returned is not a whole zip archive"):
        fetch_musgenvae(data_home=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_musgenvae_damaged_archive(server, tmp_path):
    name = next(iter(MANIFEST))
    whole = archive_of({f"{PREFIX}/{name}": bytes(range(256)) * 9})
    start = 30 + len(f"{PREFIX}/{name}")  # behind the local header
    generator = np.random.default_rng(0)
    for _ in range(10):
        damaged = bytearray(whole)
        damaged[start + int(generator.integers(40))] ^= 255
        server.content = bytes(damaged)
        with pytest.raises(ValueError, match=r"is not a whole zip archive|sha256 differs") as caught:
            fetch_musgenvae(data_home=tmp_path)
        assert server.url in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_musgenvae_missing_member(server, members, tmp_path):
    first = next(iter(MANIFEST))
    server.content = archive_of({name: content for name, content in members.items() if not name.endswith(first)})
    message = rf"1 of 344 melodies are missing in the archive at {server.url}, e.g. {first}. Nothing of it was kept"
    with pytest.raises(OSError, match=message):
        fetch_musgenvae(data_home=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_musgenvae_wrong_content(server, members, tmp_path):
    first = next(iter(MANIFEST))
    assert hashlib.sha256(members[f"{PREFIX}/{first}"]).hexdigest() == MANIFEST[first]
    server.content = archive_of({**members, f"{PREFIX}/{first}": members[f"{PREFIX}/{first}"] + b"\0"})
    message = rf"1 of 344 melodies in the archive at {server.url} are not the published ones .* {first}. Nothing"
    with pytest.raises(ValueError, match=message):
        fetch_musgenvae(data_home=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_musgenvae_never_uses_names_of_the_archive_as_paths(server, members, tmp_path):
    evil = {
        "../../evil.mid": b"evil",
        f"{PREFIX}/../../../../evil.mid": b"evil",
        f"{PREFIX}/e1/../../../evil.mid": b"evil",
        f"/{tmp_path}/evil.mid": b"evil",
        f"{PREFIX}/e1/..\\..\\evil.mid": b"evil",
    }
    server.content = archive_of({**evil, **members})
    home = tmp_path / "a" / "b" / "home"
    assert len(fetch_musgenvae(data_home=home).data) == 344
    assert {p.parent.parent for p in tmp_path.rglob("*") if p.is_file()} == {home / "musgenvae"}
    assert not list(tmp_path.rglob("*evil*"))
    assert sum(p.is_file() for p in tmp_path.rglob("*")) == 344


def test_musgenvae_too_large_an_archive(server, tmp_path, monkeypatch):
    server.content = bytes(200_000)
    monkeypatch.setattr(_musgenvae, "MAX_ARCHIVE_BYTES", 100_000)
    with pytest.raises(ValueError, match=f"the archive at {server.url} is larger than 100,000 bytes"):
        fetch_musgenvae(data_home=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_musgenvae_too_large_a_melody(server, tmp_path):
    name = next(iter(MANIFEST))
    server.content = archive_of({f"{PREFIX}/{name}": bytes(50_000_000)})
    assert len(server.content) < 100_000  # a zip bomb
    with pytest.raises(ValueError, match=rf"{name} unpacks to 50,000,000 bytes: expected a short melody"):
        fetch_musgenvae(data_home=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_musgenvae_another_process_was_faster(server, members, published, tmp_path, monkeypatch):
    server.content = archive_of(members)

    def rename(source, target):
        shutil.copytree(published, target)
        raise OSError("Directory not empty")

    monkeypatch.setattr(os, "rename", rename)
    assert len(fetch_musgenvae(data_home=tmp_path).data) == 344
    assert [p.name for p in tmp_path.iterdir()] == ["musgenvae"]


def test_musgenvae_manifest():
    assert len(MANIFEST) == 344
    assert {name.split("/")[0] for name in MANIFEST} == {"e1", "e2", "e3", "e4"}
    assert _musgenvae.ARCHIVE_URL.startswith("https://github.com/grekowj/musgenvae_lsreg/archive/662daa976f")


# --- load_music_folder ------------------------------------------------------------------------------------------------


def place(folder, *names, start=60):
    """Write a short score under every name, each a semitone higher."""
    for i, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_music(make_score([(0, start + i, 4), (4, start + i + 2 + i % 5, 4)]), folder / name)


SPELLINGS = [(str(spelling), emotion.name) for emotion in EMOTIONS for spelling in emotion.spellings]


@pytest.mark.parametrize(("spelling", "name"), [*SPELLINGS, ("SAD", "sadness"), ("q1", "happiness")])
def test_folder_knows_every_spelling(tmp_path, spelling, name):
    place(tmp_path, f"{spelling}/x.mid")
    assert load_music_folder(tmp_path).target.tolist() == [name]


def test_folder_bunch(tmp_path):
    place(tmp_path, "sad/b.mid", "sad/a.musicxml", "sad/deep/er/c.MID", "happy/x.mxl", "Q3/y.xml", "e4/z.midi")
    bunch = load_music_folder(tmp_path)
    assert set(bunch) == {"data", "target", "target_names", "groups", "filenames", "DESCR"}
    names = ["Q3/y.xml", "e4/z.midi", "happy/x.mxl", "sad/a.musicxml", "sad/b.mid", "sad/deep/er/c.MID"]
    assert bunch.filenames == [str(tmp_path / name) for name in names]
    assert bunch.target.tolist() == ["sadness", "relaxation", "happiness", "sadness", "sadness", "sadness"]
    assert bunch.target_names == NAMES
    assert [notes_of(score)[0][1] for score in bunch.data] == [64, 65, 63, 61, 60, 62]
    assert len(bunch.groups) == 6
    assert bunch.DESCR.startswith(f"6 scores from {tmp_path}, labelled")
    data, target = load_music_folder(str(tmp_path), return_X_y=True)
    assert plain(data) == plain(bunch.data)
    assert target.tolist() == bunch.target.tolist()


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "verbose", "shown"), [(Terminal, True, True), (Terminal, False, False), (io.StringIO, True, False)]
)
def test_folder_shows_a_progress_bar_on_a_terminal(tmp_path, stream, verbose, shown):
    place(tmp_path, "sad/a.mid", "happy/b.mid")
    with redirect_stderr(stream()) as output:
        load_music_folder(tmp_path, verbose=verbose)
    assert ("reading: 100%" in output.getvalue()) is shown
    assert bool(output.getvalue()) is shown


def test_folder_groups_are_tunes_in_any_key_and_format(tmp_path):
    tune = [(0, 60, 4), (4, 62, 4), (8, 64, 8), (32, 60, 4)]
    for name, shift, notes in [
        ("sad/a.mid", 0, tune),
        ("sad/b.mid", 7, tune[:3]),  # the same 8 quarter notes
        ("happy/c.mxl", -3, tune),
        ("happy/d.mid", 0, [*tune[:2], (8, 65, 8)]),
    ]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write_music(make_score([(time, pitch + shift, length) for time, pitch, length in notes]), tmp_path / name)
    assert load_music_folder(tmp_path).groups.tolist() == ["happy/c.mxl", "happy/d.mid", "happy/c.mxl", "happy/c.mxl"]


def test_folder_passes_over_hidden_and_foreign_files(tmp_path):
    place(
        tmp_path, "sad/x.mid", "sad/.hidden.mid", "sad/.git/y.mid", "sad/__MACOSX/._x.mid", ".trash/z.mid", "loose.mid"
    )
    (tmp_path / "sad" / "notes.txt").write_text("no score")
    (tmp_path / "sad" / "folder.mid").mkdir()
    (tmp_path / "README.md").write_text("no score")
    (tmp_path / "angry").mkdir()
    assert load_music_folder(tmp_path).filenames == [str(tmp_path / "sad" / "x.mid")]


def test_folder_below_a_hidden_folder_is_loaded(tmp_path):
    place(tmp_path / ".cache" / "mine", "sad/x.mid")
    assert load_music_folder(tmp_path / ".cache" / "mine").target.tolist() == ["sadness"]


def test_folder_with_an_unknown_name(tmp_path):
    place(tmp_path, "sad/x.mid", "drafts/y.mid")
    message = (
        rf"{tmp_path}/drafts is not named by an emotion: unknown emotion 'drafts': expected one of Q1, e1, .*Rename"
    )
    with pytest.raises(ValueError, match=message):
        load_music_folder(tmp_path)


@pytest.mark.parametrize("name", ["5", "0", "²"])
def test_folder_with_a_number_that_is_no_emotion(tmp_path, name):
    place(tmp_path, f"{name}/x.mid")
    with pytest.raises(ValueError, match=f"{name} is not named by an emotion"):
        load_music_folder(tmp_path)


def test_folder_without_scores(tmp_path):
    message = rf"{tmp_path} holds no scores: expected sub-folders named by emotion .*ending in \.mid, \.midi, "
    with pytest.raises(ValueError, match=message):
        load_music_folder(tmp_path)
    (tmp_path / "sad").mkdir()
    (tmp_path / "sad" / "x.txt").write_text("no score")
    with pytest.raises(ValueError, match=message):
        load_music_folder(tmp_path)


def test_folder_that_is_none(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    for name in ("file", "missing"):
        with pytest.raises(
            NotADirectoryError, match=f"{tmp_path / name} is not a folder: expected one with sub-folders"
        ):
            load_music_folder(tmp_path / name)


def test_folder_names_every_unreadable_file(tmp_path):
    place(tmp_path, "sad/good.mid")
    for name, content in [("sad/a.mid", b""), ("sad/b.mxl", b"no archive"), ("sad/c.xml", b"<html/>")]:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ScoreReadError, match=r"a\.mid as MIDI: .*b\.mxl as MusicXML: .*c\.xml as MusicXML: ") as caught:
        load_music_folder(tmp_path)
    assert "good.mid" not in str(caught.value)


def test_folder_of_scores_without_notes_is_loaded(tmp_path):
    place(tmp_path, "sad/x.mid")
    write_music(make_score([]), tmp_path / "sad" / "empty.mid")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(load_music_folder(tmp_path).data) == 2


def test_tune_incipit_known_values():
    bass = muspy.Track(notes=[muspy.Note(0, 40, 8)])
    drums = muspy.Track(is_drum=True, notes=[muspy.Note(0, 99, 8)])
    soprano = muspy.Track(notes=[muspy.Note(2, 70, 2), muspy.Note(31, 74, 9), muspy.Note(32, 60, 1)])
    late = muspy.Track(notes=[muspy.Note(32, 100, 2)])  # a trumpet that enters in the third bar
    score = make_score(drums, late, bass, soprano)
    assert tune_incipit(score) == ((0.5, 0), (7.75, 4))
    assert tune_incipit(score, part="first") == ((0.0, 0),)
    assert tune_incipit(make_score(drums)) == ()
    assert group_by_tune(["a", "b", "a"], ["x", "y", "z"]) == ["x", "y", "x"]
