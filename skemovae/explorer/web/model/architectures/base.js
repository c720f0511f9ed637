/**
 * What an architecture is: its encoder and its decoder, built once from a model's weights. It mirrors
 * `skemovae/nn/architectures/_base.py`.
 */

import { Kernel, multiply } from "../../numbers/arrays.js";

/**
 * @typedef {import("../../numbers/unpack.js").NamedArrays} NamedArrays
 *
 * @typedef {object} Sizes what the shapes of a network's weights depend on, apart from its architecture
 * @property {number} nSteps
 * @property {number} nSymbols
 * @property {number} nComponents
 *
 * @typedef {Float32Array} Matrix row after row
 * @typedef {Matrix | null} Given null if this half of the network gets none
 *
 * @typedef {{ mean: Matrix, logVariance: Matrix | null }} Posterior of shape (n, nComponents); the log variance is
 * null if the page does not hold its weights
 *
 * @typedef {object} Network symbols are indices into the vocabulary, of shape (n, nSteps); labels are one-hot
 * @property {boolean} oneShot whether all steps are decoded at once; if not, the network has `start`
 * @property {(symbols: Int32Array, label: Given) => Posterior} encode
 * @property {(latent: Matrix, label: Given, context: Given, symbols: Int32Array | null) => Matrix} decode the logits,
 *   of shape (n, nSteps, nSymbols)
 * @property {(latent: Matrix, label: Given, context: Given) => Writing} [start] begins empty rows
 *
 * @typedef {object} Writing rows that are being written
 * @property {(previous: Int32Array | null, step: number) => Matrix} step the logits of the next step, of shape
 *   (n, nSymbols), in an array that the following step overwrites; `previous` holds the symbols chosen at the last step
 */

/** A dense layer. */
export class Dense {
  /**
   * @param {NamedArrays} weights
   * @param {string} name
   */
  constructor(weights, name) {
    const { shape, values } = weights[`${name}/kernel`];
    const nOutputs = shape[shape.length - 1];
    this.kernel = new Kernel(values, values.length / nOutputs, nOutputs); // a convolution's kernel reads patches
    this.bias = valuesOf(weights, `${name}/bias`);
  }

  /**
   * The layer's output for rows.
   *
   * @param {Float32Array} x of shape (n, inputs)
   * @returns {Float32Array} of shape (n, outputs)
   */
  apply(x) {
    return multiply(x, this.kernel, this.bias);
  }
}

/** The last two layers of an encoder. */
export class PosteriorLayers {
  /** @param {NamedArrays} weights */
  constructor(weights) {
    this.mean = new Dense(weights, "encoder/mean");
    this.logVariance = "encoder/log_variance/kernel" in weights ? new Dense(weights, "encoder/log_variance") : null;
  }

  /**
   * Mean and log variance.
   *
   * @param {Float32Array} hidden of shape (n, units)
   * @returns {Posterior}
   */
  apply(hidden) {
    return { mean: this.mean.apply(hidden), logVariance: this.logVariance ? this.logVariance.apply(hidden) : null };
  }
}

/**
 * The values of a weight.
 *
 * @param {NamedArrays} weights
 * @param {string} name
 * @returns {Float32Array}
 */
export function valuesOf(weights, name) {
  return /** @type {Float32Array} */ (weights[name].values);
}
