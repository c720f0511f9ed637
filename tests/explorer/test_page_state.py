"""What the page knows and remembers, without a browser: its store, history, links and paths."""

import json
from itertools import pairwise

import numpy as np
import pytest

from .javascript import run_module

PLANE = {
    "limit": 2.2,
    "classes": [
        {"word": word, "python": repr(word), "color": "#000", "marker": "o", "trained": True, "mean": mean}
        for word, mean in [("happy", [1, 1]), ("angry", [-1, 1]), ("sad", [-1, -1]), ("relaxed", [1, -1])]
    ],
}
DATA = {"plane": PLANE, "tune_plane": PLANE, "seed": 5, "shipped": True, "own_classes": False, "digest": "0123456789ab"}
IMPORTS = """
import * as actions from "@/page/actions.js";
import { firstState } from "@/page/data.js";
import { drawnPath, pointOfPath, retimed } from "@/page/path.js";
import { fragmentOf, workOf } from "@/page/share.js";
import { Store } from "@/page/state.js";
import { fileName, pythonOf, titleOf } from "@/page/texts.js";
const store = new Store(firstState(data.page ?? data));
const capacity = { nClasses: 4, limit: 2.2, pieces: true, tunes: true };
"""


def run(source, data=None):
    return run_module(IMPORTS + source, {"page": DATA, **(data or {})})


def test_subscribers_see_every_change_also_when_one_of_them_acts():
    seen = run(
        """
        const seen = [[], []];
        store.subscribe((state, before) => {
          seen[0].push([before?.work.explore.seed ?? null, state.work.explore.seed]);
          if (state.work.explore.seed === 7) store.act(actions.changeMelody, { seed: 8 });
        });
        store.subscribe((state, before) => seen[1].push([before?.work.explore.seed ?? null, state.work.explore.seed]));
        store.act(actions.changeMelody, { seed: 7 });
        answer(seen);
        """
    )
    assert seen == [[[None, 5], [5, 7], [7, 8]], [[None, 5], [5, 8]]]


def test_a_drag_is_one_step_of_the_history_and_new_work_forgets_what_was_undone():
    found = run(
        """
        const places = [];
        const note = () => places.push(store.state.work.explore.at);
        for (const at of [[0, 0], [0.1, 0], [0.2, 0]]) store.act(actions.movePoint, at);
        store.act(actions.commit);
        store.act(actions.commit);
        store.act(actions.movePoint, [1, -1]);
        store.act(actions.commit);
        for (const action of [actions.undo, actions.undo, actions.undo, actions.redo]) { store.act(action); note(); }
        store.act(actions.movePoint, [-1, -1]);
        store.act(actions.commit);
        store.act(actions.redo);
        note();
        answer(places);
        """
    )
    assert found == [[0.2, 0], [1, 1], [1, 1], [0.2, 0], [-1, -1]]


def test_seeds_count_up_and_never_repeat():
    seeds = run(
        """
        const seeds = [];
        for (let i = 0; i < 200; i += 1) {
          store.act(actions.askEmotion, i % 4, [0, 0]);
          if (i === 100) for (let k = 0; k < 50; k += 1) store.act(actions.undo);
          seeds.push(store.state.work.explore.seed);
        }
        answer([seeds, store.state.nextSeed]);
        """
    )
    new = [seed for k, seed in enumerate(seeds[0]) if k != 100]
    assert len(set(new)) == 199
    assert seeds[1] == 206


WORKS = """
const works = [];
store.act(actions.askEmotion, 2, [-1, -1]);
works.push(store.state.work);
store.act(actions.movePoint, [0.123, -2.2]);
works.push(store.state.work);
store.act(actions.chooseMode, "piece");
store.act(actions.setPath, [{ time: 0, at: [0, 0] }, { time: 0.25, at: [1.5, -2] }, { time: 1, at: [-1, 0.5] }]);
store.act(actions.changePiece, { form: "AA'BA", phrases: 7, seed: 99, temperature: 0.5 });
works.push(store.state.work);
const file = null;
works.push({ ...store.state.work, mode: "tune", tune: { at: null, emotion: 3, amount: 0.35, sample: true, file } });
works.push({ ...store.state.work, mode: "tune", tune: { at: [1, 2], emotion: null, amount: 1, sample: false, file } });
"""


