"""A later write removes files that killed processes have left, but not a file that a process is writing."""

import os
import signal
import subprocess
import sys
import time

import pytest

from skemovae.io import _atomic, atomic_path

OLD = 2 * _atomic.OLD_SECONDS
WRITE_FOR_LONG = """
import sys, time
from skemovae.io import atomic_path
with atomic_path(sys.argv[1]) as temporary:
    print(temporary.name, flush=True)
    time.sleep(600)
"""


def write(path):
    with atomic_path(path) as temporary:
        temporary.write_text("whole")


def make_old(path):
    then = time.time() - OLD
    os.utime(path, (then, then))


@pytest.fixture
def beside(tmp_path):
    """Return a function that makes an old file with a name."""

    def make(name):
        path = tmp_path / name
        path.write_text("half")
        make_old(path)
        return path

    return make


@pytest.mark.parametrize("name", [".writing-0123456789abcdef.mid", ".writing-0123456789abcdef", ".writing-ab_cd012"])
def test_an_old_file_that_was_left_behind_is_removed(tmp_path, beside, name):
    left = beside(name)
    write(tmp_path / "x.txt")
    assert not left.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["x.txt"]


@pytest.mark.parametrize("name", ["writing-0123456789abcdef.mid", ".writing-", ".writing-my novel.txt", "x.mid"])
def test_a_file_of_another_name_is_kept(tmp_path, beside, name):
    other = beside(name)
    write(tmp_path / "x.txt")
    assert other.read_text() == "half"


def test_a_folder_a_link_and_a_young_file_are_kept(tmp_path, beside):
    (tmp_path / "folder").mkdir()
    names = [".writing-000000000000000" + digit for digit in "012"]
    (tmp_path / names[0]).mkdir()
    make_old(tmp_path / names[0])
    (tmp_path / names[1]).symlink_to(beside("target"))
    (tmp_path / names[2]).write_text("half")
    write(tmp_path / "x.txt")
    assert {path.name for path in tmp_path.iterdir()} == {*names, "folder", "target", "x.txt"}


def test_a_folder_is_looked_at_once_in_a_while(tmp_path, beside, monkeypatch):
    write(tmp_path / "x.txt")
    left = beside(".writing-0123456789abcdef.mid")
    write(tmp_path / "y.txt")
    assert left.exists()
    monkeypatch.setattr(_atomic, "PAUSE_SECONDS", 0.0)
    write(tmp_path / "z.txt")
    assert not left.exists()


def test_without_locks_age_alone_decides(tmp_path, beside, monkeypatch):
    monkeypatch.setattr(_atomic, "fcntl", None)
    left = beside(".writing-0123456789abcdef.mid")
    write(tmp_path / "x.txt")
    assert not left.exists()
    assert (tmp_path / "x.txt").read_text() == "whole"


@pytest.mark.skipif(_atomic.fcntl is None, reason="this system has no such locks")
def test_a_file_that_this_process_writes_is_kept_however_old(tmp_path, monkeypatch):
    monkeypatch.setattr(_atomic, "PAUSE_SECONDS", 0.0)
    with atomic_path(tmp_path / "slow.txt") as temporary:
        temporary.write_text("slow")
        make_old(temporary)
        write(tmp_path / "x.txt")
    assert (tmp_path / "slow.txt").read_text() == "slow"


@pytest.mark.slow
@pytest.mark.skipif(_atomic.fcntl is None, reason="this system has no such locks")
def test_a_file_of_a_process_that_lives_is_kept_and_of_one_that_was_killed_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(_atomic, "PAUSE_SECONDS", 0.0)
    command = [sys.executable, "-c", WRITE_FOR_LONG, str(tmp_path / "slow.txt")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        temporary = tmp_path / process.stdout.readline().strip()
        make_old(temporary)
        write(tmp_path / "x.txt")
        assert temporary.exists()
        process.send_signal(signal.SIGKILL)
        process.wait()
        write(tmp_path / "x.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["x.txt"]
