/** reemote: a tune with another emotion, in its own key, octave and tempo. */

import { median, SHORT_NOTE_STEPS } from "../music/durations.js";
import { keyName } from "../music/key.js";
import { notesOfRow } from "../music/tokens.js";
import { editWindows, withOneScale } from "./edit.js";
import { CONTRARY, targetOf } from "./move.js";
import { makeReport } from "./report.js";
import { restore, toModes } from "./restore.js";
import { readTune, SILENT } from "./windows.js";

/**
 * @typedef {import("../music/mode.js").Mode} Mode
 * @typedef {import("../music/score.js").Score} Score
 * @typedef {import("../music/tokens.js").Span} Span
 * @typedef {import("./edit.js").AtOneScale} AtOneScale
 * @typedef {import("./edit.js").Edited} Edited
 * @typedef {import("./edit.js").Editor} Editor
 * @typedef {import("./move.js").Scale} Scale
 * @typedef {import("./report.js").Report} Report
 * @typedef {import("./restore.js").Part} Part
 * @typedef {import("./windows.js").Tune} Tune
 * @typedef {import("./windows.js").Window} Window
 */

const HALF = 0.5; // the plain rules change a tune from this share of the way on, because they are all or nothing

/**
 * Change the emotion of a tune, and keep the tune.
 *
 * The melody is transposed to C and cut into windows at bar lines. Each window becomes a latent point of the model, and
 * its valence and arousal are moved. What the model decodes from the moved points is joined, and put back into the key,
 * the octave, the tempo and the bars of the tune.
 *
 * @param {Score} score
 * @param {object} wanted
 * @param {number | null} [wanted.emotion] index of a class; points move to the mean of its training data
 * @param {ArrayLike<number> | null} [wanted.at] move to this (valence, arousal) instead
 * @param {number} [wanted.amount] the share of the way that points are moved, from 0 to 1
 * @param {"keep" | "drop"} [wanted.accompaniment] whether the other voices follow the melody by plain rules (the
 *   parallel mode, durations doubled or halved), or are left out
 * @param {"rule" | "keep" | "error"} [wanted.unsupported] whether windows that the model cannot represent, such as
 *   those with triplets or in 3/4, are changed by the plain rules, stay as they are, or are an error
 * @param {Editor} editor
 * @returns {{ music: Score, report: Report }} if the tune gets slower, its notes last twice as long and it has twice
 *   as many bars; if it gets faster, half
 * @throws {Error} if the score has no melody, or `unsupported` is "error" and there is such a window
 */
export function reemote(score, wanted, editor) {
  const { emotion = null, at = null, amount = 1, accompaniment = "keep", unsupported = "rule" } = wanted;
  const target = targetOf(editor, emotion, at);
  const tune = readTune(score, editor);
  let windows = tune.windows();
  if (unsupported === "error") refuse(tune, windows);
  let edit = editWindows(editor, windows, target, amount);
  const scale = scaleOfAll(tune, edit, target, amount);
  if (scale === 2) {
    windows = tune.windows(Math.floor(tune.nSteps / 2)); // a decoded row is the first half of its window
    edit = editWindows(editor, windows, target, amount);
  }
  const atScale = withOneScale(editor, windows, edit, scale);
  const newModes = newModesOf(windows, atScale, target, amount);
  const parts = partsOf(tune, windows, atScale, scale, newModes, unsupported === "keep");
  return {
    music: restore(tune, parts, newModes, accompaniment === "keep"),
    report: makeReport(editor, tune, windows, atScale, scale, newModes, { accompaniment, unsupported }),
  };
}

/** @param {Tune} tune @param {Window[]} windows */
function refuse(tune, windows) {
  const refused = windows.find(({ reason }) => reason && reason !== SILENT);
  if (refused) {
    const bar = tune.barNumber(refused.start);
    throw new Error(`From bar ${bar} on there are parts that the model cannot hold: ${refused.reason}.`);
  }
}

/**
 * The time scale of most rows; in a tie, the one nearest to 1. Without rows, the rule decides.
 *
 * @param {Tune} tune
 * @param {Edited[]} edit
 * @param {[number, number]} target
 * @param {number} amount
 * @returns {Scale}
 */
