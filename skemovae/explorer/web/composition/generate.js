/** New melodies of an emotion, or from a point on the plane. */

import { EMOTIONS } from "../music/emotion.js";
import { makeKeySignature } from "../music/key.js";
import { notesOfRow } from "../music/tokens.js";
import { Generator } from "../numbers/random.js";
import { contextOf, endsOnTonic, FINAL, modeOfThirds } from "./phrases.js";

/**
 * @typedef {import("../model/model.js").Model} Model
 * @typedef {import("../music/score.js").Score} Score
 */

const TRIES = 8; // phrases from which the best is taken

/**
 * A melody from a point. With the same seed, other points use the same random numbers.
 *
 * @param {Model} model
 * @param {[number, number]} at
 * @param {{ temperature: number, seed: number }} settings
 * @returns {{ score: Score, row: number[], classIndex: number }} as from Python's `generate(at=at, closed=False, ...)`
 */
export function generateAt(model, at, { temperature, seed }) {
  const { rows, index } = model.sample(1, { at, temperature, generator: new Generator(seed) });
  const [row, classIndex] = [Array.from(rows[0]), index[0]];
  return { score: scoreOfRow(row, classIndex, model), row, classIndex };
}

/**
 * A melody of an emotion that closes as the last phrase of a tune does. It is the best of eight, judged by whether it
 * ends on the tonic, by the emotion that the model itself reads in it, and by its thirds.
 *
 * @param {Model} model
 * @param {number} emotion index of the class
 * @param {{ temperature: number, seed: number }} settings
 * @returns {{ score: Score, row: number[], classIndex: number }} as from Python's `generate(emotion=emotion, ...)`
 */
export function generateEmotion(model, emotion, { temperature, seed }) {
  const settings = { emotion, temperature, context: contextOf(model, FINAL), generator: new Generator(seed) };
  const rows = model.sample(TRIES, settings).rows.map((row) => Array.from(row));
  const read = model.classOf(model.transform(rows));
  const valence = model.settings.ownClasses ? NaN : EMOTIONS[emotion].valence;
  const worth = rows.map((row, i) => (
    4 * Number(endsOnTonic(row)) + 2 * Number(read[i] === emotion) + Number(modeOfThirds(row) === valence)
  ));
  const row = rows[worth.indexOf(Math.max(...worth))];
  return { score: scoreOfRow(row, emotion, model), row, classIndex: emotion };
}

/**
 * A row of tokens as a score at 120 quarter notes per minute, in C major or C minor depending on the emotion.
 *
 * @param {ArrayLike<number>} row
 * @param {number} classIndex
 * @param {Model} model if it has classes of its own, the score states no key
 * @returns {Score}
 */
export function scoreOfRow(row, classIndex, model) {
  const { ownClasses, resolution } = model.settings;
  const mode = EMOTIONS[classIndex]?.valence < 0 ? "minor" : "major";
  const notes = notesOfRow(row).map(({ onset, length, pitch }) => (
    { time: onset, pitch, duration: length, velocity: 64 }
  ));
  return {
    title: null,
    resolution,
    tempos: [{ time: 0, qpm: 120 }],
    keySignatures: ownClasses ? [] : [makeKeySignature({ root: 0, mode })],
    timeSignatures: [{ time: 0, numerator: 4, denominator: 4 }],
    barlines: [],
    tracks: [{ program: 0, isDrum: false, name: "Melody", notes }],
  };
}
