/** The bars of a score as they are written, and how notes and rests are cut in them. */

import { endOf, inOrder } from "../music/score.js";
import { QUARTER, SHORTEST, beatLines, meterOf } from "../score/meter.js";
import { frameOf, split } from "../score/values.js";

/**
 * @typedef {import("../music/score.js").Score} Score
 * @typedef {object} Bar Its times are in the parts of a quarter note that a file counts in.
 * @property {number} start
 * @property {number} end
 * @property {number} length of a whole bar
 * @property {number} numerator
 * @property {number} denominator
 * @property {number} offset where in a whole bar it begins: an upbeat is the end of a whole bar
 * @property {number} number as printed; an upbeat has 0
 * @property {boolean} isCounted false for an upbeat, and for a bar that completes the bar before
 */

/**
 * The bars of a score, at least one. A time signature begins a bar and ends the one before; so does a bar line, where
 * the score has any. The first bar is an upbeat if it is shorter than its meter. In a score without bar lines, it is
 * also an upbeat if it is the only bar of its meter and this meter is shorter than the next. The last bar is shortened
 * by the length of the upbeat if that leaves no note out.
 *
 * @param {Score} score
 * @param {number} units parts per time step
 * @returns {Bar[]}
 */
export function writtenBarsOf(score, units) {
  const end = endOf(score) * units;
  const meters = new Map([[0, [4, 4]]]);
  for (const { time, numerator, denominator } of inOrder(score.timeSignatures)) {
    if (time * units < end) meters.set(Math.max(time, 0) * units, [numerator, denominator]);
  }
  const lines = inOrder(score.barlines).map(({ time }) => time * units);
  const starts = [...meters.keys()];
  /** @type {Bar[]} */
  const bars = [];
  let next = 0; // index of a bar line
  starts.forEach((first, i) => {
    const [numerator, denominator] = /** @type {number[]} */ (meters.get(first));
    const length = (4 * numerator * score.resolution * units) / denominator;
    const until = starts[i + 1] ?? Infinity;
    for (let start = first; start < Math.min(until, end);) {
      while (lines[next] <= start) next += 1;
      const stop = Math.min(start + length, until, lines[next] ?? Infinity);
      bars.push({ start, end: stop, length, numerator, denominator, offset: 0, number: 1, isCounted: true });
      start = stop;
    }
  });
  return placed(bars, end, lines.length > 0);
}

/**
 * Bars with their numbers, and with the place in the meter of those that are incomplete.
 *
 * @param {Bar[]} bars
 * @param {number} end
 * @param {boolean} hasLines
 */
function placed(bars, end, hasLines) {
  const [first, second] = bars;
  const upbeat = first.end - first.start;
  if (second && !hasLines && upbeat < second.length) {
    const { length, numerator, denominator } = second;
    Object.assign(first, { length, numerator, denominator });
  }
  let missing = first.length - upbeat; // what the bar before is short of
  if (second && missing > 0) {
    Object.assign(first, { offset: missing, number: 0, isCounted: false });
    missing = 0;
    const last = bars[bars.length - 1];
    if (last.end - last.start === last.length && end <= last.end - upbeat) last.end -= upbeat;
  }
  for (let i = 1; i < bars.length; i += 1) {
    const bar = bars[i];
    const length = bar.end - bar.start;
    bar.isCounted = !(length < bar.length && length === missing);
    bar.offset = bar.isCounted ? 0 : bar.length - length;
    missing = bar.isCounted ? bar.length - length : 0;
    bar.number = bars[i - 1].number + Number(bar.isCounted);
  }
  return bars;
}

/**
 * The beats of a bar that are not divided into halves, such as triplets. Three quarter notes in the time of two are one
 * beat of two quarter notes.
 *
 * @param {Bar} bar
 * @param {number[]} times where the notes in it begin and end
 * @param {number} quarter
 * @returns {[number, number][]}
 */
export function oddBeatsOf(bar, times, quarter) {
  const origin = bar.start - bar.offset;
  const lines = linesOf(bar, quarter);
  if (lines === null) return [[bar.start, bar.end]];
  /** @type {[number, number][]} */
  const odd = [];
  for (let i = 0; i + 1 < lines.length; i += 1) {
    const [start, end, until] = [lines[i], lines[i + 1], lines[i + 2]];
    const inside = times.filter((time) => start < time && time < end);
    const both = times.filter((time) => start < time && time < until);
    const isWide = end - start === quarter && until - end === quarter && both.length > 0;
    if (isWide && both.every((time) => (3 * (time - start)) % (2 * quarter) === 0)) {
      odd.push([start, until]);
      i += 1;
    } else if ([start, end, ...inside].some((time) => !isWhole(time - origin, quarter))) {
      odd.push([start, end]);
    }
  }
  return odd;
}

/**
 * The borders of the beats of a bar. Beats of three are cut in three, longer ones into quarter notes.
 *
 * @param {Bar} bar
 * @param {number} quarter
 * @returns {number[] | null} null if notes are not grouped by this meter
 */
function linesOf({ start, end, offset, length, numerator, denominator }, quarter) {
  const meter = meterOf(numerator, denominator);
  if (meter.length * quarter !== length * QUARTER) return null;
  const lines = beatLines(meter).flatMap((line, i) => {
    const beat = meter.beats[i] ?? 0;
    const size = beat % 9 === 0 ? beat / 3 : Math.min(beat, QUARTER);
    const n = beat > 0 ? beat / size : 1;
    return Array.from({ length: n }, (_, part) => start - offset + ((line + part * size) * quarter) / QUARTER);
  });
  return [start, ...lines.filter((time) => start < time && time < end), end];
}

/**
 * Whether a time is a multiple of a 64th.
 *
 * @param {number} time
 * @param {number} quarter
 */
function isWhole(time, quarter) {
  return (time * QUARTER) % (quarter * SHORTEST) === 0;
}

/**
 * The pieces in which a note or a rest within one bar is written.
 *
 * @param {Bar} bar
 * @param {[number, number][]} odd as returned by :func:`oddBeatsOf`; nothing is cut within them
 * @param {number} start
 * @param {number} end
 * @param {boolean} isRest
 * @param {number} quarter
 * @returns {[number, number][]}
 */
export function piecesOf(bar, odd, start, end, isRest, quarter) {
  if (isRest && start === bar.start && end === bar.end) return [[start, end]]; // whatever the meter
  const beat = odd.find(([first, last]) => first < end && start < last);
  if (beat) {
    const [first, last] = beat;
    return [
      ...(start < first ? piecesOf(bar, odd, start, first, isRest, quarter) : []),
      [Math.max(start, first), Math.min(end, last)],
      ...(last < end ? piecesOf(bar, odd, last, end, isRest, quarter) : []),
    ];
  }
  const origin = bar.start - bar.offset;
  /** @param {number} time */
  const ticks = (time) => ((time - origin) * QUARTER) / quarter;
  const frame = frameOf(meterOf(bar.numerator, bar.denominator));
  return split(frame, ticks(start), ticks(end), isRest).map((value) => [
    origin + (value.start * quarter) / QUARTER,
    origin + ((value.start + value.length) * quarter) / QUARTER,
  ]);
}
