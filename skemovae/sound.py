"""Scores as sound: a small additive synthesizer, enough to hear a melody without sound fonts or other programs."""

import io
import wave

import numpy as np
from muspy import DEFAULT_VELOCITY

from ._drawable import check_score
from ._validation import check_positive_integer
from .io import atomic_path

__all__ = ["synthesize", "to_wav"]

HARMONICS = (1.0, 0.5, 0.25, 0.15, 0.08, 0.04)  # strength of each; the sound is mild, between a flute and an organ
ATTACK, DECAY, SUSTAIN, RELEASE = 0.012, 0.25, 0.6, 0.08  # seconds; sustain is a share of the attack's level
PEAK = 0.9  # amplitude of the loudest moment, so that rounding cannot clip it
DEFAULT_QPM = 120.0  # quarter notes per minute, of MIDI without a tempo
SAMPLE_RATES = (8_000, 192_000)
MAX_SAMPLES = 80_000_000  # half an hour at 44.1 kHz; 320 MB
MAX_SOUNDING = 10 * MAX_SAMPLES  # samples of all notes together, a few minutes of work
BLOCK = 1 << 16  # samples at a time, so that a long note takes no more memory than a short one


def synthesize(music, *, sample_rate=44_100):
    """Synthesize a score as sound.

    Each note is the sum of six harmonics, in equal temperament with A4 = 440 Hz, with a smooth envelope (attack of
    12 ms, decay, sustain, and a release of 80 ms after the end of the note). Simultaneous notes are added. Drums are
    left out.

    Parameters
    ----------
    music : muspy.Music
        The score, played at its tempo marks; without one, at 120 quarter notes per minute.
    sample_rate : int, default=44100
        Samples per second, 8,000 to 192,000. Harmonics above half the sample rate are left out.

    Returns
    -------
    ndarray of shape (n_samples,), float32
        One channel, scaled so that the loudest moment has the amplitude 0.9; it ends 80 ms after the last note. All
        zeros for a score without notes.

    Raises
    ------
    TypeError
        If `music` is not a score.
    ValueError
        If the sample rate, a tempo or a note is not valid, the sound would be longer than 80,000,000 samples (half an
        hour at 44,100), or all notes together would take more than ten times as many samples.

    See Also
    --------
    to_wav : Returns or writes the sound as a WAV file.

    Examples
    --------
    >>> from skemovae import PitchEncoder, synthesize
    >>> melody = PitchEncoder(n_steps=8).inverse_transform([[69, 129, 129, 129, 72, 129, 76, 129]])[0]
    >>> sound = synthesize(melody, sample_rate=8000)  # two quarter notes at 120 per minute last a second
    >>> sound.shape
    (8640,)
    """
    _check(music, sample_rate)
    notes = [
        (note.time, note.time + note.duration, note.pitch, DEFAULT_VELOCITY if note.velocity is None else note.velocity)
        for track in music.tracks
        if not track.is_drum
        for note in track.notes
    ]
    onsets, ends, pitches, velocities = np.array(notes, dtype=float).reshape(-1, 4).T
    onsets, ends = _seconds(music, onsets), _seconds(music, ends)
    lengths = ends - onsets + RELEASE
    _check_size(ends.max(initial=0.0) + RELEASE, lengths.sum(), sample_rate)
    first = np.round(onsets * sample_rate).astype(int)
    n_samples = np.round(lengths * sample_rate).astype(int)
    sound = np.zeros(round((ends.max(initial=0.0) + RELEASE) * sample_rate), dtype=np.float32)
    for start, n, pitch, velocity in zip(first, n_samples, pitches, velocities, strict=True):
        stop = min(start + n, len(sound))  # onset and length, rounded separately, may add up to one sample more
        for low in range(start, stop, BLOCK):
            high = min(low + BLOCK, stop)
            times = np.arange(low - start, high - start) / sample_rate
            sound[low:high] += velocity * _tone(times, 440 * 2 ** ((pitch - 69) / 12), n / sample_rate, sample_rate)
    loudest = np.abs(sound).max(initial=0.0)
    return sound * np.float32(PEAK / loudest) if loudest else sound


