"""The form of a piece: which theme each of its phrases has."""

import re

from .._validation import check_positive_integer

PHRASE = re.compile("[A-Z]'*")


def read_form(form, n_phrases=None):
    """Return the names of the themes, one for each phrase.

    Parameters
    ----------
    form : str
        A capital letter for each phrase, with one prime or more for a variation: "AABA", "AA'BA".
    n_phrases : int, default=None
        The number of phrases to which the form is repeated or cut; None leaves it as it is.

    Returns
    -------
    list of str
        The names, such as ["A", "A'", "B", "A"].

    Raises
    ------
    ValueError
        If `form` is anything else, or `n_phrases` is not a positive integer.

    Examples
    --------
    >>> from skemovae.composition._form import read_form
    >>> read_form("AA'B", 5)
    ['A', "A'", 'B', 'A', "A'"]
    """
    if not isinstance(form, str) or not re.fullmatch(f"(?:{PHRASE.pattern})+", form):
        raise ValueError(
            f'form={form!r}: expected a capital letter for each phrase, with \' for a variation, such as "AABA" or '
            '"AA\'BA"'
        )
    names = PHRASE.findall(form)
    if n_phrases is None:
        return names
    check_positive_integer("n_phrases", n_phrases, 8)
    return [names[i % len(names)] for i in range(n_phrases)]
