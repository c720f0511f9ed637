/**
 * Convolutions over beats in both halves, with all steps decoded at once: a network that reconstructs melodies. It
 * mirrors `skemovae/nn/architectures/_beat.py`.
 */

import { add, beside, relu, tanh } from "../../numbers/arrays.js";
import { Dense } from "./base.js";
import { BEAT, BeatsEncoder, convolve, nBeats } from "./beats.js";

const STEP_SCALE = 2; // the steps are this many times a tanh

/** @typedef {import("./base.js").Network} Network */

/** @implements {Network} */
export class BeatArchitecture {
  /**
   * @param {object} options
   * @param {import("./base.js").Sizes} sizes
   * @param {import("./base.js").NamedArrays} weights
   */
  constructor(options, sizes, weights) {
    this.oneShot = true;
    this.sizes = sizes;
    this.encoder = new BeatsEncoder(sizes, weights);
    this.hidden = new Dense(weights, "decoder/hidden");
    this.beats = new Dense(weights, "decoder/beats");
    this.convolutions = [0, 1].map((i) => new Dense(weights, `decoder/convolution${i}`));
    this.steps = new Dense(weights, "decoder/steps");
    this.symbols = new Dense(weights, "decoder/symbols");
  }

  /**
   * Mean and log variance of the latent points.
   *
   * @param {Int32Array} symbols of shape (n, nSteps)
   * @param {Float32Array | null} label
   * @returns {import("./base.js").Posterior}
   */
  encode(symbols, label) {
    return this.encoder.encode(symbols, label);
  }

  /**
   * The logits of every step.
   *
   * @param {Float32Array} latent of shape (n, nComponents)
   * @param {Float32Array | null} label
   * @returns {Float32Array} of shape (n, nSteps, nSymbols)
   */
  decode(latent, label) {
    const count = nBeats(this.sizes);
    const nRows = latent.length / this.sizes.nComponents;
    const hidden = relu(this.hidden.apply(beside(nRows, latent, label)));
    let beats = relu(convolve(this.beats.apply(hidden), this.convolutions[0], count));
    beats = add(relu(convolve(beats, this.convolutions[1], count)), beats);
    const steps = tanh(this.steps.apply(beats), STEP_SCALE);
    return this.symbols.apply(this.withoutPadding(steps, nRows, count * BEAT));
  }

  /**
   * The steps without those that only pad the rows.
   *
   * @param {Float32Array} steps of shape (n, length, channels)
   * @param {number} nRows
   * @param {number} length
   * @returns {Float32Array} of shape (n, nSteps, channels)
   */
  withoutPadding(steps, nRows, length) {
    const { nSteps } = this.sizes;
    if (length === nSteps) return steps;
    const channels = this.symbols.kernel.nInputs;
    const result = new Float32Array(nRows * nSteps * channels);
    for (let row = 0; row < nRows; row += 1) {
      const start = row * length * channels;
      result.set(steps.subarray(start, start + nSteps * channels), row * nSteps * channels);
    }
    return result;
  }
}
