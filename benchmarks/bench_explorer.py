"""Measure the explorer's page of the included models in Chromium: its size, its start, its answers and its memory.

Times come from the page's own marks: from the start of the navigation until the first picture and until the networks
are ready, and from a movement of the finger to the new melody in the page. Memory is what the page's process shares
with no other, after a piece, a tune of 16 bars and a few hundred melodies, before and after garbage collection. The
exit code is 1 if the file has 4 MB or more (3 MB compressed), if the first picture takes half a second, if a dragged
melody takes more than 20 ms (the median), or if the process has more than 150 MiB after garbage collection.

It needs Playwright (``pip install playwright``) and a Chromium (``apt install chromium``). Run it on a machine that
does nothing else.
"""

import gzip
import shutil
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
from _report import Report, make_parser
from playwright.sync_api import sync_playwright

from skemovae import explore

MAX_BYTES, MAX_COMPRESSED, MAX_PICTURE, MAX_DRAG, MAX_MIB = 4_000_000, 3_000_000, 500, 20, 150
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
TUNE = "document.querySelector('#title').textContent.startsWith('Ode to Joy')"
IDLE = "document.body.dataset.busy === 'false'"


def main():
    """Measure, write the report and check the limits."""
    arguments = parse()
    report = Report("explorer", "How large and how quick is the explorer's page?", arguments)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder, "plane.html")
        explore(path=page)
        content = page.read_bytes()
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        starts = [measure_start(browser, page) for _ in range(arguments.rounds)]
        answers, memory = measure_answers(browser, page, arguments.drags)
        browser.close()
    sizes = {"bytes": len(content), "bytes, gzipped": len(gzip.compress(content, 9))}
    report.add("The file", [sizes])
    picture, ready = (np.array(values) for values in zip(*starts, strict=True))
    report.add(
        "From the beginning of the navigation, ms",
        [
            {"until": "first picture", "median": float(np.median(picture)), "longest": float(picture.max())},
            {"until": "networks ready", "median": float(np.median(ready)), "longest": float(ready.max())},
        ],
    )
    report.add(
        "From a movement to its music in the page, ms",
        [
            {
                "what": name,
                "answers": len(values),
                "median": float(np.median(values)),
                "95 %": float(np.quantile(values, 0.95)),
            }
            for name, values in answers.items()
        ],
    )
    report.add("Memory of the page's process, MiB", [memory])
    faults = judge(sizes, float(np.median(picture)), float(np.median(answers["melody, dragged"])), memory)
    print("", *faults, sep="\n")
    report.write(faults=faults, starts=starts, answers=answers)
    sys.exit(bool(faults))


def parse():
    """Return the arguments."""
    parser = make_parser(__doc__, "python benchmarks/bench_explorer.py --rounds 2 --drags 2 --out /tmp/results")
    parser.add_argument("--rounds", type=int, default=9, help="times that the page is opened (%(default)s)")
    parser.add_argument("--drags", type=int, default=8, help="drags over the map (%(default)s)")
    return parser.parse_args()


def find_browser():
    """Return the path of a Chromium."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise SystemExit("no Chromium is installed (apt install chromium)")
    return found


def open_page(browser, path):
    """Return the page once it is ready."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]", timeout=60_000)
    return page


def measure_start(browser, path):
    """Return when the first picture and the networks were ready, in ms after the start."""
    page = open_page(browser, path)
    page.wait_for_timeout(300)
    found = page.evaluate(
        """[performance.getEntriesByName("first-contentful-paint")[0].startTime,
            performance.getEntriesByName("skemovae:ready")[0].startTime]"""
    )
    page.context.close()
    return found


def measure_answers(browser, path, n_drags):
    """Return {what: ms of each answer}, and the memory in MiB afterwards."""
    page = open_page(browser, path)
    generator = np.random.default_rng(0)
    answers = {}

    def take(name, kind):
        wait(page, IDLE)
        answers[name] = page.evaluate(f"performance.getEntriesByName('skemovae:{kind}').map((m) => m.duration)")
        page.evaluate("performance.clearMeasures()")

    for look, what in [("notation", "melody, dragged"), ("roll", "melody, dragged, as a piano roll")]:
        page.click(f"#look-{look}")
        drag(page, generator, n_drags)
        take(what, "drag")
    page.click("#look-notation")
    for _ in range(n_drags):
        page.click("#emotions button >> nth=0")
        wait(page, IDLE)
    take("melody, drawn: the best of eight", "ask")
    page.click("#mode-tune")
    page.click("#sample")
    wait(page, TUNE)
    for look, what in [("notation", "tune of 16 bars, dragged"), ("roll", "tune of 16 bars, dragged, as piano rolls")]:
        page.click(f"#look-{look}")
        drag(page, generator, n_drags)
        take(what, "drag")
    page.click("#mode-piece")
    wait(page, IDLE)
    page.click("#again")
    take("piece of four phrases, whole", "ask")
    page.click("#play")
    page.wait_for_timeout(2000)
    pids = [
        process["id"]
        for process in browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
        if process["type"] == "renderer"
    ]
    before = max(map(private_mib, pids))
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    page.wait_for_timeout(1000)
    heap = session.send("Runtime.getHeapUsage")["usedSize"] / 2**20
    memory = {"with garbage": before, "without": max(map(private_mib, pids)), "heap of the page's own scripts": heap}
    page.context.close()
    return answers, memory


def drag(page, generator, n):
    """Drag over the map, one movement per frame."""
    box = page.locator("#plane").bounding_box()
    for _ in range(n):
        places = generator.uniform(0.1, 0.9, (3, 2)) * [box["width"], box["height"]] + [box["x"], box["y"]]
        page.mouse.move(*places[0])
        page.mouse.down()
        for before, after in pairwise(places):
            for share in np.linspace(0, 1, 20):
                page.mouse.move(*(before + share * (after - before)))
                page.wait_for_timeout(16)
        page.mouse.up()
        wait(page, IDLE)


def wait(page, expression):
    """Wait until an expression is true; Playwright's own function uses eval, which the page forbids."""
    while not page.evaluate(expression):
        page.wait_for_timeout(20)


def private_mib(pid):
    """Return the memory that a process shares with no other, in MiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def judge(sizes, picture, drag_time, memory):
    """Return which limits are exceeded."""
    checks = [
        (sizes["bytes"] >= MAX_BYTES, f"the file has {sizes['bytes']:,} bytes"),
        (sizes["bytes, gzipped"] >= MAX_COMPRESSED, f"compressed it has {sizes['bytes, gzipped']:,} bytes"),
        (picture > MAX_PICTURE, f"the first picture takes {picture:.0f} ms"),
        (drag_time > MAX_DRAG, f"a dragged melody takes {drag_time:.0f} ms"),
        (memory["without"] > MAX_MIB, f"the page's process has {memory['without']:.0f} MiB"),
    ]
    return [fault for is_fault, fault in checks if is_fault]


if __name__ == "__main__":
    main()
