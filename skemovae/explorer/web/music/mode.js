/** Melodies in C major in C minor, and back. */

import { isOnset } from "./tokens.js";

/** @typedef {"major" | "minor"} Mode */

const [A, B] = [9, 11]; // pitch classes
const RAISED = [3, 8, 10]; // E flat, A flat and B flat: the degrees in which minor differs from major
const LOWERED = [4, 9, 11]; // E, A and B

/**
 * A melody in C major or C minor in the parallel mode, C minor or C major.
 *
 * The third, sixth and seventh degree move by a semitone. In minor the seventh leads to the tonic: a B whose next other
 * pitch is a C stays a B, and an A that leads to such a B stays an A (the rising melodic minor scale). What is in the
 * wanted mode already stays as it is, except for these degrees.
 *
 * @param {ArrayLike<number>} row
 * @param {Mode} mode that of the result
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
  let laterLeads = false; // whether the note of pitch `later` that comes next leads to the tonic
  let otherLeads = false; // whether that of pitch `other` does
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
