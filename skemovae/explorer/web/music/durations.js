/** The lengths of notes: their median, and melodies at half and at double speed. */

import { HOLD, isOnset, notesOfRow, REST, restEmptyHolds } from "./tokens.js";

/** In sixteenths: by the rule, a melody whose median note is shorter than a half note is fast (high arousal). */
export const SHORT_NOTE_STEPS = 8;

/**
 * The median length of the notes of a melody. A note that lasts beyond the row counts up to the end of the row.
 *
 * @param {ArrayLike<number>} row
 * @returns {number} in steps; NaN without notes
 */
export function medianNoteLength(row) {
  return median(notesOfRow(row).map(({ length }) => length));
}

/**
 * The median of some numbers; for an even count, the mean of the two in the middle.
 *
 * @param {number[]} values
 * @returns {number} NaN without values
 */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/**
 * The first half of a melody at half speed: all notes and rests last twice as long.
 *
 * @param {ArrayLike<number>} row
 * @returns {number[]} of the same length
 */
export function doubleDurations(row) {
  return Array.from(row, (_, step) => {
    const token = row[step >> 1];
    return step % 2 && isOnset(token) ? HOLD : token;
  });
}

/**
 * A melody at double speed: all notes and rests last half as long, and rests fill the second half of the row.
 *
 * A note that begins on an odd step would begin between two steps, so it is left out, and the note before it is held.
 *
 * @param {ArrayLike<number>} row
 * @returns {number[]} of the same length
 */
export function halveDurations(row) {
  return restEmptyHolds(Array.from(row, (_, step) => (2 * step < row.length ? row[2 * step] : REST)));
}
