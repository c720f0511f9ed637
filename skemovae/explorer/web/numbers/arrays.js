/**
 * Matrices as float32 arrays in row-major order, and the operations that networks need. Sums are taken in float64 and
 * rounded once, so a product is closer to the exact one than NumPy's, from which it differs in about the seventh digit.
 */

const WIDTH = 8; // outputs that are summed side by side; there are registers for this many

/** A matrix stored for fast products: the weights of each eight outputs lie together, input after input. */
export class Kernel {
  /**
   * @param {ArrayLike<number>} values of shape (nInputs, nOutputs)
   * @param {number} nInputs
   * @param {number} nOutputs
   */
  constructor(values, nInputs, nOutputs) {
    this.nInputs = nInputs;
    this.nOutputs = nOutputs;
    this.panels = new Float32Array(Math.ceil(nOutputs / WIDTH) * WIDTH * nInputs); // padded with zeros
    for (let output = 0; output < nOutputs; output += 1) {
      const first = (output - (output % WIDTH)) * nInputs + (output % WIDTH);
      for (let input = 0; input < nInputs; input += 1) {
        this.panels[first + input * WIDTH] = values[input * nOutputs + output];
      }
    }
    this.places = new Int32Array(nInputs); // space for the indices of a row's nonzero inputs
    this.numbers = new Float64Array(nInputs);
  }
}

/**
 * The product of a matrix and a kernel. Inputs of zero, which are about half of all after a ReLU, are skipped.
 *
 * @param {Float32Array} x of shape (n, kernel.nInputs)
 * @param {Kernel} kernel
 * @param {Float32Array | null} [bias] of shape (kernel.nOutputs), added to each row
 * @param {Float32Array} [result] of shape (n, kernel.nOutputs), to which the product is written; by default a new one
 * @returns {Float32Array} the result
 */
export function multiply(x, kernel, bias = null, result = undefined) {
  const { nInputs, nOutputs, panels, places, numbers } = kernel;
  const nRows = x.length / nInputs;
  const product = result ?? new Float32Array(nRows * nOutputs);
  for (let row = 0; row < nRows; row += 1) {
    let count = 0;
    for (let input = 0; input < nInputs; input += 1) {
      const number = x[row * nInputs + input];
      if (number !== 0) {
        places[count] = input * WIDTH;
        numbers[count] = number;
        count += 1;
      }
    }
    for (let output = 0; output < nOutputs; output += WIDTH) {
      const panel = output * nInputs;
      let a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
      for (let i = 0; i < count; i += 1) {
        const place = panel + places[i];
        const number = numbers[i];
        a += number * panels[place];
        b += number * panels[place + 1];
        c += number * panels[place + 2];
        d += number * panels[place + 3];
        e += number * panels[place + 4];
        f += number * panels[place + 5];
        g += number * panels[place + 6];
        h += number * panels[place + 7];
      }
      const to = row * nOutputs + output;
      if (output + WIDTH <= nOutputs) {
        product[to] = a;
        product[to + 1] = b;
        product[to + 2] = c;
        product[to + 3] = d;
        product[to + 4] = e;
        product[to + 5] = f;
        product[to + 6] = g;
        product[to + 7] = h;
      } else {
        product.set([a, b, c, d, e, f, g, h].slice(0, nOutputs - output), to);
      }
    }
  }
  return bias ? addToRows(product, bias) : product;
}

/**
 * Add the same numbers to every row, in place.
 *
 * @param {Float32Array} x of shape (n, bias.length)
 * @param {Float32Array} bias
 * @returns {Float32Array} x
 */
export function addToRows(x, bias) {
  const width = bias.length;
  for (let start = 0; start < x.length; start += width) {
    for (let i = 0; i < width; i += 1) x[start + i] += bias[i];
  }
  return x;
}

/**
 * Add the numbers of another array, in place.
 *
 * @param {Float32Array} x
 * @param {Float32Array} other of the same length
 * @returns {Float32Array} x
 */
export function add(x, other) {
  for (let i = 0; i < x.length; i += 1) x[i] += other[i];
  return x;
}

/**
 * The positive part, in place.
 *
 * @param {Float32Array} x
 * @returns {Float32Array} x
 */
export function relu(x) {
  for (let i = 0; i < x.length; i += 1) if (x[i] < 0) x[i] = 0;
  return x;
}

/**
 * Multiply negative numbers by a slope, in place.
 *
 * @param {Float32Array} x
 * @param {number} slope
 * @returns {Float32Array} x
 */
export function leakyRelu(x, slope) {
  for (let i = 0; i < x.length; i += 1) if (x[i] < 0) x[i] *= slope;
  return x;
}

/**
 * The hyperbolic tangent, in place.
 *
 * @param {Float32Array} x
 * @param {number} [scale] of the result
 * @returns {Float32Array} x
 */
export function tanh(x, scale = 1) {
  for (let i = 0; i < x.length; i += 1) x[i] = scale * Math.tanh(x[i]);
  return x;
}

/**
 * Matrices with the same number of rows, side by side.
 *
 * @param {number} nRows
 * @param {...(Float32Array | null)} parts of shape (nRows, any width); null parts are skipped
 * @returns {Float32Array} of shape (nRows, the sum of the widths)
 */
export function beside(nRows, ...parts) {
  const given = parts.filter((part) => part !== null);
  const width = given.reduce((sum, part) => sum + part.length / nRows, 0);
  const result = new Float32Array(nRows * width);
  let column = 0;
  for (const part of given) {
    const own = part.length / nRows;
    for (let row = 0; row < nRows; row += 1) {
      result.set(part.subarray(row * own, (row + 1) * own), row * width + column);
    }
    column += own;
  }
  return result;
}

/**
 * Selected rows of a table, one after the other.
 *
 * @param {Float32Array} table of shape (n, width)
 * @param {number} width
 * @param {ArrayLike<number>} index
 * @returns {Float32Array} of shape (index.length, width)
 */
export function takeRows(table, width, index) {
  const result = new Float32Array(index.length * width);
  for (let i = 0; i < index.length; i += 1) {
    result.set(table.subarray(index[i] * width, (index[i] + 1) * width), i * width);
  }
  return result;
}

/**
 * One-hot vectors.
 *
 * @param {ArrayLike<number>} index
 * @param {number} n
 * @returns {Float32Array} of shape (index.length, n)
 */
export function oneHot(index, n) {
  const result = new Float32Array(index.length * n);
  for (let i = 0; i < index.length; i += 1) result[i * n + index[i]] = 1;
  return result;
}
