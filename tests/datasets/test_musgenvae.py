"""Tests of fetch_musgenvae: from a server, from local files, and from faulty archives."""

import contextlib
import hashlib
import http.server
import io
import os
import shutil
import threading
import time
import zipfile
from contextlib import redirect_stderr
from pathlib import Path

import numpy as np
import pytest

from skemovae import PitchEncoder, write_music
from skemovae.datasets import _musgenvae, fetch_musgenvae
from tests.conftest import BARS, make_score
from tests.datasets.conftest import NAMES, plain, refuse, stems

MANIFEST = _musgenvae._read_manifest()
PREFIX = f"musgenvae_lsreg-{_musgenvae.COMMIT}/public_html/training_dataset"


def archive_of(members):
    """Return the bytes of a ZIP archive with the given members, as GitHub makes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def members(published):
    """Return {member of the archive: content} for the published melodies and a few other files beside them."""
    melodies = {f"{PREFIX}/{name}": (published / name).read_bytes() for name in MANIFEST}
    return {f"{PREFIX.split('/')[0]}/README.md": b"MusGenVAE", **melodies, f"{PREFIX}/e1/notes.txt": b"other"}


class Server:
    """A loopback server whose responses are set by its attributes."""

    def __init__(self):
        self.content, self.status, self.length, self.failures, self.calls = b"", 200, None, 0, 0
        self.drip = None  # "header" or "body": sent one byte at a time
        self.closed = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.calls += 1
                if outer.drip == "header":
                    return self.send_slowly(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                self.send_response(503 if outer.calls <= outer.failures else outer.status)
                self.send_header("Content-Length", str(outer.length or len(outer.content)))
                self.end_headers()
                if outer.drip == "body":
                    return self.send_slowly(b"")
                return self.wfile.write(outer.content)

            def send_slowly(self, start):
                with contextlib.suppress(ConnectionError):
                    self.wfile.write(start)
                    while not outer.closed.wait(0.02):
                        self.wfile.write(b"x")

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/archive.zip"

    def close(self):
        self.closed.set()
        if self.thread.is_alive():
            self.server.shutdown()
            self.server.server_close()
            self.thread.join()


@pytest.fixture
def pauses(monkeypatch):
    """Return the list of pauses between attempts, which take no time."""
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


@pytest.mark.parametrize(("stream", "verbose", "shown"), BARS)
def test_musgenvae_shows_a_progress_bar_on_a_terminal(server, tmp_path, stream, verbose, shown):
    server.content = archive_of({})  # the bar is shown before the archive is checked
    with redirect_stderr(stream()) as output, pytest.raises(OSError, match="344 of 344 melodies are missing"):
        fetch_musgenvae(data_home=tmp_path, verbose=verbose)
    assert ("downloading: 100%" in output.getvalue()) is shown
    assert bool(output.getvalue()) is shown


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


@pytest.mark.parametrize("drip", ["header", "body"])
def test_musgenvae_a_server_that_sends_a_byte_now_and_then(server, tmp_path, monkeypatch, drip):
    monkeypatch.setattr(_musgenvae, "DEADLINE_SECONDS", 0.3)
    server.drip, server.length = drip, 1_000_000
    start = time.monotonic()
    with pytest.raises(OSError, match=rf"cannot download {server.url}: it took longer than 0.3 s. {BY_HAND}"):
        fetch_musgenvae(data_home=tmp_path)
    assert time.monotonic() - start < 10
    assert list(tmp_path.iterdir()) == []


def test_musgenvae_what_a_killed_download_left_is_removed(server, tmp_path):
    server.status = 404
    for name, age in ((".musgenvae-old", 3 * _musgenvae.DEADLINE_SECONDS), (".musgenvae-young", 0)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "archive.zip").touch()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    with pytest.raises(OSError, match="404"):
        fetch_musgenvae(data_home=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".musgenvae-young"]


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>Not here</html>", archive_of({f"{PREFIX}/e1/x.mid": b"x" * 999})[:-50]],
    ids=["empty", "a page", "half"],  # an archive contains the time, and pytest-xdist needs fixed names
)
def test_musgenvae_of_no_whole_archive(server, tmp_path, content):
    server.content = content
    with pytest.raises(ValueError, match=f"what {server.url} returned is not a whole zip archive"):
        fetch_musgenvae(data_home=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_musgenvae_damaged_archive(server, tmp_path):
    name = next(iter(MANIFEST))
    whole = archive_of({f"{PREFIX}/{name}": bytes(range(256)) * 9})
    start = 30 + len(f"{PREFIX}/{name}")  # after the local header
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
