/** Pieces of many phrases with a changing emotion, written phrase by phrase. */

import { makeKeySignature } from "../music/key.js";
import { notesOfRow } from "../music/tokens.js";
import { Generator } from "../numbers/random.js";
import { readCurve, wordsOf } from "./curve.js";
import { readForm } from "./form.js";
import { PhraseWriter } from "./themes.js";

/**
 * @typedef {import("../model/model.js").Model} Model
 * @typedef {import("../music/score.js").Score} Score
 * @typedef {import("./curve.js").Keyframe} Keyframe
 * @typedef {import("./curve.js").Point} Point
 */

/**
 * @typedef {object} Wish
 * @property {Keyframe[]} curve the emotion over time
 * @property {string} form a letter for each phrase, such as "AABA"; a prime varies a theme
 * @property {number | null} [nPhrases] the form is repeated, or cut, to this many phrases; null takes it as it is
 * @property {number} [temperature] how freely notes are drawn; 0 takes the likeliest
 * @property {number} seed the same seed gives the same piece
 * @property {Phrase[]} [keep] the first phrases of an earlier piece, which are kept
 */

/**
 * A written phrase, with everything that the rest of a piece depends on. JSON can hold it.
 *
 * @typedef {object} Phrase
 * @property {string} name of its theme
 * @property {number[]} row its tokens
 * @property {number} bar where it begins, in bars from 0
 * @property {Point} asked the point of the curve in the middle of the phrase, on the plane of the model
 * @property {Point} editorAsked the same on the plane of the editor
 * @property {Point} read where the model itself places the phrase
 * @property {number[]} state of the random generator after the phrase
 */

/**
 * @typedef {object} Piece
 * @property {Score} music at 120 quarter notes per minute, in C; major or minor depending on the curve's valence
 * @property {string[]} form the theme of each phrase
 * @property {number[]} bars where each begins, in bars from 0
 * @property {Point[]} asked the point of the curve in the middle of each phrase, on the plane of the model
 * @property {Point[]} read where the model itself places each phrase
 * @property {number[][]} tokens the phrases as rows
 * @property {Phrase[]} phrases
 */

const BAR = 4; // quarter notes
const TEMPERATURE = 0.95; // at which the melodies of the included generator are hardest to tell from real ones
const TEMPO = 120; // quarter notes per minute
const VELOCITY = 64;

/**
 * A piece of any number of four-bar phrases, whose emotion changes and whose themes return. From the same seed,
 * Python's `compose_piece` writes the same piece.
 *
 * @param {Wish} wish
 * @param {Model} model writes new themes
 * @param {Model} editor moves a theme that returns with another emotion
 * @returns {Piece}
 */
export function composePiece(wish, model, editor) {
  const composition = new Composition(wish, model, editor);
  while (composition.next());
  return composition.piece();
}

/**
 * A piece that is written phrase by phrase, so that it can be heard before it is complete.
 *
 * Phrases to keep stay as they sound, with the names that they have, whatever the curve and the form are now. A theme
 * that returns is moved from the point that was asked for when it was written. The random generator continues from its
 * state after the last kept phrase, and the seed plays no part. So the piece is the one that the seed gives if the
 * curve has not changed within the kept phrases, and neither the form nor the number of phrases has. Kept phrases
 * beyond the number of phrases are dropped.
 */
export class Composition {
  #wish;
  #model;
  #generator;
  #writer;

