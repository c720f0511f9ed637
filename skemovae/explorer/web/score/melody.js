/**
 * A melody prepared for engraving or for reading aloud: its bars with keys, note values, names and accidentals.
 */

import { QUARTER, barsOf, inTicks } from "./meter.js";
import { quantized, writtenBars } from "./rhythm.js";
import { accidentalsOf, fifthsOf, guessFifths, spell } from "./spelling.js";

/**
 * @typedef {object} Melody One voice. Times are in steps.
 * @property {{ onset: number, length: number, pitch: number }[]} notes
 * @property {number} resolution Steps per quarter note.
 * @property {{ time: number, fifths?: number | null, root?: number | null, mode?: string | null }[]} [keySignatures]
 * @property {{ time: number, numerator: number, denominator: number }[]} [timeSignatures] Empty means 4/4.
 * @property {{ time: number }[]} [barlines] All bar lines, if the time signatures do not imply them.
 * @property {number} [end] Where the melody ends, if rests follow its last note.
 */

/** @typedef {{ name: import("./spelling.js").Name | null, accidental: number | null }} Spelled */

/** @typedef {import("./rhythm.js").Written & Spelled} Sign */

/**
 * @typedef {object} ReadyBar
 * @property {import("./meter.js").Bar} bar
 * @property {number} fifths
 * @property {string | null} mode
 * @property {Sign[]} signs
 */

/**
 * Return what is written in the bars of a melody.
 *
 * @param {Melody} melody
 * @returns {{ bars: ReadyBar[], notes: { source: number }[], ticks: number }} The notes to which the signs' `note`
 *   refers, with their indices in the melody, and the number of ticks per step.
 */
export function ready({ notes, resolution, keySignatures = [], timeSignatures = [], barlines = [], end = 0 }) {
  const ticks = (/** @type {number} */ time) => inTicks(time, resolution);
  const sounding = notes.map(({ onset, length, pitch }) => {
    const start = ticks(onset);
    return { onset: start, length: ticks(onset + length) - start, pitch };
  });
  const last = sounding.reduce((most, note) => Math.max(most, note.onset + note.length), ticks(end));
  const bars = barsOf(
    // A last note that is released late does not need another bar.
    Math.max(last - 2, ...sounding.map(({ onset }) => onset + 1), 1),
    timeSignatures.map((signature) => ({ ...signature, time: ticks(signature.time) })),
    barlines.map(({ time }) => ticks(time)),
  );
  const fit = quantized(sounding, bars);
  const keys = [...keySignatures].sort((a, b) => a.time - b.time);
  const guess = guessFifths(notes);
  const written = writtenBars(fit.notes, fit.tuplets, bars);
  const readyBars = bars.map((bar, i) => {
    const key = keys.findLast(({ time }) => ticks(time) <= bar.start);
    const [fifths, mode] = key ? [fifthsOf(key), key.mode ?? null] : [0, null];
    const names = written[i].map(({ note }) => {
      if (note === null) return null;
      const next = fit.notes[note + 1];
      return spell(fit.notes[note].pitch, key ? fifths : guess, mode, next ? next.pitch : null);
    });
    const named = written[i].flatMap(({ tiedFrom }, k) => {
      const name = names[k];
      return name ? [{ name, tiedFrom }] : [];
    });
    const accidentals = accidentalsOf(named, fifths);
    let k = 0;
    const signs = written[i].map((one, n) => {
      const name = names[n];
      return { ...one, name, accidental: name ? accidentals[k++] : null };
    });
    return { bar, fifths, mode, signs };
  });
  return { bars: readyBars, notes: fit.notes, ticks: QUARTER / resolution };
}
