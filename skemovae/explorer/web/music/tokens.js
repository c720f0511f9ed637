/**
 * Rows of tokens and their notes. A token is a pitch from 0 to 127 that begins, 128 for a rest, or 129 to hold what
 * sounds.
 */

export const REST = 128;
export const HOLD = 129;

/**
 * The notes of a row; a hold with nothing to hold is a rest.
 *
 * @param {ArrayLike<number>} row
 * @returns {{ onset: number, length: number, pitch: number }[]} in steps
 */
export function notesOfRow(row) {
  const notes = [];
  let sounding = null;
  for (let step = 0; step < row.length; step += 1) {
    if (row[step] < REST) {
      sounding = { onset: step, length: 1, pitch: row[step] };
      notes.push(sounding);
    } else if (row[step] === HOLD && sounding) {
      sounding.length += 1;
    } else {
      sounding = null;
    }
  }
  return notes;
}
