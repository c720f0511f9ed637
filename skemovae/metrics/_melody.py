"""melody_metrics: MusPy's metrics of single melodies."""

import muspy
import numpy as np

from ._inputs import STEPS_PER_BAR, STEPS_PER_QUARTER, as_melodies, has_notes, notes_of_melody
from ._notes import NOTE_METRICS


def _empty_beat_rate(music):
    """Return the share of beats (quarter notes), up to the end of the last note, in which no note sounds.

    MusPy 0.5.0 differs: there, a note that ends on a beat also sounds in that beat, so the first beat of a rest that
    begins there is missed.
    """
    starts, ends = _notes(music)
    first, last = starts // music.resolution, (ends - 1) // music.resolution  # the beats of each note
    reached = np.append(-1, np.maximum.accumulate(last)[:-1])  # by the notes before it
    n_sounding = np.maximum(last - np.maximum(first, reached + 1) + 1, 0).sum()
    return 1 - n_sounding / (last.max() + 1)


def _groove_consistency(music):
    """Return 1 - the mean Hamming distance between the onset patterns of neighboring bars of 4/4, in sixteenths.

    MusPy 0.5.0 differs: it adds an empty bar to music that ends with a complete bar, and depends on the file's
    resolution. NaN for a melody of no more than one bar.
    """
    starts, ends = _notes(music)
    n_bars = -(-ends.max() * STEPS_PER_QUARTER // (music.resolution * STEPS_PER_BAR))
    if n_bars < 2:
        return np.nan
    steps = np.unique((2 * starts * STEPS_PER_QUARTER + music.resolution) // (2 * music.resolution))  # the nearest ones
    steps = steps[steps < n_bars * STEPS_PER_BAR]
    in_next, in_previous = (np.isin(steps + shift, steps) for shift in (STEPS_PER_BAR, -STEPS_PER_BAR))
    has_next, has_previous = steps < (n_bars - 1) * STEPS_PER_BAR, steps >= STEPS_PER_BAR
    n_different = (has_next & ~in_next).sum() + (has_previous & ~in_previous).sum()
    return 1 - n_different / ((n_bars - 1) * STEPS_PER_BAR)


def _notes(music):
    """Return (onsets, ends) of the pitched notes in order; a note of length zero sounds for one time step.

    What is computed from them takes memory in proportion to the number of notes, not to the time of the last one.
    """
    notes = [n for track in music.tracks if not track.is_drum for n in track.notes]
    return np.array(sorted((n.time, n.time + max(n.duration, 1)) for n in notes), dtype=np.int64).T


def _c_major_rate(music):
    return muspy.pitch_in_scale_rate(music, root=0, mode="major")


def _c_minor_rate(music):
    return muspy.pitch_in_scale_rate(music, root=0, mode="minor")


#: The four metrics of the paper's Table 3: name -> function of a muspy.Music that has notes.
MELODY_METRICS = {
    "pitch_range": muspy.pitch_range,
    "n_pitches_used": muspy.n_pitches_used,
    "c_major_rate": _c_major_rate,
    "c_minor_rate": _c_minor_rate,
}

#: MusPy's further metrics that are informative about a single melody (without polyphony, always 1, and drum patterns).
FURTHER_MELODY_METRICS = {
    "n_pitch_classes_used": muspy.n_pitch_classes_used,
    "pitch_entropy": muspy.pitch_entropy,
    "pitch_class_entropy": muspy.pitch_class_entropy,
    "scale_consistency": muspy.scale_consistency,
    "empty_beat_rate": _empty_beat_rate,
    "groove_consistency": _groove_consistency,
}


def melody_metrics(X, metrics=None):
    """Return the metrics of each melody.

    Parameters
    ----------
    X : list of muspy.Music, or array-like of shape (n_samples, n_steps), int
        Melodies, or their tokens, which give the same values if they hold the whole melody. Drums do not count.
    metrics : list of str, default=None
        Some of the names below; None takes the paper's four, which are the first four (``MELODY_METRICS``).

    Returns
    -------
    dict of str to ndarray of shape (n_samples,)
        pitch_range
            Highest minus lowest pitch in semitones (``muspy.pitch_range``).
        n_pitches_used
            Number of different pitches (``muspy.n_pitches_used``).
        c_major_rate, c_minor_rate
            Share of the notes in the scale of C major and of C natural minor (``muspy.pitch_in_scale_rate``).
        n_pitch_classes_used
            Number of different pitch classes, 1 to 12 (``muspy.n_pitch_classes_used``).
        pitch_entropy, pitch_class_entropy
            Entropy in bits of the notes' pitches, with and without their octave: ``-sum_i p_i log2 p_i``
            (``muspy.pitch_entropy``, ``muspy.pitch_class_entropy``).
        scale_consistency
            The largest share of the notes that lie in one of the 24 scales (``muspy.scale_consistency``).
        empty_beat_rate
            Share of the beats (quarter notes), up to the end of the last note, in which no note sounds. Like
            ``muspy.empty_beat_rate``, except that in MusPy 0.5.0 a note that ends on a beat also sounds in that beat.
        groove_consistency
            1 - the mean Hamming distance between the onset patterns of neighboring bars, 16 sixteenths of 4/4 each; 1
            means the same rhythm throughout. Like ``muspy.groove_consistency``, except that MusPy 0.5.0 adds an empty
            bar to music that ends with a complete bar, and depends on the resolution. NaN for a melody of no more than
            one bar.
        repeat_rate, step_rate, leap_rate
            Share of the intervals between consecutive notes that are repetitions of the pitch, of one or two semitones,
            and of more than a fifth (7 semitones). NaN for a melody of a single note.
        ends_by_step
            1 if the last interval is of at most two semitones (including a repeated pitch), else 0. NaN for a melody of
            a single note.
        ends_on_tonic
            1 if the last note is a C, else 0. C is the tonic after :class:`skemovae.KeyNormalizer`, in both modes.
        longest_run
            Number of notes in the longest run of the same pitch.
        figure_return
            1 if a figure of the first half returns in the second, in any key, else 0. A figure is three intervals and
            the times between their four onsets, all of which lie in the same half. The halves are those of the bars up
            to the end of the last note.
        bar_rhythm_return
            1 if two bars have the same onsets, else 0; NaN for a melody of no more than one bar.
        notes_per_bar
            Number of notes, divided by the number of bars up to the end of the last one.

        Bars are 16 sixteenths of 4/4. The last nine metrics, ``NOTE_METRICS``, are computed from the notes on a grid of
        sixteenths and one at a time, as :class:`skemovae.PitchEncoder` repairs them.

        NaN for a melody without notes.

    Raises
    ------
    ValueError
        If X holds neither scores nor valid tokens, or a name is unknown.

    See Also
    --------
    metric_table : The means and spreads of the metrics by emotion.
    melodic_quality : A comparison with real melodies.

    References
    ----------
    H.-W. Dong et al., "MusPy: a toolkit for symbolic music generation", ISMIR 2020.
    S.-L. Wu and Y.-H. Yang, "The Jazz Transformer on the front line", ISMIR 2020 (entropy, groove).

    Examples
    --------
    >>> from skemovae.metrics import melody_metrics
    >>> {name: values.tolist() for name, values in melody_metrics([[60, 129, 63, 67]]).items()}
    {'pitch_range': [7.0], 'n_pitches_used': [3.0], 'c_major_rate': [0.666...], 'c_minor_rate': [1.0]}
    >>> melody_metrics([[60, 62, 60, 62]], ["pitch_entropy"])
    {'pitch_entropy': array([1.])}
    """
    chosen = _choose(metrics)
    melodies = as_melodies(X)
    sounding = np.array([has_notes(music) for music in melodies])
    values = {name: np.full(len(melodies), np.nan) for name in chosen}
    for i in np.flatnonzero(sounding):
        notes = notes_of_melody(melodies[i]) if not NOTE_METRICS.keys().isdisjoint(chosen) else None
        for name, metric in chosen.items():
            values[name][i] = metric(notes if name in NOTE_METRICS else melodies[i])
    return values


def _choose(metrics):
    """Return {name: function} of the named metrics."""
    if metrics is None:
        return MELODY_METRICS
    known = MELODY_METRICS | FURTHER_MELODY_METRICS | NOTE_METRICS
    names = [metrics] if isinstance(metrics, str) else list(metrics)
    unknown = [name for name in names if name not in known]
    if unknown or not names or isinstance(metrics, str):
        raise ValueError(f"metrics={metrics!r}: expected a list of some of {', '.join(known)}")
    return {name: known[name] for name in names}
