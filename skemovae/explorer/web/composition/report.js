/**
 * What reemote did to each window, and to what the rows do not hold.
 *
 * @typedef {object} Changes of each window; null where the model cannot represent it
 * @property {("model" | "model and rule" | "rule" | "nothing")[]} changedBy "model and rule" means that the model
 *   changed its mode, and the rule its speed
 * @property {(number[] | null)[]} pointsBefore
 * @property {(number[] | null)[]} pointsAfter
 * @property {(number | null)[]} emotionBefore the index of the class that the model reads
 * @property {(number | null)[]} emotionAfter
 * @property {(string | null)[]} ruleBefore the emotion's name by the rule that labels melodies; "" if it has no notes
 * @property {(string | null)[]} ruleAfter
 * @property {(number | null)[]} onsetsKept the share of the onsets that are kept, each at its place; NaN without onsets
 * @property {(number | null)[]} notesKept the share of the notes that are kept with their pitch, or with that of the
 *   parallel mode
 * @property {(number[] | null)[]} rowsBefore tokens, in C
 * @property {(number[] | null)[]} rowsAfter
 *
 * @typedef {object} Whole
 * @property {string} keyBefore the key in which the tune begins, such as "G major"
 * @property {string} keyAfter
 * @property {number} timeScale how many times as long notes last: 1, 2 or 0.5
 * @property {string[]} messages what was changed by rule, kept or left out
 *
 * @typedef {import("./readings.js").Places & Changes & Whole} Report
 */

import { keyName } from "../music/key.js";
import { CONTRARY } from "./move.js";
import { emotionByRule, placesOf, spread } from "./readings.js";
import { SILENT } from "./windows.js";

/**
 * @typedef {import("../music/mode.js").Mode} Mode
 * @typedef {import("./edit.js").AtOneScale} AtOneScale
 * @typedef {import("./edit.js").Edited} Edited
 * @typedef {import("./edit.js").Editor} Editor
 * @typedef {import("./windows.js").Tune} Tune
 * @typedef {import("./windows.js").Window} Window
 */

/** @type {Record<Changes["changedBy"][number], string>} */
const DONE = {
  model: "",
  rule: "changed by the plain rules",
  nothing: "kept as it is",
  "model and rule": "the mode is the model's, the speed by the plain rules",
};

/**
 * @param {Editor} editor
 * @param {Tune} tune
 * @param {Window[]} windows
 * @param {(Edited & AtOneScale)[]} edit
 * @param {number} scale
 * @param {Map<string, Mode>} newModes the new mode of each key, by the key's name
 * @param {{ accompaniment: "keep" | "drop", unsupported: "rule" | "keep" | "error" }} settings
 * @returns {Report}
 */
export function makeReport(editor, tune, windows, edit, scale, newModes, { accompaniment, unsupported }) {
  /** @type {Changes["changedBy"]} */
  const changedBy = windows.map(({ reason }) => (reason === SILENT || unsupported === "keep" ? "nothing" : "rule"));
  for (const { window, scale: own } of edit) changedBy[window] = own === scale ? "model" : "model and rule";
  const [before, after] = edit.length
    ? [
        editor.classOf(edit.map(({ point }) => point)),
        editor.classOf(editor.transform(edit.map(({ atScale }) => atScale))),
      ]
    : [[], []];
  const first = windows[0].section;
  const { resolution } = tune;
  return {
    ...placesOf(tune, windows),
    changedBy,
    pointsBefore: spread(edit, windows, ({ point }) => point),
    pointsAfter: spread(edit, windows, ({ moved }) => moved),
    emotionBefore: spread(edit, windows, (_, i) => before[i]),
    emotionAfter: spread(edit, windows, (_, i) => after[i]),
    ruleBefore: spread(edit, windows, ({ row, section }) => emotionByRule(row, section.mode, resolution)),
    ruleAfter: spread(edit, windows, (each) => emotionByRule(each.atScale, modeAfter(each, newModes), resolution)),
    onsetsKept: spread(edit, windows, ({ onsetsKept }) => onsetsKept),
    notesKept: spread(edit, windows, ({ notesKept }) => notesKept),
    rowsBefore: spread(edit, windows, ({ row }) => row),
    rowsAfter: spread(edit, windows, ({ atScale }) => atScale),
    keyBefore: keyName(first),
    keyAfter: keyName({ root: first.root, mode: newModes.get(keyName(first)) ?? first.mode }),
    timeScale: scale,
    messages: messagesOf(tune, windows, changedBy, accompaniment),
  };
}

/**
 * The mode of a changed row: that of most notes that differ between the modes, or else that of its key.
 *
 * @param {Edited & AtOneScale} edited
 * @param {Map<string, Mode>} newModes
 * @returns {Mode}
 */
function modeAfter({ leaning, section }, newModes) {
  if (leaning === 0) return newModes.get(keyName(section)) ?? section.mode;
  return leaning > 0 ? CONTRARY[section.mode] : section.mode;
}

/**
 * What the model did not do by itself, one sentence each.
 *
 * @param {Tune} tune
 * @param {Window[]} windows
 * @param {Changes["changedBy"]} changedBy
 * @param {"keep" | "drop"} accompaniment
 * @returns {string[]}
 */
function messagesOf(tune, windows, changedBy, accompaniment) {
  const messages = [];
  let first = 0;
  while (first < windows.length) {
    const [{ reason, start }, by] = [windows[first], changedBy[first]];
    let last = first;
    while (windows[last + 1]?.reason === reason && changedBy[last + 1] === by) last += 1;
    if (by !== "model" && reason !== SILENT) {
      const bars = `bars ${tune.barNumber(start)} to ${tune.barNumber(windows[last].stop - 1)}`;
      messages.push(`${bars}: ${reason}${reason ? ": " : ""}${DONE[by]}`);
    }
    first = last + 1;
  }
  const voices = tune.score.tracks.filter(({ notes }) => notes.length).length - 1;
  const what = accompaniment === "keep" ? "moved with the melody by the plain rules" : "left out";
  if (voices) messages.push(`${voices} other voice${voices > 1 ? "s" : ""}: ${what}`);
  if (tune.others.length) {
    messages.push(`${tune.others.length} notes that sound with the melody in its own voice: ${what}`);
  }
  return [...messages, ...(tune.score.texts ?? []).map((name) => `${name}: left out`)];
}