def to_wav(music, path=None, *, sample_rate=44_100):
    """Write a score as a WAV file (16 bits, one channel), or return the bytes of one.

    Parameters
    ----------
    music : muspy.Music
    path : str or path-like, default=None
        The file to write, completely or not at all; None returns its bytes.
    sample_rate : int, default=44100
        Samples per second, 8,000 to 192,000.

    Returns
    -------
    bytes or None
        The bytes of the file if `path` is None. In a notebook, ``IPython.display.Audio(data=to_wav(music))`` plays it.

    Raises
    ------
    TypeError, ValueError
        As in :func:`synthesize`.
    OSError
        If the file cannot be written.

    See Also
    --------
    synthesize : Returns the sound as an array.
    Melodies : Shows and plays melodies in a notebook.
    write_music : Writes MIDI or MusicXML.

    Examples
    --------
    >>> from skemovae import PitchEncoder, to_wav
    >>> melody = PitchEncoder(n_steps=8).inverse_transform([[69, 129, 129, 129, 72, 129, 76, 129]])[0]
    >>> to_wav(melody)[:4]
    b'RIFF'
    """
    samples = np.round(synthesize(music, sample_rate=sample_rate) * 32767).astype("<i2")
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(int(sample_rate))
        file.writeframes(samples.tobytes())
    if path is None:
        return buffer.getvalue()
    with atomic_path(path) as temporary:
        temporary.write_bytes(buffer.getvalue())
    return None


def _check(music, sample_rate):
    check_score(music)
    check_positive_integer("sample_rate", sample_rate, 44_100)
    low, high = SAMPLE_RATES
    if not low <= sample_rate <= high:
        raise ValueError(f"sample_rate={sample_rate!r}: expected {low:,} to {high:,} samples per second, e.g. 44100")
    for tempo in music.tempos:
        if not 0 < tempo.qpm < np.inf:
            raise ValueError(f"a tempo of {tempo.qpm!r} quarter notes per minute: expected a positive number")


def _check_size(seconds, sounding, sample_rate):
    """Raise ValueError for a sound beyond the limits, before any memory is taken."""
    if seconds * sample_rate > MAX_SAMPLES:
        raise ValueError(
            f"a sound of {seconds:,.0f} s at {sample_rate:,} samples per second: expected at most {MAX_SAMPLES:,} "
            f"samples, {MAX_SAMPLES / sample_rate:,.0f} s; cut the score with Excerpt or lower sample_rate"
        )
    if sounding * sample_rate > MAX_SOUNDING:
        raise ValueError(
            f"notes of {sounding:,.0f} s in all at {sample_rate:,} samples per second: expected at most "
            f"{MAX_SOUNDING:,} samples; cut the score with Excerpt or lower sample_rate"
        )


def _seconds(music, times):
    """Return the times of the given time steps, in seconds, under the score's tempo marks."""
    marks = {0: DEFAULT_QPM} | {max(tempo.time, 0): tempo.qpm for tempo in music.tempos}
    starts = np.array(sorted(marks), dtype=float)
    rates = np.array([60 / marks[start] / music.resolution for start in sorted(marks)])  # seconds per time step
    begins = np.concatenate([[0.0], np.cumsum(np.diff(starts) * rates[:-1])])
    span = np.searchsorted(starts, times, side="right") - 1
    return begins[span] + (times - starts[span]) * rates[span]


def _tone(times, frequency, length, sample_rate):
    """Return the samples of one note at the given times after its onset; `length` includes the release."""
    phase = np.remainder(frequency * times, 1.0).astype(np.float32) * np.float32(2 * np.pi)
    wave_form = np.zeros_like(phase)
    for number, strength in enumerate(HARMONICS, start=1):
        if number * frequency < sample_rate / 2:
            wave_form += np.float32(strength) * np.sin(number * phase)
    return wave_form * _envelope(times, length).astype(np.float32)


def _envelope(times, length):
    """Return the loudness at the given times, without a corner that would click at the beginning or the end.

    The decay covers half of the remaining way in each third of DECAY, like that of a plucked string.
    """
    decayed = SUSTAIN + (1 - SUSTAIN) * 0.5 ** (3 * np.maximum(times - ATTACK, 0) / DECAY)
    rise = 0.5 - 0.5 * np.cos(np.pi * np.clip(times / ATTACK, 0, 1))
    fall = 0.5 - 0.5 * np.cos(np.pi * np.clip((length - times) / RELEASE, 0, 1))
    return decayed * rise * fall
