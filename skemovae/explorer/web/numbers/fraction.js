/**
 * Fractions of integers of any size, for sums that have to be exact.
 *
 * @typedef {{ numerator: bigint, denominator: bigint }} Fraction in lowest terms, the denominator above 0
 */

/**
 * @param {bigint} numerator
 * @param {bigint} [denominator] not 0
 * @returns {Fraction}
 */
export function fraction(numerator, denominator = 1n) {
  const divisor = commonDivisor(numerator, denominator) * (denominator < 0n ? -1n : 1n);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/**
 * @param {Fraction} a
 * @param {Fraction} b
 * @returns {Fraction} a + b
 */
export function add(a, b) {
  return fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

/**
 * @param {Fraction} a
 * @param {Fraction} b
 * @returns {Fraction} a b
 */
export function multiply(a, b) {
  return fraction(a.numerator * b.numerator, a.denominator * b.denominator);
}

/**
 * The number nearest to a fraction; of two equally near, the even one. It holds for fractions from 1e-300 to 1e300.
 *
 * @param {Fraction} value
 * @returns {number}
 */
export function toNumber({ numerator, denominator }) {
  if (numerator < 0n) return -toNumber({ numerator: -numerator, denominator });
  // at least 64 bits of the quotient, and a last bit that says whether there is a remainder: so the rounding is correct
  const shift = 64 - (bits(numerator) - bits(denominator));
  const scaled = shift > 0 ? numerator << BigInt(shift) : numerator;
  const divisor = shift > 0 ? denominator : denominator << BigInt(-shift);
  const quotient = scaled / divisor;
  const rounded = Number((quotient << 1n) | (quotient * divisor === scaled ? 0n : 1n));
  return rounded * 2 ** (-shift - 1);
}

/**
 * @param {number} value
 * @returns {Fraction} exactly equal to the number
 */
export function exactly(value) {
  let denominator = 1n;
  let scaled = value;
  for (; !Number.isInteger(scaled); denominator *= 2n) scaled *= 2;
  return fraction(BigInt(scaled), denominator);
}

/**
 * The fraction nearest to a given one among those whose denominator is at most `limit`; of two equally near, the one
 * with the smaller denominator.
 *
 * @param {Fraction} value not below 0
 * @param {bigint} limit
 * @returns {Fraction}
 */
export function limitDenominator(value, limit) {
  if (value.denominator <= limit) return value;
  let [before, last] = [fraction(0n), { numerator: 1n, denominator: 0n }]; // of the continued fraction
  let [n, d] = [value.numerator, value.denominator];
  for (;;) {
    const digit = n / d;
    const denominator = before.denominator + digit * last.denominator;
    if (denominator > limit) break;
    [before, last] = [last, { numerator: before.numerator + digit * last.numerator, denominator }];
    [n, d] = [d, n - digit * d];
  }
  const times = (limit - before.denominator) / last.denominator;
  const other = {
    numerator: before.numerator + times * last.numerator,
    denominator: before.denominator + times * last.denominator,
  };
  return nearer(other, last, value) ? other : last;
}

/** @param {Fraction} a @param {Fraction} b @param {Fraction} value @returns {boolean} whether a is nearer than b */
function nearer(a, b, value) {
  const [x, y] = [a, b].map((each) => add(value, fraction(-each.numerator, each.denominator)));
  const left = (x.numerator < 0n ? -x.numerator : x.numerator) * y.denominator;
  const right = (y.numerator < 0n ? -y.numerator : y.numerator) * x.denominator;
  return left < right;
}

/** @param {bigint} a @param {bigint} b @returns {bigint} */
function commonDivisor(a, b) {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y) [x, y] = [y, x % y];
  return x;
}

/** @param {bigint} value @returns {number} */
function bits(value) {
  return value.toString(2).length;
}
