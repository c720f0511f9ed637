/**
 * The music in writing: in notation or as a piano roll. For a tune, the changed version with the original below it.
 *
 * @typedef {import("./state.js").Store} Store
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Music} Music
 * @typedef {import("./data.js").PageData} PageData
 */

import { engrave, highlight } from "../score/engraving.js";
import { drawRoll, markRoll } from "../score/roll.js";
import * as actions from "./actions.js";
import { classAt, frameOf } from "./data.js";
import { byId, onClick, press, reveal, write } from "./elements.js";
import { heardMusic, melodyOf } from "./heard.js";
import { pointOfPath } from "./path.js";
import { barsOfPiece, isMoved, shownClass } from "./texts.js";

const BAR = 30; // minimum width of a bar in a piano roll, in pixels

/** One sheet of music. */
class Sheet {
  /** @param {string} id */
  constructor(id) {
    this.element = byId(id);
    /** @type {SVGSVGElement | null} */
    this.picture = null;
    /** @type {Music | null} */
    this.music = null;
    this.shown = "";
    /** @type {number | null} */
    this.step = null;
  }

  /**
   * Draw music, unless it is drawn already.
   *
   * @param {Music | null} music
   * @param {"notation" | "roll"} look
   * @param {string} label for people who cannot see it
   * @param {(bar: number) => string | null} colorOf the color of a bar
   */
  show(music, look, label, colorOf) {
    const width = this.element.clientWidth - 20;
    const shown = `${look} ${label} ${width} ${colorOf(0)} ${colorOf(7)}`;
    if ((music === this.music && shown === this.shown) || width <= 0) return;
    [this.music, this.shown, this.step] = [music, shown, null];
    this.picture = null;
    const melody = music && melodyOf(music);
    if (!melody || !melody.notes.length) {
      const text = document.createElement("p");
      text.textContent = melody ? "This melody is all rests." : "…";
      this.element.replaceChildren(text);
      return;
    }
    const end = melody.notes.reduce((last, { onset, length }) => Math.max(last, onset + length), 0);
    const bars = end / melody.resolution / 4;
    const picture = look === "notation"
      ? engrave(melody, { width, label, ...(width > 560 && { space: 10.5 }) })
      : drawRoll([{ ...melody, colorOf }], { width: Math.max(width, BAR * bars), height: 150, label });
    this.picture = picture;
    this.element.replaceChildren(picture);
  }

  /**
   * Mark what is playing.
   *
   * @param {number | null} step
   * @param {"notation" | "roll"} look
   */
  mark(step, look) {
    if (!this.picture || (step === null && this.step === null)) return;
    this.step = step;
    if (look === "roll") markRoll(this.picture, step);
    else highlight(this.picture, step);
    if (step !== null) this.follow();
  }

  /** Scroll to what is playing, if the sheet is larger than its container. */
  follow() {
    const { element } = this;
    const isLarge = element.scrollHeight > element.clientHeight || element.scrollWidth > element.clientWidth;
    const note = isLarge && element.querySelector(".sounding");
    if (!note) return;
    const [place, box] = [note.getBoundingClientRect(), element.getBoundingClientRect()];
    if (place.bottom > box.bottom - 20 || place.top < box.top) {
      element.scrollTop += place.top - box.top - box.height / 4;
    }
    if (place.right > box.right - 20 || place.left < box.left) {
      element.scrollLeft += place.left - box.left - box.width / 6;
    }
  }
}

/**
 * @param {Store} store
 * @param {PageData} data
 * @returns {{ mark: (step: number | null) => void }} marks what is playing at a step of the music that is heard
 */
export function showSheets(store, data) {
  const [original, result] = [new Sheet("original"), new Sheet("result")];
  onClick("look-notation", () => store.act(actions.setLook, "notation"));
  onClick("look-roll", () => store.act(actions.setLook, "roll"));
  const show = (/** @type {State} */ state) => {
    const { mode } = state.work;
    const both = mode === "tune" && state.own !== null && isMoved(state);
    byId("sheets").classList.toggle("alone", !both);
    reveal("sheet-original", both);
    const { path } = state.work.piece;
    reveal("sheets", mode === "explore" || (mode === "tune" ? state.own !== null : path.length > 0));
    press("look-notation", state.look === "notation");
    press("look-roll", state.look === "roll");
    byId("sheet-original").classList.toggle("heard", !both || state.listen.original);
    byId("sheet-result").classList.toggle("heard", !both || !state.listen.original);
    const shown = both ? state.music.tune : heardMusic(state);
    if (both && state.own) {
      const own = state.own.classOfAll < 0 ? null : frameOf(data, mode).classes[state.own.classOfAll].color;
      original.show(state.own, state.look, `Original, ${state.look}`, () => own);
    }
    const color = shownClass(state, data)?.color ?? null;
    const bars = barsOfPiece(state.work.piece);
    const colorOf = mode !== "piece" || !path.length ? () => color : (/** @type {number} */ bar) => (
      classAt(data.plane, pointOfPath(path, (4 * Math.floor(bar / 4) + 2) / bars)).color
    );
    write("result-caption", `Changed${both ? `: ${classAtText(state, data)}` : ""}`);
    result.show(shown, state.look, state.look === "notation" ? "Notation" : "Piano roll", colorOf);
  };
  store.subscribe(show);
  new ResizeObserver(() => show(store.state)).observe(byId("sheets"));
  return {
    mark(step) {
      const { state } = store;
      const heard = state.listen.original && state.work.mode === "tune" && isMoved(state) ? original : result;
      for (const sheet of [original, result]) sheet.mark(sheet === heard ? step : null, state.look);
    },
  };
}

/** @param {State} state @param {PageData} data @returns {string} */
function classAtText(state, data) {
  const { at, emotion } = state.work.tune;
  const frame = frameOf(data, "tune");
  return at ? classAt(frame, at).word : frame.classes[emotion ?? 0].word;
}
