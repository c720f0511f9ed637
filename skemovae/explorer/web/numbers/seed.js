/** numpy.random.SeedSequence: words of random bits from a seed. */

const POOL_SIZE = 4; // words
const SHIFT = 16;

/**
 * The words that `SeedSequence(seed).generate_state(n)` returns.
 *
 * @param {number} seed an integer from 0 to 2^53 - 1
 * @param {number} n
 * @returns {Uint32Array}
 */
export function expandSeed(seed, n) {
  const hash = hashOf(0x43b0d7e5, 0x931e8875);
  const pool = [seed % 2 ** 32, Math.floor(seed / 2 ** 32), 0, 0].map(hash);
  for (let from = 0; from < POOL_SIZE; from += 1) {
    for (let to = 0; to < POOL_SIZE; to += 1) {
      if (from !== to) pool[to] = mix(pool[to], hash(pool[from]));
    }
  }
  const last = hashOf(0x8b51f9dd, 0x58f38ded);
  return Uint32Array.from({ length: n }, (_, i) => last(pool[i % POOL_SIZE]));
}

/**
 * A hash of words that is different at every call.
 *
 * @param {number} start
 * @param {number} factor
 * @returns {(word: number) => number}
 */
function hashOf(start, factor) {
  let constant = start;
  return (word) => {
    const mixed = word ^ constant;
    constant = Math.imul(constant, factor);
    return fold(Math.imul(mixed, constant));
  };
}

/**
 * @param {number} a
 * @param {number} b
 * @returns {number} a mix of both words
 */
function mix(a, b) {
  return fold(Math.imul(0xca01f9dd, a) - Math.imul(0x4973f715, b));
}

/**
 * @param {number} word
 * @returns {number}
 */
function fold(word) {
  return (word ^ (word >>> SHIFT)) >>> 0;
}
