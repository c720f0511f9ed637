/** Changes melodies from C major to C minor, and back. */

import { isOnset } from "./tokens.js";

/** @typedef {"major" | "minor"} Mode */

const [A, B] = [9, 11]; // pitch classes
const RAISED = [3, 8, 10]; // E flat, A flat and B flat: the degrees that differ from major in minor
const LOWERED = [4, 9, 11]; // E, A and B

/**
 * A melody in C major or C minor, changed to the parallel mode.
 *
 * The third, sixth and seventh degrees move by a semitone. In minor the seventh leads to the tonic: a B stays a B if
 * the next other pitch is a C, and an A that leads to such a B stays an A (the ascending melodic minor scale). Apart
 * from these degrees, notes that are already in the wanted mode stay as they are.
 *
 * @param {ArrayLike<number>} row
 * @param {Mode} mode the mode of the result
 * @returns {number[]} every note begins and ends where it did
 */
export function toParallelMode(row, mode) {
  return mode === "major" ? toMajor(row) : toMinor(row);
}

/** @param {ArrayLike<number>} row @returns {number[]} */
function toMajor(row) {
  return Array.from(row, (token) => (isOnset(token) && RAISED.includes(token % 12) ? token + 1 : token));
}

/** @param {ArrayLike<number>} row @returns {number[]} */
function toMinor(row) {
  const moved = Array.from(row);
  let later = -1; // the next pitch, or -1
  let other = -1; // the next pitch that is not `later`
  let laterLeads = false; // whether the next note of pitch `later` leads to the tonic
  let otherLeads = false; // whether the next note of pitch `other` does
  for (let step = row.length - 1; step >= 0; step -= 1) {
    const token = row[step];
    if (!isOnset(token)) continue;
    if (token !== later) [other, otherLeads] = [later, laterLeads];
    const degree = token % 12;
    const leading = degree === B && other >= 0 && other % 12 === 0;
    const rising = degree === A && otherLeads;
    if (LOWERED.includes(degree) && !leading && !rising) moved[step] -= 1;
    [later, laterLeads] = [token, leading];
  }
  return moved;
}
