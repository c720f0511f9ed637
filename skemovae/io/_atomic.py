"""Files that appear whole or not at all."""

import os
import secrets
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_path(path):
    """Give a temporary name beside `path` that becomes `path` on success and vanishes on failure.

    Parameters
    ----------
    path : str or path-like
        The file that shall appear whole or not at all. The temporary name has the same ending.

    Yields
    ------
    pathlib.Path

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
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)  # less the umask
    mode = os.fstat(handle).st_mode & 0o777
    os.close(handle)
    try:
        yield temporary
        os.chmod(temporary, mode)  # for a writer that makes a file of its own
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
