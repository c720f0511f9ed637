/**
 * numpy.random.default_rng: the same numbers from the same seed, bit for bit.
 *
 * The bits come from PCG64. Its 128 bits of state are stored as four 32-bit words, because BigInt is ten times slower.
 */

import { expandSeed } from "./seed.js";
import { INVERSE_TAIL, TAIL, zigguratTables } from "./ziggurat.js";

const HALF = 2 ** 16;
const WORD = 2 ** 32;
// The multiplier of the state, from the lowest word to the highest
const M0 = 0x9fccf645;
const M1 = 0x4385df64;
const M2 = 0x1fc65da4;
const M3 = 0x2360ed05;

/** Draws the numbers that the Generator of `numpy.random.default_rng(seed)` draws. */
export class Generator {
  #state = new Uint32Array(4); // from the lowest word to the highest
  #increment = new Uint32Array(4);
  #output = new Uint32Array(2); // the low and the high half of the latest 64 bits
  #kept = -1; // the high half if a draw of 32 bits left it over, else -1

  /** @param {number} seed an integer from 0 to 2^53 - 1 */
  constructor(seed) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new Error(`A seed is a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, not ${seed}.`);
    }
    const words = expandSeed(seed, 8);
    const [start, stream] = [words.subarray(0, 4), words.subarray(4)].map((w) => [w[2], w[3], w[0], w[1]]);
    stream.forEach((word, i) => {
      this.#increment[i] = (word << 1) | (i ? stream[i - 1] >>> 31 : 1);
    });
    this.#step();
    this.#add(start);
    this.#step();
  }

  /**
   * A generator that continues from the state of another one.
   *
   * @param {number[]} state of the other
   * @returns {Generator}
   */
  static from(state) {
    const generator = new Generator(0);
    generator.#state.set(state.slice(0, 4));
    generator.#increment.set(state.slice(4, 8));
    generator.#kept = state[8];
    return generator;
  }

  /** Everything that decides what is drawn from here on: nine numbers, which JSON can hold. */
  get state() {
    return [...this.#state, ...this.#increment, this.#kept];
  }

  /**
   * A number in [0, 1), as from `generator.random()`.
   *
   * @returns {number}
   */
  random() {
    this.#next64();
    const { 0: low, 1: high } = this.#output;
    return (high * 2 ** 21 + (low >>> 11)) / 2 ** 53;
  }

  /**
   * Numbers in [0, 1) with 24 bits, as from `generator.random(n, dtype=np.float32)`.
   *
   * @param {number} n
   * @returns {Float32Array}
   */
  randomFloat32(n) {
    const numbers = new Float32Array(n);
    for (let i = 0; i < n; i += 1) numbers[i] = (this.#next32() >>> 8) / 2 ** 24;
    return numbers;
  }

  /**
   * An integer from 0 to `high` - 1, as from `generator.integers(high)`.
   *
   * @param {number} high from 1 to 2^32
   * @returns {number}
   */
  integer(high) {
    if (!Number.isInteger(high) || high < 1 || high > WORD) throw new RangeError(`high=${high}: expected 1 to 2^32`);
    if (high === 1) return 0;
    if (high === WORD) return this.#next32();
    // Lemire's method: the upper word of a random word times `high`, except for the few products that would cause a
    // bias
    const threshold = (WORD - high) % high;
    for (;;) {
      const word = this.#next32();
      if (Math.imul(word, high) >>> 0 >= threshold) return highProduct(word, high);
    }
  }

  /**
   * Integers from 0 to `high` - 1, as from `generator.integers(high, size=n)`. `generator.choice(array, size=n)` draws
   * indices in the same way.
   *
   * @param {number} high from 1 to 2^32
   * @param {number} n
   * @returns {number[]}
   */
  integers(high, n) {
    return Array.from({ length: n }, () => this.integer(high));
  }

  /**
   * An index drawn with given probabilities, as from `generator.choice(len(p), p=p)`.
   *
   * @param {ArrayLike<number>} p with any sum above 0
   * @returns {number}
   */
  choice(p) {
    const sums = new Float64Array(p.length);
    let sum = 0;
    for (let i = 0; i < p.length; i += 1) sums[i] = sum += p[i];
    const number = this.random();
    const place = sums.findIndex((part) => part / sum > number);
    return place < 0 ? p.length : place;
  }

  /**
   * Numbers from the standard normal distribution, as from `generator.standard_normal(n)`.
   *
   * About one in a hundred takes a logarithm or an exponential. It may differ in its last bit if the browser's
   * functions differ from NumPy's.
   *
   * @param {number} n
   * @returns {Float64Array}
   */
  standardNormal(n) {
    return Float64Array.from({ length: n }, () => this.#normal());
  }

  /** @returns {number} */
  #normal() {
    const { bounds, widths, heights } = zigguratTables();
    for (;;) {
      this.#next64();
      const { 0: low, 1: high } = this.#output;
      const layer = low & 0xff;
      const size = (high & 0x1fffffff) * 2 ** 23 + (low >>> 9);
      const x = size * widths[layer] * (low & 0x100 ? -1 : 1);
      if (size < bounds[layer]) return x;
      if (layer === 0) return this.#tail() * (low & 0x20000 ? -1 : 1);
      const height = (heights[layer - 1] - heights[layer]) * this.random() + heights[layer];
      if (height < Math.exp(-0.5 * x * x)) return x;
    }
  }

  /** @returns {number} a number from the tail, without its sign */
  #tail() {
    for (;;) {
      const x = -INVERSE_TAIL * Math.log1p(-this.random());
      const y = -Math.log1p(-this.random());
      if (y + y > x * x) return TAIL + x;
    }
  }

  /** @returns {number} 32 bits: first the low half of 64, then their high half */
  #next32() {
    if (this.#kept >= 0) {
      const kept = this.#kept;
      this.#kept = -1;
      return kept;
    }
    this.#next64();
    this.#kept = this.#output[1];
    return this.#output[0];
  }

  /** Compute the next output: both halves of the state, combined by XOR and rotated. */
  #next64() {
    this.#step();
    const { 0: s0, 1: s1, 2: s2, 3: s3 } = this.#state;
    const low = s0 ^ s2;
    const high = s1 ^ s3;
    let turn = s3 >>> 26;
    const swapped = turn & 32 ? 1 : 0;
    turn &= 31;
    const rest = 32 - turn;
    const output = this.#output;
    output[swapped] = turn ? (low >>> turn) | (high << rest) : low;
    output[1 - swapped] = turn ? (high >>> turn) | (low << rest) : high;
  }

  /** Multiply the state and add the increment, modulo 2^128. */
  #step() {
    const state = this.#state;
    const { 0: s0, 1: s1, 2: s2, 3: s3 } = state;
    // All sums stay below 2^53, so they are exact
    let carry = highProduct(s0, M0);
    state[0] = Math.imul(s0, M0);
    let sum = carry + (Math.imul(s0, M1) >>> 0) + (Math.imul(s1, M0) >>> 0);
    state[1] = sum;
    carry = Math.floor(sum / WORD) + highProduct(s0, M1) + highProduct(s1, M0);
    sum = carry + (Math.imul(s0, M2) >>> 0) + (Math.imul(s1, M1) >>> 0) + (Math.imul(s2, M0) >>> 0);
    state[2] = sum;
    carry = Math.floor(sum / WORD) + highProduct(s0, M2) + highProduct(s1, M1) + highProduct(s2, M0);
    state[3] = carry + Math.imul(s0, M3) + Math.imul(s1, M2) + Math.imul(s2, M1) + Math.imul(s3, M0);
    this.#add(this.#increment);
  }

  /** @param {ArrayLike<number>} words added to the state, from the lowest word to the highest */
  #add(words) {
    let carry = 0;
    for (let i = 0; i < 4; i += 1) {
      const sum = this.#state[i] + words[i] + carry;
      this.#state[i] = sum;
      carry = sum >= WORD ? 1 : 0;
    }
  }
}

/**
 * The upper word of the product of two words.
 *
 * @param {number} a
 * @param {number} b
 * @returns {number}
 */
function highProduct(a, b) {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const first = aHigh * bLow + (Math.imul(aLow, bLow) >>> 16);
  const second = aLow * bHigh + (first & 0xffff);
  return aHigh * bHigh + Math.floor(first / HALF) + Math.floor(second / HALF);
}
