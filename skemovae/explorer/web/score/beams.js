/**
 * Which notes a beam joins. Times are in ticks (see meter.js).
 */

import { QUARTER } from "./meter.js";

/**
 * The groups of notes that share beams: successive notes with flags within a beat or, for plain eighths, within half a
 * bar.
 *
 * @param {import("./meter.js").Bar} bar
 * @param {import("./rhythm.js").Written[]} written What is written in the bar.
 * @returns {number[][]} Groups of two or more, as indices into `written`.
 */
export function beamGroups(bar, written) {
  const lines = spansOf(bar, written);
  /** @type {number[][]} */
  const groups = [];
  /** @type {string | null} */
  let open = null; // what the notes of the last group have in common
  written.forEach((one, i) => {
    const place = lines.findLastIndex((line) => line <= one.start);
    const span = one.tuplet ? `triplet ${one.tuplet.start}` : `span ${place}`;
    if (one.note === null || beamsOf(one) === 0) open = null;
    else if (span === open) groups[groups.length - 1].push(i);
    else {
      groups.push([i]);
      open = span;
    }
  });
  return groups.filter((group) => group.length > 1);
}

/**
 * The number of beams of a value, or of the flags on its stem.
 *
 * @param {{ base: number }} value
 * @returns {number} 0 for quarter notes and longer.
 */
export function beamsOf({ base }) {
  return base >= QUARTER ? 0 : Math.round(Math.log2(QUARTER / base));
}

/**
 * The beams of a group, beginning with the one that joins all notes: each goes from one note to another, or is a stub.
 *
 * @param {import("./rhythm.js").Written[]} group
 * @returns {{ level: number, from: number, to: number, stub: number }[]} `stub` is 1 for a stub to the right of the
 *   note, -1 for one to its left, else 0.
 */
export function beamPieces(group) {
  const pieces = [];
  const levels = group.map(beamsOf);
  for (let level = 1; level <= Math.max(...levels); level += 1) {
    for (let from = 0; from < group.length; from += 1) {
      if (levels[from] < level) continue;
      let to = from;
      while (levels[to + 1] >= level) to += 1;
      pieces.push({ level, from, to, stub: from < to ? 0 : stubOf(group, from) });
      from = to;
    }
  }
  return pieces;
}

/**
 * @param {import("./rhythm.js").Written[]} group
 * @param {number} i
 * @returns {number} 1 or -1: toward the note with which it makes up a longer value.
 */
function stubOf(group, i) {
  if (i === 0) return 1;
  if (i === group.length - 1) return -1;
  const { start, length, tuplet } = group[i];
  const place = tuplet ? start - tuplet.start : start;
  return place % (2 * length) === 0 ? 1 : -1;
}

/**
 * @param {import("./meter.js").Bar} bar
 * @param {import("./rhythm.js").Written[]} written
 * @returns {number[]} The beginnings of the spans within which beams may join notes.
 */
function spansOf({ start, offset, meter }, written) {
  const { beats, length, denominator } = meter;
  const origin = start - offset;
  const lines = [];
  let line = origin;
  for (const beat of beats) {
    const size = beat > 1.5 * QUARTER ? QUARTER : beat;
    for (let part = 0; part < beat; part += size) lines.push(line + part);
    line += beat;
  }
  const wide = length === 3 * QUARTER && denominator === 4 ? length : 2 * QUARTER;
  if (length % wide !== 0 || beats.some((beat) => beat % QUARTER !== 0)) return lines;
  return lines.filter((time) => {
    const from = origin + Math.floor((time - origin) / wide) * wide;
    const inside = written.filter((one) => one.start < from + wide && from < one.start + one.length);
    const plain = inside.every((one) => one.note !== null && one.base === QUARTER / 2 && !one.dots && !one.tuplet);
    return time === from || !plain;
  });
}