def test_a_link_holds_all_that_its_mode_needs():
    found = run(
        WORKS
        + """
        answer(works.map((work, i) => {
          const fragment = fragmentOf(work, "abc", i ? 96 : null, i ? "flute" : null);
          return [work[work.mode], workOf("#" + fragment, "abc", firstState(data.page).work, capacity), fragment];
        }));
        """
    )
    for i, (wish, back, fragment) in enumerate(found):
        mode = back["work"]["mode"]
        assert back["work"][mode] == wish
        assert back["tempo"] == (96 if i else None)
        assert back["timbre"] == ("flute" if i else None)
        assert set(fragment) <= set("abcdefghijklmnopqrstuvwxyzAB0123456789=&.,;-'")


def test_a_link_of_other_networks_and_damaged_links_say_so():
    base = "v=1&model=abc&mode=explore&at=1,1&seed=1&temperature=0.95"
    fragments = [
        base.replace("abc", "<b>def</b>"),
        *(base.replace(*pair) for pair in [("v=1", "v=9"), ("explore", "fly"), ("1,1", "1"), ("1,1", "9,9")]),
        *(base.replace(*pair) for pair in [("1,1", "NaN,0"), ("seed=1", "seed=1.5"), ("0.95", "1e9"), ("at=1,1&", "")]),
        base.replace("at=1,1", "emotion=7"),
        "v=1&model=abc&mode=piece&path=0,0,0;0.5,1,1&form=A-B",
        "v=1&model=abc&mode=piece&path=0.5,0,0;0.1,1,1&form=AB",
        "v=1&model=abc&mode=piece&path=;&form=AB",
        "v=1&model=abc&mode=tune&amount=2",
        base + "&tempo=1e6",
    ]
    found = run("answer(data.all.map((f) => workOf(f, 'abc', store.state.work, capacity)));", {"all": fragments})
    assert "other networks (bdefb)" in found[0]["problem"]
    assert {one.get("problem") for one in found[1:]} == {"This link is damaged, so the page starts as usual."}
    assert run(
        "answer([workOf('#', 'abc', store.state.work, capacity), workOf('#top', 'abc', store.state.work, {})])"
    ) == [
        None,
        None,
    ]


def test_a_drawn_line_keeps_its_bends_and_times():
    generator = np.random.default_rng(0)
    corners = np.array([[-1, -1], [-1, 1], [0.5, 1], [1, -1]])
    line = np.concatenate([np.linspace(a, b, 40, endpoint=False) for a, b in pairwise(corners)])
    line = np.concatenate([line, corners[-1:]]) + generator.normal(0, 0.005, (121, 2))
    path, tremble = run(
        "answer([drawnPath(data.line, 2.2), drawnPath(data.scribble, 2.2)]);",
        {"line": line.tolist(), "scribble": generator.uniform(-2, 2, (400, 2)).tolist()},
    )
    assert np.allclose([station["at"] for station in path], corners, atol=0.03)
    lengths = np.array([0, 2, 3.5, 3.5 + np.hypot(0.5, 2)])
    assert np.allclose([station["time"] for station in path], lengths / lengths[-1], atol=0.08)
    assert 2 <= len(tremble) <= 10
    times = [station["time"] for station in tremble]
    assert times == sorted(times)
    assert (times[0], times[-1]) == (0, 1)


