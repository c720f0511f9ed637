/**
 * What a fitted network is used for: it encodes rows, decodes points, and measures how well it explains rows. It
 * mirrors `skemovae/nn/inference.py`.
 */

import { oneHot } from "../numbers/arrays.js";

const BLOCK = 32; // rows that are processed at a time, which keeps the memory small
const MIN_TEMPERATURE = 1e-6; // float32 can divide by it without overflow

/**
 * @typedef {object} Given the decoder's inputs other than the points
 * @property {number} [temperature] 0 takes the likeliest symbol of every step; above 0 symbols are drawn
 * @property {Float32Array | null} [uniform] random numbers in (0, 1] for the draws, of shape (n, nSteps)
 * @property {Float32Array | null} [context] of shape (n, nContext); null means zeros
 * @property {Int32Array | null} [prefix] the first symbols of the rows, of shape (n, nPrefix), for an autoregressive
 *   architecture
 */

/** A network with its weights, for use. */
export class Predictor {
  /**
   * @param {import("./architectures/base.js").Network} network
   * @param {import("./architectures/base.js").Sizes} sizes
   * @param {{ encoder: number, decoder: number, context: number }} columns the number of columns of the one-hot class
   *   that each half gets, and of the context; 0 if it gets none
   */
  constructor(network, sizes, columns) {
    this.network = network;
    this.sizes = sizes;
    this.columns = columns;
  }

  /**
   * Mean and log variance of the latent points.
   *
   * @param {Int32Array} symbols of shape (n, nSteps)
   * @param {Int32Array} index of shape (n), the classes; only a conditioned encoder reads them
   * @returns {import("./architectures/base.js").Posterior}
   */
  encode(symbols, index) {
    const { nSteps, nComponents } = this.sizes;
    const mean = new Float32Array(index.length * nComponents);
    /** @type {Float32Array | null} */
    let logVariance = null;
    for (const [start, stop] of blocks(index.length)) {
      const label = labelOf(index.subarray(start, stop), this.columns.encoder);
      const found = this.network.encode(symbols.subarray(start * nSteps, stop * nSteps), label);
      mean.set(found.mean, start * nComponents);
      if (found.logVariance) {
        logVariance ??= new Float32Array(mean.length);
        logVariance.set(found.logVariance, start * nComponents);
      }
    }
    return { mean, logVariance };
  }

  /**
   * New rows of symbols.
   *
   * @param {Float32Array} latent of shape (n, nComponents)
   * @param {Int32Array} index of shape (n), the classes; only a conditioned decoder reads them
   * @param {Given} [given]
   * @returns {Int32Array} of shape (n, nSteps)
   */
  decode(latent, index, given = {}) {
    const { nSteps } = this.sizes;
    const rows = new Int32Array(index.length * nSteps);
    const prefix = given.prefix ?? new Int32Array(0);
    const nPrefix = prefix.length / index.length;
    for (const [start, stop] of blocks(index.length)) {
      const written = this.generate(
        part(latent, this.sizes.nComponents, start, stop),
        labelOf(index.subarray(start, stop), this.columns.decoder),
        this.contextOf(given.context, start, stop),
        given.temperature ?? 0,
        given.uniform ? part(given.uniform, nSteps, start, stop) : null,
        prefix.subarray(start * nPrefix, stop * nPrefix),
      );
      rows.set(written, start * nSteps);
    }
    return rows;
  }

  /**
   * The reconstruction loss plus the weighted KL divergence of each row, at the latent mean.
   *
   * @param {Int32Array} symbols of shape (n, nSteps)
   * @param {Int32Array} index of shape (n)
   * @param {number} klWeight
   * @returns {Float64Array} of shape (n)
   */
  negativeElbo(symbols, index, klWeight) {
    const { nSteps, nSymbols, nComponents } = this.sizes;
    const losses = new Float64Array(index.length);
    for (const [start, stop] of blocks(index.length)) {
      const rows = symbols.subarray(start * nSteps, stop * nSteps);
      const { mean, logVariance } = this.encode(rows, index.subarray(start, stop));
      const label = labelOf(index.subarray(start, stop), this.columns.decoder);
      const logits = this.network.decode(mean, label, this.contextOf(null, start, stop), rows);
      for (let row = 0; row < stop - start; row += 1) {
        let loss = 0;
        for (let step = row * nSteps; step < (row + 1) * nSteps; step += 1) {
          loss += crossEntropy(logits.subarray(step * nSymbols, (step + 1) * nSymbols), rows[step]);
        }
        for (let i = row * nComponents; logVariance && i < (row + 1) * nComponents; i += 1) {
          loss += klWeight * klDivergence(mean[i], logVariance[i]);
        }
        losses[start + row] = loss;
      }
    }
    return losses;
  }

  /**
   * @param {Float32Array | null | undefined} context
   * @param {number} start
   * @param {number} stop
   * @returns {Float32Array | null} of the rows start to stop; null if the network has no context
   */
  contextOf(context, start, stop) {
    const { context: width } = this.columns;
    if (!width) return null;
    return context ? part(context, width, start, stop) : new Float32Array((stop - start) * width);
  }

