import io
import json
import shutil
import wave

import muspy
import numpy as np
import pytest

from skemovae import synthesize, to_wav
from skemovae.explorer._bundle import _read, bundle

from .conftest import ARGUMENTS, BROWSERS
from .javascript import run_module

SYNTHESIZE = """
import { synthesize } from "@/sound/synthesizer.js";
answer(data.map(([score, options]) => Array.from(synthesize(score, options))));
"""
MAIN = """
import { Player } from "./sound/player.js";
Object.defineProperty(AudioContext.prototype, "outputLatency", { get: () => 0 }); // it differs between machines
window.ended = 0;
window.player = new Player({ timbre: "mild", onEnd: () => { window.ended += 1; } });
document.documentElement.dataset.ready = "";
"""


def random_score(generator, n_notes=12):
    """Return a score with two voices, a drum and two tempos."""
    voices = [
        [
            muspy.Note(int(time), int(pitch), int(length), None if velocity < 30 else int(velocity))
            for time, pitch, length, velocity in zip(
                generator.integers(0, 60, n_notes),
                generator.integers(30, 110, n_notes),
                generator.integers(1, 20, n_notes),
                generator.integers(1, 128, n_notes),
                strict=True,
            )
        ]
        for _ in range(2)
    ]
    tracks = [muspy.Track(notes=notes) for notes in voices]
    tracks.append(muspy.Track(is_drum=True, notes=[muspy.Note(0, 40, 100)]))
    tempos = [muspy.Tempo(0, float(generator.integers(60, 200))), muspy.Tempo(20, float(generator.integers(60, 200)))]
    return muspy.Music(resolution=8, tempos=tempos, tracks=tracks)


def as_data(music):
    """Return a score as the page's modules hold it."""
    return {
        "resolution": music.resolution,
        "tempos": [{"time": tempo.time, "qpm": tempo.qpm} for tempo in music.tempos],
        "tracks": [
            {
                "isDrum": track.is_drum,
                "notes": [
                    {"time": note.time, "pitch": note.pitch, "duration": note.duration, "velocity": note.velocity}
                    for note in track.notes
                ],
            }
            for track in music.tracks
        ],
    }


def test_the_mild_timbre_gives_the_samples_of_the_package():
    generator = np.random.default_rng(0)
    scores = [random_score(generator) for _ in range(3)]
    found = run_module(SYNTHESIZE, [[as_data(score), {"sampleRate": 8000}] for score in scores])
    for score, samples in zip(scores, found, strict=True):
        expected = synthesize(score, sample_rate=8000)
        assert len(samples) == len(expected)
        np.testing.assert_allclose(samples, expected, atol=1e-3)


@pytest.mark.parametrize(("timbre", "release"), [("piano", 0.16), ("flute", 0.09), ("strings", 0.22), ("plucked", 0.1)])
def test_a_timbre_sounds_as_high_and_as_long_as_its_note(timbre, release):
    score = as_data(muspy.Music(resolution=2, tracks=[muspy.Track(notes=[muspy.Note(1, 69, 2, 64)])]))
    (samples,) = run_module(SYNTHESIZE, [[score, {"sampleRate": 8000, "timbre": timbre}]])
    samples = np.array(samples)
    assert len(samples) == round((0.75 + release) * 8000)
    assert np.abs(samples).max() == pytest.approx(0.9)
    assert np.all(samples[:2000] == 0)  # a quarter of a second of rest
    assert np.abs(samples[-5:]).max() < 1e-3  # no click
    spectrum = np.abs(np.fft.rfft(samples[2400:6000]))
    lowest = np.flatnonzero(spectrum > 0.3 * spectrum.max())[0] * 8000 / 3600
    assert lowest == pytest.approx(440, abs=4)


def test_a_tempo_may_be_given_and_a_silent_score_is_silent():
    score = as_data(muspy.Music(resolution=2, tracks=[muspy.Track(notes=[muspy.Note(0, 69, 4, 64)])]))
    empty = as_data(muspy.Music(resolution=2, tracks=[muspy.Track()]))
    found = run_module(SYNTHESIZE, [[score, {"sampleRate": 8000, "qpm": 60}], [empty, {"sampleRate": 8000}]])
    assert [len(samples) for samples in found] == [16_640, 640]
    assert not np.any(found[1])