function scaleOfAll(tune, edit, target, amount) {
  if (edit.length) {
    const votes = (/** @type {Scale} */ wanted) => edit.filter(({ scale }) => scale === wanted).length;
    return /** @type {Scale[]} */ ([2, 0.5]).reduce(
      (best, scale) => (votes(scale) > votes(best) ? scale : best),
      /** @type {Scale} */ (1),
    );
  }
  const isFast = median(tune.notes.map(({ start, end }) => end - start)) < (SHORT_NOTE_STEPS / 4) * tune.quarter;
  if (amount < HALF || isFast === target[1] >= 0) return 1;
  return isFast ? 2 : 0.5;
}

/**
 * The new mode of each key: that of most notes that differ between the modes, or else the one by the rule.
 *
 * @param {Window[]} windows
 * @param {(Edited & AtOneScale)[]} edit
 * @param {[number, number]} target
 * @param {number} amount
 * @returns {Map<string, Mode>} by the names of the keys
 */
function newModesOf(windows, edit, target, amount) {
  /** @type {Map<string, number>} */
  const leanings = new Map();
  for (const { section, leaning } of edit) {
    leanings.set(keyName(section), (leanings.get(keyName(section)) ?? 0) + leaning);
  }
  const wanted = target[0] >= 0 ? "major" : "minor";
  /** @type {Map<string, Mode>} */
  const newModes = new Map();
  for (const { section } of windows) {
    const leaning = leanings.get(keyName(section));
    const changes = leaning ? leaning > 0 : amount >= HALF && wanted !== section.mode;
    newModes.set(keyName(section), changes ? CONTRARY[section.mode] : section.mode);
  }
  return newModes;
}

/**
 * The new content of each window.
 *
 * @param {Tune} tune
 * @param {Window[]} windows
 * @param {(Edited & AtOneScale)[]} edit
 * @param {number} scale
 * @param {Map<string, Mode>} newModes
 * @param {boolean} keepsUnsupported whether windows that the model cannot represent stay as they are
 * @returns {Part[]}
 */
function partsOf(tune, windows, edit, scale, newModes, keepsUnsupported) {
  const editedOf = new Map(edit.map((each) => [each.window, each]));
  return windows.map((window, i) => {
    const edited = editedOf.get(i);
    const own = window.section.mode;
    const mode = newModes.get(keyName(window.section)) ?? own;
    if (edited) return { window, scale, mode, notes: decodedNotes(tune, window, edited, scale) };
    if (keepsUnsupported && window.reason !== SILENT) {
      return { window, scale: 1, mode: own, notes: ownNotes(tune, window, 1, own) };
    }
    return { window, scale, mode, notes: ownNotes(tune, window, scale, mode) };
  });
}

/**
 * The notes of a window that its decoded row holds.
 *
 * @param {Tune} tune
 * @param {Window} window
 * @param {Edited} edited
 * @param {number} scale of the whole tune
 * @returns {Span[]} counted from the beginning of the window
 */
function decodedNotes(tune, window, edited, scale) {
  const stretch = (tune.step * scale) / edited.scale; // time units per step
  const [offset, stop] = [(window.start - window.begin) * scale, (window.stop - window.begin) * scale];
  /** @type {Span[]} */
  const notes = [];
  for (const { onset, length, pitch: token } of notesOfRow(edited.decoded)) {
    const [start, end] = [onset * stretch, (onset + length) * stretch];
    if (end <= offset || start >= stop) continue;
    let pitch = token - window.shift;
    if (pitch > 127) pitch -= 12;
    else if (pitch < 0) pitch += 12;
    notes.push({
      start: Math.trunc(Math.max(start, offset) - offset),
      end: Math.trunc(Math.min(end, stop) - offset),
      pitch,
    });
  }
  return notes;
}

/**
 * The notes of a window as they are, at another speed and in another mode by the plain rules.
 *
 * @param {Tune} tune
 * @param {Window} window
 * @param {number} scale
 * @param {Mode} mode
 * @returns {Span[]} counted from the beginning of the window
 */
function ownNotes(tune, window, scale, mode) {
  const { start, stop, root, mode: own } = window.section;
  const notes = tune.notesIn(start, stop);
  const pitches = toModes(notes, mode === own ? [] : [{ start, stop, root, mode }]);
  return notes.flatMap((note, i) => {
    if (note.end <= window.start || note.start >= window.stop) return [];
    return [
      {
        start: Math.trunc((Math.max(note.start, window.start) - window.start) * scale),
        end: Math.trunc((Math.min(note.end, window.stop) - window.start) * scale),
        pitch: pitches[i],
      },
    ];
  });
}
