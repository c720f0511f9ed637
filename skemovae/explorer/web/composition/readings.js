/** What reports say of windows: their places, and their emotion by the rule that labels melodies. */

import { EMOTIONS } from "../music/emotion.js";
import { medianNoteLength, SHORT_NOTE_STEPS } from "../music/durations.js";

/**
 * @typedef {import("../music/mode.js").Mode} Mode
 * @typedef {import("./windows.js").Tune} Tune
 * @typedef {import("./windows.js").Window} Window
 *
 * @typedef {object} Places where the windows of a tune lie, an entry for each
 * @property {number[]} bar number of its first bar; an upbeat is bar 0
 * @property {number[]} start in quarter notes
 * @property {number[]} stop in quarter notes
 * @property {boolean[]} represented whether the model can hold it
 * @property {string[]} reason why it cannot
 */

/**
 * The name of the emotion of a row by rule.
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
 * Where windows lie in their tune, and which of them the model can hold.
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
 * What is known of the windows that have a row, with an entry for each window.
 *
 * @template {{ window: number }} Held
 * @template Value
 * @param {Held[]} held
 * @param {Window[]} windows
 * @param {(held: Held, i: number) => Value} valueOf
 * @returns {(Value | null)[]} null for those without a row
 */
export function spread(held, windows, valueOf) {
  /** @type {(Value | null)[]} */
  const values = windows.map(() => null);
  held.forEach((each, i) => {
    values[each.window] = valueOf(each, i);
  });
  return values;
}
