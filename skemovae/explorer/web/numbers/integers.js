/**
 * Integer arithmetic as in Python. All arguments are integers, and no product may reach 2^53.
 */

/**
 * The largest integer that is not above a / b.
 *
 * @param {number} a
 * @param {number} b not 0
 * @returns {number}
 */
export function floorDivide(a, b) {
  return (a - remainder(a, b)) / b;
}

/**
 * The smallest integer that is not below a / b.
 *
 * @param {number} a
 * @param {number} b not 0
 * @returns {number}
 */
export function ceilDivide(a, b) {
  return -floorDivide(-a, b);
}

/**
 * What remains of a when b is subtracted as often as possible; it has the sign of b.
 *
 * @param {number} a
 * @param {number} b not 0
 * @returns {number}
 */
export function remainder(a, b) {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest + 0; // + 0: no negative zero
}

/**
 * a / b rounded to the nearest integer; halves are rounded to the even one.
 *
 * @param {number} a
 * @param {number} b above 0
 * @returns {number}
 */
export function roundDivide(a, b) {
  const below = floorDivide(a, b);
  const rest = 2 * (a - below * b);
  return rest < b || (rest === b && below % 2 === 0) ? below : below + 1;
}

/**
 * The greatest common divisor of numbers; 0 if there are none.
 *
 * @param {...number} values
 * @returns {number}
 */
export function greatestCommonDivisor(...values) {
  let divisor = 0;
  for (const value of values) {
    let rest = Math.abs(value);
    while (rest) [divisor, rest] = [rest, divisor % rest];
  }
  return divisor;
}
