"""The page in a real browser: it shows and plays what the estimator makes, and asks nothing of a network."""

import ast
import re
import time

import numpy as np
import pytest

from skemovae import EmotionRegularizedVAE, PitchEncoder, explore, read_music
from skemovae.explorer import _melodies
from skemovae.nn.architectures import GRUArchitecture

from .conftest import N_STEPS, as_heard, page_data

pytestmark = pytest.mark.slow

STEP_SECONDS = 0.125  # a sixteenth at 120 quarter notes a minute
BAR = 16


def shown_notes(page):
    """Return the notes of the piano roll as (onset, length, pitch)."""
    notes = page.eval_on_selector_all("#roll .note", "boxes => boxes.map(b => ({...b.dataset}))")
    return [(int(n["onset"]), int(n["length"]), int(n["pitch"])) for n in notes]


def shown_tokens(page, n_steps=N_STEPS):
    return tokens_of(shown_notes(page), n_steps)


def tokens_of(notes, n_steps=N_STEPS):
    tokens = [128] * n_steps
    for onset, length, pitch in notes:
        tokens[onset : onset + length] = [pitch] + [129] * (length - 1)
    return tokens


def shown_point(page):
    return float(page.input_value("#valence")), float(page.input_value("#arousal"))


def at(page, x, y):
    """Return the window's coordinates of a place on the plane, each a share of it."""
    box = page.locator("#plane").bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def until(page, expression, seconds=15):
    """Wait until an expression is true in the page; Playwright's own way to wait takes eval, which the page forbids."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never: {expression}"
        page.wait_for_timeout(20)


def click(page, x, y):
    page.mouse.click(*at(page, x, y))


def drag(page, *places):
    """Draw a line over the plane."""
    page.mouse.move(*at(page, *places[0]))
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*at(page, *place), steps=8)
    page.mouse.up()


def python_points(page):
    """Return the points in the line of Python that the page shows."""
    return ast.literal_eval(re.match(r"model\.inverse_transform\((\[\[.*?\]\])", page.inner_text("#python"))[1])


def expected_of_path(model, points, emotion=None):
    """Return the tokens of a path: bar k of the melody at point k; what is held into the bar begins with it."""
    tokens = []
    for k, row in enumerate(model.inverse_transform(points, emotion)):
        row, start = as_heard(row), k % (N_STEPS // BAR) * BAR
        bar = row[start : start + BAR]
        if bar[0] == 129:
            bar[0] = next(token for token in reversed(row[:start]) if token != 129)
        tokens += bar
    return tokens


def downloaded(page, folder):
    """Return the score that the page saves as MIDI, and the file's name."""
    with page.expect_download() as download:
        page.click("#midi")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return read_music(path), path.name


def encode(score, n_steps=N_STEPS, resolution=4):
    encoder = PitchEncoder(n_steps, resolution, polyphony="error", off_grid="error", out_of_window="error")
    return encoder.fit_transform([score])[0].tolist()


def test_a_click_gives_the_notes_that_the_estimator_gives(visit, plane, composer):
    generator = np.random.default_rng(1)
    seen = set()
    with visit(plane) as page:
        for x, y in [*generator.uniform(0.01, 0.99, (30, 2)), (0, 0.5), (0.999, 0.001)]:
            click(page, x, y)
            point = shown_point(page)
            expected = as_heard(composer.inverse_transform([point])[0])
            assert shown_tokens(page) == expected
            assert python_points(page) == [list(point)]
            seen.add(tuple(expected))
            quadrant = page.inner_text("#title")[:2]
            assert quadrant == {(1, 1): "Q1", (0, 1): "Q2", (0, 0): "Q3", (1, 0): "Q4"}[point[0] >= 0, point[1] >= 0]
    assert len(seen) > 10


def test_the_click_takes_the_nearest_point_of_the_grid(visit, plane):
    axis = np.array(page_data(plane)["axis"])
    with visit(plane) as page:
        for x, y in [(0.3, 0.2), (0.71, 0.66), (0.5, 0.5)]:
            click(page, x, y)
            wanted = np.array([2 * x - 1, 1 - 2 * y]) * 1.04 * axis[-1]
            nearest = [axis[np.argmin(np.abs(axis - value))] for value in wanted]
            assert np.abs(np.subtract(shown_point(page), nearest)).max() <= (axis[1] - axis[0]) * 1.001  # pixels
            assert set(shown_point(page)) <= {round(value, 3) for value in axis.tolist()}


