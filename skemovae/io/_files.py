"""read_music and write_music: files of both kinds, chosen by the endings of their names."""

import warnings
from pathlib import Path

from ._atomic import atomic_path
from ._limits import MAX_BYTES, MAX_NOTES, MAX_QUARTERS, Limits, ScoreReadError, check_music
from ._midi import read_midi, to_midi
from ._musicxml import read_musicxml, to_musicxml
from ._suffixes import MIDI_SUFFIXES, READABLE_SUFFIXES

MAX_REASON = 500  # characters; a message quotes the file, which may contain numbers with thousands of digits


def read_music(path, *, max_bytes=MAX_BYTES, max_notes=MAX_NOTES, max_quarters=MAX_QUARTERS):
    """Read a MIDI or MusicXML file.

    Parameters
    ----------
    path : str or path-like
        A file whose name ends in ``.mid``, ``.midi``, ``.mxl``, ``.xml`` or ``.musicxml``.
    max_bytes : int, default=50,000,000
        Size of the file after decompression; a compressed file may have a tenth of it.
    max_notes : int, default=500,000
        Number of notes with all repeats played. A symphony has about 100,000; 500,000 take about 250 MB.
    max_quarters : int, default=100,000
        Length in quarter notes with all repeats played.

    Returns
    -------
    muspy.Music
        With ``metadata.source_filename`` set to the file's name.

    Raises
    ------
    ScoreReadError
        If the content is not a readable score or exceeds a limit.
    OSError
        If the file cannot be opened (for example :class:`FileNotFoundError`).

    Warns
    -----
    UserWarning
        If something in the file was left out or approximated (quarter tones, an impossible key signature, ...).

    See Also
    --------
    write_music : Writes what this function reads.
    load_music_folder : Reads a folder with one subfolder per emotion.
    from_music21 : Converts a music21 stream.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from skemovae import PitchEncoder, read_music, write_music
    >>> melody = PitchEncoder(n_steps=8).inverse_transform([[64, 129, 129, 129, 65, 129, 67, 129]])[0]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_music(melody, pathlib.Path(folder, "melody.mid"))
    ...     [note.pitch for note in read_music(pathlib.Path(folder, "melody.mid")).tracks[0].notes]
    [64, 65, 67]
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in READABLE_SUFFIXES:
        raise ScoreReadError(f"cannot read {path}: expected a file name ending in {', '.join(READABLE_SUFFIXES)}")
    with open(path, "rb"):  # a missing or inaccessible file is an OSError, not an unreadable score
        pass
    bounds, left_out = Limits(max_bytes, max_notes, max_quarters), set()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about a score that can be read in spite of its oddities
            if suffix in MIDI_SUFFIXES:
                music = read_midi(path, bounds, left_out)
            else:
                music = read_musicxml(path, suffix == ".mxl", bounds, left_out)
        check_music(music, bounds, are_parameters=True)
    # All exceptions are caught: broken input raises many types (from XML, from archives and their compression,
    # OverflowError for a number, ...), and the user needs only one.
    except Exception as error:
        kind = "MIDI" if suffix in MIDI_SUFFIXES else "MusicXML"
        reason = str(error)
        if not isinstance(error, ValueError):  # for example zlib.error or ExpatError
            reason = f"the content is broken or not supported ({type(error).__name__}: {error})".replace(": )", ")")
        raise ScoreReadError(f"cannot read {path} as {kind}: {reason[:MAX_REASON]}") from error
    if left_out:
        warnings.warn(f"{path}: {'; '.join(sorted(left_out))}", stacklevel=2)
    music.metadata.source_filename = path.name
    return music


def write_music(music, path):
    """Write a score as MIDI or MusicXML, depending on the ending of the file name.

    The file is written completely or not at all: if writing fails, an existing file stays unchanged. MIDI can only hold
    key signatures in major and minor; others are left out.

    Parameters
    ----------
    music : muspy.Music
        The score to write.
    path : str or path-like
        A name ending in ``.mid``, ``.midi``, ``.mxl``, ``.xml`` or ``.musicxml``.

    Raises
    ------
    ValueError
        If the ending is none of these, or the format cannot represent the score (for example, MusicXML cannot represent
        a note of 1/480 of a quarter note).
    OSError
        If the file cannot be written.

    See Also
    --------
    read_music : Reads what this function writes.
    to_svg : Draws a score in notation.
    to_wav : Writes a score as sound.

    Examples
    --------
    See :func:`read_music`.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in READABLE_SUFFIXES:
        raise ValueError(f"cannot write {path}: expected a file name ending in {', '.join(READABLE_SUFFIXES)}")
    try:
        with atomic_path(path) as temporary:
            if suffix in MIDI_SUFFIXES:
                temporary.write_bytes(to_midi(music))
            else:
                temporary.write_bytes(to_musicxml(music, compressed=suffix == ".mxl"))
    except OSError:
        raise
    except Exception as error:  # of a dozen types, as in read_music
        raise ValueError(f"cannot write {path}: {str(error)[:MAX_REASON]}") from error
