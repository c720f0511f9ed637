"""Files that appear completely or not at all."""

import os
import re
import secrets
import time
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # on Windows, where only its age shows that a file is abandoned
    fcntl = None  # type: ignore[assignment]

TEMPORARY = re.compile(r"\.writing-\w{8,16}(\..+)?")  # 16 characters for our own names, 8 for those of tempfile
OLD_SECONDS = 3600.0  # since the last change; writing takes seconds
PAUSE_SECONDS = 60.0  # between two searches of a folder, since thousands of melodies may be written to one
_last_look: dict[str, float] = {}  # at the folder of the last write


@contextmanager
def atomic_path(path):
    """Yield a temporary path beside `path` that is renamed to `path` on success and deleted on failure.

    Temporary files that killed processes have left there are removed if they are an hour old and no process has them
    open for writing.

    Parameters
    ----------
    path : str or path-like
        The file to write completely or not at all. The temporary name has the same suffix.

    Yields
    ------
    pathlib.Path

    See Also
    --------
    skemovae.write_music, skemovae.save_model : Functions that write their files this way.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from skemovae.io import atomic_path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with atomic_path(pathlib.Path(folder, "notes.txt")) as temporary:
    ...         _ = temporary.write_text("C D E")
    ...     [p.name for p in pathlib.Path(folder).iterdir()]
    ['notes.txt']
    """
    path = Path(path)
    temporary = path.with_name(f".writing-{secrets.token_hex(8)}{path.suffix}")
    handle = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)  # minus the umask
    try:
        found = os.fstat(handle)
        if fcntl is None:
            os.close(handle)
            handle = -1
        else:
            with suppress(OSError):  # not every file system supports locks
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the lock ends with the process
        _remove_left_behind(path.parent, found.st_mtime)
        yield temporary
        _write_to_disk(temporary)  # otherwise, after a power failure, the name could be there without the content
        os.chmod(temporary, found.st_mode & 0o777)  # in case the writer has created a file of its own
        os.replace(temporary, path)
    finally:
        if handle >= 0:
            os.close(handle)
        temporary.unlink(missing_ok=True)


def _write_to_disk(path):
    """Wait until the content of a file is on the disk, whichever process wrote it."""
    handle = os.open(path, os.O_RDWR)  # Windows requires write access for this
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_left_behind(folder, now):
    """Remove temporary files that are abandoned and old, according to the clock of the folder's file system."""
    key = os.path.abspath(folder)
    if time.monotonic() - _last_look.get(key, -PAUSE_SECONDS) < PAUSE_SECONDS:
        return
    _last_look.clear()
    _last_look[key] = time.monotonic()
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):  # another process was faster, or the file belongs to another user
                if (
                    TEMPORARY.fullmatch(entry.name)
                    and entry.is_file(follow_symlinks=False)
                    and now - entry.stat(follow_symlinks=False).st_mtime > OLD_SECONDS
                    and not _is_locked(entry.path)
                ):
                    os.unlink(entry.path)


def _is_locked(path):
    """Return whether a running process is writing a file."""
    if fcntl is None:
        return False
    handle = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
