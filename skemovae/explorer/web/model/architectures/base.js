/**
 * What an architecture is: its encoder and its decoder, made once of a model's weights. The mirror of
 * `skemovae/nn/architectures/_base.py`.
 */

import { Kernel, multiply } from "../../numbers/arrays.js";

/**
 * @typedef {import("../../numbers/unpack.js").NamedArrays} NamedArrays
 *
 * @typedef {object} Sizes what a network's weights depend on beside its architecture
 * @property {number} nSteps
 * @property {number} nSymbols
 * @property {number} nComponents
 *
 * @typedef {Float32Array} Matrix row after row
 * @typedef {Matrix | null} Given null where the half is given none
 *
 * @typedef {{ mean: Matrix, logVariance: Matrix | null }} Posterior of shape (n, nComponents); the logarithm of the
 * variance is null where the page does not hold its weights
 *
 * @typedef {object} Network symbols are places in the vocabulary, of shape (n, nSteps); labels are one-hot
 * @property {boolean} oneShot whether all steps are decoded at once; else it has `start`
 * @property {(symbols: Int32Array, label: Given) => Posterior} encode
 * @property {(latent: Matrix, label: Given, context: Given, symbols: Int32Array | null) => Matrix} decode the logits,
 *   of shape (n, nSteps, nSymbols)
 * @property {(latent: Matrix, label: Given, context: Given) => Writing} [start] rows that are empty
 *
 * @typedef {object} Writing rows that are being written
 * @property {(previous: Int32Array | null, step: number) => Matrix} step the logits of the next step, of shape
 *   (n, nSymbols), which the step after overwrites; `previous` are the symbols that were chosen at the step before
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
    this.kernel = new Kernel(values, values.length / nOutputs, nOutputs); // a convolution's reads patches
    this.bias = valuesOf(weights, `${name}/bias`);
  }

  /**
   * What the layer makes of rows.
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
   * Mean and logarithm of the variance.
   *
   * @param {Float32Array} hidden of shape (n, units)
   * @returns {Posterior}
   */
  apply(hidden) {
    return { mean: this.mean.apply(hidden), logVariance: this.logVariance ? this.logVariance.apply(hidden) : null };
  }
}

/**
 * The numbers of a weight.
 *
 * @param {NamedArrays} weights
 * @param {string} name
 * @returns {Float32Array}
 */
export function valuesOf(weights, name) {
  return /** @type {Float32Array} */ (weights[name].values);
}
