/**
 * Dense layers over the whole row at once: the simplest network. It mirrors `skemovae/nn/architectures/_dense.py`.
 */

import { beside, oneHot, relu } from "../../numbers/arrays.js";
import { Dense, PosteriorLayers } from "./base.js";

/** @typedef {import("./base.js").Network} Network */

/** @implements {Network} */
export class DenseArchitecture {
  /**
   * @param {{ hidden_layer_sizes: number[] }} options
   * @param {import("./base.js").Sizes} sizes
   * @param {import("./base.js").NamedArrays} weights
   */
  constructor(options, sizes, weights) {
    this.oneShot = true;
    this.sizes = sizes;
    const layers = (/** @type {string} */ half) =>
      options.hidden_layer_sizes.map((_, i) => new Dense(weights, `${half}/hidden${i}`));
    this.encoder = layers("encoder");
    this.decoder = layers("decoder");
    this.posterior = new PosteriorLayers(weights);
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
    const { nSteps, nSymbols } = this.sizes;
    const tokens = beside(symbols.length / nSteps, oneHot(symbols, nSymbols), label);
    return this.posterior.apply(this.encoder.reduce((hidden, layer) => relu(layer.apply(hidden)), tokens));
  }

  /**
   * The logits of every step.
   *
   * @param {Float32Array} latent of shape (n, nComponents)
   * @param {Float32Array | null} label
   * @returns {Float32Array} of shape (n, nSteps, nSymbols)
   */
  decode(latent, label) {
    const point = beside(latent.length / this.sizes.nComponents, latent, label);
    return this.symbols.apply(this.decoder.reduce((hidden, layer) => relu(layer.apply(hidden)), point));
  }
}
