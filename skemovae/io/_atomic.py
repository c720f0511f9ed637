"""Files that appear whole or not at all."""

import os
import tempfile
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
    handle, name = tempfile.mkstemp(prefix=".writing-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)  # mkstemp is for the owner alone; a written file follows the umask
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