def test_moving_shows_melodies_and_leaving_shows_the_chosen_one_again(visit, plane, composer):
    with visit(plane) as page:
        chosen, point = shown_tokens(page), shown_point(page)
        page.mouse.move(*at(page, 0.2, 0.8))
        assert shown_point(page) != point
        assert shown_tokens(page) == as_heard(composer.inverse_transform([shown_point(page)])[0])
        page.mouse.move(5, 5)
        assert (shown_tokens(page), shown_point(page)) == (chosen, point)
        assert page.evaluate("played") == []  # looking makes no sound
        page.focus("#plane")
        page.mouse.move(*at(page, 0.2, 0.8))
        page.keyboard.press("Space")  # plays the chosen one, and shows it
        assert (shown_tokens(page), page.inner_text("#play")) == (chosen, "Stop")


def test_the_decoder_can_be_told_another_emotion(visit, plane, composer):
    with visit(plane) as page:
        for label, title in [("sad", "told Q3 sadness"), ("angry", "told Q2 anger"), ("happy", "Q1 happiness")]:
            page.select_option("#told", label=re.search(r"Q\d \w+", title)[0])
            click(page, 0.8, 0.2)
            assert shown_tokens(page) == as_heard(composer.inverse_transform([shown_point(page)], label)[0])
            assert page.inner_text("#title").endswith(title)
            assert f"emotion=['{label}']" in page.inner_text("#python")


def test_the_four_buttons_draw_melodies_and_a_seed_gives_one_again(visit, plane, composer):
    with visit(plane) as page:
        assert page.locator("#draws button").all_inner_texts() == ["happy", "angry", "sad", "relaxed"]
        for seed, label in enumerate(["happy", "angry", "sad", "relaxed", "sad"]):
            page.click(f"#draws button:has-text('{label}')")
            assert page.input_value("#seed") == str(seed)
            tokens, _ = composer.sample(emotion=label, temperature=0.95, random_state=seed)
            assert shown_tokens(page) == as_heard(tokens[0])
            call = f"model.sample(emotion='{label}', temperature=0.95, random_state={seed})"
            assert page.inner_text("#python") == call
        for typed, seed in [("59", 59), ("1000", 59), ("-3", 0), ("17", 17)]:  # kept within the seeds that there are
            page.fill("#seed", typed)
            page.press("#seed", "Enter")
            assert page.input_value("#seed") == str(seed)
            expected = composer.sample(emotion="sad", temperature=0.95, random_state=seed)[0][0]
            assert shown_tokens(page) == as_heard(expected)
        page.fill("#seed", "59")
        page.press("#seed", "Enter")
        page.click("#draws button >> nth=0")
        assert page.input_value("#seed") == "0"  # after the last comes the first


def test_coordinates_can_be_typed(visit, plane, composer):
    axis = page_data(plane)["axis"]
    with visit(plane) as page:
        page.fill("#valence", str(axis[3]))
        page.press("#valence", "Tab")
        page.fill("#arousal", "-1000")
        page.press("#arousal", "Tab")
        assert shown_point(page) == (axis[3], axis[0])
        assert shown_tokens(page) == as_heard(composer.inverse_transform([[axis[3], axis[0]]])[0])
        page.fill("#arousal", "")
        page.press("#arousal", "Tab")
        assert shown_point(page) == (axis[3], axis[0])


def test_the_midi_file_holds_the_same_tokens(visit, plane, tmp_path):
    with visit(plane) as page:
        for prepare, name in [
            (lambda: click(page, 0.3, 0.3), "valence_-"),
            (lambda: page.click("#draws button >> nth=2"), "sad_seed_0.mid"),
            (lambda: page.click("#draws button >> nth=1"), "angry_seed_1.mid"),
        ]:
            prepare()
            score, file = downloaded(page, tmp_path)
            assert file.startswith(name)
            assert encode(score) == shown_tokens(page)
            assert [tempo.qpm for tempo in score.tempos] == [120]
            assert [(t.numerator, t.denominator) for t in score.time_signatures] == [(4, 4)]
        assert score.metadata.title == "Q2 anger, seed 1"