  /**
   * @param {Wish} wish
   * @param {Model} model
   * @param {Model} editor
   */
  constructor(wish, model, editor) {
    const { curve, form, nPhrases = null, temperature = TEMPERATURE, seed, keep = [] } = wish;
    checkModels(model, editor);
    if (!(temperature >= 0 && temperature < Infinity)) {
      throw new Error(`The temperature is 0 or a number above it, not ${temperature}.`);
    }
    const names = readForm(form, nPhrases);
    const kept = keep.slice(0, names.length);
    kept.forEach(({ name }, place) => (names[place] = name));
    const nBars = model.settings.nSteps / (BAR * model.settings.resolution);
    const bars = names.map((_, place) => place * nBars);
    const [points, editorPoints] = [model, editor].map((of) => {
      const read = readCurve(curve, of);
      return bars.map((bar) => read.at(bar + nBars / 2));
    });
    this.#wish = { title: `${wordsOf(curve)}, ${names.join("")}`, names, bars, points, editorPoints };
    this.#model = model;
    this.#generator = kept.length ? Generator.from(kept[kept.length - 1].state) : new Generator(seed);
    const plan = { model, editor, names, points, editorPoints, temperature, generator: this.#generator };
    this.#writer = new PhraseWriter(
      plan,
      kept.map(({ row, editorAsked }) => ({ row, asked: editorAsked })),
    );
    /** @type {Phrase[]} what has been written so far */
    this.phrases = kept;
  }

  /**
   * How many phrases the complete piece has.
   *
   * @returns {number}
   */
  get length() {
    return this.#wish.names.length;
  }

  /**
   * Write the next phrase.
   *
   * @returns {Phrase | null} null if the piece is complete
   */
  next() {
    const row = this.#writer.next();
    if (!row) return null;
    const { names, bars, points, editorPoints } = this.#wish;
    const place = this.phrases.length;
    const [read] = this.#model.transform([row]);
    const phrase = {
      name: names[place],
      row,
      bar: bars[place],
      asked: points[place],
      editorAsked: editorPoints[place],
      read: /** @type {Point} */ ([read[0], read[1]]),
      state: this.#generator.state,
    };
    this.phrases.push(phrase);
    return phrase;
  }

  /**
   * The piece, as far as it has been written.
   *
   * @returns {Piece}
   */
  piece() {
    const phrases = [...this.phrases];
    return {
      music: asMusic(phrases, this.#model.settings.resolution, this.#wish.title),
      form: phrases.map(({ name }) => name),
      bars: phrases.map(({ bar }) => bar),
      asked: phrases.map(({ asked }) => asked),
      read: phrases.map(({ read }) => read),
      tokens: phrases.map(({ row }) => row),
      phrases,
    };
  }
}

/**
 * Refuse a model that writes no phrases of the four emotions, or writes phrases that the editor cannot move.
 *
 * @param {Model} model
 * @param {Model} editor
 */
function checkModels({ settings }, { settings: expected }) {
  if (settings.ownClasses) {
    throw new Error("A piece needs a model of the four emotions; this one has classes of its own.");
  }
  if (settings.nComponents < 2) {
    throw new Error("A piece needs a model with valence and arousal; this one has one dimension.");
  }
  if (settings.nSteps !== expected.nSteps || settings.resolution !== expected.resolution) {
    throw new Error(
      `A piece needs a model of melodies of ${expected.nSteps} steps, ${expected.resolution} per quarter note; this ` +
        `one writes ${settings.nSteps} steps, ${settings.resolution} per quarter note.`,
    );
  }
}

/**
 * Phrases as one score, with a key signature wherever the mode changes.
 *
 * @param {Phrase[]} phrases
 * @param {number} resolution
 * @param {string} title
 * @returns {Score}
 */
function asMusic(phrases, resolution, title) {
  const nSteps = phrases.length ? phrases[0].row.length : 0;
  const isMajor = phrases.map(({ asked }) => asked[0] >= 0);
  const notes = notesOfRow(phrases.flatMap(({ row }) => row)).map(({ onset, length, pitch }) => {
    return { time: onset, pitch, duration: length, velocity: VELOCITY };
  });
  return {
    title,
    resolution,
    tempos: [{ time: 0, qpm: TEMPO }],
    keySignatures: isMajor.flatMap((major, i) => {
      if (i > 0 && major === isMajor[i - 1]) return [];
      return [{ ...makeKeySignature({ root: 0, mode: major ? "major" : "minor" }), time: i * nSteps }];
    }),
    timeSignatures: [{ time: 0, numerator: 4, denominator: 4 }],
    barlines: [],
    tracks: [{ program: 0, isDrum: false, name: "Melody", notes }],
  };
}
