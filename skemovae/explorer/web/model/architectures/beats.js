/**
 * What the networks over beats share: the encoder, and a convolution over neighboring beats. It mirrors
 * `skemovae/nn/architectures/_beats.py`.
 */

import { add, beside, relu, takeRows } from "../../numbers/arrays.js";
import { Dense, PosteriorLayers, valuesOf } from "./base.js";

export const BEAT = 4; // steps
export const EMBEDDING = 32; // width of a symbol's embedding
const [MIN_LOG_VARIANCE, MAX_LOG_VARIANCE] = [-8, 4];

/**
 * The number of beats that a row takes.
 *
 * @param {import("./base.js").Sizes} sizes
 * @returns {number}
 */
export function nBeats(sizes) {
  return Math.ceil(sizes.nSteps / BEAT);
}

/** The encoder: embeddings, a dense layer for each beat, two convolutions over beats, a dense layer. */
export class BeatsEncoder {
  /**
   * @param {import("./base.js").Sizes} sizes
   * @param {import("./base.js").NamedArrays} weights
   */
  constructor(sizes, weights) {
    this.sizes = sizes;
    this.embedding = valuesOf(weights, "encoder/embedding");
    this.beats = new Dense(weights, "encoder/beats");
    this.convolutions = [0, 1].map((i) => new Dense(weights, `encoder/convolution${i}`));
    this.hidden = new Dense(weights, "encoder/hidden");
    this.posterior = new PosteriorLayers(weights);
  }

  /**
   * Mean and log variance of the latent points.
   *
   * @param {Int32Array} symbols of shape (n, nSteps)
   * @param {Float32Array | null} label
   * @returns {import("./base.js").Posterior}
   */
  encode(symbols, label) {
    const count = nBeats(this.sizes);
    const nRows = symbols.length / this.sizes.nSteps;
    const embedded = takeRows(this.embedding, EMBEDDING, this.padded(symbols, nRows, count * BEAT));
    let beats = relu(this.beats.apply(embedded));
    beats = add(relu(convolve(beats, this.convolutions[0], count)), beats);
    beats = relu(convolve(beats, this.convolutions[1], count));
    const { mean, logVariance } = this.posterior.apply(relu(this.hidden.apply(beside(nRows, beats, label))));
    const kept = logVariance && logVariance.map((x) => Math.min(Math.max(x, MIN_LOG_VARIANCE), MAX_LOG_VARIANCE));
    return { mean, logVariance: kept };
  }

  /**
   * Rows padded to whole beats with the padding symbol.
   *
   * @param {Int32Array} symbols
   * @param {number} nRows
   * @param {number} length
   * @returns {Int32Array}
   */
  padded(symbols, nRows, length) {
    const { nSteps, nSymbols } = this.sizes;
    if (length === nSteps) return symbols;
    const result = new Int32Array(nRows * length).fill(nSymbols);
    for (let row = 0; row < nRows; row += 1) {
      result.set(symbols.subarray(row * nSteps, (row + 1) * nSteps), row * length);
    }
    return result;
  }
}

/**
 * A convolution over three beats, with zeros beyond the ends of the row.
 *
 * @param {Float32Array} x of shape (n, count, channels)
 * @param {Dense} layer reads the previous beat, the beat itself and the next one
 * @param {number} count beats in a row
 * @returns {Float32Array} of shape (n, count, filters)
 */
export function convolve(x, layer, count) {
  const channels = layer.kernel.nInputs / 3;
  const copies = new Float32Array(3 * x.length);
  for (let beat = 0; beat < x.length / channels; beat += 1) {
    const place = beat % count;
    const first = place > 0 ? beat - 1 : beat;
    const last = place < count - 1 ? beat + 1 : beat;
    copies.set(x.subarray(first * channels, (last + 1) * channels), (3 * beat + 1 - (beat - first)) * channels);
  }
  return layer.apply(copies);
}
