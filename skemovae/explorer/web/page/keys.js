/**
 * Keyboard shortcuts. They work wherever the focus is, except in text fields and on elements where the key has a
 * meaning.
 *
 * @typedef {import("./state.js").Store} Store
 * @typedef {import("./data.js").PageData} PageData
 */

import * as actions from "./actions.js";
import { frameOf } from "./data.js";
import { byId } from "./elements.js";

/** What the help says about the keys. @type {[string[], string][]} */
export const KEYS = [
  [["Space"], "play and stop"],
  [["1", "2", "3", "4"], "happy, angry, sad, relaxed"],
  [["←", "→", "↑", "↓"], "move the point (with the map in focus); with Shift farther"],
  [["Enter"], "play again; in a piece: add a point"],
  [["Delete"], "in a piece: remove a point"],
  [["B"], "your tune: original or changed"],
  [["L"], "loop"],
  [["N"], "notation or piano roll"],
  [["Z", "Y"], "undo and redo"],
  [["F"], "favorites"],
  [["E", "T", "D"], "explore, your tune, draw a piece"],
  [["?"], "this help"],
];

const WITH_SPACE = "button, summary, a, select, input[type=checkbox]"; // Space acts on them once Tab has led there

/**
 * @param {Store} store
 * @param {PageData} data
 * @param {{ [id: string]: () => void }} acts functions for keys that are not actions: "compare", "help", "favorites"
 */
export function listenToKeys(store, data, acts) {
  const chooseEmotion = (/** @type {number} */ index) => {
    const { mode } = store.state.work;
    const trained = frameOf(data, mode).classes.flatMap((one, i) => (one.trained ? [{ i, mean: one.mean }] : []));
    if (trained[index]) store.act(actions.askEmotion, trained[index].i, trained[index].mean);
  };
  /** @type {{ [key: string]: () => void }} */
  const meanings = {
    " ": () => store.act(actions.playOrStop),
    b: acts.compare,
    l: () => store.act((now) => actions.listenTo(now, { looping: !now.listen.looping })),
    n: () => store.act((now) => actions.setLook(now, now.look === "roll" ? "notation" : "roll")),
    z: () => store.act(actions.undo),
    y: () => store.act(actions.redo),
    e: () => store.act(actions.chooseMode, "explore"),
    t: () => byId("mode-tune").click(),
    d: () => byId("mode-piece").click(),
    f: acts.favorites,
    "?": acts.help,
  };
  for (let i = 0; i < 9; i += 1) meanings[String(i + 1)] = () => chooseEmotion(i);
  let isTabbed = false; // whether the keyboard has moved the focus to where it is
  addEventListener("pointerdown", () => {
    isTabbed = false;
  }, { capture: true });
  addEventListener("keydown", (event) => {
    if (event.key === "Tab") isTabbed = true;
    const target = /** @type {Element} */ (event.target);
    if (event.altKey || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (target.matches("input:not([type=range]):not([type=checkbox]), textarea")) return;
    let key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (key !== "z" && key !== "y") return;
      if (key === "z" && event.shiftKey) key = "y";
    }
    if (key === " " && target.matches(isTabbed ? WITH_SPACE : "select, summary")) return;
    if (!meanings[key] || (target.matches("select") && /^[a-z0-9]$/.test(key))) return;
    event.preventDefault();
    meanings[key]();
    if (key === " ") addEventListener("keyup", preventClick, { once: true });
  });
}

/** @param {KeyboardEvent} event the release of Space, on which some browsers click a button */
function preventClick(event) {
  event.preventDefault();
}
