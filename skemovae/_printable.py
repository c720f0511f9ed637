"""Text that is safe to print: names in other people's files may contain control characters for the terminal."""


def printable(text):
    r"""Return a text on one line, without characters that control the terminal.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Control and format characters, line ends and unpaired surrogates are written as escapes such as "\x1b".
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in str(text))