def test_a_path_plays_a_bar_from_each_point_along_it(visit, plane, composer, tmp_path):
    with visit(plane, halted=True) as page:
        page.click("#mode-path")
        drag(page, (0.2, 0.8), (0.3, 0.4), (0.85, 0.2))
        points = python_points(page)
        assert len(points) in (4, 8, 12, 16)
        assert points[0][0] < 0 > points[0][1]
        assert points[-1][0] > 0 < points[-1][1]
        n_steps = BAR * len(points)
        expected = expected_of_path(composer, points)
        assert shown_tokens(page, n_steps) == as_heard(expected)
        assert len(set(page.eval_on_selector_all("#roll .note", "b => b.map(x => x.getAttribute('fill'))"))) > 1
        assert page.inner_text("#title").startswith(f"Path, bar 1 of {len(points)}: Q3 sadness")
        score, file = downloaded(page, tmp_path)
        assert file == "path.mid"
        assert encode(score, n_steps) == as_heard(expected)
        run(page, 2.5)
        assert page.inner_text("#title").startswith(f"Path, bar 2 of {len(points)}")
        assert shown_point(page) == tuple(points[1])  # the cursor goes along
        page.select_option("#told", label="Q3 sadness")
        assert shown_tokens(page, n_steps) == as_heard(expected_of_path(composer, points, "sad"))
        page.click("#clear")
        assert page.inner_text("#play") == "Play"
        assert len(python_points(page)) == 1


def test_a_path_by_keyboard(visit, plane, composer):
    with visit(plane) as page:
        page.click("#mode-path")
        page.fill("#valence", "0")
        page.fill("#arousal", "0")
        page.focus("#plane")
        page.keyboard.press("Space")
        assert python_points(page) == [[0, 0]] * 4
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Space")
        step = np.diff(page_data(plane)["axis"])[0]
        points = python_points(page)
        assert np.allclose([points[0], points[-1]], [[0, 0], [5 * step, step]])
        assert shown_tokens(page, BAR * len(points)) == as_heard(expected_of_path(composer, points))
        page.keyboard.press("Enter")
        assert page.inner_text("#play") == "Stop"
        page.keyboard.press("Escape")
        assert page.inner_text("#play") == "Play"
        assert python_points(page) == points
        page.keyboard.press("Backspace")
        assert python_points(page) == [[0, 0]] * 4
        page.keyboard.press("Escape")
        assert python_points(page) == [[0, 0]]


def test_the_keyboard_explores(visit, plane, composer):
    axis = page_data(plane)["axis"]
    with visit(plane) as page:
        page.focus("#plane")
        v, a = (axis.index(value) for value in shown_point(page))
        for key, right, up in [
            ("ArrowLeft", -1, 0),
            ("ArrowUp", 0, 1),
            ("Shift+ArrowDown", 0, -5),
            ("ArrowRight", 1, 0),
        ]:
            page.keyboard.press(key)
            v, a = v + right, a + up
            assert shown_point(page) == (axis[v], axis[a])
            assert shown_tokens(page) == as_heard(composer.inverse_transform([[axis[v], axis[a]]])[0])
        assert f"{len(shown_notes(page))} note" in page.inner_text("#status")
        page.keyboard.press("Space")
        assert page.inner_text("#play") == "Stop"
        page.keyboard.press("Space")
        assert page.inner_text("#play") == "Play"
        page.keyboard.press("4")
        assert page.inner_text("#title") == "Q4 relaxation, seed 0"
        for _ in range(60):
            page.keyboard.press("Shift+ArrowLeft")
        assert shown_point(page)[0] == axis[0]  # the edge holds


