"""Scores as notation, engraved by Verovio."""

import re
import tempfile
from pathlib import Path

from ._drawable import check_drawable
from .io import atomic_path, write_music

__all__ = ["to_svg"]

OPTIONS = {
    "adjustPageHeight": True,  # one image as high as its music
    "adjustPageWidth": True,
    "pageHeight": 60_000,  # the maximum in Verovio, in tenths of a millimeter
    "footer": "none",
    "scale": 40,
    "svgViewBox": True,
    "smuflTextFont": "embedded",  # the note in "quarter note = 120", in browsers without a music font
    "xmlIdSeed": 1,  # the same score gives the same text
}


def to_svg(music, path=None):
    """Draw a score in notation (the paper's Figure 8).

    Parameters
    ----------
    music : muspy.Music
        The score. Its title is shown above it, and the names of its tracks before their staves.
    path : str or path-like, default=None
        The file to write, completely or not at all; None returns its text.

    Returns
    -------
    str or None
        The SVG if `path` is None. In a notebook, ``IPython.display.SVG(to_svg(music))`` displays it.

    Raises
    ------
    ImportError
        If Verovio is not installed.
    TypeError
        If `music` is not a score.
    ValueError
        If the score cannot be written in notation (because a note lasts 1/480 of a quarter note, for example), or is
        longer than 4,000 quarter notes, 20,000 notes or a page of six meters.
    OSError
        If the file cannot be written.

    See Also
    --------
    PianoRollDisplay : Draws a piano roll, without Verovio.
    Melodies : Shows and plays melodies in a notebook.
    write_music : Writes MIDI or MusicXML.

    References
    ----------
    L. Pugin, R. Zitellini and P. Roland, "Verovio: a library for engraving MEI music notation into SVG", ISMIR 2014.

    Examples
    --------
    >>> from skemovae import PitchEncoder, to_svg
    >>> melody = PitchEncoder(n_steps=8).inverse_transform([[64, 129, 129, 129, 65, 129, 67, 129]])[0]
    >>> to_svg(melody).count('class="note"')
    3
    """
    check_drawable(music)
    try:
        import verovio
    except ImportError as error:
        raise ImportError("to_svg needs Verovio: pip install 'skemovae[score]', or pip install verovio") from error
    svg = _engrave(verovio, music)
    if path is None:
        return svg
    with atomic_path(path) as temporary:
        temporary.write_text(svg, encoding="utf-8")
    return None


def _engrave(verovio, music):
    with tempfile.TemporaryDirectory(prefix="skemovae-") as folder:
        file = Path(folder, "score.musicxml")
        write_music(music, file)
        text = file.read_text(encoding="utf-8")
    verovio.enableLog(verovio.LOG_OFF)  # it would write to standard error
    toolkit = verovio.toolkit()
    for options in (OPTIONS, OPTIONS | {"adjustPageWidth": False}):
        toolkit.setOptions(options)
        if not toolkit.loadData(text) or toolkit.getPageCount() != 1:
            n_pages = toolkit.getPageCount()
            raise ValueError(f"a score that takes {n_pages} pages of six meters: expected one; cut it with Excerpt")
        svg = toolkit.renderToSVG(1)
        if svg.count('class="system"') < 2:
            break  # otherwise drawn again: several systems should have the same width, that of the page
    # Verovio writes a viewBox or a size. With both, notes have the same size in all scores but shrink on narrow pages.
    return re.sub(r'<svg (viewBox="0 0 (\d+) (\d+)")', r'<svg width="\2px" height="\3px" \1', svg, count=1)
