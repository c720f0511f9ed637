/**
 * A fitted model for use. It mirrors `skemovae/vae/_use.py` and, in `toSymbols`, `skemovae/vae/_symbols.py`.
 */

import { unpackArrays } from "../numbers/unpack.js";
import { makeArchitecture } from "./architectures/registry.js";
import { ClassDistributions } from "./distribution.js";
import { ClassLayout } from "./layout.js";
import { Predictor } from "./predictor.js";

/**
 * @typedef {object} Settings what `skemovae/explorer/_pack.py` writes about a model
 * @property {{ name: string, options: object }} architecture
 * @property {number} nSteps
 * @property {number} nComponents
 * @property {number} nContext the number of context columns that the decoder reads; 0 for none
 * @property {number} resolution time steps per quarter note
 * @property {number[]} vocabulary the tokens, ascending
 * @property {"error" | "nearest"} handleUnknown
 * @property {"both" | "decoder" | null} condition which halves of the network are conditioned on the class
 * @property {number} klWeight
 * @property {boolean} ownClasses whether the classes are a user's own instead of the four emotions
 * @property {number[][]} positions valence and arousal of each class
 * @property {number[]} counts the number of training rows of each class
 * @property {number[][]} means the mean of each class, of shape (nClasses, nComponents)
 * @property {import("../numbers/unpack.js").Entry[]} arrays
 *
 * @typedef {object} Wish what to sample
 * @property {number | ArrayLike<number> | null} [emotion] class index, for all rows or for each; null draws one for
 *   each
 * @property {ArrayLike<number> | null} [at] valence and arousal of a point to decode; null draws points
 * @property {ArrayLike<number> | null} [context] of shape (nContext), for all rows
 * @property {number} [temperature] 0 takes the likeliest symbol of every step; above 0 symbols are drawn
 * @property {number} [intensity] how far from the origin points are drawn, as a multiple of the training data's
 *   distance
 * @property {ArrayLike<number> | ArrayLike<number>[] | null} [prefix] the first tokens, for all rows or for each
 * @property {Generator} generator of random numbers
 *
 * @typedef {import("../numbers/random.js").Generator} Generator
 */

/** A fitted model. Rows are arrays of nSteps tokens, points are arrays of nComponents numbers. */
export class Model {
  /**
   * @param {Settings} settings
   * @param {import("../numbers/unpack.js").NamedArrays} arrays
   */
  constructor(settings, arrays) {
    this.settings = settings;
    const { nSteps, nComponents, condition, positions } = settings;
    this.layout = new ClassLayout(positions, settings.counts, settings.ownClasses);
    this.distributions = new ClassDistributions(settings.means, /** @type {Float64Array} */ (arrays.factors.values));
    const sizes = { nSteps, nComponents, nSymbols: settings.vocabulary.length };
    this.predictor = new Predictor(makeArchitecture(settings.architecture, sizes, arrays), sizes, {
      encoder: condition === "both" ? positions.length : 0,
      decoder: condition === null ? 0 : positions.length,
      context: settings.nContext,
    });
  }

  /**
   * The model from a page's data.
   *
   * @param {Settings} settings
   * @param {Uint8Array<ArrayBuffer>} bytes its arrays, compressed
   * @returns {Promise<Model>}
   */
  static async unpack(settings, bytes) {
    return new Model(settings, await unpackArrays(bytes, settings.arrays));
  }

  /**
   * The latent points of rows: the means of their posteriors. They differ from Python's by less than 1e-4 (measured: by
   * a few millionths).
   *
   * @param {ArrayLike<number>[]} rows
   * @returns {Float32Array[]} points
   */
  transform(rows) {
    const symbols = this.toSymbols(rows);
    const told = this.settings.condition === "both"; // whether the encoder is conditioned on the class
    const index = told ? this.inferClass(symbols, rows.length) : new Int32Array(rows.length);
    const { mean } = this.predictor.encode(symbols, index);
    return split(mean, this.settings.nComponents);
  }

  /**
   * The likeliest rows for points. The tokens are Python's, except where the two likeliest symbols differ in
   * probability by no more than the rounding of float32.
   *
   * @param {ArrayLike<number>[]} points
   * @param {{ classIndex?: number | ArrayLike<number> | null, context?: ArrayLike<number> | null }} [told] the class on
   *   which the decoder is conditioned, for all points or for each; null takes that of each point's region. The context
   *   is for all rows
   * @returns {Int32Array[]} rows
   */
  inverseTransform(points, { classIndex = null, context = null } = {}) {
    const index = classIndex === null ? this.layout.nearestTrained(points) : repeated(classIndex, points.length);
    return this.decode(points, index, { context: this.contextOf(context, points.length) });
  }