def test_every_control_is_reached_by_tab_and_has_a_name(visit, plane):
    with visit(plane) as page:
        reached = []
        for _ in range(16):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.id || document.activeElement.innerText"))
        order = ["plane", "mode-point", "mode-path", "play", "loop", "midi", "happy", "angry", "sad", "relaxed"]
        assert [name for name in reached if name in order] == order
        assert {"valence", "arousal", "seed", "told", "shade"} <= set(reached)
        for role, name in [
            ("application", "Valence-arousal plane"),
            ("img", re.compile(r"^Piano roll: Q1 happiness, valence .* arousal .* notes?$")),
            ("button", "Play"),
            ("spinbutton", "Valence"),
            ("spinbutton", "Seed"),
            ("combobox", "Decoder is told"),
            ("combobox", "Shading"),
        ]:
            assert page.get_by_role(role, name=name, exact=True).count() == 1, (role, name)
        focus = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert focus == "solid"


def heard(page):
    """Return what Web Audio was asked to play as (onset, length, pitch) in steps from the first onset on.

    The length of a note that has no end yet is NaN.
    """
    played = page.evaluate("played")
    release = 8 * 0.035  # the oscillator outlasts its note, which fades meanwhile
    begin = played[0]["start"]
    return [
        (
            (note["start"] - begin) / STEP_SECONDS,
            ((note["stop"] or np.nan) - release - note["start"]) / STEP_SECONDS,
            69 + 12 * np.log2(note["frequency"] / 440),
        )
        for note in played
    ]


def run(page, seconds):
    """Let a halted page's clock run, once its sound is ready, which takes real time."""
    page.evaluate("sound.resume()")
    page.clock.run_for(round(1000 * seconds))


@pytest.mark.parametrize("button", [0, 1, 2, 3])
def test_what_is_played_is_what_is_shown(visit, plane, button):
    with visit(plane, halted=True) as page:
        page.click(f"#draws button >> nth={button}")
        notes = np.array(shown_notes(page))
        run(page, 7.9)
        assert page.inner_text("#play") == "Stop"
        run(page, 0.5)
        assert page.inner_text("#play") == "Play"
        assert np.allclose(np.array(heard(page)), notes - [notes[0, 0], 0, 0], atol=1e-3)


def test_the_note_that_sounds_is_marked(visit, plane):
    with visit(plane, halted=True) as page:
        page.click("#draws button >> nth=1")
        notes, seen = shown_notes(page), set()
        for step in range(4, 60, 4):
            run(page, 4 * STEP_SECONDS)
            marked = page.eval_on_selector_all("#roll .note.sounding", "b => b.map(x => Number(x.dataset.onset))")
            now = step - 0.1 * np.arange(13)  # the sound begins 60 ms late, and a picture takes 16 ms
            assert marked in [[onset for onset, length, _ in notes if onset <= t < onset + length] for t in now]
            seen.update(marked)
        assert len(seen) > 3


def test_stop_is_silence(visit, plane):
    with visit(plane, halted=True) as page:
        page.click("#draws button >> nth=0")
        run(page, 2)
        page.click("#play")
        count = len(heard(page))
        assert count > 2
        page.clock.run_for(3000)
        lengths = [length for _, length, _ in heard(page)]
        assert len(lengths) == count
        assert np.isfinite(lengths).all()


def test_in_a_loop_the_melody_changes_as_it_plays(visit, plane):
    data = page_data(plane)
    axis, rows = np.array(data["axis"]), np.arange(len(data["axis"]))
    counts = (data["layers"]["tokens"][data["told"], rows[:, None], rows] < 128).sum(axis=-1)
    busiest = []  # where the melodies with the most notes are, on the right and on the left, as shares of the plane
    for half in (axis > 0.5, axis < -0.5):
        row, column = np.unravel_index((counts * half * (axis > 0)[:, None]).argmax(), counts.shape)
        busiest.append((0.5 + axis[column] / (2.08 * axis[-1]), 0.5 - axis[row] / (2.08 * axis[-1])))
    with visit(plane, halted=True) as page:
        page.click("#loop")
        assert page.get_attribute("#loop", "aria-pressed") == "true"
        click(page, *busiest[0])
        before = shown_notes(page)
        run(page, 3)
        drag(page, *busiest)
        after = shown_notes(page)
        assert after != before
        run(page, 12)
        assert page.inner_text("#play") == "Stop"
        change = round(3.1 / STEP_SECONDS)  # less than a step is scheduled ahead, and it begins half a step late
        onsets = [(round(onset + before[0][0]), round(pitch)) for onset, _, pitch in heard(page)]
        twice = [(onset + turn, pitch) for turn in (0, N_STEPS) for onset, _, pitch in after]
        assert [n for n in onsets if n[0] < change - 2] == [(o, p) for o, _, p in before if o < change - 2]
        assert [n for n in onsets if change + 2 < n[0] < 110] == [n for n in twice if change + 2 < n[0] < 110]


