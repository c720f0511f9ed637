/**
 * The sections of a score: stretches in one key and one meter, made of whole bars or of what is left between them.
 *
 * @typedef {object} Section a part of a score in one key and one meter; times are integers, in time units
 * @property {number} start
 * @property {number} stop
 * @property {number} bar length of a whole bar
 * @property {string} meter such as "4/4"
 * @property {boolean} regular made of whole bars, except perhaps the last; if not, an upbeat or a bar of another length
 * @property {number} root pitch class of the tonic
 * @property {Mode} mode
 */

import { findKey, keyName, statedKey } from "../music/key.js";
import { barsOf, inOrder, regularStretches } from "../music/score.js";
import { ceilDivide, roundDivide } from "../numbers/integers.js";
import { bisectLeft } from "../numbers/search.js";

/**
 * @typedef {import("../music/key.js").Key} Key
 * @typedef {import("../music/mode.js").Mode} Mode
 * @typedef {import("../music/score.js").Score} Score
 */

/**
 * The times of all bar lines, up to the end of the bar in which `end` lies.
 *
 * MusicXML states them. The time signatures alone do not tell where they are if the first bar is an upbeat.
 *
 * @param {Score} score
 * @param {number} units time units per time step of the score
 * @param {number} end in time units
 * @returns {number[]}
 */
export function barLines(score, units, end) {
  if (!score.barlines.length) {
    const bars = barsOf(score, ceilDivide(end, units), units);
    return [...bars.map(([start]) => start), bars[bars.length - 1][1]];
  }
  const inside = score.barlines.map(({ time }) => time * units).filter((time) => time < Math.max(end, 1));
  const lines = [...new Set([0, ...inside])].sort((a, b) => a - b);
  const last = lines[lines.length - 1];
  const { bar } = metersOf(score, units).slice(-1)[0];
  const missing = Math.max(ceilDivide(end - last, bar), 1);
  for (let i = 1; i <= missing; i += 1) lines.push(last + i * bar);
  return lines;
}

/**
 * The sections of a score, one after another, from its first bar line to its last.
 *
 * @param {Score} score
 * @param {number} units time units per time step of the score
 * @param {number[]} lines as returned by barLines
 * @returns {Section[]}
 */
export function sectionsOf(score, units, lines) {
  const [meters, keys] = [metersOf(score, units), keysOf(score, units, lines)];
  const [begin, end] = [lines[0], lines[lines.length - 1]];
  const changes = [...meters, ...keys].map(({ time }) => time).filter((time) => begin < time && time < end);
  const borders = [...new Set([begin, ...changes, end])].sort((a, b) => a - b);
  /** @type {Section[]} */
  const sections = [];
  for (let i = 0; i + 1 < borders.length; i += 1) {
    const [start, stop] = [borders[i], borders[i + 1]];
    const { bar, meter } = lastUntil(meters, start);
    const { root, mode } = lastUntil(keys, start);
    const inside = [start, ...lines.filter((line) => start < line && line < stop), stop];
    let free = start;
    for (const [first, last] of [...regularStretches(inside, bar), [stop, stop]]) {
      if (free < first) sections.push({ start: free, stop: first, bar, meter, regular: false, root, mode });
      if (first < last) sections.push({ start: first, stop: last, bar, meter, regular: true, root, mode });
      free = last;
    }
  }
  return sections.map((section, i) => {
    const after = sections[i + 1]; // an upbeat may also be written as a bar in a shorter meter
    return { ...section, regular: section.regular && !(after && section.stop - section.start < after.bar) };
  });
}

/**
 * The changes of meter, from time 0 on; the meter is 4/4 if none is stated.
 *
 * @param {Score} score
 * @param {number} units
 * @returns {{ time: number, bar: number, meter: string }[]}
 */
function metersOf(score, units) {
  const marks = new Map([[0, [4, 4]]]);
  for (const { time, numerator, denominator } of inOrder(score.timeSignatures)) {
    marks.set(Math.max(time, 0) * units, [numerator, denominator]);
  }
  const whole = 4 * score.resolution * units;
  /** @type {{ time: number, bar: number, meter: string }[]} */
  const changes = [];
  for (const [time, [numerator, denominator]] of [...marks].sort(([a], [b]) => a - b)) {
    const meter = `${numerator}/${denominator}`;
    if (changes[changes.length - 1]?.meter !== meter) {
      changes.push({ time, bar: Math.max(roundDivide(whole * numerator, denominator), 1), meter });
    }
  }
  return changes;
}

/**
 * The changes of key, from the beginning on, each at a bar line.
 *
 * If a key signature does not state the mode, one key is found for the whole score.
 *
 * @param {Score} score
 * @param {number} units
 * @param {number[]} lines
 * @returns {(Key & { time: number })[]}
 */
function keysOf(score, units, lines) {
  const marks = inOrder(score.keySignatures);
  const stated = marks.map(statedKey);
  if (!stated.length || stated.includes(null)) return [{ time: lines[0], ...findKey(score) }];
  /** @type {(Key & { time: number })[]} */
  const changes = [];
  marks.forEach((mark, i) => {
    const key = /** @type {Key} */ (stated[i]);
    const before = changes[changes.length - 1];
    if (before && keyName(before) === keyName(key)) return;
    const line = before ? Math.min(bisectLeft(lines, mark.time * units), lines.length - 1) : 0;
    changes.push({ time: lines[line], ...key });
  });
  return changes;
}

/**
 * The last change at or before a time; the first one if several are at once.
 *
 * @template {{ time: number }} Change
 * @param {Change[]} changes
 * @param {number} time not before the first change
 * @returns {Change}
 */
function lastUntil(changes, time) {
  return changes.reduce((last, change) => (change.time <= time && change.time > last.time ? change : last));
}
