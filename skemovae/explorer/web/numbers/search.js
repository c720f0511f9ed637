/** Binary search in ascending values, like Python's bisect. */

/**
 * How many of the values are less than a limit.
 *
 * @template T
 * @param {T[]} values
 * @param {number} limit
 * @param {(value: T) => number} [key]
 * @returns {number}
 */
export function bisectLeft(values, limit, key = Number) {
  return firstWhere(values, (value) => key(value) >= limit);
}

/**
 * How many of the values are less than or equal to a limit.
 *
 * @template T
 * @param {T[]} values
 * @param {number} limit
 * @param {(value: T) => number} [key]
 * @returns {number}
 */
export function bisectRight(values, limit, key = Number) {
  return firstWhere(values, (value) => key(value) > limit);
}

/** @template T @param {T[]} values @param {(value: T) => boolean} test @returns {number} */
function firstWhere(values, test) {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(values[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
