/**
 * The panel for the user's own tune: how far it is moved, original or changed, and opening another file.
 *
 * @typedef {import("./state.js").Store} Store
 */

import * as actions from "./actions.js";
import { byId, fill, field, onClick, press, reveal, write } from "./elements.js";
import { isMoved } from "./texts.js";

const MAX_BYTES = 20_000_000; // larger than any tune

/**
 * @param {Store} store
 * @param {import("../client.js").Client} client
 */
export function showTunePanel(store, client) {
  const input = field("file");
  onClick("choose", () => input.click());
  onClick("another", () => input.click());
  onClick("sample", () => openSample(store, client));
  onClick("reset", () => store.act(actions.resetTune));
  onClick("compare", () => store.act(compare));
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file) openFile(store, client, file);
    input.value = ""; // so that the same file can be chosen again
  });
  field("amount").addEventListener("input", () => store.act(actions.setAmount, Number(field("amount").value) / 100));
  field("amount").addEventListener("change", () => store.act(actions.commit));
  takeDrops(store, client);
  let isOpening = false;
  store.subscribe(async (state) => {
    const { mode, tune } = state.work;
    if (!state.ready || mode !== "tune" || state.own || !tune.sample || isOpening) return;
    isOpening = true; // a link or a favorite asks for the sample tune
    await openSample(store, client);
    isOpening = false;
  });
  store.subscribe((state) => {
    const { amount } = state.work.tune;
    const moved = isMoved(state);
    fill("amount", Math.round(100 * amount));
    write("amount-shown", `${Math.round(100 * amount)} %`);
    press("compare", state.listen.original);
    reveal("compare", moved && state.work.mode === "tune" && state.own !== null);
    write("messages", state.own ? (state.music.tune ?? state.own).messages.map(sentence).join("\n") : "");
    for (const id of ["amount", "reset"]) field(id).disabled = !moved;
  });
}

/**
 * Switch between the original and the changed tune, at the same place.
 *
 * @param {import("./state.js").State} state
 */
export function compare(state) {
  if (state.work.mode !== "tune" || !isMoved(state)) return state;
  return actions.listenTo(state, { original: !state.listen.original });
}

/**
 * @param {Store} store
 * @param {import("../client.js").Client} client
 */
async function openSample(store, client) {
  await take(store, true, client.ask("openSample"));
}

/**
 * @param {Store} store
 * @param {import("../client.js").Client} client
 * @param {File} file
 */
async function openFile(store, client, file) {
  if (file.size > MAX_BYTES) {
    store.act(actions.complain, `This file has ${Math.round(file.size / 1e6)} MB; a tune has at most 20.`);
    return;
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  await take(store, false, client.ask("open", bytes, file.name));
}

/**
 * @param {Store} store
 * @param {boolean} sample
 * @param {Promise<import("./state.js").OwnTune>} reading
 */
async function take(store, sample, reading) {
  try {
    const own = await reading;
    const plays = !sample || store.state.listen.playing; // a tune that the user opened or asked to hear
    store.act(actions.openTune, own, sample);
    if (plays || !isMoved(store.state)) store.act(actions.play);
  } catch (error) {
    store.act(actions.complain, error instanceof Error ? error.message : String(error));
  }
}

/** @param {string} text @returns {string} */
function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}

/**
 * Accept a file that is dropped anywhere on the page.
 *
 * @param {Store} store
 * @param {import("../client.js").Client} client
 */
function takeDrops(store, client) {
  const sign = byId("drop");
  const isFile = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragover", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    sign.hidden = false;
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) sign.hidden = true;
  });
  addEventListener("drop", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    sign.hidden = true;
    const file = event.dataTransfer?.files[0];
    if (file && byId("mode-tune").hidden) store.act(actions.complain, "This page has no network that can change tunes.");
    else if (file) openFile(store, client, file);
  });
}