def test_a_loop_begins_again(visit, tiny_page):
    with visit(tiny_page, halted=True) as page:
        page.click("#loop")
        page.click("#draws button >> nth=0")
        notes = shown_notes(page)
        run(page, 3.5)
        onsets = [round(onset) for onset, _, _ in heard(page)][: 3 * len(notes)]
        assert onsets == [onset - notes[0][0] + turn for turn in (0, 8, 16) for onset, _, _ in notes]


@pytest.fixture(scope="module")
def tiny_page(fitted, tmp_path_factory):
    """Return the page of the session's model of half a bar, without training points."""
    path = tmp_path_factory.mktemp("tiny") / "tiny & \u00fc.html"
    explore(fitted, path)
    return path


def test_a_melody_shorter_than_a_bar(visit, tiny_page, fitted, tmp_path):
    with visit(tiny_page) as page:
        click(page, 0.7, 0.7)
        tokens = shown_tokens(page, 8)
        assert tokens == as_heard(fitted.inverse_transform([shown_point(page)])[0])
        assert encode(downloaded(page, tmp_path)[0], 8) == tokens
        page.click("#mode-path")
        drag(page, (0.1, 0.1), (0.9, 0.1))  # one and two thirds of half the plane's width, that is two phrases
        assert len(python_points(page)) == 8
        assert page.inner_text("#about").startswith("The places of 4 emotions")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (360, 640)])
def test_on_a_phone(visit, plane, composer, width, height):
    settings = {"viewport": {"width": width, "height": height}, "has_touch": True, "is_mobile": True}
    with visit(plane, **settings) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == width
        page.touchscreen.tap(*at(page, 0.3, 0.7))
        assert shown_tokens(page) == as_heard(composer.inverse_transform([shown_point(page)])[0])
        assert page.inner_text("#play") == "Stop"
        for name in ["#play", "#loop", "#midi", "#mode-path", "#draws button >> nth=0", "#told"]:
            box = page.locator(name).bounding_box()
            assert min(box["width"], box["height"]) >= 36, name  # a fingertip
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
        page.click("#mode-path")
        points = [at(page, 0.2 + 0.1 * k, 0.7 - 0.05 * k) for k in range(7)]
        session = page.context.new_cdp_session(page)
        for k, (x, y) in enumerate(points):
            kind = "touchStart" if k == 0 else "touchMove"
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        until(page, "document.querySelector('#title').textContent.startsWith('Path, bar')")
        assert len(python_points(page)) >= 4
        assert page.evaluate("window.scrollY") == 0  # drawing does not scroll


def test_dark_and_still(visit, plane):
    with visit(plane, color_scheme="dark", reduced_motion="reduce") as page:
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert max(map(int, re.findall(r"\d+", ground))) < 60
        page.click("#draws button >> nth=0")
        page.wait_for_selector("#roll .note.sounding")
        assert not page.is_visible(".playhead")


def test_the_shading_shows_what_the_decoder_makes(visit, plane, composer):
    axis = np.array(page_data(plane)["axis"])
    points = np.array([[v, a] for a in axis for v in axis])
    tokens = composer.inverse_transform(points)
    density = 4 * (tokens < 128).mean(axis=1)
    limits = density.min(), density.max()
    with visit(plane) as page:
        assert page.inner_text("#scale").split() == [f"{value:.1f}".removesuffix(".0") for value in limits]
        pixels = page.evaluate(
            "(() => { const c = document.querySelector('canvas');"
            "const image = c.getContext('2d').getImageData(0, 0, c.width, c.height);"
            "return [...image.data].filter((_, i) => i % 4 == 0) })()"
        )
        shades = np.array(pixels).reshape(len(axis), -1)[::-1].ravel()  # from the lowest arousal up
        share = (density - density.min()) / np.ptp(density)
        low, high = 0xFF, 0xAE
        assert np.abs(shades - (low + share * (high - low))).max() <= 1
        page.select_option("#shade", "mode")
        major, minor = (np.isin(tokens % 12, scale) for scale in ([0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 10]))
        count = (tokens < 128).sum(axis=1)
        balance = np.where(tokens < 128, major * 1 - minor, 0).sum(axis=1)[count > 0] / count[count > 0]
        most = f"{np.abs(balance).max():.1f}".removesuffix(".0")
        assert page.inner_text("#scale").replace("\N{MINUS SIGN}", "-").split() == [f"-{most}", most]
        page.select_option("#shade", "")
        assert not page.is_visible("canvas")


