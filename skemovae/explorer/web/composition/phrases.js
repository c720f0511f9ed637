/** Phrases drawn from a model, and what is heard at their beginnings and ends. */

import { isOnset } from "../music/tokens.js";

/**
 * @typedef {import("../model/model.js").Model} Model
 * @typedef {import("../numbers/random.js").Generator} Generator
 */

// The context that a decoder gets for a phrase if it was trained with one, as the included generator was: whether the
// place of the phrase in its tune is known, whether the phrase is the first one, and whether it is the last one.
export const INNER = [1, 0, 0];
export const FIRST = [1, 1, 0];
export const FINAL = [1, 0, 1];

const OCTAVE = 12;
const [MINOR_THIRD, MAJOR_THIRD] = [3, 4]; // semitones above the tonic

/**
 * The context that a model's decoder gets for a phrase at a place.
 *
 * @param {Model} model
 * @param {number[]} place INNER, FIRST or FINAL
 * @returns {number[] | null} null if the decoder reads no such context
 */
export function contextOf(model, place) {
  return model.settings.nContext === place.length ? place : null;
}

/**
 * Phrases that begin alike and continue in different ways.
 *
 * A model that writes all steps at once cannot continue a beginning. Its phrases are drawn whole, and their own
 * beginning is replaced by the given one.
 *
 * @param {Model} model
 * @param {number[]} beginning tokens; empty for new phrases
 * @param {number} n
 * @param {{ at: [number, number], context: number[] | null, temperature: number, generator: Generator }} settings for
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
 * Whether the last note of a melody in C is the tonic.
 *
 * @param {ArrayLike<number>} row
 * @returns {boolean} false for silence
 */
export function endsOnTonic(row) {
  return lastPitch(row) % OCTAVE === 0;
}

/**
 * The mode that the thirds of a melody in C suggest.
 *
 * @param {ArrayLike<number>} row
 * @returns {number} 1 if only the major one of the two thirds sounds, -1 if only the minor one does, else 0
 */
export function modeOfThirds(row) {
  const pitchClasses = new Set(Array.from(row).filter(isOnset).map((pitch) => pitch % OCTAVE));
  return Number(pitchClasses.has(MAJOR_THIRD)) - Number(pitchClasses.has(MINOR_THIRD));
}
