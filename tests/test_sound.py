import io
import wave

import muspy
import numpy as np
import pytest
from scipy.io import wavfile

from skemovae import PitchEncoder, synthesize, to_wav
from skemovae import sound as sound_module

from .conftest import make_score

RATE = 44_100
RELEASE = 0.08


def spectrum_of(samples, rate=RATE):
    """Return (frequencies, strengths) at a resolution of a tenth of a hertz."""
    padded = np.fft.rfft(samples * np.hanning(len(samples)), n=10 * rate)
    return np.arange(len(padded)) / 10, np.abs(padded)


@pytest.mark.parametrize(
    ("pitch", "frequency"), [(69, 440.0), (60, 261.626), (21, 27.5), (108, 4186.01), (127, 12543.85)]
)
def test_the_pitch_is_right(pitch, frequency):
    frequencies, strengths = spectrum_of(synthesize(make_score([(0, pitch, 8)])))
    assert frequencies[strengths.argmax()] == pytest.approx(frequency, abs=0.2)


def test_it_has_harmonics_and_none_is_mirrored_at_half_the_sample_rate():
    frequencies, strengths = spectrum_of(synthesize(make_score([(0, 69, 16)])))
    assert all(strengths[frequencies == 440 * k] > 0.01 * strengths.max() for k in range(1, 7))
    frequencies, strengths = spectrum_of(synthesize(make_score([(0, 108, 16)]), sample_rate=22_050), 22_050)
    known = np.min([np.abs(frequencies - k * 4186.01) for k in (1, 2)], axis=0) < 50  # the third is above 11,025 Hz
    assert strengths[~known].max() < 1e-3 * strengths.max()


def test_onsets_and_length_are_right():
    score = make_score([(2, 60, 2), (8, 72, 4)], qpm=60)  # sixteenths, each a quarter of a second long
    samples = synthesize(score)
    assert len(samples) == round((3 + RELEASE) * RATE)
    sounding = np.flatnonzero(np.abs(samples) > 1e-4) / RATE
    gap = np.flatnonzero(np.diff(sounding) > 0.1)
    assert len(gap) == 1
    assert sounding[0] == pytest.approx(0.5, abs=0.003)
    assert sounding[gap[0]] == pytest.approx(1.0 + RELEASE, abs=0.01)
    assert sounding[gap[0] + 1] == pytest.approx(2.0, abs=0.003)


def test_tempo_marks_count_from_where_they_stand():
    score = make_score([(0, 60, 4), (4, 60, 4), (8, 60, 4)])
    assert len(synthesize(score)) == round((1.5 + RELEASE) * RATE)  # without a tempo mark, 120 per minute
    score.tempos = [muspy.Tempo(4, 60), muspy.Tempo(8, 30)]
    assert len(synthesize(score)) == round((0.5 + 1 + 2 + RELEASE) * RATE)
    score.tempos = [muspy.Tempo(0, 60)]
    assert len(synthesize(score)) == round((3 + RELEASE) * RATE)


def test_notes_that_sound_together_are_added():
    alone = np.stack([synthesize(make_score([(0, 60, 4)])), synthesize(make_score([(0, 67, 4)]))], axis=1)
    both = synthesize(make_score([(0, 60, 4)], [(0, 67, 4)]))
    loudness = np.linalg.lstsq(alone, both, rcond=None)[0]  # each is scaled to the same peak
    assert np.allclose(alone @ loudness, both, atol=1e-5)
    assert loudness == pytest.approx([0.5, 0.5], abs=0.05)


def test_it_neither_clips_nor_clicks():
    chord = make_score([(0, 60 + i, 4) for i in range(12)])
    assert np.abs(synthesize(chord)).max() == pytest.approx(0.9)
    samples = synthesize(make_score([(0, 69, 3), (3, 69, 3), (6, 57, 3)]))
    assert samples[0] == 0
    assert abs(samples[-1]) < 1e-4
    frequencies, strengths = spectrum_of(samples)  # a click has all frequencies, these notes none above 2,640 Hz
    assert strengths[frequencies > 4000].max() < 1e-4 * strengths.max()


