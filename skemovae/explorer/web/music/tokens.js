/**
 * Rows of tokens and their notes. A token is a pitch from 0 to 127 that begins, 128 for a rest, or 129 to hold the last
 * note.
 *
 * @typedef {{ start: number, end: number, pitch: number }} Span a note from one time to another
 */

export const REST = 128;
export const HOLD = 129;

/**
 * @param {number} token
 * @returns {boolean} whether a note begins at it
 */
export function isOnset(token) {
  return token < REST;
}

/**
 * The notes of a row; a hold without a note to hold is a rest.
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

/**
 * The row of tokens of notes that do not overlap and lie on the grid, within the window.
 *
 * @param {Span[]} notes in steps
 * @param {number} nSteps
 * @returns {number[]} of length nSteps
 */
export function rowOfNotes(notes, nSteps) {
  const row = new Array(nSteps).fill(HOLD);
  let free = 0;
  for (const { start, end, pitch } of notes) {
    if (free < start) row.fill(REST, free, start);
    row[start] = pitch;
    free = end;
  }
  return row.fill(REST, free, nSteps);
}

/**
 * A row in which every hold without a note to hold, at the beginning or after a rest, is replaced by a rest.
 *
 * @param {ArrayLike<number>} row
 * @returns {number[]} a row that sounds the same
 */
export function restEmptyHolds(row) {
  let held = REST;
  return Array.from(row, (token) => {
    if (token !== HOLD) held = token;
    return held === REST ? REST : token;
  });
}

/**
 * The highest note of each onset, cut at the next onset. A note of no length counts only if no other begins with it.
 *
 * @param {Span[]} notes by start
 * @returns {Span[]}
 */
export function skyline(notes) {
  /** @type {Span[]} */
  const highest = [];
  for (const note of notes) {
    const last = highest[highest.length - 1];
    if (last?.start !== note.start) {
      highest.push(note);
    } else if (isAbove(note, last)) {
      highest[highest.length - 1] = note;
    }
  }
  return highest.map((note, i) => ({ ...note, end: Math.min(note.end, highest[i + 1]?.start ?? Infinity) }));
}

/**
 * The track with the highest mean pitch; in a tie, the first.
 *
 * @template {{ notes: { pitch: number }[] }} T
 * @param {T[]} tracks all have notes
 * @returns {T}
 */
export function highestTrack(tracks) {
  const means = tracks.map(({ notes }) => notes.reduce((sum, note) => sum + note.pitch, 0) / notes.length);
  return tracks[means.indexOf(means.reduce((a, b) => Math.max(a, b)))];
}

/** @param {Span} note @param {Span} other a note with the same onset @returns {boolean} */
function isAbove(note, other) {
  const [sounds, otherSounds] = [note.end > note.start, other.end > other.start];
  if (sounds !== otherSounds) return sounds;
  return note.pitch > other.pitch || (note.pitch === other.pitch && note.end > other.end);
}