def test_hostile_labels_are_text(visit, tmp_path, melodies, monkeypatch):
    monkeypatch.setattr(_melodies, "MAX_AXIS", 11)
    monkeypatch.setattr(_melodies, "N_DRAWN", 1)
    labels = ["</script><script>alert(1)</script>", "<img src=x onerror=alert(2)>", 'a/../\\b\u202e:*?"<>|', "x" * 3000]
    positions = dict(zip(labels, [(1, 1), (-1, 1), (-1, -1), (1, -1)], strict=True))
    model = EmotionRegularizedVAE(
        architecture=GRUArchitecture(units=4), max_iter=1, class_positions=positions, random_state=0
    )
    explore(model.fit(melodies[0], np.repeat(labels, 20)), tmp_path / "page.html")
    with visit(tmp_path / "page.html") as page:
        assert page.locator("#draws bdi").all_text_contents() == labels
        assert page.locator("#told option").all_text_contents()[1:] == labels
        for i, label in enumerate(labels):
            page.click(f"#draws button >> nth={i}")
            assert page.text_content("#title") == f"{label}, seed 0"
            if shown_notes(page):
                file = downloaded(page, tmp_path)[1]
                assert re.fullmatch(r"[\w.+-]{1,84}", file), file
        assert page.evaluate("document.documentElement.scrollWidth") == 1280
        assert page.locator("img").count() == 0


def test_the_policy_is_in_force(chromium, plane):
    page = chromium.new_page()
    failures = []
    page.on("requestfailed", lambda request: failures.append((request.url, request.failure)))
    page.goto(plane.as_uri())
    page.wait_for_selector("html[data-ready]")
    breaches = page.evaluate(
        """async () => {
          const breaches = [];
          document.addEventListener("securitypolicyviolation", (event) => breaches.push(event.effectiveDirective));
          const add = (name, settings) => document.body.append(Object.assign(document.createElement(name), settings));
          add("script", { textContent: "window.foreign = true" });
          add("style", { textContent: "body { color: red }" });
          add("img", { src: "http://192.0.2.1/x.png" });
          await fetch("http://192.0.2.1/").catch(() => {});
          await new Promise((resolve) => setTimeout(resolve, 300));
          return breaches.sort();
        }"""
    )
    assert breaches == ["connect-src", "img-src", "script-src-elem", "style-src-elem"]
    assert page.evaluate("window.foreign") is None
    assert set(failures) == {("http://192.0.2.1/x.png", "csp")}  # that is, before it left
    page.close()


def test_a_melody_of_rests_says_so(visit, tmp_path, monkeypatch):
    monkeypatch.setattr(_melodies, "MAX_AXIS", 11)
    monkeypatch.setattr(_melodies, "N_DRAWN", 1)
    rests = np.full((8, 16), 128)
    model = EmotionRegularizedVAE(architecture=GRUArchitecture(units=4), max_iter=1, random_state=0).fit(
        rests, ["happy", "sad"] * 4
    )
    explore(model, tmp_path / "page.html", rests)
    with visit(tmp_path / "page.html") as page:
        click(page, 0.7, 0.3)
        assert page.text_content("#roll .empty") == "This melody is all rests."
        assert page.is_disabled("#play")
        assert page.is_disabled("#midi")
        assert page.locator("#draws button").all_inner_texts() == ["happy", "sad"]
        page.focus("#plane")
        page.keyboard.press("Space")
        assert page.evaluate("played") == []
