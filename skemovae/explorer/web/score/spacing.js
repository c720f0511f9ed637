/**
 * Horizontal positions of symbols, and which bars share a system. Lengths are in staff spaces.
 */

import { QUARTER } from "./meter.js";
import { beamsOf, beamGroups } from "./beams.js";
import { keySteps } from "./spelling.js";

const HEAD = 1.3;
const DOT = 0.75; // including the space before it
const FLAG = 0.95;
const GAP = 0.4; // minimum between two signs
const BEFORE = 1; // from a bar line to what follows
const AFTER = 0.55; // minimum from the last sign to the bar line
const FINAL = 0.95; // how much wider the final bar line is
export const CLEF = { gClef: 2.56, fClef: 2.66 };
export const MARGIN = 0.5; // from the system's beginning to the clef
export const ACCIDENTAL = new Map([[-2, 1.48], [-1, 0.81], [0, 0.68], [1, 0.98], [2, 1.1]]);
export const HEADS = new Map([[192, 1.49]]);
const RESTS = new Map([[192, 1.3], [96, 1.3], [48, 0.94], [24, 1.1], [12, 1.37], [6, 1.56], [3, 1.69]]);

/**
 * @typedef {object} Column
 * @property {number} left How far the sign extends to the left of its position.
 * @property {number} right How far it extends to the right.
 * @property {number} spring The distance to the next position if there is room.
 */

/**
 * @typedef {object} Measured A bar with its widths.
 * @property {import("./melody.js").ReadyBar} ready
 * @property {Column[]} columns
 * @property {number[][]} beams
 * @property {{ from: number, to: number } | null} key The change of key at its beginning, in fifths.
 * @property {boolean} meter Whether the time signature is written at its beginning.
 */

/**
 * @typedef {object} System
 * @property {number} first The index of the first bar.
 * @property {number} last The index of the last bar.
 * @property {number} stretch The factor of the springs.
 */

/**
 * Bars with the widths of their contents.
 *
 * @param {import("./melody.js").ReadyBar[]} bars
 * @returns {Measured[]}
 */
export function measured(bars) {
  return bars.map((ready, i) => {
    const before = bars[i - 1];
    const beams = beamGroups(ready.bar, ready.signs);
    const joined = new Set(beams.flat());
    const columns = ready.signs.map((sign, k) => columnOf(sign, joined.has(k)));
    if (i === bars.length - 1) columns[columns.length - 1].right += FINAL;
    const changed = before && before.fifths !== ready.fifths;
    const [old, now] = [before?.bar.meter, ready.bar.meter];
    return {
      ready, columns, beams, key: changed ? { from: before.fifths, to: ready.fifths } : null,
      meter: !before || old.numerator !== now.numerator || old.denominator !== now.denominator,
    };
  });
}

/**
 * @param {import("./melody.js").Sign} sign
 * @param {boolean} joined Whether it has beams instead of a flag.
 * @returns {Column}
 */
function columnOf(sign, joined) {
  const spring = 2.05 * 1.36 ** Math.log2((Math.max(sign.length, 3) * 4) / QUARTER);
  const dots = sign.dots * DOT;
  if (sign.note === null) {
    const right = (RESTS.get(sign.base) ?? HEAD) + dots;
    return { left: 0, right, spring: sign.wholeBar ? Math.min(spring, 5) : spring };
  }
  const flag = !joined && beamsOf(sign) > 0 ? FLAG : 0;
  const left = sign.accidental === null ? 0 : (ACCIDENTAL.get(sign.accidental) ?? 1) + 0.25;
  return { left, right: (HEADS.get(sign.base) ?? HEAD) + Math.max(dots, flag), spring };
}

/**
 * The width of a key signature, with the space after it.
 *
 * @param {{ from: number, to: number } | null} key Naturals are written only if there is no other accidental.
 * @returns {number}
 */
export function keyWidth(key) {
  if (!key) return 0;
  if (key.to === 0) return key.from === 0 ? 0 : 0.72 * Math.abs(key.from) + 0.6;
  return keySteps(key.to).length * (key.to > 0 ? 1 : 0.9) + 0.6;
}

/**
 * The width of a time signature, with the space after it.
 *
 * @param {import("./meter.js").Meter} meter
 * @returns {number}
 */
export function meterWidth({ numerator, denominator }) {
  return 1.65 * Math.max(String(numerator).length, String(denominator).length) + 0.6;
}

/**
 * The width of what stands before a system's first note: clef, key, time signature.
 *
 * @param {Measured} bar The system's first.
 * @param {import("./spelling.js").Clef} clef
 * @returns {number}
 */
