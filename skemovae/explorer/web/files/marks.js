/** Keys, meters and tempos of MusicXML, and the numbers in it. What no score can have is returned as null. */

import { remainder } from "../numbers/integers.js";
import { MAX_BEATS_OF_A_METER, MAX_FIFTHS } from "./limits.js";

/** @typedef {import("./xml.js").XmlElement} XmlElement */

const INTEGER = /^[ \t\r\n]*([+-]?[0-9]{1,9})[ \t\r\n]*$/;
const DECIMAL = /^[ \t\r\n]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))[ \t\r\n]*$/;
const RATIONAL = /^[ \t\r\n]*([0-9]{1,12})(\.[0-9]{1,40})?[ \t\r\n]*$/;
const FINEST = 100; // largest denominator of the fraction that a decimal duration stands for: 341.333 for 1024/3
/**
 * The places of the modes' tonics on the circle of fifths, relative to the tonic of the major key with equal
 * accidentals.
 *
 * @type {Record<string, number>}
 */
export const MODE_CENTERS = {
  lydian: -1, major: 0, ionian: 0, mixolydian: 1, dorian: 2, minor: 3, aeolian: 3, phrygian: 4, locrian: 5,
};
const FARTHEST_FLAT = -8; // the tonic F flat; at the other end is B sharp
const FARTHEST_SHARP = 12;
/** In quarter notes. @type {Record<string, number>} */
const NOTE_TYPES = {
  "1024th": 1 / 256, "512th": 1 / 128, "256th": 1 / 64, "128th": 1 / 32, "64th": 1 / 16, "32nd": 1 / 8,
  "16th": 1 / 4, eighth: 1 / 2, quarter: 1, half: 2, whole: 4, breve: 8, long: 16, maxima: 32,
};
const BEAT_TYPES = [1, 2, 4, 8, 16, 32, 64, 128];

/**
 * The integer that a text represents, or null.
 *
 * @param {string | null} text
 * @returns {number | null}
 */
export function integer(text) {
  const match = INTEGER.exec(text ?? "");
  return match ? Number(match[1]) : null;
}

/**
 * The number that a text represents, or null.
 *
 * @param {string | null} text
 * @returns {number | null}
 */
export function decimal(text) {
  const match = DECIMAL.exec(text ?? "");
  const number = match ? Number(match[1]) : Infinity;
  return Math.abs(number) < Infinity ? number : null;
}

/**
 * The fraction that a text represents, or null. A decimal number stands for a simple fraction near it.
 *
 * @param {string} text
 * @returns {[number, number] | null} numerator and denominator
 */
export function rational(text) {
  const match = RATIONAL.exec(text);
  if (!match) return null;
  const part = Number(match[2] ?? 0);
  let [best, denominator] = [Infinity, 1];
  for (let candidate = 1; candidate <= FINEST && best > 0; candidate += 1) {
    const error = Math.abs(Math.round(part * candidate) / candidate - part);
    if (error < best) [best, denominator] = [error, candidate];
  }
  return [Number(match[1]) * denominator + Math.round(part * denominator), denominator];
}

/**
 * A key at sounding pitch.
 *
 * @param {XmlElement} element
 * @param {number} transposition semitones from the written to the sounding pitch
 * @returns {{ root: number | null, mode: string | null, fifths: number } | null}
 */
export function readKey(element, transposition) {
  let fifths = integer(element.textOf("fifths"));
  if (fifths === null || Math.abs(fifths) > MAX_FIFTHS) return null;
  if (transposition % 12 !== 0) fifths = remainder(fifths + 7 * transposition + 5, 12) - 5;
  const mode = element.textOf("mode")?.trim() ?? "";
  if (!Object.hasOwn(MODE_CENTERS, mode)) return { root: null, mode: null, fifths };
  const place = MODE_CENTERS[mode] + fifths;
  const isNamed = place >= FARTHEST_FLAT && place <= FARTHEST_SHARP;
  return { root: isNamed ? remainder(7 * place, 12) : null, mode, fifths };
}

/**
 * The meter of a <time>; if it is written as several fractions, their sum.
 *
 * @param {XmlElement} time
 * @returns {{ numerator: number, denominator: number } | null}
 */
export function readMeter(time) {
  const units = time.findAll("beat-type").map(({ text }) => integer(text) ?? 0);
  const counts = time.findAll("beats").map(({ text }) => text.split("+").map((beats) => integer(beats) ?? NaN));
  if (units.length !== counts.length || units.some((unit) => !BEAT_TYPES.includes(unit))) return null;
  const denominator = Math.max(...units);
  const sums = counts.map((beats, i) => beats.reduce((a, b) => a + b) * (denominator / units[i]));
  const numerator = sums.reduce((a, b) => a + b);
  return numerator >= 1 && numerator <= MAX_BEATS_OF_A_METER ? { numerator, denominator } : null;
}

/**
 * The quarter notes per minute of a <metronome>.
 *
 * @param {XmlElement} metronome
 * @returns {number | null}
 */
export function readMetronome(metronome) {
  const unit = metronome.textOf("beat-unit")?.trim() ?? "";
  const perMinute = /[0-9]+(\.[0-9]+)?/.exec(metronome.textOf("per-minute") ?? ""); // as in "ca. 60"
  if (!perMinute || !Object.hasOwn(NOTE_TYPES, unit)) return null;
  return NOTE_TYPES[unit] * Number(perMinute[0]) * (2 - 0.5 ** metronome.findAll("beat-unit-dot").length);
}
