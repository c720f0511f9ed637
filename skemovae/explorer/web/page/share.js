/**
 * A work as the fragment of an address, and back. The fragment holds the networks' digest, because other networks write
 * other music.
 *
 * @typedef {import("./state.js").Work} Work
 * @typedef {import("./state.js").Point} Point
 * @typedef {import("./state.js").Mode} Mode
 */

import { TIMBRES } from "../sound/timbres.js";

const VERSION = "1";
const MODES = ["explore", "tune", "piece"];
const FORM = /^(?:[A-Z]'*){1,16}$/;

/**
 * A work as a fragment, without the leading #.
 *
 * @param {Work} work
 * @param {string} digest
 * @param {number | null} tempo
 * @param {string | null} timbre
 * @returns {string}
 */
export function fragmentOf(work, digest, tempo, timbre) {
  const { mode, explore, tune, piece } = work;
  const values = new URLSearchParams({ v: VERSION, model: digest, mode });
  const add = (/** @type {string} */ name, /** @type {unknown} */ value) => {
    if (value !== null) values.set(name, String(value));
  };
  if (mode === "explore") {
    add("at", explore.at && pointText(explore.at));
    add("emotion", explore.at ? null : explore.emotion);
    add("seed", explore.seed);
    add("temperature", explore.temperature);
  } else if (mode === "tune") {
    add("at", tune.at && pointText(tune.at));
    add("emotion", tune.emotion);
    add("amount", tune.amount);
    add("sample", tune.sample ? 1 : null);
  } else {
    add("path", piece.path.map(({ time, at }) => `${time},${pointText(at)}`).join(";"));
    add("form", piece.form);
    add("phrases", piece.phrases);
    add("seed", piece.seed);
    add("temperature", piece.temperature);
  }
  add("tempo", tempo === null ? null : Math.round(tempo));
  add("timbre", timbre);
  return values.toString().replace(/%2C/g, ",").replace(/%3B/g, ";").replace(/%27/g, "'");
}

/**
 * The work that a fragment describes.
 *
 * @param {string} fragment with or without the leading #
 * @param {string} digest of the page's networks
 * @param {Work} work supplies what the fragment does not state
 * @param {{ nClasses: number, limit: number, pieces: boolean, tunes: boolean }} page what the page supports
 * @returns {{ work: Work, tempo: number | null, timbre: string | null } | { problem: string } | null} null if it is not
 *   a link to such a page
 */
export function workOf(fragment, digest, work, { nClasses, limit, pieces, tunes }) {
  const values = new URLSearchParams(fragment.replace(/^#/, ""));
  if (!values.has("v") || !values.has("mode")) return null;
  const model = values.get("model") ?? "";
  if (model !== digest) {
    return {
      problem: `This link is for a page with other networks (${printable(model)}); those of this page, ${digest}, ` +
        "would write different music.",
    };
  }
  const broken = { problem: "This link is damaged, so the page starts as usual." };
  const mode = /** @type {Mode} */ (values.get("mode"));
  if (values.get("v") !== VERSION || !MODES.includes(mode)) return broken;
  if ((mode === "piece" && !pieces) || (mode === "tune" && !tunes)) return broken;
  const at = values.has("at") ? pointOf(values.get("at") ?? "", limit) : null;
  const emotion = numberOf(values, "emotion", 0, nClasses - 1, null);
  const seed = numberOf(values, "seed", 0, Number.MAX_SAFE_INTEGER - 1e6, 0);
  const temperature = numberOf(values, "temperature", 0, 2, work.explore.temperature);
  const tempo = numberOf(values, "tempo", 20, 400, null);
  if ([at, emotion, seed, temperature, tempo].includes(undefined)) return broken;
  if (![emotion, seed].every((value) => value === null || Number.isInteger(value))) return broken;
  const found = read(mode, values, { at, emotion, seed, temperature, limit, work });
  const name = values.get("timbre");
  const timbre = name !== null && Object.hasOwn(TIMBRES, name) ? name : null; // so links of other versions still work
  return found ? { work: { ...work, ...found, mode }, tempo: tempo ?? null, timbre } : broken;
}

/**
 * @param {Mode} mode
 * @param {URLSearchParams} values
 * @param {any} known
 * @returns {Partial<Work> | null}
 */
function read(mode, values, { at, emotion, seed, temperature, limit, work }) {
  if (mode === "explore") {
    if (at === null && emotion === null) return null;
    return { explore: { at, emotion: at ? null : emotion, seed, temperature } };
  }
  if (mode === "tune") {
    const amount = numberOf(values, "amount", 0, 1, 1);
    if (amount === undefined) return null;
    return { tune: { at, emotion: at ? null : emotion, amount: amount ?? 1, sample: values.has("sample"), file: null } };
  }
  const form = values.get("form") ?? "";
  const phrases = numberOf(values, "phrases", 1, 16, null);
  const path = pathOf(values.get("path") ?? "", limit);
  if (!path || !FORM.test(form) || phrases === undefined) return null;
  if (phrases !== null && !Number.isInteger(phrases)) return null;
  return { piece: { ...work.piece, path, form, phrases, seed, temperature } };
}

/**
 * @param {URLSearchParams} values
 * @param {string} name
 * @param {number} least
 * @param {number} most
 * @param {number | null} otherwise the value if the fragment does not state one
 * @returns {number | null | undefined} undefined if it is not such a number
 */
function numberOf(values, name, least, most, otherwise) {
  const text = values.get(name);
  if (text === null) return otherwise;
  const value = Number(text);
  return text.trim() !== "" && value >= least && value <= most ? value : undefined;
}

/**
 * @param {string} text
 * @param {number} limit
 * @returns {Point | undefined} undefined if it is not a point of the map
 */
function pointOf(text, limit) {
  const values = text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  const within = values.length === 2 && values.every((value) => Math.abs(value) <= limit);
  return within ? [values[0], values[1]] : undefined;
}

/**
 * @param {string} text
 * @param {number} limit
 * @returns {import("./state.js").Station[] | null}
 */
function pathOf(text, limit) {
  if (text === "") return []; // the path was cleared
  const path = text.split(";").map((part) => {
    const [time, ...rest] = part.split(",");
    return { time: Number(time), at: pointOf(rest.join(","), limit) };
  });
  if (path.length > 16) return null;
  for (const [i, { time, at }] of path.entries()) {
    if (!at || !(time >= (i ? path[i - 1].time : 0) && time <= 1)) return null;
  }
  return /** @type {import("./state.js").Station[]} */ (path);
}

/** @param {Point} point @returns {string} */
function pointText([v, a]) {
  return `${Number(v.toFixed(3))},${Number(a.toFixed(3))}`;
}

/** @param {string} text @returns {string} */
function printable(text) {
  return text.replace(/[^\w.-]/g, "").slice(0, 16) || "unknown";
}
