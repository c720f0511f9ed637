/** The key of a score: what its key signature states, or what music21 finds with the Aarden-Essen profile. */

import { add, exactly, fraction, limitDenominator, multiply, toNumber } from "../numbers/fraction.js";
import { remainder } from "../numbers/integers.js";

/**
 * @typedef {import("../numbers/fraction.js").Fraction} Fraction
 * @typedef {import("./mode.js").Mode} Mode
 * @typedef {import("./score.js").KeySignature} KeySignature
 * @typedef {import("./score.js").Score} Score
 * @typedef {{ root: number, mode: Mode }} Key the pitch class of the tonic, and whether it sounds major or minor
 */

/** The usual names of keys, by pitch class of the tonic. MIDI has no D sharp major. */
export const KEY_NAMES = {
  major: ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"],
  minor: ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"],
};

/** @type {Record<string, [number, Mode]>} the tonic's pitch class without accidentals, and the mode by the third */
const MODES = {
  major: [0, "major"],
  ionian: [0, "major"],
  dorian: [2, "minor"],
  phrygian: [4, "minor"],
  lydian: [5, "major"],
  mixolydian: [7, "major"],
  minor: [9, "minor"],
  aeolian: [9, "minor"],
  locrian: [11, "minor"],
};

/** @type {[Mode, number[]][]} */
const PROFILES = [
  [
    "major",
    [17.7661, 0.145624, 14.9265, 0.160186, 19.8049, 11.3587, 0.291248, 22.062, 0.145624, 8.15494, 0.232998, 4.95122],
  ],
  [
    "minor",
    [18.2648, 0.737619, 14.0499, 16.8599, 0.702494, 14.4362, 0.702494, 18.6161, 4.56621, 1.93186, 7.37619, 1.75623],
  ],
];

const LARGEST_DENOMINATOR = 65535; // of the lengths in music21

/**
 * The key of a score.
 *
 * @param {Score} score
 * @param {{ useSignature?: boolean }} [settings] false ignores what the first key signature states
 * @returns {Key}
 */
export function findKey(score, { useSignature = true } = {}) {
  const first = useSignature ? score.keySignatures[0] : undefined;
  return (first && statedKey(first)) || analyzeKey(score);
}

/**
 * The key that a key signature states.
 *
 * @param {KeySignature} signature
 * @returns {Key | null} null if it states no mode
 */
export function statedKey({ root, mode, fifths }) {
  if (mode === null || !Object.hasOwn(MODES, mode) || (root === null && fifths === null)) return null;
  const [tonic, sounding] = MODES[mode];
  return { root: remainder(root ?? tonic + 7 * Number(fifths), 12), mode: sounding };
}

/**
 * The key signature that states a key, at time 0.
 *
 * @param {Key} key
 * @returns {KeySignature}
 */
export function makeKeySignature({ root, mode }) {
  const [letter, accidental] = KEY_NAMES[mode][root];
  const sharps = "FCGDAEB".indexOf(letter) - 1 + (accidental === "#" ? 7 : 0) - (accidental === "b" ? 7 : 0);
  return { time: 0, root, mode, fifths: sharps - (mode === "minor" ? 3 : 0) };
}

/**
 * The usual name of a key, such as "Eb major".
 *
 * @param {Key} key
 * @returns {string}
 */
export function keyName({ root, mode }) {
  return `${KEY_NAMES[mode][root]} ${mode}`;
}

/**
 * The key whose profile correlates best with how long each pitch class sounds in all pitched notes.
 *
 * music21 adds the lengths of notes as fractions if a double cannot represent them (triplets), and as doubles
 * otherwise. The correlations are rounded as in music21, because nearly equal ones differ only in their last bits.
 *
 * @param {Score} score
 * @returns {Key}
 */
function analyzeKey(score) {
  const sums = soundingLengths(score);
  const mean = over(sums.reduce(plus, WHOLE_ZERO), 12);
  const deviations = sums.map((sum) => plus(sum, negative(mean)));
  let best = { root: -1, mode: /** @type {Mode} */ ("major"), correlation: -Infinity };
  for (const [mode, profile] of PROFILES) {
    const average = profile.reduce((a, b) => a + b) / 12;
    for (let root = 0; root < 12; root += 1) {
      let [product, ofProfile, ofLengths] = [0, 0, 0];
      deviations.forEach((deviation, i) => {
        const weight = profile[(i - root + 12) % 12] - average;
        product += weight * asNumber(deviation);
        ofProfile += weight * weight;
        ofLengths += squared(deviation);
      });
      const correlation = ofProfile === 0 || ofLengths === 0 ? 0 : product / Math.sqrt(ofProfile * ofLengths);
      const isTie = correlation === best.correlation; // in a tie, the highest tonic counts, and minor before major
      if (correlation > best.correlation || (isTie && root >= best.root)) best = { root, mode, correlation };
    }
  }
  return { root: best.root, mode: best.mode };
}

/**
 * How long each pitch class sounds.
 *
 * @param {Score} score
 * @returns {(number | Fraction)[]} in quarter notes
 */
function soundingLengths(score) {
  const notes = score.tracks.filter(({ isDrum }) => !isDrum).flatMap((track) => track.notes);
  const sounding = notes.filter(({ duration }) => duration > 0);
  if (!sounding.length) throw new Error("The score has no pitched notes, so it has no key.");
  sounding.sort((a, b) => a.time - b.time);
  /** @type {(number | Fraction)[]} */
  const sums = new Array(12).fill(WHOLE_ZERO);
  for (const { pitch, duration } of sounding) {
    sums[pitch % 12] = plus(sums[pitch % 12], quarterLength(duration / score.resolution));
  }
  return sums;
}

/**
 * A length as music21 stores it: as a double if that is exact, or else as the nearest fraction.
 *
 * @param {number} length in quarter notes
 * @returns {number | Fraction}
 */
function quarterLength(length) {
  if (Number.isInteger(length * 2 ** 15)) return length;
  const found = limitDenominator(exactly(length), BigInt(LARGEST_DENOMINATOR));
  if (found.numerator === 0n) return 1; // music21 takes a length rounded to zero for one that is not stated
  return (found.denominator & (found.denominator - 1n)) === 0n ? toNumber(found) : found;
}

const WHOLE_ZERO = fraction(0n); // an integer in Python; adding it keeps fractions exact

/** @param {number | Fraction} a @param {number | Fraction} b @returns {number | Fraction} */
function plus(a, b) {
  return typeof a === "number" || typeof b === "number" ? asNumber(a) + asNumber(b) : add(a, b);
}

/** @param {number | Fraction} value @returns {number | Fraction} */
function negative(value) {
  return typeof value === "number" ? -value : fraction(-value.numerator, value.denominator);
}

/** @param {number | Fraction} value @param {number} divisor a whole number @returns {number | Fraction} */
function over(value, divisor) {
  return typeof value === "number" ? value / divisor : multiply(value, fraction(1n, BigInt(divisor)));
}

/** @param {number | Fraction} value @returns {number} */
function squared(value) {
  return typeof value === "number" ? value * value : toNumber(multiply(value, value));
}

/** @param {number | Fraction} value @returns {number} */
function asNumber(value) {
  return typeof value === "number" ? value : toNumber(value);
}