def test_a_path_at_a_time_and_at_other_times():
    path = [{"time": 0, "at": [0, 0]}, {"time": 0.5, "at": [1, 0]}, {"time": 1, "at": [1, 2]}]
    points, moved = run(
        """
        answer([[-1, 0, 0.25, 0.5, 0.75, 1, 2].map((t) => pointOfPath(data.path, t)),
                [-1, 0.2, 2].map((t) => retimed(data.path, 1, t).map(({ time }) => time))]);
        """,
        {"path": path},
    )
    assert points == [[0, 0], [0, 0], [0.5, 0], [1, 0], [1, 1], [1, 2], [1, 2]]
    assert moved == [[0, 0, 1], [0, 0.2, 1], [0, 1, 1]]


def test_stations_come_and_go_but_one_stays():
    found = run(
        """
        store.act(actions.chooseMode, "piece");
        const paths = [];
        const note = () => paths.push(store.state.work.piece.path.map(({ time }) => time));
        store.act(actions.addStation, [0, 0]); note();
        store.act(actions.removeStation, 0); note();
        for (let i = 0; i < 5; i += 1) store.act(actions.removeStation, 0);
        note();
        for (let i = 0; i < 50; i += 1) store.act(actions.addStation, [0, 0]);
        answer([paths, store.state.work.piece.path.length, store.state.notice]);
        """
    )
    assert found == [[[0, 0.5, 1], [0.5, 1], [1]], 16, "A path has at most 16 points."]


@pytest.mark.parametrize(("file", "changes"), [("mine", True), (None, True), ("another", False)])
def test_a_wish_without_its_tune_waits_for_that_tune_alone(file, changes):
    playing, problem, tune, notice = run(
        """
        const own = { name: "mine", classOfAll: 0, places: [], middle: [0, 0], messages: [], score: { tempos: [] } };
        const tune = { at: null, emotion: 2, amount: 1, sample: false, file: data.file };
        store.act(actions.play);
        store.act(actions.recall, { ...store.state.work, mode: "tune", tune }, null, null);
        store.act(actions.play);
        const { listen, problem } = store.state;
        store.act(actions.openTune, own, false);
        answer([listen.playing, problem, store.state.work.tune, store.state.notice]);
        """,
        {"file": file},
    )
    assert not playing
    assert problem == (f"Open {file} again: a favorite does not hold your tune." if file else "")
    assert tune["emotion"] == (2 if changes else None)
    assert tune["file"] == "mine"
    notices = {
        "mine": "The favorite changes this tune.",
        None: "The link changes this tune.",
        "another": "This is not another, so the favorite does not change it.",
    }
    assert notice == notices[file]


@pytest.mark.parametrize("name", ["../../etc/passwd", "  ", "\u202e<b>", "a" * 300, "Caf\u00e9 na\u00efve", "CON"])
def test_names_of_files_are_plain(name):
    found = run(
        """
        const own = { name: data.name, classOfAll: 0, places: [], middle: [0, 0], messages: [], score: { tempos: [] } };
        store.act(actions.openTune, own, false);
        answer(fileName(store.state, data.page, "mid"));
        """,
        {"name": name},
    )
    assert found.endswith(".mid")
    assert len(found) <= 64
    assert set(found[:-4]) <= set("abcdefghijklmnopqrstuvwxyz0123456789_"), json.dumps(found)


def test_one_sentence_says_what_the_network_cannot_hold():
    found = run_module(
        """
        import { limitsOf } from "@/workshop.js";
        answer(data.map(([bar, reason]) => limitsOf({ bar, reason })));
        """,
        [
            [[1, 5], ["", "no notes"]],
            [[1, 5, 9], ["3/4 time", "", "3/4 time"]],
            [[1, 5, 9, 13, 17, 21], ["a", "a", "a", "a", "a", "b"]],
        ],
    )
    start = "Plain rules change what the network cannot hold"
    assert found == [
        [],
        [f"{start}: 3/4 time (from bars 1 and 9 on)."],
        [f"{start}: a (from bars 1, 5, 9 and others on); b (from bar 21 on)."],
    ]