export function headWidth({ ready, meter }, clef) {
  const sign = clef.sign === "gClef" ? CLEF.gClef : CLEF.fClef;
  const key = keyWidth({ from: 0, to: ready.fifths });
  return MARGIN + sign + 0.6 + key + (meter ? meterWidth(ready.bar.meter) : 0);
}

/**
 * The width of what stands after a system's last bar line: the next system's key and meter, if they change.
 *
 * @param {Measured | undefined} next
 * @returns {number}
 */
export function tailWidth(next) {
  if (!next) return 0;
  const width = keyWidth(next.key) + (next.meter ? meterWidth(next.ready.bar.meter) : 0);
  return width ? width + 0.4 : 0;
}

/**
 * The positions of a bar's signs, relative to its beginning, and its width.
 *
 * @param {Measured} bar
 * @param {number} stretch
 * @param {boolean} atStart Whether the bar is the first of a system, after clef and key.
 * @returns {{ places: number[], width: number, changes: number }} `changes` is where a change of key is written.
 */
export function placesOf({ columns, key, meter, ready }, stretch, atStart) {
  let x = atStart ? 0.4 : 0;
  const changes = x + 0.7;
  if (!atStart && (key || meter)) x = changes + keyWidth(key) + (meter ? meterWidth(ready.bar.meter) : 0);
  else x += BEFORE;
  const places = [];
  for (const [i, { left, right, spring }] of columns.entries()) {
    if (i === 0) x += Math.max(left - 0.4, 0);
    places.push(x);
    const next = columns[i + 1];
    x += next ? Math.max(right + GAP + next.left, spring * stretch) : Math.max(right + AFTER, spring * stretch * 0.85);
  }
  return { places, width: x, changes };
}

/**
 * Break bars into systems so that all systems are about equally dense.
 *
 * @param {Measured[]} bars
 * @param {import("./spelling.js").Clef} clef
 * @param {number} width
 * @returns {System[]}
 */
export function systemsOf(bars, clef, width) {
  const widths = [0, 1].map((stretch) => bars.map((bar) => placesOf(bar, stretch, false).width));
  const starts = bars.map((bar) => placesOf(bar, 1, true).width);
  const best = [{ cost: 0, from: 0 }]; // for the bars before each bar
  for (let end = 1; end <= bars.length; end += 1) {
    let [least, usual] = [0, 0];
    best[end] = { cost: Infinity, from: end - 1 };
    for (let from = end - 1; from >= 0; from -= 1) {
      const room = width - headWidth(bars[from], clef) - tailWidth(bars[end]) - 0.5;
      least += widths[0][from];
      const natural = usual + starts[from];
      usual += widths[1][from];
      if (least > room && from < end - 1) break;
      const cost = best[from].cost + badness(room / natural, least > room, end === bars.length);
      if (cost < best[end].cost) best[end] = { cost, from };
    }
  }
  /** @type {System[]} */
  const systems = [];
  for (let end = bars.length; end > 0; end = best[end].from) {
    systems.unshift({ first: best[end].from, last: end - 1, stretch: 1 });
  }
  return systems.map((system) => ({ ...system, stretch: stretchOf(bars, system, clef, width) }));
}

/**
 * @param {number} ratio The available width divided by the natural width.
 * @param {boolean} crowded Whether it does not fit at all.
 * @param {boolean} last Whether the system is the last one, which need not be full.
 * @returns {number}
 */
function badness(ratio, crowded, last) {
  if (crowded) return 1000;
  if (ratio < 1) return 8 * (1 / ratio - 1) ** 2 + 0.05;
  if (last) return ratio > 2.5 ? 0.5 : 0.05; // avoids a single bar on a line of its own if possible
  return (ratio - 1) ** 2 + 0.05;
}

/**
 * @param {Measured[]} bars
 * @param {System} system
 * @param {import("./spelling.js").Clef} clef
 * @param {number} width
 * @returns {number} The stretch that fills the width; less for a short last system.
 */
function stretchOf(bars, { first, last }, clef, width) {
  const room = width - headWidth(bars[first], clef) - tailWidth(bars[last + 1]);
  const total = (/** @type {number} */ stretch) =>
    bars.slice(first, last + 1).reduce((sum, bar, i) => sum + placesOf(bar, stretch, i === 0).width, 0);
  let [low, high] = [0, 6];
  for (let i = 0; i < 30; i += 1) {
    const middle = (low + high) / 2;
    if (total(middle) < room) low = middle;
    else high = middle;
  }
  return last === bars.length - 1 && low > 1.75 ? 1.3 : low;
}
