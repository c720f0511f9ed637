/**
 * A melody as text, for people who cannot see it.
 */

import { ready } from "./melody.js";
import { spokenKey, spokenName } from "./spelling.js";

const WORDS = new Map([
  [192, "whole"], [96, "half"], [48, "quarter"], [24, "eighth"], [12, "sixteenth"], [6, "thirty-second"],
  [3, "sixty-fourth"],
]);

/**
 * Return a melody as text, bar by bar.
 *
 * @param {import("./melody.js").Melody} melody
 * @returns {string[]} First the key and the meter, then a line per bar, such as "Bar 1: E 4 half, rest quarter, C sharp
 *   5 dotted eighth tied to quarter." A note that is held over a bar line is named again as held.
 */
export function describe(melody) {
  const { bars } = ready(melody);
  const lines = [];
  for (const [i, { bar, fifths, mode, signs }] of bars.entries()) {
    const before = bars[i - 1];
    const { numerator, denominator } = bar.meter;
    const changes = [];
    if (!before || before.fifths !== fifths || before.mode !== mode) changes.push(spokenKey(fifths, mode));
    if (!before || before.bar.meter.numerator !== numerator || before.bar.meter.denominator !== denominator) {
      changes.push(`${numerator}/${denominator}`);
    }
    if (changes.length) lines.push(`${capital(changes.join(", "))}.`);
    const head = bar.number === 0 ? "Upbeat" : `Bar ${bar.number}`;
    lines.push(`${head}: ${spokenSigns(signs)}.`);
  }
  return lines;
}

/**
 * @param {import("./melody.js").Sign[]} signs
 * @returns {string}
 */
function spokenSigns(signs) {
  /** @type {string[]} */
  const parts = [];
  signs.forEach((sign, i) => {
    const value = spokenValue(sign);
    if (sign.tiedFrom && i > 0) parts[parts.length - 1] += ` tied to ${value}`;
    else if (sign.wholeBar) parts.push("rest for the whole bar");
    else if (!sign.name) parts.push(`rest ${value}`);
    else parts.push(`${spokenName(sign.name)} ${sign.tiedFrom ? "held " : ""}${value}`);
  });
  return parts.join(", ");
}

/**
 * @param {import("./melody.js").Sign} sign
 * @returns {string}
 */
function spokenValue({ base, dots, tuplet }) {
  return `${tuplet ? "triplet " : ""}${dots ? "dotted " : ""}${WORDS.get(base)}`;
}

/**
 * @param {string} text
 * @returns {string}
 */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
