"""Processes that are killed at a chosen moment of a write: before, during or after a system call."""

import builtins
import io
import os
import signal
import traceback

CALLS = ("open", "fsync", "chmod", "replace", "rename", "unlink", "close", "mkdir")  # of the module os


class _Killer:
    """Counts the moments that a process passes, and kills it at one of them."""

    def __init__(self, moment, report):
        self.left, self.report = moment, report

    def pass_moment(self, name):
        if self.left == 0:
            os.write(self.report, name.encode())
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1

    def install(self):
        """Make all calls that change files go through this object."""
        for name in CALLS:
            setattr(os, name, self._around(name, getattr(os, name)))
        for module in (io, builtins):  # both hold the function `open`, for different callers
            module.open = self._around_open(open_of_python)

    def _around(self, name, function):
        def call(*arguments, **options):
            self.pass_moment(f"before {name}")
            result = function(*arguments, **options)
            self.pass_moment(f"after {name}")
            return result

        return call

    def _around_open(self, function):
        def call(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, *arguments, **options):
            if isinstance(file, int) or not set(mode) & set("wxa+"):
                return function(file, mode, buffering, encoding, errors, newline, *arguments, **options)
            self.pass_moment("before open")
            raw = _File(file, mode.replace("b", "").replace("t", ""))
            raw.killer = self
            self.pass_moment("after open")
            buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
            return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)

        return call


open_of_python = io.open


class _File(io.FileIO):
    """A file whose process can be killed when half of a block has been written."""

    def write(self, block):
        self.killer.pass_moment("before write")
        half = super().write(memoryview(block)[: len(block) // 2])
        self.killer.pass_moment("within write")
        written = half + super().write(memoryview(block)[half:])
        self.killer.pass_moment("after write")
        return written


def kill_at(moment, write):
    """Call ``write()`` in a child process that is killed at a moment, counted from 0; return the moment's name.

    Return None if the write ended before that moment.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            _Killer(moment, writer).install()
            write()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        name = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        assert name
        return name
    assert os.WEXITSTATUS(status) == 0, "the write failed in the child; its standard error says why"
    return None
