/** Phrases drawn from a model, and what is heard where they begin and end. */

import { isOnset } from "../music/tokens.js";

/**
 * @typedef {import("../model/model.js").Model} Model
 * @typedef {import("../numbers/random.js").Generator} Generator
 */

// What a decoder is given of a phrase if it was trained with it, as the shipped generator was: that the place of the
// phrase in its tune is known, whether it is the first one, and whether it is the last one.
export const INNER = [1, 0, 0];
export const FIRST = [1, 1, 0];
export const FINAL = [1, 0, 1];

const OCTAVE = 12;
const [MINOR_THIRD, MAJOR_THIRD] = [3, 4]; // semitones above the tonic

/**
 * What the decoder of a model is given of a phrase at a place.
 *
 * @param {Model} model
 * @param {number[]} place INNER, FIRST or FINAL
 * @returns {number[] | null} null if it reads no such context
 */
export function contextOf(model, place) {
  return model.settings.nContext === place.length ? place : null;
}

/**
 * Phrases that begin alike and continue in different ways.
 *
 * A model that writes all steps at once cannot continue a beginning; its phrases are drawn whole, and begin with the
 * beginning instead of their own.
 *
 * @param {Model} model
 * @param {number[]} beginning tokens; none for phrases that are new
 * @param {number} n
 * @param {{ at: [number, number], context: number[] | null, temperature: number, generator: Generator }} settings of
 *   the model's `sample`
 * @returns {number[][]} rows of tokens
 */
export function continuedPhrases(model, beginning, n, settings) {
  const prefix = model.predictor.network.oneShot ? null : beginning;
  return model.sample(n, { ...settings, prefix }).rows.map((row) => [...beginning, ...row.slice(beginning.length)]);
}

/**
 * The first pitch of a row of tokens.
 *
 * @param {ArrayLike<number>} row
 * @returns {number} NaN for silence
 */
export function firstPitch(row) {
  return Array.from(row).find(isOnset) ?? NaN;
}

/**
 * The last pitch of a row of tokens.
 *
 * @param {ArrayLike<number>} row
 * @returns {number} NaN for silence
 */
export function lastPitch(row) {
  return Array.from(row).findLast(isOnset) ?? NaN;
}

/**
 * Whether the last note of a melody is the tonic, in C.
 *
 * @param {ArrayLike<number>} row
 * @returns {boolean} false for silence
 */
export function endsOnTonic(row) {
  return lastPitch(row) % OCTAVE === 0;
}

/**
 * The mode that the thirds of a melody in C give it.
 *
 * @param {ArrayLike<number>} row
 * @returns {number} 1 if of the two thirds only the major one sounds, -1 for the minor one, else 0
 */
export function modeOfThirds(row) {
  const pitchClasses = new Set(Array.from(row).filter(isOnset).map((pitch) => pitch % OCTAVE));
  return Number(pitchClasses.has(MAJOR_THIRD)) - Number(pitchClasses.has(MINOR_THIRD));
}
