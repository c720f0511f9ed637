/** What reports say about windows: where they lie, and their emotion by the rule that labels melodies. */

import { EMOTIONS } from "../music/emotion.js";
import { medianNoteLength, SHORT_NOTE_STEPS } from "../music/durations.js";

/**
 * @typedef {import("../music/mode.js").Mode} Mode
 * @typedef {import("./windows.js").Tune} Tune
 * @typedef {import("./windows.js").Window} Window
 *
 * @typedef {object} Places where the windows of a tune lie, with an entry per window
 * @property {number[]} bar the number of the window's first bar; an upbeat is bar 0
 * @property {number[]} start in quarter notes
 * @property {number[]} stop in quarter notes
 * @property {boolean[]} represented whether the model can represent the window
 * @property {string[]} reason why it cannot, or ""
 */

/**
 * The name of a row's emotion by the rule.
 *
 * @param {ArrayLike<number>} row
 * @param {Mode} mode
 * @param {number} resolution steps per quarter note; the rule is in sixteenths
 * @returns {string} "" for a row without notes
 */
export function emotionByRule(row, mode, resolution) {
  const length = (medianNoteLength(row) * 4) / resolution;
  if (Number.isNaN(length)) return "";
  const [valence, arousal] = [mode === "major" ? 1 : -1, length < SHORT_NOTE_STEPS ? 1 : -1];
  return EMOTIONS.find((emotion) => emotion.valence === valence && emotion.arousal === arousal)?.name ?? "";
}

/**
 * Where windows lie in their tune, and which of them the model can represent.
 *
 * @param {Tune} tune
 * @param {Window[]} windows
 * @returns {Places}
 */
export function placesOf(tune, windows) {
  return {
    bar: windows.map(({ start }) => tune.barNumber(start)),
    start: windows.map(({ start }) => start / tune.quarter),
    stop: windows.map(({ stop }) => stop / tune.quarter),
    represented: windows.map(({ tokens }) => tokens !== null),
    reason: windows.map(({ reason }) => reason),
  };
}

/**
 * A value for each window that has a row, in a list with an entry per window.
 *
 * @template {{ window: number }} Held
 * @template Value
 * @param {Held[]} held
 * @param {Window[]} windows
 * @param {(held: Held, i: number) => Value} valueOf
 * @returns {(Value | null)[]} null for windows without a row
 */
export function spread(held, windows, valueOf) {
  /** @type {(Value | null)[]} */
  const values = windows.map(() => null);
  held.forEach((each, i) => {
    values[each.window] = valueOf(each, i);
  });
  return values;
}