def test_a_piece_that_is_too_long_is_refused():
    score = as_data(muspy.Music(resolution=1, tracks=[muspy.Track(notes=[muspy.Note(0, 69, 10_000, 64)])]))
    message = run_module(
        """
import { synthesize } from "@/sound/synthesizer.js";
try {
  answer(synthesize(data).length);
} catch (error) {
  answer(error.message);
}
""",
        score,
    )
    assert message == "This piece lasts 83 minutes, and is too long to be saved as sound."


def test_a_wav_file_is_that_of_the_package():
    score = random_score(np.random.default_rng(1))
    source = """
import { wavOf } from "@/sound/wav.js";
answer(Array.from(wavOf(Float32Array.from(data), 8000)));
"""
    samples = synthesize(score, sample_rate=8000)
    found = bytes(run_module(source, samples.tolist()))
    assert found == to_wav(score, sample_rate=8000)
    with wave.open(io.BytesIO(found)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """Return the path of a page with a player; its steps are eighths of a second."""
    path = tmp_path_factory.mktemp("player") / "stage.html"
    script = bundle("stage.js", lambda name: MAIN if name == "stage.js" else _read(name))
    path.write_text(f"<!doctype html><meta charset=utf-8><title>Stage</title><body><script>{script}</script>", "utf-8")
    return path


def tune(*pitches, end=None, **part):
    """Return a tune with one part, whose notes last two steps each; None is a rest."""
    notes = [{"onset": 2 * i, "length": 2, "pitch": pitch} for i, pitch in enumerate(pitches) if pitch is not None]
    return {"parts": [{"notes": notes, **part}], "resolution": 4, "end": end or 2 * len(pitches)}


def heard(page):
    """Return (pitch, start, end) of each note that was not canceled, in steps from the first."""
    notes = page.evaluate("played.map(({ frequency, start, stop }) => [frequency, start, stop])")
    notes = [(69 + 12 * np.log2(frequency / 440), start, stop) for frequency, start, stop in notes if stop > start]
    first = notes[0][1]
    release = 2 * 0.08
    return [
        (
            round(pitch),
            pytest.approx(8 * (start - first), abs=1e-6),
            pytest.approx(8 * (stop - release - first), abs=1e-6),
        )
        for pitch, start, stop in notes
    ]


def begin(page, given, start=0):
    page.evaluate("([given, start]) => void (window.promise = player.play(given, start))", [given, start])
    page.wait_for_function("player.timeline !== null")


@pytest.fixture
def stand(visit, stage):
    """Return a context manager that opens the page with its clock paused, and with sound allowed."""

    def open_page():
        return visit(stage, halted=True)

    return open_page


@pytest.mark.slow
def test_notes_begin_and_end_exactly_when_they_should(stand):
    with stand() as page:
        page.mouse.click(5, 5)
        begin(page, tune(60, 64, None, 67))
        page.clock.run_for(2000)
        assert heard(page) == [(60, 0, 2), (64, 2, 4), (67, 6, 8)]
        assert page.evaluate("[player.playing, player.position(), ended]") == [False, None, 1]


@pytest.mark.slow
def test_a_loop_goes_on_without_a_gap_until_it_is_switched_off(stand):
    with stand() as page:
        page.mouse.click(5, 5)
        page.evaluate("player.setLoop(true)")
        begin(page, tune(60, 64))
        page.clock.run_for(1600)
        assert page.evaluate("player.position()") == pytest.approx((1.6 - 0.06) * 8 % 4)
        page.evaluate("player.setLoop(false)")
        page.clock.run_for(2000)
        notes = heard(page)
        assert notes == [(60 + 4 * (i % 2), 2 * i, 2 * i + 2) for i in range(len(notes))]
        assert len(notes) == 8
        assert page.evaluate("[player.playing, ended]") == [False, 1]


@pytest.mark.slow
def test_the_tempo_changes_at_once_and_the_place_stays(stand):
    with stand() as page:
        page.mouse.click(5, 5)
        begin(page, tune(60, 62, 64, 65))
        page.clock.run_for(60 + 375)  # three steps: the second note is in its middle
        assert page.evaluate("player.position()") == pytest.approx(3)
        page.evaluate("player.setTempo(60)")
        assert page.evaluate("player.position()") == pytest.approx(3)
        page.clock.run_for(250)
        assert page.evaluate("player.position()") == pytest.approx(4)
        page.clock.run_for(3000)
        assert heard(page) == [(60, 0, 2), (62, 2, 5), (64, 5, 9), (65, 9, 13)]


@pytest.mark.slow
def test_another_melody_is_heard_from_the_place_that_is_reached(stand):
    with stand() as page:
        page.mouse.click(5, 5)
        begin(page, tune(60, 62, 64, 65))
        page.clock.run_for(60 + 312)  # half a step into the second note, before the third is scheduled
        page.evaluate("(given) => player.change(given)", tune(72, 74, 76, 77))
        page.clock.run_for(3000)
        # A note that had just begun lasts to the end of the new note.
        assert heard(page) == [(60, 0, 2), (62, 2, 4), (76, 4, 6), (77, 6, 8)]


@pytest.mark.slow
def test_a_long_note_gives_way_to_the_one_that_replaces_it(stand):
    long = {"parts": [{"notes": [{"onset": 0, "length": 16, "pitch": 60}]}], "resolution": 4, "end": 16}
    other = {"parts": [{"notes": [{"onset": 0, "length": 12, "pitch": 55}]}], "resolution": 4, "end": 16}
    silent = {"parts": [{"notes": []}], "resolution": 4, "end": 16}
    with stand() as page:
        page.mouse.click(5, 5)
        begin(page, long)
        page.clock.run_for(60 + 500)
        page.evaluate("(given) => player.change(given)", other)
        page.clock.run_for(50)
        page.evaluate("(given) => player.change(given)", long)  # too soon to be audible
        page.clock.run_for(450)
        page.evaluate("(given) => player.change(given)", silent)
        page.clock.run_for(3000)
        assert heard(page) == [(60, 0, 4), (55, 4, 8)]


@pytest.mark.slow
def test_a_pause_is_gone_on_from_and_a_stop_is_not(stand):
    with stand() as page:
        page.mouse.click(5, 5)
        given = tune(60, 62, 64, 65)
        begin(page, given)
        page.clock.run_for(60 + 500)
        page.evaluate("player.pause()")
        assert page.evaluate("[player.playing, player.paused]") == [False, pytest.approx(4)]
        page.evaluate("played.length = 0")
        page.evaluate("(given) => void player.resume(given)", given)
        page.wait_for_function("player.timeline !== null")
        page.clock.run_for(3000)
        assert heard(page) == [(64, 0, 2), (65, 2, 4)]
        assert page.evaluate("[player.paused, ended]") == [0, 1]


@pytest.mark.slow
def test_parts_sound_together_each_with_its_timbre_and_loudness(stand):
    both = tune(60, 64)
    both["parts"].append({"notes": [{"onset": 0, "length": 4, "pitch": 48}], "timbre": "plucked", "volume": 0.5})
    with stand() as page:
        page.mouse.click(5, 5)
        begin(page, both)
        page.clock.run_for(1000)
        pitches = sorted(note[0] for note in heard(page))
        assert pitches == [48, 48, 60, 64]  # the plucked tone has two layers


@pytest.mark.slow
def test_nothing_sounds_before_a_gesture_and_the_first_one_begins_the_music(chromium, stage):
    executable = next(filter(None, map(shutil.which, BROWSERS)))
    strict = [*ARGUMENTS, "--autoplay-policy=document-user-activation-required"]
    browser = chromium.browser_type.launch(executable_path=executable, args=strict)
    page = browser.new_page()
    # What Playwright evaluates counts as a user's gesture, so the page has to do this by itself.
    given = json.dumps(tune(60, 64))
    page.add_init_script(f"""addEventListener("load", () => {{
      player.play({given}).then((began) => {{ window.began = began; }});
      setTimeout(() => {{ window.before = [window.began ?? null, player.playing, player.position()]; }}, 250);
    }});""")
    page.goto(stage.as_uri())
    page.wait_for_timeout(600)
    page.mouse.click(5, 5)
    page.wait_for_function("window.began === true && player.position() > 0")
    assert page.evaluate("window.before") == [None, True, None]
    browser.close()


@pytest.mark.slow
def test_a_page_that_slept_goes_on_where_it_was(stand):
    with stand() as page:
        page.mouse.click(5, 5)
        begin(page, tune(60, 62, 64, 65))
        page.clock.run_for(60 + 125)
        page.clock.fast_forward(60_000)  # no timer ran meanwhile
        page.clock.run_for(3000)
        notes = heard(page)
        assert [note[0] for note in notes] == [60, 62, 64, 65]
        assert page.evaluate("ended") == 1
