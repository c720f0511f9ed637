/**
 * The controls that every mode has: the modes, the emotions, undo and redo, and the title of what is shown.
 *
 * @typedef {import("./state.js").Store} Store
 * @typedef {import("./state.js").State} State
 * @typedef {import("./data.js").PageData} PageData
 */

import { markerPath } from "../plane/markers.js";
import { draw } from "../score/drawing.js";
import * as actions from "./actions.js";
import { frameOf } from "./data.js";
import { byId, make, onClick, press, reveal, write } from "./elements.js";
import { heardMusic, isFresh } from "./heard.js";
import { hintOf, shownClass, subtitleOf, titleOf } from "./texts.js";

const MODES = /** @type {const} */ (["explore", "tune", "piece"]);

/**
 * @param {Store} store
 * @param {PageData} data
 */
export function showControls(store, data) {
  reveal("mode-tune", data.editor !== null);
  reveal("mode-piece", data.pieces);
  reveal("modes", data.editor !== null);
  for (const mode of MODES) onClick(`mode-${mode}`, () => store.act(actions.chooseMode, mode));
  onClick("undo", () => store.act(actions.undo));
  onClick("redo", () => store.act(actions.redo));
  onClick("dismiss", () => store.act(actions.complain, ""));
  store.subscribe((state, before) => {
    const { mode } = state.work;
    if (mode !== before?.work.mode) {
      for (const one of MODES) press(`mode-${one}`, one === mode);
      document.body.dataset.mode = mode;
      showEmotions(store, data, mode);
    }
    const isEmpty = mode === "tune" && !state.own;
    reveal("start", isEmpty);
    reveal("emotions", !isEmpty);
    reveal("tune-panel", mode === "tune" && !isEmpty);
    reveal("piece-panel", mode === "piece");
    write("hint", hintOf(state));
    disable("undo", state.history.past.length === 0);
    disable("redo", state.history.future.length === 0);
    reveal("problem", state.problem !== "");
    write("problem-text", state.problem);
    showTitle(state, data);
    if (state.notice !== before?.notice) announce(store, state.notice);
    const music = heardMusic(state);
    const isWhole = isFresh(state) && !music?.unfinished;
    document.body.dataset.busy = String(!isWhole);
    if (!state.held && isWhole && music !== (before && heardMusic(before))) {
      write("live", `${titleOf(state, data)}. ${subtitleOf(state)}`);
    }
  });
}

/** @param {State} state @param {PageData} data */
function showTitle(state, data) {
  const waiting = state.waiting === null ? "" : state.waiting === "piece" ? "Composing… " : "Working… ";
  write("title-text", titleOf(state, data));
  write("subtitle", waiting + subtitleOf(state));
  const shown = shownClass(state, data);
  const sign = byId("sign");
  const key = shown ? shown.marker + shown.color : "";
  if (sign.dataset.key === key) return;
  sign.dataset.key = key;
  sign.replaceChildren();
  if (shown) draw(sign, "path", { d: markerPath(shown.marker, 12, 12, 9), fill: shown.color });
}

/**
 * A button for each emotion that the model has learned.
 *
 * @param {Store} store
 * @param {PageData} data
 * @param {import("./state.js").Mode} mode
 */
function showEmotions(store, data, mode) {
  const place = byId("emotions");
  const { classes } = frameOf(data, mode);
  const purpose = { explore: "a new melody", tune: "your tune", piece: "the path continues there" }[mode];
  const buttons = classes.flatMap((one, index) => {
    if (!one.trained) return [];
    const button = make("button", "", { type: "button", title: `${one.word}: ${purpose}` });
    const sign = draw(button, "svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
    draw(sign, "path", { d: markerPath(one.marker, 12, 12, 10), fill: one.color });
    button.append(make("bdi", one.word));
    button.style.setProperty("--own", one.color);
    button.addEventListener("click", () => store.act(actions.askEmotion, index, one.mean));
    return [button];
  });
  place.classList.toggle("many", buttons.length !== 4);
  place.replaceChildren(...buttons);
}

/** @param {string} id @param {boolean} isDisabled */
function disable(id, isDisabled) {
  /** @type {HTMLButtonElement} */ (byId(id)).disabled = isDisabled;
}

/**
 * Show a message for a few seconds.
 *
 * @param {Store} store
 * @param {string} notice
 */
function announce(store, notice) {
  reveal("toast", notice !== "");
  write("toast", notice);
  if (notice) {
    setTimeout(() => {
      if (store.state.notice === notice) store.act(actions.notify, "");
    }, 4000);
  }
}
