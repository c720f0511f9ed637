/**
 * Has the worker compute what the work asks for, whenever the work changes.
 *
 * @typedef {import("./state.js").Store} Store
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Mode} Mode
 */

import { complain, show, wait } from "./actions.js";

const PATIENCE = 150; // milliseconds after which the page says that it is computing

/**
 * @param {Store} store
 * @param {import("../client.js").Client} client
 */
export function computeOn(store, client) {
  /** @type {{ [mode: string]: object }} */
  const asked = {};
  /** @type {object | null} */
  let tune = null;
  store.subscribe((state) => {
    const { mode } = state.work;
    const wish = state.work[mode];
    if (tune !== state.own) delete asked.tune;
    tune = state.own;
    if (!state.ready || asked[mode] === wish || !isAsked(state)) return;
    asked[mode] = wish;
    if (state.music[mode]?.wish === wish) return;
    compute(store, client, mode, wish);
  });
}

/**
 * @param {State} state
 * @returns {boolean} whether there is anything to compute
 */
function isAsked({ work, own }) {
  if (work.mode === "piece") return work.piece.path.length > 0;
  return work.mode !== "tune" || (own !== null && (work.tune.at !== null || work.tune.emotion !== null));
}

/**
 * @param {Store} store
 * @param {import("../client.js").Client} client
 * @param {Mode} mode
 * @param {object} wish
 */
async function compute(store, client, mode, wish) {
  const patience = setTimeout(() => store.act(wait, mode), PATIENCE);
  const asked = performance.now();
  const { held } = store.state;
  const { own } = store.state;
  const showMusic = (/** @type {import("./state.js").Music | null} */ music) => {
    if (music && (mode !== "tune" || store.state.own === own)) store.act(show, mode, { ...music, wish });
  };
  try {
    if (mode === "piece") showMusic(await client.follow(showMusic, "compose", wish));
    else showMusic(await client.newest(mode === "tune" ? "move" : "write", wish));
    performance.measure(held ? "skemovae:drag" : "skemovae:ask", { start: asked, detail: mode });
  } catch (error) {
    store.act(complain, error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(patience);
    if (store.state.work[mode] === wish || !isAsked(store.state)) store.act(wait, null);
  }
}
