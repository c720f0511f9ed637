"""Texts that a terminal shows and does not obey; names in files of strangers may hold anything."""


def printable(text):
    r"""Return a text in one line, of characters that a terminal shows and does not obey.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Control and format characters, line ends and halves of surrogate pairs are written as escapes such as "\x1b".
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in str(text))
