/**
 * The paper's network: one GRU reads the row, and another writes it from the latent point, which is its input at every
 * step. It mirrors `skemovae/nn/architectures/_gru.py`.
 */

import { Kernel, add, beside, multiply, relu, takeRows } from "../../numbers/arrays.js";
import { Dense, PosteriorLayers, valuesOf } from "./base.js";
import { gruStep } from "./recurrence.js";

const LABEL_CHANNELS = 4; // width of the label beside each one-hot symbol

/** @typedef {import("./base.js").Network} Network */

/** @implements {Network} */
export class GRUArchitecture {
  /**
   * @param {object} options
   * @param {import("./base.js").Sizes} sizes
   * @param {import("./base.js").NamedArrays} weights
   */
  constructor(options, sizes, weights) {
    this.oneShot = true;
    this.sizes = sizes;
    this.label = "encoder/label/kernel" in weights ? new Dense(weights, "encoder/label") : null;
    this.reader = new Recurrence(weights, "encoder/gru");
    this.hidden = new Dense(weights, "encoder/hidden");
    this.posterior = new PosteriorLayers(weights);
    this.writer = new Recurrence(weights, "decoder/gru");
    this.symbols = new Dense(weights, "decoder/symbols");
    const { nSymbols } = sizes;
    const { input, nGates } = this.reader;
    this.ofSymbols = input.subarray(0, nSymbols * nGates);
    this.ofLabel = this.label && new Kernel(input.subarray(nSymbols * nGates), LABEL_CHANNELS, nGates);
    this.ofPoint = this.writer.kernelOfInput();
  }

  /**
   * Mean and log variance of the latent points.
   *
   * @param {Int32Array} symbols of shape (n, nSteps)
   * @param {Float32Array | null} label
   * @returns {import("./base.js").Posterior}
   */
  encode(symbols, label) {
    const { nSteps } = this.sizes;
    const nRows = symbols.length / nSteps;
    const spread = this.label && label ? this.label.apply(label) : null; // (n, nSteps, LABEL_CHANNELS)
    const reading = this.reader.start(nRows);
    for (let step = 0; step < nSteps; step += 1) {
      // The product of a one-hot vector and the kernel is a row of the kernel.
      const index = Int32Array.from({ length: nRows }, (_, row) => symbols[row * nSteps + step]);
      const projected = takeRows(this.ofSymbols, this.reader.nGates, index);
      if (spread && this.ofLabel) {
        const places = Int32Array.from({ length: nRows }, (_, row) => row * nSteps + step);
        add(projected, multiply(takeRows(spread, LABEL_CHANNELS, places), this.ofLabel));
      }
      reading.step(this.reader.withBias(projected));
    }
    return this.posterior.apply(relu(this.hidden.apply(reading.state)));
  }

  /**
   * The logits of every step.
   *
   * @param {Float32Array} latent of shape (n, nComponents)
   * @param {Float32Array | null} label
   * @returns {Float32Array} of shape (n, nSteps, nSymbols)
   */
  decode(latent, label) {
    const { nSteps, nSymbols, nComponents } = this.sizes;
    const nRows = latent.length / nComponents;
    const projected = this.writer.withBias(multiply(beside(nRows, latent, label), this.ofPoint));
    const logits = new Float32Array(nRows * nSteps * nSymbols);
    const writing = this.writer.start(nRows);
    for (let step = 0; step < nSteps; step += 1) {
      writing.step(projected);
      const found = this.symbols.apply(writing.state);
      for (let row = 0; row < nRows; row += 1) {
        logits.set(found.subarray(row * nSymbols, (row + 1) * nSymbols), (row * nSteps + step) * nSymbols);
      }
    }
    return logits;
  }
}

/** The weights of a GRU. */
class Recurrence {
  /**
   * @param {import("./base.js").NamedArrays} weights
   * @param {string} name
   */
  constructor(weights, name) {
    const units = weights[`${name}/recurrent_kernel`].shape[0];
    this.units = units;
    this.nGates = 3 * units;
    this.input = valuesOf(weights, `${name}/kernel`);
    this.kernel = new Kernel(valuesOf(weights, `${name}/recurrent_kernel`), units, this.nGates);
    const bias = valuesOf(weights, `${name}/bias`); // first that of the input, then that of the recurrence
    this.bias = bias.slice(0, this.nGates);
    for (let gate = 0; gate < 2 * units; gate += 1) this.bias[gate] += bias[this.nGates + gate];
    this.candidateBias = bias.slice(this.nGates + 2 * units);
  }

  /**
   * The kernel that reads the input.
   *
   * @returns {Kernel}
   */
  kernelOfInput() {
    return new Kernel(this.input, this.input.length / this.nGates, this.nGates);
  }

  /**
   * The product of input and kernel, with the biases added in place.
   *
   * @param {Float32Array} projected of shape (n, nGates)
   * @returns {Float32Array} the same
   */
  withBias(projected) {
    for (let i = 0; i < projected.length; i += 1) projected[i] += this.bias[i % this.nGates];
    return projected;
  }

  /**
   * Rows whose state is zero.
   *
   * @param {number} nRows
   * @returns {{ state: Float32Array, step: (projected: Float32Array) => void }} `step` advances the state, of shape
   *   (n, units), by one step
   */
  start(nRows) {
    const state = new Float32Array(nRows * this.units);
    const room = new Float32Array(nRows * this.nGates);
    const step = (/** @type {Float32Array} */ projected) => {
      gruStep(projected, this.nGates, this.kernel, this.candidateBias, state, room);
    };
    return { state, step };
  }
}