def test_loud_notes_are_louder():
    score = make_score([(0, 60, 4), (8, 60, 4)])
    score.tracks[0].notes[1].velocity = 32
    first, second = np.split(synthesize(score)[: 2 * RATE * 3 // 4 * 4 // 3], 2)
    assert np.abs(second).max() == pytest.approx(np.abs(first).max() / 2, rel=0.02)  # 64 is MusPy's usual velocity


def test_long_notes_are_made_in_blocks_without_seams(monkeypatch):
    whole = synthesize(make_score([(0, 69, 16)]))
    monkeypatch.setattr(sound_module, "BLOCK", 999)
    assert np.allclose(synthesize(make_score([(0, 69, 16)])), whole, atol=1e-6)


def test_drums_and_rests_are_silent():
    drums = muspy.Track(is_drum=True, notes=[muspy.Note(0, 36, 4)])
    assert not synthesize(make_score(drums)).any()
    assert not synthesize(make_score()).any()
    (rests,) = PitchEncoder(n_steps=4).inverse_transform([[128, 129, 128, 129]])
    assert not synthesize(rests).any()


def test_a_note_of_no_length_and_velocity_none():
    score = make_score([(0, 60, 0)])
    score.tracks[0].notes[0].velocity = None
    samples = synthesize(score)
    assert len(samples) == round(RELEASE * RATE)
    assert np.abs(samples).max() == pytest.approx(0.9)


def test_wav_files(tmp_path):
    score = make_score([(0, 69, 4)])
    content = to_wav(score, sample_rate=16_000)
    assert to_wav(score, tmp_path / "a.wav", sample_rate=16_000) is None
    assert (tmp_path / "a.wav").read_bytes() == content
    assert [file.name for file in tmp_path.iterdir()] == ["a.wav"]
    rate, samples = wavfile.read(tmp_path / "a.wav")
    assert rate == 16_000
    assert np.allclose(samples / 32767, synthesize(score, sample_rate=16_000), atol=1e-4)
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getnframes()) == (1, 2, len(samples))


def test_an_existing_file_stays_when_the_score_is_refused(tmp_path):
    (tmp_path / "a.wav").write_text("old")
    with pytest.raises(ValueError, match="a tempo of 0"):
        to_wav(make_score([(0, 60, 4)], qpm=0), tmp_path / "a.wav")
    assert (tmp_path / "a.wav").read_text() == "old"
    with pytest.raises(OSError, match="no_such_folder"):
        to_wav(make_score([(0, 60, 4)]), tmp_path / "no_such_folder" / "a.wav")


def test_what_is_too_long_is_refused_before_any_work():
    with pytest.raises(ValueError, match=r"a sound of [\d,]+ s at 44,100 .* at most 80,000,000 samples, 1,814 s"):
        synthesize(make_score([(10**12, 60, 4)]))
    with pytest.raises(ValueError, match=r"notes of 18,0\d\d s in all at 48,000"):
        synthesize(make_score([(0, 60 + i % 12, 960) for i in range(150)]), sample_rate=48_000)


@pytest.mark.parametrize("rate", [0, 7_999, 192_001, 44_100.0, True, "44100"])
def test_wrong_sample_rates(rate):
    with pytest.raises(ValueError, match="sample_rate="):
        synthesize(make_score([(0, 60, 4)]), sample_rate=rate)


def test_what_is_no_score():
    with pytest.raises(TypeError, match=r"music is of type list: expected a muspy\.Music; convert tokens with"):
        to_wav([60, 129])
    with pytest.raises(
        ValueError, match=r"the score has an impossible note \(onset 0, pitch 60, length -4\); expected"
    ):
        synthesize(make_score([(0, 60, -4)]))
    with pytest.raises(ValueError, match=r"a resolution of 0"):
        synthesize(make_score([(0, 60, 4)], resolution=0))
