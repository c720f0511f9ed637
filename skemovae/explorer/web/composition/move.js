/** Rows moved on the plane: their latent points get another valence and arousal, and keep all other coordinates. */

import { doubleDurations, halveDurations } from "../music/durations.js";
import { toParallelMode } from "../music/mode.js";
import { isOnset } from "../music/tokens.js";

/**
 * @typedef {import("../music/mode.js").Mode} Mode
 * @typedef {import("./edit.js").Editor} Editor
 * @typedef {1 | 2 | 0.5} Scale how many times as long notes last
 */

/** @type {readonly Scale[]} */
export const SCALES = [1, 2, 0.5];

/** @type {Record<Mode, Mode>} */
export const CONTRARY = { major: "minor", minor: "major" };

/**
 * The valence and arousal to which rows are moved: the mean of an emotion's training rows, or `at`.
 *
 * @param {Editor} editor
 * @param {number | null} emotion the index of its class
 * @param {ArrayLike<number> | null} at
 * @returns {[number, number]}
 */
export function targetOf({ settings }, emotion, at) {
  if ((emotion === null) === (at === null)) throw new Error("Either an emotion or a point of the plane is needed.");
  if (settings.means[0].length < 2) throw new Error("The model has one latent dimension: it cannot move a tune.");
  if (at !== null) return [at[0], at[1]];
  const index = /** @type {number} */ (emotion);
  if (!settings.counts[index]) throw new Error("The model has learned from no melody of this emotion.");
  const mean = settings.means[index];
  return [mean[0], mean[1]];
}

/**
 * A point whose valence and arousal are moved a share of the way to a target, in a straight line.
 *
 * @param {ArrayLike<number>} point
 * @param {[number, number]} target
 * @param {number} amount 0 leaves the point where it is, 1 moves it to the target
 * @returns {number[]}
 */
export function move(point, target, amount) {
  return Array.from(point, (value, i) => (i < 2 ? value + amount * (target[i] - value) : value));
}

/**
 * A row with notes that last `scale` times as long, and how many of its steps count.
 *
 * @param {ArrayLike<number>} row
 * @param {number} scale 1, 2 or 0.5
 * @returns {{ row: number[], nSteps: number }}
 */
export function scaledRow(row, scale) {
  if (scale === 1) return { row: Array.from(row), nSteps: row.length };
  if (scale === 2) return { row: doubleDurations(row), nSteps: row.length };
  return { row: halveDurations(row), nSteps: (row.length + 1) >> 1 };
}

/**
 * How many times as long the decoded notes last: 1, 2 or 1/2.
 *
 * A model that learned from pairs of melodies at two speeds has two ways to change the speed of a row: it decodes the
 * first half at half speed, or the whole row at double speed, which fills the first half. The onsets show which.
 *
 * @param {ArrayLike<number>} row
 * @param {ArrayLike<number>} decoded
 * @param {number} raised how far it was moved toward high (above 0) or low arousal; only a row moved down gets slower
 * @returns {Scale}
 */
export function timeScale(row, decoded, raised) {
  const possible = { 1: true, 2: raised < 0, 0.5: raised > 0 };
  const scores = SCALES.map((scale) => {
    const expected = scaledRow(row, scale);
    return possible[scale] ? f1OfOnsets(expected.row, decoded, expected.nSteps) : -1;
  });
  return SCALES[scores.indexOf(Math.max(...scores))];
}

/**
 * What happened to the notes of a row.
 *
 * @param {ArrayLike<number>} row
 * @param {ArrayLike<number>} decoded
 * @param {Mode} mode of the row
 * @param {number} scale 1, 2 or 0.5
 * @returns {{ onsetsKept: number, notesKept: number, leaning: number }} the share of the onsets that are kept; the
 *   share of the notes that are kept at their place with their pitch or that of the parallel mode; both are NaN without
 *   onsets. Where the two modes differ, `leaning` is the number of notes as in the parallel mode minus that of notes as
 *   they were
 */
export function compare(row, decoded, mode, scale) {
  const { row: expected, nSteps } = scaledRow(row, scale);
  const parallel = toParallelMode(expected, CONTRARY[mode]);
  let [onsets, kept, same, leaning] = [0, 0, 0, 0];
  for (let step = 0; step < nSteps; step += 1) {
    if (!isOnset(expected[step])) continue;
    const [asWas, asParallel] = [decoded[step] === expected[step], decoded[step] === parallel[step]];
    onsets += 1;
    kept += Number(isOnset(decoded[step]));
    same += Number(asWas || asParallel);
    leaning += Number(asParallel) - Number(asWas); // notes that are the same in both modes add nothing
  }
  return { onsetsKept: kept / onsets, notesKept: same / onsets, leaning };
}

/**
 * The harmonic mean of precision and recall of a row's onsets in another row, over the first `nSteps` steps.
 *
 * @param {ArrayLike<number>} row
 * @param {ArrayLike<number>} other
 * @param {number} nSteps
 * @returns {number}
 */
function f1OfOnsets(row, other, nSteps) {
  let [both, all] = [0, 0];
  for (let step = 0; step < nSteps; step += 1) {
    const [a, b] = [isOnset(row[step]), isOnset(other[step])];
    both += Number(a && b);
    all += Number(a) + Number(b);
  }
  return (2 * both) / Math.max(all, 1);
}