  /**
   * @param {Float32Array} latent
   * @param {Float32Array | null} label
   * @param {Float32Array | null} context
   * @param {number} temperature
   * @param {Float32Array | null} uniform
   * @param {Int32Array} prefix
   * @returns {Int32Array} the symbols of one block, of shape (n, nSteps)
   */
  generate(latent, label, context, temperature, uniform, prefix) {
    const { network, sizes } = this;
    const { nSteps, nSymbols, nComponents } = sizes;
    if (network.oneShot || !network.start) {
      return chooseSymbols(network.decode(latent, label, context, null), nSymbols, temperature, uniform);
    }
    const nRows = latent.length / nComponents;
    const nPrefix = prefix.length / nRows;
    const writing = network.start(latent, label, context);
    const rows = new Int32Array(nRows * nSteps);
    /** @type {Int32Array | null} */
    let chosen = null;
    for (let step = 0; step < nSteps; step += 1) {
      const logits = writing.step(chosen, step);
      chosen =
        step < nPrefix
          ? Int32Array.from({ length: nRows }, (_, row) => prefix[row * nPrefix + step])
          : chooseSymbols(logits, nSymbols, temperature, uniform && column(uniform, nSteps, step));
      for (let row = 0; row < nRows; row += 1) rows[row * nSteps + step] = chosen[row];
    }
    return rows;
  }
}

/**
 * The likeliest symbol of every step, or one drawn from softmax(logits / temperature) by applying the inverse of the
 * cumulative distribution to a number in (0, 1].
 *
 * @param {Float32Array} logits of shape (n, nSymbols)
 * @param {number} nSymbols
 * @param {number} temperature
 * @param {Float32Array | null} uniform of shape (n); null if the temperature is 0
 * @returns {Int32Array} of shape (n)
 */
export function chooseSymbols(logits, nSymbols, temperature, uniform) {
  const chosen = new Int32Array(logits.length / nSymbols);
  const cumulative = new Float32Array(nSymbols);
  const divisor = Math.fround(Math.max(temperature, MIN_TEMPERATURE));
  for (let i = 0; i < chosen.length; i += 1) {
    const row = logits.subarray(i * nSymbols, (i + 1) * nSymbols);
    const likeliest = argmax(row);
    if (temperature === 0 || !uniform) {
      chosen[i] = likeliest;
      continue;
    }
    let sum = 0;
    for (let symbol = 0; symbol < nSymbols; symbol += 1) {
      const logit = Math.fround(Math.fround(row[symbol] - row[likeliest]) / divisor);
      sum = Math.fround(sum + Math.fround(Math.exp(logit))); // rounded where NumPy rounds
      cumulative[symbol] = sum;
    }
    const wanted = Math.fround(uniform[i] * sum);
    while (cumulative[chosen[i]] < wanted) chosen[i] += 1;
  }
  return chosen;
}

/**
 * The index of the largest number; in a tie, the first.
 *
 * @param {ArrayLike<number>} row
 * @returns {number}
 */
export function argmax(row) {
  let best = 0;
  for (let i = 1; i < row.length; i += 1) if (row[i] > row[best]) best = i;
  return best;
}

/**
 * @param {Float32Array} logits of one step
 * @param {number} symbol
 * @returns {number}
 */
function crossEntropy(logits, symbol) {
  const most = logits[argmax(logits)];
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - most);
  return Math.log(sum) - (logits[symbol] - most);
}

/**
 * @param {number} mean
 * @param {number} logVariance
 * @returns {number} the KL divergence of N(mean, variance) from N(0, 1)
 */
function klDivergence(mean, logVariance) {
  return -0.5 * (1 + logVariance - mean ** 2 - Math.exp(logVariance));
}

/**
 * @param {Int32Array} index
 * @param {number} nClasses
 * @returns {Float32Array | null}
 */
function labelOf(index, nClasses) {
  return nClasses ? oneHot(index, nClasses) : null;
}

/**
 * @param {Float32Array} matrix
 * @param {number} width
 * @param {number} start
 * @param {number} stop
 * @returns {Float32Array} its rows from start to stop
 */
function part(matrix, width, start, stop) {
  return matrix.subarray(start * width, stop * width);
}

/**
 * @param {Float32Array} matrix
 * @param {number} width
 * @param {number} place
 * @returns {Float32Array} one of its columns
 */
function column(matrix, width, place) {
  return Float32Array.from({ length: matrix.length / width }, (_, row) => matrix[row * width + place]);
}

/**
 * @param {number} nRows
 * @returns {[number, number][]} start and stop of every block of rows
 */
function blocks(nRows) {
  return Array.from({ length: Math.ceil(nRows / BLOCK) }, (_, i) => [i * BLOCK, Math.min((i + 1) * BLOCK, nRows)]);
}
