"""interpolate: melodies between two tunes."""

import muspy
import numpy as np

from .._validation import check_positive_integer
from ..preprocessing import make_key_signature, notes_of_row
from ._edit import encode_windows
from ._models import as_model
from ._windows import read_tune


def interpolate(first, second, n=5, *, model=None):
    """Return melodies on the straight line between two tunes in the latent space, all in the key of the first.

    Parameters
    ----------
    first, second : muspy.Music, or str or path-like
        Scores of any length, key and range, or paths of MIDI or MusicXML files. Their melodies are the voices with the
        highest mean pitch; upbeats are left out, and the longer tune is cut to the windows of the shorter one.
    n : int, default=5
        Number of melodies, at equal distances and including both ends, like :func:`numpy.linspace`. The ends are the
        tunes as the model reconstructs them.
    model : EmotionRegularizedVAE, Pipeline that ends in one, or str, default=None
        A fitted estimator, or the name of an included model; None is the included "editor".

    Returns
    -------
    list of muspy.Music
        Each with a title, such as "2 of 5", in 4/4, at the tempo of the first tune. The tonic is that of the first
        tune, the mode that of the nearer end.

    Raises
    ------
    ValueError
        If a score has no melody, or the model cannot represent its first four bars; the message says why.
    TypeError, ScoreReadError, OSError
        If an argument is not a score, or is a file that cannot be read.

    See Also
    --------
    reemote : Moves a tune to another emotion.

    Notes
    -----
    On the straight line, valence and arousal change evenly. On a great arc (spherical interpolation), the notes change
    a little more evenly, but an n-gram model of real melodies finds the results less likely
    (``benchmarks/results/interpolate.md``). On both, melodies near an end are variations of it; those in the middle
    belong to neither tune, and wander.

    Examples
    --------
    >>> from skemovae import generate, interpolate
    >>> sad, happy = generate(2, emotion=["sad", "happy"], random_state=0)
    >>> between = interpolate(sad, happy, 3)
    >>> [melody.metadata.title for melody in between]
    ['1 of 3', '2 of 3', '3 of 3']
    """
    check_positive_integer("n", n, 5)
    vae, encoder = as_model(model, "editor")
    tunes = [read_tune(name, music, vae, encoder) for name, music in (("first", first), ("second", second))]
    windows = [_whole_windows(name, tune) for name, tune in zip(("first", "second"), tunes, strict=True)]
    length = min(map(len, windows))
    start, end = (encode_windows(vae, those[:length])[2] for those in windows)
    shares = np.linspace(0, 1, n)
    points = np.concatenate([(1 - share) * start + share * end for share in shares])
    rows = vae.inverse_transform(points).reshape(n, length, -1)
    melodies = []
    for number, (share, its_rows) in enumerate(zip(shares, rows, strict=True), start=1):
        near = int(share > 0.5)
        ties = [tunes[near].sounds_over(window.start) for window in windows[near]]
        melody = _as_music(tunes[0], windows[0][0], windows[near][0].section.mode, its_rows, ties)
        melody.metadata.title = f"{number} of {n}"
        melodies.append(melody)
    return melodies


def _whole_windows(name, tune):
    """Return the windows of a tune up to the first that the model cannot hold, without upbeats."""
    windows = [window for window in tune.windows() if window.section.regular]
    unfit = [i for i, window in enumerate(windows) if window.tokens is None]
    if not windows or unfit[:1] == [0]:
        reason = windows[0].reason if windows else "it has no whole bar"
        raise ValueError(
            f"{name} cannot be represented by the model from its first whole bar on: {reason}; pass another part of it"
        )
    return windows[: unfit[0]] if unfit else windows


def _as_music(tune, window, mode, rows, ties):
    """Return rows as one melody in the key, the octave and the tempo of a tune."""
    notes: list = []
    for i, (row, tied) in enumerate(zip(rows, ties, strict=False)):
        offset = i * len(row)
        for start, pitch, length in notes_of_row(row):
            last = notes[-1] if notes else None
            if (
                tied
                and start == 0
                and last
                and (last.time + last.duration, last.pitch) == (offset, pitch - window.shift)
            ):
                last.duration += length
            else:
                notes.append(muspy.Note(offset + start, pitch - window.shift, length))
    source = tune.music.tracks[tune.track]
    return muspy.Music(
        metadata=muspy.Metadata(),
        resolution=tune.resolution,
        tempos=[muspy.Tempo(0, mark.qpm) for mark in tune.music.tempos[:1]],
        key_signatures=[make_key_signature(window.section.root, mode)],
        time_signatures=[muspy.TimeSignature(0, 4, 4)],
        tracks=[muspy.Track(program=source.program, name=source.name, notes=notes)],
    )
