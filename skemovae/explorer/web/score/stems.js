/**
 * Stems and beams as geometry. Lengths are in staff spaces; y is 0 at the middle line and increases downward. A staff
 * position is 0 at the middle line and 1 in the space above it.
 */

import { beamsOf } from "./beams.js";

const STEM = 3.5;
/** The minimum length of a stem, by the number of beams. */
const LEAST = [3.5, 2.9, 3.2, 3.75, 4.5];
/** How much a beam rises or falls, by the number of staff positions from its first note to its last. */
const SLANTS = [0, 0.25, 0.5, 0.75, 1, 1, 1.25, 1.25];
const STEEPEST = 0.28;

/**
 * Whether stems go up. The note that is farthest from the middle line decides; if it is on the line, they go down.
 *
 * @param {number[]} positions
 * @returns {boolean}
 */
export function stemsGoUp(positions) {
  const [highest, lowest] = [Math.max(...positions), Math.min(...positions)];
  if (highest !== -lowest) return highest < -lowest;
  return positions.reduce((sum, position) => sum + position, 0) < 0;
}

/**
 * Where the stem of a single note ends. The stem of a note far from the middle line reaches that line.
 *
 * @param {number} position
 * @param {boolean} up
 * @returns {number}
 */
export function stemEnd(position, up) {
  const y = -position / 2;
  return up ? Math.min(y - STEM, 0) : Math.max(y + STEM, 0);
}

/**
 * The outer edge of a group's first beam.
 *
 * @param {number[]} xs Of the stems.
 * @param {number[]} positions
 * @param {boolean} up
 * @param {{ base: number }[]} values
 * @returns {{ start: number, slope: number }} Its height at the first stem, and its slope.
 */
export function beamLine(xs, positions, up, values) {
  const last = positions.length - 1;
  const width = xs[last] - xs[0];
  const rise = positions[last] - positions[0];
  const ends = [positions[0], positions[last]];
  const beyond = positions.slice(1, last).some((position) =>
    up ? position >= Math.max(...ends) : position <= Math.min(...ends),
  );
  const slant = beyond ? 0 : Math.min(SLANTS[Math.min(Math.abs(rise), 7)], STEEPEST * width);
  const slope = width > 0 ? (-Math.sign(rise) * slant) / width : 0;
  const sign = up ? -1 : 1;
  // The outermost height that any note requires, as if the beam began there.
  const wanted = positions.map((position, i) => {
    const least = LEAST[Math.min(beamsOf(values[i]), 4)];
    return -position / 2 + sign * least - slope * (xs[i] - xs[0]);
  });
  const far = up ? Math.min(...wanted) : Math.max(...wanted);
  const middle = [0, -slope * width]; // the beam reaches the middle line at both ends
  const start = up ? Math.min(far, ...middle) : Math.max(far, ...middle);
  return { start: (up ? Math.floor(start * 4) : Math.ceil(start * 4)) / 4, slope };
}
