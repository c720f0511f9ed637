/**
 * A GRU that writes one symbol after another and reads the latent point at every step: a network that makes melodies.
 * It mirrors `skemovae/nn/architectures/_autoregressive.py`.
 */

import { Kernel, beside, multiply, tanh } from "../../numbers/arrays.js";
import { Dense, valuesOf } from "./base.js";
import { BeatsEncoder, EMBEDDING } from "./beats.js";
import { History, makeTables } from "./history.js";
import { gruStep } from "./recurrence.js";

const READ_IN = 32; // width of the embedding of the latent point
const POSITION = 12; // width of the embedding of the position in the row
const NO_HOLD = -100; // added to the logit of a hold at the first step, where there is nothing to hold

/** @typedef {import("./base.js").Network} Network */

/** @implements {Network} */
export class AutoregressiveArchitecture {
  /**
   * @param {{ melodic: boolean }} options
   * @param {import("./base.js").Sizes} sizes
   * @param {import("./base.js").NamedArrays} weights
   */
  constructor(options, sizes, weights) {
    this.oneShot = false;
    this.sizes = sizes;
    this.melodic = options.melodic;
    this.encoder = new BeatsEncoder(sizes, weights);
    this.hidden = new Dense(weights, "decoder/hidden");
    this.latent = new Dense(weights, "decoder/latent");
    this.state = new Dense(weights, "decoder/state");
    this.tables = new Tables(weights, sizes, this.melodic);
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
   * The logits of every step of given rows.
   *
   * @param {Float32Array} latent of shape (n, nComponents)
   * @param {Float32Array | null} label
   * @param {Float32Array | null} context
   * @param {Int32Array | null} symbols of shape (n, nSteps)
   * @returns {Float32Array} of shape (n, nSteps, nSymbols)
   */
  decode(latent, label, context, symbols) {
    if (!symbols) throw new Error("An autoregressive decoder needs the symbols before each step.");
    const { nSteps, nSymbols } = this.sizes;
    const nRows = symbols.length / nSteps;
    const logits = new Float32Array(nRows * nSteps * nSymbols);
    const writing = this.start(latent, label, context);
    for (let step = 0; step < nSteps; step += 1) {
      const previous = step ? Int32Array.from({ length: nRows }, (_, row) => symbols[row * nSteps + step - 1]) : null;
      const found = writing.step(previous, step);
      for (let row = 0; row < nRows; row += 1) {
        logits.set(found.subarray(row * nSymbols, (row + 1) * nSymbols), (row * nSteps + step) * nSymbols);
      }
    }
    return logits;
  }

  /**
   * The state before the first step.
   *
   * @param {Float32Array} latent of shape (n, nComponents)
   * @param {Float32Array | null} label
   * @param {Float32Array | null} context
   * @returns {Writing}
   */
  start(latent, label, context) {
    const nRows = latent.length / this.sizes.nComponents;
    const point = tanh(this.latent.apply(tanh(this.hidden.apply(beside(nRows, latent, label, context)))));
    const history = new History(this.sizes, nRows, this.melodic);
    const ofPoint = multiply(point, this.tables.point, this.tables.bias);
    return new Writing(this.tables, ofPoint, tanh(this.state.apply(point)), history);
  }
}

/**
 * Weights rearranged so that a step takes a few rows of a table and two products.
 *
 * `rows` holds the embedding tables, one below the other, each multiplied by what reads it: the kernel of the GRU and,
 * to its right, that of the softmax. `offsets` says where each table begins. `point` does the same for the latent
 * point, and `bias` is the bias of both.
 */
class Tables {
  /**
   * @param {import("./base.js").NamedArrays} weights
   * @param {import("./base.js").Sizes} sizes
   * @param {boolean} melodic
   */
  constructor(weights, sizes, melodic) {
    const units = weights["decoder/gru/recurrent_kernel"].shape[0];
    const [nGates, nSymbols] = [3 * units, sizes.nSymbols];
    this.nGates = nGates;
    this.width = nGates + nSymbols;
    const kernel = valuesOf(weights, "decoder/gru/kernel");
    const toSymbols = valuesOf(weights, "decoder/symbols/kernel");
    const gruBias = valuesOf(weights, "decoder/gru/bias");
    const ofPrevious = kernel.subarray(0, EMBEDDING * nGates);
    const ofPosition = kernel.subarray(EMBEDDING * nGates, (EMBEDDING + POSITION) * nGates);
    const repeated = kernel.subarray((EMBEDDING + POSITION) * nGates);
    const both = beside(repeated.length / nGates, repeated, toSymbols.subarray(units * nSymbols));

    const previous = multiply(valuesOf(weights, "decoder/previous"), new Kernel(ofPrevious, EMBEDDING, nGates));
    const nPrevious = previous.length / nGates;
    const tables = [
      beside(nPrevious, previous, new Float32Array(nPrevious * nSymbols)), // the softmax does not read it
      ...makeTables(weights, both.subarray(READ_IN * this.width), this.width, melodic),
    ];
    this.rows = new Float32Array(tables.reduce((sum, table) => sum + table.length, 0));
    /** @type {number[]} */
    this.offsets = [];
    let start = 0;
    for (const table of tables) {
      this.rows.set(table, start);
      this.offsets.push(start / this.width);
      start += table.length;
    }
    this.point = new Kernel(both.subarray(0, READ_IN * this.width), READ_IN, this.width);
    this.bias = beside(1, gruBias.slice(0, nGates), valuesOf(weights, "decoder/symbols/bias"));
    for (let gate = 0; gate < 2 * units; gate += 1) this.bias[gate] += gruBias[nGates + gate];
    this.position = multiply(valuesOf(weights, "decoder/position"), new Kernel(ofPosition, POSITION, nGates));
    this.recurrentKernel = new Kernel(valuesOf(weights, "decoder/gru/recurrent_kernel"), units, nGates);
    this.recurrentBias = gruBias.slice(nGates + 2 * units);
    this.symbols = new Kernel(toSymbols.subarray(0, units * nSymbols), units, nSymbols);
  }
}

/** Rows that are being written. */
class Writing {
  /**
   * @param {Tables} tables
   * @param {Float32Array} ofPoint of shape (n, tables.width), what the latent point contributes at every step
   * @param {Float32Array} state of shape (n, units)
   * @param {History} history
   */
  constructor(tables, ofPoint, state, history) {
    this.tables = tables;
    this.ofPoint = ofPoint;
    this.state = state;
    this.history = history;
    this.both = new Float32Array(ofPoint.length); // the inputs of the GRU and the softmax, except for the state
    this.room = new Float32Array(3 * state.length);
    this.logits = new Float32Array(history.nRows * tables.symbols.nOutputs);
  }