  /**
   * New rows, as EmotionRegularizedVAE.sample returns them for a generator with the same seed.
   *
   * @param {number} n
   * @param {Wish} wish
   * @returns {{ rows: Int32Array[], index: Int32Array, points: ArrayLike<number>[] }} the rows, their classes, and the
   *   points that were decoded
   */
  sample(n, { emotion = null, at = null, context = null, temperature = 0, intensity = 1, prefix = null, generator }) {
    const { layout } = this;
    const { nSteps, nComponents } = this.settings;
    const index = this.classesOf(n, emotion, at, generator);
    /** @type {ArrayLike<number>[]} */
    let points;
    if (at !== null && nComponents <= 2) {
      points = Array.from({ length: n }, () => Float64Array.from(at).slice(0, nComponents));
    } else {
      points = this.distributions.withIntensity(intensity).draw(index, layout, generator);
      if (at !== null) points = points.map((point) => Float64Array.from(point, (x, i) => (i < 2 ? at[i] : x)));
    }
    const uniform = temperature > 0 ? generator.randomFloat32(n * nSteps).map((x) => 1 - x) : null; // in (0, 1]
    const given = { context: this.contextOf(context, n), temperature, uniform, prefix: this.prefixOf(prefix, n) };
    return { rows: this.decode(points, index, given), index, points };
  }

  /**
   * The class in whose region each point lies.
   *
   * @param {ArrayLike<number>[]} points
   * @returns {Int32Array} class indices
   */
  classOf(points) {
    return this.layout.classOf(points);
  }

  /**
   * Indices into the vocabulary; for a token that it does not hold, that of the nearest one.
   *
   * @param {ArrayLike<number>[]} rows
   * @returns {Int32Array} the symbols of all rows, one row after the other
   */
  toSymbols(rows) {
    const { vocabulary, handleUnknown } = this.settings;
    const places = new Map(vocabulary.map((token, place) => [token, place]));
    const find = (/** @type {number} */ token) => {
      const place = places.get(token);
      if (place !== undefined) return place;
      if (handleUnknown === "error") throw new Error(`The model has never seen the token ${token}.`);
      const nearest = vocabulary.findIndex((known, i) => token <= (known + vocabulary[i + 1]) / 2);
      return nearest < 0 ? vocabulary.length - 1 : nearest; // NaN: the last
    };
    return Int32Array.from(rows.flatMap((row) => Array.from(row, find)));
  }

  /**
   * The trained class under which the model explains each row best.
   *
   * @param {Int32Array} symbols
   * @param {number} n number of rows
   * @returns {Int32Array} class indices
   */
  inferClass(symbols, n) {
    const { trained } = this.layout;
    const best = new Int32Array(n);
    const least = new Float64Array(n).fill(Infinity);
    for (const c of trained) {
      this.predictor.negativeElbo(symbols, new Int32Array(n).fill(c), this.settings.klWeight).forEach((loss, row) => {
        if (loss < least[row]) [least[row], best[row]] = [loss, c];
      });
    }
    return best;
  }

  /**
   * @param {number} n
   * @param {number | ArrayLike<number> | null} emotion
   * @param {ArrayLike<number> | null} at
   * @param {Generator} generator
   * @returns {Int32Array} the class of each new row
   */
  classesOf(n, emotion, at, generator) {
    const { layout } = this;
    if (emotion !== null) return repeated(emotion, n);
    if (at !== null) return layout.nearestTrained(Array.from({ length: n }, () => at));
    return Int32Array.from(generator.integers(layout.trained.length, n), (i) => layout.trained[i]);
  }

  /**
   * @param {ArrayLike<number>[]} points
   * @param {Int32Array} index
   * @param {import("./predictor.js").Given} given
   * @returns {Int32Array[]} rows of tokens
   */
  decode(points, index, given) {
    const { vocabulary, nSteps, nComponents } = this.settings;
    const latent = new Float32Array(points.length * nComponents);
    points.forEach((point, row) => latent.set(point, row * nComponents));
    const symbols = this.predictor.decode(latent, index, given);
    return split(symbols.map((symbol) => vocabulary[symbol]), nSteps);
  }

  /**
   * @param {ArrayLike<number> | null} context
   * @param {number} n
   * @returns {Float32Array | null} of shape (n, nContext)
   */
  contextOf(context, n) {
    if (context === null) return null;
    const width = this.settings.nContext;
    return Float32Array.from({ length: n * width }, (_, i) => context[i % width]);
  }

  /**
   * @param {ArrayLike<number> | ArrayLike<number>[] | null} prefix
   * @param {number} n
   * @returns {Int32Array | null} symbols, of shape (n, nPrefix)
   */
  prefixOf(prefix, n) {
    if (prefix === null || !prefix.length) return null;
    const each = typeof prefix[0] === "number" ? Array.from({ length: n }, () => prefix) : prefix;
    return this.toSymbols(/** @type {ArrayLike<number>[]} */ (each));
  }
}

/**
 * @param {number | ArrayLike<number>} index for all rows, or for each
 * @param {number} n
 * @returns {Int32Array} an index for each row
 */
function repeated(index, n) {
  return typeof index === "number" ? new Int32Array(n).fill(index) : Int32Array.from(index);
}

/**
 * @template {Float32Array | Int32Array} T
 * @param {T} matrix
 * @param {number} width
 * @returns {T[]} its rows
 */
function split(matrix, width) {
  const rows = [];
  for (let start = 0; start < matrix.length; start += width) {
    rows.push(/** @type {T} */ (matrix.slice(start, start + width)));
  }
  return rows;
}
