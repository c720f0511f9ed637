/**
 * What a step of the autoregressive network reads of the earlier symbols, apart from the last one. It mirrors
 * `skemovae/nn/architectures/_history.py`.
 */

import { Kernel, multiply } from "../../numbers/arrays.js";
import { valuesOf } from "./base.js";

const BARS = [16, 32, 48]; // steps ago
const N_PITCHES = 2;
const MAX_HELD = 15; // a symbol held for longer counts as held for this many steps

/** The symbols of some rows so far, and what a step reads of them. */
export class History {
  /**
   * @param {import("./base.js").Sizes} sizes
   * @param {number} nRows
   * @param {boolean} melodic whether the last two symbols are a rest and a hold, and all others are pitches
   */
  constructor(sizes, nRows, melodic) {
    this.nSymbols = sizes.nSymbols;
    this.nRows = nRows;
    this.melodic = melodic;
    /** @type {Int32Array[]} */
    this.written = []; // the symbols of every step
    this.last = new Int32Array(nRows).fill(this.nSymbols); // the last pitch
    this.second = new Int32Array(nRows).fill(this.nSymbols); // the one before it
    this.held = new Int32Array(nRows).fill(MAX_HELD); // for how many steps the last symbol has been held
    this.width = 1 + BARS.length + (melodic ? N_PITCHES + 1 : 0); // of the indices
  }

  /**
   * Add a step.
   *
   * @param {Int32Array} symbols of shape (n)
   */
  append(symbols) {
    this.written.push(symbols);
    if (!this.melodic) return;
    for (let row = 0; row < this.nRows; row += 1) {
      if (symbols[row] < this.nSymbols - 2) {
        this.second[row] = this.last[row];
        this.last[row] = symbols[row];
      }
      this.held[row] = symbols[row] === this.nSymbols - 1 ? Math.min(this.held[row] + 1, MAX_HELD) : 0;
    }
  }

  /**
   * The last symbol, those one or more bars ago, the last pitches, and the number of steps held.
   *
   * @returns {Int32Array} of shape (n, width)
   */
  indices() {
    const index = new Int32Array(this.nRows * this.width).fill(this.nSymbols); // before the row
    const fill = (/** @type {number} */ column, /** @type {Int32Array} */ values) => {
      for (let row = 0; row < this.nRows; row += 1) index[row * this.width + column] = values[row];
    };
    [1, ...BARS].forEach((distance, column) => {
      if (distance <= this.written.length) fill(column, this.written[this.written.length - distance]);
    });
    if (this.melodic) [this.last, this.second, this.held].forEach((values, i) => fill(1 + BARS.length + i, values));
    return index;
  }
}

/**
 * The embeddings multiplied by the rows of a kernel that read them, in the order of `indices`.
 *
 * @param {import("./base.js").NamedArrays} weights
 * @param {Float32Array} kernel of shape (total width of all embeddings, nOutputs)
 * @param {number} nOutputs
 * @param {boolean} melodic
 * @returns {Float32Array[]} of shape (rows of the table, nOutputs)
 */
export function makeTables(weights, kernel, nOutputs, melodic) {
  const names = BARS.map(() => "decoder/bars");
  if (melodic) names.push("decoder/pitches", "decoder/pitches", "decoder/held");
  let start = 0;
  return names.map((name) => {
    const width = weights[name].shape[1];
    const part = kernel.subarray(start * nOutputs, (start + width) * nOutputs);
    start += width;
    return multiply(valuesOf(weights, name), new Kernel(part, width, nOutputs));
  });
}
