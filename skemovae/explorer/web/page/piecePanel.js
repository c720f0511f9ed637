/**
 * The panel for pieces: the form, a timeline of phrases, and a list of the path's points.
 *
 * @typedef {import("./state.js").Store} Store
 * @typedef {import("./state.js").State} State
 * @typedef {import("./data.js").PageData} PageData
 */

import * as actions from "./actions.js";
import { classAt } from "./data.js";
import { byId, fill, field, make, onClick, reveal } from "./elements.js";
import { pointOfPath, retimed } from "./path.js";
import { barsOfPiece } from "./texts.js";

const FORM = /^(?:[A-Z]'*)+$/;
const MAX_PHRASES = 16;

/**
 * @param {Store} store
 * @param {PageData} data
 * @param {(share: number) => void} playFrom plays the piece from a share of it
 */
export function showPiecePanel(store, data, playFrom) {
  if (!data.pieces) return;
  takeForm(store);
  onClick("again", () => {
    store.act((state) => actions.changePiece(state, { seed: state.work.piece.seed + 1 }));
    store.act(actions.commit);
    store.act(actions.play);
  });
  onClick("clear", () => store.act(actions.clearPath));
  store.subscribe((state, before) => {
    const { piece } = state.work;
    if (piece === before?.work.piece && state.music.piece === before.music.piece) return;
    showForm(piece);
    showTimeline(state, data, playFrom);
    showStations(store, data);
  });
}

/** @param {Store} store */
function takeForm(store) {
  const change = (/** @type {Partial<import("./state.js").PieceWish>} */ changes) => {
    store.act(actions.changePiece, changes);
    store.act(actions.commit);
  };
  const [select, letters, phrases] = [field("form"), field("free-form"), field("phrases")];
  select.addEventListener("change", () => {
    if (select.value) change({ form: select.value, phrases: null });
    reveal("free-form-field", select.value === "");
    if (!select.value) letters.focus();
  });
  letters.addEventListener("change", () => {
    const form = letters.value.toUpperCase().replace(/[’′`]/g, "'").replace(/\s/g, "");
    letters.value = form;
    if (FORM.test(form) && barsOfPiece({ form, phrases: null }) <= 4 * MAX_PHRASES) {
      change({ form, phrases: null });
    } else {
      store.act(actions.complain, `A form is a letter for each phrase, ${MAX_PHRASES} at most, such as AABA or AA'BA.`);
    }
  });
  phrases.addEventListener("change", () => {
    const n = Math.max(1, Math.min(MAX_PHRASES, Math.round(Number(phrases.value)) || 1));
    const own = barsOfPiece({ form: store.state.work.piece.form, phrases: null }) / 4;
    phrases.value = String(n);
    change({ phrases: n === own ? null : n });
  });
}

/** @param {import("./state.js").PieceWish} piece */
function showForm(piece) {
  const select = /** @type {HTMLSelectElement} */ (byId("form"));
  const isListed = [...select.options].some(({ value }) => value === piece.form);
  if (select.value !== "" || !isListed) select.value = isListed ? piece.form : "";
  reveal("free-form-field", select.value === "");
  fill("free-form", piece.form);
  fill("phrases", barsOfPiece(piece) / 4);
}

/**
 * A button for each phrase, in the color of the emotion asked for in it.
 *
 * @param {State} state
 * @param {PageData} data
 * @param {(share: number) => void} playFrom
 */
function showTimeline(state, data, playFrom) {
  const { piece } = state.work;
  const n = piece.path.length ? barsOfPiece(piece) / 4 : 0;
  const names = piece.form.match(/[A-Z]'*/g) ?? [];
  const buttons = Array.from({ length: n }, (_, i) => {
    const name = names[i % names.length];
    const asked = classAt(data.plane, pointOfPath(piece.path, (i + 0.5) / n));
    const label = `Phrase ${i + 1}, theme ${name}, ${asked.word}: play from here`;
    const button = make("button", name, { type: "button", "aria-label": label, title: label });
    button.style.setProperty("--own", asked.color);
    button.addEventListener("click", () => playFrom(i / n));
    return button;
  });
  byId("timeline").replaceChildren(...buttons);
}

/**
 * The points of the path, each with the bar at which the path reaches it.
 *
 * @param {Store} store
 * @param {PageData} data
 */
function showStations(store, data) {
  const { piece } = store.state.work;
  const bars = barsOfPiece(piece);
  const list = byId("stations");
  if (list.contains(document.activeElement) && list.children.length === piece.path.length) return;
  const entries = piece.path.map((station, i) => {
    const entry = make("li");
    const { word } = classAt(data.plane, station.at);
    const label = make("label", "at bar ");
    const input = /** @type {HTMLInputElement} */ (make("input", "", {
      type: "number", min: "1", max: String(bars + 1), step: "0.5", "aria-label": `Bar of point ${i + 1}`,
    }));
    input.value = barText(station.time, bars);
    input.addEventListener("change", () => {
      const time = (Number(input.value) - 1) / bars;
      store.act((state) => actions.setPath(state, retimed(state.work.piece.path, i, time)));
      store.act(actions.commit);
      input.value = barText(store.state.work.piece.path[i].time, bars);
    });
    label.append(input);
    const remove = make("button", "Remove", { type: "button", "aria-label": `Remove point ${i + 1}` });
    remove.addEventListener("click", () => store.act(actions.removeStation, i));
    /** @type {HTMLButtonElement} */ (remove).disabled = piece.path.length < 2;
    entry.append(make("span", `${i + 1} · ${word}${station.time === 1 ? ", end" : ""}`), label, remove);
    return entry;
  });
  list.replaceChildren(...entries);
}

/**
 * @param {number} time
 * @param {number} bars of the piece
 * @returns {string} the bar at that time, counted from 1 as musicians do
 */
function barText(time, bars) {
  return String(Number((1 + time * bars).toFixed(1)));
}

/**
 * Mark the phrase that is playing.
 *
 * @param {number | null} share of the piece that has been played
 */
export function markPhrase(share) {
  const buttons = byId("timeline").children;
  const now = share === null ? -1 : Math.floor(share * buttons.length);
  for (let i = 0; i < buttons.length; i += 1) buttons[i].classList.toggle("now", i === now);
}