  /**
   * The logits of the next step.
   *
   * @param {Int32Array | null} previous of shape (n), the symbols that were chosen at the previous step
   * @param {number} step
   * @returns {Float32Array} of shape (n, nSymbols), which the next step overwrites
   */
  step(previous, step) {
    const { tables, both, history, logits } = this;
    const { nGates, width } = tables;
    if (previous) history.append(previous);
    this.read(step);
    gruStep(both, width, tables.recurrentKernel, tables.recurrentBias, this.state, this.room);
    multiply(this.state, tables.symbols, null, logits);
    const nSymbols = width - nGates;
    for (let row = 0; row < history.nRows; row += 1) {
      for (let symbol = 0; symbol < nSymbols; symbol += 1) {
        logits[row * nSymbols + symbol] += both[row * width + nGates + symbol];
      }
      if (history.melodic && step === 0) logits[(row + 1) * nSymbols - 1] += NO_HOLD;
    }
    return logits;
  }

  /**
   * Sum what a step reads: the point, the position, and the embeddings of the history.
   *
   * @param {number} step
   */
  read(step) {
    const { tables, both, history } = this;
    const { width, nGates, rows, offsets, position } = tables;
    const indices = history.indices();
    both.set(this.ofPoint);
    for (let row = 0; row < history.nRows; row += 1) {
      const to = row * width;
      for (let i = 0; i < nGates; i += 1) both[to + i] += position[step * nGates + i];
      for (let column = 0; column < history.width; column += 1) {
        const from = (offsets[column] + indices[row * history.width + column]) * width;
        for (let i = 0; i < width; i += 1) both[to + i] += rows[from + i];
      }
    }
  }
}
