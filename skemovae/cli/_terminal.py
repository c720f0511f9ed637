r"""What is written to the terminal, all of it here.

Names come from files of strangers: labels, steps of pipelines, titles, file names, and messages that quote them. A
terminal obeys some characters instead of showing them (an escape sequence moves the cursor, sets the window's title or
hides text), so these are shown as Python writes them: ``\x1b``.
"""

import json
import sys

from .._printable import printable


def say(*lines, error=False, flush=False):
    """Write lines to standard output or standard error; a line end within a line is escaped as any other.

    Parameters
    ----------
    *lines : str
    error : bool, default=False
        Write to standard error.
    flush : bool, default=False
        Write at once, before something that takes long.
    """
    print(*map(printable, lines), sep="\n", file=sys.stderr if error else sys.stdout, flush=flush)


def progress(things, what, unit):
    """Return the things of a list in turn; on a terminal a bar shows the time left, if they take over two seconds."""
    from tqdm import tqdm

    return tqdm(things, what, unit=unit, delay=2, disable=None)  # None: where standard error is no terminal


def aligned(rows):
    """Return the rows of a table, of equally many texts each, as lines with columns of one width."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def say_json(result):
    """Write the result of a verb to standard output as JSON, which escapes whatever is beyond ASCII's letters."""
    print(json.dumps(result, indent=2, allow_nan=False))
