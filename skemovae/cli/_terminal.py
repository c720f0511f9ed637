r"""Everything that is written to the terminal.

Labels, steps of pipelines, titles, file names, and messages that quote them come from other people's files. A terminal
obeys some characters instead of showing them: an escape sequence moves the cursor, sets the window's title or hides
text. So such characters are shown as Python writes them: ``\x1b``.
"""

import json
import sys

from .._printable import printable


def say(*lines, error=False, flush=False):
    """Write lines to standard output or standard error; line breaks within a line are escaped, too.

    Parameters
    ----------
    *lines : str
    error : bool, default=False
        Write to standard error.
    flush : bool, default=False
        Write immediately, before something that takes long.
    """
    print(*map(printable, lines), sep="\n", file=sys.stderr if error else sys.stdout, flush=flush)


def progress(things, what, unit):
    """Return an iterator over a list; on a terminal, a bar shows the time left if it takes over two seconds."""
    from tqdm import tqdm

    return tqdm(things, what, unit=unit, delay=2, disable=None)  # None: not if standard error is not a terminal


def aligned(rows):
    """Return the rows of a table, each with the same number of strings, as lines with aligned columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def say_json(result):
    """Write the result of a command to standard output as JSON, which escapes everything outside ASCII."""
    print(json.dumps(result, indent=2, allow_nan=False))
