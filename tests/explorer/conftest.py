"""A small model of four-bar melodies, its page, and a browser that reports everything that goes wrong in it."""

import importlib.util
import json
import os
import re
import shutil
from contextlib import contextmanager

import numpy as np
import pytest

from skemovae import EmotionRegularizedVAE, explore
from skemovae.nn.architectures import GRUArchitecture

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
N_STEPS = 64


def page_data(path):
    """Return the data that a page holds."""
    text = path.read_text(encoding="utf-8")
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)[1])


@pytest.fixture(scope="session")
def melodies():
    """Return 80 melodies of 64 steps whose scale, speed and register depend on their emotion, and the labels."""
    generator = np.random.default_rng(0)
    major, minor = [0, 2, 4, 5, 7, 9, 11, 12], [0, 2, 3, 5, 7, 8, 10, 12]
    rows, labels = [], []
    for emotion, scale, length, lowest in (
        ("happy", major, 2, 67),
        ("angry", minor, 2, 60),
        ("sad", minor, 8, 55),
        ("relaxed", major, 8, 64),
    ):
        for _ in range(20):
            start, turn = generator.integers(4), generator.integers(2, 5)  # a melody goes up and down its scale
            degrees = start + np.abs((np.arange(N_STEPS // length) + turn) % (2 * turn) - turn)
            row = np.full(N_STEPS, 129)
            row[::length] = lowest + np.array(scale)[degrees % 8]
            row[-length:] = 128
            rows.append(row)
            labels.append(emotion)
    return np.array(rows), np.array(labels)


@pytest.fixture(scope="session")
def composer(melodies):
    """Return a small model of the melodies; tests must not change it."""
    return EmotionRegularizedVAE(
        architecture=GRUArchitecture(units=32), max_iter=100, learning_rate=0.01, random_state=0
    ).fit(*melodies)


@pytest.fixture(scope="session")
def plane(composer, melodies, tmp_path_factory):
    """Return the path of the small model's page."""
    path = tmp_path_factory.mktemp("explorer") / "plane.html"
    explore(composer, path, *melodies)
    return path


@pytest.fixture(scope="session")
def shipped_plane(tmp_path_factory):
    """Return the path of the included models' page."""
    path = tmp_path_factory.mktemp("explorer") / "shipped.html"
    explore(path=path)
    return path


@pytest.fixture(scope="module")  # Playwright keeps an event loop running, which may disturb other modules
def chromium():
    """Return a running Chromium. If there is none, the test is skipped, but in CI it fails."""
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None or importlib.util.find_spec("playwright") is None:
        reason = "no Chromium is installed (apt install chromium)" if executable is None else "no Playwright"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}: the explorer has to be tested in CI")
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


# Records what the page asks of Web Audio, and every violation of its security policy. Web Audio's time is replaced by
# the page's clock, so that a test can pause it and let it run. So notes begin at the same times on a busy machine.
WATCH = """
Object.defineProperty(BaseAudioContext.prototype, "currentTime", { get: () => performance.now() / 1000 });
window.played = [];
window.breaches = [];
window.audio = null;
window.AudioContext = class extends AudioContext {
  constructor(...settings) {
    super(...settings);
    window.audio = this;
  }
};
document.addEventListener("securitypolicyviolation", (event) => window.breaches.push(event.violatedDirective));
const { start, stop } = OscillatorNode.prototype;
OscillatorNode.prototype.start = function (time) {
  this.entry = { frequency: this.frequency.value, start: time, stop: null };
  window.played.push(this.entry);
  return start.call(this, time);
};
OscillatorNode.prototype.stop = function (time) {
  this.entry.stop = time;
  return stop.call(this, time);
};
"""


@pytest.fixture
def visit(chromium):
    """Return a context manager that opens a page and, when it closes, checks that nothing went wrong in it."""

    @contextmanager
    def open_page(path, *, halted=False, fragment="", **settings):
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **settings})
        page = context.new_page()
        troubles, requests = [], []
        page.on("console", lambda message: troubles.append(f"console {message.type}: {message.text}"))
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (troubles.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: requests.append(request.url))
        page.add_init_script(WATCH)
        if halted:
            page.clock.install(time=0)
        page.goto(path.as_uri() + fragment)
        page.wait_for_selector("html[data-ready]", timeout=30_000)
        if halted:
            page.clock.pause_at(60_000)
        yield page
        assert page.evaluate("breaches") == []
        context.close()
        assert troubles == []
        assert {url.partition("#")[0] for url in requests if not url.startswith("blob:")} == {path.as_uri()}

    return open_page
