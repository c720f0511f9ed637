/**
 * How a duration is written: as one value, or as several tied values, so that the beats stay readable.
 *
 * A frame is a bar, or a triplet, which counts as a beat of three. Times in it are in ticks from its beginning.
 */

import { SHORTEST, beatLines } from "./meter.js";

/**
 * @typedef {object} Frame
 * @property {number} length
 * @property {number[]} lines Where its beats begin, and where the last one ends.
 * @property {boolean} binary Whether it can be halved again and again, as 4/4 and 2/4 can.
 */

/**
 * @typedef {object} Value
 * @property {number} start
 * @property {number} length
 * @property {number} base The length without its dot: 192 is a whole note.
 * @property {number} dots 0 or 1
 */

/**
 * The frame of a bar.
 *
 * @param {import("./meter.js").Meter} meter
 * @returns {Frame}
 */
export function frameOf(meter) {
  const { length, beats } = meter;
  const halves = [1, 2, 4, 8].includes(beats.length) && new Set(beats).size === 1;
  return { length, lines: beatLines(meter), binary: halves && !isTernary(beats[0]) };
}

/**
 * The values in which a span is written, one after another.
 *
 * @param {Frame} frame
 * @param {number} start
 * @param {number} end
 * @param {boolean} rest Rests show the beats more strictly than notes do, and are dotted only in beats of three.
 * @returns {Value[]}
 */
export function split(frame, start, end, rest) {
  /** @type {Value[]} */
  const values = [];
  for (const value of parts(frame, start, end, rest)) {
    const before = values[values.length - 1];
    const joined = !rest && before && fitting(frame, before.start, value.start + value.length, rest);
    if (joined) values[values.length - 1] = joined;
    else values.push(value);
  }
  return values;
}

/**
 * @param {Frame} frame
 * @param {number} start
 * @param {number} end
 * @param {boolean} rest
 * @returns {Value[]}
 */
function parts(frame, start, end, rest) {
  const value = fitting(frame, start, end, rest);
  if (value) return [value];
  const line = cutOf(frame, start, end);
  if (line === null) return [nearestValue(start, end)];
  return [...parts(frame, start, line, rest), ...parts(frame, line, end, rest)];
}

/**
 * The single value for a span, or null if several are needed or are easier to read.
 *
 * @param {Frame} frame
 * @param {number} start
 * @param {number} end
 * @param {boolean} rest
 * @returns {Value | null}
 */
function fitting(frame, start, end, rest) {
  const length = end - start;
  const value = valueOf(start, length);
  if (!value) return null;
  const i = frame.lines.findLastIndex((line) => line <= start);
  const [from, to] = [frame.lines[i], frame.lines[i + 1]];
  const beat = to - from;
  let fits;
  if (frame.binary) fits = rest ? isAligned(start, value) : isNested(start, value, frame.length);
  else if (end > to) fits = !rest && fitsAcross(frame, start, end, beat);
  else if (isTernary(beat)) fits = fitsTernary(start - from, value, beat / 3, rest);
  else fits = rest ? isAligned(start - from, value) : isNested(start - from, value, beat);
  return fits ? value : null;
}

/**
 * Whether a note fits into repeated halves: it lies within a span of twice its value, and begins at a multiple of half
 * its value. So a quarter note may stand between two eighths, and a half note between two quarter notes, but notes may
 * not be further off the beat.
 *
 * @param {number} start
 * @param {Value} value
 * @param {number} whole
 * @returns {boolean}
 */
function isNested(start, { length, base }, whole) {
  const box = Math.min(2 * base, whole);
  return start % (base / 2) === 0 && (start % box) + length <= box;
}

/**
 * @param {number} start
 * @param {Value} value
 * @returns {boolean}
 */
function isAligned(start, { length, dots }) {
  return dots === 0 && start % length === 0;
}

/**
 * @param {number} start
 * @param {Value} value
 * @param {number} unit A third of the beat.
 * @param {boolean} rest
 * @returns {boolean}
 */
function fitsTernary(start, value, unit, rest) {
  const { length, dots } = value;
  if (length === 3 * unit) return true;
  if (length < unit) return rest ? isAligned(start % unit, value) : isNested(start % unit, value, unit);
  if (rest) return dots === 0 && start % unit === 0 && (length === unit || start === 0);
  return start % unit === 0 && start + length <= 3 * unit;
}

/**
 * Whether a note may hide the beats within it. With beats of two, it begins on a beat, or at the middle of one and
 * lasts at most a beat and a half. With beats of three, it covers whole beats.
 *
 * @param {Frame} frame
 * @param {number} start
 * @param {number} end
 * @param {number} beat
 * @returns {boolean}
 */
function fitsAcross({ lines }, start, end, beat) {
  if (lines.some((line, i) => i > 0 && line - lines[i - 1] !== beat)) return false;
  if (isTernary(beat)) return start % beat === 0 && end % beat === 0;
  const half = beat / 2;
  return start % half === 0 && end % half === 0 && (start % beat === 0 || end - start <= 3 * half);
}

/**
 * Where a span is cut: the most important line within it, or null if there is none.
 *
 * @param {Frame} frame
 * @param {number} start
 * @param {number} end
 * @returns {number | null}
 */
function cutOf({ length, lines, binary }, start, end) {
  if (binary) return strongest(0, length, start, end);
  const cut = lineWithin(lines, start, end);
  if (cut !== null) return cut;
  const i = lines.findLastIndex((line) => line <= start);
  const [from, beat] = [lines[i], lines[i + 1] - lines[i]];
  if (!isTernary(beat)) return strongest(from, beat, start, end);
  const units = [0, 1, 2, 3].map((n) => from + (n * beat) / 3);
  return lineWithin(units, start, end) ?? strongest(from, beat / 3, start, end);
}

/**
 * If the span begins on a line, the last line within it, or else the first.
 *
 * @param {number[]} lines
 * @param {number} start
 * @param {number} end
 * @returns {number | null}
 */
function lineWithin(lines, start, end) {
  const inside = lines.filter((line) => start < line && line < end);
  return (lines.includes(start) ? inside[inside.length - 1] : inside[0]) ?? null;
}

/**
 * @param {number} from
 * @param {number} length The length that is halved.
 * @param {number} start
 * @param {number} end
 * @returns {number | null}
 */
function strongest(from, length, start, end) {
  for (let size = length; size >= SHORTEST; size /= 2) {
    const line = from + (Math.floor((start - from) / size) + 1) * size;
    if (line < end) return line;
  }
  return null;
}

/**
 * @param {number} beat
 * @returns {boolean} Whether it has three parts: two parts never make a multiple of nine ticks.
 */
function isTernary(beat) {
  return beat % 9 === 0;
}

/**
 * @param {number} start
 * @param {number} length
 * @returns {Value | null}
 */
function valueOf(start, length) {
  for (let base = SHORTEST; base <= 192; base *= 2) {
    if (length === base) return { start, length, base, dots: 0 };
    if (length === 1.5 * base && base > SHORTEST) return { start, length, base, dots: 1 };
  }
  return null;
}

/**
 * The value for a span whose length is not a sum of values.
 *
 * @param {number} start
 * @param {number} end
 * @returns {Value}
 */
function nearestValue(start, end) {
  const length = end - start;
  const base = Math.min(Math.max(2 ** Math.round(Math.log2(length / SHORTEST)) * SHORTEST, SHORTEST), 192);
  return { start, length, base, dots: 0 };
}
