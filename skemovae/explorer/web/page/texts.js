/**
 * What the page says about what it shows: in words, as Python, and as names of files.
 *
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Point} Point
 * @typedef {import("./data.js").PageData} PageData
 */

import { missing } from "./actions.js";
import { classAt, frameOf } from "./data.js";
import { heardMusic, tempoOf } from "./heard.js";

const HINTS = {
  explore: "Tap the map to hear a melody. Drag to change it.",
  tune: "Drag the point: your tune changes its emotion.",
  piece: "Draw a line: the emotion follows it. To move a point, tap it first.",
};

/**
 * What to do next, in one sentence.
 *
 * @param {State} state
 * @returns {string}
 */
export function hintOf(state) {
  const { mode, tune, piece } = state.work;
  if (mode === "tune" && !state.own) {
    return tune.file === null || tune.sample ? "Choose a tune, then change its emotion." : missing(tune.file);
  }
  if (mode === "piece" && !piece.path.length) return "Draw a line, tap the map or press an emotion to begin the path.";
  return HINTS[mode];
}

/**
 * The classes that a piece or a tune passes through, without immediate repetitions.
 *
 * @param {PageData} data
 * @param {import("./state.js").Mode} mode
 * @param {Point[]} points
 * @returns {string} such as "sad to happy"
 */
export function wordsOf(data, mode, points) {
  const words = points.map((point) => classAt(frameOf(data, mode), point).word);
  return words.filter((word, i) => word !== words[i - 1]).join(" to ");
}

/**
 * The class of the music shown.
 *
 * @param {State} state
 * @param {PageData} data
 * @returns {import("./data.js").PageClass | null} null if it has none
 */
export function shownClass(state, data) {
  const { work } = state;
  const frame = frameOf(data, work.mode);
  if (work.mode === "explore") {
    const { at, emotion } = work.explore;
    return at ? classAt(frame, at) : frame.classes[emotion ?? 0];
  }
  if (work.mode === "piece") return null;
  const { at, emotion } = work.tune;
  if (at) return classAt(frame, at);
  if (emotion !== null) return frame.classes[emotion];
  return state.own && state.own.classOfAll >= 0 ? frame.classes[state.own.classOfAll] : null;
}

/**
 * @param {State} state
 * @param {PageData} data
 * @returns {string}
 */
export function titleOf(state, data) {
  const { work, own } = state;
  const word = shownClass(state, data)?.word ?? "";
  if (work.mode === "explore") return data.own_classes ? word : `A ${word} melody`.replace("A a", "An a");
  if (work.mode === "piece") {
    if (!work.piece.path.length) return "No path yet";
    return `${capital(wordsOf(data, "piece", work.piece.path.map(({ at }) => at)))}, ${work.piece.form}`;
  }
  if (!own) return "No tune yet";
  return isMoved(state) ? `${own.name}, ${word}` : own.name;
}

/**
 * Key, length and number of notes.
 *
 * @param {State} state
 * @returns {string}
 */
export function subtitleOf(state) {
  const music = heardMusic(state);
  if (!music) return "";
  const notes = music.score.tracks.reduce((sum, track) => sum + track.notes.length, 0);
  const tempo = Math.round(tempoOf(state, music.score));
  const parts = [`${notes} ${notes === 1 ? "note" : "notes"}`, `${tempo} beats a minute`];
  if (music.key && notes) parts.unshift(music.key.replace(/^([A-G])b/, "$1♭").replace(/^([A-G])#/, "$1♯"));
  return parts.join(" · ");
}

/**
 * Whether the user's tune has been moved.
 *
 * @param {State} state
 * @returns {boolean}
 */
export function isMoved({ work: { tune } }) {
  return tune.at !== null || tune.emotion !== null;
}

/**
 * The line of Python that makes the same music.
 *
 * @param {State} state
 * @param {PageData} data
 * @returns {string}
 */
export function pythonOf(state, data) {
  const { explore, tune, piece, mode } = state.work;
  const classes = frameOf(data, mode).classes;
  const model = data.shipped ? "" : ", model=model";
  if (mode === "explore") {
    const { at, emotion, temperature, seed } = explore;
    const what = at ? `at=${pointText(at)}, closed=False` : `emotion=${classes[emotion ?? 0].python}`;
    return `generate(1, ${what}${temperatureText(temperature)}${model}, random_state=${seed})`;
  }
  if (mode === "tune") {
    if (!state.own) return "";
    const file = tune.sample ? "tune" : JSON.stringify(state.own.name);
    if (!isMoved(state)) return `locate(${file})`;
    const what = tune.at ? `at=${pointText(tune.at)}` : `emotion=${classes[tune.emotion ?? 0].python}`;
    return `reemote(${file}, ${what}, amount=${tune.amount})`;
  }
  if (!piece.path.length) return "";
  const bars = barsOfPiece(piece);
  const curve = piece.path.map(({ time, at }) => `${Number((time * bars).toFixed(3))}: ${pointText(at)}`).join(", ");
  const n = piece.phrases === null ? "" : `, ${piece.phrases}`;
  const how = `${JSON.stringify(piece.form)}${n}${temperatureText(piece.temperature)}${model}`;
  return `compose_piece({${curve}}, ${how}, random_state=${piece.seed})`;
}

/**
 * The length of a piece in bars.
 *
 * @param {{ form: string, phrases: number | null }} piece
 * @returns {number}
 */
export function barsOfPiece({ form, phrases }) {
  return 4 * (phrases ?? form.match(/[A-Z]'*/g)?.length ?? 1);
}

/**
 * A name for a file, made of letters and digits that every system accepts.
 *
 * @param {State} state
 * @param {PageData} data
 * @param {string} ending
 * @returns {string}
 */
export function fileName(state, data, ending) {
  const { mode, explore } = state.work;
  const seed = mode === "explore" ? ` ${explore.seed}` : "";
  const words = mode === "tune" && state.listen.original ? state.own?.name ?? "" : titleOf(state, data) + seed;
  const plain = words.normalize("NFKD").replace(/^An? /, "").replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  return `${plain.slice(0, 60).toLowerCase() || "music"}.${ending}`;
}

/**
 * A number as text, with a real minus sign.
 *
 * @param {number} value
 * @returns {string}
 */
export function numberText(value) {
  return value.toFixed(2).replace("-", "−");
}

/** @param {Point} point @returns {string} */
function pointText([v, a]) {
  return `(${Number(v.toFixed(3))}, ${Number(a.toFixed(3))})`;
}

/** @param {number} temperature @returns {string} */
function temperatureText(temperature) {
  return temperature === 0.95 ? "" : `, temperature=${temperature}`;
}

/** @param {string} text @returns {string} */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
