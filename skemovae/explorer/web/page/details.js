/**
 * Details that musicians do not need: numbers, the line of Python, and what was done by rule.
 *
 * @typedef {import("./state.js").Store} Store
 * @typedef {import("./data.js").PageData} PageData
 */

import * as actions from "./actions.js";
import { frameOf } from "./data.js";
import { field, fill, reveal, write } from "./elements.js";
import { pointOf } from "./map.js";
import { pythonOf } from "./texts.js";

/**
 * @param {Store} store
 * @param {PageData} data
 */
export function showDetails(store, data) {
  write("about", `${data.about} Networks ${data.digest}.`);
  reveal("points-field", data.points.places.length > 0);
  takeFields(store, data);
  store.subscribe((state) => {
    const { mode, explore, piece } = state.work;
    const at = pointOf(state, data);
    fill("valence", at ? Number(at[0].toFixed(3)) : "");
    fill("arousal", at ? Number(at[1].toFixed(3)) : "");
    const wish = mode === "piece" ? piece : explore;
    fill("seed", wish.seed);
    fill("temperature", wish.temperature);
    for (const id of ["seed", "temperature"]) field(id).disabled = mode === "tune";
    for (const id of ["valence", "arousal"]) field(id).disabled = at === null;
    write("python", pythonOf(state, data));
  });
}

/** @param {Store} store @param {PageData} data */
function takeFields(store, data) {
  const change = (/** @type {(state: import("./state.js").State) => import("./state.js").State} */ action) => {
    store.act(action);
    store.act(actions.commit);
  };
  ["valence", "arousal"].forEach((id, axis) => {
    field(id).addEventListener("change", () => {
      const at = pointOf(store.state, data);
      const value = field(id).valueAsNumber;
      const { limit } = frameOf(data, store.state.work.mode);
      if (at && Number.isFinite(value)) {
        const kept = Math.round(1000 * Math.max(-limit, Math.min(limit, value))) / 1000;
        change((state) => actions.movePoint(state, axis ? [at[0], kept] : [kept, at[1]]));
      }
      field(id).value = String(Number(pointOf(store.state, data)?.[axis].toFixed(3)));
    });
  });
  const changeWish = (/** @type {object} */ changes) => change((state) => (
    state.work.mode === "piece" ? actions.changePiece(state, changes) : actions.changeMelody(state, changes)
  ));
  field("seed").addEventListener("change", () => {
    const seed = field("seed").valueAsNumber;
    if (Number.isSafeInteger(seed) && seed >= 0) changeWish({ seed });
    field("seed").value = String(wishOf(store).seed);
  });
  field("temperature").addEventListener("change", () => {
    const temperature = field("temperature").valueAsNumber;
    if (temperature >= 0 && temperature <= 2) changeWish({ temperature });
    field("temperature").value = String(wishOf(store).temperature);
  });
  field("points").addEventListener("change", () => store.act(actions.showPoints, field("points").checked));
}

/** @param {Store} store */
function wishOf({ state: { work } }) {
  return work.mode === "piece" ? work.piece : work.explore;
}
