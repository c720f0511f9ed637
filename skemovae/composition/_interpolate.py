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
        Scores of any length, key and range, or paths of MIDI or MusicXML files. The melody is the voice with the
        highest mean pitch. Upbeats are left out, and the longer tune is cut to the length of the shorter one.
    n : int, default=5
        Number of melodies, evenly spaced and including both ends, as in :func:`numpy.linspace`. The ends are the tunes
        as the model reconstructs them.
    model : EmotionRegularizedVAE, Pipeline that ends in one, or str, default=None
        A fitted estimator, or the name of an included model; None takes the included "editor".

    Returns
    -------
    list of muspy.Music
        The melodies, in 4/4 and at the tempo of the first tune, with titles such as "2 of 5". Their tonic is that of
        the first tune, and their mode that of the nearer tune.

    Raises
    ------
    ValueError
        If a score has no melody, or the model cannot represent its first four bars; the message says why.
    TypeError, ScoreReadError, OSError
        If an argument is neither a score nor the path of a file that can be read.

    See Also
    --------
    reemote : Moves a tune to another emotion.

    Notes
    -----
    On the straight line, valence and arousal change evenly. With spherical interpolation, along a great arc, the notes
    change a little more evenly, but the results are less likely under an n-gram model of real melodies
    (``benchmarks/results/interpolate.md``). With both, melodies near one end are variations of that tune; those in the
    middle resemble neither tune, and wander.

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
    """Return the windows of a tune, without upbeats, up to the first that the model cannot represent."""
    windows = [window for window in tune.windows() if window.section.regular]
    unfit = [i for i, window in enumerate(windows) if window.tokens is None]
    if not windows or unfit[:1] == [0]:
        reason = windows[0].reason if windows else "it has no whole bar"
        raise ValueError(
            f"the model cannot represent {name} from its first whole bar on: {reason}; pass another part of it"
        )
    return windows[: unfit[0]] if unfit else windows


def _as_music(tune, window, mode, rows, ties):
    """Return rows as one melody in the key, octave and tempo of a tune."""
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
